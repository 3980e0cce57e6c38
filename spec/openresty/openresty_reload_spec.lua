-- An apply in flight while nginx reloads, ends, or its client goes away. With LuaJIT's build only, as nginx is.
local core = require "ecs_service.core"
local example = require "support.deploy_example"
local journey = require "support.journey"
local nginx = require "support.nginx"

if not rawget(_G, "jit") then return end

describe("an apply in nginx", function()
  local it_runs

  before_each(function()
    it_runs = example.start(4) -- slow enough to be caught in the middle
    it_runs:declare { web = "web:1" }
  end)

  after_each(function() if it_runs then it_runs:stop() end end)

  -- With what the journal beside it holds.
  local function state()
    local path = it_runs.folder .. "/shop.state.json"
    return core.system.exists(path) and journey.document(path) or {}
  end
  local function is_locked() return core.system.exists(it_runs.folder .. "/shop.state.json.lock") end

  -- Begins an apply and waits until the service is being created.
  local function begin(more)
    local document = { action = "apply", confirm = it_runs:gate({}).digest }
    for key, value in pairs(more or {}) do document[key] = value end
    local pid = it_runs:begin(document)
    nginx.eventually("the apply does not begin", function() return state().services and state().services.web end)
    assert.is_true(is_locked())
    return pid
  end

  local function stopped_well()
    nginx.eventually("the lock stays", function() return not is_locked() end)
    assert.truthy(state().services.web)
    assert.truthy(state().journal.web, "the journal says nothing of what was begun")
  end

  local function is_finished_by_the_next()
    local shown = it_runs:gate {}
    local answer, status = it_runs:gate { action = "apply", confirm = shown.digest }
    assert.equal(200, status, answer.error and answer.error.message)
    assert.is_nil(next(state().journal))
    assert.is_true(it_runs:gate({}).empty)
  end

  it("stops at a reload, says so, and is finished by the next one", function()
    begin()
    it_runs:signal "HUP"
    stopped_well()
    nginx.eventually("no answer came", function()
      return nginx.read(it_runs.folder .. "/answer"):find('"code":"Interrupted"', 1, true)
    end)
    is_finished_by_the_next()
  end)

  it("stops when nginx ends, with its lock given back", function()
    begin()
    it_runs:signal "QUIT"
    stopped_well()
    nginx.eventually("nginx does not end", function() return not core.system.exists(it_runs.folder .. "/nginx.pid") end)
  end)

  it("stops when its client goes away, if it was asked to", function()
    local pid = begin { cancel_when_gone = true }
    os.execute("kill " .. pid)
    stopped_well()
    is_finished_by_the_next()
  end)

  it("goes on without its client otherwise", function()
    local pid = begin()
    os.execute("kill " .. pid)
    nginx.eventually("the apply does not end", function()
      return not is_locked() and next(state().journal) == nil and state().services.web.status == "ok"
    end)
    assert.is_true(it_runs:gate({}).empty)
    assert.is_nil(next(state().journal))
  end)
end)
