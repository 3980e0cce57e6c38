-- What each operation takes, by the API's own model (botocore's service-2.json, reduced): members and their shapes,
-- required members, enumerations and bounds. Shapes without any rule of their own go by their type.
local shapes = {}

shapes.inputs = {
  CreateCluster = "CreateClusterRequest",
  CreateService = "CreateServiceRequest",
  CreateTaskSet = "CreateTaskSetRequest",
  DeleteCluster = "DeleteClusterRequest",
  DeleteService = "DeleteServiceRequest",
  DeleteTaskSet = "DeleteTaskSetRequest",
  DeregisterTaskDefinition = "DeregisterTaskDefinitionRequest",
  DescribeCapacityProviders = "DescribeCapacityProvidersRequest",
  DescribeClusters = "DescribeClustersRequest",
  DescribeServiceDeployments = "DescribeServiceDeploymentsRequest",
  DescribeServiceRevisions = "DescribeServiceRevisionsRequest",
  DescribeServices = "DescribeServicesRequest",
  DescribeTaskDefinition = "DescribeTaskDefinitionRequest",
  DescribeTaskSets = "DescribeTaskSetsRequest",
  DescribeTasks = "DescribeTasksRequest",
  ListServiceDeployments = "ListServiceDeploymentsRequest",
  ListServices = "ListServicesRequest",
  ListTagsForResource = "ListTagsForResourceRequest",
  ListTaskDefinitions = "ListTaskDefinitionsRequest",
  ListTasks = "ListTasksRequest",
  RegisterTaskDefinition = "RegisterTaskDefinitionRequest",
  StopServiceDeployment = "StopServiceDeploymentRequest",
  StopTask = "StopTaskRequest",
  TagResource = "TagResourceRequest",
  UntagResource = "UntagResourceRequest",
  UpdateService = "UpdateServiceRequest",
  UpdateServicePrimaryTaskSet = "UpdateServicePrimaryTaskSetRequest",
  UpdateTaskSet = "UpdateTaskSetRequest",
}

local structures = {}
shapes.structures = structures

structures.AdvancedConfiguration = { members = { alternateTargetGroupArn = "string", productionListenerRule =
  "string", roleArn = "string", testListenerRule = "string" } }
structures.AwsVpcConfiguration = { members = { assignPublicIp = "AssignPublicIp", securityGroups = "StringList",
  subnets = "StringList" }, required = { "subnets" } }
structures.CanaryConfiguration = { members = { canaryBakeTimeInMinutes = "integer", canaryPercent = "double" } }
structures.CapacityProviderStrategyItem = { members = { base = "CapacityProviderStrategyItemBase", capacityProvider
  = "string", weight = "CapacityProviderStrategyItemWeight" }, required = { "capacityProvider" } }
structures.ClusterConfiguration = { members = { executeCommandConfiguration = "ExecuteCommandConfiguration",
  managedStorageConfiguration = "ManagedStorageConfiguration" } }
structures.ClusterServiceConnectDefaultsRequest = { members = { namespace = "string" }, required = { "namespace" } }
structures.ClusterSetting = { members = { name = "ClusterSettingName", value = "string" } }
structures.ContainerDefinition = { members = { command = "StringList", cpu = "integer", credentialSpecs =
  "StringList", dependsOn = "ContainerDependencies", disableNetworking = "boolean", dnsSearchDomains = "StringList",
  dnsServers = "StringList", dockerLabels = "DockerLabelsMap", dockerSecurityOptions = "StringList", entryPoint =
  "StringList", environment = "EnvironmentVariables", environmentFiles = "EnvironmentFiles", essential = "boolean",
  extraHosts = "HostEntryList", firelensConfiguration = "FirelensConfiguration", healthCheck = "HealthCheck",
  hostname = "string", image = "string", interactive = "boolean", links = "StringList", linuxParameters =
  "LinuxParameters", logConfiguration = "LogConfiguration", memory = "integer", memoryReservation = "integer",
  mountPoints = "MountPointList", name = "string", portMappings = "PortMappingList", privileged = "boolean",
  pseudoTerminal = "boolean", readonlyRootFilesystem = "boolean", repositoryCredentials = "RepositoryCredentials",
  resourceRequirements = "ResourceRequirements", restartPolicy = "ContainerRestartPolicy", secrets = "SecretList",
  startTimeout = "integer", stopTimeout = "integer", systemControls = "SystemControls", ulimits = "UlimitList", user
  = "string", versionConsistency = "VersionConsistency", volumesFrom = "VolumeFromList", workingDirectory = "string"
  } }
structures.ContainerDependency = { members = { condition = "ContainerCondition", containerName = "string" },
  required = { "containerName", "condition" } }
structures.ContainerRestartPolicy = { members = { enabled = "boolean", ignoredExitCodes = "IntegerList",
  restartAttemptPeriod = "integer" }, required = { "enabled" } }
