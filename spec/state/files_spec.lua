-- Files as they are: whatever a path names is read whole, once; a write leaves links, mode and owner as they were, and
-- follows nobody's trap.
local core = require "ecs_service.core"
local journey = require "support.journey"
local served = require "support.served"

local system = core.system
local folder

before_each(function() folder = journey.folder() end)
after_each(journey.clean)

-- In the background: what waits for a reader or a writer.
local function behind(command) os.execute(("(cd '%s' && %s) >/dev/null 2>&1 &"):format(folder, command)) end
local function mode(name) return (system.file_mode(folder .. "/" .. name)) end
local function octal(digits) return tonumber(digits, 8) end
local function sh(command) return journey.output(("{ cd '%s' && %s; }"):format(folder, command)) end
local function is_root() return journey.output "id -u":match "^0" ~= nil end

describe("a file that is read", function()
  it("is read whole from a pipe too, however long it is", function()
    for _, size in ipairs { 0, 1, 16383, 16384, 16385, 65536, 65537, 300000 } do
      local text = ("lua code\0 "):rep(math.ceil(size / 10)):sub(1, size)
      journey.write(folder .. "/text", text)
      sh "rm -f pipe && mkfifo pipe"
      behind "cat text > pipe"
      assert.is_true(system.read_file(folder .. "/pipe") == text, size)
    end
  end)

  it("is an error where it is a folder, or not there", function()
    assert.equal("missing", select(3, system.read_file(folder .. "/none")))
    assert.is_nil((system.read_file(folder)))
  end)
end)

describe("a file that is written", function()
  it("is the one behind a chain of links, each of which stays", function()
    sh "mkdir real home && ln -s home/link state.json && ln -s ../real/s.json home/link"
    for _, text in ipairs { "first", "second" } do -- the first one makes it
      assert(system.write_file(folder .. "/state.json", text))
      assert.equal(text, journey.read(folder .. "/real/s.json"))
      assert.equal("home/link\n../real/s.json\n", sh "readlink state.json home/link")
    end
    assert.equal("s.json\n", sh "ls real")
  end)

  it("is not one behind links that lead nowhere but in circles", function()
    sh "ln -s b a && ln -s a b"
    assert.is_nil((system.write_file(folder .. "/a", "x")))
  end)

  it("stays as open as it is; a new one is its owner's alone", function()
    assert(system.write_file(folder .. "/new", "x"))
    assert.equal(octal "600", mode "new")
    for _, digits in ipairs { "664", "640", "600", "444" } do
      sh("echo old > shared && chmod " .. digits .. " shared")
      assert(system.write_file(folder .. "/shared", "x"))
      assert.equal(octal(digits), mode "shared")
      assert.equal("x", journey.read(folder .. "/shared"))
      sh "rm -f shared"
    end
    assert(system.write_file(folder .. "/new", "x", octal "644"))
    assert.equal(octal "644", mode "new")
  end)

  it("stays whose it is", function()
    if not is_root() then return end
    sh "echo old > theirs && chown 65534:65533 theirs && chmod 660 theirs"
    assert(system.write_file(folder .. "/theirs", "x"))
    assert.equal("65534 65533 660\n", sh "stat -c '%u %g %a' theirs")
  end)

  it("is not one that another user's link in a folder for all names", function()
    if not is_root() then return end
    sh "mkdir all && chmod 1777 all && echo mine > victim && ln -s ../victim all/own && ln -s ../victim all/trap"
    sh "chown -h 65534 all/trap"
    local written, message, kind = system.write_file(folder .. "/all/trap", "x")
    assert.is_nil(written)
    assert.equal("denied", kind)
    assert.truthy(message:find("link of another user", 1, true), message)
    assert.equal("mine\n", journey.read(folder .. "/victim"))
    assert(system.write_file(folder .. "/all/own", "x"))
    assert.equal("x", journey.read(folder .. "/victim"))
  end)

  it("may be a pipe or a device, which stays one", function()
    sh "mkfifo pipe"
    behind "cat pipe > heard"
    assert(system.write_file(folder .. "/pipe", "told"))
    assert.equal("told", sh "while [ ! -s heard ]; do sleep 0.01; done; cat heard")
    assert.equal("other", select(2, system.file_mode(folder .. "/pipe")))
    assert.equal("full", select(3, system.write_file("/dev/full", "x")))
  end)
end)

