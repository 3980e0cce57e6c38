-- Task definitions that are larger, or stranger, than any that is meant: they are told, at once.
local ecs = require "ecs_service"

local MANY = 10000

local function containers(member)
  local list = {}
  for i = 1, MANY do
    list[i] = { name = "c" .. i, image = "a:1", memory = 6 }
    for name, value in pairs(member(i)) do list[i][name] = value end
  end
  return list
end

local function checked(list, more)
  local config = { family = "web", container_definitions = list }
  for name, value in pairs(more or {}) do config[name] = value end
  return ecs.validate_task_definition(config)
end

local function after(i) return { { container_name = "c" .. i, condition = "START" } } end

describe("ten thousand containers", function()
  it("may wait for one another", function()
    assert(checked(containers(function(i) return { depends_on = i < MANY and after(i + 1) or nil } end)))
  end)

  it("that wait in a circle are told, each", function()
    local _, err = checked(containers(function(i) return { depends_on = after(i % MANY + 1) } end))
    assert.equal(MANY, #err.diagnostics)
    assert.equal("DependencyCycle", err.diagnostics[1].code)
  end)

  it("with one name are told, each", function()
    local _, err = checked(containers(function() return { name = "c" } end))
    assert.equal(MANY - 1, #err.diagnostics)
    assert.equal("container_definitions[1] has this name already", err.diagnostics[MANY - 1].message)
  end)

  it("with links to nobody are told, each", function()
    local _, err = checked(containers(function(i) return { links = { "d" .. i } } end))
    assert.equal(MANY, #err.diagnostics)
  end)

  it("are compared in any order", function()
    local there, back = containers(function() return {} end), {}
    for i = 1, MANY do back[i] = there[MANY + 1 - i] end
    assert.is_true(ecs.same_containers(there, back))
  end)
end)

describe("a circle of dependencies", function()
  it("is told of those that are in it, and not of those that only lead there", function()
    local function one(name, on)
      return { name = name, image = "a", memory = 6, depends_on = on and { { container_name = on,
        condition = "START" } } }
    end
    local _, err = checked { one("before", "a"), one("a", "b"), one("b", "c"), one("c", "a"), one "alone" }
    local paths = {}
    for i, problem in ipairs(err.diagnostics) do paths[i] = problem.path end
    assert.same({ "container_definitions[2].depends_on", "container_definitions[3].depends_on",
      "container_definitions[4].depends_on" }, paths)
  end)
end)

describe("many volumes of one name", function()
  it("are told, each", function()
    local list = {}
    for i = 1, MANY do list[i] = { name = "v" } end
    local _, err = checked({ { name = "c", image = "a", memory = 6 } }, { volume = list })
    assert.equal(MANY - 1, #err.diagnostics)
    assert.equal("volume[1] has this name already", err.diagnostics[1].message)
  end)
end)

describe("a number that is no amount", function()
  it("is told as such, and not that it belongs into quotes", function()
    local _, err = checked({ { name = "c", image = "a", memory = 6 } }, { cpu = -5 })
    assert.equal("BadPattern", err.diagnostics[1].code)
  end)
end)

describe("two lists of containers", function()
  it("are told what they are not, where they cannot be read", function()
    local itself = {}
    itself.name = itself
    for _, list in ipairs { { itself }, { print }, { { name = "a", [1] = "b" } }, 5 } do
      local same, err = ecs.same_containers(list, {})
      assert.is_nil(same)
      assert.equal("ValidationFailed", err.code)
      assert.truthy(err.diagnostics[1].path:find("^container_definitions"))
    end
  end)

  it("are not compared where a name stands twice: one of the two would not count", function()
    local same, err = ecs.same_containers({ { name = "a", image = "1" }, { name = "a", image = "2" } },
      { { name = "a", image = "2" } })
    assert.is_nil(same)
    assert.equal("Duplicate", err.diagnostics[1].code)
  end)

  it("differ in members that no argument names, and not in empty ones", function()
    local function one(future) return { { name = "a", image = "1", portMappings = { { containerPort = 80,
      future = future } } } } end
    assert.is_true(ecs.same_containers(one "x", one "x"))
    assert.is_false(ecs.same_containers(one "x", one "y"))
    assert.is_false(ecs.same_containers(one "x", one()))
    assert.is_true(ecs.same_containers(one {}, one()))
  end)
end)