structures.CreateClusterRequest = { members = { capacityProviders = "StringList", clusterName = "string",
  configuration = "ClusterConfiguration", defaultCapacityProviderStrategy = "CapacityProviderStrategy",
  serviceConnectDefaults = "ClusterServiceConnectDefaultsRequest", settings = "ClusterSettings", tags = "Tags" } }
structures.CreateServiceRequest = { members = { availabilityZoneRebalancing = "AvailabilityZoneRebalancing",
  capacityProviderStrategy = "CapacityProviderStrategy", clientToken = "string", cluster = "string",
  deploymentConfiguration = "DeploymentConfiguration", deploymentController = "DeploymentController", desiredCount =
  "integer", enableECSManagedTags = "boolean", enableExecuteCommand = "boolean", gatewayConnectors =
  "GatewayConnectorList", healthCheckGracePeriodSeconds = "integer", launchType = "LaunchType", loadBalancers =
  "LoadBalancers", monitoring = "MonitoringConfiguration", networkConfiguration = "NetworkConfiguration",
  placementConstraints = "PlacementConstraints", placementStrategy = "PlacementStrategies", platformVersion =
  "string", propagateTags = "PropagateTags", role = "string", schedulingStrategy = "SchedulingStrategy",
  serviceConnectConfiguration = "ServiceConnectConfiguration", serviceName = "string", serviceRegistries =
  "ServiceRegistries", tags = "Tags", taskDefinition = "string", volumeConfigurations =
  "ServiceVolumeConfigurations", vpcLatticeConfigurations = "VpcLatticeConfigurations" }, required = { "serviceName"
  } }
structures.CreateTaskSetRequest = { members = { capacityProviderStrategy = "CapacityProviderStrategy", clientToken =
  "string", cluster = "string", externalId = "string", launchType = "LaunchType", loadBalancers = "LoadBalancers",
  networkConfiguration = "NetworkConfiguration", platformVersion = "string", scale = "Scale", service = "string",
  serviceRegistries = "ServiceRegistries", tags = "Tags", taskDefinition = "string" }, required = { "service",
  "cluster", "taskDefinition" } }
structures.CreatedAt = { members = { after = "timestamp", before = "timestamp" } }
structures.DeleteClusterRequest = { members = { cluster = "string" }, required = { "cluster" } }
structures.DeleteServiceRequest = { members = { cluster = "string", force = "boolean", service = "string" },
  required = { "service" } }
structures.DeleteTaskSetRequest = { members = { cluster = "string", force = "boolean", service = "string", taskSet =
  "string" }, required = { "cluster", "service", "taskSet" } }
structures.DeploymentAlarms = { members = { alarmNames = "StringList", enable = "boolean", rollback = "boolean" },
  required = { "alarmNames", "rollback", "enable" } }
structures.DeploymentCircuitBreaker = { members = { enable = "boolean", resetOnHealthyTask = "boolean", rollback =
  "boolean", thresholdConfiguration = "ThresholdConfiguration" }, required = { "enable", "rollback" } }
structures.DeploymentConfiguration = { members = { alarms = "DeploymentAlarms", bakeTimeInMinutes = "integer",
  canaryConfiguration = "CanaryConfiguration", deploymentCircuitBreaker = "DeploymentCircuitBreaker",
  earlySuccessCriteria = "DeploymentEarlySuccessCriteria", lifecycleHooks = "DeploymentLifecycleHookList",
  linearConfiguration = "LinearConfiguration", maximumPercent = "integer", minimumHealthyPercent = "integer",
  strategy = "DeploymentStrategy" } }
structures.DeploymentController = { members = { type = "DeploymentControllerType" }, required = { "type" } }
structures.DeploymentEarlySuccessCriteria = { members = { enable = "boolean", healthyPercent =
  "HealthyPercentInteger", sourceServiceRevisionCleanup = "ServiceRevisionCleanup" }, required = { "enable" } }
structures.DeploymentLifecycleHook = { members = { hookDetails = "HookDetails", hookTargetArn = "string",
  lifecycleStages = "DeploymentLifecycleHookStageList", roleArn = "string", targetType =
  "DeploymentLifecycleHookTargetType", timeoutConfiguration = "DeploymentLifecycleHookTimeoutConfiguration" } }
structures.DeploymentLifecycleHookTimeoutConfiguration = { members = { action = "DeploymentLifecycleHookAction",
  timeoutInMinutes = "DeploymentLifecycleHookDuration" } }
structures.DeregisterTaskDefinitionRequest = { members = { taskDefinition = "string" }, required = {
  "taskDefinition" } }
structures.DescribeCapacityProvidersRequest = { members = { capacityProviders = "StringList", cluster = "string",
  include = "CapacityProviderFieldList", maxResults = "integer", nextToken = "string" } }
structures.DescribeClustersRequest = { members = { clusters = "StringList", include = "ClusterFieldList" } }
structures.DescribeServiceDeploymentsRequest = { members = { serviceDeploymentArns = "StringList" }, required = {
  "serviceDeploymentArns" } }
