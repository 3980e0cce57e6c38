-- What becomes of the registration of a revision: where tags have to follow it, and where ECS cannot be asked.
local ecs = require "ecs_service"

local TAGS = { { key = "team", value = "core" } }

local function begin(region)
  local sim = ecs.simulator { region = region, clusters = { "prod" } }
  assert(sim:call("RegisterTaskDefinition", { family = "web", tags = TAGS, containerDefinitions = {
    { name = "app", image = "acme/web:1", memory = 64 } } }))
  assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 1 }))
  sim:advance(120)
  return sim
end

local function deploy(sim, region)
  return ecs.deploy { region = region, transport = sim, service = "prod/web", image = { app = "acme/web:2" } }
end

local function tags_of(sim, name)
  return assert(sim:call("DescribeTaskDefinition", { taskDefinition = name, include = { "TAGS" } })).tags
end

describe("tags of a revision", function()
  it("follow it where a partition takes none together with a registration", function()
    local sim = begin "cn-north-1"
    sim:fault { operation = "RegisterTaskDefinition", code = "UnsupportedFeatureException",
      message = "Tags cannot be set here." }
    local result = assert(deploy(sim, "cn-north-1"))
    assert.equal(2, result.task_definitions.web.revision)
    assert.same(TAGS, tags_of(sim, "web:2"))
  end)

  it("are no reason to give a deployment up where they are refused there", function()
    local sim = begin "cn-north-1"
    sim:fault { operation = "RegisterTaskDefinition", code = "InvalidParameterException", message = "No tags." }
    sim:fault { operation = "TagResource", code = "AccessDeniedException", message = "not you" }
    assert(deploy(sim, "cn-north-1"))
    assert.same({}, tags_of(sim, "web:2"))
  end)

  it("are refused as they are where a registration takes them", function()
    local sim = begin "us-west-2"
    sim:fault { operation = "RegisterTaskDefinition", code = "InvalidParameterException", message = "No tags." }
    local result, err = deploy(sim, "us-west-2")
    assert.is_nil(result)
    assert.equal("InvalidParameterException", err.code)
    assert.equal("ClientException", select(2, sim:call("DescribeTaskDefinition", { taskDefinition = "web:2" })).code)
  end)
end)

describe("a deploy", function()
  it("tells why it cannot read the revision that runs", function()
    local sim = begin "us-west-2"
    sim:fault { operation = "DescribeTaskDefinition", code = "AccessDeniedException", message = "not you" }
    local result, err = deploy(sim, "us-west-2")
    assert.is_nil(result)
    assert.equal("AccessDeniedException", err.code)
  end)
end)
