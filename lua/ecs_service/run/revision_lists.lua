--- Which revisions the families of task definitions have, by their status.
local call = require "ecs_service.run.api_call"
local names = require "ecs_service.util.identifiers"

local lists = {}

--- The statuses that a revision can have.
lists.STATUSES = { "ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS" }

--- The family and the number of a revision.
---@param arn any an ARN, or family:revision
---@return string|nil family
---@return integer|nil number
function lists.parts(arn)
  local family, number = (names.last(arn) or ""):match "^(.*):(%d+)$"
  return family, family and tonumber(number) or nil
end

local function note(found, one, arns)
  local list = found[one.family][one.status]
  for _, arn in ipairs(arns) do
    if lists.parts(arn) == one.family then list[#list + 1] = arn end
  end
end

--- Lists the revisions of families, all at once, page by page.
---@param session ecs_service.Session
---@param families string[]
---@param statuses string[]
---@param opts table|nil { interrupted }
---@return table<string, table<string, string[]>>|nil family → status → ARNs, the newest first
---@return ecs_service.Error|nil
function lists.of(session, families, statuses, opts)
  local found, open = {}, {}
  for _, family in ipairs(families) do
    found[family] = {}
    for _, status in ipairs(statuses) do
      found[family][status] = {}
      open[#open + 1] = { family = family, status = status }
    end
  end
  while #open > 0 do
    local calls, left = {}, {}
    for i, one in ipairs(open) do
      calls[i] = { operation = "ListTaskDefinitions", body = { familyPrefix = one.family, status = one.status,
        sort = "DESC", maxResults = 100, nextToken = one.token } }
    end
    for i, result in ipairs(call.all(session, calls, opts)) do
      if result.err then return nil, result.err end
      local one = open[i]
      note(found, one, result.answer.taskDefinitionArns or {})
      one.token = result.answer.nextToken
      if one.token then left[#left + 1] = one end
    end
    open = left
  end
  return found
end

return lists