structures.DescribeServiceRevisionsRequest = { members = { serviceRevisionArns = "StringList" }, required = {
  "serviceRevisionArns" } }
structures.DescribeServicesRequest = { members = { cluster = "string", include = "ServiceFieldList", services =
  "StringList" }, required = { "services" } }
structures.DescribeTaskDefinitionRequest = { members = { include = "TaskDefinitionFieldList", taskDefinition =
  "string" }, required = { "taskDefinition" } }
structures.DescribeTaskSetsRequest = { members = { cluster = "string", include = "TaskSetFieldList", service =
  "string", taskSets = "StringList" }, required = { "cluster", "service" } }
structures.DescribeTasksRequest = { members = { cluster = "string", include = "TaskFieldList", tasks = "StringList"
  }, required = { "tasks" } }
structures.Device = { members = { containerPath = "string", hostPath = "string", permissions =
  "DeviceCgroupPermissions" }, required = { "hostPath" } }
structures.DockerVolumeConfiguration = { members = { autoprovision = "boolean", driver = "string", driverOpts =
  "StringMap", labels = "StringMap", scope = "Scope" } }
structures.EBSTagSpecification = { members = { propagateTags = "PropagateTags", resourceType = "EBSResourceType",
  tags = "Tags" }, required = { "resourceType" } }
structures.EFSAuthorizationConfig = { members = { accessPointId = "string", iam = "EFSAuthorizationConfigIAM" } }
structures.EFSVolumeConfiguration = { members = { authorizationConfig = "EFSAuthorizationConfig", fileSystemId =
  "string", rootDirectory = "string", transitEncryption = "EFSTransitEncryption", transitEncryptionPort = "integer"
  }, required = { "fileSystemId" } }
structures.EnvironmentFile = { members = { type = "EnvironmentFileType", value = "string" }, required = { "value",
  "type" } }
structures.EphemeralStorage = { members = { sizeInGiB = "integer" }, required = { "sizeInGiB" } }
structures.ExecuteCommandConfiguration = { members = { kmsKeyId = "string", logConfiguration =
  "ExecuteCommandLogConfiguration", logging = "ExecuteCommandLogging" } }
structures.ExecuteCommandLogConfiguration = { members = { cloudWatchEncryptionEnabled = "boolean",
  cloudWatchLogGroupName = "string", s3BucketName = "string", s3EncryptionEnabled = "boolean", s3KeyPrefix =
  "string" } }
structures.FSxWindowsFileServerAuthorizationConfig = { members = { credentialsParameter = "string", domain =
  "string" }, required = { "credentialsParameter", "domain" } }
structures.FSxWindowsFileServerVolumeConfiguration = { members = { authorizationConfig =
  "FSxWindowsFileServerAuthorizationConfig", fileSystemId = "string", rootDirectory = "string" }, required = {
  "fileSystemId", "rootDirectory", "authorizationConfig" } }
structures.FirelensConfiguration = { members = { options = "FirelensConfigurationOptionsMap", type =
  "FirelensConfigurationType" }, required = { "type" } }
structures.GatewayConnector = { members = { deregistrationDelay = "GatewayConnectorDeregistrationDelay", filters =
  "GatewayConnectorFilters", healthCheck = "GatewayConnectorHealthCheck", portName = "string" }, required = {
  "portName" } }
structures.GatewayConnectorDeregistrationDelay = { members = { timeoutSeconds =
  "GatewayConnectorDeregistrationDelayTimeoutSecondsInteger" } }
structures.GatewayConnectorFilters = { members = { accessTypes = "AccessTypeList" } }
structures.GatewayConnectorHealthCheck = { members = { healthCheckIntervalSeconds = "integer", healthCheckPath =
  "string", healthCheckPort = "integer", healthCheckProtocol = "GatewayConnectorHealthCheckProtocol",
  healthCheckTimeoutSeconds = "integer", healthyThresholdCount = "integer", matcher =
  "GatewayConnectorHealthCheckMatcher", unhealthyThresholdCount = "integer" } }
structures.GatewayConnectorHealthCheckMatcher = { members = { grpcCode = "string", httpCode = "string" } }
structures.HealthCheck = { members = { command = "StringList", interval = "integer", retries = "integer",
  startPeriod = "integer", timeout = "integer" }, required = { "command" } }
structures.HookDetails = { members = {} }
structures.HostEntry = { members = { hostname = "string", ipAddress = "string" }, required = { "hostname",
  "ipAddress" } }
structures.HostVolumeProperties = { members = { sourcePath = "string" } }
structures.InferenceAccelerator = { members = { deviceName = "string", deviceType = "string" }, required = {
  "deviceName", "deviceType" } }
