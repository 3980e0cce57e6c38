--- Serves a simulator over HTTP, for the AWS CLI, the SDKs and whatever else speaks to ECS.

local core = require "ecs_service.core"
local errors = require "ecs_service.errors"

-- How long the loop sleeps at most while nobody asks for anything: how soon it sees that it should stop.
local TICK = 0.1

--- What the simulator answers to one request; a fault inside it must not take the server down.
local function respond(simulator, request)
  local target = request.path
  if request.query then target = target .. "?" .. request.query end
  local ok, status, headers, body, fault =
    pcall(simulator.http, simulator, request.method, target, request.headers, request.body)
  if ok then return status, headers, body, fault end
  local text = core.json { __type = "ServerException", message = tostring(status) }
  return 500, { ["content-type"] = "application/x-amz-json-1.1" }, text
end

--- Gives the answer its form on the wire: whole, cut off, a connection that breaks or one that stays silent.
local function reply(server, answer)
  local fault = answer.fault
  if fault.reset or fault.reset_after then
    server:reply(answer.id, nil, nil, nil, { abort = true })
  elseif fault.timeout then
    server:reply(answer.id, nil, nil, nil, { hold = true })
  else
    local how = { truncate = fault.truncate and true or false }
    server:reply(answer.id, answer.status, answer.headers or {}, answer.body or "", how)
  end
end

local function is_loopback(address)
  return address == nil or address == "::1" or address:find "^127%." ~= nil
end

--- Whether a request names a host that this machine may go by. A page of the web may have its own name lead here, and
--- then a browser lets it speak to this server as if it were its own.
local function is_meant(host)
  if not host then return true end
  local name = host:lower():gsub(":%d+$", "")
  return name:find "^%[.*%]$" ~= nil or name:find "^[%d.]+$" ~= nil or not name:find(".", 1, true)
    or name:find "%.localhost$" ~= nil or name:find "%.internal$" ~= nil
end

local function ask(simulator, request, guarded)
  if guarded and not is_meant(request.headers.host) then
    return { id = request.id, status = 403, headers = { ["content-type"] = "text/plain" }, fault = {},
      body = "this server answers to 127.0.0.1 and localhost, not to the host that the request names\n" }
  end
  local status, headers, body, fault = respond(simulator, request)
  if type(fault) ~= "table" then fault = fault and { [fault] = true } or {} end
  return { id = request.id, status = status, headers = headers, body = body, fault = fault }
end

--- Sends the answers whose time has come, on the simulator's clock for what is slow there and on the real one. Answers
--- how long it is, in real time, until another look is worth it.
local function send_due(server, late, passed, now)
  local pause = TICK
  local kept = {}
  for _, answer in ipairs(late) do
    if answer.due <= passed and answer.real_due <= now then
      reply(server, answer)
    else
      kept[#kept + 1] = answer
      if answer.real_due > now then pause = math.min(pause, answer.real_due - now) end
    end
  end
  return kept, pause
end

--- Moves the simulator's clock by what has passed on the real one, times the speed. Returns a function that does so and
--- says how much it has been in all, and what the real one shows.
local function new_clock(simulator, speed)
  local last, passed = core.system.monotonic(), 0
  return function()
    local now = core.system.monotonic()
    if now > last then
      simulator:advance((now - last) * speed)
      passed = passed + (now - last) * speed
      last = now
    end
    return passed, last
  end
end

local function check(options, level)
  local simulator = options.simulator
  if type(simulator) ~= "table" or type(simulator.http) ~= "function" or type(simulator.advance) ~= "function" then
    error("serve needs a simulator", level)
  end
  local port = options.port or 0
  if type(port) ~= "number" or port % 1 ~= 0 or port < 0 or port > 65535 then
    error("port is a whole number from 0 to 65535", level)
  end
  local speed = options.speed or 1
  if type(speed) ~= "number" or speed < 0 then
    error("speed is a number from 0, in simulated seconds per second", level)
  end
  local latency = options.latency or 0
  if type(latency) ~= "number" or latency < 0 then error("latency is a number of seconds, from 0", level) end
  return simulator, speed, latency
end

local function open(options)
  local found, httpd = pcall(require, "ecs_service.httpd")
  if not found then
    return nil, errors.new {
      code = "NoHttpServer",
      message = "this build cannot serve over HTTP",
      hint = "install libmicrohttpd (Debian: libmicrohttpd-dev) and build again",
    }
  end
  local ok, server, message = pcall(httpd.new, { port = options.port or 0, address = options.address })
  if not ok then
    return nil, errors.new { code = "WrongOption", path = "address", message = (tostring(server):gsub("^.-:%d+: ", "")),
      hint = "127.0.0.1, ::1, or an address of this machine" }
  elseif not server then
    return nil,
      errors.new { code = "CannotListen", message = message, hint = "choose another port, or 0 for a free one" }
  end
  return server
end

local function url_of(options, server)
  local address = options.address or "127.0.0.1"
  if address:find(":", 1, true) then address = "[" .. address .. "]" end
  return ("http://%s:%d"):format(address, server:port())
end

-- Who is not told when to stop stops when the process is to end.
local function stop_of(options)
  if options.should_stop then return options.should_stop end
  core.system.catch_interrupt()
  return core.system.interrupted
end

-- A count of interrupts will do as an answer, too.
local function is_told(should_stop)
  local stop = should_stop()
  return stop and stop ~= 0
end

local function loop(server, options, simulator, speed, latency)
  local catch_up, should_stop = new_clock(simulator, speed), stop_of(options)
  if options.on_ready then options.on_ready(url_of(options, server), server:port()) end
  local late, guarded, pause = {}, is_loopback(options.address), TICK
  while not is_told(should_stop) do
    local request = server:wait(pause)
    local passed, now = catch_up()
    if request then
      local answer = ask(simulator, request, guarded)
      answer.due, answer.real_due = passed + (answer.fault.slow or 0), now + latency
      late[#late + 1] = answer
      if options.on_request then options.on_request(request, answer.status, answer.fault) end
    end
    late, pause = send_due(server, late, passed, now)
  end
end

local M = {}

--- Whether nobody but this machine reaches a server at an address (nil: the default).
M.is_loopback = is_loopback

--- Serves until `should_stop` says so; without it, until Ctrl-C or SIGTERM.
---@param options ecs_service.ServeOptions and `simulator`: what ecs.simulator made
---@param level? integer of the caller whose options they are, as for error; default 2
---@return true|nil, table|nil err  codes: NoHttpServer, CannotListen, WrongOption
function M.serve(options, level)
  local simulator, speed, latency = check(options, (level or 2) + 1)
  local server, err = open(options)
  if not server then return nil, err end
  local ok, problem = pcall(loop, server, options, simulator, speed, latency)
  server:close()
  if not ok then error(problem, 0) end
  return true
end

return setmetatable(M, {
  __call = function(_, options)
    return M.serve(options)
  end,
})
