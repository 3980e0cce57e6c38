-- Service deployments of the simulator: how they are tied to deployments, how late they are shown, how they end.
local simulated = require "support.simulated"

local function records(sim)
  return assert(sim:call("ListServiceDeployments", { cluster = "prod", service = "mongodb" })).serviceDeployments
end

local function described(sim, arn)
  return assert(sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { arn } })).serviceDeployments[1]
end

local function rolling(options)
  local sim = simulated.new(options)
  simulated.create(sim)
  sim:advance(100)
  simulated.update(sim, { taskDefinition = "mongo:7" })
  return sim
end

local function stop(sim, how)
  local arn = records(sim)[1].serviceDeploymentArn
  return sim:call("StopServiceDeployment", { serviceDeploymentArn = arn, stopType = how })
end

describe("a service deployment of the simulator", function()
  it("carries the number of its deployment in its target revision", function()
    local sim = rolling()
    for i, deployment in ipairs(simulated.service(sim).deployments) do
      local number = deployment.id:match "^ecs%-svc/(%d+)$"
      assert.equal(number, records(sim)[i].targetServiceRevisionArn:match "(%d+)$")
    end
    local first, second = records(sim)[1], records(sim)[2]
    assert.not_equal(first.targetServiceRevisionArn, second.targetServiceRevisionArn)
  end)

  it("of a rollback stays the one that failed, though another deployment is in charge", function()
    local sim = rolling()
    local id = simulated.service(sim).deployments[1].id
    assert(stop(sim))
    assert.not_equal(id, simulated.service(sim).deployments[1].id)
    assert.equal(id:match "%d+$", records(sim)[1].targetServiceRevisionArn:match "%d+$")
    assert.equal("ROLLBACK_IN_PROGRESS", records(sim)[1].status)
  end)

  it("is shown late with record_lag, and changes late", function()
    local sim = rolling { record_lag = 15 }
    assert.equal(1, #records(sim))
    assert.equal("SUCCESSFUL", records(sim)[1].status)
    sim:advance(15)
    assert.equal(2, #records(sim))
    local arn = records(sim)[1].serviceDeploymentArn
    assert.equal("IN_PROGRESS", records(sim)[1].status)
    assert.is_nil(records(sim)[1].finishedAt)
    assert(stop(sim))
    assert.equal("IN_PROGRESS", described(sim, arn).status)
    assert.is_nil(described(sim, arn).rollback)
    assert.is_nil(described(sim, arn).statusReason)
    sim:advance(15)
    assert.equal("ROLLBACK_IN_PROGRESS", described(sim, arn).status)
    assert.truthy(described(sim, arn).rollback)
    sim:advance(100)
    assert.equal("ROLLBACK_SUCCESSFUL", described(sim, arn).status)
    assert.truthy(described(sim, arn).finishedAt)
  end)

  it("is STOPPED by ABORT where that is taken, and the service keeps what it has", function()
    local sim = rolling { stop_abort = true }
    assert(stop(sim, "ABORT"))
    assert.equal("STOPPED", records(sim)[1].status)
    assert.equal("FAILED", simulated.service(sim).deployments[1].rolloutState)
    assert.equal(2, #simulated.service(sim).deployments)
    local _, err = stop(rolling(), "ABORT")
    assert.equal("UnsupportedFeatureException", err.code)
  end)

  it("is ROLLBACK_FAILED when the tasks of the former revision fail, too", function()
    local sim = simulated.new()
    simulated.create(sim, { deploymentConfiguration = { deploymentCircuitBreaker = { enable = true, rollback = true },
      minimumHealthyPercent = 0, maximumPercent = 100 } })
    sim:advance(100)
    sim:tasks { service = "mongodb", outcome = "pull_error" }
    simulated.update(sim, { taskDefinition = "mongo:7" })
    sim:advance(600)
    assert.equal("ROLLBACK_FAILED", records(sim)[1].status)
  end)
end)
