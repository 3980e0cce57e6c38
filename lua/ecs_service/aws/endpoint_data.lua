-- Made by tools/endpoints from the data of botocore (Apache License 2.0, copyright
-- Amazon.com, Inc.). Do not edit: run it again.
return {
  origin = "botocore 1.44.8",
  partitions = {
    {
      id = "aws",
      suffix = "amazonaws.com",
      dual_suffix = "api.aws",
      global_region = "us-east-1",
      patterns = {
        "^us%-[%w_]+%-%d+$",
        "^eu%-[%w_]+%-%d+$",
        "^ap%-[%w_]+%-%d+$",
        "^sa%-[%w_]+%-%d+$",
        "^ca%-[%w_]+%-%d+$",
        "^me%-[%w_]+%-%d+$",
        "^af%-[%w_]+%-%d+$",
        "^il%-[%w_]+%-%d+$",
        "^mx%-[%w_]+%-%d+$",
      },
      regions = { "aws-global" },
    },
    {
      id = "aws-cn",
      suffix = "amazonaws.com.cn",
      dual_suffix = "api.amazonwebservices.com.cn",
      global_region = "cn-northwest-1",
      patterns = { "^cn%-[%w_]+%-%d+$" },
      regions = { "aws-cn-global" },
    },
    {
      id = "aws-eusc",
      suffix = "amazonaws.eu",
      dual_suffix = "api.amazonwebservices.eu",
      global_region = "eusc-de-east-1",
      patterns = { "^eusc%-de%-[%w_]+%-%d+$" },
      regions = {},
    },
    {
      id = "aws-iso",
      suffix = "c2s.ic.gov",
      dual_suffix = "api.aws.ic.gov",
      global_region = "us-iso-east-1",
      patterns = { "^us%-iso%-[%w_]+%-%d+$" },
      regions = { "aws-iso-global" },
    },
    {
      id = "aws-iso-b",
      suffix = "sc2s.sgov.gov",
      dual_suffix = "api.aws.scloud",
      global_region = "us-isob-east-1",
      patterns = { "^us%-isob%-[%w_]+%-%d+$" },
      regions = { "aws-iso-b-global" },
    },
    {
      id = "aws-iso-e",
      suffix = "cloud.adc-e.uk",
      dual_suffix = "api.cloud-aws.adc-e.uk",
      global_region = "eu-isoe-west-1",
      patterns = { "^eu%-isoe%-[%w_]+%-%d+$" },
      regions = { "aws-iso-e-global" },
    },
    {
      id = "aws-iso-f",
      suffix = "csp.hci.ic.gov",
      dual_suffix = "api.aws.hci.ic.gov",
      global_region = "us-isof-south-1",
      patterns = { "^us%-isof%-[%w_]+%-%d+$" },
      regions = { "aws-iso-f-global" },
    },
    {
      id = "aws-us-gov",
      suffix = "amazonaws.com",
      dual_suffix = "api.aws",
      global_region = "us-gov-west-1",
      patterns = { "^us%-gov%-[%w_]+%-%d+$" },
      regions = { "aws-us-gov-global" },
    },
  },
  services = {
    ecs = {
      signing_name = "ecs",
      patterns = {
        plain = "https://ecs.{region}.{suffix}",
        fips = "https://ecs-fips.{region}.{suffix}",
        dual = "https://ecs.{region}.{dual}",
        both = "https://ecs-fips.{region}.{dual}",
      },
      partitions = {
        ["aws-iso-e"] = { dual = false, both = false },
        ["aws-iso-f"] = { dual = false, both = false },
      },
      regions = {
        ["aws-iso-e-global"] = {
          dual = { "https://ecs.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
          both = { "https://ecs-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        },
        ["aws-iso-f-global"] = {
          dual = { "https://ecs.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
          both = { "https://ecs-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        },
      },
    },
    sts = {
      signing_name = "sts",
      patterns = {
        plain = "https://sts.{region}.{suffix}",
        fips = "https://sts-fips.{region}.{suffix}",
        dual = "https://sts.{region}.{dual}",
        both = "https://sts-fips.{region}.{dual}",
      },
      partitions = {
        ["aws-iso-e"] = { dual = false, both = false },
        ["aws-iso-f"] = { dual = false, both = false },
        ["aws-us-gov"] = { fips = "https://sts.{region}.{suffix}" },
      },
      regions = {
        ["aws-global"] = {
          plain = { "https://sts.amazonaws.com", "us-east-1" },
          fips = { "https://sts-fips.aws-global.amazonaws.com", "us-east-1" },
          dual = { "https://sts.aws-global.api.aws", "us-east-1" },
          both = { "https://sts-fips.aws-global.api.aws", "us-east-1" },
        },
        ["aws-iso-e-global"] = {
          dual = { "https://sts.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
          both = { "https://sts-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        },
        ["aws-iso-f-global"] = {
          dual = { "https://sts.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
          both = { "https://sts-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        },
      },
    },
    ["sts.legacy"] = {
      base = "sts",
      regions = {
        ["ap-northeast-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["ap-south-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["ap-southeast-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["ap-southeast-2"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["ca-central-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["eu-central-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["eu-north-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["eu-west-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["eu-west-2"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["eu-west-3"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["sa-east-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["us-east-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["us-east-2"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["us-west-1"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
        ["us-west-2"] = { plain = { "https://sts.amazonaws.com", "us-east-1" } },
      },
    },
    s3 = {
      signing_name = "s3",
      patterns = {
        plain = "https://s3.{region}.{suffix}",
        fips = "https://s3-fips.{region}.{suffix}",
        dual = "https://s3.dualstack.{region}.{suffix}",
        both = "https://s3-fips.dualstack.{region}.{suffix}",
      },
      partitions = {
        ["aws-cn"] = { fips = false, both = false },
        ["aws-iso-e"] = { dual = false, both = false },
        ["aws-iso-f"] = { dual = false, both = false },
      },
      regions = {
        ["aws-global"] = {
          plain = { "https://s3.amazonaws.com", "us-east-1" },
          fips = { "https://s3-fips.us-east-1.amazonaws.com", "us-east-1" },
          dual = { "https://s3.dualstack.us-east-1.amazonaws.com", "us-east-1" },
          both = { "https://s3-fips.dualstack.us-east-1.amazonaws.com", "us-east-1" },
        },
        ["us-east-1"] = { plain = { "https://s3.amazonaws.com", "us-east-1" } },
        ["aws-iso-e-global"] = {
          dual = { "https://s3.dualstack.aws-iso-e-global.cloud.adc-e.uk", "aws-iso-e-global" },
          both = { "https://s3-fips.dualstack.aws-iso-e-global.cloud.adc-e.uk", "aws-iso-e-global" },
        },
        ["aws-iso-f-global"] = {
          dual = { "https://s3.dualstack.aws-iso-f-global.csp.hci.ic.gov", "aws-iso-f-global" },
          both = { "https://s3-fips.dualstack.aws-iso-f-global.csp.hci.ic.gov", "aws-iso-f-global" },
        },
      },
    },
    ["s3.regional"] = {
      base = "s3",
      regions = { ["us-east-1"] = { plain = { "https://s3.us-east-1.amazonaws.com", "us-east-1" } } },
    },
    sso = {
      signing_name = "awsssoportal",
      patterns = {
        plain = "https://portal.sso.{region}.{suffix}",
        fips = "https://portal.sso-fips.{region}.{suffix}",
        dual = "https://portal.sso.{region}.{dual}",
        both = "https://portal.sso-fips.{region}.{dual}",
      },
      partitions = {
        ["aws-iso-e"] = { dual = false, both = false },
        ["aws-iso-f"] = { dual = false, both = false },
        ["aws-us-gov"] = { fips = "https://portal.sso.{region}.{suffix}" },
      },
      regions = {
        ["aws-iso-e-global"] = {
          dual = { "https://portal.sso.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
          both = { "https://portal.sso-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        },
        ["aws-iso-f-global"] = {
          dual = { "https://portal.sso.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
          both = { "https://portal.sso-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        },
      },
    },
    ["sso-oidc"] = {
      signing_name = "sso-oauth",
      patterns = {
        plain = "https://oidc.{region}.{suffix}",
        fips = "https://oidc-fips.{region}.{suffix}",
        dual = "https://oidc.{region}.{dual}",
        both = "https://oidc-fips.{region}.{dual}",
      },
      partitions = {
        ["aws-iso-e"] = { dual = false, both = false },
        ["aws-iso-f"] = { dual = false, both = false },
        ["aws-us-gov"] = { fips = "https://oidc.{region}.{suffix}" },
      },
      regions = {
        ["aws-iso-e-global"] = {
          dual = { "https://oidc.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
          both = { "https://oidc-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        },
        ["aws-iso-f-global"] = {
          dual = { "https://oidc.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
          both = { "https://oidc-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        },
      },
    },
    signin = {
      signing_name = "signin",
      patterns = {
        plain = "https://{region}.signin.aws.amazon.com",
        fips = "https://signin-fips.{region}.{suffix}",
        dual = "https://signin.{region}.{dual}",
        both = "https://signin-fips.{region}.{dual}",
      },
      partitions = {
        ["aws-cn"] = { plain = "https://{region}.signin.amazonaws.cn" },
        ["aws-eusc"] = { plain = "https://{region}.signin.amazonaws-eusc.eu" },
        ["aws-iso"] = { plain = "https://{region}.signin.c2shome.ic.gov" },
        ["aws-iso-b"] = { plain = "https://{region}.signin.sc2shome.sgov.gov" },
        ["aws-iso-e"] = { plain = "https://{region}.signin.csphome.adc-e.uk", dual = false, both = false },
        ["aws-iso-f"] = { plain = "https://{region}.signin.csphome.hci.ic.gov", dual = false, both = false },
        ["aws-us-gov"] = {
          plain = "https://{region}.signin.amazonaws-us-gov.com",
          fips = "https://{region}.signin-fips.amazonaws-us-gov.com",
        },
      },
      regions = {
        ["aws-iso-e-global"] = {
          dual = { "https://signin.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
          both = { "https://signin-fips.aws-iso-e-global.api.cloud-aws.adc-e.uk", "aws-iso-e-global" },
        },
        ["aws-iso-f-global"] = {
          dual = { "https://signin.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
          both = { "https://signin-fips.aws-iso-f-global.api.aws.hci.ic.gov", "aws-iso-f-global" },
        },
        ["us-gov-west-1"] = { fips = { "https://signin-fips.amazonaws-us-gov.com", "us-gov-west-1" } },
      },
    },
  },
}
