-- EventBridge in the simulator: schedules and rules that start tasks on virtual time.
local simulator = require "ecs_service.simulator"
local times = require "ecs_service.util.time_format"
local watched = require "support.model_caller".watched

local ROLE = "arn:aws:iam::123456789012:role/scheduler"
local CLUSTER = "arn:aws:ecs:us-west-2:123456789012:cluster/prod"
local DEFINITION = "arn:aws:ecs:us-west-2:123456789012:task-definition/report:1"

local function new()
  return watched(simulator.new { clusters = { "prod" }, start_time = times.parse "2026-03-28T12:00:00Z",
    task_definitions = { { family = "report", container_definitions = { { name = "app", image = "a",
      memory = 9 } } } } })
end

local function target(more)
  local made = { Arn = CLUSTER, RoleArn = ROLE, EcsParameters = { TaskDefinitionArn = DEFINITION } }
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

local function schedule(more)
  local body = { Name = "nightly", ScheduleExpression = "cron(0 3 * * ? *)", FlexibleTimeWindow = { Mode = "OFF" },
    Target = target() }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end

-- The tasks that are and were, by when they were made.
local function started(sim)
  local list = {}
  for _, status in ipairs { "RUNNING", "STOPPED" } do
    local arns = assert(sim:call("ListTasks", { cluster = "prod", desiredStatus = status })).taskArns
    if #arns > 0 then
      for _, task in ipairs(assert(sim:call("DescribeTasks", { cluster = "prod", tasks = arns })).tasks) do
        list[#list + 1] = task
      end
    end
  end
  table.sort(list, function(a, b) return a.createdAt < b.createdAt end)
  return list
end

-- When tasks were made within so many hours, watched hour by hour: what has stopped is forgotten after a while.
local function hours(sim, count)
  local seen, list = {}, {}
  for _ = 1, count do
    sim:advance(3600)
    for _, task in ipairs(started(sim)) do
      if not seen[task.taskArn] then
        seen[task.taskArn], list[#list + 1] = true, times.text(task.createdAt):sub(6, 16)
      end
    end
  end
  return list
end

local function refused(sim, operation, body)
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

describe("schedules in the simulator", function()
  it("start tasks when their time has come, each day, in their time zone", function()
    local sim = new()
    assert(sim:call("CreateSchedule", schedule { ScheduleExpressionTimezone = "Europe/Berlin" }))
    assert.same({ "03-29T01:00", "03-30T01:00" }, hours(sim, 48)) -- summer time begins that night
  end)

  it("start tasks at a rate, and once at a time", function()
    local sim = new()
    assert(sim:call("CreateSchedule", schedule { ScheduleExpression = "rate(2 hours)" }))
    assert.same({ "03-28T14:00", "03-28T16:00" }, hours(sim, 5))
    sim = new()
    assert(sim:call("CreateSchedule", schedule { ScheduleExpression = "at(2026-03-28T13:30:00)",
      ActionAfterCompletion = "DELETE" }))
    assert.same({ "03-28T13:30" }, hours(sim, 30))
    assert.equal("ResourceNotFoundException", (refused(sim, "GetSchedule", { Name = "nightly" })))
  end)

  it("give the task what their target says", function()
    local sim = watched(simulator.new { clusters = { "prod" }, task_definitions = { { family = "report",
      network_mode = "awsvpc", requires_compatibilities = { "FARGATE" }, cpu = "256", memory = "512",
      container_definitions = { { name = "app", image = "a" } } } } })
    assert(sim:call("CreateSchedule", schedule { ScheduleExpression = "rate(1 hour)", Target = target {
      Input = '{"containerOverrides":[{"name":"app","command":["report","<aws.scheduler.scheduled-time>"]}]}',
      EcsParameters = { TaskDefinitionArn = DEFINITION, TaskCount = 2, LaunchType = "FARGATE", Group = "reports",
        NetworkConfiguration = { awsvpcConfiguration = { Subnets = { "subnet-1" }, AssignPublicIp = "DISABLED" } },
        Tags = { { key = "team", value = "core" } }, EnableECSManagedTags = true } } }))
    sim:advance(3605)
    local list = started(sim)
    assert.equal(2, #list)
    local task = list[1]
    assert.same({ "chronos-schedule/nightly", "FARGATE", "reports", DEFINITION },
      { task.startedBy, task.launchType, task.group, task.taskDefinitionArn })
    assert.same({ "report", "<aws.scheduler.scheduled-time>" }, task.overrides.containerOverrides[1].command)
  end)

  it("go on when ECS refuses what they ask for, and what it said stands in sim.schedule_runs", function()
    local sim = new()
    assert(sim:call("CreateSchedule", schedule { ScheduleExpression = "rate(1 hour)", Target = target {
      EcsParameters = { TaskDefinitionArn = (DEFINITION:gsub("report:1", "report:9")) } } }))
    assert.same({}, hours(sim, 2))
    local runs = sim.schedule_runs
    assert.equal(2, #runs)
    assert.same({ "default/nightly", "ClientException" }, { runs[1].schedule, runs[1].refusal.code })
  end)

  it("start nothing while they are disabled, before they begin and after they end", function()
    local sim = new()
    assert(sim:call("CreateSchedule", schedule { ScheduleExpression = "rate(1 hour)", State = "DISABLED" }))
    assert.same({}, hours(sim, 3))
    assert(sim:call("UpdateSchedule", schedule { ScheduleExpression = "cron(0 * * * ? *)",
      StartDate = times.parse "2026-03-28T17:00:00Z", EndDate = times.parse "2026-03-28T18:30:00Z" }))
    assert.same({ "03-28T17:00", "03-28T18:00" }, hours(sim, 8))
    assert(sim:call("UpdateSchedule", schedule { ScheduleExpression = "rate(1 hour)" }))
    assert(sim:call("DeleteSchedule", { Name = "nightly" }))
    assert.same({}, hours(sim, 3))
  end)

  it("are read as they were made, with defaults for what was left out; an update leaves nothing of before", function()
    local sim = new()
    local made = assert(sim:call("CreateSchedule", schedule { Description = "reports", ClientToken = "one" }))
    assert.equal("arn:aws:scheduler:us-west-2:123456789012:schedule/default/nightly", made.ScheduleArn)
    local seen = assert(sim:call("GetSchedule", { Name = "nightly" }))
    assert.same({ "default", "UTC", "ENABLED", "NONE", "reports" }, { seen.GroupName, seen.ScheduleExpressionTimezone,
      seen.State, seen.ActionAfterCompletion, seen.Description })
    assert.same({ MaximumEventAgeInSeconds = 86400, MaximumRetryAttempts = 185 }, seen.Target.RetryPolicy)
    assert(sim:call("UpdateSchedule", schedule { State = "DISABLED" }))
    seen = assert(sim:call("GetSchedule", { Name = "nightly" }))
    assert.same({ "DISABLED" }, { seen.State, seen.Description })
  end)

  it("are made once for one token, and not over another", function()
    local sim = new()
    assert(sim:call("CreateSchedule", schedule { ClientToken = "one" }))
    assert(sim:call("CreateSchedule", schedule { ClientToken = "one" }))
    assert.equal("ConflictException", (refused(sim, "CreateSchedule", schedule { ClientToken = "two" })))
    local other = schedule { ClientToken = "one", State = "DISABLED" }
    assert.equal("ConflictException", (refused(sim, "CreateSchedule", other)))
  end)

  it("are listed by group, beginning and state, page by page", function()
    local sim = new()
    assert(sim:call("CreateScheduleGroup", { Name = "jobs" }))
    for i, name in ipairs { "a1", "a2", "b1" } do
      assert(sim:call("CreateSchedule", schedule { Name = name, GroupName = "jobs",
        State = i == 2 and "DISABLED" or "ENABLED" }))
    end
    local function names(body)
      local list = {}
      for i, one in ipairs(assert(sim:call("ListSchedules", body)).Schedules) do list[i] = one.Name end
      return list
    end
    assert.same({ "a1", "a2", "b1" }, names {})
    assert.same({}, names { GroupName = "default" })
    assert.same({ "a1" }, names { GroupName = "jobs", NamePrefix = "a", State = "ENABLED" })
    local page = assert(sim:call("ListSchedules", { MaxResults = 2 }))
    assert.same({ "b1" }, names { MaxResults = 2, NextToken = page.NextToken })
  end)

  it("are refused in the words of their service", function()
    local sim = new()
    for _, wrong in ipairs {
      { ScheduleExpression = "cron(0 3 * * *)" }, { ScheduleExpression = "every day" },
      { ScheduleExpressionTimezone = "Europe/Nowhere" }, { FlexibleTimeWindow = { Mode = "FLEXIBLE" } },
      { FlexibleTimeWindow = { Mode = "OFF", MaximumWindowInMinutes = 5 } }, { Target = target { RoleArn = "role" } },
      { Target = { Arn = CLUSTER, RoleArn = ROLE } },
      { Target = target { EcsParameters = { TaskDefinitionArn = "report" } } },
      { Target = target { EcsParameters = { TaskDefinitionArn = DEFINITION, LaunchType = "EC2",
        CapacityProviderStrategy = { { capacityProvider = "FARGATE" } } } } },
      { Target = target { Arn = "arn:aws:sqs:us-west-2:123456789012:queue" } }, { Name = "with space" },
    } do
      local body = schedule(wrong)
      assert.equal("ValidationException", (refused(sim, "CreateSchedule", body)))
    end
    local body = schedule()
    body.Target = nil
    assert.equal("ValidationException", (refused(sim, "CreateSchedule", body)))
    assert.equal("ResourceNotFoundException", (refused(sim, "CreateSchedule", schedule { GroupName = "none" })))
    assert.equal("ResourceNotFoundException", (refused(sim, "UpdateSchedule", schedule())))
    assert.equal("ResourceNotFoundException", (refused(sim, "DeleteSchedule", { Name = "nightly" })))
  end)

  it("answer over HTTP as their service does: with the error's name in a header", function()
    local sim = new()
    local function ask(method, path, body)
      local status, headers, text = sim:http(method, path, {}, body or "")
      return status, headers["x-amzn-errortype"], text
    end
    local text = require "cjson".encode(schedule())
    assert.equal(200, (ask("POST", "/schedules/nightly", text)))
    assert.same({ 409, "ConflictException", '{"Message":"Schedule nightly already exists."}' },
      { ask("POST", "/schedules/nightly", text) })
    assert.truthy(select(3, ask("GET", "/schedules/nightly?groupName=default")):find('"Name":"nightly"', 1, true))
    assert.truthy(select(3, ask("GET", "/schedules?ScheduleGroup=default&MaxResults=1")):find('"nightly"', 1, true))
    assert.same({ 200, nil, "{}" }, { ask("DELETE", "/schedules/nightly?clientToken=a") })
    assert.equal(404, (ask("GET", "/schedules/nightly")))
    assert.equal("SerializationException", (select(2, ask("PUT", "/schedules/nightly", "[1]"))))
    assert.equal(400, (ask("PATCH", "/schedules/nightly")))
  end)
end)

describe("rules in the simulator", function()
  local function with_rule(more)
    local sim = new()
    local body = { Name = "hourly", ScheduleExpression = "rate(1 hour)" }
    for name, value in pairs(more or {}) do body[name] = value end
    assert(sim:call("PutRule", body))
    return sim
  end

  it("start the tasks of their targets on time, in UTC", function()
    local sim = with_rule { ScheduleExpression = "cron(0 3 * * ? *)" }
    assert(sim:call("PutTargets", { Rule = "hourly", Targets = { target { Id = "one",
      Input = '{"containerOverrides":[{"name":"app","command":["x"]}]}' } } }))
    assert.same({ "03-29T03:00", "03-30T03:00" }, hours(sim, 48))
    assert.same({ FailedEntryCount = 0, FailedEntries = {} }, sim:call("RemoveTargets", { Rule = "hourly",
      Ids = { "one" } }))
    assert.same({}, hours(sim, 24))
  end)

  it("keep their targets whole, put one in the place of another of its id, and answer them page by page", function()
    local sim = with_rule()
    assert(sim:call("PutTargets", { Rule = "hourly", Targets = { target { Id = "a" }, target { Id = "b" } } }))
    assert(sim:call("PutTargets", { Rule = "hourly", Targets = { target { Id = "a", Input = "{}" } } }))
    local page = assert(sim:call("ListTargetsByRule", { Rule = "hourly", Limit = 1 }))
    assert.same({ target { Id = "a", Input = "{}" } }, page.Targets)
    assert.same({ target { Id = "b" } }, sim:call("ListTargetsByRule", { Rule = "hourly",
      NextToken = page.NextToken }).Targets)
    assert.equal("rate(1 hour)", sim:call("DescribeRule", { Name = "hourly" }).ScheduleExpression)
    assert.equal("hourly", sim:call("ListRules", { NamePrefix = "h" }).Rules[1].Name)
  end)

  it("are refused in the words of their service", function()
    local sim = with_rule()
    assert.equal("ResourceNotFoundException", (refused(sim, "ListTargetsByRule", { Rule = "none" })))
    assert.equal("ResourceNotFoundException", (refused(sim, "DescribeRule", { Name = "none" })))
    local six = {}
    for i = 1, 6 do six[i] = target { Id = "t" .. i } end
    assert.equal("LimitExceededException", (refused(sim, "PutTargets", { Rule = "hourly", Targets = six })))
    assert.truthy(sim:call("RemoveTargets", { Rule = "hourly", Ids = { "t1", "t2", "t3", "t4", "t5", "t6" } }))
    assert.truthy(sim:call("DeleteRule", { Name = "hourly" }))
  end)
end)
