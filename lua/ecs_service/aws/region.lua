--- The region of a stack.
local errors = require "ecs_service.errors"
local settings = require "ecs_service.aws.settings"

local region = {}

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

-- Few runs need them.
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
