-- Declarations that are put into a script.
local command = require "support.command"
local core = require "ecs_service.core"
local journey = require "support.journey"
local lua_insert = require "ecs_service.util.lua_insert"

local compile = loadstring or load

describe("the place for a declaration", function()
  -- Each script sets `order` as it runs; what is put in has to come last, and only once.
  local SCRIPTS = {
    { "a plain return", "local stack = {}\nreturn stack\n" },
    { "no line end at the end", "local stack = {}\nreturn stack" },
    { "a semicolon and a comment after it", "local stack = {}\nreturn stack; -- that is all\n" },
    { "one line of everything", "local stack = {} return stack" },
    { "a return that is indented", "local stack = {}\n  return stack\n" },
    { "returns of functions", "local stack = {}\nlocal function f() if f then return 1 end return 2 end\nf()\n"
      .. "return stack\n" },
    { "a return in a loop and in a block", "local stack = {}\nlocal function f() for _ = 1, 2 do return 1 end end\n"
      .. "local function g() repeat local x = 1 if x then return end until x\n while true do return end end\n"
      .. "do local x = function() return end x() end\nreturn stack\n" },
    { "the word in texts and comments", "local stack = {}\nlocal a = \"return x\" --return y\n"
      .. "local b = [[\nreturn z\n]]\n"
      .. "--[==[\nreturn w ]] \n]==]\nlocal c = 'it\\'s \\\" return'\n"
      .. "local d = { [ [=[return]=] ] = 1 }\nreturn stack\n" },
    { "the word after the return", "local stack = {}\nreturn stack -- return nothing else\n--[[ return ]]\n" },
    { "line ends of Windows", "local stack = {}\r\n\r\nreturn stack\r\n" },
    { "a first line for the system", "#!/usr/bin/env lua return\nlocal stack = {}\nreturn stack\n" },
    { "a mark of UTF-8", "\239\187\191local stack = {}\nreturn stack\n" },
    { "numbers with letters", "local stack = {}\nlocal n = 0xend or 1\nreturn stack\n", "0xend" },
    { "another name", "local s = {}\nreturn s\n", name = "s" },
  }
  for _, case in ipairs(SCRIPTS) do
    it("is before the return in a script with " .. case[1], function()
      local text = case[2]:gsub("0xend", "0xe1")
      local place = assert(lua_insert.place(text))
      assert.equal(case.name or "stack", place.name)
      local name = place.name
      local made = lua_insert.insert(text, place, name .. ".put = (" .. name .. ".put or 0) + 1\n")
      local chunk = assert(compile((made:gsub("^\239\187\191", ""):gsub("^#", "--#"))))
      assert.equal(1, chunk().put)
      -- Nothing that was there is lost.
      assert.equal(text:gsub("%s", ""), (made:gsub("%w+%.put = %(%w+%.put or 0%) %+ 1", ""):gsub("%s", "")))
      if text:find("\r\n", 1, true) then assert.falsy(made:find("[^\r]\n")) end
    end)
  end

  for what, text in pairs { ["returns nothing"] = "local stack = {}\n", ["returns a call"] = "return make()\n",
    ["returns a table"] = "return { }\n", ["returns two"] = "return stack, 1\n",
    ["returns a text"] = "return [[stack]]\n",
    ["returns a field"] = "return all.stack\n", ["is empty"] = "",
    ["returns in a function only"] = "function f() return stack end\n" } do
    it("is not in a script that " .. what, function()
      local place, why = lua_insert.place(text)
      assert.is_nil(place)
      assert.equal("string", type(why))
    end)
  end
end)

