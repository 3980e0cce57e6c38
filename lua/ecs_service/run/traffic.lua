--- Of services that deploy in stages: which stage their deployment is in, how the traffic is shared, and which target
--- group serves each revision.
local names = require "ecs_service.util.identifiers"
local service_deployments = require "ecs_service.run.service_deployments"
local staged = require "ecs_service.run.deployment_stage"

local traffic = {}

local short = names.last

local function strategy_of(service)
  return (service.deploymentConfiguration or {}).strategy or "ROLLING"
end

local function groups_of(revision)
  local list = {}
  for i, balancer in ipairs((revision.resolvedConfiguration or {}).loadBalancers or {}) do
    list[i] = balancer.targetGroupArn
  end
  return list[1] and list or nil
end

--- The revision that is deployed first, then those that it takes the place of.
---@param one table of DescribeServiceDeployments
---@return table[] { arn, requestedProductionTrafficWeight, … }
function traffic.sides(one)
  local list = { one.targetServiceRevision }
  for _, source in ipairs(one.sourceServiceRevisions or {}) do list[#list + 1] = source end
  return list
end

local function share(side, revisions)
  local revision = revisions[side.arn] or {}
  return { revision = side.arn, task_definition = revision.taskDefinition and short(revision.taskDefinition),
    production_weight = tonumber(side.requestedProductionTrafficWeight),
    test_weight = tonumber(side.requestedTestTrafficWeight), target_groups = groups_of(revision) }
end

--- Whether a service deployment shifts traffic.
---@param one table of DescribeServiceDeployments
---@return boolean
function traffic.shifts(one) return one.lifecycleStage ~= nil and strategy_of(one) ~= "ROLLING" end

--- Who gets how much of the traffic by a service deployment, and by which target groups.
---@param one table of DescribeServiceDeployments
---@param revisions table<string, table> of DescribeServiceRevisions, by their ARNs
---@return table[] { revision, task_definition, production_weight, test_weight, target_groups }
function traffic.shares(one, revisions)
  local list = {}
  for i, side in ipairs(traffic.sides(one)) do list[i] = share(side, revisions) end
  return list
end

--- What there is to tell, by the ARN of the service. Whoever may not read it is told nothing of it.
---@param session ecs_service.Session
---@param services table[] of DescribeServices
---@return table<string, table> { stage (while one is under way: as run/deployment_stage.lua has it), traffic =
---  { { revision, task_definition, production_weight, test_weight, target_groups } } }
function traffic.of(session, services)
  local arns, by_arn = {}, {}
  for _, service in ipairs(services) do
    local arn = strategy_of(service) ~= "ROLLING" and service.currentServiceDeployment
    if arn then arns[#arns + 1], by_arn[arn] = arn, service.serviceArn end
  end
  if #arns == 0 then return {} end
  local found, wanted = service_deployments.details(session, arns) or {}, {}
  for _, one in pairs(found) do
    for _, side in ipairs(traffic.sides(one)) do wanted[#wanted + 1] = side.arn end
  end
  table.sort(wanted)
  local revisions, result = service_deployments.revisions(session, wanted) or {}, {}
  for arn, one in pairs(found) do
    local ended = service_deployments.ENDED[one.status]
    result[by_arn[arn]] = { traffic = traffic.shares(one, revisions), stage = not ended and staged.of(one) or nil }
  end
  return result
end

return traffic
