--- The metrics that scaling policies follow: what a test has set them to.
local metrics = {}

-- What CloudWatch calls the predefined metrics of ECS.
local PREDEFINED = {
  ECSServiceAverageCPUUtilization = "CPUUtilization",
  ECSServiceAverageCPUUtilizationHighResolution = "CPUUtilization",
  ECSServiceAverageMemoryUtilization = "MemoryUtilization",
  ECSServiceAverageMemoryUtilizationHighResolution = "MemoryUtilization",
  ALBRequestCountPerTarget = "RequestCountPerTarget",
}

--- Whether services of ECS have a predefined metric of that type.
function metrics.is_of_ecs(type_name) return PREDEFINED[type_name] ~= nil end

local function plain_name(name) return PREDEFINED[name] or name end

--- Sets a metric, under its predefined type or the name that CloudWatch has for it; a value of false takes it away.
---@param given table {service, cluster (any), name, value}
---@return string|nil problem
function metrics.set(world, given)
  local known = { service = "string", cluster = "string", name = "string", value = "number" }
  for key, value in pairs(given) do
    if not known[key] then return "takes no " .. tostring(key) end
    if type(value) ~= known[key] and not (key == "value" and value == false) then
      return ("takes %s as a %s"):format(key, known[key])
    end
  end
  for _, key in ipairs { "service", "name", "value" } do
    if given[key] == nil then return "takes service, name and value: " .. key .. " is missing" end
  end
  local list = world.scaling.metrics
  list[#list + 1] = { service = given.service, cluster = given.cluster, name = plain_name(given.name),
    value = given.value, since = world.now }
end

--- What a policy's metric is now, nil when nobody has set it.
---@param policy table of target tracking
---@return table|nil metric {value, since}
function metrics.of(world, policy)
  local predefined = policy.configuration.PredefinedMetricSpecification
  local customized = policy.configuration.CustomizedMetricSpecification
  local name = predefined and plain_name(predefined.PredefinedMetricType) or customized and customized.MetricName
  local cluster, service = policy.target.id:match "^service/([^/]+)/(.+)$"
  local list = world.scaling.metrics
  for i = #list, 1, -1 do
    local metric = list[i]
    if metric.service == service and metric.name == name and (not metric.cluster or metric.cluster == cluster) then
      return metric.value and metric or nil
    end
  end
end

--- Seconds between two values of a policy's metric.
function metrics.period(policy)
  local predefined = policy.configuration.PredefinedMetricSpecification
  return predefined and predefined.PredefinedMetricType:find "HighResolution$" and 20 or 60
end

return metrics
