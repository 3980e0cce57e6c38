-- Calls that are given what they cannot take: refused where the caller stands, or told with all the other problems.
local ecs = require "ecs_service"

local function raised(word, call)
  local ok, message = pcall(call)
  assert.is_false(ok)
  assert.is_string(message)
  assert(message:find("^[^:]*misuse_spec.lua:%d+: "), message)
  assert(message:find(word, 1, true), message)
end

local function plan_of()
  local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1" } }
  local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
  stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1" })
  return assert(stack:plan())
end

describe("a call that is misused", function()
  it("raises at the line of the caller", function()
    local plan = plan_of()
    raised("ecs.load_plan takes the path", function() local a, b = ecs.load_plan() return a, b end)
    raised("plan:save takes a path", function() local a, b = plan:save() return a, b end)
    raised("item 1 is no event", function() local a = ecs.timeline { { address = "x" } } return a end)
    raised("item 2 is no event", function()
      local a = ecs.timeline { { address = "x", at = 1, type = "started" }, 5 }
      return a
    end)
    raised("plan:render has no option colour", function() local a = plan:render { colour = true } return a end)
    raised("width is a number", function() local a = plan:render { width = "x" } return a end)
  end)
end)

describe("a declaration that holds itself", function()
  local function stack_with(config)
    local stack = assert(ecs.stack { region = "us-west-2", state = false })
    stack:service("web", config)
    stack:service("api", { name = "api", cluster = "prod", task_definition = "api:1", desired_cuont = 1 })
    return stack
  end

  it("is told with its path, beside the problems of the others", function()
    local tags = {}
    tags.a, tags.b = tags, tags
    local ok, err = stack_with({ name = "web", cluster = "prod", task_definition = "web:1", tags = tags }):validate()
    assert.is_nil(ok)
    assert.equal("ValidationFailed", err.code)
    assert.equal("web", err.diagnostics[1].service)
    assert(err.diagnostics[1].path:find "^tags%.[ab]$", err.diagnostics[1].path)
    assert(err.diagnostics[1].message:find("holds itself", 1, true), err.diagnostics[1].message)
    assert.equal("desired_cuont", err.diagnostics[#err.diagnostics].path)
  end)

  it("is told when it is the declaration itself", function()
    local config = { name = "web", cluster = "prod", task_definition = "web:1" }
    config.tags = config
    local _, err = ecs.validate(config)
    assert.equal("ValidationFailed", err.code)
    assert(tostring(err):find("holds itself", 1, true), tostring(err))
  end)
end)
