local core = require "ecs_service.core"
local journey = require "support.plan_journey"
local mirror = require "support.mirror"

local config, running, planned = journey.config, journey.running, journey.planned
local entry, paths = journey.entry, journey.paths

describe("plan", function()
  it("creates what is not recorded, with every argument that is set and what only AWS knows", function()
    local change = journey.new():plan(config { tags = { Name = "x" } })
    assert.equal("create", change.action)
    assert.is_nil(change.before)
    assert.is_nil(change.reason)
    assert.equal("mongodb", entry(change, "name").after)
    assert.equal(200, entry(change, "deployment_maximum_percent").after)
    assert.is_true(entry(change, "id").known_after_apply)
    assert.is_true(entry(change, "launch_type").known_after_apply)
    assert.is_nil(entry(change, "tags_all").known_after_apply)
    assert.same({ Name = "x" }, change.after.tags_all)
    assert.is_nil(change.after.id)
    assert.is_true(change.deployment.starts)
  end)

  it("does not announce a launch type for a service that runs by capacity providers", function()
    local change = journey.new():plan(config { capacity_provider_strategy = { { capacity_provider = "FARGATE" } } })
    assert.is_nil(entry(change, "launch_type"))
  end)

  it("creates again what is gone, and says so", function()
    local trip = running()
    trip.service = nil
    local change = trip:plan(config())
    assert.equal("create", change.action)
    assert.truthy(change.reason:match("^the service is gone"))
  end)

  it("creates again what is draining, and says that it waits", function()
    local change = running():plan(config(), { draining = true })
    assert.equal("create", change.action)
    assert.truthy(change.reason:match("INACTIVE"))
  end)

  it("trusts the record when nothing was read", function()
    local trip = running()
    local change = core.plan("service", { config = config(), recorded = trip.recorded })
    assert.equal("no-op", change.action)
  end)

  it("replaces a tainted service and repeats why it is tainted", function()
    local change = running():plan(config(), { tainted = true, taint_reason = "tasks kept stopping" })
    assert.equal("replace", change.action)
    assert.truthy(change.reason:find("tasks kept stopping", 1, true))
    assert.equal("delete,create", change.steps)
  end)

  it("deletes what is not declared any more", function()
    local change = running():plan(nil)
    assert.equal("delete", change.action)
    assert.is_nil(change.after)
    assert.equal("mongodb", change.before.name)
    assert.equal("mongodb", entry(change, "name").before)
  end)

  it("says of a service that is neither declared nor there that only its record goes", function()
    local trip = running()
    trip.service = nil
    local change = trip:plan(nil)
    assert.equal("delete", change.action)
    assert.truthy(change.reason:match("gone already"))
  end)

  it("has nothing to do for what is neither declared nor recorded", function()
    assert.equal("no-op", core.plan("service", {}).action)
  end)

  it("finds no change between a cluster's name and its ARN, nor between forms of the task definition", function()
    local trip = running { cluster = "prod", iam_role = "/path/ecs" }
    local change = trip:plan(config { cluster = mirror.arn("cluster", "prod"),
      task_definition = mirror.arn("task-definition", "mongo:7"),
      iam_role = "arn:aws:iam::123456789012:role/path/ecs" })
    assert.equal("no-op", change.action)
    assert.equal(mirror.arn("cluster", "prod"), change.after.cluster)
  end)

  it("takes a family without revision for its newest one", function()
    local trip = running { task_definition = "mongo" }
    assert.equal("mongo:9", trip.recorded.task_definition)
    assert.equal("no-op", trip:plan(config { task_definition = "mongo" },
      { latest_task_definition = mirror.arn("task-definition", "mongo:9") }).action)
    local change = trip:plan(config { task_definition = "mongo" },
      { latest_task_definition = mirror.arn("task-definition", "mongo:10") })
    assert.equal("update", change.action)
    assert.equal("mongo:9", entry(change, "task_definition").before)
    assert.is_true(change.deployment.starts)
    assert.same({}, change.drift)
  end)

  it("names every argument that replaces", function()
    local change = planned({ launch_type = "EC2" }, { launch_type = "FARGATE", scheduling_strategy = "DAEMON",
      name = "other" })
    assert.equal("replace", change.action)
    assert.same({ "name", "launch_type", "scheduling_strategy" }, change.replace_paths)
    assert.is_true(entry(change, "launch_type").forces_replacement)
    assert.is_nil(entry(change, "task_definition"))
    assert.is_true(entry(change, "id").known_after_apply)
    assert.is_nil(change.after.id)
  end)

  it("names the member of a block that replaces", function()
    local change = planned({ deployment_controller = { type = "ECS" } },
      { deployment_controller = { type = "CODE_DEPLOY" } })
    assert.same({ "deployment_controller.type" }, change.replace_paths)
  end)

  it("updates a service whose controller becomes ECS, and replaces it for any other", function()
    local function between(was, will)
      local given = { was == "EXTERNAL" and "absent" or nil, will == "EXTERNAL" and "absent" or nil }
      return planned({ deployment_controller = { type = was }, task_definition = given[1] },
        { deployment_controller = { type = will }, task_definition = given[2] })
    end
    for _, former in ipairs { "CODE_DEPLOY", "EXTERNAL" } do
      local change = between(former, "ECS")
      assert.equal("update", change.action, former)
      assert.same({}, change.replace_paths)
      assert.same({ type = "ECS" }, core.request("update", { change = change }) and select(2,
        core.request("update", { change = change })).deploymentController)
      assert.equal("replace", between("ECS", former).action, former)
    end
    assert.equal("replace", between("CODE_DEPLOY", "EXTERNAL").action)
    assert.equal("replace", between("EXTERNAL", "CODE_DEPLOY").action)
  end)

  it("lets AWS choose anew what it chose, when a service is replaced", function()
    local trip = running { launch_type = "FARGATE" }
    local change = trip:plan(config { name = "other" })
    assert.equal("FARGATE", change.before.launch_type)
    assert.is_nil(change.after.launch_type)
    assert.is_true(entry(change, "launch_type").known_after_apply)
  end)

  it("announces nothing for what AWS never had", function()
    assert.is_nil(entry(planned({}, { name = "other" }), "platform_version"))
  end)

  it("makes a service again in the cluster where it was, if none is configured", function()
    local change = running():plan(config { cluster = "absent", launch_type = "FARGATE" })
    assert.equal("replace", change.action)
    assert.equal("prod", change.after.cluster)
  end)

  it("compares what only this side knows with the record", function()
    local trip = running { triggers = { at = "1" } }
    local actual = core.flatten("service", { answer = trip.service, form = config(), tags_known = true })
    local change = core.plan("service", { config = config { triggers = { at = "2" } }, recorded = trip.recorded,
      actual = actual, refreshed = true })
    assert.same({ at = "1" }, change.before.triggers)
  end)

  it("keeps what AWS has for optional arguments that AWS may choose", function()
    local trip = running { launch_type = "FARGATE", platform_version = "1.4.0" }
    local change = trip:plan(config())
    assert.equal("no-op", change.action)
    assert.equal("1.4.0", change.after.platform_version)
  end)

  it("tells which arguments start a deployment and which do not", function()
    local change = planned({}, { desired_count = 4, task_definition = "mongo:8" })
    assert.is_true(entry(change, "task_definition").starts_deployment)
    assert.is_nil(entry(change, "desired_count").starts_deployment)
    assert.is_true(change.deployment.starts)
    assert.same({ "task_definition" }, change.deployment.why)
    assert.is_false(planned({}, { desired_count = 4 }).deployment.starts)
  end)

  it("tells which changes wait for the next deployment", function()
    local strategy = { { type = "random" } }
    assert.is_true(entry(planned({}, { ordered_placement_strategy = strategy }),
      "ordered_placement_strategy[1]").waits_for_deployment)
    local change = planned({}, { ordered_placement_strategy = strategy, force_new_deployment = true })
    assert.is_nil(entry(change, "ordered_placement_strategy[1]").waits_for_deployment)
    change = planned({}, { ordered_placement_strategy = strategy, task_definition = "mongo:8" })
    assert.is_nil(entry(change, "ordered_placement_strategy[1]").waits_for_deployment)
  end)

  it("creates before it destroys where the name changes, and only there", function()
    local lifecycle = { create_before_destroy = true }
    local breaker = { deployment_circuit_breaker = { enable = true, rollback = true } }
    local change, warnings = planned(breaker, { name = "other", lifecycle = lifecycle,
      deployment_circuit_breaker = breaker.deployment_circuit_breaker })
    assert.equal("create,delete", change.steps)
    assert.same({}, warnings)
    change, warnings = planned({ launch_type = "EC2" }, { launch_type = "FARGATE", lifecycle = lifecycle })
    assert.equal("delete,create", change.steps)
    assert.equal("warning", warnings[1].severity)
    assert.equal("CreateBeforeDestroy", warnings[1].code)
  end)

  it("makes a plan that would delete or replace an error where the lifecycle prevents it", function()
    local lifecycle = { prevent_destroy = true }
    local change, problems = planned({ launch_type = "EC2" }, { launch_type = "FARGATE", lifecycle = lifecycle })
    assert.is_nil(change)
    assert.equal("PreventDestroy", problems[1].code)
    assert.equal("launch_type", problems[1].path)
    assert.truthy(problems[1].hint)
    change, problems = running():plan(config { lifecycle = lifecycle }, { destroy = true })
    assert.is_nil(change)
    assert.equal("PreventDestroy", problems[1].code)
    assert.equal("update", planned({}, { desired_count = 9, lifecycle = lifecycle }).action)
  end)

  it("never changes the count or the default percents of a DAEMON", function()
    local daemon = { scheduling_strategy = "DAEMON", desired_count = "absent" }
    local trip = running(daemon)
    trip.service.desiredCount = 17
    local change = trip:plan(config(daemon))
    assert.equal("no-op", change.action)
    assert.equal(17, change.after.desired_count)
    assert.equal(0, change.after.deployment_minimum_healthy_percent)
  end)

  it("gives the declared count to what replaces a DAEMON, whose strategy is not declared any more", function()
    local trip = running { scheduling_strategy = "DAEMON", desired_count = "absent" }
    trip.service.desiredCount = 40
    local change = trip:plan(config { scheduling_strategy = "absent", desired_count = 2 })
    assert.equal("replace", change.action)
    assert.equal(2, change.after.desired_count)
  end)

  it("does not announce a count for a new DAEMON", function()
    local change = journey.new():plan(config { scheduling_strategy = "DAEMON", desired_count = "absent" })
    assert.is_nil(entry(change, "desired_count"))
  end)

  it("treats a missing deployment controller as the present one", function()
    assert.equal("no-op", planned({ deployment_controller = { type = "ECS" } }, {}).action)
    assert.equal("no-op", planned({}, { deployment_controller = { type = "ECS" } }).action)
  end)

  it("turns the circuit breaker off with the next update, not by itself", function()
    local trip = running { deployment_circuit_breaker = { enable = true, rollback = true } }
    assert.equal("no-op", trip:plan(config()).action)
    assert.truthy(trip:plan(config()).after.deployment_circuit_breaker)
    local change, bodies = trip:apply(config { desired_count = 9 })
    assert.same({ "desired_count", "deployment_circuit_breaker" }, paths(change))
    assert.same({ "deployment_circuit_breaker" }, change.removed)
    assert.same({ enable = false, rollback = false },
      bodies.UpdateService.deploymentConfiguration.deploymentCircuitBreaker)
    change = trip:plan(config { desired_count = 10 })
    assert.same({ "desired_count" }, paths(change))
  end)

  it("leaves a circuit breaker alone that it never declared", function()
    local trip = running()
    trip.service.deploymentConfiguration.deploymentCircuitBreaker = { enable = true, rollback = true }
    local change = trip:plan(config { desired_count = 9 })
    assert.same({ "desired_count" }, paths(change))
  end)

  it("says that a controller does not take a change instead of failing at apply", function()
    local deploy = { deployment_controller = { type = "CODE_DEPLOY" } }
    local change, problems = planned(deploy, { deployment_controller = { type = "CODE_DEPLOY" },
      task_definition = "mongo:8", desired_count = 3, enable_execute_command = true })
    assert.is_nil(change)
    assert.same({ "enable_execute_command", "task_definition" }, { problems[1].path, problems[2].path })
    assert.equal("NotUpdatable", problems[1].code)
    assert.truthy(problems[1].hint)
    assert.equal("update", planned(deploy, { deployment_controller = { type = "CODE_DEPLOY" },
      deployment_maximum_percent = 150 }).action)
    local external = { deployment_controller = { type = "EXTERNAL" }, task_definition = "absent" }
    change, problems = planned(external, { deployment_controller = { type = "EXTERNAL" }, task_definition = "absent",
      deployment_maximum_percent = 150 })
    assert.is_nil(change)
    assert.equal("deployment_maximum_percent", problems[1].path)
  end)

  it("gives no deployment to a new service whose controller is external", function()
    local change = journey.new():plan(config { deployment_controller = { type = "EXTERNAL" } })
    assert.is_false(change.deployment.starts)
  end)

  it("gives the same plan for the same input", function()
    local trip = running { tags = { a = "1", b = "2" } }
    local second = config { tags = { b = "3", c = "4" }, desired_count = 5 }
    local one, two = trip:plan(second), trip:plan(second)
    assert.equal(core.json(one), core.json(two))
  end)
end)

