--- AWS's own clients against the simulator over HTTP. They are Python programs: the environment variable
--- AWS_CLIENTS_PYTHON names an interpreter that has boto3 and awscli (tools/test makes a venv with both).

local curl = require "ecs_service.transport.curl"
local ecs_servers = require "support.ecs_servers"
local operations = require "ecs_service.simulator.operations"
local read = require "support.documents".read
local served = require "support.served"

local python = os.getenv "AWS_CLIENTS_PYTHON"

-- Simulated time runs away from the clock that the clients sign with.
local SIMULATOR = [[region = "us-east-1", verify_signatures = true, max_skew = 1e9]]

-- What aws_operations.py needs to find deployments that go on.
local SLOW = [[sim:tasks { task_definition = "ops-slow:1", outcome = "running", start_seconds = 1e9 }]]

describe("AWS clients on a served simulator", function()
  if not python or python == "" then
    io.stderr:write("\nSKIPPED: spec/simulator/aws_clients_spec.lua needs AWS_CLIENTS_PYTHON, ",
      "the path of a python with boto3 and awscli\n")
    pending "not run: AWS_CLIENTS_PYTHON names no python with boto3 and awscli"
    return
  end

  local server

  setup(function()
    -- Ten minutes a second: a deployment is over before a client has started.
    server = served.start(600, SIMULATOR)
  end)

  teardown(function()
    if server then server.stop() end
  end)

  --- Runs one of the two clients through a script; its words are the failure.
  local function drive(client, script, url, environment)
    local run = assert(io.popen(("%s '%s' spec/support/%s.py %s %s 2>&1"):format(environment or "", python,
      script or "aws_clients", client, url or server.url)))
    local said = run:read "*a"
    run:close()
    assert.equal("ok\n", said)
  end

  --- Has a client call the other operations, on a simulator of its own.
  local function operate(client)
    local own = served.start(60, SIMULATOR, SLOW)
    finally(own.stop)
    drive(client, "aws_operations", own.url)
  end

  it("boto3 calls the other operations, and gets answers as the model has them and refusals of their class", function()
    operate "boto3"
  end)

  it("the AWS CLI calls the other operations", function() operate "cli" end)

  it("no operation is left out by the scripts", function()
    local ecs = read "spec/support/aws_operations.py" .. read "spec/support/aws_tasks.py"
    local texts = { ecs = ecs, ["application-autoscaling"] = read "spec/support/aws_scaling.py" }
    for _, name in ipairs(operations.names()) do
      local text = texts[operations.service_of(name)]
      assert.truthy(not text or text:find('"' .. name:match "[^:]+$" .. '"', 1, true), name)
    end
  end)

  it("boto3 creates, describes, updates, waits for and deletes a service", function()
    drive "boto3"
  end)

  it("the AWS CLI creates, describes, updates, waits for and deletes a service", function()
    drive "cli"
  end)

  local function drive_tasks(client)
    -- Half a minute a second: a task is over in no time, and not forgotten before it is looked at.
    local own = served.start(30, SIMULATOR .. [[, clusters = { "prod" }]], [[
      sim:tasks { task_definition = "server", outcome = "running" }
      sim:tasks { task_definition = "migrate", outcome = "exit", exit_code = 1, after = 10,
        log = { "migrating", "no such table" } }
    ]])
    finally(own.stop)
    drive(client, "aws_tasks", own.url)
  end

  it("boto3 registers task definitions, runs tasks, and reads their logs, all as its models have them", function()
    drive_tasks "boto3"
  end)

  it("the AWS CLI registers task definitions, runs tasks, and reads their logs", function()
    drive_tasks "cli"
  end)

  it("boto3 sees by whom a declared task was started, and starts no other by its token", function()
    local own = served.start(30, SIMULATOR .. [[, clusters = { "prod" }]])
    finally(own.stop)
    local inner, sent = curl.new {}, nil
    local transport = { submit = function(_, request)
      if request.headers["X-Amz-Target"]:find "RunTask$" then sent = request.body end
      return inner:submit(request)
    end, wait = function(_, ...) return inner:wait(...) end, cancel = function(_, id) return inner:cancel(id) end }
    local stack = assert(require("ecs_service").stack { region = "us-east-1", endpoint = own.url, state = false,
      transport = transport, credentials = ecs_servers.credentials })
    stack:task("migrate", { cluster = "prod", command = { "bin/migrate" }, task_definition = stack:task_definition(
      "migrate", { container_definitions = { { name = "app", image = "acme/api:1", memory = 64 } } }) })
    assert(stack:apply())
    drive("boto3", "aws_declared", own.url, "RUN_TASK='" .. sent .. "'")
  end)

  local function drive_schedules(client)
    -- Ten minutes a second: an hour passes in six.
    local own = served.start(600, SIMULATOR .. [[, clusters = { "prod" }]])
    finally(own.stop)
    drive(client, "aws_schedules", own.url)
  end

  it("boto3 makes schedules and rules that start tasks, and reads them as its models have them", function()
    drive_schedules "boto3"
  end)

  it("the AWS CLI makes schedules and rules", function() drive_schedules "cli" end)

  local function scale(client)
    local own = served.start(60, SIMULATOR .. [[, clusters = { "prod" }]])
    finally(own.stop)
    drive(client, "aws_scaling", own.url)
  end

  it("boto3 scales a service by Application Auto Scaling, and gets what the model has", function()
    scale "boto3"
  end)

  it("the AWS CLI scales a service by Application Auto Scaling", function() scale "cli" end)
end)
