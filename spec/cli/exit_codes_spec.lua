-- Exit codes: what a job can tell without reading.
local cjson = require "cjson.safe"
local command = require "support.command"
local core = require "ecs_service.core"
local exit_codes = require "ecs_service.cli.exit_codes"

local run = command.run
local sim

before_each(function()
  sim = command.begin()
  command.declare { revision = 1, count = 1 }
end)
after_each(command.clean)

local function last_document(out)
  local whole = cjson.decode(out)
  if whole then return whole end
  local last
  for line in out:gmatch "[^\n]+" do last = cjson.decode(line) or last end
  return assert(last, "no document in " .. out)
end

-- Runs a command in words and as JSON; both have to end alike.
local function ends_with(code, ...)
  local words = { ... }
  assert.equal(code, (run({}, (unpack or table.unpack)(words))), table.concat(words, " "))
end

local function json_ends_with(code, ...)
  local got, out, err = run({}, ...)
  assert.equal(code, got, out .. err)
  assert.equal(code, last_document(out).exit_code, out)
end

local function script(text)
  local path = command.folder .. "/other.lua"
  assert(core.system.write_file(path, text))
  return path
end

local function edited(from, to)
  local text = assert(core.system.read_file(command.script))
  local changed = text:gsub(from, to)
  assert.not_equal(text, changed)
  return script(changed)
end

