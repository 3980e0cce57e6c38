-- The simulated ECS as a transport: latency, faults, throttling, signatures, HTTP.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local simulator = require "ecs_service.simulator"

local function new(options)
  options = options or {}
  options.clusters = options.clusters or { "prod" }
  options.task_definitions = options.task_definitions or { "mongo:7" }
  return simulator.new(options)
end

local function body_of(more)
  local body = { cluster = "prod", serviceName = "mongodb", taskDefinition = "mongo:7", desiredCount = 1 }
  for name, value in pairs(more or {}) do
    body[name] = value
  end
  return body
end

local function submit(sim, operation, body, more)
  local target = "AmazonEC2ContainerServiceV20141113." .. operation
  local request = { id = more and more.id or #sim.requests + 1, method = "POST",
    url = "https://ecs.us-west-2.amazonaws.com/", body = core.json(core.object(body)),
    headers = { ["X-Amz-Target"] = target, ["Content-Type"] = "application/x-amz-json-1.1" } }
  for name, value in pairs(more or {}) do
    request[name] = value
  end
  assert.is_true(sim:submit(request))
  return request
end

local function ask(sim, operation, body, more)
  submit(sim, operation, body, more)
  local completion = sim:wait(120)
  return completion, completion.body and cjson.decode(completion.body)
end

