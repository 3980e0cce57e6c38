-- A new image without a declaration and without a state: what is registered, what is updated, what is refused.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local served = require "support.served"

local sim

local WEB = { family = "web", tags = { { key = "team", value = "core" } }, containerDefinitions = {
  { name = "app", image = "registry:5000/acme/web:1", memory = 64, environment = { { name = "LEVEL", value = "info" } },
    secrets = { { name = "TOKEN", valueFrom = "arn:aws:ssm:us-west-2:123456789012:parameter/t" } } },
  { name = "side", image = "acme/side:1", memory = 64, essential = false } } }

local function begin(definition)
  sim = ecs.simulator { region = "us-west-2", clusters = { "prod" } }
  assert(sim:call("RegisterTaskDefinition", definition or WEB))
  assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 2 }))
  sim:advance(120)
  for i = #sim.requests, 1, -1 do sim.requests[i] = nil end
end

local function deploy(options)
  local all = { region = "us-west-2", transport = sim, service = "prod/web" }
  for name, value in pairs(options) do all[name] = value end
  return ecs.deploy(all)
end

local function count(operation)
  local found = 0
  for _, request in ipairs(sim.requests) do
    if request.operation == operation then found = found + 1 end
  end
  return found
end

local function runs()
  local definition = assert(sim:call("DescribeServices", { cluster = "prod",
    services = { "web" } })).services[1].taskDefinition
  return definition:match "[^/]+$", assert(sim:call("DescribeTaskDefinition", { taskDefinition = definition,
    include = { "TAGS" } }))
end

before_each(function() begin() end)

describe("a deploy without a declaration", function()
  it("registers the revision that runs with the new image in it, and follows the deployment", function()
    local told = {}
    local result = assert(deploy { image = { app = "registry:5000/acme/web:2" },
      on_event = function(event) told[event.type] = event end })
    local name, answer = runs()
    assert.equal("web:2", name)
    local app = answer.taskDefinition.containerDefinitions[1]
    assert.equal("registry:5000/acme/web:2", app.image)
    assert.same({ { name = "LEVEL", value = "info" } }, app.environment)
    assert.equal("arn:aws:ssm:us-west-2:123456789012:parameter/t", app.secrets[1].valueFrom)
    assert.equal("acme/side:1", answer.taskDefinition.containerDefinitions[2].image)
    assert.same({ { key = "team", value = "core" } }, answer.tags)
    assert.equal(2, result.task_definitions.web.revision)
    assert.equal("web:2", result.services.web.task_definition:match "[^/]+$")
    assert.equal("web:2", told.registered.task_definition)
    assert.truthy(told.done.ok)
  end)

  it("shows what is registered and what is updated before it does either", function()
    local plan = assert(deploy { image = { app = "acme/web:2" }, dry_run = true })
    assert.equal(2, #plan.changes)
    assert.equal("task_definition", plan.changes[1].kind)
    assert.equal("register", plan.changes[1].action)
    assert.same({ { path = 'container_definitions["app"].image', before = "registry:5000/acme/web:1",
      after = "acme/web:2" } }, plan.changes[1].diff)
    assert.equal("web:2", plan.changes[1].predicted)
    local entry = plan.changes[2].diff[1]
    assert.same({ "task_definition", true, "web:2" }, { entry.path, entry.known_after_apply, entry.predicted })
    assert.is_nil(plan.changes[2].after.task_definition)
    assert.is_true(plan.changes[2].deployment.starts)
    assert.equal(1, plan.summary.register)
    assert.equal(0, count "RegisterTaskDefinition")
    local shown = plan:render { color = false }
    assert.truthy(shown:find("register web:2", 1, true), shown)
    assert.truthy(shown:find('"web:1" → "web:2"', 1, true), shown)
  end)

  it("does nothing when nothing is approved", function()
    local result, err = deploy { image = { app = "acme/web:2" }, approve = function() return false end }
    assert.is_nil(result)
    assert.equal("NotApproved", err.code)
    assert.equal(0, count "RegisterTaskDefinition")
  end)

  it("registers nothing and updates nothing when the service runs that already", function()
    local result = assert(deploy { image = { app = "registry:5000/acme/web:1" }, env = { app = { LEVEL = "info" } } })
    assert.is_true(result.plan:is_empty())
    assert.equal(0, count "RegisterTaskDefinition")
    assert.equal(0, count "UpdateService")
  end)

  it("takes the newest revision when that is what was asked for: a run that was killed had registered it", function()
    local definition = sim:call("DescribeTaskDefinition", { taskDefinition = "web:1" }).taskDefinition
    definition.containerDefinitions[1].image = "acme/web:2"
    assert(sim:call("RegisterTaskDefinition", { family = "web", tags = WEB.tags,
      containerDefinitions = definition.containerDefinitions }))
    local before = count "RegisterTaskDefinition"
    assert(deploy { image = { app = "acme/web:2" } })
    assert.equal("web:2", (runs()))
    assert.equal(before, count "RegisterTaskDefinition")
  end)

  it("registers once when the answer to the registration is lost", function()
    sim:fault { operation = "RegisterTaskDefinition", reset_after = true }
    assert(deploy { image = { app = "acme/web:2" } })
    assert.equal("web:2", (runs()))
    assert.is_nil(sim:call("DescribeTaskDefinition", { taskDefinition = "web:3" }))
  end)

  it("leaves the service alone when the registration is refused", function()
    sim:fault { operation = "RegisterTaskDefinition", code = "ClientException",
      message = "Invalid setting for container 'app'." }
    local result, err = deploy { image = { app = "acme/web:2" } }
    assert.is_nil(result)
    assert.equal("ClientException", err.code)
    assert.equal('container_definitions["app"]', err.path)
    assert.equal(0, count "UpdateService")
  end)

  it("begins with the family's newest revision when asked to", function()
    assert(sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "app",
      image = "acme/web:9", memory = 128 } } }))
    assert(deploy { image = "acme/web:10", from = "newest" })
    local name, answer = runs()
    assert.equal("web:3", name)
    assert.equal(128, answer.taskDefinition.containerDefinitions[1].memory)
  end)

  it("sets variables, and cpu and memory of the task", function()
    assert(deploy { env = { app = { LEVEL = "debug", TOKEN = "plain" } }, cpu = 512, memory = "1024" })
    local _, answer = runs()
    local app = answer.taskDefinition.containerDefinitions[1]
    assert.same({ { name = "LEVEL", value = "debug" }, { name = "TOKEN", value = "plain" } }, app.environment)
    assert.same({}, app.secrets or {})
    assert.equal("512", answer.taskDefinition.cpu)
  end)
