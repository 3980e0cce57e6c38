--- Auto scaling that rests while its service is deployed: how it was before is durable before it is suspended, and it
--- is put back whatever became of the deployment; where a run was killed in between, the next one does that.
local call = require "ecs_service.run.api_call"
local errors = require "ecs_service.errors"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local leaving = require "ecs_service.aws.leaving"
local names = require "ecs_service.util.identifiers"
local reader = require "ecs_service.run.declared_scaling"
local rest = require "ecs_service.run.rest"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local suspended = {}

local ATTEMPTS = 3
local PAUSE, PATIENCE = 2, 60 -- seconds, while another change of the target is under way
local KIND = kinds.named "scaling"

-- The members of a declaration, and of the API.
local MEMBERS = { scale_in = "DynamicScalingInSuspended", scale_out = "DynamicScalingOutSuspended",
  scheduled = "ScheduledScalingSuspended" }

--- What the API is told of a suspension.
---@param given table|nil { scale_in, scale_out, scheduled }
---@return table
function suspended.wire(given)
  local state = {}
  for name, member in pairs(MEMBERS) do state[member] = given ~= nil and given[name] == true end
  return state
end

--- What the API says of one.
---@param state table|nil
---@return table
function suspended.read(state)
  local given = {}
  for name, member in pairs(MEMBERS) do given[name] = state ~= nil and state[member] == true end
  return given
end

--- All of it rests.
suspended.ALL = { scale_in = true, scale_out = true, scheduled = true }

-- The services that are deployed, and may have a target that stays.
local function deployed(plan)
  local list, goes = {}, {}
  for _, change in ipairs(plan.changes) do
    if change.kind == KIND.name and change.action == "delete" then goes[change.at] = true end
  end
  for _, change in ipairs(plan.changes) do
    local starts = change.action == "update" and change.deployment and change.deployment.starts
    if starts and kinds.of_change(change) == kinds.BARE then
      local address = kinds.address(KIND, kinds.name(change.address))
      if not goes[address] then
        list[#list + 1] = { address = address, id = reader.id(change.before), service = change.before }
      end
    end
  end
  return list
end

-- How it is to be when the deployment is over: as it is planned, or as it was before a run suspended it.
local function former_of(plan, one, target, journal)
  for _, change in ipairs(plan.changes) do
    if change.at == one.address and not change.part and change.after then
      return tables.merge(suspended.read(), change.after.suspended)
    end
  end
  return journal and journal.suspended or suspended.read(target.SuspendedState)
end

-- Nobody suspends or resumes what is not there any more.
local function is_gone(session, one, err)
  if err.code ~= "ValidationException" and err.code ~= "ObjectNotFoundException" then return false end
  local found = reader.targets(session, { one }, {})
  return found ~= nil and found[one.address].target == nil
end

local function send(session, one, given)
  local own, err = session.toward "application-autoscaling"
  if not own then return err end
  local body = reader.about(one.id, { SuspendedState = suspended.wire(given) })
  local began, tries = session.scheduler:now(), 0
  while true do
    local _, problem = call(own, "RegisterScalableTarget", body, { mutates = true })
    err, tries = problem, tries + 1
    local pending = err and err.code == "ConcurrentUpdateException" and session.scheduler:now() - began < PATIENCE
    if not pending and not (err and err.retryable and tries < ATTEMPTS) then break end
    if pending then rest(session, PAUSE) end
  end
  return err and not is_gone(session, one, err) and err or nil
end

local function note(run, session, book, one)
  local state, cluster = run.state, names.short(one.service.cluster) or "default"
  book:touch(one.address)
  state.journal[one.address] = tables.merge(state.journal[one.address], { operation = "RegisterScalableTarget",
    suspended = one.former, begun = times.text(skew.now(session)), by = history.author(), cluster = cluster,
    service = one.service.name, arn = state.place and state.place:arn(cluster, one.service.name) or nil })
end

-- The suspension is over; what else was begun is another matter.
local function forget(run, book, one)
  local journal = run.state.journal[one.address]
  book:touch(one.address)
  if journal and journal.names then journal.suspended = nil else run.state.journal[one.address] = nil end
end

--- Suspends what scales the services that a plan deploys.
---@param run ecs_service.Run
---@param session ecs_service.Session
---@param book table the recorder
---@param plan ecs_service.Plan
---@return table[]|nil what is suspended, for `over`
---@return ecs_service.Error|nil
function suspended.begin(run, session, book, plan)
  local wanted, list = deployed(plan), {}
  local found, err = reader.targets(session, wanted, { interrupted = run.opts.interrupted })
  if not found then return nil, err end
  for _, one in ipairs(wanted) do
    local target = found[one.address].target
    if target then
      one.former = former_of(plan, one, target, run.state.journal[one.address])
      list[#list + 1] = one
      note(run, session, book, one)
    end
  end
  book.suspends, book.announced = #list > 0, true
  local saved
  saved, err = book:save()
  if not saved then return nil, err end
  for _, one in ipairs(list) do
    err = send(session, one, suspended.ALL)
    if err then
      suspended.over(run, session, book, list)
      book:save()
      return nil, err
    end
  end
  return list
end

--- Puts it back, also when the run is asked to end.
---@param run ecs_service.Run
---@param session ecs_service.Session
---@param book table
---@param list table[] of `begin`
---@return ecs_service.Error[] failures
function suspended.over(run, session, book, list)
  local failures, told = {}, leaving.told(nil)
  for _, one in ipairs(list) do
    local ok, err = pcall(send, session, one, one.former)
    if ok and not err then
      forget(run, book, one)
    else
      err = ok and err or { code = "Failed", message = tostring(err) }
      failures[#failures + 1] = errors.new { code = err.code, service = kinds.owner(one.address),
        message = ("its auto scaling was suspended for the deployment, and could not be resumed: %s"):format(
          tostring(err.message)), hint = "apply again: that resumes it" }
    end
  end
  leaving.told(told)
  return failures
end

return suspended
