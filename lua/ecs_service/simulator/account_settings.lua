--- PutAccountSetting, PutAccountSettingDefault, ListAccountSettings, DeleteAccountSetting.
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"

local account_settings = { operations = {} }
local operations = account_settings.operations

local SWITCH = { "enabled", "disabled" }
local ON_OFF = { "on", "off" }

-- A row for each setting: what it is when nobody said so, and what it may be.
local ROWS = {
  awsvpcTrunking = { "disabled", SWITCH },
  containerInsights = { "disabled", { "enabled", "disabled", "enhanced" } },
  containerInstanceLongArnFormat = { "enabled", SWITCH },
  defaultLogDriverMode = { "non-blocking", { "blocking", "non-blocking" } },
  fargateEventWindows = { "disabled", SWITCH },
  fargateFIPSMode = { "disabled", SWITCH },
  fargateTaskRetirementWaitPeriod = { "7", { "0", "7", "14" } },
  guardDutyActivate = { "off", ON_OFF, managed = true },
  serviceLongArnFormat = { "enabled", SWITCH },
  tagResourceAuthorization = { "off", ON_OFF },
  taskLongArnFormat = { "enabled", SWITCH },
}

local NAMES = {}
for name in pairs(ROWS) do NAMES[#NAMES + 1] = name end
table.sort(NAMES)

local function root(world) return ("arn:%s:iam::%s:root"):format(world.partition, world.options.account_id) end

local function user(world) return ("arn:%s:iam::%s:user/deployer"):format(world.partition, world.options.account_id) end

local function principal_of(world, body)
  local arn = body.principalArn
  if not arn then return user(world) end
  local account = arn:match "^arn:[%w-]+:iam::(%d+):user/." or arn:match "^arn:[%w-]+:iam::(%d+):role/."
    or arn:match "^arn:[%w-]+:iam::(%d+):root$"
  if account ~= world.options.account_id then
    refuse.invalid "The principalArn is not valid: it has to be a user, a role or the root user of this account."
  end
  return arn
end

local function of(world, principal)
  world.account_settings[principal] = world.account_settings[principal] or {}
  return world.account_settings[principal]
end

local function view(name, value, principal)
  return { name = name, value = value, principalArn = principal, type = ROWS[name].managed and "aws_managed" or "user" }
end

local function check(name, value)
  local row = ROWS[name]
  if row.managed then refuse.invalid("The setting %s is managed by another service of AWS.", name) end
  for _, allowed in ipairs(row[2]) do
    if allowed == value then return end
  end
  refuse.invalid("The setting value is not valid for %s: it has to be one of [%s].", name, table.concat(row[2], ", "))
end

local function put(world, body, principal)
  check(body.name, body.value)
  of(world, principal)[body.name] = body.value
  return { setting = view(body.name, body.value, principal) }
end

function operations.PutAccountSetting(world, body) return put(world, body, principal_of(world, body)) end

--- For whoever has no setting of his own.
function operations.PutAccountSettingDefault(world, body) return put(world, body, root(world)) end

function operations.DeleteAccountSetting(world, body)
  local principal = principal_of(world, body)
  if ROWS[body.name].managed then refuse.invalid("The setting %s is managed by another service of AWS.", body.name) end
  of(world, principal)[body.name] = nil
  return { setting = view(body.name, account_settings.value(world, body.name, principal), principal) }
end

--- What holds for a principal: its own setting, the account's, or ECS's own default.
---@param name string
---@param principal string|nil the caller's when none is given
---@return string
function account_settings.value(world, name, principal)
  return of(world, principal or user(world))[name] or of(world, root(world))[name] or ROWS[name][1]
end

--- Whether what is created now gets an ARN without its cluster. Such resources cannot be tagged.
---@param name string
---@param tags table[]|nil
function account_settings.wants_short_arns(world, name, tags)
  if account_settings.value(world, name) ~= "disabled" then return false end
  if not values.none(tags) then
    refuse.invalid("The new ARN and resource ID format must be enabled to add tags. Opt in to the new format and try "
      .. "again.")
  end
  return true
end

function operations.ListAccountSettings(world, body)
  local principal = principal_of(world, body)
  if body.value and not body.name then refuse.invalid "name has to be given with a value." end
  local own, out = of(world, principal), {}
  for _, name in ipairs(NAMES) do
    local value = body.effectiveSettings and account_settings.value(world, name, principal) or own[name]
    if value and (not body.name or body.name == name) and (not body.value or body.value == value) then
      out[#out + 1] = view(name, value, principal)
    end
  end
  local page, next_token = values.page(out, values.from(body), values.page_size(body, 10, 10))
  return { settings = page, nextToken = next_token }
end

return account_settings
