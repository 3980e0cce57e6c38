-- Answers that are lost: whether a request was carried out is looked for, and only a proof is believed.
local core = require "ecs_service.core"
local journey = require "support.journey"
local views = require "support.views"

local unpack = table.unpack or unpack

local START = views.START
local deployment, old, service = views.deployment, views.old, views.service
local follow, update = views.follow, views.update

after_each(journey.clean)

local function forced(timeout, more)
  local operation = update { timeouts = { update = timeout or 900 } }
  operation.config.task_definition, operation.config.force_new_deployment = "web:1", true
  for key, value in pairs(more or {}) do operation.config[key] = value end
  operation.change = assert(core.plan("service", { config = operation.config, recorded = operation.attributes,
    actual = operation.attributes, refreshed = true }))
  return operation
end

local function of(id, revision, at, status, state)
  return deployment("ecs-svc/" .. id, { createdAt = START + at, updatedAt = START + at, status = status or "PRIMARY",
    rolloutState = state or "IN_PROGRESS",
    taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/" .. revision })
end

local BEFORE = old()
local FORMER = old { status = "ACTIVE" }

local function showing(...) return service { deployments = { ... } } end

local function sent(run)
  local count = 0
  for _, operation in ipairs(run.calls) do count = count + (operation == "UpdateService" and 1 or 0) end
  return count
end

-- The first answers of UpdateService are lost; the following ones name the deployment `id`, made then.
local function losing(times, id, at)
  local count = 0
  return { ListTasks = { taskArns = {} }, UpdateService = function()
    count = count + 1
    if count <= times then return { lost = "reset" } end
    return { service = showing(of(id, "web:1", at), FORMER) }
  end }
end

describe("a forced update whose answer was lost", function()
  it("is proved by the first deployment after it, of the declared revision, however late reads show it", function()
    for _, lag in ipairs { 1, 6, 25 } do
      local run = follow(forced(), function(_, passed)
        if passed < lag then return showing(BEFORE) end
        return showing(of(2, "web:1", 0.1, "PRIMARY", passed < 60 and "IN_PROGRESS" or "COMPLETED"))
      end, losing(9))
      assert.is_true(run.ok, run.error and run.error.message)
      assert.equal(1, sent(run))
      assert.equal("ecs-svc/2", run.record.deployment_id)
    end
  end)

  it("is not proved by somebody's deployment of another revision: it is sent again", function()
    local run = follow(forced(), function(_, passed)
      if passed < 3 then return showing(BEFORE) end
      if passed < 40 then return showing(of(9, "web:9", 2), FORMER) end
      return showing(of(3, "web:1", 40, "PRIMARY", passed < 70 and "IN_PROGRESS" or "COMPLETED"))
    end, losing(1, 3, 40))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal(2, sent(run))
    assert.equal("ecs-svc/3", run.record.deployment_id)
  end)

  it("is not proved by a deployment of the declared revision behind somebody's", function()
    local run = follow(forced(), function(_, passed)
      if passed < 3 then return showing(BEFORE) end
      if passed < 40 then return showing(of(8, "web:1", 3), of(9, "web:9", 2, "ACTIVE"), FORMER) end
      return showing(of(3, "web:1", 40, "PRIMARY", "COMPLETED"))
    end, losing(1, 3, 40))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal(2, sent(run))
  end)

  it("is not proved by a deployment from before it that the look before did not show", function()
    local run = follow(forced(), function(_, passed)
      if passed < 3 then return showing(BEFORE) end
      if passed < 40 then return showing(of(8, "web:1", -30), FORMER) end
      return showing(of(3, "web:1", 40, "PRIMARY", "COMPLETED"))
    end, losing(1, 3, 40))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal(2, sent(run))
  end)

  it("is not proved by ECS's rollback of somebody's that is not shown any more", function()
    local run = follow(forced(), function(_, passed)
      if passed < 3 then return showing(BEFORE) end
      local seen = showing(of(8, "web:1", 3, "PRIMARY", "COMPLETED"))
      local message = "(service web) rolling back to deployment ecs-svc/1."
      seen.events = { { id = "r", createdAt = START + 3, message = message } }
      return passed < 40 and seen or showing(of(3, "web:1", 40, "PRIMARY", "COMPLETED"))
    end, losing(1, 3, 40))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal(2, sent(run))
  end)

  it("is superseded when it is there and somebody's is in charge", function()
    local run = follow(forced(60), function(_, passed)
      if passed < 3 then return showing(BEFORE) end
      return showing(of(9, "web:9", 2), of(2, "web:1", 0.1, "ACTIVE"), FORMER)
    end, losing(9))
    assert.equal("DeploymentSuperseded", run.error.code)
    assert.equal("ecs-svc/2", run.error.evidence.deployment_id)
    assert.equal(1, sent(run))
  end)

  it("is followed in its last deployment when it was sent twice and made two", function()
    local run = follow(forced(), function(_, passed)
      if passed < 50 then return showing(BEFORE) end
      local newest = of(3, "web:1", 41, "PRIMARY", passed < 90 and "IN_PROGRESS" or "COMPLETED")
      if passed < 90 then return showing(newest, of(2, "web:1", 0.1, "ACTIVE"), FORMER) end
      return showing(newest)
    end, losing(2))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal(2, sent(run))
    assert.equal("ecs-svc/3", run.record.deployment_id)
  end)

  it("of a family without revision is proved by any revision of it, and by no other family", function()
    for definition, times in pairs { ["web:4"] = 1, ["web-2:4"] = 2 } do
      local run = follow(forced(900, { task_definition = "web" }), function(_, passed)
        if passed < 3 then return showing(BEFORE) end
        if passed < 40 then return showing(of(2, definition, 0.1), FORMER) end
        return showing(of(times == 1 and 2 or 3, "web:4", times == 1 and 0.1 or 40, "PRIMARY", "COMPLETED"))
      end, losing(1, 3, 40))
      assert.is_true(run.ok, run.error and run.error.message)
      assert.equal(times, sent(run), definition)
    end
  end)
end)

describe("a create whose answer was lost, while somebody deployed on what it made", function()
  local function create(deployments, more)
    local declared = { name = "web", cluster = "prod", task_definition = "web:2", desired_count = 2 }
    local config = assert(core.validate("service", declared))
    local operation = { address = "web", action = "create", config = config, steady = true, cluster = "prod",
      service = "web", timeouts = { create = 300 }, client_token = "token",
      change = assert(core.plan("service", { config = config, refreshed = true })) }
    for key, value in pairs(more or {}) do operation[key] = value end
    local attempts = 0
    return follow(operation, function() return showing(unpack(deployments)) end, { ListTasks = { taskArns = {} },
      CreateService = function()
        attempts = attempts + 1
        if attempts == 1 then return { lost = "reset" } end
        return { service = showing(unpack(deployments)) }
      end })
  end

  it("is superseded by that, whether its own deployment is still listed or not", function()
    local theirs = of(9, "web:9", 5, "PRIMARY", "COMPLETED")
    for _, deployments in ipairs { { theirs }, { theirs, of(2, "web:2", 0.1, "ACTIVE") } } do
      local run = create(deployments)
      assert.equal("DeploymentSuperseded", run.error.code)
      local said = run.error.message:find("of web:2 was superseded by a newer one (ecs-svc/9, web:9)", 1, true)
      assert.truthy(said, run.error.message)
      assert.equal("tainted", run.record.status)
      assert.not_equal("ecs-svc/9", run.record.deployment_id)
    end
  end)

  it("follows that where it was asked to", function()
    assert.is_true(create({ of(9, "web:9", 5, "PRIMARY", "COMPLETED") }, { superseded = "follow" }).ok)
  end)

  it("is what it made when nobody did", function()
    local run = create { of(2, "web:2", 0.1, "PRIMARY", "COMPLETED") }
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal("ecs-svc/2", run.record.deployment_id)
  end)
end)

describe("a change that the server answers with errors", function()
  local sim, stack

  before_each(function()
    sim = journey.simulator()
    stack = journey.stack(sim)
  end)

  local function declare(config)
    local other = journey.stack(sim)
    other.backend = stack.backend
    other:service("web", journey.web(config))
    return other
  end

  -- Carried out, and answered with errors.
  local function fail_after(operation, times)
    local handle = sim.handle
    sim.handle = function(self, name, body, now)
      local answer, refusal, unknown = handle(self, name, body, now)
      if name == operation and times > 0 and answer then
        times = times - 1
        return nil, { code = "ServerException", message = "Service Unavailable.", status = 500 }
      end
      return answer, refusal, unknown
    end
  end

  local function requests(operation) return journey.count(sim, operation) end

  it("and carries out is waited for: an update", function()
    assert(declare {}:apply())
    fail_after("UpdateService", 9)
    assert(declare { task_definition = "web:2", wait_for_steady_state = true }:apply())
    assert.equal(3, requests "UpdateService")
    assert.truthy(journey.service(sim).taskDefinition:find("web:2", 1, true))
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    journey.assert_empty(declare { task_definition = "web:2", wait_for_steady_state = true })
  end)

  it("and carries out is waited for: a create", function()
    fail_after("CreateService", 9)
    assert(declare { wait_for_steady_state = true }:apply())
    assert.equal(3, requests "CreateService")
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    journey.assert_empty(declare { wait_for_steady_state = true })
  end)

  it("and carries out is waited for: a delete, and the scaling before it", function()
    for _, operation in ipairs { "DeleteService", "UpdateService" } do
      sim = journey.simulator()
      stack = journey.stack(sim)
      assert(declare {}:apply())
      fail_after(operation, 9)
      assert(declare {}:destroy())
      assert.not_equal("ACTIVE", (journey.service(sim) or {}).status)
    end
  end)

  it("and does not carry out is not called refused, and is left to the next run", function()
    assert(declare {}:apply())
    sim:fault { operation = "UpdateService", times = 3, code = "ServerException", http_status = 500 }
    local result, err = declare { task_definition = "web:2" }:apply()
    assert.is_nil(result)
    assert.equal("ServerException", err.code)
    assert.is_nil(err.message:find("refused", 1, true), err.message)
    assert.truthy(err.message:find("may have been carried out, after 3 attempts", 1, true), err.message)
    assert.truthy(err.message:find("nothing of it was seen in the", 1, true), err.message)
    assert(declare { task_definition = "web:2" }:apply())
    assert.truthy(journey.service(sim).taskDefinition:find("web:2", 1, true))
  end)

  it("was somebody's when a run was killed and the first deployment since is of another revision: it is forced again",
    function()
      for definition, more in pairs { ["web:1"] = 0, ["web:3"] = 1 } do
        sim = journey.simulator()
        stack = journey.stack(sim)
        assert(declare {}:apply())
        sim:advance(100)
        local declared = { force_new_deployment = true, triggers = { at = "2" } }
        -- The request does not arrive, and the run hears nothing any more.
        sim:fault { operation = "UpdateService", times = 1, reset = true }
        assert.is_nil((declare(declared):apply { interrupted = function() return requests "UpdateService" > 0 end }))
        assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = definition,
          forceNewDeployment = true }))
        local before = requests "UpdateService"
        declared.task_definition = definition == "web:3" and "web:1" or nil
        declared.lifecycle = { ignore_changes = { "task_definition" } }
        local plan = assert(declare(declared):plan())
        assert.equal(more == 1 and "update" or "no-op", plan.changes[1].action, definition)
        assert(declare(declared):apply())
        assert.equal(before + more, requests "UpdateService", definition)
      end
    end)

  it("of a redeploy was somebody's, too, when the first deployment since is of another revision", function()
    for definition, more in pairs { ["web:1"] = 0, ["web:3"] = 1 } do
      sim = journey.simulator()
      stack = journey.stack(sim)
      assert(declare {}:apply())
      sim:advance(100)
      sim:fault { operation = "UpdateService", times = 1, reset = true }
      local function killed() return requests "UpdateService" > 0 end
      assert.is_nil((declare {}:redeploy("web", { interrupted = killed })))
      assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = definition,
        forceNewDeployment = true }))
      local before = requests "UpdateService"
      assert(declare {}:redeploy "web")
      assert.equal(before + more, requests "UpdateService", definition)
    end
  end)

  it("is looked for with the answers that never came, too", function()
    assert(declare {}:apply())
    sim:fault { operation = "UpdateService", times = 9, reset_after = true }
    assert(declare { desired_count = 4 }:apply())
    assert.equal(4, journey.service(sim).desiredCount)
  end)

  it("is not taken for carried out when somebody else changed the service otherwise", function()
    assert(declare {}:apply())
    sim:fault { operation = "UpdateService", times = 9, code = "ServerException", http_status = 500 }
    sim.world:at(sim:now() + 3, function()
      assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" }))
    end)
    local result, err = declare { task_definition = "web:2" }:apply()
    assert.is_nil(result)
    assert.equal("ServerException", err.code)
  end)
end)
