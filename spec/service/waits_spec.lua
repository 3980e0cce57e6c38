-- What waits for fleets cost, and how soon they know: in the shapes of waits.lua, beside the AWS CLI's waiters.
local journey = require "support.journey"
local waits = require "support.waits"

after_each(journey.clean)

local function run(name, services, clusters, more)
  for _, shape in ipairs(waits.shapes) do
    if shape.name == name then
      local result = waits.run(shape, { services = services, clusters = clusters,
        timeout = more and more.timeout, stable_for = more and more.stable_for })
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
    end)
  end

  it("tells failures within seconds, though it looks at most services seldom", function()
    local result = run("some fail and are rolled back", 100, 1)
    assert.equal(10, result.failures.count)
    assert.truthy(result.failures.mean <= 6 and result.failures.most <= 15.5, ("after %.1f s, at most %.1f"):format(
      result.failures.mean, result.failures.most))
  end)

  it("knows when each should be done by how long it usually takes, once that has proved right", function()
    local result, told = run("spread, and as long as ever", 100, 1)
    local other = run("spread over five minutes", 100, 1)
    assert.truthy(result.operations.DescribeServices <= 0.1 * result.theirs.calls, told)
    assert.truthy(result.ours.mean <= 0.5 * result.theirs.mean and result.ours.mean < other.ours.mean - 2, told)
  end)

  it("never leaves a service out of sight for longer than half a minute", function()
    for _, name in ipairs { "created, spread over five minutes", "behind load balancers" } do
      local result, told = run(name, 100, 5)
      assert.truthy(result.ours.most <= 30.5, told .. ", at most " .. result.ours.most)
    end
  end)

  it("ends at its deadline, however little it has looked", function()
    local result = run("a few are slow", 100, 1, { timeout = 100 })
    assert.equal(5, result.late.count)
    assert.truthy(result.late.most <= 1, "so long after the deadline: " .. result.late.most)
  end)

  it("ends soon after they were steady for so long as was asked for", function()
    local result = run("all alike", 100, 1, { stable_for = 40 })
    assert.truthy(result.ours.mean <= 5, "told after " .. result.ours.mean)
  end)

  it("sends no call with less than ten names while others of the cluster are waited for", function()
    assert.equal(0, run("spread over five minutes", 100, 5).unfilled)
    assert.equal(0, run("spread over five minutes", 10, 3).unfilled)
  end)

  it("costs hardly more in five clusters, where calls cannot always be full", function()
    for _, name in ipairs { "all alike", "spread over five minutes" } do
      local result, told = run(name, 100, 5)
      assert.truthy(result.operations.DescribeServices <= 0.115 * result.theirs.calls, told)
      assert.truthy(result.ours.mean < result.theirs.mean, told)
    end
  end)
end)

describe("a wait for 30 services", function()
  it("is in no hurry less than a wait for one", function()
    for _, name in ipairs { "spread over five minutes", "a few are slow" } do
      local result, told = run(name, 30, 2)
      assert.truthy(result.ours.mean <= 1.5 and result.ours.most <= 5, told)
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
