--- Settings that all of AWS's tools share: of the stack, else of the environment, else of the profile. Which variable
--- and which key a setting has stands here and nowhere else; docs/endpoints.md is the table for people.
local config = require "ecs_service.aws.credentials.config"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"

local settings = {}

---@class ecs_service.SettingRow
---@field variables string[]|nil  in their order
---@field keys table|nil          of the profile, in their order; "s3.name": name below `s3 =`
---@field last string|nil         a variable that counts after the profile

-- Names and order are botocore's (configprovider.py), but for AWS_REGION, which botocore does not know and all newer
-- SDKs look at first.
---@type table<string, ecs_service.SettingRow>
settings.ROWS = {
  region = { variables = { "AWS_REGION", "AWS_DEFAULT_REGION" }, keys = { "region" } },
  use_fips_endpoint = { variables = { "AWS_USE_FIPS_ENDPOINT" }, keys = { "use_fips_endpoint" } },
  use_dualstack_endpoint = { variables = { "AWS_USE_DUALSTACK_ENDPOINT" }, keys = { "use_dualstack_endpoint" } },
  ignore_configured_endpoint_urls = { variables = { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" },
    keys = { "ignore_configured_endpoint_urls" } },
  sts_regional_endpoints = { variables = { "AWS_STS_REGIONAL_ENDPOINTS" }, keys = { "sts_regional_endpoints" } },
  s3_us_east_1_regional_endpoint = { variables = { "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT" },
    keys = { "s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint" } },
  s3_use_dualstack_endpoint = { keys = { "s3.use_dualstack_endpoint" } },
  ca_bundle = { variables = { "AWS_CA_BUNDLE" }, keys = { "ca_bundle" }, last = "REQUESTS_CA_BUNDLE" },
  retry_mode = { variables = { "AWS_RETRY_MODE" }, keys = { "retry_mode" } },
  max_attempts = { variables = { "AWS_MAX_ATTEMPTS" }, keys = { "max_attempts" } },
  app_id = { variables = { "AWS_SDK_UA_APP_ID" }, keys = { "sdk_ua_app_id" } },
}

---@class ecs_service.Settings
---@field options table            of the stack
---@field profile table            of both files, empty when there is none
---@field profile_name string
---@field services table<string, table>  the services sections of the configuration file
local Settings = {}
Settings.__index = Settings

--- The settings of a stack.
---@param options table|nil of the stack
---@return ecs_service.Settings|nil
---@return ecs_service.Error|nil code BadConfig
function settings.read(options)
  options = options or {}
  local profile, err, loaded = config.settings(options.profile)
  if not profile then return nil, err end
  return setmetatable({ options = options, profile = profile, profile_name = config.profile(options.profile),
    services = loaded.services }, Settings)
end

local function key_of(profile, key)
  local section, name = key:match "^([^.]+)%.(.+)$"
  local value = profile[key]
  if section then value = type(profile[section]) == "table" and profile[section][name] or nil end
  if type(value) == "string" and value ~= "" then return value end
end

--- A setting, and where it is from: "stack", the variable's name, or "profile NAME".
---@param name string of settings.ROWS
---@return any value what the stack has, or a text
---@return string|nil source
function Settings:get(name)
  local row = assert(settings.ROWS[name], name)
  if self.options[name] ~= nil then return self.options[name], "stack" end
  for _, variable in ipairs(row.variables or {}) do
    local value = environment.get(variable)
    if value then return value, variable end
  end
  for _, key in ipairs(row.keys or {}) do
    local value = key_of(self.profile, key)
    if value then return value, "profile " .. self.profile_name end
  end
  local value = row.last and environment.get(row.last)
  if value then return value, row.last end
end

--- A setting that is a switch: true only for "true", in letters of any case, as in botocore.
---@param name string
---@return boolean|nil
---@return string|nil source
function Settings:flag(name)
  local value, source = self:get(name)
  if type(value) == "string" then value = value:lower() == "true" end
  return value, source
end

--- One of several words, in letters of any case.
---@param name string
---@param words string[] the first one is the default
---@return string|nil
---@return ecs_service.Error|nil code WrongSetting
function Settings:word(name, words)
  local value, source = self:get(name)
  if value == nil then return words[1] end
  for _, word in ipairs(words) do
    if value:lower() == word then return word end
  end
  return nil, errors.new { code = "WrongSetting", path = name,
    message = ("%s, from %s, is %q"):format(name, source, value), hint = "one of " .. table.concat(words, ", ") }
end

--- A whole number from `least`.
---@param name string
---@param least integer
---@return integer|nil
---@return ecs_service.Error|nil code WrongSetting
function Settings:whole_number(name, least)
  local value, source = self:get(name)
  if value == nil then return nil end
  local number = tonumber(value)
  if number and number >= least and number == math.floor(number) and number < 1e9 then return number end
  return nil, errors.new { code = "WrongSetting", path = name,
    message = ("%s, from %s, is %q"):format(name, source, tostring(value)),
    hint = ("a whole number from %d"):format(least) }
end

return settings
