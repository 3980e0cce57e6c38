--- A simulated AWS whose Security Token Service gives keys: a transport on which ECS is the simulator, which then knows
--- the keys. What else is asked answers a function of the test's own.
local times = require "ecs_service.util.time_format"

local issuing = {}

--- The parameters in the body of a request to STS.
---@param body string
---@return table<string, string>
function issuing.form(body)
  local parameters = {}
  for name, value in body:gmatch "([^&=]+)=([^&]*)" do
    parameters[name] = value:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  end
  return parameters
end

--- An answer of STS.
---@param action string
---@param keys table access_key_id, secret_access_key, session_token, expires
---@return string
function issuing.answer(action, keys)
  return ([[<%sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%sResult><AssumedRoleUser>
<Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn></AssumedRoleUser><Credentials><AccessKeyId>%s</AccessKeyId>
<SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials>
</%sResult></%sResponse>]]):format(action, action, keys.access_key_id, keys.secret_access_key, keys.session_token,
    times.text(keys.expires), action, action)
end

--- A refusal of STS.
function issuing.refusal(code, message)
  return ("<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>"):format(code, message)
end

local World = {}
World.__index = World

--- A transport. Without `scheduler` in it a stack does not take it for a simulation: give it sim.scheduler.
---@param sim table
---@param answer nil|fun(request: table, world: table): integer|nil, string|nil, table|nil  status, body, headers of
---  what is no request to ECS; nil: a session of STS that lives world.life seconds
function issuing.world(sim, answer)
  -- The simulator holds on to its own list of keys.
  sim.options.credentials = { sim.credentials }
  return setmetatable({ sim = sim, answer = answer, life = 900, asked = {}, issued = 0, ready = {} }, World)
end

function World:issue(action)
  self.issued = self.issued + 1
  local keys = { access_key_id = ("ASIAISSUED%010d"):format(self.issued), secret_access_key = "issued" .. self.issued,
    session_token = "token/" .. self.issued, expires = self.sim:now() + self.life }
  table.insert(self.sim.options.credentials, keys)
  return issuing.answer(action, keys)
end

function World:submit(request)
  if request.headers["X-Amz-Target"] then return self.sim:submit(request) end
  local one = { url = request.url, headers = request.headers, body = request.body or "", at = self.sim:now(),
    form = issuing.form(request.body or "") }
  self.asked[#self.asked + 1] = one
  local status, body, headers
  if self.answer then status, body, headers = self.answer(one, self) end
  if not status then status, body = 200, self:issue(one.form.Action) end
  table.insert(self.ready, { id = request.id, status = status, body = body, headers = headers or {} })
  return true
end

function World:wait(seconds)
  local completion = table.remove(self.ready, 1)
  if completion then return completion end
  return self.sim:wait(seconds)
end

function World:cancel(id) return self.sim:cancel(id) end


issuing.submit = World.submit

return issuing