structures.KernelCapabilities = { members = { add = "StringList", drop = "StringList" } }
structures.KeyValuePair = { members = { name = "string", value = "string" } }
structures.LinearConfiguration = { members = { stepBakeTimeInMinutes = "integer", stepPercent = "double" } }
structures.LinuxParameters = { members = { capabilities = "KernelCapabilities", devices = "DevicesList",
  initProcessEnabled = "boolean", maxSwap = "integer", sharedMemorySize = "integer", swappiness = "integer", tmpfs =
  "TmpfsList" } }
structures.ListServiceDeploymentsRequest = { members = { cluster = "string", createdAt = "CreatedAt", maxResults =
  "integer", nextToken = "string", service = "string", status = "ServiceDeploymentStatusList" }, required = {
  "service" } }
structures.ListServicesRequest = { members = { cluster = "string", launchType = "LaunchType", maxResults =
  "integer", nextToken = "string", resourceManagementType = "ResourceManagementType", schedulingStrategy =
  "SchedulingStrategy" } }
structures.ListTagsForResourceRequest = { members = { resourceArn = "string" }, required = { "resourceArn" } }
structures.ListTaskDefinitionsRequest = { members = { familyPrefix = "string", maxResults = "integer", nextToken =
  "string", sort = "SortOrder", status = "TaskDefinitionStatus" } }
structures.ListTasksRequest = { members = { cluster = "string", containerInstance = "string", daemonName = "string",
  desiredStatus = "DesiredStatus", family = "string", launchType = "LaunchType", maxResults = "integer", nextToken =
  "string", serviceName = "string", startedBy = "string" } }
structures.LoadBalancer = { members = { advancedConfiguration = "AdvancedConfiguration", containerName = "string",
  containerPort = "integer", loadBalancerName = "string", targetGroupArn = "string" } }
structures.LogConfiguration = { members = { logDriver = "LogDriver", options = "LogConfigurationOptionsMap",
  secretOptions = "SecretList" }, required = { "logDriver" } }
structures.ManagedStorageConfiguration = { members = { fargateEphemeralStorageKmsKeyId = "string", kmsKeyId =
  "string" } }
structures.MetricConfiguration = { members = { metricNames = "MetricNamesList", resolutionSeconds =
  "MetricResolutionSeconds" }, required = { "metricNames", "resolutionSeconds" } }
structures.MonitoringConfiguration = { members = { metricConfigurations = "MetricConfigurationList" } }
structures.MountPoint = { members = { containerPath = "string", readOnly = "boolean", sourceVolume = "string" } }
structures.NetworkConfiguration = { members = { awsvpcConfiguration = "AwsVpcConfiguration" } }
structures.NvidiaMpsAllocation = { members = { maxComputePercent = "NvidiaMpsAllocationMaxComputePercentInteger",
  memory = "NvidiaMpsAllocationMemoryInteger" }, required = { "memory" } }
structures.PlacementConstraint = { members = { expression = "string", type = "PlacementConstraintType" } }
structures.PlacementStrategy = { members = { field = "string", type = "PlacementStrategyType" } }
structures.PortMapping = { members = { appProtocol = "ApplicationProtocol", containerPort = "integer",
  containerPortRange = "string", hostPort = "integer", name = "string", protocol = "TransportProtocol" } }
structures.ProxyConfiguration = { members = { containerName = "string", properties = "ProxyConfigurationProperties",
  type = "ProxyConfigurationType" }, required = { "containerName" } }
structures.RegisterTaskDefinitionRequest = { members = { containerDefinitions = "ContainerDefinitions", cpu =
  "string", enableFaultInjection = "boolean", ephemeralStorage = "EphemeralStorage", executionRoleArn = "string",
  family = "string", inferenceAccelerators = "InferenceAccelerators", ipcMode = "IpcMode", memory = "string",
  networkMode = "NetworkMode", pidMode = "PidMode", placementConstraints = "TaskDefinitionPlacementConstraints",
  proxyConfiguration = "ProxyConfiguration", requiresCompatibilities = "CompatibilityList", runtimePlatform =
  "RuntimePlatform", tags = "Tags", taskRoleArn = "string", trustedExecutionConfiguration =
  "TrustedExecutionConfiguration", volumes = "VolumeList" }, required = { "family", "containerDefinitions" } }
structures.RepositoryCredentials = { members = { credentialsParameter = "string" }, required = {
  "credentialsParameter" } }
structures.ResourceRequirement = { members = { sharingStrategy = "SharingStrategy", type = "ResourceType", value =
  "string" }, required = { "type" } }
structures.RuntimePlatform = { members = { cpuArchitecture = "CPUArchitecture", operatingSystemFamily = "OSFamily" }
  }
structures.S3FilesVolumeConfiguration = { members = { accessPointArn = "string", fileSystemArn = "string",
  rootDirectory = "string", transitEncryptionPort = "integer" }, required = { "fileSystemArn" } }
