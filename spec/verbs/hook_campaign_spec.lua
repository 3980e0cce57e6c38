-- Rollouts that a function of Lua decides about, of a bad version, and of runs that are killed. ECS_HOOK_KILLS=200
-- makes that many kills; every day it is a few.
local ecs = require "ecs_service"
local reaper = require "support.reaper"
local staged = require "support.staged"

local KILLS = tonumber(os.getenv "ECS_HOOK_KILLS") or 15
local ROLLOUTS = 60
local MOST_POINTS = 90
local TIMEOUT_MINUTES = 30

local function generator(seed)
  local state = seed * 7919 + 1
  return function(most)
    state = (state * 16807) % 2147483647
    return state % most + 1
  end
end

local STRATEGIES = {
  { strategy = "BLUE_GREEN", bake_time_in_minutes = 1 },
  { strategy = "LINEAR", bake_time_in_minutes = 0,
    linear_configuration = { step_percent = 25, step_bake_time_in_minutes = 1 } },
  { strategy = "CANARY", bake_time_in_minutes = 1,
    canary_configuration = { canary_percent = 10, canary_bake_time_in_minutes = 1 } },
}
-- Before any production traffic is shifted.
local STAGES = { "PRE_SCALE_UP", "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT" }

local function declaration(revision, strategy, hooks)
  local deployment = { lifecycle_hook = hooks }
  for name, value in pairs(STRATEGIES[strategy]) do deployment[name] = value end
  return { name = "web", cluster = "prod", task_definition = revision, desired_count = 2,
    wait_for_steady_state = true, deployment_configuration = deployment,
    load_balancer = { { target_group_arn = (staged.GREEN_GROUP:gsub("mongo%-b", "web-a")), container_name = "web",
      container_port = 80, advanced_configuration = { alternate_target_group_arn = staged.GREEN_GROUP,
        production_listener_rule = staged.RULE, role_arn = staged.ROLE } } } }
end

local function stack_of(world, revision, strategy, hooks)
  local stack = assert(ecs.stack { state = world.backend, transport = world.sim })
  stack:service("web", declaration(revision, strategy, hooks))
  return stack
end

-- The service runs web:1, and only what is good for it is deployed from now on.
local function world_of(strategy)
  local world = { sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1", "web:2" } },
    backend = require "ecs_service.state.memory".new() }
  assert(stack_of(world, "web:1", strategy, {}):apply())
  return world
end

local function newest(sim)
  local list = sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }).serviceDeployments
  return sim:call("DescribeServiceDeployments",
    { serviceDeploymentArns = { list[1].serviceDeploymentArn } }).serviceDeployments[1]
end

local function definition_of(sim, side)
  local revision = sim:call("DescribeServiceRevisions", { serviceRevisionArns = { side.arn } }).serviceRevisions[1]
  return revision.taskDefinition:match "[^/]+$"
end

-- The revisions that have production traffic.
local function serving(sim)
  local one, found = newest(sim), {}
  local sides = { one.targetServiceRevision }
  for _, source in ipairs(one.sourceServiceRevisions) do sides[#sides + 1] = source end
  for _, side in ipairs(sides) do
    if side.requestedProductionTrafficWeight > 0 then found[definition_of(sim, side)] = true end
  end
  return found, one
end

-- A transport at which the traffic is looked at with every answer.
local function watched(sim, look)
  local transport = { scheduler = sim.scheduler, region = sim.region }
  function transport.submit(_, request) return sim:submit(request) end
  function transport.cancel(_, id) return sim:cancel(id) end
  function transport.wait(_, seconds)
    local completion = sim:wait(seconds)
    look()
    return completion
  end
  return transport
end

local REFUSALS = {
  function() return false, "the version is bad" end,
  function() end,
  function() error "cannot look at it" end,
  function(ctx) ctx.sleep(90) return false, "bad after a while" end,
  function(ctx) return ctx.revisions.target.task_definition ~= "web:2" end,
}

describe("a bad version that a function of Lua looks at", function()
  it("gets no production traffic in any of many rollouts", function()
    for seed = 1, ROLLOUTS do
      local random, where = generator(seed), ("rollout %d"):format(seed)
      local strategy, stage = random(#STRATEGIES), STAGES[random(#STAGES)]
      local world = world_of(strategy)
      local function look() assert.is_nil(serving(world.sim)["web:2"], where) end
      local sim = world.sim
      if random(4) == 1 then
        sim:fault { operation = "ContinueServiceDeployment", reset_after = random(2) == 1, reset = true, times = 1 }
      end
      local stack = stack_of({ sim = watched(sim, look), backend = world.backend }, "web:2", strategy,
        { { lifecycle_stages = { stage }, run = REFUSALS[random(#REFUSALS)] } })
      local ok, err = stack:apply()
      assert.is_nil(ok, where)
      assert.equal("DeploymentRolledBack", (err.errors and err.errors[1] or err).code, where)
      for _ = 1, 20 do
        sim:advance(60)
        look()
      end
      local found, one = serving(sim)
      assert.same({ ["web:1"] = true }, found, where)
      assert.equal("ROLLBACK_SUCCESSFUL", one.status, where)
    end
  end)
end)

-- A run that is killed at its nth point; false: it had fewer.
local function killed(world, nth, strategy, hooks)
  local reap = reaper.at(nth)
  local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend, nth % 3 == 0) }
  local ran, result = pcall(function() return stack_of(dying, "web:2", strategy, hooks):apply() end)
  assert(ran or result == reaper.KILLED, result)
  world.backend:unlock()
  return not ran
end

local ENDED = { SUCCESSFUL = true, ROLLBACK_SUCCESSFUL = true }

local function round(seed)
  local random, where = generator(seed), ("round %d"):format(seed)
  local strategy, good = random(#STRATEGIES), random(2) == 1
  local world, calls = world_of(strategy), 0
  local hooks = { { lifecycle_stages = { STAGES[random(#STAGES)] },
    timeout_configuration = { timeout_in_minutes = TIMEOUT_MINUTES }, run = function(ctx)
      calls = calls + 1
      ctx.sleep(20)
      return good, "the version is bad"
    end } }
  if not killed(world, random(MOST_POINTS), strategy, hooks) then return 0 end
  local next_run = random(3)
  if next_run < 3 then -- somebody comes, at once or later
    world.sim:advance(random(300))
    local stack = stack_of(world, "web:2", strategy, hooks)
    if next_run == 1 then stack:apply() else stack:wait() end
    stack_of(world, "web:2", strategy, hooks):apply()
    world.sim:advance(600) -- a rollback is told as soon as it is certain
    local found, one = serving(world.sim)
    assert.truthy(ENDED[one.status], where .. ": " .. one.status)
    assert.same({ [good and "web:2" or "web:1"] = true }, found, where)
    assert.truthy(calls > 0, where)
  else -- nobody does
    world.sim:advance(60 * TIMEOUT_MINUTES + 1800)
    local found, one = serving(world.sim)
    assert.truthy(ENDED[one.status], where .. ": " .. one.status)
    if not good then assert.same({ ["web:1"] = true }, found, where) end
  end
  return 1
end

describe("a run that is killed while it follows such a rollout", function()
  it("leaves it to the next run, which asks, or to ECS, which goes back when the time is over", function()
    local kills, seed = 0, 0
    while kills < KILLS do
      seed = seed + 1
      kills = kills + round(seed)
      assert.truthy(seed < 10 * KILLS, "hardly anything was killed")
    end
  end)
end)
