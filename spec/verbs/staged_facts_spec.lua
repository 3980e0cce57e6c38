-- Where a deployment that shifts traffic is shown, it is shown with its stages: history, timeline, diagnose.
local ecs = require "ecs_service"
local staged = require "support.staged"
local web = require "support.staged_web"

local render_history = require "ecs_service.render.history".render
local style = require "ecs_service.render.style".new { unicode = false }

-- A service that ran web:1 and was given web:2; `act` is told each event of the second run.
local function deployed(strategy, hooks, act, opts)
  local sim = web.simulator()
  local stack = assert(ecs.stack { state = false, transport = sim, on_event = function(event)
    if act then act(sim, event) end
  end })
  local service = stack:service("web", web.declaration(strategy, nil, "web:1"))
  assert(stack:apply())
  service.config = web.declaration(strategy, hooks, "web:2")
  stack:apply(opts)
  return stack, sim, service
end

-- A stack that has deployed nothing: whatever it tells is what ECS says.
local function stranger(sim) return assert(ecs.stack { state = false, transport = sim }) end

local WEB = "prod/web"

describe("the history of a service whose deployments shift traffic", function()
  it("tells the strategy, the hooks, the share of the traffic and which target group serves", function()
    local stack, sim = deployed("CANARY", { web.call() })
    for _, found in ipairs { assert(stack:history "web"), assert(stranger(sim):history(WEB)) } do
      local one = found.entries[1]
      assert.equal("completed", one.ended)
      assert.equal("CANARY", one.stage.strategy)
      assert.same({ "smoke", "SUCCEEDED" }, { one.stage.hooks[1].name, one.stage.hooks[1].status })
      assert.same({ "web:2", 100, { web.GREEN_GROUP } }, { one.traffic[1].task_definition,
        one.traffic[1].production_weight, one.traffic[1].target_groups })
      local text = render_history(found, style)
      assert.truthy(text:find("canary   hook smoke: succeeded\n      traffic  "
        .. "web:2 100 % by mongo-b, web:1 0 % by web-a", 1, true), text)
      assert.equal(1, select(2, text:gsub("traffic  ", "")))
    end
  end)

  it("tells when each stage began of a deployment that a run has followed, and which share it gave", function()
    local stack, sim = deployed("CANARY", { web.call() })
    local one = assert(stack:history "web").entries[1]
    local stages, before = {}, one.at
    for i, stage in ipairs(one.stages) do
      stages[i] = ("%s %g"):format(stage.stage, stage.production_weight)
      assert.is_true(stage.at >= before and stage.at <= sim:now(), stages[i])
      before = stage.at
    end
    local told = table.concat(stages, ", ")
    for _, text in ipairs { "PRE_SCALE_UP 0, SCALE_UP 0", "PRODUCTION_TRAFFIC_SHIFT 10", "BAKE_TIME 100" } do
      assert.truthy(told:find(text, 1, true), told)
    end
    local text = render_history({ name = "web", unread = {}, entries = { one } }, style)
    assert.truthy(text:find "%d%d:%d%d:%d%d production traffic shift %(10 %%%), ", text)
    assert.is_nil(assert(stranger(sim):history(WEB)).entries[1].stages)
  end)

  it("keeps so many stages of a shift in many steps, its beginning and its end", function()
    local sim = web.simulator()
    local stack = stranger(sim)
    local config = web.declaration("LINEAR", nil, "web:1")
    config.deployment_configuration.linear_configuration = { step_percent = 3, step_bake_time_in_minutes = 1 }
    config.timeouts = { create = "3h" }
    stack:service("web", config)
    assert(stack:apply())
    local stages = assert(stack:history "web").entries[1].stages
    assert.equal(30, #stages)
    assert.same({ "PRE_SCALE_UP", "CLEAN_UP" }, { stages[1].stage, stages[30].stage })
  end)

  it("says at which stage one ended that came to nothing", function()
    local stack, sim, service = deployed("BLUE_GREEN", { web.call() })
    sim:hook { stage = "POST_SCALE_UP", outcome = "failed" }
    service.config.task_definition = "web:3"
    assert.is_nil(stack:apply())
    sim:advance(600)
    local text = render_history(assert(stack:history "web"), style)
    assert.truthy(text:find("blue/green, ended at post scale up   hook smoke: failed", 1, true), text)
  end)

  it("says of one that is under way where it is, and what it waits for", function()
    local stack, sim = deployed("BLUE_GREEN", { web.pause(60, "ROLLBACK") }, nil, { ["until"] = "paused" })
    local found = assert(stack:history "web")
    assert.equal("POST_TEST_TRAFFIC_SHIFT", found.entries[1].stage.stage)
    assert.equal(sim:now() > found.entries[1].stage.since, true)
    local text = render_history(found, style)
    assert.truthy(text:find("blue/green 0 %   post test traffic shift   hook ", 1, true), text)
    assert.truthy(text:find("waits for a decision\n      traffic  web:2 0 % by mongo-b, web:1 100 % by web-a", 1, true),
      text)
  end)

  it("has nothing of this for deployments that roll", function()
    local sim = web.simulator()
    local stack = stranger(sim)
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1,
      wait_for_steady_state = true })
    assert(stack:apply())
    local one = assert(stack:history "web").entries[1]
    assert.is_nil(one.stage or one.traffic)
  end)
end)

describe("the timeline of a deployment that shifts traffic", function()
  it("has every stage that the run was told, with its time, from the record of the run", function()
    local events = {}
    deployed("CANARY", { web.call() }, function(_, event) events[#events + 1] = event end)
    local page = ecs.timeline(events)
    for _, text in ipairs { "canary 0 %   pre scale up", "canary 0 %   post scale up   hook smoke: succeeded",
      "canary 10 %   baking 01:00", "canary 100 %   baking 01:00" } do
      assert.truthy(page:find(text, 1, true), text)
    end
  end)

  it("has where it ended, its hooks and who serves, of a deployment that nobody here began", function()
    local _, sim = deployed("LINEAR", { web.call() })
    local page = assert(stranger(sim):timeline(WEB))
    assert.truthy(page:find("linear 100 %   clean up   hook smoke: succeeded", 1, true))
    assert.truthy(page:find("traffic: web:2 100 % by mongo-b, web:1 0 % by web-a", 1, true))
  end)

  it("says that one waits for a decision", function()
    local _, sim = deployed("LINEAR", { web.pause(60, "ROLLBACK") }, nil, { ["until"] = "paused" })
    local page = assert(stranger(sim):timeline(WEB))
    assert.truthy(page:find("waits for a decision: hook", 1, true))
  end)
end)

describe("a diagnosis at a pause", function()
  it("tells the stage, the traffic, and the commands that decide", function()
    local stack, sim = deployed("BLUE_GREEN", { web.pause(60, "ROLLBACK") }, nil, { ["until"] = "paused" })
    local found = assert(stack:diagnose "web")
    assert.is_false(found.healthy)
    assert.equal("POST_TEST_TRAFFIC_SHIFT", found.stage.stage)
    assert.equal(100, found.traffic[2].production_weight)
    assert.equal("decide: ecs-service continue web   or   ecs-service continue web --rollback", found.next[1])
    assert.truthy(assert(stranger(sim):diagnose(WEB)).next[1]:find("continue prod/web", 1, true))
    assert(stack:continue "web")
    found = assert(stack:diagnose "web")
    assert.is_true(found.healthy)
    assert.is_nil(found.stage)
    assert.same({ staged.GREEN_GROUP }, found.traffic[1].target_groups)
  end)
end)
