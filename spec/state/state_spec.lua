-- What a stack remembers, how it is kept, and who may change it.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local folder, path, sim

before_each(function()
  folder = journey.folder()
  path = folder .. "/state.json"
  sim = journey.simulator()
end)

after_each(journey.clean)

local function stack(given) return journey.web_stack(sim, path, given) end

local function document() return assert(cjson.decode(journey.read(path))) end

describe("the state", function()
  it("is JSON with version, lineage, serial and the services, readable to its owner only", function()
    assert(stack():apply())
    local state = document()
    assert.equal(1, state.version)
    assert.equal(32, #state.lineage)
    assert.truthy(state.serial >= 1)
    assert.equal("ok", state.services.web.status)
    assert.equal("web", state.services.web.attributes.name)
    assert.same({}, state.journal)
    assert.equal(tonumber("600", 8), core.system.file_mode(path))
  end)

  it("has the same bytes for the same content, its keys sorted", function()
    assert(stack():apply())
    local text = journey.read(path)
    local last
    for key in text:gmatch '\n  "(%w+)"' do
      assert.truthy(not last or last < key)
      last = key
    end
    assert(stack():apply())
    assert.equal(text, journey.read(path))
  end)

  it("keeps the former one as a backup", function()
    assert(stack():apply())
    local first = journey.read(path)
    local second = journey.stack(sim, { state = path })
    second:service("web", journey.web { desired_count = 3 })
    assert(second:apply())
    local backup = assert(cjson.decode(journey.read(path .. ".backup")))
    local before = assert(cjson.decode(first))
    assert.equal(before.lineage, backup.lineage)
    assert.equal(document().serial - 1, backup.serial)
  end)

  it("counts up with every change of its content", function()
    assert(stack():apply())
    local serial = document().serial
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 5 })
    assert(stack():refresh())
    assert.equal(serial + 1, document().serial)
    assert.equal(5, document().services.web.attributes.desired_count)
  end)

  it("holds no credentials", function()
    assert(stack { credentials = { access_key_id = "AKIDHIDDEN", secret_access_key = "hiddensecret",
      session_token = "hiddentoken" } }:apply())
    for _, name in ipairs { path, path .. ".backup" } do
      local text = journey.read(name) or ""
      assert.falsy(text:find("hidden", 1, true))
      assert.falsy(text:find("AKIDHIDDEN", 1, true))
    end
  end)

  it("in memory belongs to one stack and leaves no file", function()
    local first = journey.stack(sim)
    first:service("web", journey.web())
    assert(first:apply())
    journey.assert_empty(first)
    assert.truthy(first:recorded().web)
    assert.same({}, (assert(journey.stack(sim):recorded())))
  end)

  it("is not made by a plan", function()
    assert(stack():plan())
    assert.is_false(core.system.exists(path))
    assert.is_false(core.system.exists(path .. ".lock"))
  end)

  it("may lie behind a link, which stays one", function()
    assert(stack():apply())
    os.execute(("mv '%s' '%s/real.json' && ln -s real.json '%s'"):format(path, folder, path))
    local second = journey.stack(sim, { state = path })
    second:service("web", journey.web { desired_count = 3 })
    assert(second:apply())
    assert.truthy(journey.read(folder .. "/real.json"):find('"desired_count": 3', 1, true))
  end)

  it("in a folder that is not there is an error, and nothing is sent", function()
    local lost = journey.stack(sim, { state = folder .. "/none/state.json" })
    lost:service("web", journey.web())
    local result, err = lost:apply()
    assert.is_nil(result)
    assert.truthy(err.message:find("none/state.json", 1, true))
    assert.same({}, journey.mutations(sim))
  end)

  it("at a place that this version does not know is an error when the stack is made", function()
    local none, err = ecs.stack { region = "us-west-2", state = "gopher://bucket/key" }
    assert.is_nil(none)
    assert.equal("state", err.path)
  end)
end)

