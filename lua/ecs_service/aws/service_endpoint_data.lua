-- Made by tools/endpoints from the data of botocore (Apache License 2.0, copyright
-- Amazon.com, Inc.). Do not edit: run it again.
return {
  ecs = {
    setting = "ecs",
    target = "AmazonEC2ContainerServiceV20141113",
    json = "1.1",
    tokens = { ["CreateGateway"] = "clientToken", ["RunTask"] = "clientToken" },
  },
  acm = {
    setting = "acm",
    target = "CertificateManager",
    json = "1.1",
    tokens = {
      ["CreateAcmeDomainValidation"] = "IdempotencyToken",
      ["CreateAcmeEndpoint"] = "IdempotencyToken",
      ["CreateAcmeExternalAccountBinding"] = "IdempotencyToken",
    },
    signing_name = "acm",
    patterns = {
      plain = "https://acm.{region}.{suffix}",
      fips = "https://acm-fips.{region}.{suffix}",
      dual = "https://acm.{region}.{dual}",
      both = "https://acm-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://acm.{region}.{suffix}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://acm.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://acm-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://acm.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://acm-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  ["application-autoscaling"] = {
    setting = "application_auto_scaling",
    target = "AnyScaleFrontendService",
    json = "1.1",
    tokens = {},
    signing_name = "application-autoscaling",
    patterns = {
      plain = "https://application-autoscaling.{region}.{suffix}",
      fips = "https://application-autoscaling-fips.{region}.{suffix}",
      dual = "https://application-autoscaling.{region}.{dual}",
      both = "https://application-autoscaling-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://application-autoscaling.{region}.{suffix}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://application-autoscaling.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = {
          "https://application-autoscaling-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk",
          "aws-iso-e-global",
        },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://application-autoscaling.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://application-autoscaling-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  cloudwatch = {
    setting = "cloudwatch",
    target = "GraniteServiceVersion20100801",
    json = "1.0",
    tokens = {},
    signing_name = "monitoring",
    patterns = {
      plain = "https://monitoring.{region}.{suffix}",
      fips = "https://monitoring-fips.{region}.{suffix}",
      dual = "https://monitoring.{region}.{dual}",
      both = "https://monitoring-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://monitoring.{region}.{suffix}", both = "https://monitoring.{region}.{dual}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://monitoring.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://monitoring-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://monitoring.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://monitoring-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  codebuild = {
    setting = "codebuild",
    target = "CodeBuild_20161006",
    json = "1.1",
    tokens = {},
    signing_name = "codebuild",
    patterns = {
      plain = "https://codebuild.{region}.{suffix}",
      fips = "https://codebuild-fips.{region}.{suffix}",
      dual = "https://codebuild.{region}.{dual}",
      both = "https://codebuild-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://codebuild.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://codebuild-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://codebuild.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://codebuild-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  codedeploy = {
    setting = "codedeploy",
    target = "CodeDeploy_20141006",
    json = "1.1",
    tokens = {},
    signing_name = "codedeploy",
    patterns = {
      plain = "https://codedeploy.{region}.{suffix}",
      fips = "https://codedeploy-fips.{region}.{suffix}",
      dual = "https://codedeploy.{region}.{dual}",
      both = "https://codedeploy-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://codedeploy.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://codedeploy-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://codedeploy.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://codedeploy-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  codepipeline = {
    setting = "codepipeline",
    target = "CodePipeline_20150709",
    json = "1.1",
    tokens = { ["StartPipelineExecution"] = "clientRequestToken" },
    signing_name = "codepipeline",
    patterns = {
      plain = "https://codepipeline.{region}.{suffix}",
      fips = "https://codepipeline-fips.{region}.{suffix}",
      dual = "https://codepipeline.{region}.{dual}",
      both = "https://codepipeline-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://codepipeline.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://codepipeline-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://codepipeline.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://codepipeline-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  dynamodb = {
    setting = "dynamodb",
    target = "DynamoDB_20120810",
    json = "1.0",
    tokens = {
      ["ExecuteTransaction"] = "ClientRequestToken",
      ["ExportTableToPointInTime"] = "ClientToken",
      ["ImportTable"] = "ClientToken",
      ["StartBulkPutItems"] = "ClientToken",
      ["TransactWriteItems"] = "ClientRequestToken",
    },
    signing_name = "dynamodb",
    patterns = {
      plain = "https://dynamodb.{region}.{suffix}",
      fips = "https://dynamodb-fips.{region}.{suffix}",
      dual = "https://dynamodb.{region}.{dual}",
      both = "https://dynamodb-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://dynamodb.{region}.{suffix}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://dynamodb.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://dynamodb-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://dynamodb.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://dynamodb-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  ecr = {
    setting = "ecr",
    target = "AmazonEC2ContainerRegistry_V20150921",
    json = "1.1",
    tokens = {},
    signing_name = "ecr",
    patterns = {
      plain = "https://api.ecr.{region}.{suffix}",
      fips = "https://api.ecr-fips.{region}.{suffix}",
      dual = "https://ecr.{region}.{dual}",
      both = "https://ecr-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://ecr.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://ecr-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://ecr.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://ecr-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  events = {
    setting = "eventbridge",
    target = "AWSEvents",
    json = "1.1",
    tokens = {},
    signing_name = "events",
    patterns = {
      plain = "https://events.{region}.{suffix}",
      fips = "https://events-fips.{region}.{suffix}",
      dual = "https://events.{region}.{dual}",
      both = "https://events-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { both = "https://events.{region}.{dual}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://events.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://events-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://events.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://events-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
      ["us-gov-east-1"] = { fips = { "https://events.us-gov-east-1.amazonaws.com", "us-gov-east-1" } },
      ["us-gov-west-1"] = { fips = { "https://events.us-gov-west-1.amazonaws.com", "us-gov-west-1" } },
    },
  },
  kms = {
    setting = "kms",
    target = "TrentService",
    json = "1.1",
    tokens = {},
    signing_name = "kms",
    patterns = {
      plain = "https://kms.{region}.{suffix}",
      fips = "https://kms-fips.{region}.{suffix}",
      dual = "https://kms.{region}.{dual}",
      both = "https://kms-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://kms.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://kms-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://kms.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://kms-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  logs = {
    setting = "cloudwatch_logs",
    target = "Logs_20140328",
    json = "1.1",
    tokens = { ["PutQueryDefinition"] = "clientToken" },
    signing_name = "logs",
    patterns = {
      plain = "https://logs.{region}.{suffix}",
      fips = "https://logs-fips.{region}.{suffix}",
      dual = "https://logs.{region}.{dual}",
      both = "https://logs-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://logs.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://logs-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://logs.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://logs-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
      ["us-gov-east-1"] = { fips = { "https://logs.us-gov-east-1.amazonaws.com", "us-gov-east-1" } },
      ["us-gov-west-1"] = { fips = { "https://logs.us-gov-west-1.amazonaws.com", "us-gov-west-1" } },
    },
  },
  resourcegroupstaggingapi = {
    setting = "resource_groups_tagging_api",
    target = "ResourceGroupsTaggingAPI_20170126",
    json = "1.1",
    tokens = {},
    signing_name = "tagging",
    patterns = {
      plain = "https://tagging.{region}.{suffix}",
      fips = "https://tagging-fips.{region}.{suffix}",
      dual = "https://tagging.{region}.{dual}",
      both = "https://tagging-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://tagging.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://tagging-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://tagging.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://tagging-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  scheduler = {
    setting = "scheduler",
    paths = {
      ["CreateSchedule"] = { method = "POST", path = "/schedules/{Name}", query = {} },
      ["CreateScheduleGroup"] = { method = "POST", path = "/schedule-groups/{Name}", query = {} },
      ["DeleteSchedule"] = {
        method = "DELETE",
        path = "/schedules/{Name}",
        query = { ["GroupName"] = "groupName", ["ClientToken"] = "clientToken" },
      },
      ["DeleteScheduleGroup"] = {
        method = "DELETE",
        path = "/schedule-groups/{Name}",
        query = { ["ClientToken"] = "clientToken" },
      },
      ["GetSchedule"] = { method = "GET", path = "/schedules/{Name}", query = { ["GroupName"] = "groupName" } },
      ["GetScheduleGroup"] = { method = "GET", path = "/schedule-groups/{Name}", query = {} },
      ["ListScheduleGroups"] = {
        method = "GET",
        path = "/schedule-groups",
        query = { ["NamePrefix"] = "NamePrefix", ["NextToken"] = "NextToken", ["MaxResults"] = "MaxResults" },
      },
      ["ListSchedules"] = {
        method = "GET",
        path = "/schedules",
        query = {
          ["GroupName"] = "ScheduleGroup",
          ["NamePrefix"] = "NamePrefix",
          ["State"] = "State",
          ["NextToken"] = "NextToken",
          ["MaxResults"] = "MaxResults",
        },
      },
      ["ListTagsForResource"] = { method = "GET", path = "/tags/{ResourceArn}", query = {} },
      ["TagResource"] = { method = "POST", path = "/tags/{ResourceArn}", query = {} },
      ["UntagResource"] = { method = "DELETE", path = "/tags/{ResourceArn}", query = { ["TagKeys"] = "TagKeys" } },
      ["UpdateSchedule"] = { method = "PUT", path = "/schedules/{Name}", query = {} },
    },
    tokens = {
      ["CreateSchedule"] = "ClientToken",
      ["CreateScheduleGroup"] = "ClientToken",
      ["DeleteSchedule"] = "ClientToken",
      ["DeleteScheduleGroup"] = "ClientToken",
      ["UpdateSchedule"] = "ClientToken",
    },
    signing_name = "scheduler",
    patterns = {
      plain = "https://scheduler.{region}.{suffix}",
      fips = "https://scheduler-fips.{region}.{suffix}",
      dual = "https://scheduler.{region}.{dual}",
      both = "https://scheduler-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://scheduler.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://scheduler-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://scheduler.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://scheduler-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  secretsmanager = {
    setting = "secrets_manager",
    target = "secretsmanager",
    json = "1.1",
    tokens = {
      ["CreateSecret"] = "ClientRequestToken",
      ["PutSecretValue"] = "ClientRequestToken",
      ["RotateSecret"] = "ClientRequestToken",
      ["UpdateSecret"] = "ClientRequestToken",
    },
    signing_name = "secretsmanager",
    patterns = {
      plain = "https://secretsmanager.{region}.{suffix}",
      fips = "https://secretsmanager-fips.{region}.{suffix}",
      dual = "https://secretsmanager.{region}.{suffix}",
      both = "https://secretsmanager-fips.{region}.{suffix}",
    },
    partitions = {
      ["aws-cn"] = { both = "https://secretsmanager-fips.{region}.{dual}" },
      ["aws-eusc"] = {
        dual = "https://secretsmanager.{region}.{dual}",
        both = "https://secretsmanager-fips.{region}.{dual}",
      },
      ["aws-iso"] = {
        dual = "https://secretsmanager.{region}.{dual}",
        both = "https://secretsmanager-fips.{region}.{dual}",
      },
      ["aws-iso-b"] = {
        dual = "https://secretsmanager.{region}.{dual}",
        both = "https://secretsmanager-fips.{region}.{dual}",
      },
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://secretsmanager.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://secretsmanager-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://secretsmanager.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://secretsmanager-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  ["service-quotas"] = {
    setting = "service_quotas",
    target = "ServiceQuotasV20190624",
    json = "1.1",
    tokens = {},
    signing_name = "servicequotas",
    patterns = {
      plain = "https://servicequotas.{region}.{suffix}",
      fips = "https://servicequotas-fips.{region}.{suffix}",
      dual = "https://servicequotas.{region}.{dual}",
      both = "https://servicequotas-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://servicequotas.{region}.{suffix}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://servicequotas.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://servicequotas-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://servicequotas.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://servicequotas-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  servicediscovery = {
    setting = "servicediscovery",
    target = "Route53AutoNaming_v20170314",
    json = "1.1",
    tokens = {
      ["CreateHttpNamespace"] = "CreatorRequestId",
      ["CreatePrivateDnsNamespace"] = "CreatorRequestId",
      ["CreatePublicDnsNamespace"] = "CreatorRequestId",
      ["CreateService"] = "CreatorRequestId",
      ["RegisterInstance"] = "CreatorRequestId",
      ["UpdateHttpNamespace"] = "UpdaterRequestId",
      ["UpdatePrivateDnsNamespace"] = "UpdaterRequestId",
      ["UpdatePublicDnsNamespace"] = "UpdaterRequestId",
    },
    signing_name = "servicediscovery",
    patterns = {
      plain = "https://servicediscovery.{region}.{suffix}",
      fips = "https://servicediscovery-fips.{region}.{suffix}",
      dual = "https://servicediscovery.{region}.{dual}",
      both = "https://servicediscovery-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://servicediscovery.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://servicediscovery-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://servicediscovery.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://servicediscovery-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  sqs = {
    setting = "sqs",
    target = "AmazonSQS",
    json = "1.0",
    tokens = {},
    signing_name = "sqs",
    patterns = {
      plain = "https://sqs.{region}.{suffix}",
      fips = "https://sqs-fips.{region}.{suffix}",
      dual = "https://sqs.{region}.{dual}",
      both = "https://sqs-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://sqs.{region}.{suffix}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://sqs.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://sqs-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://sqs.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://sqs-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  ssm = {
    setting = "ssm",
    target = "AmazonSSM",
    json = "1.1",
    tokens = {
      ["CreateMaintenanceWindow"] = "ClientToken",
      ["CreatePatchBaseline"] = "ClientToken",
      ["DeleteInventory"] = "ClientToken",
      ["RegisterTargetWithMaintenanceWindow"] = "ClientToken",
      ["RegisterTaskWithMaintenanceWindow"] = "ClientToken",
    },
    signing_name = "ssm",
    patterns = {
      plain = "https://ssm.{region}.{suffix}",
      fips = "https://ssm-fips.{region}.{suffix}",
      dual = "https://ssm.{region}.{dual}",
      both = "https://ssm-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { fips = "https://ssm.{region}.{suffix}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://ssm.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://ssm-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://ssm.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://ssm-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
  stepfunctions = {
    setting = "sfn",
    target = "AWSStepFunctions",
    json = "1.0",
    tokens = { ["RedriveExecution"] = "clientToken" },
    signing_name = "states",
    patterns = {
      plain = "https://states.{region}.{suffix}",
      fips = "https://states-fips.{region}.{suffix}",
      dual = "https://states.{region}.{dual}",
      both = "https://states-fips.{region}.{dual}",
    },
    partitions = {
      ["aws-iso-e"] = { dual = false, both = false },
      ["aws-iso-f"] = { dual = false, both = false },
      ["aws-us-gov"] = { dual = "https://states-fips.{region}.{dual}" },
    },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://states.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://states-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://states.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://states-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
      ["us-gov-west-1"] = { fips = { "https://states.us-gov-west-1.amazonaws.com", "us-gov-west-1" } },
    },
  },
  wafv2 = {
    setting = "wafv2",
    target = "AWSWAF_20190729",
    json = "1.1",
    tokens = {},
    signing_name = "wafv2",
    patterns = {
      plain = "https://wafv2.{region}.{suffix}",
      fips = "https://wafv2-fips.{region}.{suffix}",
      dual = "https://wafv2.{region}.{dual}",
      both = "https://wafv2-fips.{region}.{dual}",
    },
    partitions = { ["aws-iso-e"] = { dual = false, both = false }, ["aws-iso-f"] = { dual = false, both = false } },
    regions = {
      ["aws-iso-e-global"] = {
        dual = { "https://wafv2.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        both = { "https://wafv2-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
      },
      ["aws-iso-f-global"] = {
        dual = { "https://wafv2.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        both = { "https://wafv2-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
      },
    },
  },
}
