--- revisions: what there is of a task definition, which revisions anybody uses, and which were registered here. Reads
--- only.
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local tables = require "ecs_service.util.tables"
local task_definitions = require "ecs_service.run.task_definitions"
local users = require "ecs_service.run.definition_users"

local revisions = {}

revisions.OPTIONS = { limit = "number", cluster = "string|table", interrupted = "function" }

local LIMIT = 20

local KIND = kinds.named "task_definition"

-- A task that names none runs what its service runs.
local function runs_of(stack, target)
  local handle = stack.declared[target]
  if not handle or handle.runs or handle.config.task_definition ~= nil then return handle and handle.runs end
  local lender = handle.config.service
  return type(lender) == "string" and stack.declared[lender] and stack.declared[lender].runs or nil
end

-- The task definition that an address means: its own, or the one that a service or a task runs by its handle.
local function own_address(stack, state, target)
  local alone = kinds.of(target) == KIND and target or kinds.address(KIND, target)
  if stack.declared[alone] or kinds.entry(state, alone) then return alone end
  return runs_of(stack, target)
end

local function family_of(reference)
  local family = type(reference) == "string" and KIND.parse(reference)
  return family or nil
end

-- The family that a service or a task runs which names its task definition by a text.
local function of_runner(stack, state, target)
  local entry, handle = kinds.entry(state, target), stack.declared[target]
  if kinds.of(target) == KIND then return nil end
  return family_of(entry and entry.attributes.task_definition) or handle and family_of(handle.config.task_definition)
end

--- The task definition that is meant.
---@param stack ecs_service.Stack
---@param state table
---@param target string its address, that of a service, or a family
---@return table|nil { family, name, address, entry }
---@return ecs_service.Error|nil code NotFound
function revisions.find(stack, state, target)
  local address = own_address(stack, state, target)
  if address then
    local entry, handle = kinds.entry(state, address), stack.declared[address]
    local family = entry and entry.attributes.family or handle.config.family
    return { family = tostring(family), name = address, address = address, entry = entry }
  end
  local family = of_runner(stack, state, target)
  if not family and kinds.of(target) == kinds.BARE then family = family_of(target) end
  if family then return { family = family, name = family } end
  return nil, errors.new { code = "NotFound", address = target,
    message = ("%s is no task definition of this stack, and no family"):format(target),
    hint = "name an address of stack:task_definition, that of a service or a task, or a family" }
end

--- The clusters in which somebody may use a revision: those that are declared, recorded or given; of a stack that knows
--- none, all.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param state table
---@param opts table cluster, interrupted
---@return string[]|nil
---@return ecs_service.Error|nil
function revisions.clusters(stack, session, state, opts)
  local configs = {}
  for _, address in ipairs(stack.order) do
    local config = stack.declared[address].config
    local cluster = config.cluster
    if cluster == nil or type(cluster) == "string" then
      configs[address] = { cluster = cluster, service = config.service }
    end
  end
  local set = tables.set(users.clusters(stack, state, configs))
  for _, cluster in ipairs(type(opts.cluster) == "table" and opts.cluster or { opts.cluster }) do
    set[names.short(cluster)] = true
  end
  if next(set) == nil then return users.all_clusters(session, opts) end
  return tables.keys(set)
end

--- Who uses some revisions: services, tasks, what is recorded, and the address that stands for one of them.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param state table
---@param arns string[]
---@param opts table cluster, interrupted
---@return table<string, ecs_service.RevisionUser[]>|nil by ARN
---@return ecs_service.Error|nil
function revisions.used(stack, session, state, arns, opts)
  local clusters, err = revisions.clusters(stack, session, state, opts)
  if not clusters then return nil, err end
  local used
  used, err = users.of(session, clusters, arns, { interrupted = opts.interrupted, patient = false })
  if not used then return nil, err end
  return users.together(used, users.recorded(state))
end

