-- Pauses: waiting for a decision, deciding, and what an interruption does to a deployment that is waited for.
local ecs = require "ecs_service"
local journey = require "support.journey"
local staged = require "support.staged"

local PAUSE = { target_type = "PAUSE", lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" },
  timeout_configuration = { timeout_in_minutes = 600, action = "ROLLBACK" } }

local function declaration(revision, more)
  local config = { name = "web", cluster = "prod", task_definition = revision, desired_count = 2,
    wait_for_steady_state = true,
    deployment_configuration = { strategy = "BLUE_GREEN", bake_time_in_minutes = 2, lifecycle_hook = { PAUSE } },
    load_balancer = { { target_group_arn = staged.GREEN_GROUP:gsub("mongo%-b", "web-a"), container_name = "web",
      container_port = 80, advanced_configuration = { alternate_target_group_arn = staged.GREEN_GROUP,
        production_listener_rule = staged.RULE, role_arn = staged.ROLE } } } }
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

local function at_a_pause(more)
  local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1", "web:2" } }
  local stack = assert(ecs.stack { state = false, transport = sim })
  stack:service("web", declaration("web:2", more))
  local ok, err = stack:apply { ["until"] = "paused" }
  assert.is_nil(ok)
  return sim, stack, err
end

local function first(err) return err.errors and err.errors[1] or err end

describe("a deployment that waits for a decision", function()
  it("ends a run that follows it until it pauses, is not tainted, and the next plan changes nothing", function()
    local sim, stack, err = at_a_pause()
    err = first(err)
    assert.equal("AwaitingDecision", err.code)
    assert.equal("POST_TEST_TRAFFIC_SHIFT", err.stage)
    assert.is_string(err.hook_id)
    assert.is_true(err.expires_at > sim:now())
    assert.truthy(err.hint:find("ecs-service continue web", 1, true))
    assert.equal(7, require("ecs_service.cli.exit_codes").of(err))
    assert.is_true(assert(stack:plan()):is_empty())
  end)

  it("goes on when it is told to, and is followed to its end", function()
    local _, stack = at_a_pause()
    local result = assert(stack:continue("web"))
    assert.equal("SUCCESSFUL", result.outcome)
    assert.is_true(assert(stack:plan()):is_empty())
    local again, err = stack:continue("web")
    assert.is_nil(again)
    assert.equal("NotAwaiting", first(err).code)
  end)

  it("is shown and left alone by a dry run, and by who does not approve", function()
    local sim, stack = at_a_pause()
    local plan = assert(stack:continue("web", { dry_run = true }))
    assert.equal("continue", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("waits for a decision", 1, true))
    local _, err = stack:continue("web", { approve = function() return false end })
    assert.equal("NotApproved", err.code)
    for _, request in ipairs(sim.requests) do assert.not_equal("ContinueServiceDeployment", request.operation) end
  end)

  it("is followed by the next apply of its stack", function()
    local sim, stack = at_a_pause()
    local told = {}
    local ok, err = stack:apply { on_event = function(event)
      told[#told + 1] = event.type
      if event.type == "decision" then
        local list = sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }).serviceDeployments
        assert(sim:call("ContinueServiceDeployment", { serviceDeploymentArn = list[1].serviceDeploymentArn,
          hookId = event.hook_id }))
      end
    end }
    assert.is_truthy(ok, tostring(err))
    assert.truthy(table.concat(told, " "):find("decision", 1, true))
  end)

  it("is named by --hook, and an id that there is not is told with the stage that it is in", function()
    local _, stack = at_a_pause()
    local _, err = stack:continue("web", { hook = "nobody" })
    assert.equal("NotAwaiting", first(err).code)
  end)
end)

describe("the status of a service that deploys in stages", function()
  it("tells its stage, who gets the traffic, and which target group serves", function()
    local _, stack = at_a_pause()
    local found = assert(stack:status("web"))
    assert.equal("POST_TEST_TRAFFIC_SHIFT", found.stage.stage)
    assert.equal("AWAITING_ACTION", found.stage.hooks[1].status)
    assert.equal("web:2", found.traffic[1].task_definition)
    assert.equal(0, found.traffic[1].production_weight)
    assert(stack:continue("web"))
    found = assert(stack:status("web"))
    assert.is_nil(found.stage)
    assert.equal(100, found.traffic[1].production_weight)
    assert.truthy(found.traffic[1].target_groups[1]:find("targetgroup/web-a/", 1, true))
  end)
end)

