-- A run speaks to the place that its state belongs to: one partition, one region, one account.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"
local json = require "ecs_service.util.json"
local place = require "ecs_service.state.place"
local served = require "support.served"
local tables = require "ecs_service.util.tables"

local unpack = rawget(_G, "unpack") or table.unpack

local HOME, ABROAD = "123456789012", "999999999999"

local state

before_each(function()
  journey.environment {}
  state = journey.folder() .. "/state.json"
end)
after_each(journey.clean)

-- The simulated account as one that does not say whose it is.
local function anonymous(sim)
  return { scheduler = sim.scheduler, region = sim.region, credentials = sim.credentials,
    submit = function(_, ...) return sim:submit(...) end, wait = function(_, ...) return sim:wait(...) end,
    cancel = function(_, ...) return sim:cancel(...) end }
end

local function stack_on(transport, options)
  local stack = journey.stack(transport, { region = transport.region, state = state })
  stack:service("web", journey.web(options))
  return stack
end

-- A state that belongs to HOME, us-west-2, with an update that a run had begun and did not end.
local function at_home(change)
  assert(stack_on(journey.simulator()):apply())
  local document = json.decode(journey.read(state))
  document.journal.web = { operation = "UpdateService", begun = "2020-01-01T00:00:00Z", cluster = "prod",
    service = "web" }
  if change then change(document) end
  journey.write(state, core.json(document))
end

-- Another account in which there is a service of the same name.
local function abroad(given)
  local options = { account_id = ABROAD }
  for key, value in pairs(given or {}) do options[key] = value end
  local sim = journey.simulator(options)
  if sim:call("DescribeClusters", { clusters = { "prod" } }).clusters[1] then
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:3",
      desiredCount = 7 }))
    sim:advance(600)
  end
  return sim
end

local function tfstate(attributes)
  local path = journey.folder() .. "/terraform.tfstate"
  journey.write(path, core.json { version = 4, terraform_version = "1.9.0", resources = { { mode = "managed",
    type = "aws_ecs_service", name = "other", instances = { { attributes = attributes
      or { name = "other", cluster = "prod" } } } } } })
  return path
end

local REFUSING = {
  plan = function(stack) return stack:plan() end,
  ["plan of a target"] = function(stack) return stack:plan { target = "web" } end,
  ["plan --destroy"] = function(stack) return stack:plan { destroy = true } end,
  apply = function(stack) return stack:apply() end,
  ["apply of a service"] = function(stack) return stack.services.web:apply() end,
  destroy = function(stack) return stack:destroy() end,
  wait = function(stack) return stack:wait() end,
  ["wait for the end"] = function(stack) return stack:wait { ["until"] = "inactive" } end,
  refresh = function(stack) return stack:refresh() end,
  import = function(stack) return stack:import("other", "prod/other") end,
  import_tfstate = function(stack) return stack:import_tfstate(tfstate()) end,
  ["import_tfstate that records nothing"] = function(stack)
    return stack:import_tfstate(tfstate(), { dry_run = true })
  end,
  rollback = function(stack) return stack:rollback "web" end,
  redeploy = function(stack) return stack:redeploy "web" end,
  scale = function(stack) return stack:scale("web", 4) end,
  ["scale that is only shown"] = function(stack) return stack:scale("web", 4, { dry_run = true }) end,
  stop = function(stack) return stack:stop "web" end,
  repair_state = function(stack) return stack:repair_state() end,
}

-- What changes or writes something without having read.
local UNREAD = {
  apply = function(stack) return stack:apply { refresh = false } end,
  destroy = function(stack) return stack:destroy { refresh = false } end,
}

local asked = journey.count

