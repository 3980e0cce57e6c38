-- Tasks of a plan that do not end well, each in its own way: what is told, what is begun all the same, and what is not.
local migrating = require "support.migrating"

local count, stack_of = migrating.count, migrating.stack_of

local world

before_each(function()
  world = migrating.world()
  assert(stack_of(world):apply())
  migrating.from_now(world)
end)

-- The error of the task, of an apply that has to fail.
local function failed(rule, task, options)
  if rule then
    rule.task_definition = rule.task_definition or "api:2"
    world.sim:tasks(rule)
  end
  local result, err = stack_of(world, "acme/api:2", task, nil, options):apply()
  assert.is_nil(result)
  assert.equal(0, count(world, "UpdateService"))
  assert.equal("api:1", migrating.runs(world))
  for _, one in ipairs(err.errors or { err }) do
    if one.kind == "task" then
      assert.equal("migrate", one.address)
      return one, err
    end
  end
  error(tostring(err))
end

describe("a task of a plan", function()
  it("that never starts is told as such, with why, and is recorded as failed", function()
    local err = failed { outcome = "pull_error" }
    assert.equal("TaskNotStarted", err.code)
    assert.is_nil(err.exit_code)
    assert.truthy(tostring(err):find("CannotPullContainerError", 1, true), tostring(err))
    local entry = assert(stack_of(world):state_entry "task.migrate")
    assert.same({ "failed", "TaskNotStarted" }, { entry.status, entry.reason })
    assert.is_nil(entry.journal)
  end)

  it("that finds no room is told with the reason, and nobody waits", function()
    local before = world.sim:now()
    local err = failed { outcome = "no_capacity" }
    assert.equal("TaskNotPlaced", err.code)
    assert.truthy(tostring(err.reason):find "^RESOURCE:", tostring(err.reason))
    assert.truthy(world.sim:now() - before < 30)
    assert.is_nil(assert(stack_of(world):state_entry "task.migrate").journal)
  end)

  it("of which one of several fails has failed, and shows all of them", function()
    local err = failed({ outcome = "exit", exit_code = 7, times = 1 }, { count = 3 })
    assert.same({ "TaskFailed", 7 }, { err.code, err.exit_code })
    assert.equal(3, #err.tasks)
  end)

  it("that ends between two looks has ended well", function()
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 0, after = 0, times = 1 }
    assert(stack_of(world, "acme/api:2"):apply())
    assert.equal("api:2", migrating.runs(world))
  end)

  it("that takes longer than its timeout is left as it is, waited for by the next apply, and not run twice", function()
    local err = failed({ outcome = "exit", exit_code = 0, after = 300, times = 1 }, { timeout = "1m" })
    assert.equal("Timeout", err.code)
    assert.equal(1, count(world, "RunTask"))
    assert.equal(0, count(world, "StopTask"))
    local plan = assert(stack_of(world, "acme/api:2"):plan())
    assert.equal("an earlier run had begun it, and it is waited for", plan.changes[2].reason)
    assert(stack_of(world, "acme/api:2"):apply())
    assert.equal(1, count(world, "RunTask"))
    assert.equal("api:2", migrating.runs(world))
  end)

  it("that was left by its timeout and failed since fails the next apply, with its exit code", function()
    failed({ outcome = "exit", exit_code = 9, after = 300, times = 1 }, { timeout = "1m" })
    local err = failed()
    assert.same({ "TaskFailed", 9 }, { err.code, err.exit_code })
    assert.equal(1, count(world, "RunTask"))
  end)

  it("that fails holds up what it stands before, and nothing else", function()
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 1, times = 1 }
    local stack = stack_of(world, "acme/api:2")
    assert(world.sim:call("RegisterTaskDefinition", { family = "other",
      containerDefinitions = { { name = "app", image = "acme/other", memory = 64 } } }))
    stack:service("other", { name = "other", cluster = "prod", task_definition = "other:1", desired_count = 1,
      wait_for_steady_state = true })
    local result, err = stack:apply()
    assert.is_nil(result)
    local outcomes = {}
    for _, change in ipairs(err.result.changes) do
      outcomes[("%s %s"):format(change.kind, change.address)] = change.outcome
    end
    assert.same({ ["task_definition api"] = "done", ["task migrate"] = "failed", ["service api"] = "skipped",
      ["service other"] = "done" }, outcomes)
  end)

  it("that is refused is told by ECS's words, and may be begun again", function()
    world.sim:fault { operation = "RunTask", code = "AccessDeniedException" }
    local err = failed()
    assert.equal("AccessDeniedException", err.code)
    assert.is_nil(assert(stack_of(world):state_entry "task.migrate").journal)
    assert(stack_of(world, "acme/api:2"):apply())
  end)

  it("whose answer was lost is asked for with the same token, and is one", function()
    world.sim:fault { operation = "RunTask", reset_after = true, times = 2 }
    assert(stack_of(world, "acme/api:2"):apply())
    assert.equal(2, #migrating.ran(world)) -- one of each revision
  end)

  it("whose answers were all lost is found by the next apply", function()
    world.sim:fault { operation = "RunTask", reset_after = true, times = 3 }
    failed()
    assert(stack_of(world, "acme/api:2"):apply())
    assert.equal(2, #migrating.ran(world))
  end)

  it("that is interrupted goes on, and the next apply waits for it", function()
    local asked = false
    local result, err = stack_of(world, "acme/api:2"):apply { interrupted = function() return asked end,
      on_event = function(event) asked = asked or event.type == "task" and event.status == "RUNNING" end }
    assert.is_nil(result)
    assert.equal("Interrupted", (err.errors and err.errors[1] or err).code)
    assert(stack_of(world, "acme/api:2"):apply())
    assert.equal(1, count(world, "RunTask"))
  end)
end)
