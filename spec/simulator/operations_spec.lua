--- The simulator's table of operations, and what is the same for all of them.
local operations = require "ecs_service.simulator.operations"
local shapes = require "support.shapes"
local simulator = require "ecs_service.simulator"

local read = require "support.documents".read

describe("the operations of the simulator", function()
  it("are all of the APIs' but those that are left out by name", function()
    local has = {}
    for _, name in ipairs(operations.names()) do has[name] = true end
    for _, name in ipairs(shapes.operations()) do
      assert.are_not.equal(has[name] or false, operations.is_left_out(name), name)
      has[name] = nil
    end
    assert.same({}, has)
  end)

  it("are listed in docs/simulator.md, and so is what is left out", function()
    local text = read "docs/simulator.md"
    for _, name in ipairs(shapes.operations()) do
      assert.truthy(text:find("%f[%w]" .. name:gsub("%-", "%%-") .. "%f[%W]"), name)
    end
  end)

  it("say of what is left out that it is the simulator's limit, and where the list is", function()
    local sim = simulator.new()
    local status, _, body = sim:http("POST", "/", { ["X-Amz-Target"] =
      "AmazonEC2ContainerServiceV20141113.CreateDaemon" }, "{}")
    assert.equal(400, status)
    assert.truthy(body:find("UnknownOperationException", 1, true))
    assert.truthy(body:find("This is a simulator, and CreateDaemon is one of the operations that it leaves out", 1,
      true))
    assert.truthy(body:find("docs/simulator.md", 1, true))
  end)

  it("say of what ECS has not either just that", function()
    local sim = simulator.new()
    local _, _, body = sim:http("POST", "/", { ["X-Amz-Target"] =
      "AmazonEC2ContainerServiceV20141113.MakeTea" }, "{}")
    assert.truthy(body:find("The operation MakeTea is not known.", 1, true))
  end)

  -- Whose models leave out what all of their operations answer.
  local BARE = { ssm = true, events = true }

  it("refuse an empty request with an error that the API lists for them, or answer as it says", function()
    local sim = simulator.new()
    for _, name in ipairs(operations.names()) do
      local answer, err = sim:call(name, {})
      if answer then
        assert.same({}, shapes.answer_problems(name, answer))
      elseif not BARE[operations.service_of(name)] then
        assert.truthy(shapes.has_error(name, err.code), name .. ": " .. err.code)
      end
    end
  end)

  it("refuse members of the wrong type, and pages and words out of bounds", function()
    local sim = simulator.new()
    for _, case in ipairs {
      { "ListClusters", { maxResults = 101 }, "InvalidParameterException" },
      { "ListClusters", { maxResults = 0 }, "InvalidParameterException" },
      { "ListClusters", { nextToken = "what" }, "InvalidParameterException" },
      { "ListClusters", { maxResults = "many" }, "SerializationException" },
      { "ListAccountSettings", { maxResults = 11 }, "InvalidParameterException" },
      { "ListServicesByNamespace", { namespace = "none" }, "NamespaceNotFoundException" },
      { "ListAttributes", { targetType = "task" }, "InvalidParameterException" },
      { "CreateCapacityProvider", { name = "x", autoScalingGroupProvider = { autoScalingGroupArn = "a",
        managedScaling = { targetCapacity = 101 } } }, "InvalidParameterException" },
      { "UpdateContainerInstancesState", { containerInstances = { "x" }, status = "GONE" },
        "InvalidParameterException" },
    } do
      local answer, err = sim:call(case[1], case[2])
      assert.is_nil(answer, case[1])
      assert.equal(case[3], err.code, case[1])
    end
  end)

  it("print a list that is too long in their refusal", function()
    local sim = simulator.new()
    local tags = {}
    for i = 1, 51 do tags[i] = { key = "k" .. i, value = "v" } end
    local _, err = sim:call("TagResource", { resourceArn = "arn:aws:ecs:us-west-2:123456789012:cluster/default",
      tags = tags })
    assert.truthy(err.message:find("Value '[{key=k1, value=v}, {key=k2, value=v}", 1, true), err.message)
  end)
end)
