-- The command line as its users meet it: what it prints where, what it asks, and its exit codes.
local cli = require "ecs_service.cli"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local letters = require "ecs_service.render.terminal_text"
local cjson = require "cjson.safe"

local has, lacks = command.has, command.lacks

-- As command.run; without the first table, nothing is given.
local function run(given, ...)
  if type(given) == "string" then return command.run({}, given, ...) end
  return command.run(given, ...)
end

local folder, script

local function write(name, text)
  local path = folder .. "/" .. name
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local DECLARATION = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "cli_spec_simulator" })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:%d", desired_count = %d,
  wait_for_steady_state = true })
%s
return stack
]]

local function declare(task, count, more)
  script = write("services.lua", DECLARATION:format(folder .. "/state.json", task, count, more or ""))
end

local simulator

before_each(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  simulator = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1", "web:2" } }
  package.loaded.cli_spec_simulator = simulator
  declare(1, 2)
end)

after_each(function()
  package.loaded.cli_spec_simulator = nil
  os.execute("rm -rf '" .. folder .. "'")
end)

local function mutations()
  local count = 0
  for _, request in ipairs(simulator.requests) do
    if not request.operation:find("^Describe") and not request.operation:find("^List") then count = count + 1 end
  end
  return count
end

describe("the command", function()
  it("without a word, or with help, tells what it can do", function()
    for _, argv in ipairs { {}, { "help" }, { "--help" }, { "-h" } } do
      local code, out = run({}, (unpack or table.unpack)(argv))
      assert.equal(0, code)
      for _, name in ipairs(cli.COMMANDS) do has(out, "\n   " .. name) end
    end
  end)

  it("has help for each command", function()
    for _, name in ipairs(cli.COMMANDS) do
      local code, out = run("help", name)
      assert.equal(0, code)
      has(out, "Usage: ecs-service " .. name)
      local _, same = run(name, "--help")
      assert.equal(out, same)
    end
  end)

  it("names the nearest option for a misspelt one", function()
    local code, out, err = run("plan", "--detailed-exitcod")
    assert.equal(3, code)
    assert.equal("", out)
    has(err, "error: unknown option '--detailed-exitcod'")
    has(err, "Did you mean '--detailed-exitcode'?")
    has(err, "ecs-service help plan")
  end)

  it("names the nearest command for a misspelt one", function()
    local code, _, err = run("aply")
    assert.equal(3, code)
    has(err, "unknown command 'aply'")
    has(err, "Did you mean 'apply'?")
  end)

  it("refuses values that an option does not take", function()
    local code, _, err = run("apply", "--lock-timeout", "soon")
    assert.equal(3, code)
    has(err, "soon is not a duration, 0 or more")
    code, _, err = run("plan", "--refresh=maybe")
    assert.equal(3, code)
    has(err, "'maybe' is neither true nor false")
    code = run("wait", "--until", "happy")
    assert.equal(3, code)
  end)

  it("tells its version", function()
    local code, out = run "version"
    assert.equal(0, code)
    has(out, "ecs-service " .. ecs.VERSION)
    assert.equal(ecs.VERSION, cjson.decode((select(2, run("version", "--json")))).version)
  end)
end)