describe("the exit code", function()
  it("is 0 for what is done, 1 for what was not approved, 2 for changes when asked for", function()
    ends_with(0, "plan", command.script)
    ends_with(1, "apply", command.script)
    json_ends_with(2, "plan", command.script, "--detailed-exitcode", "--json")
    json_ends_with(0, "plan", command.script, "--json")
    json_ends_with(0, "apply", command.script, "--auto-approve", "--json")
    json_ends_with(0, "plan", command.script, "--detailed-exitcode", "--json")
  end)

  it("is 3 for declarations, options and scripts that are wrong", function()
    local invalid = edited("desired_count", "desired_cuont")
    for _, verb in ipairs { "validate", "plan" } do
      ends_with(3, verb, invalid)
      json_ends_with(3, verb, invalid, "--json")
    end
    ends_with(3, "apply", invalid, "--auto-approve")
    ends_with(3, "plan", command.script, "--bogus")
    json_ends_with(3, "plan", command.script, "--bogus", "--json")
    json_ends_with(3, "plan", command.script, "--target", "nothing", "--json")
    ends_with(3, "apply", "--lock-timeout", "soon")
    ends_with(3, "help", "nothing")
    ends_with(3, "nothing")
    for _, text in ipairs { "local = 1",
                            "error 'no'", "return 1", "assert(require 'ecs_service'.stack { regoin = '' })",
                            "assert(require 'ecs_service'.stack { region = 'nowhere at all' })" } do
      ends_with(3, "plan", script(text))
      json_ends_with(3, "plan", script(text), "--json")
    end
    ends_with(3, "plan", command.folder .. "/missing.lua")
    assert.equal(0, #sim.requests)
  end)

  it("is 4 when another run holds the lock", function()
    local stack = assert(loadfile(command.script))()
    local held = stack:with_lock("apply", {}, function()
      json_ends_with(4, "plan", command.script, "--json")
      ends_with(4, "apply", command.script, "--auto-approve")
      return true
    end)
    assert.truthy(held)
  end)

  it("is 5 for a deployment that failed, whoever waits for it", function()
    sim:tasks { task_definition = "web:1", outcome = "pull_error" }
    json_ends_with(5, "apply", command.script, "--auto-approve", "--json")
    ends_with(5, "wait", "web", "--file", command.script)
    json_ends_with(1, "diagnose", "web", "--file", command.script, "--json")
  end)

  it("is 5 for a wait whose time is up", function()
    assert(loadfile(edited("wait_for_steady_state = true", "wait_for_steady_state = false"))()):apply()
    json_ends_with(5, "wait", "web", "--timeout", "0", "--file", command.script, "--json")
  end)

  it("is 6 when somebody started a newer deployment", function()
    ends_with(0, "apply", command.script, "--auto-approve")
    command.declare { revision = 2, count = 1 }
    local submit = sim.submit
    sim.submit = function(self, request, ...)
      local answer = submit(self, request, ...)
      if request.headers["X-Amz-Target"]:find("UpdateService", 1, true) then
        sim.submit = submit
        sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" })
      end
      return answer
    end
    json_ends_with(6, "apply", command.script, "--auto-approve", "--json")
  end)

  it("of several failures is the highest below 130; who only waited for another one does not count", function()
    local function failed(...)
      local list = {}
      for i, code in ipairs { ... } do list[i] = { code = code } end
      return exit_codes.of { code = "SeveralFailed", errors = list }
    end
    assert.equal(5, failed("DeploymentFailed", "AccessDeniedException"))
    assert.equal(6, failed("DeploymentFailed", "DeploymentSuperseded", "Interrupted"))
    assert.equal(1, failed("Interrupted", "AccessDeniedException"))
    assert.equal(130, failed("Interrupted", "Interrupted", "DependencyFailed"))
    assert.equal(1, failed("DependencyFailed"))
    assert.equal(5, exit_codes.of { code = "DeploymentFailed" })
    assert.equal(1, exit_codes.of "a text")
    assert.equal(5, exit_codes.of { code = "Timeout", errors = { { code = "Timeout" } } })
  end)

  it("has rows for errors that there are, each once", function()
    local file = assert(io.open "docs/errors.md")
    local page = file:read "*a"
    file:close()
    local seen = {}
    for _, names in pairs(exit_codes.rows()) do
      for _, name in ipairs(names) do
        assert.is_nil(seen[name], name)
        seen[name] = true
        command.has(page, "`" .. name .. "`")
      end
    end
  end)

  it("stands in the last document of every command that writes one", function()
    ends_with(0, "apply", command.script, "--auto-approve")
    for _, words in ipairs { { "validate", command.script }, { "plan", command.script }, { "version" },
      { "status", "--file", command.script }, { "diagnose", "--file", command.script },
      { "history", "web", "--file", command.script }, { "show", "--file", command.script },
      { "wait", "--file", command.script }, { "policy", command.script }, { "schema", "name" },
      { "state", "list", "--file", command.script }, { "state", "show", "web", "--file", command.script },
      { "state", "unlock", "--file", command.script }, { "state", "mv", "web", "api", "--file", command.script },
      { "state", "mv", "api", "web", "--file", command.script },
      { "state", "repair", "--auto-approve", "--file", command.script },
      { "scale", "web", "2", "--dry-run", "--file", command.script },
      { "redeploy", "web", "--auto-approve", "--file", command.script },
      { "destroy", command.script, "--auto-approve" } } do
      words[#words + 1] = "--json"
      json_ends_with(0, (unpack or table.unpack)(words))
    end
    json_ends_with(1, "state", "show", "nothing", "--json", "--file", command.script)
    json_ends_with(0, "doctor", command.script, "--json")
  end)
end)

describe("--version", function()
  it("and -V answer as the command version does", function()
    local _, wanted = run({}, "version")
    for _, words in ipairs { { "--version" }, { "-V" }, { "--no-color", "--version" }, { "plan", "-V" } } do
      local code, out = run({}, (unpack or table.unpack)(words))
      assert.equal(0, code)
      assert.equal(wanted, out)
    end
    json_ends_with(0, "--version", "--json")
  end)

  it("leaves --no-color before a command to the command", function()
    local code, out = run({ columns = 80 }, "--no-color", "plan", command.script)
    assert.equal(0, code)
    command.lacks(out, "\27")
  end)
end)

describe("the recipe for a job", function()
  it("deploys under bash -e when there are changes, and ends with the code of what failed", function()
    local page = assert(core.system.read_file "docs/how-to/ci.md")
    local recipe = assert(page:match "```sh\n(code=0\n.-)```")
    local bin = command.folder .. "/ecs-service"
    assert(core.system.write_file(command.folder .. "/job.sh", recipe))
    for answer, wanted in pairs { [0] = "plan", [2] = "plan apply", [4] = "plan" } do
      assert(core.system.write_file(bin, ('#!/bin/sh\necho "$1" >> "$0.log"\n[ "$1" = apply ] || exit %d\n'):format(
        answer), tonumber("755", 8)))
      os.remove(bin .. ".log")
      local pipe = assert(io.popen(("cd '%s' && PATH=\"$PWD:$PATH\" bash -e job.sh >/dev/null; echo $?"):format(
        command.folder)))
      local code = pipe:read "*n"
      pipe:close()
      assert.equal(answer == 4 and 4 or 0, code)
      assert.equal(wanted, (core.system.read_file(bin .. ".log"):gsub("\n$", ""):gsub("\n", " ")))
    end
  end)
end)
