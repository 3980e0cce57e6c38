-- How the state is written: the same bytes whatever was kept from the write before, and as few writes as are safe.
local core = require "ecs_service.core"
local journey = require "support.journey"
local state_of = require "ecs_service.state"

after_each(journey.clean)

-- A backend in memory that tells of its writes.
local function backend()
  local store = { name = "a test's memory", writes = 0 }
  function store:read() return self.text, self.text end
  function store:write(text)
    self.writes, self.text = self.writes + 1, text
    return text
  end
  function store.lock() return 1 end
  function store.holder() return "", 1 end
  function store.unlock() return true end
  return store
end

local function stack_on(sim, store, count, task_definition)
  local stack = journey.stack(sim)
  stack.backend = store
  for i = 1, count do
    local name = ("web%02d"):format(i)
    stack:service(name, journey.web { name = name, task_definition = task_definition })
  end
  return stack
end

describe("the text of a state", function()
  it("has the bytes of the whole document after each change, whether or not the caller says what changed", function()
    local store = backend()
    local state = assert(state_of.load(store))
    local function saved(only)
      assert(state:save(only))
      assert.equal(core.json(state:content(), 2) .. "\n", store.text)
    end
    state.services.b = { status = "ok", attributes = { name = "b\n\"quoted\"", tags = core.object {} } }
    saved()
    state.services.a = { status = "ok", attributes = { name = "a", load_balancer = { { container_port = 80 } } } }
    state.journal.a = { operation = "UpdateService" }
    saved { a = true }
    state.journal.a = nil
    saved { a = true }
    state.services.a.status, state.services.b = "tainted", nil
    saved { a = true, b = true }
    state.services.a = nil
    saved()
    assert.same({}, assert(state_of.load(store)).services)
  end)

  it("is not written when what was named as changed is as it was", function()
    local store = backend()
    local state = assert(state_of.load(store))
    state.services.a = { status = "ok", attributes = { name = "a" } }
    assert(state:save())
    assert(state:save())
    assert(state:save { a = true, nobody = true })
    assert.equal(1, store.writes)
    assert.equal(1, state.serial)
  end)

  it("is written by the next save after one that failed", function()
    local store = backend()
    local state = assert(state_of.load(store))
    local write = store.write
    store.write = function() return nil, { code = "StateNotWritten" } end
    state.services.a = { status = "ok", attributes = { name = "a" } }
    assert.is_nil((state:save { a = true }))
    store.write = write
    assert(state:save {})
    assert.equal(core.json(state:content(), 2) .. "\n", store.text)
    assert.equal(1, state.serial)
  end)
end)

describe("an apply of many services", function()
  it("saves once for all that is due at one moment", function()
    local store, sim = backend(), journey.simulator()
    assert(stack_on(sim, store, 10):apply())
    -- One write for ten intents, one for ten answers, and those at the end of the run.
    assert.truthy(store.writes <= 5, "writes: " .. store.writes)
  end)

  it("has each intent on the disk before its request leaves", function()
    local sim = journey.simulator()
    local store = backend()
    local transport = { scheduler = sim.scheduler, region = sim.region }
    function transport.wait(_, seconds) return sim:wait(seconds) end
    function transport.cancel(_, id) return sim:cancel(id) end
    local seen = 0
    function transport.submit(_, request)
      local operation = request.headers["X-Amz-Target"]:match "%.(%w+)$"
      if operation == "CreateService" then
        local name = request.body:match '"serviceName":"(%w+)"'
        local token = request.body:match '"clientToken":"(%w+)"'
        local written = assert(require "ecs_service.util.json".decode(store.text))
        assert.equal(token, written.journal[name].client_token)
        seen = seen + 1
      end
      return sim:submit(request)
    end
    local stack = stack_on(sim, store, 25)
    stack.options.transport = transport
    assert(stack:apply())
    assert.equal(25, seen)
  end)

  it("tells of nothing that is not yet recorded", function()
    local store, sim = backend(), journey.simulator()
    local stack = stack_on(sim, store, 12)
    local told = 0
    assert(stack:apply { on_event = function(event)
      if event.type == "done" then
        local written = assert(require "ecs_service.util.json".decode(store.text))
        assert.equal("ok", written.services[event.address].status)
        told = told + 1
      end
    end })
    assert.equal(12, told)
  end)
end)
