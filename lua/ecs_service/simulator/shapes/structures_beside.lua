--- Made by tools/generate.lua from the models in spec/data; change those.
--- The same of the services beside ECS.
return {
EventsAppSyncParameters = { members = { GraphQLOperation = "EventsGraphQLOperation" } },
EventsAwsVpcConfiguration = { members = { AssignPublicIp = "EventsAssignPublicIp", SecurityGroups = "EventsStringList",
  Subnets = "EventsStringList" }, required = { "Subnets" } },
EventsBatchArrayProperties = { members = { Size = "integer" } },
EventsBatchParameters = { members = { ArrayProperties = "EventsBatchArrayProperties", JobDefinition = "string", JobName
  = "string", RetryStrategy = "EventsBatchRetryStrategy" }, required = { "JobDefinition", "JobName" } },
EventsBatchRetryStrategy = { members = { Attempts = "integer" } },
EventsCapacityProviderStrategyItem = { members = { base = "EventsCapacityProviderStrategyItemBase", capacityProvider =
  "EventsCapacityProvider", weight = "EventsCapacityProviderStrategyItemWeight" }, required = { "capacityProvider" } },
EventsDeadLetterConfig = { members = { Arn = "EventsResourceArn" } },
EventsDeleteRuleRequest = { members = { EventBusName = "EventsEventBusNameOrArn", Force = "boolean", Name =
  "EventsRuleName" }, required = { "Name" } },
EventsDescribeRuleRequest = { members = { EventBusName = "EventsEventBusNameOrArn", Name = "EventsRuleName" }, required
  = { "Name" } },
EventsEcsParameters = { members = { CapacityProviderStrategy = "EventsCapacityProviderStrategy", EnableECSManagedTags =
  "boolean", EnableExecuteCommand = "boolean", Group = "string", LaunchType = "EventsLaunchType", NetworkConfiguration =
  "EventsNetworkConfiguration", PlacementConstraints = "EventsPlacementConstraints", PlacementStrategy =
  "EventsPlacementStrategies", PlatformVersion = "string", PropagateTags = "EventsPropagateTags", ReferenceId =
  "EventsReferenceId", Tags = "EventsTagList", TaskCount = "EventsLimitMin1", TaskDefinitionArn = "EventsArn" },
  required = { "TaskDefinitionArn" } },
EventsHttpParameters = { members = { HeaderParameters = "EventsHeaderParametersMap", PathParameterValues =
  "EventsPathParameterList", QueryStringParameters = "EventsQueryStringParametersMap" } },
EventsInputTransformer = { members = { InputPathsMap = "EventsTransformerPaths", InputTemplate =
  "EventsTransformerInput" }, required = { "InputTemplate" } },
EventsKinesisParameters = { members = { PartitionKeyPath = "EventsTargetPartitionKeyPath" }, required = {
  "PartitionKeyPath" } },
EventsListRulesRequest = { members = { EventBusName = "EventsEventBusNameOrArn", Limit = "EventsLimitMax100", NamePrefix
  = "EventsRuleName", NextToken = "EventsNextToken" } },
EventsListTargetsByRuleRequest = { members = { EventBusName = "EventsEventBusNameOrArn", Limit = "EventsLimitMax100",
  NextToken = "EventsNextToken", Rule = "EventsRuleName" }, required = { "Rule" } },
EventsNetworkConfiguration = { members = { awsvpcConfiguration = "EventsAwsVpcConfiguration" } },
EventsPlacementConstraint = { members = { expression = "EventsPlacementConstraintExpression", type =
  "EventsPlacementConstraintType" } },
EventsPlacementStrategy = { members = { field = "EventsPlacementStrategyField", type = "EventsPlacementStrategyType" }
  },
EventsPutRuleRequest = { members = { Description = "EventsRuleDescription", EventBusName = "EventsEventBusNameOrArn",
  EventPattern = "EventsEventPattern", Name = "EventsRuleName", RoleArn = "EventsRoleArn", ScheduleExpression =
  "EventsScheduleExpression", State = "EventsRuleState", Tags = "EventsTagList" }, required = { "Name" } },
EventsPutTargetsRequest = { members = { EventBusName = "EventsEventBusNameOrArn", Rule = "EventsRuleName", Targets =
  "EventsTargetList" }, required = { "Rule", "Targets" } },
EventsRedshiftDataParameters = { members = { Database = "EventsDatabase", DbUser = "EventsDbUser", SecretManagerArn =
  "EventsRedshiftSecretManagerArn", Sql = "EventsSql", Sqls = "EventsSqls", StatementName = "EventsStatementName",
  WithEvent = "boolean" }, required = { "Database" } },
EventsRemoveTargetsRequest = { members = { EventBusName = "EventsEventBusNameOrArn", Force = "boolean", Ids =
  "EventsTargetIdList", Rule = "EventsRuleName" }, required = { "Rule", "Ids" } },
EventsRetryPolicy = { members = { MaximumEventAgeInSeconds = "EventsMaximumEventAgeInSeconds", MaximumRetryAttempts =
  "EventsMaximumRetryAttempts" } },
EventsRunCommandParameters = { members = { RunCommandTargets = "EventsRunCommandTargets" }, required = {
  "RunCommandTargets" } },
EventsRunCommandTarget = { members = { Key = "EventsRunCommandTargetKey", Values = "EventsRunCommandTargetValues" },
  required = { "Key", "Values" } },
EventsSageMakerPipelineParameter = { members = { Name = "EventsSageMakerPipelineParameterName", Value =
  "EventsSageMakerPipelineParameterValue" }, required = { "Name", "Value" } },
EventsSageMakerPipelineParameters = { members = { PipelineParameterList = "EventsSageMakerPipelineParameterList" } },
EventsSqsParameters = { members = { MessageGroupId = "EventsMessageGroupId" } },
EventsTag = { members = { Key = "EventsTagKey", Value = "EventsTagValue" }, required = { "Key", "Value" } },
EventsTarget = { members = { AppSyncParameters = "EventsAppSyncParameters", Arn = "EventsTargetArn", BatchParameters =
  "EventsBatchParameters", DeadLetterConfig = "EventsDeadLetterConfig", EcsParameters = "EventsEcsParameters",
  HttpParameters = "EventsHttpParameters", Id = "EventsTargetId", Input = "EventsTargetInput", InputPath =
  "EventsTargetInputPath", InputTransformer = "EventsInputTransformer", KinesisParameters = "EventsKinesisParameters",
  RedshiftDataParameters = "EventsRedshiftDataParameters", RetryPolicy = "EventsRetryPolicy", RoleArn = "EventsRoleArn",
  RunCommandParameters = "EventsRunCommandParameters", SageMakerPipelineParameters =
  "EventsSageMakerPipelineParameters", SqsParameters = "EventsSqsParameters" }, required = { "Id", "Arn" } },
LogsCreateLogGroupRequest = { members = { deletionProtectionEnabled = "boolean", kmsKeyId = "LogsKmsKeyId",
  logGroupClass = "LogsLogGroupClass", logGroupName = "LogsLogGroupName", tags = "LogsTags" }, required = {
  "logGroupName" } },
LogsDescribeLogGroupsRequest = { members = { accountIdentifiers = "LogsAccountIds", includeLinkedAccounts = "boolean",
  limit = "LogsDescribeLimit", logGroupClass = "LogsLogGroupClass", logGroupIdentifiers =
  "LogsDescribeLogGroupsLogGroupIdentifiers", logGroupNamePattern = "LogsLogGroupNamePattern", logGroupNamePrefix =
  "LogsLogGroupName", nextToken = "LogsNextToken" } },
LogsDescribeLogStreamsRequest = { members = { descending = "boolean", limit = "LogsDescribeLimit", logGroupIdentifier =
  "LogsLogGroupIdentifier", logGroupName = "LogsLogGroupName", logStreamNamePrefix = "LogsLogStreamName", nextToken =
  "LogsNextToken", orderBy = "LogsOrderBy" } },
LogsFilterLogEventsRequest = { members = { endTime = "LogsTimestamp", filterPattern = "LogsFilterPattern", interleaved =
  "boolean", limit = "LogsEventsLimit", logGroupIdentifier = "LogsLogGroupIdentifier", logGroupName =
  "LogsLogGroupName", logStreamNamePrefix = "LogsLogStreamName", logStreamNames = "LogsInputLogStreamNames", nextToken =
  "LogsNextToken", startFromHead = "boolean", startTime = "LogsTimestamp", unmask = "boolean" } },
LogsGetLogEventsRequest = { members = { endTime = "LogsTimestamp", limit = "LogsEventsLimit", logGroupIdentifier =
  "LogsLogGroupIdentifier", logGroupName = "LogsLogGroupName", logStreamName = "LogsLogStreamName", nextToken =
  "LogsNextToken", startFromHead = "boolean", startTime = "LogsTimestamp", unmask = "boolean" }, required = {
  "logStreamName" } },
ScalingCustomizedMetricSpecification = { members = { Dimensions = "ScalingMetricDimensions", MetricName = "string",
  Metrics = "ScalingTargetTrackingMetricDataQueries", Namespace = "string", Statistic = "ScalingMetricStatistic", Unit =
  "string" } },
ScalingDeleteScalingPolicyRequest = { members = { PolicyName = "ScalingResourceIdMaxLen1600", ResourceId =
  "ScalingResourceIdMaxLen1600", ScalableDimension = "ScalingScalableDimension", ServiceNamespace =
  "ScalingServiceNamespace" }, required = { "PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension" } },
ScalingDeleteScheduledActionRequest = { members = { ResourceId = "ScalingResourceIdMaxLen1600", ScalableDimension =
  "ScalingScalableDimension", ScheduledActionName = "ScalingResourceIdMaxLen1600", ServiceNamespace =
  "ScalingServiceNamespace" }, required = { "ServiceNamespace", "ScheduledActionName", "ResourceId", "ScalableDimension"
  } },
ScalingDeregisterScalableTargetRequest = { members = { ResourceId = "ScalingResourceIdMaxLen1600", ScalableDimension =
  "ScalingScalableDimension", ServiceNamespace = "ScalingServiceNamespace" }, required = { "ServiceNamespace",
  "ResourceId", "ScalableDimension" } },
ScalingDescribeScalableTargetsRequest = { members = { MaxResults = "integer", NextToken = "string", ResourceIds =
  "ScalingResourceIdsMaxLen1600", ScalableDimension = "ScalingScalableDimension", ServiceNamespace =
  "ScalingServiceNamespace" }, required = { "ServiceNamespace" } },
ScalingDescribeScalingActivitiesRequest = { members = { IncludeNotScaledActivities = "boolean", MaxResults = "integer",
  NextToken = "string", ResourceId = "ScalingResourceIdMaxLen1600", ScalableDimension = "ScalingScalableDimension",
  ServiceNamespace = "ScalingServiceNamespace" }, required = { "ServiceNamespace" } },
ScalingDescribeScalingPoliciesRequest = { members = { MaxResults = "integer", NextToken = "string", PolicyNames =
  "ScalingResourceIdsMaxLen1600", ResourceId = "ScalingResourceIdMaxLen1600", ScalableDimension =
  "ScalingScalableDimension", ServiceNamespace = "ScalingServiceNamespace" }, required = { "ServiceNamespace" } },
ScalingDescribeScheduledActionsRequest = { members = { MaxResults = "integer", NextToken = "string", ResourceId =
  "ScalingResourceIdMaxLen1600", ScalableDimension = "ScalingScalableDimension", ScheduledActionNames =
  "ScalingResourceIdsMaxLen1600", ServiceNamespace = "ScalingServiceNamespace" }, required = { "ServiceNamespace" } },
ScalingGetPredictiveScalingForecastRequest = { members = { EndTime = "timestamp", PolicyName = "ScalingPolicyName",
  ResourceId = "ScalingResourceIdMaxLen1600", ScalableDimension = "ScalingScalableDimension", ServiceNamespace =
  "ScalingServiceNamespace", StartTime = "timestamp" }, required = { "ServiceNamespace", "ResourceId",
  "ScalableDimension", "PolicyName", "StartTime", "EndTime" } },
ScalingListTagsForResourceRequest = { members = { ResourceARN = "ScalingAmazonResourceName" }, required = {
  "ResourceARN" } },
ScalingMetricDimension = { members = { Name = "string", Value = "string" }, required = { "Name", "Value" } },
ScalingPredefinedMetricSpecification = { members = { PredefinedMetricType = "ScalingMetricType", ResourceLabel =
  "ScalingResourceLabel" }, required = { "PredefinedMetricType" } },
ScalingPredictiveScalingCustomizedMetricSpecification = { members = { MetricDataQueries =
  "ScalingPredictiveScalingMetricDataQueries" }, required = { "MetricDataQueries" } },
ScalingPredictiveScalingMetric = { members = { Dimensions = "ScalingPredictiveScalingMetricDimensions", MetricName =
  "ScalingPredictiveScalingMetricName", Namespace = "ScalingPredictiveScalingMetricNamespace" } },
ScalingPredictiveScalingMetricDataQuery = { members = { Expression = "ScalingExpression", Id = "ScalingId", Label =
  "string", MetricStat = "ScalingPredictiveScalingMetricStat", ReturnData = "boolean" }, required = { "Id" } },
ScalingPredictiveScalingMetricDimension = { members = { Name = "ScalingPredictiveScalingMetricDimensionName", Value =
  "ScalingPredictiveScalingMetricDimensionValue" }, required = { "Name", "Value" } },
ScalingPredictiveScalingMetricSpecification = { members = { CustomizedCapacityMetricSpecification =
  "ScalingPredictiveScalingCustomizedMetricSpecification", CustomizedLoadMetricSpecification =
  "ScalingPredictiveScalingCustomizedMetricSpecification", CustomizedScalingMetricSpecification =
  "ScalingPredictiveScalingCustomizedMetricSpecification", PredefinedLoadMetricSpecification =
  "ScalingPredictiveScalingPredefinedLoadMetricSpecification", PredefinedMetricPairSpecification =
  "ScalingPredictiveScalingPredefinedMetricPairSpecification", PredefinedScalingMetricSpecification =
  "ScalingPredictiveScalingPredefinedScalingMetricSpecification", TargetValue = "double" }, required = { "TargetValue" }
  },
ScalingPredictiveScalingMetricStat = { members = { Metric = "ScalingPredictiveScalingMetric", Stat = "string", Unit =
  "ScalingPredictiveScalingMetricUnit" }, required = { "Metric", "Stat" } },
ScalingPredictiveScalingPolicyConfiguration = { members = { MaxCapacityBreachBehavior =
  "ScalingPredictiveScalingMaxCapacityBreachBehavior", MaxCapacityBuffer = "ScalingPredictiveScalingMaxCapacityBuffer",
  MetricSpecifications = "ScalingPredictiveScalingMetricSpecifications", Mode = "ScalingPredictiveScalingMode",
  SchedulingBufferTime = "ScalingPredictiveScalingSchedulingBufferTime" }, required = { "MetricSpecifications" } },
ScalingPredictiveScalingPredefinedLoadMetricSpecification = { members = { PredefinedMetricType =
  "ScalingPredictiveScalingMetricType", ResourceLabel = "ScalingResourceLabel" }, required = { "PredefinedMetricType" }
  },
ScalingPredictiveScalingPredefinedMetricPairSpecification = { members = { PredefinedMetricType =
  "ScalingPredictiveScalingMetricType", ResourceLabel = "ScalingResourceLabel" }, required = { "PredefinedMetricType" }
  },
ScalingPredictiveScalingPredefinedScalingMetricSpecification = { members = { PredefinedMetricType =
  "ScalingPredictiveScalingMetricType", ResourceLabel = "ScalingResourceLabel" }, required = { "PredefinedMetricType" }
  },
ScalingPutScalingPolicyRequest = { members = { PolicyName = "ScalingPolicyName", PolicyType = "ScalingPolicyType",
  PredictiveScalingPolicyConfiguration = "ScalingPredictiveScalingPolicyConfiguration", ResourceId =
  "ScalingResourceIdMaxLen1600", ScalableDimension = "ScalingScalableDimension", ServiceNamespace =
  "ScalingServiceNamespace", StepScalingPolicyConfiguration = "ScalingStepScalingPolicyConfiguration",
  TargetTrackingScalingPolicyConfiguration = "ScalingTargetTrackingScalingPolicyConfiguration" }, required = {
  "PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension" } },
ScalingPutScheduledActionRequest = { members = { EndTime = "timestamp", ResourceId = "ScalingResourceIdMaxLen1600",
  ScalableDimension = "ScalingScalableDimension", ScalableTargetAction = "ScalingScalableTargetAction", Schedule =
  "ScalingResourceIdMaxLen1600", ScheduledActionName = "ScalingScheduledActionName", ServiceNamespace =
  "ScalingServiceNamespace", StartTime = "timestamp", Timezone = "ScalingResourceIdMaxLen1600" }, required = {
  "ServiceNamespace", "ScheduledActionName", "ResourceId", "ScalableDimension" } },
ScalingRegisterScalableTargetRequest = { members = { MaxCapacity = "integer", MinCapacity = "integer", ResourceId =
  "ScalingResourceIdMaxLen1600", RoleARN = "ScalingResourceIdMaxLen1600", ScalableDimension =
  "ScalingScalableDimension", ServiceNamespace = "ScalingServiceNamespace", SuspendedState = "ScalingSuspendedState",
  Tags = "ScalingTagMap" }, required = { "ServiceNamespace", "ResourceId", "ScalableDimension" } },
ScalingScalableTargetAction = { members = { MaxCapacity = "integer", MinCapacity = "integer" } },
ScalingStepAdjustment = { members = { MetricIntervalLowerBound = "double", MetricIntervalUpperBound = "double",
  ScalingAdjustment = "integer" }, required = { "ScalingAdjustment" } },
ScalingStepScalingPolicyConfiguration = { members = { AdjustmentType = "ScalingAdjustmentType", Cooldown = "integer",
  MetricAggregationType = "ScalingMetricAggregationType", MinAdjustmentMagnitude = "integer", StepAdjustments =
  "ScalingStepAdjustments" } },
ScalingSuspendedState = { members = { DynamicScalingInSuspended = "boolean", DynamicScalingOutSuspended = "boolean",
  ScheduledScalingSuspended = "boolean" } },
ScalingTagResourceRequest = { members = { ResourceARN = "ScalingAmazonResourceName", Tags = "ScalingTagMap" }, required
  = { "ResourceARN", "Tags" } },
ScalingTargetTrackingMetric = { members = { Dimensions = "ScalingTargetTrackingMetricDimensions", MetricName =
  "ScalingTargetTrackingMetricName", Namespace = "ScalingTargetTrackingMetricNamespace" } },
ScalingTargetTrackingMetricDataQuery = { members = { Expression = "ScalingExpression", Id = "ScalingId", Label =
  "string", MetricStat = "ScalingTargetTrackingMetricStat", ReturnData = "boolean" }, required = { "Id" } },
ScalingTargetTrackingMetricDimension = { members = { Name = "ScalingTargetTrackingMetricDimensionName", Value =
  "ScalingTargetTrackingMetricDimensionValue" }, required = { "Name", "Value" } },
ScalingTargetTrackingMetricStat = { members = { Metric = "ScalingTargetTrackingMetric", Stat = "string", Unit =
  "ScalingTargetTrackingMetricUnit" }, required = { "Metric", "Stat" } },
ScalingTargetTrackingScalingPolicyConfiguration = { members = { CustomizedMetricSpecification =
  "ScalingCustomizedMetricSpecification", DisableScaleIn = "boolean", PredefinedMetricSpecification =
  "ScalingPredefinedMetricSpecification", ScaleInCooldown = "integer", ScaleOutCooldown = "integer", TargetValue =
  "double" }, required = { "TargetValue" } },
ScalingUntagResourceRequest = { members = { ResourceARN = "ScalingAmazonResourceName", TagKeys = "ScalingTagKeyList" },
  required = { "ResourceARN", "TagKeys" } },
SchedulerAwsVpcConfiguration = { members = { AssignPublicIp = "SchedulerAssignPublicIp", SecurityGroups =
  "SchedulerSecurityGroups", Subnets = "SchedulerSubnets" }, required = { "Subnets" } },
SchedulerCapacityProviderStrategyItem = { members = { base = "SchedulerCapacityProviderStrategyItemBase",
  capacityProvider = "SchedulerCapacityProvider", weight = "SchedulerCapacityProviderStrategyItemWeight" }, required = {
  "capacityProvider" } },
SchedulerCreateScheduleGroupInput = { members = { ClientToken = "SchedulerClientToken", Name =
  "SchedulerScheduleGroupName", Tags = "SchedulerTagList" }, required = { "Name" } },
SchedulerCreateScheduleInput = { members = { ActionAfterCompletion = "SchedulerActionAfterCompletion", ClientToken =
  "SchedulerClientToken", Description = "SchedulerDescription", EndDate = "timestamp", FlexibleTimeWindow =
  "SchedulerFlexibleTimeWindow", GroupName = "SchedulerScheduleGroupName", KmsKeyArn = "SchedulerKmsKeyArn", Name =
  "SchedulerName", ScheduleExpression = "SchedulerScheduleExpression", ScheduleExpressionTimezone =
  "SchedulerScheduleExpressionTimezone", StartDate = "timestamp", State = "SchedulerScheduleState", Target =
  "SchedulerTarget" }, required = { "Name", "ScheduleExpression", "Target", "FlexibleTimeWindow" } },
SchedulerDeadLetterConfig = { members = { Arn = "SchedulerDeadLetterConfigArnString" } },
SchedulerDeleteScheduleInput = { members = { ClientToken = "SchedulerClientToken", GroupName =
  "SchedulerScheduleGroupName", Name = "SchedulerName" }, required = { "Name" } },
SchedulerEcsParameters = { members = { CapacityProviderStrategy = "SchedulerCapacityProviderStrategy",
  EnableECSManagedTags = "boolean", EnableExecuteCommand = "boolean", Group = "SchedulerGroup", LaunchType =
  "SchedulerLaunchType", NetworkConfiguration = "SchedulerNetworkConfiguration", PlacementConstraints =
  "SchedulerPlacementConstraints", PlacementStrategy = "SchedulerPlacementStrategies", PlatformVersion =
  "SchedulerPlatformVersion", PropagateTags = "SchedulerPropagateTags", ReferenceId = "SchedulerReferenceId", Tags =
  "SchedulerTags", TaskCount = "SchedulerTaskCount", TaskDefinitionArn = "SchedulerTaskDefinitionArn" }, required = {
  "TaskDefinitionArn" } },
SchedulerEventBridgeParameters = { members = { DetailType = "SchedulerDetailType", Source = "SchedulerSource" },
  required = { "DetailType", "Source" } },
SchedulerEventBridgePutEventsV2Parameters = { members = { DetailType = "SchedulerDetailType", Source = "SchedulerSource"
  }, required = { "DetailType", "Source" } },
SchedulerEventBridgePutRawEventsParameters = { members = { Metadata = "SchedulerEventBridgeMetadataMap" } },
SchedulerFlexibleTimeWindow = { members = { MaximumWindowInMinutes = "SchedulerMaximumWindowInMinutes", Mode =
  "SchedulerFlexibleTimeWindowMode" }, required = { "Mode" } },
SchedulerGetScheduleInput = { members = { GroupName = "SchedulerScheduleGroupName", Name = "SchedulerName" }, required =
  { "Name" } },
SchedulerKinesisParameters = { members = { PartitionKey = "SchedulerTargetPartitionKey" }, required = { "PartitionKey" }
  },
SchedulerListSchedulesInput = { members = { GroupName = "SchedulerScheduleGroupName", MaxResults =
  "SchedulerMaxResults", NamePrefix = "SchedulerNamePrefix", NextToken = "SchedulerNextToken", State =
  "SchedulerScheduleState" } },
SchedulerNetworkConfiguration = { members = { awsvpcConfiguration = "SchedulerAwsVpcConfiguration" } },
SchedulerPlacementConstraint = { members = { expression = "SchedulerPlacementConstraintExpression", type =
  "SchedulerPlacementConstraintType" } },
SchedulerPlacementStrategy = { members = { field = "SchedulerPlacementStrategyField", type =
  "SchedulerPlacementStrategyType" } },
SchedulerRetryPolicy = { members = { MaximumEventAgeInSeconds = "SchedulerMaximumEventAgeInSeconds",
  MaximumRetryAttempts = "SchedulerMaximumRetryAttempts" } },
SchedulerSageMakerPipelineParameter = { members = { Name = "SchedulerSageMakerPipelineParameterName", Value =
  "SchedulerSageMakerPipelineParameterValue" }, required = { "Name", "Value" } },
SchedulerSageMakerPipelineParameters = { members = { PipelineParameterList = "SchedulerSageMakerPipelineParameterList" }
  },
SchedulerSqsParameters = { members = { MessageGroupId = "SchedulerMessageGroupId" } },
SchedulerTag = { members = { Key = "SchedulerTagKey", Value = "SchedulerTagValue" }, required = { "Key", "Value" } },
SchedulerTarget = { members = { Arn = "SchedulerTargetArn", DeadLetterConfig = "SchedulerDeadLetterConfig",
  EcsParameters = "SchedulerEcsParameters", EventBridgeParameters = "SchedulerEventBridgeParameters",
  EventBridgePutEventsV2Parameters = "SchedulerEventBridgePutEventsV2Parameters", EventBridgePutRawEventsParameters =
  "SchedulerEventBridgePutRawEventsParameters", Input = "SchedulerTargetInput", KinesisParameters =
  "SchedulerKinesisParameters", RetryPolicy = "SchedulerRetryPolicy", RoleArn = "SchedulerRoleArn",
  SageMakerPipelineParameters = "SchedulerSageMakerPipelineParameters", SqsParameters = "SchedulerSqsParameters" },
  required = { "Arn", "RoleArn" } },
SchedulerUpdateScheduleInput = { members = { ActionAfterCompletion = "SchedulerActionAfterCompletion", ClientToken =
  "SchedulerClientToken", Description = "SchedulerDescription", EndDate = "timestamp", FlexibleTimeWindow =
  "SchedulerFlexibleTimeWindow", GroupName = "SchedulerScheduleGroupName", KmsKeyArn = "SchedulerKmsKeyArn", Name =
  "SchedulerName", ScheduleExpression = "SchedulerScheduleExpression", ScheduleExpressionTimezone =
  "SchedulerScheduleExpressionTimezone", StartDate = "timestamp", State = "SchedulerScheduleState", Target =
  "SchedulerTarget" }, required = { "Name", "ScheduleExpression", "Target", "FlexibleTimeWindow" } },
SsmStartSessionRequest = { members = { DocumentName = "string", Parameters = "SsmSessionManagerParameters", Reason =
  "SsmSessionReason", Target = "SsmSessionTarget" }, required = { "Target" } },
}
