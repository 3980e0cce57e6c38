-- Rollouts drawn at random: what a plan forecasts of them, and what the simulator then does.
local ecs = require "ecs_service"
local simulator = require "ecs_service.simulator"

local rollouts = {}

-- Park and Miller's generator, so that every Lua draws the same.
local function generator(seed)
  local state = seed % 2147483646 + 1
  return function(least, most)
    state = state * 16807 % 2147483647
    return least + state % (most - least + 1)
  end
end

local function draw(pick)
  local case = { daemon = pick(1, 8) == 1, before = pick(0, 12), instances = pick(1, 8) }
  case.after = pick(1, 2) == 1 and case.before or pick(0, 12)
  case.minimum, case.maximum = pick(0, 100), pick(100, 250)
  if pick(1, 4) == 1 then case.minimum = ({ 0, 50, 100, 100 })[pick(1, 4)] end
  if pick(1, 4) == 1 then case.maximum = ({ 100, 150, 200, 200 })[pick(1, 4)] end
  if case.minimum == 100 and case.maximum == 100 then case.maximum = 101 end -- which ECS does not take
  if case.daemon then case.minimum = pick(0, 99) end
  return case
end

local function declaration(case, revision)
  local declared = { name = "web", cluster = "prod", task_definition = "web:" .. revision,
    deployment_minimum_healthy_percent = case.minimum }
  if case.daemon then
    declared.scheduling_strategy = "DAEMON"
  else
    declared.deployment_maximum_percent = case.maximum
    declared.desired_count = revision == 1 and case.before or case.after
  end
  return declared
end

-- Lets the service go on until nothing happens any more, looking at it whenever something does.
local function watch(sim, limit)
  local world, seen = sim.world, { fewest = math.huge, most = 0 }
  local service = world.clusters.prod.services.web
  local ends = world.now + limit
  while true do
    local running = 0
    for _, task in ipairs(service.live) do
      if task.desired == "RUNNING" and task.status == "RUNNING" then running = running + 1 end
    end
    seen.fewest, seen.most = math.min(seen.fewest, running), math.max(seen.most, running)
    local following = world.heap[1]
    if not following or following.time > ends then break end
    world:advance_to(following.time)
  end
  local answer = assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1]
  seen.completed = #answer.deployments == 1 and answer.deployments[1].rolloutState == "COMPLETED"
  return seen
end

local function words(case)
  return ("%s %d -> %d tasks, %d to %d percent"):format(case.daemon and "daemon on " .. case.instances .. "," or "",
    case.before, case.after, case.minimum, case.maximum)
end

local function run(case)
  local sim = simulator.new { clusters = { "prod" }, task_definitions = { "web:2" }, instances = case.instances,
    task_start_seconds = 5, stop_seconds = 4 }
  local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
  local service = stack:service("web", declaration(case, 1))
  assert(stack:apply())
  sim:advance(120)
  service.config = declaration(case, 2)
  local plan = assert(stack:plan { facts = { web = { instances = case.instances } } })
  assert(stack:apply(plan))
  local limit = 60 * (plan.changes[1].deployment.steps + 2)
  local seen = watch(sim, limit)
  return plan.changes[1].deployment, seen
end

--- Draws `count` configurations and answers { differences = sentences, stuck =, daemons =, scaled = how many of them }.
function rollouts.compare(options)
  local pick, found = generator(options.seed), { differences = {}, stuck = 0, daemons = 0, scaled = 0 }
  for _ = 1, options.count do
    local case = draw(pick)
    local forecast, seen = run(case)
    local running = forecast.running
    if running.fewest ~= seen.fewest or running.most ~= seen.most or (forecast.stuck or false) == seen.completed then
      table.insert(found.differences, ("%s: forecast %d to %d%s, seen %d to %d%s"):format(words(case), running.fewest,
        running.most, forecast.stuck and " stuck" or "", seen.fewest, seen.most, seen.completed and "" or " stuck"))
    end
    found.stuck = found.stuck + (forecast.stuck and 1 or 0)
    found.daemons = found.daemons + (case.daemon and 1 or 0)
    found.scaled = found.scaled + (case.before ~= case.after and not case.daemon and 1 or 0)
  end
  return found
end

return rollouts
