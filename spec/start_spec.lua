-- What a start costs: the modules that are loaded, and the requests that are sent. Most of the time of a short command
-- is spent on reading Lua sources, so a module that few runs need is loaded by the run that needs it.
local cli = require "ecs_service.cli"
local ecs = require "ecs_service"
local journey = require "journey"
local later = require "ecs_service.later"
local served = require "served"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")
local build = assert(os.getenv "ECS_TEST_BUILD", "ECS_TEST_BUILD names the build to run")

-- All that a plan of one service may load of this project, below `ecs_service.`. A new module that belongs here is
-- added; one that only some plans need is left to `later`, or to a require in the function that uses it.
local OF_A_PLAN = [[
  after begun cli cli.load cli.options cli.plain cli.plan cli.report cli.terminal connection core credentials
  credentials.config credentials.environment credentials.held credentials.keys credentials.surroundings driver
  endpoint endpoint_data environment errors exchange glance graph json later names options plan planned proxy reading
  region render.plan render.style render.text retries rows scheduler selection service session settings stack state
  state.backend state.document state.file state.lock state.verbs tables times transport.curl user_agent validate
  version warnings wire
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

local function lines_of(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local output = pipe:read "*a"
  pipe:close()
  return output
end

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
    local output = lines_of(("'%s' -e 'require [[ecs_service]] for name in pairs(package.loaded) do "
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
    local output = lines_of(("env -u AWS_PROFILE AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example "
      .. "AWS_CONFIG_FILE='%s/none' AWS_SHARED_CREDENTIALS_FILE='%s/none' '%s' -e 'dofile \"%s/telling.lua\"' "
      .. "'%s/bin/ecs-service' plan '%s'"):format(folder, folder, interpreter, folder, build, script))
    server.stop()
    assert(attributes, err)
    assert.truthy(output:find("No changes. 1 service matches its declaration.", 1, true), output)
    assert.equal("1", output:match "requests (%d+)", output)
    local set = loaded_by(output)
    assert.same({}, beyond(set, OF_A_PLAN))
    -- Lua 5.1 cannot look for a module without loading it.
    assert.equal(_VERSION == "Lua 5.1" and not rawget(_G, "jit"), set.argparse or false)
  end)

  it("knows each module and each member that it leaves for later", function()
    local list = assert(io.popen "grep -rhoE 'later ?\\(?\"ecs_service[a-z0-9_.]+\"(, \"[a-z0-9_]+\")?' lua")
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

-- Values that options may have: the first one that the parser takes is that option's.
local VALUES = { "5m", "7", "true", "prod", "plan", "steady", "a:1=run" }

-- What the parser answers; nil for a mistake.
local function parsed(parser, line)
  local ok, good, args = pcall(parser.pparse, parser, line)
  return ok and good and args or nil
end

-- Words that are put together to lines of one command: each option with and without a value, words, mistakes.
local function pieces_of(parser, command)
  local pieces = { {}, { "prod" }, { "" }, { "-" }, { "--" }, { "-x" }, { "--nothing" }, { "web:2" } }
  for _, option in ipairs(command._options) do
    for _, name in ipairs(option._aliases) do
      pieces[#pieces + 1] = { name }
      for _, value in ipairs(option._maxargs > 0 and VALUES or {}) do
        if parsed(parser, { command._name, name, value }) then
          pieces[#pieces + 1] = { name, value }
          pieces[#pieces + 1] = { name .. "=" .. value }
          break
        end
      end
    end
  end
  return pieces
end

local function line_of(command, ...)
  local line = { command._name }
  for _, piece in ipairs { ... } do
    for _, word in ipairs(piece) do line[#line + 1] = word end
  end
  return line
end

describe("a command line", function()
  it("says without a parser what it says to the parser, or is left to the parser", function()
    local parser, plain, left = cli.parser(), 0, 0
    for _, command in ipairs(parser._commands) do
      local pieces = pieces_of(parser, command)
      for _, first in ipairs(pieces) do
        for _, second in ipairs(pieces) do
          local line = line_of(command, first, second)
          local args = cli.plain(line)
          if args then plain = plain + 1 else left = left + 1 end
          if args then assert.same(parsed(parser, line), args, table.concat(line, " ")) end
        end
      end
    end
    assert.truthy(plain > 500 and left > 500, plain .. " without the parser, " .. left .. " left to it")
  end)

  it("without argparse on the machine is not begun, however plain it is", function()
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

  it("takes no parser for what people and pipelines write most", function()
    for _, line in ipairs { "plan", "plan services.lua", "plan --json --detailed-exitcode", "validate",
                            "plan --target web --target db --out it.plan deploy.lua", "apply --auto-approve",
                            "apply it.plan --lock-timeout 5m --no-color" } do
      local words = {}
      for word in line:gmatch "%S+" do words[#words + 1] = word end
      assert.truthy(cli.plain(words), line)
    end
  end)
end)

describe("a module for later", function()
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
    local module = later "ecs_test.later"
    assert.equal(0, loads)
    assert.equal(42, module.answer())
    assert.equal(42, module.answer())
    assert.is_nil(module.other)
    assert.equal(1, loads)
  end)

  it("may be one table of several in a module", function()
    local inner = later("ecs_test.later", "inner")
    assert.equal(0, loads)
    assert.equal("in", inner.word)
  end)

  it("shows what was put into the module meanwhile", function()
    local module = later "ecs_test.later"
    assert.equal(42, module.answer())
    require("ecs_test.later").answer = function() return 43 end
    assert.equal(43, module.answer())
  end)

  it("says which one is missing", function()
    local ok, message = pcall(function() return later("ecs_test.none").answer end)
    assert.falsy(ok)
    assert.truthy(tostring(message):find("ecs_test.none", 1, true))
  end)
end)
