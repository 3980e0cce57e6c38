-- What waiting costs an nginx worker: wrk on a static file, with and without 50 waits in the same worker, in turns; and
-- the CPU time of a worker that does nothing else. Each wait is a stack:wait of its own, for a service whose tasks are
-- never placed. Run by bench/openresty, on LuaJIT.
local core = require "ecs_service.core"
local nginx = require "support.nginx"

local WAITS, ROUNDS, SECONDS, IDLE = 50, tonumber(arg[1]) or 12, 4, 20

local SCENE = [[
  sim:tasks { outcome = "no_capacity" }
  for i = 1, %d do
    assert(sim:call("CreateService", { serviceName = "web" .. i, taskDefinition = "web:1", desiredCount = 1 }))
  end
]]

local BEGIN = [[
  local openresty = require "ecs_service.openresty"
  local ecs = require "ecs_service"
  STOP, RUNNING, PROBLEM = false, 0, nil
  for i = 1, %d do
    local stack = assert(ecs.stack { region = "us-west-2", state = false, endpoint = "%s",
      credentials = { access_key_id = "AKIDNGX", secret_access_key = "secret" } })
    stack:service("web", { name = "web" .. i, cluster = "default", task_definition = "web:1", desired_count = 1 })
    RUNNING = RUNNING + 1
    assert(openresty.spawn(function()
      local _, err = stack:wait { timeout = 3600, interrupted = function() return STOP end }
      if err.code ~= "Interrupted" then PROBLEM = tostring(err) end
      RUNNING = RUNNING - 1
    end))
  end
  ngx.say(RUNNING)
]]

local sim = nginx.simulator(1, SCENE:format(WAITS))
local server = nginx.start {
  locations = ([[
    location = /file { root "%%s"; }
    location /begin { content_by_lua_block { %s } }
    location /end { content_by_lua_block {
      STOP = true
      while RUNNING > 0 do ngx.sleep(0.05) end
      ngx.say(PROBLEM or "ended")
    } }
    location /running { content_by_lua_block { ngx.say(PROBLEM or RUNNING) } }
    location /pid { content_by_lua_block { ngx.say(ngx.worker.pid()) } }
  ]]):format(BEGIN:format(WAITS, sim.url)):gsub("%%s", os.getenv "BENCH_FOLDER"),
  main = "user root;",
}

local function ask(path) return (server:get(path):gsub("%s+$", "")) end

local function cpu(pid)
  local fields = {}
  for field in nginx.read("/proc/" .. pid .. "/stat"):match("%) (.*)$"):gmatch "%S+" do fields[#fields + 1] = field end
  return (tonumber(fields[12]) + tonumber(fields[13])) / 100 -- ticks of a hundredth of a second
end

local UNIT = { us = 1e-3, ms = 1, s = 1000 }

-- Requests a second; milliseconds within which 99 % were answered; requests for a second of the worker's CPU time,
-- which tells what the waits take from the worker whatever else the machine does.
local function wrk()
  local pid = ask "/pid"
  local before = cpu(pid)
  local pipe = assert(io.popen(("wrk -t1 -c16 -d%ds --latency %s/file"):format(SECONDS, server.url)))
  local text = pipe:read "*a"
  pipe:close()
  local rate = assert(tonumber(text:match "Requests/sec:%s*([%d.]+)"), text)
  local late, unit = text:match "99%%%s+([%d.]+)(%a+)"
  assert(not text:find "Non%-2xx", text)
  local total = tonumber(text:match "(%d+) requests in")
  return { rate = rate, late = tonumber(late) * UNIT[unit], work = total / (cpu(pid) - before) }
end

local function median(list)
  table.sort(list)
  local middle = math.floor((#list + 1) / 2)
  return #list % 2 == 1 and list[middle] or (list[middle] + list[middle + 1]) / 2
end

local function with_waits(work)
  assert(ask "/begin" == tostring(WAITS))
  core.system.sleep(5) -- a wait looks more often in its first seconds than in the minutes after them
  local found = work()
  assert(ask "/running" == tostring(WAITS), "a wait ended by itself: " .. ask "/running")
  assert(ask "/end" == "ended")
  return found
end

local function idle()
  local pid = ask "/pid"
  local before = cpu(pid)
  core.system.sleep(IDLE)
  return (cpu(pid) - before) / IDLE
end

local MEASURES = { "rate", "late", "work" }
local plain, busy, ratio = { rate = {}, late = {}, work = {} }, { rate = {}, late = {}, work = {} },
  { rate = {}, late = {}, work = {} }
local base, used

local function measure()
  wrk() -- warm
  for round = 1, ROUNDS do
    -- Who is first changes: what else runs on the machine should hit both alike.
    local without, with
    if round % 2 == 1 then without = wrk() end
    with = with_waits(wrk)
    without = without or wrk()
    for _, name in ipairs(MEASURES) do
      plain[name][round], busy[name][round] = without[name], with[name]
      ratio[name][round] = with[name] / without[name]
    end
  end
  base, used = idle(), with_waits(idle)
end

local ok, problem = xpcall(measure, debug.traceback)
server:stop()
sim:stop()
if not ok then error(problem, 0) end

local function line(title, format, name)
  print(title .. (format .. format .. "     %.3f"):format(median(plain[name]), median(busy[name]), median(ratio[name])))
end
print(("a static file, 16 connections, %d rounds of %d s in turns; medians"):format(ROUNDS, SECONDS))
print(("                                without    %d waits    with/without"):format(WAITS))
line("requests/s                   ", "%10.0f", "rate")
line("99 % answered within, ms     ", "%10.2f", "late")
line("requests/s of worker's CPU   ", "%10.0f", "work")
print(("an idle worker over %d s: %.2f %% of a core without waits, %.2f %% with %d: %.3f %% a wait"):format(IDLE,
  base * 100, used * 100, WAITS, (used - base) * 100 / WAITS))
