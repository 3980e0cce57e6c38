-- Times are written alike wherever one may be given, and refused in the same words.
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local curl = require "ecs_service.transport.curl"
local durations = require "ecs_service.util.durations"
local ecs = require "ecs_service"
local journey = require "support.journey"
local options = require "ecs_service.cli.options"

local GOOD = { { 90, 90 }, { "90", 90 }, { "90s", 90 }, { "20m", 1200 }, { "1.5h", 5400 }, { "1h30m", 5400 },
  { "500ms", 1, 0.5 }, { "1m500ms", 61, 60.5 }, { 0.25, 0.25 }, { 0, 0 }, { "0s", 0 } }
local BAD = { "soon", "", "20 m", "1d", "m", "-5s", "1h30", "1e3s", -1, 0 / 0, 1 / 0, true, {} }

-- Each takes a value as somebody gives it, and answers nil and why when it is refused.
local function stack(given)
  return function(value)
    local own = { region = "us-west-2", state = false }
    for name, member in pairs(given) do own[name] = member == "VALUE" and value or member end
    return ecs.stack(own)
  end
end

local function call(work)
  return function(value)
    local sim = journey.simulator()
    local made = journey.stack(sim)
    made:service("web", journey.web { task_definition = "web:1" })
    assert(made:apply())
    local answered, result, err = pcall(work, made, value)
    if not answered then return nil, result end
    return result, err
  end
end

local function raised(work)
  return function(value)
    local ran, message = pcall(work, value)
    if ran then return true end
    return nil, message
  end
end

local TAKERS = {
  ["wait timeout"] = call(function(made, value)
    local result, err = made:wait { timeout = value }
    return result or err.code == "Timeout" or nil, err
  end),
  ["wait stable_for"] = call(function(made, value) return made:wait { stable_for = value } end),
  ["apply lock_timeout"] = call(function(made, value) return made:apply { lock_timeout = value } end),
  ["apply stable_for"] = call(function(made, value) return made:apply { stable_for = value } end),
  ["plan facts"] = call(function(made, value) return made:plan { facts = { web = { usual_seconds = value } } } end),
  ["call timeout"] = call(function(made, value) return made:call("ecs", "ListServices", nil, { timeout = value }) end),
  ["scale lock_timeout"] = call(function(made, value) return made:scale("web", 1, { lock_timeout = value }) end),
  ["forget lock_timeout"] = call(function(made, value) return made:forget("web", { lock_timeout = value }) end),
  ["credential_process_timeout"] = stack { credential_process_timeout = "VALUE" },
  ["the command line"] = options.duration,
  ["a simulator's latency"] = raised(function(value) ecs.simulator { latency = value } end),
  ["a simulator's task_start_seconds"] = raised(function(value) ecs.simulator { task_start_seconds = value } end),
  ["sim:advance"] = raised(function(value) ecs.simulator():advance(value) end),
  ["sim:fault slow"] = raised(function(value) ecs.simulator():fault { slow = value } end),
  ["sim:fault after_seconds"] = raised(function(value)
    ecs.simulator():fault { code = "X", after_seconds = value }
  end),
  ["sim:tasks after"] = raised(function(value) ecs.simulator():tasks { outcome = "exit", after = value } end),
  ["sim:tasks start_seconds"] = raised(function(value)
    ecs.simulator():tasks { outcome = "running", start_seconds = value }
  end),
}

