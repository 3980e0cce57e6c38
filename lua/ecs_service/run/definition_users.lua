--- Who uses revisions of task definitions: services and their deployments, and tasks that have not stopped, in the
--- clusters that a stack knows. Asked before a revision is deregistered.
local kinds = require "ecs_service.kinds"
local listing = require "ecs_service.run.listing"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local tables = require "ecs_service.util.tables"

local users = {}

-- How long tasks that are on their way to STOPPED are waited for, and how often they are looked at, in seconds.
local PATIENCE, PAUSE = 300, 5

local SERVICES, TASKS = 10, 100 -- of one DescribeServices, of one DescribeTasks

---@class ecs_service.RevisionUser
---@field text string          in words: "the service prod/api"
---@field cluster string|nil   its name
---@field service string|nil   the service, or the one whose task it is
---@field task string|nil      the task's id
---@field address string|nil   of what is recorded

local function note(used, arn, who)
  if type(arn) ~= "string" then return end
  used[arn] = used[arn] or {}
  for _, one in ipairs(used[arn]) do
    if one.text == who.text then return end
  end
  table.insert(used[arn], who)
end

local function note_service(cluster, service, used)
  local who = { text = "the service " .. names.identity(cluster, service.serviceName), cluster = cluster,
    service = service.serviceName }
  note(used, service.taskDefinition, who)
  for _, list in ipairs { service.deployments or {}, service.taskSets or {} } do
    for _, one in ipairs(list) do note(used, one.taskDefinition, who) end
  end
end

-- What is INACTIVE runs nothing any more, though it may still be listed, with the deployments that it had.
local function note_services(session, cluster, used, opts)
  local arns, err = listing.all(session, "ListServices", { cluster = cluster }, "serviceArns", opts)
  local services
  if arns then
    services, err = listing.described(session, "DescribeServices", cluster, "services", arns, SERVICES, opts)
  end
  if not services then return err end
  for _, service in ipairs(services) do
    if service.status ~= "INACTIVE" then note_service(cluster, service, used) end
  end
end

-- Tasks that have not stopped; whether all that were found are about to.
local function note_tasks(session, cluster, family, used, opts)
  local stopping = {}
  for _, status in ipairs { "RUNNING", "STOPPED" } do
    local arns, err = listing.all(session, "ListTasks", { cluster = cluster, family = family, desiredStatus = status },
      "taskArns", opts)
    local tasks
    if arns then tasks, err = listing.described(session, "DescribeTasks", cluster, "tasks", arns, TASKS, opts) end
    if not tasks then return err end
    for _, task in ipairs(tasks) do
      if task.lastStatus ~= "STOPPED" then
        local id = names.last(task.taskArn) or "?"
        local who = { text = ("the task %s in %s"):format(id, cluster), cluster = cluster, task = id,
          service = (task.group or ""):match "^service:(.+)$" }
        note(status == "RUNNING" and used or stopping, task.taskDefinitionArn, who)
      end
    end
  end
  return nil, stopping
end

local function look(session, clusters, families, opts)
  local used, stopping = {}, {}
  for _, cluster in ipairs(clusters) do
    local err = note_services(session, cluster, used, opts)
    for _, family in ipairs(families) do
      local found
      if not err then err, found = note_tasks(session, cluster, family, used, opts) end
      for arn, list in pairs(found or {}) do stopping[arn] = list end
    end
    if err then return nil, err end
  end
  return used, stopping
end

local function any_of(arns, map)
  for _, arn in ipairs(arns) do
    if map[arn] then return true end
  end
  return false
end

-- What stands in a cluster: services, and tasks that run once.
local function runs_somewhere(address) return kinds.of(address) ~= kinds.named "task_definition" end

-- What is recorded of that.
local function recorded_of(state)
  local list = state:addresses()
  for _, name in ipairs { "task", "schedule" } do
    for _, address in ipairs(state:recorded(name)) do list[#list + 1] = address end
  end
  return list
end

--- The clusters that a stack declares or records. A task that names none runs in that of its service.
---@param stack ecs_service.Stack
---@param state table
---@param normals table<string, table|userdata>
---@return string[] names
function users.clusters(stack, state, normals)
  local set = {}
  local function add(cluster) set[names.short(cluster) or "default"] = true end
  for _, address in ipairs(stack.order) do
    local config = runs_somewhere(address) and normals[address]
    if config and (config.cluster or not config.service) then add(config.cluster) end
  end
  for _, address in ipairs(recorded_of(state)) do add(kinds.entry(state, address).attributes.cluster) end
  return tables.keys(set)
end

--- All clusters of the account, in this region.
---@param session ecs_service.Session
---@param opts table { interrupted }
---@return string[]|nil names
---@return ecs_service.Error|nil
function users.all_clusters(session, opts)
  local arns, err = listing.all(session, "ListClusters", {}, "clusterArns", { interrupted = opts.interrupted })
  for i, arn in ipairs(arns or {}) do arns[i] = names.short(arn) end
  return arns, err
end

--- Who of what is recorded, or was begun, names revisions.
---@param state table
---@return table<string, ecs_service.RevisionUser[]> by ARN
function users.recorded(state)
  local used = {}
  for _, address in ipairs(recorded_of(state)) do
    local attributes, uses = kinds.entry(state, address).attributes, kinds.of(address).uses
    note(used, uses and uses(attributes) or attributes.task_definition,
      { text = ("%s, as it is recorded"):format(address), address = address })
  end
  for _, address in ipairs(tables.keys(state.journal)) do
    note(used, state.journal[address].revision, { text = ("%s, as it was begun"):format(address), address = address })
  end
  return used
end

--- What goes on with a revision although a plan lets go of it: rules of EventBridge.
---@param changes table[]
---@return table<string, ecs_service.RevisionUser[]> by ARN
function users.left(changes)
  local used = {}
  for _, change in ipairs(changes) do
    local rule = change.kind == "schedule" and change.action == "forget" and change.before.rule
    if rule then
      note(used, change.before.task_definition, { text = "the rule " .. rule, address = kinds.text(change) })
    end
  end
  return used
end

--- The users of several sources together, those of the first ones first.
---@param ... table<string, ecs_service.RevisionUser[]>
---@return table<string, ecs_service.RevisionUser[]>
function users.together(...)
  local all = {}
  for _, used in ipairs { ... } do
    for arn, list in pairs(used) do
      for _, who in ipairs(list) do note(all, arn, who) end
    end
  end
  return all
end

--- Who uses each of some revisions. Tasks that are about to stop are waited for.
---@param session ecs_service.Session
---@param clusters string[]
---@param arns string[]
---@param opts table { interrupted, patient (false: such tasks are users, and nobody waits) }
---@return table<string, ecs_service.RevisionUser[]>|nil by ARN; of nobody's nothing
---@return ecs_service.Error|nil
function users.of(session, clusters, arns, opts)
  local set = {}
  for _, arn in ipairs(arns) do set[lists.parts(arn) or ""] = true end
  local families = tables.keys(set)
  local left = opts.patient == false and 0 or PATIENCE
  while true do
    local used, stopping = look(session, clusters, families, { interrupted = opts.interrupted })
    if not used then return nil, stopping end
    if left <= 0 or not any_of(arns, stopping) or opts.interrupted and opts.interrupted() then
      return users.together(used, stopping)
    end
    session.scheduler:sleep(PAUSE)
    left = left - PAUSE
  end
end

return users
