-- doctor: what would be used, where it comes from, and whether it works.
local cjson = require "cjson.safe"
local cli = require "ecs_service.cli"
local doctor = require "ecs_service.verbs.doctor"
local ecs = require "ecs_service"
local journey = require "support.journey"
local support = require "support.support_http"

local KEYS = { access_key_id = "AKIDEXAMPLE12345678", secret_access_key = "doctor/secret/access/key" }
local IDENTITY = [[<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/deploy</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>]]

local pair
after_each(function()
  if pair then pair:close() end
  pair = nil
  journey.clean()
end)

-- AWS on 127.0.0.1: STS and ECS answer what `answers` has (a body, or { status, body, headers }).
local function aws(answers)
  pair = support.pair(function(request)
    local target = request.headers["x-amz-target"]
    local answer = answers[target and "ecs" or "sts"] or (target and "{}" or IDENTITY)
    if type(answer) == "table" then return answer[1], answer[3] or {}, answer[2] end
    return 200, {}, answer
  end)
  local transport = {}
  function transport.submit(_, request) return pair.transport:submit(request) end
  function transport.cancel(_, id) return pair.transport:cancel(id) end
  function transport.wait(_, seconds)
    for _ = 1, math.max(1, seconds / 0.005) do
      pair:serve()
      local completion = pair.transport:wait(0.005)
      if completion then return completion end
    end
  end
  return transport
end

local function examine(answers, more, opts)
  journey.environment {}
  local options = { region = "eu-west-1", state = false, transport = aws(answers), endpoint = pair.url,
    credentials = KEYS }
  for key, value in pairs(more or {}) do options[key] = value end
  return assert(ecs.stack(options)):doctor(opts)
end

local function check(report, name)
  for _, one in ipairs(report.checks) do
    if one.name == name then return one end
  end
end