describe("the simulator as a transport", function()
  after_each(function()
    _G.ECS_TEST_ANY_BODY = nil
  end)

  it("answers with status, headers and body after its latency", function()
    local sim = new({ latency = 0.2 })
    local begin = sim:now()
    local completion, answer = ask(sim, "CreateService", body_of(), { id = 42 })
    assert.are.same({ 42, 200 }, { completion.id, completion.status })
    assert.are.equal("mongodb", answer.service.serviceName)
    assert.is_truthy(completion.headers["x-amzn-requestid"]:match("^%x+%-"))
    assert.is_true(math.abs(sim:now() - begin - 0.2) < 1e-6)
  end)

  it("answers errors as ECS does", function()
    local sim = new()
    local completion, answer = ask(sim, "UpdateService", { cluster = "prod", service = "none" })
    assert.are.equal(400, completion.status)
    assert.are.same({ __type = "ServiceNotFoundException", message = "Service not found." }, answer)
    _G.ECS_TEST_ANY_BODY = true
    completion, answer = ask(sim, "Nonsense", {})
    assert.are.same({ 400, "UnknownOperationException" }, { completion.status, answer.__type })
    completion, answer = ask(sim, "CreateService", {}, { body = "{" })
    assert.are.same({ 400, "SerializationException" }, { completion.status, answer.__type })
  end)

  it("takes a null member as one that was not given", function()
    local sim = new()
    _G.ECS_TEST_ANY_BODY = true
    local text = '{"cluster":"prod","services":["a"],"include":null}'
    assert.are.equal(200, (ask(sim, "DescribeServices", {}, { body = text })).status)
  end)

  it("remembers each request with what came of it", function()
    local sim = new()
    _G.ECS_TEST_ANY_BODY = true
    ask(sim, "CreateService", body_of({ colour = "red" }))
    ask(sim, "UpdateService", { service = "x" })
    assert.are.equal(2, #sim.requests)
    local first, second = sim.requests[1], sim.requests[2]
    assert.are.same({ "CreateService", 200, "mongodb" }, { first.operation, first.status, first.body.serviceName })
    assert.are.same({ "colour" }, first.unknown)
    assert.are.same({ "UpdateService", 400, "ClusterNotFoundException" },
      { second.operation, second.status, second.code })
    assert.is_true(second.time > first.time)
  end)

  it("passes time while someone waits or sleeps, and only then", function()
    local sim = new()
    local begin = sim:now()
    assert.is_nil(sim:wait(7))
    sim.scheduler:sleep(3)
    sim:advance(2)
    assert.are.equal(12, sim.scheduler:now() - begin)
    assert.is_nil(sim:wait())
    assert.are.equal(12, sim:now() - begin)
  end)

  it("keeps many requests in flight and gives the answers in the order in which they are due", function()
    local sim = new({ latency = 1 })
    sim:fault({ operation = "ListServices", slow = 5 })
    submit(sim, "ListServices", { cluster = "prod" }, { id = "slow" })
    submit(sim, "DescribeClusters", {}, { id = "fast" })
    submit(sim, "DescribeClusters", {}, { id = "cancelled" })
    assert.is_true(sim:cancel("cancelled"))
    assert.are.equal("fast", sim:wait(10).id)
    assert.is_nil(sim:wait(1))
    assert.are.equal("slow", sim:wait(10).id)
    assert.is_nil(sim:wait(0))
  end)
end)

describe("faults of the simulator", function()
  it("throw what was asked for, as often as was asked for", function()
    local sim = new()
    sim:fault({ operation = "CreateService", times = 2, code = "ThrottlingException" })
    for _ = 1, 2 do
      local completion, answer = ask(sim, "CreateService", body_of())
      assert.are.same({ 400, "ThrottlingException", "Rate exceeded" },
        { completion.status, answer.__type, answer.message })
    end
    assert.are.equal(200, (ask(sim, "CreateService", body_of())).status)
    sim:fault({ code = "ServerException" })
    assert.are.equal(500, (ask(sim, "DescribeClusters", {})).status)
    sim:fault({ http_status = 503 })
    local completion, answer = ask(sim, "DescribeClusters", {})
    assert.are.equal(503, completion.status)
    assert.is_nil(answer)
  end)

  it("spare the first requests, or some seconds", function()
    local sim = new()
    sim:fault({ operation = "DescribeClusters", after = 2, code = "ServerException" })
    local statuses = {}
    for i = 1, 4 do
      statuses[i] = (ask(sim, "DescribeClusters", {})).status
    end
    assert.are.same({ 200, 200, 500, 200 }, statuses)
    sim:fault({ code = "ServerException", after_seconds = 30 })
    assert.are.equal(200, (ask(sim, "DescribeClusters", {})).status)
    sim:advance(30)
    assert.are.equal(500, (ask(sim, "DescribeClusters", {})).status)
  end)

  it("reset the connection before or after the request was carried out", function()
    local function exists(sim)
      return #assert(sim:call("DescribeServices", { cluster = "prod", services = { "mongodb" } })).services == 1
    end
    local sim = new()
    sim:fault({ reset = true })
    local completion = ask(sim, "CreateService", body_of())
    assert.are.equal("reset", completion.error.kind)
    assert.is_nil(completion.status)
    assert.is_false(exists(sim))
    sim:fault({ reset_after = true })
    assert.are.equal("reset", (ask(sim, "CreateService", body_of())).error.kind)
    assert.is_true(exists(sim))
    assert.is_nil(sim.requests[2].status)
  end)

  it("let the answer come late, cut off or never", function()
    local sim = new()
    local begin = sim:now()
    sim:fault({ timeout = true })
    local completion = ask(sim, "CreateService", body_of(), { timeout = 20 })
    assert.are.same({ "timeout", 20 }, { completion.error.kind, sim:now() - begin })
    assert.are.equal(1, #assert(sim:call("ListServices", { cluster = "prod" })).serviceArns)
    sim:fault({ slow = 90 })
    assert.are.equal("timeout", (ask(sim, "DescribeClusters", {}, { timeout = 20 })).error.kind)
    sim:fault({ truncate = true })
    local cut, answer = ask(sim, "DescribeServices", { cluster = "prod", services = { "mongodb" } })
    assert.are.equal(200, cut.status)
    assert.is_nil(answer)
  end)
end)

describe("throttling in the simulator", function()
  it("has a bucket for each class of operations", function()
    local sim = new({ throttle = { service_modify = { burst = 3, rate = 1 } }, latency = 0 })
    local function create(i)
      return (ask(sim, "CreateService", body_of({ serviceName = "s" .. i }))).status
    end
    assert.are.same({ 200, 200, 200, 400 }, { create(1), create(2), create(3), create(4) })
    assert.are.equal("ThrottlingException", sim.requests[4].code)
    assert.are.equal(200, (ask(sim, "DescribeClusters", {})).status)
    sim:advance(2)
    assert.are.same({ 200, 200, 400 }, { create(4), create(5), create(6) })
    assert.are.equal(5, #assert(sim:call("ListServices", { cluster = "prod" })).serviceArns)
  end)

  it("has the published figures when it is merely on", function()
    local sim = new({ throttle = true, latency = 0 })
    local passed = 0
    for _ = 1, 150 do
      local completion = ask(sim, "DescribeServices", { cluster = "prod", services = { "a" } })
      passed = passed + (completion.status == 200 and 1 or 0)
    end
    assert.are.equal(100, passed)
  end)
end)

describe("signatures in the simulator", function()
  local credentials = { access_key_id = "AKIDEXAMPLE",
    secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

  local function signed(sim, with, more)
    local request = { method = "POST", url = "https://ecs.us-west-2.amazonaws.com/", body = "{}", headers = {
      ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions",
      ["Content-Type"] = "application/x-amz-json-1.1" } }
    local options = { service = "ecs", region = "us-west-2", time = sim:now() }
    for name, value in pairs(more or {}) do
      options[name] = value
    end
    request.headers = core.sign(request, with, options)
    request.id = 1
    request.body = more and more.body or request.body
    assert(sim:submit(request))
    local completion = sim:wait(10)
    return completion.status, completion.body and cjson.decode(completion.body).__type
  end

  it("lets well signed requests pass", function()
    local sim = new({ verify_signatures = true })
    assert.are.equal(200, (signed(sim, credentials)))
    local own = { access_key_id = "AKID2", secret_access_key = "s2", session_token = "token" }
    sim = new({ verify_signatures = true, credentials = own })
    assert.are.equal(200, (signed(sim, own)))
  end)

  it("agrees with botocore on what a good signature is", function()
    local sim = new({ verify_signatures = true, start_time = 1767225600 })
    local headers = {
      ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.ListServices",
      ["Content-Type"] = "application/x-amz-json-1.1",
      ["X-Amz-Date"] = "20260101T000000Z",
      Authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-west-2/ecs/aws4_request, SignedHeaders="
        .. "content-type;host;x-amz-date;x-amz-target, "
        .. "Signature=b814894cadf16240591bc4038f63b2430448d13ec003f9184b3003de14136c89",
    }
    local body = '{"cluster":"prod"}'
    assert.are.equal(200, (ask(sim, "ListServices", {}, { headers = headers, body = body })).status)
    local _, answer = ask(sim, "ListServices", {}, { headers = headers, body = body .. " " })
    assert.are.equal("InvalidSignatureException", answer.__type)
  end)

  it("refuses wrong secrets, strangers, other bodies, regions and times, and none at all", function()
    local sim = new({ verify_signatures = true })
    local function code(...)
      local status, kind = signed(sim, ...)
      assert.are.equal(400, status)
      return kind
    end
    assert.are.equal("InvalidSignatureException", code({ access_key_id = "AKIDEXAMPLE", secret_access_key = "x" }))
    assert.are.equal("UnrecognizedClientException", code({ access_key_id = "OTHER", secret_access_key = "x" }))
    assert.are.equal("InvalidSignatureException", code(credentials, { body = '{"status":"ACTIVE"}' }))
    assert.are.equal("InvalidSignatureException", code(credentials, { region = "eu-west-1" }))
    assert.are.equal("InvalidSignatureException", code(credentials, { time = sim:now() - 301 }))
    assert.are.equal("InvalidSignatureException", code(credentials, { time = sim:now() + 301 }))
    local _, answer = ask(sim, "ListTaskDefinitions", {})
    assert.are.equal("MissingAuthenticationTokenException", answer.__type)
  end)
end)

describe("the simulator asked whose keys these are", function()
  local FORM = { ["Content-Type"] = "application/x-www-form-urlencoded" }
  local BODY = "Action=GetCallerIdentity&Version=2011-06-15"

  it("answers as the Security Token Service does, by a form or in the address", function()
    local sim = new({ account_id = "111122223333" })
    for _, request in ipairs { { "POST", "/", BODY }, { "GET", "/?" .. BODY, "" },
                               { "POST", "/", "Version=2011-06-15&Action=GetCallerIdentity" } } do
      local status, headers, body = sim:http(request[1], request[2], FORM, request[3])
      assert.are.equal(200, status)
      assert.are.equal("text/xml", headers["content-type"])
      assert.truthy(body:find("<Account>111122223333</Account>", 1, true), body)
      assert.truthy(body:find("<Arn>arn:aws:iam::111122223333:user/deployer</Arn>", 1, true), body)
    end
    assert.are.equal("GetCallerIdentity", sim.requests[1].operation)
    assert.are.equal("111122223333", sim.account_id)
    assert.are.equal("111122223333", sim:call("GetCallerIdentity").Account)
  end)

  it("refuses bad keys, and does faults, in the words of that service", function()
    local sim = new({ verify_signatures = true })
    local status, _, body = sim:http("POST", "/", FORM, BODY)
    assert.are.equal(400, status)
    assert.truthy(body:find("<Code>MissingAuthenticationToken</Code>", 1, true), body)
    local request = { method = "POST", url = "https://sts.us-west-2.amazonaws.com/", body = BODY, headers = FORM }
    request.headers = core.sign(request, sim.credentials, { service = "sts", region = "us-west-2", time = sim:now() })
    request.id = 1
    assert(sim:submit(request))
    assert.are.equal(200, sim:wait(10).status)
    sim:fault { operation = "GetCallerIdentity", code = "AccessDenied", message = "a < b", http_status = 403 }
    status, _, body = sim:http("POST", "/", request.headers, BODY)
    assert.are.equal(403, status)
    assert.truthy(body:find("<Code>AccessDenied</Code><Message>a &lt; b</Message>", 1, true), body)
  end)

  it("knows no other action of it, and ECS none of this name", function()
    local sim = new()
    assert.are.equal(400, (sim:http("POST", "/", FORM, "Action=AssumeRole&Version=2011-06-15")))
    assert.are.equal(400, (sim:http("POST", "/",
      { ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.GetCallerIdentity" }, "{}")))
  end)
end)

describe("the simulator behind HTTP", function()
  local headers = { ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.ListServices" }

  it("answers a request with status, headers and body", function()
    local sim = new()
    local status, answer_headers, body = sim:http("POST", "/", headers, '{"cluster":"prod"}')
    assert.are.equal(200, status)
    assert.are.equal("application/x-amz-json-1.1", answer_headers["content-type"])
    assert.are.equal('{"serviceArns":[]}', body)
    local other, _, text = sim:http("GET", "/", {}, "")
    assert.are.same({ 400, "UnknownOperationException" }, { other, cjson.decode(text).__type })
    assert.are.equal(2, #sim.requests)
  end)

  it("says when the connection is to be cut", function()
    local sim = new()
    sim:fault({ reset_after = true })
    local status, _, _, fault = sim:http("POST", "/", headers, '{"cluster":"prod"}')
    assert.is_nil(status)
    assert.is_true(fault.reset_after)
  end)
end)
