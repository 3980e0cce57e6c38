--- Taking over a schedule that exists: it is read and recorded, not changed.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local form = require "ecs_service.run.schedule_form"
local kinds = require "ecs_service.kinds"
local place = require "ecs_service.state.place"
local planning = require "ecs_service.verbs.plan_schedules"
local schedules = require "ecs_service.run.schedules"
local shell = require "ecs_service.util.shell"

local importing = {}

local KIND = kinds.named "schedule"

local function refused(code, message, hint)
  return nil, errors.new { code = code, path = "id", kind = KIND.name, message = message, hint = hint }
end

-- An ARN names its place.
local function elsewhere(session, id)
  local partition, region = id:match "^arn:([^:]+):scheduler:([^:]+):"
  if not partition or partition == session.partition and region == session.region then return nil end
  local _, err = refused("WrongPlace", ("%s is in %s, and this run works in %s"):format(id:match "[^/]+/[^/]+$",
    region, session.region), "run it with --region " .. region)
  err.recorded, err.here = { partition = partition, region = region },
    { partition = session.partition, region = session.region }
  return err
end

--- The schedule of an id.
---@param id any
---@return table|nil { group_name, name }
---@return ecs_service.Error|nil code ImportFormat
function importing.parse(id)
  local group, name = KIND.parse(id)
  if name then return { group_name = group, name = name } end
  return refused("ImportFormat", ("wrong format of resource: %s, expecting '%s'"):format(tostring(id), KIND.id))
end

--- Reads it.
---@param session ecs_service.Session
---@param id string
---@param wanted table of importing.parse
---@param opts table { interrupted }
---@return table|nil attributes
---@return ecs_service.Error|nil codes NotFound, WrongPlace, or of the API
---@return table|nil opened of schedule_form.opened
function importing.read(session, id, wanted, opts)
  local err = elsewhere(session, id)
  if err then return nil, err end
  local found
  found, err = schedules.read(session, { wanted }, opts)
  if not found then return nil, err end
  if not found[1] then
    local problem = session.place and place.asked_problem(session)
    if problem then return nil, problem end
    return refused("NotFound", ("there is no schedule %s"):format(KIND.identity(wanted)),
      "see its group: aws scheduler list-schedules")
  end
  local here = session.place and session.place:here() or session
  local opened = form.opened(found[1], nil, here)
  local attributes = form.attributes(opened, nil)
  if attributes.task_definition then return attributes, nil, opened end
  return refused("NotFound", ("the schedule %s runs no task of ECS"):format(KIND.identity(wanted)),
    "its target is another one: leave it to whoever made it")
end

-- That something else stands where it is to be recorded; the record when it is this very schedule.
local function present(state, address, wanted)
  local entry, identity = kinds.entry(state, address), KIND.identity(wanted)
  if entry and KIND.identity(entry.attributes) == identity then return entry.attributes end
  if entry then
    return refused("AlreadyManaged", ("%s is recorded already: it is %s"):format(address,
      KIND.identity(entry.attributes)), "import it under another address, or forget that one: "
      .. shell.command("ecs-service state rm", address))
  end
  for _, other in ipairs(state:recorded(KIND.name)) do
    if KIND.identity(kinds.entry(state, other).attributes) == identity then
      return refused("AlreadyManaged", ("%s is managed by this stack already, as %s"):format(identity, other),
        "to have it under this address: " .. shell.command("ecs-service state mv", other, address))
    end
  end
end

--- The verb, for a schedule.
---@param stack ecs_service.Stack
---@param address string
---@param id string "group-name/schedule-name", or its ARN
---@param opts table checked options of import
---@return table|nil attributes
---@return ecs_service.Error|nil codes ImportFormat, AlreadyManaged, NotFound, WrongPlace, or of the API
function importing.run(stack, address, id, opts)
  local wanted, malformed = importing.parse(id)
  if not wanted then return nil, malformed end
  return stack:with_state("import", opts, function(state)
    local session, err = stack:session(state)
    if not session then return nil, err end
    local known, attributes
    known, err = present(state, address, wanted)
    if err then return nil, err end
    if known then
      local problem = place.asked_problem(session)
      if problem then return nil, problem end
      return core.table(known)
    end
    attributes, err = importing.read(session, id, wanted, opts)
    if not attributes then return nil, err end
    local sealed = core.object(planning.seal(attributes, attributes))
    kinds.record(state, address, { status = "ok", imported = true, attributes = sealed })
    state.journal[address] = nil
    local saved, failure = state:save()
    if not saved then return nil, failure end
    return core.table(sealed)
  end)
end

return importing
