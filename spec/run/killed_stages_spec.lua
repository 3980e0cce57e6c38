-- A run that is killed while its deployment goes through its stages, at any of its points: before and after each
-- request, at each answer, at each write of the state. The next run follows the same deployment, begins none of its own
-- unless nothing was begun or what was begun has failed, and says of it what ECS says. ECS_TEST_KILLS says how many
-- runs are killed, ECS_TEST_SEED where and in which order.
local journey = require "support.journey"
local journeys = require "support.crash_journeys"
local json = require "ecs_service.util.json"
local memory = require "ecs_service.state.memory"
local reaper = require "support.reaper"
local web = require "support.staged_web"

local KILLS = tonumber(os.getenv "ECS_TEST_KILLS") or 24
local SEED = tonumber(os.getenv "ECS_TEST_SEED") or 20

-- How the second deployment goes, whoever follows it; `fails`: it is rolled back, as each one after it would be.
local WAYS = {
  { name = "goes through" },
  { name = "calls a hook that takes its time", hooks = { web.call() }, begin = function(sim)
    sim:hook { stage = "POST_SCALE_UP", outcome = "succeeded", after = 45 }
  end },
  { name = "waits for a decision, which is to go on", hooks = { web.pause(600, "ROLLBACK") }, decides = "CONTINUE" },
  { name = "waits for a decision, which is to go back", hooks = { web.pause(600, "CONTINUE") }, decides = "ROLLBACK",
    fails = true },
  { name = "goes on by itself when nobody decides", hooks = { web.pause(3, "CONTINUE") } },
  { name = "has a hook that fails", hooks = { web.call "POST_PRODUCTION_TRAFFIC_SHIFT" }, fails = true,
    begin = function(sim) sim:hook { outcome = "failed", after = 10 } end },
  { name = "has tasks that fail", fails = true, begin = function(sim)
    sim:tasks { task_definition = "web:2", outcome = "exit" }
  end },
}
local STRATEGIES = { "BLUE_GREEN", "LINEAR", "CANARY" }
-- So long after a kill the next run begins.
local PAUSES = { 0, 3, 30, 120, 900, 4000 }

local function records(sim)
  return sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }).serviceDeployments
end

-- One account, with a service that runs web:1.
local function scene(strategy, way)
  local self = { sim = web.simulator { region = "us-west-2" }, backend = memory.new() }
  function self.stack(revision, hooks, transport)
    local stack
    stack = journey.stack(self.sim, { transport = transport, on_event = function(event)
      if event.type == "decision" and way.decides then web.decide(way.decides)(self.sim, event) end
    end })
    stack.backend = self.backend
    stack:service("web", web.declaration(strategy, hooks, revision))
    return stack
  end
  assert(self.stack("web:1"):apply())
  if way.begin then way.begin(self.sim) end
  return self
end

-- Applies web:2 and dies at the nth point; answers how many there were.
local function dies(self, way, nth)
  local reap = reaper.at(nth)
  local dying = self.stack("web:2", way.hooks, reap.transport(self.sim))
  dying.backend = reap.backend(self.backend)
  local ran, result = pcall(function() return dying:apply() end)
  assert(ran or result == reaper.KILLED, result)
  self.backend:unlock()
  return reap.passed(), ran
end

local function code_of(err) return err.errors and err.errors[1].code or err.code end

local function begun(sim)
  local count = 0
  for _, operation in ipairs(journey.mutations(sim)) do
    if operation == "UpdateService" or operation == "StopServiceDeployment" then count = count + 1 end
  end
  return count
end

-- What a wait says is what ECS says, and it sends nothing that changes.
local function check_wait(self, way, where)
  local before = begun(self.sim)
  local ok, err = self.stack("web:2", way.hooks):wait { timeout = 7200 }
  local status = web.newest(self.sim).status
  local says = where .. "wait: " .. tostring(ok and "ok" or err) .. ", ECS: " .. status
  if ok then
    assert(status == "SUCCESSFUL", says)
  else
    assert(status:find "^ROLLBACK" and code_of(err) == "DeploymentRolledBack", says)
  end
  assert(before == begun(self.sim), says)
end