end)

describe("the container of an image", function()
  local function taken(image)
    local plan, err = deploy { image = image, dry_run = true }
    return plan and plan.changes[1].diff[1].path or err.message
  end

  it("is the one whose image is of the same repository", function()
    assert.equal('container_definitions["side"].image', taken "acme/side:2")
    assert.equal('container_definitions["app"].image', taken "registry:5000/acme/web@sha256:0123")
  end)

  it("is not guessed where several fit", function()
    assert.truthy(taken("acme/other:2"):find("may be the image of app or of side", 1, true))
  end)

  it("is the only one that there is", function()
    begin { family = "web", containerDefinitions = { { name = "app", image = "a:1", memory = 64 } } }
    assert.equal('container_definitions["app"].image', taken "b:2")
  end)

  it("is there", function()
    local _, err = deploy { image = { ap = "a:2" }, dry_run = true }
    assert.equal("WrongOption", err.code)
    assert.truthy(tostring(err):find("did you mean app?", 1, true), tostring(err))
  end)
end)

describe("a deploy that says too little", function()
  it("is refused before anything is asked for", function()
    for _, options in ipairs { {}, { from = "elsewhere" }, { service = "web", image = "a" } } do
      local result, err = deploy(options)
      assert.is_nil(result)
      assert.truthy(err.hint)
    end
    assert.equal(0, count "UpdateService")
  end)
end)

describe("the command", function()
  local server, program

  setup(function()
    server = served.start(50, 'region = "us-west-2", clusters = { "prod" }', [[
      sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "app",
        image = "acme/web:1",
        memory = 64 } } })
      sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 1 })
      sim:advance(120)]])
    program = os.tmpname()
    assert(core.system.write_file(program, 'os.exit(require("ecs_service.cli").main(arg))\n'))
  end)
  teardown(function()
    server.stop()
    os.remove(program)
  end)

  local function run(words)
    local pipe = assert(io.popen(("AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_REGION=us-west-2 "
      .. "AWS_ENDPOINT_URL_ECS=%s %s '%s' %s 2>&1; echo \" exit $?\""):format(server.url, served.interpreter(), program,
      words)))
    local text = pipe:read "*a"
    pipe:close()
    return text
  end

  it("deploys with neither script nor state, and takes it back the same way", function()
    local text = run "deploy prod/web --image acme/web:2 --env LEVEL=debug --auto-approve"
    assert.truthy(text:find("register web:2", 1, true), text)
    assert.truthy(text:find("Deployed: web, web.", 1, true) or text:find("Deployed:", 1, true), text)
    assert.truthy(text:find("exit 0", 1, true), text)
    text = run "status prod/web"
    assert.truthy(text:find("web:2 1/1", 1, true), text)
    text = run "rollback prod/web --auto-approve"
    assert.truthy(text:find("exit 0", 1, true), text)
    text = run "status prod/web"
    assert.truthy(text:find("web:1 1/1", 1, true), text)
    for _, words in ipairs { "scale prod/web 2 --auto-approve", "redeploy prod/web --auto-approve", "wait prod/web" } do
      text = run(words)
      assert.truthy(text:find("exit 0", 1, true), text)
    end
  end)

  it("refuses words that it does not understand, and says how they are written", function()
    local text = run "deploy prod/web --image a=b=c --image d --auto-approve"
    assert.truthy(text:find("--image CONTAINER=IMAGE", 1, true), text)
    assert.truthy(text:find("exit 3", 1, true), text)
  end)
end)
