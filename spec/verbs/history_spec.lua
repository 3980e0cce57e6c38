-- history: what ECS and the state know of a service's deployments, told as one list.
local journey = require "support.journey"
local kept = require "ecs_service.state.past_operations"
local json = require "ecs_service.util.json"

local sim, backend

local BREAKER = { enable = true, rollback = true }

local function stack(definition, changes)
  local one = journey.stack(sim)
  one.backend = backend
  local config = journey.web(changes)
  config.task_definition, config.wait_for_steady_state = definition, true
  config.deployment_circuit_breaker = BREAKER
  one:service("web", config)
  return one
end

local function begin(options)
  sim = journey.simulator(options)
  backend = require("ecs_service.state.memory").new()
end

local function deploy(definition)
  local result, err = stack(definition):apply()
  sim:advance(120)
  return result, err
end

describe("history", function()
  it("tells of each deployment when it was, of what, how it ended and why, and who did it", function()
    begin()
    deploy "web:1"
    sim:tasks { service = "web", task_definition = "web:2", outcome = "exit" }
    assert.is_nil((deploy "web:2"))
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" }) -- someone else
    sim:advance(200)
    assert(stack "web:3":scale("web", 4))
    local found = assert(stack "web:3":history "web")
    local list = found.entries
    assert.equal(4, #list)
    assert.same({ "scale", nil, "update", "create" }, { list[1].did, list[2].did, list[3].did, list[4].did })
    assert.equal(4, list[1].count)
    assert.equal("done", list[1].ended)
    assert.equal("web:3", list[2].revision)
    assert.equal("completed", list[2].ended)
    assert.is_nil(list[2].by)
    assert.equal("web:2", list[3].revision)
    assert.equal("web:1", list[3].former)
    assert.equal("rolled back", list[3].ended)
    assert.equal("web:1", list[3].went_back_to)
    assert.truthy(list[3].reason:find("circuit breaker", 1, true))
    assert.equal("DeploymentRolledBack", list[3].run_ended)
    assert.equal(kept.author(), list[3].by)
    assert.equal("completed", list[4].ended)
    assert.truthy(list[4].took > 0)
    for i = 2, #list do assert.truthy(list[i - 1].at >= list[i].at) end
  end)

  it("gives each of two deployments in quick succession to its own operation", function()
    begin()
    deploy "web:1"
    assert(stack "web:1":redeploy("web", { wait = false }))
    sim:advance(1)
    assert(stack "web:1":redeploy("web", { wait = false }))
    sim:advance(200)
    local list = assert(stack "web:1":history "web").entries
    assert.equal(3, #list)
    for _, one in ipairs(list) do assert.truthy(one.by and one.arn) end
    assert.equal("completed", list[1].ended)
    assert.equal("stopped", list[2].ended)
  end)

  it("says of one that was stopped that it is over, and where the service went back to", function()
    local render = require "ecs_service.render.history".render
    local style = require "ecs_service.render.style".new { unicode = false }
    local function told(ended)
      return render({ name = "web", unread = {}, entries = { { at = 1767268800, revision = "web:3", ended = ended,
        went_back_to = "web:2", took = 42 } } }, style)
    end
    assert.truthy(told "stopped":find("stopped, and back to web:2 after 42 s", 1, true), told "stopped")
    assert.truthy(told "rolled back":find("rolled back to web:2 after 42 s", 1, true), told "rolled back")
  end)

  it("says that a deployment is under way", function()
    begin()
    deploy "web:1"
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" })
    sim:advance(2)
    local first = assert(stack "web:1":history "web").entries[1]
    assert.equal("in progress", first.ended)
    assert.is_nil(first.took)
  end)

  it("goes by the service and the state where there are no service deployments, and says so", function()
    begin { service_deployments = false }
    deploy "web:1"
    deploy "web:2"
    local found = assert(stack "web:2":history "web")
    assert.equal("UnknownOperationException", found.unread[1].code)
    assert.equal(2, #found.entries)
    assert.equal("update", found.entries[1].did)
    assert.equal("completed", found.entries[1].ended)
    assert.equal("web:1", found.entries[2].revision)
  end)

  it("works for any service of the account, and says when there is none", function()
    begin()
    sim:call("CreateService", { cluster = "prod", serviceName = "other", taskDefinition = "db:1", desiredCount = 1 })
    sim:advance(60)
    local found = assert(stack "web:1":history "prod/other")
    assert.equal("db:1", found.entries[1].revision)
    assert.equal("NotFound", select(2, stack "web:1":history "prod/none").code)
    assert.equal("UnknownAddress", select(2, stack "web:1":history "wbe").code)
  end)

  it("gives as many entries as asked, over the pages of ECS", function()
    begin()
    deploy "web:1"
    for i = 1, 24 do
      sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:" .. (i % 3 + 1) })
      sim:advance(120)
    end
    assert.equal(20, #assert(stack "web:1":history "web").entries)
    assert.equal(25, #assert(stack "web:1":history("web", { limit = 100 })).entries)
    assert.equal(3, #assert(stack "web:1":history("web", { limit = 3 })).entries)
  end)
end)

describe("what the state remembers", function()
  it("is bounded, small, and has nothing in it but names, times and codes", function()
    begin()
    deploy "web:1"
    local without = #backend.text
    for i = 1, 25 do assert(stack "web:1":scale("web", i % 2 + 2)) end
    local entry = assert(json.decode(backend.text)).services.web
    assert.equal(kept.MOST, #entry.history)
    assert.truthy(#backend.text - without < 6000, #backend.text - without)
    local known = { at = true, by = true, did = true, ended = true, took = true, revision = true, count = true,
      deployment_id = true, deployed = true, run = true }
    for _, one in ipairs(entry.history) do
      for name in pairs(one) do assert.truthy(known[name], name) end
    end
  end)

  it("names who began what a killed run left, and that its end is not known", function()
    begin()
    deploy "web:1"
    local state = assert(json.decode(backend.text))
    state.journal.web = { operation = "UpdateService", verb = "redeploy", by = "deploy@ci-17", cluster = "prod",
      service = "web", begun = "2026-01-01T00:01:00Z" }
    backend.text = require("ecs_service.core").json(state)
    local one = journey.stack(sim)
    one.backend = backend
    one:service("web", journey.web { task_definition = "web:1", deployment_circuit_breaker = BREAKER })
    assert(one:apply())
    local first = assert(json.decode(backend.text)).services.web.history[1]
    assert.equal("deploy@ci-17", first.by)
    assert.equal("redeploy", first.did)
    assert.equal("Interrupted", first.ended)
  end)
end)
