-- Variables of a script on the command line: --var, --var-file, ECS_VAR_…; in plans, saved plans, and nowhere else.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local run, has, lacks = command.run, command.has, command.lacks
local getenv, environment = os.getenv, nil
local sim

local SCRIPT = [[
local ecs = require "ecs_service"
local vars = ecs.variables {
%s
}
local stack = assert(ecs.stack { region = "us-west-2", state = %s, transport = require "command_simulator" })
stack:service("web", { name = "web", cluster = %s, task_definition = %s, desired_count = %s, tags = %s,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
return stack
]]

-- Writes the script: what it declares, and the expressions in it.
local function declare(variables, given)
  given = given or {}
  assert(core.system.write_file(command.script, SCRIPT:format(variables, given.state or
    ("%q"):format(command.folder .. "/state.json"), given.cluster or '"prod"', given.task_definition or '"web:1"',
    given.desired_count or "1", given.tags or "nil")))
end

local IMAGE = 'revision = { type = "number", required = true, description = "of web" }'
local OF_IMAGE = { task_definition = '"web:" .. vars.revision' }

local function write(name, text)
  local path = command.folder .. "/" .. name
  assert(core.system.write_file(path, text))
  return path
end

before_each(function()
  sim, environment = command.begin(), {}
  rawset(os, "getenv", function(name) -- luacheck: ignore
    if name:find "^ECS_VAR_" then return environment[name] end
    return getenv(name)
  end)
end)
after_each(function()
  rawset(os, "getenv", getenv) -- luacheck: ignore
  command.clean()
end)

-- Runs a command on the script, which has to end with `code`; what it wrote.
local function ends(code, name, ...)
  local got, out, err = run({}, name, command.script, ...)
  assert.equal(code, got, out .. err)
  return out, err
end

local function revision()
  local answer = sim:call("DescribeServices", { cluster = "prod", services = { "web" } })
  return answer.services[1] and answer.services[1].taskDefinition:match "[^/]+$"
end

describe("the values of variables", function()
  it("come from the default, the environment, files and --var, the later ones winning", function()
    declare('revision = { type = "number", default = 1 }', OF_IMAGE)
    has(ends(0, "plan"), "variables: revision = 1\n")
    environment.ECS_VAR_revision = "2"
    has(ends(0, "plan"), "variables: revision = 2\n")
    local first, second = write("a.json", '{"revision": 3}'), write("b.lua", "return { revision = 1 }")
    has(ends(0, "plan", "--var-file", first), "variables: revision = 3\n")
    has(ends(0, "plan", "--var-file", first, "--var-file", second), "variables: revision = 1\n")
    has(ends(0, "plan", "--var-file", second, "--var-file", first), "variables: revision = 3\n")
    has(ends(0, "plan", "--var", "revision=2", "--var-file", first), "variables: revision = 2\n")
    has(ends(0, "plan", "--var=revision=1", "--var", "revision=2"), "variables: revision = 2\n")
    ends(0, "apply", "--auto-approve", "--var", "revision=2")
    assert.equal("web:2", revision())
  end)

  it("may hold whatever a shell can hand over, = and line ends too", function()
    declare('note = {}', { tags = "{ note = vars.note }" })
    has(ends(0, "plan", "--var", "note=a=b\nc"), [[note = "a=b\nc"]])
    has(ends(0, "plan", "--var", "note="), 'variables: note = ""')
  end)

  it("stand in the plan's head and in its JSON, the secret ones hidden", function()
    declare('revision = { default = "1" }, token = { secret = true }, zones = { type = "list" }, unset = {}',
      OF_IMAGE)
    local out = ends(0, "plan", "--var", "token=hunter2", "--var", 'zones=["a"]')
    has(out, 'variables: revision = "1", token = (sensitive), zones = { "a" }\n')
    out = ends(0, "plan", "--json", "--var", "token=hunter2", "--var", 'zones=["a"]')
    assert.same({ revision = "1", token = "(sensitive)", zones = { "a" } }, cjson.decode(out).variables)
    lacks(out, "hunter2")
    command.declare { revision = 1, count = 1 }
    out = ends(0, "plan", "--json")
    assert.is_nil(cjson.decode(out).variables)
    lacks(ends(0, "plan"), "variables:")
  end)

  it("end the command with 3 and every problem, and nothing is sent", function()
    declare(IMAGE .. ', stage = { values = { "dev", "prod" }, default = "dev" }', OF_IMAGE)
    local sent = #sim.requests
    local _, err = ends(3, "plan", "--var", "stage=prd")
    has(err, "2 problems, nothing was sent")
    has(err, "is required, and not given: of web")
    has(err, "--var revision=VALUE, ECS_VAR_revision")
    has(err, "did you mean prod?")
    local out = ends(3, "apply", "--json", "--auto-approve")
    local document = cjson.decode(out)
    assert.equal("InvalidVariables", document.error.code)
    assert.same({ "Missing", "revision" }, { document.error.diagnostics[1].code, document.error.diagnostics[1].path })
    assert.equal(sent, #sim.requests)
  end)

  it("are refused when nothing declares them, once the script has ended", function()
    declare(IMAGE, OF_IMAGE)
    local _, err = ends(3, "plan", "--var", "revision=1", "--var", "revison=2")
    has(err, "revison")
    has(err, "did you mean revision?")
    _, err = ends(3, "plan", "--var", "revison=2")
    has(err, "did you mean revision?")
    _, err = ends(3, "plan", "--var", "revision=1", "--var-file", write("a.json", '{"colour": "red"}'))
    has(err, "colour")
    command.declare { revision = 1, count = 1 }
    _, err = ends(3, "plan", "--var", "x=1")
    has(err, "the script declares none")
    _, err = ends(3, "plan", "--var", "x=1", "--var", "x=2")
    has(err, "1 problem")
    environment.ECS_VAR_other = "whatever"
    ends(0, "plan")
    assert(core.system.write_file(command.script, "ecs = require 'ecs_service'\necs.variables { a = {} }\n"
      .. "ecs.variables { b = {} }\n" .. [[
local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = require "command_simulator" })
ecs = nil
return stack]]))
    ends(0, "plan", "--var", "a=1", "--var", "b=2")
    declare('imgae = {} }\necs.variables { image = { required = true }')
    lacks(select(2, ends(3, "plan", "--var", "imgae=1")), "did you mean")
  end)

  it("are refused when they are badly written", function()
    declare(IMAGE, OF_IMAGE)
    for _, word in ipairs { "revision", "=1" } do
      has(select(2, ends(3, "plan", "--var", word)), "--var takes NAME=VALUE")
    end
    has(select(2, ends(3, "plan", "--var-file", command.folder .. "/none.json")), "cannot be read")
    for name, text in pairs { ["a.json"] = '{"revision": }', ["b.json"] = "[1]", ["c.json"] = "1", ["d.lua"] = "{",
      ["e.lua"] = 'return os.getenv "HOME"', ["f.lua"] = "return 1",
      ["g.lua"] = string.dump(function() return { revision = 1 } end) } do
      local _, err = ends(3, "plan", "--var-file", write(name, text))
      has(err, name)
    end
    has(select(2, ends(3, "plan", "--var-file", write("a.json", '{\n"revision": }'))), "line 2, column")
  end)

  it("may stand in files of any name, and in a Lua table without return", function()
    declare(IMAGE, OF_IMAGE)
    for name, text in pairs { values = '{ "revision": 3 }', other = "{ revision = 3 }",
      more = "return { revision = 3 }", ["a.lua"] = '{ ["revision"] = 3 }',
      ["b.json"] = '\239\187\191{"revision": 3}', ["c.lua"] = "\239\187\191return { revision = 3 }" } do
      has(ends(0, "plan", "--var-file", write(name, text)), "revision = 3")
    end
  end)

  it("that are declared twice are secret when either says so", function()
    declare('token = { secret = true } }\nvars = ecs.variables { token = {}')
    local out = ends(0, "plan", "--out", command.folder .. "/release.plan", "--var", "token=hunter2")
    has(out, "token = (sensitive)")
    lacks(assert(core.system.read_file(command.folder .. "/release.plan")), "hunter2")
  end)

  it("point at the line of a name that is not declared", function()
    declare(IMAGE, { task_definition = '"web:" .. vars.revison' })
    local _, err = ends(3, "plan", "--var", "revision=1")
    has(err, "services.lua:6: the variable revison is not declared (did you mean revision?)")
  end)

  it("stay with the run: nothing is global, and the next script begins anew", function()
    declare(IMAGE, OF_IMAGE)
    ends(0, "plan", "--var", "revision=2")
    assert.is_false(pcall(ecs.variables, { revision = { required = true } }))
    ends(3, "plan")
    for name in pairs(_G) do assert.falsy(tostring(name):lower():find "variab", name) end
  end)

  it("reach what the script requires", function()
    write("settings.lua", 'return require "ecs_service".variables { count = { type = "number", required = true } }')
    package.loaded.settings = nil
    declare("", { desired_count = 'require "settings".count' })
    has(ends(0, "plan", "--var", "count=4"), "variables: count = 4\n")
    package.loaded.settings = nil
  end)

  it("are for a script: a command that runs none refuses them", function()
    for _, words in ipairs { { "diagnose", "prod/web" }, { "history", "prod/web" }, { "generate", "prod/web" },
      { "doctor" }, { "timeline", "--events", "x" } } do
      words[#words + 1], words[#words + 2] = "--var", "a=1"
      local code, _, err = run({}, (unpack or table.unpack)(words))
      assert.equal(3, code, words[1])
      has(err, "script")
    end
  end)
end)

describe("a saved plan", function()
  local plan

  before_each(function()
    plan = command.folder .. "/release.plan"
    declare(IMAGE .. ', token = { secret = true }, count = { type = "number", default = 1 }, note = {}', {
      task_definition = '"web:" .. vars.revision', desired_count = "vars.count" })
  end)

  local function saved(...)
    ends(0, "plan", "--out", plan, ...)
    local text = assert(core.system.read_file(plan))
    lacks(text, "hunter2")
    return text
  end

  it("has its variables, and is done with them", function()
    environment.ECS_VAR_revision, environment.ECS_VAR_note = "2", "n"
    saved()
    environment.ECS_VAR_revision, environment.ECS_VAR_note, environment.ECS_VAR_count = "3", nil, "5"
    local code, out, err = run({}, "show", plan)
    assert.equal(0, code, err)
    has(out, 'variables: count = 1, note = "n", revision = 2\n')
    code, out, err = run({}, "apply", plan)
    assert.equal(0, code, out .. err)
    assert.equal("web:2", revision())
  end)

  it("refuses another value on the command line, and takes the same", function()
    saved("--var", "revision=2")
    local code, _, err = run({}, "apply", plan, "--var", "revision=3")
    assert.equal(3, code)
    has(err, "is decided by the plan that is given (--var)")
    code, _, err = run({}, "apply", plan, "--var", "count=3")
    assert.equal(3, code)
    has(err, "count")
    code, _, err = run({}, "apply", plan, "--var", "revision=2")
    assert.equal(0, code, err)
  end)

  it("wants a secret again, and the same one", function()
    saved("--var", "revision=2", "--var", "token=hunter2")
    local code, _, err = run({}, "apply", plan)
    assert.equal(3, code)
    has(err, "is secret, and the plan has not kept it")
    code, _, err = run({}, "apply", plan, "--var", "token=hunter3")
    assert.equal(1, code)
    has(err, "the plan was made with another value of token")
    lacks(err, "hunter3")
    assert.is_nil(revision())
    environment.ECS_VAR_token = "hunter2"
    code, _, err = run({}, "apply", plan)
    assert.equal(0, code, err)
  end)

  it("does not tell equal secrets of two plans by their digests", function()
    local function digest() return saved("--var", "revision=2", "--var", "token=hunter2"):match '"digest": "(%x+)"' end
    assert.not_equal(digest(), digest())
  end)

  it("of a script that declares a variable no more is stale", function()
    saved("--var", "revision=2", "--var", "note=x")
    declare('revision = { type = "number", required = true }, count = { default = 1 }',
      { task_definition = '"web:" .. vars.revision' })
    local code, _, err = run({}, "apply", plan)
    assert.equal(1, code)
    has(err, "which the script does not declare")
  end)

  it("whose variable the script calls secret by now wants it the same", function()
    saved("--var", "revision=2", "--var", "note=x")
    declare(IMAGE .. ', token = {}, count = { type = "number", default = 1 }, note = { secret = true }',
      { task_definition = '"web:" .. vars.revision', desired_count = "vars.count" })
    local code, _, err = run({}, "apply", plan, "--var", "note=x")
    assert.equal(1, code)
    has(err, "another value of note")
  end)

  it("keeps empty maps and lists as they are", function()
    declare('m = { type = "map", default = {} }, l = { type = "list", default = {} }')
    local text = saved()
    has(text, '"value": {}')
    has(text, '"value": []')
    local code, out, err = run({}, "apply", plan)
    assert.equal(0, code, out .. err)
  end)

  it("is shown with its own variables alone", function()
    saved("--var", "revision=2")
    local code, _, err = run({}, "show", plan, "--var", "revision=3")
    assert.equal(3, code)
    has(err, "a saved plan has its variables")
  end)

  it("has another digest where a variable has another value", function()
    local function digest(...) return cjson.decode((ends(0, "plan", "--json", ...))).digest end
    local one = digest("--var", "revision=2")
    assert.equal(one, digest("--var", "revision=2"))
    assert.equal(one, digest("--var", "revision=2", "--var", "token=hunter2"))
    assert.not_equal(one, digest("--var", "revision=2", "--var", "note=x"))
  end)

  it("with variables of another form is refused", function()
    local text = saved("--var", "revision=2")
    write("release.plan", (text:gsub('"name": "revision"', '"name": 1')))
    local code, _, err = run({}, "apply", plan)
    assert.equal(1, code)
    has(err, "is not a plan of this tool")
  end)
end)

describe("a command that only reads", function()
  local function reads(code, ...)
    local got, out, err = run({}, ...)
    assert.equal(code, got, table.concat({ ... }, " ") .. "\n" .. out .. err)
    return out, err
  end

  local READING = { { "status" }, { "status", "web" }, { "history", "web" }, { "show" }, { "state", "list" },
                    { "diagnose", "web" }, { "wait" }, { "policy" }, { "generate", "web" }, { "state", "show", "web" } }

  -- Each on the script, as its argument or as --file.
  local function each(visit)
    for _, words in ipairs(READING) do
      local list = { (unpack or table.unpack)(words) }
      if words[1] ~= "policy" then list[#list + 1] = "--file" end
      list[#list + 1] = command.script
      visit((unpack or table.unpack)(list))
    end
  end

  it("asks for no required value that it does not need", function()
    local spec = IMAGE .. ', image = { required = true }, on = { type = "bool", required = true }, '
      .. 'zones = { type = "list", required = true }, cluster = { required = true }'
    declare(spec, { task_definition = 'vars.image', cluster = "vars.cluster", desired_count = "vars.revision" })
    ends(0, "apply", "--auto-approve", "--var", "image=web:1", "--var", "revision=1", "--var", "on=true", "--var",
      "zones=[]", "--var", "cluster=prod")
    sim:advance(600)
    each(function(...)
      local code = (...) == "policy" and 3 or 0 -- the policy is of what is declared
      local out, err = reads(code, ...)
      if code == 3 then has(err, "what is asked for depends on it") end
      lacks(out .. (code == 0 and err or ""), "-not-given")
    end)
    declare(spec, { task_definition = 'vars.image' })
    reads(0, "policy", command.script)
    lacks((reads(0, "policy", command.script, "--explain")), "-not-given")
    for _, name in ipairs { "plan", "apply", "validate", "destroy" } do ends(3, name) end
    for _, words in ipairs { { "scale", "web", "2" }, { "redeploy", "web" }, { "rollback", "web" },
      { "stop", "web" } } do
      words[#words + 1], words[#words + 2] = "--file", command.script
      reads(3, (unpack or table.unpack)(words))
    end
  end)

  it("asks for what the state, the region or an undescribed service depends on", function()
    declare('stage = { required = true }', { state = ("%q .. vars.stage .. '.json'"):format(command.folder .. "/") })
    each(function(...)
      local _, err = reads(3, ...)
      has(err, "stage")
      has(err, "what is asked for depends on it")
    end)
    reads(0, "status", "--var", "stage=x", "--file", command.script)
    declare('stage = { required = true }', { cluster = "vars.stage" })
    has(select(2, reads(3, "status", "--file", command.script)), "stage")
    reads(0, "state", "list", "--file", command.script)
    reads(0, "show", "--file", command.script)
  end)

  it("asks for what the script does not get on without", function()
    declare('stage = { required = true, values = { "dev" } }', { cluster = "({ dev = { 'prod' } })[vars.stage][1]" })
    local _, err = reads(3, "status", "--file", command.script)
    has(err, "the script does not get on without it")
  end)

  it("gets on with stand-ins of each type, tags and secrets among them", function()
    declare('n = { type = "number", required = true }, b = { type = "bool", required = true }, '
      .. 'l = { type = "list", required = true }, m = { type = "map", required = true }, '
      .. 's = { required = true, secret = true }', {
      desired_count = "vars.n + #vars.l + (vars.b and 1 or 0) + (vars.m.x or 0)", tags = "{ a = vars.s }",
      state = ('%q, default_tags = { b = (print(vars.s) or vars.s) }'):format(command.folder .. "/state.json") })
    local _, err = reads(0, "status", "--file", command.script)
    has(err, "variable-s-not-given")
  end)

  it("still refuses a value that is wrong", function()
    declare(IMAGE, OF_IMAGE)
    has(select(2, reads(3, "status", "--file", command.script, "--var", "revision=")), "is required, and empty")
    has(select(2, reads(3, "status", "--file", command.script, "--var", "revision=x")), "is not a number")
    has(select(2, reads(3, "status", "--file", command.script, "--var", "revison=1")), "did you mean")
  end)
end)

describe("a secret variable", function()
  it("stands in no output, whatever the script makes of it", function()
    declare('token = { secret = true, required = true }', { cluster = '(print("it is " .. vars.token) or "prod")' })
    local out, err = ends(0, "plan", "--var", "token=hunter2")
    has(err, "it is (sensitive)")
    lacks(out .. err, "hunter2")
    declare('token = { secret = true, required = true }', { cluster = 'error("no " .. vars.token)' })
    out, err = ends(3, "plan", "--json", "--var", 'token=hunter "2"')
    has(out, "no (sensitive)")
    lacks(out .. err, "hunter")
    declare('token = { secret = true }, short = { secret = true }', { cluster = 'print(vars.token) or "prod"' })
    out, err = ends(0, "plan", "--var", "token=hunter2-of-team", "--var", "short=hunter2")
    lacks(out .. err, "of-team")
  end)

  it("of a few letters may stand within other words of a declaration", function()
    declare('token = { secret = true }', { tags = '{ note = "webs-" .. vars.token }' })
    ends(0, "plan", "--var", "token=webs")
    declare('token = { secret = true }', { tags = '{ note = vars.token }' })
    ends(3, "plan", "--var", "token=webs")
  end)

  it("is not repeated by hints that repeat the words of the command", function()
    declare('token = { secret = true, required = true }, revision = { default = "1" }', OF_IMAGE)
    local _, err = ends(1, "apply", "--var", "token=hunter2", "--var=token=hunter2", "--var", "revision=2")
    lacks(err, "hunter2")
    has(err, "plan " .. command.script .. " --var token=... --var token=... --var revision=2\n")
    has(err, "apply " .. command.script .. " --var token=... --var=token=... --var revision=2 --auto-approve")
  end)

  it("is not repeated before the script has said that it is one", function()
    local code, _, err = run({}, "status", command.script, "--var", "token=hunter2", "--var=token=hunter2")
    assert.equal(3, code)
    lacks(err, "hunter2")
    has(err, "--var token=... --var=token=... --file " .. command.script)
  end)

  it("is refused in a declaration, which the state records as it is", function()
    declare('token = { secret = true, required = true }', { tags = '{ auth = "Bearer " .. vars.token }' })
    local sent = #sim.requests
    local out, err = ends(3, "apply", "--auto-approve", "--var", "token=hunter2-of-team")
    has(err, "tags.auth")
    has(err, "Secrets Manager")
    lacks(out .. err, "hunter2")
    assert.equal(sent, #sim.requests)
    assert.is_nil((core.system.read_file(command.folder .. "/state.json")))
  end)
end)

describe("ecs.json_file in a script", function()
  it("takes the path from where the script is, and ends the command with 3", function()
    write("web.json", '{ "name": "web", "cluster": "prod", "taskDefinition": "web:1" }')
    declare("", { task_definition = 'ecs.json_file "web.json".taskDefinition' })
    ends(0, "plan")
    write("web.json", '{ "name": ')
    local _, err = ends(3, "plan")
    has(err, command.folder .. "/web.json: line 1, column")
    write("web.json", '{ "image": "{{ must_env `IMAGE` }}" }')
    local out
    out, err = ends(3, "plan", "--json")
    has(err, "ecspresso render")
    assert.equal("InvalidJson", cjson.decode(out).error.code)
  end)
end)
