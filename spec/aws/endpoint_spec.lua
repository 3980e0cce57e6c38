-- Whose endpoint is used, beside what settings_parity_spec holds against botocore.
local endpoint = require "ecs_service.aws.endpoint"
local journey = require "support.journey"
local region_of = require "ecs_service.aws.region"
local session = require "ecs_service.aws.session"
local wire = require "ecs_service.aws.signed_request"

after_each(journey.clean)

local function resolve(options, service, region, variables)
  journey.environment(variables or {})
  return endpoint.resolve(options, service, region or "eu-west-1")
end

describe("an endpoint", function()
  it("tells who chose it", function()
    assert.is_nil(resolve({}, "ecs").source)
    assert.equal("stack", resolve({ endpoint = "http://127.0.0.1:1" }, "ecs").source)
    assert.equal("stack", resolve({ endpoints = { sts = "http://127.0.0.1:1" } }, "sts").source)
    assert.equal("AWS_ENDPOINT_URL_S3", resolve({}, "s3", nil, { AWS_ENDPOINT_URL_S3 = "http://127.0.0.1:1" }).source)
    assert.equal("AWS_ENDPOINT_URL", resolve({}, "s3", nil, { AWS_ENDPOINT_URL = "http://127.0.0.1:1" }).source)
  end)

  it("of the stack stands for all of AWS, unless its host is one of AWS's, which serves ECS alone", function()
    local emulator = { endpoint = "http://127.0.0.1:4566" }
    assert.equal("http://127.0.0.1:4566", resolve(emulator, "ecs").url)
    assert.equal("http://127.0.0.1:4566", resolve(emulator, "sts").url)
    local private = { endpoint = "https://vpce-0a1b.ecs.eu-west-1.vpce.amazonaws.com" }
    assert.equal(private.endpoint, resolve(private, "ecs").url)
    assert.equal("https://sts.eu-west-1.amazonaws.com", resolve(private, "sts").url)
    private = { endpoint = "https://ecs.eu-west-1.api.aws:443" }
    assert.equal("https://sts.eu-west-1.amazonaws.com", resolve(private, "sts").url)
  end)

  it("of the stack is for the service that it is given for", function()
    local options = { endpoints = { ecs = "http://127.0.0.1:1", sso_oidc = "http://127.0.0.1:2" } }
    assert.equal("http://127.0.0.1:1", resolve(options, "ecs").url)
    assert.equal("http://127.0.0.1:2", resolve(options, "sso-oidc").url)
    assert.equal("https://sts.eu-west-1.amazonaws.com", resolve(options, "sts").url)
  end)

  it("that is wrong is told without what it may hold of a password", function()
    local _, err = resolve({}, "ecs", nil, { AWS_ENDPOINT_URL = "http://me:s3cret@host/" })
    assert.equal("InvalidEndpoint", err.code)
    assert.falsy(tostring(err):find("s3cret", 1, true))
    assert.truthy(err.message:find("AWS_ENDPOINT_URL", 1, true))
  end)

  it("of FIPS that does not exist is an error that names the partition", function()
    local _, err = resolve({ use_fips_endpoint = true }, "s3", "cn-north-1")
    assert.truthy(err.message:find("aws-cn", 1, true))
    _, err = resolve({ use_dualstack_endpoint = true }, "ecs", "us-isof-east-1")
    assert.truthy(err.message:find("aws-iso-f", 1, true))
  end)

  it("of a services section that is not there is an error that names it", function()
    local folder = journey.folder()
    journey.write(folder .. "/config", "[default]\nservices = dev\n[services b]\necs =\n  endpoint_url = http://a\n")
    local _, err = resolve({}, "ecs", nil, { AWS_CONFIG_FILE = folder .. "/config" })
    assert.equal("WrongSetting", err.code)
    assert.truthy(err.message:find("dev", 1, true))
    assert.truthy(err.hint:find("[services dev]", 1, true))
  end)
end)

