-- The forecast of a plan: what a change will do to the tasks, held against what the simulator then does.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.plan_journey"
local rollouts = require "support.rollouts"

local config, running = journey.config, journey.running

-- The forecast of an update of a service with `was` to one with `will` (arguments over those of journey.config).
local function forecast(was, will, facts)
  local change, warnings = running(was):plan(config(will), { facts = facts })
  return change.deployment, warnings, change
end

local function codes(warnings)
  local list = {}
  for i, warning in ipairs(warnings) do list[i] = warning.code end
  return list
end

local BREAKER = { enable = true, rollback = true }

local function with(more)
  local made = { deployment_circuit_breaker = BREAKER }
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

local TARGET = { { target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1",
  container_name = "mongo", container_port = 8080 } }

describe("a forecast", function()
  it("tells tasks, percents, limits, steps and who ends it", function()
    local deployment = forecast(with { desired_count = 4 }, with { desired_count = 4, task_definition = "mongo:8",
      deployment_minimum_healthy_percent = 75, deployment_maximum_percent = 125 })
    assert.same({ before = 4, after = 4 }, deployment.tasks)
    assert.same({ minimum = 75, maximum = 125 }, deployment.percents)
    assert.same({ least = 3, most = 5 }, deployment.limits)
    assert.same({ fewest = 3, most = 5 }, deployment.running)
    assert.equal(2, deployment.steps)
    assert.same({ threshold = 3, rollback = true }, deployment.circuit_breaker)
    assert.is_nil(deployment.because)
  end)

  it("rounds the minimum up and the maximum down", function()
    local deployment = forecast({ desired_count = 3 }, { desired_count = 3, task_definition = "mongo:8",
      deployment_minimum_healthy_percent = 50, deployment_maximum_percent = 150 })
    assert.same({ least = 2, most = 4 }, deployment.limits)
  end)

  it("knows the circuit breaker's threshold: half of the tasks, at least 3, at most 200", function()
    for count, threshold in pairs { [1] = 3, [6] = 3, [7] = 4, [25] = 13, [399] = 200, [1000] = 200 } do
      local deployment = forecast(with { desired_count = count }, with { desired_count = count,
        task_definition = "mongo:8" })
      assert.equal(threshold, deployment.circuit_breaker.threshold)
    end
  end)

  it("has nothing to roll back to when the service is created", function()
    local change = journey.new():plan(config(with()))
    assert.same({ threshold = 3, rollback = false }, change.deployment.circuit_breaker)
    assert.same({ before = 0, after = 2 }, change.deployment.tasks)
    assert.same({ fewest = 0, most = 2 }, change.deployment.running)
  end)

  it("says why a change starts no deployment", function()
    assert.equal("ECS changes desired_count without a deployment", forecast({}, { desired_count = 5 }).because)
    assert.same({ before = 2, after = 5 }, forecast({}, { desired_count = 5 }).tasks)
    assert.equal("tags change without touching a task", forecast({}, { tags = { a = "b" } }).because)
    local deployment = forecast({ deployment_controller = { type = "CODE_DEPLOY" } },
      { deployment_controller = { type = "CODE_DEPLOY" }, desired_count = 5 })
    assert.equal("ECS changes desired_count without a deployment; those are up to the CODE_DEPLOY controller",
      deployment.because)
  end)

  it("names what waits for the next deployment, unless one is forced", function()
    local strategy = { { type = "random" } }
    assert.same({ "ordered_placement_strategy[1]", "propagate_tags" },
      forecast({}, { ordered_placement_strategy = strategy, propagate_tags = "SERVICE" }).waits)
    assert.is_nil(forecast({}, { ordered_placement_strategy = strategy, force_new_deployment = true }).waits)
    assert.is_nil(forecast({}, { ordered_placement_strategy = strategy, task_definition = "mongo:8" }).waits)
  end)

  it("leaves the tasks of an EXTERNAL service to its task sets", function()
    local change = journey.new():plan(config { deployment_controller = { type = "EXTERNAL" },
      task_definition = "absent" })
    assert.is_false(change.deployment.starts)
    assert.truthy(change.deployment.because:find("task set", 1, true))
    assert.is_nil(change.deployment.running)
  end)

  it("has ECS start the first tasks of a CODE_DEPLOY service", function()
    local change = journey.new():plan(config { deployment_controller = { type = "CODE_DEPLOY" } })
    assert.is_false(change.deployment.starts)
    assert.equal("ECS starts the first tasks; from then on CodeDeploy deploys", change.deployment.because)
    assert.same({ fewest = 0, most = 2 }, change.deployment.running)
  end)

  it("knows the tasks of a daemon only when the instances are told", function()
    local was, will = { scheduling_strategy = "DAEMON", desired_count = "absent" },
      { scheduling_strategy = "DAEMON", desired_count = "absent", task_definition = "mongo:8" }
    local deployment = forecast(was, will)
    assert.is_nil(deployment.tasks)
    assert.is_true(deployment.daemon)
    deployment = forecast(was, will, { instances = 5 })
    assert.same({ before = 5, after = 5 }, deployment.tasks)
  end)

  it("tells the downtime of a replacement, with its length where that is known", function()
    local was, will = { launch_type = "EC2" }, { launch_type = "FARGATE" }
    local deployment = forecast(was, will)
    assert.same({}, deployment.downtime)
    assert.equal(0, deployment.running.fewest)
    assert.same({ seconds = 90 }, forecast(was, will, { usual_seconds = 90 }).downtime)
    will = { name = "other", lifecycle = { create_before_destroy = true } }
    deployment = forecast({}, will)
    assert.is_nil(deployment.downtime)
    assert.same({ fewest = 2, most = 4 }, deployment.running)
  end)

  it("takes the length from the events of the service's last deployment", function()
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "mongo:7" } }
    local declared = { name = "mongodb", cluster = "prod", task_definition = "mongo:7", desired_count = 2,
      launch_type = "EC2", wait_for_steady_state = true }
    local first = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
    local service = first:service("mongo", declared)
    assert(first:apply())
    sim:advance(100)
    service.config.launch_type = "EXTERNAL"
    local change = assert(first:plan()).changes[1]
    assert.equal("replace", change.action)
    assert.equal(11, change.deployment.downtime.seconds)
  end)

  it("stops the tasks of what is deleted, and nothing of what is gone", function()
    local trip = running()
    local change = trip:plan(nil)
    assert.same({ before = 2, after = 0 }, change.deployment.tasks)
    trip.service = nil
    assert.equal("there is nothing left to stop", trip:plan(nil).deployment.because)
  end)

  it("is over at once for any number of tasks", function()
    local most = 2147483647
    local deployment = forecast({ desired_count = most }, { desired_count = most, task_definition = "mongo:8",
      deployment_minimum_healthy_percent = 100, deployment_maximum_percent = 101 })
    assert.equal(101, deployment.steps)
    assert.is_nil(deployment.stuck)
  end)

  it("equals what the simulator then does, for configurations drawn at random", function()
    local found = rollouts.compare { seed = rawget(_G, "jit") and 2 or 1, count = 500 }
    assert.same({}, found.differences)
    assert.is_true(found.stuck > 0 and found.daemons > 0 and found.scaled > 0)
  end)
