--- The requests by which auto scaling becomes what it is declared as. Each says the whole of what it is about, so that
--- it can be sent again.
local core = require "ecs_service.core"
local reader = require "ecs_service.run.declared_scaling"
local segments = require "ecs_service.render.diff".segments
local tables = require "ecs_service.util.tables"

local steps = {}

-- The sections of a declaration: how what stands there is made, and how it is taken away.
local SECTIONS = {
  { name = "target_tracking", body = "TargetTracking", type = "TargetTrackingScaling", put = "PutScalingPolicy",
    drop = "DeleteScalingPolicy", called = "PolicyName" },
  { name = "step", body = "Step", type = "StepScaling", put = "PutScalingPolicy", drop = "DeleteScalingPolicy",
    called = "PolicyName" },
  { name = "scheduled", body = "Scheduled", put = "PutScheduledAction", drop = "DeleteScheduledAction",
    called = "ScheduledActionName" },
}
steps.SECTIONS = SECTIONS

-- A key as the declaration has it: of `["k v"]` too.
local function key_of(segment)
  local quoted = segment:match '^%["(.*)"%]$'
  return quoted and quoted:gsub('\\(.)', "%1") or segment
end

-- What of the declaration differs: argument → true, or the keys that do.
local function differing(change)
  local found = {}
  for _, entry in ipairs(change.diff) do
    local names = segments(entry.path)
    local top = names[1]
    if names[2] and found[top] ~= true then
      found[top] = found[top] or {}
      found[top][key_of(names[2])] = true
    else
      found[top] = true
    end
  end
  return found
end

-- What is said of a bound: nothing of one that a schedule holds, and that stays as it is.
local function said(declared, held, is)
  if held == nil then return declared end
  return held ~= is and held or nil
end

local function register(id, change, body, differs, held, is)
  local creates = change.action ~= "update"
  local least = said(body.MinCapacity, held.min_capacity, is.min_capacity)
  local most = said(body.MaxCapacity, held.max_capacity, is.max_capacity)
  local moves = held.min_capacity and least or held.max_capacity and most
  if not (creates or differs.min_capacity or differs.max_capacity or differs.suspended or moves) then return nil end
  return { operation = "RegisterScalableTarget", body = reader.about(id, { MinCapacity = least, MaxCapacity = most,
    SuspendedState = differs.suspended and (body.SuspendedState or { DynamicScalingInSuspended = false,
      DynamicScalingOutSuspended = false, ScheduledScalingSuspended = false }) or nil,
    Tags = creates and change.after.tags_all and core.object(change.after.tags_all) or nil }) }
end

local function put_of(section, id, one)
  return { operation = section.put, body = reader.about(id, tables.merge(one, { PolicyType = section.type })) }
end

-- Adds what a section has lost, and has got.
local function add_section(drops, puts, section, id, change, bodies, differs)
  local before, after = (change.before or {})[section.name] or {}, change.after[section.name] or {}
  local creates = change.action ~= "update"
  for _, key in ipairs(creates and {} or tables.keys(before)) do
    if not after[key] or after[key].name ~= before[key].name then
      drops[#drops + 1] = { operation = section.drop, body = reader.about(id, { [section.called] = before[key].name }) }
    end
  end
  for _, key in ipairs(tables.keys(after)) do
    local own = differs[section.name]
    if creates or own == true or own and own[key] then
      puts[#puts + 1] = put_of(section, id, bodies[section.body][key])
    end
  end
end

local function add_tags(list, change)
  local before, after = (change.before or {}).tags_all or {}, change.after.tags_all or {}
  local set, dropped = core.object {}, {}
  for key, value in pairs(after) do
    if before[key] ~= value then set[key] = value end
  end
  for _, key in ipairs(tables.keys(before)) do
    if after[key] == nil then dropped[#dropped + 1] = key end
  end
  local arn = change.before.arn
  if next(set) ~= nil then list[#list + 1] = { operation = "TagResource", body = { ResourceARN = arn, Tags = set } } end
  if #dropped > 0 then
    list[#list + 1] = { operation = "UntagResource", body = { ResourceARN = arn, TagKeys = dropped } }
  end
end

--- Those that make or change it.
---@param id string as reader.id makes it
---@param change table of the core: create or update
---@param held table<string, integer> bounds that a schedule has set: what they are to be
---@param is table|nil the bounds as they are
---@return table[]
function steps.to_make(id, change, held, is)
  local bodies, differs = core.body("scaling", change.after), differing(change)
  local list, puts = { register(id, change, bodies, differs, held, is or {}) }, {}
  for _, section in ipairs(SECTIONS) do add_section(list, puts, section, id, change, bodies, differs) end
  for _, put in ipairs(puts) do list[#list + 1] = put end
  if change.action == "update" then add_tags(list, change) end
  return list
end

--- Those that take it away: its policies and scheduled actions go with the target.
---@param id string
---@return table[]
function steps.to_remove(id)
  return { { operation = "DeregisterScalableTarget", body = reader.about(id) } }
end

--- The names at AWS that attributes give to policies and scheduled actions.
---@param attributes table
---@return string[]
function steps.names(attributes)
  local list = {}
  for _, section in ipairs(SECTIONS) do
    for _, key in ipairs(tables.keys(attributes[section.name] or {})) do
      list[#list + 1] = attributes[section.name][key].name
    end
  end
  return list
end

return steps
