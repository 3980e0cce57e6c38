-- Deployments in stages, followed to their end: whatever happens to one, what a run tells of it is what ECS has said.
local ecs = require "ecs_service"
local web = require "support.staged_web"

local ALARM = "too-many-errors"
local CALL = web.call()
local declaration, newest, decide, stop, hook = web.declaration, web.newest, web.decide, web.stop, web.pause

local function scene(row)
  local sim = web.simulator()
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
  end, code = "DeploymentRolledBack", cause = "exit_code" },
  { "sets off an alarm while it bakes", more = ALARMS,
    on = { BAKE_TIME = function(sim) sim:alarm(ALARM, "ALARM") end }, code = "DeploymentRolledBack", says = "alarm",
    cause = "deployment_alarm" },
  { "has a hook that fails", hooks = { CALL }, begin = failing_hook "failed", code = "DeploymentRolledBack",
    says = "the lifecycle hook smoke failed", cause = "lifecycle_hook" },
  { "waits for a decision that nobody takes, and is rolled back for it", hooks = { hook(5, "ROLLBACK") },
    code = "DeploymentRolledBack", says = "was not answered in time", cause = "hook_timed_out", decisions = 1 },
  { "waits for a decision that nobody takes, and goes on", hooks = { hook(5, "CONTINUE") }, ok = true, decisions = 1 },
  { "is let go on", hooks = { hook(60, "ROLLBACK") }, on = { decision = decide "CONTINUE" }, ok = true, decisions = 1 },
  { "is decided against", hooks = { hook(60, "CONTINUE") }, on = { decision = decide "ROLLBACK" },
    code = "DeploymentRolledBack", says = "somebody decided against the deployment at a pause",
    cause = "hook_rejected", decisions = 1 },
  { "is stopped by hand", on = { POST_SCALE_UP = stop }, code = "DeploymentRolledBack", says = "stopped by request",
    cause = "deployment_stopped" },
  { "is stopped by hand at a pause", hooks = { hook(60, "CONTINUE") }, on = { decision = stop },
    code = "DeploymentRolledBack", says = "stopped by request", cause = "deployment_stopped", decisions = 1 },
  { "is superseded", on = { POST_SCALE_UP = overtake }, code = "DeploymentSuperseded" },
  { "is superseded at a pause", hooks = { hook(60, "ROLLBACK") }, on = { decision = overtake },
    code = "DeploymentSuperseded", decisions = 1 },
}

local FIRST = {
  { "succeeds", ok = true },
  { "has a hook that fails", hooks = { CALL }, begin = failing_hook "failed", code = "DeploymentFailed",
    says = "No rollback candidate was found to run the rollback", cause = "lifecycle_hook" },
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
    if row.cause then assert.equal(row.cause, err.evidence.causes[1].code) end
    for i = 2, #(err.evidence and err.evidence.causes or {}) do
      assert.not_equal(err.evidence.causes[1].code, err.evidence.causes[i].code) -- one cause is told once
    end
    assert.equal(row.cause ~= nil and row.cause:find "hook" ~= nil, err.evidence.hook ~= nil)
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

-- What ECS had decided when the run could tell it: `what` of sim.decisions.
local KNOWN = { DeploymentSuperseded = "begun", DeploymentFailed = "failed", DeploymentRolledBack = "failed" }

-- How long after ECS knew how it ended the run told it.
local function seconds_to_tell(strategy, row, first)
  local ok, err, _, sim, _, events = run(strategy, row, first)
  local what = ok and "completed" or KNOWN[err.errors and err.errors[1].code or err.code]
  local known
  for _, decision in ipairs(sim.decisions) do
    if decision.what == what then known = decision.at end
  end
  for i = #events, 1, -1 do
    if events[i].type == "done" then return events[i].at - known end
  end
end

local function median(list)
  table.sort(list)
  return (list[math.floor((#list + 1) / 2)] + list[math.ceil((#list + 1) / 2)]) / 2
end

-- The same where nothing shifts: what ends a deployment that rolls.
local ROLLING = {
  { "succeeds", ok = true },
  SCENARIOS[3],
  { "sets off an alarm", more = ALARMS, on = { state = function(sim) sim:alarm(ALARM, "ALARM") end } },
  { "is stopped by hand", on = { state = stop } },
  { "is superseded", on = { state = overtake } },
}

describe("what a run tells of the end of a deployment", function()
  it("is told as soon after ECS knew it as of deployments that roll", function()
    local staged, rolling, worst = {}, {}, 0
    for _, row in ipairs(ROLLING) do rolling[#rolling + 1] = seconds_to_tell("ROLLING", row) end
    for _, strategy in ipairs { "BLUE_GREEN", "LINEAR", "CANARY" } do
      for _, row in ipairs(SCENARIOS) do staged[#staged + 1] = seconds_to_tell(strategy, row) end
      for _, row in ipairs(FIRST) do staged[#staged + 1] = seconds_to_tell(strategy, row, true) end
    end
    for _, seconds in ipairs(staged) do worst = math.max(worst, seconds) end
    print(("\nstages: told %.2f s after ECS knew in the median of %d, %.2f s at most; rolling: %.2f s"):format(
      median(staged), #staged, worst, median(rolling)))
    assert.is_true(median(staged) <= median(rolling) + 1) -- of one look
  end)
end)

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
