-- A run with a task that dies at any of its points: before and after each request and each write of the state. The
-- task is never begun twice, and no service is updated without it.
local migrating = require "support.migrating"
local reaper = require "support.reaper"

local ROUNDS = 400 -- more points than any of these runs has

local function revision_of(task) return task.taskDefinitionArn:match "[^/]+$" end

-- How many tasks each revision had.
local function counts(world)
  local found = {}
  for _, task in ipairs(migrating.ran(world)) do
    local name = revision_of(task)
    found[name] = (found[name] or 0) + 1
  end
  return found
end

local function kill_at(nth, world, work, whole)
  local reap = reaper.at(nth)
  local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend, whole) }
  local ran, result, err = pcall(work, dying)
  assert(ran and (result or error(err)) or result == reaper.KILLED, result)
  world.backend:unlock()
  return ran
end

local function sweep(options, whole)
  for nth = 1, ROUNDS do
    local where = ("point %d: "):format(nth)
    local world = migrating.world { task_seconds = options.seconds }
    assert(migrating.stack_of(world, "acme/api:1", options.task):apply())
    local function work(of) return migrating.stack_of(of, "acme/api:2", options.task):apply() end
    local ran = kill_at(nth, world, work, whole)
    world.sim:advance(options.pause or 10)
    if migrating.runs(world) == "api:2" and (options.task or {}).before ~= false then
      assert.equal(1, counts(world)["api:2"], where)
    end
    assert(work(world))
    assert.equal("api:2", migrating.runs(world), where)
    assert.same({ ["api:1"] = 1, ["api:2"] = 1 }, counts(world), where)
    local stack = migrating.stack_of(world, "acme/api:2", options.task)
    assert.is_true(assert(stack:plan()):is_empty(), where)
    local entry = assert(stack:state_entry "task.migrate")
    assert.is_nil(entry.journal, where)
    assert.equal("ok", entry.status, where)
    if ran then return nth end
  end
  error "the run has more points than were tried"
end

for _, whole in ipairs { false, true } do
  describe("a run with a task that is killed" .. (whole and ", with a state that is written whole" or ""), function()
    it("begins it once, also while it still runs", function()
      assert.truthy(sweep({ seconds = 120 }, whole) > 15)
    end)

    if whole then return end -- the rest is the same for both

    it("begins it once when it has ended meanwhile", function() sweep({ seconds = 5, pause = 60 }, whole) end)

    it("runs it once for a deployment", function() sweep({ task = { run = "deploy" } }, whole) end)

    it("runs it once behind its service", function()
      sweep({ task = { before = false, after = { "api" } } }, whole)
    end)

    it("runs it once behind a deployment", function()
      sweep({ task = { before = false, after = { "api" }, run = "deploy" } }, whole)
    end)
  end)
end

describe("a killed run whose task fails", function()
  it("never has its service updated", function()
    for nth = 1, ROUNDS do
      local world = migrating.world()
      assert(migrating.stack_of(world):apply())
      world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 1 }
      local reap = reaper.at(nth)
      local ran, result = pcall(function()
        return migrating.stack_of({ sim = reap.transport(world.sim), backend = reap.backend(world.backend) },
          "acme/api:2"):apply()
      end)
      world.backend:unlock()
      world.sim:advance(60)
      local ok, err = migrating.stack_of(world, "acme/api:2"):apply()
      assert.is_nil(ok)
      assert.equal("TaskFailed", (err.errors and err.errors[1] or err).code)
      assert.equal("api:1", migrating.runs(world), nth)
      if ran then
        assert.is_nil(result)
        break
      end
    end
  end)
end)

-- A kill behind the answer of RunTask, of which the state knows only the intent; or of its tasks, too.
local function killed_after_start(world, with_tasks)
  local nth = 0
  repeat
    nth = nth + 1
    world.sim, world.backend = migrating.world().sim, require "ecs_service.state.memory".new()
    kill_at(nth, world, function(of) return migrating.stack_of(of):apply() end)
    local entry = migrating.stack_of(world):state_entry "task.migrate"
    local journal = entry and entry.journal
  until #migrating.ran(world) == 1 and journal and (journal.tasks ~= nil) == with_tasks
end

describe("the task of a killed run", function()
  local world
  before_each(function() world = {} end)

  it("that nobody can find any more is not begun again: two ways out are told", function()
    for _, with_tasks in ipairs { false, true } do
      killed_after_start(world, with_tasks)
      world.sim:advance(25 * 3600)
      migrating.from_now(world)
      local ok, err = migrating.stack_of(world):apply()
      assert.is_nil(ok)
      assert.same({ "OutcomeUnknown", "task", "migrate" }, { err.code, err.kind, err.address })
      assert.equal(2, #err.hint)
      assert.equal(0, migrating.count(world, "RunTask") + migrating.count(world, "CreateService"))
      assert(migrating.stack_of(world):apply { exclude = { "task.migrate" } })
      assert(migrating.stack_of(world):forget "task.migrate")
      assert(migrating.stack_of(world):apply())
      assert.equal(1, migrating.count(world, "RunTask"))
    end
  end)

  it("that is declared otherwise by now is waited for, and the other one run then", function()
    killed_after_start(world, true)
    assert(migrating.stack_of(world, nil, { command = { "bin/other" } }):apply())
    local tasks = migrating.ran(world)
    assert.equal(2, #tasks)
    table.sort(tasks, function(a, b) return a.createdAt < b.createdAt end)
    assert.truthy(tasks[2].createdAt >= tasks[1].stoppedAt)
  end)

  it("that is not declared any more is left alone, and nothing of it stays recorded", function()
    killed_after_start(world, true)
    assert(migrating.pair(world):apply())
    assert.is_nil((migrating.stack_of(world):state_entry "task.migrate"))
    assert.equal(1, #migrating.ran(world))
  end)
end)

describe("a task that ended well before its service failed", function()
  for _, mode in ipairs { "on_change", "deploy" } do
    it("is not run again, with run = " .. mode, function()
      local world = migrating.world()
      local function make(image) return migrating.stack_of(world, image, { run = mode }) end
      assert(make("acme/api:1"):apply())
      world.sim:fault { operation = "UpdateService", code = "InvalidParameterException", times = 1 }
      local ok = make("acme/api:2"):apply()
      assert.is_nil(ok)
      assert.equal("api:1", migrating.runs(world))
      assert(make("acme/api:2"):apply())
      assert.equal("api:2", migrating.runs(world))
      assert.same({ ["api:1"] = 1, ["api:2"] = 1 }, counts(world))
    end)
  end
end)
