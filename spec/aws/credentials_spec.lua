-- Whose keys are used, in which region, and to which endpoint they go.
local credentials = require "ecs_service.credentials"
local ecs = require "ecs_service"
local endpoint = require "ecs_service.aws.endpoint"
local journey = require "support.journey"
local region = require "ecs_service.aws.region"

local function keys(options, variables)
  journey.environment(variables or {})
  local provider, err = credentials.new(options or {})
  if not provider then return nil, err end
  return provider:get(1000)
end

local function files(texts)
  local folder = journey.folder()
  for name, text in pairs(texts) do journey.write(folder .. "/" .. name, text) end
  return { AWS_SHARED_CREDENTIALS_FILE = folder .. "/credentials", AWS_CONFIG_FILE = folder .. "/config" }
end

local function with(variables, more)
  for key, value in pairs(more) do variables[key] = value end
  return variables
end

after_each(journey.clean)

local FILE = [[
# a comment
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = default/secret

; another
[ci]
aws_access_key_id=AKIDCI
aws_secret_access_key=ci=secret=
aws_session_token = token
s3 =
  max_concurrent_requests = 20
]]

describe("credentials", function()
  it("given to the stack are used", function()
    local found = assert(keys { credentials = { access_key_id = "A", secret_access_key = "S", session_token = "T" } })
    assert.same({ "A", "S", "T" }, { found.access_key_id, found.secret_access_key, found.session_token })
  end)

  it("given to the stack win over the environment", function()
    local found = assert(keys({ credentials = { access_key_id = "A", secret_access_key = "S" } },
      { AWS_ACCESS_KEY_ID = "E", AWS_SECRET_ACCESS_KEY = "F" }))
    assert.equal("A", found.access_key_id)
  end)

  it("may be a function, which is asked again when they are about to expire", function()
    journey.environment {}
    local asked = 0
    local provider = assert(credentials.new { credentials = function(now)
      asked = asked + 1
      return { access_key_id = "A" .. asked, secret_access_key = "S", expires = now + 3600 }
    end })
    assert.equal("A1", provider:get(1000).access_key_id)
    assert.equal("A1", provider:get(2000).access_key_id)
    assert.equal("A2", provider:get(1000 + 3400).access_key_id)
  end)

  it("may be an object with get", function()
    local found = assert(keys { credentials = { get = function()
      return { access_key_id = "O", secret_access_key = "S" }
    end } })
    assert.equal("O", found.access_key_id)
  end)

  it("of a provider that raises, or gives nothing, are an error", function()
    local _, err = keys { credentials = function() error "no luck" end }
    assert.equal("NoCredentials", err.code)
    assert.truthy(err.message:find("no luck", 1, true))
    _, err = keys { credentials = function() return nil end }
    assert.equal("NoCredentials", err.code)
  end)

  it("that have expired are an error, not a refused request", function()
    local _, err = keys { credentials = function()
      return { access_key_id = "A", secret_access_key = "S", expires = 10 }
    end }
    assert.equal("ExpiredCredentials", err.code)
  end)

  it("that are not whole, or hold a line break, are refused when the stack is made, without telling them", function()
    journey.environment {}
    for _, wrong in ipairs { {}, { access_key_id = "A" }, { access_key_id = "A", secret_access_key = "top\nsecret" },
                             { access_key_id = "A", secret_access_key = "topsecret", token = "x" } } do
      local stack, err = ecs.stack { region = "us-west-2", state = false, credentials = wrong }
      assert.is_nil(stack)
      assert.equal("BadCredentials", err.code)
      assert.falsy(tostring(err):find("secret\n", 1, true))
      assert.falsy(tostring(err):find("topsecret", 1, true))
    end
  end)

  it("of the environment are used", function()
    local found = assert(keys({}, { AWS_ACCESS_KEY_ID = "E", AWS_SECRET_ACCESS_KEY = "F", AWS_SESSION_TOKEN = "G" }))
    assert.same({ "E", "F", "G" }, { found.access_key_id, found.secret_access_key, found.session_token })
  end)

  it("of which the environment has only a half are an error", function()
    local _, err = keys({}, { AWS_ACCESS_KEY_ID = "E" })
    assert.equal("BadCredentials", err.code)
    assert.truthy(err.message:find("AWS_SECRET_ACCESS_KEY", 1, true))
  end)

  it("come from the default profile of the shared file", function()
    local found = assert(keys({}, files { credentials = FILE }))
    assert.same({ "AKIDDEFAULT", "default/secret" }, { found.access_key_id, found.secret_access_key })
  end)

  it("come from the profile that AWS_PROFILE or the stack names", function()
    local found = assert(keys({}, with(files { credentials = FILE }, { AWS_PROFILE = "ci" })))
    assert.same({ "AKIDCI", "ci=secret=", "token" }, { found.access_key_id, found.secret_access_key,
      found.session_token })
    found = assert(keys({ profile = "ci" }, files { credentials = FILE }))
    assert.equal("AKIDCI", found.access_key_id)
  end)

  it("come from the profile that the stack names, even when the environment has others", function()
    local found = assert(keys({ profile = "ci" }, with(files { credentials = FILE },
      { AWS_ACCESS_KEY_ID = "E", AWS_SECRET_ACCESS_KEY = "F" })))
    assert.equal("AKIDCI", found.access_key_id)
  end)

  it("may stand in the configuration file", function()
    local found = assert(keys({ profile = "own" }, files {
      config = "[profile own]\naws_access_key_id = C\naws_secret_access_key = D\n" }))
    assert.equal("C", found.access_key_id)
  end)

  it("of a profile that is not there are an error that names it and the file", function()
    local variables = files { credentials = FILE }
    local _, err = keys({ profile = "nobody" }, variables)
    assert.equal("NoProfile", err.code)
    assert.truthy(err.message:find("nobody", 1, true))
    assert.truthy(err.message:find(variables.AWS_SHARED_CREDENTIALS_FILE, 1, true))
  end)

  it("that are nowhere are one error that says where was looked, in order, and why there were none", function()
    local _, err = keys({}, files {})
    assert.equal("NoCredentials", err.code)
    local places = {}
    for i, one in ipairs(err.looked) do
      places[i] = one.place
      assert.truthy(err.message:find(("%d. %s: %s"):format(i, one.title, one.reason), 1, true))
    end
    assert.same({ "env", "assume-role", "assume-role-with-web-identity", "sso", "shared-credentials-file", "login",
      "custom-process", "config-file", "ec2-credentials-file", "boto-config", "container-role", "iam-role" }, places)
    assert.truthy(err.message:find("AWS_ACCESS_KEY_ID is not set", 1, true))
    assert.truthy(err.message:find("AWS_EC2_METADATA_DISABLED", 1, true))
  end)

  it("may come from a place of one's own", function()
    table.insert(credentials.places, 1, { find = function()
      return { access_key_id = "P", secret_access_key = "S" }
    end })
    local found, err = keys()
    table.remove(credentials.places, 1)
    assert(found, err)
    assert.equal("P", found.access_key_id)
  end)
end)

