--- Repairs a state: a damaged one is put back from its backup, and of the journal is dropped what is proved, by asking
--- ECS, to be over. What is not proved stays for the next apply, which finishes it.
local change_record = require "ecs_service.state.change_record"
local document = require "ecs_service.state.format"
local edit = require "ecs_service.state.edit"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local reading = require "ecs_service.run.service_reader"
local skew = require "ecs_service.aws.clock_skew"
local state_of = require "ecs_service.state"
local stored = require "ecs_service.state.stored"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local repair = {}

repair.OPTIONS = edit.OPTIONS

-- After as long a request that was sent and never answered has had its effect, or never will: well above any time limit
-- of a request, and above the time that reads of ECS lag behind.
local SETTLED = 15 * 60

-- ecs_service.StateRepair of types.lua, as it is made here:
--   damage string|nil      what was wrong with the state
--   backup string|nil      what it was put back from
--   kept string|nil        where the damaged text lies now
--   services integer       how many the state records
--   serial integer
--   journal table[]        { address, operation, begun, drop (boolean), forget (boolean), why }
--   changes integer        how much there is to do; 0: all is well

local function none_to_put_back(backend, damage, why)
  local hint = "put a copy of your own there with ecs-service state push FILE --force, or move it away and import the "
    .. "services again"
  if backend.place then
    hint = "if the bucket keeps versions, get the last good one (aws s3api list-object-versions) and push it; else "
      .. hint
  end
  return nil, errors.new { code = "NotRepairable", path = "state", hint = hint,
    message = damage .. ", and there is no backup to put in its place: " .. why }
end

-- The backup that can take the place of a damaged state, with the records of the journal that follow it.
local function backup_of(backend, damage)
  if not backend.kept then return none_to_put_back(backend, damage, backend.name .. " keeps none") end
  local text, err = backend:kept "backup"
  if not text then return none_to_put_back(backend, damage, err and err.message or "none was made yet") end
  local found, problem = document.parse(text, backend:kept_name "backup")
  if not found then return none_to_put_back(backend, damage, problem.message) end
  local lines = type(backend.read_journal) == "function" and backend:read_journal(found.serial)
  if lines then change_record.fold(found, lines) end
  if document.problem(found, backend.name) then return document.parse(text, backend.name) end
  return found
end

