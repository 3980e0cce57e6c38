-- The right word for what people bring along from the API, the AWS CLI, Terraform, ecspresso: of options, commands and
-- calls, in Lua and on the command line.
local cli = require "ecs_service.cli"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local known_names = require "ecs_service.util.known_names"

local has, lacks, run = command.has, command.lacks, command.run
local sim

before_each(function()
  sim = command.begin()
  command.declare { revision = 1, count = 1 }
end)
after_each(command.clean)

local function words(line)
  local list = {}
  for word in line:gmatch "%S+" do list[#list + 1] = word end
  return (table.unpack or rawget(_G, "unpack"))(list)
end

-- What the command line says to a line that is wrong.
local function said(line, code)
  local got, out, err = run({}, words(line))
  assert.equal(code or 3, got, line .. "\n" .. out .. err)
  assert.equal("", out)
  return err
end

describe("an option of a call", function()
  local function hint_of(call, ...)
    local ok, first, second = pcall(call, ...)
    return tostring(ok and second or first)
  end

  it("of ecs.stack is found by the names that others have for it", function()
    for given, meant in pairs { aws_region = "did you mean region?", state_file = "did you mean state?",
                                statePath = "did you mean state?", tags = "did you mean default_tags?",
                                defaultTags = "did you mean default_tags?", account_id = "allowed_account_ids = ",
                                parallelism = "did you mean concurrency?", role_arn = "did you mean assume_role?",
                                endpoint_url = "did you mean endpoint?", cluster = "each service names its cluster",
                                secret_key = "credentials = {", lock_timeout = "belongs to the call",
                                reigon = "did you mean region?" } do
      has(hint_of(ecs.stack, { [given] = "x" }), meant)
    end
  end)

  it("of a state in S3 is found by the names that others have for it", function()
    for given, meant in pairs { bucket = 'url = "s3://BUCKET/KEY"', force_path_style = "did you mean path_style?",
                                encrypt = "did you mean sse?", dynamodb_table = "the lock is an object" } do
      has(hint_of(ecs.stack, { region = "us-west-2", state = { url = "s3://b/k", [given] = "x" } }), meant)
    end
    has(hint_of(ecs.stack, { state = { bucket = "b", key = "k" } }), 'state = "s3://BUCKET/KEY"')
  end)

  it("of a verb is found by the names that others have for it", function()
    local stack = assert(ecs.stack { region = "us-west-2", transport = sim, state = false })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1" })
    for given, meant in pairs { targets = "did you mean target?", services = "did you mean target?",
                                lockTimeout = "did you mean lock_timeout?", auto_approve = "a call asks nobody",
                                dry_run = "stack:plan shows", parallelism = "did you mean concurrency?",
                                force = "stack:redeploy", follow = 'superseded = "follow"' } do
      has(hint_of(stack.apply, stack, { [given] = true }), meant)
    end
    for given, meant in pairs { timeout_seconds = "did you mean timeout?", until_ = "did you mean until?",
                                target = "did you mean services?", failFast = "did you mean fail_fast?" } do
      has(hint_of(stack.wait, stack, { [given] = true }), meant)
    end
    has(hint_of(stack.scale, stack, "web", 2, { no_wait = true }), "wait = false")
    has(hint_of(stack.rollback, stack, "web", { revision = "web:1" }), "did you mean to?")
    has(hint_of(stack.addresses, stack, { targets = "web" }), "it takes none")
  end)

  it("that the table leads to is there in a call that has it", function()
    local every = ecs.stack { state = false, region = "us-west-2" }
    has(tostring(select(2, pcall(every.plan, every, { timeout = 5 }))), 'timeouts = { update = "30m" }')
  end)
end)

describe("a method that there is not", function()
  it("is led to the one that is meant", function()
    for given, meant in pairs { ["stack:servic('web', {})"] = "did you mean service?",
                                ["stack:up()"] = "write stack:apply()",
                                ["stack:destroy_all()"] = "write stack:destroy()",
                                ["ecs.stak {}"] = "did you mean stack?" } do
      local script = ("local ecs = require 'ecs_service'\n"
        .. "local stack = ecs.stack { state = false, region = 'us-west-2' }\n%s\nreturn stack\n"):format(given)
      local path = command.folder .. "/other.lua"
      assert(core.system.write_file(path, script))
      has(said("validate " .. path), meant)
    end
  end)
end)

describe("a command that there is not", function()
  it("is led to the one that is meant, or to what does it elsewhere", function()
    for given, meant in pairs { sync = "did you mean ecs-service apply?", up = "ecs-service apply",
                                down = "ecs-service destroy", output = "ecs-service show", diff = "ecs-service plan",
                                refresh = "ecs-service plan --refresh-only or ecs-service redeploy",
                                register = "aws ecs register-task-definition", ["run-task"] = "ecs-service run",
                                tail = "ecs-service logs", ["execute-command"] = "ecs-service exec",
                                tunnel = "ecs-service port-forward",
                                validte_all = "all commands",
                                valite = "did you mean ecs-service validate?", aply = "Did you mean 'apply'?" } do
      local err = said(given)
      has(err, ("error: unknown command '%s'"):format(given))
      has(err, meant)
    end
    has(said "help sync", "did you mean ecs-service apply?")
    has(said "state delete web", "did you mean ecs-service state rm?")
    lacks(said "state delete web", "destroy")
  end)

  it("is never led to a command that there is not either", function()
    local parser, known = cli.parser(), { help = true }
    for _, one in ipairs(parser._commands) do
      known[one._name] = true
      for _, own in ipairs(one._commands) do known[one._name .. " " .. own._name] = true end
    end
    local source = assert(core.system.read_file(package.searchpath
      and package.searchpath("ecs_service.util.known_names",
      package.path) or "lua/ecs_service/util/known_names.lua"))
    local checked = 0
    for name in source:gmatch "[%[\"]*([%l-]+)[%]\"]* = [{\"]" do
      local meant = known_names.of_command(name)
      for one in (meant and meant:find "^did you mean" and meant or ""):gmatch "ecs%-service ([%l -]*%l)" do
        assert(known[one] or known[one:match "^[%l-]+"], ("%s leads to %s"):format(name, one))
        checked = checked + 1
      end
    end
    assert.is_true(checked > 20)
  end)
end)

describe("an option that a command has not", function()
  it("is led to the one that is meant", function()
    for line, meant in pairs { ["apply --yes"] = "did you mean --auto-approve?",
                               ["apply -y"] = "did you mean --auto-approve?",
                               ["rollback web --force"] = "did you mean --auto-approve?",
                               ["plan --yes"] = "it asks nothing", ["plan --auto-approve"] = "it asks nothing",
                               ["plan --vars x=1"] = "did you mean --var?",
                               ["plan --env x=1"] = "did you mean --var?", ["plan -var x=1"] = "did you mean --var?",
                               ["plan -var-file=x"] = "did you mean --var-file?",
                               ["apply --envfile x"] = "did you mean --var-file?",
                               ["simulate --var x=1"] = "this command runs none",
                               ["plan --region us-west-2"] = "AWS_REGION",
                               ["plan -target=web"] = "did you mean --target?",
                               ["apply --dry-run"] = "ecs-service plan",
                               ["wait -f services.lua"] = "did you mean --file?" } do
      local err = said(line)
      has(err, meant)
      lacks(err, "one of these")
    end
  end)

  it("and is a number is told to be one", function()
    for _, line in ipairs { "scale web -1", "wait --timeout -1", "plan --lock-timeout -5s" } do
      local err = said(line)
      has(err, "no number and no duration is below 0")
      lacks(err, "Did you mean")
    end
  end)

  it("leaves what may be said before the command", function()
    assert.equal(0, (run({}, "--no-color", "plan", command.script)))
  end)
end)

describe("an argument", function()
  it("that is missing is called as the usage calls it", function()
    for line, name in pairs { rollback = "ADDRESS|CLUSTER/SERVICE", scale = "ADDRESS|CLUSTER/SERVICE",
                              redeploy = "ADDRESS|CLUSTER/SERVICE", deploy = "CLUSTER/SERVICE|ADDRESS",
                                completion = "SHELL", ["state rm"] = "ADDRESS" } do
      has(said(line), ("argument '%s'"):format(name))
    end
  end)

  it("that is a script in the place of an address is told to be one", function()
    for _, line in ipairs { "wait", "status", "rollback", "redeploy web", "stop", "diagnose", "history", "state rm" } do
      local err = said(line .. " services.lua")
      has(err, "services.lua is a script")
      has(err, ("ecs-service %s --file services.lua"):format(line))
    end
    assert.equal(0, (run({}, "apply", command.script, "--auto-approve")))
    assert.equal(0, (run({}, "wait", "--file", command.script)))
    assert.equal(0, (run({}, "plan", command.script)))
  end)
end)

describe("a command that cannot ask", function()
  it("repeats its words in what to do next", function()
    run({}, "apply", command.script, "--auto-approve")
    local err = said("rollback web --to web:1 --file " .. command.script, 1)
    has(err, ("ecs-service rollback web --to web:1 --file %s --dry-run"):format(command.script))
    has(err, ("ecs-service rollback web --to web:1 --file %s --auto-approve"):format(command.script))
    err = said("destroy --target web " .. command.script, 1)
    has(err, ("ecs-service plan %s --destroy --target web"):format(command.script))
    has(err, ("ecs-service destroy --target web %s --auto-approve"):format(command.script))
    has(said("state rm web --file " .. command.script, 1),
      ("ecs-service state rm web --file %s --auto-approve"):format(command.script))
  end)

  it("tells first of an address, a script or a plan that is not there", function()
    run({}, "apply", command.script, "--auto-approve")
    for _, line in ipairs { "rollback nosuch", "scale nosuch 3", "redeploy web nosuch", "stop nosuch" } do
      local err = said(line .. " --file " .. command.script)
      has(err, "no service of this stack is called nosuch")
      lacks(err, "terminal")
    end
    has(said("state rm nosuch --file " .. command.script, 1), "nothing is recorded for")
    has(said("apply nosuch.plan", 3), "there is no file nosuch.plan")
  end)
end)

describe("destroy", function()
  it("says what it means that nothing is recorded", function()
    local _, out = run({}, "destroy", command.script, "--auto-approve")
    has(out, "Nothing is recorded in ")
    has(out, "1 service is declared")
    lacks(out, "No services are declared")
    run({}, "apply", command.script, "--auto-approve")
    _, out = run({}, "destroy", command.script, "--auto-approve")
    has(out, "Destroyed: 1 service.")
    lacks(out, "Nothing is recorded")
    _, out = run({}, "plan", command.script, "--destroy")
    has(out, "state.json, so there is nothing to destroy")
  end)
end)
