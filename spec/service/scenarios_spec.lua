-- Every scenario of spec/support/scenarios.lua: what is reported is what happened, soon after ECS knew, and never in
-- silence.
local journey = require "support.journey"
local scenarios = require "support.scenarios"

-- The longest time that passes without an event, in virtual seconds; a request without an answer takes its own time.
local SILENCE = 40

local lateness = {}

local function longest_silence(result)
  local longest, last = 0, nil
  for _, event in ipairs(result.events) do
    if last then longest = math.max(longest, event.at - last) end
    last = event.at
  end
  return longest
end

local function check_events(result)
  local seen, last = {}, 0
  for _, event in ipairs(result.events) do
    if event.type == "service_event" then
      assert.is_nil(seen[event.id], "told twice: " .. event.message)
      assert.is_true(event.occurred >= last, "out of order: " .. event.message)
      seen[event.id], last = true, event.occurred
    end
  end
end

describe("a deployment and its outcome:", function()
  after_each(journey.clean)

  for _, scenario in ipairs(scenarios.list) do
    it(scenario.name, function()
      local result = scenarios.run(scenario)
      assert.equal(scenario.expect, result.outcome, result.message)
      if scenario.says then
        local evidence = result.error.evidence or {}
        local likeliest = (evidence.causes or {})[1] or { evidence = {} }
        local told = result.message .. " " .. tostring(evidence.reason) .. table.concat(likeliest.evidence, " ")
        assert.truthy(told:lower():find(scenario.says:lower(), 1, true), told)
      end
      local service = journey.service(result.sim)
      if scenario.runs then assert.equal(scenario.runs, service.taskDefinition:match "[^/]+$") end
      if scenario.running then assert.equal(scenario.running, service.runningCount) end
      if scenario.strategy then
        assert.equal(scenario.strategy, service.deploymentConfiguration.strategy)
      end
      if scenario.plans_nothing then assert.is_true(assert(result.stack:plan()):is_empty()) end
      check_events(result)
      assert.is_true(longest_silence(result) <= SILENCE, "silent for " .. longest_silence(result) .. " s")
      assert.is_true(result.late >= 0, "told before it was known")
      lateness[#lateness + 1] = result.late
    end)
  end

  it("is told within three seconds of ECS's knowing in most of them, and within fifteen in all", function()
    table.sort(lateness)
    assert.is_true(#lateness >= 60)
    assert.is_true(lateness[math.ceil(#lateness / 2)] <= 3, "median " .. lateness[math.ceil(#lateness / 2)])
    assert.is_true(lateness[#lateness] <= 15, "worst " .. lateness[#lateness])
  end)
end)
