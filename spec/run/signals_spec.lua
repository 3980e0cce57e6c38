-- The command and signals: whatever it waits for, Ctrl-C, a TERM and a hangup end it with its lock given back; what
-- ends it without asking leaves no lock either; a pipe that nobody reads ends nothing.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local httpd = require "ecs_service.httpd"
local journey = require "support.journey"
local served = require "support.served"

local program = ("%s '%s/bin/ecs-service'"):format(served.interpreter(), os.getenv "ECS_TEST_BUILD" or "")
local folder, silent

-- Declares web, says that it was run, and finds a server that answers nothing.
local SCRIPT = [[
local ecs = require "ecs_service"
io.open("%s/begun", "w"):close()
local options = { region = "us-west-2", state = "%s/state.json" }
%s
local stack = assert(ecs.stack(options))
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:2", desired_count = 2,
  wait_for_steady_state = true })
return stack]]

local function declare(more)
  journey.write(folder .. "/services.lua", SCRIPT:format(folder, folder, more or ""))
end

local function variables(more)
  local all = { AWS_ACCESS_KEY_ID = "any", AWS_SECRET_ACCESS_KEY = "any", AWS_EC2_METADATA_DISABLED = "true",
    AWS_REGION = "us-west-2",
    AWS_CONFIG_FILE = folder .. "/config", AWS_SHARED_CREDENTIALS_FILE = folder .. "/credentials",
    AWS_ENDPOINT_URL = ("http://127.0.0.1:%d"):format(silent:port()) }
  for name, value in pairs(more or {}) do all[name] = value or nil end
  local words = { "env --default-signal=QUIT,HUP" } -- whatever the tests were started by had ignored
  for name, value in pairs(all) do words[#words + 1] = ("%s='%s'"):format(name, value) end
  return table.concat(words, " ")
end

-- A command under way: its process, and what is known of it.
local function start(command, more)
  os.remove(folder .. "/begun")
  local words = ("cd '%s'; echo $$; exec %s %s %s </dev/null"):format(folder, variables(more), program, command)
  -- With the signals as a shell gives them: whoever runs these specs in the background ignores some.
  local child = assert(core.system.spawn { "env", "--default-signal=INT,QUIT,HUP,TERM", "sh", "-c", words })
  local kind, text
  repeat kind, text = child:next(60) until kind == "out"
  return { child = child, pid = text:match "%d+", heard = {} }
end

local function signal(run, name) assert(os.execute(("kill -%s %s"):format(name, run.pid))) end

-- Lets it go on until something is true; fails when it ends before that.
local function until_true(run, is_true)
  while not is_true() do
    local kind, text = run.child:next(0.01)
    assert(kind ~= "exit" and kind ~= "signal", "it has ended: " .. table.concat(run.heard))
    if kind then run.heard[#run.heard + 1] = text end
  end
end

-- "exit" or "signal", its number, all that it said.
local function finish(run)
  local last = core.system.monotonic() + 20
  while true do
    local kind, text = run.child:next(20)
    if core.system.monotonic() > last then run.child:kill() error("it does not end: " .. table.concat(run.heard)) end
    if kind == "exit" or kind == "signal" then return kind, text, table.concat(run.heard) end
    if kind then run.heard[#run.heard + 1] = text end
  end
end

local function until_asked(run)
  until_true(run, function() return silent:wait(0.01) ~= nil end)
end

local function until_begun(run)
  until_true(run, function() return core.system.exists(folder .. "/begun") end)
end

local function is_free()
  local lock = core.system.lock_file(folder .. "/state.json.lock")
  return lock and lock:unlock() == true
end

local function was_interrupted(run, where)
  local kind, code, said = finish(run)
  assert.same({ "exit", 130 }, { kind, code }, where .. said)
  assert.truthy(said:find("interrupted", 1, true), where .. said)
  assert.falsy(said:find("traceback", 1, true), where .. said)
  assert.falsy(said:find("should not have happened", 1, true), where .. said)
  assert.is_false(core.system.exists(folder .. "/state.json.lock"), where)
end

before_each(function()
  folder = journey.folder()
  silent = assert(httpd.new { port = 0 })
  declare()
  local sim = journey.simulator { clusters = { "prod" }, task_definitions = { "web:2" } }
  local stack = assert(ecs.stack { region = "us-west-2", state = folder .. "/state.json", transport = sim })
  stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2 })
  assert(stack:apply())
end)
after_each(function()
  silent:close()
  journey.clean()
end)

describe("a command that waits for ECS", function()
  local COMMANDS = { "plan", "plan --json", "apply --auto-approve", "apply --auto-approve --json",
    "destroy --auto-approve",
    "import other prod/other", "wait", "status", "status --json", "diagnose", "rollback web --dry-run",
    "redeploy web --auto-approve", "scale web 3 --auto-approve", "stop web --auto-approve", "timeline web",
    "generate prod/web", "doctor", "doctor --json", "history web" }

  for _, command in ipairs(COMMANDS) do
    it("(" .. command .. ") ends at Ctrl-C, says so, and leaves no lock", function()
      local run = start(command)
      until_asked(run)
      signal(run, "INT")
      was_interrupted(run, command .. ": ")
    end)
  end

  it("ends so at TERM and at a hangup too", function()
    for _, name in ipairs { "TERM", "HUP" } do
      for _, command in ipairs { "plan", "apply --auto-approve", "scale web 3 --dry-run" } do
        local run = start(command)
        until_asked(run)
        signal(run, name)
        was_interrupted(run, name .. " " .. command .. ": ")
      end
    end
  end)

  it("leaves its lock to nobody when it is ended without being asked", function()
    for _, name in ipairs { "KILL", "QUIT" } do
      for _, command in ipairs { "plan", "apply --auto-approve" } do
        local run = start(command)
        until_asked(run)
        assert.is_false(core.system.lock_file(folder .. "/state.json.lock") ~= nil)
        signal(run, name)
        assert.equal("signal", (finish(run)))
        assert.is_true(is_free())
      end
    end
  end)

  it("ends at once when it is asked twice", function()
    declare "local function busy() while true do end end while true do pcall(busy) end"
    local run = start "apply --auto-approve"
    until_begun(run)
    signal(run, "TERM")
    local later = core.system.monotonic() + 0.6
    until_true(run, function() return core.system.monotonic() > later end)
    signal(run, "TERM")
    local kind, number = finish(run)
    assert.same({ "signal", 15 }, { kind, number })
  end)

  it("outlives the terminal under nohup", function()
    program = "nohup " .. program
    local run = start "apply --auto-approve"
    program = program:gsub("^nohup ", "")
    until_asked(run)
    signal(run, "HUP")
    local later = core.system.monotonic() + 0.3
    until_true(run, function() return core.system.monotonic() > later end)
    signal(run, "INT")
    was_interrupted(run, "nohup: ")
  end)
end)

describe("a command that waits for something else than ECS", function()
  local function interrupts(run, where)
    signal(run, "INT")
    was_interrupted(run, where .. ": ")
  end

  it("(keys of a container, of STS, of a program) ends at Ctrl-C", function()
    local run = start("plan", { AWS_ACCESS_KEY_ID = false, AWS_SECRET_ACCESS_KEY = false,
      AWS_CONTAINER_CREDENTIALS_FULL_URI = ("http://127.0.0.1:%d/keys"):format(silent:port()) })
    until_asked(run)
    interrupts(run, "container")
    declare 'options.assume_role = { role_arn = "arn:aws:iam::123456789012:role/deploy" }'
    run = start "plan"
    until_asked(run)
    interrupts(run, "assume_role")
    declare 'options.allowed_account_ids = { "123456789012" }'
    run = start "plan"
    until_asked(run)
    interrupts(run, "account")
    declare()
    journey.write(folder .. "/config",
      ("[default]\ncredential_process = sh -c 'touch %s/asked; exec sleep 600'\n"):format(folder))
    run = start("plan", { AWS_ACCESS_KEY_ID = false, AWS_SECRET_ACCESS_KEY = false })
    until_true(run, function() return core.system.exists(folder .. "/asked") end)
    interrupts(run, "credential_process")
  end)

  it("(a state in S3) ends at Ctrl-C", function()
    declare 'options.state = "s3://states/prod.json"'
    for _, command in ipairs { "show", "plan" } do
      local run = start(command)
      until_asked(run)
      signal(run, "INT")
      local kind, code, said = finish(run)
      assert.same({ "exit", 130 }, { kind, code }, said)
    end
  end)

  it("(a lock) ends at Ctrl-C and leaves the lock to whom it belongs", function()
    local lock = assert(core.system.lock_file(folder .. "/state.json.lock"))
    lock:write '{"id": "5f0c", "kernel": true, "pid": 1, "host": "ci-1", "user": "deploy", "operation": "apply"}'
    for _, name in ipairs { "INT", "TERM", "HUP" } do
      local run = start "apply --auto-approve --lock-timeout 10m"
      until_begun(run)
      signal(run, name)
      local kind, code, said = finish(run)
      assert.same({ "exit", 130 }, { kind, code }, said)
      assert.truthy(said:find("interrupted", 1, true), said)
      assert.is_true(lock:still())
    end
  end)

  it("(what an earlier run had begun) ends at Ctrl-C", function()
    local state = journey.read(folder .. "/state.json")
    local begun = os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(core.system.time()) + 3600)
    journey.write(folder .. "/state.json", (state:gsub('"journal": {}', ('"journal": {"web": {"operation": '
      .. '"UpdateService", "begun": "%s", "client_token": "x", "by": "me@here"}}'):format(begun), 1)))
    local run = start "plan"
    until_true(run, function() return core.system.exists(folder .. "/state.json.lock") end)
    interrupts(run, "begun")
  end)

  it("(its own script) ends at Ctrl-C", function()
    declare "while true do end"
    local run = start "plan"
    until_begun(run)
    interrupts(run, "script")
  end)

  it("(requests, as `simulate` does) ends well at Ctrl-C and at TERM: that is how it is ended", function()
    for _, name in ipairs { "INT", "TERM" } do
      local run = start "simulate --port 0"
      until_true(run, function() return table.concat(run.heard):find("AWS_DEFAULT_REGION=", 1, true) end)
      local url = table.concat(run.heard):match "http://127%.0%.0%.1:%d+"
      for _, service in ipairs { "ECS", "STS", "CLOUDWATCH_LOGS", "APPLICATION_AUTO_SCALING", "SCHEDULER",
        "EVENTBRIDGE" } do -- nothing of what is simulated goes to AWS
        assert.truthy(table.concat(run.heard):find((" AWS_ENDPOINT_URL_%s=%s "):format(service, url), 1, true), service)
      end
      signal(run, name)
      local kind, code = finish(run)
      assert.same({ "exit", 0 }, { kind, code }, name)
    end
  end)
end)

describe("a pipe that nobody reads any more", function()
  it("does not end an apply in its middle", function()
    local world = served.start(200, [[region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:2" }]])
    os.execute(("cd '%s' && rm state.json && %s %s apply --auto-approve 2>&1 | head -1 >/dev/null"):format(folder,
      variables { AWS_ENDPOINT_URL = world.url }, program))
    local stack = assert(ecs.stack { region = "us-west-2", state = folder .. "/state.json" })
    local entry = stack:state_entry "web"
    world.stop()
    assert.equal("ok", entry and entry.status)
    assert.is_nil(entry.journal)
    assert.is_false(core.system.exists(folder .. "/state.json.lock"))
  end)
end)
