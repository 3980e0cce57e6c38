-- A run with schedules that dies at any of its points: before and after each request and each write of the state. The
-- next run finishes it: one schedule, as it is declared, and nothing left over.
local reaper = require "support.reaper"
local scheduled = require "support.scheduled"

local ROUNDS = 300 -- more points than any of these runs has

local function kill_at(nth, world, work, whole)
  local reap = reaper.at(nth)
  local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend, whole) }
  local ran, result, err = pcall(work, dying)
  assert(ran and (result or error(err)) or result == reaper.KILLED, result)
  world.backend:unlock()
  return ran
end

-- The schedules that there are: GROUP/NAME.
local function names(world)
  local list = {}
  for i, one in ipairs(assert(world.sim:call("ListSchedules", {})).Schedules) do
    list[i] = one.GroupName .. "/" .. one.Name
  end
  return list
end

local function sweep(options)
  for nth = 1, ROUNDS do
    local where = ("point %d"):format(nth)
    local world = scheduled.world()
    assert(world.sim:call("CreateScheduleGroup", { Name = "jobs" }))
    if options.before then assert(options.before(world):apply()) end
    local ran = kill_at(nth, world, function(of) return options.work(of):apply() end, options.whole)
    world.sim:advance(10)
    if options.meanwhile then options.meanwhile(world) end
    local finish = options.after or options.work
    assert(finish(world):apply())
    assert.same(options.wanted, names(world), where)
    assert.is_true(assert(finish(world):plan()):is_empty(), where)
    local entry = finish(world):state_entry "schedule.nightly"
    assert.equal(#options.wanted > 0, entry ~= nil, where)
    assert.is_nil(entry and entry.journal, where)
    if ran then return nth end
  end
  error "the run has more points than were tried"
end

local function one(more) return function(world) return (scheduled.nightly(world, more)) end end

for _, whole in ipairs { false, true } do
  local how = whole and ", with a state that is written whole" or ""
  describe("a run with a schedule that is killed" .. how, function()
    it("makes it once", function()
      assert.truthy(sweep { work = one(), wanted = { "default/nightly" }, whole = whole } > 5)
    end)

    it("changes it", function()
      sweep { before = one(), work = one { count = 2 }, wanted = { "default/nightly" }, whole = whole }
    end)

    it("puts another in its place", function()
      sweep { before = one(), work = one { group_name = "jobs" }, wanted = { "jobs/nightly" }, whole = whole }
    end)

    it("ends it", function()
      sweep { before = one(), work = scheduled.stack, wanted = {}, whole = whole }
    end)
  end)
end

describe("a killed run with a schedule", function()
  it("is undone when nobody declares it any more", function()
    sweep { work = one(), after = scheduled.stack, wanted = {} }
  end)

  it("is finished otherwise when it is declared otherwise by now", function()
    sweep { work = one(), after = one { count = 2 }, wanted = { "default/nightly" } }
  end)

  it("goes back when the old one is declared again", function()
    sweep { before = one(), work = one { group_name = "jobs" }, after = one(), wanted = { "default/nightly" } }
  end)

  it("goes back when the old one is declared again, and somebody has made it again meanwhile", function()
    local body
    local function gone(world)
      assert(scheduled.nightly(world):apply())
      body = assert(scheduled.seen(world))
      for _, name in ipairs { "Arn", "CreationDate", "LastModificationDate" } do body[name] = nil end
      assert(world.sim:call("DeleteSchedule", { Name = "nightly" }))
      return { apply = function() return true end }
    end
    sweep { before = gone, work = one { group_name = "jobs" }, after = one(), wanted = { "default/nightly" },
      meanwhile = function(world)
        if scheduled.stack(world):state_entry("schedule.nightly").attributes.group_name == "jobs" then return end
        assert(world.sim:call("CreateSchedule", body))
        if #names(world) == 2 then assert.is_false(assert(one()(world):plan()):is_empty()) end
      end }
  end)

  it("leaves no schedule with a revision that it was not to have, nor a service without its schedule", function()
    for nth = 1, ROUNDS do
      local world = scheduled.world()
      assert(scheduled.whole(world, "acme/api:1"):apply())
      local function work(of) return (scheduled.whole(of, "acme/api:2")):apply() end
      local ran = kill_at(nth, world, work)
      local function runs() return scheduled.seen(world).Target.EcsParameters.TaskDefinitionArn:match "[^/]+$" end
      if scheduled.runs(world) == "api:2" then assert.equal("api:2", runs(), nth) end
      world.sim:advance(10)
      assert(work(world))
      assert.same({ "api:2", "api:2" }, { runs(), scheduled.runs(world) }, nth)
      assert.is_true(assert(scheduled.whole(world, "acme/api:2"):plan()):is_empty(), nth)
      if ran then break end
    end
  end)

  it("takes no schedule for its own that somebody else had made before", function()
    local world = scheduled.world()
    assert(scheduled.nightly(world):apply())
    world.sim:advance(3600)
    local nth = 0
    local journal
    repeat -- until one dies behind its intent, and before its request
      nth = nth + 1
      local other = scheduled.world { start_time = world.sim:now() }
      world.backend = other.backend
      kill_at(nth, other, function(of) return (scheduled.nightly(of)):apply() end)
      local entry = scheduled.stack(other):state_entry "schedule.nightly"
      journal = entry and entry.journal and not scheduled.seen(other)
    until journal
    local ok, err = scheduled.nightly(world):apply()
    assert.is_nil(ok)
    assert.equal("AlreadyExists", err.code)
  end)
end)
