-- A simulated ECS in a process of its own, for crash_campaign.lua: it lives on while its clients are killed. Its time
-- is moved by them: GET /now tells it, POST /advance?SECONDS moves it, POST /fresh?READ_LAG makes a new account.
local core = require "ecs_service.core"
local httpd = require "ecs_service.httpd"
local ecs = require "ecs_service"

local sim

local function fresh(lag)
  sim = ecs.simulator { region = "us-west-2", clusters = { "prod", "default" }, task_definitions = { "web:3" },
    read_lag = lag }
end

local paths = {}
paths["/now"] = function() return end
paths["/advance"] = function(seconds) sim:advance(seconds) end
paths["/fresh"] = fresh

local function answer(request)
  local own = paths[request.path]
  if not own then return sim:http(request.method, request.path, request.headers, request.body) end
  own(tonumber(request.query))
  return 200, {}, ("%.6f"):format(sim:now())
end

fresh(0)
local server = assert(httpd.new { port = 0 })
print(core.system.pid(), "http://127.0.0.1:" .. server:port())
io.stdout:flush()
while true do
  local request = server:wait(3600)
  if request then
    local status, headers, body = answer(request)
    server:reply(request.id, status, headers or {}, body or "", {})
  end
end
