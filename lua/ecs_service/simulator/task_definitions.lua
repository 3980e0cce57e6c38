--- Registering, deregistering, deleting, finding and describing task definitions.

local checks = require "ecs_service.simulator.task_definition_checks"
local clusters = require "ecs_service.simulator.clusters"
local form = require "ecs_service.simulator.task_definition_form"
local identity = require "ecs_service.simulator.identity"
local needs = require "ecs_service.simulator.task_definition_needs"
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"

local task_definitions = {}
local operations = {}
task_definitions.operations = operations

--- Puts a revision into the world.
---@param loose boolean what is not described more closely fits any launch type, container and volume
function task_definitions.add(world, family_name, revision, request, loose)
  local family = world.families[family_name]
  if not family then
    family = { name = family_name, latest = 0, revisions = {} }
    world.families[family_name] = family
    world.family_names[#world.family_names + 1] = family_name
    table.sort(world.family_names)
  end
  local definition = form.of(world, request)
  definition.family, definition.revision, definition.loose = family_name, revision, loose
  definition.short = ("%s:%d"):format(family_name, revision)
  definition.arn = world:arn("task-definition/" .. definition.short)
  definition.status, definition.registered_at = "ACTIVE", world.now
  family.revisions[revision] = definition
  family.latest = math.max(family.latest, revision)
  return definition
end

local function split(world, reference)
  local name = reference
  if reference:sub(1, 4) == "arn:" then
    name = reference:match(":task%-definition/(.+)$")
    if not name or reference ~= world:arn("task-definition/" .. name) then return nil end
  end
  local family, revision = name:match("^([^:]+):(%d+)$")
  return family or name, tonumber(revision)
end

--- The revision that a family, family:revision or ARN names: the newest ACTIVE one when none is named.
function task_definitions.find(world, reference)
  local family_name, revision = split(world, reference)
  local family = family_name and world.families[family_name]
  if not family then
    return nil
  elseif revision then
    return family.revisions[revision]
  end
  for i = family.latest, 1, -1 do
    if family.revisions[i] and family.revisions[i].status == "ACTIVE" then return family.revisions[i] end
  end
  return nil
end

--- The same for a service that is to run it: raises what CreateService answers.
function task_definitions.to_run(world, reference)
  local definition = task_definitions.find(world, reference)
  if not definition then
    refuse.raise("ClientException", "TaskDefinition not found.")
  elseif definition.status ~= "ACTIVE" then
    refuse.raise("ClientException", "TaskDefinition is inactive")
  end
  return definition
end

local function view(definition)
  local out = {
    taskDefinitionArn = definition.arn,
    family = definition.family,
    revision = definition.revision,
    status = definition.status,
    containerDefinitions = values.copy(definition.containers),
    volumes = values.copy(definition.volumes),
    placementConstraints = values.copy(definition.constraints),
    compatibilities = needs.compatibilities(definition),
    requiresAttributes = needs.attributes(definition),
    cpu = definition.cpu,
    memory = definition.memory,
    taskRoleArn = definition.taskRoleArn,
    executionRoleArn = definition.executionRoleArn,
    registeredAt = definition.registered_at,
    registeredBy = definition.registered_by,
    deregisteredAt = definition.deregistered_at,
    deleteRequestedAt = definition.delete_requested_at,
  }
  for _, name in ipairs(form.kept) do out[name] = values.copy(definition[name]) end
  return out
end

function operations.RegisterTaskDefinition(world, body)
  checks.whole(body)
  local family = world.families[body.family]
  local definition = task_definitions.add(world, body.family, (family and family.latest or 0) + 1, body, false)
  definition.registered_by = identity.operations.GetCallerIdentity(world).Arn
  return { taskDefinition = view(definition), tags = values.copy(definition.tags) }
end

-- The revision that a request names by family:revision or ARN.
local function revision_of(world, reference)
  local _, revision = split(world, reference)
  if not revision then
    local given = reference:match "[^/]*$":match ":(.*)$"
    if given then refuse.raise("ClientException", "Invalid revision number. Number: %s", given) end
    refuse.raise("ClientException", "Revision is missing.")
  end
  return task_definitions.find(world, reference)
end

function operations.DeregisterTaskDefinition(world, body)
  local definition = revision_of(world, body.taskDefinition)
  if not definition then
    refuse.raise("ClientException", "The specified task definition does not exist.")
  elseif definition.status == "DELETE_IN_PROGRESS" then
    refuse.raise("ClientException", "The specified task definition is in the process of being deleted.")
  end
  definition.status = "INACTIVE"
  definition.deregistered_at = definition.deregistered_at or world.now
  return { taskDefinition = view(definition) }
end

-- Whether a task or a service still names a revision.
local function is_referenced(world, definition)
  for _, cluster in pairs(world.clusters) do
    for _, task in pairs(cluster.tasks) do
      if task.definition == definition and task.status ~= "STOPPED" then return true end
    end
    for _, service in pairs(cluster.services) do
      if service.status ~= "INACTIVE" and service.config.taskDefinition == definition.arn then return true end
      for _, set in ipairs(service.task_sets) do
        if set.revision.definition == definition then return true end
      end
    end
  end
  return false
end

-- ECS clears up when nothing names the revision any more, and takes its time.
local CLEARED_AFTER = 3600

local function clear(what)
  local world, definition = what.world, what.definition
  if is_referenced(world, definition) then
    world:at(world.now + CLEARED_AFTER, clear, what)
  else
    world.families[definition.family].revisions[definition.revision] = nil
  end
end

-- Answers what is wrong with the deletion of a revision; nil when it is under way.
local function delete(world, definition)
  if not definition then
    return "The specified task definition does not exist. Specify a valid account, family, revision and try again."
  elseif definition.status == "ACTIVE" then
    return "The specified task definition is still in ACTIVE status. Please deregister the target and try again."
  elseif definition.status == "INACTIVE" then
    definition.status, definition.delete_requested_at = "DELETE_IN_PROGRESS", world.now
    world:at(world.now + CLEARED_AFTER, clear, { world = world, definition = definition })
  end
end

function operations.DeleteTaskDefinitions(world, body)
  local wanted = body.taskDefinitions
  if #wanted == 0 then
    refuse.invalid("taskDefinitions cannot be empty.")
  elseif #wanted > 10 then
    refuse.invalid("taskDefinitions cannot have more than 10 items.")
  end
  local out, failures, seen = {}, {}, {}
  for _, reference in ipairs(wanted) do
    local _, revision = split(world, reference)
    local definition = revision and task_definitions.find(world, reference)
    local problem = revision == nil and "The specified task definition identifier is invalid. Specify a valid name or "
      .. "ARN and try again." or delete(world, definition)
    if problem then
      failures[#failures + 1] = { arn = reference, reason = problem }
    elseif not seen[definition] then
      seen[definition] = true
      out[#out + 1] = view(definition)
    end
  end
  return { taskDefinitions = out, failures = failures }
end

function operations.DescribeTaskDefinition(world, body)
  local definition = task_definitions.find(world, body.taskDefinition)
  if not definition then refuse.raise("ClientException", "Unable to describe task definition.") end
  local tagged = clusters.includes(body, "TAGS")
  return { taskDefinition = view(definition), tags = tagged and values.copy(definition.tags) or {} }
end

-- ACTIVE with a revision that is; INACTIVE without; nil when nothing is left of it.
local function status_of(family)
  local status
  for _, definition in pairs(family.revisions) do
    if definition.status == "ACTIVE" then return "ACTIVE" end
    status = "INACTIVE"
  end
  return status
end

function operations.ListTaskDefinitionFamilies(world, body)
  local wanted, prefix = body.status or "ALL", body.familyPrefix or ""
  local names = {}
  for _, name in ipairs(world.family_names) do
    local status = status_of(world.families[name])
    if status and (wanted == "ALL" or wanted == status) and name:sub(1, #prefix) == prefix then
      names[#names + 1] = name
    end
  end
  local page, next_token = values.page(names, values.from(body), values.page_size(body, 100, 100))
  return { families = page, nextToken = next_token }
end

function operations.ListTaskDefinitions(world, body)
  local arns = {}
  local status = body.status or "ACTIVE"
  for _, name in ipairs(world.family_names) do
    if not body.familyPrefix or name == body.familyPrefix then
      local family = world.families[name]
      for revision = 1, family.latest do
        local definition = family.revisions[revision]
        if definition and definition.status == status then arns[#arns + 1] = definition.arn end
      end
    end
  end
  if body.sort == "DESC" then
    local reversed = {}
    for i = #arns, 1, -1 do reversed[#reversed + 1] = arns[i] end
    arns = reversed
  end
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 100, 100))
  return { taskDefinitionArns = page, nextToken = next_token }
end

return task_definitions
