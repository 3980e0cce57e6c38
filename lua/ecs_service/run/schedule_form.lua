--- Schedules as EventBridge Scheduler has them, and as attributes: names and ARNs, dates, the overrides that are a text
--- there, defaults that it answers unasked. What it has and no row knows is kept beside the attributes, and goes along
--- with an update, which replaces the whole schedule.
local core = require "ecs_service.core"
local rows_of = require "ecs_service.util.schema_rows"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local form = {}

local KIND = "schedule"

-- What it has by itself where nothing was asked for.
local POLICY = { MaximumEventAgeInSeconds = 86400, MaximumRetryAttempts = 185 }

--- A cluster by its ARN.
---@param cluster string name or ARN
---@param here ecs_service.Place with its account
---@return string
function form.cluster_arn(cluster, here)
  if cluster:find "^arn:" then return cluster end
  return ("arn:%s:ecs:%s:%s:cluster/%s"):format(here.partition, here.region, here.account or "", cluster)
end

--- A task definition by its ARN; of a family alone it has no revision.
---@param reference string family, family:revision or ARN
---@param here ecs_service.Place with its account
---@return string
function form.definition_arn(reference, here)
  if reference:find "^arn:" then return reference end
  return ("arn:%s:ecs:%s:%s:task-definition/%s"):format(here.partition, here.region, here.account or "", reference)
end

local function in_account(here, arn)
  local account = here.account or tostring(arn):match "^arn:[^:]*:[^:]*:[^:]*:(%d+):"
  return { partition = here.partition, region = here.region, account = account }
end

-- What means the same as what is declared is spelled as it is declared.
local function spelled(arn, declared, arn_of, here)
  if arn and declared and arn_of(declared, in_account(here, arn)) == arn then return declared end
  return arn
end

local function date(at, declared)
  if at == nil then return nil end
  if times.parse(declared) == at then return declared end
  return times.text(at)
end

-- A text that is no JSON of a map is nothing that rows can read, and stays as it is.
local function overrides_of(text)
  local value = type(text) == "string" and core.read_json(text) or nil
  if type(value) ~= "table" or value[1] ~= nil then return text end
  return core.object(value)
end

local function tags_of(list)
  if not list then return nil end
  local map = core.object {}
  for _, tag in ipairs(list) do
    local key = tag.key or tag.Key
    if key then map[key] = tag.value or tag.Value or "" end
  end
  return map
end

local function is_default(policy)
  return not policy or policy.MaximumEventAgeInSeconds == POLICY.MaximumEventAgeInSeconds
    and policy.MaximumRetryAttempts == POLICY.MaximumRetryAttempts
end

--- What GetSchedule answers, in the form that the rows read.
---@param answer table
---@param config table|nil its declaration, or what is recorded: how to spell things
---@param here ecs_service.Place
---@return table
function form.opened(answer, config, here)
  local own = tables.copy(answer)
  config = config or {}
  own.Target = own.Target or {}
  own.Target.EcsParameters = own.Target.EcsParameters or {}
  local target, task = own.Target, own.Target.EcsParameters
  own.StartDate, own.EndDate = date(own.StartDate, config.start_date), date(own.EndDate, config.end_date)
  if own.FlexibleTimeWindow and own.FlexibleTimeWindow.Mode == "OFF" and not config.flexible_time_window then
    own.FlexibleTimeWindow = nil
  end
  if is_default(target.RetryPolicy) and not config.retry_policy then target.RetryPolicy = nil end
  target.Arn = spelled(target.Arn, config.cluster or "default", form.cluster_arn, here)
  task.TaskDefinitionArn = spelled(task.TaskDefinitionArn, config.task_definition, form.definition_arn, here)
  target.Input = overrides_of(target.Input)
  task.Tags = tags_of(task.Tags)
  return own
end

--- Its attributes.
---@param opened table of form.opened
---@param config table|nil
---@return table
function form.attributes(opened, config)
  return core.flatten(KIND, { answer = core.object(opened), form = config })
end

local function put(root, place, leaf)
  local at = root
  for name in place:gmatch "([^.]+)%." do
    at[name] = at[name] or {}
    at = at[name]
  end
  at[place:match "[^.]+$"] = leaf
end

