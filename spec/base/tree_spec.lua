-- What is read stays in the core, and goes back into it, without a table in between.
local cjson = require "cjson"
local core = require "ecs_service.core"
local journey = require "support.journey"

local CONFIG = { name = "web", cluster = "prod", task_definition = "web:7", desired_count = 3,
  tags = { team = "core" }, ordered_placement_strategy = { { type = "binpack", field = "cpu" } } }

local function collect()
  collectgarbage()
  collectgarbage()
end

-- A tree whose store, and everything else that it came with, is gone.
local function tree_of(config)
  local tree = assert(core.validate("service", config, {}, core.store()))
  collect()
  return tree
end

describe("a tree of the core", function()
  it("is read by name like the table that it stands for, and never changes", function()
    local tree = tree_of(CONFIG)
    assert.equal("userdata", type(tree))
    assert.equal("web", tree.name)
    assert.equal(3, tree.desired_count)
    assert.same({ team = "core" }, tree.tags)
    assert.is_nil(tree.launch_type)
    assert.is_nil(tree[1])
    tree.tags.team = "other"
    assert.equal("core", tree.tags.team)
    assert.has_error(function() tree.name = "other" end)
    assert.equal("web", tree.name)
  end)

  it("is what the table would be, wherever the core takes a table", function()
    local normal, tree = assert(core.validate("service", CONFIG)), tree_of(CONFIG)
    assert.same(normal, core.table(tree))
    assert.equal(core.json(normal), core.json(tree))
    assert.equal(core.json { a = { normal } }, core.json { a = { tree } })
    assert.is_true(core.same(normal, tree))
    assert.is_true(core.same(tree, tree_of(CONFIG)))
    assert.is_false(core.same(tree, { name = "web" }))
    assert.is_false(core.same(tree, nil))
    assert.same(core.plan("service", { config = normal, refreshed = true }),
      core.plan("service", { config = tree, refreshed = true }))
    assert.same({ "x" }, core.table { "x" })
  end)

  it("outlives its store in an engine that was given it", function()
    local engine = core.engine { region = "us-west-2", partition = "aws", account_id = "123456789012" }
    engine:add { address = "web", action = "read", cluster = "prod", service = "web", config = tree_of(CONFIG) }
    collect()
    local sent = engine:next(0)
    assert.equal("DescribeServices", sent.operation)
    engine:answer(sent.id, 200, {}, [[{"services":[{"serviceName":"web","status":"ACTIVE","desiredCount":3,
      "clusterArn":"arn:aws:ecs:us-west-2:123456789012:cluster/prod",
      "taskDefinition":"arn:aws:ecs:us-west-2:123456789012:task-definition/web:7"}],"failures":[]}]], 1)
    local store = core.store()
    local action = engine:next(1, store)
    engine, store = nil, nil -- luacheck: ignore
    collect()
    assert.equal("done", action.kind)
    assert.equal("userdata", type(action.attributes))
    assert.equal("web:7", action.attributes.task_definition)
    assert.equal("prod", action.attributes.cluster)
  end)

  it("is a member that was asked for by name when JSON is read", function()
    local document = core.read_json([[{"a":{"keep":{"b":[1,{}]},"other":{"keep":7}},"keep":[]}]], "keep")
    collect()
    assert.equal("userdata", type(document.a.keep))
    assert.same({ b = { 1, {} } }, core.table(document.a.keep))
    assert.equal(7, document.a.other.keep)
    assert.same({}, document.keep)
    assert.equal([[{"a":{"keep":{"b":[1,{}]},"other":{"keep":7}},"keep":[]}]], core.json(document))
  end)

  it("is told from other userdata", function()
    assert.has_error(function() core.json { io.stdout } end)
    assert.has_error(function() core.plan("service", { config = core.store() }) end)
    assert.has_error(function() core.validate("service", CONFIG, {}, tree_of(CONFIG)) end)
  end)
end)

describe("what a plan tells", function()
  after_each(journey.clean)

  local function plain(value, path)
    assert.is_not.equal("userdata", type(value), path)
    for key, member in pairs(type(value) == "table" and value or {}) do plain(member, path .. "." .. tostring(key)) end
  end

  it("is made of tables, whatever is planned, and can be encoded", function()
    local sim, state = journey.simulator(), journey.folder() .. "/state.json"
    local function stack(definition)
      local made = journey.stack(sim, { state = state })
      if definition then made:service("web", journey.web { task_definition = definition }) end
      return made
    end
    local function check(action, made, opts)
      local plan = assert(made:plan(opts))
      assert.equal(action, plan.changes[1].action)
      plain(plan.changes, "changes")
      plain(plan:to_table(), "document")
      local encoded = cjson.decode(cjson.encode(plan.changes[1]))
      assert.equal(plan.changes[1].before and "web", encoded.before and encoded.before.name)
      assert.equal(plan.changes[1].after and "web", encoded.after and encoded.after.name)
    end
    check("create", stack "web:1")
    plain(assert(stack("web:1"):apply()), "result")
    check("no-op", stack "web:1")
    check("no-op", stack "web:1", { refresh_only = true })
    plain(assert(stack("web:1"):recorded()), "recorded")
    plain(assert(stack("web:1"):state_entry "web"), "entry")
    check("update", stack "web:2")
    plain(assert(stack("web:2"):apply()), "result")
    plain(assert(stack("web:2"):refresh()), "refreshed")
    check("delete", stack())
  end)
end)

-- The same numbers for the same seed on every machine.
local function generator(seed)
  return function(most)
    seed = (seed * 16807) % 2147483647
    return seed % most + 1
  end
end

local STRINGS = { '""', '"a"', '"\\u00e9\\n"', '"\\ud83c\\udf89"', '"é/\\""', '"x\\\\"' }
local NUMBERS = { "0", "-1", "12", "1.5", "-0.25e3", "1e-7", "1730000000.125", "999999999999", "9007199254740991" }

local function text_of(random, depth)
  local kind = random(depth > 4 and 4 or 6)
  if kind == 1 then return STRINGS[random(#STRINGS)] end
  if kind == 2 then return NUMBERS[random(#NUMBERS)] end
  if kind <= 4 then return random(2) == 1 and "true" or "false" end
  local list = {}
  for i = 1, random(5) - 1 do
    list[i] = (kind == 5 and "" or ('"k%d" : '):format(random(9))) .. text_of(random, depth + 1)
  end
  return (kind == 5 and "[ %s ]" or "{%s\n}"):format(table.concat(list, random(2) == 1 and "," or " ,\t"))
end

describe("JSON that is read", function()
  it("is what lua-cjson makes of it", function()
    local random = generator(20261125)
    for _ = 1, 2000 do
      local text = text_of(random, 1)
      assert.same(cjson.decode(text), core.read_json(text), text)
    end
  end)

  it("has integers where Lua has them, and nothing for null", function()
    local read = core.read_json '{"count":3,"share":0.5,"nothing":null,"whole":2.0}'
    assert.same({ count = 3, share = 0.5, whole = 2 }, read)
    if math.type then assert.same({ "integer", "integer" }, { math.type(read.count), math.type(read.whole) }) end
  end)

  it("is refused with the place of what is wrong", function()
    local value, problem = core.read_json '{\n  "a": 1,\n  "b": tru\n}'
    assert.is_nil(value)
    assert.equal("line 3, column 8: a value is missing or not one of JSON", problem)
    local deep = "line 1, column 65: it is nested too deeply"
    assert.same({ nil, deep }, { nil, select(2, core.read_json(("["):rep(1e5))) })
  end)
end)
