--- AWS's own clients against the simulator over HTTP. They are Python programs: the environment variable
--- AWS_CLIENTS_PYTHON names an interpreter that has boto3 and awscli (tools/test makes a venv with both).

local served = require "support.served"

local python = os.getenv "AWS_CLIENTS_PYTHON"

-- Simulated time runs away from the clock that the clients sign with.
local SIMULATOR = [[region = "us-east-1", verify_signatures = true, max_skew = 1e9]]

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

  --- Runs one of the two clients; its words are the failure.
  local function drive(client)
    local run = assert(io.popen(("'%s' spec/support/aws_clients.py %s %s 2>&1"):format(python, client, server.url)))
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