structures.Scale = { members = { unit = "ScaleUnit", value = "double" } }
structures.Secret = { members = { name = "string", valueFrom = "string" }, required = { "name", "valueFrom" } }
structures.ServiceConnectAccessLogConfiguration = { members = { format = "ServiceConnectAccessLoggingFormat",
  includeQueryParameters = "ServiceConnectIncludeQueryParameters" }, required = { "format" } }
structures.ServiceConnectClientAlias = { members = { dnsName = "string", port = "PortNumber", testTrafficRules =
  "ServiceConnectTestTrafficRules" }, required = { "port" } }
structures.ServiceConnectConfiguration = { members = { accessLogConfiguration =
  "ServiceConnectAccessLogConfiguration", containerConfigurations = "ServiceConnectContainerConfigurations", enabled
  = "boolean", logConfiguration = "LogConfiguration", namespace = "string", services = "ServiceConnectServiceList"
  }, required = { "enabled" } }
structures.ServiceConnectContainerConfiguration = { members = { logLevel = "ServiceConnectContainerLogLevel" } }
structures.ServiceConnectService = { members = { clientAliases = "ServiceConnectClientAliasList", discoveryName =
  "string", ingressPortOverride = "PortNumber", portName = "string", timeout = "TimeoutConfiguration", tls =
  "ServiceConnectTlsConfiguration" }, required = { "portName" } }
structures.ServiceConnectTestTrafficHeaderMatchRules = { members = { exact = "string" }, required = { "exact" } }
structures.ServiceConnectTestTrafficHeaderRules = { members = { name = "string", value =
  "ServiceConnectTestTrafficHeaderMatchRules" }, required = { "name" } }
structures.ServiceConnectTestTrafficRules = { members = { header = "ServiceConnectTestTrafficHeaderRules" },
  required = { "header" } }
structures.ServiceConnectTlsCertificateAuthority = { members = { awsPcaAuthorityArn = "string" } }
structures.ServiceConnectTlsConfiguration = { members = { issuerCertificateAuthority =
  "ServiceConnectTlsCertificateAuthority", kmsKey = "string", roleArn = "string" }, required = {
  "issuerCertificateAuthority" } }
structures.ServiceManagedEBSVolumeConfiguration = { members = { encrypted = "boolean", filesystemType =
  "TaskFilesystemType", iops = "integer", kmsKeyId = "string", roleArn = "string", sizeInGiB = "integer", snapshotId
  = "string", tagSpecifications = "EBSTagSpecifications", throughput = "integer", volumeInitializationRate =
  "integer", volumeType = "string" }, required = { "roleArn" } }
structures.ServiceRegistry = { members = { containerName = "string", containerPort = "integer", port = "integer",
  registryArn = "string" } }
structures.ServiceVolumeConfiguration = { members = { managedEBSVolume = "ServiceManagedEBSVolumeConfiguration",
  name = "string" }, required = { "name" } }
structures.SharingStrategy = { members = { nvidiaMps = "NvidiaMpsAllocation" } }
structures.StopServiceDeploymentRequest = { members = { serviceDeploymentArn = "string", stopType =
  "StopServiceDeploymentStopType" }, required = { "serviceDeploymentArn" } }
structures.StopTaskRequest = { members = { cluster = "string", reason = "string", task = "string" }, required = {
  "task" } }
structures.SystemControl = { members = { namespace = "string", value = "string" } }
structures.Tag = { members = { key = "TagKey", value = "TagValue" } }
structures.TagResourceRequest = { members = { resourceArn = "string", tags = "Tags" }, required = { "resourceArn",
  "tags" } }
structures.TaskDefinitionPlacementConstraint = { members = { expression = "string", type =
  "TaskDefinitionPlacementConstraintType" } }
structures.ThresholdConfiguration = { members = { type = "ThresholdType", value = "integer" }, required = { "type",
  "value" } }
structures.TimeoutConfiguration = { members = { idleTimeoutSeconds = "Duration", perRequestTimeoutSeconds =
  "Duration" } }
structures.Tmpfs = { members = { containerPath = "string", mountOptions = "StringList", size = "integer" }, required
  = { "containerPath", "size" } }
structures.TrustedExecutionConfiguration = { members = { attestationPolicy = "string", isolationMode =
  "IsolationMode" }, required = { "isolationMode" } }
structures.Ulimit = { members = { hardLimit = "integer", name = "UlimitName", softLimit = "integer" }, required = {
  "name", "softLimit", "hardLimit" } }
structures.UntagResourceRequest = { members = { resourceArn = "string", tagKeys = "TagKeys" }, required = {
  "resourceArn", "tagKeys" } }
structures.UpdateServicePrimaryTaskSetRequest = { members = { cluster = "string", primaryTaskSet = "string", service =
  "string" }, required = { "cluster", "service", "primaryTaskSet" } }
