-- Keys that expire: when new ones are got, and what a failure does.
local errors = require "ecs_service.errors"
local held = require "ecs_service.aws.credentials.refreshable"
local keys_of = require "ecs_service.aws.credentials.keys"

local HOUR = 3600

-- A provider of keys that live `life` seconds; `fails` is the error that getting them ends with.
local function provider(life, more)
  local one = { asked = 0, clock = 0, slept = 0 }
  local around = { skew = function() return one.skew or 0 end, scheduler = { now = function() return one.clock end,
    sleep = function(_, seconds)
      one.clock, one.slept = one.clock + seconds, one.slept + seconds
      if more and more.meanwhile then more.meanwhile(one) end
    end } }
  one.held = held.new(function(now)
    one.asked = one.asked + 1
    if one.during then one.during(one) end
    if one.fails then return nil, errors.new(one.fails) end
    return assert(keys_of.new({ access_key_id = "A" .. one.asked, secret_access_key = "S",
      expires = life and now + life }, "test"))
  end, around)
  function one.get(now)
    one.clock = now
    return one.held:get(now)
  end
  return one
end

local DOWN = { code = "RequestFailed", message = "nobody is there" }

describe("keys that are held", function()
  it("and never expire are got once", function()
    local one = provider(nil)
    assert(one.get(0))
    assert(one.get(1e9))
    assert.equal(1, one.asked)
  end)

  it("are left alone until fifteen minutes before they expire, and then got anew", function()
    local one = provider(HOUR)
    assert.equal("A1", one.get(0).access_key_id)
    assert.equal("A1", one.get(HOUR - 901).access_key_id)
    assert.equal("A2", one.get(HOUR - 899).access_key_id)
    assert.equal("A2", one.get(HOUR).access_key_id)
  end)

  it("are kept when new ones cannot be got yet, which is tried again after a minute and not sooner", function()
    local one = provider(HOUR)
    assert(one.get(0))
    one.fails = DOWN
    assert.equal("A1", one.get(HOUR - 890).access_key_id)
    assert.equal("A1", one.get(HOUR - 860).access_key_id)
    assert.equal(2, one.asked)
    assert.equal("A1", one.get(HOUR - 829).access_key_id)
    assert.equal(3, one.asked)
    one.fails = nil
    assert.equal("A4", one.get(HOUR - 760).access_key_id)
  end)

  it("are an error that says so when new ones cannot be got in the last ten minutes", function()
    local one = provider(HOUR)
    assert(one.get(0))
    one.fails = DOWN
    local keys, err = one.get(HOUR - 599)
    assert.is_nil(keys)
    assert.equal("RequestFailed", err.code)
    assert.truthy(err.message:find("expire soon", 1, true))
    assert.truthy(err.message:find("nobody is there", 1, true))
    assert.equal("nobody is there", DOWN.message)
    one.fails = nil
    assert.equal("A3", one.get(HOUR - 500).access_key_id)
  end)

  it("and live a quarter of an hour are not got anew for each request", function()
    local one = provider(900)
    for second = 0, 440, 10 do assert(one.get(second)) end
    assert.equal(1, one.asked)
    assert.equal("A2", one.get(460).access_key_id)
    one.fails = DOWN
    assert.equal("A2", one.get(460 + 500).access_key_id)
    local keys, err = one.get(460 + 700)
    assert.is_nil(keys)
    assert.truthy(err.message:find("expire soon", 1, true))
  end)

  it("and are used while another thread gets new ones, as long as they are good", function()
    local one = provider(HOUR)
    assert(one.get(0))
    one.during = function()
      one.during = nil
      assert.equal("A1", one.held:get(HOUR - 800).access_key_id)
    end
    assert.equal("A2", one.get(HOUR - 800).access_key_id)
    assert.equal(2, one.asked)
  end)

  it("and are no longer good enough are waited for while another thread gets new ones", function()
    local one
    one = provider(HOUR, { meanwhile = function()
      if one.slept >= 0.2 then -- the other thread is done
        one.held.keys, one.held.since, one.held.busy = keys_of.new { access_key_id = "OTHER", secret_access_key = "S",
          expires = 2 * HOUR }, HOUR, nil
      end
    end })
    assert(one.get(0))
    one.held.busy = HOUR - 300
    assert.equal("OTHER", one.get(HOUR - 300).access_key_id)
    assert.equal(1, one.asked)
  end)

  it("are not waited for when whoever got them is gone", function()
    local one = provider(HOUR)
    assert(one.get(0))
    one.held.busy = 10
    assert.equal("A2", one.get(HOUR - 300).access_key_id)
    assert.equal(0, one.slept)
  end)

  it("that have expired when they come are an error, by the clock of whoever gave them", function()
    local one = provider(-5)
    local keys, err = one.get(0)
    assert.is_nil(keys)
    assert.equal("ExpiredCredentials", err.code)
    one = provider(-5)
    one.during = function() one.skew = -60 end -- this machine's clock is a minute ahead, as AWS told just now
    assert(one.get(0))
  end)

  it("become an error when getting them raises, without what looks like a key", function()
    local secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    local one = provider(HOUR)
    one.during = function() error("broken: " .. secret, 0) end
    local keys, err = one.get(0)
    assert.is_nil(keys)
    assert.equal("NoCredentials", err.code)
    assert.falsy(tostring(err):find(secret, 1, true))
    one.during = nil
    assert(one.get(1))
  end)
end)
