-- Errors and results as programs use them: written as JSON, counted, told in one sentence.
local cjson = require "cjson"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local errors = require "ecs_service.errors"
local journey = require "support.journey"
local text = require "ecs_service.render.text"

local web = journey.web

after_each(journey.clean)

-- What went wrong in each verb, of one service and of several.
local function refused(sim, operation, times)
  sim:fault { operation = operation, code = "AccessDeniedException", message = "no", times = times or 99 }
end

local function stack_of(sim, addresses, config)
  local stack = journey.stack(sim)
  for _, address in ipairs(addresses) do stack:service(address, web { name = address, task_definition = config }) end
  return stack
end

local function deployed(sim, addresses)
  local stack = stack_of(sim, addresses)
  assert(stack:apply())
  return stack
end

local ONE, TWO = { "web" }, { "web", "api" }

local function next_of(stack, sim, addresses)
  local after = stack_of(sim, addresses, "web:2")
  after.backend = stack.backend
  return after
end

local FAILURES = {
  ["a refused create"] = function(sim, addresses)
    refused(sim, "CreateService")
    return stack_of(sim, addresses):apply()
  end,
  ["a refused update"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "UpdateService")
    return next_of(stack, sim, addresses):apply()
  end,
  ["a refused delete"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "DeleteService")
    return stack:destroy()
  end,
  ["a failed deployment"] = function(sim, addresses)
    sim:tasks { outcome = "pull_error" }
    local stack = journey.stack(sim)
    for _, address in ipairs(addresses) do
      stack:service(address, web { name = address, wait_for_steady_state = true,
        deployment_circuit_breaker = { enable = true, rollback = true } })
    end
    return stack:apply()
  end,
  ["a refused read"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "DescribeServices")
    return stack:plan()
  end,
  ["a refused refresh"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "DescribeServices")
    return stack:refresh()
  end,
  ["a refused wait"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "DescribeServices")
    return stack:wait()
  end,
  ["a wait without an end"] = function(sim, addresses)
    sim:tasks { outcome = "no_capacity" }
    return deployed(sim, addresses):wait { timeout = 30 }
  end,
  ["a refused redeploy"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "UpdateService")
    return stack:redeploy(addresses)
  end,
  ["a refused scale"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "UpdateService")
    return stack:scale(addresses[1], 5)
  end,
  ["a refused rollback"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    sim:advance(200)
    local later = next_of(stack, sim, addresses)
    assert(later:apply())
    sim:advance(200)
    refused(sim, "UpdateService")
    return later:rollback(addresses[1])
  end,
  ["a refused stop"] = function(sim, addresses)
    local stack = deployed(sim, addresses)
    refused(sim, "StopServiceDeployment")
    return stack:stop(addresses[1])
  end,
  ["an import of nothing"] = function(sim, addresses)
    return journey.stack(sim):import(addresses[1], "prod/nothing")
  end,
  ["wrong declarations"] = function(sim, addresses)
    local stack = journey.stack(sim)
    for _, address in ipairs(addresses) do stack:service(address, web { name = address, desired_cuont = 1 }) end
    return stack:validate()
  end,
}

describe("an error", function()
  for name, fail in pairs(FAILURES) do
    for _, addresses in ipairs { ONE, TWO } do
      it(("of %s (%d) can be written as JSON, as it is and as a plain table"):format(name, #addresses), function()
        local result, err = fail(journey.simulator(), addresses)
        assert.is_nil(result)
        assert.is_true(errors.is(err))
        for _, encode in ipairs { cjson.encode, core.json } do
          local document = cjson.decode(encode(err:to_table()))
          assert.equal(err.code, document.code)
          assert.equal(err.message, document.message)
          assert.equal(err.code, cjson.decode(encode(err)).code)
        end
        for _, one in ipairs(err.errors or {}) do
          assert.are_not.equal(err, one)
          assert.is_string(one.code)
        end
      end)
    end
  end

  it("of one service lists that failure, and says the same", function()
    local sim = journey.simulator()
    refused(sim, "CreateService")
    local _, err = stack_of(sim, ONE):apply()
    assert.equal(1, #err.errors)
    assert.equal("web", err.errors[1].service)
    assert.equal(tostring(err), tostring(err.errors[1]))
    assert.equal(err.result.changes[1].error, err.errors[1])
  end)

  it("as a plain table has its result, each of its errors, and nothing secret", function()
    local sim = journey.simulator()
    local stack = stack_of(sim, TWO)
    sim:fault { operation = "CreateService", code = "AccessDeniedException", message = "no", times = 1 }
    local _, err = stack:apply { concurrency = 1 }
    local document = err:to_table()
    assert.equal("AccessDeniedException", document.code)
    assert.equal("failed", document.result.changes[1].outcome)
    assert.equal("AccessDeniedException", document.result.changes[1].error.code)
    assert.equal("done", document.result.changes[2].outcome)
    assert.equal("api", document.result.services.api.name)
    assert.is_nil(document.result.changes[2].error)
  end)

  it("of anything else that was raised or answered is told by the same function", function()
    assert.equal("boom", errors.from("boom"):to_table().message)
  end)

  it("renders itself in lines, as the command tells it", function()
    local stack = assert(ecs.stack { state = false, region = "us-west-2" })
    stack:service("web", { name = "web", task_definition = "web:1", desired_count = -1, dummy = 1 })
    local _, err = stack:validate()
    local told = err:render { unicode = true }
    assert.equal(text.error(err, { unicode = true }), told)
    assert.truthy(told:find "\n", told)
    assert.truthy(err:render({ color = true }):find("\27[", 1, true))
    assert.falsy(told:find("\27", 1, true))
    assert.equal(err:render(), errors.from(err):render {})
  end)

  it("raises what is wrong with the options of that, where it was called", function()
    for options, wanted in pairs { [{ colour = true }] = "err:render has no option colour",
                                   [{ width = "wide" }] = "err:render: width is a number, not a string" } do
      local ok, raised = pcall(function() return (errors.from("boom"):render(options)) end)
      assert.is_false(ok)
      assert.truthy(tostring(raised):find(wanted, 1, true), tostring(raised))
      assert.truthy(tostring(raised):find("errors_spec.lua", 1, true), tostring(raised))
    end
    assert.has_error(function() errors.from("boom"):render "wide" end)
  end)
end)

describe("a result", function()
  it("of every verb can be written as JSON, with lists as lists and maps as maps", function()
    local sim = journey.simulator()
    local stack = stack_of(sim, ONE)
    local results = { assert(stack:apply()), assert(stack:refresh()), assert(stack:scale("web", 3)),
      assert(stack:redeploy "web"), assert(stack:stop "web"), assert(stack:destroy()) }
    for i, result in ipairs(results) do
      assert.is_string(cjson.encode(result))
      local written = core.json(result:to_table())
      assert.is_truthy(written:find('"warnings":[', 1, true), written)
      assert.is_truthy(written:find('"services":{', 1, true), i .. written)
      assert.equal(#result.changes, #cjson.decode(written).changes)
    end
  end)

  it("as a plain table has the plan that was carried out, as the plan tells it", function()
    local stack = stack_of(journey.simulator(), ONE)
    assert(stack:apply())
    local result = assert(stack:scale("web", 3))
    assert.same(result.plan:to_table().changes, result:to_table().plan.changes)
  end)
end)

describe("a JSON library that marks empty lists", function()
  local former
  before_each(function() former = package.loaded.cjson end)
  after_each(function() package.loaded.cjson = former end)

  it("is given them marked, and maps as they are", function()
    local mark = { "the mark of empty lists" }
    package.loaded.cjson = { empty_array_mt = mark }
    local stack = journey.stack(journey.simulator())
    local document = assert(stack:apply()):to_table()
    assert.equal(mark, getmetatable(document.warnings))
    assert.equal(mark, getmetatable(document.changes))
    assert.are_not.equal(mark, getmetatable(document.services))
  end)
end)

describe("a thousand equal problems", function()
  local function many(count, fields)
    local list = {}
    for i = 1, count do
      list[i] = errors.new { code = "AccessDeniedException", service = "s" .. i, message = "no", hint = "ask" }
      for key, member in pairs(fields or {}) do list[i][key] = member end
    end
    return errors.join(list, "%d services failed")
  end

  it("of services are one sentence with their number", function()
    local err = many(1000)
    assert.equal("1000 services failed: s1, s2, s3 and 997 more: no", tostring(err))
    assert.equal(1000, #err.errors)
  end)

  it("are shown once on a terminal", function()
    local shown = text.error(many(1000), { color = false })
    assert.is_truthy(shown:find("error: s1, s2, s3 and 997 more: no (1000 services)", 1, true), shown)
    local _, lines = shown:gsub("\n", "\n")
    assert.is_true(lines < 6, shown)
  end)

  it("stand beside the others in their order", function()
    local list = many(5).errors
    table.insert(list, 2, errors.new { code = "NotFound", service = "other", message = "it is gone" })
    assert.equal("6 services failed: s1, s2, s3 and 2 more: no; other: it is gone",
      tostring(errors.join(list, "%d services failed")))
  end)

  it("of one declaration, or of many, are told once with their number", function()
    local stack = journey.stack(journey.simulator())
    for i = 1, 50 do stack:service("s" .. i, web { name = "s" .. i, desired_cuont = 1 }) end
    local _, err = stack:validate()
    assert.equal(50, #err.diagnostics)
    assert.is_truthy(tostring(err):find "no such argument; did you mean desired_count%? %(50 times%)$", tostring(err))
    local shown = text.error(err, { color = false })
    local _, told = shown:gsub("no such argument", "")
    assert.equal(1, told, shown)
    assert.is_truthy(shown:find("s1, s2, s3 and 47 more", 1, true), shown)
  end)
end)
