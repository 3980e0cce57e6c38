-- A run with declared auto scaling that dies at any of its points: the next one comes to the same end, and nothing that
-- this tool made is forgotten.
local reaper = require "support.reaper"
local scaled = require "support.scaled"

local unpack = table.unpack or unpack

local ROUNDS = 400 -- more points than any of these runs has

local STEP = { burst = { adjustment_type = "ChangeInCapacity", step_adjustment = { { lower = 0, add = 2 } } } }

local function kill_at(nth, world, work)
  local reap = reaper.at(nth)
  local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend) }
  local ran, result, err = pcall(work, dying)
  assert(ran and (result or error(err)) or result == reaper.KILLED, result)
  world.backend:unlock()
  return ran
end

local function names_of(world) return table.concat(scaled.names(world), " ") end

-- For each point: `before` is done, `dies` is killed there, `after` is to end well and leave `check` true.
local function sweep(case)
  for nth = 1, ROUNDS do
    local where = ("point %d: "):format(nth)
    local world = scaled.world()
    if case.before then case.before(world) end
    local ran = kill_at(nth, world, case.dies)
    world.sim:advance(10)
    assert(case.after(world))
    case.check(world, where)
    if ran then return nth end
  end
  error "the run has more points than were tried"
end

local function apply(...)
  local given, count = { ... }, select("#", ...)
  return function(world) return scaled.stack(world, unpack(given, 1, count)):apply() end
end

-- What is there and recorded is what is declared, and nothing is left to do.
local function settled(names, ...)
  local given, count = { ... }, select("#", ...)
  return function(world, where)
    assert.equal(names, names_of(world), where)
    local stack = scaled.stack(world, unpack(given, 1, count))
    assert.is_true(assert(stack:plan()):is_empty(), where)
    assert.same({}, require "ecs_service.core".read_json(world.backend:read()).journal, where)
  end
end

describe("a run with declared auto scaling that is killed", function()
  it("is finished by the next one when it made it", function()
    local points = sweep { dies = apply(), after = apply(), check = settled "web-cpu web-memory" }
    assert.truthy(points > 10)
  end)

  it("is finished by the next one when it changed it", function()
    local changed = scaled.block { max_capacity = 30, step = STEP }
    changed.target_tracking.memory = nil
    sweep { before = apply(), dies = apply(changed), after = apply(changed),
      check = settled("web-burst web-cpu", changed) }
  end)

  it("leaves nothing behind when its declaration is taken back", function()
    local more = scaled.block { step = STEP }
    sweep { before = apply(), dies = apply(more), after = apply(), check = settled "web-cpu web-memory" }
    sweep { before = apply(false), dies = apply(), after = apply(false), check = function(world, where)
      assert.is_nil(scaled.target(world), where)
      settled("", false)(world, where)
    end }
  end)

  it("is finished by the next one when it took it away", function()
    sweep { before = apply(), dies = apply(false), after = apply(false), check = function(world, where)
      assert.is_nil(scaled.target(world), where)
      settled("", false)(world, where)
    end }
  end)

  it("is finished by the next one when its service was replaced", function()
    local other = { name = "web2" }
    sweep { before = apply(), dies = apply(nil, other), after = apply(nil, other), check = function(world, where)
      assert.is_nil(scaled.target(world), where)
      assert.equal(20, (scaled.target(world, "service/prod/web2") or {}).MaxCapacity, where)
      assert.is_true(assert(scaled.stack(world, nil, other):plan()):is_empty(), where)
    end }
  end)

  it("is finished by the next one when all was destroyed", function()
    local function destroy(world) return scaled.stack(world):destroy() end
    sweep { before = apply(), dies = destroy, after = destroy, check = function(world, where)
      assert.is_nil(scaled.target(world), where)
      assert.is_nil(next(require "ecs_service.core".read_json(world.backend:read()).services), where)
    end }
  end)
end)