describe("a state that cannot be used", function()
  local wrong = {
    { "cut off", "StateCorrupt", function(text) return text:sub(1, math.floor(#text / 2)) end, "damaged" },
    { "empty", "StateCorrupt", function() return "" end, "empty" },
    { "garbage", "StateCorrupt", function() return "\0\1\2 nothing" end, "damaged" },
    { "damaged in one of its records", "StateCorrupt", function(text)
      return (text:gsub('"attributes"', '"atributes"'))
    end, "web" },
    { "of Terraform", "StateForeign", function()
      return '{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": []}'
    end, "Terraform" },
    { "some other JSON", "StateForeign", function() return '{"name": "package"}' end, "not a state" },
    { "of a newer version", "StateNewer", function(text) return (text:gsub('"version": 1', '"version": 4')) end,
      "version 4" },
  }
  for _, case in ipairs(wrong) do
    it("because it is " .. case[1] .. " is explained and left as it is", function()
      assert(stack():apply())
      local text = case[3](journey.read(path))
      journey.write(path, text)
      local requests = #sim.requests
      for _, verb in ipairs { "plan", "apply", "destroy", "refresh", "recorded" } do
        local made = stack()
        local result, err = made[verb](made)
        assert.is_nil(result)
        assert.equal(case[2], err.code)
        assert.truthy(tostring(err):find(case[4], 1, true), tostring(err))
        assert.truthy(tostring(err):find(path, 1, true), tostring(err))
        assert.equal(text, journey.read(path))
      end
      local _, err = stack():import("other", "prod/web")
      assert.equal(case[2], err.code)
      assert.equal(requests, #sim.requests)
      assert.is_false(core.system.exists(path .. ".lock"))
    end)
  end
end)

describe("the lock", function()
  local function hold(more)
    local holder = { id = "5f0c", user = "deploy", host = "ci-17", pid = 4711, operation = "apply",
      since = os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(sim:now()) - 120) }
    for key, value in pairs(more or {}) do holder[key] = value end
    journey.write(path .. ".lock", core.json(holder))
  end

  it("is held from the plan to the end of apply, and told to be whose", function()
    local seen
    local made = stack { on_event = function()
      seen = seen or journey.read(path .. ".lock")
    end }
    assert(made:apply())
    local holder = assert(cjson.decode(seen))
    assert.equal("apply", holder.operation)
    assert.equal(core.system.pid(), holder.pid)
    assert.equal(core.system.hostname(), holder.host)
    assert.is_false(core.system.exists(path .. ".lock"))
  end)

  it("of another run refuses, says who, what and since when, and how to go on", function()
    hold()
    local result, err = stack():apply()
    assert.is_nil(result)
    assert.equal("Locked", err.code)
    for _, word in ipairs { "deploy@ci-17", "apply", "2 min ago" } do
      assert.truthy(err.message:find(word, 1, true), err.message)
    end
    assert.truthy(err.hint:find("lock_timeout", 1, true) and err.hint:find('stack:unlock("5f0c")', 1, true), err.hint)
    assert.same({}, journey.mutations(sim))
    assert.truthy(core.system.exists(path .. ".lock"))
  end)

  it("is waited for as long as lock_timeout says", function()
    hold()
    local before = sim:now()
    local _, err = stack():apply { lock_timeout = 30 }
    assert.equal("Locked", err.code)
    assert.truthy(sim:now() - before >= 30 and sim:now() - before < 32)
  end)

  it("is taken when the other run is done in time", function()
    hold()
    local looked = 0
    local clock = { now = function() return sim:now() end, sleep = function(_, seconds)
      looked = looked + 1
      if looked == 5 then os.remove(path .. ".lock") end
      sim:advance(seconds)
    end }
    assert(stack { scheduler = clock }:apply { lock_timeout = 60 })
    assert.truthy(looked >= 5)
  end)

  it("of a process that is dead, made by an older version, is taken over", function()
    local pid = 99999
    while core.system.process_alive(pid) do pid = pid - 1 end
    hold { host = core.system.hostname(), pid = pid }
    assert.is_nil((stack():lock_holder()))
    assert(stack():apply())
    assert.is_false(core.system.exists(path .. ".lock"))
  end)

  it("of a process that lives, made by an older version, is its own, and is not freed", function()
    hold { host = core.system.hostname(), pid = 1 }
    local _, err = stack():apply()
    assert.equal("Locked", err.code)
    local freed, problem = stack():unlock "5f0c"
    assert.is_nil(freed)
    assert.equal("Locked", problem.code)
    assert.truthy(problem.message:find("process 1 ", 1, true), problem.message)
    assert.truthy(core.system.exists(path .. ".lock"))
  end)

  it("of an older version on another host can be freed by its id, and by no other", function()
    hold()
    assert.equal("Locked", select(2, stack():unlock "other").code)
    assert(stack():unlock "5f0c")
    assert(stack():apply())
  end)

  it("that names this process is left by an earlier one of the same number", function()
    hold { host = core.system.hostname(), pid = core.system.pid() }
    assert(stack():apply())
  end)

  it("that a power failure left empty or in pieces is nobody's, and is taken over", function()
    for _, text in ipairs { "", "{", '{"id": 5}', ("x"):rep(20000) } do
      journey.write(path .. ".lock", text)
      assert(stack():apply())
      assert.is_false(core.system.exists(path .. ".lock"))
    end
  end)

  it("is given back after an error, and after something was raised", function()
    local broken = stack { on_event = function() end }
    broken.services.web.config.desired_count = -1
    assert.is_nil((broken:apply()))
    assert.is_false(core.system.exists(path .. ".lock"))
    local raising = setmetatable({ submit = function() error "the cable was cut" end }, { __index = sim })
    local ok, problem = pcall(function() return stack { transport = raising }:apply() end)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("the cable was cut", 1, true))
    assert.is_false(core.system.exists(path .. ".lock"))
    assert(stack():apply())
  end)

  it("keeps two stacks of one process apart too", function()
    local inner
    local made = stack { on_event = function()
      if inner == nil then inner = { stack():apply() } end
    end }
    assert(made:apply())
    assert.is_nil(inner[1])
    assert.equal("Locked", inner[2].code)
  end)

  it("that nobody holds cannot be freed", function()
    local freed, err = stack():unlock "5f0c"
    assert.is_nil(freed)
    assert.equal("NotLocked", err.code)
  end)
end)
