-- Why a run failed, days later: what the state keeps of it when ECS has forgotten.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local DAYS = 48 * 3600

local function definition(version, revision)
  local environment = { { name = "GREETING", value = "open-sesame-1" },
    { name = "DB_PASSWORD", value = "hunter2hunter2" } }
  local log = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2",
    ["awslogs-stream-prefix"] = "app" } }
  return { family = "api", revision = revision, container_definitions = { { name = "api", memory = 64,
    image = "shop/api:" .. version, environment = environment, log_configuration = log } } }
end

local function world(lines)
  local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" },
    task_definitions = { definition("1", 1), definition("2", 2) } }
  sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 3, log = lines or { "cannot open the ledger" } }
  return sim
end

local function stack_on(sim, state, revision)
  local stack = journey.stack(sim, { state = state or false })
  stack:service("web", { name = "web", cluster = "prod", task_definition = revision, desired_count = 1,
    wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true } })
  return stack
end

local function text_of(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

describe("what is kept of a failed run", function()
  after_each(journey.clean)

  local function failed(lines)
    local sim, path = world(lines), journey.folder() .. "/state.json"
    assert(stack_on(sim, path, "api:1"):apply())
    local _, err = stack_on(sim, path, "api:2"):apply()
    assert.equal("DeploymentRolledBack", err.code, err.message)
    return sim, path
  end

  it("tells image, exit code and last lines two days later", function()
    local sim, path = failed()
    sim:advance(DAYS)
    local stack = stack_on(sim, path, "api:2")
    local found = assert(stack:diagnose("web", { run = -1 }))
    assert.is_false(found.healthy)
    assert.equal("state", found.source)
    assert.equal(2, found.run.number)
    assert.equal("DeploymentRolledBack", found.run.ended)
    assert.truthy(found.causes[1].summary)
    assert.equal(3, found.tasks[1].containers[1].exit_code)
    assert.equal("shop/api:2", found.tasks[1].containers[1].image)
    assert.equal("cannot open the ledger", found.logs[1].text)
    assert.same(found.logs, assert(stack:diagnose("web", { run = 2 })).logs)
    local entry = assert(stack:history("web", { why = true })).entries[1]
    assert.equal(2, entry.run)
    assert.equal("cannot open the ledger", entry.why.logs[1].text)
    assert.is_nil(assert(stack:history "web").entries[1].why)
    local text = require("ecs_service.render.history").render(assert(stack:history("web", { why = true })),
      require("ecs_service.render.style").new { unicode = false })
    for _, word in ipairs { "#2", "exited with 3", "shop/api:2", "cannot open the ledger" } do
      assert.truthy(text:find(word, 1, true), text)
    end
  end)

  it("is kept of a deploy that fails, too", function()
    local sim, path = world(), journey.folder() .. "/state.json"
    assert(stack_on(sim, path, "api:1"):apply())
    sim:tasks { task_definition = "api:3", outcome = "exit", exit_code = 4, log = { "no such flag" } }
    local _, err = stack_on(sim, path, "api:1"):deploy("web", { image = "shop/api:3" })
    assert.equal("DeploymentRolledBack", err.code, err.message)
    sim:advance(DAYS)
    local found = assert(stack_on(sim, path, "api:1"):diagnose("web", { run = -1 }))
    assert.same({ "deploy", 4, "shop/api:3" }, { found.run.did, found.tasks[1].containers[1].exit_code,
      found.tasks[1].containers[1].image })
    assert.equal("no such flag", found.logs[1].text)
  end)

  it("is that of the run itself: one that is cut short leaves what was kept of the run before", function()
    local sim, path = failed()
    local before = core.read_json(text_of(path)).services.web.history
    local count = 0
    local _, err = stack_on(sim, path, "api:2"):apply { interrupted = function()
      count = count + 1
      return count > 6
    end }
    assert.equal("Interrupted", err.code)
    assert.same(before, core.read_json(text_of(path)).services.web.history)
  end)

  it("says which runs there are none of", function()
    local sim, path = failed()
    local stack = stack_on(sim, path, "api:2")
    local _, err = stack:diagnose("web", { run = 7 })
    assert.equal("NotRecorded", err.code)
    _, err = stack:diagnose("web", { run = 0 })
    assert.equal("WrongOption", err.code)
    assert.is_true(assert(stack:diagnose("web", { run = 1 })).healthy)
  end)

  it("has no secret in it, and no letter that steers a terminal", function()
    local _, path = failed { "connecting with hunter2hunter2", "api_key=abcdefgh1 password: xyz98765",
      "postgres://me:pw12345@db/x", "\27[2Jgone" }
    local text = text_of(path)
    assert.truthy(text:find("connecting with", 1, true))
    for _, secret in ipairs { "hunter2hunter2", "xyz98765", "pw12345", "\27" } do
      assert.is_nil(text:find(secret, 1, true), secret)
    end
  end)

  it("keeps twenty runs in bounded room, whatever containers write", function()
    local sim, path = world { ("x"):rep(2 ^ 20), ("y "):rep(2 ^ 19), "the end" }, journey.folder() .. "/state.json"
    assert(stack_on(sim, path, "api:1"):apply())
    for _ = 1, 25 do
      local _, err = stack_on(sim, path, "api:2"):apply()
      assert.equal("DeploymentRolledBack", err.code, err.message)
      sim:advance(60)
    end
    local text = text_of(path)
    assert.truthy(#text < 48 * 1024, #text)
    local state = core.read_json(text)
    local history = state.services.web.history
    assert.equal(20, #history)
    for i, entry in ipairs(history) do
      assert.equal(27 - i, entry.run)
      assert.truthy(entry.why and entry.why.message, i)
    end
    assert.equal("the end", history[1].why.logs[#history[1].why.logs].text)
    assert.is_nil(history[20].why.logs)
  end)
end)
