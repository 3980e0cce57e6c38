-- The lock of a state in a file: whatever ends a run, no lock stays; one state has one lock, whatever it is called.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local journey = require "support.journey"
local json = require "ecs_service.util.json"
local leaving = require "ecs_service.aws.leaving"
local lock = require "ecs_service.state.lock"
local served = require "support.served"

local folder, path, sim

before_each(function()
  folder = journey.folder()
  path = folder .. "/state.json"
  sim = journey.simulator()
end)
after_each(journey.clean)

local function stack(given) return journey.web_stack(sim, path, given) end

local function is_locked(name) return core.system.exists(name or path .. ".lock") end

-- Another process that holds the lock of the state until it is killed.
local HOLDER = [[
  local ecs, core = require "ecs_service", require "ecs_service.core"
  local stack = assert(ecs.stack { region = "us-west-2", state = "%s" })
  stack:with_lock("apply", {}, function()
    io.stdout:write(core.system.pid(), "\n") io.stdout:flush()
    %s
    core.system.sleep(600)
  end)]]

local function another(work)
  local program = os.tmpname()
  journey.write(program, HOLDER:format(path, work or ""))
  -- With the signals as a shell gives them: whoever runs these specs in the background ignores some.
  local child = assert(core.system.spawn { "env", "--default-signal=INT,QUIT,HUP,TERM", served.interpreter(),
    program })
  local kind, text
  repeat kind, text = child:next(60) until kind
  os.remove(program)
  return assert(kind == "out" and text:match "%d+", text), child
end

local function kill(pid, signal, child)
  os.execute(("kill -%s %s"):format(signal, pid))
  repeat local kind = child:next(60) until kind == "exit" or kind == "signal"
end

