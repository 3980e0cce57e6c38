-- A simulated ECS in a process of its own, served on a free port of 127.0.0.1.
local httpd = require "ecs_service.httpd"

local served = {}

--- A port that nobody listens on now.
function served.free_port()
  local server = assert(httpd.new { port = 0 })
  local port = server:port()
  server:close()
  return port
end

-- The Lua that runs this, so that its child is of the same version.
local function interpreter()
  if os.getenv "ECS_TEST_LUA" then return os.getenv "ECS_TEST_LUA" end
  local first = 0
  while arg[first - 1] do first = first - 1 end
  return arg[first]
end

local SERVER = [[
  local core = require "ecs_service.core"
  core.system.catch_interrupt()
  local options = { %s }
  options.start_time = core.system.time()
  local sim = require("ecs_service.simulator").new(options)
  %s
  require("ecs_service.simulator.serve").serve {
    simulator = sim, speed = %g,
    on_ready = function(url) print(core.system.pid(), url) io.stdout:flush() end,
    should_stop = core.system.interrupted,
  }
]]

--- Starts one.
---@param speed number simulated seconds a second
---@param options string Lua: members of the simulator's table of options, without single quotes
---@param scene string|nil Lua that sets more of the scene of `sim`, without single quotes
---@return { url: string, pid: string, stop: fun() }
function served.start(speed, options, scene)
  local pipe = assert(io.popen(("%s -e '%s'"):format(interpreter(), SERVER:format(options, scene or "", speed))))
  local pid, url = tostring(pipe:read "*l"):match "^(%d+)%s+(http://%S+)$"
  assert(url, "the simulator did not start")
  return { url = url, pid = pid, stop = function()
    os.execute("kill " .. pid)
    pipe:close()
  end }
end

return served
