-- Deployments that go well and that go wrong, each with the outcome that must be reported: a table, and what runs it.
-- Used by scenarios_spec.lua, which holds the outcomes and the times, and by bench/scenarios.lua, which prints them.
local ecs = require "ecs_service"

local scenarios = {}

local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"

local BALANCED = { load_balancer = { { target_group_arn = TARGET, container_name = "web", container_port = 80 } } }
local CLASSIC = { load_balancer = { { elb_name = "web", container_name = "web", container_port = 80 } } }
local FARGATE = { launch_type = "FARGATE", network_configuration = { subnets = { "subnet-1" } } }
local ROLLBACK = { deployment_circuit_breaker = { enable = true, rollback = true } }
local BREAKER = { deployment_circuit_breaker = { enable = true, rollback = false } }
local ALARMED = { alarms = { alarm_names = { "errors" }, enable = true, rollback = true } }
local ALARMED_ONLY = { alarms = { alarm_names = { "errors" }, enable = true, rollback = false } }
local DAEMON = { scheduling_strategy = "DAEMON", desired_count = false }
local MINIMUM_0 = { deployment_minimum_healthy_percent = 0, deployment_maximum_percent = 100 }
local CODE_DEPLOY = { deployment_controller = { type = "CODE_DEPLOY" }, load_balancer = BALANCED.load_balancer }
local EXTERNAL = { deployment_controller = { type = "EXTERNAL" }, task_definition = false }
local HEALTH_CHECKED = { { family = "web", revision = 3, container_definitions = { { name = "web", image = "web:latest",
  memory = 512, essential = true, port_mappings = { { container_port = 80 } },
  health_check = { command = { "CMD", "true" } } } } } }

-- A declaration: two tasks of web:1, and the members of the tables given; false takes one away.
local function web(...)
  local config = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2,
    wait_for_steady_state = true, timeouts = { create = 900, update = 900 } }
  for i = 1, select("#", ...) do
    for key, value in pairs((select(i, ...))) do
      if value == false then config[key] = nil else config[key] = value end
    end
  end
  return config
end

local V2, FORCED = { task_definition = "web:2" }, { force_new_deployment = true }

-- Someone else's doing.
local function update(changes)
  return function(sim)
    local body = { cluster = "prod", service = "web" }
    for key, value in pairs(changes) do body[key] = value end
    assert(sim:call("UpdateService", body))
  end
end

local function delete(sim)
  assert(sim:call("DeleteService", { cluster = "prod", service = "web", force = true }))
end

local function stop(sim)
  local listed = assert(sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }))
  local arn = listed.serviceDeployments[1].serviceDeploymentArn
  assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = arn }))
end

local function task_set(name, scale)
  return function(sim)
    assert(sim:call("CreateTaskSet", { cluster = "prod", service = "web", taskDefinition = name,
      scale = { value = scale or 100, unit = "PERCENT" } }))
  end
end

-- Of task sets, the nth one serves from then on.
local function promote(nth)
  return function(sim)
    local sets = assert(sim:call("DescribeTaskSets", { cluster = "prod", service = "web" })).taskSets
    assert(sim:call("UpdateServicePrimaryTaskSet", { cluster = "prod", service = "web",
      primaryTaskSet = sets[nth].id }))
  end
end

local function delete_task_set(nth)
  return function(sim)
    local sets = assert(sim:call("DescribeTaskSets", { cluster = "prod", service = "web" })).taskSets
    assert(sim:call("DeleteTaskSet", { cluster = "prod", service = "web", taskSet = sets[nth].id, force = true }))
  end
end

-- Someone has chosen how the service is deployed; the new tasks bake for a minute beside the old ones, and one with a
-- part of the traffic.
local function strategy(name)
  return update { deploymentConfiguration = { strategy = name, bakeTimeInMinutes = 1,
    linearConfiguration = name == "LINEAR" and { stepPercent = 50, stepBakeTimeInMinutes = 1 } or nil,
    canaryConfiguration = name == "CANARY" and { canaryPercent = 5, canaryBakeTimeInMinutes = 1 } or nil } }
end

