-- How checks are written, and what is wrong with them before anything is sent.
local checked = require "support.checked"
local ecs = require "ecs_service"

local function problems(more)
  local world = checked.world()
  local ok, err = checked.stack(world, 1, more):validate()
  if ok then return {} end
  assert.equal("ValidationFailed", err.code)
  assert.equal(0, #world.sim.requests)
  local map = {}
  for _, one in ipairs(err.diagnostics) do map[one.path] = one end
  return map
end

local function problem(check, path, code)
  local found = problems { checks = { check } }
  assert(found[path], "nothing is told of " .. path)
  assert.equal(code or "WrongType", found[path].code)
  return found[path]
end

describe("checks in a declaration", function()
  it("may have all of their members, and may be one alone", function()
    assert.same({}, problems { on_failed_check = "fail", checks = {
      { url = "http://10.0.0.1:8080/x", status = 200, body = "ok", headers = { ["X-Probe"] = 1 }, within = "5m",
        every = 2.5, times = 5, timeout = "3s" },
      { url = "https://web.example", status = { 200, "204" } }, { url = "https://web.example/", status = "2xx" },
      { run = function() return true end, times = 2 }, function() return true end } })
    assert.same({}, problems { checks = { url = checked.URL } })
    assert.same({}, problems { checks = function() return true end })
    assert.same({}, problems { checks = {} })
  end)

  it("are refused with their path, all at once", function()
    local found = problems { checks = { { url = "web.example" }, { url = checked.URL, times = 0, every = "soon" }, 7 },
      on_failed_check = "panic" }
    assert.equal("BadPattern", found["checks[1].url"].code)
    assert.equal("OutOfRange", found["checks[2].times"].code)
    assert.equal("WrongType", found["checks[2].every"].code)
    assert.equal("WrongType", found["checks[3]"].code)
    assert.equal("NotAllowed", found.on_failed_check.code)
  end)

  it("have to say what is asked, and nothing that is not known", function()
    problem({}, "checks[1]")
    assert.equal("did you mean status?",
      problem({ url = checked.URL, statos = 200 }, "checks[1].statos", "UnknownArgument").hint)
    problem({ url = checked.URL, run = print }, "checks[1]", "Conflict")
    problem({ run = print, body = "x" }, "checks[1].body", "Conflict")
    problem({ run = "print" }, "checks[1].run")
    for _, status in ipairs { 99, 600, 200.5, "6xx", "ok", true } do
      problem({ url = checked.URL, status = status }, "checks[1].status")
    end
    problem({ url = checked.URL, status = {} }, "checks[1].status")
    problem({ url = checked.URL, body = "" }, "checks[1].body")
    problem({ url = checked.URL, within = 0 }, "checks[1].within")
    for _, url in ipairs { "ftp://x/", "https://", "https://x/a b", "https://x/\n" } do
      problem({ url = url }, "checks[1].url", "BadPattern")
    end
  end)

  it("do not repeat a header's value, or a password, in what they refuse", function()
    local told = problem({ url = checked.URL, headers = { Authorization = "Bearer geheim\r\n" } }, "checks[1].headers")
    assert.is_nil((told.message .. told.hint):find("geheim", 1, true))
    told = problem({ url = "x://u:geheim@h" }, "checks[1].url", "BadPattern")
    assert.is_nil((told.message .. told.hint):find("geheim", 1, true))
  end)

  it("have to have time for as many successes in a row", function()
    problem({ url = checked.URL, within = 10, every = 5 }, "checks[1].within", "OutOfRange")
    assert.same({}, problems { checks = { { url = checked.URL, within = 11, every = 5 } } })
  end)

  it("make the deployment be waited for, and say so where that is declared otherwise", function()
    assert.equal("Conflict", problems({ wait_for_steady_state = false }).wait_for_steady_state.code)
    assert.equal("RequiredWith", problems({ checks = checked.NONE, on_failed_check = "fail" }).on_failed_check.code)
    assert.same({}, problems { checks = checked.NONE, wait_for_steady_state = false })
  end)

  it("may be inherited from a template", function()
    local template = { checks = { { url = "nowhere" } }, cluster = "prod", desired_count = 1 }
    local stack = checked.stack(checked.world(), 1)
    stack:service("other", setmetatable({ name = "other", task_definition = "db:1" }, { __index = template }))
    local _, err = stack:validate()
    assert.equal("checks[1].url", err.diagnostics[1].path)
    assert.equal("other", err.diagnostics[1].service)
  end)

  it("are read by ecs.validate, and are arguments of nothing else", function()
    assert(ecs.validate(checked.config(1)))
    local _, err = ecs.validate(checked.config(1, { checks = { { url = "nowhere" } } }))
    assert.equal("checks[1].url", err.diagnostics[1].path)
    local stack = checked.stack(checked.world(), 1)
    stack:task_definition("api", { container_definitions = { { name = "a", image = "a", memory = 64 } }, checks = {} })
    _, err = stack:validate()
    assert.equal("UnknownArgument", err.diagnostics[1].code)
  end)

  it("change nothing of the service: what is recorded and compared knows nothing of them", function()
    local world = checked.world()
    checked.target(world, {})
    assert(checked.stack(world, 1, { checks = checked.NONE, wait_for_steady_state = true }):apply())
    assert.is_true(assert(checked.stack(world, 1):plan()):is_empty())
    assert(checked.stack(world, 1):apply())
    assert.is_nil(world.backend.text:find("healthz", 1, true))
    assert.is_true(assert(checked.stack(world, 1, { checks = checked.NONE }):plan()):is_empty())
    assert.equal(0, world.asked)
  end)
end)

describe("a plan", function()
  local function text(more, revision, options)
    local world = checked.world()
    checked.target(world, {})
    assert(checked.stack(world, 1):apply())
    return assert(checked.stack(world, revision or 2, more):plan(options)):render { unicode = false, width = 400 }
  end

  it("says what a deployment is checked by, and what is done when that fails", function()
    local told = text { checks = { { url = "https://u:geheim@web.example/?token=geheim&a=1" },
      function() return true end } }
    local line = "; then checked by https://u:***@web.example/?token=***&a=1, 3 times in a row within 120 s and the "
      .. "function at declared_spec.lua:"
    assert.truthy(told:find(line, 1, true), told)
    assert.truthy(told:find("; if that fails, it is rolled back", 1, true), told)
    assert.truthy(text({ on_failed_check = "fail" }):find("; if that fails, it stays and the run fails", 1, true))
  end)

  it("says nothing of checks where nothing is deployed", function()
    assert.is_nil(text({ desired_count = 3 }, 1):find("checked", 1, true))
  end)

  it("is saved without functions and secrets, and applied by the checks of the script", function()
    local world, path = checked.world(), os.tmpname()
    checked.target(world, { ["web:2"] = true })
    assert(checked.stack(world, 1):apply())
    local asked = 0
    local function once()
      asked = asked + 1
      return true
    end
    local more = { checks = { once, { url = "https://u:geheim@web.example/healthz", within = "20s" } } }
    assert(assert(checked.stack(world, 2, more):plan()):save(path))
    local file = assert(io.open(path))
    assert.is_nil(file:read "*a":find("geheim", 1, true))
    file:close()
    local _, err = checked.stack(world, 2, more):apply(assert(ecs.load_plan(path)))
    os.remove(path)
    assert.equal("CheckFailed", err.code)
    assert.equal(1, asked)
    assert.equal("web:1", checked.runs(world))
  end)
end)