describe("the lock of a state in a file", function()
  it("is told to be another process's while that lives, and is free when it was killed", function()
    for _, signal in ipairs { "KILL", "TERM", "HUP", "QUIT" } do
      local pid, child = another()
      local _, err = stack():apply()
      assert.equal("Locked", err.code)
      assert.falsy(err.stale)
      assert.truthy(err.message:find("process " .. pid, 1, true), err.message)
      kill(pid, signal, child)
      assert(stack():apply())
      assert.is_false(is_locked())
    end
  end)

  it("of a process that lives is not freed by `state unlock`, which says whose it is", function()
    local pid, child = another()
    local holder = assert(stack():lock_holder())
    local freed, err = stack():unlock(holder.id)
    assert.is_nil(freed)
    assert.equal("Locked", err.code)
    assert.truthy(err.message:find("process " .. pid, 1, true), err.message)
    kill(pid, "KILL", child)
    assert.is_nil((stack():lock_holder()))
    assert.equal("NotLocked", select(2, stack():unlock(holder.id)).code)
  end)

  it("does not live on in the programs that its process had started", function()
    local pid, child = another 'os.execute("sleep 600 >/dev/null 2>&1 & echo $! >" .. os.tmpname() .. ".x &")'
    kill(pid, "KILL", child)
    assert(stack():apply())
  end)

  it("says what holds it, in a file for its owner alone", function()
    local seen, mode
    assert(stack { on_event = function()
      seen = seen or json.decode(journey.read(path .. ".lock"))
      mode = mode or core.system.file_mode(path .. ".lock")
    end }:apply())
    assert.equal("apply", seen.operation)
    assert.equal(core.system.pid(), seen.pid)
    assert.is_true(seen.kernel)
    assert.equal(tonumber("600", 8), mode)
  end)

  it("is the same by every name of the state", function()
    assert(core.system.make_dir(folder .. "/real"))
    os.execute(("cd '%s' && ln -s real linked && ln -s real/s.json link.json && ln -s link.json chain.json && "
      .. "ln -s '%s/real/s.json' far.json"):format(folder, folder))
    local names = { "/real/s.json", "/linked/s.json", "/link.json", "/chain.json", "/far.json", "/real/../real/s.json" }
    for _, exists in ipairs { false, true } do
      for _, held in ipairs(names) do
        for _, tried in ipairs(names) do
          local inner
          assert(stack { state = folder .. held, on_event = function() end }:with_lock("apply", {}, function()
            assert.is_true(is_locked(folder .. "/real/s.json.lock"))
            inner = { stack { state = folder .. tried }:plan() }
            return true
          end))
          assert.equal("Locked", inner[2] and inner[2].code, held .. " " .. tried)
        end
      end
      if not exists then assert(stack { state = folder .. "/chain.json" }:apply()) end
    end
    assert.truthy(journey.read(folder .. "/real/s.json"))
  end)

  it("of a run that was dropped in its middle is free again", function()
    for _, where in ipairs { path, false } do
      sim = journey.simulator()
      local made = stack { state = where, on_event = function() coroutine.yield() end }
      local thread = coroutine.create(function() return made:apply() end)
      assert(coroutine.resume(thread))
      if coroutine.status(thread) == "suspended" then -- Lua 5.1 yields across no pcall
        assert.equal("Locked", select(2, stack { state = made.backend }:plan()).code)
        thread = nil -- luacheck: ignore 311
        made.options.on_event = nil
        assert(made:apply())
      end
    end
  end)

  it("that was removed by hand is lost, and what another run made there is left to it", function()
    local made = stack()
    made:with_lock("apply", {}, function(own)
      local _, err
      os.remove(path .. ".lock")
      _, err = lock.still(made.backend, own)
      assert.equal("LockLost", err.code)
      assert.truthy(err.message:find("nobody holds it now", 1, true), err.message)
      assert(stack():with_lock("apply", {}, function(other)
        _, err = lock.still(made.backend, own)
        assert.equal("LockLost", err.code)
        assert.truthy(err.message:find("(apply)", 1, true), err.message)
        assert.is_true(lock.give(made.backend, own))
        assert.is_true(is_locked())
        assert.is_true(lock.still(made.backend, other))
        return true
      end))
    end)
    assert.is_false(is_locked())
  end)

  it("is no link that somebody had put there", function()
    os.execute(("ln -s '%s/victim' '%s.lock'"):format(folder, path))
    local _, err = stack():apply()
    assert.equal("NotLocked", err.code)
    assert.is_false(core.system.exists(folder .. "/victim"))
  end)

  it("where a file system keeps none is an error that names S3", function()
    local original = core.system.lock_file
    core.system.lock_file = function(name) return nil, name .. ": No locks available", "nolock" end
    local _, err = stack():apply()
    core.system.lock_file = original
    assert.equal("NotLocked", err.code)
    assert.truthy(err.hint:find("s3://", 1, true), err.hint)
  end)
end)

describe("waiting for a lock", function()
  it("ends when it is interrupted, in a file and in memory", function()
    for _, where in ipairs { path, false } do
      local made, _, err = stack { state = where }, nil, nil
      made:with_lock("apply", {}, function()
        local asked, before = 0, sim:now()
        _, err = made:apply { lock_timeout = 600, interrupted = function()
          asked = asked + 1
          return asked > 3
        end }
        assert.truthy(sim:now() - before < 5)
      end)
      assert.equal("Interrupted", err.code)
    end
  end)

  it("ends when the process is told to go", function()
    local made, gone, _, err = stack(), false, nil, nil
    local clock = { now = function() return sim:now() end, sleep = function(_, seconds)
      gone = true
      sim:advance(seconds)
    end }
    local former = leaving.told(function() return gone end)
    made:with_lock("apply", {}, function()
      _, err = stack { scheduler = clock }:apply { lock_timeout = 600 }
    end)
    leaving.told(former)
    assert.is_true(errors.is(err))
    assert.equal("Interrupted", err.code)
  end)

  it("that does not begin does not look at who interrupts", function()
    assert(stack():plan { interrupted = function() return false end })
  end)
end)
