-- What a deploy may be asked for, by the module and by the command: what is no wish is told before anything is sent.
local ecs = require "ecs_service"
local served = require "support.served"

local DEFINITION = { family = "web", containerDefinitions = {
  { name = "app", image = "acme/web:1", memory = 64, environment = { { name = "DB_PASSWORD", value = "old-secret" } } },
  { name = "spring", image = "acme/side:1", memory = 64, essential = false } } }

local sim

local function begin(definition)
  sim = ecs.simulator { region = "us-west-2", clusters = { "prod", "test" } }
  assert(sim:call("RegisterTaskDefinition", definition or DEFINITION))
  for _, cluster in ipairs { "prod", "test" } do
    assert(sim:call("CreateService", { cluster = cluster, serviceName = "web", taskDefinition = "web",
      desiredCount = 1 }))
  end
  sim:advance(120)
  for i = #sim.requests, 1, -1 do sim.requests[i] = nil end
end

local function deploy(options)
  local all = { region = "us-west-2", transport = sim, service = "prod/web" }
  for name, value in pairs(options) do all[name] = value end
  return ecs.deploy(all)
end

local function variables(options)
  options.dry_run = true
  local plan, err = deploy(options)
  local found = {}
  for _, container in ipairs(plan and plan.changes[1].after.container_definitions or {}) do
    found[container.name] = container.environment
  end
  return found, err
end

before_each(function() begin() end)

local NAN = 0 / 0
local WRONG = {
  { "an empty image", { image = "" }, "image" },
  { "an image with blanks", { image = "acme/web:2 latest" }, "image" },
  { "an image with control characters", { image = { app = "acme/web:2\n\27[31m" } }, "image.app" },
  { "an image that is no text", { image = { app = 5 } }, "image.app" },
  { "a list of images", { image = { app = "a:1", "b:2" } }, "image" },
  { "a table without images", { image = {} }, "image" },
  { "a table without variables", { env = {} }, "image" },
  { "a variable without a name", { env = { [""] = "x" } }, "env." },
  { "a variable with = in its name", { env = { ["A=B"] = "x" } }, "env.A=B" },
  { "a variable that is true", { env = { app = { A = true } } }, "env.app" },
  { "a variable that is no number", { env = { A = NAN } }, "env.A" },
  { "a variable with a zero byte", { env = { A = "x\0y" } }, "env.A" },
  { "a variable that is no UTF-8", { env = { A = "\255" } }, "env.A" },
  { "an element that is no NAME=VALUE", { env = { app = "a", "x" } }, "env" },
  { "a cpu in words", { cpu = "much" }, "cpu" },
  { "half a unit of cpu", { cpu = 0.5 }, "cpu" },
  { "less than no memory", { memory = -1 }, "memory" },
  { "a revision from elsewhere", { image = "a:2", from = "elsewhere" }, "from" },
  { "a state", { image = "a:2", state = "services.state.json" }, "state" },
  { "a misspelt option", { imge = "a:2" }, "imge" },
}

