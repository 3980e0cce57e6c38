-- Declarations that stand for a rule of EventBridge: of its target the task definition alone follows.
local cjson = require "cjson"
local scheduled = require "support.scheduled"

local ARN = "arn:aws:ecs:us-west-2:123456789012:"

local world

local function target(id, family, more)
  local made = { Id = id, Arn = ARN .. "cluster/prod", RoleArn = scheduled.ROLE, Input = '{"containerOverrides":[]}',
    EcsParameters = { TaskDefinitionArn = ARN .. "task-definition/" .. family, TaskCount = 2, Later = { 1 } },
    RetryPolicy = { MaximumRetryAttempts = 3 } }
  for name, value in pairs(more or {}) do made[name] = value or nil end
  return made
end

local function put(list, rule)
  assert(world.sim:call("PutTargets", { Rule = rule or "hourly", Targets = list }))
end

local function targets() return assert(world.sim:call("ListTargetsByRule", { Rule = "hourly" })).Targets end

local function declared(more)
  local stack = scheduled.stack(world)
  local config = { rule = "hourly", task_definition = "report:2" }
  for name, value in pairs(more or {}) do config[name] = value ~= false and value or nil end
  stack:schedule("nightly", config)
  return stack
end

before_each(function()
  world = scheduled.world { task_definitions = { "report:1", "report:2", "other:1" } }
  assert(world.sim:call("PutRule", { Name = "hourly", ScheduleExpression = "rate(1 hour)" }))
  put { target("one", "report:1"), target("two", "other:1"),
    target("queue", "x", { Arn = "arn:aws:sqs:us-west-2:1:q", EcsParameters = false }) }
end)

