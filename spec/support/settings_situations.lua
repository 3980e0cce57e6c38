-- Situations in which ecs-service and botocore are asked for the same: region, endpoint, signing, retries, application
-- id, proxy and certificates. spec/aws/settings_parity_spec.lua holds the answers against each other. `only` names
-- what is compared (default: region, url, signing_region, signing_name); `differs` says what botocore answers where
-- we choose otherwise, and docs/endpoints.md why.
local situations = {}

local function add(name, situation)
  situation.name = name
  situation.service = situation.service or "ecs"
  situations[#situations + 1] = situation
end

local function config(text) return { config = text } end
local DIRECTION = { "proxy" }

-- The region.
add("the region is given", { given = { region = "eu-west-1" }, env = { AWS_DEFAULT_REGION = "us-east-1" } })
add("AWS_DEFAULT_REGION", { env = { AWS_DEFAULT_REGION = "eu-central-2" } })
add("the region of the default profile", { files = config "[default]\nregion = eu-north-1\n" })
add("the region of the named profile", { given = { profile = "ci" },
  files = config "[default]\nregion = eu-north-1\n[profile ci]\nregion = eu-south-1\n" })
add("the region of AWS_PROFILE's profile", { env = { AWS_PROFILE = "ci" },
  files = config "[default]\nregion = eu-north-1\n[profile ci]\nregion=sa-east-1\n" })
add("the region in the credentials file", { files = { credentials = "[default]\nregion = ap-south-1\n" } })
add("the environment's region before the profile's", { env = { AWS_DEFAULT_REGION = "us-west-2" },
  files = config "[default]\nregion = eu-north-1\n" })
add("no region", {})
add("a region that is no host label", { env = { AWS_DEFAULT_REGION = "eu west 1" } })
add("a region that ends in a hyphen", { given = { region = "eu-west-" } })
add("a region of digits", { given = { region = "12" } })
add("a region of one word", { given = { region = "garage" }, service = "s3" })
add("AWS_REGION before AWS_DEFAULT_REGION", { env = { AWS_REGION = "eu-west-1", AWS_DEFAULT_REGION = "us-east-1" },
  differs = { botocore = { region = "us-east-1" }, ours = { region = "eu-west-1" } } })
add("AWS_REGION alone", { env = { AWS_REGION = "eu-west-1" },
  differs = { botocore = { error = "NoRegionError" }, ours = { region = "eu-west-1" } } })
add("an empty AWS_DEFAULT_REGION", { env = { AWS_DEFAULT_REGION = "" },
  files = config "[default]\nregion = eu-west-1\n",
  differs = { botocore = { error = "ValueError" }, ours = { region = "eu-west-1" } } })
add("a region in capitals", { given = { region = "EU-WEST-1" },
  differs = { botocore = { region = "EU-WEST-1" }, ours = { error = "InvalidRegion" } } })

-- Partitions, FIPS, dual stack, pseudo regions.
for _, region in ipairs { "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1",
                          "us-isof-south-1", "eusc-de-east-1", "us-new-1", "xx-unknown-1" } do
  add("the partition of " .. region, { given = { region = region } })
end
add("FIPS", { given = { region = "us-east-1", fips = true } })
add("FIPS by the environment", { given = { region = "us-east-1" }, env = { AWS_USE_FIPS_ENDPOINT = "TRUE" } })
add("FIPS by the profile", { files = config "[default]\nregion = us-west-2\nuse_fips_endpoint = true\n" })
add("FIPS that the environment turns off", { env = { AWS_USE_FIPS_ENDPOINT = "false" },
  files = config "[default]\nregion = us-west-2\nuse_fips_endpoint = true\n" })
add("a switch that says yes and not true", { given = { region = "us-east-1" }, env = { AWS_USE_FIPS_ENDPOINT = "1" } })
add("dual stack", { given = { region = "eu-west-1", dual = true } })
add("dual stack by the environment, in China", { given = { region = "cn-northwest-1" },
  env = { AWS_USE_DUALSTACK_ENDPOINT = "true" } })
add("FIPS and dual stack", { given = { region = "us-gov-east-1", fips = true, dual = true } })
add("dual stack where the partition has none", { given = { region = "eu-isoe-west-1", dual = true } })
add("FIPS of S3 where the partition has none", { given = { region = "cn-north-1", fips = true }, service = "s3" })
add("a FIPS pseudo region", { given = { region = "fips-us-east-1" } })
add("a FIPS pseudo region of GovCloud", { given = { region = "us-gov-west-1-fips" }, service = "sts" })
add("a FIPS pseudo region while FIPS is turned off", { given = { region = "fips-us-east-2" },
  env = { AWS_USE_FIPS_ENDPOINT = "false" } })
add("a global pseudo region", { given = { region = "aws-global" }, service = "sts" })

-- Other services.
add("STS is regional", { given = { region = "eu-west-1" }, service = "sts" })
add("STS of old", { given = { region = "eu-west-1" }, service = "sts",
  env = { AWS_STS_REGIONAL_ENDPOINTS = "legacy" } })
add("STS of old, by the profile", { service = "sts",
  files = config "[default]\nregion = us-west-2\nsts_regional_endpoints = legacy\n" })
add("STS of old, in a region that is younger", { given = { region = "eu-south-2" }, service = "sts",
  env = { AWS_STS_REGIONAL_ENDPOINTS = "legacy" } })
add("STS of old, with FIPS", { given = { region = "us-east-1", fips = true }, service = "sts",
  env = { AWS_STS_REGIONAL_ENDPOINTS = "legacy" } })
add("STS of a word that is none", { given = { region = "eu-west-1" }, service = "sts",
  env = { AWS_STS_REGIONAL_ENDPOINTS = "local" } })
add("S3 in us-east-1", { given = { region = "us-east-1" }, service = "s3" })
add("S3 in us-east-1, regional", { given = { region = "us-east-1" }, service = "s3",
  env = { AWS_S3_US_EAST_1_REGIONAL_ENDPOINT = "regional" } })
add("S3 in us-east-1, regional by the profile", { service = "s3",
  files = config "[default]\nregion = us-east-1\ns3 =\n  us_east_1_regional_endpoint = regional\n" })
add("S3 dual stack, by the profile's s3 section", { service = "s3",
  files = config "[default]\nregion = eu-west-1\ns3 =\n  use_dualstack_endpoint = true\n" })
add("S3 FIPS and dual stack", { given = { region = "us-east-2", fips = true, dual = true }, service = "s3" })
add("the portal of SSO", { given = { region = "eu-west-1" }, service = "sso" })
add("OIDC of SSO, with FIPS, in GovCloud", { given = { region = "us-gov-west-1", fips = true }, service = "sso-oidc" })

-- Configured endpoints.
local IN = { region = "eu-west-1" }
local SERVICES = "[default]\nregion = eu-west-1\nservices = local\nendpoint_url = http://127.0.0.1:5\n"
  .. "[services local]\necs =\n  endpoint_url = http://127.0.0.1:4\n"
add("an endpoint that is given", { given = { region = "eu-west-1", endpoint = "http://127.0.0.1:1" },
  env = { AWS_ENDPOINT_URL_ECS = "http://127.0.0.1:2" } })
add("AWS_ENDPOINT_URL_ECS before AWS_ENDPOINT_URL", { given = IN,
  env = { AWS_ENDPOINT_URL_ECS = "http://127.0.0.1:2", AWS_ENDPOINT_URL = "http://127.0.0.1:3" } })
add("AWS_ENDPOINT_URL", { given = IN, env = { AWS_ENDPOINT_URL = "http://127.0.0.1:3" } })
add("an empty AWS_ENDPOINT_URL_ECS", { given = IN,
  env = { AWS_ENDPOINT_URL_ECS = "", AWS_ENDPOINT_URL = "http://127.0.0.1:3" } })
add("AWS_ENDPOINT_URL before the services section", { env = { AWS_ENDPOINT_URL = "http://127.0.0.1:3" },
  files = config(SERVICES) })
add("the services section", { files = config(SERVICES) })
add("the services section for another service", { service = "sts", files = config(SERVICES) })
add("the profile's endpoint", { files = config "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:5/\n" })
add("a services section that is not there", {
  files = config "[default]\nregion = eu-west-1\nservices = nowhere\n" })
add("AWS_ENDPOINT_URL_SSO_OIDC", { given = IN, service = "sso-oidc",
  env = { AWS_ENDPOINT_URL_SSO_OIDC = "http://127.0.0.1:6", AWS_ENDPOINT_URL_SSO = "http://127.0.0.1:7" } })
add("AWS_ENDPOINT_URL_STS in a pseudo region", { given = { region = "aws-global" }, service = "sts",
  env = { AWS_ENDPOINT_URL_STS = "http://127.0.0.1:8" } })
add("AWS_ENDPOINT_URL_S3 in us-east-1", { given = { region = "us-east-1" }, service = "s3",
  env = { AWS_ENDPOINT_URL_S3 = "http://127.0.0.1:9" } })
add("configured endpoints are ignored", { given = IN,
  env = { AWS_ENDPOINT_URL = "http://127.0.0.1:3", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "true" } })
add("configured endpoints are ignored, by the profile", {
  files = config(SERVICES:gsub("services = local", "services = local\nignore_configured_endpoint_urls = true")) })
add("a given endpoint is not ignored", { given = { region = "eu-west-1", endpoint = "http://127.0.0.1:1" },
  env = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "true" } })
