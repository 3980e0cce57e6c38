-- The simulator's Application Auto Scaling: scalable targets, their tags, and what they do to the count of a service.
local core = require "ecs_service.core"
local shapes = require "support.shapes"
local simulator = require "ecs_service.simulator"

local WEB = "service/prod/web"

local function about(more)
  local body = { ServiceNamespace = "ecs", ResourceId = WEB, ScalableDimension = "ecs:service:DesiredCount" }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end

describe("scalable targets of the simulator", function()
  local sim

  -- Asks as its model allows, and holds the answer against it.
  local function call(operation, body)
    assert.same({}, shapes.problems(operation, body))
    local answer, err = sim:call(operation, body)
    if answer then assert.same({}, shapes.answer_problems(operation, answer)) end
    if err then assert.truthy(shapes.has_error(operation, err.code), operation .. ": " .. err.code) end
    return answer, err
  end

  local function refused(code, operation, body)
    local answer, err = call(operation, body)
    assert.is_nil(answer)
    assert.equal(code, err.code)
    return err.message
  end

  local function create(name, more)
    local body = { cluster = "prod", serviceName = name, taskDefinition = "web:1" }
    if not (more or {}).schedulingStrategy then body.desiredCount = 1 end
    for key, value in pairs(more or {}) do body[key] = value end
    assert(sim:call("CreateService", body))
  end

  local function count(name)
    return assert(sim:call("DescribeServices", { cluster = "prod", services = { name or "web" } })).services[1]
      .desiredCount
  end

  local function described(...)
    return assert(call("DescribeScalableTargets", { ServiceNamespace = "ecs", ResourceIds = { ... } })).ScalableTargets
  end

  before_each(function()
    sim = simulator.new { clusters = { "prod" }, task_definitions = { "web:2" } }
    create "web"
    sim:advance(120)
  end)

  it("move the count of their service into their bounds at once", function()
    local made = assert(call("RegisterScalableTarget", about { MinCapacity = 2, MaxCapacity = 20 }))
    assert.truthy(made.ScalableTargetARN:find("arn:aws:application-autoscaling:us-west-2:123456789012:scalable-target/",
      1, true))
    assert.equal(2, count())
    assert(call("RegisterScalableTarget", about { MinCapacity = 0, MaxCapacity = 1 }))
    assert.equal(1, count())
    sim:advance(120)
    local acts = assert(call("DescribeScalingActivities", { ServiceNamespace = "ecs" })).ScalingActivities
    assert.equal("maximum capacity was set to 1", acts[1].Cause)
    assert.equal("Setting desired count to 2.", acts[2].Description)
    assert.equal("minimum capacity was set to 2", acts[2].Cause)
    assert.equal("Overridden", acts[2].StatusCode)
    assert.equal("Successful", acts[1].StatusCode)
    assert.truthy(acts[1].EndTime > acts[1].StartTime)
  end)

  it("keep what a later registration leaves out", function()
    assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4 }))
    assert(call("RegisterScalableTarget", about { MaxCapacity = 6,
      SuspendedState = { DynamicScalingInSuspended = true } }))
    assert(call("RegisterScalableTarget", about { SuspendedState = { ScheduledScalingSuspended = true } }))
    local target = described(WEB)[1]
    assert.equal(1, target.MinCapacity)
    assert.equal(6, target.MaxCapacity)
    assert.same({ DynamicScalingInSuspended = true, DynamicScalingOutSuspended = false,
      ScheduledScalingSuspended = true },
      target.SuspendedState)
    assert.truthy(target.RoleARN:find("AWSServiceRoleForApplicationAutoScaling_ECSService", 1, true))
  end)

  it("need bounds that fit each other, and a service that is there", function()
    refused("ValidationException", "RegisterScalableTarget", about { MinCapacity = 1 })
    refused("ValidationException", "RegisterScalableTarget", about { MinCapacity = 3, MaxCapacity = 2 })
    refused("ValidationException", "RegisterScalableTarget", about { MinCapacity = -1, MaxCapacity = 2 })
    local words = refused("ValidationException", "RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 2,
      ResourceId = "service/prod/nobody" })
    assert.truthy(words:find("service/prod/nobody", 1, true))
    refused("ValidationException", "RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 2,
      ResourceId = "arn:aws:ecs:us-west-2:123456789012:service/prod/web" })
    refused("ValidationException", "RegisterScalableTarget", { ServiceNamespace = "dynamodb", ResourceId = "table/x",
      ScalableDimension = "dynamodb:table:ReadCapacityUnits", MinCapacity = 1, MaxCapacity = 2 })
    create("agent", { schedulingStrategy = "DAEMON" })
    refused("ValidationException", "RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 2,
      ResourceId = "service/prod/agent" })
    assert.same({}, described(WEB))
  end)

  it("are answered for 50 ids at most, and those that are not registered are absent", function()
    assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4 }))
    assert.equal(1, #described(WEB, "service/prod/other"))
    local ids = {}
    for i = 1, 51 do ids[i] = "service/prod/s" .. i end
    local answer, err = sim:call("DescribeScalableTargets", { ServiceNamespace = "ecs", ResourceIds = ids })
    assert.is_nil(answer)
    assert.equal("ValidationException", err.code)
    refused("ValidationException", "DescribeScalableTargets", { ServiceNamespace = "ecs",
      ScalableDimension = "ecs:service:DesiredCount" })
    refused("InvalidNextTokenException", "DescribeScalableTargets", { ServiceNamespace = "ecs", NextToken = "what" })
  end)

  it("are answered in pages", function()
    for i = 1, 3 do
      create("s" .. i)
      assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4,
        ResourceId = "service/prod/s" .. i }))
    end
    local first = assert(call("DescribeScalableTargets", { ServiceNamespace = "ecs", MaxResults = 2 }))
    assert.equal(2, #first.ScalableTargets)
    local second = assert(call("DescribeScalableTargets", { ServiceNamespace = "ecs", MaxResults = 2,
      NextToken = first.NextToken }))
    assert.equal("service/prod/s3", second.ScalableTargets[1].ResourceId)
    assert.is_nil(second.NextToken)
  end)

  it("take tags when they are new, and later by TagResource alone", function()
    local arn = assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4,
      Tags = { team = "core" } })).ScalableTargetARN
    local words = refused("ValidationException", "RegisterScalableTarget", about { Tags = { team = "web" } })
    assert.truthy(words:find("already exists", 1, true))
    assert(call("application-autoscaling:TagResource", { ResourceARN = arn, Tags = { stage = "test" } }))
    assert(call("application-autoscaling:UntagResource", { ResourceARN = arn, TagKeys = { "team" } }))
    assert.same({ stage = "test" },
      assert(call("application-autoscaling:ListTagsForResource", { ResourceARN = arn })).Tags)
    refused("ResourceNotFoundException", "application-autoscaling:ListTagsForResource", { ResourceARN =
      "arn:aws:application-autoscaling:us-west-2:123456789012:scalable-target/0none" })
    local tags = {}
    for i = 1, 50 do tags["k" .. i] = "v" end
    refused("TooManyTagsException", "application-autoscaling:TagResource", { ResourceARN = arn, Tags = tags })
  end)

  it("go with their service a minute after it is INACTIVE, unless it was made and registered anew", function()
    assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4 }))
    assert(sim:call("DeleteService", { cluster = "prod", service = "web", force = true }))
    sim:advance(30)
    assert.equal(1, #described(WEB))
    sim:advance(90)
    assert.same({}, described(WEB))
    create "web"
    assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4 }))
    assert(sim:call("DeleteService", { cluster = "prod", service = "web", force = true }))
    sim:advance(30)
    create "web"
    assert(call("RegisterScalableTarget", about { MinCapacity = 2, MaxCapacity = 4 }))
    sim:advance(600)
    assert.equal(1, #described(WEB))
  end)

  it("are taken away with their policies, and only once", function()
    assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4 }))
    assert(call("PutScalingPolicy", about { PolicyName = "cpu", PolicyType = "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration = { TargetValue = 60,
        PredefinedMetricSpecification = { PredefinedMetricType = "ECSServiceAverageCPUUtilization" } } }))
    assert(call("DeregisterScalableTarget", about()))
    refused("ObjectNotFoundException", "DeregisterScalableTarget", about())
    assert.same({}, assert(call("DescribeScalingPolicies", { ServiceNamespace = "ecs" })).ScalingPolicies)
  end)

  it("are asked by their own target, signed for their own service, at ECS's endpoint", function()
    local status, _, body = sim:http("POST", "/",
      { ["X-Amz-Target"] = "AnyScaleFrontendService.DescribeScalableTargets" },
      core.json { ServiceNamespace = "ecs" })
    assert.equal(200, status)
    assert.equal('{"ScalableTargets":[]}', body)
    status, _, body = sim:http("POST", "/", { ["X-Amz-Target"] = "AnyScaleFrontendService.DeregisterScalableTarget" },
      core.json(about()))
    assert.equal(400, status)
    assert.truthy(body:find('"Message":"No scalable target registered', 1, true), body)
    status, _, body = sim:http("POST", "/", { ["X-Amz-Target"] =
      "AmazonEC2ContainerServiceV20141113.DescribeScalableTargets" }, "{}")
    assert.equal(400, status)
    assert.truthy(body:find("UnknownOperationException", 1, true))
    local arn = assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 4 })).ScalableTargetARN
    status = sim:http("POST", "/", { ["X-Amz-Target"] = "AnyScaleFrontendService.TagResource" },
      core.json { ResourceARN = arn, Tags = { a = "b" } })
    assert.equal(200, status)
    assert.equal("TagResource", sim.requests[#sim.requests].operation)
  end)

  it("fail as a fault says, which may name the service of an operation that ECS has too", function()
    sim:fault { operation = "application-autoscaling:TagResource", code = "ThrottlingException" }
    local status = sim:http("POST", "/", { ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.TagResource" },
      core.json { resourceArn = "arn:aws:ecs:us-west-2:123456789012:cluster/prod", tags = { { key = "a",
        value = "b" } } })
    assert.equal(200, status)
    local _, _, body = sim:http("POST", "/", { ["X-Amz-Target"] = "AnyScaleFrontendService.TagResource" }, "{}")
    assert.truthy(body:find("ThrottlingException", 1, true))
    sim:fault { operation = "DescribeScalableTargets", code = "InternalServiceException" }
    status = sim:http("POST", "/", { ["X-Amz-Target"] = "AnyScaleFrontendService.DescribeScalableTargets" },
      core.json { ServiceNamespace = "ecs" })
    assert.equal(500, status)
  end)
end)
