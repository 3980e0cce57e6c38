-- What a failed deployment tells of its cause, from apply to the screen.
local ecs = require "ecs_service"
local journey = require "support.journey"
local letters = require "ecs_service.render.terminal_text"
local text = require "ecs_service.render.text"

local BREAKER = { enable = true, rollback = true }

-- A service on web:1 whose update to web:2 meets `rule`.
local function fail(rule, changes, options)
  local sim = journey.simulator(options)
  local state = journey.folder() .. "/state.json"
  local function stack(version)
    local made = journey.stack(sim, { state = state })
    local config = journey.web { task_definition = "web:" .. version, desired_count = 3, wait_for_steady_state = true,
      deployment_circuit_breaker = BREAKER }
    for key, value in pairs(changes or {}) do config[key] = value end
    made:service("web", config)
    return made
  end
  assert(stack(1):apply())
  rule.task_definition = "web:2"
  sim:tasks(rule)
  local result, err = stack(2):apply()
  assert.is_nil(result)
  return err, sim
end

local function shown(err, width, color)
  return text.error(err, { width = width, color = color or false, unicode = true })
end

describe("a failed deployment", function()
  after_each(journey.clean)

  it("names its cause, the evidence and what to do", function()
    local err = fail { outcome = "pull_error" }
    local causes = err.evidence.causes
    assert.equal("DeploymentRolledBack", err.code)
    assert.equal("image_not_found", causes[1].code)
    assert.equal(1, #causes)
    assert.equal(3, causes[1].count)
    assert.equal(causes[1].summary, err.evidence.why)
    assert.equal(causes[1].hint, err.hint)
    assert.truthy(err.message:find(causes[1].summary, 1, true))
    assert.truthy(causes[1].evidence[1]:find("^3 of 3 stopped tasks %(%x+, 2026%-01%-01T.*: CannotPullContainerError"))
  end)

  it("counts tasks of this deployment only", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    sim:tasks { outcome = { when = "running", containers = { { exit_code = 139 } } }, times = 1, after = 1 }
    stack:service("web", journey.web { desired_count = 1, wait_for_steady_state = true })
    assert(stack:apply())
    sim:tasks { outcome = "exit", exit_code = 1 }
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2", deploymentConfiguration = {
      deploymentCircuitBreaker = BREAKER } })
    local _, err = stack:wait { timeout = 25 }
    assert.truthy(err)
    for _, cause in ipairs(err.evidence.causes) do assert.not_equal("segfault", cause.code) end
  end)

  it("says where the container's log is, which containers are essential, and what the exit code means", function()
    local definition = function(revision)
      return { family = "job", revision = revision, container_definitions = {
        { name = "app", image = "app", essential = true, logConfiguration = { logDriver = "awslogs",
          options = { ["awslogs-group"] = "/ecs/job", ["awslogs-region"] = "us-west-2",
            ["awslogs-stream-prefix"] = "x" } } },
        { name = "side", image = "side", essential = false } } }
    end
    local sim = journey.simulator { task_definitions = { definition(1), definition(2) } }
    local stack = journey.stack(sim)
    sim:tasks { outcome = { containers = { { name = "app", exit_code = 127 }, { name = "side", exit_code = 1 } },
      stop_code = "EssentialContainerExited", stopped_reason = "Essential container in task exited" } }
    stack:service("job", journey.web { name = "job", task_definition = "job:1", wait_for_steady_state = true,
      deployment_circuit_breaker = BREAKER })
    local _, err = stack:apply()
    assert.equal("command_not_found", err.evidence.causes[1].code)
    assert.truthy(err.evidence.why:find("app", 1, true))
    assert.truthy(err.hint:find("aws logs tail /ecs/job --since 1h", 1, true), err.hint)
  end)

  it("explains what never became a task by the scheduler's words", function()
    local err = fail { outcome = { when = "placement", event = "was unable to place a task because no container "
      .. "instance met all of its requirements. The closest matching (container-instance abc) has insufficient CPU "
      .. "units available." } }
    assert.equal("insufficient_cpu", err.evidence.causes[1].code)
    assert.truthy(err.evidence.why:find("abc", 1, true))
  end)

  it("names the alarm that stopped it", function()
    local sim = journey.simulator()
    local function stack(version, on_event)
      local made = journey.stack(sim, { on_event = on_event })
      made:service("web", journey.web { task_definition = "web:" .. version, wait_for_steady_state = true,
        alarms = { alarm_names = { "errors" }, enable = true, rollback = true } })
      return made
    end
    local first = stack(1)
    assert(first:apply())
    first.services.web.config.task_definition = "web:2"
    local raised = false
    local _, err = first:apply { on_event = function(event)
      if event.type == "state" and #event.deployments > 1 and not raised then
        raised = true
        sim:alarm("errors", "ALARM")
      end
    end }
    assert.equal("deployment_alarm", err.evidence.causes[1].code)
  end)

  it("shows what it does not know as it is", function()
    local err = fail { outcome = { stopped_reason = "Gremlins 小鬼 %s", stop_code = "TaskFailedToStart" } }
    assert.equal("unknown", err.evidence.causes[1].code)
    assert.equal("Gremlins 小鬼 %s", err.evidence.why)
    assert.truthy(shown(err, 80):find("3 of 3 stopped tasks", 1, true))
  end)

  it("goes on without tasks and task definitions that may not be read", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    sim:tasks { outcome = "pull_error" }
    sim:fault { operation = "ListTasks", times = 50, code = "AccessDeniedException" }
    stack:service("web", journey.web { wait_for_steady_state = true, deployment_circuit_breaker = BREAKER })
    local _, err = stack:apply()
    assert.equal("DeploymentFailed", err.code)
    assert.equal("circuit_breaker", err.evidence.causes[1].code)
    assert.truthy(err.hint:find("aws ecs list-tasks --cluster prod --service-name web", 1, true), err.hint)
  end)

  it("fits 60, 80 and 200 columns, with colour and without, wide letters too", function()
    local err = fail { outcome = { stopped_reason = ("小鬼が食べた "):rep(30), stop_code = "TaskFailedToStart" } }
    for _, width in ipairs { 60, 80, 200 } do
      local plain = shown(err, width)
      for line in (plain .. "\n"):gmatch "([^\n]*)\n" do
        assert.is_true(letters.width(line) <= width, ("%d: %s"):format(letters.width(line), line))
      end
      assert.equal(plain, (shown(err, width, true):gsub("\27%[[%d;]*m", "")))
      for _, part in ipairs { "\n  why    ", "\n  now    web:1 runs, 3 of 3 tasks", "\n  next   " } do
        assert.truthy(plain:find(part, 1, true), plain)
      end
      assert.truthy(plain:find("ecs-service diagnose web", 1, true))
    end
  end)

  it("tells less likely causes in a line each", function()
    local output = shown({ code = "DeploymentFailed", service = "web", message = "web: it failed: a", hint = "do x",
      evidence = { why = "a", events = { "an event" }, causes = { { code = "x", summary = "a", evidence = { "e1" },
        count = 2 }, { code = "y", summary = "b", count = 3, evidence = {} }, { code = "z", summary = "c", count = 1,
        evidence = {} } } } }, 80)
    assert.truthy(output:find("  why    a\n         e1\n  also   b (3 times)\n         c\n  next   do x\n", 1, true),
      output)
    assert.is_nil(output:find("an event", 1, true))
  end)
