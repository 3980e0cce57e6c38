-- The example examples/openresty, running: nginx, the gate, the dashboard and a simulated ECS.
local core = require "ecs_service.core"
local json = require "ecs_service.util.json"
local nginx = require "support.nginx"
local served = require "support.served"

local example = { GATE_KEY = ("g"):rep(40), DASHBOARD_KEY = ("d"):rep(40) }

local Example = {}
Example.__index = Example

local SCRIPT = [[
local stack = assert(require("ecs_service").stack { state = "shop.state.json" })
for address, definition in pairs(%s) do
  stack:service(address, { name = address, cluster = "default", task_definition = definition, desired_count = 2,
    deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
end
return stack
]]

--- Declares services: address → task definition.
function Example:declare(services)
  nginx.write(self.folder .. "/stacks/shop.lua", SCRIPT:format(require("ecs_service.render.value").literal(services)))
end

--- Sends something: answers the decoded body, the status and the headers.
function Example:ask(path, document, headers)
  headers = headers or {}
  local text = type(document) == "string" and document or document and core.json(core.object(document)) or nil
  local body, status, got = nginx.begin(self.url .. path, { method = text and "POST" or "GET", body = text,
    headers = headers })()
  return json.decode(body) or body, status, got
end

-- The headers of a signed request.
local function signed_headers(self, body, path, changed)
  local time = changed.time or ("%d"):format(core.system.time())
  local nonce = changed.nonce or core.system.hex(core.system.entropy(16))
  local host = changed.host or self.url:match "//(.*)$"
  local signed = table.concat({ "ecs-service deploy 2", host, "POST", changed.path or path, time, nonce,
    core.system.sha256(body) }, "\n")
  return { ["X-Deploy-Time"] = time, ["X-Deploy-Nonce"] = nonce,
    ["X-Deploy-Signature"] = core.system.hmac_sha256(changed.key or example.GATE_KEY, signed) }
end

--- Asks the gate. `changed` may replace time, nonce, key and the path that is signed.
function Example:gate(document, changed)
  changed = changed or {}
  local body, path = core.json(core.object(document)), "/deploy/shop"
  return self:ask(path, changed.body or body, signed_headers(self, body, path, changed))
end

local function curl(options, headers, url)
  local words = { "curl", options }
  for name, value in pairs(headers) do words[#words + 1] = ("-H '%s: %s'"):format(name, value) end
  return table.concat(words, " ") .. " '" .. url .. "'"
end

--- Asks the gate in a process of its own: its pid, and a function that tells what has come so far.
function Example:begin(document)
  local body, path = core.json(core.object(document)), "/deploy/shop"
  local answer = self.folder .. "/answer"
  os.remove(answer) -- of one before
  local pid = nginx.run(curl(("-sSN -X POST --data '%s'"):format(body), signed_headers(self, body, path, {}),
    self.url .. path), answer)
  return pid, function() return nginx.read(answer) end
end

--- What the page is told now: the document of the first event of its stream, and its text.
function Example:board(headers)
  local pipe = assert(io.popen("env -u LD_PRELOAD " .. curl("-sN --max-time 0.5", headers,
    self.url .. "/dashboard/events")))
  local text = pipe:read "*a"
  pipe:close()
  local data = text:match "data: ([^\n]+)"
  return json.decode(data), text
end

--- Signs in to the dashboard: answers the headers of a request that changes something.
function Example:sign_in()
  local answer, status, headers = self:ask("/dashboard/session", { key = example.DASHBOARD_KEY })
  assert(status == 200, status)
  local cookie = headers["set-cookie"]
  return { Cookie = cookie:match "^[^;]+", ["X-Token"] = answer.token, Origin = self.url }, cookie
end

function Example:log() return nginx.read(self.folder .. "/error.log") end

--- Sends nginx's master a signal.
function Example:signal(name)
  os.execute(("kill -%s $(cat '%s/nginx.pid')"):format(name, self.folder))
end

function Example:stop()
  os.execute(("kill %s 2>/dev/null; while kill -0 %s 2>/dev/null; do sleep 0.05; done; rm -rf '%s'"):format(self.pid,
    self.pid, self.folder))
end

--- Starts it.
---@param speed number simulated seconds a second
function example.start(speed)
  local folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  local port = served.free_port()
  local self = setmetatable({ folder = folder, url = "http://127.0.0.1:" .. port }, Example)
  self.pid = nginx.run(("DEPLOY_FOLDER='%s' DEPLOY_KEY=%s DASHBOARD_KEY=%s LUA_PATH='%s' LUA_CPATH='%s' "
    .. "sh examples/openresty/run %d %g"):format(folder, example.GATE_KEY, example.DASHBOARD_KEY, package.path,
    package.cpath, port, speed), folder .. "/out")
  local ok = pcall(nginx.eventually, "the example does not answer", function()
    return select(2, self:ask "/") == 200
  end)
  if not ok then
    local said = nginx.read(folder .. "/out") .. self:log()
    self:stop()
    error("the example does not start: " .. said, 2)
  end
  return self
end

return example
