--- The operations that the simulator has: a row each, with the file that answers it. What ECS has beside them is named
--- too, so that a refusal can say whose limit it is.
local operations = {}

local ROWS = {
  CreateCluster = "clusters",
  CreateService = "services",
  CreateTaskSet = "task_sets",
  DeleteCluster = "clusters",
  DeleteService = "services",
  DeleteTaskSet = "task_sets",
  DeregisterTaskDefinition = "task_definitions",
  DescribeCapacityProviders = "clusters",
  DescribeClusters = "clusters",
  DescribeServiceDeployments = "deployments",
  DescribeServiceRevisions = "deployments",
  DescribeServices = "services",
  DescribeTaskDefinition = "task_definitions",
  DescribeTaskSets = "task_sets",
  DescribeTasks = "task_operations",
  ListServiceDeployments = "deployments",
  ListServices = "services",
  ListTagsForResource = "tags",
  ListTaskDefinitions = "task_definitions",
  ListTasks = "task_operations",
  RegisterTaskDefinition = "task_definitions",
  StopServiceDeployment = "deployments",
  StopTask = "task_operations",
  TagResource = "tags",
  UntagResource = "tags",
  UpdateService = "services",
  UpdateServicePrimaryTaskSet = "task_sets",
  UpdateTaskSet = "task_sets",
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

local known, left_out = {}, {}
for name, file in pairs(ROWS) do
  known[name] = assert(require("ecs_service.simulator." .. file).operations[name], name)
end
for _, names in pairs(operations.LEFT_OUT) do
  for _, name in ipairs(names) do left_out[name] = true end
end

--- What carries the operation out, nil when the simulator has none of that name.
---@param name string as "UpdateService"
---@return (fun(world: table, body: table): table)|nil
function operations.find(name) return known[name] end

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
