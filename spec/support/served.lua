-- Servers in processes of their own, on free ports of 127.0.0.1: a simulated ECS, mostly.
local httpd = require "ecs_service.httpd"

local served = {}

--- A port that nobody listens on now.
function served.free_port()
  local server = assert(httpd.new { port = 0 })
  local port = server:port()
  server:close()
  return port
end

--- The Lua that runs this, so that its child is of the same version.
function served.interpreter()
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

--- Starts a Lua program that says its process and its URL, in one line, when it is ready.
---@param words string what follows the interpreter's name
---@return { url: string, pid: string, stop: fun() }
function served.program(words)
  local pipe = assert(io.popen(("exec %s %s"):format(served.interpreter(), words)))
  local pid, url = tostring(pipe:read "*l"):match "^(%d+)%s+(http://%S+)$"
  assert(url, "the server did not start")
  return { url = url, pid = pid, stop = function()
    os.execute("kill " .. pid)
    pipe:close()
  end }
end

--- Starts a simulated ECS.
---@param speed number simulated seconds a second
---@param options string Lua: members of the simulator's table of options, without single quotes
---@param scene string|nil Lua that sets more of the scene of `sim`, without single quotes
---@return { url: string, pid: string, stop: fun() }
function served.start(speed, options, scene)
  return served.program(("-e '%s'"):format(SERVER:format(options, scene or "", speed)))
end

return served