add("a configured endpoint while the environment asks for FIPS", { given = IN,
  env = { AWS_USE_FIPS_ENDPOINT = "true", AWS_ENDPOINT_URL = "http://127.0.0.1:3" } })
add("a given endpoint and FIPS", { given = { region = "eu-west-1", endpoint = "http://127.0.0.1:1", fips = true },
  differs = { botocore = { url = "http://127.0.0.1:1" }, ours = { error = "InvalidEndpoint" } } })
add("a configured endpoint of a FIPS pseudo region", { given = { region = "fips-us-east-1" },
  env = { AWS_ENDPOINT_URL = "http://127.0.0.1:3" } })
add("an endpoint that is no URL", { given = IN, env = { AWS_ENDPOINT_URL = "127.0.0.1:3" } })

-- Retries and the user agent.
local RETRIES, APP = { "retry_mode", "max_attempts" }, { "app" }
add("retries by default", { given = IN, only = RETRIES })
add("AWS_MAX_ATTEMPTS and AWS_RETRY_MODE", { given = IN, only = RETRIES,
  env = { AWS_MAX_ATTEMPTS = "7", AWS_RETRY_MODE = "adaptive" } })
add("retries of the profile", { only = RETRIES,
  files = config "[default]\nregion = eu-west-1\nmax_attempts = 5\nretry_mode = adaptive\n" })
