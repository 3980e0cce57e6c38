-- S3 servers of others, started for a spec: versitygw, moto and ministack, as tools/test installs them.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local served = require "support.served"

local servers = { region = "us-east-1" }
servers.credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

local function program(name)
  local folder = assert(os.getenv "ECS_TEST_CLIENTS", "ECS_TEST_CLIENTS names the folder of servers: run sh tools/test")
  local path = folder .. "/" .. name
  assert(core.system.exists(path), "there is no " .. path .. ": run sh tools/test, which installs it")
  return path
end

local COMMANDS = {}

function COMMANDS.versitygw(port, folder)
  return ("ROOT_ACCESS_KEY='%s' ROOT_SECRET_KEY='%s' '%s' --quiet --port 127.0.0.1:%d posix '%s'"):format(
    servers.credentials.access_key_id, servers.credentials.secret_access_key, program "versitygw", port, folder)
end

function COMMANDS.moto(port) return ("'%s' -H 127.0.0.1 -p %d"):format(program "moto_server", port) end

function COMMANDS.ministack(port)
  return ("GATEWAY_HOST=127.0.0.1 GATEWAY_PORT=%d '%s'"):format(port, program "ministack")
end

local Server = {}
Server.__index = Server

function Server:stop()
  os.execute("kill " .. self.pid .. " 2>/dev/null")
  os.execute(("rm -rf '%s' '%s'"):format(self.folder, self.log))
end

local function make_bucket(server)
  local transport = curl.new {}
  local request = { id = 1, method = "PUT", url = server.url .. "/" .. server.bucket, headers = {}, body = "",
    timeout = 10 }
  request.headers = core.sign(request, servers.credentials, { service = "s3", region = servers.region,
    time = core.system.time() })
  assert(transport:submit(request))
  local completion = transport:wait(11)
  transport:close()
  return completion and completion.status == 200
end

--- Starts a server with the bucket "states".
function servers.start(name)
  local port, folder, log = served.free_port(), os.tmpname(), os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  -- A sanitizer that is loaded before the interpreter is none of theirs.
  local pipe = assert(io.popen(("( exec env -u LD_PRELOAD %s >'%s' 2>&1 </dev/null & echo $! )"):format(
    COMMANDS[name](port, folder), log)))
  local pid = pipe:read "*l"
  pipe:close()
  local server = setmetatable({ pid = pid, folder = folder, log = log, url = "http://127.0.0.1:" .. port,
    bucket = "states" }, Server)
  local deadline = core.system.monotonic() + 60
  repeat
    if make_bucket(server) then return server end
    core.system.sleep(0.1)
  until core.system.monotonic() > deadline
  os.execute("kill " .. pid .. " 2>/dev/null")
  error(name .. " does not answer; its log is " .. log)
end

return servers
