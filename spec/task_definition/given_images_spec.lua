-- Images that are given for one run: `--image`, stack:apply { image = … }.
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"

local actions, definition, pair = declared.actions, declared.definition, declared.pair

local world

local SAFE = { deployment_circuit_breaker = { enable = true, rollback = true } }

local function two()
  local config = definition()
  config.container_definitions[2] = { name = "proxy", image = "acme/proxy:1", memory = 64 }
  return config
end

local function images_of(name)
  local list = {}
  local answer = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = name }))
  for i, container in ipairs(answer.taskDefinition.containerDefinitions) do list[i] = container.image end
  return table.concat(list, " ")
end

before_each(function() world = declared.world() end)

describe("images of one run", function()
  it("win over the declaration, are told first, and change nothing of it", function()
    local stack = pair(world, two(), SAFE)
    local plan = assert(stack:plan { image = { ["api.app"] = "acme/api:2", ["api.proxy"] = "acme/proxy:2" } })
    local text = plan:render { color = false }
    local line = '\nimages of this run: api.app = "acme/api:2", api.proxy = "acme/proxy:2"\n'
    assert.truthy(text:find(line, 1, true), text)
    assert.same({ ["api.app"] = "acme/api:2", ["api.proxy"] = "acme/proxy:2" }, plan:to_table().images)
    assert(stack:apply { image = { ["api.app"] = "acme/api:2" } })
    assert.equal("acme/api:2 acme/proxy:1", images_of "api:1")
    plan = assert(stack:plan())
    assert.is_nil(plan:to_table().images)
    assert.same({ { path = 'container_definitions["app"].image', before = "acme/api:2", after = "acme/api:1" } },
      plan.changes[1].diff)
  end)

  it("are warned of where the next run would change them back", function()
    local plan = assert(pair(world, nil, SAFE):plan { image = { api = "acme/api:2" } })
    local warning = plan.warnings[1]
    assert.equal("DeclarationDiffers", warning.code)
    assert.equal('container_definitions["app"].image', warning.path)
    assert.truthy(warning.hint:find('image = ecs.running("api", "app")', 1, true), warning.hint)
    assert.equal(1, #plan.warnings)
    local stack = pair(world, definition { image = ecs.running("api", "app") }, SAFE)
    assert.same({}, assert(stack:plan { image = { api = "acme/api:2" }, strict = true }).warnings)
    stack = pair(world, nil, SAFE)
    assert.same({}, assert(stack:plan { image = { api = "acme/api:1" } }).warnings)
    assert(stack:plan { image = { api = "acme/api:2" }, strict = true })
  end)

  it("are those of a task definition, by its address, or by that of a service that runs it", function()
    local stack, api, service = pair(world, nil, SAFE)
    for _, key in ipairs { "api", "api.app", "task_definition.api", "task_definition.api.app", api, service } do
      local plan = assert(stack:plan { image = { [key] = "acme/api:2" } })
      assert.equal("acme/api:2", plan.changes[1].after.container_definitions[1].image)
    end
    local other = declared.stack(world)
    other:service("web.eu", { name = "web", cluster = "prod", task_definition = other:task_definition("api",
      definition()), desired_count = 1 })
    local plan = assert(other:plan { image = { ["web.eu.app"] = "acme/api:3" } })
    assert.equal("acme/api:3", plan.changes[1].after.container_definitions[1].image)
  end)

  it("are refused all at once, each with what was probably meant", function()
    local stack = pair(world, two(), SAFE)
    stack:service("mongo", { name = "mongo", cluster = "prod", task_definition = "mongo:7" })
    local plan, err = stack:plan { image = { ["api.ap"] = "a:1", ["appi.app"] = "a:1", api = "a:1",
      ["mongo.db"] = "a:1", ["api.proxy"] = "a b", ["task_definition.api.app"] = "a:1",
      ["api.app"] = "a:2", nothing = "x:1" } }
    assert.is_nil(plan)
    local told = {}
    for _, one in ipairs(err.errors) do told[one.path] = one end
    assert.equal("did you mean api.app?", told["image.api.ap"].hint)
    assert.equal("did you mean api.app?", told["image.appi.app"].hint)
    assert.equal("name one: api.app", told["image.api"].hint)
    assert.truthy(told["image.mongo.db"].hint:find("ecs-service deploy", 1, true))
    assert.equal('"a b" is no image', told["image.api.proxy"].message)
    assert.truthy(told["image.task_definition.api.app"].message:find("has two images", 1, true))
    assert.equal("there are api.app, api.proxy", told["image.nothing"].hint)
    assert.equal(7, #err.errors)
    assert.equal(3, require "ecs_service.cli.exit_codes".of(err))
    plan, err = stack:plan { image = { "acme/api:2" } }
    assert.is_nil(plan)
    assert.equal("WrongOption", err.code)
    plan, err = stack:plan { image = { ["api.app"] = 2 } }
    assert.is_nil(plan)
    assert.equal("a number is no image", err.message)
    assert.same({}, world.sim.requests)
  end)

  it("are refused where they have no effect", function()
    local stack = pair(world, two(), SAFE)
    local image = { ["api.app"] = "acme/api:2" }
    stack:service("mongo", { name = "mongo", cluster = "prod", task_definition = "mongo:7" })
    for _, opts in ipairs { { target = "mongo" }, { exclude = { "task_definition.api", "api" } }, { destroy = true },
                            { refresh_only = true } } do
      opts.image = image
      local plan, err = stack:plan(opts)
      assert.is_nil(plan)
      assert.equal("WrongOption", err.code)
    end
    local _, err = stack:destroy { image = image }
    assert.equal("image", err.path)
    _, err = stack:refresh { image = image }
    assert.equal("image", err.path)
    _, err = stack:apply(assert(stack:plan { target = "api" }), { image = image })
    assert.equal("image", err.path)
  end)

  it("are part of a saved plan, which is not believed when it says another one", function()
    local path, stack = os.tmpname(), pair(world, two(), SAFE)
    local plan = assert(stack:plan { image = { ["api.app"] = "acme/api:2" } })
    assert(plan:save(path))
    local text = core.system.read_file(path)
    assert(core.system.write_file(path, (text:gsub('"api.app": "acme/api:2"', '"api.app": "acme/api:3"'))))
    local result, err = pair(world, two(), SAFE):apply(assert(ecs.load_plan(path)))
    assert.is_nil(result)
    assert.equal("PlanStale", err.code)
    assert(core.system.write_file(path, (text:gsub('"api.app": "acme/api:2"', '"api.app": 7'))))
    result, err = ecs.load_plan(path)
    assert.is_nil(result)
    assert.equal("PlanCorrupt", err.code)
    assert(core.system.write_file(path, text))
    local loaded = assert(ecs.load_plan(path))
    assert.equal(plan:digest(), loaded:digest())
    assert.truthy(loaded:render { color = false }:find("image of this run: api.app", 1, true))
    assert(pair(world, two(), SAFE):apply(loaded))
    os.remove(path)
    assert.equal("acme/api:2 acme/proxy:1", images_of "api:1")
  end)

  it("are put into what is declared as JSON or in the API's spelling", function()
    local stack = declared.stack(world)
    stack:task_definition("api", { taskDefinition = { networkMode = "bridge", containerDefinitions = {
      { name = "app", image = "acme/api:1", memory = 64 } } } })
    stack:task_definition("job", { container_definitions = '[{"name":"app","image":"acme/job:1","memory":64}]' })
    assert(stack:apply { image = { api = "acme/api:2", ["job.app"] = "acme/job:2" } })
    assert.equal("acme/api:2", images_of "api:1")
    assert.equal("acme/job:2", images_of "job:1")
    assert.same({ "task_definition api no-op", "task_definition job no-op" },
      actions(assert(stack:plan { image = { api = "acme/api:2", job = "acme/job:2" } })))
  end)
end)
