--- Checks before the traffic: those that name a stage of the deployment, and, where test traffic gets to the new
--- version first, those that name none. ECS is told of a pause there, and the run that follows makes the checks and
--- decides by them, as it asks a function of the script (plan/hook_functions.lua).
local answers = require "ecs_service.plan.check_answer"
local counting = require "ecs_service.plan.check_count"
local hook_functions = require "ecs_service.plan.hook_functions"

local staged = {}

local BLOCK, HOOK = "deployment_configuration", "lifecycle_hook"
local SHIFTS = { BLUE_GREEN = true, LINEAR = true, CANARY = true }
-- Until when ECS waits for who makes them, and how long they may take at most.
local TIMEOUT_MINUTES, MOST_SECONDS = 60, 50 * 60

--- The stages at which ECS can pause.
staged.STAGES = { "RECONCILE_SERVICE", "PRE_SCALE_UP", "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT" }

--- What a check says that is made when the deployment has been completed, whatever the strategy.
staged.COMPLETED = "completed"

-- Where the new version has test traffic, and production has none of it yet.
local TEST = "POST_TEST_TRAFFIC_SHIFT"

-- One attempt: what is wrong, or nil.
local function attempt(check, ctx)
  if check.run then
    local revisions = ctx.revisions or {}
    ctx.task_definition = (revisions.target or {}).task_definition
    ctx.former = (revisions.source or {}).task_definition
    return answers.of_function(check, nil, pcall(check.run, ctx))
  end
  local url, headers = answers.addressed(check.url, check.headers)
  local page, err = ctx.get(url, { headers = headers, timeout = check.timeout })
  return answers.problem(check, page or { error = { kind = err.code, message = err.message } })
end

-- Makes one check until it has succeeded, or is over: what is wrong, and how it was counted.
local function make(check, ctx)
  local count, result, problem = {}, nil, nil
  counting.begin(count, check, ctx.now())
  while result ~= "passed" and result ~= "failed" do
    if result then ctx.sleep(math.max(0, count.next_at - ctx.now())) end
    ctx.attempt, count.asked = count.attempts + 1, ctx.now()
    result, problem = counting.take(count, check, attempt(check, ctx), ctx.now())
  end
  return problem, count
end

-- What is asked at the pause.
local function responder(list)
  return function(ctx)
    for _, check in ipairs(list) do
      local problem, count = make(check, ctx)
      if problem then
        return false, { message = ("the check %s: %s"):format(check.shown, problem.message), check = {
          shown = check.shown, kind = problem.kind, message = problem.message, status = problem.status,
          body = problem.body, attempts = count.attempts, seconds = ctx.now() - count.began, stage = ctx.stage } }
      end
    end
    return true
  end
end

local function block_of(config)
  local block = config[BLOCK]
  if type(block) == "table" and type(block[1]) == "table" then block = block[1] end
  return type(block) == "table" and block or nil
end

local function hooks_of(block)
  local hooks = block[HOOK]
  if type(hooks) ~= "table" then return {} end
  return hooks[1] == nil and next(hooks) ~= nil and { hooks } or hooks
end

local function refuse(problems, path, code, message, hint)
  problems[#problems + 1] = { severity = "error", code = code, path = path, dropped = path, message = message,
    hint = hint }
end

-- What keeps checks from being made at their stage.
local function is_refused(problems, config, one)
  local block = block_of(config)
  local seconds = 0
  for _, check in ipairs(one.list) do seconds = seconds + check.within end
  if not block or not SHIFTS[block.strategy] then
    refuse(problems, one.path, "Conflict", "a deployment has stages when its strategy shifts traffic",
      'declare deployment_configuration with strategy = "BLUE_GREEN", "LINEAR" or "CANARY"; or leave out stage')
  elseif hook_functions.pauses_at(config, one.stage) then
    refuse(problems, one.path, "Conflict", ("a hook pauses at %s already, and ECS does not tell which pause waits")
      :format(one.stage), "ask the URL in its function, or leave out one of them")
  elseif seconds > MOST_SECONDS then
    refuse(problems, one.path, "OutOfRange", ("the checks of %s may take %g s together, and ECS waits an hour for them")
      :format(one.stage, seconds), ("make `within` shorter: %d s at most"):format(MOST_SECONDS))
  else
    return false
  end
  return true
end

-- The checks by their stages, in the order in which those come.
local function by_stage(list)
  local stages, known = {}, {}
  for i, check in ipairs(list) do
    local one = known[check.stage]
    if check.stage and not one then
      one = { stage = check.stage, path = ("checks[%d].stage"):format(i), list = {} }
      known[check.stage], stages[#stages + 1] = one, one
    end
    if one then one.list[#one.list + 1] = check end
  end
  return stages
end

-- Whether somebody declared how test traffic gets to the new version.
local function has_test_traffic(value)
  if type(value) ~= "table" then return false end
  for name, member in pairs(value) do
    if name == "test_listener_rule" or name == "test_traffic_rules" or has_test_traffic(member) then return true end
  end
  return false
end

-- Gives checks that name no stage the one before the traffic, where there is such and the deployment can go back there.
local function choose(list, config, ends)
  local block, seconds, open = block_of(config), 0, {}
  for _, check in ipairs(list) do
    if check.stage == nil then open[#open + 1] = check end
    if check.stage == nil or check.stage == TEST then seconds = seconds + check.within end
  end
  local possible = ends ~= "fail" and block and SHIFTS[block.strategy] and not hook_functions.pauses_at(config, TEST)
    and seconds <= MOST_SECONDS
    and (has_test_traffic(config.load_balancer) or has_test_traffic(config.service_connect_configuration))
  for _, check in ipairs(possible and open or {}) do check.stage, check.chosen = TEST, true end
  for _, check in ipairs(list) do
    if check.stage == staged.COMPLETED then check.stage = nil end
  end
end

--- Has a declaration pause at the stages of its checks.
---@param list ecs_service.OneCheck[]
---@param config table the declaration; changed
---@param problems table[] diagnostics; added to
---@param ends string|nil on_failed_check
---@return ecs_service.OneCheck[] rest those that are made when the deployment has been completed; those with a stage
---  only where it did not get there (the first deployment of a service has nothing to shift traffic from)
---@return table<string, function>|nil asked who answers, by stage
function staged.place(list, config, problems, ends)
  local rest, asked = {}, nil
  choose(list, config, ends)
  for _, check in ipairs(list) do
    if not check.stage or check.chosen then rest[#rest + 1] = check end
  end
  for _, one in ipairs(by_stage(list)) do
    if not is_refused(problems, config, one) then
      local block = block_of(config)
      asked = asked or {}
      asked[one.stage] = responder(one.list)
      local hooks = { (table.unpack or unpack)(hooks_of(block)) }
      hooks[#hooks + 1] = { target_type = "PAUSE", lifecycle_stages = { one.stage },
        timeout_configuration = { timeout_in_minutes = TIMEOUT_MINUTES, action = "ROLLBACK" } }
      block[HOOK] = hooks
    end
  end
  return rest, asked
end

return staged
