-- On a slow network a command does not leave whoever sits there before an empty screen.
local cjson = require "cjson.safe"
local command = require "support.command"

local SAID, BACK = "waiting for an answer...", "\r\27[K"

local unpack = rawget(_G, "unpack") or table.unpack

local sim, clock

-- Standard output and standard error of a command on a terminal, or what `given` says.
local function run(given, ...)
  for key, value in pairs { tty = true, env = { LANG = "C.UTF-8", TERM = "xterm" } } do
    if given[key] == nil then given[key] = value end
  end
  local _, out, err = command.run(given, ...)
  return out, err
end

local function slow(seconds) sim:fault { slow = seconds, times = 1000 } end

describe("a command that waits for an answer", function()
  before_each(function()
    sim = command.begin()
    command.declare { revision = 1, count = 2 }
    assert.equal(0, (command.run({}, "apply", command.script, "--auto-approve")))
    sim:advance(60)
    clock = sim:now()
  end)
  after_each(command.clean)

  for name, words in pairs {
    plan = { "plan" }, status = { "status", "--file" }, diagnose = { "diagnose", "web", "--file" },
    history = { "history", "web", "--file" }, ["scale --dry-run"] = { "scale", "web", "3", "--dry-run", "--file" },
  } do
    it("says so after a second, and takes it back: " .. name, function()
      slow(4)
      local list = {}
      for i, word in ipairs(words) do list[i] = word end
      list[#list + 1] = command.script
      local out, err = run({}, unpack(list))
      assert.equal(SAID .. BACK, err:sub(1, #SAID + #BACK))
      assert.is_nil(err:find(SAID, #SAID, true))
      assert.is_true(#out > 0)
      assert.is_true(sim:now() - clock >= 4)
    end)
  end

  it("says nothing when the answer comes at once", function()
    local _, err = run({}, "plan", command.script)
    assert.equal("", err)
    slow(0.6)
    _, err = run({}, "plan", command.script)
    assert.equal("", err)
  end)

  it("says nothing where nobody looks, and nothing with --json", function()
    slow(4)
    local _, err = run({ tty = false }, "plan", command.script)
    assert.equal("", err)
    local out
    out, err = run({}, "plan", command.script, "--json")
    assert.equal("", err)
    assert.truthy(cjson.decode(out))
  end)

  it("lets the line stay on a terminal that cannot take it back", function()
    slow(4)
    local _, err = run({ env = { LANG = "C.UTF-8", TERM = "dumb" } }, "plan", command.script)
    assert.equal(SAID .. "\n", err)
  end)

  it("takes it back before an error, a question and the progress of a run", function()
    slow(4)
    command.declare { revision = 2, count = 2 }
    local _, err = run({ answer = "no" }, "apply", command.script)
    assert.equal(SAID .. BACK, err:sub(1, #SAID + #BACK))
    sim:fault { slow = 4, times = 1000, code = "AccessDeniedException" }
    _, err = run({}, "apply", command.script, "--auto-approve")
    assert.equal(SAID .. BACK, err:sub(1, #SAID + #BACK))
    assert.is_nil(err:find(SAID, #SAID, true))
  end)
end)
