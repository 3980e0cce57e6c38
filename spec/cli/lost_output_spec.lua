-- Output that cannot be written: the run goes on and is recorded, and the exit code says that something is missing.
local cjson = require "cjson.safe"
local cli = require "ecs_service.cli"
local command = require "support.command"
local core = require "ecs_service.core"
local served = require "support.served"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")
local build = assert(os.getenv "ECS_TEST_BUILD", "ECS_TEST_BUILD names the build to run")
local folder, server

local function write(name, text)
  assert(core.system.write_file(folder .. "/" .. name, text))
end

local function read(name) return core.system.read_file(folder .. "/" .. name) end

-- Runs a shell command in the folder, in which `ecs-service` is the command; answers its exit code and what it wrote.
local function shell(line)
  write("job.sh", ([[
ecs_service() { '%s' '%s/bin/ecs-service' "$@"; }
{ %s
} > shell.out 2> shell.err
]]):format(interpreter, build, line))
  local pipe = assert(io.popen(("cd '%s' && env AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any bash job.sh "
    .. "</dev/null; echo $?"):format(folder)))
  local code = pipe:read "*n"
  pipe:close()
  return code, read "shell.out", read "shell.err"
end

local SCRIPT = [[
local ecs = require "ecs_service"
%s
local stack = assert(ecs.stack { region = "us-west-2", state = "state.json", endpoint = %q })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true } })
return stack
]]

local function declare(line) write("services.lua", SCRIPT:format(line or "", server.url)) end

setup(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  server = served.start(100, 'region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:2" }')
  declare()
  local code, out, err = shell "ecs_service apply --auto-approve --timeline events.jsonl"
  assert(code == 0, out .. err)
end)
teardown(function()
  server.stop()
  os.execute("rm -rf '" .. folder .. "'")
end)

local function lost(words, code, err)
  assert.equal(1, code, words .. ": " .. err)
  assert.truthy(err:find("standard output is lost", 1, true), words .. ": " .. err)
end

-- Everything that writes a result; each of them can be done again and again. SCRIPT stands for the script.
local COMMANDS = {
  "help", "--help", "plan --help", "help plan", "version", "version --json", "--version", "validate SCRIPT",
  "validate SCRIPT --json", "plan SCRIPT", "plan SCRIPT --json", "plan SCRIPT --detailed-exitcode",
  "apply SCRIPT --auto-approve", "apply SCRIPT --auto-approve --json", "status --file SCRIPT",
  "status --file SCRIPT --json", "show --file SCRIPT", "show --file SCRIPT --json", "history web --file SCRIPT",
  "history web --file SCRIPT --json", "wait --file SCRIPT", "wait --file SCRIPT --json", "policy SCRIPT",
  "policy SCRIPT --json", "policy SCRIPT --explain", "schema", "schema --json", "schema name", "schema name --json",
  "schema --json-schema", "state list --file SCRIPT", "state list --file SCRIPT --json",
  "state show web --file SCRIPT", "state show web --file SCRIPT --json", "state pull --file SCRIPT",
  "state unlock --file SCRIPT", "state unlock --file SCRIPT --json", "state repair --auto-approve --file SCRIPT",
  "state repair --auto-approve --file SCRIPT --json", "state mv web api --file SCRIPT",
  "state mv api web --file SCRIPT", "generate web --file SCRIPT",
  "completion bash", "completion zsh", "completion fish", "doctor SCRIPT",
  "doctor SCRIPT --json", "redeploy web --dry-run --file SCRIPT", "redeploy web --dry-run --file SCRIPT --json",
  "redeploy web --auto-approve --file SCRIPT --json", "scale web 1 --auto-approve --file SCRIPT --json",
  "diagnose web --file SCRIPT", "diagnose web --file SCRIPT --json", "import web prod/web --file SCRIPT",
  "import web prod/web --file SCRIPT --json", "init DIR", "state rm web --auto-approve --file SCRIPT",
  "import web prod/web --file SCRIPT", "destroy SCRIPT --auto-approve", "destroy SCRIPT --auto-approve --json",
}

