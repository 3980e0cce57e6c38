-- A state in a file on a disk that is full, in a folder that cannot be written, or whose files others own: nothing is
-- lost, and the error says what to do.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local journey = require "support.journey"

local folder, path, sim
local system = {}
for _, name in ipairs { "read_file", "write_file", "lock_file", "link", "remove" } do
  system[name] = core.system[name]
end

local function heal()
  for name, original in pairs(system) do core.system[name] = original end
end

before_each(function()
  folder = journey.folder()
  path = folder .. "/state.json"
  sim = journey.simulator()
end)

after_each(function()
  heal()
  journey.clean()
end)

local function stack(changes)
  local made = journey.stack(sim, { state = path })
  made:service("web", journey.web(changes))
  return made
end

local WORDS = { full = "No space left on device", denied = "Permission denied", other = "Input/output error" }

-- Lets the nth use of a file beside the state fail, and the ones after it as long as `times` says.
local function break_disk(name, kind, nth, times)
  local seen = 0
  core.system[name] = function(where, ...)
    if where:find(folder, 1, true) then
      seen = seen + 1
      if seen >= nth and seen < nth + times then return nil, where .. ": " .. WORDS[kind], kind end
    end
    return system[name](where, ...)
  end
end

describe("a file", function()
  it("is read whole, however long it is", function()
    for _, size in ipairs { 0, 1, 16383, 16384, 16385, 65536, 300000 } do
      local text = ("state\0 "):rep(math.ceil(size / 7)):sub(1, size)
      journey.write(path, text)
      assert.is_true(core.system.read_file(path) == text, size)
    end
  end)
end)

describe("a file that cannot be used", function()
  local cases = {
    { "a full disk", "write_file", "full", "StateNotWritten", "make room on the disk" },
    { "a folder that cannot be written", "write_file", "denied", "StateNotWritten", "write into the folder" },
    { "a full disk, at the lock", "lock_file", "full", "NotLocked", "make room on the disk" },
    { "a folder that cannot be written, at the lock", "lock_file", "denied", "NotLocked", "write into the folder" },
    { "a state that somebody else owns", "read_file", "denied", "StateUnreadable", "read it" },
  }
  for _, case in ipairs(cases) do
    it("because of " .. case[1] .. " stops the run before anything is sent, and says what to do", function()
      break_disk(case[2], case[3], 1, 99)
      local result, err = stack():apply()
      heal()
      assert.is_nil(result)
      assert.equal(case[4], err.code)
      assert.truthy(tostring(err):find(case[5], 1, true), tostring(err))
      assert.truthy(tostring(err):find(folder, 1, true), tostring(err))
      assert.same({}, journey.mutations(sim))
      os.remove(path .. ".lock")
      assert(stack():apply())
      journey.assert_empty(stack())
    end)
  end

  it("is not written over by a run that had read another one", function()
    assert(stack():apply())
    local theirs
    local made = stack { desired_count = 3 }
    made.options.on_event = function()
      if theirs then return end
      local other = assert(cjson.decode(journey.read(path)))
      other.serial = other.serial + 7
      theirs = cjson.encode(other)
      journey.write(path, theirs)
    end
    local _, err = made:apply()
    assert.equal("StateMoved", err.code)
    assert.equal(theirs, journey.read(path))
  end)

  it("keeps its backup by a copy where a file cannot have a second name", function()
    assert(stack():apply())
    local before = journey.read(path)
    break_disk("link", "other", 1, 99)
    assert(stack { desired_count = 3 }:apply())
    heal()
    local backup = assert(cjson.decode(journey.read(path .. ".backup")))
    assert.equal(cjson.decode(before).lineage, backup.lineage)
    assert.equal(cjson.decode(journey.read(path)).serial - 1, backup.serial)
  end)

  it("at whichever step loses no state, and the next run finishes", function()
    local kinds = { "full", "denied", "other" }
    for name in pairs(system) do
      for nth = 1, 6 do
        for _, times in ipairs { 1, 99 } do
          for _, suffix in ipairs { "", ".backup", ".lock" } do os.remove(path .. suffix) end
          sim = journey.simulator()
          assert(stack():apply())
          local kind = kinds[(nth + times) % 3 + 1]
          break_disk(name, kind, nth, times)
          local result, err = stack { desired_count = 3 }:apply()
          heal()
          local where = ("%s %s %d, %d times: "):format(name, kind, nth, times)
          if not result then assert.truthy(#tostring(err) > 20, where) end
          assert(cjson.decode(journey.read(path)), where)
          os.remove(path .. ".lock")
          local again, problem = stack { desired_count = 3 }:apply()
          assert(again, where .. tostring(problem))
          assert.equal(3, journey.service(sim).desiredCount, where)
          local plan = assert(stack { desired_count = 3 }:plan())
          assert.is_true(plan:is_empty(), where .. plan:render { color = false })
          assert.same({}, assert(cjson.decode(journey.read(path))).journal, where)
        end
      end
    end
  end)
end)
