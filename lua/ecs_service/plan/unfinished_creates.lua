--- Creates that an earlier run had begun: it was killed, or lost AWS's answer. What they made is found by what the
--- journal says of them, whatever the declarations say now.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local digest = lazy "ecs_service.plan.digest"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local rows_of = require "ecs_service.util.schema_rows"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local begun = {}

-- Seconds for which reads may not yet show what was sent last.
local LAG = 5

-- While a person may press Ctrl-C, no sleep is longer; and after so long it is told what is waited for.
local SLICE, QUIET = 0.5, 1

local MARK = " (begun)"

local MARKED = "^(.-)" .. MARK:gsub("%p", "%%%0")

-- Of a name that begun.name made: whose it is. An address may read like one.
local function own_address(name, state, declared)
  if kinds.entry(state, name) or declared and declared[name] then return nil end
  return name:match(MARKED)
end

--- The journal of a create that was begun and never seen to end, or nil.
---@param state table
---@param address string
---@return table|nil
function begun.create(state, address)
  local journal = state.journal[address]
  return journal and journal.operation == "CreateService" and journal or nil
end

local function identity(journal) return names.identity(journal.cluster, journal.service) end

--- Whether that create was of the service of these attributes.
---@param journal table|nil
---@param attributes table|nil { cluster, name }
---@return boolean
function begun.is_of(journal, attributes)
  return journal ~= nil and attributes ~= nil
    and identity(journal) == names.identity(attributes.cluster, attributes.name)
end

--- The create that was begun for an address, when nothing that is declared or recorded there is what it made.
---@param state table
---@param address string
---@param config table|nil the declaration, unless it is to go
---@return table|nil journal
function begun.stray(state, address, config)
  local journal, entry = begun.create(state, address), kinds.entry(state, address)
  if not journal or begun.is_of(journal, config) then return nil end
  if entry and (begun.is_of(journal, entry.attributes) or begun.is_of(journal, entry.deposed)) then return nil end
  return journal
end

--- A name in plans and in the journal for such a create beside what its address is now. No address of the stack has it.
---@param state table
---@param address string
---@param declared table<string, any>
---@return string
function begun.name(state, address, declared)
  local name = address .. MARK
  while state.journal[name] or kinds.entry(state, name) or declared[name] do name = name .. MARK end
  return name
end

