--- The operations that the simulator has: a row each, with the file that answers it. One of another service whose name
--- ECS has too stands with its service before it. What ECS has beside them is named as well, so that a refusal can say
--- whose limit it is.
local operations = {}

local ROWS = {
  ContinueServiceDeployment = "deployment_records",
  CreateCapacityProvider = "capacity_providers",
  CreateCluster = "clusters",
  CreateLogGroup = "logs",
  CreateSchedule = "schedules",
  CreateScheduleGroup = "schedules",
  CreateService = "services",
  CreateTaskSet = "task_sets",
  DeleteAccountSetting = "account_settings",
  DeleteAttributes = "attributes",
  DeleteCapacityProvider = "capacity_providers",
  DeleteCluster = "clusters",
  DeleteRule = "event_rules",
  DeleteSchedule = "schedules",
  DeleteScalingPolicy = "scaling.policies",
  DeleteScheduledAction = "scaling.schedules",
  DeleteService = "services",
  DeleteTaskDefinitions = "task_definitions",
  DeleteTaskSet = "task_sets",
  DeregisterContainerInstance = "container_instances",
  DeregisterScalableTarget = "scaling.targets",
  DeregisterTaskDefinition = "task_definitions",
  DescribeCapacityProviders = "capacity_providers",
  DescribeClusters = "clusters",
  DescribeContainerInstances = "container_instances",
  DescribeLogGroups = "logs",
  DescribeLogStreams = "logs",
  DescribeRule = "event_rules",
  DescribeServiceDeployments = "deployment_records",
  DescribeServiceRevisions = "deployment_records",
  DescribeScalableTargets = "scaling.targets",
  DescribeScalingActivities = "scaling.activities",
  DescribeScalingPolicies = "scaling.policies",
  DescribeScheduledActions = "scaling.schedules",
  DescribeServices = "service_listing",
  DescribeTaskDefinition = "task_definitions",
  DescribeTaskSets = "task_sets",
  DescribeTasks = "task_operations",
  DiscoverPollEndpoint = "container_instances",
  ExecuteCommand = "task_exec",
  FilterLogEvents = "logs",
  GetLogEvents = "logs",
  GetSchedule = "schedules",
  GetPredictiveScalingForecast = "scaling.policies",
  GetTaskProtection = "task_protection",
  ListAccountSettings = "account_settings",
  ListAttributes = "attributes",
  ListClusters = "clusters",
  ListContainerInstances = "container_instances",
  ListRules = "event_rules",
  ListSchedules = "schedules",
  ListServiceDeployments = "deployment_records",
  ListServices = "service_listing",
  ListServicesByNamespace = "service_listing",
  ListTagsForResource = "tags",
  ListTargetsByRule = "event_rules",
  ListTaskDefinitionFamilies = "task_definitions",
  ListTaskDefinitions = "task_definitions",
  ListTasks = "task_operations",
  PutAccountSetting = "account_settings",
  PutAccountSettingDefault = "account_settings",
  PutAttributes = "attributes",
  PutClusterCapacityProviders = "capacity_providers",
  PutRule = "event_rules",
  PutTargets = "event_rules",
  PutScalingPolicy = "scaling.policies",
  PutScheduledAction = "scaling.schedules",
  RegisterContainerInstance = "container_instances",
  RegisterScalableTarget = "scaling.targets",
  RegisterTaskDefinition = "task_definitions",
  RemoveTargets = "event_rules",
  RunTask = "task_runs",
  StartSession = "sessions",
  StartTask = "task_runs",
  StopServiceDeployment = "deployment_records",
  StopTask = "task_operations",
  TagResource = "tags",
  UntagResource = "tags",
  UpdateCapacityProvider = "capacity_providers",
  UpdateCluster = "clusters",
  UpdateClusterSettings = "clusters",
  UpdateContainerAgent = "container_instances",
  UpdateContainerInstancesState = "container_instances",
  UpdateSchedule = "schedules",
  UpdateService = "services",
  UpdateServicePrimaryTaskSet = "task_sets",
  UpdateTaskProtection = "task_protection",
  UpdateTaskSet = "task_sets",
  ["application-autoscaling:ListTagsForResource"] = "scaling.tags",
  ["application-autoscaling:TagResource"] = "scaling.tags",
  ["application-autoscaling:UntagResource"] = "scaling.tags",
}

--- Operations of ECS that the simulator leaves out, by what they are about; docs/simulator.md says so.
operations.LEFT_OUT = {
  ["Express Mode"] = { "CreateExpressGatewayService", "DeleteExpressGatewayService", "DescribeExpressGatewayService",
    "UpdateExpressGatewayService" },
  daemons = { "CreateDaemon", "DeleteDaemon", "DeleteDaemonTaskDefinition", "DescribeDaemon",
    "DescribeDaemonDeployments", "DescribeDaemonRevisions", "DescribeDaemonTaskDefinition", "ListDaemonDeployments",
    "ListDaemonTaskDefinitions", "ListDaemons", "RegisterDaemonTaskDefinition", "UpdateDaemon" },
  gateways = { "AssociateGatewayWithCluster", "CreateGateway", "DeleteGateway", "DescribeGateway",
    "DescribeGatewayResources", "DescribeGatewayRoute", "DisassociateGatewayFromCluster",
    "ListGatewayClusterAssociations", "ListGatewayRoutes", "ListGateways", "UpdateGateway" },
  ["the container agent"] = { "SubmitAttachmentStateChanges", "SubmitContainerStateChange", "SubmitTaskStateChange" },
}

-- Files that answer for another service than ECS.
local SERVICES = { logs = "logs", sessions = "ssm", schedules = "scheduler", event_rules = "events",
  ["scaling.activities"] = "application-autoscaling", ["scaling.policies"] = "application-autoscaling",
  ["scaling.schedules"] = "application-autoscaling", ["scaling.tags"] = "application-autoscaling",
  ["scaling.targets"] = "application-autoscaling" }

local known, left_out = {}, {}
for name, file in pairs(ROWS) do
  known[name] = assert(require("ecs_service.simulator." .. file).operations[name:match "[^:]+$"], name)
end
for _, names in pairs(operations.LEFT_OUT) do
  for _, name in ipairs(names) do left_out[name] = true end
end

--- What carries the operation out, nil when the simulator has none of that name.
---@param name string as "UpdateService"
---@return (fun(world: table, body: table): table)|nil
function operations.find(name) return known[name] end

--- The service that a request for the operation is signed for.
---@return string "ecs", "logs", "ssm", "scheduler", "events" or "application-autoscaling"
function operations.service_of(name) return SERVICES[ROWS[name]] or "ecs" end

--- The name by which an operation of a service is found here.
---@param service string|nil
---@param name string|nil as the request names it
---@return string|nil
function operations.of_service(service, name)
  local own = service and name and service .. ":" .. name
  return ROWS[own] and own or name
end

--- Whether ECS has the operation and the simulator leaves it out.
---@param name string
function operations.is_left_out(name) return left_out[name] == true end

--- The names of those that the simulator has, in the order of the alphabet.
---@return string[]
function operations.names()
  local out = {}
  for name in pairs(known) do out[#out + 1] = name end
  table.sort(out)
  return out
end

return operations