local function mutations(sim)
  local list = {}
  for _, name in ipairs(journey.mutations(sim)) do
    if name ~= "GetCallerIdentity" then list[#list + 1] = name end
  end
  return list
end

local function refused(verbs, made, check)
  at_home()
  local before = journey.read(state)
  for name, verb in pairs(verbs) do
    local sim, transport = made()
    local result, err = verb(stack_on(transport or sim, { desired_count = 3 }))
    assert.is_nil(result, name)
    assert.equal(before, journey.read(state), name)
    assert.same({}, mutations(sim), name)
    check(err, name, sim)
  end
end

local function is_wrong_place(err, name)
  assert.equal("WrongPlace", err.code, name .. ": " .. tostring(err))
  assert.equal(HOME, err.recorded.account, name)
  assert.equal("us-west-2", err.recorded.region, name)
  assert.equal("aws", err.recorded.partition, name)
  assert.truthy(err.message:find("us-west-2", 1, true), err.message)
  assert.matches("state rm", err.hint)
  assert.is_nil(err.service)
end

describe("a state of another region", function()
  local function elsewhere() return abroad { region = "eu-west-1", account_id = HOME } end

  local function check(err, name, sim)
    is_wrong_place(err, name)
    assert.equal("eu-west-1", err.here.region)
    assert.truthy(err.message:find("eu-west-1", 1, true), err.message)
    assert.equal(0, #sim.requests, name)
  end

  it("is refused by every verb before anything is sent", function() refused(REFUSING, elsewhere, check) end)

  it("is refused with refresh = false, too", function()
    refused({ plan = function(stack) return stack:plan { refresh = false } end, apply = UNREAD.apply,
      destroy = UNREAD.destroy }, elsewhere, check)
  end)

  it("is refused before STS is asked which account is allowed", function()
    at_home()
    local sim = elsewhere()
    local stack = journey.stack(anonymous(sim), { region = "eu-west-1", state = state,
      allowed_account_ids = { ABROAD } })
    stack:service("web", journey.web())
    is_wrong_place(select(2, stack:plan()), "plan")
    assert.equal(0, #sim.requests)
  end)

  it("is refused for a service that is imported already, too", function()
    at_home()
    local sim = elsewhere()
    is_wrong_place(select(2, stack_on(sim):import("web", "prod/web")), "import")
    assert.equal(0, #sim.requests)
  end)

  it("is one in which a create was begun there, of which nothing is recorded yet", function()
    local home = journey.simulator()
    home:fault { operation = "CreateService", times = 99, reset_after = true }
    home:fault { operation = "DescribeServices", times = 99, code = "AccessDeniedException" }
    assert.is_nil((stack_on(home):apply { refresh = false }))
    local document = json.decode(journey.read(state))
    assert.same({}, document.services)
    assert.equal("arn:aws:ecs:us-west-2:123456789012:service/prod/web", document.journal.web.arn)
    for _, name in ipairs { "plan", "apply", "destroy", "repair_state" } do
      local sim = journey.simulator { region = "eu-west-1" }
      local _, err = REFUSING[name](stack_on(sim))
      is_wrong_place(err, name)
      assert.equal(0, #sim.requests)
    end
  end)

  it("is one of another partition, which is named", function()
    local function in_china() return abroad { region = "cn-north-1", account_id = HOME } end
    refused(REFUSING, in_china, function(err, name, sim)
      is_wrong_place(err, name)
      assert.equal("aws-cn", err.here.partition)
      assert.truthy(err.message:find("partition aws-cn", 1, true), err.message)
      assert.equal(0, #sim.requests, name)
    end)
  end)

  it("is one whose deposed service is there, or whose journal names one there", function()
    for _, change in ipairs {
      function(entry) entry.deposed = { cluster = "prod", name = "old",
        id = "arn:aws:ecs:ap-south-1:123456789012:service/prod/old" } end,
      function(_, document) document.journal.web.service = "arn:aws:ecs:ap-south-1:123456789012:service/prod/web" end,
    } do
      at_home(function(document) change(document.services.web, document) end)
      local sim = abroad { account_id = HOME }
      local _, err = stack_on(sim):plan()
      assert.equal("WrongPlace", err.code)
      assert.truthy(err.message:find("^web is recorded in"), err.message)
      assert.equal("ap-south-1", err.recorded.region)
      assert.equal("web", err.recorded.address)
      assert.equal(0, #sim.requests)
      os.remove(state)
    end
  end)
end)

describe("a state of another account", function()
  local function check(err, name)
    is_wrong_place(err, name)
    assert.equal(ABROAD, err.here.account, name)
    assert.truthy(err.message:find(HOME, 1, true) and err.message:find(ABROAD, 1, true), err.message)
  end

  local function no_sts(err, name, sim)
    check(err, name)
    assert.equal(0, asked(sim, "GetCallerIdentity"), name)
  end

  local function hidden(given)
    return function()
      local sim = abroad(given)
      return sim, anonymous(sim)
    end
  end

  it("is refused before anything is sent where the session knows its account", function()
    refused(REFUSING, abroad, function(err, name, sim)
      check(err, name)
      assert.equal(0, #sim.requests, name)
    end)
    os.remove(state)
    refused(UNREAD, abroad, check)
  end)

  it("is told by the ARN of a service of the same name, which stays as it is", function()
    refused(REFUSING, hidden(), no_sts)
  end)

  it("is told by the ARN of what is missing", function()
    refused(REFUSING, function()
      local sim = journey.simulator { account_id = ABROAD }
      return sim, anonymous(sim)
    end, no_sts)
  end)

  it("is refused where STS was asked for it already, since a list says which are allowed", function()
    at_home()
    local sim, transport = hidden()()
    local stack = journey.stack(transport, { state = state, allowed_account_ids = { ABROAD } })
    stack:service("web", journey.web { desired_count = 3 })
    for _, verb in ipairs { stack.plan, stack.apply, stack.destroy, stack.wait } do
      check(select(2, verb(stack)), "allowed")
      check(select(2, stack:plan { refresh = false }), "allowed")
    end
    assert.equal(1, #sim.requests)
  end)

  it("lets a create that was begun there not be taken for one that never was", function()
    local home = journey.simulator()
    home:fault { operation = "CreateService", times = 99, reset_after = true }
    home:fault { operation = "DescribeServices", times = 99, code = "AccessDeniedException" }
    assert.is_nil((stack_on(home):apply { refresh = false }))
    for _, given in ipairs { {}, { clusters = { "other" } } } do
      local undeclared = anonymous(journey.simulator { account_id = ABROAD, clusters = given.clusters })
      check(select(2, journey.stack(undeclared, { state = state }):plan()), "plan")
      local sim = journey.simulator { account_id = ABROAD, clusters = given.clusters }
      for _, name in ipairs { "plan", "apply", "destroy", "repair_state" } do
        check(select(2, REFUSING[name](stack_on(anonymous(sim)))), name)
      end
      assert.same({}, mutations(sim))
    end
  end)

  it("ends a run whose credentials become those of another account, with what was done recorded", function()
    at_home(function(document) document.journal.web = nil end)
    local sim = abroad { account_id = HOME }
    local transport, switched = anonymous(sim), false
    function transport.submit(_, request)
      switched = switched or request.headers["X-Amz-Target"]:find "UpdateService" ~= nil
      return sim:submit(request)
    end
    function transport.wait(_, ...)
      local completion = sim:wait(...)
      if completion and switched and completion.body then completion.body = completion.body:gsub(HOME, ABROAD) end
      return completion
    end
    local result, err = stack_on(transport, { desired_count = 3, wait_for_steady_state = true }):apply()
    assert.is_nil(result)
    check(err, "apply")
    assert.same({ "UpdateService" }, mutations(sim))
    assert.equal("UpdateService", json.decode(journey.read(state)).journal.web.operation)
    assert.equal(3, json.decode(journey.read(state)).services.web.attributes.desired_count)
  end)

  it("is told by any ARN of an answer", function()
    local arn = "arn:aws:ecs:us-west-2:" .. ABROAD .. ":"
    for _, body in ipairs { '{"services":[{"serviceArn":"%sservice/prod/x"}]}',
      '{"cluster":{"clusterArn" : "%scluster/x"}}',
      '{"services":[],"failures":[{"arn":"%sservice/prod/web","reason":"MISSING"}]}',
      '{"failures":[{"arn":"x"},{"arn":"%sservice/prod/web"}]}' } do
      at_home()
      local document = json.decode(journey.read(state))
      local session = assert(place.bind({ region = "us-west-2", partition = "aws" }, {}, document))
      assert.is_nil(session.place:hear { body = '{"failures":[],"message":"' .. arn .. '"}' })
      check(session.place:hear { body = body:format(arn) }, body)
    end
  end)

  it("is told by an answer also to what changes without reading", function()
    refused(UNREAD, hidden(), no_sts)
  end)

  it("is told by STS where no answer tells it: there is no such cluster", function()
    local verbs = {}
    for name, verb in pairs(REFUSING) do verbs[name] = verb end
    verbs["apply unread"], verbs["destroy unread"] = UNREAD.apply, UNREAD.destroy
    refused(verbs, hidden { clusters = { "other" } }, function(err, name, sim)
      check(err, name)
      assert.equal(1, asked(sim, "GetCallerIdentity"), name)
    end)
  end)

  it("cannot be told with STS out of reach, and then nothing recorded is taken to be gone", function()
    local verbs = {}
    for _, name in ipairs { "plan", "plan --destroy", "apply", "destroy", "refresh", "wait", "wait for the end",
      "rollback", "redeploy", "scale", "stop", "repair_state" } do verbs[name] = REFUSING[name] end
    verbs["apply unread"] = UNREAD.apply
    for _, fault in ipairs { { code = "AccessDenied", http_status = 403 }, { reset = true }, { http_status = 502 } } do
      fault.operation, fault.times = "GetCallerIdentity", 99
      refused(verbs, function()
        local sim, transport = hidden { clusters = { "other" } }()
        sim:fault(fault)
        return sim, transport
      end, function(err, name)
        assert.equal("UnknownAccount", err.code, name .. ": " .. tostring(err))
        assert.truthy(err.message:find(HOME, 1, true), err.message)
        assert.is_nil(err.path)
      end)
      os.remove(state)
    end
  end)

  it("of a new service beside it lets nothing be created", function()
    at_home()
    local sim = journey.simulator { account_id = ABROAD, clusters = { "other" } }
    local stack = stack_on(anonymous(sim))
    stack:service("more", { name = "more", cluster = "other", task_definition = "web:1", desired_count = 1 })
    local _, err = stack:apply { target = "more" }
    assert.equal("WrongPlace", err.code)
    assert.same({}, mutations(sim))
  end)
end)

describe("the account of a run", function()
  it("is asked of nobody in an ordinary run: it sends what it sent before", function()
    at_home()
    local sim = abroad { account_id = HOME }
    for _, verb in ipairs { "plan", "apply", "wait", "refresh", "status" } do
      assert(stack_on(anonymous(sim), { task_definition = "web:3", desired_count = 7 })[verb](stack_on(anonymous(sim),
        { task_definition = "web:3", desired_count = 7 })))
    end
    assert.equal(0, asked(sim, "GetCallerIdentity"))
  end)

  it("costs no request where answers tell it", function()
    local sent = {}
    for i, hide in ipairs { anonymous, function(sim) return sim end } do
      os.remove(state)
      at_home(function(document) document.journal.web = nil end)
      local sim = abroad { account_id = HOME }
      assert(stack_on(hide(sim), { task_definition = "web:3", desired_count = 3 }):apply())
      sent[i] = {}
      for j, request in ipairs(sim.requests) do sent[i][j] = request.operation end
    end
    assert.same(sent[2], sent[1])
  end)

  it("is asked of nobody where nothing is recorded", function()
    local sim = journey.simulator()
    sim:fault { operation = "GetCallerIdentity", times = 99, http_status = 502 }
    assert(stack_on(anonymous(sim)):apply { refresh = false })
    assert.equal(0, asked(sim, "GetCallerIdentity"))
  end)

  it("is told with the number of what is recorded there", function()
    at_home(function(document) document.services.more = tables.copy(document.services.web) end)
    local _, err = stack_on(abroad()):plan()
    assert.truthy(err.message:find("^more and 1 more are recorded in"), err.message)
  end)

  it("does not matter to records without an account or without an id", function()
    for _, id in ipairs { false, "arn:aws:ecs:us-west-2::service/prod/web", "somewhere" } do
      at_home(function(document) document.services.web.attributes.id = id or nil end)
      local sim = abroad()
      assert(stack_on(anonymous(sim)):apply())
      assert.equal(0, asked(sim, "GetCallerIdentity"))
      os.remove(state)
    end
  end)

  it("and its region are compared with what Terraform recorded", function()
    for _, arn in ipairs { "arn:aws:ecs:eu-west-1:123456789012:service/prod/web",
      "arn:aws:ecs:us-west-2:999999999999:service/prod/web" } do
      for _, attributes in ipairs { { id = arn }, { cluster = arn:gsub(":service/.*", ":cluster/prod") } } do
        attributes.name, attributes.cluster = "web", attributes.cluster or "prod"
        local sim = abroad { account_id = HOME }
        local stack = journey.stack(anonymous(sim), { state = state })
        local result, err = stack:import_tfstate(tfstate(attributes))
        assert.is_nil(result)
        assert.equal("WrongPlace", err.code)
        assert.equal("other", err.recorded.address)
        assert.is_nil(journey.read(state))
      end
    end
  end)

  it("does not matter where a record of no account is gone", function()
    at_home(function(document) document.services.web.attributes.id = "arn:aws:ecs:us-west-2::service/prod/web" end)
    local sim = journey.simulator { clusters = { "other" } }
    assert(stack_on(anonymous(sim)):plan())
    assert.equal(0, asked(sim, "GetCallerIdentity"))
  end)

  it("lets a service that is really gone be created again", function()
    at_home(function(document) document.services.web.history = nil end) -- so that nobody looks twice
    local sim = journey.simulator { clusters = { "other" } }
    local plan = assert(stack_on(anonymous(sim)):plan())
    assert.equal("create", plan.changes[1].action)
    assert.equal(1, asked(sim, "GetCallerIdentity"))
    assert.equal("GetCallerIdentity", sim.requests[#sim.requests].operation)
    assert.equal(1, asked(sim, "DescribeServices"))
  end)
end)

describe("a saved plan of another place", function()
  local function saved(sim)
    local path = journey.folder() .. "/plan"
    local stack = journey.stack(sim, { region = sim.region, state = journey.folder() .. "/own.json" })
    stack:service("web", journey.web())
    assert(assert(stack:plan()):save(path))
    return assert(ecs.load_plan(path))
  end

  it("is refused as that, before it is stale", function()
    for _, sim in ipairs { journey.simulator { region = "eu-west-1" }, journey.simulator { account_id = ABROAD } } do
      local here = journey.simulator()
      local _, err = stack_on(here):apply(saved(sim))
      assert.equal("WrongPlace", err.code)
      assert.truthy(err.message:find("the plan was made for", 1, true), err.message)
      assert.equal(sim.region, err.recorded.region)
      assert.equal(0, #here.requests)
    end
  end)

  it("is refused as that where only asking tells the account", function()
    at_home()
    local here = journey.simulator()
    local _, err = stack_on(anonymous(here)):apply(saved(journey.simulator { account_id = ABROAD }))
    assert.equal("WrongPlace", err.code)
    assert.truthy(err.message:find("the plan was made for account 999999999999", 1, true), err.message)
    assert.same({}, mutations(here))
  end)

  it("that was tampered with is shown and refused, whatever it says", function()
    local path = journey.folder() .. "/plan"
    local stack = stack_on(journey.simulator())
    assert(assert(stack:plan()):save(path))
    local document = json.decode(journey.read(path))
    document.account, document.region, document.partition, document.state = { "x" }, "eu\27[31m", 7, { name = "y" }
    journey.write(path, core.json(document))
    local plan = ecs.load_plan(path)
    if not plan then return end
    assert.falsy(plan:render { color = false, unicode = true }:find("\27", 1, true))
    assert.equal("WrongPlace", select(2, stack:apply(plan)).code)
  end)

  it("keeps account, region and the state's name", function()
    local plan = saved(journey.simulator())
    assert.equal(HOME, plan.account)
    assert.equal("us-west-2", plan.region)
    assert.matches("own%.json$", plan.state)
  end)
end)

describe("what only tells", function()
  local PLACES = {
    region = function() local sim = abroad { region = "eu-west-1", account_id = HOME } return sim, sim end,
    account = function() local sim = abroad() return sim, sim end,
    answers = function() local sim = abroad() return sim, anonymous(sim) end,
    missing = function() local sim = journey.simulator { account_id = ABROAD } return sim, anonymous(sim) end,
    sts = function()
      local sim = journey.simulator { account_id = ABROAD, clusters = { "other" } }
      return sim, anonymous(sim)
    end,
  }

  it("says of each service where it is recorded, and not that it is missing", function()
    at_home()
    for name, made in pairs(PLACES) do
      local sim, transport = made()
      local stack = stack_on(transport)
      for what, found in pairs { status = assert(stack:status "web"), ["status of all"] = assert(stack:status()).web,
        diagnose = assert(stack:diagnose "web"), ["diagnose of all"] = assert(stack:diagnose())[1],
        history = assert(stack:history "web") } do
        assert.equal("ELSEWHERE", found.status, name .. " " .. what)
        assert.equal(HOME, found.recorded.account)
        assert.truthy(found.problem:find("this run speaks to", 1, true), found.problem)
        assert.same({}, mutations(sim))
      end
      if name == "region" or name == "account" then assert.equal(0, #sim.requests) end
      local document, err = stack:timeline "web"
      assert.is_nil(document)
      assert.equal("WrongPlace", err.code)
      assert.truthy(tostring(err):find("^web is recorded in"), tostring(err))
    end
  end)

  it("does not know with STS out of reach, and says that", function()
    at_home()
    local sim, transport = PLACES.sts()
    sim:fault { operation = "GetCallerIdentity", times = 99, code = "AccessDenied", http_status = 403 }
    local stack = stack_on(transport)
    assert.equal("UNKNOWN", assert(stack:status "web").status)
    os.remove(state)
    at_home(function(document) document.services.more = tables.copy(document.services.web) end)
    for address, found in pairs(assert(stack:status())) do
      assert.truthy(found.problem:find(address .. " is recorded in account 123456789012, and no answer told", 1, true))
    end
    assert.equal("UnknownAccount", assert(stack:diagnose "web").code)
  end)

  it("tells of each service by itself", function()
    at_home(function(document)
      document.services.own = tables.copy(document.services.web)
      document.services.own.attributes.id = "arn:aws:ecs:us-west-2:999999999999:service/prod/own"
      document.services.own.attributes.name = "own"
    end)
    local _, transport = PLACES.sts()
    local found = assert(stack_on(transport):status())
    assert.equal("ELSEWHERE", found.web.status)
    assert.equal("MISSING", found.own.status)
    _, transport = PLACES.sts()
    assert.equal("MISSING", assert(stack_on(transport):status "own").status)
  end)

  it("looks at the services that are here", function()
    at_home()
    local sim = abroad { region = "eu-west-1", account_id = HOME }
    local stack = stack_on(sim)
    stack:service("here", { name = "web", cluster = "prod", task_definition = "web:3", desired_count = 7 })
    local found = assert(stack:status())
    assert.equal("ELSEWHERE", found.web.status)
    assert.equal("ACTIVE", found.here.status)
  end)

  it("as the commands of the state do, does not look at places that it has no use for", function()
    at_home()
    local sim = abroad { region = "eu-west-1" }
    local stack = stack_on(sim)
    assert.equal(1, #assert(stack:state_items()))
    assert(stack:move("web", "api"))
    assert(stack:forget "api")
    assert.equal(0, #sim.requests)
  end)
end)

describe("the commands", function()
  local SCRIPT = [[
    local stack = assert(require("ecs_service").stack { state = %q })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2 })
    return stack
  ]]
  local server, script

  -- Nobody waits for reads to settle.
  local function without_journal(document) document.journal.web = nil end

  -- A served account, for which only AWS_ENDPOINT_URL is set.
  local function serve(account)
    server = served.start(1, ('account_id = "%s", region = "us-west-2", clusters = { "%s" }, '
      .. 'task_definitions = { "web:1" }'):format(account, account == HOME and "prod" or "other"))
    journey.environment { AWS_ENDPOINT_URL = server.url, AWS_REGION = "us-west-2", AWS_ACCESS_KEY_ID = "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY = "example", AWS_CONFIG_FILE = "/none", AWS_SHARED_CREDENTIALS_FILE = "/none" }
    script = journey.folder() .. "/services.lua"
    journey.write(script, SCRIPT:format(state))
  end
  after_each(function() server.stop() end)

  local function run(...)
    local out = {}
    local stream = { write = function(_, ...) out[#out + 1] = table.concat { ... } end }
    local code = require("ecs_service.cli").main({ ... }, { stdout = stream, stderr = stream,
      isatty = function() return false end, getenv = function() return nil end })
    return code, table.concat(out)
  end

  it("show account, region and state where they show what is there", function()
    at_home(without_journal)
    serve(HOME)
    local code, out = run("plan", script)
    assert.equal(0, code, out)
    assert.equal(("account %s - us-west-2 - state %s"):format(HOME, state), out:match "^[^\n]*")
    local document = json.decode((select(2, run("plan", script, "--json"))))
    assert.equal(HOME, document.account)
    code, out = run("status", "--file", script)
    assert.equal(0, code)
    assert.equal(("us-west-2 - state %s"):format(state), out:match "us%-west[^\n]*")
    document = json.decode((select(2, run("status", "--json", "--file", script))))
    assert.equal("us-west-2", document.region)
    assert.equal(state, document.state)
  end)

  it("show it in the question, and of a saved plan", function()
    serve(HOME)
    local asked_for = {}
    local stream = { write = function(_, text) asked_for[#asked_for + 1] = text end }
    local code = require("ecs_service.cli").main({ "apply", script }, { stdout = stream, stderr = stream,
      stdin = { read = function() return "no" end }, isatty = function(fd) return fd ~= 1 end,
      getenv = function() return nil end })
    assert.equal(1, code)
    assert.truthy(table.concat(asked_for):find("Do this in account 123456789012, us-west-2? Only 'yes'", 1, true),
      table.concat(asked_for))
    local path = journey.folder() .. "/a.plan"
    assert.equal(0, (run("plan", script, "--out", path)))
    local out
    code, out = run("show", path)
    assert.equal(0, code)
    assert.truthy(out:find("account 123456789012 - us-west-2 - state " .. state, 1, true), out)
    assert.truthy(out:find("+ web  prod/web", 1, true), out)
    assert.equal(HOME, json.decode((select(2, run("show", path, "--json")))).account)
  end)

  it("refuse a state of another account, and tell both places", function()
    at_home(without_journal)
    serve(ABROAD)
    for _, words in ipairs { { "plan", script }, { "apply", script, "--auto-approve" }, { "wait", "--file", script },
      { "scale", "web", "3", "--auto-approve", "--file", script },
      { "import", "more", "prod/more", "--file", script } } do
      local code, out = run(unpack(words))
      assert.equal(1, code)
      assert.truthy(out:find("web is recorded in account 123456789012, us-west-2", 1, true), words[1] .. ": " .. out)
      assert.truthy(out:find("account 999999999999", 1, true), out)
    end
    local document = json.decode((select(2, run("apply", script, "--auto-approve", "--json"))):match "[^\n]*")
    assert.equal("WrongPlace", document.error.code)
    assert.equal(HOME, document.error.recorded.account)
    assert.equal(ABROAD, document.error.here.account)
  end)

  it("tell where a service is that is recorded elsewhere", function()
    at_home(without_journal)
    serve(ABROAD)
    for _, words in ipairs { { "status", "--file", script }, { "diagnose", "--file", script },
      { "history", "web", "--file", script }, { "timeline", "web", "--file", script } } do
      local _, out = run(unpack(words))
      out = out:gsub("%s+", " ")
      assert.truthy(out:find("is recorded in account 123456789012, us-west-2", 1, true), words[1] .. ": " .. out)
      assert.falsy(out:find("MISSING", 1, true), out)
    end
  end)

  it("of which doctor learns the account from what is served at the one endpoint", function()
    serve(ABROAD)
    local _, out = run("doctor", script, "--json")
    assert.equal(ABROAD, json.decode(out).account, out)
  end)
end)

describe("a plan shows where it is to be done:", function()
  it("account, region and state, above its changes", function()
    local text = assert(stack_on(journey.simulator()):plan()):render { color = false, unicode = true }
    assert.equal(("account %s · us-west-2 · state %s"):format(HOME, state), text:match "^[^\n]*")
    text = assert(stack_on(journey.simulator()):plan()):render { color = false, unicode = false }
    assert.equal(("account %s - us-west-2 - state %s"):format(HOME, state), text:match "^[^\n]*")
  end)

  it("on a narrow terminal in more lines, and without what a name could do to it", function()
    local backend = { name = "s3://bucket/\27[31mkey" }
    local plan = assert(stack_on(journey.simulator()):plan())
    plan.state = backend.name
    local text = plan:render { color = false, unicode = true, width = 30 }
    assert.is_nil(text:find("\27", 1, true))
    for line in text:match "^(.-)\n\n":gmatch "[^\n]+" do assert.truthy(#line <= 40, line) end
  end)

  it("the account only when it is known, by an answer or by the session", function()
    local sim = journey.simulator { clusters = { "prod" } }
    local plan = assert(stack_on(anonymous(sim)):plan())
    assert.equal(HOME, plan.account)
    plan = assert(stack_on(anonymous(journey.simulator())):plan { refresh = false })
    assert.is_nil(plan.account)
    assert.equal("us-west-2", plan:render { color = false, unicode = true }:match "^(%S+) ·")
  end)

  it("in JSON, too", function()
    local document = assert(stack_on(journey.simulator()):plan()):to_table()
    assert.equal(HOME, document.account)
    assert.equal("us-west-2", document.region)
    assert.equal(state, document.state)
  end)

  it("also of a verb beside the declarations", function()
    local sim = journey.simulator()
    assert(stack_on(sim):apply())
    local plan = assert(stack_on(sim):scale("web", 4, { dry_run = true }))
    assert.equal(HOME, plan:to_table().account)
  end)
end)