describe("doctor", function()
  it("says what is used, from where, and that it works", function()
    local report = examine {}
    assert.is_true(report.ok)
    assert.same({ "eu-west-1", "stack", pair.url, "stack", "ecs" }, { report.region, report.region_source,
      report.endpoint, report.endpoint_source, report.signing_name })
    assert.same({ "123456789012", "arn:aws:iam::123456789012:user/deploy" }, { report.account, report.arn })
    assert.equal("***************5678", report.credentials.access_key_id)
    assert.is_true(check(report, "account").ok)
    assert.is_true(check(report, "ecs").ok)
  end)

  it("asks the Security Token Service and ECS, each once, signed for its own name", function()
    examine {}
    assert.equal(2, #pair.seen)
    local names = {}
    for _, request in ipairs(pair.seen) do
      names[#names + 1] = request.headers.authorization:match "/eu%-west%-1/(%w+)/aws4_request"
    end
    table.sort(names)
    assert.same({ "ecs", "sts" }, names)
  end)

  it("asks nothing offline, and tells what it knows", function()
    local report = examine({}, nil, { offline = true })
    assert.equal(0, #pair.seen)
    assert.is_true(report.ok)
    assert.is_nil(report.account)
    assert.equal("***************5678", report.credentials.access_key_id)
  end)

  it("looks at the first service that is declared", function()
    journey.environment {}
    local transport = aws { ecs = '{"services":[],"failures":[{"reason":"MISSING"}]}' }
    local stack = assert(ecs.stack { region = "eu-west-1", state = false, transport = transport, endpoint = pair.url,
      credentials = KEYS })
    stack:service("web", { name = "web", cluster = "prod" })
    assert.is_true(stack:doctor().ok)
    local asked
    for _, request in ipairs(pair.seen) do
      if request.headers["x-amz-target"] then asked = request end
    end
    assert.matches("DescribeServices$", asked.headers["x-amz-target"])
    assert.same({ cluster = "prod", services = { "web" } }, cjson.decode(asked.body))
  end)

  it("takes a cluster that does not exist yet for an answer", function()
    assert.is_true(examine({ ecs = { 400, '{"__type":"ClusterNotFoundException"}' } }).ok)
  end)

  it("tells cause and next command of keys that are refused", function()
    local report = examine { sts = { 403, "<Error><Code>ExpiredToken</Code><Message>expired</Message></Error>" },
      ecs = { 400, '{"__type":"UnrecognizedClientException","message":"The security token is invalid."}' } }
    assert.is_false(report.ok)
    assert.equal("ExpiredToken", check(report, "account").code)
    assert.matches("aws sso login", check(report, "account").hint)
    assert.equal("UnrecognizedClientException", check(report, "ecs").code)
    assert.matches("aws iam list%-access%-keys", check(report, "ecs").hint)
  end)

  it("names the action that a policy has to allow", function()
    local report = examine { ecs = { 400, '{"__type":"AccessDeniedException","Message":"no"}' } }
    assert.is_true(check(report, "account").ok)
    assert.matches("ecs:DescribeServices", check(report, "ecs").hint)
  end)

  it("refuses an account that the stack does not let in", function()
    local report = examine({}, { forbidden_account_ids = { "123456789012" } })
    assert.is_false(report.ok)
    assert.equal("WrongAccount", check(report, "account").code)
    assert.equal("123456789012", report.account)
  end)

  it("finds a clock that is wrong by the answer's date", function()
    local past = { date = "Tue, 03 Feb 2015 10:00:00 GMT" }
    local report = examine { sts = { 200, IDENTITY, past }, ecs = { 200, "{}", past } }
    assert.is_false(report.ok)
    assert.matches("ahead", check(report, "clock").message)
    assert.matches("timedatectl", check(report, "clock").hint)
  end)

  it("leaves the clock of a simulator alone, and asks it who one is", function()
    local past = { date = "Tue, 03 Feb 2015 10:00:00 GMT", server = "ecs-service-simulator" }
    local report = examine { sts = { 200, IDENTITY, past }, ecs = { 200, "{}", past } }
    assert.is_true(report.ok)
    assert.is_nil(check(report, "clock"))
    journey.environment {}
    local transport = aws {}
    local own = { region = "eu-west-1", state = false, transport = transport, endpoints = { ecs = pair.url },
      credentials = KEYS }
    report = assert(ecs.stack(own)):doctor()
    assert.is_true(report.ok)
    assert.equal("123456789012", report.account)
    assert.equal(2, #pair.seen)
  end)

  it("names the host of the service that did not answer", function()
    journey.environment {}
    local report = doctor.run { region = "eu-west-1", credentials = KEYS, endpoints = { ecs = "http://127.0.0.1:1",
      sts = "http://127.0.0.1:2" } }
    assert.truthy(check(report, "account").hint:find("curl -sv http://127.0.0.1:2", 1, true))
    assert.truthy(check(report, "ecs").hint:find("curl -sv http://127.0.0.1:1", 1, true))
  end)

  it("does not take a login page for ECS", function()
    local report = examine { ecs = "<html><title>Welcome to the hotel</title></html>" }
    assert.is_false(report.ok)
    assert.equal("InvalidAnswer", check(report, "ecs").code)
    assert.truthy(check(report, "ecs").message:find("<html><title>Welcome", 1, true))
    assert.truthy(check(report, "ecs").hint:find(pair.url, 1, true))
  end)

  it("reads what an endpoint that speaks JSON says of keys that have expired", function()
    local report = examine { sts = { 400, '{"__type":"ExpiredTokenException","message":"The token has expired"}' } }
    assert.same({ "ExpiredTokenException", "The token has expired" },
      { check(report, "account").code, check(report, "account").message })
    assert.matches("aws sso login", check(report, "account").hint)
  end)

  it("finds the keys although the file of certificates is missing", function()
    journey.environment { AWS_CA_BUNDLE = "/nonexistent.pem", AWS_ACCESS_KEY_ID = KEYS.access_key_id,
      AWS_SECRET_ACCESS_KEY = "x", HOME = "/nonexistent", AWS_REGION = "eu-west-1" }
    local report = doctor.run {}
    assert.equal("BadCertificates", check(report, "certificates").code)
    assert.equal("***************5678", report.credentials.access_key_id)
    assert.is_true(check(report, "credentials").ok)
    assert.is_nil(check(report, "ecs"))
  end)

  it("takes a clock as right that is off by less than what AWS lets pass, five minutes", function()
    for off, found in pairs { [-240] = false, [240] = false, [-400] = true, [400] = true } do
      local date = { date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + off) }
      local report = examine { sts = { 200, IDENTITY, date }, ecs = { 200, "{}", date } }
      assert.equal(found, check(report, "clock") ~= nil, tostring(off))
      pair:close()
    end
    pair = nil
  end)

  it("names the address that nobody answers at, and the proxy when there is one", function()
    journey.environment {}
    local options = { region = "eu-west-1", endpoint = "http://127.0.0.1:1", credentials = KEYS }
    local report = doctor.run(options)
    assert.matches("127.0.0.1:1", check(report, "ecs").message, 1, true)
    assert.matches("curl -sv http://127.0.0.1:1", check(report, "ecs").hint, 1, true)
    options.endpoint, options.proxy = "http://ecs.example.invalid", "http://me:s3cret@127.0.0.1:1"
    report = doctor.run(options)
    assert.equal("http://me:***@127.0.0.1:1", report.proxy)
    assert.matches("HTTPS_PROXY", check(report, "ecs").hint)
    assert.falsy(cjson.encode(report):find("s3cret", 1, true))
  end)

  it("goes on looking when something is missing, and names all of it", function()
    journey.environment { AWS_CA_BUNDLE = "/nonexistent.pem", HOME = "/nonexistent", AWS_EC2_METADATA_DISABLED = "true",
      AWS_SHARED_CREDENTIALS_FILE = "/nonexistent", AWS_CONFIG_FILE = "/nonexistent" }
    local report = doctor.run {}
    assert.equal("NoRegion", check(report, "region").code)
    assert.equal("BadCertificates", check(report, "certificates").code)
    journey.environment { AWS_ACCESS_KEY_ID = KEYS.access_key_id, AWS_SECRET_ACCESS_KEY = "x", HOME = "/nonexistent" }
    report = doctor.run {}
    assert.equal("NoRegion", check(report, "region").code)
    assert.equal("***************5678", report.credentials.access_key_id)
  end)

  it("says where region, certificates and proxy of the environment and of a profile are from", function()
    local folder = journey.folder()
    journey.write(folder .. "/config", "[profile ci]\nregion = us-west-2\nca_bundle = " .. folder .. "/config\n")
    journey.environment { AWS_CONFIG_FILE = folder .. "/config", AWS_PROFILE = "ci", HTTPS_PROXY = "p:1",
      AWS_SHARED_CREDENTIALS_FILE = "/nonexistent" }
    local report = doctor.run({ credentials = KEYS }, { offline = true })
    assert.same({ "us-west-2", "profile ci", "profile ci", "http://p:1", "HTTPS_PROXY", "ci", "AWS_PROFILE" },
      { report.region, report.region_source, report.ca_bundle_source, report.proxy, report.proxy_source,
        report.profile, report.profile_source })
  end)

  it("answers for a simulated stack, too", function()
    journey.environment {}
    local stack = journey.stack(journey.simulator())
    stack:service("web", journey.web())
    local report = stack:doctor()
    assert.is_true(report.ok)
    assert.same({ "us-west-2", "123456789012" }, { report.region, report.account })
  end)

  it("takes profile and region from the call before those of the stack", function()
    local folder = journey.folder()
    journey.write(folder .. "/config",
      "[profile ci]\naws_access_key_id = AKIDPROFILE00000001\naws_secret_access_key = x\n")
    journey.environment { AWS_CONFIG_FILE = folder .. "/config", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent" }
    local stack = assert(ecs.stack { region = "eu-west-1", state = false, credentials = KEYS })
    local report = stack:doctor { profile = "ci", region = "us-east-1", offline = true }
    assert.same({ "us-east-1", "option", "ci", "option" }, { report.region, report.region_source, report.profile,
      report.profile_source })
    assert.equal("***************0001", report.credentials.access_key_id)
  end)
end)

describe("the command doctor", function()
  local function run(...)
    local out, err = {}, {}
    local function into(list)
      return { write = function(_, ...) for _, piece in ipairs { ... } do list[#list + 1] = piece end end }
    end
    local code = cli.main({ "doctor", ... }, { stdout = into(out), stderr = into(err),
      stdin = { read = function() end }, isatty = function() return false end, columns = function() end,
      getenv = function() end })
    return code, table.concat(out), table.concat(err)
  end

  local ENVIRONMENT = { AWS_ACCESS_KEY_ID = "AKIDEXAMPLE12345678", AWS_SECRET_ACCESS_KEY = "doctor/secret/access/key",
    AWS_REGION = "eu-west-1", AWS_DEFAULT_REGION = "us-east-1", HTTPS_PROXY = "http://me:s3cret@proxy:3128",
    AWS_CONFIG_FILE = "/nonexistent", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent" }

  it("writes one JSON document with every member, from the environment alone", function()
    journey.environment(ENVIRONMENT)
    local code, out = run("--json", "--offline")
    assert.equal(0, code)
    local document = assert(cjson.decode(out))
    assert.same({ "eu-west-1", "AWS_REGION", "https://ecs.eu-west-1.amazonaws.com", "ecs" }, { document.region,
      document.region_source, document.endpoint, document.signing_name })
    assert.equal("http://me:***@proxy:3128", document.proxy)
    assert.equal(cjson.null, document.account)
    assert.equal(cjson.null, document.ca_bundle)
    assert.equal("***************5678", document.credentials.access_key_id)
    assert.equal(cjson.null, document.credentials.expires)
    assert.is_string(document.credentials.source)
    assert.falsy(out:find("s3cret", 1, true))
    assert.falsy(out:find("doctor/secret", 1, true))
  end)

  it("tells people the same, and what to do about what is wrong", function()
    local variables = {}
    for name, value in pairs(ENVIRONMENT) do variables[name] = value end
    variables.AWS_REGION, variables.AWS_CA_BUNDLE = nil, "/nonexistent.pem"
    journey.environment(variables)
    local code, out = run "--offline"
    assert.equal(1, code)
    assert.truthy(out:find("us-east-1  (AWS_DEFAULT_REGION)", 1, true), out)
    assert.truthy(out:find("certificates: the file of certificates /nonexistent.pem, from AWS_CA_BUNDLE", 1, true), out)
    assert.truthy(out:find("next  correct it", 1, true), out)
    assert.falsy(out:find("s3cret", 1, true))
  end)

  it("lists where credentials were looked for, one a line", function()
    journey.environment { AWS_REGION = "eu-west-1", HOME = "/nonexistent", AWS_CONFIG_FILE = "/nonexistent",
      AWS_SHARED_CREDENTIALS_FILE = "/nonexistent" }
    local code, out = run "--offline"
    assert.equal(1, code)
    assert.truthy(out:find("credentials: none were found; it was looked at\n   1. ", 1, true), out)
    assert.truthy(out:find("\n  10. ", 1, true), out)
  end)

  it("says of certificates that cannot be used so", function()
    local variables = { AWS_CA_BUNDLE = "/nonexistent.pem" }
    for name, value in pairs(ENVIRONMENT) do variables[name] = value end
    journey.environment(variables)
    local _, out = run "--offline"
    assert.truthy(out:find("certificates  unusable, see below", 1, true), out)
    assert.truthy(out:find("***************5678", 1, true), out)
  end)

  it("takes profile and region as options", function()
    journey.environment(ENVIRONMENT)
    local _, out = run("--offline", "--region", "cn-north-1")
    assert.truthy(out:find("cn-north-1  (given on the command line)", 1, true), out)
    assert.truthy(out:find("https://ecs.cn-north-1.amazonaws.com.cn", 1, true), out)
  end)

  it("looks at the stack of a script", function()
    local folder = journey.folder()
    journey.write(folder .. "/services.lua", [[
      local ecs = require "ecs_service"
      local sim = ecs.simulator { region = "us-west-2", account_id = "999999999999", clusters = { "prod" } }
      return ecs.stack { state = false, transport = sim }]])
    journey.environment {}
    local code, out, err = run(folder .. "/services.lua")
    assert.equal(0, code, out .. err)
    assert.truthy(out:find("999999999999", 1, true), out)
    assert.truthy(out:find("All of it works.", 1, true), out)
  end)

  it("says so when the script that is named is not there", function()
    journey.environment(ENVIRONMENT)
    local code, _, err = run "nowhere.lua"
    assert.equal(3, code)
    assert.truthy(err:find("there is no file nowhere.lua", 1, true), err)
  end)
end)
