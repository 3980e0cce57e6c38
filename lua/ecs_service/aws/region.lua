--- The region of a stack, and the partition that it lies in.
local data = require "ecs_service.aws.endpoint_data"
local errors = require "ecs_service.errors"
local settings = require "ecs_service.aws.settings"

local region = {}

---@class ecs_service.Partition
---@field id string
---@field suffix string        of endpoints
---@field dual_suffix string   of endpoints for IPv4 and IPv6
---@field global_region string where its global services sign
---@field patterns string[]
---@field regions string[]     pseudo regions, which no pattern matches

local function holds(partition, name)
  for _, pattern in ipairs(partition.patterns) do
    if name:find(pattern) then return true end
  end
  for _, own in ipairs(partition.regions) do
    if name == own then return true end
  end
  return false
end

--- The partition of a region. What no partition knows belongs to the first one, as in botocore.
---@param name string|nil nil: the common one
---@return ecs_service.Partition
function region.partition(name)
  for _, partition in ipairs(data.partitions) do
    if name and holds(partition, name) then return partition end
  end
  return data.partitions[1]
end

--- The region itself of a FIPS pseudo region ("fips-us-east-1", "us-gov-west-1-fips"), and whether it was one.
---@param name string
---@return string
---@return boolean
function region.without_fips(name)
  local plain = name:gsub("fips%-", ""):gsub("%-fips", "")
  return plain, plain ~= name
end

local WHO = { stack = "the stack", transport = "the transport" }

-- It becomes part of a host's name: only what a region can look like may. botocore takes capitals too, which no region
-- has.
local function check(name, source)
  if type(name) == "string" and #name <= 63 and name:find "^[%l%d][%l%d%-]*$" and name:find "%l"
    and not name:find "%-$" then
    return name, nil, source
  end
  return nil, errors.new { code = "InvalidRegion", path = "region",
    message = ("%q, from %s, is not a region"):format(tostring(name), WHO[source] or source),
    hint = "write it as in eu-west-1" }
end

local function nowhere()
  return nil, errors.new { code = "NoRegion", path = "region", message = "it is not known in which region to work",
    hint = "ecs.stack { region = \"eu-west-1\" }, or set AWS_REGION" }
end

-- Asked once for a table of options.
local of_instances = setmetatable({}, { __mode = "k" })

-- The credentials' modules need this one: they are asked for only here.
local function ask_instance(options)
  local around = require "ecs_service.aws.credentials.context".new(options)
  local fine, err = around:read_files()
  if not fine then return nil, err end
  local service, problem, why = require "ecs_service.aws.credentials.metadata".open(around)
  if problem then return nil, problem end
  local name
  if service then name, why = service:get "latest/meta-data/placement/region" end
  if name then return name end
  return nil, errors.new { code = "NoRegion", path = "region",
    message = "the region of this instance cannot be found out: " .. tostring(why),
    hint = "region = \"imds\" is for EC2 instances; elsewhere name the region, or set AWS_REGION" }
end

local function of_instance(options)
  local name, err = of_instances[options], nil
  if not name then name, err = ask_instance(options) end
  if not name then return nil, err end
  of_instances[options] = name
  return check(name, "imds")
end

--- The region: given, else of the transport, else AWS_REGION, AWS_DEFAULT_REGION, else of the profile. The given one
--- may be "imds": then, and only then, the metadata service of the EC2 instance is asked.
---@param options table of the stack
---@return string|nil
---@return ecs_service.Error|nil codes NoRegion, InvalidRegion, BadConfig, BadCredentials (settings of the metadata
---  service)
---@return string|nil source "stack", "transport", a variable's name, "profile NAME", "imds"
function region.find(options)
  if options.region == "imds" then return of_instance(options) end
  if options.region then return check(options.region, "stack") end
  local transport = options.transport
  if transport and transport.region then return check(transport.region, "transport") end
  local view, err = settings.read(options)
  if not view then return nil, err end
  local name, source = view:get "region"
  if name then return check(name, source) end
  return nowhere()
end

return region