describe("a rule of EventBridge that a stack names", function()
  it("has its target follow the task definition, whole as it is, and nothing else", function()
    local before = targets()
    local planned = assert(declared():plan())
    local change = scheduled.change(planned)
    assert.same({ { path = "task_definition", before = ARN .. "task-definition/report:1", after = "report:2" } },
      change.diff)
    assert.truthy(planned:render { color = false }:find("~ schedule.nightly  default/hourly", 1, true))
    local result = assert(declared():apply(planned))
    assert.same({ rule = "hourly", target_id = "one", task_definition = "report:2",
      arn = "arn:aws:events:us-west-2:123456789012:rule/hourly" }, result.schedules.nightly)
    before[1].EcsParameters.TaskDefinitionArn = ARN .. "task-definition/report:2"
    assert.same(before, targets())
    assert.same({ "PutTargets" }, scheduled.changes(world))
    assert.is_true(assert(declared():plan()):is_empty())
  end)

  it("follows a declared task definition to its new revision, before the service", function()
    local function whole(image)
      return scheduled.whole(world, image, { rule = "hourly", target_id = "two", schedule = false, role_arn = false,
        cluster = false, command = false })
    end
    assert(whole("acme/api:1"):apply())
    scheduled.from_now(world)
    local stack = whole "acme/api:2"
    local change = scheduled.change(assert(stack:plan()))
    assert.same({ true, "api:2" }, { change.diff[1].known_after_apply, change.diff[1].predicted })
    assert(stack:apply())
    assert.same({ "RegisterTaskDefinition", "PutTargets", "UpdateService" }, scheduled.changes(world))
    assert.equal(ARN .. "task-definition/api:2", targets()[2].EcsParameters.TaskDefinitionArn)
    assert.is_true(assert(whole("acme/api:2"):plan()):is_empty())
  end)

  it("stays as it is when nobody declares it any more, or all is destroyed", function()
    assert(declared():apply())
    local after = targets()
    local change = scheduled.change(assert(scheduled.stack(world):plan()))
    assert.equal("forget", change.action)
    assert.truthy(change.reason:find("stay as they are", 1, true))
    assert(declared():destroy())
    assert.same(after, targets())
    assert.is_nil((scheduled.stack(world):state_entry "schedule.nightly"))
  end)

  it("keeps the revision that its target runs when the rest is destroyed", function()
    local function whole()
      return (scheduled.whole(world, nil, { rule = "hourly", target_id = "two", schedule = false, role_arn = false,
        cluster = false, command = false }))
    end
    assert(whole():apply())
    local result = assert(whole():destroy())
    assert.equal("RevisionInUse", result.warnings[#result.warnings].code)
    assert.truthy(result.warnings[#result.warnings].message:find("the rule hourly", 1, true))
    assert.equal(0, scheduled.count(world, "DeregisterTaskDefinition"))
  end)

  it("is refused when its target is not the only one that can be meant", function()
    local function refused(more)
      local ok, err = declared(more):plan()
      assert.is_nil(ok)
      assert.equal("schedule.nightly", err.service)
      return err
    end
    put { target("three", "report:1") }
    local err = refused()
    assert.same({ "Ambiguous", "target_id" }, { err.code, err.path })
    assert.truthy(err.hint:find("one, three", 1, true))
    assert(declared { target_id = "three" }:plan())
    assert.same({ "NotFound", "target_id" }, { refused { target_id = "four" }.code, err.path })
    assert.equal("NotFound", refused { target_id = "queue" }.code)
    assert.same({ "NotFound", "rule" }, { refused { task_definition = "nothing:1" }.code,
      refused { task_definition = "nothing:1" }.path })
    assert.equal("NotFound", refused { rule = "daily" }.code)
  end)

  it("is found on the bus that is named", function()
    assert(world.sim:call("PutRule", { Name = "hourly", EventBusName = "jobs", EventPattern = "{}" }))
    assert(world.sim:call("PutTargets", { Rule = "hourly", EventBusName = "jobs",
      Targets = { target("x", "report:1") } }))
    local result = assert(declared { event_bus_name = "jobs" }:apply())
    assert.equal("x", result.schedules.nightly.target_id)
    assert.equal(ARN .. "task-definition/report:1", targets()[1].EcsParameters.TaskDefinitionArn)
  end)

  it("has a plan refused once its target has moved", function()
    local stack = declared()
    local planned = assert(stack:plan())
    put { target("one", "report:1", { Input = "{}" }) }
    local ok, err = stack:apply(planned)
    assert.is_nil(ok)
    assert.equal("PlanStale", err.code)
  end)

  it("is carried out from a saved plan", function()
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    assert(assert(declared():plan()):save(path))
    assert(declared():apply(assert(require "ecs_service".load_plan(path))))
    assert.equal(ARN .. "task-definition/report:2", targets()[1].EcsParameters.TaskDefinitionArn)
  end)

  it("tells which target EventBridge did not take", function()
    local handle = world.sim.handle
    function world.sim:handle(operation, ...)
      if operation ~= "PutTargets" then return handle(self, operation, ...) end
      return { FailedEntryCount = 1, FailedEntries = { { TargetId = "one", ErrorCode = "AccessDeniedException",
        ErrorMessage = "no" } } }
    end
    local ok, err = declared():apply()
    assert.is_nil(ok)
    assert.same({ "AccessDeniedException", "nightly" }, { err.code, err.address })
    assert.truthy(err.message:find("target one: no", 1, true))
  end)

  it("is refused in another place than the recorded one", function()
    assert(declared():apply())
    local ecs = require "ecs_service"
    local elsewhere = assert(ecs.stack { region = "eu-west-1", state = world.backend,
      transport = ecs.simulator { region = "eu-west-1", clusters = { "prod" } } })
    local ok, err = elsewhere:plan()
    assert.is_nil(ok)
    assert.same({ "WrongPlace", "schedule.nightly" }, { err.code, err.recorded.address })
  end)

  it("is finished by the next run when one was killed", function()
    local reaper = require "support.reaper"
    for nth = 1, 200 do
      put { target("one", "report:1") }
      world.backend = require "ecs_service.state.memory".new()
      local reap = reaper.at(nth)
      local sim, backend = world.sim, world.backend
      world.sim, world.backend = reap.transport(sim), reap.backend(backend)
      local ran = pcall(function() return assert(declared():apply()) end)
      world.sim, world.backend = sim, backend
      backend:unlock()
      assert(declared():apply())
      assert.equal(ARN .. "task-definition/report:2", targets()[1].EcsParameters.TaskDefinitionArn)
      assert.is_true(assert(declared():plan()):is_empty(), nth)
      assert.is_nil(scheduled.stack(world):state_entry("schedule.nightly").journal)
      if ran then return end
    end
    error "the run has more points than were tried"
  end)

  it("takes no arguments beside it but those that say which target is meant", function()
    local err = select(2, declared { schedule = "rate(1 hour)", count = 2 }:validate())
    local paths = {}
    for i, diagnostic in ipairs(err.diagnostics) do paths[i] = diagnostic.path .. " " .. diagnostic.code end
    table.sort(paths)
    assert.same({ "count Conflict", "schedule Conflict" }, paths)
    err = select(2, declared { rule = false, target_id = "x" }:validate())
    assert.truthy(cjson.encode(err.diagnostics[1]):find "target_id")
  end)

  it("and a schedule of its own do not take each other's place unseen", function()
    assert(scheduled.nightly(world):apply())
    local ok, err = declared():plan()
    assert.is_nil(ok)
    assert.equal("NotAllowed", err.code)
    assert(scheduled.nightly(world):destroy())
    assert(declared():apply())
    assert(scheduled.nightly(world):apply())
    assert.truthy(scheduled.seen(world))
    assert.is_nil(scheduled.stack(world):state_entry("schedule.nightly").attributes.rule)
  end)
end)