end)

describe("the warnings of a plan", function()
  local function warned(was, will, facts)
    local _, warnings = forecast(was, will, facts)
    return codes(warnings), warnings[1]
  end

  it("tell of percents that leave no room, and which maximum would", function()
    local found, first = warned(with { desired_count = 1 }, with { desired_count = 1, task_definition = "mongo:8",
      deployment_maximum_percent = 199 })
    assert.same({ "BlocksDeployments" }, found)
    assert.truthy(first.hint:find("deployment_maximum_percent to 200 or more", 1, true))
    assert.same({}, warned(with { desired_count = 1 }, with { desired_count = 1, task_definition = "mongo:8",
      deployment_maximum_percent = 200 }))
    found, first = warned(with { desired_count = 3 }, with { desired_count = 3, task_definition = "mongo:8",
      deployment_maximum_percent = 100 })
    assert.same({ "BlocksDeployments" }, found)
    assert.truthy(first.hint:find("to 134 or more", 1, true))
    assert.same({}, warned(with { desired_count = 3 }, with { desired_count = 3, task_definition = "mongo:8",
      deployment_maximum_percent = 134 }))
  end)

  it("tell of a load balancer that would have no task", function()
    local was = with { load_balancer = TARGET }
    local will = with { load_balancer = TARGET, task_definition = "mongo:8", deployment_minimum_healthy_percent = 0 }
    assert.same({ "Outage" }, warned(was, will))
    will.load_balancer, was.load_balancer = nil, nil
    assert.same({}, warned(was, will))
  end)

  it("tell of a count that something else has set, unless it is left to that", function()
    local trip = running(with { desired_count = 4 })
    trip.service.desiredCount = 9
    local _, warnings = trip:plan(config(with { desired_count = 4 }))
    assert.same({ "CountReset" }, codes(warnings))
    _, warnings = trip:plan(config(with { desired_count = 9 }))
    assert.same({}, codes(warnings))
    _, warnings = trip:plan(config(with { desired_count = 4, lifecycle = { ignore_changes = { "desired_count" } } }))
    assert.same({}, codes(warnings))
  end)

  it("tell when all tasks are stopped because the count was left out", function()
    assert.same({ "ScalesToZero" }, warned(with(), with { desired_count = "absent" }))
    assert.same({}, warned(with(), with { desired_count = 0 }))
  end)

  it("tell of a replacement that means downtime, and of one that starts what was off", function()
    assert.same({ "Downtime" }, warned(with { launch_type = "EC2" }, with { launch_type = "FARGATE" }))
    assert.same({ "ScaleUpInReplace" }, warned(with { launch_type = "EC2", desired_count = 0 },
      with { launch_type = "FARGATE", desired_count = 2 }))
    local _, first = warned(with { launch_type = "EC2" }, with { launch_type = "FARGATE" }, { usual_seconds = 130 })
    assert.truthy(first.message:find("about 3 min", 1, true))
    assert.truthy(first.hint:find("undo the change of launch_type", 1, true))
  end)

  it("tell of a deployment that nothing would end", function()
    assert.same({ "NoCircuitBreaker" }, warned({}, { task_definition = "mongo:8" }))
    local alarms = { alarm_names = { "errors" }, enable = true, rollback = true }
    assert.same({}, warned({ alarms = alarms }, { alarms = alarms, task_definition = "mongo:8" }))
    assert.same({}, warned({}, { desired_count = 5 }))
  end)

  it("tell of a deployment that is forced and not needed", function()
    local was, will = with { force_new_deployment = true }, with { force_new_deployment = true, desired_count = 5 }
    assert.same({ "ForcedDeployment" }, warned(was, will))
    will.task_definition = "mongo:8"
    assert.same({}, warned(was, will))
    assert.same({}, warned(with(), with { force_new_deployment = true }))
  end)

  it("tell of images that may have moved on while nothing is deployed, when the images are known", function()
    for image, told in pairs { ["acme/mongo"] = true, ["reg:5000/mongo:latest"] = true, ["reg:5000/mongo"] = true,
      ["mongo:7"] = false, ["mongo@sha256:00"] = false } do
      local found = warned(with(), with { desired_count = 5 }, { images = { image } })
      assert.same(told and { "SameImage" } or {}, found)
      assert.same({}, warned(with(), with { task_definition = "mongo:8" }, { images = { image } }))
    end
  end)

  it("tell of host ports that do not fit, when ports and instances are known", function()
    local function found(count, instances, least)
      return warned(with { desired_count = count }, with { desired_count = count, task_definition = "mongo:8",
        deployment_minimum_healthy_percent = least }, { instances = instances, host_ports = { 8080 } })
    end
    assert.same({ "HostPort" }, found(4, 3, 50))
    assert.same({ "HostPort" }, found(3, 3, 100))
    assert.same({}, found(3, 3, 50))
    assert.same({}, found(3, 4, 100))
  end)

  it("tell of a wait that ends before the rollout can", function()
    local function found(timeout)
      return warned(with { desired_count = 10 }, with { desired_count = 10, task_definition = "mongo:8",
        wait_for_steady_state = true, deployment_maximum_percent = 110, timeouts = { update = timeout } })
    end
    assert.same({ "TimeoutTooShort" }, found(399))
    assert.same({}, found(400))
  end)

  it("are all in the table, which documents them", function()
    local known = require "ecs_service.plan.warnings".known()
    for _, code in ipairs { "BlocksDeployments", "Outage", "CountReset", "ScalesToZero", "Downtime", "ScaleUpInReplace",
      "NoCircuitBreaker", "ForcedDeployment", "SameImage", "HostPort", "TimeoutTooShort", "CreateBeforeDestroy",
      "LinkedRole", "AutoScaled", "OutsideScaling" } do
      assert.is_string(known[code].about)
      assert.is_string(known[code].fix)
    end
    assert.equal(16, #core.warnings("service"))
  end)
end)

describe("warnings of a stack", function()
  local function stack_of(more)
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1", "api:1" } }
    local options = { region = "us-west-2", state = false, transport = sim }
    for name, value in pairs(more or {}) do options[name] = value end
    local stack, err = ecs.stack(options)
    if not stack then return nil, err end
    for _, name in ipairs { "web", "api" } do
      stack:service(name, { name = name, cluster = "prod", task_definition = name .. ":1", desired_count = 2 })
    end
    return stack, sim
  end

  it("are told once for all services where they are the same", function()
    local plan = assert(stack_of():plan())
    assert.equal(1, #plan.warnings)
    assert.same({ "web", "api" }, plan.warnings[1].services)
    assert.truthy(plan:render { unicode = true }:find("warning: web, api: deployment_circuit_breaker: ", 1, true))
    assert.equal("NoCircuitBreaker", plan:to_table().warnings[1].code)
  end)

  it("are silenced for the stack or for a call", function()
    assert.same({}, assert(stack_of { warnings = { silence = { "NoCircuitBreaker" } } }:plan()).warnings)
    assert.same({}, assert(stack_of():plan { silence = { "NoCircuitBreaker" } }).warnings)
  end)

  it("are errors when that is asked for, and nothing is sent then", function()
    local stack, sim = stack_of()
    local plan, err = stack:plan { strict = true }
    assert.is_nil(plan)
    assert.equal("Warnings", err.code)
    assert.equal("NoCircuitBreaker", err.diagnostics[1].code)
    assert.equal("Warnings", select(2, stack:apply { strict = true }).code)
    for _, request in ipairs(sim.requests) do assert.equal("DescribeServices", request.operation) end
    assert.equal("Warnings", select(2, stack_of { warnings = { strict = true } }:plan()).code)
    assert.truthy(stack_of { warnings = { strict = true } }:plan { strict = false })
    assert.truthy(stack:plan { strict = true, silence = { "NoCircuitBreaker" } })
  end)

  it("have codes, and a misspelt one is told", function()
    local _, err = stack_of { warnings = { silence = { "NoCircuitBraker" } } }
    assert.equal("WrongOption", err.code)
    assert.equal("did you mean NoCircuitBreaker?", err.hint)
    assert.equal("WrongOption", select(2, stack_of():plan { silence = { "Nonsense" } }).code)
    assert.equal("WrongOption", select(2, stack_of { warnings = { quiet = true } }).code)
  end)

  it("do not come when nothing is to be done", function()
    local stack = stack_of()
    assert(stack:apply())
    assert.same({}, assert(stack:plan()).warnings)
  end)
end)

describe("the forecast of a strategy", function()
  local function deployed(block, more)
    local was, will = { desired_count = 4, deployment_configuration = block }, { desired_count = 4,
      deployment_configuration = block, task_definition = "mongo:8" }
    for key, value in pairs(more or {}) do was[key], will[key] = value, value end
    return forecast(was, will), was, will
  end

  it("has all new tasks beside the old ones, and says how long it takes at least", function()
    local deployment = deployed { strategy = "BLUE_GREEN", bake_time_in_minutes = 15 }
    assert.same({ fewest = 4, most = 8 }, deployment.running)
    assert.is_nil(deployment.percents)
    assert.is_nil(deployment.limits)
    assert.equal("BLUE_GREEN", deployment.strategy.name)
    assert.equal(900, deployment.strategy.least_seconds)
    assert.same({ 100 }, deployment.strategy.shifts)
    assert.equal("RECONCILE_SERVICE", deployment.strategy.stages[1])
    assert.equal("CLEAN_UP", deployment.strategy.stages[#deployment.strategy.stages])
  end)

  it("counts the steps of the traffic, and the time between them", function()
    local canary = deployed({ strategy = "CANARY", bake_time_in_minutes = 10, canary_configuration = {
      canary_percent = 7.5, canary_bake_time_in_minutes = 5 } }).strategy
    assert.same({ 7.5, 100 }, canary.shifts)
    assert.equal(900, canary.least_seconds)
    local linear = deployed({ strategy = "LINEAR", bake_time_in_minutes = 0, linear_configuration = {
      step_percent = 33.3, step_bake_time_in_minutes = 2 } }).strategy
    assert.same({ 33.3, 66.6, 99.9, 100 }, linear.shifts)
    assert.equal(360, linear.least_seconds)
    assert.equal(10, #deployed({ strategy = "LINEAR" }).strategy.shifts)
  end)

  it("is about the next deployment when only the strategy changes", function()
    local was, will = { desired_count = 4 }, { desired_count = 4, deployment_configuration = { strategy = "CANARY" } }
    local deployment = forecast(was, will)
    assert.is_false(deployment.starts)
    assert.is_nil(deployment.strategy)
    assert.same({ "deployment_configuration.strategy" }, deployment.waits)
    assert.truthy(deployment.because:find("the strategy rules the next one", 1, true))
  end)

  it("tells where somebody has to decide, and against which timeout", function()
    local deployment = deployed({ strategy = "BLUE_GREEN", lifecycle_hook = { { target_type = "PAUSE",
      lifecycle_stages = { "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT" }, timeout_configuration = {
        timeout_in_minutes = 60, action = "CONTINUE" } } } }, { wait_for_steady_state = true,
      timeouts = { update = 10800 } })
    assert.same({ { stage = "POST_SCALE_UP", seconds = 3600, action = "CONTINUE" },
      { stage = "POST_TEST_TRAFFIC_SHIFT", seconds = 3600, action = "CONTINUE" } }, deployment.strategy.pauses)
    assert.equal(10800, deployment.strategy.timeout_seconds)
  end)

  it("warns when the wait for it ends before it can", function()
    local function warned(block, timeout)
      local _, was, will = deployed(block, { wait_for_steady_state = true, timeouts = { update = timeout },
        deployment_circuit_breaker = { enable = true, rollback = true },
        service_connect_configuration = { enabled = true } })
      local trip = journey.new()
      trip:apply(config(was))
      local _, list = trip:plan(config(will))
      for _, one in ipairs(list or {}) do
        if one.code == "TimeoutTooShort" then return one.message end
      end
    end
    local bakes = { strategy = "BLUE_GREEN", bake_time_in_minutes = 30 }
    assert.equal("the deployment takes 1840 s or more, and the wait for it ends after 1200 s", warned(bakes, 1200))
    assert.is_nil(warned(bakes, 2400))
    local pause = { strategy = "BLUE_GREEN", lifecycle_hook = { { target_type = "PAUSE",
      lifecycle_stages = { "POST_SCALE_UP" } } } }
    assert.equal("the deployment may pause for 86400 s, and the wait for it ends after 1200 s", warned(pause, 1200))
    assert.is_nil(warned(pause, 90000))
  end)

  it("has the circuit breaker's own threshold", function()
    local function threshold(kind, value)
      return deployed(nil, { deployment_circuit_breaker = { enable = true, rollback = true,
        threshold = { type = kind, value = value } } }).circuit_breaker.threshold
    end
    assert.equal(7, threshold("COUNT", 7))
    assert.equal(3, threshold("BOUNDED_PERCENT", 50))
    assert.equal(1, threshold("UNBOUNDED_PERCENT", 10))
  end)
end)
