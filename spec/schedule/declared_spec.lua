-- Schedules that a stack declares: made, changed, followed, left alone and ended.
local cjson = require "cjson"
local scheduled = require "support.scheduled"

local world
before_each(function() world = scheduled.world() end)

local function apply(more, options)
  return assert(scheduled.nightly(world, more, options):apply())
end

local function plan(more, options)
  return assert(scheduled.nightly(world, more, options):plan())
end

local function input(body) return cjson.decode(body.Target.Input) end

describe("a declared schedule", function()
  it("is made, matches its declaration afterwards, and ends with the stack", function()
    local stack, handle = scheduled.nightly(world)
    local shown = assert(stack:plan()):render { color = false }
    assert.truthy(shown:find("+ schedule.nightly", 1, true))
    assert.truthy(shown:find('schedule%s+"cron%(0 3 %* %* %? %*%)"'))
    local result = assert(stack:apply())
    local arn = "arn:aws:scheduler:us-west-2:123456789012:schedule/default/nightly"
    assert.equal(arn, result.schedules.nightly.arn)
    assert.equal("report:1", handle:attributes().task_definition)
    assert.same({ address = "nightly", kind = "schedule", action = "create", outcome = "done" }, result.changes[1])
    local seen = scheduled.seen(world)
    assert.equal("arn:aws:ecs:us-west-2:123456789012:cluster/prod", seen.Target.Arn)
    assert.equal("arn:aws:ecs:us-west-2:123456789012:task-definition/report:1",
      seen.Target.EcsParameters.TaskDefinitionArn)
    assert.is_true(plan():is_empty())
    assert(scheduled.nightly(world):destroy())
    assert.is_nil(scheduled.seen(world))
    assert.is_nil((scheduled.stack(world):state_entry "schedule.nightly"))
  end)

  it("says all that RunTask takes, and reads it back as it was declared", function()
    local all = { timezone = "Europe/Berlin", start_date = "2030-12-01T00:00:00Z", end_date = "2031-12-01T00:00:00Z",
      flexible_time_window = { mode = "FLEXIBLE", maximum_window_in_minutes = 15 }, state = "DISABLED", count = 2,
      network_configuration = { subnets = { "subnet-b", "subnet-a" }, security_groups = { "sg-1" } },
      capacity_provider_strategy = { { capacity_provider = "FARGATE_SPOT", weight = 2 },
        { capacity_provider = "FARGATE", base = 1 } },
      placement_constraints = { { type = "memberOf", expression = "attribute:x == y" } },
      placement_strategy = { { type = "spread", field = "instanceId" } }, platform_version = "1.4.0",
      group = "reports", reference_id = "r", enable_ecs_managed_tags = true, enable_execute_command = true,
      propagate_tags = "TASK_DEFINITION", tags = { team = "core", ["a b"] = "c" },
      retry_policy = { maximum_retry_attempts = 3 }, description = "reports", action_after_completion = "DELETE",
      dead_letter_arn = "arn:aws:sqs:us-west-2:123456789012:dead",
      kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/1234",
      overrides = { cpu = 256, task_role_arn = "arn:aws:iam::123456789012:role/task", container_overrides = {
        { name = "side", environment = { LEVEL = "debug" }, memory = 64 } } } }
    apply(all)
    local body = scheduled.seen(world)
    local task = body.Target.EcsParameters
    assert.same({ awsvpcConfiguration = { Subnets = { "subnet-b", "subnet-a" }, SecurityGroups = { "sg-1" },
      AssignPublicIp = "DISABLED" } }, task.NetworkConfiguration)
    assert.same({ { key = "a b", value = "c" }, { key = "team", value = "core" } }, task.Tags)
    assert.same({ cpu = "256", taskRoleArn = "arn:aws:iam::123456789012:role/task", containerOverrides = {
      { name = "side", memory = 64, environment = { { name = "LEVEL", value = "debug" } } } } }, input(body))
    assert.same({ MaximumEventAgeInSeconds = 86400, MaximumRetryAttempts = 3 }, body.Target.RetryPolicy)
    assert.is_true(plan(all):is_empty())
    all.network_configuration = { security_groups = { "sg-1" }, subnets = { "subnet-a", "subnet-b" } }
    all.end_date = "2031-12-01T00:00:00.000Z"
    assert.is_true(plan(all):is_empty())
  end)

  it("has nothing to do where the declaration says what AWS has by itself", function()
    local all = { retry_policy = { maximum_retry_attempts = 185 }, flexible_time_window = { mode = "OFF" },
      group_name = "default", timezone = "UTC", count = 1, state = "ENABLED", action_after_completion = "NONE" }
    apply(all)
    assert.is_true(plan(all):is_empty())
    assert(scheduled.nightly(world, all):apply())
    all.retry_policy, all.flexible_time_window = nil, nil
    assert.is_true(plan():is_empty())
  end)

  it("is updated as a whole: what is taken out of the declaration has its default again", function()
    apply { description = "reports", timezone = "Europe/Berlin", count = 3, command = { "a" },
      retry_policy = { maximum_retry_attempts = 3 } }
    local changed = scheduled.change(plan { schedule = "rate(1 hour)" })
    assert.equal("update", changed.action)
    assert.same({ schedule = "rate(1 hour)", description = "", timezone = "UTC", count = 1,
      ["retry_policy.maximum_event_age_in_seconds"] = "", ["retry_policy.maximum_retry_attempts"] = "",
      ["overrides.container_overrides[1]"] = "" }, scheduled.diff(changed))
    apply { schedule = "rate(1 hour)" }
    local body = scheduled.seen(world)
    assert.same({ "rate(1 hour)", "UTC", 1 }, { body.ScheduleExpression, body.ScheduleExpressionTimezone,
      body.Target.EcsParameters.TaskCount, body.Description, body.Target.Input })
    assert.same({ MaximumEventAgeInSeconds = 86400, MaximumRetryAttempts = 185 }, body.Target.RetryPolicy)
    assert.is_true(plan { schedule = "rate(1 hour)" }:is_empty())
  end)

  it("gives its command and variables to the first essential container, or to the one that is named", function()
    apply { command = { "bin/report", "--all" }, environment = { LEVEL = "debug" } }
    assert.same({ containerOverrides = { { name = "app", command = { "bin/report", "--all" },
      environment = { { name = "LEVEL", value = "debug" } } } } }, input(scheduled.seen(world)))
    apply { container = "side", command = "go", overrides = { container_overrides = {
      { name = "side", cpu = 10, environment = { A = "1", B = "2" } } } },
      environment = { B = "3" } }
    assert.same({ containerOverrides = { { name = "side", cpu = 10, command = { "go" },
      environment = { { name = "A", value = "1" }, { name = "B", value = "3" } } } } }, input(scheduled.seen(world)))
    local ok, err = scheduled.nightly(world, { task_definition = "nothing:1", command = { "x" } }):plan()
    assert.is_nil(ok)
    assert.same({ "NotFound", "task_definition", "schedule.nightly" }, { err.code, err.path, err.service })
  end)

  it("follows its task definition: one apply registers, then changes it, and then the service", function()
    assert(scheduled.whole(world, "acme/api:1"):apply())
    assert.same({ containerOverrides = { { name = "app", command = { "bin/report" } } } }, input(scheduled.seen(world)))
    local stack = scheduled.whole(world, "acme/api:2")
    local planned = assert(stack:plan())
    local kinds = {}
    for i, change in ipairs(planned.changes) do kinds[i] = change.kind end
    assert.same({ "task_definition", "schedule", "service" }, kinds)
    local change = scheduled.change(planned)
    assert.same({ { path = "task_definition", known_after_apply = true, predicted = "api:2",
      before = change.diff[1].before } }, change.diff)
    assert.is_nil(change.after.task_definition)
    scheduled.from_now(world)
    assert(stack:apply(planned))
    assert.same({ "RegisterTaskDefinition", "UpdateSchedule", "UpdateService" }, scheduled.changes(world))
    assert.equal("api:2", scheduled.seen(world).Target.EcsParameters.TaskDefinitionArn:match "[^/]+$")
    assert.is_true(assert(scheduled.whole(world, "acme/api:2"):plan()):is_empty())
  end)

  it("runs the newest revision each time where it names a family alone", function()
    apply { task_definition = "report" }
    assert.equal("arn:aws:ecs:us-west-2:123456789012:task-definition/report",
      scheduled.seen(world).Target.EcsParameters.TaskDefinitionArn)
    assert.is_true(plan { task_definition = "report" }:is_empty())
    assert.equal("update", scheduled.change(plan { task_definition = "report:1" }).action)
  end)

  it("starts tasks of it, by the simulator's clock", function()
    apply { command = { "bin/report" }, schedule = "rate(1 hour)" }
    world.sim:advance(3610)
    local arns = assert(world.sim:call("ListTasks", { cluster = "prod" })).taskArns
    local task = assert(world.sim:call("DescribeTasks", { cluster = "prod", tasks = arns })).tasks[1]
    assert.equal("chronos-schedule/nightly", task.startedBy)
    assert.same({ "bin/report" }, task.overrides.containerOverrides[1].command)
  end)

  it("carries along what AWS has and no argument names, tells so, and leaves out what it is told to", function()
    apply()
    scheduled.meddle(world, function(body)
      body.Target.EcsParameters.AvailabilityZoneRebalancing = "ENABLED"
      body.Target.Priority = { Level = 3 }
      body.Target.EcsParameters.CapacityProviderStrategy = { { capacityProvider = "FARGATE", weight = 1,
        spread = "AZ" } }
    end)
    local strategy = { { capacity_provider = "FARGATE", weight = 1 } }
    assert.is_true(plan { capacity_provider_strategy = strategy }:is_empty())
    local more = { capacity_provider_strategy = strategy, count = 2 }
    local change = scheduled.change(plan(more))
    assert.same({ "Target.EcsParameters.AvailabilityZoneRebalancing",
      "Target.EcsParameters.CapacityProviderStrategy[1].spread", "Target.Priority" }, change.carried)
    apply(more)
    local target = scheduled.seen(world).Target
    assert.same({ "ENABLED", { Level = 3 }, "AZ" }, { target.EcsParameters.AvailabilityZoneRebalancing, target.Priority,
      target.EcsParameters.CapacityProviderStrategy[1].spread })
    more.count, more.lifecycle = 3, { leave_out = { "Target.Priority" } }
    apply(more)
    target = scheduled.seen(world).Target
    assert.same({ "ENABLED" }, { target.EcsParameters.AvailabilityZoneRebalancing, target.Priority })
    assert.is_nil(world.backend:read():find "Rebalancing")
  end)

  it("keeps an input that is no JSON until there are overrides", function()
    apply()
    scheduled.meddle(world, function(body) body.Target.Input = "as it was" end)
    apply { count = 2 }
    assert.equal("as it was", scheduled.seen(world).Target.Input)
    apply { count = 2, container = "app", command = { "x" } }
    assert.equal("app", input(scheduled.seen(world)).containerOverrides[1].name)
  end)

  it("is brought back when somebody has changed it, but for what lifecycle.ignore_changes names", function()
    apply()
    scheduled.meddle(world, function(body)
      body.State, body.ScheduleExpression = "DISABLED", "rate(5 minutes)"
    end)
    local change = scheduled.change(plan())
    assert.same({ state = "ENABLED", schedule = "cron(0 3 * * ? *)" }, scheduled.diff(change))
    assert.equal(2, #change.drift)
    local lifecycle = { ignore_changes = { "state" } }
    apply { lifecycle = lifecycle }
    local body = scheduled.seen(world)
    assert.same({ "DISABLED", "cron(0 3 * * ? *)" }, { body.State, body.ScheduleExpression })
    assert.is_true(plan { lifecycle = lifecycle }:is_empty())
  end)

  it("is made again when it is gone, and forgotten by refresh", function()
    apply()
    assert(world.sim:call("DeleteSchedule", { Name = "nightly" }))
    local change = scheduled.change(plan())
    assert.equal("create", change.action)
    assert.truthy(change.reason:find "gone")
    assert(scheduled.nightly(world):refresh())
    assert.is_nil((scheduled.stack(world):state_entry "schedule.nightly"))
  end)

  it("is recorded by refresh as it is, and the next apply brings it back", function()
    apply { lifecycle = { prevent_destroy = true } }
    scheduled.meddle(world, function(body) body.Description = "by hand" end)
    assert(scheduled.nightly(world):refresh())
    assert.equal("by hand", scheduled.stack(world):state_entry("schedule.nightly").attributes.description)
    assert.same({ description = "" }, scheduled.diff(scheduled.change(plan())))
    local _, err = scheduled.stack(world):plan()
    assert.equal("PreventDestroy", err.code) -- which the refresh has not forgotten
  end)

  it("gets another name, or another group, by another one: the old one is ended first", function()
    assert(world.sim:call("CreateScheduleGroup", { Name = "jobs" }))
    apply()
    scheduled.from_now(world)
    local change = scheduled.change(plan { group_name = "jobs" })
    assert.same({ "replace", { "group_name" } }, { change.action, change.replace_paths })
    apply { group_name = "jobs" }
    assert.same({ "DeleteSchedule", "CreateSchedule" }, scheduled.changes(world))
    assert.is_nil(scheduled.seen(world))
    assert.truthy(scheduled.seen(world, "nightly", "jobs"))
    apply { group_name = "jobs", name = "other" }
    assert.truthy(scheduled.seen(world, "other", "jobs"))
    assert.is_nil(scheduled.seen(world, "nightly", "jobs"))
  end)

  it("is ended when it is not declared any more, unless its lifecycle prevented that", function()
    apply { lifecycle = { prevent_destroy = true } }
    local ok, err = scheduled.stack(world):apply()
    assert.is_nil(ok)
    assert.equal("PreventDestroy", err.code)
    ok, err = scheduled.nightly(world, { name = "other", lifecycle = { prevent_destroy = true } }):apply()
    assert.is_nil(ok)
    assert.equal("PreventDestroy", err.code)
    apply()
    local change = scheduled.change(assert(scheduled.stack(world):plan()))
    assert.same({ "delete", "it is not declared any more" }, { change.action, change.reason })
    assert(scheduled.stack(world):apply())
    assert.is_nil(scheduled.seen(world))
  end)

  it("ends before the revision that it runs is deregistered", function()
    assert(scheduled.whole(world):apply())
    scheduled.from_now(world)
    assert(scheduled.whole(world):destroy())
    assert.same({ "DeleteSchedule", "UpdateService", "DeleteService", "DeregisterTaskDefinition" },
      scheduled.changes(world))
  end)

  it("keeps the revision in use that it runs", function()
    assert(scheduled.whole(world):apply())
    local stack = scheduled.stack(world)
    stack:schedule("nightly", scheduled.arguments { task_definition = "api:1" })
    local result = assert(stack:apply())
    assert.equal("RevisionInUse", result.warnings[1].code)
    assert.truthy(result.warnings[1].message:find("schedule", 1, true))
  end)

  it("lets go of the revision that it ran, for keep", function()
    local function whole(image)
      local stack = scheduled.stack(world)
      local api = stack:task_definition("api", scheduled.definition({ image = image }, { keep = 1 }))
      stack:schedule("nightly", scheduled.arguments { task_definition = api })
      return stack
    end
    assert(whole("acme/api:1"):apply())
    assert(whole("acme/api:2"):apply())
    assert.equal(1, scheduled.count(world, "DeregisterTaskDefinition"))
  end)

  it("that exists and is not this stack's is not touched", function()
    apply()
    world.backend = require "ecs_service.state.memory".new()
    local ok, err = scheduled.nightly(world):apply()
    assert.is_nil(ok)
    assert.same({ "AlreadyExists", "schedule.nightly" }, { err.code, err.service })
    assert.truthy(err.hint:find("ecs-service import schedule.nightly default/nightly", 1, true))
  end)

  it("that the stack has under another address is moved by state mv", function()
    apply()
    local stack = scheduled.stack(world)
    stack:schedule("other", scheduled.arguments { name = "nightly" })
    local _, err = stack:plan()
    assert.truthy(err.hint:find("ecs-service state mv schedule.nightly schedule.other", 1, true))
    assert(stack:move("schedule.nightly", "schedule.other"))
    assert.is_true(assert(stack:plan()):is_empty())
  end)
end)

describe("a plan with schedules", function()
  it("is carried out from its file, and refused once something has moved", function()
    apply()
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    local ecs = require "ecs_service"
    local function saved(more)
      assert(plan(more):save(path))
      return assert(ecs.load_plan(path))
    end
    assert(scheduled.nightly(world, { count = 2 }):apply(saved { count = 2 }))
    assert.equal(2, scheduled.seen(world).Target.EcsParameters.TaskCount)
    local one = saved { count = 3 }
    scheduled.meddle(world, function(body) body.Description = "by hand" end)
    local ok, err = scheduled.nightly(world, { count = 3 }):apply(one)
    assert.is_nil(ok)
    assert.equal("PlanStale", err.code)
    assert.truthy(err.message:find("schedule.nightly has changed since the plan was made: description", 1, true))
    one = plan { count = 3 }
    scheduled.meddle(world, function(body) body.Target.Priority = 1 end)
    ok, err = scheduled.nightly(world, { count = 3 }):apply(one)
    assert.is_nil(ok)
    assert.equal("PlanStale", err.code)
  end)

  it("is carried out from its file where it registers what the schedule runs", function()
    assert(scheduled.whole(world, "acme/api:1"):apply())
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    assert(assert(scheduled.whole(world, "acme/api:2"):plan()):save(path))
    local saved = assert(require "ecs_service".load_plan(path))
    assert(scheduled.whole(world, "acme/api:2"):apply(saved))
    assert.equal("api:2", scheduled.seen(world).Target.EcsParameters.TaskDefinitionArn:match "[^/]+$")
    assert.is_true(assert(scheduled.whole(world, "acme/api:2"):plan()):is_empty())
  end)

  it("is refused from its file when the script has another value of a secret", function()
    local more = { container = "app", environment = { DB_PASSWORD = "hunter2-and-more" } }
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    assert(plan(more):save(path))
    more.environment.DB_PASSWORD = "hunter3-and-more"
    local ok, err = scheduled.nightly(world, more):apply(assert(require "ecs_service".load_plan(path)))
    assert.is_nil(ok)
    assert.equal("PlanStale", err.code)
    assert.is_nil(scheduled.seen(world))
  end)

  it("has another digest when what it would do is another", function()
    assert.are_not.equal(plan():digest(), plan { count = 2 }:digest())
    assert.equal(plan():digest(), plan():digest())
  end)

  it("asks nothing with refresh = false, and an update reads before it says everything", function()
    apply()
    scheduled.meddle(world, function(body) body.Target.Priority = 1 end)
    scheduled.from_now(world)
    local stack = scheduled.nightly(world, { count = 2 })
    local planned = assert(stack:plan { refresh = false })
    assert.equal(0, scheduled.count(world, "GetSchedule"))
    assert.equal("update", scheduled.change(planned).action)
    assert(stack:apply(planned))
    assert.equal(1, scheduled.seen(world).Target.Priority)
  end)

  it("takes one alone, with the task definition that it needs, or leaves it out", function()
    local stack = scheduled.whole(world)
    local only = assert(stack:plan { target = "schedule.nightly" })
    assert.same({ "task_definition", "schedule" }, { only.changes[1].kind, only.changes[2].kind })
    assert.equal(2, #only.changes)
    local without = assert(stack:plan { exclude = "schedule.nightly" })
    assert.is_nil(scheduled.change(without))
    local _, err = stack:plan { exclude = "task_definition.api", target = "schedule.nightly" }
    assert.equal("NotRecorded", err.code)
  end)

  it("never shows, records or saves what a variable holds whose name says that it is secret", function()
    local secret = "hunter2-and-more"
    local more = { container = "app", environment = { DB_PASSWORD = secret, LEVEL = "info" } }
    local planned = plan(more)
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    assert(planned:save(path))
    local file = assert(io.open(path))
    local texts = { file:read "*a", planned:render { color = false }, cjson.encode(planned:to_table()) }
    file:close()
    apply(more)
    texts[#texts + 1] = world.backend:read()
    for i, text in ipairs(texts) do assert.is_nil(text:find(secret, 1, true), i) end
    local function sent()
      local variables = input(scheduled.seen(world)).containerOverrides[1].environment
      return variables[1].value
    end
    assert.equal(secret, sent())
    assert.is_true(plan(more):is_empty())
    more.environment.DB_PASSWORD = "hunter3-and-more"
    assert.equal("update", scheduled.change(plan(more)).action)
    apply(more)
    assert.equal("hunter3-and-more", sent())
    more.count, more.lifecycle = 2, { ignore_changes = { "overrides" } }
    more.environment = { DB_PASSWORD = "hunter4-and-more" }
    apply(more)
    assert.equal("hunter3-and-more", sent())
  end)
end)

describe("a schedule that cannot be made", function()
  local function refused(more)
    local ok, err = scheduled.nightly(world, more):apply()
    assert.is_nil(ok)
    return err
  end

  it("is told by its address, and nothing behind it is begun", function()
    world.sim:fault { operation = "CreateSchedule", code = "ServiceQuotaExceededException", http_status = 402 }
    local ok, err = scheduled.whole(world):apply()
    assert.is_nil(ok)
    assert.same({ "ServiceQuotaExceededException", "schedule", "nightly" }, { err.code, err.kind, err.address })
    assert.same({ "RegisterTaskDefinition", "CreateSchedule" }, scheduled.changes(world))
    assert.is_nil((scheduled.stack(world):state_entry "schedule.nightly")) -- nothing is open: it was refused
    local outcomes = {}
    for i, change in ipairs(err.result.changes) do outcomes[i] = change.outcome end
    assert.same({ "done", "failed", "skipped" }, outcomes)
    assert(scheduled.whole(world):apply())
    assert.same(1, scheduled.count(world, "RegisterTaskDefinition"))
  end)

  it("is told to be taken over when it is there already, and nobody had looked", function()
    apply()
    world.backend = require "ecs_service.state.memory".new()
    local ok, err = scheduled.nightly(world):apply { refresh = false }
    assert.is_nil(ok)
    assert.equal("ConflictException", err.code)
    assert.truthy(err.hint:find("ecs-service import schedule.nightly default/nightly", 1, true))
  end)

  it("is not begun when the run is interrupted before it", function()
    local stack = scheduled.nightly(world)
    stack:schedule("other", scheduled.arguments())
    local ok, err = stack:apply { interrupted = function() return scheduled.seen(world) ~= nil end }
    assert.is_nil(ok)
    assert.equal("Interrupted", (err.errors and err.errors[1] or err).code)
    assert.is_nil(scheduled.seen(world, "other"))
    assert.is_nil((stack:state_entry "schedule.other"))
    assert(stack:apply())
    assert.truthy(scheduled.seen(world, "other"))
  end)

  it("is told what to allow by the name of the service that refused", function()
    for _, operation in ipairs { "GetSchedule", "CreateSchedule" } do
      local own = scheduled.world()
      own.sim:fault { operation = operation, code = "AccessDeniedException", times = 1 }
      local _, err = scheduled.nightly(own):apply()
      assert.equal("allow scheduler:" .. operation .. " to the role or user that runs this", err.hint)
    end
  end)

  it("is told to need its group", function()
    local err = refused { group_name = "jobs" }
    assert.same({ "ResourceNotFoundException", "group_name" }, { err.code, err.path })
    assert.truthy(err.hint:find("create-schedule-group --name jobs", 1, true))
  end)

  it("is tried again while its role is not known yet", function()
    world.sim:fault { operation = "CreateSchedule", code = "ValidationException", times = 2, http_status = 400,
      message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role." }
    apply()
    world.sim:fault { operation = "UpdateSchedule", code = "ValidationException", times = 100, http_status = 400,
      message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role." }
    assert.equal("ValidationException", refused { count = 2 }.code)
  end)

  it("is found again when the answer was lost", function()
    world.sim:fault { operation = "CreateSchedule", reset_after = true }
    apply()
    assert.is_true(plan():is_empty())
    world.sim:fault { operation = "UpdateSchedule", timeout = true }
    apply { count = 2 }
    assert.is_true(plan { count = 2 }:is_empty())
  end)

  it("is refused by its rows, all at once", function()
    local wrong = { name = "with space", schedule = "cron(0 3 * * *)", role_arn = "role", start_date = "tomorrow",
      flexible_time_window = { mode = "FLEXIBLE" }, launch_type = "FARGATE", count = 11,
      capacity_provider_strategy = { { capacity_provider = "FARGATE" } }, colour = "red" }
    local err = select(2, scheduled.nightly(world, wrong):validate())
    local paths = {}
    for _, diagnostic in ipairs(err.diagnostics) do paths[diagnostic.path] = diagnostic.code end
    assert.same({ name = "BadPattern", schedule = "BadPattern", role_arn = paths.role_arn, start_date = "BadPattern",
      flexible_time_window = "RequiredWith", count = "OutOfRange", colour = "UnknownArgument",
      capacity_provider_strategy = paths.capacity_provider_strategy, launch_type = paths.launch_type }, paths)
    for _, expression in ipairs { "rate(1 hours)", "rate(0 minutes)", "rate(5 weeks)", "at(tomorrow)", "every day",
      "cron(0 3 * * * *)", "cron(0 3 ? * ? *)", "cron(0 3 $ * ? *)", "at(2026-02-30T00:00:00)" } do
      assert.is_nil((scheduled.nightly(scheduled.world(), { schedule = expression }):validate()), expression)
    end
    for _, expression in ipairs { "rate(1 day)", "rate(90 minutes)", "at(2026-12-01T03:00:00)",
      "cron(0/15 8-17 ? * MON-FRI *)", "cron(0 3 L * ? 2026-2030)" } do
      assert(scheduled.nightly(scheduled.world(), { schedule = expression }):validate())
    end
    local bare = scheduled.nightly(world, { schedule = false, role_arn = false, task_definition = false })
    err = select(2, bare:validate())
    assert.equal(3, #err.diagnostics)
  end)

  it("waits for task definitions alone", function()
    local stack, _, web = scheduled.whole(world)
    stack:schedule("other", scheduled.arguments { depends_on = { web } })
    local ok, err = stack:validate()
    assert.is_nil(ok)
    local one = err.diagnostics[1]
    assert.same({ "NotAllowed", "schedule.other", "depends_on[1]" }, { one.code, one.service, one.path })
  end)

  it("is not declared twice for one schedule", function()
    local stack = scheduled.nightly(world)
    stack:schedule("other", scheduled.arguments { name = "nightly" })
    local ok, err = stack:validate()
    assert.is_nil(ok)
    assert.equal("name", err.diagnostics[1].path)
  end)
end)
