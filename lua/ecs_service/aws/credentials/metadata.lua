--- The metadata service of an EC2 instance: one value by its path, with a session's token (IMDSv2) where the service
--- gives one. Rules, names and limits are botocore's (utils.IMDSFetcher).
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local leaving = require "ecs_service.aws.leaving"

local metadata = {}

local HOSTS = { ipv4 = "http://169.254.169.254/", ipv6 = "http://[fd00:ec2::254]/" }
local LIFE = "21600" -- seconds that a token lives

local function bad(path, message, hint)
  return nil, errors.new { code = "BadCredentials", path = path, message = message, hint = hint }
end

local function setting(around, variable, name)
  local value = environment.get(variable)
  if value then return value, variable end
  return around:setting(name), name
end

local function is_true(value)
  return value ~= nil and value:lower() == "true"
end

local function number(around, variable, name, otherwise)
  local text, from = setting(around, variable, name)
  if not text then return otherwise end
  local value = tonumber(text)
  if value and value == math.floor(value) and value >= 1 then return value end
  return bad(from, ("%s is %s, not a whole number from 1"):format(from, text))
end

local function base(around)
  local own, from = setting(around, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
  local mode = setting(around, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
  if mode and not HOSTS[mode:lower()] then
    return bad("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", ("there is no mode %s of the metadata service"):format(mode),
      "ipv4 or ipv6")
  end
  if own then
    if not own:find "^https?://[%w%.%-_%[%]:]+" or own:find "[%s?#@]" then
      return bad(from, ("%s is not the URL of a metadata service"):format(from), "as in " .. HOSTS.ipv4)
    end
    return own:find "/$" and own or own .. "/"
  end
  local six = is_true((setting(around, "AWS_IMDS_USE_IPV6", "imds_use_ipv6")))
  return HOSTS[mode and mode:lower() or six and "ipv6" or "ipv4"]
end

---@class ecs_service.Metadata
---@field token string|nil
local Metadata = {}
Metadata.__index = Metadata

local function nobody(problem)
  return "the metadata service cannot be reached: " .. tostring(problem.message)
end

local NO_TOKENS = { [403] = true, [404] = true, [405] = true }

-- A token, or nil with what keeps even the first version from being asked. An answer that does not come at all is what
-- a container sees whose packets may make one hop only: there the first version may still answer. What cannot even be
-- reached is not asked in other ways.
local function fetch_token(self)
  local why
  for _ = 1, self.attempts do
    -- It is this instance's own: a proxy would tell of another one.
    local completion, problem = self.around:ask({ method = "PUT", url = self.url .. "latest/api/token", body = "",
      proxy = "", headers = { ["x-aws-ec2-metadata-token-ttl-seconds"] = LIFE } }, self.seconds)
    why = nil
    if not completion then
      if problem.sent ~= false then return nil end
      why = nobody(problem)
    elseif completion.status == 200 then
      return completion.body
    elseif completion.status == 400 then
      return nil, "the metadata service gives no token (HTTP 400)"
    elseif NO_TOKENS[completion.status] then
      return nil
    end
  end
  return nil, why
end

--- A connection to the metadata service: its settings, and a token.
---@param around ecs_service.Surroundings
---@return ecs_service.Metadata|nil
---@return ecs_service.Error|nil what is wrong with the settings, or forbidden
---@return string|nil why there is none
function metadata.open(around)
  local url, err = base(around)
  if not url then return nil, err end
  local seconds, attempts
  seconds, err = number(around, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", 1)
  if err then return nil, err end
  attempts, err = number(around, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", 1)
  if err then return nil, err end
  if is_true(environment.get "AWS_EC2_METADATA_DISABLED") then
    return nil, nil, "AWS_EC2_METADATA_DISABLED forbids to ask"
  end
  local self = setmetatable({ around = around, url = url, seconds = seconds, attempts = attempts }, Metadata)
  local token, why = fetch_token(self)
  if why then return nil, nil, why end
  self.token = token
  if not token and is_true((setting(around, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"))) then
    return bad("AWS_EC2_METADATA_V1_DISABLED", "the metadata service gives no token, and its first version is disabled",
      "a hop limit of 2 lets containers have one: aws ec2 modify-instance-metadata-options")
  end
  return self
end

--- One value.
---@param path string "latest/meta-data/placement/region"
---@param accept nil|fun(text: string): any  whether an answer is one; default: it is not empty
---@return string|nil
---@return string|nil why there is none
function Metadata:get(path, accept)
  local completion, problem
  for _ = 1, self.attempts do
    completion, problem = self.around:ask({ method = "GET", url = self.url .. path, body = "", proxy = "",
      headers = { ["x-aws-ec2-metadata-token"] = self.token } }, self.seconds)
    local text = completion and completion.status == 200 and completion.body
    if text and text ~= "" and (not accept or accept(text)) then return text end
    if leaving.now() then break end
  end
  if not completion then return nil, nobody(problem) end
  return nil, ("the metadata service answered %s with %s"):format(path,
    completion.status == 200 and "nothing of use" or ("HTTP %d"):format(completion.status))
end

return metadata
