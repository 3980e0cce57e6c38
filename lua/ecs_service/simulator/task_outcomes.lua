--- How a task of each outcome ends, in ECS's words, or in those of a script.
local tables = require "ecs_service.util.tables"
local values = require "ecs_service.simulator.values"

local endings = {}

local essential_exited = "Essential container in task exited"

local function image_of(task)
  local container = task.definition.containers[1]
  return container and container.image or task.definition.family .. ":latest"
end

local told = {}

-- What a task of each outcome says of its end. Fargate puts the cause into the task, EC2 into the container.
function told.exit(_, rule)
  return {
    code = "EssentialContainerExited",
    reason = rule.reason or essential_exited,
    exit_code = rule.exit_code or 1,
  }
end
told.flap = told.exit

function told.oom(_, rule)
  return {
    code = "EssentialContainerExited",
    reason = essential_exited,
    exit_code = rule.exit_code or 137,
    container_reason = rule.reason or "OutOfMemoryError: Container killed due to memory usage",
  }
end

function told.pull_error(task, rule)
  local image = image_of(task)
  local text = rule.reason or ("CannotPullContainerError: pull image manifest has been retried 1 time(s): "
    .. "failed to resolve ref %s: %s: not found"):format(image, image)
  return {
    code = "TaskFailedToStart",
    reason = task.launch_type == "FARGATE" and text or "Task failed to start",
    container_reason = text,
  }
end

function told.unhealthy(task, rule)
  local group = (task.revision.loadBalancers or {})[1]
  if rule.reason then
    return { code = "ServiceSchedulerInitiated", reason = rule.reason, exit_code = 0, unhealthy = true }
  elseif not group then
    return {
      code = "ServiceSchedulerInitiated",
      reason = "Task failed container health checks",
      exit_code = 0,
      unhealthy = true,
    }
  end
  local target = task.revision.groups and task.revision.groups[1] or group.targetGroupArn
  local name = target and "target-group " .. target or "elb " .. group.loadBalancerName
  return {
    code = "ServiceSchedulerInitiated",
    reason = ("Task failed ELB health checks in (%s)"):format(name),
    exit_code = 0,
    unhealthy = true,
  }
end

-- stopCode and stoppedReason of a script that does not say its own, by when the task ends.
local usual = {
  start = { "TaskFailedToStart", "Task failed to start" },
  running = { "EssentialContainerExited", essential_exited },
  health = { "ServiceSchedulerInitiated", "Task failed container health checks" },
}

function told.script(_, rule)
  local script = rule.script
  local words = usual[script.when]
  return {
    code = script.stop_code or words[1],
    reason = script.stopped_reason or rule.reason or words[2],
    containers = script.containers or {},
    unhealthy = script.when == "health",
    event = script.event,
  }
end

--- What a task says of its end.
---@return table {code, reason, exit_code?, container_reason?, containers?, unhealthy?, event?}
function endings.of(task)
  return told[task.outcome](task, task.rule)
end

local function when(rule)
  return rule and rule.script and rule.script.when
end

--- Whether a rule's tasks run until a health check has failed.
function endings.checked(rule)
  return rule.outcome == "unhealthy" or when(rule) == "health"
end

--- Whether a rule's tasks end while they are being set up.
function endings.before_start(rule)
  return rule.outcome == "pull_error" or when(rule) == "start"
end

--- Whether a rule's tasks cannot be placed: true, or the words of the event that says so.
function endings.unplaced(rule)
  if when(rule) == "placement" then return rule.script.event or true end
  return rule ~= nil and rule.outcome == "no_capacity"
end

--- What a container is told to have left behind: the entry of its name, or the first that names none for the first
--- container.
---@return table|nil {reason?, exit_code?}
function endings.container(task, name, index)
  for _, entry in ipairs(task.container_endings or {}) do
    if entry.name == name or (entry.name == nil and index == 1) then return entry end
  end
  return nil
end

local outcomes = { running = true, exit = true, oom = true, pull_error = true, unhealthy = true, no_capacity = true,
  flap = true }
local members = { when = "string", stop_code = "string", stopped_reason = "string", event = "string",
  containers = "table" }
local container_members = { name = "string", reason = "string", exit_code = "number" }

local function wrong_member(given, kinds, where)
  for name, value in pairs(given) do
    if not kinds[name] then
      return ("%s has no %s"):format(where, tostring(name))
    elseif type(value) ~= kinds[name] then
      return ("%s wants a %s as %s"):format(where, kinds[name], name)
    end
  end
end

local function check_script(script)
  local problem = wrong_member(script, members, "outcome")
  if problem then
    return problem
  elseif script.when and script.when ~= "placement" and not usual[script.when] then
    return "outcome.when is placement, start, running or health, not " .. script.when
  end
  for _, entry in ipairs(script.containers or {}) do
    problem = type(entry) ~= "table" and "outcome.containers are tables"
      or wrong_member(entry, container_members, "a container of outcome")
    if problem then return problem end
  end
end

--- What is wrong with an outcome, or nil.
function endings.check(outcome)
  if type(outcome) == "table" then
    return check_script(outcome)
  elseif not outcomes[outcome or ""] then
    return ("has no outcome %s; outcomes are %s"):format(tostring(outcome), table.concat(tables.keys(outcomes), ", "))
  end
end

--- Makes the outcome of a rule the rule's own: a script is kept beside it.
function endings.adopt(rule)
  if type(rule.outcome) == "table" then
    rule.script = values.copy(rule.outcome)
    rule.script.when = rule.script.when or "start"
    rule.outcome = "script"
  end
end

return endings
