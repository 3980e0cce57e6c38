--- The place that a state belongs to: one partition, one region, one account. A session that is bound to a state
--- compares them with what the run speaks to. Partition and region are compared before anything is sent; the account
--- as soon as it is known: the session may know it, else the ARNs of every answer tell it, and only when none of them
--- has told it before something is to be changed or written is the Security Token Service asked.
local errors = require "ecs_service.errors"
local tables = require "ecs_service.util.tables"

local place = {}

local SECONDS = 30 -- for an answer that is asked for only to see whose it is

-- ecs_service.Place of types.lua, as it is made here: partition, region, account; of a record its address and arn, too.

-- Whose ARNs are recorded.
local SERVICES = tables.set { "ecs", "scheduler", "events" }

--- The place in an ARN of something that is recorded; nil for anything else.
---@param arn any
---@return ecs_service.Place|nil
function place.of_arn(arn)
  if type(arn) ~= "string" then return nil end
  local partition, service, region, account = arn:match "^arn:(aws[%w%-]*):(%l+):([%w%-]+):(%d*):."
  if not SERVICES[service] then return nil end
  return { partition = partition, region = region, account = #account == 12 and account or nil, arn = arn }
end

local function add(list, address, arn)
  local found = place.of_arn(arn)
  if not found then return end
  found.address = address
  list[#list + 1] = found
end

--- The places that a state names: of its services, of deposed ones, and of its journal where that names one.
---@param state table
---@return ecs_service.Place[]
function place.recorded(state)
  local list = {}
  for _, address in ipairs(tables.keys(state.services)) do
    local entry = state.services[address]
    add(list, address, entry.attributes.id)
    if entry.deposed then add(list, address, entry.deposed.id) end
  end
  for _, name in ipairs(tables.keys(state.task_definitions or {})) do
    add(list, "task_definition." .. name, state.task_definitions[name].attributes.arn)
  end
  for _, name in ipairs(tables.keys(state.tasks or {})) do
    local attributes = state.tasks[name].attributes
    add(list, "task." .. name, attributes.tasks and attributes.tasks[1] or attributes.task_definition)
  end
  for _, name in ipairs(tables.keys(state.schedules or {})) do
    add(list, "schedule." .. name, state.schedules[name].attributes.arn)
  end
  for _, address in ipairs(tables.keys(state.journal)) do
    local journal = state.journal[address]
    for _, key in ipairs(tables.keys(journal)) do add(list, address, journal[key]) end
  end
  return list
end

local function differs(one, here)
  return one.partition and one.partition ~= here.partition or one.region and one.region ~= here.region
    or one.account and here.account and one.account ~= here.account or false
end

local function told(one, other)
  local parts = { one.region }
  if one.account then table.insert(parts, 1, "account " .. one.account) end
  if one.partition and one.partition ~= other.partition then parts[#parts + 1] = "partition " .. one.partition end
  return table.concat(parts, ", ")
end

local function wrong(list, here)
  local first, what = list[1], "the plan was made for"
  if first.address then
    what = first.address .. (#list > 1 and (" and %d more are"):format(#list - 1) or " is")
      .. (first.named and " in" or " recorded in")
  end
  return errors.new { code = "WrongPlace", recorded = first, here = here, whole = true,
    message = ("%s %s; this run speaks to %s"):format(what, told(first, here), told(here, first)),
    hint = "use the region and the credentials of the place where it is; a deliberate move is another state, "
      .. "or ecs-service state rm ADDRESS and ecs-service import" }
end

-- Of several records of one address, the first.
local function elsewhere(list, here)
  local found, seen = {}, {}
  for _, one in ipairs(list) do
    if differs(one, here) and not (one.address and seen[one.address]) then
      found[#found + 1] = one
      if one.address then seen[one.address] = true end
    end
  end
  return found
end

---@class ecs_service.PlaceGuard
---@field list ecs_service.Place[]  what is recorded
---@field err ecs_service.Error|nil why nothing more may be done
---@field cause ecs_service.Error|nil  why nobody can tell the account
---@field changed boolean|nil       a request that changes something was let through
---@field refuses boolean           false: it listens only
local Guard = {}
Guard.__index = Guard

--- Where the run is, as far as it is known.
---@return ecs_service.Place
function Guard:here()
  local session = self.session
  return { partition = session.partition, region = session.region, account = session.account_id or self.account }
end

function Guard:compare(list)
  local found = elsewhere(list or self.list, self:here())
  if #found == 0 then return nil end
  self.err = wrong(found, self:here())
  return self.err
end

-- What stands behind the first member of this name that is an ARN of ECS: one answer is of one account.
local function account_of(body, name, from)
  local _, at = body:find(name, from, true)
  while at do
    local text = body:match('^%s*:%s*"([^"]*)"', at + 1)
    local found = text and place.of_arn((text:gsub("\\/", "/")))
    if found and found.account then return found.account end
    _, at = body:find(name, at + 1, true)
  end
end

-- Every answer is looked at, so most of it is found without patterns.
local function account_in(body)
  local account = account_of(body, '"clusterArn"', 1) or account_of(body, '"serviceArn"', 1)
  if account then return account end
  local failures = body:find('"failures"', 1, true)
  return failures and account_of(body, '"arn"', failures) or account_of(body, '"taskDefinitionArn"', 1)
end

--- Takes in an answer of ECS.
---@param completion table of a transport
---@return ecs_service.Error|nil code WrongPlace
function Guard:hear(completion)
  if self.session.account_id then return nil end
  self.asked = true
  local account = account_in(completion.body or "")
  if not account then return nil end
  self.account, self.session.told_account = account, account
  return self.refuses and self:compare() or nil
end

--- Whether the account is known, or does not matter.
function Guard:is_settled()
  return not self.wanted or self:here().account ~= nil
end

-- Whoever was not asked anything yet is asked for a recorded service: its answer has an ARN, there or not.
local function ask_ecs(self)
  local session, cluster, service = self.session, nil, nil
  for _, one in ipairs(self.list) do
    cluster, service = (one.arn or ""):match ":service/([^/]+)/([^/]+)$"
    if service then break end
  end
  if self.asked or not service then return end
  local wire, core = require "ecs_service.aws.signed_request", require "ecs_service.core"
  local request = wire.request(session, "DescribeServices", core.json { cluster = cluster, services = { service } })
  local completion = request and session.transport:ask(request, SECONDS)
  if completion then self:hear(completion) end
end

local function unknown(self, err, first)
  if err.code ~= "UnknownAccount" then return err end
  return errors.new { code = "UnknownAccount", operation = err.operation, http_status = err.http_status,
    request_id = err.request_id, retryable = err.retryable, whole = true, recorded = first, here = self:here(),
    message = ("%s is recorded in account %s, and no answer told which account this run speaks to: %s"):format(
      first.address or "the plan", first.account, (err.message:gsub("^it cannot be found out [^:]*: ", ""))),
    hint = "make the Security Token Service reachable, and see what is wrong: ecs-service doctor" }
end

--- Makes sure that the account is the recorded one, before something is changed or written, and before something that
--- is recorded is taken to be gone.
---@return boolean|nil
---@return ecs_service.Error|nil codes WrongPlace, UnknownAccount, or of the credentials
function Guard:settle()
  if self.err then return nil, self.err end
  if self:is_settled() then return true end
  ask_ecs(self)
  if not self.err and not self:here().account then
    local id, err = require "ecs_service.aws.account".of(self.session, self.options)
    if not id then
      self.cause, self.err = err, unknown(self, err, self.known_by)
      return nil, self.err
    end
    if self.refuses then self:compare() end
  end
  if self.err then return nil, self.err end
  return true
end

--- The name that a service has here, as an ARN; without its account while that is not known.
---@param cluster string
---@param service string
---@return string
function Guard:arn(cluster, service)
  local here = self:here()
  return ("arn:%s:ecs:%s:%s:service/%s/%s"):format(here.partition, here.region, here.account or "", cluster, service)
end

--- What forbids a request that changes something, or nil.
---@return ecs_service.Error|nil
function Guard:forbids_change()
  local settled, err = self:settle()
  self.changed = self.changed or settled
  return err
end

--- What forbids to take recorded services to be gone, or nil.
---@return ecs_service.Error|nil
function Guard:forbids_gone()
  local _, err = self:settle()
  return err
end

-- Further records: those of a plan, or of another tool's state.
function Guard:expect(list)
  for _, one in ipairs(list) do
    self.list[#self.list + 1] = one
    if one.account and not self.known_by then self.known_by = one end
  end
  self.wanted = self.known_by ~= nil
  return self.refuses and self:compare(list) or nil
end

local function guard_of(session, options, refuses)
  local guard = setmetatable({ session = session, options = options, list = {}, refuses = refuses }, Guard)
  guard.bound = setmetatable({ place = guard }, { __index = session, __newindex = session })
  return guard
end

--- A session that works in the place of a state, and refuses to work in another one.
---@param session ecs_service.Session
---@param options table of the stack
---@param state table
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil code WrongPlace
function place.bind(session, options, state)
  if state.place then return state.place.bound end
  local guard = guard_of(session, options, true)
  local err = guard:expect(place.recorded(state))
  if err then return nil, err end
  -- What is written follows what is known: see state:save.
  state.place = guard
  return guard.bound
end

--- A session that works wherever it is, and knows afterwards which records are of another place: for what only tells.
---@param session ecs_service.Session
---@param options table of the stack
---@param state table
---@return ecs_service.Session
function place.listen(session, options, state)
  local guard = guard_of(session, options, false)
  guard:expect(place.recorded(state))
  return guard.bound
end

--- What a listening session knows of the service of an address: a WrongPlace when it is recorded elsewhere; an
--- UnknownAccount when it is not there and nobody tells whose account this is.
---@param session ecs_service.Session
---@param address string|nil
---@param gone boolean|nil
---@return ecs_service.Error|nil
function place.problem(session, address, gone)
  local guard, own = session.place, {}
  for _, one in ipairs(guard.list) do
    if one.address == address then own[#own + 1] = one end
  end
  if #own == 0 then return nil end
  local found = elsewhere(own, guard:here())
  if #found == 0 and gone and own[1].account and not guard:is_settled() then
    guard:settle()
    if guard.cause then return unknown(guard, guard.cause, own[1]) end
    found = elsewhere(own, guard:here())
  end
  return #found > 0 and wrong(found, guard:here()) or nil
end

--- The members that tell of a service, recorded elsewhere, in place of what AWS says of it.
---@param err ecs_service.Error of place.problem
---@return table
function place.finding(err)
  return { status = err.code == "WrongPlace" and "ELSEWHERE" or "UNKNOWN", code = err.code, problem = err.message,
    recorded = err.recorded, here = err.here }
end

-- The places that a plan names: its own, and those of the services that it saw.
local function of_plan(plan)
  local own = {} -- without an address
  for _, key in ipairs { "partition", "region", "account" } do
    if type(plan[key]) == "string" then own[key] = plan[key] end -- a file may say anything
  end
  local list = { own }
  for _, change in ipairs(plan.changes) do
    local seen = change.actual or change.before
    if type(seen) == "table" or type(seen) == "userdata" then
      add(list, change.address, seen.id or seen.arn)
    end
  end
  return list
end

--- Whether a plan was made for the place of a bound session.
---@param session ecs_service.Session
---@param plan ecs_service.Plan
---@return ecs_service.Error|nil code WrongPlace
function place.of_plan_problem(session, plan)
  return session.place:expect(of_plan(plan))
end

--- Whether services that another tool recorded are of the place of a bound session.
---@param session ecs_service.Session
---@param list table[] { address, attributes with id and cluster }
---@return ecs_service.Error|nil code WrongPlace
function place.of_others_problem(session, list)
  local found = {}
  for _, one in ipairs(list) do
    local attributes = one.attributes
    add(found, one.address, place.of_arn(attributes.id) and attributes.id or attributes.cluster)
  end
  return session.place:expect(found)
end

--- Whether what was named by its ARN is of the place of a session. An account that nobody knows yet is compared as soon
--- as an answer tells it.
---@param session ecs_service.Session
---@param one ecs_service.Place of place.of_arn, with what it is called as its address, and `named`
---@return ecs_service.Error|nil code WrongPlace
function place.named_problem(session, one)
  local guard = session.place
  if guard then return guard:expect { one } end
  local found = elsewhere({ one }, { partition = session.partition, region = session.region,
    account = session.account_id })
  return found[1] and wrong(found, session) or nil
end

--- That the account is another one, when only asking for it tells: before another reason is given for a refusal.
---@param session ecs_service.Session bound
---@return ecs_service.Error|nil code WrongPlace
function place.asked_problem(session)
  local _, err = session.place:settle()
  return err and err.code == "WrongPlace" and err or nil
end

place.MISSING = { NotFound = true, ClusterNotFoundException = true }

--- That the account is another one, behind an error that says that something is not there.
---@param session ecs_service.Session bound
---@param err ecs_service.Error
---@return ecs_service.Error|nil code WrongPlace
function place.missing_problem(session, err)
  return place.MISSING[err.code] and place.asked_problem(session) or nil
end

--- The same behind the results of a run.
---@param session ecs_service.Session bound
---@param results table<string, table> of driver.run
---@return ecs_service.Error|nil
function place.results_problem(session, results)
  for _, result in pairs(results) do
    local err = result.error
    local problem = err and (err.whole and err or place.missing_problem(session, err))
    if problem then return problem end
  end
end

--- Marks what is shown or saved with the place of its run.
---@param document table gets account (when it is known), region, partition, and state (its name)
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@return table document
function place.mark(document, stack, session)
  local guard = session.place
  document.account = guard and guard:here().account or not guard and (session.account_id or session.told_account) or nil
  document.region, document.partition, document.state = session.region, session.partition, stack.backend.name
  document.variables = stack.variables
  return document
end

return place