--- The error of a family that ECS does not have.
---@param found table
---@return ecs_service.Error
function revisions.missing(found)
  return errors.new { code = "NotFound", address = found.address,
    message = ("ECS has no revision of the family %s"):format(found.family),
    hint = found.address and "register it: ecs-service apply, stack:apply()" or "see the family's name and the region" }
end

-- All revisions, the newest first.
local function in_order(by_status)
  local all = {}
  for _, status in ipairs(lists.STATUSES) do
    for _, arn in ipairs(by_status[status]) do
      local _, number = lists.parts(arn)
      all[#all + 1] = { arn = arn, revision = names.last(arn), number = number, status = status }
    end
  end
  table.sort(all, function(a, b) return a.number > b.number end)
  return all
end

local function images_of(definition)
  local images = {}
  for i, container in ipairs(definition.containerDefinitions or {}) do
    images[i] = { container = container.name, image = container.image }
  end
  return images
end

-- A service stands for its tasks.
local function texts_of(list)
  local texts, services = {}, {}
  for _, who in ipairs(list or {}) do
    if who.service and not who.task then services[who.cluster .. "/" .. who.service] = true end
  end
  for _, who in ipairs(list or {}) do
    if not (who.task and who.service and services[who.cluster .. "/" .. who.service]) then
      texts[#texts + 1] = who.text
    end
  end
  return texts
end

local function fill(one, found, described, used, current)
  local definition = described[one.arn] and described[one.arn].answer
  if definition then
    one.status = definition.status or one.status
    one.registered_at, one.registered_by = tonumber(definition.registeredAt), definition.registeredBy
    one.images = images_of(definition)
  end
  one.used_by = used and texts_of(used[one.arn]) or nil
  one.here = found.own[one.arn] == true
  one.current = one.arn == current or nil
end

-- What is told of the newest ones; who uses them may be refused without the rest losing its worth.
local function describe(stack, session, state, found, opts)
  local arns = {}
  for i, one in ipairs(found.entries) do arns[i] = one.arn end
  local described, err = task_definitions.describe_all(session, arns, { interrupted = opts.interrupted })
  if not described then return nil, err end
  local used, problem = revisions.used(stack, session, state, arns, opts)
  if problem then
    if problem.whole or problem.code == "Interrupted" then return nil, problem end
    found.unread[1] = { operation = problem.operation, code = problem.code, message = problem.message }
  end
  local entry = found.entry
  found.own = tables.set(entry and entry.revisions)
  local current = entry and entry.attributes.arn or found.newest
  for _, one in ipairs(found.entries) do fill(one, found, described, used, current) end
  found.entry, found.own, found.newest = nil, nil, nil
  return found
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string an address, or a family
---@param opts table checked options: limit (20), cluster (one, or a list, beside those of the stack), interrupted
---@return table|nil { name, family, address, total, unread, entries: the newest first, each { revision ("api:3"),
---  number, arn, status, registered_at (seconds since 1970), registered_by, images ({ container, image }), used_by
---  (texts; nil: not known), here (registered by this stack), current (what the handle stands for) } }
---@return ecs_service.Error|nil codes NotFound, or of the API
function revisions.run(stack, target, opts)
  local state, err = stack:read_state()
  if not state then return nil, err end
  local found, session
  found, err = revisions.find(stack, state, target)
  if not found then return nil, err end
  session, err = stack:session(state, true)
  if not session then return nil, err end
  local all
  all, err = lists.of(session, { found.family }, lists.STATUSES, { interrupted = opts.interrupted })
  if not all then return nil, err end
  found.newest, found.unread, found.entries = all[found.family].ACTIVE[1], {}, in_order(all[found.family])
  found.total = #found.entries
  if found.total == 0 then return nil, revisions.missing(found) end
  for i = found.total, (opts.limit or LIMIT) + 1, -1 do found.entries[i] = nil end
  return describe(stack, session, state, found, opts)
end

return revisions
