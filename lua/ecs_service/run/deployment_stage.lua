--- How far a deployment that shifts traffic in stages is, by its service deployment.
local deployment_stage = {}

local function name_of(hook)
  return hook.targetArn and (hook.targetArn:match ":function:(.+)$" or hook.targetArn) or hook.hookId
end

-- Between two steps of the shift, and after the last.
local function bake_seconds(one, weight)
  local configuration = one.deploymentConfiguration or {}
  if one.lifecycleStage == "BAKE_TIME" then return (tonumber(configuration.bakeTimeInMinutes) or 0) * 60 end
  if one.lifecycleStage ~= "PRODUCTION_TRAFFIC_SHIFT" or not weight or weight <= 0 or weight >= 100 then return 0 end
  local linear, canary = configuration.linearConfiguration or {}, configuration.canaryConfiguration or {}
  local minutes = configuration.strategy == "LINEAR" and linear.stepBakeTimeInMinutes
    or configuration.strategy == "CANARY" and canary.canaryBakeTimeInMinutes
  return (tonumber(minutes) or 0) * 60
end

--- What is known of it.
---@param one table of DescribeServiceDeployments
---@return table { stage, strategy, status, production_weight, test_weight, bake_seconds, since (the last update),
---  hooks = { { id, name, type, status, expires_at, timeout_action } } }
function deployment_stage.of(one)
  local target, hooks = one.targetServiceRevision or {}, {}
  local weight = tonumber(target.requestedProductionTrafficWeight)
  for i, hook in ipairs(one.lifecycleHookDetails or {}) do
    hooks[i] = { id = hook.hookId, name = name_of(hook), type = hook.targetType, status = hook.status,
      expires_at = tonumber(hook.expiresAt), timeout_action = hook.timeoutAction }
  end
  local bakes = bake_seconds(one, weight)
  return { stage = one.lifecycleStage, strategy = (one.deploymentConfiguration or {}).strategy, status = one.status,
    production_weight = weight, test_weight = tonumber(target.requestedTestTrafficWeight),
    bake_seconds = bakes > 0 and bakes or nil, since = tonumber(one.updatedAt), hooks = hooks }
end

return deployment_stage