describe("force_new_deployment and triggers", function()
  it("updates once when it is turned on, and not again while it stays on", function()
    local trip = running()
    local forced = config { force_new_deployment = true }
    local change, bodies = trip:apply(forced)
    assert.equal("update", change.action)
    assert.is_true(change.deployment.starts)
    assert.same({ "force_new_deployment" }, change.deployment.why)
    assert.same({ cluster = mirror.arn("cluster", "prod"):match("[^/]+$"), service = "mongodb",
      forceNewDeployment = true }, bodies.UpdateService)
    assert.equal("no-op", trip:plan(forced).action)
    assert.equal("no-op", trip:plan(config()).action)
  end)

  it("goes with every update and makes each start a deployment", function()
    local trip = running { force_new_deployment = true }
    local change, bodies = trip:apply(config { force_new_deployment = true, desired_count = 9 })
    assert.is_true(bodies.UpdateService.forceNewDeployment)
    assert.is_true(change.deployment.starts)
    assert.same({ "force_new_deployment" }, change.deployment.why)
  end)

  it("redeploys when triggers change and it is on", function()
    local trip = running { force_new_deployment = true, triggers = { at = "1" } }
    local change, bodies = trip:apply(config { force_new_deployment = true, triggers = { at = "2" } })
    assert.same({ "triggers.at" }, paths(change))
    assert.is_true(entry(change, "triggers.at").starts_deployment)
    assert.is_true(bodies.UpdateService.forceNewDeployment)
    assert.same({ at = "2" }, trip.recorded.triggers)
  end)

  it("does nothing for triggers without it, but records them", function()
    local trip = running { triggers = { at = "1" } }
    local change, bodies = trip:apply(config { triggers = { at = "2" } })
    assert.equal("no-op", change.action)
    assert.same({}, bodies)
    assert.same({ at = "2" }, change.after.triggers)
    assert.same({ at = "2" }, trip.recorded.triggers)
  end)

  it("does nothing when all triggers are removed", function()
    local trip = running { force_new_deployment = true, triggers = { at = "1" } }
    assert.equal("no-op", trip:plan(config { force_new_deployment = true }).action)
  end)

  it("does nothing at AWS for wait_for_steady_state and timeouts", function()
    assert.equal("no-op", planned({}, { wait_for_steady_state = true, timeouts = { create = 60 } }).action)
  end)
end)

