-- stop: a deployment that is under way is ended, and what comes of it is told as it is.
local journey = require "support.journey"
local json = require "ecs_service.util.json"
local leaving = require "ecs_service.aws.leaving"
local reaper = require "support.reaper"

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
    local kept = assert(one:diagnose("web", { run = -1 }))
    assert.equal("stop", kept.run.did)
    assert.equal(err.message, assert(one:history("web", { why = true })).entries[1].why.message)
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

  it("says at its timeout how far the going back is, and that it is not done", function()
    begin()
    sim:tasks { task_definition = "web:1", outcome = "running", start_seconds = 3000 }
    under_way()
    local events = {}
    local result, err = stack "web:1":stop("web", { timeout = "30s", on_event = function(event)
      events[#events + 1] = event
    end })
    assert.is_nil(result)
    assert.equal("Timeout", err.code)
    assert.truthy(err.message:find("had not ended after 30 s: ROLLBACK_", 1, true), err.message)
    local last = events[#events]
    assert.same({ "done", false, "Timeout" }, { last.type, last.ok, last.error.code })
    local why = recorded().services.web.history[1].why
    assert.truthy(why.message:find("had not ended after 30 s", 1, true))
  end)

  it("tells at its end that it was done, and how it ended", function()
    begin()
    under_way()
    local last
    assert(stack "web:1":stop("web", { on_event = function(event) last = event end }))
    assert.same({ "done", true, "ROLLBACK_SUCCESSFUL" }, { last.type, last.ok, last.outcome })
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

local function ecs_error(message) return require "ecs_service.errors".new { code = "Failed", message = message } end

describe("stop while another run waits for the deployment", function()
  local folder, path

  before_each(function()
    folder = journey.folder()
    path = folder .. "/state.json"
    sim = journey.simulator { task_start_seconds = 100, task_definitions = { "web:3" } }
  end)
  after_each(journey.clean)

  local function declared(definition, given)
    local options = { state = path }
    for key, value in pairs(given or {}) do options[key] = value end
    local one = journey.stack(sim, options)
    one:service("web", journey.web { task_definition = definition, wait_for_steady_state = true })
    return one
  end

  -- Applies web:2, and does something once while that waits. What apply answers.
  local function meanwhile(work, given)
    assert(declared("web:1", given):apply())
    local one, done = declared("web:2", given), false
    one.options.on_event = function(event)
      if done or event.type ~= "state" then return end
      done = true
      local ok, problem = pcall(work)
      if not ok then done = problem end
    end
    local result, err = one:apply()
    if done ~= true then error(done, 0) end
    return result, err
  end

  it("goes on without the lock, writes no state, and the run that waits tells who it was", function()
    for _, waits in ipairs { true, false } do
      sim = journey.simulator { task_start_seconds = 100, task_definitions = { "web:3" } }
      os.remove(path)
      local shown
      local result, err = meanwhile(function()
        local before = journey.read(path)
        local stopped = assert(declared "web:2":stop("web", { wait = waits, approve = function(plan)
          shown = plan:render()
          return true
        end }))
        assert.equal(waits and "ROLLBACK_SUCCESSFUL" or "STOP_REQUESTED", stopped.outcome)
        assert.equal("web", stopped.services.web.name)
        assert.equal(before, journey.read(path))
      end)
      assert.truthy(shown:find("that waits for it ends with it", 1, true), shown)
      assert.is_nil(result)
      assert.equal("DeploymentRolledBack", err.code)
      assert.truthy(err.message:find("stopped by request (ecs-service stop, by ", 1, true), err.message)
      assert.truthy(err.stopped_by:find("@", 1, true))
      local state = json.decode(journey.read(path))
      assert.same({}, state.journal)
      assert.equal("DeploymentRolledBack", state.services.web.history[1].ended)
    end
  end)

  it("tells no name where a backend keeps no texts", function()
    local store = require("ecs_service.state.memory").new()
    local _, err = meanwhile(function()
      assert(declared("web:2", { state = store }):stop "web")
    end, { state = store })
    assert.equal("DeploymentRolledBack", err.code)
    assert.is_nil(err.stopped_by)
    assert.falsy(err.message:find("ecs-service stop", 1, true))
  end)

  it("is not named for the failure of another deployment", function()
    meanwhile(function() assert(declared "web:2":stop "web") end)
    sim:tasks { task_definition = "web:3", outcome = "pull_error" }
    local one = declared "web:3"
    one.services.web.config.deployment_circuit_breaker = { enable = true, rollback = true }
    local _, err = one:apply()
    assert.truthy(tostring(err.code):find "^Deployment", err.code)
    assert.is_nil(err.stopped_by)
  end)

  it("is not named when ECS refused it", function()
    local _, err = meanwhile(function()
      sim:fault { operation = "StopServiceDeployment", times = 1, code = "AccessDeniedException", message = "no" }
      assert.equal("AccessDeniedException", select(2, declared "web:2":stop "web").code)
      local arn = sim:call("ListServiceDeployments", { cluster = "prod", service = "web" })
        .serviceDeployments[1].serviceDeploymentArn
      assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = arn, stopType = "ROLLBACK" }))
    end)
    assert.equal("DeploymentRolledBack", err.code)
    assert.is_nil(err.stopped_by)
  end)

  it("stops the deployment also where the note to the run that waits cannot be kept, and warns", function()
    local file = require "ecs_service.state.file"
    local keep = file.keep
    file.keep = function(self, label, text)
      if label == "stopped" then return nil, ecs_error "no rights to keep it" end
      return keep(self, label, text)
    end
    local stopped, problem
    local _, err = meanwhile(function() stopped, problem = declared "web:2":stop "web" end)
    file.keep = keep
    assert(stopped, tostring(problem))
    assert.equal("NoteNotLeft", stopped.warnings[1].code)
    assert.truthy(stopped.warnings[1].message:find("no rights to keep it", 1, true))
    assert.equal("DeploymentRolledBack", err.code)
    assert.is_nil(err.stopped_by)
  end)

  it("waits for the lock as others do while it is held by a run that does not wait for deployments", function()
    assert(declared "web:1":apply())
    local _, err
    declared "web:1":with_lock("import", {}, function()
      _, err = declared "web:1":stop("web", { lock_timeout = 5 })
    end)
    assert.equal("Locked", err.code)
  end)
end)

describe("stop in a process that is told to go", function()
  it("ends as apply does, with its lock given back and its journal kept", function()
    begin { task_start_seconds = 100 }
    under_way()
    local gone = false
    local former = leaving.told(function() return gone end)
    local before = sim:now()
    local result, err = stack "web:1":stop("web", { on_event = function(event)
      if event.type == "state" then gone = true end
    end })
    leaving.told(former)
    assert.is_nil(result)
    assert.equal("Interrupted", err.code)
    assert.truthy(sim:now() - before < 10)
    assert.equal("stop", recorded().journal.web.verb)
    assert.is_nil((backend:holder()))
    sim:advance(200)
    assert(stack "web:1":stop "web")
    assert.same({}, recorded().journal)
  end)
end)
