-- ECS servers of others, started for a spec: moto and ministack, as tools/test installs them.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local served = require "support.served"

local servers = { region = "us-east-1", NAMES = { "moto", "ministack" } }
servers.credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

-- One signed call, as someone else would make it: of ECS, or of CloudWatch Logs.
local function caller(endpoint)
  local transport = curl.new {}
  local id = 0
  return function(operation, body, service)
    id = id + 1
    local request = {
      id = id, method = "POST", url = endpoint .. "/", body = core.json(core.object(body)),
      headers = { ["Content-Type"] = "application/x-amz-json-1.1", ["X-Amz-Target"] =
        (service and "Logs_20140328." or "AmazonEC2ContainerServiceV20141113.") .. operation },
    }
    request.headers = core.sign(request, servers.credentials, { service = service or "ecs", region = servers.region,
      time = core.system.time() })
    rawset(_G, "ECS_TEST_ANY_BODY", service and true or nil) -- what writes logs is in no model here
    assert(transport:submit(request))
    rawset(_G, "ECS_TEST_ANY_BODY", nil)
    local completion
    repeat
      completion = transport:wait(1)
    until completion
    if completion.error then return nil, completion.error.message end
    return cjson.decode(completion.body), completion.status
  end
end

local function start(command)
  local name = os.tmpname()
  local pipe = assert(io.popen(("( env -u LD_PRELOAD %s >%s 2>&1 </dev/null & echo $! )"):format(command, name)))
  local pid = pipe:read("*l")
  pipe:close()
  return pid, name
end

--- Starts one and waits until it answers.
---@param name string "moto" or "ministack"
---@return { endpoint: string, call: fun(operation: string, body: table, service: string|nil), stop: fun() }
function servers.start(name)
  local bin = assert(os.getenv "ECS_TEST_CLIENTS",
    "ECS_TEST_CLIENTS names the folder of moto_server and ministack: run sh tools/test")
  local port = served.free_port()
  local command = name == "moto" and ("%s/moto_server -H 127.0.0.1 -p %d"):format(bin, port)
    or ("GATEWAY_HOST=127.0.0.1 GATEWAY_PORT=%d %s/ministack"):format(port, bin)
  local pid, log = start(command)
  local server = { endpoint = "http://127.0.0.1:" .. port }
  server.call = caller(server.endpoint)
  function server.stop()
    os.execute("kill " .. pid .. " 2>/dev/null")
    os.remove(log)
  end
  local deadline = core.system.monotonic() + 60
  local ready
  repeat
    ready = server.call("DescribeClusters", {})
    if not ready then core.system.sleep(0.1) end
  until ready or core.system.monotonic() > deadline
  assert(ready, name .. " does not answer; its log is " .. log)
  return server
end

return servers
