-- Options of the commands: each honours an option, or refuses it with a reason.
local command = require "support.command"
local core = require "ecs_service.core"

local has, run = command.has, command.run
local unpack = rawget(_G, "unpack") or table.unpack
local sim

before_each(function()
  sim = command.begin()
  command.declare { revision = 1, count = 1 }
end)
after_each(command.clean)

-- Commands that end with 125 when something is wrong on this side.
local OWN = { run = 125, exec = 125, ["port-forward"] = 125 }

-- Ends with 3 (of those: with 125) and `word`, before anything is sent or written.
local function refused(word, ...)
  local sent, text = #sim.requests, core.system.read_file(command.folder .. "/state.json")
  local code, out, err = run({}, ...)
  assert.equal(OWN[(...)] or 3, code, table.concat({ ... }, " ") .. "\n" .. out .. err)
  if not out:find "^{" then assert.equal("", out) end
  has(err, word)
  assert.equal(sent, #sim.requests)
  assert.equal(text, (core.system.read_file(command.folder .. "/state.json")))
end

local function script(text)
  local path = command.folder .. "/other.lua"
  assert(core.system.write_file(path, text))
  return path
end

describe("a command", function()
  it("that is given a saved plan refuses what the plan has decided", function()
    local plan = command.folder .. "/release.plan"
    assert.equal(0, (run({}, "plan", command.script, "--out", plan)))
    for _, words in ipairs { { "--target", "web" }, { "--exclude", "web" }, { "--strict" }, { "--refresh", "false" },
                             { "--refresh=true" }, { "--silence", "Outage" } } do
      refused("is decided by the plan", "apply", plan, unpack(words))
    end
    local code, out = run({}, "apply", plan, "--concurrency", "2", "--stable-for", "1s")
    assert.equal(0, code)
    has(out, "Applied: 1 created.")
  end)

  it("refuses words that exclude each other or have no effect together", function()
    run({}, "apply", command.script, "--auto-approve")
    refused("a target and excluded", "plan", command.script, "--target", "web", "--exclude", "web")
    refused("exclude each other", "plan", command.script, "--destroy", "--refresh-only")
    refused("exclude each other", "plan", command.script, "--refresh-only", "--refresh=false")
    for _, words in ipairs { { "--stable-for", "1s" }, { "--follow" }, { "--fail-fast" } } do
      refused("has no effect with wait = false", "redeploy", "web", "--auto-approve", "--no-wait", "--file",
        command.script, unpack(words))
    end
    refused("has no effect with wait = false", "stop", "web", "--auto-approve", "--no-wait", "--timeout", "5", "--file",
      command.script)
    refused('until = "inactive" takes no', "wait", "--until", "inactive", "--follow", "--file", command.script)
    refused("--file names the script beside one", "apply", command.script, "--file", command.script, "--auto-approve")
    refused("needs no script", "timeline", "--events", "events.jsonl", "--file", command.script)
    refused("give no argument", "schema", "name", "--json-schema")
    refused("--region is for a run without a script", "generate", "prod/web", "--region", "us-west-2", "--file",
      command.script)
    refused("--dry-run goes with --from-tfstate", "import", "web", "prod/web", "--dry-run", "--file", command.script)
  end)

  it("refuses each option of other commands", function()
    local options, parser = {}, require("ecs_service.cli").parser()
    local function note(parsed, name)
      for _, option in ipairs(parsed._options) do
        for _, alias in ipairs(option._aliases) do
          if alias:find "^%-%-" then
            options[alias] = options[alias] or {}
            options[alias][name] = true
          end
        end
      end
    end
    for _, one in ipairs(parser._commands) do
      if one._name ~= "help" and one._name ~= "state" then note(one, one._name) end
    end
    for alias, owners in pairs(options) do
      for _, one in ipairs(parser._commands) do
        local name = one._name
        if name ~= "help" and name ~= "state" and not owners[name] then
          refused(("unknown option '%s'"):format(alias), name, alias)
        end
      end
    end
  end)

  it("that changes a service holds --strict and --silence", function()
    local path = script((assert(core.system.read_file(command.script)):gsub("deployment_circuit_breaker = %b{},", "")))
    assert.equal(0, (run({}, "apply", path, "--auto-approve")))
    sim:advance(60)
    local code, _, err = run({}, "redeploy", "web", "--auto-approve", "--strict", "--file", path)
    assert.equal(1, code)
    has(err, "1 problem in web, nothing was sent")
    code = run({}, "redeploy", "web", "--auto-approve", "--strict", "--silence", "NoCircuitBreaker", "--file", path)
    assert.equal(0, code)
    local out
    code, out = run({}, "scale", "web", "2", "--auto-approve", "--strict", "--file", path)
    assert.equal(0, code)
    has(out, "the declaration still says 1")
    refused("no warning has the code", "scale", "web", "2", "--auto-approve", "--silence", "Bogus", "--file", path)
  end)
end)

describe("ecs-service wait", function()
  local function emptied()
    assert.equal(0, (run({}, "apply", command.script, "--auto-approve")))
    return script((assert(core.system.read_file(command.script)):gsub("stack:service%b()", "")))
  end

  it("waits for what is recorded when the script declares nothing", function()
    local path = emptied()
    local code, out = run({}, "wait", "--file", path)
    assert.equal(0, code)
    assert.equal("Steady: web.\n", out)
    code, out = run({}, "wait", "web", "--file", path, "--until", "deployed")
    assert.equal(0, code)
    assert.equal("Deployed: web.\n", out)
  end)

  it("says so when there is nothing to wait for", function()
    local path = script((assert(core.system.read_file(command.script)):gsub("stack:service%b()", "")))
    local code, out = run({}, "wait", "--file", path)
    assert.equal(0, code)
    has(out, "Nothing to wait for")
    has((select(2, run({}, "wait", "--file", path, "--json"))), '"services":[]')
  end)
end)
