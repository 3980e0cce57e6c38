--- What the operations of CloudWatch Logs take, by its own model: see shapes/. Its names begin with "Logs", as both
--- services have shapes of the same name.

local inputs, structures, others = {}, {}, {}

inputs.CreateLogGroup = "LogsCreateLogGroupRequest"
inputs.DescribeLogGroups = "LogsDescribeLogGroupsRequest"
inputs.DescribeLogStreams = "LogsDescribeLogStreamsRequest"
inputs.FilterLogEvents = "LogsFilterLogEventsRequest"
inputs.GetLogEvents = "LogsGetLogEventsRequest"

structures.LogsCreateLogGroupRequest = { members = { deletionProtectionEnabled = "boolean", kmsKeyId = "LogsKmsKeyId",
  logGroupClass = "LogsLogGroupClass", logGroupName = "LogsLogGroupName", tags = "LogsTags" }, required = {
  "logGroupName" } }
structures.LogsDescribeLogGroupsRequest = { members = { accountIdentifiers = "LogsAccountIds", includeLinkedAccounts =
  "boolean", limit = "LogsDescribeLimit", logGroupClass = "LogsLogGroupClass", logGroupIdentifiers =
  "LogsDescribeLogGroupsLogGroupIdentifiers", logGroupNamePattern = "LogsLogGroupNamePattern", logGroupNamePrefix =
  "LogsLogGroupName", nextToken = "LogsNextToken" } }
structures.LogsDescribeLogStreamsRequest = { members = { descending = "boolean", limit = "LogsDescribeLimit",
  logGroupIdentifier = "LogsLogGroupIdentifier", logGroupName = "LogsLogGroupName", logStreamNamePrefix =
  "LogsLogStreamName", nextToken = "LogsNextToken", orderBy = "LogsOrderBy" } }
structures.LogsFilterLogEventsRequest = { members = { endTime = "LogsTimestamp", filterPattern = "LogsFilterPattern",
  interleaved = "boolean", limit = "LogsEventsLimit", logGroupIdentifier = "LogsLogGroupIdentifier", logGroupName =
  "LogsLogGroupName", logStreamNamePrefix = "LogsLogStreamName", logStreamNames = "LogsInputLogStreamNames", nextToken
  = "LogsNextToken", startFromHead = "boolean", startTime = "LogsTimestamp", unmask = "boolean" } }
structures.LogsGetLogEventsRequest = { members = { endTime = "LogsTimestamp", limit = "LogsEventsLimit",
  logGroupIdentifier = "LogsLogGroupIdentifier", logGroupName = "LogsLogGroupName", logStreamName =
  "LogsLogStreamName", nextToken = "LogsNextToken", startFromHead = "boolean", startTime = "LogsTimestamp", unmask =
  "boolean" }, required = { "logStreamName" } }

others.LogsAccountId = { type = "string", min = 12, max = 12 }
others.LogsAccountIds = { type = "list", member = "LogsAccountId", min = 0, max = 20 }
others.LogsDescribeLimit = { type = "integer", min = 1, max = 50 }
others.LogsDescribeLogGroupsLogGroupIdentifiers = { type = "list", member = "LogsLogGroupIdentifier", min = 1,
  max = 50 }
others.LogsEventsLimit = { type = "integer", min = 1, max = 10000 }
others.LogsFilterPattern = { type = "string", min = 0, max = 1024 }
others.LogsInputLogStreamNames = { type = "list", member = "LogsLogStreamName", min = 1, max = 100 }
others.LogsKmsKeyId = { type = "string", max = 256 }
others.LogsLogGroupClass = { type = "string", enum = { "STANDARD", "INFREQUENT_ACCESS", "DELIVERY",
  "ESSENTIALS" } }
others.LogsLogGroupIdentifier = { type = "string", min = 1, max = 2048 }
others.LogsLogGroupName = { type = "string", min = 1, max = 512 }
others.LogsLogGroupNamePattern = { type = "string", min = 0, max = 512 }
others.LogsLogStreamName = { type = "string", min = 1, max = 512 }
others.LogsNextToken = { type = "string", min = 1 }
others.LogsOrderBy = { type = "string", enum = { "LogStreamName", "LastEventTime" } }
others.LogsTagValue = { type = "string", max = 256 }
others.LogsTags = { type = "map", value = "LogsTagValue", min = 1, max = 50 }
others.LogsTimestamp = { type = "long", min = 0 }

return { inputs = inputs, structures = structures, others = others }