describe("a session", function()
  local function made(options, variables)
    journey.environment(variables or {})
    options.credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "example" }
    return session.new(options)
  end

  it("signs for the region behind a FIPS pseudo region", function()
    local own = assert(made({ region = "fips-us-east-1" }))
    assert.same({ "us-east-1", "us-east-1", "https://ecs-fips.us-east-1.amazonaws.com" },
      { own.region, own.signing_region, own.endpoint })
    local request = assert(wire.request(own, "ListClusters", "{}", 1e9))
    assert.truthy(request.headers.Authorization:find("/us-east-1/ecs/aws4_request", 1, true))
  end)

  it("knows who named the region", function()
    assert.equal("stack", made({ region = "eu-west-1" }).region_source)
    assert.equal("AWS_REGION", made({}, { AWS_REGION = "eu-west-1", AWS_DEFAULT_REGION = "x-1" }).region_source)
    assert.equal("AWS_DEFAULT_REGION", made({}, { AWS_DEFAULT_REGION = "eu-west-1" }).region_source)
    local folder = journey.folder()
    journey.write(folder .. "/config", "[profile ci]\nregion = eu-west-1\n")
    assert.equal("profile ci", made({ profile = "ci" }, { AWS_CONFIG_FILE = folder .. "/config" }).region_source)
  end)

  it("says which setting of the environment is wrong", function()
    local _, err = made({ region = "eu-west-1" }, { AWS_MAX_ATTEMPTS = "0" })
    assert.equal("WrongSetting", err.code)
    assert.truthy(err.message:find("AWS_MAX_ATTEMPTS", 1, true))
    _, err = made({ region = "eu-west-1" }, { AWS_RETRY_MODE = "often" })
    assert.truthy(err.message:find("AWS_RETRY_MODE", 1, true))
    assert.truthy(err.hint:find("adaptive", 1, true))
  end)
end)

describe("the region of an EC2 instance", function()
  -- A metadata service as a transport.
  local function service(answers)
    local made = { asked = {}, done = {} }
    function made:submit(request)
      local path = request.url:match "^http://169%.254%.169%.254/(.*)$"
      self.asked[#self.asked + 1] = path
      self.done[#self.done + 1] = { id = request.id, status = answers[path] and 200 or 404, headers = {},
        body = answers[path] or "" }
      return true
    end
    function made:wait() return table.remove(self.done, 1) end
    function made:cancel() return self.done ~= nil end
    return made
  end
  local FOUND = { ["latest/api/token"] = "token", ["latest/meta-data/placement/region"] = "ap-southeast-4" }

  it("is asked of its metadata service once, when somebody wants it", function()
    journey.environment { HOME = "/nonexistent", AWS_REGION = "eu-west-1", AWS_EC2_METADATA_DISABLED = "" }
    local options = { region = "imds", transport = service(FOUND) }
    for _ = 1, 2 do
      local name, err, source = region_of.find(options)
      assert.is_nil(err, tostring(err))
      assert.same({ "ap-southeast-4", "imds" }, { name, source })
    end
    assert.same({ "latest/api/token", "latest/meta-data/placement/region" }, options.transport.asked)
  end)

  it("is not asked for otherwise", function()
    journey.environment { HOME = "/nonexistent", AWS_EC2_METADATA_DISABLED = "" }
    local options = { transport = service(FOUND) }
    local _, err = region_of.find(options)
    assert.equal("NoRegion", err.code)
    assert.same({}, options.transport.asked)
  end)

  it("is an error that says why where there is none", function()
    journey.environment { HOME = "/nonexistent", AWS_EC2_METADATA_DISABLED = "true" }
    local _, err = region_of.find { region = "imds", transport = service(FOUND) }
    assert.equal("NoRegion", err.code)
    assert.truthy(err.message:find("AWS_EC2_METADATA_DISABLED", 1, true))
  end)
end)
