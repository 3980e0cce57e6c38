-- The time of a check: what comes after it is no success any more.
local checked = require "support.checked"

local together = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

local world

before_each(function()
  world = checked.world()
  checked.target(world, {})
  assert(checked.stack(world, 1):apply())
  world.events, world.asked = {}, 0
end)

-- How a check ends that is a function, and how long that took.
local function checked_by(check)
  local began = world.sim:now()
  local result, err = checked.stack(world, 2, { checks = { check } }):apply()
  return result, err, world.sim:now() - began
end

describe("the time of a check", function()
  it("ends a function that is still at it", function()
    local gone_on = false
    local _, err, seconds = checked_by { within = "1m", run = function(ctx)
      ctx.sleep(9999)
      gone_on = true
      return true
    end }
    assert.equal("CheckFailed", err.code)
    assert.truthy(err.message:find("it took longer than 60 s", 1, true), err.message)
    assert.equal("web:1", checked.runs(world))
    if together then
      assert.is_false(gone_on)
      assert.truthy(seconds < 1000, seconds)
    end
  end)

  it("leaves one that answers in time, however often it slept", function()
    assert.is_truthy((checked_by { within = "1m", run = function(ctx)
      for _ = 1, 5 do ctx.sleep(10) end
      return true
    end }))
  end)

  it("is not counted for a function alone, which is asked once", function()
    assert.is_truthy((checked_by(function(ctx)
      ctx.sleep(600)
      return true
    end)))
  end)
end)
