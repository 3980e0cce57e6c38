--- Where requests go, and for which region and service they are signed. What AWS has stands in endpoint_data.lua, which
--- tools/endpoints makes from botocore's data; what somebody configured comes before it.
local data = require "ecs_service.aws.endpoint_data"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local partitions = require "ecs_service.aws.partitions"
local settings_of = require "ecs_service.aws.settings"

local endpoint = {}

---@class ecs_service.Endpoint
---@field url string            without a slash at its end
---@field region string         without the words of a FIPS pseudo region
---@field signing_region string
---@field signing_name string
---@field partition string
---@field source string|nil     who chose it: "stack", a variable, "profile NAME", "services NAME"; nil: AWS's own

local WHO = { stack = "the stack" }

local function wrong(message, hint)
  return nil, errors.new { code = "InvalidEndpoint", path = "endpoint", message = message, hint = hint }
end

local function check(url, source)
  local scheme, rest = url:match "^(https?)://([^%s?#@]+)$"
  if scheme and rest:find "^[%w%.%-_%[%]:]+" then return (url:gsub("/+$", "")) end
  return wrong(("%q, from %s, is not an endpoint"):format((url:gsub("//.*@", "//…@")), WHO[source] or source),
    "write it as in https://ecs.eu-west-1.amazonaws.com or http://127.0.0.1:8080")
end

-- A host of AWS serves one service; what else somebody gives as `endpoint` stands for AWS as a whole.
local function serves(url, service)
  if service == "ecs" then return true end
  local host = url:match "^https?://([^/:]+)" or ""
  for _, partition in ipairs(data.partitions) do
    for _, suffix in ipairs { partition.suffix, partition.dual_suffix } do
      if host:sub(-#suffix - 1) == "." .. suffix then return false end
    end
  end
  return true
end

-- The services section that the profile names; one that is not there is an error, as in botocore.
local function services_section(view)
  local name = view.profile.services
  if type(name) ~= "string" or name == "" then return {} end
  local section = view.services[name]
  if not section or next(section) == nil then
    return nil, errors.new { code = "WrongSetting", path = "services",
      message = ("the profile %s names the services section %q, which the configuration file does not have"):format(
        view.profile_name, name), hint = ("add [services %s], or take services out of the profile"):format(name) }
  end
  return section, nil, "services " .. name
end

local function of_files(view, id)
  local section, err, name = services_section(view)
  if not section then return nil, nil, err end
  local own = section[id]
  if type(own) == "table" and own.endpoint_url and own.endpoint_url ~= "" then return own.endpoint_url, name end
  local url = view.profile.endpoint_url
  if type(url) == "string" and url ~= "" then return url, "profile " .. view.profile_name end
end

-- The endpoint that somebody chose, and who that was; as third, what is wrong with the files.
local function chosen(view, service, row)
  local options, id = view.options, row.setting or (service:gsub("%-", "_"))
  local own = options.endpoints and (options.endpoints[id] or options.endpoints[service])
  if own then return own, "stack" end
  if options.endpoint and serves(options.endpoint, service) then return options.endpoint, "stack" end
  if view:flag "ignore_configured_endpoint_urls" then return nil end
  for _, variable in ipairs { "AWS_ENDPOINT_URL_" .. id:upper(), "AWS_ENDPOINT_URL" } do
    local url = environment.get(variable)
    if url then return url, variable end
  end
  return of_files(view, id)
end

-- A service may have a second way of resolving, which a setting of old brings back.
local OTHER = {
  sts = { setting = "sts_regional_endpoints", words = { "regional", "legacy" }, name = "sts.legacy" },
  s3 = { setting = "s3_us_east_1_regional_endpoint", words = { "legacy", "regional" }, name = "s3.regional" },
}

local function way(view, service)
  local other = OTHER[service]
  if not other then return service end
  local word, err = view:word(other.setting, other.words)
  if not word then return nil, err end
  return word == other.words[2] and other.name or service
end

local function look_up(service, region, variant)
  local own = service.regions[region]
  if own and own[variant] ~= nil then return own[variant] end
  if service.base then return look_up(data.services[service.base], region, variant) end
  local partition = partitions.of(region)
  local row = service.partitions[partition.id]
  local pattern = row and row[variant]
  if pattern == nil then pattern = service.patterns[variant] end
  return pattern and { (pattern:gsub("{(%w+)}", { region = region, suffix = partition.suffix,
    dual = partition.dual_suffix })), region }
end

local VARIANT = { [false] = { [false] = "plain", [true] = "dual" }, [true] = { [false] = "fips", [true] = "both" } }
local WORDS = { dual = "dual-stack", fips = "FIPS", both = "FIPS and dual-stack" }

local function of_aws(view, service, row, region, fips)
  local name, err = way(view, service)
  if not name then return nil, err end
  fips = view:flag "use_fips_endpoint" or fips
  local dual = view:flag "use_dualstack_endpoint" or false
  if service == "s3" and view:flag "s3_use_dualstack_endpoint" then dual = true end
  local variant = VARIANT[fips][dual]
  local found = look_up(name == service and row or data.services[name], region, variant)
  if found then return { url = found[1], signing_region = found[2] } end
  return wrong(("there is no %s endpoint of %s in the partition %s"):format(WORDS[variant], service,
    partitions.of(region).id), "leave out use_fips_endpoint or use_dualstack_endpoint, or choose another region")
end

--- The endpoint of a service, with what its requests are signed for.
---@param options table of the stack
---@param service string "ecs", "sts", "s3", "sso" (the portal), "sso-oidc", "signin", or of service_endpoint_data.lua
---@param region string
---@param row table|nil of a service that is in none of the modules of data: patterns, partitions, regions,
---  signing_name, setting (its name in variables and files)
---@return ecs_service.Endpoint|nil
---@return ecs_service.Error|nil codes InvalidEndpoint, WrongSetting, BadConfig
function endpoint.resolve(options, service, region, row)
  row = row or data.services[service] or require "ecs_service.aws.service_endpoint_data"[service]
  local view, err = settings_of.read(options)
  if not view then return nil, err end
  local plain, fips = partitions.without_fips(region)
  local url, source, problem = chosen(view, service, row)
  if problem then return nil, problem end
  local found
  if url then
    -- A FIPS or dual-stack endpoint that the environment asks for is meant for AWS's own endpoints, as in botocore; one
    -- that the same stack asks for contradicts it.
    if source == "stack" and (options.use_fips_endpoint or options.use_dualstack_endpoint) then
      return wrong("an endpoint of one's own cannot be combined with FIPS or dual-stack endpoints",
        "leave out use_fips_endpoint and use_dualstack_endpoint, or the endpoint")
    end
    url, err = check(url, source)
    found = url and { url = url, signing_region = plain, source = source }
  else
    found, err = of_aws(view, service, row, plain, fips)
  end
  if not found then return nil, err end
  found.region, found.partition = plain, partitions.of(plain).id
  found.signing_name = row.signing_name
  return found
end

--- The URL alone.
---@param options table of the stack
---@param service string
---@param region string
---@return string|nil url
---@return ecs_service.Error|nil
function endpoint.find(options, service, region)
  local found, err = endpoint.resolve(options, service, region)
  if not found then return nil, err end
  return found.url
end

return endpoint
