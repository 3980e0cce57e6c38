--- The region of a stack, and the partition that it lies in.
local config = require "ecs_service.credentials.config"
local environment = require "ecs_service.environment"
local errors = require "ecs_service.errors"

local region = {}

---@class ecs_service.Partition
---@field id string
---@field suffix string      of endpoints
---@field dual_suffix string of endpoints for IPv4 and IPv6

-- The first pattern that matches decides; the last one takes what is new.
local PARTITIONS = {
  { "^cn%-", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
  { "^us%-gov%-", "aws-us-gov", "amazonaws.com", "api.aws" },
  { "^us%-iso%-", "aws-iso", "c2s.ic.gov", "api.aws.ic.gov" },
  { "^us%-isob%-", "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud" },
  { "^eu%-isoe%-", "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
  { "^us%-isof%-", "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
  { "^eusc%-", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu" },
  { "", "aws", "amazonaws.com", "api.aws" },
}

--- The partition of a region.
---@param name string|nil nil: the common one
---@return ecs_service.Partition
function region.partition(name)
  for _, row in ipairs(PARTITIONS) do
    if (name or ""):find(row[1]) then return { id = row[2], suffix = row[3], dual_suffix = row[4] } end
  end
end

-- It becomes part of a host's name: only what a region can look like may.
local function check(name, from)
  if type(name) == "string" and name:find "^%l[%l%d]*%-[%l%d%-]*[%l%d]$" and #name <= 40 then return name end
  return nil, errors.new { code = "InvalidRegion", path = "region",
    message = ("%q, from %s, is not a region"):format(tostring(name), from), hint = "write it as in eu-west-1" }
end

--- The region: given, else of the transport, else AWS_REGION, AWS_DEFAULT_REGION, else of the profile.
---@param options table of the stack
---@return string|nil
---@return ecs_service.Error|nil
function region.find(options)
  if options.region then return check(options.region, "the stack") end
  local transport = options.transport
  if transport and transport.region then return check(transport.region, "the transport") end
  for _, name in ipairs { "AWS_REGION", "AWS_DEFAULT_REGION" } do
    local value = environment.get(name)
    if value then return check(value, name) end
  end
  local profile, err = config.settings(options.profile)
  if not profile then return nil, err end
  if type(profile.region) == "string" and profile.region ~= "" then return check(profile.region, "the profile") end
  return nil, errors.new { code = "NoRegion", path = "region", message = "it is not known in which region to work",
    hint = "ecs.stack { region = \"eu-west-1\" }, or set AWS_REGION" }
end

return region
