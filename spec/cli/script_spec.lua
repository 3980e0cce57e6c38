-- The deploy script as it is found: byte order marks, errors of it and of what it requires, told whole and once.
local cjson = require "cjson.safe"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local has, lacks, run = command.has, command.lacks, command.run
local BOM = "\239\187\191"
local sim

before_each(function()
  sim = command.begin()
  command.declare { revision = 1, count = 1 }
end)
after_each(command.clean)

local function write(name, text)
  local path = command.folder .. "/" .. name
  assert(core.system.write_file(path, text))
  return path
end

local function read(name) return (core.system.read_file(command.folder .. "/" .. name)) end

local function failing(path)
  local code, out, err = run({}, "plan", path)
  assert.equal(3, code, err)
  assert.equal("", out)
  lacks(err, "traceback")
  return err
end

local function count(text, part)
  local n, at = 0, 1
  while true do
    local first, last = text:find(part, at, true)
    if not first then return n end
    n, at = n + 1, last + 1
  end
end

describe("a byte order mark", function()
  it("may begin a script, with and without a line for the shell", function()
    local text = read "services.lua"
    for _, start in ipairs { BOM, BOM .. "#!/usr/bin/env lua\n" } do
      local code, out, err = run({}, "plan", write("marked.lua", start .. text))
      assert.equal(0, code, err)
      has(out, "+ web")
    end
  end)

  it("may begin a state, and one that is pushed", function()
    assert.equal(0, (run({}, "apply", command.script, "--auto-approve")))
    write("state.json", BOM .. read "state.json")
    local code, out = run({}, "plan", command.script)
    assert.equal(0, code)
    has(out, "No changes.")
    local pushed = write("pushed.json", BOM .. read "state.json":gsub("^" .. BOM, ""))
    assert.equal(0, (run({}, "state", "push", pushed, "--file", command.script)))
  end)

  it("may begin a saved plan", function()
    local plan = command.folder .. "/release.plan"
    assert.equal(0, (run({}, "plan", command.script, "--out", plan)))
    write("release.plan", BOM .. read "release.plan")
    assert.is_table(assert(ecs.load_plan(plan)).changes)
    local code, out, err = run({}, "apply", plan)
    assert.equal(0, code, err)
    has(out, "Applied: 1 created.")
  end)

  it("may begin a Terraform state and recorded events", function()
    assert.equal(0, (run({}, "apply", command.script, "--auto-approve", "--timeline", command.folder .. "/events")))
    write("events", BOM .. read "events")
    assert.equal(0, (run({}, "timeline", "--events", command.folder .. "/events", "--out",
      command.folder .. "/rollout.html")))
    local tfstate = write("terraform.tfstate", BOM .. '{"version":4,"resources":[]}')
    local _, _, err = run({}, "import", "--from-tfstate", tfstate, "--file", command.script)
    has(err, "has no aws_ecs_service")
  end)
end)

describe("an error of a script", function()
  local function requires(name, text)
    package.loaded[name] = nil
    write(name .. ".lua", text)
    return write("requires.lua", ('local x = 1\nrequire "%s"\n'):format(name))
  end

  it("in the syntax of a required file shows the line with the cause", function()
    local err = failing(requires("load_spec_broken", "local a = 1\nlocal = 2\n"))
    has(err, "error loading module 'load_spec_broken'")
    has(err, "load_spec_broken.lua:2:")
    has(err, "requires.lua:2:")
  end)

  it("that a required file raises shows where", function()
    local err = failing(requires("load_spec_raising", "error 'no cluster for this'"))
    has(err, "load_spec_raising.lua:1: no cluster for this")
    has(err, "requires.lua:2:")
  end)

  it("of a library that cannot be loaded shows why", function()
    local path = requires("load_spec_missing", "")
    os.remove(command.folder .. "/load_spec_missing.lua")
    write("load_spec_missing.so", "no library")
    local err = failing(path)
    has(err, "error loading module 'load_spec_missing'")
    assert.truthy(err:find "file too short" or err:find "invalid ELF header", err)
  end)

  it("of a module that is not there ends with its name, and says where it may be put", function()
    local err = failing(write("requires.lua", 'require "load_spec_nowhere"'))
    has(err, "module 'load_spec_nowhere' not found\n")
    has(err, "put load_spec_nowhere.lua beside the script")
    lacks(err, "no file")
  end)

  it("has its position once, however long the path is", function()
    local folder = "/a-folder-with-quite-a-long-name-for-projects/and-one-more-inside-of-it"
    assert(core.system.make_dir(command.folder .. "/a-folder-with-quite-a-long-name-for-projects"))
    assert(core.system.make_dir(command.folder .. folder))
    for _, text in ipairs { "local x\nerror 'boom'", "local x\nx.y = 1", "local x\nlocal = 2",
                            "local x\nassert(nil, 'boom')",
                            "local x\nerror((select(2, require 'ecs_service'.stack { regoin = 1 })))" } do
      local path = write(folder .. "/services.lua", text)
      local err = failing(path)
      assert.equal(1, count(err, ":2:"), err)
      has(err, path .. ":2:")
      lacks(err, "...")
    end
  end)

  it("that is a table is told readably", function()
    for raised, wanted in pairs {
      ["{ code = 1 }"] = "the script raised { code = 1 }", ["nil"] = "the script raised nil",
      ["true"] = "the script raised true", ['{ message = "some reason" }'] = "some reason",
      ['setmetatable({}, { __tostring = function() return "own words" end })'] = "own words",
    } do
      local err = failing(write("raises.lua", "local x\nerror(" .. raised .. ")"))
      has(err, "raises.lua:2: " .. wanted)
      lacks(err, "table: 0x")
    end
  end)

  it("keeps its code when it is one of this module", function()
    local path = write("wrong.lua", 'error((select(2, require "ecs_service".stack { regoin = "x" })))')
    local _, out = run({}, "plan", path, "--json")
    assert.equal("UnknownOption", assert(cjson.decode(out)).error.code)
  end)
end)

describe("a question", function()
  it("is answered by the word yes alone", function()
    for _, answer in ipairs { "yesterday", "not yes", "yes, but later", "y", "YES", "no", "", "yes\nno" } do
      local code, _, err = run({ answer = answer }, "apply", command.script)
      assert.equal(1, code, answer)
      has(err, "Nothing was changed.")
    end
    assert.equal(0, (run({ answer = " yes " }, "apply", command.script)))
    for _, answer in ipairs { "yesterday", "y" } do
      local code = run({ answer = answer }, "state", "rm", "web", "--file", command.script)
      assert.equal(1, code, answer)
    end
    assert.equal(0, (run({ answer = "yes" }, "state", "rm", "web", "--file", command.script)))
  end)

  it("is not asked where nobody sees it", function()
    run({}, "apply", command.script, "--auto-approve")
    local sent = #sim.requests
    for _, words in ipairs { { "apply", command.script }, { "destroy", command.script },
                             { "scale", "web", "2", "--file", command.script },
                             { "state", "rm", "web", "--file", command.script } } do
      local code, _, err = run({ answer = "yes", err = "file" }, (unpack or table.unpack)(words))
      assert.equal(1, code)
      has(err, "--auto-approve")
      lacks(err, "Only 'yes'")
    end
    assert.equal(sent, #sim.requests)
  end)
end)