-- Runs a command in this process, whose standard output takes nothing.
local function on_full_disk(words)
  local argv, said = {}, {}
  for word in words:gmatch "%S+" do
    argv[#argv + 1] = word == "SCRIPT" and command.script or word == "DIR" and command.folder .. "/new" or word
  end
  local code = cli.main(argv, {
    stdout = { write = function() return nil, "No space left on device" end },
    stderr = { write = function(_, ...) said[#said + 1] = table.concat { ... } end },
    stdin = { read = function() end }, isatty = function() return false end, columns = function() end,
    getenv = function() end,
  })
  return code, table.concat(said)
end

describe("standard output that is lost", function()
  it("is an error of every command, on a full disk", function()
    local sim = command.begin()
    command.declare { revision = 1, count = 1 }
    assert.equal(0, (command.run({}, "apply", command.script, "--auto-approve")))
    sim:advance(60)
    for _, words in ipairs(COMMANDS) do lost(words, on_full_disk(words)) end
    command.clean()
  end)

  it("is an error of the process, on a full disk", function()
    for _, words in ipairs { "plan", "plan --json", "state pull", "completion bash", "doctor --json" } do
      local code, _, err = shell("ecs_service " .. words .. " >/dev/full")
      lost(words, code, err)
    end
  end)

  it("is an error of every command, in a pipe that nobody reads", function()
    for _, words in ipairs { "help", "plan --json", "state pull" } do
      local code, _, err = shell("( sleep 0.05; ecs_service " .. words .. "; echo $? >code ) | true; exit $(cat code)")
      lost(words, code, err)
    end
  end)

  it("is an error where it is closed, and no file takes its place", function()
    local before = read "state.json"
    local code, _, err = shell "ecs_service plan >&-"
    lost("plan", code, err)
    code = shell "ecs_service apply --auto-approve 2>&- <&-"
    assert.equal(0, code)
    assert.equal(before:match '"lineage":[^,]*', (read "state.json"):match '"lineage":[^,]*')
  end)

  it("ends no run: what was asked for is done and recorded", function()
    for i, sink in ipairs { ">/dev/full", "| true; exit ${PIPESTATUS[0]}" } do
      write("services.lua", (SCRIPT:format("", server.url):gsub("desired_count = 1", "desired_count = " .. 1 + i)))
      local code, _, err = shell("ecs_service apply --auto-approve --json " .. sink)
      lost(sink, code, err)
      local state = assert(cjson.decode((read "state.json")))
      assert.equal(1 + i, state.services.web.attributes.desired_count)
      assert.is_nil(next(state.journal or {}))
    end
    declare()
    assert.equal(0, (shell "ecs_service apply --auto-approve"))
  end)

  it("does not hide a worse end", function()
    assert.equal(3, (shell "ecs_service plan missing.lua --json >/dev/full"))
    assert.equal(1, (shell "ecs_service plan --detailed-exitcode >/dev/full"))
  end)
end)

describe("standard error that is lost", function()
  it("changes nothing", function()
    for _, words in ipairs { "plan", "apply --auto-approve --json", "wait" } do
      assert.equal(0, (shell("ecs_service " .. words .. " 2>/dev/full")), words)
    end
    assert.equal(3, (shell "ecs_service plan missing.lua 2>/dev/full"))
  end)
end)

describe("a file that cannot be written", function()
  it("is an error, after the run is recorded", function()
    write("services.lua", (SCRIPT:format("", server.url):gsub("desired_count = 1", "desired_count = 4")))
    local code, out, err = shell "ecs_service apply --auto-approve --timeline /dev/full"
    assert.equal(1, code, err)
    assert.truthy(err:find("not all events are recorded in /dev/full", 1, true), err)
    assert.truthy(out:find("Applied: 1 updated.", 1, true), out)
    assert.equal(4, cjson.decode((read "state.json")).services.web.attributes.desired_count)
    declare()
    assert.equal(0, (shell "ecs_service apply --auto-approve"))
    for _, words in ipairs { "plan --out missing/plan", "timeline web --out missing/rollout.html",
                             "timeline --events events.jsonl --out missing/rollout.svg",
                             "apply --auto-approve --timeline missing/events" } do
      code, _, err = shell("ecs_service " .. words)
      assert.equal(1, code, words)
      assert.truthy(err:find("missing/", 1, true), err)
    end
  end)
end)

describe("what a script prints", function()
  it("goes to standard error, by whatever way, and documents stay whole", function()
    declare [[print("one", 1) io.write("two\n") io.stdout:write("three\n") io.output():write("four\n")]]
    for _, words in ipairs { "plan --json", "status --json", "validate --json", "apply --auto-approve --json" } do
      local code, out, err = shell("ecs_service " .. words)
      assert.equal(0, code, err)
      for line in (words:find "^apply" and out or out:gsub("\n", " ")):gmatch "[^\n]+" do
        assert(cjson.decode(line), line)
      end
      for _, text in ipairs { "one\t1\n", "two\n", "three\n", "four\n" } do
        assert.truthy(err:find(text, 1, true), text)
        assert.falsy(out:find(text, 1, true), text)
      end
    end
    declare()
  end)
end)

describe("what programs write that a script starts", function()
  it("goes to standard error, so that JSON stays whole", function()
    declare 'os.execute "echo X; echo Y >&2" local p = io.popen("cat", "w") p:write "Z" p:close()'
    local code, out, err = shell "ecs_service plan --json"
    declare()
    assert.equal(0, code, err)
    assert.equal("{", out:sub(1, 1))
    assert.truthy(err:find("X", 1, true) and err:find("Y", 1, true) and err:find("Z", 1, true), err)
  end)
end)
