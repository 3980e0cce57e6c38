-- Schedules that exist: taken over, written as declarations, and what a run needs to be allowed for them.
local cjson = require "cjson"
local ecs = require "ecs_service"
local scheduled = require "support.scheduled"

local ARN = "arn:aws:ecs:us-west-2:123456789012:"
local SECRET = "hunter2-and-more"

local world

local function exists(change)
  local body = { Name = "nightly", ScheduleExpression = "cron(0 3 * * ? *)", FlexibleTimeWindow = { Mode = "OFF" },
    ScheduleExpressionTimezone = "Europe/Berlin", StartDate = 1900000000,
    Target = { Arn = ARN .. "cluster/prod", RoleArn = scheduled.ROLE, EcsParameters = {
      TaskDefinitionArn = ARN .. "task-definition/report:1", LaunchType = "FARGATE",
      NetworkConfiguration = { awsvpcConfiguration = { Subnets = { "subnet-1" }, AssignPublicIp = "DISABLED" } } },
      Input = cjson.encode { containerOverrides = { { name = "app", command = { "bin/report" },
        environment = { { name = "LEVEL", value = "info" }, { name = "API_TOKEN", value = SECRET } } } } } } }
  if change then change(body) end
  assert(world.sim:call("CreateSchedule", body))
end

before_each(function() world = scheduled.world() end)

-- What a source declares, run on a stack of the world.
local function run(source, options)
  local stack = scheduled.stack(world, options)
  local chunk = "local stack = ...\n" .. source
  assert((loadstring or load)(chunk))(stack)
  return stack
end

describe("a schedule that exists", function()
  it("is taken over by its group and name, or its ARN, and changed by nobody until it is declared", function()
    exists()
    local stack = scheduled.stack(world)
    local attributes = assert(stack:import("schedule.nightly", "default/nightly"))
    assert.same({ "nightly", ARN .. "cluster/prod", "2030-03-17T17:46:40Z" }, { attributes.name, attributes.cluster,
      attributes.start_date })
    assert.is_nil(world.backend:read():find(SECRET, 1, true))
    assert.same(attributes, stack:import("schedule.nightly",
      "arn:aws:scheduler:us-west-2:123456789012:schedule/default/nightly"))
    local change = scheduled.change(assert(stack:plan()))
    assert.equal("no-op", change.action)
    assert.truthy(change.reason:find("it was imported and never declared", 1, true))
    assert(stack:apply())
    assert(stack:destroy())
    assert.truthy(scheduled.seen(world))
    local _, err = stack:plan { target = "schedule.nightly" }
    assert.equal("NotDeclared", err.code)
  end)

  it("is written as it is: declared so, it plans as no change", function()
    exists()
    assert(scheduled.stack(world):import("schedule.nightly", "default/nightly"))
    local source, address, all = assert(scheduled.stack(world):generate_config "schedule.nightly")
    assert.same({ "schedule.nightly", { "schedule.nightly" } }, { address, all })
    assert.is_nil(source:find(SECRET, 1, true))
    for _, line in ipairs { 'stack:schedule("nightly", {', '  cluster = "prod",', '  task_definition = "report:1",',
      '  timezone = "Europe/Berlin",', '  launch_type = "FARGATE",' } do
      assert.truthy(source:find(line, 1, true), line .. " in\n" .. source)
    end
    assert.is_nil(source:find("group_name", 1, true))
    assert.is_nil(source:find("count", 1, true))
    local stack = run(("local os = { getenv = function(name) return name == 'API_TOKEN' and %q end }\n"):format(SECRET)
      .. source)
    assert.same({}, scheduled.change(assert(stack:plan())).diff)
    assert(stack:apply())
    assert.is_nil(scheduled.stack(world):state_entry("schedule.nightly").imported)
  end)

  it("is written without being taken over, under any address, with what no argument names as comments", function()
    assert(world.sim:call("CreateScheduleGroup", { Name = "jobs" }))
    exists(function(body)
      body.GroupName, body.Target.Priority, body.Target.Input = "jobs", 1, nil
      body.Target.Arn = "arn:aws:ecs:us-west-2:999999999999:cluster/prod"
    end)
    local stack = scheduled.stack(world)
    local source = assert(stack:generate_config("jobs/nightly", { address = "schedule.other" }))
    assert.truthy(source:find("--   Target.Priority", 1, true))
    assert.truthy(source:find('stack:schedule("other", {\n  name = "nightly",\n  group_name = "jobs",', 1, true))
    assert.truthy(source:find('cluster = "arn:aws:ecs:us-west-2:999999999999:cluster/prod"', 1, true))
    local arn = "arn:aws:scheduler:us-west-2:123456789012:schedule/jobs/nightly"
    assert.equal("schedule.nightly", select(2, stack:generate_config(arn)))
  end)

  it("is refused in words when it is none, is elsewhere, is another's, or runs no task", function()
    exists()
    local stack = scheduled.stack(world)
    local function refused(address, id)
      local ok, err = stack:import(address, id)
      assert.is_nil(ok)
      return err.code
    end
    assert.equal("ImportFormat", refused("schedule.nightly", "nightly"))
    assert.equal("NotFound", refused("schedule.nightly", "default/other"))
    assert.equal("WrongPlace", refused("schedule.nightly",
      "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly"))
    assert(stack:import("schedule.nightly", "default/nightly"))
    assert.equal("AlreadyManaged", refused("schedule.other", "default/nightly"))
    assert.equal("AlreadyManaged", refused("schedule.nightly", "default/other"))
    exists(function(body)
      body.Name, body.Target = "queue", { Arn = "arn:aws:sqs:us-west-2:123456789012:q", RoleArn = scheduled.ROLE }
    end)
    assert.equal("NotFound", refused("schedule.queue", "default/queue"))
  end)

  it("is recorded in its place, and refused in another", function()
    assert(scheduled.nightly(world):apply())
    local elsewhere = assert(ecs.stack { region = "eu-west-1", state = world.backend,
      transport = ecs.simulator { region = "eu-west-1", clusters = { "prod" } } })
    local ok, err = elsewhere:plan()
    assert.is_nil(ok)
    assert.same({ "WrongPlace", "schedule.nightly" }, { err.code, err.recorded.address })
    local sim = ecs.simulator { region = "us-west-2", account_id = "999999999999", clusters = { "prod" } }
    local anonymous = { scheduler = sim.scheduler, region = sim.region, credentials = sim.credentials,
      submit = function(_, ...) return sim:submit(...) end, wait = function(_, ...) return sim:wait(...) end,
      cancel = function(_, ...) return sim:cancel(...) end }
    for _, opts in ipairs { {}, { refresh = false } } do
      local unknown = assert(ecs.stack { region = "us-west-2", state = world.backend, transport = anonymous })
      unknown:schedule("nightly", scheduled.arguments { count = 2 })
      for _, verb in ipairs { "apply", opts.refresh == nil and "plan" or nil } do
        ok, err = unknown[verb](unknown, opts)
        assert.is_nil(ok)
        assert.equal("WrongPlace", err.code)
      end
    end
    assert.is_nil(sim:call("GetSchedule", { Name = "nightly" }))
    local other = assert(ecs.stack { region = "us-west-2", state = world.backend,
      transport = ecs.simulator { region = "us-west-2", account_id = "999999999999", clusters = { "prod" } } })
    ok, err = other:destroy()
    assert.is_nil(ok)
    assert.equal("WrongPlace", err.code)
  end)
end)

