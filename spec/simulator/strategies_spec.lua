-- Strategies, hooks and what else is new of deployments, as the simulator takes, completes, answers and refuses them.
local journey = require "support.journey"

local ROLE = "arn:aws:iam::123456789012:role/hooks"
local SMOKE = "arn:aws:lambda:us-west-2:123456789012:function:smoke"

describe("the simulator", function()
  local sim
  before_each(function() sim = journey.simulator() end)

  local function create(configuration, more)
    local body = { cluster = "prod", serviceName = "web", taskDefinition = "web:3", desiredCount = 2,
      deploymentConfiguration = configuration }
    for key, value in pairs(more or {}) do body[key] = value end
    local answer, err = sim:call("CreateService", body)
    return answer and answer.service.deploymentConfiguration, err
  end

  local function update(configuration)
    local answer, err = sim:call("UpdateService", { cluster = "prod", service = "web",
      deploymentConfiguration = configuration })
    return answer and answer.service.deploymentConfiguration, err
  end

  local function refuses(configuration, text, more)
    local answer, err = create(configuration, more)
    assert.is_nil(answer)
    assert.truthy(tostring(err.message or err):find(text, 1, true), tostring(err.message or err))
  end

  it("completes a strategy, and drops what only another one has", function()
    local canary = create { strategy = "CANARY", canaryConfiguration = { canaryPercent = 7.5 } }
    assert.same({ canaryPercent = 7.5, canaryBakeTimeInMinutes = 10 }, canary.canaryConfiguration)
    assert.is_nil(canary.bakeTimeInMinutes)
    local linear = update { strategy = "LINEAR" }
    assert.same({ stepPercent = 10, stepBakeTimeInMinutes = 6 }, linear.linearConfiguration)
    assert.is_nil(linear.canaryConfiguration)
    assert.is_nil(update { strategy = "ROLLING" }.linearConfiguration)
  end)

  it("keeps what an update does not name, and takes a list of no hooks for none", function()
    local hook = { hookTargetArn = SMOKE, roleArn = ROLE, lifecycleStages = { "POST_SCALE_UP" },
      hookDetails = { retries = 3 } }
    create { strategy = "BLUE_GREEN", bakeTimeInMinutes = 5, lifecycleHooks = { hook } }
    local after = update { maximumPercent = 150 }
    assert.equal("BLUE_GREEN", after.strategy)
    assert.equal(5, after.bakeTimeInMinutes)
    assert.equal(3, after.lifecycleHooks[1].hookDetails.retries)
    assert.same({}, update { lifecycleHooks = {} }.lifecycleHooks)
  end)

  it("takes what a function is told as any JSON", function()
    for _, details in ipairs { true, 3.5, "text", { 1, "2" } } do
      sim = journey.simulator()
      local after = create { strategy = "BLUE_GREEN", lifecycleHooks = { { hookTargetArn = SMOKE, roleArn = ROLE,
        lifecycleStages = { "PRE_SCALE_UP" }, hookDetails = details } } }
      assert.same(details, after.lifecycleHooks[1].hookDetails)
    end
  end)

  it("refuses figures of another strategy, out of bounds or between two steps", function()
    refuses({ strategy = "LINEAR", canaryConfiguration = { canaryPercent = 5 } }, "canaryConfiguration is only valid")
    for _, percent in ipairs { 0, 7.55, 100.1 } do
      refuses({ strategy = "CANARY", canaryConfiguration = { canaryPercent = percent } }, "canaryPercent must be")
    end
    refuses({ strategy = "LINEAR", linearConfiguration = { stepPercent = 2.9 } }, "stepPercent must be")
    refuses({ strategy = "BLUE_GREEN", bakeTimeInMinutes = 1441 }, "bakeTimeInMinutes must be")
  end)

  it("refuses hooks that call nobody, and pauses that do or stand where traffic moves", function()
    local function hook(one)
      one.lifecycleStages = one.lifecycleStages or { "POST_SCALE_UP" }
      return { strategy = "BLUE_GREEN", lifecycleHooks = { one } }
    end
    refuses(hook { hookTargetArn = SMOKE }, "are required for AWS_LAMBDA")
    refuses(hook { targetType = "PAUSE", hookTargetArn = SMOKE }, "not applicable for PAUSE")
    refuses(hook { targetType = "PAUSE", lifecycleStages = { "TEST_TRAFFIC_SHIFT" } }, "not supported at the")
    refuses(hook { targetType = "PAUSE", timeoutConfiguration = { timeoutInMinutes = 20161 } }, "20160")
    refuses(hook { hookTargetArn = SMOKE, roleArn = ROLE, lifecycleStages = {} }, "cannot be empty")
  end)

  it("refuses early success that is incomplete or asks for too little", function()
    refuses({ earlySuccessCriteria = { enable = true } }, "are required when earlySuccessCriteria")
    refuses({ earlySuccessCriteria = { enable = true, healthyPercent = 50,
      sourceServiceRevisionCleanup = "BLOCKING" } }, "greater than or equal to minimumHealthyPercent")
  end)

  it("refuses an access log without a log, and tags that ECS keeps for itself", function()
    refuses(nil, "logConfiguration is required", { serviceConnectConfiguration = { enabled = true, namespace = "apps",
      accessLogConfiguration = { format = "TEXT" } } })
    refuses(nil, "AmazonECSManaged is reserved", { volumeConfigurations = { { name = "data", managedEBSVolume = {
      roleArn = ROLE, sizeInGiB = 10, tagSpecifications = { { resourceType = "volume", tags = { {
        key = "AmazonECSManaged", value = "x" } } } } } } } })
  end)
end)
