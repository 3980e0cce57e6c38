-- Addresses may read like what plans and journals call what is left over: nothing is mixed up with it.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local web = journey.web
local MARKS = { " (new)", " (deposed)", " (stray)", " (begun)" }

local sim, folder, state

before_each(function()
  sim, folder = journey.simulator(), journey.folder()
  state = folder .. "/state.json"
end)
after_each(journey.clean)

local KILLED = "the process was killed"

-- A transport that ends the run when its nth request has left.
local function killer(nth)
  local transport, sent = { scheduler = sim.scheduler, region = sim.region }, 0
  function transport.submit(_, request)
    local ok, err = sim:submit(request)
    sent = sent + 1
    if sent == nth then error(KILLED, 0) end
    return ok, err
  end
  function transport.wait(_, timeout) return sim:wait(timeout) end
  function transport.cancel(_, id) return sim:cancel(id) end
  return transport
end

local function stack_of(declarations, transport)
  local stack = journey.stack(sim, { state = state, transport = transport or sim })
  for address, config in pairs(declarations) do stack:service(address, config) end
  return stack
end

local function actions(plan)
  local map = {}
  for _, change in ipairs(plan.changes) do map[change.address] = change.action end
  return map
end

for _, mark in ipairs(MARKS) do
  local other = "web" .. mark

  describe(("the addresses web and %s"):format(other), function()
    it("are two services, when web gets another name, too", function()
      assert(stack_of { web = web(), [other] = web { name = "other" } }:apply())
      local moved = { web = web { name = "web2", lifecycle = { create_before_destroy = true } },
        [other] = web { name = "other", desired_count = 3 } }
      local plan = assert(stack_of(moved):plan())
      assert.same({ web = "replace", [other] = "update" }, actions(plan))
      assert(plan:save(folder .. "/plan.json"))
      assert(stack_of(moved):apply(assert(ecs.load_plan(folder .. "/plan.json"))))
      journey.assert_empty(stack_of(moved))
      assert.equal(3, journey.service(sim, "other").desiredCount)
      assert.equal("ACTIVE", journey.service(sim, "web2").status)
    end)

    it("stay two after every kill of a replacement and of a create that is not wanted any more", function()
      for nth = 1, 14 do
        sim, state = journey.simulator(), ("%s/%d.json"):format(folder, nth)
        assert(stack_of { [other] = web { name = "other" } }:apply())
        pcall(function() return stack_of({ web = web(), [other] = web { name = "other" } }, killer(2)):apply() end)
        local moved = { web = web { name = "web2", lifecycle = { create_before_destroy = true } },
          [other] = web { name = "other" } }
        pcall(function() return stack_of(moved, killer(nth)):apply() end)
        assert(stack_of(moved):apply())
        sim:advance(300)
        journey.assert_empty(stack_of(moved))
        assert.equal("ACTIVE", journey.service(sim, "other").status, nth)
        assert.equal("ACTIVE", journey.service(sim, "web2").status, nth)
        local left = journey.service(sim, "web")
        assert.is_true(left == nil or left.status ~= "ACTIVE", nth)
      end
    end)
  end)
end

describe("what is left over", function()
  it("has in plans a name that no address has", function()
    assert(stack_of { web = web(), ["web (deposed)"] = web { name = "other" } }:apply())
    local moved = { web = web { name = "web2", lifecycle = { create_before_destroy = true } },
      ["web (deposed)"] = web { name = "other" } }
    local left
    for nth = 1, 20 do
      pcall(function() return stack_of(moved, killer(nth)):apply() end)
      local entry = assert(core.read_json(journey.read(state))).services.web
      if entry and entry.deposed then
        left = actions(assert(stack_of(moved):plan()))
        break
      end
    end
    assert.is_table(left)
    assert.equal("delete", left["web (deposed) (deposed)"])
    assert.equal("no-op", left["web (deposed)"])
  end)

  it("is told by its address when it cannot be read", function()
    assert(stack_of { web = web() }:apply())
    sim:fault { operation = "DescribeServices", code = "AccessDeniedException", message = "no", times = 99 }
    local moved = stack_of { web = web { name = "web2", lifecycle = { create_before_destroy = true } } }
    local _, err = moved:plan()
    assert.is_nil(tostring(err):find "%c")
    for _, one in ipairs(err.errors) do assert.equal("web", one.service) end
  end)

  it("of a run of version 0.1.0 is still known by its name in the journal", function()
    pcall(function() return stack_of({ web = web() }, killer(2)):apply() end)
    local document = assert(core.read_json(journey.read(state)))
    document.journal["web (begun)"], document.journal.web = document.journal.web, nil
    assert(core.system.write_file(state, core.json(document, 2) .. "\n"))
    assert.equal("ACTIVE", journey.service(sim, "web").status)
    local stack = stack_of { web = web() }
    assert(stack:apply())
    journey.assert_empty(stack)
    local _, count = core.json(sim.requests):gsub('"operation":"CreateService"', "")
    assert.equal(1, count)
  end)
end)
