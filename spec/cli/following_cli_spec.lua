-- How long and how far a command follows a deployment: --stable-for, --follow, --fail-fast; and `simulate`.
local cjson = require "cjson.safe"
local command = require "support.command"
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local served = require "support.served"

local has, run = command.has, command.run
local sim

before_each(function()
  sim = command.begin()
  command.declare { revision = 1, count = 2 }
  assert.equal(0, (run({}, "apply", command.script, "--auto-approve")))
  sim:advance(60)
  command.declare { revision = 2, count = 2 }
end)
after_each(command.clean)

-- The exit code, standard error, and how long it took in the simulated time.
local function timed(...)
  local from = sim:now()
  local code, out, err = run({}, ...)
  return code, err, sim:now() - from, out
end

local function apply(...) return timed("apply", command.script, "--auto-approve", ...) end

local function running()
  return sim:call("DescribeServices", { cluster = "prod", services = { "web" } }).services[1].taskDefinition:match
    "[^/]+$"
end

-- Somebody's deployment, so many seconds from now.
local function elsewhere(seconds)
  sim.world:at(sim:now() + seconds, function()
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" }))
  end)
end

describe("--stable-for", function()
  it("lets apply wait until the service has stayed steady so long", function()
    local code, _, took = apply()
    assert.equal(0, code)
    command.declare { revision = 3, count = 2 }
    local longer, _, with = apply("--stable-for", "2m")
    assert.equal(0, longer)
    assert.truthy(with >= took + 115 and with <= took + 150, ("%.1f s, and %.1f s"):format(took, with))
  end)

  it("does the same for wait, and a newer deployment in between is an error", function()
    local code, _, took = timed("wait", "web", "--file", command.script, "--stable-for", "90s")
    assert.equal(0, code)
    assert.truthy(took >= 90 and took < 120, took)
    elsewhere(30)
    local refused, err, ended = timed("wait", "web", "--file", command.script, "--stable-for", "90s")
    assert.equal(6, refused)
    has(err, "superseded by a newer one")
    assert.truthy(ended < 60, ended)
  end)

  it("takes a duration only", function()
    local code, err = apply("--stable-for", "long")
    assert.equal(3, code)
    has(err, "long")
    assert.equal("web:1", running())
  end)
end)

describe("--follow", function()
  it("goes on with the newer deployment of someone else, which is an error without it", function()
    elsewhere(20)
    local code, err = apply()
    assert.equal(6, code)
    has(err, "superseded by a newer one")
    sim:advance(300)
    elsewhere(20)
    code, err = apply("--follow")
    assert.equal(0, code, err)
    assert.equal("web:3", running())
  end)
end)

describe("--fail-fast", function()
  it("ends as soon as tasks have failed alike twice, with the cause", function()
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    local code, err, took = apply("--fail-fast")
    assert.equal(5, code)
    has(err, "failed the same way twice")
    has(err, "image cannot be pulled")
    assert.truthy(took < 60, took)
  end)
end)