structures.UpdateServiceRequest = { members = { availabilityZoneRebalancing = "AvailabilityZoneRebalancing",
  capacityProviderStrategy = "CapacityProviderStrategy", cluster = "string", deploymentConfiguration =
  "DeploymentConfiguration", deploymentController = "DeploymentController", desiredCount = "integer",
  enableECSManagedTags = "boolean", enableExecuteCommand = "boolean", forceNewDeployment = "boolean",
  gatewayConnectors = "GatewayConnectorList", healthCheckGracePeriodSeconds = "integer", loadBalancers =
  "LoadBalancers", monitoring = "MonitoringConfiguration", networkConfiguration = "NetworkConfiguration",
  placementConstraints = "PlacementConstraints", placementStrategy = "PlacementStrategies", platformVersion =
  "string", propagateTags = "PropagateTags", service = "string", serviceConnectConfiguration =
  "ServiceConnectConfiguration", serviceRegistries = "ServiceRegistries", taskDefinition = "string",
  volumeConfigurations = "ServiceVolumeConfigurations", vpcLatticeConfigurations = "VpcLatticeConfigurations" },
  required = { "service" } }
structures.UpdateTaskSetRequest = { members = { cluster = "string", scale = "Scale", service = "string", taskSet =
  "string" }, required = { "cluster", "service", "taskSet", "scale" } }
structures.Volume = { members = { configuredAtLaunch = "boolean", dockerVolumeConfiguration =
  "DockerVolumeConfiguration", efsVolumeConfiguration = "EFSVolumeConfiguration",
  fsxWindowsFileServerVolumeConfiguration = "FSxWindowsFileServerVolumeConfiguration", host =
  "HostVolumeProperties", name = "string", s3filesVolumeConfiguration = "S3FilesVolumeConfiguration" } }
structures.VolumeFrom = { members = { readOnly = "boolean", sourceContainer = "string" } }
structures.VpcLatticeAdvancedConfiguration = { members = { alternateTargetGroupArn = "string",
  productionListenerRule = "string", testListenerRule = "string" } }
structures.VpcLatticeConfiguration = { members = { advancedConfiguration = "VpcLatticeAdvancedConfiguration",
  portName = "string", roleArn = "string", targetGroupArn = "string" }, required = { "roleArn", "targetGroupArn",
  "portName" } }

shapes.others = {}
shapes.others.AccessType = { type = "string", enum = { "PUBLIC", "PRIVATE" } }
shapes.others.AccessTypeList = { type = "list", member = "AccessType", max = 2 }
shapes.others.ApplicationProtocol = { type = "string", enum = { "http", "http2", "grpc" } }
shapes.others.AssignPublicIp = { type = "string", enum = { "ENABLED", "DISABLED" } }
shapes.others.AvailabilityZoneRebalancing = { type = "string", enum = { "ENABLED", "DISABLED" } }
shapes.others.CPUArchitecture = { type = "string", enum = { "X86_64", "ARM64" } }
shapes.others.CapacityProviderField = { type = "string", enum = { "TAGS" } }
shapes.others.CapacityProviderFieldList = { type = "list", member = "CapacityProviderField" }
shapes.others.CapacityProviderStrategy = { type = "list", member = "CapacityProviderStrategyItem" }
shapes.others.CapacityProviderStrategyItemBase = { type = "integer", min = 0, max = 100000 }
shapes.others.CapacityProviderStrategyItemWeight = { type = "integer", min = 0, max = 1000 }
shapes.others.ClusterField = { type = "string", enum = { "ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS",
  "TAGS" } }
shapes.others.ClusterFieldList = { type = "list", member = "ClusterField" }
shapes.others.ClusterSettingName = { type = "string", enum = { "containerInsights" } }
shapes.others.ClusterSettings = { type = "list", member = "ClusterSetting" }
shapes.others.Compatibility = { type = "string", enum = { "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES" } }
shapes.others.CompatibilityList = { type = "list", member = "Compatibility" }
shapes.others.ContainerCondition = { type = "string", enum = { "START", "COMPLETE", "SUCCESS", "HEALTHY" } }
shapes.others.ContainerDefinitions = { type = "list", member = "ContainerDefinition" }
shapes.others.ContainerDependencies = { type = "list", member = "ContainerDependency" }
shapes.others.DeploymentControllerType = { type = "string", enum = { "ECS", "CODE_DEPLOY", "EXTERNAL" } }
shapes.others.DeploymentLifecycleHookAction = { type = "string", enum = { "ROLLBACK", "CONTINUE" } }
shapes.others.DeploymentLifecycleHookDuration = { type = "integer", min = 1, max = 20160 }
shapes.others.DeploymentLifecycleHookList = { type = "list", member = "DeploymentLifecycleHook" }
shapes.others.DeploymentLifecycleHookStage = { type = "string", enum = { "RECONCILE_SERVICE", "PRE_SCALE_UP",
  "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT" } }
