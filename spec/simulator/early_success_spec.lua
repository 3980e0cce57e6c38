-- earlySuccessCriteria of a rolling deployment in the simulator.
local simulated = require "support.simulated"
local staged = require "support.staged"

local V2 = { taskDefinition = "mongo:7" }

describe("early success of a rolling deployment", function()
  local function early(percent, cleanup, bake)
    local sim = simulated.new { stop_seconds = 30 }
    simulated.create(sim, { desiredCount = 4, deploymentConfiguration = { minimumHealthyPercent = 50,
      maximumPercent = 100, bakeTimeInMinutes = bake, earlySuccessCriteria = { enable = true, healthyPercent = percent,
        sourceServiceRevisionCleanup = cleanup } } })
    sim:advance(600)
    return sim
  end

  --- Runs V2, whose tasks from the third on never start.
  local function update(sim)

    sim:tasks { task_definition = "mongo:7", outcome = "running", start_seconds = 1e6 }
    sim:tasks { task_definition = "mongo:7", times = 2, outcome = "running" }
    simulated.update(sim, V2)
  end

  it("is there when enough tasks are healthy, though others do not run yet", function()
    local sim = early(50, "BLOCKING")
    update(sim)
    sim:advance(300)
    assert.equal("SUCCESSFUL", staged.record(sim).status)
    local service = simulated.service(sim)
    assert.equal("COMPLETED", service.deployments[1].rolloutState)
    assert.equal(2, service.runningCount)
    assert.equal(2, service.pendingCount)
    assert.equal(1, #service.deployments)
  end)

  it("needs more where more is asked for", function()
    local sim = early(75, "DEFERRED")
    update(sim)
    sim:advance(300)
    assert.equal("IN_PROGRESS", staged.record(sim).status)
  end)

  it("waits for the bake time", function()
    local sim = early(50, "DEFERRED", 10)
    update(sim)
    sim:advance(500)
    assert.equal("IN_PROGRESS", staged.record(sim).status)
    sim:advance(200)
    assert.equal("SUCCESSFUL", staged.record(sim).status)
  end)

  it("waits for the end of the old tasks only with BLOCKING", function()
    for _, case in ipairs { { "DEFERRED", 1 }, { "BLOCKING", 0 } } do
      local sim = early(50, case[1])
      simulated.update(sim, V2)
      for _ = 1, 300 do
        if staged.record(sim).status == "SUCCESSFUL" then break end
        sim:advance(1)
      end
      assert.equal("SUCCESSFUL", staged.record(sim).status)
      assert.equal(case[2], #simulated.service(sim).deployments - 1, case[1])
    end
  end)
end)
