-- ecs.variables in a program: what it checks, what it answers, what it raises.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local getenv, environment = os.getenv, nil

before_each(function()
  environment = {}
  rawset(os, "getenv", function(name) -- luacheck: ignore
    if name:find "^ECS_VAR_" then return environment[name] end
    return getenv(name)
  end)
end)
after_each(function() rawset(os, "getenv", getenv) end) -- luacheck: ignore

-- The problems that are raised: "code path" → "message; hint".
local function problems(spec, values)
  local ok, err = pcall(ecs.variables, spec, values)
  assert.is_false(ok)
  assert.equal("InvalidVariables", err.code)
  local found = {}
  for _, one in ipairs(err.diagnostics) do
    found[one.code .. " " .. one.path] = one.message .. "; " .. (one.hint or "")
  end
  return found, err
end

local function problem(key, wanted, spec, values)
  local found = problems(spec, values)
  assert.truthy(found[key], key .. " is not in " .. core.json(found))
  assert.truthy(found[key]:find(wanted, 1, true), found[key])
end

describe("ecs.variables", function()
  it("answers defaults, the environment in their place, and what a program gives in place of both", function()
    local spec = { count = { type = "number", default = 2 }, image = { default = "web:1" }, cluster = {} }
    local vars = ecs.variables(spec)
    assert.equal(2, vars.count)
    assert.equal("web:1", vars.image)
    assert.is_nil(vars.cluster)
    environment.ECS_VAR_count, environment.ECS_VAR_image = "7", "web:7"
    vars = ecs.variables(spec, { image = "web:8", cluster = "prod" })
    assert.same({ 7, "web:8", "prod" }, { vars.count, vars.image, vars.cluster })
  end)

  it("reads each type from texts", function()
    local spec = { s = {}, n = { type = "number" }, b = { type = "bool" }, l = { type = "list" }, m = { type = "map" } }
    local vars = ecs.variables(spec, { s = "007", n = "0x10", b = "true", l = '["a", 2]', m = '{"a": {"b": 1}}' })
    assert.same({ "007", 16, true }, { vars.s, vars.n, vars.b })
    assert.same({ "a", 2 }, vars.l)
    assert.same({ a = { b = 1 } }, vars.m)
    assert.is_false(ecs.variables({ b = { type = "boolean" } }, { b = "false" }).b)
    assert.is_false(ecs.variables { b = { type = "bool", default = false } }.b)
    assert.equal("3", tostring(ecs.variables({ n = { type = "number" } }, { n = "3.0" }).n))
    assert.equal(2.5, ecs.variables({ n = { type = "number" } }, { n = " 2.5 " }).n)
    assert.same({}, ecs.variables({ l = { type = "list" } }, { l = "[]" }).l)
    assert.same({}, ecs.variables({ m = { type = "map" } }, { m = {} }).m)
  end)

  it("takes the type of a default where none is said", function()
    local vars = ecs.variables({ n = { default = 1 }, b = { default = true }, m = { default = { a = 1 } } },
      { n = "4", b = "false", m = '{"b":2}' })
    assert.same({ 4, false, { b = 2 } }, { vars.n, vars.b, vars.m })
  end)

  it("refuses what is of another type, and says what was given where", function()
    environment.ECS_VAR_n = "many"
    problem("WrongType n", '"many" is not a number (ECS_VAR_n)', { n = { type = "number" } })
    environment.ECS_VAR_n = nil
    for _, text in ipairs { "nan", "inf", "-inf", "1e999", "", "1 2", "0x" } do
      problem("WrongType n", "is not a number", { n = { type = "number" } }, { n = text })
    end
    for _, text in ipairs { "True", "1", "yes", "" } do
      problem("WrongType b", "is not true or false", { b = { type = "bool" } }, { b = text })
    end
    problem("WrongType l", "is not a list as JSON", { l = { type = "list" } }, { l = '{"a":1}' })
    problem("WrongType l", "line 1, column", { l = { type = "list" } }, { l = '["a"' })
    problem("WrongType l", "null stands in it", { l = { type = "list" } }, { l = '["a", null]' })
    problem("WrongType m", "is not a map as JSON", { m = { type = "map" } }, { m = "[]" })
    problem("WrongType m", "a list is not a map", { m = { type = "map" } }, { m = { "a" } })
    problem("WrongType l", "a map is not a list", { l = { type = "list" } }, { l = { a = 1 } })
    local own = {}
    own[1] = own
    problem("WrongType l", "holds what no variable may hold", { l = { type = "list" } }, { l = own })
    problem("WrongType l", "holds what no variable may hold", { l = { type = "list" } }, { l = { print } })
    problem("WrongType s", "a number is not a text", { s = { type = "string" } }, { s = 1 })
    problem("WrongType s", "its default", { s = { type = "string", default = 1 } })
  end)

  it("raises all problems at once, and goes on with none", function()
    local found, err = problems({ image = { required = true, description = "what to run" },
      stage = { values = { "dev", "prod" }, required = true }, count = { type = "number" }, x = { typ = "number" },
      y = { type = "int", default = 1 }, ["my-image"] = {}, z = "string", w = { required = true, default = 1 } },
      { count = "x", stage = "prd", cuont = 1 })
    assert.same({ "BadPattern my-image", "Conflict w", "Missing image", "NotAllowed stage", "NotAllowed y.type",
      "UnknownArgument cuont", "UnknownArgument x.typ", "WrongType count", "WrongType z" },
      require "ecs_service.util.tables".keys(found))
    assert.truthy(found["Missing image"]:find("what to run", 1, true))
    assert.truthy(found["NotAllowed stage"]:find("did you mean prod?", 1, true))
    assert.truthy(found["UnknownArgument cuont"]:find("did you mean count?", 1, true))
    assert.truthy(found["UnknownArgument x.typ"]:find("did you mean type?", 1, true))
    for _, word in ipairs { "image", "stage", "count", "x.typ", "my-image" } do
      assert.truthy(tostring(err):find(word, 1, true), tostring(err))
    end
  end)

  it("takes an empty text for no value of what is required, and for a value of the rest", function()
    problem("Missing image", "is required, and empty", { image = { required = true } }, { image = "" })
    assert.equal("", ecs.variables({ image = {} }, { image = "" }).image)
  end)

  it("says which misspelt name was probably meant for what is missing", function()
    problem("Missing image", "did you mean image?", { image = { required = true } }, { imgae = "web:1" })
  end)

  it("holds values to those that are allowed, lists and numbers too", function()
    local spec = { n = { type = "number", values = { 1, 2 } }, l = { type = "list", values = { { "a" }, { "b" } } } }
    local vars = ecs.variables(spec, { n = "2", l = '["b"]' })
    assert.same({ 2, { "b" } }, { vars.n, vars.l })
    problem("NotAllowed n", "allowed are 1, 2", spec, { n = 3 })
    problem("NotAllowed s", "its default", { s = { default = "c", values = { "a", "b" } } })
    problem("WrongType n.values[1]", "is not a number", { n = { type = "number", values = { "x" } } })
    problem("WrongType n.values", "is not a list", { n = { type = "number", values = {} } })
  end)

  it("repeats no secret in a problem", function()
    local _, err = problems({ a = { type = "number", secret = true }, b = { values = { "x" }, secret = true },
      c = { type = "map", secret = true } }, { a = "hunter2", b = "hunter2", c = "[hunter2" })
    assert.falsy(tostring(err):find("hunter2", 1, true))
    assert.falsy(core.json(err:to_table()):find("hunter2", 1, true))
  end)

  it("raises where a name is read or set that is not declared", function()
    local vars = ecs.variables { image = { default = "web:1" }, note = {} }
    local ok, message = pcall(function() return vars.imgae end)
    assert.is_false(ok)
    assert.truthy(message:find("variables_spec.lua:%d+: the variable imgae is not declared %(did you mean image%?%)"),
      message)
    assert.is_false(pcall(function() vars.imgae = 1 end))
    assert.is_nil(vars.note)
    local names = {}
    for name in pairs(vars) do names[#names + 1] = name end
    assert.same({ "image" }, names)
    assert.truthy(select(2, pcall(function() return ecs.variables({}).x end)):find("none is", 1, true))
  end)

  it("hands out a default of its own each time", function()
    local spec = { l = { type = "list", default = { "a" } } }
    table.insert(ecs.variables(spec).l, "b")
    assert.same({ "a" }, ecs.variables(spec).l)
    assert.same({ "a" }, spec.l.default)
  end)

  it("raises at its caller for what is no table", function()
    for _, given in ipairs { { "x" }, { {}, "x" } } do
      local ok, message = pcall(function()
        local vars = ecs.variables(given[1], given[2])
        return vars
      end)
      assert.is_false(ok)
      assert.truthy(message:find("variables_spec.lua:%d+: ecs.variables"), message)
    end
  end)
end)