shapes.others.DeploymentLifecycleHookStageList = { type = "list", member = "DeploymentLifecycleHookStage" }
shapes.others.DeploymentLifecycleHookTargetType = { type = "string", enum = { "AWS_LAMBDA", "PAUSE" } }
shapes.others.DeploymentStrategy = { type = "string", enum = { "ROLLING", "BLUE_GREEN", "LINEAR", "CANARY" } }
shapes.others.DesiredStatus = { type = "string", enum = { "RUNNING", "PENDING", "STOPPED" } }
shapes.others.DeviceCgroupPermission = { type = "string", enum = { "read", "write", "mknod" } }
shapes.others.DeviceCgroupPermissions = { type = "list", member = "DeviceCgroupPermission" }
shapes.others.DevicesList = { type = "list", member = "Device" }
shapes.others.DockerLabelsMap = { type = "map", value = "string" }
shapes.others.Duration = { type = "integer", min = 0, max = 2147483647 }
shapes.others.EBSResourceType = { type = "string", enum = { "volume" } }
shapes.others.EBSTagSpecifications = { type = "list", member = "EBSTagSpecification" }
shapes.others.EFSAuthorizationConfigIAM = { type = "string", enum = { "ENABLED", "DISABLED" } }
shapes.others.EFSTransitEncryption = { type = "string", enum = { "ENABLED", "DISABLED" } }
shapes.others.EnvironmentFileType = { type = "string", enum = { "s3" } }
shapes.others.EnvironmentFiles = { type = "list", member = "EnvironmentFile" }
shapes.others.EnvironmentVariables = { type = "list", member = "KeyValuePair" }
shapes.others.ExecuteCommandLogging = { type = "string", enum = { "NONE", "DEFAULT", "OVERRIDE" } }
shapes.others.FirelensConfigurationOptionsMap = { type = "map", value = "string" }
shapes.others.FirelensConfigurationType = { type = "string", enum = { "fluentd", "fluentbit" } }
shapes.others.GatewayConnectorDeregistrationDelayTimeoutSecondsInteger = { type = "integer", min = 0, max = 3600 }
shapes.others.GatewayConnectorHealthCheckProtocol = { type = "string", enum = { "HTTP", "HTTPS" } }
shapes.others.GatewayConnectorList = { type = "list", member = "GatewayConnector", max = 1 }
shapes.others.HealthyPercentInteger = { type = "integer", min = 0, max = 100 }
shapes.others.HostEntryList = { type = "list", member = "HostEntry" }
shapes.others.InferenceAccelerators = { type = "list", member = "InferenceAccelerator" }
shapes.others.IntegerList = { type = "list", member = "integer" }
shapes.others.IpcMode = { type = "string", enum = { "host", "task", "none" } }
shapes.others.IsolationMode = { type = "string", enum = { "SHARED", "ISOLATED_SANDBOX", "CONFIDENTIAL_SANDBOX" } }
shapes.others.LaunchType = { type = "string", enum = { "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES" } }
shapes.others.LoadBalancers = { type = "list", member = "LoadBalancer" }
shapes.others.LogConfigurationOptionsMap = { type = "map", value = "string" }
shapes.others.LogDriver = { type = "string", enum = { "json-file", "syslog", "journald", "gelf", "fluentd",
  "awslogs", "splunk", "awsfirelens" } }
shapes.others.MetricConfigurationList = { type = "list", member = "MetricConfiguration", max = 5 }
shapes.others.MetricName = { type = "string", min = 1, max = 255 }
shapes.others.MetricNamesList = { type = "list", member = "MetricName", max = 5 }
shapes.others.MetricResolutionSeconds = { type = "integer", min = 20, max = 60 }
shapes.others.MountPointList = { type = "list", member = "MountPoint" }
shapes.others.NetworkMode = { type = "string", enum = { "bridge", "host", "awsvpc", "none" } }
shapes.others.NvidiaMpsAllocationMaxComputePercentInteger = { type = "integer", min = 1, max = 100 }
shapes.others.NvidiaMpsAllocationMemoryInteger = { type = "integer", min = 1 }
shapes.others.OSFamily = { type = "string", enum = { "WINDOWS_SERVER_2019_FULL", "WINDOWS_SERVER_2019_CORE",
  "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2022_CORE", "WINDOWS_SERVER_2022_FULL",
  "WINDOWS_SERVER_2025_CORE", "WINDOWS_SERVER_2025_FULL", "WINDOWS_SERVER_20H2_CORE", "LINUX" } }
