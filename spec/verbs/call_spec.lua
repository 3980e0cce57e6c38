-- Any JSON API of AWS, by the stack's credentials, retries and endpoints.
local cjson = require "cjson"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

-- A transport that answers what it is told, over a clock that moves when somebody sleeps or waits.
local function world(answers)
  local made = { sent = {}, slept = {}, time = 1764374400, due = {} }
  made.scheduler = { now = function() return made.time end, sleep = function(_, seconds)
    made.slept[#made.slept + 1] = seconds
    made.time = made.time + seconds
  end }
  made.transport = {
    submit = function(_, request)
      made.sent[#made.sent + 1] = request
      local answer = answers[math.min(#made.sent, #answers)]
      if type(answer) == "function" then answer = answer(request, made) end
      local lost = type(answer[1]) == "string" and { kind = answer[1], message = "gone" } or nil
      made.due[#made.due + 1] = { id = request.id, error = lost, status = not lost and answer[1] or nil,
        body = answer[2] or "", headers = answer[3] or {} }
      return true
    end,
    wait = function(_, seconds)
      local completion = table.remove(made.due, 1)
      if not completion and seconds and seconds > 0 then made.time = made.time + seconds end
      return completion
    end,
    cancel = function() end,
  }
  return made
end

local function stack_of(made, more)
  local options = { region = "eu-west-1", state = false, credentials = KEYS, transport = made.transport,
    scheduler = made.scheduler }
  for name, value in pairs(more or {}) do options[name] = value end
  return assert(ecs.stack(options))
end

local function header(request, name)
  for key, value in pairs(request.headers) do
    if key:lower() == name then return value end
  end
end

before_each(function() journey.environment {} end)
after_each(journey.clean)

describe("stack:call", function()
  it("signs and sends any operation of a JSON API, and answers its table", function()
    local made = world { { 200,
      '{"logGroups":[{"creationTime":1764374400123,"storedBytes":0,"kmsKeyId":null}],"more":[]}' } }
    local answer, err = stack_of(made):call("logs", "DescribeLogGroups", { logGroupNamePrefix = "/ecs", limit = 3 })
    assert.is_nil(err)
    assert.same({ logGroups = { { creationTime = 1764374400123, storedBytes = 0 } }, more = {} }, answer)
    if math.type then assert.equal("integer", math.type(answer.logGroups[1].creationTime)) end
    local request = made.sent[1]
    assert.equal("https://logs.eu-west-1.amazonaws.com/", request.url)
    assert.equal("Logs_20140328.DescribeLogGroups", header(request, "x-amz-target"))
    assert.equal("application/x-amz-json-1.1", header(request, "content-type"))
    assert.same({ logGroupNamePrefix = "/ecs", limit = 3 }, cjson.decode(request.body))
    assert.truthy(header(request, "authorization"):find("/eu-west-1/logs/aws4_request", 1, true))
  end)

  it("knows the prefix, the version and the signing name of each service that it lists", function()
    for name, row in pairs(require "ecs_service.aws.service_endpoint_data") do
      local made = world { { 200, "{}" } }
      local operation = row.paths and "ListSchedules" or "ListThings"
      local answer, err = stack_of(made):call(name, operation)
      assert.same({}, answer, tostring(err))
      assert.same({ row.target and row.target .. ".ListThings" }, { header(made.sent[1], "x-amz-target") })
      assert.equal("application/" .. (row.json and "x-amz-json-" .. row.json or "json"),
        header(made.sent[1], "content-type"))
      assert.equal(row.paths and "" or "{}", made.sent[1].body)
      local scope = ("/%s/aws4_request"):format(row.signing_name or name)
      assert.truthy(header(made.sent[1], "authorization"):find(scope, 1, true))
    end
  end)

  it("asks a service that has paths by method, path, query, and what is left of the parameters as body", function()
    local function sent(operation, params)
      local made = world { { 200, "{}" } }
      assert(stack_of(made):call("scheduler", operation, params))
      return made.sent[1]
    end
    local base = "https://scheduler.eu-west-1.amazonaws.com"
    local created = sent("CreateSchedule", { Name = "night ly", GroupName = "a", ClientToken = "t" })
    assert.same({ "POST", base .. "/schedules/night%20ly" }, { created.method, created.url })
    assert.same({ GroupName = "a", ClientToken = "t" }, cjson.decode(created.body))
    local listed = sent("ListSchedules", { GroupName = "a&b", MaxResults = 5 })
    assert.same({ "GET", base .. "/schedules?MaxResults=5&ScheduleGroup=a%26b", "" },
      { listed.method, listed.url, listed.body })
    local untagged = sent("UntagResource", { ResourceArn = "arn:x/y", TagKeys = { "b", "a" } })
    assert.same({ "DELETE", base .. "/tags/arn%3Ax%2Fy?TagKeys=a&TagKeys=b" }, { untagged.method, untagged.url })
    assert.truthy(sent("DeleteSchedule", { Name = "n" }).url:find "^[^?]+/schedules/n%?clientToken=%x+$")
    local _, err = stack_of(world {}):call("scheduler", "GetSchedule", {})
    assert.same({ "WrongOption", "scheduler: GetSchedule needs Name" }, { err.code, err.message })
    _, err = stack_of(world {}):call("scheduler", "ListThings")
    assert.equal("scheduler: there is no operation ListThings", err.message)
  end)

  it("takes the endpoint of the service from the stack, variables and files, as for ECS", function()
    local function url(options, variables)
      journey.environment(variables or {})
      local made = world { { 200, "{}" } }
      assert(stack_of(made, options):call("application-autoscaling", "DescribeScalableTargets", {
        serviceNamespace = "ecs" }))
      return made.sent[1].url
    end
    assert.equal("http://127.0.0.1:1/", url { endpoints = { ["application-autoscaling"] = "http://127.0.0.1:1" } })
    assert.equal("http://127.0.0.1:2/", url { endpoints = { application_auto_scaling = "http://127.0.0.1:2" } })
    assert.equal("http://127.0.0.1:3/", url { endpoint = "http://127.0.0.1:3" })
    assert.equal("http://127.0.0.1:4/", url({}, { AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING = "http://127.0.0.1:4" }))
    assert.equal("https://application-autoscaling-fips.eu-west-1.amazonaws.com/", url { use_fips_endpoint = true })
    assert.equal("https://application-autoscaling.eu-west-1.amazonaws.com/",
      url { endpoint = "https://ecs.eu-west-1.api.aws" })
  end)

  it("answers an empty table where the service answers nothing", function()
    local made = world { { 200, "" } }
    local answer = assert(stack_of(made):call("logs", "CreateLogGroup", { logGroupName = "a" }))
    assert.is_nil(next(answer))
    assert.equal("{}", core.json(answer))
    assert.equal(1, #made.sent)
  end)

  it("tries again what may pass, and waits as long as it is told to", function()
    local made = world { { 400, '{"__type":"ThrottlingException","message":"slow"}' },
      { 503, "busy", { ["retry-after"] = "7" } }, { 200, '{"Value":"x"}' } }
    assert.same({ Value = "x" }, stack_of(made):call("ssm", "PutParameter", { Name = "/a", Value = "x" }))
    assert.equal(3, #made.sent)
    local slept = 0
    for _, seconds in ipairs(made.slept) do slept = slept + seconds end
    assert.truthy(slept >= 7, slept)
    assert.equal(made.sent[1].body, made.sent[3].body)
  end)

  it("tries again an answer that was cut off, and as often as the stack says", function()
    local made = world { { 200, '{"logGroups":[{"a":' } }
    local answer, err = stack_of(made, { max_attempts = 2 }):call("logs", "DescribeLogGroups")
    assert.is_nil(answer)
    assert.equal("InvalidAnswer", err.code)
    assert.equal(2, #made.sent)
    assert.truthy(err.message:find("https://logs.eu-west-1.amazonaws.com", 1, true)
      or err.message:find("logs.eu-west-1.amazonaws.com", 1, true), err.message)
    assert.falsy(tostring(err):find("ECS", 1, true), tostring(err))
  end)

  it("is sent once where that is asked for and an answer was lost, and again where nothing was done", function()
    local made = world { { "reset" } }
    local _, err = stack_of(made):call("events", "PutEvents", { Entries = {} }, { once = true })
    assert.equal("Transport.reset", err.code)
    assert.equal(1, #made.sent)
    made = world { { 400, '{"__type":"ThrottlingException"}' }, { 200, "{}" } }
    assert(stack_of(made):call("events", "PutEvents", { Entries = {} }, { once = true }))
    assert.equal(2, #made.sent)
    made = world { { "reset" }, { 200, "{}" } }
    assert(stack_of(made):call("events", "PutEvents", { Entries = {} }))
    assert.equal(2, #made.sent)
  end)

  it("has no pace of ECS's for other services", function()
    local made = world { { 200, "{}" } }
    local stack = stack_of(made)
    for _ = 1, 60 do assert(stack:call("events", "TagResource", { ResourceARN = "a", Tags = {} })) end
    assert.same({}, made.slept)
    for _ = 1, 60 do assert(stack:call("ecs", "TagResource", { resourceArn = "a", tags = {} })) end
    assert.is_true(#made.slept > 0)
  end)

  it("leaves the parameters as they are", function()
    local params = {}
    assert(stack_of(world { { 200, "{}" } }):call("logs", "DescribeLogGroups", params))
    assert.is_nil(getmetatable(params))
    assert.same({}, params)
  end)

  it("fills in the token that makes an operation idempotent, the same for each try", function()
    local made = world { { 500, "" }, { 200, "{}" } }
    local params = { cluster = "prod", taskDefinition = "web" }
    assert(stack_of(made):call("ecs", "RunTask", params))
    local first, second = cjson.decode(made.sent[1].body), cjson.decode(made.sent[2].body)
    assert.truthy(#first.clientToken >= 32)
    assert.equal(first.clientToken, second.clientToken)
    assert.is_nil(params.clientToken)
    made = world { { 200, "{}" } }
    assert(stack_of(made):call("secretsmanager", "CreateSecret", { Name = "a", ClientRequestToken = "mine" }))
    assert.equal("mine", cjson.decode(made.sent[1].body).ClientRequestToken)
  end)

  it("signs with AWS's time when it is told of it, for this service and for ECS", function()
    local function late(request)
      local date = header(request, "x-amz-date")
      if date:sub(1, 8) == "20251129" then
        return { 400, '{"__type":"InvalidSignatureException","message":"Signature expired"}',
          { date = "Sun, 30 Nov 2025 00:00:00 GMT" } }
      end
      return { 200, "{}" }
    end
    local made = world { late }
    local stack = stack_of(made)
    assert(stack:call("logs", "DescribeLogGroups"))
    assert.equal(2, #made.sent)
    assert(stack:call("ecs", "ListClusters"))
    assert.equal(3, #made.sent)
    assert(stack:call("ssm", "GetParameter", { Name = "/a" }))
    assert.equal(4, #made.sent)
  end)

  it("tells what the service refused, with the right that is missing", function()
    local made = world { { 400, '{"__type":"com.amazonaws.ssm#ParameterNotFound","message":"none"}',
      { ["x-amzn-requestid"] = "r-1" } } }
    local answer, err = stack_of(made):call("ssm", "GetParameter", { Name = "/a" })
    assert.is_nil(answer)
    assert.same({ "ParameterNotFound", "GetParameter", 400, "r-1", "ssm" },
      { err.code, err.operation, err.http_status, err.request_id, err.api })
    assert.truthy(err.message:find("none", 1, true))
    made = world { { 400, '{"__type":"AccessDeniedException","message":"no"}' } }
    answer, err = stack_of(made):call("cloudwatch", "DescribeAlarms")
    assert.is_nil(answer)
    assert.truthy(err.hint:find("allow cloudwatch:DescribeAlarms", 1, true), err.hint)
  end)

  it("names the services that it knows, and takes one that it does not know by its description", function()
    local made = world { { 200, '{"ok":true}' } }
    local stack = stack_of(made)
    local _, err = stack:call("log", "DescribeLogGroups")
    assert.equal("UnknownService", err.code)
    for _, word in ipairs { "did you mean logs?", "secretsmanager", "application-autoscaling", "target =",
      "ecs.sign" } do
      assert.truthy(tostring(err):find(word, 1, true), word .. " is not in " .. tostring(err))
    end
    assert.equal(0, #made.sent)
    assert.same({ ok = true }, stack:call({ service = "cloud-trail", target = "CloudTrail_20131101", json = "1.0",
      endpoint = "cloudtrail" }, "LookupEvents", { MaxResults = 1 }))
    local request = made.sent[1]
    assert.equal("https://cloudtrail.eu-west-1.amazonaws.com/", request.url)
    assert.equal("CloudTrail_20131101.LookupEvents", header(request, "x-amz-target"))
    assert.equal("application/x-amz-json-1.0", header(request, "content-type"))
    assert.truthy(header(request, "authorization"):find("/cloud-trail/aws4_request", 1, true))
    for _, wrong in ipairs { { service = "a" }, { target = "a" }, { service = "a", target = "b", json = "2" },
      { service = "a", target = "b", endpoint = "https://x" }, { service = "a/b", target = "c" } } do
      _, err = stack:call(wrong, "LookupEvents")
      assert.equal("WrongOption", err.code)
    end
    _, err = stack:call({ service = "a", target = "b", tagret = "c" }, "LookupEvents")
    assert.equal("UnknownOption", err.code)
  end)

  it("raises for what is no operation, and for parameters that cannot be written", function()
    local stack = stack_of(world { { 200, "{}" } })
    for _, arguments in ipairs { { nil, "A" }, { 5, "A" }, { "logs", nil }, { "logs", "a.b" }, { "logs", "" },
      { "logs", "A", "text" }, { "logs", "A", { 1, 2 } }, { "logs", "A", { f = print } } } do
      local ok, message = pcall(stack.call, stack, arguments[1], arguments[2], arguments[3])
      assert.is_false(ok)
      assert.truthy(tostring(message):find("stack:call", 1, true), message)
    end
    local ok, message = pcall(function() stack:call("logs", "A", { a = { f = print } }) end)
    assert.is_false(ok)
    assert.truthy(message:find("a.f: a function", 1, true), message)
    assert.truthy(message:find("call_spec.lua", 1, true), message)
  end)

  it("raises for tables that JSON has no form for, with the place", function()
    local stack = stack_of(world { { 200, "{}" } })
    local circle = {}
    circle.again = circle
    for _, case in ipairs { { circle, "nested deeper" }, { { a = { 1, nil, 3 } }, "a: the list has holes" },
      { { a = { 1, x = 2 } }, "a: the table mixes positions and names" },
      { { a = { [{}] = 1 } }, "a: only positions from 1 and names" },
      { { a = coroutine.create(function() end) }, "threads and userdata" } } do
      local ok, message = pcall(stack.call, stack, "logs", "A", case[1])
      assert.is_false(ok)
      assert.truthy(tostring(message):find(case[2], 1, true), message)
    end
  end)

  it("writes what lua-cjson decoded as it was, its null left out", function()
    local made = world { { 200, '{"Tags":[],"Map":{},"Depth":[[{}]]}' }, { 200, "{}" } }
    local stack = stack_of(made)
    local answer = assert(stack:call("ssm", "ListTagsForResource"))
    answer.none = cjson.null
    assert(stack:call("ssm", "PutParameter", answer))
    assert.equal('{"Depth":[[{}]],"Map":{},"Tags":[]}', made.sent[2].body)
  end)

  it("speaks to the simulator, which answers for ECS and its logs, and says of others that it has none", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    local answer = assert(stack:call("ecs", "DescribeClusters", { clusters = { "prod" } }))
    assert.equal("prod", answer.clusters[1].clusterName)
    assert(stack:call("logs", "CreateLogGroup", { logGroupName = "a" }))
    assert.equal("a", assert(stack:call("logs", "DescribeLogGroups")).logGroups[1].logGroupName)
    local _, err = stack:call("ssm", "GetParameter", { Name = "a" })
    assert.equal("UnknownOperationException", err.code)
    assert.truthy(err.message:find("simulator", 1, true) and err.message:find("AmazonSSM.GetParameter", 1, true),
      err.message)
  end)
end)
