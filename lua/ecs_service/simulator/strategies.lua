--- How a service is to be deployed: what ECS fills in of a strategy, and what it refuses.
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"

local strategies = {}

local invalid = refuse.invalid

-- The structure that only one strategy has, what ECS fills in there, and the least percent.
local OF = {
  LINEAR = { name = "linearConfiguration", percent = "stepPercent", bake = "stepBakeTimeInMinutes", least = 3,
    defaults = { stepPercent = 10.0, stepBakeTimeInMinutes = 6 } },
  CANARY = { name = "canaryConfiguration", percent = "canaryPercent", bake = "canaryBakeTimeInMinutes", least = 0.1,
    defaults = { canaryPercent = 5.0, canaryBakeTimeInMinutes = 10 } },
}

--- Completes what a service has after a create or an update that said `given` of it: the figures of its strategy, and
--- nothing of another one.
---@param configuration table deploymentConfiguration of the service
---@param given table deploymentConfiguration of the request
function strategies.complete(configuration, given)
  for strategy, own in pairs(OF) do
    if configuration.strategy == strategy then
      local block = configuration[own.name] or {}
      for name, value in pairs(own.defaults) do
        if block[name] == nil then block[name] = value end
      end
      configuration[own.name] = block
    elseif given[own.name] == nil then
      configuration[own.name] = nil
    end
  end
  local criteria = configuration.earlySuccessCriteria
  if criteria and not criteria.enable then configuration.earlySuccessCriteria = nil end
end

local function check_minutes(minutes, name)
  if minutes and (minutes < 0 or minutes > 1440) then invalid("%s must be between 0 and 1440.", name) end
end

local function check_shift(configuration)
  for strategy, own in pairs(OF) do
    local block = configuration[own.name]
    if block and configuration.strategy ~= strategy then
      invalid("%s is only valid when the deployment strategy is %s.", own.name, strategy)
    elseif block then
      local percent = block[own.percent]
      if percent < own.least or percent > 100 or math.abs(percent * 10 - math.floor(percent * 10 + 0.5)) > 1e-6 then
        invalid("%s must be a multiple of 0.1 between %.1f and 100.0.", own.percent, own.least)
      end
      check_minutes(block[own.bake], own.bake)
    end
  end
  check_minutes(configuration.bakeTimeInMinutes, "bakeTimeInMinutes")
end

local SHIFTING = { TEST_TRAFFIC_SHIFT = true, PRODUCTION_TRAFFIC_SHIFT = true }

local function check_pause(hook)
  if hook.hookTargetArn or hook.roleArn then
    invalid("hookTargetArn and roleArn are not applicable for PAUSE lifecycle hooks.")
  end
  for _, stage in ipairs(hook.lifecycleStages) do
    if SHIFTING[stage] then invalid("PAUSE lifecycle hooks are not supported at the %s stage.", stage) end
  end
end

local function check_hook(hook)
  if values.none(hook.lifecycleStages) then
    invalid("lifecycleStages cannot be empty for a lifecycle hook.")
  elseif hook.targetType == "PAUSE" then
    check_pause(hook)
  elseif not hook.hookTargetArn or not hook.roleArn then
    invalid("hookTargetArn and roleArn are required for AWS_LAMBDA lifecycle hooks.")
  end
end

local function check_early_success(configuration)
  local criteria = configuration.earlySuccessCriteria
  if not criteria or not criteria.enable then return end
  if not criteria.healthyPercent or not criteria.sourceServiceRevisionCleanup then
    invalid("healthyPercent and sourceServiceRevisionCleanup are required when earlySuccessCriteria is enabled.")
  elseif criteria.healthyPercent < configuration.minimumHealthyPercent then
    invalid("healthyPercent must be greater than or equal to minimumHealthyPercent.")
  end
end

--- Refuses what ECS refuses of a service's deploymentConfiguration.
---@param config table
function strategies.check(config)
  local configuration = config.deploymentConfiguration
  local strategy = configuration.strategy or "ROLLING"
  if strategy ~= "ROLLING" and config.deploymentController.type ~= "ECS" then
    invalid("The %s deployment strategy is only supported with the ECS deployment controller.", strategy)
  end
  check_shift(configuration)
  for _, hook in ipairs(configuration.lifecycleHooks or {}) do check_hook(hook) end
  check_early_success(configuration)
end

return strategies
