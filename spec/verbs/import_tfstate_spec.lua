-- Taking over what Terraform manages.
local cjson = require "cjson"
local journey = require "support.journey"

local sim, path

before_each(function()
  sim = journey.simulator()
  path = journey.folder() .. "/terraform.tfstate"
end)
after_each(journey.clean)

local compile = loadstring or load

local function make(name)
  assert(sim:call("CreateService", { cluster = "prod", serviceName = name, taskDefinition = "web:2",
    desiredCount = 2 }))
end

local function instance(name, key, more)
  local attributes = { name = name, cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/prod", triggers = cjson.null,
    wait_for_steady_state = false }
  for k, value in pairs(more or {}) do attributes[k] = value end
  return { index_key = key, schema_version = 0, attributes = attributes }
end

local function resource(instances, module, kind)
  return { mode = "managed", type = kind or "aws_ecs_service", name = "web", module = module, instances = instances }
end

local function write(resources, more)
  local document = { version = 4, terraform_version = "1.9.0", serial = 3, lineage = "x", resources = resources }
  for k, value in pairs(more or {}) do document[k] = value end
  journey.write(path, cjson.encode(document))
end

describe("import of a Terraform state", function()
  it("takes over services of modules, count and for_each, and prints declarations that plan as no change", function()
    for _, name in ipairs { "one", "two", "three" } do make(name) end
    sim:advance(60)
    write { resource { instance("one", nil, { triggers = { at = "1" }, force_new_deployment = true,
      timeouts = { create = "30m" } }) }, resource({ instance("two", 0) }, "module.a"),
      resource({ instance("three", "x") }, 'module.a["k"].module.b'), resource({ {}, {} }, nil, "aws_lb") }
    local stack = journey.stack(sim)
    local result = assert(stack:import_tfstate(path))
    assert.same({ "web", "a.web.0", "a.k.b.web.x" }, result.order)
    assert.same({}, result.skipped)
    assert.equal(2, result.ignored.aws_lb)
    assert.truthy(result.source:find('create = "30m"', 1, true))
    assert(compile("local stack = ...\n" .. result.source))(stack)
    journey.assert_empty(stack)
    assert.same({ "one", "two", "three" }, (function()
      local recorded, list = assert(stack:recorded()), {}
      for i, address in ipairs(result.order) do list[i] = recorded[address].name end
      return list
    end)())
  end)

  it("takes over what the newest providers manage, and what old ones wrote as text", function()
    local role = "arn:aws:iam::123456789012:role/infrastructure"
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "one", taskDefinition = "web:2",
      desiredCount = 2, deploymentConfiguration = { strategy = "CANARY", bakeTimeInMinutes = 5,
        canaryConfiguration = { canaryPercent = 7.5 } }, volumeConfigurations = { { name = "data",
        managedEBSVolume = { roleArn = role, sizeInGiB = 10, volumeType = "gp3", throughput = 125 } } } }))
    sim:advance(60)
    for _, throughput in ipairs { "", "125" } do
      write { resource { instance("one", nil, { region = "us-west-2", sigint_rollback = false,
        deployment_configuration = { { strategy = "CANARY", bake_time_in_minutes = "5", canary_configuration = { {
          canary_percent = 7.5, canary_bake_time_in_minutes = "10" } }, lifecycle_hook = {} } },
        volume_configuration = { { name = "data", managed_ebs_volume = { { role_arn = role, size_in_gb = 10,
          throughput = throughput } } } } }) } }
      local stack = journey.stack(sim)
      local result = assert(stack:import_tfstate(path))
      assert.same({}, result.skipped)
      assert.truthy(result.source:find("canary_percent = 7.5", 1, true))
      assert.truthy(result.source:find("throughput = 125", 1, true))
      assert.is_nil(result.source:find("region", 1, true))
      assert(compile("local stack = ...\n" .. result.source))(stack)
      journey.assert_empty(stack)
    end
  end)

  it("records nothing on a dry run, and tells of services that are not there or managed already", function()
    make "one"
    write { resource { instance("one", 0), instance("lost", 1) } }
    local stack = journey.stack(sim)
    local result = assert(stack:import_tfstate(path, { dry_run = true }))
    assert.same({}, stack:recorded())
    assert.equal("web.1", result.skipped[1].address)
    assert.equal("NotFound", result.skipped[1].error.code)
    assert(stack:move((assert(stack:import_tfstate(path)).order[1]), "elsewhere"))
    assert.equal("AlreadyManaged", assert(stack:import_tfstate(path)).skipped[1].error.code)
  end)

  it("takes over one service once, however often the file names it, and once more on a second try", function()
    make "one"
    local other = instance("one", 1)
    other.attributes.cluster = "prod"
    write { resource { instance("one", 0), other } }
    local stack = journey.stack(sim)
    for _ = 1, 2 do
      local result = assert(stack:import_tfstate(path))
      assert.same({ "web.0" }, result.order)
      assert.equal("SameService", result.skipped[1].error.code)
      assert.truthy(result.skipped[1].error.message:find("web.0", 1, true))
      assert.truthy(result.source:find('stack:service("web.0"', 1, true))
    end
    assert.same({}, journey.mutations(sim))
  end)

  it("of services that are not declared is never followed by their destruction", function()
    make "one"
    write { resource { instance("one", 0) } }
    local stack = journey.stack(sim)
    assert(stack:import_tfstate(path))
    assert(stack:apply())
    assert(stack:destroy())
    assert.same({}, journey.mutations(sim))
  end)

  it("does not print what is sensitive in Terraform", function()
    make "one"
    local secret = instance("one", nil, { triggers = { at = "hunter2" }, force_new_deployment = true })
    secret.sensitive_attributes = { { { type = "get_attr", value = "triggers" } } }
    write { resource { secret } }
    local source = assert(journey.stack(sim):import_tfstate(path)).source
    assert.is_nil(source:find("hunter2", 1, true))
    assert.truthy(source:find("triggers of web is sensitive", 1, true))
  end)

  it("gives each service an address of its own", function()
    make "one"
    make "two"
    write { resource({ instance("one", "x") }, "module.a"), resource({ instance("two") }, 'module.a.module.web["x"]') }
    local order = assert(journey.stack(sim):import_tfstate(path)).order
    assert.equal(2, #order)
    assert.not_equal(order[1], order[2])
  end)

  it("explains a file that it cannot take", function()
    local function message() return select(2, journey.stack(sim):import_tfstate(path)).message end
    assert.truthy(message():find("cannot be read", 1, true))
    journey.write(path, "resource {")
    assert.truthy(message():find("no JSON object", 1, true))
    write({}, { version = 3 })
    assert.truthy(message():find("version 3", 1, true))
    write({}, { encrypted_data = "…" })
    assert.truthy(message():find("encrypted", 1, true))
    write { resource({ {} }, nil, "aws_lb") }
    assert.truthy(message():find("has no aws_ecs_service", 1, true))
  end)
end)