-- The serial that a damaged text had, as far as it can be seen: plans that were made from it must not fit the new one.
local function serial_in(text)
  local most = 0
  for digits in (text or ""):gmatch '"serial"%s*:%s*(%d+)' do
    most = math.max(most, #digits < 15 and tonumber(digits) or 0)
  end
  return most
end

-- `there`: what lies there, damaged, or nothing. Of a damaged journal, the state with the records before the damage.
local function put_back(backend, own, there, damage, opts)
  local found, err = there.sound, nil
  if not found then found, err = backup_of(backend, damage) end
  if not found then return nil, err end
  local text = there.journal or there.text
  local report = { damage = damage, backup = there.sound and backend.name or backend:kept_name "backup",
    services = #tables.keys(found.services), serial = found.serial, journal = {}, changes = 1,
    kept = text and backend:kept_name "damaged" or nil }
  if opts.approve and not opts.approve(report) then return nil, edit.not_approved() end
  if text then
    local kept, problem = backend:keep("damaged", text)
    if not kept then return nil, problem end
  end
  local state = state_of.new(backend, found, there, own)
  local saved, failure = state:replace(math.max(serial_in(text), found.serial) + 1)
  if not saved then return nil, failure end
  report.serial = state.serial
  return report
end

local function is_steady(service)
  local deployments = service.deployments or {}
  local first = deployments[1] or {}
  return #deployments == 1 and first.rolloutState ~= "IN_PROGRESS" and first.rolloutState ~= "FAILED"
    and (service.runningCount or 0) == (service.desiredCount or 0)
end

local judges = {}

function judges.CreateService(found, settled, recorded)
  if found == "gone" and recorded then return true, "the service is gone" end
  if found == "gone" and settled then return true, "no such service was made" end
  if found == "gone" then return false, "it may still arrive: too little time has passed" end
  return false, "the service exists; the next apply takes it over and goes on"
end

function judges.DeleteService(found, settled)
  if found == "gone" then return true, "the service is gone", true end
  if found == "draining" then return false, "the service is draining; the next apply waits for its end" end
  if settled then return true, "the service was not deleted" end
  return false, "it may still arrive: too little time has passed"
end

local function others(found, settled, _, service)
  if found == "gone" then return true, "the service is gone" end
  if not settled then return false, "it may still arrive: too little time has passed" end
  if is_steady(service) then return true, "the service is steady; a plan shows what differs" end
  return false, "the service is not steady; the next apply goes on"
end

local function revision(journal)
  return false, journal.operation == "DeregisterTaskDefinition" and "the next apply looks what is deregistered already"
    or "the next apply looks whether the revision was registered"
end

local STATUS = { ACTIVE = "active", DRAINING = "draining" }

-- What is to become of each entry of the journal.
local function judge(state, services, now)
  local list, changes = {}, 0
  for _, address in ipairs(tables.keys(state.journal)) do
    local journal, entry = state.journal[address], kinds.entry(state, address)
    local known = kinds.of(address) == kinds.BARE
    local service = services[names.identity(journal.cluster, journal.service)]
    local begun = times.parse(journal.begun)
    local settled = begun ~= nil and now - begun > SETTLED
    local found = service and STATUS[service.status or ""] or "gone"
    local judged = judges[journal.operation or ""] or others
    local drop, why, forget
    if known then
      drop, why, forget = judged(found, settled, entry ~= nil, service)
    else
      drop, why = revision(journal)
    end
    list[#list + 1] = { address = address, operation = journal.operation, begun = journal.begun, drop = drop, why = why,
      forget = forget and entry ~= nil or false }
    if drop then changes = changes + 1 end
  end
  return list, changes
end

local function settle(stack, state, opts)
  local report = { services = #state:addresses(), serial = state.serial, journal = {}, changes = 0 }
  if next(state.journal) == nil then return report end
  local session, err = stack:session(state)
  if not session then return nil, err end
  local wanted = {}
  for _, address in ipairs(kinds.split(kinds.BARE, tables.keys(state.journal))) do
    local journal = state.journal[address]
    wanted[#wanted + 1] = { cluster = journal.cluster, service = journal.service }
  end
  local services
  services, err = reading.describe(session, wanted)
  if not services then return nil, err end
  for _, one in ipairs(wanted) do
    local gone = not services[names.identity(one.cluster, one.service)]
    local problem = gone and session.place:forbids_gone()
    if problem then return nil, problem end
  end
  report.journal, report.changes = judge(state, services, skew.now(session))
  if report.changes == 0 then return report end
  if opts.approve and not opts.approve(report) then return nil, edit.not_approved() end
  for _, one in ipairs(report.journal) do
    if one.drop then state.journal[one.address] = nil end
    if one.forget then kinds.record(state, one.address, nil) end
  end
  local saved, failure = state:save()
  if not saved then return nil, failure end
  report.serial = state.serial
  return report
end

--- The verb.
---@param stack ecs_service.Stack
---@param opts table checked options: approve (fun(report): boolean, asked under the lock when something is to be done)
---@return ecs_service.StateRepair|nil
---@return ecs_service.Error|nil codes NotRepairable, NotApproved, StateForeign, StateNewer, StateMissing, or of the API
function repair.run(stack, opts)
  local backend = stack.backend
  return stack:with_lock("state repair", opts, function(own)
    local there, err = stored.read(backend, own ~= nil)
    if not there then return nil, err end
    if there.document then return settle(stack, state_of.new(backend, there.document, there, own), opts) end
    local problem = there.problem
    if problem and problem.code ~= "StateCorrupt" then return nil, problem end
    return put_back(backend, own, there, problem and problem.message
      or ("there is no state %s"):format(backend.name), opts)
  end)
end

return repair
