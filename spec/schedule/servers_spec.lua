-- Declared schedules over real HTTP, against EventBridge as others wrote it: moto.
local ecs = require "ecs_service"
local ecs_servers = require "support.ecs_servers"

local region, credentials = ecs_servers.region, ecs_servers.credentials
local ROLE = "arn:aws:iam::123456789012:role/scheduler"

describe("schedules against moto", function()
  local server, state

  setup(function()
    server = ecs_servers.start "moto"
    assert(server.call("CreateCluster", { clusterName = "prod" }))
    state = os.tmpname()
    os.remove(state)
  end)

  teardown(function()
    if server then server.stop() end
    os.execute("rm -f '" .. state .. "'*")
  end)

  local function new_stack(image, more)
    local stack = assert(ecs.stack { region = region, endpoint = server.endpoint, credentials = credentials,
      endpoints = { scheduler = server.endpoint, events = server.endpoint }, state = state })
    if not image then return stack end
    local api = stack:task_definition("api", { network_mode = "bridge", container_definitions = {
      { name = "app", image = image, memory = 64 } } })
    local config = { cluster = "prod", role_arn = ROLE, task_definition = api, command = { "bin/report" },
      schedule = "cron(0 3 * * ? *)", timezone = "Europe/Berlin", end_date = "2040-01-01T00:00:00Z",
      retry_policy = { maximum_retry_attempts = 5 } }
    for name, value in pairs(more or {}) do config[name] = value ~= false and value or nil end
    stack:schedule("nightly", config)
    return stack
  end

  local function seen(stack) return stack:call("scheduler", "GetSchedule", { Name = "nightly" }) end

  it("are made, follow their task definition, are imported, brought back and ended", function()
    local stack = new_stack "acme/api:1"
    local result = assert(stack:apply())
    assert.truthy(result.schedules.nightly.arn:find(":schedule/default/nightly", 1, true))
    assert.is_true(assert(new_stack("acme/api:1"):plan()):is_empty())
    assert.truthy(assert(seen(stack)).Target.Input:find("bin/report", 1, true))
    assert(new_stack("acme/api:2", { state = "DISABLED" }):apply())
    local now = assert(seen(stack))
    assert.same({ "DISABLED", "api:2" }, { now.State, now.Target.EcsParameters.TaskDefinitionArn:match "[^/]+$" })
    assert.is_true(assert(new_stack("acme/api:2", { state = "DISABLED" }):plan()):is_empty())
    assert(new_stack():forget "schedule.nightly")
    local ok, err = new_stack("acme/api:2"):plan()
    assert.is_nil(ok)
    assert.equal("AlreadyExists", err.code)
    assert(new_stack():import("schedule.nightly", "default/nightly"))
    assert.truthy(assert(new_stack():generate_config "schedule.nightly"):find('timezone = "Europe/Berlin"', 1, true))
    assert(new_stack("acme/api:2"):apply())
    assert.equal("ENABLED", assert(seen(stack)).State)
    assert(new_stack("acme/api:2"):destroy())
    local _, gone = seen(stack)
    assert.equal("ResourceNotFoundException", gone.code)
  end)

  it("of a rule follow by its target alone", function()
    local stack = new_stack()
    local base = "arn:aws:ecs:" .. region .. ":123456789012:"
    assert(stack:call("events", "PutRule", { Name = "hourly", ScheduleExpression = "rate(1 hour)" }))
    assert(stack:call("events", "PutTargets", { Rule = "hourly", Targets = { { Id = "one", RoleArn = ROLE,
      Arn = base .. "cluster/prod", Input = "{}", EcsParameters = {
        TaskDefinitionArn = base .. "task-definition/api:1", TaskCount = 2 } } } }))
    local rule = { rule = "hourly", role_arn = false, cluster = false, command = false, schedule = false,
      timezone = false, end_date = false, retry_policy = false }
    local result = assert(new_stack("acme/api:3", rule):apply())
    assert.equal("one", result.schedules.nightly.target_id)
    local target = assert(stack:call("events", "ListTargetsByRule", { Rule = "hourly" })).Targets[1]
    assert.same({ "{}", 2 }, { target.Input, target.EcsParameters.TaskCount })
    assert.equal(result.task_definitions.api.arn, target.EcsParameters.TaskDefinitionArn)
    assert.is_true(assert(new_stack("acme/api:3", rule):plan()):is_empty())
    assert(new_stack("acme/api:3", rule):destroy())
    assert.equal("hourly", assert(stack:call("events", "ListRules")).Rules[1].Name)
  end)
end)
