-- What a start costs: the modules that are loaded, and the requests that are sent. Most of the time of a short command
-- is spent on reading Lua sources, so a module that few runs need is loaded by the run that needs it.
local cli = require "ecs_service.cli"
local ecs = require "ecs_service"
local journey = require "support.journey"
local lazy = require "ecs_service.util.lazy"
local served = require "support.served"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")
local build = assert(os.getenv "ECS_TEST_BUILD", "ECS_TEST_BUILD names the build to run")

-- All that a plan of one service may load of this project, below `ecs_service.`. A new module that belongs here is
-- added; one that only some plans need is left to `lazy`, or to a require in the function that uses it.
local OF_A_PLAN = [[
  aws.clock_skew aws.credentials aws.credentials.config aws.credentials.context aws.credentials.environment
  aws.credentials.keys aws.credentials.refreshable aws.endpoint aws.endpoint_data aws.environment aws.http_transport
  aws.leaving aws.multiplexer aws.partitions aws.poll aws.proxy aws.region aws.retries aws.runtime aws.session
  aws.settings aws.signed_request aws.user_agent cli cli.divert cli.options cli.output cli.plan cli.script
  cli.terminal core errors kinds kinds.scaling kinds.schedule kinds.service
  kinds.service.handle kinds.task kinds.task_definition
  kinds.verbs plan plan.declarations
  plan.dependencies plan.selection plan.unfinished_creates plan.warnings render.plan render.style render.terminal_text
  render.text run.driver run.service_reader scheduler script.run
  stack stack.addresses stack.call_options stack.context stack.deployment_methods stack.options stack.revision_methods
  stack.session_methods stack.state_methods state state.backend state.file state.form state.format state.lock
  state.place transport.curl
  util.characters util.check_options util.handles util.identifiers util.json util.lazy util.list_marks
  util.option_problem util.schema_rows util.shape util.tables util.time_format util.traced
  verbs.plan_reading verbs.planner verbs.plan_scaling verbs.validate version
]]

-- Tells at its end what was loaded and how many requests were sent.
local TELLING = [[
local load, exit, made = require, os.exit, {}
function require(name)
  local found = load(name)
  if name == "ecs_service.transport.curl" and not made.new then
    made.new = found.new
    found.new = function(...) made[#made + 1] = made.new(...) return made[#made] end
  end
  return found
end
os.exit = function(...)
  local requests = 0
  for _, transport in ipairs(made) do requests = requests + transport:stats().requests end
  print("requests " .. requests)
  for name in pairs(package.loaded) do print("loaded " .. name) end
  exit(...)
end
]]

local SCENE = [[
  sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1", desiredCount = 1 })
  sim:advance(600)
]]

local DECLARATION = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, endpoint = %q })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
return stack
]]

local function loaded_by(output)
  local set = {}
  for name in output:gmatch "loaded (%S+)" do set[name] = true end
  return set
end

-- Names below `ecs_service` that are loaded and not in the list.
local function beyond(set, list)
  local allowed, found = { ecs_service = true }, {}
  for name in list:gmatch "%S+" do allowed["ecs_service." .. name] = true end
  for name in pairs(set) do
    if name:find "^ecs_service" and not allowed[name] then found[#found + 1] = name end
  end
  table.sort(found)
  return found
end

describe("the start of a process", function()
  after_each(journey.clean)

  it("loads nothing but the core for the module alone", function()
    local output = journey.output(("'%s' -e 'require [[ecs_service]] for name in pairs(package.loaded) do "
      .. "print([[loaded ]] .. name) end'"):format(interpreter))
    local set = loaded_by(output)
    assert.truthy(set.ecs_service, output)
    assert.same({}, beyond(set, "core version"))
    assert.falsy(set.cjson)
  end)

  it("plans one service by one request, and loads what such a plan uses alone", function()
    local folder = journey.folder()
    local server = served.start(1, 'region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1" }', SCENE)
    local state, script = folder .. "/state.json", folder .. "/services.lua"
    local stack = assert(ecs.stack { region = "us-west-2", state = state, endpoint = server.url,
      credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "example" } })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
    local attributes, err = stack:import("web", "prod/web")
    journey.write(script, DECLARATION:format(state, server.url))
    journey.write(folder .. "/telling.lua", TELLING)
    local output = journey.output(("env -u AWS_PROFILE AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example "
      .. "AWS_CONFIG_FILE='%s/none' AWS_SHARED_CREDENTIALS_FILE='%s/none' '%s' -e 'dofile \"%s/telling.lua\"' "
      .. "'%s/bin/ecs-service' plan '%s'"):format(folder, folder, interpreter, folder, build, script))
    server.stop()
    assert(attributes, err)
    assert.truthy(output:find("No changes. 1 service matches its declaration.", 1, true), output)
    assert.equal("1", output:match "requests (%d+)", output)
    local set = loaded_by(output)
    assert.same({}, beyond(set, OF_A_PLAN))
    assert.falsy(set.cjson)
  end)

  it("knows each module and each member that it leaves for lazy", function()
    local list = assert(io.popen "grep -rhoE 'lazy ?\\(?\"ecs_service[a-z0-9_.]+\"(, \"[a-z0-9_]+\")?' lua")
    local count = 0
    for line in list:lines() do
      local name, member = line:match '"(ecs_service[%w_.]*)"', line:match ', "([%w_]+)"'
      local found = require(name)
      if member then found = found[member] end
      assert.equal("table", type(found), line)
      count = count + 1
    end
    list:close()
    assert.truthy(count > 20)
  end)
end)

describe("a command line", function()
  it("without argparse on the machine is not begun", function()
    local loaded, path, told = package.loaded.argparse, package.path, {}
    package.loaded.argparse, package.path = nil, "./lua/?.lua;./lua/?/init.lua"
    local ran, code = pcall(cli.main, { "version" }, {
      stdout = { write = function() error "nothing is to be done" end },
      stderr = { write = function(_, ...) told[#told + 1] = table.concat { ... } end } })
    package.loaded.argparse, package.path = loaded, path
    assert.is_true(ran, code)
    assert.equal(1, code)
    assert.truthy(table.concat(told):find("apt install lua-argparse", 1, true), table.concat(told))
  end)
end)

describe("a module for lazy", function()
  local loads

  before_each(function()
    loads = 0
    package.preload["ecs_test.later"] = function()
      loads = loads + 1
      return { answer = function() return 42 end, inner = { word = "in" } }
    end
  end)
  after_each(function() package.preload["ecs_test.later"], package.loaded["ecs_test.later"] = nil, nil end)

  it("is loaded by its first use, and once", function()
    local module = lazy "ecs_test.later"
    assert.equal(0, loads)
    assert.equal(42, module.answer())
    assert.equal(42, module.answer())
    assert.is_nil(module.other)
    assert.equal(1, loads)
  end)

  it("may be one table of several in a module", function()
    local inner = lazy("ecs_test.later", "inner")
    assert.equal(0, loads)
    assert.equal("in", inner.word)
  end)

  it("shows what was put into the module meanwhile", function()
    local module = lazy "ecs_test.later"
    assert.equal(42, module.answer())
    require("ecs_test.later").answer = function() return 43 end
    assert.equal(43, module.answer())
  end)

  it("says which one is missing", function()
    local ok, message = pcall(function() return lazy("ecs_test.none").answer end)
    assert.falsy(ok)
    assert.truthy(tostring(message):find("ecs_test.none", 1, true))
  end)
end)