add("the environment's retries before the profile's", { only = RETRIES, env = { AWS_MAX_ATTEMPTS = "2" },
  files = config "[default]\nregion = eu-west-1\nmax_attempts = 5\nretry_mode = adaptive\n" })
add("AWS_MAX_ATTEMPTS that is no number", { given = IN, only = RETRIES, env = { AWS_MAX_ATTEMPTS = "many" } })
add("the retries of old", { given = IN, only = RETRIES, env = { AWS_RETRY_MODE = "legacy" },
  differs = { botocore = { retry_mode = "legacy" }, ours = { retry_mode = "standard" } } })
add("a retry mode that is none", { given = IN, only = RETRIES, env = { AWS_RETRY_MODE = "eager" } })
add("the application's id", { given = IN, only = APP, env = { AWS_SDK_UA_APP_ID = "deploy/1 (blue)#7" } })
add("the application's id of the profile", { only = APP,
  files = config "[default]\nregion = eu-west-1\nsdk_ua_app_id = my-app\n" })
add("an application's id that is long", { given = IN, only = APP, env = { AWS_SDK_UA_APP_ID = ("x"):rep(60) } })

-- Proxies and certificates.
local function proxied(name, env, more)
  local situation = { given = IN, env = env, only = DIRECTION }
  for key, value in pairs(more or {}) do situation[key] = value end
  add(name, situation)