-- The next apply, to its end.
local function check_apply(self, way, where)
  local before = #records(self.sim)
  local ok, err = self.stack("web:2", way.hooks):apply()
  local list, newest = records(self.sim), web.newest(self.sim)
  local says = ("%s%s, ECS: %s, %d deployments"):format(where, ok and "ok" or tostring(err), newest.status, #list)
  assert((ok ~= nil) == (newest.status == "SUCCESSFUL"), says)
  if way.fails then
    assert(not ok and code_of(err) == "DeploymentRolledBack", says)
    assert(#list <= before + 1, says)
  else
    assert(ok and #list == 2, says)
    local plan = assert(self.stack("web:2", way.hooks):plan())
    assert(plan:is_empty(), says .. "\n" .. plan:render { color = false })
    assert(newest.targetServiceRevision.requestedProductionTrafficWeight == 100, says)
  end
  local state = assert(json.decode(self.backend.text))
  assert(state.services.web and not next(state.journal), says .. ": the journal is not empty")
  assert(state.services.web.status == (way.fails and "failed" or "ok"), says .. ": " .. state.services.web.status)
end

local function check(strategy, way, nth, pause, waits)
  local self = scene(strategy, way)
  local where = ("%s that %s, killed at %d, %d s before the next: "):format(strategy, way.name, nth, pause)
  dies(self, way, nth)
  self.sim:advance(pause)
  if waits then check_wait(self, way, where) end
  check_apply(self, way, where)
end

describe("a run that is killed while its deployment is in stages", function()
  it("is finished by the next one: nothing begun twice, nothing lost, nothing said that ECS does not say", function()
    local random, points = journeys.random(SEED), {}
    for i = 1, KILLS do
      local strategy, way = STRATEGIES[(i - 1) % #STRATEGIES + 1], WAYS[(i - 1) % #WAYS + 1]
      local key = strategy .. way.name
      points[key] = points[key] or dies(scene(strategy, way), way, math.huge)
      check(strategy, way, random(points[key]), PAUSES[random(#PAUSES)], random(3) == 1)
    end
  end)
end)

-- A decision, by a run that dies at the nth point; answers how many there were.
local function decides(self, hooks, back, nth)
  local reap = reaper.at(nth)
  local dying = self.stack("web:2", hooks, reap.transport(self.sim))
  dying.backend = reap.backend(self.backend)
  local ran, result = pcall(function() return dying:continue("web", { rollback = back }) end)
  assert(ran or result == reaper.KILLED, result)
  self.backend:unlock()
  return reap.passed()
end

local function paused(hooks)
  local self = scene("BLUE_GREEN", {})
  assert(not self.stack("web:2", hooks):apply { ["until"] = "paused" })
  return self
end

describe("a decision about a deployment whose run is killed", function()
  it("is taken once, by the run or by the same command again, which says how it ended", function()
    local random, hooks = journeys.random(SEED), { web.pause(600, "ROLLBACK") }
    for _, back in ipairs { false, true } do
      local points = decides(paused(hooks), hooks, back, math.huge)
      for _ = 1, math.ceil(KILLS / 4) do
        local self, nth = paused(hooks), random(points)
        decides(self, hooks, back, nth)
        local result, err = self.stack("web:2", hooks):continue("web", { rollback = back })
        local status = web.newest(self.sim).status
        local says = ("killed at %d: %s, ECS: %s"):format(nth, result and result.outcome or tostring(err), status)
        assert(result and result.outcome == status or not result and code_of(err) == "NotAwaiting", says)
        self.sim:advance(4000)
        assert.equal(back and "ROLLBACK_SUCCESSFUL" or "SUCCESSFUL", web.newest(self.sim).status, says)
        assert.equal(2, #records(self.sim), says)
      end
    end
  end)
end)

-- Between the request that changes a service and what is recorded of its answer.
describe("a wait after a run that was killed before it had recorded what it had begun", function()
  -- Applies web:2 and dies when ECS has taken the update.
  local function dies_unrecorded(self, way)
    local inner, sent = self.sim, nil
    local transport = setmetatable({ scheduler = inner.scheduler, region = inner.region }, { __index = inner })
    function transport.submit(_, request)
      sent = sent or tostring(request.headers["x-amz-target"] or request.headers["X-Amz-Target"]):find "UpdateService"
      return inner:submit(request)
    end
    function transport.wait(_, timeout)
      local completion = inner:wait(timeout)
      if sent then error(reaper.KILLED, 0) end
      return completion
    end
    function transport.cancel(_, id) return inner:cancel(id) end
    local ran, problem = pcall(function() return self.stack("web:2", way.hooks, transport):apply() end)
    assert(not ran and problem == reaper.KILLED, problem)
    self.backend:unlock()
  end

  it("follows what that run had begun, whether it shifts traffic or rolls", function()
    for _, strategy in ipairs { "BLUE_GREEN", "ROLLING" } do
      local self = scene(strategy, WAYS[1])
      dies_unrecorded(self, WAYS[1])
      assert.equal("IN_PROGRESS", web.newest(self.sim).status)
      local services = assert(self.stack("web:2"):wait())
      assert.truthy(services.web.task_definition:find("web:2", 1, true))
      assert.equal("SUCCESSFUL", web.newest(self.sim).status)
    end
  end)

  it("says that it was rolled back meanwhile", function()
    local way = { hooks = { web.call() }, begin = function(sim) sim:hook { outcome = "failed" } end }
    local self = scene("CANARY", way)
    dies_unrecorded(self, way)
    self.sim:advance(600)
    assert.equal("ROLLBACK_SUCCESSFUL", web.newest(self.sim).status)
    local ok, err = self.stack("web:2", way.hooks):wait()
    assert.is_nil(ok)
    assert.equal("DeploymentRolledBack", code_of(err))
    assert.truthy(tostring(err):find("the deployment of web:2 that an earlier run began was rolled back: Service "
      .. "deployment rolled back because POST_SCALE_UP lifecycle hook", 1, true), tostring(err))
    assert.equal(5, require "ecs_service.cli.exit_codes".of(err))
  end)
end)