describe("the region", function()
  local function find(options, variables)
    journey.environment(variables or {})
    return region.find(options)
  end

  it("is the stack's, else the transport's, else the environment's, else the profile's", function()
    local config = files { config = "[default]\nregion = eu-north-1\n[profile ci]\nregion = eu-south-1\n" }
    assert.equal("eu-west-1", find({ region = "eu-west-1", transport = { region = "us-west-2" } }))
    assert.equal("us-west-2", find({ transport = { region = "us-west-2" } }, { AWS_REGION = "eu-west-1" }))
    assert.equal("eu-west-1", find({}, { AWS_REGION = "eu-west-1", AWS_DEFAULT_REGION = "us-east-1" }))
    assert.equal("us-east-1", find({}, { AWS_DEFAULT_REGION = "us-east-1" }))
    assert.equal("eu-north-1", find({}, config))
    assert.equal("eu-south-1", find({ profile = "ci" }, config))
  end)

  it("that is nowhere is an error with the ways to give it", function()
    local _, err = find({}, files {})
    assert.equal("NoRegion", err.code)
    assert.truthy(err.hint:find("AWS_REGION", 1, true))
  end)

  it("becomes part of a host's name, so only what can be one is taken", function()
    for _, wrong in ipairs { "", "eu west 1", "eu-west-1.evil.example", "EU-WEST-1", "x@y-1", "-eu" } do
      local _, err = find({ region = wrong })
      assert.equal("InvalidRegion", err.code)
    end
  end)
end)

