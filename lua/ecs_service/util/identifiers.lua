--- Names of clusters, services and task definitions, however they are written.
local names = {}

--- The name in an ARN ("arn:aws:ecs:eu-west-1:1:cluster/prod" → "prod"), or the text itself.
---@param text string|nil
---@return string|nil
function names.short(text)
  if type(text) ~= "string" or text:sub(1, 4) ~= "arn:" then return text end
  return text:match "^.*[/:]([^/:]+)$" or text
end

--- What stands behind the last slash ("arn:aws:…:task-definition/web:2" → "web:2"), or the text; nil for nothing.
---@param text any
---@return string|nil
function names.last(text)
  local last = type(text) == "string" and (text:match "^.*/(.*)$" or text)
  return last and last ~= "" and last or nil
end

--- "prod/mongodb": how people, and import, call a service.
---@param cluster string|nil name or ARN; nil is the cluster "default"
---@param service string
---@return string
function names.identity(cluster, service)
  return (names.short(cluster) or "default") .. "/" .. tostring(names.short(service))
end

return names
