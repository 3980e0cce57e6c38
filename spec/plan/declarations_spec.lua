-- What a declaration cannot hold is told with its path beside everything else that is wrong, and nothing in it raises;
-- what a table inherits from a template is declared.
local ecs = require "ecs_service"
local journey = require "support.journey"

after_each(journey.clean)

local function cyclic()
  local t = { a = "b" }
  t.again = t
  return t
end

local function raising() error "boom" end

local CASES = {
  { "a table that holds itself", "tags.again", "holds itself", { tags = cyclic() } },
  { "a function", "tags.owner", "a function cannot be part", { tags = { owner = print } } },
  { "a function behind a name with a colon", 'tags["a: b"]', "a function cannot be part",
    { tags = { ["a: b"] = print } } },
  { "a coroutine", "desired_count", "a coroutine", { desired_count = coroutine.create(function() end) } },
  { "a list with a hole", "load_balancer[2]", "hole", { load_balancer = { {}, nil, {} } } },
  { "a number as the key of a map", "tags[1]", "hole", { tags = { [80] = "http" } } },
  { "the key 0", "tags[0]", "positions from 1", { tags = { [0] = "x" } } },
  { "a key with a fraction", "tags[1.5]", "positions from 1", { tags = { [1.5] = "x" } } },
  { "true as a key", "tags[true]", "positions from 1", { tags = { [true] = "x" } } },
  { "a table as a key", "tags[table]", "positions from 1", { tags = { [{}] = "x" } } },
  { "a position among its arguments", "[1]", "arguments have names", { "x" } },
  { "true among its arguments", "[true]", "arguments have names", { [true] = "x" } },
  { "positions and names in one table", "load_balancer[1]", "mixes positions and names",
    { load_balancer = { { "x", container_name = "web" } } } },
  { "not a number", "desired_count", "nan", { desired_count = 0 / 0 } },
  { "an infinite number", "desired_count", "infinite", { desired_count = math.huge } },
  { "a __pairs that raises", "tags", "its __pairs raised", { tags = setmetatable({}, { __pairs = raising }) } },
  { "an __index that is a function", "tags", "__index is a function",
    { tags = setmetatable({}, { __index = raising }) } },
}

local function only(err, address)
  local found = {}
  for _, one in ipairs(err.diagnostics) do
    if one.service == address then found[#found + 1] = one end
  end
  return found
end

describe("a declaration with", function()
  for _, case in ipairs(CASES) do
    it(case[1] .. " is told with its path, beside all other problems", function()
      local stack = journey.stack(journey.simulator())
      local config = journey.web(case[4])
      config.launch_typ = "FARGATE"
      stack:service("web", config)
      stack:service("api", journey.web { name = "api", desired_cuont = 1 })
      for _, verb in ipairs { "validate", "plan", "apply" } do
        local ok, err = stack[verb](stack)
        assert.is_nil(ok)
        assert.equal("ValidationFailed", err.code)
        local own = only(err, "web")
        assert.equal(2, #own, tostring(err))
        assert.equal(case[2], own[1].path)
        assert.is_truthy(own[1].message:find(case[3], 1, true), own[1].message)
        assert.is_string(own[1].hint)
        assert.is_nil(own[1].dropped)
        assert.equal("launch_typ", own[2].path)
        assert.equal("desired_cuont", only(err, "api")[1].path)
      end
      local normal, err = ecs.validate(journey.web(case[4]))
      assert.is_nil(normal)
      assert.equal(case[2], err.diagnostics[1].path)
      assert.equal(1, #err.diagnostics)
    end)
  end

  it("several of them is told of each", function()
    local _, err = ecs.validate(journey.web { tags = { a = print, b = print }, desired_count = 0 / 0 })
    local paths = {}
    for i, one in ipairs(err.diagnostics) do paths[i] = one.path end
    assert.same({ "desired_count", "tags.a", "tags.b" }, paths)
  end)

  it("an argument that is needed and cannot be read is not told to be missing", function()
    local _, err = ecs.validate(journey.web { name = print })
    assert.equal(1, #err.diagnostics, tostring(err))
    assert.equal("name", err.diagnostics[1].path)
  end)

  it("control characters tells no raw one", function()
    local _, err = ecs.validate(journey.web { name = "a\27[2Jb", ["x\27[2J"] = 1, tags = { ["\7"] = print } })
    assert.is_nil(tostring(err):find "%c", tostring(err))
  end)

  it("nothing but itself is told", function()
    local config = setmetatable({}, { __pairs = raising })
    local stack = journey.stack(journey.simulator())
    stack:service("web", config)
    local _, err = stack:validate()
    assert.equal(1, #err.diagnostics, tostring(err))
    assert.equal("", err.diagnostics[1].path)
  end)
end)

describe("a declaration that inherits", function()
  local base = { cluster = "prod", task_definition = "web:1", desired_count = 2, tags = { team = "core" } }

  it("from a template has its members, and its own before them", function()
    local normal = assert(ecs.validate(setmetatable({ name = "web", desired_count = 5 }, { __index = base })))
    assert.equal("prod", normal.cluster)
    assert.equal(5, normal.desired_count)
    assert.same({ team = "core" }, normal.tags)
  end)

  it("from a template of a template has the members of both", function()
    local middle = setmetatable({ desired_count = 3 }, { __index = base })
    local normal = assert(ecs.validate(setmetatable({ name = "web" }, { __index = middle })))
    assert.equal(3, normal.desired_count)
    assert.equal("web:1", normal.task_definition)
  end)

  it("in a table within has the members there", function()
    local circuit = setmetatable({ rollback = true }, { __index = { enable = true } })
    local normal = assert(ecs.validate(journey.web { deployment_circuit_breaker = circuit }))
    assert.same({ enable = true, rollback = true }, normal.deployment_circuit_breaker)
  end)

  it("from a class has its values, and none of its methods", function()
    local class = { cluster = "prod", task_definition = "web:1", desired_count = 1, scale = function() end }
    class.__index = class
    local normal = assert(ecs.validate(setmetatable({ name = "web" }, class)))
    assert.equal("web:1", normal.task_definition)
  end)

  it("in a circle of templates ends", function()
    local a, b = { cluster = "prod" }, { task_definition = "web:1", desired_count = 1 }
    setmetatable(a, { __index = b })
    setmetatable(b, { __index = a })
    assert(ecs.validate(setmetatable({ name = "web" }, { __index = a })))
  end)

  it("is applied as a stack declares it, and what becomes of the template later is not", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    local template = { cluster = "prod", task_definition = "web:1", desired_count = 2 }
    stack:service("web", setmetatable({ name = "web" }, { __index = template }))
    template.desired_count = 9
    assert(stack:apply())
    assert.equal(2, journey.service(sim).desiredCount)
  end)

  it("tells its members by __pairs, where it has one", function()
    local proxy = setmetatable({}, { __pairs = function() return next, journey.web(), nil end })
    assert.equal("web", assert(ecs.validate(proxy)).name)
  end)
end)
