--- RunTask and StartTask: tasks that belong to no service.

local core = require "ecs_service.core"
local clusters = require "ecs_service.simulator.clusters"
local fleet = require "ecs_service.simulator.fleet"
local form = require "ecs_service.simulator.task_definition_form"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local task_definitions = require "ecs_service.simulator.task_definitions"
local task_view = require "ecs_service.simulator.task_view"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local operations = {}

local MOST_TASKS, MOST_OVERRIDES = 10, 8192
-- A token is good for a day.
local TOKEN_SECONDS = 86400

local function check_started_by(text, most)
  if text and (#text > most or text:find "[^%w_/-]") then
    refuse.invalid("Invalid startedBy: up to %d letters, numbers, hyphens, forward slashes and underscores.", most)
  end
end

local function check_overrides(overrides, definition)
  local names = {}
  for _, container in ipairs(definition.containers) do names[container.name] = true end
  for _, override in ipairs(overrides.containerOverrides or {}) do
    if not override.name then
      if next(override) then refuse.invalid("The name of the container is required if any override is specified.") end
    elseif not names[override.name] and not definition.loose then
      refuse.invalid("Override for container named %s is not a container in the TaskDefinition.", override.name)
    end
  end
  for _, member in ipairs { "cpu", "memory" } do
    if overrides[member] and not form.size(member, overrides[member]) then
      refuse.invalid("Invalid '%s' override for task.", member)
    end
  end
  if #core.json(overrides) > MOST_OVERRIDES then
    refuse.invalid("Overrides length must be at most %d.", MOST_OVERRIDES)
  end
end

-- What both operations look at, before anything is started.
local function check_common(body, definition)
  if body.propagateTags == "SERVICE" then
    refuse.invalid("propagateTags of a task has to be TASK_DEFINITION: it belongs to no service.")
  end
  service_checks.tags(body.tags)
  check_overrides(body.overrides or {}, definition)
  if body.enableExecuteCommand and not definition.loose
    and not (definition.taskRoleArn or (body.overrides or {}).taskRoleArn) then
    refuse.invalid("The task definition must have a task role, or the request an override of it, to use the execute "
      .. "command functionality.")
  end
end

local function revision_of(cluster, definition, body)
  local revision = { definition = definition, launchType = body.launchType, platformVersion = body.platformVersion,
    capacityProviderStrategy = values.copy(body.capacityProviderStrategy),
    networkConfiguration = values.copy(body.networkConfiguration),
    volumeConfigurations = values.copy(body.volumeConfigurations) }
  if revision.launchType and not values.none(revision.capacityProviderStrategy) then
    refuse.invalid("Specifying both a launch type and capacity provider strategy is not supported. "
      .. "Remove one and try again.")
  elseif not revision.launchType and values.none(revision.capacityProviderStrategy) then
    revision.capacityProviderStrategy = values.copy(cluster.default_strategy)
    if values.none(revision.capacityProviderStrategy) then revision.launchType = "EC2" end
  end
  return revision
end

local function failure_of(cluster, revision, rule)
  local fargate = tasks.launch_type_of(revision) == "FARGATE"
  local script = rule and rule.script
  local reason = rule and rule.reason or script and script.stopped_reason
    or fargate and "Capacity is unavailable at this time. Please try again later or in a different availability zone."
    or "RESOURCE:MEMORY"
  return { arn = not fargate and cluster.container_instances[1] or cluster.arn, reason = reason }
end

-- Starts one task for each item of `places` (an instance, or false for wherever there is room).
local function launch_all(world, cluster, body, revision, places)
  local definition, live = revision.definition, {}
  local failures = {}
  for _, instance in ipairs(places) do
    local task, rule = tasks.launch(world, {
      cluster = cluster, revision = revision, live = live, instance = instance or nil,
      about = { cluster = cluster.name, definition = definition }, started_by = body.startedBy,
      group = body.group or "family:" .. definition.family, exec = body.enableExecuteCommand or false,
      overrides = values.copy(body.overrides), constraints = body.placementConstraints,
      tags = tasks.tags_of(body, cluster, definition),
    })
    if not task then failures[#failures + 1] = failure_of(cluster, revision, rule) end
  end
  return live, failures
end

local function views(list)
  local out = {}
  for i, task in ipairs(list) do out[i] = task_view.of(task, true) end
  return out
end

-- The tasks that this token has started within the last day; raises when it was for something else.
local function started_before(world, token, body)
  if not token then return nil end
  if #token > 64 or #token == 0 or token:find "[^\33-\126]" then
    refuse.invalid("clientToken has to be 1 to 64 ASCII characters in the range of 33-126.")
  end
  local known = world.run_tokens[token]
  if not known or world.now - known.at > TOKEN_SECONDS then return nil end
  if not values.equal(known.body, body) then
    local arns = {}
    for i, task in ipairs(known.tasks) do arns[i] = task.arn end
    local refusal = refuse.new("ConflictException", "The RunTask request could not be processed due to conflicts. The "
      .. "provided clientToken is already in use with a different RunTask request.")
    refusal.members = { resourceIds = arns }
    error(refusal, 0)
  end
  return known
end

function operations.RunTask(world, body)
  local cluster = clusters.active(world, body.cluster)
  local known = started_before(world, body.clientToken, body)
  if known then return { tasks = views(known.tasks), failures = values.copy(known.failures) } end
  local count = body.count or 1
  if count < 1 or count > MOST_TASKS then refuse.invalid("count must be between 1 and %d.", MOST_TASKS) end
  check_started_by(body.startedBy, 128)
  local definition = task_definitions.to_run(world, body.taskDefinition)
  check_common(body, definition)
  local revision = revision_of(cluster, definition, body)
  service_checks.task(cluster, revision, body)
  if tasks.launch_type_of(revision) ~= "FARGATE" and cluster.counted and not cluster.fleet[1] then
    refuse.invalid("No Container Instances were found in your cluster.")
  end
  local places = {}
  for i = 1, count do places[i] = false end
  local list, failures = launch_all(world, cluster, body, revision, places)
  if body.clientToken then
    world.run_tokens[body.clientToken] = { at = world.now, body = body, tasks = list, failures = failures }
  end
  return { tasks = views(list), failures = values.copy(failures) }
end

function operations.StartTask(world, body)
  local cluster = clusters.active(world, body.cluster)
  if #body.containerInstances == 0 then
    refuse.invalid("Container instances cannot be empty.")
  elseif #body.containerInstances > MOST_TASKS then
    refuse.invalid("Container instances cannot have more than %d items.", MOST_TASKS)
  end
  check_started_by(body.startedBy, 36)
  local definition = task_definitions.to_run(world, body.taskDefinition)
  check_common(body, definition)
  local revision = { definition = definition, launchType = "EC2",
    networkConfiguration = values.copy(body.networkConfiguration) }
  service_checks.task(cluster, revision, body)
  local places, failures = {}, {}
  for _, reference in ipairs(body.containerInstances) do
    local instance = fleet.find(cluster, reference)
    if instance and instance.status == "ACTIVE" then
      places[#places + 1] = instance.arn
    else
      failures[#failures + 1] = { reason = instance and "INACTIVE" or "MISSING", arn = instance and instance.arn
        or reference:sub(1, 4) == "arn:" and reference
        or world:arn(("container-instance/%s/%s"):format(cluster.name, reference)) }
    end
  end
  local list, unplaced = launch_all(world, cluster, body, revision, places)
  for _, failure in ipairs(unplaced) do failures[#failures + 1] = failure end
  return { tasks = views(list), failures = failures }
end

return { operations = operations }
