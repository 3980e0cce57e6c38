--- What List… and Describe… operations answer in pages and batches, as one list.
local call = require "ecs_service.run.api_call"
local tables = require "ecs_service.util.tables"

local listing = {}

local PAGE = 100

--- Whether an error says that the cluster is not there: nothing is in it then.
---@param err ecs_service.Error
---@return boolean
function listing.is_gone(err) return err.code == "ClusterNotFoundException" end

--- Everything that a List… operation answers; nothing of a cluster that is not there.
---@param session ecs_service.Session
---@param operation string
---@param body table
---@param member string of its answer: "taskArns"
---@param opts table of run/api_call.lua
---@return string[]|nil
---@return ecs_service.Error|nil
function listing.all(session, operation, body, member, opts)
  local all, token = {}, nil
  repeat
    local answer, err = call(session, operation, tables.merge(body, { nextToken = token, maxResults = PAGE }), opts)
    if not answer and listing.is_gone(err) then return {} end
    if not answer then return nil, err end
    for _, arn in ipairs(answer[member] or {}) do all[#all + 1] = arn end
    token = answer.nextToken
  until token == nil
  return all
end

--- What a Describe… operation answers of a list, in batches.
---@param session ecs_service.Session
---@param operation string
---@param cluster string
---@param member string of its body and of its answer: "tasks"
---@param arns string[]
---@param size integer how many one request takes
---@param opts table of run/api_call.lua
---@return table[]|nil
---@return ecs_service.Error|nil
function listing.described(session, operation, cluster, member, arns, size, opts)
  local calls, all = {}, {}
  for i = 1, #arns, size do
    local batch = {}
    for k = i, math.min(#arns, i + size - 1) do batch[#batch + 1] = arns[k] end
    calls[#calls + 1] = { operation = operation, body = { cluster = cluster, [member] = batch } }
  end
  for _, result in ipairs(#calls > 0 and call.all(session, calls, opts) or {}) do
    if result.err then return nil, result.err end
    for _, one in ipairs(result.answer[member] or {}) do all[#all + 1] = one end
  end
  return all
end

return listing