shapes.others.PidMode = { type = "string", enum = { "host", "task" } }
shapes.others.PlacementConstraintType = { type = "string", enum = { "distinctInstance", "memberOf" } }
shapes.others.PlacementConstraints = { type = "list", member = "PlacementConstraint" }
shapes.others.PlacementStrategies = { type = "list", member = "PlacementStrategy" }
shapes.others.PlacementStrategyType = { type = "string", enum = { "random", "spread", "binpack" } }
shapes.others.PortMappingList = { type = "list", member = "PortMapping" }
shapes.others.PortNumber = { type = "integer", min = 0, max = 65535 }
shapes.others.PropagateTags = { type = "string", enum = { "TASK_DEFINITION", "SERVICE", "NONE" } }
shapes.others.ProxyConfigurationProperties = { type = "list", member = "KeyValuePair" }
shapes.others.ProxyConfigurationType = { type = "string", enum = { "APPMESH" } }
shapes.others.ResourceManagementType = { type = "string", enum = { "CUSTOMER", "ECS" } }
shapes.others.ResourceRequirements = { type = "list", member = "ResourceRequirement" }
shapes.others.ResourceType = { type = "string", enum = { "GPU", "InferenceAccelerator", "NeuronDevice" } }
shapes.others.ScaleUnit = { type = "string", enum = { "PERCENT" } }
shapes.others.SchedulingStrategy = { type = "string", enum = { "REPLICA", "DAEMON" } }
shapes.others.Scope = { type = "string", enum = { "task", "shared" } }
shapes.others.SecretList = { type = "list", member = "Secret" }
shapes.others.ServiceConnectAccessLoggingFormat = { type = "string", enum = { "TEXT", "JSON" } }
shapes.others.ServiceConnectClientAliasList = { type = "list", member = "ServiceConnectClientAlias" }
shapes.others.ServiceConnectContainerConfigurations = { type = "list", member =
  "ServiceConnectContainerConfiguration", max = 10 }
shapes.others.ServiceConnectContainerLogLevel = { type = "string", enum = { "debug", "info" } }
shapes.others.ServiceConnectIncludeQueryParameters = { type = "string", enum = { "DISABLED", "ENABLED" } }
shapes.others.ServiceConnectServiceList = { type = "list", member = "ServiceConnectService" }
shapes.others.ServiceDeploymentStatus = { type = "string", enum = { "PENDING", "SUCCESSFUL", "STOPPED",
  "STOP_REQUESTED", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL",
  "ROLLBACK_FAILED" } }
shapes.others.ServiceDeploymentStatusList = { type = "list", member = "ServiceDeploymentStatus" }
shapes.others.ServiceField = { type = "string", enum = { "TAGS" } }
shapes.others.ServiceFieldList = { type = "list", member = "ServiceField" }
shapes.others.ServiceRegistries = { type = "list", member = "ServiceRegistry" }
shapes.others.ServiceRevisionCleanup = { type = "string", enum = { "BLOCKING", "DEFERRED" } }
shapes.others.ServiceVolumeConfigurations = { type = "list", member = "ServiceVolumeConfiguration" }
shapes.others.SortOrder = { type = "string", enum = { "ASC", "DESC" } }
shapes.others.StopServiceDeploymentStopType = { type = "string", enum = { "ABORT", "ROLLBACK" } }
shapes.others.StringList = { type = "list", member = "string" }
shapes.others.StringMap = { type = "map", value = "string" }
shapes.others.SystemControls = { type = "list", member = "SystemControl" }
shapes.others.TagKey = { type = "string", min = 1, max = 128 }
shapes.others.TagKeys = { type = "list", member = "TagKey" }
shapes.others.TagValue = { type = "string", min = 0, max = 256 }
shapes.others.Tags = { type = "list", member = "Tag", max = 50 }
shapes.others.TaskDefinitionField = { type = "string", enum = { "TAGS" } }
shapes.others.TaskDefinitionFieldList = { type = "list", member = "TaskDefinitionField" }
shapes.others.TaskDefinitionPlacementConstraintType = { type = "string", enum = { "memberOf" } }
shapes.others.TaskDefinitionPlacementConstraints = { type = "list", member = "TaskDefinitionPlacementConstraint" }
shapes.others.TaskDefinitionStatus = { type = "string", enum = { "ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS" } }
shapes.others.TaskField = { type = "string", enum = { "TAGS" } }
shapes.others.TaskFieldList = { type = "list", member = "TaskField" }
shapes.others.TaskFilesystemType = { type = "string", enum = { "ext3", "ext4", "xfs", "ntfs" } }
shapes.others.TaskSetField = { type = "string", enum = { "TAGS" } }
shapes.others.TaskSetFieldList = { type = "list", member = "TaskSetField" }
shapes.others.ThresholdType = { type = "string", enum = { "COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT" } }
shapes.others.TmpfsList = { type = "list", member = "Tmpfs" }
shapes.others.TransportProtocol = { type = "string", enum = { "tcp", "udp" } }
shapes.others.UlimitList = { type = "list", member = "Ulimit" }
shapes.others.UlimitName = { type = "string", enum = { "core", "cpu", "data", "fsize", "locks", "memlock",
  "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack" } }
shapes.others.VersionConsistency = { type = "string", enum = { "enabled", "disabled" } }
shapes.others.VolumeFromList = { type = "list", member = "VolumeFrom" }
shapes.others.VolumeList = { type = "list", member = "Volume" }
shapes.others.VpcLatticeConfigurations = { type = "list", member = "VpcLatticeConfiguration" }

return shapes
