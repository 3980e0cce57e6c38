-- What containers wrote, where errors and results have it: without the secrets that the run knows.
local ecs = require "ecs_service"
local journey = require "support.journey"

local LINES = { "opening with hunter2hunter2", "greeting open-sesame-1", "pass of the run: s3cret-of-run",
  "plain words" }
local MASKED = { "opening with (sensitive)", "greeting (sensitive)", "pass of the run: s3cret-of-run", "plain words" }

local function container(image)
  return { name = "api", image = image, memory = 64, environment = { DB_PASSWORD = "hunter2hunter2",
    GREETING = "open-sesame-1", LEVEL = "plain" }, log_configuration = { log_driver = "awslogs", options = {
      ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "app" } } }
end

local function world()
  local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" } }
  sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 3, log = LINES }
  return sim
end

-- A variable whose name says that it is secret, and one that is named as sensitive.
local function declared(stack, image)
  return stack:task_definition("api", { container_definitions = { container(image) }, sensitive = { "GREETING" } })
end

local function service_on(sim, path, image)
  local stack = journey.stack(sim, { state = path })
  stack:service("web", { name = "web", cluster = "prod", task_definition = declared(stack, image), desired_count = 1,
    wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true } })
  return stack
end

local function texts(lines)
  local list = {}
  for i, line in ipairs(lines) do list[i] = line.text end
  return list
end

describe("the last lines of what failed", function()
  after_each(journey.clean)

  it("have no known secret in the error of an apply, of a wait, and in a diagnosis", function()
    local sim, path = world(), journey.folder() .. "/state.json"
    assert(service_on(sim, path, "shop/api:1"):apply())
    local stack = service_on(sim, path, "shop/api:2")
    local _, err = stack:apply()
    assert.equal("DeploymentRolledBack", err.code, err.message)
    assert.same(MASKED, texts(err.logs))
    assert.same(MASKED, texts(err:to_table().logs))
    assert.same(MASKED, texts(assert(stack:diagnose "web").logs))
    -- What only the state still names as sensitive is hidden as well.
    assert.same(MASKED, texts(assert(journey.stack(sim, { state = path }):diagnose "web").logs))
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "api:2" }))
    _, err = stack:wait { timeout = "20m" }
    assert.truthy(err)
    assert.same(MASKED, texts(err.logs))
  end)

  it("are none where logs = false", function()
    local sim, path = world(), journey.folder() .. "/state.json"
    assert(service_on(sim, path, "shop/api:1"):apply())
    local _, err = service_on(sim, path, "shop/api:2"):apply { logs = false }
    assert.equal("DeploymentRolledBack", err.code, err.message)
    assert.is_nil(err.logs)
  end)

  it("have none in the error of a declared task, nor what its overrides name", function()
    local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" } }
    sim:tasks { task_definition = "api", outcome = "exit", exit_code = 3, log = LINES }
    local stack = journey.stack(sim)
    local command = { cluster = "prod", task_definition = declared(stack, "shop/api:1"), overrides = {
      container_overrides = { { name = "api", environment = { RUN_PASSWORD = "s3cret-of-run" } } } } }
    stack:task("migrate", command)
    local _, err = stack:apply()
    assert.equal("TaskFailed", err.code, err.message)
    local masked = texts(err.logs)
    assert.equal("pass of the run: (sensitive)", masked[3])
    assert.same({ MASKED[1], MASKED[2], MASKED[4] }, { masked[1], masked[2], masked[4] })
  end)

  it("have none in what a task that is run by hand is heard to write, and in what it ends with", function()
    local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" } }
    sim:tasks { task_definition = "api", log = LINES }
    local stack = journey.stack(sim)
    stack:task("migrate", { cluster = "prod", task_definition = declared(stack, "shop/api:1"), run = "manual" })
    -- A secret of another definition is one as well, wherever it is written.
    stack:task_definition("other", { sensitive = { "WORD" }, container_definitions = { { name = "other",
      image = "other", memory = 64, environment = { WORD = "plain words" } } } })
    assert(stack:apply())
    local heard = {}
    local result = assert(stack:run("task.migrate", { env = { RUN_PASSWORD = "s3cret-of-run" }, on_log = function(line)
      heard[#heard + 1] = line.text
    end }))
    for _, list in ipairs { heard, texts(result.logs) } do
      assert.same({ MASKED[1], MASKED[2], "pass of the run: (sensitive)", "(sensitive)" }, list)
    end
  end)
end)
