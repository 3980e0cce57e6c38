--- Taking over a revision of a task definition: it is read and recorded, not changed. What was not registered here is
--- never deregistered.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"
local task_definitions = require "ecs_service.run.task_definitions"

local importing = {}

local KIND = kinds.named "task_definition"

local function refused(code, message, hint)
  return nil, errors.new { code = code, path = "id", kind = KIND.name, message = message, hint = hint }
end

--- That an address is not recorded, where it stands for a revision.
---@param address string
---@return ecs_service.Error code NotRecorded
function importing.unrecorded(address)
  return errors.new { code = "NotRecorded", address = kinds.name(address), kind = KIND.name,
    message = ("%s is not recorded"):format(address),
    hint = "take it over first: " .. shell.command("ecs-service import", address, "FAMILY:REVISION") }
end

--- What DescribeTaskDefinition is to be asked for.
---@param id any
---@return { family: string, revision: integer|nil, asked: string }|nil
---@return ecs_service.Error|nil code ImportFormat
function importing.parse(id)
  local family, revision = KIND.parse(id)
  if not family or id:find("/", 1, true) and not id:find("^arn:[^/]*:task%-definition/[^/]*$") then
    return refused("ImportFormat", ("wrong format of resource: %s, expecting '%s'"):format(tostring(id), KIND.id))
  end
  return { family = family, revision = tonumber(revision), asked = id }
end

-- An ARN names its place.
local function elsewhere(session, id)
  local there = place.of_arn(id)
  if not there then return nil end
  there.address, there.named = names.last(id), true
  local err = place.named_problem(session, there)
  if not err then return nil end
  err.path, err.kind = "id", KIND.name
  err.hint = there.region == session.region and "use the credentials of its account, or name the revision of here"
    or ("run it with --region %s, or name the revision of here"):format(there.region)
  return err
end

--- Reads the revision that an id names; of a family its newest ACTIVE one.
---@param session ecs_service.Session
---@param wanted table of importing.parse
---@param opts table { interrupted }
---@return ecs_service.Revision|nil
---@return ecs_service.Error|nil codes NotFound, WrongPlace, or of the API
function importing.read(session, wanted, opts)
  local err = elsewhere(session, wanted.asked)
  if err then return nil, err end
  local revision
  revision, err = task_definitions.describe(session, wanted.asked, { interrupted = opts.interrupted })
  if err then return nil, err.http_status == 400 and session.place and place.asked_problem(session) or err end
  local called = names.last(wanted.asked)
  if not revision then
    local problem = session.place and place.asked_problem(session)
    if problem then return nil, problem end
    return refused("NotFound", ("there is no task definition %s"):format(called),
      "name one that is registered: family:revision, or the family for its newest")
  elseif revision.attributes.status ~= "ACTIVE" then
    return refused("NotFound", ("%s is %s: no service can be moved to it, and nothing can run it"):format(called,
      tostring(revision.attributes.status)), "import an ACTIVE revision, or declare it: it is registered anew then")
  end
  return revision
end

-- That something else stands where it is to be recorded; the record when it is this very revision.
local function present(state, address, wanted)
  local entry = kinds.entry(state, address)
  local known = entry and entry.attributes
  if known and known.family == wanted.family and (not wanted.revision or wanted.revision == known.revision) then
    return known
  elseif known then
    return refused("AlreadyManaged", ("%s is recorded already: it is %s"):format(address, KIND.called(known)),
      "import it under another address, or forget that one: " .. shell.command("ecs-service state rm", address))
  end
  for _, other in ipairs(state:definitions()) do
    local attributes = kinds.entry(state, other).attributes
    if attributes.family == wanted.family then
      return refused("AlreadyManaged", ("the family %s is managed by this stack already, as %s"):format(wanted.family,
        other), "to have it under this address: " .. shell.command("ecs-service state mv", other, address))
    end
  end
end

--- The record of a revision.
---@param attributes table as they are read
---@param more table|nil members that only a declaration has: skip_destroy, track_latest, sensitive
---@return ecs_service.StateEntry
function importing.entry(attributes, more)
  attributes = tables.merge(attributes, more, { tags_all = attributes.tags })
  return { status = "ok", imported = true, revisions = {},
    attributes = core.object(sealed.of(attributes, attributes.family, attributes.sensitive)) }
end

importing.present = present

--- The verb, for a task definition.
---@param stack ecs_service.Stack
---@param address string
---@param id string
---@param opts table checked options of import
---@return table|nil attributes
---@return ecs_service.Error|nil codes ImportFormat, AlreadyManaged, NotFound, WrongPlace, or of the API
function importing.run(stack, address, id, opts)
  local wanted, malformed = importing.parse(id)
  if not wanted then return nil, malformed end
  return stack:with_state("import", opts, function(state)
    local session, err = stack:session(state)
    if not session then return nil, err end
    local known
    known, err = present(state, address, wanted)
    if err then return nil, err end
    if known then
      local problem = place.asked_problem(session)
      if problem then return nil, problem end
      return core.table(known)
    end
    local revision
    revision, err = importing.read(session, wanted, opts)
    if not revision then return nil, err end
    local entry = importing.entry(revision.attributes)
    kinds.record(state, address, entry)
    state.journal[address] = nil
    local saved, failure = state:save()
    if not saved then return nil, failure end
    return core.table(entry.attributes)
  end)
end

return importing