describe("ecs-service generate --into", function()
  local sim, script, folder

  local function write(text, path)
    assert(core.system.write_file(path or script, text, 420))
  end

  local function read() return (core.system.read_file(script)) end

  before_each(function()
    sim = journey.simulator()
    command.begin(sim)
    folder, script = command.folder, command.script
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:2",
      desiredCount = 2, tags = { { key = "odd", value = "a\nstack:service(\"x\")" } } }))
    write(([[
local ecs = require "ecs_service"
local s = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
return s -- the end
]]):format(folder .. "/state.json"))
  end)
  after_each(journey.clean)

  local function run(...)
    local words = { ... }
    words[#words + 1] = "--into"
    words[#words + 1] = script
    return command.run({}, (unpack or table.unpack)(words))
  end

  it("declares what was imported, so that the plan is empty and the service is this stack's", function()
    local code, out, err = command.run({}, "import", "site", "prod/web", "--file", script)
    assert.equal(0, code, err)
    command.has(out, "Imported: site is prod/web.")
    command.has(err, "site is not declared")
    command.has(err, "ecs-service generate --into " .. script .. " site")
    command.has(err, "ecs-service state rm site")
    code, out, err = run("generate", "site")
    assert.equal(0, code, err)
    command.has(out, "Declared: site")
    command.has(read(), 's:service("site", {')
    command.has(read(), "return s -- the end")
    assert.equal(420, core.system.file_mode(script))
    code, out = command.run({}, "plan", script, "--detailed-exitcode")
    assert.equal(0, code, out)
    command.has(out, "1 service matches its declaration")
    code, out, err = run("generate", "site")
    assert.equal("", out)
    assert.truthy(code ~= 0)
    command.has(err, "declared in the script already")
  end)

  it("takes the service of any cluster, and a name for it", function()
    assert.equal(0, (run("generate", "prod/web", "home")))
    command.has(read(), 's:service("home", {')
    local code, out, err = command.run({}, "import", "home", "prod/web", "--file", script)
    assert.equal(0, code, out .. err)
    command.has(err, "see what differs from its declaration: ecs-service plan")
    code, out = command.run({}, "plan", script)
    assert.equal(0, code)
    command.has(out, "No changes")
  end)

  it("says why a script has no place for it, and changes nothing", function()
    local text = read():gsub("return s", "return (s)")
    write(text)
    local code, _, err = run("generate", "prod/web")
    assert.equal(text, read())
    assert.truthy(code ~= 0)
    command.has(err, "what it returns has no name")
    command.has(err, "return stack")
    assert.same({}, journey.mutations(sim))
  end)

  it("leaves the script as it is when the service cannot be read", function()
    local text = read()
    local code = run("generate", "prod/nobody")
    assert.truthy(code ~= 0)
    assert.equal(text, read())
  end)

  it("is what the error of a declaration after the return names", function()
    write(read() .. 's:service("web", {})\n')
    local code, _, err = command.run({}, "plan", script)
    assert.truthy(code ~= 0)
    command.has(err, "ecs-service generate --into")
  end)

  it("declares the services of a Terraform state, each once", function()
    local path = folder .. "/terraform.tfstate"
    write(([[{"version":4,"terraform_version":"1.9.0","resources":[
      {"mode":"managed","type":"aws_ecs_service","name":"a\u001b[2Jb","instances":[{"attributes":{"name":"web",
       "cluster":"arn:aws:ecs:us-west-2:123456789012:cluster/prod"}}]},
      {"mode":"managed","type":"aws_ecs_service","name":"web","instances":[
       {"attributes":{"name":"web","cluster":"prod"}},
       {"attributes":{"name":"x\u001b]0;owned\u0007","cluster":"prod"}}]}]}
    ]]), path)
    local code, out, err = command.run({}, "import", "--from-tfstate", path, "--into", script)
    assert.truthy(code ~= 0) -- one is not there
    command.has(out, "Declared: a_[2Jb")
    command.has(err, "imported: 1")
    command.has(err, "one service is taken over once")
    command.lacks(out .. err, "\27")
    code, out = command.run({}, "plan", script, "--detailed-exitcode")
    assert.equal(0, code, out)
    -- Without --into what is recorded stays, and says so.
    write((read():gsub("s:service%(.-\n}%)\n", "")))
    code, out, err = command.run({}, "import", "--from-tfstate", path, "--file", script)
    assert.equal(1, code)
    command.has(out, 'stack:service("a_[2Jb"')
    command.has(err, "is not declared")
    code, out = command.run({}, "apply", script, "--auto-approve")
    assert.equal(0, code, out)
    assert.same({}, journey.mutations(sim))
  end)
end)
