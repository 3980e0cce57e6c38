--- How requests to EventBridge Scheduler look: operations have methods and paths, their parameters stand in the path,
--- the query and the body, and what is wrong is told by a header.
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"

local requests = {}

-- By the first part of the path, and whether a name follows: the operation of each method, and what the query's names
-- stand for.
local ROUTES = {
  ["schedules/"] = { POST = "CreateSchedule", PUT = "UpdateSchedule", GET = "GetSchedule", DELETE = "DeleteSchedule",
    query = { groupName = "GroupName", clientToken = "ClientToken" } },
  schedules = { GET = "ListSchedules", query = { ScheduleGroup = "GroupName", NamePrefix = "NamePrefix",
    State = "State", NextToken = "NextToken", MaxResults = "MaxResults" } },
  ["schedule-groups/"] = { POST = "CreateScheduleGroup", query = {} },
}

local function plain(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function add_query(names, query, body)
  for name, value in (query or ""):gmatch "([^&=]+)=([^&]*)" do
    local member = names[plain(name)]
    value = plain(value)
    if member then body[member] = member == "MaxResults" and tonumber(value) or value end
  end
end

--- The operation that a request asks for, and its parameters.
---@param request table { method, path, query, body }
---@return string|nil operation nil: it is none of these
---@return table|nil body nil: refusal tells why
---@return table|nil refusal
function requests.read(request)
  local first, name = request.path:match "^/([%w-]+/?)(.*)$"
  local route = ROUTES[first or ""]
  local operation = route and (first:sub(-1) == "/") == (name ~= "") and route[request.method]
  if not operation then return nil end
  local body = request.body == "" and core.object {} or core.read_json(request.body)
  if type(body) ~= "table" or body[1] ~= nil then
    return operation, nil, refuse.new("SerializationException", "The request's body is not a JSON object.")
  end
  if name ~= "" then body.Name = plain(name) end
  add_query(route.query, request.query, body)
  return operation, body
end

local STATUS = { ResourceNotFoundException = 404, ConflictException = 409, ThrottlingException = 429,
  InternalServerException = 500, ServiceQuotaExceededException = 402 }

--- What is answered to a request that is refused.
---@param refusal table
---@return string body
---@return string content_type
---@return integer status
function requests.refusal(refusal)
  local body = { Message = refusal.message }
  return core.json(body), "application/json", refusal.status == 400 and STATUS[refusal.code] or refusal.status
end

return requests
