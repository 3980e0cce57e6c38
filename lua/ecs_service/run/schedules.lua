--- Schedules at EventBridge Scheduler: read, made, changed, deleted. Each of these may be sent twice: a create by its
--- token, an update because it says everything, a deletion because the second finds nothing.
local call = require "ecs_service.run.api_call"
local rest = require "ecs_service.run.rest"

local schedules = {}

local API = "scheduler"

-- A role that was made just now is not known everywhere yet.
local ROLE_PAUSE, ROLE_PATIENCE = 5, 120
local ROLE = "must allow AWS EventBridge Scheduler to assume the role"

-- What tells of nothing else may have no body.
local function told(completion)
  local body = completion.body or ""
  return body:find "%S" and body or "{}"
end

local function is_missing(err) return err.code == "ResourceNotFoundException" end

--- Reads several at once.
---@param session ecs_service.Session of ECS
---@param wanted table<any, { group_name: string|nil, name: string }>
---@param opts table { interrupted }
---@return table<any, table>|nil answers by the same keys; what is missing is absent
---@return ecs_service.Error|nil
function schedules.read(session, wanted, opts)
  local calls, keys, found = {}, {}, {}
  for key, one in pairs(wanted) do
    keys[#keys + 1] = key
    calls[#calls + 1] = { operation = "GetSchedule", body = { GroupName = one.group_name or "default",
      Name = one.name } }
  end
  if #calls == 0 then return found end
  local beside, err = session.toward(API)
  if not beside then return nil, err end
  for i, result in ipairs(call.all(beside, calls, { interrupted = opts.interrupted })) do
    if result.answer then
      found[keys[i]] = result.answer
    elseif not is_missing(result.err) then
      return nil, result.err
    end
  end
  return found
end

-- One request that changes something.
local function send(session, operation, body, opts)
  local beside, err = session.toward(API)
  if not beside then return nil, err end
  local since = session.scheduler:now()
  local answer
  repeat
    answer, err = call(beside, operation, body, { interrupted = opts.interrupted, read = told })
    local waits = err and tostring(err.message):find(ROLE, 1, true)
      and session.scheduler:now() - since < ROLE_PATIENCE
    local stopped = waits and rest(session, ROLE_PAUSE, opts.interrupted)
    if stopped then return nil, stopped end
  until not waits
  return answer, err
end

--- Makes one.
---@param session ecs_service.Session of ECS
---@param body table of schedule_form.body
---@param token string the same for the same create
---@param opts table { interrupted }
---@return string|nil arn
---@return ecs_service.Error|nil
function schedules.create(session, body, token, opts)
  body.ClientToken = token
  local answer, err = send(session, "CreateSchedule", body, opts)
  if answer then return answer.ScheduleArn or "" end
  if is_missing(err) then
    err.path = "group_name"
    err.hint = ("make the group first: aws scheduler create-schedule-group --name %s"):format(tostring(body.GroupName))
  end
  if err.code == "ConflictException" then
    local id = ("%s/%s"):format(tostring(body.GroupName), tostring(body.Name))
    err.hint = ("take it over: ecs-service import schedule.%s %s; or give this one another name"):format(body.Name, id)
  end
  return nil, err
end

--- Puts one in the place of what it was.
---@param session ecs_service.Session of ECS
---@param body table of schedule_form.body
---@param opts table { interrupted }
---@return boolean|nil
---@return ecs_service.Error|nil
function schedules.update(session, body, opts)
  local answer, err = send(session, "UpdateSchedule", body, opts)
  return answer and true, err
end

--- Ends one; what is gone already is ended.
---@param session ecs_service.Session of ECS
---@param one table { group_name, name }
---@param opts table { interrupted }
---@return boolean|nil
---@return ecs_service.Error|nil
function schedules.delete(session, one, opts)
  local answer, err = send(session, "DeleteSchedule", { GroupName = one.group_name or "default", Name = one.name },
    opts)
  if answer or is_missing(err) then return true end
  return nil, err
end

--- Whether nobody knows what became of the request: its answer was lost, or the server had an error of its own.
---@param err ecs_service.Error
---@return boolean
function schedules.is_open(err)
  local status = err.http_status
  return not (type(status) == "number" and status >= 400 and status < 500)
end

return schedules
