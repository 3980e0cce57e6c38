-- Deployments in stages, followed to their end: whatever happens to one, what a run tells of it is what ECS has said.
local ecs = require "ecs_service"
local staged = require "support.staged"

local ALARM = "too-many-errors"

local STRATEGIES = {
  BLUE_GREEN = { strategy = "BLUE_GREEN", bake_time_in_minutes = 2 },
  LINEAR = { strategy = "LINEAR", bake_time_in_minutes = 1,
    linear_configuration = { step_percent = 50, step_bake_time_in_minutes = 1 } },
  CANARY = { strategy = "CANARY", bake_time_in_minutes = 1,
    canary_configuration = { canary_percent = 10, canary_bake_time_in_minutes = 1 } },
}

local function hook(minutes, action)
  return { target_type = "PAUSE", lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" },
    timeout_configuration = { timeout_in_minutes = minutes, action = action } }
end

local CALL = { hook_target_arn = staged.SMOKE, role_arn = staged.ROLE, lifecycle_stages = { "POST_SCALE_UP" } }

local function declaration(strategy, hooks, revision, more)
  local configuration = {}
  for name, value in pairs(STRATEGIES[strategy]) do configuration[name] = value end
  configuration.lifecycle_hook = hooks
  local config = { name = "web", cluster = "prod", task_definition = revision, desired_count = 2,
    wait_for_steady_state = true, deployment_configuration = configuration,
    deployment_circuit_breaker = { enable = true, rollback = true },
    load_balancer = { { target_group_arn = staged.GREEN_GROUP:gsub("mongo%-b", "web-a"), container_name = "web",
      container_port = 80, advanced_configuration = { alternate_target_group_arn = staged.GREEN_GROUP,
        production_listener_rule = staged.RULE, role_arn = staged.ROLE } } } }
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

local function scene(row)
  local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1", "web:2", "web:3" } }
  local events, acted = {}, {}
  local seen = {}
  local stack = assert(ecs.stack { state = false, transport = sim, on_event = function(event)
    events[#events + 1] = event
    seen[event.type] = (seen[event.type] or 0) + 1
    local act = row.on and row.on[event.type == "stage" and event.stage or event.type]
    if act and not acted[act] and row.armed then
      acted[act] = true
      act(sim, event)
    end
  end })
  return sim, stack, events, seen
end

local function newest(sim)
  local list = sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }).serviceDeployments
  return sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { list[1].serviceDeploymentArn } })
    .serviceDeployments[1]
end

local function decide(action)
  return function(sim, event)
    assert(sim:call("ContinueServiceDeployment", { serviceDeploymentArn = newest(sim).serviceDeploymentArn,
      hookId = event.hook_id, action = action }))
  end
end

local function stop(sim)
  assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = newest(sim).serviceDeploymentArn,
    stopType = "ROLLBACK" }))
end

local function overtake(sim)
  assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" }))
end

local function failing_hook(outcome)
  return function(sim) sim:hook { stage = "POST_SCALE_UP", outcome = outcome } end
end

local ALARMS = { alarms = { alarm_names = { ALARM }, enable = true, rollback = true } }

-- What happens to the deployment; ok: it succeeds; else the code of the error, and what its message or its evidence
-- says.
local SCENARIOS = {
  { "succeeds", ok = true },
  { "succeeds behind a hook that is called", hooks = { CALL }, ok = true },
  { "has tasks that fail, and is rolled back by the circuit breaker", begin = function(sim)
    sim:tasks { service = "web", outcome = "exit" }
  end, code = "DeploymentRolledBack" },
  { "sets off an alarm while it bakes", more = ALARMS,
    on = { BAKE_TIME = function(sim) sim:alarm(ALARM, "ALARM") end }, code = "DeploymentRolledBack", says = "alarm" },
  { "has a hook that fails", hooks = { CALL }, begin = failing_hook "failed", code = "DeploymentRolledBack",
    says = "the hook smoke failed" },
  { "waits for a decision that nobody takes, and is rolled back for it", hooks = { hook(5, "ROLLBACK") },
    code = "DeploymentRolledBack", says = "was not answered in time", decisions = 1 },
  { "waits for a decision that nobody takes, and goes on", hooks = { hook(5, "CONTINUE") }, ok = true, decisions = 1 },
  { "is let go on", hooks = { hook(60, "ROLLBACK") }, on = { decision = decide "CONTINUE" }, ok = true, decisions = 1 },
  { "is decided against", hooks = { hook(60, "CONTINUE") }, on = { decision = decide "ROLLBACK" },
    code = "DeploymentRolledBack", decisions = 1 },
  { "is stopped by hand", on = { POST_SCALE_UP = stop }, code = "DeploymentRolledBack" },
  { "is superseded", on = { POST_SCALE_UP = overtake }, code = "DeploymentSuperseded" },
  { "is superseded at a pause", hooks = { hook(60, "ROLLBACK") }, on = { decision = overtake },
    code = "DeploymentSuperseded", decisions = 1 },
}

local FIRST = {
  { "succeeds", ok = true },
  { "has a hook that fails", hooks = { CALL }, begin = failing_hook "failed", code = "DeploymentFailed",
    says = "No rollback candidate was found to run the rollback" },
}

local function words_of(err)
  return tostring(err) .. " " .. tostring(err.evidence and err.evidence.reason)
end

local function check(row, ok, err, seen)
  if row.ok then
    assert.is_truthy(ok, tostring(err))
  else
    assert.is_nil(ok)
    assert.equal(row.code, err.errors and err.errors[1].code or err.code, tostring(err))
    err = err.errors and err.errors[1] or err
    if row.says then assert.truthy(words_of(err):find(row.says, 1, true), words_of(err)) end
  end
  assert.equal(row.decisions or 0, seen.decision or 0)
end

local function run(strategy, row, first)
  local sim, stack, events, seen = scene(row)
  local service = stack:service("web", declaration(strategy, row.hooks, "web:1", row.more))
  if not first then
    local hooks = row.hooks
    local calm = assert(ecs.stack { state = false, transport = sim })
    calm:service("web", declaration(strategy, nil, "web:1", row.more))
    assert(calm:apply())
    assert(stack:import("web", "prod/web"))
    assert.is_truthy(service)
    stack = assert(ecs.stack { state = stack.options.state, transport = sim, on_event = stack.options.on_event })
    stack:service("web", declaration(strategy, hooks, "web:2", row.more))
    assert(stack:import("web", "prod/web"))
  end
  if row.begin then row.begin(sim) end
  for name in pairs(seen) do seen[name] = nil end
  row.armed = true
  local ok, err = stack:apply()
  row.armed = nil
  return ok, err, seen, sim, stack, events
end

describe("a deployment in stages that", function()
  for _, strategy in ipairs { "BLUE_GREEN", "LINEAR", "CANARY" } do
    for _, row in ipairs(SCENARIOS) do
      it(("%s is judged by what ECS said of it (%s)"):format(row[1], strategy), function()
        local ok, err, seen, sim = run(strategy, row)
        check(row, ok, err, seen)
        assert.is_true((seen.stage or 0) > 0)
        if row.ok then assert.equal("SUCCESSFUL", newest(sim).status) end
      end)
    end
    for _, row in ipairs(FIRST) do
      it(("is the first of its service and %s is judged so (%s)"):format(row[1], strategy), function()
        local ok, err, seen, _, stack = run(strategy, row, true)
        check(row, ok, err, seen)
        assert.is_truthy(stack:recorded().web)
      end)
    end
  end
end)
