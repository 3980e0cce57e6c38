-- The journal beside a state: what is due at one moment is one record of it, and the state is whole again when the run
-- has ended. Whoever reads meanwhile, or after a kill, reads both.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"
local reaper = require "support.reaper"

local folder, path, sim

before_each(function()
  folder = journey.folder()
  path = folder .. "/state.json"
  sim = journey.simulator()
end)
after_each(journey.clean)

local function stack(changes, given)
  local options = { state = path }
  for key, value in pairs(given or {}) do options[key] = value end
  local made = journey.stack(sim, options)
  made:service("web", journey.web(changes))
  return made
end

local function raw() return assert(cjson.decode(journey.read(path))) end

local function lines()
  local list = {}
  for line in (journey.read(path .. ".journal") or ""):gmatch "([^\n]*)\n" do list[#list + 1] = line end
  return list
end

-- A run that dies right behind the request that changes something, or behind its answer; what the state said then.
local function killed(changes, nth)
  local seen = 0
  local transport = setmetatable({}, { __index = sim })
  function transport.submit(_, request)
    local sent, err = sim:submit(request)
    if not request.headers["X-Amz-Target"]:find "Describe" then seen = seen + 1 end
    if seen == (nth or 1) then error(reaper.KILLED, 0) end
    return sent, err
  end
  function transport.wait(_, seconds) return sim:wait(seconds) end
  local made = journey.stack(sim, { state = path, transport = transport })
  for _, name in ipairs { "web", "api", "db" } do
    made:service(name, journey.web { name = name, depends_on = name ~= "web" and { "web" } or nil,
      desired_count = changes and changes.desired_count })
  end
  local ran, why = pcall(made.apply, made)
  assert(not ran and why == reaper.KILLED, why)
end

local function all()
  local made = journey.stack(sim, { state = path })
  for _, name in ipairs { "web", "api", "db" } do
    made:service(name, journey.web { name = name, depends_on = name ~= "web" and { "web" } or nil })
  end
  return made
end

-- The warning that no journal can be made, and how often it was told.
local function refusals(result)
  local found, count = nil, 0
  for _, warning in ipairs(result.warnings) do
    if warning.code == "JournalRefused" then found, count = warning, count + 1 end
  end
  return found, count
end

describe("a run that changes something", function()
  it("appends what is due at a moment to a journal beside the state, which is the owner's alone", function()
    local seen = {}
    assert(stack(nil, { on_event = function()
      if core.system.exists(path .. ".journal") then
        seen[#seen + 1] = { state = journey.read(path), records = #lines(),
          mode = core.system.file_mode(path .. ".journal") }
      end
    end }):apply())
    assert.truthy(#seen > 1)
    for _, moment in ipairs(seen) do
      assert.equal(seen[1].state, moment.state)
      assert.equal(tonumber("600", 8), moment.mode)
    end
    assert.truthy(seen[#seen].records > seen[1].records)
    assert.is_false(core.system.exists(path .. ".journal"))
    assert.equal(1, raw().version)
    assert.equal("ok", raw().services.web.status)
  end)

  it("has the state say before the first record that it is no state without them", function()
    killed()
    assert.equal(3, raw().version)
    assert.equal(0, raw().serial)
    assert.same({}, raw().services)
  end)

  it("names state, serial and number in each record, and checks each", function()
    killed(nil, 2)
    local list = lines()
    assert.truthy(#list >= 3)
    for i, line in ipairs(list) do
      local checksum, record = line:match '^{"checksum":"(%x+)","record":(.*)}$'
      assert.equal(core.system.sha256(record), checksum)
      local fields = assert(cjson.decode(record))
      assert.equal(raw().lineage, fields.lineage)
      assert.equal(i, fields.number)
      assert.equal(raw().serial + i, fields.serial)
    end
  end)

  it("leaves an old state and its serial to be read by older releases when it has ended", function()
    assert(stack():apply())
    local before = raw()
    assert(stack { desired_count = 3 }:apply())
    assert.equal(before.version, raw().version)
    assert.equal(before.lineage, raw().lineage)
    assert.truthy(raw().serial > before.serial)
  end)

  it("keeps a journal beside the file itself, by whatever link it was named", function()
    assert(core.system.make_dir(folder .. "/real"))
    os.execute(("ln -s real/state.json '%s'"):format(path))
    killed()
    assert.truthy(core.system.exists(folder .. "/real/state.json.journal"))
    assert.is_false(core.system.exists(path .. ".journal"))
    path = folder .. "/real/state.json"
    assert.truthy(assert(all():pull_state()):find("CreateService", 1, true))
    assert(all():apply())
    journey.assert_empty(all())
  end)
end)

describe("what only writes once", function()
  it("needs no journal", function()
    assert(stack():apply())
    core.system.make_dir(path .. ".journal") -- none can be made
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 5 })
    assert.is_nil(refusals(assert(stack():refresh())))
    assert(stack():move("web", "other"))
    assert(stack():forget "other")
    assert.same({}, raw().services)
  end)
end)

describe("after a run was killed", function()
  it("whoever reads reads the records of its journal too, with a lock or without, and writes nothing", function()
    killed(nil, 2)
    local text, journal = journey.read(path), journey.read(path .. ".journal")
    local serial = raw().serial + #lines()
    local pulled = assert(cjson.decode((assert(all():pull_state()))))
    assert.equal(1, pulled.version)
    assert.equal(serial, pulled.serial)
    assert.equal("web", pulled.services.web.attributes.name)
    assert.equal("CreateService", (pulled.journal.api or pulled.journal.db).operation)
    assert.equal("web", assert(all():state_entry "web").service)
    assert.equal(3, #assert(all():state_items()))
    assert.truthy(assert(all():recorded()).web)
    assert(all():status())
    assert(all():history "web")
    assert(all():policy())
    assert(all():plan { lock = false })
    assert.equal(text, journey.read(path))
    assert.equal(journal, journey.read(path .. ".journal"))
  end)

  it("the next that takes the lock puts the records into the state, and its serial stays what readers saw", function()
    killed(nil, 2)
    local pulled = assert(all():pull_state())
    local plan = assert(all():plan { lock = false })
    assert(all():plan())
    assert.equal(pulled, journey.read(path))
    assert.is_false(core.system.exists(path .. ".journal"))
    assert(plan:save(folder .. "/plan.json"))
    assert(all():apply(assert(ecs.load_plan(folder .. "/plan.json"))))
    journey.assert_empty(all())
  end)

  it("a plan that may not write reads the records all the same", function()
    killed(nil, 2)
    local write = core.system.write_file
    core.system.write_file = function(where, ...)
      if where == path then return nil, "Permission denied", "denied" end
      return write(where, ...)
    end
    local plan, err = all():plan()
    core.system.write_file = write
    assert(plan, err)
    assert.truthy(core.system.exists(path .. ".journal"))
    assert(all():apply())
    journey.assert_empty(all())
  end)

  it("a last record that is torn, wherever, is none, and the next run finishes what it was about", function()
    killed(nil, 2)
    local text, journal = journey.read(path), journey.read(path .. ".journal")
    local last = #journal - #lines()[#lines()] - 1
    for _, torn in ipairs { "", "\0\0\0\0", "\n", "garbage\n" } do
      for _, cut in ipairs { last, last + 1, last + 40, last + 100, #journal - 2 } do
        journey.write(path, text)
        journey.write(path .. ".journal", journal:sub(1, cut) .. torn)
        local pulled = assert(cjson.decode((assert(all():pull_state()))))
        local whole = torn:find "\n" and #lines() - 1 or #lines() -- a line that is no record, or none
        assert.equal(raw().serial + whole, pulled.serial)
        all():plan() -- what was begun is not known: that record was not written, and no request followed it
        assert.equal(pulled.serial, raw().serial)
      end
    end
    journey.write(path, text)
    journey.write(path .. ".journal", journal)
    assert(all():apply())
    journey.assert_empty(all())
    assert.equal(3, #journey.mutations(sim))
  end)

  it("records that stand in the state already are passed over, and those beside a state that needs none", function()
    killed(nil, 2)
    local journal = journey.read(path .. ".journal")
    local pulled = assert(all():pull_state())
    local folded = pulled:gsub('"version": 1', '"version": 3') -- it was killed between the state and the journal's end
    journey.write(path, folded)
    assert.equal(pulled, assert(all():pull_state()))
    assert(all():plan())
    assert.equal(pulled, journey.read(path))
    journey.write(path .. ".journal", journal)
    assert(all():apply())
    journey.assert_empty(all())
    assert(stack { desired_count = 3 }:apply())
    assert.is_false(core.system.exists(path .. ".journal"))
  end)

  it("a journal that is damaged is told, and repair puts back what it says before the damage", function()
    killed(nil, 2)
    local list, text = lines(), journey.read(path)
    local cases = {
      { list[1], list[2]:gsub("CreateService", "DeleteService"):gsub("web", "wob"), list[3] },
      { list[1], list[3] }, -- one is missing
      { list[1], (list[2]:gsub(raw().lineage, ("f"):rep(32))), list[3] },
    }
    for i, case in ipairs(cases) do
      journey.write(path, text)
      journey.write(path .. ".journal", table.concat(case, "\n") .. "\n")
      for _, verb in ipairs { "plan", "apply", "recorded" } do
        local _, err = all()[verb](all())
        assert.equal("StateCorrupt", err.code, i)
        assert.truthy(err.message:find("journal", 1, true), err.message)
      end
      assert.equal(text, assert(all():pull_state()))
      local report = assert(all():repair_state())
      assert.truthy(report.damage:find("journal", 1, true))
      assert.truthy(journey.read(path .. ".damaged"):find('"record"', 1, true))
      assert.equal(1, raw().version)
      assert.equal("CreateService", raw().journal.web.operation)
      assert.is_false(core.system.exists(path .. ".journal"))
    end
  end)

  it("a state that is damaged is put back from its backup, with what its journal says", function()
    assert(stack():apply())
    killed({ desired_count = 4 }, 2)
    local pulled = assert(all():pull_state())
    journey.write(path, journey.read(path):sub(1, 100))
    assert.equal("StateCorrupt", select(2, all():plan()).code)
    assert(all():repair_state())
    local before, after = assert(cjson.decode(pulled)), raw()
    assert.equal(before.serial + 1, after.serial)
    assert.same(before.services, after.services)
    assert.same(before.journal, after.journal)
  end)

  it("a text that is pushed takes the place of state and journal", function()
    killed(nil, 2)
    local pulled = assert(cjson.decode((assert(all():pull_state()))))
    local none, err = all():push_state((core.json(pulled):gsub('"serial":%d+', '"serial":1')))
    assert.is_nil(none)
    assert.equal("SerialTooOld", err.code)
    assert.is_false(assert(all():push_state(core.json(pulled))).changed)
    pulled.services.web.reason = "by hand"
    assert(all():push_state(core.json(pulled)))
    assert.equal("by hand", raw().services.web.reason)
    assert.equal(1, raw().version)
    assert.is_false(core.system.exists(path .. ".journal"))
    assert(all():apply())
    journey.assert_empty(all())
  end)
end)

describe("a journal", function()
  it("that cannot be made is warned of, and the state is written whole each time", function()
    core.system.make_dir(path .. ".journal")
    local versions = {}
    local result = assert(stack(nil, { on_event = function()
      local text = journey.read(path)
      if text then versions[#versions + 1] = cjson.decode(text).version end
    end }):apply())
    local refused, count = refusals(result)
    assert.equal(1, count)
    assert.truthy(refused.message:find(path .. ".journal", 1, true))
    assert.truthy(#versions > 0)
    for _, version in ipairs(versions) do assert.equal(1, version) end
    assert.is_nil(refusals(assert(stack({ desired_count = 3 }, { warnings = { silence = { "JournalRefused" } } })
      :apply())))
  end)

  it("takes no record of a run whose lock and journal another one has taken", function()
    local taken
    local made = stack(nil, { on_event = function(event)
      if taken or event.type ~= "created" and not core.system.exists(path .. ".journal") then return end
      taken = true
      os.remove(path .. ".lock")
      assert(stack():plan()) -- it folds what it finds
    end })
    local _, err = made:apply()
    assert.truthy(taken)
    assert.equal("StateMoved", err.code, tostring(err))
    assert(stack():apply())
    journey.assert_empty(stack())
    assert.equal(1, #journey.mutations(sim))
  end)

  it("is no place for records behind a state that somebody has replaced", function()
    local theirs
    local made = all()
    made.options.on_event = function()
      if theirs or not core.system.exists(path .. ".journal") then return end
      local other = raw()
      other.version, other.serial = 1, other.serial + 7
      theirs = cjson.encode(other)
      journey.write(path, theirs)
    end
    local _, err = made:apply()
    assert.truthy(tostring(err):find("since this run read it", 1, true), tostring(err))
    assert.equal(theirs, journey.read(path))
    assert.equal(1, #journey.mutations(sim)) -- those that wait for it are not begun
  end)

  it("makes room when it has outgrown its state, and the backup has what it held", function()
    local store = require("ecs_service.state.file").new(path)
    local state = assert(require("ecs_service.state").load(store))
    local long = ("x"):rep(30000)
    local folds, before = 0, nil
    for i = 1, 40 do
      state.journal.web = { operation = "CreateService", client_token = long .. i }
      assert(state:save { web = true })
      local read = assert(require("ecs_service.state").load(store))
      assert.equal(i, read.serial)
      assert.equal(long .. i, read.journal.web.client_token)
      if before and raw().serial ~= before then
        folds = folds + 1
        assert.equal(3, raw().version)
        local kept = assert(cjson.decode(journey.read(path .. ".backup")))
        assert.equal(raw().serial, kept.serial)
        assert.same(raw().journal, kept.journal)
      end
      before = raw().serial
      assert.truthy(#journey.read(path .. ".journal") < 65536 + 6 * 30000)
    end
    assert.truthy(folds >= 3, folds)
    assert(state:save({}, true, true))
    assert.equal(1, raw().version)
    assert.equal(40, raw().serial)
  end)

  it("that is written while it is read is read again", function()
    killed(nil, 2)
    local stored = require "ecs_service.state.stored"
    local store = require("ecs_service.state.file").new(path)
    local pulled = assert(all():pull_state())
    local read_journal = store.read_journal
    function store:read_journal(...)
      assert(all():plan()) -- the run that folds it comes in between
      store.read_journal = read_journal
      return read_journal(self, ...)
    end
    local found = assert(stored.read(store))
    assert.equal(pulled, found.folded or found.text)
  end)

  it("is as it was when a disk is full in the middle of a record", function()
    local script = folder .. "/full.lua"
    journey.write(script, ([[
      local core = require "ecs_service.core"
      assert(core.system.write_file(%q, "state"))
      local journal = assert(core.system.journal_file(%q, %q))
      assert(journal:follow() and journal:append "one\n")
      local done, message, kind = journal:append(("x"):rep(1000000) .. "\n")
      assert(not done and message and kind)
      assert(journal:append "two\n")
    ]]):format(path, path .. ".journal", path))
    local said = journey.output(("trap '' XFSZ; ulimit -f 64; '%s' '%s'"):format(
      os.getenv "ECS_TEST_LUA" or "lua", script))
    assert.equal("", said)
    assert.equal("one\ntwo\n", journey.read(path .. ".journal"))
  end)
end)

describe("a state written by an apply", function()
  local counted

  before_each(function()
    counted = { bytes = 0, records = 0, syncs = 0 }
    counted.write_file, counted.journal_file = core.system.write_file, core.system.journal_file
    core.system.write_file = function(where, text, mode, followed)
      counted.bytes, counted.syncs = counted.bytes + #text, counted.syncs + (followed and 1 or 2)
      return counted.write_file(where, text, mode, followed)
    end
    core.system.journal_file = function(...)
      local journal, message, kind = counted.journal_file(...)
      if not journal then return nil, message, kind end
      local counting = { follow = function() return journal:follow() end, remove = function() journal:remove() end }
      function counting.append(_, line)
        counted.bytes, counted.records, counted.syncs = counted.bytes + #line, counted.records + 1, counted.syncs + 1
        return journal:append(line)
      end
      return counting
    end
  end)
  after_each(function() core.system.write_file, core.system.journal_file = counted.write_file, counted.journal_file end)

  it("costs at most six times its size and two syncs a moment, however many services there are", function()
    for _, count in ipairs { 1, 20, 200 } do
      counted.bytes, counted.records, counted.syncs = 0, 0, 0
      path = ("%s/%d.json"):format(folder, count)
      local made = journey.stack(journey.simulator(), { state = path })
      for i = 1, count do
        local name = ("s%04d"):format(i)
        made:service(name, { name = name, cluster = "prod", task_definition = "web:1", desired_count = 1 })
      end
      assert(made:apply())
      assert.truthy(counted.bytes <= 6 * #journey.read(path), counted.bytes / #journey.read(path))
      assert.truthy(counted.syncs <= 2 * (counted.records + 1), counted.syncs)
    end
  end)
end)