end)

describe("a deployment whose tasks fail again and again", function()
  after_each(journey.clean)

  local function watched(rule, opts, changes)
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    local config = journey.web { desired_count = 2, wait_for_steady_state = true, timeouts = { create = "5m" } }
    for key, value in pairs(changes or {}) do config[key] = value end
    stack:service("web", config)
    sim:tasks(rule)
    local told = {}
    local began = sim:now()
    opts = opts or {}
    opts.on_event = function(event) if event.type == "failing" then told[#told + 1] = event end end
    local result, err = stack:apply(opts)
    return told, err, sim:now() - began, sim, result
  end

  local count = journey.count

  it("is told once, with the cause, while the wait goes on", function()
    local told, err, seconds, sim = watched { outcome = "pull_error" }
    assert.equal(1, #told)
    assert.equal("image_not_found", told[1].cause.code)
    assert.is_true(told[1].cause.count >= 2)
    assert.equal("Timeout", err.code)
    assert.equal("image_not_found", err.evidence.causes[1].code)
    assert.is_true(seconds >= 300)
    assert.is_true(count(sim, "ListTasks") <= 10, count(sim, "ListTasks"))
    local line
    ecs.progress({ write = function(piece) line = piece end }).on_event(told[1])
    assert.truthy(line:find("fails again and again: the image cannot be pulled", 1, true), line)
  end)

  it("ends the wait when it is to fail fast", function()
    local told, err, seconds = watched({ outcome = "pull_error" }, { fail_fast = true })
    assert.equal(1, #told)
    assert.equal("DeploymentFailing", err.code)
    assert.equal(told[1].cause.hint, err.hint)
    assert.is_true(seconds < 30, seconds)
  end)

  it("is known when tasks run first and exit later, which ECS does not count as failures", function()
    local _, err, seconds = watched({ outcome = { when = "running", containers = { { exit_code = 139 } } }, after = 5 },
      { fail_fast = true }, { load_balancer = { container_name = "web", container_port = 80,
        target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef" } })
    assert.equal("DeploymentFailing", err.code)
    assert.equal("segfault", err.evidence.causes[1].code)
    assert.is_true(seconds < 60, seconds)
  end)

  it("is known when its tasks find no place", function()
    local told, err = watched({ outcome = "no_capacity" }, { fail_fast = true })
    assert.equal("insufficient_memory", told[1].cause.code)
    assert.equal("DeploymentFailing", err.code)
  end)

  it("is not seen in one that is well, and costs it no call", function()
    local told, _, _, sim, result = watched({ outcome = "running" }, { fail_fast = true })
    assert.truthy(result)
    assert.equal(0, #told)
    assert.equal(0, count(sim, "ListTasks"))
  end)

  it("is not seen in a single failure", function()
    local told, _, _, _, result = watched({ outcome = "exit", times = 1 }, { fail_fast = true })
    assert.truthy(result)
    assert.equal(0, #told)
  end)
end)
