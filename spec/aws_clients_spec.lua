--- AWS's own clients against the simulator over HTTP. They are Python programs: the environment variable
--- AWS_CLIENTS_PYTHON names an interpreter that has boto3 and awscli (tools/test makes a venv with both).

local python = os.getenv "AWS_CLIENTS_PYTHON"

--- The Lua that runs this, so that its child is of the same version.
local function interpreter()
  local first = 0
  while arg[first - 1] do
    first = first - 1
  end
  return arg[first]
end

-- Ten minutes a second: a deployment is over before a client has started.
local SERVER = [[
  local core = require "ecs_service.core"
  core.system.catch_interrupt()
  require("ecs_service.simulator.serve").serve {
    simulator = require("ecs_service.simulator").new {
      region = "us-east-1",
      start_time = core.system.time(),
      verify_signatures = true,
      max_skew = 1e9, -- simulated time runs away from the clock that the clients sign with
    },
    speed = 600,
    on_ready = function(url)
      print(core.system.pid(), url)
      io.stdout:flush()
    end,
    should_stop = core.system.interrupted,
  }
]]

describe("AWS clients on a served simulator", function()
  if not python or python == "" then
    io.stderr:write("\nSKIPPED: spec/aws_clients_spec.lua needs AWS_CLIENTS_PYTHON, ",
      "the path of a python with boto3 and awscli\n")
    pending "not run: AWS_CLIENTS_PYTHON names no python with boto3 and awscli"
    return
  end

  local server, pid, url

  setup(function()
    server = assert(io.popen(("%s -e '%s'"):format(interpreter(), SERVER)))
    local line = server:read "*l"
    pid, url = tostring(line):match "^(%d+)%s+(http://%S+)$"
    assert(url, "the simulator did not start")
  end)

  teardown(function()
    if pid then
      os.execute("kill " .. pid)
      server:close()
    end
  end)

  --- Runs one of the two clients; its words are the failure.
  local function drive(client)
    local run = assert(io.popen(("'%s' spec/aws_clients.py %s %s 2>&1"):format(python, client, url)))
    local said = run:read "*a"
    run:close()
    assert.equal("ok\n", said)
  end

  it("boto3 creates, describes, updates, waits for and deletes a service", function()
    drive "boto3"
  end)

  it("the AWS CLI creates, describes, updates, waits for and deletes a service", function()
    drive "cli"
  end)
end)
