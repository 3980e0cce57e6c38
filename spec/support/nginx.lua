-- An nginx with the Lua module and a simulated ECS, each a process of its own, for specs and benchmarks.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local served = require "support.served"

local nginx = {}

local MODULES = "/usr/lib/nginx/modules/"

local CONF = [[
%s
load_module %sndk_http_module.so;
load_module %sngx_http_lua_module.so;
worker_processes %d;
pid %s/nginx.pid;
error_log %s/error.log warn;
%s
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path %s/t; proxy_temp_path %s/t; fastcgi_temp_path %s/t; uwsgi_temp_path %s/t; scgi_temp_path %s/t;
  lua_package_path "%s;;";
  lua_package_cpath "%s;;";
  %s
  init_by_lua_block { %s }
  init_worker_by_lua_block { %s }
  server {
    listen 127.0.0.1:%d;
    %s
  }
}
]]

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

--- Starts a program, whose output goes to `log`; answers its pid.
function nginx.run(command, log)
  local pipe = assert(io.popen(("( env -u LD_PRELOAD %s >'%s' 2>&1 </dev/null & echo $! )"):format(command, log)))
  local pid = pipe:read "*l"
  pipe:close()
  return pid
end

local function read(path)
  local file = io.open(path)
  if not file then return "" end
  local text = file:read "*a"
  file:close()
  return text
end

nginx.read, nginx.write = read, write

--- Sends a request; answers a function that waits for its answer: body, status, headers. Options: method, body,
--- headers.
function nginx.begin(url, options)
  options = options or {}
  local transport = curl.new { proxy = "", timeout = 120 }
  assert(transport:submit { id = 1, method = options.method or "GET", url = url, body = options.body,
    headers = options.headers })
  transport:wait(0)
  return function()
    local completion
    repeat completion = transport:wait(60) until completion
    transport:close()
    if completion.error then error(completion.error.message, 2) end
    return completion.body, completion.status, completion.headers
  end
end

--- Waits until `probe` answers something; raises `what` when it does not within so many seconds (default 20).
function nginx.eventually(what, probe, seconds)
  local ends = core.system.monotonic() + (seconds or 20)
  while core.system.monotonic() < ends do
    local ok, found = pcall(probe)
    if ok and found then return found end
    core.system.sleep(0.05)
  end
  local _, last = pcall(probe)
  error(what .. " (last: " .. tostring(last) .. ")", 2)
end

local Server = {}
Server.__index = Server

--- As nginx.begin, of this server; its error log is told with what goes wrong.
function Server:begin(path, options)
  local finish = nginx.begin(self.url .. path, options)
  return function()
    local ok, body, status, headers = pcall(finish)
    if not ok then error(tostring(body) .. "\n" .. read(self.folder .. "/error.log"), 2) end
    return body, status, headers
  end
end

function Server:get(path, options) return self:begin(path, options)() end

function Server:log() return read(self.folder .. "/error.log") end

function Server:stop()
  os.execute(("kill %s 2>/dev/null; while kill -0 %s 2>/dev/null; do sleep 0.05; done; rm -rf '%s'"):format(
    self.pid, self.pid, self.folder))
end

-- Workers of a root's nginx are somebody else's, who may not read what lies in /root.
local function user()
  local pipe = assert(io.popen "id -u")
  local id = pipe:read "*l"
  pipe:close()
  return id == "0" and "user root;" or ""
end

-- What the tests were started with: package.path grows while they run, and a parameter of nginx has 4 KiB.
local function own(name)
  return (assert(os.getenv(name), name .. " is not set"):gsub(";;+$", ""))
end

--- Starts nginx and waits until it answers. Options, texts of its configuration: init, init_worker (Lua), locations,
--- http, main; workers (1).
function nginx.start(options)
  local folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  assert(core.system.make_dir(folder .. "/t"))
  local port = served.free_port()
  local t = folder
  write(folder .. "/nginx.conf", CONF:format(user(), MODULES, MODULES, options.workers or 1, t, t,
    options.main or "", t, t, t, t, t, own "LUA_PATH", own "LUA_CPATH",
    options.http or "", options.init or "", options.init_worker or "", port,
    (options.locations or "") .. "\nlocation = /alive { return 200 alive; }"))
  local self = setmetatable({ folder = folder, port = port, url = "http://127.0.0.1:" .. port }, Server)
  self.pid = nginx.run(("nginx -p '%s' -c '%s/nginx.conf' -g 'daemon off;'"):format(folder, folder), folder .. "/out")
  for _ = 1, 200 do
    local ok, body = pcall(self.get, self, "/alive")
    if ok and body == "alive" then return self end
    core.system.sleep(0.05)
  end
  error("nginx does not answer:\n" .. read(folder .. "/out") .. read(folder .. "/error.log"))
end

--- A served simulator with the cluster default and the task definitions web:1 to web:9.
---@param speed number simulated seconds a second
---@param scene string|nil Lua that sets more of the scene of `sim`, without single quotes
function nginx.simulator(speed, scene)
  return served.start(speed, [[clusters = { "default" }, task_definitions = { "web:9" }]], scene)
end

return nginx
