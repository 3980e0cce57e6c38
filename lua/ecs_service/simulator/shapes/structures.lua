--- Made by tools/generate.lua from the models in spec/data; change those.
--- Structures: their members, and which are required.
return {
AcceleratorCountRequest = { members = { max = "integer", min = "integer" } },
AcceleratorTotalMemoryMiBRequest = { members = { max = "integer", min = "integer" } },
AdvancedConfiguration = { members = { alternateTargetGroupArn = "string", productionListenerRule = "string", roleArn =
  "string", testListenerRule = "string" } },
Attribute = { members = { name = "string", targetId = "string", targetType = "TargetType", value = "string" }, required
  = { "name" } },
AutoRepairConfiguration = { members = { actionsStatus = "AutoRepairActionsStatus" } },
AutoScalingGroupProvider = { members = { autoScalingGroupArn = "string", managedDraining = "ManagedDraining",
  managedScaling = "ManagedScaling", managedTerminationProtection = "ManagedTerminationProtection" }, required = {
  "autoScalingGroupArn" } },
AutoScalingGroupProviderUpdate = { members = { managedDraining = "ManagedDraining", managedScaling = "ManagedScaling",
  managedTerminationProtection = "ManagedTerminationProtection" } },
AwsVpcConfiguration = { members = { assignPublicIp = "AssignPublicIp", securityGroups = "StringList", subnets =
  "StringList" }, required = { "subnets" } },
BaselineEbsBandwidthMbpsRequest = { members = { max = "integer", min = "integer" } },
CanaryConfiguration = { members = { canaryBakeTimeInMinutes = "integer", canaryPercent = "double" } },
CapacityProviderStrategyItem = { members = { base = "CapacityProviderStrategyItemBase", capacityProvider = "string",
  weight = "CapacityProviderStrategyItemWeight" }, required = { "capacityProvider" } },
CapacityReservationRequest = { members = { reservationGroupArn = "string", reservationPreference =
  "CapacityReservationPreference" } },
ClusterConfiguration = { members = { executeCommandConfiguration = "ExecuteCommandConfiguration",
  managedStorageConfiguration = "ManagedStorageConfiguration" } },
ClusterServiceConnectDefaultsRequest = { members = { namespace = "string" }, required = { "namespace" } },
ClusterSetting = { members = { name = "ClusterSettingName", value = "string" } },
ContainerDefinition = { members = { command = "StringList", cpu = "integer", credentialSpecs = "StringList", dependsOn =
  "ContainerDependencies", disableNetworking = "boolean", dnsSearchDomains = "StringList", dnsServers = "StringList",
  dockerLabels = "DockerLabelsMap", dockerSecurityOptions = "StringList", entryPoint = "StringList", environment =
  "EnvironmentVariables", environmentFiles = "EnvironmentFiles", essential = "boolean", extraHosts = "HostEntryList",
  firelensConfiguration = "FirelensConfiguration", healthCheck = "HealthCheck", hostname = "string", image = "string",
  interactive = "boolean", links = "StringList", linuxParameters = "LinuxParameters", logConfiguration =
  "LogConfiguration", memory = "integer", memoryReservation = "integer", mountPoints = "MountPointList", name =
  "string", portMappings = "PortMappingList", privileged = "boolean", pseudoTerminal = "boolean", readonlyRootFilesystem
  = "boolean", repositoryCredentials = "RepositoryCredentials", resourceRequirements = "ResourceRequirements",
  restartPolicy = "ContainerRestartPolicy", secrets = "SecretList", startTimeout = "integer", stopTimeout = "integer",
  systemControls = "SystemControls", ulimits = "UlimitList", user = "string", versionConsistency = "VersionConsistency",
  volumesFrom = "VolumeFromList", workingDirectory = "string" } },
ContainerDependency = { members = { condition = "ContainerCondition", containerName = "string" }, required = {
  "containerName", "condition" } },
ContainerOverride = { members = { command = "StringList", cpu = "integer", environment = "EnvironmentVariables",
  environmentFiles = "EnvironmentFiles", memory = "integer", memoryReservation = "integer", name = "string",
  resourceRequirements = "ResourceRequirements" } },
ContainerRestartPolicy = { members = { enabled = "boolean", ignoredExitCodes = "IntegerList", restartAttemptPeriod =
  "integer" }, required = { "enabled" } },
ContinueServiceDeploymentRequest = { members = { action = "DeploymentLifecycleHookAction", hookId = "string",
  serviceDeploymentArn = "string" }, required = { "serviceDeploymentArn", "hookId" } },
CreateCapacityProviderRequest = { members = { autoScalingGroupProvider = "AutoScalingGroupProvider", cluster = "string",
  managedInstancesProvider = "CreateManagedInstancesProviderConfiguration", name = "string", tags = "Tags" }, required =
  { "name" } },
CreateClusterRequest = { members = { capacityProviders = "StringList", clusterName = "string", configuration =
  "ClusterConfiguration", defaultCapacityProviderStrategy = "CapacityProviderStrategy", serviceConnectDefaults =
  "ClusterServiceConnectDefaultsRequest", settings = "ClusterSettings", tags = "Tags" } },
CreateManagedInstancesProviderConfiguration = { members = { autoRepairConfiguration = "AutoRepairConfiguration",
  infrastructureOptimization = "InfrastructureOptimization", infrastructureRoleArn = "string", instanceLaunchTemplate =
  "InstanceLaunchTemplate", propagateTags = "PropagateMITags" }, required = { "infrastructureRoleArn",
  "instanceLaunchTemplate" } },
CreateServiceRequest = { members = { availabilityZoneRebalancing = "AvailabilityZoneRebalancing",
  capacityProviderStrategy = "CapacityProviderStrategy", clientToken = "string", cluster = "string",
  deploymentConfiguration = "DeploymentConfiguration", deploymentController = "DeploymentController", desiredCount =
  "integer", enableECSManagedTags = "boolean", enableExecuteCommand = "boolean", gatewayConnectors =
  "GatewayConnectorList", healthCheckGracePeriodSeconds = "integer", launchType = "LaunchType", loadBalancers =
  "LoadBalancers", monitoring = "MonitoringConfiguration", networkConfiguration = "NetworkConfiguration",
  placementConstraints = "PlacementConstraints", placementStrategy = "PlacementStrategies", platformVersion = "string",
  propagateTags = "PropagateTags", role = "string", schedulingStrategy = "SchedulingStrategy",
  serviceConnectConfiguration = "ServiceConnectConfiguration", serviceName = "string", serviceRegistries =
  "ServiceRegistries", tags = "Tags", taskDefinition = "string", volumeConfigurations = "ServiceVolumeConfigurations",
  vpcLatticeConfigurations = "VpcLatticeConfigurations" }, required = { "serviceName" } },
CreateTaskSetRequest = { members = { capacityProviderStrategy = "CapacityProviderStrategy", clientToken = "string",
  cluster = "string", externalId = "string", launchType = "LaunchType", loadBalancers = "LoadBalancers",
  networkConfiguration = "NetworkConfiguration", platformVersion = "string", scale = "Scale", service = "string",
  serviceRegistries = "ServiceRegistries", tags = "Tags", taskDefinition = "string" }, required = { "service",
  "cluster", "taskDefinition" } },
CreatedAt = { members = { after = "timestamp", before = "timestamp" } },
DeleteAccountSettingRequest = { members = { name = "SettingName", principalArn = "string" }, required = { "name" } },
DeleteAttributesRequest = { members = { attributes = "Attributes", cluster = "string" }, required = { "attributes" } },
DeleteCapacityProviderRequest = { members = { capacityProvider = "string", cluster = "string" }, required = {
  "capacityProvider" } },
DeleteClusterRequest = { members = { cluster = "string" }, required = { "cluster" } },
DeleteServiceRequest = { members = { cluster = "string", force = "boolean", service = "string" }, required = { "service"
  } },
DeleteTaskDefinitionsRequest = { members = { taskDefinitions = "StringList" }, required = { "taskDefinitions" } },
DeleteTaskSetRequest = { members = { cluster = "string", force = "boolean", service = "string", taskSet = "string" },
  required = { "cluster", "service", "taskSet" } },
DeploymentAlarms = { members = { alarmNames = "StringList", enable = "boolean", rollback = "boolean" }, required = {
  "alarmNames", "rollback", "enable" } },
DeploymentCircuitBreaker = { members = { enable = "boolean", resetOnHealthyTask = "boolean", rollback = "boolean",
  thresholdConfiguration = "ThresholdConfiguration" }, required = { "enable", "rollback" } },
DeploymentConfiguration = { members = { alarms = "DeploymentAlarms", bakeTimeInMinutes = "integer", canaryConfiguration
  = "CanaryConfiguration", deploymentCircuitBreaker = "DeploymentCircuitBreaker", earlySuccessCriteria =
  "DeploymentEarlySuccessCriteria", lifecycleHooks = "DeploymentLifecycleHookList", linearConfiguration =
  "LinearConfiguration", maximumPercent = "integer", minimumHealthyPercent = "integer", strategy = "DeploymentStrategy"
  } },
DeploymentController = { members = { type = "DeploymentControllerType" }, required = { "type" } },
DeploymentEarlySuccessCriteria = { members = { enable = "boolean", healthyPercent = "HealthyPercentInteger",
  sourceServiceRevisionCleanup = "ServiceRevisionCleanup" }, required = { "enable" } },
DeploymentLifecycleHook = { members = { hookDetails = "HookDetails", hookTargetArn = "string", lifecycleStages =
  "DeploymentLifecycleHookStageList", roleArn = "string", targetType = "DeploymentLifecycleHookTargetType",
  timeoutConfiguration = "DeploymentLifecycleHookTimeoutConfiguration" } },
DeploymentLifecycleHookTimeoutConfiguration = { members = { action = "DeploymentLifecycleHookAction", timeoutInMinutes =
  "DeploymentLifecycleHookDuration" } },
DeregisterContainerInstanceRequest = { members = { cluster = "string", containerInstance = "string", force = "boolean"
  }, required = { "containerInstance" } },
DeregisterTaskDefinitionRequest = { members = { taskDefinition = "string" }, required = { "taskDefinition" } },
DescribeCapacityProvidersRequest = { members = { capacityProviders = "StringList", cluster = "string", include =
  "CapacityProviderFieldList", maxResults = "integer", nextToken = "string" } },
DescribeClustersRequest = { members = { clusters = "StringList", include = "ClusterFieldList" } },
DescribeContainerInstancesRequest = { members = { cluster = "string", containerInstances = "StringList", include =
  "ContainerInstanceFieldList" }, required = { "containerInstances" } },
DescribeServiceDeploymentsRequest = { members = { serviceDeploymentArns = "StringList" }, required = {
  "serviceDeploymentArns" } },
DescribeServiceRevisionsRequest = { members = { serviceRevisionArns = "StringList" }, required = { "serviceRevisionArns"
  } },
DescribeServicesRequest = { members = { cluster = "string", include = "ServiceFieldList", services = "StringList" },
  required = { "services" } },
DescribeTaskDefinitionRequest = { members = { include = "TaskDefinitionFieldList", taskDefinition = "string" }, required
  = { "taskDefinition" } },
DescribeTaskSetsRequest = { members = { cluster = "string", include = "TaskSetFieldList", service = "string", taskSets =
  "StringList" }, required = { "cluster", "service" } },
DescribeTasksRequest = { members = { cluster = "string", include = "TaskFieldList", tasks = "StringList" }, required = {
  "tasks" } },
Device = { members = { containerPath = "string", hostPath = "string", permissions = "DeviceCgroupPermissions" },
  required = { "hostPath" } },
DiscoverPollEndpointRequest = { members = { cluster = "string", containerInstance = "string" } },
DockerVolumeConfiguration = { members = { autoprovision = "boolean", driver = "string", driverOpts = "StringMap", labels
  = "StringMap", scope = "Scope" } },
EBSTagSpecification = { members = { propagateTags = "PropagateTags", resourceType = "EBSResourceType", tags = "Tags" },
  required = { "resourceType" } },
EFSAuthorizationConfig = { members = { accessPointId = "string", iam = "EFSAuthorizationConfigIAM" } },
EFSVolumeConfiguration = { members = { authorizationConfig = "EFSAuthorizationConfig", fileSystemId = "string",
  rootDirectory = "string", transitEncryption = "EFSTransitEncryption", transitEncryptionPort = "integer" }, required =
  { "fileSystemId" } },
EnvironmentFile = { members = { type = "EnvironmentFileType", value = "string" }, required = { "value", "type" } },
EphemeralStorage = { members = { sizeInGiB = "integer" }, required = { "sizeInGiB" } },
ExecuteCommandConfiguration = { members = { kmsKeyId = "string", logConfiguration = "ExecuteCommandLogConfiguration",
  logging = "ExecuteCommandLogging" } },
ExecuteCommandLogConfiguration = { members = { cloudWatchEncryptionEnabled = "boolean", cloudWatchLogGroupName =
  "string", s3BucketName = "string", s3EncryptionEnabled = "boolean", s3KeyPrefix = "string" } },
ExecuteCommandRequest = { members = { cluster = "string", command = "string", container = "string", interactive =
  "boolean", task = "string" }, required = { "command", "interactive", "task" } },
FSxWindowsFileServerAuthorizationConfig = { members = { credentialsParameter = "string", domain = "string" }, required =
  { "credentialsParameter", "domain" } },
FSxWindowsFileServerVolumeConfiguration = { members = { authorizationConfig = "FSxWindowsFileServerAuthorizationConfig",
  fileSystemId = "string", rootDirectory = "string" }, required = { "fileSystemId", "rootDirectory",
  "authorizationConfig" } },
FirelensConfiguration = { members = { options = "FirelensConfigurationOptionsMap", type = "FirelensConfigurationType" },
  required = { "type" } },
GatewayConnector = { members = { deregistrationDelay = "GatewayConnectorDeregistrationDelay", filters =
  "GatewayConnectorFilters", healthCheck = "GatewayConnectorHealthCheck", portName = "string" }, required = { "portName"
  } },
GatewayConnectorDeregistrationDelay = { members = { timeoutSeconds =
  "GatewayConnectorDeregistrationDelayTimeoutSecondsInteger" } },
GatewayConnectorFilters = { members = { accessTypes = "AccessTypeList" } },
GatewayConnectorHealthCheck = { members = { healthCheckIntervalSeconds = "integer", healthCheckPath = "string",
  healthCheckPort = "integer", healthCheckProtocol = "GatewayConnectorHealthCheckProtocol", healthCheckTimeoutSeconds =
  "integer", healthyThresholdCount = "integer", matcher = "GatewayConnectorHealthCheckMatcher", unhealthyThresholdCount
  = "integer" } },
GatewayConnectorHealthCheckMatcher = { members = { grpcCode = "string", httpCode = "string" } },
GetTaskProtectionRequest = { members = { cluster = "string", tasks = "StringList" }, required = { "cluster" } },
HealthCheck = { members = { command = "StringList", interval = "integer", retries = "integer", startPeriod = "integer",
  timeout = "integer" }, required = { "command" } },
HookDetails = { members = {} },
HostEntry = { members = { hostname = "string", ipAddress = "string" }, required = { "hostname", "ipAddress" } },
HostVolumeProperties = { members = { sourcePath = "string" } },
InferenceAccelerator = { members = { deviceName = "string", deviceType = "string" }, required = { "deviceName",
  "deviceType" } },
InferenceAcceleratorOverride = { members = { deviceName = "string", deviceType = "string" } },
InfrastructureOptimization = { members = { scaleInAfter = "integer" } },
InstanceLaunchTemplate = { members = { capacityOptionType = "CapacityOptionType", capacityReservations =
  "CapacityReservationRequest", ec2InstanceProfileArn = "string", fipsEnabled = "boolean",
  instanceMetadataTagsPropagation = "boolean", instanceRequirements = "InstanceRequirementsRequest",
  localStorageConfiguration = "ManagedInstancesLocalStorageConfiguration", monitoring =
  "ManagedInstancesMonitoringOptions", networkConfiguration = "ManagedInstancesNetworkConfiguration",
  nitroEnclavesEnabled = "boolean", storageConfiguration = "ManagedInstancesStorageConfiguration" }, required = {
  "ec2InstanceProfileArn", "networkConfiguration" } },
InstanceLaunchTemplateUpdate = { members = { capacityReservations = "CapacityReservationRequest", ec2InstanceProfileArn
  = "string", instanceMetadataTagsPropagation = "boolean", instanceRequirements = "InstanceRequirementsRequest",
  localStorageConfiguration = "ManagedInstancesLocalStorageConfiguration", monitoring =
  "ManagedInstancesMonitoringOptions", networkConfiguration = "ManagedInstancesNetworkConfiguration",
  storageConfiguration = "ManagedInstancesStorageConfiguration" } },
InstanceRequirementsRequest = { members = { acceleratorCount = "AcceleratorCountRequest", acceleratorManufacturers =
  "AcceleratorManufacturerSet", acceleratorNames = "AcceleratorNameSet", acceleratorTotalMemoryMiB =
  "AcceleratorTotalMemoryMiBRequest", acceleratorTypes = "AcceleratorTypeSet", allowedInstanceTypes =
  "AllowedInstanceTypeSet", bareMetal = "BareMetal", baselineEbsBandwidthMbps = "BaselineEbsBandwidthMbpsRequest",
  burstablePerformance = "BurstablePerformance", cpuManufacturers = "CpuManufacturerSet", excludedInstanceTypes =
  "ExcludedInstanceTypeSet", instanceGenerations = "InstanceGenerationSet", localStorage = "LocalStorage",
  localStorageTypes = "LocalStorageTypeSet", maxSpotPriceAsPercentageOfOptimalOnDemandPrice = "integer",
  memoryGiBPerVCpu = "MemoryGiBPerVCpuRequest", memoryMiB = "MemoryMiBRequest", networkBandwidthGbps =
  "NetworkBandwidthGbpsRequest", networkInterfaceCount = "NetworkInterfaceCountRequest",
  onDemandMaxPricePercentageOverLowestPrice = "integer", requireHibernateSupport = "boolean",
  spotMaxPricePercentageOverLowestPrice = "integer", totalLocalStorageGB = "TotalLocalStorageGBRequest", vCpuCount =
  "VCpuCountRangeRequest" }, required = { "vCpuCount", "memoryMiB" } },
KernelCapabilities = { members = { add = "StringList", drop = "StringList" } },
KeyValuePair = { members = { name = "string", value = "string" } },
LinearConfiguration = { members = { stepBakeTimeInMinutes = "integer", stepPercent = "double" } },
LinuxParameters = { members = { capabilities = "KernelCapabilities", devices = "DevicesList", initProcessEnabled =
  "boolean", maxSwap = "integer", sharedMemorySize = "integer", swappiness = "integer", tmpfs = "TmpfsList" } },
ListAccountSettingsRequest = { members = { effectiveSettings = "boolean", maxResults = "integer", name = "SettingName",
  nextToken = "string", principalArn = "string", value = "string" } },
ListAttributesRequest = { members = { attributeName = "string", attributeValue = "string", cluster = "string",
  maxResults = "integer", nextToken = "string", targetType = "TargetType" }, required = { "targetType" } },
ListClustersRequest = { members = { maxResults = "integer", nextToken = "string" } },
ListContainerInstancesRequest = { members = { cluster = "string", filter = "string", maxResults = "integer", nextToken =
  "string", status = "ContainerInstanceStatus" } },
ListServiceDeploymentsRequest = { members = { cluster = "string", createdAt = "CreatedAt", maxResults = "integer",
  nextToken = "string", service = "string", status = "ServiceDeploymentStatusList" }, required = { "service" } },
ListServicesByNamespaceRequest = { members = { maxResults = "integer", namespace = "string", nextToken = "string" },
  required = { "namespace" } },
ListServicesRequest = { members = { cluster = "string", launchType = "LaunchType", maxResults = "integer", nextToken =
  "string", resourceManagementType = "ResourceManagementType", schedulingStrategy = "SchedulingStrategy" } },
ListTagsForResourceRequest = { members = { resourceArn = "string" }, required = { "resourceArn" } },
ListTaskDefinitionFamiliesRequest = { members = { familyPrefix = "string", maxResults = "integer", nextToken = "string",
  status = "TaskDefinitionFamilyStatus" } },
ListTaskDefinitionsRequest = { members = { familyPrefix = "string", maxResults = "integer", nextToken = "string", sort =
  "SortOrder", status = "TaskDefinitionStatus" } },
ListTasksRequest = { members = { cluster = "string", containerInstance = "string", daemonName = "string", desiredStatus
  = "DesiredStatus", family = "string", launchType = "LaunchType", maxResults = "integer", nextToken = "string",
  serviceName = "string", startedBy = "string" } },
LoadBalancer = { members = { advancedConfiguration = "AdvancedConfiguration", containerName = "string", containerPort =
  "integer", loadBalancerName = "string", targetGroupArn = "string" } },
LogConfiguration = { members = { logDriver = "LogDriver", options = "LogConfigurationOptionsMap", secretOptions =
  "SecretList" }, required = { "logDriver" } },
ManagedInstancesLocalStorageConfiguration = { members = { useLocalStorage = "boolean" } },
ManagedInstancesNetworkConfiguration = { members = { securityGroups = "StringList", subnets = "StringList" } },
ManagedInstancesStorageConfiguration = { members = { storageSizeGiB = "TaskVolumeStorageGiB" } },
ManagedScaling = { members = { instanceWarmupPeriod = "ManagedScalingInstanceWarmupPeriod", maximumScalingStepSize =
  "ManagedScalingStepSize", minimumScalingStepSize = "ManagedScalingStepSize", status = "ManagedScalingStatus",
  targetCapacity = "ManagedScalingTargetCapacity" } },
ManagedStorageConfiguration = { members = { fargateEphemeralStorageKmsKeyId = "string", kmsKeyId = "string" } },
MemoryGiBPerVCpuRequest = { members = { max = "double", min = "double" } },
MemoryMiBRequest = { members = { max = "integer", min = "integer" }, required = { "min" } },
MetricConfiguration = { members = { metricNames = "MetricNamesList", resolutionSeconds = "MetricResolutionSeconds" },
  required = { "metricNames", "resolutionSeconds" } },
MonitoringConfiguration = { members = { metricConfigurations = "MetricConfigurationList" } },
MountPoint = { members = { containerPath = "string", readOnly = "boolean", sourceVolume = "string" } },
NetworkBandwidthGbpsRequest = { members = { max = "double", min = "double" } },
NetworkConfiguration = { members = { awsvpcConfiguration = "AwsVpcConfiguration" } },
NetworkInterfaceCountRequest = { members = { max = "integer", min = "integer" } },
NvidiaMpsAllocation = { members = { maxComputePercent = "NvidiaMpsAllocationMaxComputePercentInteger", memory =
  "NvidiaMpsAllocationMemoryInteger" }, required = { "memory" } },
PlacementConstraint = { members = { expression = "string", type = "PlacementConstraintType" } },
PlacementStrategy = { members = { field = "string", type = "PlacementStrategyType" } },
PlatformDevice = { members = { id = "string", type = "PlatformDeviceType" }, required = { "id", "type" } },
PortMapping = { members = { appProtocol = "ApplicationProtocol", containerPort = "integer", containerPortRange =
  "string", hostPort = "integer", name = "string", protocol = "TransportProtocol" } },
ProxyConfiguration = { members = { containerName = "string", properties = "ProxyConfigurationProperties", type =
  "ProxyConfigurationType" }, required = { "containerName" } },
PutAccountSettingDefaultRequest = { members = { name = "SettingName", value = "string" }, required = { "name", "value" }
  },
PutAccountSettingRequest = { members = { name = "SettingName", principalArn = "string", value = "string" }, required = {
  "name", "value" } },
PutAttributesRequest = { members = { attributes = "Attributes", cluster = "string" }, required = { "attributes" } },
PutClusterCapacityProvidersRequest = { members = { capacityProviders = "StringList", cluster = "string",
  defaultCapacityProviderStrategy = "CapacityProviderStrategy" }, required = { "cluster", "capacityProviders",
  "defaultCapacityProviderStrategy" } },
RegisterContainerInstanceRequest = { members = { attributes = "Attributes", cluster = "string", containerInstanceArn =
  "string", instanceIdentityDocument = "string", instanceIdentityDocumentSignature = "string", platformDevices =
  "PlatformDevices", tags = "Tags", totalResources = "Resources", versionInfo = "VersionInfo" } },
RegisterTaskDefinitionRequest = { members = { containerDefinitions = "ContainerDefinitions", cpu = "string",
  enableFaultInjection = "boolean", ephemeralStorage = "EphemeralStorage", executionRoleArn = "string", family =
  "string", inferenceAccelerators = "InferenceAccelerators", ipcMode = "IpcMode", memory = "string", networkMode =
  "NetworkMode", pidMode = "PidMode", placementConstraints = "TaskDefinitionPlacementConstraints", proxyConfiguration =
  "ProxyConfiguration", requiresCompatibilities = "CompatibilityList", runtimePlatform = "RuntimePlatform", tags =
  "Tags", taskRoleArn = "string", trustedExecutionConfiguration = "TrustedExecutionConfiguration", volumes =
  "VolumeList" }, required = { "family", "containerDefinitions" } },
RepositoryCredentials = { members = { credentialsParameter = "string" }, required = { "credentialsParameter" } },
Resource = { members = { doubleValue = "double", integerValue = "integer", longValue = "long", name = "string",
  stringSetValue = "StringList", type = "string" } },
ResourceRequirement = { members = { sharingStrategy = "SharingStrategy", type = "ResourceType", value = "string" },
  required = { "type" } },
RunTaskRequest = { members = { capacityProviderStrategy = "CapacityProviderStrategy", clientToken = "string", cluster =
  "string", count = "integer", enableECSManagedTags = "boolean", enableExecuteCommand = "boolean", group = "string",
  launchType = "LaunchType", networkConfiguration = "NetworkConfiguration", overrides = "TaskOverride",
  placementConstraints = "PlacementConstraints", placementStrategy = "PlacementStrategies", platformVersion = "string",
  propagateTags = "PropagateTags", referenceId = "string", startedBy = "string", tags = "Tags", taskDefinition =
  "string", volumeConfigurations = "TaskVolumeConfigurations" }, required = { "taskDefinition" } },
RuntimePlatform = { members = { cpuArchitecture = "CPUArchitecture", operatingSystemFamily = "OSFamily" } },
S3FilesVolumeConfiguration = { members = { accessPointArn = "string", fileSystemArn = "string", rootDirectory =
  "string", transitEncryptionPort = "integer" }, required = { "fileSystemArn" } },
Scale = { members = { unit = "ScaleUnit", value = "double" } },
Secret = { members = { name = "string", valueFrom = "string" }, required = { "name", "valueFrom" } },
ServiceConnectAccessLogConfiguration = { members = { format = "ServiceConnectAccessLoggingFormat",
  includeQueryParameters = "ServiceConnectIncludeQueryParameters" }, required = { "format" } },
ServiceConnectClientAlias = { members = { dnsName = "string", port = "PortNumber", testTrafficRules =
  "ServiceConnectTestTrafficRules" }, required = { "port" } },
ServiceConnectConfiguration = { members = { accessLogConfiguration = "ServiceConnectAccessLogConfiguration",
  containerConfigurations = "ServiceConnectContainerConfigurations", enabled = "boolean", logConfiguration =
  "LogConfiguration", namespace = "string", services = "ServiceConnectServiceList" }, required = { "enabled" } },
ServiceConnectContainerConfiguration = { members = { logLevel = "ServiceConnectContainerLogLevel" } },
ServiceConnectService = { members = { clientAliases = "ServiceConnectClientAliasList", discoveryName = "string",
  ingressPortOverride = "PortNumber", portName = "string", timeout = "TimeoutConfiguration", tls =
  "ServiceConnectTlsConfiguration" }, required = { "portName" } },
ServiceConnectTestTrafficHeaderMatchRules = { members = { exact = "string" }, required = { "exact" } },
ServiceConnectTestTrafficHeaderRules = { members = { name = "string", value =
  "ServiceConnectTestTrafficHeaderMatchRules" }, required = { "name" } },
ServiceConnectTestTrafficRules = { members = { header = "ServiceConnectTestTrafficHeaderRules" }, required = { "header"
  } },
ServiceConnectTlsCertificateAuthority = { members = { awsPcaAuthorityArn = "string" } },
ServiceConnectTlsConfiguration = { members = { issuerCertificateAuthority = "ServiceConnectTlsCertificateAuthority",
  kmsKey = "string", roleArn = "string" }, required = { "issuerCertificateAuthority" } },
ServiceManagedEBSVolumeConfiguration = { members = { encrypted = "boolean", filesystemType = "TaskFilesystemType", iops
  = "integer", kmsKeyId = "string", roleArn = "string", sizeInGiB = "integer", snapshotId = "string", tagSpecifications
  = "EBSTagSpecifications", throughput = "integer", volumeInitializationRate = "integer", volumeType = "string" },
  required = { "roleArn" } },
ServiceRegistry = { members = { containerName = "string", containerPort = "integer", port = "integer", registryArn =
  "string" } },
ServiceVolumeConfiguration = { members = { managedEBSVolume = "ServiceManagedEBSVolumeConfiguration", name = "string" },
  required = { "name" } },
SharingStrategy = { members = { nvidiaMps = "NvidiaMpsAllocation" } },
StartTaskRequest = { members = { cluster = "string", containerInstances = "StringList", enableECSManagedTags =
  "boolean", enableExecuteCommand = "boolean", group = "string", networkConfiguration = "NetworkConfiguration",
  overrides = "TaskOverride", propagateTags = "PropagateTags", referenceId = "string", startedBy = "string", tags =
  "Tags", taskDefinition = "string", volumeConfigurations = "TaskVolumeConfigurations" }, required = {
  "containerInstances", "taskDefinition" } },
StopServiceDeploymentRequest = { members = { serviceDeploymentArn = "string", stopType = "StopServiceDeploymentStopType"
  }, required = { "serviceDeploymentArn" } },
StopTaskRequest = { members = { cluster = "string", reason = "string", task = "string" }, required = { "task" } },
SystemControl = { members = { namespace = "string", value = "string" } },
Tag = { members = { key = "TagKey", value = "TagValue" } },
TagResourceRequest = { members = { resourceArn = "string", tags = "Tags" }, required = { "resourceArn", "tags" } },
TaskDefinitionPlacementConstraint = { members = { expression = "string", type = "TaskDefinitionPlacementConstraintType"
  } },
TaskManagedEBSVolumeConfiguration = { members = { encrypted = "boolean", filesystemType = "TaskFilesystemType", iops =
  "integer", kmsKeyId = "string", roleArn = "string", sizeInGiB = "integer", snapshotId = "string", tagSpecifications =
  "EBSTagSpecifications", terminationPolicy = "TaskManagedEBSVolumeTerminationPolicy", throughput = "integer",
  volumeInitializationRate = "integer", volumeType = "string" }, required = { "roleArn" } },
TaskManagedEBSVolumeTerminationPolicy = { members = { deleteOnTermination = "boolean" }, required = {
  "deleteOnTermination" } },
TaskOverride = { members = { containerOverrides = "ContainerOverrides", cpu = "string", ephemeralStorage =
  "EphemeralStorage", executionRoleArn = "string", inferenceAcceleratorOverrides = "InferenceAcceleratorOverrides",
  memory = "string", taskRoleArn = "string" } },
TaskVolumeConfiguration = { members = { managedEBSVolume = "TaskManagedEBSVolumeConfiguration", name = "string" },
  required = { "name" } },
ThresholdConfiguration = { members = { type = "ThresholdType", value = "integer" }, required = { "type", "value" } },
TimeoutConfiguration = { members = { idleTimeoutSeconds = "Duration", perRequestTimeoutSeconds = "Duration" } },
Tmpfs = { members = { containerPath = "string", mountOptions = "StringList", size = "integer" }, required = {
  "containerPath", "size" } },
TotalLocalStorageGBRequest = { members = { max = "double", min = "double" } },
TrustedExecutionConfiguration = { members = { attestationPolicy = "string", isolationMode = "IsolationMode" }, required
  = { "isolationMode" } },
Ulimit = { members = { hardLimit = "integer", name = "UlimitName", softLimit = "integer" }, required = { "name",
  "softLimit", "hardLimit" } },
UntagResourceRequest = { members = { resourceArn = "string", tagKeys = "TagKeys" }, required = { "resourceArn",
  "tagKeys" } },
UpdateCapacityProviderRequest = { members = { autoScalingGroupProvider = "AutoScalingGroupProviderUpdate", cluster =
  "string", managedInstancesProvider = "UpdateManagedInstancesProviderConfiguration", name = "string" }, required = {
  "name" } },
UpdateClusterRequest = { members = { cluster = "string", configuration = "ClusterConfiguration", serviceConnectDefaults
  = "ClusterServiceConnectDefaultsRequest", settings = "ClusterSettings" }, required = { "cluster" } },
UpdateClusterSettingsRequest = { members = { cluster = "string", settings = "ClusterSettings" }, required = { "cluster",
  "settings" } },
UpdateContainerAgentRequest = { members = { cluster = "string", containerInstance = "string" }, required = {
  "containerInstance" } },
UpdateContainerInstancesStateRequest = { members = { cluster = "string", containerInstances = "StringList", status =
  "ContainerInstanceStatus" }, required = { "containerInstances", "status" } },
UpdateManagedInstancesProviderConfiguration = { members = { autoRepairConfiguration = "AutoRepairConfiguration",
  infrastructureOptimization = "InfrastructureOptimization", infrastructureRoleArn = "string", instanceLaunchTemplate =
  "InstanceLaunchTemplateUpdate", propagateTags = "PropagateMITags" }, required = { "infrastructureRoleArn",
  "instanceLaunchTemplate" } },
UpdateServicePrimaryTaskSetRequest = { members = { cluster = "string", primaryTaskSet = "string", service = "string" },
  required = { "cluster", "service", "primaryTaskSet" } },
UpdateServiceRequest = { members = { availabilityZoneRebalancing = "AvailabilityZoneRebalancing",
  capacityProviderStrategy = "CapacityProviderStrategy", cluster = "string", deploymentConfiguration =
  "DeploymentConfiguration", deploymentController = "DeploymentController", desiredCount = "integer",
  enableECSManagedTags = "boolean", enableExecuteCommand = "boolean", forceNewDeployment = "boolean", gatewayConnectors
  = "GatewayConnectorList", healthCheckGracePeriodSeconds = "integer", loadBalancers = "LoadBalancers", monitoring =
  "MonitoringConfiguration", networkConfiguration = "NetworkConfiguration", placementConstraints =
  "PlacementConstraints", placementStrategy = "PlacementStrategies", platformVersion = "string", propagateTags =
  "PropagateTags", service = "string", serviceConnectConfiguration = "ServiceConnectConfiguration", serviceRegistries =
  "ServiceRegistries", taskDefinition = "string", volumeConfigurations = "ServiceVolumeConfigurations",
  vpcLatticeConfigurations = "VpcLatticeConfigurations" }, required = { "service" } },
UpdateTaskProtectionRequest = { members = { cluster = "string", expiresInMinutes = "integer", protectionEnabled =
  "boolean", tasks = "StringList" }, required = { "cluster", "tasks", "protectionEnabled" } },
UpdateTaskSetRequest = { members = { cluster = "string", scale = "Scale", service = "string", taskSet = "string" },
  required = { "cluster", "service", "taskSet", "scale" } },
VCpuCountRangeRequest = { members = { max = "integer", min = "integer" }, required = { "min" } },
VersionInfo = { members = { agentHash = "string", agentVersion = "string", dockerVersion = "string" } },
Volume = { members = { configuredAtLaunch = "boolean", dockerVolumeConfiguration = "DockerVolumeConfiguration",
  efsVolumeConfiguration = "EFSVolumeConfiguration", fsxWindowsFileServerVolumeConfiguration =
  "FSxWindowsFileServerVolumeConfiguration", host = "HostVolumeProperties", name = "string", s3filesVolumeConfiguration
  = "S3FilesVolumeConfiguration" } },
VolumeFrom = { members = { readOnly = "boolean", sourceContainer = "string" } },
VpcLatticeAdvancedConfiguration = { members = { alternateTargetGroupArn = "string", productionListenerRule = "string",
  testListenerRule = "string" } },
VpcLatticeConfiguration = { members = { advancedConfiguration = "VpcLatticeAdvancedConfiguration", portName = "string",
  roleArn = "string", targetGroupArn = "string" }, required = { "roleArn", "targetGroupArn", "portName" } },
}