describe("a deploy with", function()
  for _, case in ipairs(WRONG) do
    it(case[1] .. " is refused before anything is sent", function()
      local result, err = deploy(case[2])
      assert.is_nil(result)
      assert.truthy(err.code == "WrongOption" or err.code == "UnknownOption", err.code)
      assert.equal(case[3], err.path)
      assert.equal(0, #sim.requests)
    end)
  end

  it("whole numbers writes them without a point", function()
    assert(deploy { env = { app = { PORT = 8080.0 } }, cpu = 512.0, memory = "1 GB" })
    local answer = sim:call("DescribeTaskDefinition", { taskDefinition = "web:2" }).taskDefinition
    assert.equal("8080", answer.containerDefinitions[1].environment[2].value)
    assert.equal("512", answer.cpu)
  end)

  it("quotes, line ends and = in a variable leaves them as they are", function()
    local TEXT = 'a=b\n"q" \\ ü'
    assert.equal(TEXT, variables { env = { app = { A = TEXT } } }.app.A)
    assert.equal(TEXT, variables { env = { "app.A=" .. TEXT } }.app.A)
  end)
end)

describe("a variable as NAME=VALUE", function()
  it("belongs to the container whose name stands before the first point, as one of two things so called", function()
    local found = variables { image = { app = "acme/web:2" }, env = { "spring=x", "spring.LEVEL=2", "app.A.B=3" } }
    assert.equal("x", found.app.spring)
    assert.equal("2", found.spring.LEVEL)
    assert.equal("3", found.app["A.B"])
  end)

  it("may have points in its name", function()
    begin { family = "web", containerDefinitions = { { name = "app", image = "a:1", memory = 64 } } }
    assert.equal("prod", variables { env = { "spring.profiles.active=prod" } }.app["spring.profiles.active"])
  end)

  it("is not taken for one with points when the container is only misspelt", function()
    local _, err = variables { env = { "sprng.LEVEL=2" } }
    assert.equal("did you mean spring?", err.hint)
  end)

  it("that may be of several containers is refused by its name", function()
    local _, err = variables { env = { "LEVEL=2" } }
    assert.truthy(err.message:find("LEVEL", 1, true), err.message)
  end)
end)

describe("a variable that is secret by its name", function()
  it("is shown by no plan and no document", function()
    local plan = assert(deploy { env = { app = { DB_PASSWORD = "new-secret" } }, dry_run = true })
    for _, text in ipairs { plan:render { color = false },
      require("ecs_service.render.json_documents").plan(plan) } do
      assert.falsy(text:find("-secret", 1, true), text)
      assert.truthy(text:find("DB_PASSWORD", 1, true), text)
    end
    assert.is_nil(plan.changes[1].diff[1].after)
  end)
end)

describe("the command", function()
  local server

  setup(function()
    server = served.start(50, 'region = "us-west-2", clusters = { "prod", "test" }', [[
      sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "app",
        image = "acme/web:1", memory = 64 } } })
      sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 1 })
      sim:call("CreateService", { cluster = "test", serviceName = "web", taskDefinition = "web", desiredCount = 1 })
      sim:call("CreateService", { cluster = "prod", serviceName = "blue", taskDefinition = "web", desiredCount = 1,
        deploymentController = { type = "CODE_DEPLOY" } })
      sim:advance(120)]])
  end)
  teardown(function() server.stop() end)

  local function run(words)
    local list = {}
    for word in words:gmatch "%S+" do list[#list + 1] = ("%q"):format(word) end
    local pipe = assert(io.popen(("AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_REGION=us-west-2 "
      .. "AWS_ENDPOINT_URL_ECS=%s %s -e 'os.exit(require(\"ecs_service.cli\").main { %s })' 2>&1 </dev/null; "
      .. "echo \" exit $?\""):format(server.url, served.interpreter(), table.concat(list, ", "))))
    local text = pipe:read "*a"
    pipe:close()
    return text
  end

  it("takes services of one name in two clusters, and calls them as they were named", function()
    local text = run "status prod/web test/web"
    assert.truthy(text:find("test/web", 1, true), text)
    assert.truthy(text:find("exit 0", 1, true), text)
    text = run "redeploy prod/web test/web --auto-approve"
    assert.truthy(text:find("Redeployed: prod/web, test/web.", 1, true), text)
    text = run "wait prod/web test/web"
    assert.truthy(text:find("Steady: prod/web, test/web.", 1, true), text)
  end)

  it("tells how to go on in words that can be pasted, without secrets", function()
    local text = run "deploy prod/web --env DB_PASSWORD=hunter2secret --env=MY_TOKEN=hunter3secret --env LEVEL=info"
    assert.truthy(text:find("--env DB_PASSWORD=... --env=MY_TOKEN=... --env LEVEL=info", 1, true), text)
    assert.falsy(text:find("hunter", 1, true), text)
  end)

  it("answers the revision that it registered, without secrets", function()
    local text = run "deploy prod/web --image acme/web:2 --env DB_PASSWORD=hunter2secret --auto-approve --json"
    assert.falsy(text:find("hunter", 1, true), text)
    assert.truthy(text:find('"task_definitions":{"web":', 1, true), text)
    assert.truthy(text:find("exit 0", 1, true), text)
  end)

  it("does not choose between two images for one container", function()
    local text = run "deploy prod/web --image app=a:1 --image app=b:2 --dry-run"
    assert.truthy(text:find("exit 3", 1, true), text)
    assert.truthy(text:find("two for app", 1, true), text)
  end)

  it("says that nothing is to be deployed before it asks for anything", function()
    local text = run "deploy nowhere/web --auto-approve"
    assert.truthy(text:find("nothing is to be deployed", 1, true), text)
    assert.truthy(text:find("exit 3", 1, true), text)
  end)

  it("does not speak of a script where none was run", function()
    local text = run "deploy prod/blue --image acme/web:2 --dry-run"
    assert.falsy(text:find("services.lua", 1, true), text)
    assert.truthy(text:find("prod/blue", 1, true), text)
  end)
end)
