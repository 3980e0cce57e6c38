-- What a task definition once named as sensitive is shown by nothing that comes after: no plan, no verb, no state.
local cjson = require "cjson"
local core = require "ecs_service.core"
local declared = require "support.declared"

local actions, definition, pair = declared.actions, declared.definition, declared.pair

local SECRET = "correct-horse-99"

local world

local function named(container, more)
  local all = { environment = { DB_URL = SECRET, LEVEL = "info" } }
  for name, value in pairs(container or {}) do all[name] = value end
  local config = definition(all, { sensitive = { "DB_URL" } })
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

local function holds_not(...)
  for _, text in ipairs { ... } do assert.is_nil(text:find(SECRET, 1, true), text) end
end

local function texts_of(plan)
  local path = os.tmpname()
  assert(plan:save(path))
  local saved = core.system.read_file(path)
  os.remove(path)
  return plan:render { color = false, full = true }, core.json(plan:to_table()), saved
end

before_each(function()
  world = declared.world()
  assert(pair(world, named()):apply())
end)

describe("a variable that was sensitive", function()
  local plain = { LEVEL = "info" }
  for title, config in pairs {
    ["and is gone"] = definition { environment = plain },
    ["and is gone with all others"] = definition { environment = false },
    ["and became a secret"] = definition({ environment = plain,
      secrets = { DB_URL = "arn:aws:ssm:us-west-2:123456789012:parameter/url" } },
      { execution_role_arn = "arn:aws:iam::123456789012:role/pull" }),
    ["of a container that is called otherwise"] = definition { name = "main", environment = plain },
    ["of a family that is called otherwise"] = definition({ environment = plain }, { family = "other" }),
  } do
    it(title .. " is shown by no plan, result or state", function()
      local plan = assert(pair(world, config):plan())
      assert.equal("register", plan.changes[1].action)
      holds_not(texts_of(plan))
      local result = assert(pair(world, config):apply(plan))
      holds_not(core.json(result:to_table()), world.backend.text)
      assert.is_true(assert(pair(world, config):plan()):is_empty())
    end)
  end

  it("and changes is shown as changed; added and removed ones as such", function()
    local function symbol(environment)
      local config = definition({ environment = environment }, { sensitive = { "DB_URL", "NEW" } })
      local plan = assert(pair(world, config):plan())
      return plan:render { color = false }:match "(%S) %S+%s+%(sensitive value%)", plan.changes[1].diff[1].element
    end
    assert.same({ "~" }, { symbol { DB_URL = "another", LEVEL = "info" } })
    assert.same({ "+", "added" }, { symbol { DB_URL = SECRET, LEVEL = "info", NEW = "x" } })
    assert.same({ "-", "removed" }, { symbol { LEVEL = "info" } })
  end)

  it("is not in what a rollback says of the declaration", function()
    local config = definition { image = "acme/api:2", environment = plain }
    assert(pair(world, config):apply())
    local plan = assert(pair(world, config):rollback("api", { dry_run = true }))
    holds_not(texts_of(plan))
    assert.truthy(plan.warnings[1].hint:find("environment.DB_URL (as the revision has it)", 1, true)
      or plan.warnings[2].hint:find("environment.DB_URL (as the revision has it)", 1, true))
  end)

  it("is deployed anew without being told", function()
    local stack = pair(world, named())
    local told
    local result = assert(stack:deploy("api", { image = "acme/api:2", env = { DB_URL = SECRET .. "-new" },
      approve = function(plan) told = { texts_of(plan) } return true end }))
    holds_not(told[1], told[2], told[3], core.json(result:to_table()), world.backend.text)
    local sent = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = "api:2" })).taskDefinition
    assert.truthy(core.json(sent):find(SECRET .. "-new", 1, true))
  end)

  it("is asked of the environment by a declaration that is generated, and named there", function()
    local stack = pair(world, named())
    for _, source in ipairs { (assert(stack:generate_config("prod/api", { task_definition = true }))),
                              (assert(stack:generate_config "task_definition.api")),
                              (assert(stack:generate_config "api:1")) } do
      holds_not(source)
      assert.truthy(source:find('DB_URL = assert(os.getenv "DB_URL"', 1, true), source)
      assert.truthy(source:find('sensitive = { "DB_URL" }', 1, true), source)
      assert.truthy(source:find('LEVEL = "info"', 1, true), source)
    end
  end)

  it("of a Terraform state that holds the containers as sensitive is not recorded", function()
    world = declared.world()
    local arn = assert(world.sim:call("RegisterTaskDefinition", { family = "old", containerDefinitions = { {
      name = "app", image = "acme/old:1", memory = 64, environment = { { name = "DB_URL", value = SECRET } } } } }))
      .taskDefinition.taskDefinitionArn
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(cjson.encode { version = 4, terraform_version = "1.9.0", serial = 3, lineage = "x", resources = { {
      mode = "managed", type = "aws_ecs_task_definition", name = "old", instances = { { schema_version = 0,
        attributes = { arn = arn, family = "old", revision = 1 },
        sensitive_attributes = { { { type = "get_attr", value = "container_definitions" } } } } } } } })
    file:close()
    local result = assert(declared.stack(world):import_tfstate(path))
    os.remove(path)
    holds_not(result.source, world.backend.text, core.json(result.task_definitions))
  end)
end)

describe("the plan of a task definition, from a record alone", function()
  it("keeps to itself what the record names as sensitive, and guesses no number of another family", function()
    local ecs = require "ecs_service"
    local recorded = ecs.validate_task_definition(named({}, { family = "api" }))
    recorded = core.table(recorded)
    recorded.arn, recorded.revision, recorded.status = "arn:aws:ecs:us-west-2:123456789012:task-definition/api:4", 4,
      "ACTIVE"
    local change = assert(ecs.plan_task_definition(definition({ environment = { LEVEL = "info" } },
      { family = "api" }), recorded))
    assert.equal("api:5", change.predicted)
    assert.same({ { path = 'container_definitions["app"].environment.DB_URL', sensitive = true,
      element = "removed" } }, change.diff)
    change = assert(ecs.plan_task_definition(named({}, { family = "other" }), recorded))
    assert.is_nil(change.predicted)
  end)
end)

describe("a plan", function()
  it("of the same declaration is empty after all of this", function()
    assert.same({ "task_definition api no-op", "service api no-op" },
      actions(assert(pair(world, named()):plan())))
  end)
end)