-- Requests that go wrong while the run waits.
local function faulty(fault)
  return function(sim)
    fault.operation = fault.operation or "DescribeServices"
    sim:fault(fault)
  end
end

local function fate(outcome, more)
  local rule = { outcome = outcome }
  for key, value in pairs(more or {}) do rule[key] = value end
  return rule
end

local list = {}
scenarios.list = list

local function add(name, scenario)
  scenario.name = name
  list[#list + 1] = scenario
end

-- What becomes of the tasks of web:2, and a word or two of the cause that has to be in the error.
local CAUSES = {
  { "an image that cannot be pulled", fate "pull_error", "CannotPullContainerError" },
  { "a container that exits at once", fate("exit", { exit_code = 3 }), "3" },
  { "a container without memory", fate "oom", "memory" },
  { "failing health checks of the target group", fate("unhealthy", { after = 20 }), "ELB health checks", BALANCED },
  { "failing health checks of the container", fate("unhealthy", { after = 20 }), "container health checks" },
  { "no room in the cluster", fate "no_capacity", "unable to place" },
  { "a secret that cannot be read", fate { when = "start", stop_code = "TaskFailedToStart",
    stopped_reason = "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException" },
    "unable to pull secrets" },
  { "a command that is not there", fate { when = "start", stop_code = "EssentialContainerExited",
    stopped_reason = "Essential container in task exited", containers = { { exit_code = 127 } } }, "127" },
  { "an architecture that does not fit", fate("exit", { exit_code = 255, reason = "exec format error" }), "255" },
}

for _, cause in ipairs(CAUSES) do
  local what, rule, words, more = cause[1], cause[2], cause[3], cause[4] or {}
  add("rolls back from " .. what, { first = web(ROLLBACK, more), config = web(ROLLBACK, V2, more), fate = rule,
    expect = "DeploymentRolledBack", knows = "failed", says = words })
  add("stays with " .. what .. ", without rollback", { first = web(BREAKER, more), config = web(BREAKER, V2, more),
    fate = rule, expect = "DeploymentFailed", knows = "failed", says = words })
  add("tries to the end with " .. what .. ", without breaker", { first = web(more),
    config = web(V2, more, { timeouts = { update = 300 } }), fate = rule, expect = "Timeout", knows = 300 })
  add("a first deployment fails for " .. what, { config = web(ROLLBACK, V2, more), fate = rule,
    expect = "DeploymentFailed", knows = "failed", says = words })
end

-- What goes well.
local GOOD = {
  { "on EC2", {} }, { "on Fargate", FARGATE }, { "behind a target group", BALANCED },
  { "behind a Classic Load Balancer", CLASSIC }, { "as a daemon", DAEMON }, { "with a minimum of 0 %", MINIMUM_0 },
  { "with a circuit breaker", ROLLBACK }, { "with alarms that stay silent", ALARMED },
  { "with container health checks", {}, { task_definitions = HEALTH_CHECKED } },
  { "of ten tasks, two at a time", { desired_count = 10, deployment_maximum_percent = 120,
    deployment_minimum_healthy_percent = 80 } },
}

for _, good in ipairs(GOOD) do
  for _, records in ipairs { true, false } do
    local sim = { service_deployments = records }
    for key, value in pairs(good[3] or {}) do sim[key] = value end
    local ending = records and "" or ", without service deployments"
    add("a first deployment " .. good[1] .. ending, { sim = sim, config = web(good[2]), expect = "ok",
      knows = good[2] == CLASSIC and "completed" or "completed" })
    add("a new version " .. good[1] .. ending, { sim = sim, first = web(good[2]), config = web(V2, good[2]),
      expect = "ok", knows = "completed" })
  end
end

-- Counts.
add("created with no tasks", { config = web { desired_count = 0 }, expect = "ok", knows = "completed" })
add("scaled up", { first = web {}, config = web { desired_count = 5 }, expect = "ok", knows = "steady" })
-- The simulated scheduler stops what is too much a second after it was told.
add("scaled down", { first = web { desired_count = 5 }, config = web {}, expect = "ok", knows = 1 })
add("scaled to zero", { first = web {}, config = web { desired_count = 0 }, expect = "ok", knows = 1 })
add("scaled from zero", { first = web { desired_count = 0 }, config = web {}, expect = "ok", knows = "steady" })
add("scaled up without room", { first = web {}, config = web { desired_count = 5, timeouts = { update = 200 } },
  fate = fate "no_capacity", fate_of_all = true, expect = "Timeout", knows = 200 })
add("scaled up while reads lag", { sim = { read_lag = 6 }, first = web {}, config = web { desired_count = 5 },
  expect = "ok", knows = "steady" })
add("the same version again, by force", { first = web {}, config = web(FORCED), expect = "ok", knows = "completed" })
add("rolls back to the same task definition", { first = web(ROLLBACK), config = web(ROLLBACK, FORCED),
  fate = fate "pull_error", fate_of_all = true, fate_after_first = true, expect = "DeploymentRolledBack",
  knows = "failed" })

-- Alarms.
local function alarm(sim) sim:alarm("errors", "ALARM") end
add("an alarm rolls back", { first = web(ALARMED), config = web(ALARMED, V2), during = { { 15, alarm } },
  expect = "DeploymentRolledBack", knows = "failed", says = "alarm" })
add("an alarm stops the deployment", { first = web(ALARMED_ONLY), config = web(ALARMED_ONLY, V2),
  during = { { 15, alarm } }, expect = "DeploymentFailed", knows = "failed", says = "alarm" })
add("an alarm while it bakes rolls back", { first = web(ALARMED), config = web(ALARMED, V2), during = { { 90, alarm } },
  expect = "DeploymentRolledBack", knows = "failed", says = "alarm" })
add("an alarm that rang before does not count", { first = web(ALARMED), config = web(ALARMED, V2), before = alarm,
  expect = "ok", knows = "completed" })

-- Other hands.
local V3 = { taskDefinition = "web:3" }
for _, records in ipairs { true, false } do
  local sim, ending = { service_deployments = records }, records and "" or ", without service deployments"
  add("someone else's deployment in the middle" .. ending, { sim = sim, first = web {}, config = web(V2),
    during = { { 20, update(V3) } }, expect = "DeploymentSuperseded", knows = "begun" })
  add("someone else's deployment of the version before" .. ending, { sim = sim, first = web(ROLLBACK),
    config = web(ROLLBACK, V2), during = { { 20, update { taskDefinition = "web:1" } } },
    expect = "DeploymentSuperseded", knows = "begun" })
  add("someone else's deployment, followed" .. ending, { sim = sim, first = web {}, config = web(V2),
    during = { { 20, update(V3) } }, options = { superseded = "follow" }, expect = "ok", knows = "completed",
    runs = "web:3" })
  add("two of someone else's, followed" .. ending, { sim = sim, first = web {}, config = web(V2),
    during = { { 20, update(V3) }, { 21, update { forceNewDeployment = true } } },
    options = { superseded = "follow" }, expect = "ok", knows = "completed", runs = "web:3" })
  add("a rollback is not followed" .. ending, { sim = sim, first = web(ROLLBACK), config = web(ROLLBACK, V2),
    fate = fate "pull_error", options = { superseded = "follow" }, expect = "DeploymentRolledBack", knows = "failed" })
  add("someone else's failure, followed" .. ending, { sim = sim, first = web(ROLLBACK), config = web(ROLLBACK, V2),
    during = { { 20, update(V3) } }, fate = fate("pull_error", { task_definition = "web:3" }),
    options = { superseded = "follow" }, expect = "DeploymentRolledBack", knows = "failed" })
  add("rolled back behind a Classic Load Balancer" .. ending, { sim = sim, first = web(CLASSIC, ROLLBACK),
    config = web(CLASSIC, ROLLBACK, V2), fate = fate "pull_error", expect = "DeploymentRolledBack", knows = "failed" })
end
add("someone stops the deployment", { first = web {}, config = web(V2), during = { { 20, stop } },
  expect = "DeploymentRolledBack", knows = "failed", says = "stopped by the user" })
add("someone deploys right after the first look", { first = web {}, config = web(V2), during = { { 1.02, update(V3) } },
  expect = "DeploymentSuperseded", knows = "begun" })
add("someone deletes the service", { first = web {}, config = web(V2), during = { { 20, delete } },
  expect = "ServiceInactive", knows = "deleted" })
add("someone deletes the service of no tasks", { first = web { desired_count = 0 },
  config = web(V2, { desired_count = 0, deployment_minimum_healthy_percent = 50 }),
  during = { { 1.5, delete } }, options = { stable_for = 60 },
  expect = "ServiceInactive", knows = "deleted" })
add("someone scales up meanwhile", { first = web {}, config = web(V2), during = { { 20, update { desiredCount = 4 } } },
  expect = "ok", knows = "completed", running = 4 })
add("someone scales to zero meanwhile", { first = web {}, config = web(V2),
  during = { { 20, update { desiredCount = 0 } } }, expect = "ok", knows = "completed", running = 0 })

-- Reads that lag behind.
for _, lag in ipairs { 3, 8 } do
  local sim, ending = { read_lag = lag }, (" while reads lag %d s"):format(lag)
  add("a first deployment" .. ending, { sim = sim, config = web(ROLLBACK), expect = "ok", knows = "completed" })
  add("a new version" .. ending, { sim = sim, first = web(ROLLBACK), config = web(ROLLBACK, V2), expect = "ok",
    knows = "completed" })
  add("a rollback" .. ending, { sim = sim, first = web(ROLLBACK), config = web(ROLLBACK, V2),
    fate = fate "pull_error", expect = "DeploymentRolledBack", knows = "failed" })
  add("an older revision again" .. ending, { sim = sim, first = web(V2), config = web(ROLLBACK), expect = "ok",
    knows = "completed" })
  add("a wait right after an apply" .. ending, { sim = sim, first = web(ROLLBACK),
    config = web(ROLLBACK, V2, { wait_for_steady_state = false }), wait = {}, expect = "ok", knows = "completed" })
end

-- A network that is not well.
add("throttled while waiting", { first = web {}, config = web(V2),
  during = { { 10, faulty { times = 6, code = "ThrottlingException", message = "Rate exceeded" } } }, expect = "ok",
  knows = "completed" })
add("a server that fails while waiting", { first = web {}, config = web(V2),
  during = { { 10, faulty { times = 4, http_status = 503 } } }, expect = "ok", knows = "completed" })
add("a server that restarts, with answers cut off", { first = web {}, config = web(V2),
  during = { { 10, faulty { times = 3, truncate = true } } }, expect = "ok", knows = "completed" })
add("connections that break while waiting", { first = web(ROLLBACK), config = web(ROLLBACK, V2),
  fate = fate "pull_error", during = { { 10, faulty { times = 4, reset = true } } },
  expect = "DeploymentRolledBack", knows = "failed" })
add("throttled to the end", { first = web {}, config = web(V2, { timeouts = { update = 120 } }),
  during = { { 3, faulty { times = 1000, code = "ThrottlingException", message = "Rate exceeded" } } },
  expect = "Timeout", knows = 120 })
add("service deployments that we may not see", { first = web(ROLLBACK), config = web(ROLLBACK, V2),
  fate = fate "pull_error", before = faulty { operation = "ListServiceDeployments", times = 9,
    code = "AccessDeniedException", message = "no" }, expect = "DeploymentRolledBack", knows = "failed" })
add("an answer to the update that was lost", { first = web {}, config = web(V2, FORCED),
  before = faulty { operation = "UpdateService", reset_after = true }, expect = "ok", knows = "completed" })

-- How long, and how far.
add("steady for a minute", { first = web {}, config = web(V2), options = { stable_for = 60 }, expect = "ok",
  knows = "completed", later = 60 })
add("a crash loop that looks steady now and then", { first = web {}, config = web(V2, { timeouts = { update = 400 } }),
  fate = fate("flap", { after = 70 }), options = { stable_for = 120 }, expect = "Timeout", knows = 400 })
add("someone deploys before it was steady for a minute", { first = web {}, config = web(V2),
  options = { stable_for = 60 }, during = { { 90, update(V3) } }, expect = "DeploymentSuperseded", knows = "begun",
  says = "was completed" })
local UNWATCHED = { wait_for_steady_state = false }
add("until the new version serves", { first = web(ALARMED), config = web(ALARMED, V2, UNWATCHED),
  wait = { ["until"] = "deployed" }, expect = "ok", knows = "served" })
add("until a first deployment serves", { config = web(UNWATCHED), wait = { ["until"] = "deployed" }, expect = "ok",
  knows = "completed" })
add("until a version serves that cannot", { first = web(ROLLBACK), config = web(ROLLBACK, V2, UNWATCHED),
  wait = { ["until"] = "deployed" }, fate = fate "pull_error", expect = "DeploymentRolledBack", knows = "failed" })
add("until the new version serves, with a minimum of 0 %", { first = web(MINIMUM_0),
  config = web(MINIMUM_0, V2, UNWATCHED), wait = { ["until"] = "deployed" }, expect = "ok", knows = "completed" })
add("until it is inactive", { first = web {}, wait = { ["until"] = "inactive" }, before = delete, expect = "ok",
  knows = "inactive" })

-- Strategies that others have chosen for the service, and that a deployment keeps.
for _, name in ipairs { "BLUE_GREEN", "LINEAR", "CANARY" } do
  add(name .. ": a new version", { first = web {}, config = web(V2), before = strategy(name), expect = "ok",
    knows = "completed", running = 2, strategy = name })
  add(name .. ": until the new version serves", { first = web {}, config = web(V2, UNWATCHED), before = strategy(name),
    wait = { ["until"] = "deployed" }, expect = "ok", knows = "completed", running = 2, strategy = name })
  add(name .. ": an image that cannot be pulled", { first = web(ROLLBACK), config = web(ROLLBACK, V2),
    before = strategy(name), fate = fate "pull_error", expect = "DeploymentRolledBack", knows = "failed",
    says = "CannotPullContainerError", strategy = name })
end

-- Controllers that deploy by themselves.
add("CODE_DEPLOY: created", { config = web(CODE_DEPLOY), expect = "ok", knows = "steady" })
add("CODE_DEPLOY: scaled up", { first = web(CODE_DEPLOY), config = web(CODE_DEPLOY, { desired_count = 4 }),
  expect = "ok", knows = "steady" })
add("CODE_DEPLOY: scaled up while reads lag", { sim = { read_lag = 5 }, first = web(CODE_DEPLOY),
  config = web(CODE_DEPLOY, { desired_count = 4 }), expect = "ok", knows = "steady" })
add("CODE_DEPLOY: an image that cannot be pulled", { config = web(CODE_DEPLOY, V2, { timeouts = { create = 200 } }),
  fate = fate "pull_error", expect = "Timeout", knows = 200 })
add("EXTERNAL: created, and nobody has deployed yet", { config = web(EXTERNAL), expect = "ok", knows = "begun_here" })
add("EXTERNAL: a wait for the first task set", { config = web(EXTERNAL, UNWATCHED), wait = {},
  during = { { 20, task_set "web:1" } }, expect = "ok", knows = "set" })
add("EXTERNAL: a second task set beside the first", { config = web(EXTERNAL, UNWATCHED), wait = {},
  during = { { 2, task_set("web:1", 50) }, { 4, task_set("web:2", 50) } }, expect = "ok", knows = "set" })
add("EXTERNAL: a task set that cannot run", { config = web(EXTERNAL, UNWATCHED), wait = { timeout = 200 },
  during = { { 5, task_set "web:2" } }, fate = fate "pull_error", expect = "Timeout", knows = 200 })
add("EXTERNAL: a task set that becomes the primary one", { config = web(EXTERNAL, UNWATCHED), wait = {},
  during = { { 2, task_set "web:1" }, { 20, promote(1) } }, expect = "ok", knows = "set", plans_nothing = true })
for _, superseded in ipairs { "fail", "follow" } do
  add(("EXTERNAL: a second task set takes over (%s)"):format(superseded), { first = web(EXTERNAL, UNWATCHED),
    config = web(EXTERNAL, UNWATCHED), before = function(sim)
      task_set "web:1"(sim)
      promote(1)(sim)
      sim:advance(60)
      task_set "web:2"(sim)
    end, wait = { superseded = superseded }, during = { { 5, promote(2) }, { 6, delete_task_set(1) } },
    expect = superseded == "fail" and "DeploymentSuperseded" or "ok", knows = superseded == "fail" and 65 or "set",
    runs = "web:2", plans_nothing = true })
end
add("EXTERNAL: until the primary task set serves, beside one that cannot", { config = web(EXTERNAL, UNWATCHED),
  wait = { ["until"] = "deployed" }, fate = fate "pull_error",
  during = { { 2, task_set "web:2" }, { 4, task_set "web:1" }, { 30, promote(2) } }, expect = "ok", knows = 30,
  runs = "web:1", plans_nothing = true })
add("EXTERNAL: scaled up with a primary task set", { first = web(EXTERNAL, UNWATCHED),
  config = web(EXTERNAL, { desired_count = 4 }), before = function(sim)
    task_set "web:1"(sim)
    promote(1)(sim)
    sim:advance(60)
  end, expect = "ok", knows = "steady", running = 4, plans_nothing = true })

-- Running.

local function simulator(options)
  local given = { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:3" },
    start_time = 1767225600.25 }
  for key, value in pairs(options or {}) do given[key] = value end
  return ecs.simulator(given)
end

local function stack(sim, config, backend)
  local made = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
  made.backend = backend or made.backend
  made:service("web", config)
  return made
end

local function deploy_first(sim, config)
  local made = stack(sim, config)
  assert(made:apply())
  if config.wait_for_steady_state then assert(made:wait()) end
  sim:advance(30)
  return made
end

local function arrange(sim, scenario, events)
  local rule = scenario.fate
  if rule then
    local own = { service = "web" }
    if not scenario.fate_of_all then own.task_definition = "web:2" end
    for key, value in pairs(rule) do own[key] = value end
    sim:tasks(own)
  end
  if scenario.before then scenario.before(sim) end
  for _, step in ipairs(scenario.during or {}) do
    sim.world:at(sim:now() + step[1], function() step[2](sim) end)
  end
  local options = { on_event = function(event) events[#events + 1] = event end }
  for key, value in pairs(scenario.options or {}) do options[key] = value end
  return options
end

local function run(made, scenario, options)
  if not scenario.wait then return made:apply(options) end
  if scenario.config then assert(made:apply()) end
  for key, value in pairs(scenario.wait) do options[key] = value end
  return made:wait(options)
end

-- When the simulator knew: the last decision of that kind that is not after the end, or so many seconds from the start.
local function known_at(sim, scenario, from, to)
  if type(scenario.knows) == "number" then return from + scenario.knows end
  local at
  for _, decision in ipairs(sim.decisions) do
    local fits = decision.what == scenario.knows or scenario.knows == "set" and decision.what == "steady"
    if fits and decision.at >= from and decision.at <= to then
      at = decision.at
    end
  end
  if scenario.knows == "begun_here" then at = from end
  assert(at, "told before it was known: " .. scenario.name)
  return at + (scenario.later or 0)
end

--- Runs one.
---@param scenario table
---@return table { outcome, error, message, seconds (until it was told), late (seconds from the simulator's knowing),
---  calls, events, sim, stack }
function scenarios.run(scenario)
  local sim, events = simulator(scenario.sim), {}
  local before = scenario.first and deploy_first(sim, scenario.first)
  local made = before
  if scenario.config then made = stack(sim, scenario.config, before and before.backend) end
  local from, asked = sim:now(), #sim.requests
  local options = arrange(sim, scenario, events)
  local ok, err = run(made, scenario, options)
  local to = sim:now()
  return { outcome = ok and "ok" or err.code, error = err, message = err and tostring(err) or "", events = events,
    sim = sim, stack = made, seconds = to - from, calls = #sim.requests - asked,
    late = to - known_at(sim, scenario, from, to) }
end

return scenarios
