--- Random sequences of valid requests to a simulator, and what has to hold after each of them.
local callers = require "support.model_caller"
local new_random = require "support.rollout_random"
local simulator = require "ecs_service.simulator"

local SUBNETS = { awsvpcConfiguration = { subnets = { "subnet-1" } } }
local NAMES = { "a", "b", "c" }
local CLUSTERS = { "one", "two" }
local REVISIONS = { "web:1", "web:2", "web:3" }

local Run = {}
Run.__index = Run

local function fail(self, words, ...) error(table.concat(self.log, "\n") .. "\n" .. words:format(...), 0) end

--- A request that has to be answered.
function Run:call(operation, body)
  self.log[#self.log + 1] = ("%s %s"):format(operation, body.service or body.serviceName or body.cluster or "")
  return self.send(operation, body)
end

--- A request that is refused when its time has not come; then nothing has changed.
function Run:attempt(operation, body)
  self.log[#self.log + 1] = operation .. "?"
  return self.sim:call(operation, body)
end

function Run:cluster() return self.random.pick(CLUSTERS) end

--- The service of a name, nil when there is none.
function Run:service(cluster, name)
  return self.sim:call("DescribeServices", { cluster = cluster, services = { name } }).services[1]
end

local STAGES = { "PRE_SCALE_UP", "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT" }

--- How a service is deployed that shifts traffic, now and then with a function that is called, or a pause.
local function staged(self)
  local strategy = self.random.pick { "BLUE_GREEN", "LINEAR", "CANARY" }
  local hooks = {}
  for i = 1, self.random.int(0, 2) do
    local is_pause = self.random.chance(0.5)
    hooks[i] = { targetType = is_pause and "PAUSE" or nil, lifecycleStages = { self.random.pick(STAGES) },
      hookTargetArn = not is_pause and "smoke" or nil, roleArn = not is_pause and "role" or nil,
      timeoutConfiguration = { timeoutInMinutes = self.random.int(1, 9),
        action = self.random.pick { "CONTINUE", "ROLLBACK" } } }
  end
  return { strategy = strategy, bakeTimeInMinutes = self.random.int(0, 2), lifecycleHooks = hooks,
    linearConfiguration = strategy == "LINEAR" and { stepPercent = 35, stepBakeTimeInMinutes = 1 } or nil,
    canaryConfiguration = strategy == "CANARY" and { canaryPercent = 5, canaryBakeTimeInMinutes = 1 } or nil,
    deploymentCircuitBreaker = { enable = self.random.chance(0.5), rollback = self.random.chance(0.5) } }
end

--- The service deployments of a service that are there, newest first.
local function records_of(self, cluster, name)
  local arns = {}
  local listed = self.sim:call("ListServiceDeployments", { cluster = cluster, service = name })
  for i, brief in ipairs(listed and listed.serviceDeployments or {}) do arns[i] = brief.serviceDeploymentArn end
  return arns[1] and self.sim:call("DescribeServiceDeployments", { serviceDeploymentArns = arns }).serviceDeployments
    or {}
end

local STEPS = {}

function STEPS:create()
  local cluster, name = self:cluster(), self.random.pick(NAMES)
  local known = self:service(cluster, name)
  if known and known.status ~= "INACTIVE" then return end
  local body = { cluster = cluster, serviceName = name, taskDefinition = self.random.pick(REVISIONS) }
  local kind = self.random.int(1, 4)
  if kind == 1 then
    body.schedulingStrategy = "DAEMON"
  else
    body.desiredCount = self.random.int(0, 5)
  end
  if kind == 2 then body.launchType, body.networkConfiguration = "FARGATE", SUBNETS end
  if kind ~= 1 and self.random.chance(0.4) then
    body.deploymentConfiguration = staged(self)
  elseif kind == 3 then
    body.deploymentConfiguration = { minimumHealthyPercent = 50, maximumPercent = self.random.pick { 100, 150, 200 } }
  end
  self:call("CreateService", body)
end

function STEPS:update()
  local cluster, name = self:cluster(), self.random.pick(NAMES)
  local service = self:service(cluster, name)
  if not service or service.status ~= "ACTIVE" then return end
  local body = { cluster = cluster, service = name }
  if self.random.chance(0.5) then body.taskDefinition = self.random.pick(REVISIONS) end
  if self.random.chance(0.3) then body.forceNewDeployment = true end
  if service.schedulingStrategy == "REPLICA" and self.random.chance(0.5) then
    body.desiredCount = self.random.int(0, 5)
  end
  self:call("UpdateService", body)
end

function STEPS:call_hooks()
  self.sim:hook { times = self.random.int(1, 2), after = self.random.int(0, 100),
    outcome = self.random.pick { "succeeded", "failed", "in_progress" } }
end

function STEPS:decide()
  local record = records_of(self, self:cluster(), self.random.pick(NAMES))[1]
  for _, hook in ipairs(record and record.status == "IN_PROGRESS" and record.lifecycleHookDetails or {}) do
    if hook.status == "AWAITING_ACTION" then
      self:call("ContinueServiceDeployment", { serviceDeploymentArn = record.serviceDeploymentArn,
        hookId = hook.hookId, action = self.random.pick { "CONTINUE", "CONTINUE", "ROLLBACK" } })
      return
    end
  end
end

function STEPS:stop_a_deployment()
  local record = records_of(self, self:cluster(), self.random.pick(NAMES))[1]
  if record then self:attempt("StopServiceDeployment", { serviceDeploymentArn = record.serviceDeploymentArn }) end
end

function STEPS:delete()
  local cluster, name = self:cluster(), self.random.pick(NAMES)
  local service = self:service(cluster, name)
  if service and service.status == "ACTIVE" then
    self:call("DeleteService", { cluster = cluster, service = name, force = true })
  end
end

function STEPS:stop_a_task()
  local cluster = self:cluster()
  local arns = self.sim:call("ListTasks", { cluster = cluster }).taskArns
  if arns[1] then self:call("StopTask", { cluster = cluster, task = self.random.pick(arns) }) end
end

function STEPS:register() self:call("RegisterContainerInstance", { cluster = self:cluster() }) end

local function instances(self, cluster, status)
  return self.sim:call("ListContainerInstances", { cluster = cluster, status = status }).containerInstanceArns
end

function STEPS:drain()
  local cluster = self:cluster()
  local arns = instances(self, cluster)
  if not arns[1] then return end
  self:call("UpdateContainerInstancesState", { cluster = cluster, containerInstances = { self.random.pick(arns) },
    status = self.random.pick { "ACTIVE", "DRAINING" } })
end

function STEPS:deregister()
  local cluster = self:cluster()
  local arns = instances(self, cluster)
  if arns[1] then
    self:attempt("DeregisterContainerInstance", { cluster = cluster, containerInstance = self.random.pick(arns),
      force = self.random.chance(0.7) })
  end
end

function STEPS:mark()
  local cluster = self:cluster()
  local arns = instances(self, cluster)
  if not arns[1] then return end
  self:attempt("PutAttributes", { cluster = cluster, attributes = { { name = "n" .. self.random.int(1, 12), value = "v",
    targetId = self.random.pick(arns) } } })
end

function STEPS:provide()
  self:attempt("CreateCapacityProvider", { name = self.random.pick(NAMES),
    autoScalingGroupProvider = { autoScalingGroupArn = "group" } })
end

function STEPS:put()
  self:attempt("PutClusterCapacityProviders", { cluster = self:cluster(),
    capacityProviders = { self.random.pick(NAMES) }, defaultCapacityProviderStrategy = {} })
end

function STEPS:withdraw() self:attempt("DeleteCapacityProvider", { capacityProvider = self.random.pick(NAMES) }) end

function STEPS:move_clusters()
  self:attempt(self.random.pick { "CreateCluster", "DeleteCluster" }, { clusterName = "spare", cluster = "spare" })
end

function STEPS:fail_tasks()
  self.sim:tasks { task_definition = self.random.pick(REVISIONS), times = self.random.int(1, 4),
    outcome = self.random.pick { "exit", "pull_error", "unhealthy", "no_capacity" } }
end

function STEPS:wait() self.sim:advance(self.random.int(1, 90)) end

-- What is asked for most comes most often.
local OFTEN = { create = 6, update = 6, delete = 2, stop_a_task = 2, drain = 2, fail_tasks = 2, decide = 3, wait = 3 }

local ORDER = {}
for name in pairs(STEPS) do
  for _ = 1, OFTEN[name] or 1 do ORDER[#ORDER + 1] = name end
end
table.sort(ORDER)

local function unique(self, list, what)
  local seen = {}
  for _, item in ipairs(list) do
    if seen[item] then fail(self, "%s is listed twice among %s", item, what) end
    seen[item] = true
  end
end

--- What was gone once does not come back under the same identity.
local function stays(self, id, is_gone)
  if self.gone[id] and not is_gone then fail(self, "%s came back", id) end
  self.gone[id] = self.gone[id] or is_gone
end

local function check_service(self, service)
  local running, pending = 0, 0
  for _, deployment in ipairs(service.deployments) do
    running, pending = running + deployment.runningCount, pending + deployment.pendingCount
  end
  if service.status == "ACTIVE" and (running ~= service.runningCount or pending ~= service.pendingCount) then
    fail(self, "%s: %d running, %d pending, but %d and %d in its deployments", service.serviceName,
      service.runningCount, service.pendingCount, running, pending)
  end
end

-- Where all of the traffic is by now, in stages that say so.
local ALL_OF_IT = { PRE_SCALE_UP = 0, SCALE_UP = 0, POST_SCALE_UP = 0, TEST_TRAFFIC_SHIFT = 0, BAKE_TIME = 100,
  POST_TEST_TRAFFIC_SHIFT = 0, POST_PRODUCTION_TRAFFIC_SHIFT = 100, CLEAN_UP = 100 }

--- The traffic of a deployment in stages adds up; what has ended stays as it ended, and has no hook that still runs.
local function check_record(self, record)
  local arn = record.serviceDeploymentArn
  if self.ended[arn] and self.ended[arn] ~= record.status then
    fail(self, "%s was %s and is %s", arn, self.ended[arn], record.status)
  end
  self.ended[arn] = record.finishedAt and record.status
  if not record.lifecycleStage then return end
  local target, source = record.targetServiceRevision, record.sourceServiceRevisions[1]
  local weight = target.requestedProductionTrafficWeight
  if source and source.requestedProductionTrafficWeight + weight ~= 100 or weight < 0 or weight > 100 then
    fail(self, "%s: the weights of its traffic are not 100", arn)
  end
  local wanted = ALL_OF_IT[record.lifecycleStage]
  if record.status == "IN_PROGRESS" and wanted and weight ~= wanted then
    fail(self, "%s: a weight of %g in %s", arn, weight, record.lifecycleStage)
  end
  for _, hook in ipairs(record.finishedAt and record.lifecycleHookDetails or {}) do
    if hook.status == "AWAITING_ACTION" or hook.status == "IN_PROGRESS" then fail(self, "%s: a hook goes on", arn) end
  end
end

local function check_services(self, cluster)
  for _, name in ipairs(NAMES) do
    local service = self:service(cluster, name)
    if service then
      local id = service.serviceArn .. "@" .. service.createdAt
      stays(self, id, service.status == "INACTIVE")
      if service.status ~= "INACTIVE" then check_service(self, service) end
      for _, record in ipairs(records_of(self, cluster, name)) do check_record(self, record) end
    end
  end
  unique(self, self.sim:call("ListServices", { cluster = cluster, maxResults = 100 }).serviceArns, "services")
end

--- All tasks of a cluster, those that have stopped as well.
local function tasks_of(self, cluster)
  local arns = {}
  for _, status in ipairs { "RUNNING", "STOPPED" } do
    local answer = self.sim:call("ListTasks", { cluster = cluster, desiredStatus = status })
    for _, arn in ipairs(answer.taskArns) do arns[#arns + 1] = arn end
  end
  unique(self, arns, "tasks")
  local out = {}
  for i = 1, #arns, 100 do
    local page = {}
    for k = i, math.min(i + 99, #arns) do page[#page + 1] = arns[k] end
    for _, task in ipairs(self.sim:call("DescribeTasks", { cluster = cluster, tasks = page }).tasks) do
      out[#out + 1] = task
    end
  end
  return out
end

local PENDING = { PENDING = true, PROVISIONING = true, ACTIVATING = true }

local function resource(instance, list, name)
  for _, item in ipairs(instance[list]) do
    if item.name == name then return item.integerValue end
  end
end

local function check_cluster(self, name)
  local described = self.sim:call("DescribeClusters", { clusters = { name }, include = { "STATISTICS" } }).clusters[1]
  local running, pending, on = 0, 0, {}
  for _, task in ipairs(tasks_of(self, name)) do
    stays(self, task.taskArn, task.lastStatus == "STOPPED")
    running = running + (task.lastStatus == "RUNNING" and 1 or 0)
    pending = pending + (PENDING[task.lastStatus] and 1 or 0)
    local arn = task.containerInstanceArn
    if arn and task.lastStatus ~= "STOPPED" then
      on[arn] = on[arn] or { RUNNING = 0, all = 0 }
      on[arn].all = on[arn].all + 1
      on[arn].RUNNING = on[arn].RUNNING + (task.lastStatus == "RUNNING" and 1 or 0)
    end
  end
  if described.runningTasksCount ~= running or described.pendingTasksCount ~= pending then
    fail(self, "%s: %d running, %d pending, but %d and %d tasks", name, described.runningTasksCount,
      described.pendingTasksCount, running, pending)
  end
  local sums = { running = 0, pending = 0, active = 0 }
  for _, item in ipairs(described.statistics) do
    local state = item.name:match "^%l+"
    if sums[state] then sums[state] = sums[state] + tonumber(item.value) end
  end
  if sums.running ~= running or sums.pending ~= pending or sums.active ~= described.activeServicesCount then
    fail(self, "%s: its statistics do not add up", name)
  end
  local arns = instances(self, name)
  unique(self, arns, "container instances")
  if described.registeredContainerInstancesCount ~= #arns then fail(self, "%s: its instances do not add up", name) end
  for _, instance in ipairs(arns[1] and self.sim:call("DescribeContainerInstances",
    { cluster = name, containerInstances = arns }).containerInstances or {}) do
    local here = on[instance.containerInstanceArn] or { RUNNING = 0, all = 0 }
    on[instance.containerInstanceArn] = nil
    local free = resource(instance, "remainingResources", "MEMORY")
    local all = resource(instance, "registeredResources", "MEMORY")
    if instance.runningTasksCount ~= here.RUNNING or free ~= math.max(all - 512 * here.all, 0) then
      fail(self, "%s: what is on it does not add up", instance.containerInstanceArn)
    end
  end
  local stray = next(on)
  if stray then fail(self, "tasks are on %s, which is not registered", stray) end
end

local function check(self)
  unique(self, self.sim:call("ListClusters", {}).clusterArns, "clusters")
  for _, name in ipairs(CLUSTERS) do
    check_services(self, name)
    check_cluster(self, name)
  end
end

--- Whether a rollout can neither start a task nor stop one: "…because of the service deployment configuration".
local function is_blocked(service)
  local percents, wanted = service.deploymentConfiguration, service.desiredCount
  return wanted > 0 and math.ceil(wanted * percents.minimumHealthyPercent / 100)
    >= math.floor(wanted * percents.maximumPercent / 100)
end

--- Whether its deployment has failed with nothing to go back to: it launches nothing more, and keeps what it has.
local function has_failed(service) return service.deployments[1].rolloutState == "FAILED" end

local function check_resting(self, cluster, service)
  local daemon = service.schedulingStrategy == "DAEMON"
  local wanted = daemon and self.active[cluster] or service.desiredCount
  local through = #service.deployments == 1 and service.deployments[1].rolloutState == "COMPLETED"
  if has_failed(service) then return end
  if service.desiredCount ~= wanted or service.runningCount ~= wanted or service.pendingCount ~= 0
    or not (through or is_blocked(service)) then
    fail(self, "%s is not at rest: %d wanted, %d running, %d deployments, %s", service.serviceArn, wanted,
      service.runningCount, #service.deployments, service.deployments[1].rolloutState)
  end
end

--- When nothing more is asked for, everything is as it was asked for.
local function check_rest(self)
  for _, cluster in ipairs(CLUSTERS) do
    if not instances(self, cluster, "ACTIVE")[1] then self:call("RegisterContainerInstance", { cluster = cluster }) end
    self.active[cluster] = #instances(self, cluster, "ACTIVE")
  end
  self.sim:advance(20000)
  check(self)
  for _, cluster in ipairs(CLUSTERS) do
    local blocked = false
    for _, name in ipairs(NAMES) do
      local service = self:service(cluster, name)
      if service and service.status == "ACTIVE" then
        check_resting(self, cluster, service)
        blocked = blocked or is_blocked(service) or has_failed(service)
      elseif service and service.status == "DRAINING" then
        fail(self, "%s never became INACTIVE", service.serviceArn)
      end
    end
    for _, arn in ipairs(blocked and {} or instances(self, cluster, "DRAINING")) do
      if self.sim:call("ListTasks", { cluster = cluster, containerInstance = arn }).taskArns[1] then
        fail(self, "%s drains for ever", arn)
      end
    end
  end
end

--- Runs one sequence; raises with its requests and what does not hold.
---@param seed integer
---@return integer steps
return function(seed)
  local random = new_random(seed)
  local sim = simulator.new { clusters = CLUSTERS, task_definitions = { "web:3" }, seed = seed,
    instances = random.chance(0.5) and random.int(0, 4) or nil }
  local run = setmetatable({ sim = sim, random = random, log = { "seed " .. seed }, gone = {}, active = {}, ended = {},
    send = callers.caller(sim) }, Run)
  local steps = random.int(10, 40)
  for _ = 1, steps do
    local name = random.pick(ORDER)
    STEPS[name](run)
    if random.chance(0.4) then STEPS.wait(run) end
    check(run)
  end
  check_rest(run)
  return steps
end
