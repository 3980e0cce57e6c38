-- Declared auto scaling against a server that others wrote, and as AWS's own client then sees it.
local cjson = require "cjson"
local ecs = require "ecs_service"
local ecs_servers = require "support.ecs_servers"
local scaled = require "support.scaled"

local SEEN = [=[
import boto3, json, sys
client = boto3.client("application-autoscaling", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
own = dict(ServiceNamespace="ecs", ResourceId="service/prod/web", ScalableDimension="ecs:service:DesiredCount")
targets = client.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=["service/prod/web"])
policies = client.describe_scaling_policies(**own)["ScalingPolicies"]
actions = client.describe_scheduled_actions(**own)["ScheduledActions"]
print(json.dumps({
    "targets": [[t["MinCapacity"], t["MaxCapacity"]] for t in targets["ScalableTargets"]],
    "policies": sorted(p["PolicyName"] + " " + p["PolicyType"] for p in policies),
    "actions": sorted(a["ScheduledActionName"] + " " + a["Schedule"] + " " + a["Timezone"] for a in actions)}))
]=]

describe("declared auto scaling at moto", function()
  local server, backend

  setup(function()
    server = ecs_servers.start "moto"
    assert(server.call("CreateCluster", { clusterName = "prod" }))
    assert(server.call("RegisterTaskDefinition", { family = "web", containerDefinitions = {
      { name = "app", image = "acme/web:1", memory = 64 } } }))
    backend = require "ecs_service.state.memory".new()
  end)
  teardown(function() if server then server.stop() end end)

  local function stack_of(autoscaling)
    local stack = assert(ecs.stack { region = ecs_servers.region, endpoint = server.endpoint,
      credentials = ecs_servers.credentials, state = backend, default_tags = { team = "core" } })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2,
      lifecycle = { ignore_changes = { "desired_count" } }, autoscaling = autoscaling })
    return stack
  end

  -- What AWS's own client sees; nil where there is none.
  local function seen()
    local python = os.getenv "AWS_CLIENTS_PYTHON"
    if not python then return nil end
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(SEEN)
    file:close()
    local pipe = assert(io.popen(("env -u LD_PRELOAD '%s' '%s' '%s'"):format(python, path, server.endpoint)))
    local text = pipe:read "*a"
    pipe:close()
    os.remove(path)
    return cjson.decode(text)
  end

  local WHOLE = scaled.block { step = { burst = { adjustment_type = "ChangeInCapacity", cooldown = 60,
    step_adjustment = { { lower = 0, upper = 20, add = 2 }, { lower = 20, add = 5 } } } },
    scheduled = { night = { schedule = "cron(0 22 * * ? *)", timezone = "Europe/Berlin", min_capacity = 1 } } }

  it("is made, and AWS's own client sees it", function()
    assert(stack_of(WHOLE):apply())
    local plan = assert(stack_of(WHOLE):plan())
    assert.is_true(plan:is_empty(), plan:render { color = false })
    local found = seen()
    if not found then return end
    assert.same({ { 2, 20 } }, found.targets)
    assert.same({ "web-burst StepScaling", "web-cpu TargetTrackingScaling", "web-memory TargetTrackingScaling" },
      found.policies)
    assert.same({ "web-night cron(0 22 * * ? *) Europe/Berlin" }, found.actions)
  end)

  it("is changed, and taken away", function()
    assert(stack_of(scaled.block { max_capacity = 30 }):apply())
    assert.is_true(assert(stack_of(scaled.block { max_capacity = 30 }):plan()):is_empty())
    local found = seen()
    if found then
      assert.same({ { { 2, 30 } }, { "web-cpu TargetTrackingScaling", "web-memory TargetTrackingScaling" }, {} },
        { found.targets, found.policies, found.actions })
    end
    assert(stack_of():apply())
    found = seen()
    if found then assert.same({}, found.targets) end
    assert.is_true(assert(stack_of():plan()):is_empty())
  end)
end)
