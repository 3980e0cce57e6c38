--- Where requests go: the endpoint of a service in a region.
local config = require "ecs_service.credentials.config"
local environment = require "ecs_service.environment"
local errors = require "ecs_service.errors"
local region_of = require "ecs_service.region"

local endpoint = {}

local function check(url, from)
  local scheme, rest = url:match "^(https?)://([^%s?#@]+)$"
  if scheme and rest:find "^[%w%.%-_%[%]:]+" then return (url:gsub("/+$", "")) end
  return nil, errors.new { code = "InvalidEndpoint", path = "endpoint",
    message = ("%q, from %s, is not an endpoint"):format(url, from),
    hint = "write it as in https://ecs.eu-west-1.amazonaws.com or http://127.0.0.1:8080" }
end

local function flag(given, variable, setting)
  if given ~= nil then return given end
  local value = environment.flag(variable)
  if value ~= nil then return value end
  return setting == "true"
end

-- The endpoint that somebody chose, and who that was.
local function chosen(options, service, settings)
  local endpoints = options.endpoints
  if endpoints and endpoints[service] then return endpoints[service], "endpoints." .. service end
  if options.endpoint then return options.endpoint, "the stack" end
  if environment.flag "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" then return nil end
  local own = "AWS_ENDPOINT_URL_" .. service:upper()
  if environment.get(own) then return environment.get(own), own end
  if environment.get "AWS_ENDPOINT_URL" then return environment.get "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL" end
  if settings.endpoint_url then return settings.endpoint_url, "the profile" end
end

--- The endpoint of `service` ("ecs", "sts"), without a slash at its end.
---@param options table of the stack
---@param service string
---@param region string
---@return string|nil url
---@return ecs_service.Error|nil
function endpoint.find(options, service, region)
  local settings, err = config.settings(options.profile)
  if not settings then return nil, err end
  local fips = flag(options.use_fips_endpoint, "AWS_USE_FIPS_ENDPOINT", settings.use_fips_endpoint)
  local dual = flag(options.use_dualstack_endpoint, "AWS_USE_DUALSTACK_ENDPOINT", settings.use_dualstack_endpoint)
  local url, from = chosen(options, service, settings)
  if url then
    if fips or dual then
      return nil, errors.new { code = "InvalidEndpoint", path = "endpoint",
        message = "an endpoint of one's own cannot be combined with FIPS or dual-stack endpoints",
        hint = "leave out use_fips_endpoint and use_dualstack_endpoint, or the endpoint (from " .. from .. ")" }
    end
    return check(url, from)
  end
  local partition = region_of.partition(region)
  return ("https://%s%s.%s.%s"):format(service, fips and "-fips" or "", region,
    dual and partition.dual_suffix or partition.suffix)
end

return endpoint
