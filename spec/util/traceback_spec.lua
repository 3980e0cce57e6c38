-- What is raised by a state, a transport or a function of the user's own is told with the place where it was raised,
-- once, after the lock was given back.
local command = require "support.command"
local journey = require "support.journey"

after_each(journey.clean)

local function raise_here() error("boom") end

-- A state that raises in one of its functions.
local function backend(name)
  local text, held
  local made = { name = "own" }
  function made.read() return text, text end
  function made.write(_, new)
    text = new
    return new
  end
  function made.lock(_, holder)
    if held then return nil, "held", held end
    held = holder
    return holder
  end
  function made.holder() return held, held end
  function made.unlock()
    held = nil
    return true
  end
  function made.is_free() return held == nil end
  if name then made[name] = raise_here end
  return made
end

local function tracebacks(text)
  local _, count = text:gsub("stack traceback:", "")
  return count
end

local function raised_by(make)
  local ok, raised = pcall(make)
  assert.is_false(ok)
  return raised
end

describe("what is raised under the lock", function()
  it("is told with the place where it was raised, once, and the lock is free", function()
    local own = backend "write"
    local stack = journey.stack(journey.simulator(), { state = own })
    stack:service("web", journey.web())
    local raised = raised_by(function() return stack:apply() end)
    assert.is_truthy(raised:find("boom", 1, true), raised)
    assert.is_truthy(raised:find("raise_here", 1, true) or raised:find("traceback_spec.lua:%d+: in"), raised)
    assert.equal(1, tracebacks(raised), raised)
    assert.is_true(own.is_free())
  end)

  it("stays a table when it is one", function()
    local thrown = { code = "Own" }
    local own = backend()
    local stack = journey.stack(journey.simulator(), { state = own })
    stack:service("web", journey.web())
    local raised = raised_by(function() return stack:apply { approve = function() error(thrown) end } end)
    assert.equal(thrown, raised)
    assert.is_true(own.is_free())
  end)

  it("by a transport is told the same way", function()
    local sim = journey.simulator()
    local transport = { scheduler = sim.scheduler, region = sim.region, submit = raise_here, cancel = function() end,
      wait = function() end }
    local stack = journey.stack(sim, { transport = transport })
    stack:service("web", journey.web())
    local raised = raised_by(function() return stack:plan() end)
    assert.is_truthy(raised:find("raise_here", 1, true) or raised:find("traceback_spec.lua:%d+: in"), raised)
    assert.equal(1, tracebacks(raised), raised)
  end)
end)

describe("the command", function()
  after_each(command.finish or function() end)

  it("tells what a state raises with its place, once", function()
    local folder = journey.folder()
    local script = folder .. "/services.lua"
    _G.traceback_backend = backend "write"
    local file = assert(io.open(script, "w"))
    file:write([[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = traceback_backend,
  transport = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1" } } })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1" })
return stack
]])
    file:close()
    local code, _, err = command.run({}, "apply", script, "--auto-approve")
    _G.traceback_backend = nil
    assert.equal(1, code)
    assert.is_truthy(err:find("boom", 1, true), err)
    assert.is_truthy(err:find("raise_here", 1, true) or err:find("traceback_spec.lua:%d+: in"), err)
    assert.equal(1, tracebacks(err), err)
  end)
end)