-- By which members elements of lists are known to be the same.
local IDENTITIES = { "name", "capacityProvider", "type" }

-- What the rows know: names in the API, each true, or the table of what is inside. Of lists that is in `each`.
local function known_of(rows)
  local known = {}
  for _, row in ipairs(rows) do
    local inside = row.rows and known_of(row.rows) or true
    if row.rows and row.kind ~= "block" then
      local each = inside
      inside = { each = each }
      for _, name in ipairs(IDENTITIES) do
        inside.identity = inside.identity or each[name] and name
      end
    end
    if row.create then put(known, row.create, inside) end
  end
  return known
end

local all_known

-- What is told of a schedule, and is no part of it.
local REPORTED = { Arn = true, CreationDate = true, LastModificationDate = true }

local function known()
  all_known = all_known or known_of(rows_of(KIND))
  return all_known
end

local Carrier = {}
Carrier.__index = Carrier

function Carrier:elements(inside, seen, made, path)
  for i, one in ipairs(made) do
    for _, other in ipairs(seen) do
      if type(other) == "table" and one[inside.identity] == other[inside.identity] then
        self:structure(inside.each, other, one, ("%s[%d]"):format(path, i))
        break
      end
    end
  end
end

function Carrier:take(made, name, value, at)
  if core.covers(self.leave_out, at) then return end
  made[name] = value
  self.paths[#self.paths + 1] = at
end

-- Puts what `seen` has and no row knows, or can read, into what was made of the attributes.
function Carrier:structure(inside, seen, made, path)
  for _, name in ipairs(tables.keys(seen)) do
    local value, own, at = seen[name], inside[name], path == "" and name or path .. "." .. name
    if own == nil and not (path == "" and REPORTED[name]) then
      self:take(made, name, value, at)
    elseif type(own) == "table" and type(value) ~= "table" and made[name] == nil then
      self:take(made, name, value, at)
    elseif type(own) == "table" and type(made[name]) == "table" and type(value) == "table" then
      local within = own.each and self.elements or self.structure
      within(self, own, value, made[name], at)
    end
  end
end

-- The body in the form that the rows write, with what is carried; and the paths of that.
local function carried(after, opened, leave_out)
  local body = core.body(KIND, core.object(after))
  local self = setmetatable({ paths = {}, leave_out = leave_out or {} }, Carrier)
  body.Target = body.Target or {}
  body.Target.EcsParameters = body.Target.EcsParameters or {}
  if opened then self:structure(known(), opened, body, "") end
  table.sort(self.paths)
  return body, self.paths
end

local function list_of(map)
  if not map then return nil end
  local list = {}
  for _, key in ipairs(tables.keys(map)) do list[#list + 1] = { key = key, value = map[key] } end
  return list
end

--- What CreateSchedule and UpdateSchedule take, but their token.
---@param after table attributes
---@param here ecs_service.Place with its account
---@param opened table|nil of form.opened: what AWS has
---@param leave_out string[]|nil paths of what is not to be carried
---@return table body
---@return string[] paths of what was carried
function form.body(after, here, opened, leave_out)
  local body, paths = carried(after, opened, leave_out)
  local target, task = body.Target, body.Target.EcsParameters
  target.Arn = form.cluster_arn(after.cluster, here)
  task.TaskDefinitionArn = form.definition_arn(after.task_definition, here)
  target.Input = type(target.Input) == "table" and core.json(target.Input) or target.Input
  task.Tags = list_of(task.Tags)
  body.StartDate, body.EndDate = times.parse(body.StartDate), times.parse(body.EndDate)
  body.FlexibleTimeWindow = body.FlexibleTimeWindow or { Mode = "OFF" }
  return body, paths
end

--- The paths of what AWS has and no row knows, and a digest of their values: two reads that differ in these differ in
--- what an update carries.
---@param opened table of form.opened
---@param after table attributes
---@param leave_out string[]|nil
---@return string[] paths
---@return string|nil digest nil: there is none
function form.unknown(opened, after, leave_out)
  local body, paths = carried(after, opened, leave_out)
  if #paths == 0 then return paths, nil end
  local bare = core.body(KIND, core.object(after))
  return paths, core.system.sha256(core.json { body, bare })
end

return form