describe("the policy of a stack with schedules", function()
  local function statements(more, wanted)
    local stack = scheduled.stack(world, { region = "us-west-2" })
    stack:schedule("nightly", scheduled.arguments(more))
    local found = {}
    local policy = assert(stack:policy { ["for"] = wanted, account_id = "123456789012" })
    for _, statement in ipairs(policy.Statement) do found[statement.Sid] = statement end
    return found
  end

  it("allows what is sent for them, by their names, and no role but theirs to be handed over", function()
    local found = statements()
    local arn = "arn:aws:scheduler:us-west-2:123456789012:schedule/default/nightly"
    assert.same({ "scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule" },
      found.ChangeSchedules.Action)
    assert.same({ arn, arn }, { found.ChangeSchedules.Resource, found.ReadSchedules.Resource })
    assert.equal(scheduled.ROLE, found.PassRoles.Resource)
    assert.equal("scheduler.amazonaws.com", found.PassRoles.Condition.StringEquals["iam:PassedToService"])
    assert.is_nil(found.ReadRules)
    found = statements(nil, "plan")
    assert.same({ nil, nil, "scheduler:GetSchedule" }, { found.ChangeSchedules, found.PassRoles,
      found.ReadSchedules.Action })
  end)

  it("allows the targets of a rule to be read and put", function()
    local found = statements { rule = "hourly", event_bus_name = "jobs", schedule = false, role_arn = false,
      cluster = false }
    local arn = "arn:aws:events:us-west-2:123456789012:rule/jobs/hourly"
    assert.same({ arn, arn }, { found.ReadRules.Resource, found.ChangeRules.Resource })
    assert.is_nil(found.ChangeSchedules)
    assert.equal("events.amazonaws.com", found.PassRolesOfRules.Condition.StringEquals["iam:PassedToService"])
  end)

  it("is enough, and no action of it is left unasked, in a run that makes, changes and ends one", function()
    local asked = {}
    assert(scheduled.nightly(world):apply())
    assert(scheduled.nightly(world, { count = 2 }):apply())
    assert(scheduled.nightly(world, { count = 2 }):destroy())
    for _, request in ipairs(world.sim.requests) do
      if request.operation:find "Schedule$" then asked["scheduler:" .. request.operation] = true end
    end
    local allowed = {}
    for _, statement in pairs(statements()) do
      for _, action in ipairs(type(statement.Action) == "table" and statement.Action or { statement.Action }) do
        if action:find "^scheduler:" then allowed[action] = true end
      end
    end
    assert.same(allowed, asked)
  end)
end)
