-- What waits for fleets cost, and how soon they know: in the shapes of waits.lua, beside the AWS CLI's waiters.
local journey = require "journey"
local waits = require "waits"

after_each(journey.clean)

local function run(name, services, clusters)
  for _, shape in ipairs(waits.shapes) do
    if shape.name == name then
      local result = waits.run(shape, { services = services, clusters = clusters })
      assert.same({}, result.wrong)
      return result, ("%s: %d polls of %.0f, told after %.1f s (median %.1f), not %.1f (%.1f)"):format(name,
        result.operations.DescribeServices, result.theirs.calls, result.ours.mean, result.ours.median,
        result.theirs.mean, result.theirs.median)
    end
  end
  error("no shape " .. name)
end

describe("a wait for 100 services", function()
  for _, name in ipairs { "all alike", "spread over five minutes", "some fail and are rolled back",
    "a few are slow" } do
    it("polls at most a tenth of what 100 AWS CLI waiters do, and knows sooner: " .. name, function()
      local result, told = run(name, 100, 1)
      assert.truthy(result.operations.DescribeServices <= 0.1 * result.theirs.calls, told)
      assert.truthy(result.ours.mean < result.theirs.mean and result.ours.median < result.theirs.median, told)
      assert.truthy(result.failures.most <= 30.5, "a failure told after " .. result.failures.most)
    end)
  end

  it("costs hardly more in five clusters, where calls cannot always be full", function()
    for _, name in ipairs { "all alike", "spread over five minutes" } do
      local result, told = run(name, 100, 5)
      assert.truthy(result.operations.DescribeServices <= 0.115 * result.theirs.calls, told)
      assert.truthy(result.ours.mean < result.theirs.mean, told)
    end
  end)
end)

describe("a wait for ten services", function()
  it("knows each as soon as a wait for one does", function()
    for _, name in ipairs { "all alike", "spread over five minutes", "behind load balancers" } do
      local result, told = run(name, 10, 1)
      assert.truthy(result.ours.median <= 2 and result.ours.most <= 4, told)
    end
  end)

  it("is not slower for services that are in ten clusters", function()
    local result, told = run("spread over five minutes", 10, 10)
    assert.truthy(result.ours.median <= 2 and result.ours.most <= 4, told)
  end)
end)
