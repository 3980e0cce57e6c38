-- ecs.progress: the progress of the command for whoever writes a program of their own.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local function collector()
  local pieces = {}
  return function(text) pieces[#pieces + 1] = text end, function() return table.concat(pieces) end
end

local function has(output, wanted)
  assert.truthy(output:find(wanted, 1, true), ("%q is not in:\n%s"):format(wanted, output))
end

local STARTED = { type = "started", address = "web", action = "update", at = 1767268800 }

-- Puts others in the place of members of a table until the test has ended.
local function replace(place, members)
  local former = {}
  for name, member in pairs(members) do former[name], place[name] = place[name], member end
  return function() for name, member in pairs(former) do place[name] = member end end
end

describe("ecs.progress", function()
  it("shows a run as lines, wherever they are to go", function()
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1" } }
    local stack = assert(ecs.stack { state = false, transport = sim })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2,
      wait_for_steady_state = true })
    local write, output = collector()
    local progress = ecs.progress { write = write, time = false, unicode = true }
    assert(stack:apply { on_event = progress.on_event, interrupted = progress.tick })
    progress.finish()
    has(output(), "web     creating\n")
    has(output(), "web     steady\n")
    assert.truthy(output():find "web     created after %d+ s\n$", output())
    assert.falsy(output():find("\27", 1, true))
  end)

  it("draws rows again where it is told that this is a terminal, moves their clocks, and takes them back", function()
    local now = 100
    local put_back = replace(core.system, { monotonic = function() return now end })
    finally(put_back)
    local write, output = collector()
    local progress = ecs.progress { write = write, terminal = true, width = 60 }
    progress.on_event(STARTED)
    has(output(), "web     updating   00:00")
    assert.is_false(progress.tick())
    now = 107
    assert.is_false(progress.tick())
    has(output(), "\27[1A\r\27[Jweb     updating   00:07")
    progress.finish()
    assert.truthy(output():find "\27%[1A\r\27%[J$")
  end)

  -- What is written to a standard error that is a terminal or none.
  local function on_standard_error(terminal, variables)
    local written = {}
    local undo = {
      replace(core.system, { isatty = function(fd) return fd == 2 and terminal end,
        terminal_columns = function() return 50 end, terminal_rows = function() return 24 end }),
      replace(io, { stderr = { write = function(_, text) written[#written + 1] = text end, flush = function() end } }),
      replace(os, { getenv = function(name) return variables[name] end }),
    }
    local progress = ecs.progress()
    progress.on_event(STARTED)
    progress.on_event { type = "done", address = "web", ok = false, at = STARTED.at + 3 }
    progress.finish()
    for _, put_back in ipairs(undo) do put_back() end
    return table.concat(written)
  end

  it("goes to standard error by itself, in the form that it can show", function()
    has(on_standard_error(true, { TERM = "xterm" }), "\27[1A\r\27[J")
    has(on_standard_error(true, { TERM = "xterm" }), "\27[1;31m")
    assert.falsy(on_standard_error(true, { TERM = "xterm", NO_COLOR = "1" }):find("\27[1;31m", 1, true))
    for _, plain in ipairs { on_standard_error(false, { TERM = "xterm" }),
                             on_standard_error(true, { TERM = "dumb" }) } do
      has(plain, "updating")
      assert.falsy(plain:find("\27", 1, true))
    end
  end)

  it("raises what is wrong with its options, where it was called", function()
    local ok, message = pcall(function() ecs.progress { colour = true } end)
    assert.is_false(ok)
    has(tostring(message), "ecs.progress has no option colour")
    has(tostring(message), "progress_spec.lua")
    assert.has_error(function() ecs.progress { write = "stderr" } end)
  end)
end)
