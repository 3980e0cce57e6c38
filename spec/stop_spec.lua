-- stop: a deployment that is under way is ended, and what comes of it is told as it is.
local json = require "ecs_service.json"
local journey = require "journey"
local reaper = require "reaper"

local sim, backend

local function stack(definition, given)
  local one = journey.stack(sim, given)
  one.backend = backend
  one:service("web", journey.web { task_definition = definition, wait_for_steady_state = true })
  return one
end

local function begin(options)
  sim = journey.simulator(options)
  backend = require("ecs_service.state.memory").new()
  assert(stack "web:1":apply())
  sim:advance(60)
end

local function under_way()
  assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" }))
  sim:advance(2)
end

local function recorded() return assert(json.decode(backend.text)) end
local function runs() return journey.service(sim).taskDefinition:match "[^/]+$" end

local function stops()
  local count = 0
  for _, request in ipairs(sim.requests) do
    if request.operation == "StopServiceDeployment" and request.status == 200 then count = count + 1 end
  end
  return count
end

describe("stop", function()
  it("ends the deployment that is under way, and follows ECS back to the revision before", function()
    begin()
    under_way()
    local shown
    local result = assert(stack "web:1":stop("web", { approve = function(plan)
      shown = plan:render()
      return true
    end }))
    assert.truthy(shown:find("stop its deployment, and go back", 1, true), shown)
    assert.truthy(shown:find('"web:2" → "web:1"', 1, true) or shown:find('"web:2" -> "web:1"', 1, true), shown)
    assert.truthy(shown:find("1 to stop", 1, true), shown)
    assert.equal("ROLLBACK_SUCCESSFUL", result.outcome)
    assert.equal("web:1", runs())
    assert.equal("web:1", result.services.web.task_definition)
    local entry = recorded().services.web
    assert.equal("stop", entry.history[1].did)
    assert.equal("ok", entry.history[1].ended)
    assert.same({}, recorded().journal)
    journey.assert_empty(stack "web:1")
  end)

  it("warns once of an on_event that raises, unless that is silenced", function()
    for _, silence in ipairs { false, { "CallbackFailed" } } do
      begin()
      under_way()
      local one = stack("web:1", silence and { warnings = { silence = silence } } or nil)
      local result = assert(one:stop("web", { on_event = function() error "no" end }))
      assert.equal(silence and 0 or 1, #result.warnings)
      if not silence then assert.equal("CallbackFailed", result.warnings[1].code) end
    end
  end)

  it("tells what happens while it does", function()
    begin()
    under_way()
    local types = {}
    assert(stack "web:1":stop("web", { on_event = function(event)
      types[event.type] = (types[event.type] or 0) + 1
      assert.equal("web", event.address)
      assert.is_number(event.at)
    end }))
    assert.equal(1, types.started)
    assert.equal(1, types.done)
    assert.truthy(types.state >= 2)
  end)

  it("leaves a first deployment stopped: there is nothing to go back to", function()
    sim = journey.simulator { task_start_seconds = 100 }
    backend = require("ecs_service.state.memory").new()
    local one = journey.stack(sim)
    one.backend = backend
    one:service("web", journey.web())
    assert(one:apply())
    assert.equal("STOPPED", assert(one:stop "web").outcome)
  end)

  it("has nothing to do when nothing is under way", function()
    begin()
    local result = assert(stack "web:1":stop "web")
    assert.is_true(result.plan:is_empty())
    assert.truthy(result.plan:render():find("No deployment of web is under way", 1, true))
    assert.equal(0, stops())
  end)

  it("explains where it cannot", function()
    begin { service_deployments = false }
    under_way()
    local result, err = stack "web:1":stop "web"
    assert.is_nil(result)
    assert.equal("CannotStop", err.code)
    assert.truthy(err.hint:find("ecs-service rollback web", 1, true))
  end)

  it("explains that it cannot leave a deployment as it is where ECS only goes back", function()
    begin()
    under_way()
    local _, err = stack "web:1":stop("web", { how = "abort" })
    assert.equal("CannotStop", err.code)
    assert.same({}, recorded().journal)
    assert.equal("WrongOption", select(2, stack "web:1":stop("web", { how = "now" })).code)
  end)

  it("leaves a deployment as it is where ECS takes that", function()
    begin { stop_abort = true }
    under_way()
    assert.equal("STOPPED", assert(stack "web:1":stop("web", { how = "abort" })).outcome)
    assert.equal("web:2", runs())
    assert.equal("FAILED", journey.service(sim).deployments[1].rolloutState)
  end)

  it("does not call it a success when going back failed, too", function()
    sim = journey.simulator()
    backend = require("ecs_service.state.memory").new()
    local breaker = { enable = true, rollback = true }
    local one = journey.stack(sim)
    one.backend = backend
    one:service("web", journey.web { deployment_circuit_breaker = breaker, deployment_minimum_healthy_percent = 0,
      deployment_maximum_percent = 100 })
    assert(one:apply())
    sim:advance(60)
    sim:tasks { task_definition = "web:1", outcome = "pull_error" }
    sim:tasks { task_definition = "web:2", outcome = "running", start_seconds = 300 }
    under_way()
    sim:advance(30)
    local listed = assert(sim:call("ListServiceDeployments", { cluster = "prod", service = "web" })).serviceDeployments
    local result, err = one:stop "web"
    assert.is_nil(result)
    assert.equal("RollbackFailed", err.code)
    assert.truthy(err.message:find("going back failed", 1, true), err.message)
    assert.truthy(err.hint:find("diagnose web", 1, true), err.hint)
    local described = assert(sim:call("DescribeServiceDeployments", {
      serviceDeploymentArns = { listed[1].serviceDeploymentArn } }))
    assert.equal("ROLLBACK_FAILED", described.serviceDeployments[1].status)
    assert.equal("RollbackFailed", assert(json.decode(backend.text)).services.web.history[1].ended)
  end)

  it("does not call it a success when the deployment was faster", function()
    begin()
    under_way()
    local _, err = stack "web:1":stop("web", { approve = function()
      sim:advance(200)
      return true
    end })
    assert.equal("TooLate", err.code)
    assert.equal("web:2", runs())
    assert.equal("web:2", recorded().services.web.attributes.task_definition)
    assert.same({}, recorded().journal)
  end)

  it("finds out what became of a request whose answer was lost", function()
    begin { task_start_seconds = 100 }
    under_way()
    sim:fault { operation = "StopServiceDeployment", times = 1, reset_after = true }
    assert.equal("ROLLBACK_SUCCESSFUL", assert(stack "web:1":stop "web").outcome)
  end)

  it("says so when such a request did not arrive", function()
    begin { task_start_seconds = 100 }
    under_way()
    sim:fault { operation = "StopServiceDeployment", times = 1, reset = true }
    local result, err = stack "web:1":stop "web"
    assert.is_nil(result)
    assert.is_nil(err.http_status)
    assert.equal("ROLLBACK_SUCCESSFUL", assert(stack "web:1":stop "web").outcome)
    assert.same({}, recorded().journal)
  end)

  it("ends with the refusal when it may not read how the deployment goes on", function()
    begin { task_start_seconds = 100 }
    under_way()
    sim:fault { operation = "DescribeServiceDeployments", times = 99, code = "AccessDeniedException", message = "no" }
    local _, err = stack "web:1":stop "web"
    assert.equal("AccessDeniedException", err.code)
    assert.equal(1, stops())
  end)

  it("does not wait with wait = false", function()
    begin()
    under_way()
    assert.equal("STOP_REQUESTED", assert(stack "web:1":stop("web", { wait = false })).outcome)
    assert.same({}, recorded().journal)
  end)

  it("that dies at any point is finished by the same command, and sent once", function()
    local nth = 1
    while nth < 400 do
      begin { task_start_seconds = 40 }
      under_way()
      local reap = reaper.at(nth)
      local dying = stack("web:1", { transport = reap.transport(sim) })
      dying.backend = reap.backend(backend)
      local ran, result = pcall(function() return assert(dying:stop "web") end)
      assert(ran or result == reaper.KILLED, result)
      backend:unlock()
      local where = ("point %d: "):format(nth)
      local again, err = stack "web:1":stop "web"
      assert(again, where .. tostring(err))
      assert.equal(1, stops(), where)
      sim:advance(120)
      assert.equal("web:1", runs(), where)
      assert.same({}, recorded().journal, where)
      journey.assert_empty(stack "web:1")
      if ran then return end
      nth = nth < 12 and nth + 1 or nth + 5
    end
    error "it never came to its end"
  end)
end)
