--- What ECS refuses in a service, looked at as the whole that a request would make of it.
local refuse = require "ecs_service.simulator.api_error"
local strategies = require "ecs_service.simulator.strategies"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local service_checks = {}

local invalid = refuse.invalid
local none = values.none

function service_checks.name(name)
  if name == "" then
    invalid("serviceName can not be blank.")
  elseif #name > 255 or not name:find("^[%w_-]+$") then
    invalid("Invalid service name: it has to be 1 to 255 letters, numbers, hyphens and underscores.")
  end
end

function service_checks.client_token(token)
  if token and (#token > 36 or not token:find("^[\33-\126]+$")) then
    invalid("clientToken has to be 1 to 36 ASCII characters in the range of 33-126.")
  end
end

--- Tags as TagResource and every create take them.
function service_checks.tags(list)
  if none(list) then return end
  local seen = {}
  if #list > 50 then invalid("Too many tags: the maximum number of tags per resource is 50.") end
  for _, tag in ipairs(list) do
    local key = tag.key
    if not key or key == "" then
      invalid("Tag key cannot be null or empty.")
    elseif key:lower():sub(1, 4) == "aws:" then
      invalid("Tag keys cannot start with the reserved prefix 'aws:'.")
    elseif seen[key] then
      invalid("Duplicate tag keys found. Each tag key must be unique: %s.", key)
    end
    seen[key] = true
  end
end

local function check_percents(config)
  local configuration = config.deploymentConfiguration
  local least, most = configuration.minimumHealthyPercent, configuration.maximumPercent
  local daemon = config.schedulingStrategy == "DAEMON"
  if least < 0 or least > 100 then
    invalid("minimumHealthyPercent must be between 0 and 100.")
  elseif most < 100 then
    invalid("maximumPercent must be at least 100.")
  elseif daemon and most ~= 100 then
    invalid("The daemon scheduling strategy does not support values above 100 for maximumPercent.")
  elseif least == 100 and most == 100 and config.deploymentController.type == "ECS" then
    invalid("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.")
  end
end

local function check_deployment(config)
  check_percents(config)
  local configuration = config.deploymentConfiguration
  local rolling = config.deploymentController.type == "ECS"
  local breaker, alarms = configuration.deploymentCircuitBreaker, configuration.alarms
  if breaker and breaker.enable and not rolling then
    invalid("Deployment circuit breaker feature can only be enabled with ECS deployment controller.")
  elseif alarms and alarms.enable and not rolling then
    invalid("Deployment alarms can only be enabled with ECS deployment controller.")
  elseif alarms and alarms.enable and none(alarms.alarmNames) then
    invalid("alarmNames cannot be empty when deployment alarms are enabled.")
  end
  local threshold = breaker and breaker.thresholdConfiguration
  if threshold and threshold.value < 1 then invalid("The circuit breaker's threshold value must be at least 1.") end
  strategies.check(config)
end

local function check_scheduling(config, fargate)
  local controller = config.deploymentController.type
  if config.schedulingStrategy ~= "DAEMON" then
    if config.desiredCount == nil then
      invalid("desiredCount must be specified when the scheduling strategy is REPLICA.")
    elseif config.desiredCount < 0 then
      invalid("desiredCount must be greater than or equal to 0.")
    end
    return
  end
  if fargate then
    invalid("The daemon scheduling strategy is not supported with the Fargate launch type.")
  elseif controller ~= "ECS" then
    invalid("The daemon scheduling strategy is not supported with the %s deployment controller.", controller)
  elseif config.desiredCount ~= nil then
    invalid("The daemon scheduling strategy does not support a desired count for services. "
      .. "Remove the desired count value and try again.")
  elseif not none(config.placementStrategy) then
    invalid("The daemon scheduling strategy does not support placement strategies.")
  elseif not none(config.volumeConfigurations) then
    invalid("volumeConfigurations is not supported with the daemon scheduling strategy.")
  end
end

--- The members of a strategy, and whether the cluster has its providers when it was described with them.
function service_checks.strategy(cluster, strategy)
  if none(strategy) then return end
  local bases, weights, kinds, seen = 0, 0, {}, {}
  if #strategy > 20 then invalid("A capacity provider strategy can contain a maximum of 20 capacity providers.") end
  for _, item in ipairs(strategy) do
    local name = item.capacityProvider
    bases = bases + ((item.base or 0) > 0 and 1 or 0)
    weights = weights + (item.weight or 0)
    kinds[(name == "FARGATE" or name == "FARGATE_SPOT") and "fargate" or "other"] = true
    if seen[name] then invalid("The specified capacity provider '%s' is given more than once.", name) end
    seen[name] = true
    service_checks.provider(cluster, name)
  end
  if bases > 1 then
    invalid("Only one capacity provider in a capacity provider strategy can have a base defined.")
  elseif weights == 0 then
    invalid("At least one of the capacity providers in a capacity provider strategy must have a weight greater than "
      .. "zero.")
  elseif kinds.fargate and kinds.other then
    invalid("A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and "
      .. "Fargate providers. Specify one or the other and try again.")
  end
end

function service_checks.provider(cluster, name)
  if cluster.capacity_providers == nil then return end
  for _, known in ipairs(cluster.capacity_providers) do
    if known == name then return end
  end
  invalid("The specified capacity provider '%s' is not associated with the cluster.", name)
end

local binpack_fields = { cpu = true, memory = true }

local function check_placement(config, fargate)
  local strategy, constraints = config.placementStrategy or {}, config.placementConstraints or {}
  if #strategy > 5 then
    invalid("Too many placement strategies: the maximum is 5.")
  elseif #constraints > 10 then
    invalid("Too many placement constraints: the maximum is 10.")
  elseif fargate and #strategy > 0 then
    invalid("Placement strategies are not supported with FARGATE launch type.")
  elseif fargate and #constraints > 0 then
    invalid("Placement constraints are not supported with FARGATE launch type.")
  end
  for _, item in ipairs(constraints) do
    local expression = item.expression or ""
    if not item.type then
      invalid("Placement constraint type cannot be null.")
    elseif item.type == "memberOf" and expression == "" then
      invalid("Expression cannot be empty for the memberOf placement constraint.")
    elseif item.type == "distinctInstance" and expression ~= "" then
      invalid("The distinctInstance placement constraint does not take an expression.")
    end
  end
end

--- Placement strategy as it is sent: small letters for cpu and memory. Answers what ECS makes of it.
function service_checks.normal_placement(strategy)
  local out = {}
  for i, item in ipairs(strategy) do
    local field = item.field or ""
    if not item.type then
      invalid("Placement strategy type cannot be null.")
    elseif item.type == "random" and field ~= "" then
      invalid("The random placement strategy does not take a field.")
    elseif item.type == "binpack" and not binpack_fields[field] then
      invalid("Invalid field '%s' for the binpack placement strategy: it has to be cpu or memory.", field)
    elseif item.type == "spread" and field == "" then
      invalid("The spread placement strategy needs a field.")
    end
    out[i] = { type = item.type }
    if item.type == "binpack" then
      out[i].field = field:upper()
    elseif item.type == "spread" then
      out[i].field = field:lower() == "host" and "instanceId" or field
    end
  end
  return out
end

local function port_of(definition, balancer)
  for _, container in ipairs(definition.containers) do
    if container.name == balancer.containerName then
      for _, mapping in ipairs(container.portMappings) do
        if mapping.containerPort == balancer.containerPort then return true end
      end
      invalid("The container %s did not have a container port %d defined.", balancer.containerName,
        balancer.containerPort)
    end
  end
  invalid("The container %s does not exist in the task definition.", balancer.containerName)
end

local function check_balancer(balancer, definition)
  if balancer.targetGroupArn and balancer.loadBalancerName then
    invalid("loadBalancerName and targetGroupArn cannot both be specified. You must specify either a loadBalancerName "
      .. "or a targetGroupArn.")
  elseif not balancer.targetGroupArn and not balancer.loadBalancerName then
    invalid("You must specify either a loadBalancerName or a targetGroupArn.")
  elseif balancer.targetGroupArn
    and not balancer.targetGroupArn:find("^arn:[%w-]+:elasticloadbalancing:[%w-]+:%d+:targetgroup/.+") then
    invalid("Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role "
      .. "being passed has the proper permissions.")
  elseif (balancer.containerName or "") == "" then
    invalid("Container name should not be blank.")
  elseif not balancer.containerPort or balancer.containerPort < 0 or balancer.containerPort > 65536 then
    invalid("Container port has to be between 0 and 65536.")
  end
  if definition and not definition.loose then port_of(definition, balancer) end
end

local function check_balancers(config, definition)
  local balancers = config.loadBalancers or {}
  for _, balancer in ipairs(balancers) do check_balancer(balancer, definition) end
  local none_configured = #balancers == 0 and none(config.vpcLatticeConfigurations)
  local grace = config.healthCheckGracePeriodSeconds
  if grace and (grace < 0 or grace > 2147483647) then
    invalid("healthCheckGracePeriodSeconds must be between 0 and 2147483647.")
  elseif grace and grace > 0 and none_configured and config.deploymentController.type ~= "EXTERNAL" then
    invalid("Health check grace period is only valid for services configured to use load balancers")
  elseif config.deploymentController.type == "CODE_DEPLOY" and #balancers == 0 then
    invalid("A load balancer is required when using the CODE_DEPLOY deployment controller.")
  end
  if config.role then
    if #balancers == 0 then
      invalid("You cannot specify an IAM role for services that don't use a load balancer.")
    elseif config.networkConfiguration or #balancers > 1 or not none(config.serviceRegistries)
      or (definition and definition.networkMode == "awsvpc") then
      invalid("You cannot specify an IAM role for services that require a service linked role.")
    end
  end
end

local function check_network(config, definition)
  local network = config.networkConfiguration and config.networkConfiguration.awsvpcConfiguration
  if network then
    if none(network.subnets) then
      invalid("subnets can not be empty.")
    elseif #network.subnets > 16 then
      invalid("subnets can have at most 16 items.")
    elseif #(network.securityGroups or {}) > 5 then
      invalid("securityGroups can have at most 5 items.")
    elseif network.assignPublicIp == "ENABLED" and tasks.launch_type_of(config) == "EC2" then
      invalid("Assign public IP is not supported for this launch type.")
    end
  end
  if not definition or definition.loose then
    return
  elseif definition.networkMode == "awsvpc" and not network then
    invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  elseif definition.networkMode ~= "awsvpc" and network then
    invalid("Network Configuration is not valid for the given networkMode of this task definition.")
  end
end

local function check_launch_type(config, definition)
  local launch_type = tasks.launch_type_of(config)
  if config.platformVersion and launch_type ~= "FARGATE" and config.deploymentController.type ~= "EXTERNAL" then
    invalid("The platform version must be null when specifying an %s launch type.", launch_type)
  end
  local version = config.platformVersion
  if version and version ~= "LATEST" and not version:find("^%d+%.%d+%.%d+$") then
    refuse.raise("PlatformUnknownException", "The specified platform does not exist.")
  end
  if not definition or definition.loose or none(definition.requiresCompatibilities) then return end
  for _, compatible in ipairs(definition.requiresCompatibilities) do
    if compatible == launch_type then return end
  end
  invalid("Task definition does not support launch_type %s.", launch_type)
end

local function check_registries(config)
  if #(config.serviceRegistries or {}) > 1 then invalid("Each service may be associated with one service registry.") end
  for _, registry in ipairs(config.serviceRegistries or {}) do
    if not (registry.registryArn or ""):find("^arn:[%w-]+:servicediscovery:[%w-]+:%d+:service/.+") then
      invalid("The service registry ARN is not valid.")
    elseif registry.port and registry.containerPort then
      invalid("Both port and containerPort cannot be specified for a service registry.")
    elseif (registry.containerName ~= nil) ~= (registry.containerPort ~= nil) then
      invalid("containerName and containerPort must be specified together for a service registry.")
    end
  end
end

-- The one volume that a definition leaves to the launch has to be described, and no other.
local function check_launch_volume(given, definition)
  local wanted
  for _, volume in ipairs(definition.volumes) do
    if volume.configuredAtLaunch then wanted = volume.name end
  end
  for _, volume in ipairs(given) do
    if volume.name ~= wanted then
      invalid("The task definition has no volume '%s' that is configured at launch.", volume.name)
    end
  end
  if wanted and not given[1] then
    invalid("volumeConfigurations is required: the volume '%s' is configured at launch.", wanted)
  end
end

local RESERVED = { AmazonECSCreated = true, AmazonECSManaged = true }

local function check_volumes(config, definition)
  for _, volume in ipairs(config.volumeConfigurations or {}) do
    local ebs = volume.managedEBSVolume -- none: a volume of another kind, which the task definition describes
    if ebs and not ebs.sizeInGiB and not ebs.snapshotId then
      invalid("You must specify either a volume size or a snapshot ID.")
    end
    for _, specification in ipairs(ebs and ebs.tagSpecifications or {}) do
      service_checks.tags(specification.tags)
      for _, tag in ipairs(specification.tags or {}) do
        if RESERVED[tag.key] then invalid("The tag key %s is reserved.", tag.key) end
      end
    end
  end
  if definition and not definition.loose then check_launch_volume(config.volumeConfigurations or {}, definition) end
end

local function check_connect(config)
  local connect = config.serviceConnectConfiguration
  if not connect then return end
  if connect.accessLogConfiguration and not connect.logConfiguration then
    invalid("A logConfiguration is required when accessLogConfiguration is specified.")
  end
  for i, setting in ipairs(connect.containerConfigurations or {}) do
    if next(setting) == nil or i > 1 then
      invalid("Each object of containerConfigurations sets exactly one setting, and each setting once.")
    end
  end
  for _, item in ipairs(connect.services or {}) do
    if #(item.clientAliases or {}) > 1 then
      invalid("Only one client alias can be specified for a Service Connect service.")
    end
  end
end

--- Whether a service can have its tasks moved between Availability Zones.
function service_checks.can_rebalance(config)
  for _, balancer in ipairs(config.loadBalancers or {}) do
    if balancer.loadBalancerName then return false end
  end
  return config.schedulingStrategy == "REPLICA" and config.deploymentController.type == "ECS"
    and config.deploymentConfiguration.maximumPercent > 100
end

local function check_rebalancing(config)
  if config.availabilityZoneRebalancing == "ENABLED" and not service_checks.can_rebalance(config) then
    invalid("Service does not support availability zone rebalancing: it needs the REPLICA scheduling strategy and a "
      .. "maximumPercent above 100.")
  end
end

--- Everything of a service that depends on more than one member. `definition` is nil for EXTERNAL controllers.
function service_checks.whole(cluster, config, definition)
  local fargate = tasks.launch_type_of(config) == "FARGATE"
  check_scheduling(config, fargate)
  check_deployment(config)
  service_checks.strategy(cluster, config.capacityProviderStrategy)
  check_launch_type(config, definition)
  check_placement(config, fargate)
  check_network(config, definition)
  check_balancers(config, definition)
  check_registries(config)
  check_volumes(config, definition)
  check_connect(config)
  check_rebalancing(config)
end

--- What of a task that belongs to no service is looked at as a service's would be.
---@param revision table definition, launchType, capacityProviderStrategy, networkConfiguration, platformVersion, …
---@param body table placementStrategy, placementConstraints
function service_checks.task(cluster, revision, body)
  local config = { deploymentController = { type = "ECS" }, placementStrategy = body.placementStrategy,
    placementConstraints = body.placementConstraints }
  for name, value in pairs(revision) do config[name] = value end
  service_checks.strategy(cluster, config.capacityProviderStrategy)
  check_launch_type(config, revision.definition)
  check_placement(config, tasks.launch_type_of(config) == "FARGATE")
  check_network(config, revision.definition)
  check_volumes(config, revision.definition)
end

return service_checks
