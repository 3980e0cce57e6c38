-- A run with checks that dies at any of its points: before and after each request and each write of the state. What was
-- completed is checked by the next run, and what was found bad does not stay. ECS_TEST_EVERY says how many points are
-- left out between two that are tried.
local checked = require "support.checked"
local reaper = require "support.reaper"

local ROUNDS = 600 -- more points than any of these runs has
local EVERY = tonumber(os.getenv "ECS_TEST_EVERY") or 5

local function kill_at(nth, world, work)
  local reap = reaper.at(nth)
  local ran, result = pcall(work, { sim = reap.transport(world.sim), backend = reap.backend(world.backend),
    events = {} })
  assert(ran or result == reaper.KILLED, result)
  world.backend:unlock()
  return ran
end

local function sweep(bad, work, judge)
  for nth = 1, ROUNDS, EVERY do
    local world = checked.world()
    checked.target(world, bad)
    assert(checked.stack(world, 1):apply())
    world.asked = 0
    local ran = kill_at(nth, world, work)
    world.sim:advance(nth % 2 * 30)
    judge(world, "point " .. nth)
    if ran then return nth end
  end
  error "the run has more points than were tried"
end

local function deploy(revision)
  return function(world) return checked.stack(world, revision):apply() end
end

local function settled(world, where)
  assert.is_nil(assert(require "ecs_service.util.json".decode(world.backend.text)).journal.web, where)
end

describe("a killed run whose deployment works", function()
  it("is finished by the next one, which has checked it before it calls it done", function()
    assert.truthy(sweep({}, deploy(2), function(world, where)
      assert(checked.stack(world, 2):apply())
      assert.equal("web:2", checked.runs(world), where)
      assert.equal("ok", checked.entry(world).status, where)
      assert.is_true(world.asked >= 3, where)
      settled(world, where)
    end) > 30)
  end)
end)

describe("a killed run whose deployment does not work", function()
  it("is found bad by the next one, and what ran before runs again", function()
    assert.truthy(sweep({ ["web:2"] = true }, deploy(2), function(world, where)
      local _, err = checked.stack(world, 2):apply()
      assert.equal("CheckFailed", err and err.code, where)
      assert.equal("web:1", checked.runs(world), where)
      assert.equal("failed", checked.entry(world).status, where)
      settled(world, where)
    end) > 40)
  end)

  it("leaves nothing behind for who declares what ran before", function()
    sweep({ ["web:2"] = true }, deploy(2), function(world, where)
      assert(checked.stack(world, 1):apply())
      assert.equal("web:1", checked.runs(world), where)
      assert.equal("ok", checked.entry(world).status, where)
      assert.is_true(assert(checked.stack(world, 1):plan()):is_empty(), where)
      settled(world, where)
    end)
  end)
end)
