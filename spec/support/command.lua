-- Runs commands of ecs-service in this process, for specs: a folder, a script on a simulator, streams.
local core = require "ecs_service.core"
local cli = require "ecs_service.cli"
local ecs = require "ecs_service"

local command = {}

function command.has(output, wanted)
  assert(output:find(wanted, 1, true), ("%q is not in:\n%s"):format(wanted, output))
end

function command.lacks(output, unwanted)
  assert(not output:find(unwanted, 1, true), ("%q is in:\n%s"):format(unwanted, output))
end

local function stream()
  local pieces = {}
  return { write = function(_, ...) for _, piece in ipairs { ... } do pieces[#pieces + 1] = piece end end },
    function() return table.concat(pieces) end
end

--- `given`: columns (of terminals on both outputs), tty (the same, without a size), answer (somebody sits there and
--- types it; standard error is a terminal then, unless `err` is "file"), answers (the same, one after the other; then
--- the input ends), env. The exit code and what was written to
--- standard output and standard error.
function command.run(given, ...)
  local stdout, out = stream()
  local stderr, err = stream()
  local answers, typed = given.answers or {}, 0
  local somebody = given.answer ~= nil or given.answers ~= nil
  local code = cli.main({ ... }, {
    stdout = stdout, stderr = stderr, stdin = { read = function()
      typed = typed + 1
      return given.answer or answers[typed]
    end },
    getenv = function(name) return (given.env or { LANG = "C.UTF-8" })[name] end,
    isatty = function(fd)
      if fd == 0 then return somebody end
      return given.columns ~= nil or given.tty == true or fd == 2 and somebody and given.err ~= "file"
    end,
    columns = function() return given.columns end,
  })
  return code, out(), err()
end

local DECLARATION = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:%d", desired_count = %d,
  deployment_circuit_breaker = { enable = true, rollback = %s }, wait_for_steady_state = true })
return stack
]]

--- A folder of its own, and a simulator that the scripts in it see: the given one, or one with the cluster "prod" and
--- three revisions of "web". Answers the simulator.
function command.begin(sim)
  sim = sim or ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:3" } }
  command.folder = os.tmpname()
  os.remove(command.folder)
  assert(core.system.make_dir(command.folder))
  package.loaded.command_simulator = sim
  command.script = command.folder .. "/services.lua"
  return sim
end

--- Writes the script: revision, count, rollback (of the circuit breaker; false).
function command.declare(given)
  assert(core.system.write_file(command.script, DECLARATION:format(command.folder .. "/state.json", given.revision,
    given.count, tostring(given.rollback or false))))
end

function command.clean()
  package.loaded.command_simulator = nil
  os.execute("rm -rf '" .. command.folder .. "'")
end

return command