end
local function at(url) return { given = { region = "eu-west-1", endpoint = url } } end
local P = "http://proxy.example:3128"
proxied("HTTPS_PROXY", { HTTPS_PROXY = P })
proxied("https_proxy before HTTPS_PROXY", { HTTPS_PROXY = "http://other:1", https_proxy = P })
proxied("an empty https_proxy", { HTTPS_PROXY = P, https_proxy = "" })
proxied("HTTP_PROXY is not for https", { HTTP_PROXY = P })
proxied("HTTP_PROXY for http", { HTTP_PROXY = P }, at "http://127.0.0.1:8080")
proxied("HTTP_PROXY in a CGI script", { HTTP_PROXY = P, REQUEST_METHOD = "GET" }, at "http://127.0.0.1:8080")
proxied("http_proxy in a CGI script", { http_proxy = P, REQUEST_METHOD = "GET" }, at "http://127.0.0.1:8080")
proxied("ALL_PROXY", { ALL_PROXY = P, all_proxy = P })
proxied("a proxy without a scheme", { HTTPS_PROXY = "proxy.example:3128" })
proxied("a proxy that begins with slashes", { HTTPS_PROXY = "//proxy.example:3128" })
proxied("a proxy with a user", { HTTPS_PROXY = "http://me:s%40cret@proxy.example:3128" })
for _, list in ipairs { "*", "a,*", ".amazonaws.com", "amazonaws.com", "AmazonAWS.com", "*.amazonaws.com", "zonaws.com",
                        "ecs.eu-west-1.amazonaws.com", "ecs.eu-west-1.amazonaws.com:443", " , amazonaws.com ,",
                        "..amazonaws.com", "localhost" } do
  proxied("NO_PROXY is " .. list, { HTTPS_PROXY = P, NO_PROXY = list })
end
for _, list in ipairs { "127.0.0.1", "127.0.0.1:8080", "127.0.0.1:80", "127.0.0.0/8", "0.0.1", "0.0.1:8080" } do
  proxied("NO_PROXY is " .. list .. ", for a port", { HTTP_PROXY = P, NO_PROXY = list }, at "http://127.0.0.1:8080")
end
proxied("no_proxy before NO_PROXY", { HTTPS_PROXY = P, NO_PROXY = "*", no_proxy = "localhost" })
proxied("an empty no_proxy", { HTTPS_PROXY = P, NO_PROXY = "*", no_proxy = "" })
proxied("NO_PROXY for an IPv6 address", { HTTP_PROXY = P, NO_PROXY = "[::1]" }, at "http://[::1]:8080")

local CA = { "ca_bundle" }
add("AWS_CA_BUNDLE", { given = IN, only = CA, env = { AWS_CA_BUNDLE = "/dev/null", REQUESTS_CA_BUNDLE = "/dev/zero" } })
add("the profile's ca_bundle before REQUESTS_CA_BUNDLE", { only = CA, env = { REQUESTS_CA_BUNDLE = "/dev/zero" },
  files = config "[default]\nregion = eu-west-1\nca_bundle = /dev/null\n" })
add("REQUESTS_CA_BUNDLE", { given = IN, only = CA, env = { REQUESTS_CA_BUNDLE = "/dev/null" } })

return situations