describe("a decision beside a run that follows one", function()
  local folder
  before_each(function() folder = journey.folder() end)
  after_each(journey.clean)

  local BOTH = { strategy = "BLUE_GREEN", bake_time_in_minutes = 2, lifecycle_hook = { PAUSE,
    { target_type = "PAUSE", lifecycle_stages = { "PRE_PRODUCTION_TRAFFIC_SHIFT" },
      timeout_configuration = { timeout_in_minutes = 600, action = "ROLLBACK" } } } }

  -- At the first of two pauses, recorded in a file: who opens its stack.
  local function at_the_first()
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1", "web:2" } }
    local function open(on_event)
      local stack = assert(ecs.stack { state = folder .. "/state.json", transport = sim, on_event = on_event })
      stack:service("web", declaration("web:2", { deployment_configuration = BOTH }))
      return stack
    end
    local _, err = open():apply { ["until"] = "paused" }
    assert.equal("AwaitingDecision", first(err).code)
    return sim, open
  end

  -- Continues past the first pause, and does something at the second while that run follows.
  local function meanwhile(open, work)
    local done, decisions = nil, 0
    local stack
    stack = open(function(event)
      if event.type ~= "decision" or done ~= nil or event.stage ~= "PRE_PRODUCTION_TRAFFIC_SHIFT" then return end
      decisions = decisions + 1
      local ok, problem = pcall(work)
      done = ok or problem
    end)
    local result, err = stack:continue("web", { timeout = 3600 })
    assert.equal(true, done)
    return result, err
  end

  it("is taken without its lock, at the next pause", function()
    local _, open = at_the_first()
    local result, err = meanwhile(open, function()
      assert.equal("CONTINUED", assert(open():continue("web", { wait = false })).outcome)
    end)
    assert.is_truthy(result, tostring(err))
    assert.equal("SUCCESSFUL", result.outcome)
    assert.is_true(assert(open():plan()):is_empty())
  end)

  it("ends its deployment, and it tells who did", function()
    for _, act in ipairs {
      function(stack) return stack:continue("web", { rollback = true, wait = false }) end,
      function(stack) return stack:stop("web", { wait = false }) end,
    } do
      folder = journey.folder()
      local _, open = at_the_first()
      local result, err = meanwhile(open, function() assert(act(open())) end)
      assert.is_nil(result)
      err = first(err)
      assert.truthy(err.code:find "^Deployment", err.code)
      assert.is_string(err.stopped_by)
      assert.truthy(err.message:find("by " .. err.stopped_by, 1, true), err.message)
    end
  end)

  it("is not kept waiting by a stop that follows another service's deployment to its end", function()
    local sim = journey.simulator { task_start_seconds = 100, task_definitions = { "web:3", "api:1", "api:2" } }
    local function open(revision, on_event)
      local stack = assert(ecs.stack { state = folder .. "/state.json", transport = sim, on_event = on_event })
      for _, name in ipairs { "web", "api" } do
        stack:service(name, journey.web { name = name, task_definition = name .. ":" .. revision })
      end
      return stack
    end
    assert(open(1):apply())
    sim:advance(400)
    assert(open(2):apply())
    local other, problem
    assert(open(2, function(event)
      if event.type ~= "started" or other or problem then return end
      other, problem = open(2):stop("api", { wait = false })
    end):stop "web")
    assert.is_truthy(other, tostring(problem))
  end)

  it("that is interrupted while it follows says that the deployment goes on", function()
    local sim, stack = at_a_pause()
    local began = sim:now()
    local _, err = stack:continue("web", { interrupted = function() return sim:now() > began + 30 end })
    err = first(err)
    assert.equal("Interrupted", err.code)
    assert.truthy(err.message:find("goes on there", 1, true), err.message)
    assert.truthy(err.hint:find("ecs-service status web", 1, true))
  end)
end)

describe("a wait until a stage", function()
  it("ends when the deployment is there", function()
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1" } }
    local stack = assert(ecs.stack { state = false, transport = sim })
    stack:service("web", declaration("web:1", { wait_for_steady_state = false }))
    assert(stack:apply { ["until"] = "TEST_TRAFFIC_SHIFT" })
    local _, err = stack:wait { ["until"] = "CLEAN_UP", timeout = 60 }
    assert.equal("AwaitingDecision", first(err).code)
  end)
end)

describe("an interruption of a run that waits", function()
  local function interrupted(opts, more)
    local sim, stack = at_a_pause(more)
    local began = sim:now()
    opts.interrupted = function() return sim:now() > began + 30 end
    local ok, err = stack:apply(opts)
    assert.is_nil(ok)
    return sim, stack, first(err)
  end

  local function stops(sim)
    local count = 0
    for _, request in ipairs(sim.requests) do
      if request.operation == "StopServiceDeployment" then count = count + 1 end
    end
    return count
  end

  it("leaves the deployment unless it was told otherwise", function()
    local sim, _, err = interrupted {}
    assert.equal("Interrupted", err.code)
    assert.equal(0, stops(sim))
  end)

  it("stops the deployment and rolls it back, when that was asked for", function()
    local sim, _, err = interrupted { on_interrupt = "rollback" }
    assert.equal("Interrupted", err.code)
    assert.equal(1, stops(sim))
  end)

  it("does so for a service that declares sigint_rollback, and not when the run says otherwise", function()
    local sim = interrupted({}, { sigint_rollback = true })
    assert.equal(1, stops(sim))
    sim = interrupted({ on_interrupt = "leave" }, { sigint_rollback = true })
    assert.equal(0, stops(sim))
  end)

  it("never comes by itself: a run that times out rolls nothing back", function()
    local sim, stack = at_a_pause { sigint_rollback = true }
    local _, err = stack:apply { on_interrupt = "rollback" }
    assert.equal("AwaitingDecision", first(err).code)
    assert.equal(0, stops(sim))
  end)
end)