--- Creates that were to be swept away when a run ended early, and that are declared (or recorded) again: they are their
--- address's own.
---@param state table
---@param normals table<string, table> what is declared
---@return { name: string, address: string|nil }[]  of the journal; without an address: the record has it already
function begun.claims(state, normals)
  local list = {}
  for _, name in ipairs(tables.keys(state.journal)) do
    local address = own_address(name, state, normals)
    local config, journal = normals[address], begun.create(state, name)
    if config and begun.is_of(journal, config) then
      local entry = kinds.entry(state, address)
      local known = begun.is_of(begun.create(state, address), config)
        or entry and begun.is_of(journal, entry.attributes)
      list[#list + 1] = { name = name, address = not known and address or nil }
    end
  end
  return list
end

--- Gives them back: what the address was about to do otherwise is swept away in their place.
---@param journal table<string, table>
---@param claims table[]
function begun.give_back(journal, claims)
  for _, claim in ipairs(claims) do
    local own, other = journal[claim.name], claim.address and journal[claim.address]
    journal[claim.name] = other and other.operation == "CreateService" and other or nil
    if claim.address then journal[claim.address] = own end
  end
end

local short = names.last

-- The first of the deployments of a service that is newer than the one that was PRIMARY before.
local function first_after(deployments, before)
  local from, first = -math.huge, nil
  for _, one in ipairs(deployments) do
    if one.id == before then from = one.created or 0 end
  end
  for _, one in ipairs(deployments) do
    local created = one.created or 0
    if one.id ~= before and created >= from and (not first or created < first.created) then
      first = { created = created, definition = short(one.task_definition) }
    end
  end
  return first
end

--- Whether an update that was cut short was made: the first deployment since is of the revision that it was to leave
--- the service with. One of another revision is somebody's.
---@param journal table of an UpdateService
---@param found ecs_service.Found
---@return boolean
function begun.was_made(journal, found)
  if not journal.primary or not found.primary or found.primary == journal.primary then return false end
  local wanted, first = short(journal.revision), first_after(found.deployments or {}, journal.primary)
  if not wanted or not first then return true end
  return first.definition == wanted or first.definition:match "^(.*):%d+$" == wanted
end

--- Attributes as they would have been recorded, had the run of the journal seen AWS's answer; nil: it was made from
--- another declaration.
---@param journal table
---@param found ecs_service.Found
---@param config table
---@return table|nil
function begun.adopted(journal, found, config)
  if journal.config ~= digest.config(config) then return nil end
  local attributes = tables.copy(core.table(found.attributes))
  for _, row in ipairs(rows_of()) do
    if row["local"] and not row.meta then attributes[row.name] = config[row.name] end
  end
  return attributes
end

--- The same of an update that was cut short, when there is proof that it was made: what it forced is not forced again.
---@param journal table|nil
---@param entry table|nil
---@param found ecs_service.Found|nil
---@param config table
---@return table|nil
function begun.updated(journal, entry, found, config)
  if not journal or journal.operation ~= "UpdateService" or not entry or not found then return nil end
  if not found.attributes or not begun.was_made(journal, found) then return nil end
  return begun.adopted(journal, found, config)
end

--- Addresses that only the journal knows, sorted.
---@param state table
---@param declared table<string, any>
---@return string[]
function begun.addresses(state, declared)
  local list = {}
  for _, address in ipairs(tables.keys(state.journal)) do
    if not declared[address] and not kinds.entry(state, address) then list[#list + 1] = address end
  end
  return list
end

--- The requests that an earlier run left open for some services.
---@param state table
---@param chosen string[] their addresses
---@param wanted table[] where they are: { cluster, service }
---@return string[] names in the journal, sorted
function begun.open(state, chosen, wanted)
  local known, list = tables.set(chosen), {}
  for _, one in ipairs(wanted) do known[names.identity(one.cluster, one.service)] = true end
  for _, name in ipairs(tables.keys(state.journal)) do
    local journal = state.journal[name]
    if known[name] or known[own_address(name, state, known)] or journal.service and known[identity(journal)] then
      list[#list + 1] = name
    end
  end
  return list
end

--- Who began them, and when: of several runs the latest.
---@param state table
---@param open string[] names in its journal
---@return { addresses: string[], by: string|nil, began: number|nil }
function begun.by_whom(state, open)
  local latest = { addresses = {} }
  for i, name in ipairs(open) do
    local journal = state.journal[name] or {} -- a plan out of a file may name what nobody began
    local at = times.parse(journal.begun)
    latest.addresses[i] = own_address(name, state) or name
    if at and at >= (latest.began or at) then latest.began, latest.by = at, journal.by end
  end
  return latest
end

--- Waits until reads show what a run that ended early had sent last. When that was, nobody knows: a request may be sent
--- again and again long after it was begun, by the run that began it or by one that was to finish it. After a second
--- an event tells what is waited for.
---@param state table
---@param open string[] names in its journal; of none there is nothing to wait for
---@param scheduler ecs_service.Scheduler
---@param opts table on_event, interrupted
function begun.await(state, open, scheduler, opts)
  if #open == 0 then return end
  local left, interrupted = LAG, opts.interrupted
  while left > 0 and not (interrupted and interrupted()) do
    scheduler:sleep(math.min(left, SLICE))
    left = left - SLICE
    if left == LAG - QUIET and opts.on_event then
      local told = begun.by_whom(state, open)
      told.type, told.at, told.open = "earlier_run", scheduler:now(), #open
      pcall(opts.on_event, told)
    end
  end
end

--- When this tool had changed a service last, by the clock of that machine; else by ECS's.
---@param entry table of the state's services
---@return number|nil seconds since 1970
function begun.changed_at(entry)
  local last = entry.history and entry.history[1]
  local began = last and times.parse(last.at)
  return began and began + (last.took or 0) or entry.deployment_at
end

--- How long reads may still show a service as it was before this tool had changed it last.
---@param entry table of the state's services
---@param now number
---@return number seconds
function begun.settling(entry, now)
  local last = entry.history and entry.history[1]
  local began = last and times.parse(last.at)
  local ended = began and began + (last.took or 0)
  -- Both are whole seconds: it may have ended one later.
  return ended and now >= began and math.max(0, math.min(ended + 1 + LAG - now, LAG)) or 0
end

return begun