describe("a state in a file", function()
  it("stays behind its links, as open as it is, with its backup and its lock beside the file itself", function()
    sh "mkdir real home && ln -s home/link state.json && ln -s ../real/s.json home/link"
    local sim = journey.simulator()
    local function apply(count)
      local stack = journey.stack(sim, { state = folder .. "/state.json" })
      stack:service("web", journey.web { desired_count = count })
      assert(stack:apply())
    end
    apply(1)
    sh "chmod 664 real/s.json"
    apply(2)
    assert.equal("home/link\n../real/s.json\n", sh "readlink state.json home/link")
    assert.equal("s.json\ns.json.backup\n", sh "ls real")
    assert.equal("home\nreal\nstate.json\n", sh "ls")
    assert.equal(octal "664", mode "real/s.json")
  end)
end)

describe("the command", function()
  local program = ("env AWS_EC2_METADATA_DISABLED=true %s '%s/bin/ecs-service'"):format(served.interpreter(),
    os.getenv "ECS_TEST_BUILD" or "")

  local SCRIPT = [[
%s
local ecs = require "ecs_service"
local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1" } }
local stack = assert(ecs.stack { region = "us-west-2", state = "state.json", transport = sim })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
return stack]]

  it("runs all of a script that comes through a pipe, and reads it once", function()
    journey.write(folder .. "/s.lua", SCRIPT:format("assert(os.getenv 'ALLOWED', 'the guard')\n"
      .. ("-- and a comment\n"):rep(2000)))
    for _, verb in ipairs { "validate", "plan", "apply --auto-approve" } do
      local output = sh(("cat s.lua | %s %s /dev/stdin"):format(program, verb))
      assert.truthy(output:find("the guard", 1, true), output)
      output = sh(("rm -f state.json; cat s.lua | ALLOWED=1 %s %s /dev/stdin; echo code $?"):format(program, verb))
      assert.truthy(output:find("code 0", 1, true), output)
      sh "rm -f state.json pipe; mkfifo pipe"
      behind "cat s.lua > pipe"
      output = sh(("ALLOWED=1 %s %s pipe; echo code $?"):format(program, verb))
      assert.truthy(output:find("code 0", 1, true), output)
    end
  end)

  it("reads a saved plan and a Terraform state from a pipe", function()
    journey.write(folder .. "/s.lua", SCRIPT:format "")
    local output = sh(("%s plan s.lua --out p.json >/dev/null && cat p.json | %s show /dev/stdin; "
      .. "cat p.json | %s apply /dev/stdin --file s.lua; echo code $?"):format(program, program, program))
    assert.truthy(output:find("Applied: 1 created.", 1, true), output)
    assert.truthy(output:find("code 0", 1, true), output)
    journey.write(folder .. "/tf.json", '{"version": 4, "terraform_version": "1.5.0", "resources": []'
      .. (" "):rep(30000) .. "}")
    local direct = sh(program .. " import --from-tfstate tf.json --dry-run --file s.lua")
    assert.equal(direct:gsub("tf%.json", "/dev/stdin"), (sh("cat tf.json | " .. program
      .. " import --from-tfstate /dev/stdin --dry-run --file s.lua")))
  end)

  it("records a timeline in a file for its owner alone, through nobody's trap, and into a pipe", function()
    journey.write(folder .. "/s.lua", SCRIPT:format "")
    local apply = program .. " apply s.lua --auto-approve --timeline "
    sh("umask 000; rm -f state.json; " .. apply .. "events.jsonl")
    assert.equal(octal "600", mode "events.jsonl")
    assert.truthy(journey.read(folder .. "/events.jsonl"):find('"type":"done"', 1, true))
    sh "rm -f state.json; mkfifo pipe"
    behind "cat pipe > heard"
    assert.truthy(sh(apply .. "pipe; "
      .. "while ! grep -q done heard; do sleep 0.01; done; cat heard"):find('"type":"done"', 1, true))
    if not is_root() then return end
    sh "mkdir all && chmod 1777 all && echo mine > victim && ln -s ../victim all/trap && chown -h 65534 all/trap"
    local output = sh("rm -f state.json; " .. apply .. "all/trap; echo code $?")
    assert.truthy(output:find("code 1", 1, true), output)
    assert.equal("mine\n", journey.read(folder .. "/victim"))
  end)
end)
