local core = require "ecs_service.core"
local scheduler = require "ecs_service.scheduler"

describe("schedulers", function()
  it("keep virtual time, which sleeping moves and nothing else", function()
    local clock = scheduler.virtual(1000)
    assert.equal(1000, clock:now())
    clock:sleep(2.5)
    clock:sleep(-1)
    clock:advance(10)
    assert.equal(1012.5, clock:now())
    assert.equal(2.5, clock.slept)
    assert.equal(0, scheduler.virtual():now())
  end)

  it("follow the wall clock forward and never back", function()
    local time, monotonic = core.system.time, core.system.monotonic
    finally(function()
      core.system.time, core.system.monotonic = time, monotonic
    end)
    local wall, ticks = 1e9, 50
    core.system.time = function()
      return wall
    end
    core.system.monotonic = function()
      return ticks
    end
    local clock = setmetatable({}, getmetatable(scheduler.default))
    assert.equal(1e9, clock:now())
    wall, ticks = wall + 1, ticks + 1
    assert.equal(1e9 + 1, clock:now())
    wall, ticks = wall - 3600, ticks + 1
    assert.equal(1e9 + 2, clock:now())
    wall, ticks = wall + 7200, ticks + 1
    assert.equal(1e9 + 3601, clock:now())
  end)

  it("are the system's by default", function()
    assert.is_true(math.abs(scheduler.default:now() - os.time()) < 5)
    scheduler.default:sleep(0)
    scheduler.default:sleep(-1)
  end)

  it("can be anything that has now and sleep", function()
    local own = {
      now = function() end,
      sleep = function() end,
    }
    assert.equal(own, scheduler.check(own))
    assert.equal(scheduler.default, scheduler.check(scheduler.default))
    for _, wrong in ipairs { { now = print }, { sleep = print }, { now = 1, sleep = print }, "clock", 7 } do
      assert.has_error(function()
        scheduler.check(wrong)
      end)
    end
    assert.has_error(function()
      scheduler.check()
    end)
  end)
end)