describe("a script", function()
  it("that is not there is named, with what to do", function()
    local code, out, err = run("plan", folder .. "/missing.lua")
    assert.equal(3, code)
    assert.equal("", out)
    has(err, "there is no file " .. folder .. "/missing.lua")
  end)

  it("with a syntax error gives file and line", function()
    local path = write("broken.lua", "local x = 1\nlocal = 2\n")
    local code, _, err = run("plan", path)
    assert.equal(3, code)
    has(err, path .. ":2:")
  end)

  it("that returns no stack says how to end it", function()
    local path = write("nothing.lua", "local x = 1\n")
    local code, _, err = run("plan", path)
    assert.equal(3, code)
    has(err, path .. " returns nothing, not a stack")
    has(err, "end the file with: return stack")
    _, _, err = run("plan", write("table.lua", "return { 1 }"))
    has(err, "a table that is no stack")
  end)

  it("that raises gives file and line, and no traceback", function()
    local path = write("raises.lua", "local x = nil\nlocal y = x.field\n")
    local code, _, err = run("plan", path)
    assert.equal(3, code)
    has(err, path .. ":2:")
    lacks(err, "traceback")
  end)

  it("whose stack cannot be made gives the line and the reason", function()
    local path = write("wrong.lua", 'local ecs = require "ecs_service"\n' ..
      'error(setmetatable({ code = "Some", message = "some reason", hint = "some fix" }, {}))\n')
    local code, _, err = run("plan", path)
    assert.equal(3, code)
    has(err, path .. ":2: some reason")
    has(err, "some fix")
  end)

  it("can require what stands beside it", function()
    write("cli_spec_neighbour.lua", "return 2")
    local path = write("user.lua", 'require "cli_spec_neighbour"\n' .. read(script))
    assert.equal(0, (run("validate", path)))
    package.loaded.cli_spec_neighbour = nil
  end)

  it("with wrong declarations gets a table of all problems, and nothing is sent", function()
    local text = read(script):gsub("desired_count = 2", "desired_cuont = 2, launch_type = 'EC3'")
    local path = write("mistakes.lua", text)
    for _, verb in ipairs { "validate", "plan" } do
      local code, out, err = run(verb, path)
      assert.equal(3, code)
      assert.equal("", out)
      has(err, path .. ": 2 problems in web, nothing was sent")
      has(err, "desired_cuont")
      has(err, "desired_count")
      has(err, "launch_type")
    end
    assert.equal(0, #simulator.requests)
  end)

  it("with wrong declarations gets them as JSON too", function()
    local path = write("mistakes.lua", (read(script):gsub("desired_count = 2", "desired_cuont = 2")))
    local code, out = run("plan", path, "--json")
    assert.equal(3, code)
    local document = assert(cjson.decode(out))
    assert.is_false(document.ok)
    assert.equal("desired_cuont", document.error.diagnostics[1].path)
  end)
end)

describe("validate", function()
  it("counts what is valid and sends nothing", function()
    local code, out = run("validate", script)
    assert.equal(0, code)
    assert.equal(script .. ": 1 declaration is valid.\n", out)
    assert.equal(0, #simulator.requests)
  end)
end)

describe("plan", function()
  it("shows what would be created, and changes nothing", function()
    local code, out, err = run("plan", script)
    assert.equal(0, code)
    has(out, "  + web  prod/web")
    has(out, "Plan: 1 to create, 0 to update, 0 to replace, 0 to destroy.")
    assert.equal("", err)
    assert.equal(0, mutations())
  end)

  it("exits with 2 for changes and 0 for none when asked to", function()
    assert.equal(2, (run("plan", script, "--detailed-exitcode")))
    assert.equal(0, (run("apply", script, "--auto-approve")))
    local code, out = run("plan", script, "--detailed-exitcode")
    assert.equal(0, code)
    assert.truthy(out:find("\n\nNo changes. 1 service matches its declaration.\n", 1, true), out)
  end)

  it("is one JSON document with --json", function()
    local code, out = run("plan", script, "--json")
    assert.equal(0, code)
    local document = assert(cjson.decode(out))
    assert.equal("create", document.changes[1].action)
    assert.equal("web", document.changes[1].address)
    assert.is_false(document.empty)
    lacks(out, "\27")
  end)

  it("has colours on a terminal, and none with NO_COLOR or --no-color or in a pipe", function()
    has((select(2, run({ columns = 100 }, "plan", script))), "\27[")
    lacks((select(2, run({ columns = 100, env = { LANG = "C.UTF-8", NO_COLOR = "1" } }, "plan", script))), "\27[")
    lacks((select(2, run({ columns = 100 }, "plan", script, "--no-color"))), "\27[")
    lacks((select(2, run("plan", script))), "\27[")
    has((select(2, run("plan", script, "--color"))), "\27[")
  end)

  it("fits a terminal of 40 columns", function()
    local _, out = run({ columns = 40 }, "plan", script, "--no-color")
    for line in out:gmatch("[^\n]+") do
      assert.truthy(letters.width(line) <= 40, line)
    end
  end)

  it("is plain ASCII where the locale has no more", function()
    run("apply", script, "--auto-approve")
    declare(2, 3)
    local _, out = run({ env = { LANG = "C" } }, "plan", script)
    assert.falsy(out:find("[\128-\255]"))
    has(out, '"web:1" -> "web:2"')
    has(out, "* starts a deployment")
  end)

  it("of destruction shows what goes", function()
    run("apply", script, "--auto-approve")
    local _, out = run("plan", script, "--destroy")
    has(out, "  - web  prod/web")
    has(out, "1 to destroy")
  end)

  it("takes only the targets, and names an unknown one", function()
    declare(1, 2, 'stack:service("two", { name = "two", cluster = "prod", task_definition = "web:1" })')
    local _, out = run("plan", script, "--target", "two")
    has(out, "+ two")
    lacks(out, "+ web")
    _, out = run("plan", script, "--exclude", "two")
    has(out, "+ web")
    lacks(out, "+ two")
    assert.equal(3, (run("plan", script, "--target", "three")))
  end)
end)

describe("apply", function()
  it("asks, and only yes will do", function()
    for _, answer in ipairs { "no", "y", "YES", "" } do
      local code, out, err = run({ answer = answer }, "apply", script)
      assert.equal(1, code)
      has(out, "+ web")
      has(err, "Only 'yes' will be accepted")
      has(err, "Nothing was changed.")
    end
    assert.equal(0, mutations())
    local code, out = run({ answer = "yes" }, "apply", script)
    assert.equal(0, code)
    has(out, "Applied: 1 created.")
    local there = simulator:call("DescribeServices", { cluster = "prod", services = { "web" } }).services
    assert.equal("web", there[1].serviceName)
  end)

  it("without anybody to ask needs --auto-approve, and reads nothing before that", function()
    local code, out, err = run("apply", script)
    assert.equal(1, code)
    assert.equal("", out)
    has(err, "--auto-approve")
    assert.equal(0, #simulator.requests)
    assert.equal(0, (run("apply", script, "--auto-approve")))
  end)

  it("tells progress on standard error, a line for each change", function()
    local code, out, err = run("apply", script, "--auto-approve")
    assert.equal(0, code)
    has(err, "web")
    has(err, "creating")
    assert.truthy(err:find("%d%d:%d%d:%d%d  web"), err)
    lacks(err, "\27")
    lacks(out, "creating")
    local seen = {}
    for line in err:gmatch("[^\n]+") do
      assert.falsy(seen[line], "twice: " .. line)
      seen[line] = true
    end
  end)

  it("redraws its progress on a terminal and leaves it clean", function()
    local code, _, err = run({ columns = 60 }, "apply", script, "--auto-approve")
    assert.equal(0, code)
    has(err, "A\r\27[J")
    lacks(err, "\27[?25l")
  end)

  it("writes lines of JSON with --json, the result last", function()
    local code, out = run("apply", script, "--auto-approve", "--json")
    assert.equal(0, code)
    local documents = {}
    for line in out:gmatch("[^\n]+") do documents[#documents + 1] = assert(cjson.decode(line), line) end
    assert.equal("plan", documents[1].type)
    local result = documents[#documents]
    assert.equal("result", result.type)
    assert.is_true(result.ok)
    assert.equal("web", result.services.web.name)
    assert.truthy(#documents > 3)
    for i = 2, #documents - 1 do assert.truthy(documents[i].address) end
  end)

  it("does what a saved plan says without asking", function()
    local plan = folder .. "/release.plan"
    local code, out, err = run("plan", script, "--out", plan)
    assert.equal(0, code)
    has(out, "+ web")
    has(err, "ecs-service apply " .. plan)
    code, out = run("apply", plan)
    assert.equal(0, code, out)
    has(out, "Applied: 1 created.")
  end)

  it("refuses a saved plan when things have moved on", function()
    local plan = folder .. "/release.plan"
    run("plan", script, "--out", plan)
    assert.equal(0, (run("apply", script, "--auto-approve")))
    local before = mutations()
    local code, _, err = run("apply", plan, "--file", script)
    assert.equal(1, code)
    has(err, "error:")
    assert.equal(before, mutations())
  end)

  it("of nothing says so and asks nothing", function()
    run("apply", script, "--auto-approve")
    local before = mutations()
    local code, out, err = run({ answer = "no" }, "apply", script)
    assert.equal(0, code)
    has(out, "No changes.")
    lacks(err, "yes")
    assert.equal(before, mutations())
  end)

  it("that fails exits with 1, says why, and what is the case now", function()
    declare(1, 2)
    run("apply", script, "--auto-approve")
    simulator:tasks { service = "web", outcome = "pull_error" }
    local text = read(script):gsub("web:1", "web:2"):gsub("wait_for_steady_state = true",
      "wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true }")
    write("services.lua", text)
    local code, out, err = run("apply", script, "--auto-approve")
    assert.equal(5, code)
    has(err, "error: ")
    has(err, "web")
    lacks(out, "Applied")
  end)
end)

describe("apply of several services", function()
  local interrupted = core.system.interrupted
  after_each(function() core.system.interrupted = interrupted end)

  it("that is interrupted starts nothing new, frees the lock, and says what is left", function()
    declare(1, 2, 'stack:service("two", { name = "two", cluster = "prod", task_definition = "web:1", ' ..
      'depends_on = { "web" } })')
    core.system.interrupted = function()
      local last = simulator.requests[#simulator.requests]
      return last ~= nil and last.operation == "CreateService"
    end
    local code, out, err = run("apply", script, "--auto-approve")
    core.system.interrupted = interrupted
    assert.equal(130, code)
    lacks(out, "Applied")
    has(err, "interrupted: finishing what is in flight; once more ends at once")
    has(err, "interrupted: nothing new was started")
    has(err, "two    it was not begun")
    code, out = run("apply", script, "--auto-approve")
    assert.equal(0, code)
    has(out, "Applied: 1 created.")
  end)

  it("of which one fails tells what was done all the same", function()
    declare(1, 2, [[
stack:service("other", { name = "other", cluster = "nowhere", task_definition = "web:1" })
stack:service("after", { name = "after", cluster = "prod", task_definition = "web:1", depends_on = { "other" } })]])
    local code, _, err = run("apply", script, "--auto-approve")
    assert.equal(1, code)
    has(err, "error: other:")
    has(err, "done all the same: web (created)")
    has(err, "not begun: after")
  end)
end)

describe("a terminal that cannot draw again", function()
  it("gets lines, and nothing that steers it", function()
    local _, out, err = run({ tty = true, columns = 80, env = { LANG = "C.UTF-8", TERM = "dumb" } }, "apply", script,
      "--auto-approve")
    lacks(out .. err, "\27")
    lacks(out .. err, "\r")
    has(err, "web     created after")
  end)
end)

describe("destroy", function()
  it("asks, destroys, and leaves nothing", function()
    run("apply", script, "--auto-approve")
    local code, _, err = run({ answer = "no" }, "destroy", script)
    assert.equal(1, code)
    has(err, "Destroy these services in account 123456789012, us-west-2?")
    local out
    code, out = run({ answer = "yes" }, "destroy", script)
    assert.equal(0, code)
    has(out, "Destroyed: 1 service.")
    has((select(2, run("show", "--file", script))), "Nothing is recorded")
  end)
end)

describe("import, generate, show, status and wait", function()
  before_each(function()
    assert(simulator:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1",
      desiredCount = 2 }))
    simulator:advance(600)
  end)

  it("take over a service that exists", function()
    local code, out = run("import", "web", "prod/web", "--file", script)
    assert.equal(0, code)
    has(out, "Imported: web is prod/web.")
    code, out = run("show", "web", "--file", script)
    assert.equal(0, code)
    has(out, "desired_count")
    has(out, '"web:1"')
  end)

  it("refuse an id of another form and a service that is not there", function()
    local code, _, err = run("import", "web", "web", "--file", script)
    assert.equal(3, code)
    has(err, "cluster-name/service-name")
    code = run("import", "web", "prod/nobody", "--file", script)
    assert.equal(1, code)
  end)

  it("generate a declaration", function()
    local code, out = run("generate", "prod/web", "--file", script)
    assert.equal(0, code)
    has(out, "stack:service(")
    has(out, 'name = "web"')
  end)

  it("show what AWS says now", function()
    run("import", "web", "prod/web", "--file", script)
    local code, out = run("status", "--file", script)
    assert.equal(0, code)
    has(out, "SERVICE")
    has(out, "ACTIVE")
    has(out, "2/2")
    local document = assert(cjson.decode((select(2, run("status", "--json", "--file", script)))))
    assert.equal("ACTIVE", document.services.web.status)
  end)

  it("show recorded services that are not declared any more", function()
    run("import", "web", "prod/web", "--file", script)
    write("services.lua", (read(script):gsub('stack:service%("web"', 'stack:service("new"'):gsub('name = "web"',
      'name = "new"')))
    local code, out = run("status", "--file", script)
    assert.equal(0, code)
    has(out, "new      MISSING")
    has(out, "web      ACTIVE")
  end)

  it("wait until it is steady", function()
    run("import", "web", "prod/web", "--file", script)
    local code, out = run("wait", "web", "--timeout", "5m", "--file", script)
    assert.equal(0, code)
    has(out, "Steady: web.")
  end)

  it("name the declared services for an unknown address", function()
    local code, _, err = run("wait", "wob", "--file", script)
    assert.equal(3, code)
    has(err, "no service of this stack is called wob")
    has(err, "did you mean web?")
    _, _, err = run("wait", "something-else", "--file", script)
    has(err, "there are web")
    assert.equal(1, (run("show", "wob", "--file", script)))
  end)
end)

describe("schema", function()
  it("lists all arguments", function()
    local code, out = run "schema"
    assert.equal(0, code)
    for _, row in ipairs(core.schema("service")) do has(out, row.name) end
    assert.equal(#core.schema("service"), #cjson.decode((select(2, run("schema", "--json")))))
  end)

  it("tells about one, nested ones too", function()
    local code, out = run("schema", "load_balancer.container_port")
    assert.equal(0, code)
    has(out, "0 to 65535")
    assert.equal(0, (run("schema", "load_balancer")))
  end)

  it("says where an argument stands at AWS, in whatever it is within", function()
    for argument, place in pairs {
      ["load_balancer.container_port"] = "CreateService loadBalancers[].containerPort",
      ["alarms.alarm_names"] = "UpdateService deploymentConfiguration.alarms.alarmNames",
      ["service_connect_configuration.service.client_alias.port"] =
        "CreateService serviceConnectConfiguration.services[].clientAliases[].port",
      iam_role = "CreateService role",
    } do
      has((select(2, run("schema", argument))), place)
    end
  end)

  it("lists and tells those of what else can be declared", function()
    local code, out = run("schema", "--kind", "schedule")
    assert.equal(0, code)
    for _, row in ipairs(core.schema("schedule")) do has(out, row.name) end
    has((select(2, run("schema", "--kind", "schedule", "group_name"))), "a change replaces the schedule")
    has((select(2, run("schema", "--kind", "schedule", "network_configuration.subnets"))),
      "CreateSchedule Target.EcsParameters.NetworkConfiguration.awsvpcConfiguration.Subnets")
    has((select(2, run("schema", "--kind", "task", "run"))), "on_change")
    local _, _, err = run("schema", "--kind", "task_definition", "famly")
    has(err, "did you mean family?")
    _, _, err = run("schema", "--kind", "task", "colour_of_it_all")
    has(err, "ecs-service schema --kind task")
    local schema = cjson.decode((select(2, run("schema", "--kind", "schedule", "--json-schema"))))
    assert.same({ "A schedule of ecs-service", "string" }, { schema.title, schema.properties.timezone.type })
    assert.is_nil(schema.properties.arn)
    assert.equal(3, (run("schema", "--kind", "schedule", "--document", "state")))
  end)

  it("names the nearest argument for a misspelt one", function()
    local code, _, err = run("schema", "desired_cuont")
    assert.equal(3, code)
    has(err, "did you mean desired_count?")
  end)
end)

describe("init", function()
  it("writes a script that is valid, and never overwrites one", function()
    local target = folder .. "/new"
    local code, out = run("init", target)
    assert.equal(0, code)
    assert.equal("wrote " .. target .. "/services.lua\n", out)
    assert.equal(0, (run("validate", target .. "/services.lua")))
    local text
    code, text = run("validate", target .. "/services.lua", "--var", "image=nginx:1.28")
    assert.equal(0, code)
    has(text, "2 declarations are valid.") -- a task definition, and the service that runs it
    local before = read(target .. "/services.lua")
    local again, _, err = run("init", target)
    assert.equal(1, again)
    has(err, "was left alone")
    assert.equal(before, read(target .. "/services.lua"))
  end)
end)