describe("the endpoint", function()
  local function find(at, options, variables)
    journey.environment(variables or {})
    return endpoint.find(options or {}, "ecs", at)
  end

  it("follows the region's partition", function()
    local wanted = {
      ["eu-west-1"] = "https://ecs.eu-west-1.amazonaws.com",
      ["us-gov-west-1"] = "https://ecs.us-gov-west-1.amazonaws.com",
      ["cn-north-1"] = "https://ecs.cn-north-1.amazonaws.com.cn",
      ["us-iso-east-1"] = "https://ecs.us-iso-east-1.c2s.ic.gov",
      ["us-isob-east-1"] = "https://ecs.us-isob-east-1.sc2s.sgov.gov",
      ["eu-isoe-west-1"] = "https://ecs.eu-isoe-west-1.cloud.adc-e.uk",
      ["us-isof-south-1"] = "https://ecs.us-isof-south-1.csp.hci.ic.gov",
      ["eusc-de-east-1"] = "https://ecs.eusc-de-east-1.amazonaws.eu",
    }
    for at, url in pairs(wanted) do assert.equal(url, find(at)) end
  end)

  it("may be a FIPS one, a dual-stack one, or both", function()
    assert.equal("https://ecs-fips.us-east-1.amazonaws.com", find("us-east-1", { use_fips_endpoint = true }))
    assert.equal("https://ecs.us-east-1.api.aws", find("us-east-1", { use_dualstack_endpoint = true }))
    assert.equal("https://ecs-fips.us-east-1.api.aws", find("us-east-1", {}, { AWS_USE_FIPS_ENDPOINT = "true",
      AWS_USE_DUALSTACK_ENDPOINT = "TRUE" }))
    assert.equal("https://ecs.us-east-1.amazonaws.com", find("us-east-1", { use_fips_endpoint = false },
      { AWS_USE_FIPS_ENDPOINT = "true" }))
    assert.equal("https://ecs.cn-north-1.api.amazonwebservices.com.cn", find("cn-north-1",
      { use_dualstack_endpoint = true }))
  end)

  it("of one's own comes from the stack, else from the environment, else from the profile", function()
    local variables = { AWS_ENDPOINT_URL_ECS = "http://127.0.0.1:1", AWS_ENDPOINT_URL = "http://127.0.0.1:2" }
    assert.equal("http://127.0.0.1:4", find("eu-west-1", { endpoint = "http://127.0.0.1:3",
      endpoints = { ecs = "http://127.0.0.1:4/" } }, variables))
    assert.equal("http://127.0.0.1:3", find("eu-west-1", { endpoint = "http://127.0.0.1:3" }, variables))
    assert.equal("http://127.0.0.1:1", find("eu-west-1", {}, variables))
    variables.AWS_ENDPOINT_URL_ECS = nil
    assert.equal("http://127.0.0.1:2", find("eu-west-1", {}, variables))
    variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "true"
    assert.equal("https://ecs.eu-west-1.amazonaws.com", find("eu-west-1", {}, variables))
    assert.equal("http://127.0.0.1:5", find("eu-west-1", {}, files {
      config = "[default]\nendpoint_url = http://127.0.0.1:5\n" }))
  end)

  it("of one's own is checked, and not combined with FIPS", function()
    for _, wrong in ipairs { "127.0.0.1:8080", "ftp://host", "http://", "http://a b", "http://user@host/" } do
      local _, err = find("eu-west-1", { endpoint = wrong })
      assert.equal("InvalidEndpoint", err.code)
    end
    local _, err = find("eu-west-1", { endpoint = "http://127.0.0.1:1", use_fips_endpoint = true })
    assert.equal("InvalidEndpoint", err.code)
  end)
end)