describe("a duration", function()
  before_each(function() journey.environment {} end)
  after_each(journey.clean)

  it("is a number of seconds, or hours, minutes, seconds and milliseconds added up", function()
    for _, case in ipairs(GOOD) do
      assert.equal(case[2], durations.seconds(case[1]), tostring(case[1]))
      assert.equal(case[3] or case[2], durations.seconds(case[1], true), tostring(case[1]))
      if math.type and case[2] % 1 == 0 and type(case[1]) == "string" and case[1]:find "%a" then
        assert.equal("integer", math.type(durations.seconds(case[1])))
      end
    end
    for _, value in ipairs(BAD) do assert.is_nil(durations.seconds(value), tostring(value)) end
  end)

  for name, take in pairs(TAKERS) do
    it("is taken and refused alike as " .. name, function()
      for _, value in ipairs { "1m", "500ms", name == "the command line" and "7" or 7 } do
        local result, problem = take(value)
        assert.truthy(result, tostring(value) .. ": " .. tostring(problem))
      end
      for _, value in ipairs { "soon", "20 m", name == "the command line" and "x" or -1 } do
        local result, problem = take(value)
        assert.is_nil(result, tostring(value))
        assert.truthy(tostring(problem):find(tostring(value) .. " is not a duration", 1, true), tostring(problem))
        assert.truthy(tostring(problem):find('"1h30m"', 1, true), tostring(problem))
      end
    end)
  end

  it("of nothing at all is none where something has to pass", function()
    for _, value in ipairs { 0, "0s" } do
      local made, err = ecs.stack { region = "us-west-2", state = false, credential_process_timeout = value }
      assert.is_nil(made)
      assert.truthy(tostring(err):find("is not a duration above 0", 1, true), tostring(err))
      made, err = credentials.new { credential_process_timeout = value }
      assert.is_nil(made)
      assert.equal("WrongOption", err.code)
    end
  end)

  it("is exact where parts of a second count, and whole in a declaration", function()
    local sim = ecs.simulator { latency = "250ms", task_start_seconds = "1m", clusters = { "prod" },
      task_definitions = { "web:1" } }
    assert.same({ 0.25, 60 }, { sim.options.latency, sim.options.task_start_seconds })
    local before = sim:now()
    sim:advance "1h30m"
    assert.equal(before + 5400, sim:now())
    local normal = assert(ecs.validate(journey.web { timeouts = { create = "1m500ms", update = 90 } }))
    assert.same({ 61, 90 }, { normal.timeouts.create, normal.timeouts.update })
  end)

  it("may be a text for libcurl and in a presigned address", function()
    assert.is_truthy(curl.new { timeout = "70s", connect_timeout = "500ms" })
    for _, value in ipairs { "soon", "0s", "" } do
      local ran, message = pcall(curl.new, { timeout = value })
      assert.is_false(ran)
      assert.truthy(message:find("timeout", 1, true), message)
    end
    local request = { method = "GET", url = "https://bucket.s3.us-west-2.amazonaws.com/key" }
    local keys = { access_key_id = "AKIDEXAMPLE", secret_access_key = "example" }
    local function presigned(expires)
      return ecs.presign(request, keys, { service = "s3", region = "us-west-2", expires = expires, time = 1764374400 })
    end
    assert.truthy(presigned("15m"):find("X-Amz-Expires=900", 1, true))
    assert.equal(presigned(900), presigned "15m")
    for _, value in ipairs { "soon", "8h500h", "0s" } do
      assert.has_error(function() presigned(value) end)
    end
  end)

  it("of a role's session says what it is when it is none", function()
    local function of(value)
      return select(2, ecs.stack { region = "us-west-2", state = false,
        assume_role = { role_arn = "arn:aws:iam::111122223333:role/deploy", duration = value } })
    end
    assert.is_nil(of "1h")
    assert.truthy(tostring(of "soon"):find("soon is not a duration", 1, true), tostring(of "soon"))
    assert.truthy(tostring(of "5m"):find("900", 1, true))
  end)

  it("is read by the core, exactly where that is asked for", function()
    assert.same({ 0.5, 60.5, 5400, 90 }, { core.duration("500ms", true), core.duration("1m500ms", true),
      core.duration("1.5h", true), core.duration("90s", true) })
    assert.same({ 1, 61, 5400 }, { core.duration "500ms", core.duration "1m500ms", core.duration "1.5h" })
    assert.is_nil(core.duration "90")
  end)
end)