describe("capacity_provider_strategy", function()
  local function providers(...)
    local list = {}
    for i, name in ipairs { ... } do list[i] = { capacity_provider = name, weight = i } end
    return list
  end

  it("replaces without force_new_deployment, and updates with it", function()
    local change = planned({ capacity_provider_strategy = providers "a" },
      { capacity_provider_strategy = providers("a", "b") })
    assert.equal("replace", change.action)
    assert.same({ "capacity_provider_strategy[2]" }, change.replace_paths)
    assert.truthy(change.reason:find("force_new_deployment = true", 1, true))
    change = planned({ capacity_provider_strategy = providers "a", force_new_deployment = true },
      { capacity_provider_strategy = providers("a", "b"), force_new_deployment = true })
    assert.equal("update", change.action)
  end)

  it("replaces when it begins or ceases to be empty, with force_new_deployment too", function()
    local change = planned({ force_new_deployment = true },
      { capacity_provider_strategy = providers "a", force_new_deployment = true })
    assert.equal("replace", change.action)
    assert.is_nil(change.reason)
    change = planned({ capacity_provider_strategy = providers "a", force_new_deployment = true },
      { force_new_deployment = true })
    assert.equal("replace", change.action)
    assert.is_nil(change.reason)
  end)

  it("leaves alone the default of the cluster, which nobody declared", function()
    local trip = running()
    trip.service.capacityProviderStrategy = { { capacityProvider = "FARGATE", weight = 1, base = 0 } }
    trip.service.launchType = nil
    assert.equal("no-op", trip:plan(config()).action)
    trip:apply(config { desired_count = 5 })
    assert.equal("no-op", trip:plan(config { desired_count = 5 }).action)
    assert.equal("no-op", trip:plan(config { desired_count = 5,
      capacity_provider_strategy = providers "FARGATE" }).action)
  end)

  it("leaves it alone for a service that was imported with it", function()
    local trip = running { capacity_provider_strategy = providers "FARGATE" }
    trip.recorded = core.flatten("service", { answer = trip.service, tags_known = true })
    local change = trip:plan(config(), { imported = true })
    assert.equal("no-op", change.action)
    assert.is_nil(change.after.capacity_provider_strategy)
    assert.equal("replace", trip:plan(config()).action)
  end)
end)