describe("ecs-service simulate", function()
  -- Serves in this process until `step` answers true; it is called again and again and may send requests.
  local function simulate(step, ...)
    local system = core.system
    local interrupted, catch = system.interrupted, system.catch_interrupt
    local transport, port = curl.new { no_proxy = "*" }, served.free_port()
    local client = { sent = 0, answers = {} }
    function client.send(operation, body)
      client.sent = client.sent + 1
      assert(transport:submit { id = client.sent, method = "POST", url = "http://127.0.0.1:" .. port, timeout = 30,
        headers = { ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113." .. operation,
          ["Content-Type"] = "application/x-amz-json-1.1" }, body = core.json(body) })
    end
    system.catch_interrupt = function() end
    system.interrupted = function()
      local done = transport:wait(0.005)
      if done then client.answers[done.id] = cjson.decode(done.body) end
      return (client.sent == 0 or client.answers[client.sent] ~= nil) and step(client)
    end
    finally(function()
      system.interrupted, system.catch_interrupt = interrupted, catch
      transport:close()
    end)
    return run({}, "simulate", "--port", tostring(port), "--cluster", "prod", "--task-definition", "web:2", ...)
  end

  it("lets the tasks of a task definition fail as --tasks says, and --log has a line for each request", function()
    local question = { cluster = "prod", services = { "web" } }
    local failed
    local code, out, err = simulate(function(client)
      local last = client.answers[client.sent]
      if client.sent == 0 then
        client.send("DescribeServices", { cluster = "nowhere", services = { "web" } })
      elseif client.sent == 1 then
        client.send("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:2",
          desiredCount = 1 })
      else
        failed = last.services and last.services[1].deployments[1].failedTasks or 0
        if failed > 0 or client.sent > 12 then return true end
        client.send("DescribeServices", question)
      end
      return false
    end, "--tasks", "web:2=pull_error", "--log", "--speed", "600")
    assert.equal(0, code)
    assert.truthy(failed > 0)
    has(out, "http://127.0.0.1:")
    assert.truthy(err:find "\n%d+%.%d%d%d DescribeServices 400 ClusterNotFoundException\n", err)
    assert.truthy(err:find "\n%d+%.%d%d%d CreateService 200\n", err)
    assert.truthy(err:find "\n%d+%.%d%d%d DescribeServices 200\n", err)
  end)

  it("gives its clusters the container instances of --instances, and its answers the time of --latency", function()
    local instances
    local code, _, err = simulate(function(client)
      local last = client.answers[client.sent]
      if client.sent == 0 then
        client.send("DescribeClusters", { clusters = { "prod" } })
        return false
      end
      instances = last.clusters[1].registeredContainerInstancesCount
      return true
    end, "--instances", "2", "--latency", "0.01")
    assert.equal(0, code)
    assert.equal(2, instances)
    has(err, "AWS_REGION=us-west-2 AWS_DEFAULT_REGION=us-west-2")
  end)

  it("says what is wrong with --instances and --latency before it serves anything", function()
    for _, wrong in ipairs { "--instances=-1", "--instances=many", "--latency=-1", "--latency=soon" } do
      assert.equal(3, (run({}, "simulate", "--port", "0", wrong)))
    end
  end)

  it("lets the functions of lifecycle hooks answer as --hook says", function()
    local newest
    local code = simulate(function(client)
      local last = client.answers[client.sent]
      if client.sent == 0 then
        client.send("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:2",
          desiredCount = 0, deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 0,
            lifecycleHooks = { { hookTargetArn = "arn:aws:lambda:us-west-2:123456789012:function:smoke",
              roleArn = "arn:aws:iam::123456789012:role/hooks", lifecycleStages = { "POST_SCALE_UP" } } } } })
      elseif last.service then
        client.send("ListServiceDeployments", { cluster = "prod", service = "web" })
      else
        newest = (last.serviceDeployments or {})[1] or {}
        if newest.finishedAt or client.sent > 2000 then return true end
        client.send("ListServiceDeployments", { cluster = "prod", service = "web" })
      end
      return false
    end, "--hook", "any=succeeded", "--hook", "POST_SCALE_UP=failed:20", "--speed", "600")
    assert.equal(0, code)
    assert.equal("ROLLBACK_FAILED", newest.status)
    assert.is_true(newest.finishedAt - newest.createdAt > 20)
  end)

  it("says what is wrong with --hook before it serves anything", function()
    for wrong, words in pairs { ["failed"] = "'failed' is no STAGE=OUTCOME", ["any=boom"] = "has no outcome boom",
      ["NOWHERE=failed"] = "has no stage NOWHERE", ["any=failed:soon"] = "--hook: " } do
      local code, out, err = run({}, "simulate", "--port", "0", "--hook", wrong)
      assert.equal(3, code, wrong)
      assert.equal("", out)
      has(err, words)
    end
  end)

  it("says what is wrong with --tasks before it serves anything", function()
    for wrong, words in pairs { ["web"] = "'web' is no TASK_DEFINITION=OUTCOME", ["web:2=boom"] = "--tasks: " } do
      local code, out, err = run({}, "simulate", "--port", "0", "--tasks", wrong)
      assert.equal(3, code)
      assert.equal("", out)
      has(err, words)
    end
  end)
end)
