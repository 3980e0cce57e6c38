--- The service deployments and service revisions that ECS keeps (for 90 days): which there were, and how they ended.
local call = require "ecs_service.run.api_call"

local service_deployments = {}

--- The statuses of those of which nothing more will come.
service_deployments.ENDED = { SUCCESSFUL = true, STOPPED = true, ROLLBACK_SUCCESSFUL = true, ROLLBACK_FAILED = true }

local MOST_ARNS = 20 -- of one Describe…
local MOST_LISTED = 100
local MOST_PAGES = 20 -- a server may give pages of nothing, each with the token of a next one

--- The service deployments of a service, the newest first.
---@param session ecs_service.Session
---@param place table { cluster, service }
---@param opts table|nil { status = list of statuses, limit = integer (default 20) }
---@return table[]|nil as ListServiceDeployments gives them
---@return ecs_service.Error|nil of a server that does not have them, too
function service_deployments.list(session, place, opts)
  opts = opts or {}
  local limit, found, token, pages = opts.limit or 20, {}, nil, 0
  repeat
    local answer, err = call(session, "ListServiceDeployments", { cluster = place.cluster, service = place.service,
      status = opts.status, nextToken = token, maxResults = math.min(limit, MOST_LISTED) })
    if not answer then return nil, err end
    for _, one in ipairs(answer.serviceDeployments or {}) do found[#found + 1] = one end
    token, pages = answer.nextToken, pages + 1
  until type(token) ~= "string" or #found >= limit or pages >= MOST_PAGES
  -- The order is not promised.
  for i, one in ipairs(found) do one.listed = i end
  table.sort(found, function(a, b)
    local x, y = tonumber(a.createdAt) or 0, tonumber(b.createdAt) or 0
    if x ~= y then return x > y end
    return a.listed < b.listed
  end)
  for i = #found, limit + 1, -1 do found[i] = nil end
  return found
end

local function described(session, operation, member, key, id, arns)
  local calls, map = {}, {}
  for i = 1, #arns, MOST_ARNS do
    local part = {}
    for j = i, math.min(i + MOST_ARNS - 1, #arns) do part[#part + 1] = arns[j] end
    calls[#calls + 1] = { operation = operation, body = { [member] = part } }
  end
  for _, result in ipairs(call.all(session, calls)) do
    if result.err then return nil, result.err end
    for _, one in ipairs(result.answer[key] or {}) do map[one[id]] = one end
  end
  return map
end

--- Service deployments in full, by their ARNs.
---@param session ecs_service.Session
---@param arns string[]
---@return table<string, table>|nil
---@return ecs_service.Error|nil
function service_deployments.details(session, arns)
  return described(session, "DescribeServiceDeployments", "serviceDeploymentArns", "serviceDeployments",
    "serviceDeploymentArn", arns)
end

--- Service revisions, by their ARNs.
---@param session ecs_service.Session
---@param arns string[]
---@return table<string, table>|nil
---@return ecs_service.Error|nil
function service_deployments.revisions(session, arns)
  local seen, list = {}, {}
  for _, arn in ipairs(arns) do
    if not seen[arn] then seen[arn], list[#list + 1] = true, arn end
  end
  return described(session, "DescribeServiceRevisions", "serviceRevisionArns", "serviceRevisions",
    "serviceRevisionArn", list)
end

return service_deployments
