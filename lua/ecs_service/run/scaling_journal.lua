--- What the state knows of auto scaling: before the first request, what its policies and actions are called that may be
--- there from then on; at the end, what it has. The functions are those of run/journal.lua for this kind; `book` is its
--- recorder. A run that was cut short leaves nothing to repeat: the next one looks at what is there.
local core = require "ecs_service.core"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local journal = {}

-- The names that the journal had, and those of the change, each once.
local function together(former, change)
  local set = tables.set(former and former.names or {})
  for _, name in ipairs(change.names or {}) do set[name] = true end
  return next(set) ~= nil and tables.keys(set) or nil
end

--- Before a request is sent. One intent stands for all of a change.
function journal.intent(book, action)
  local change = book.changes[action.address]
  local at = change.at
  if book.intents[at] then return end
  book.intents[at] = true
  book:touch(at)
  book.announced = true
  local service = change.of or {}
  local cluster = names.short(service.cluster) or "default"
  local former = book.state.journal[at]
  book.state.journal[at] = { operation = action.operation, suspended = former and former.suspended,
    names = together(former, change),
    begun = times.text(skew.now(book.session)), by = history.author(), cluster = cluster, service = service.name,
    arn = book.state.place and book.state.place:arn(cluster, service.name) or nil }
end

--- Nothing is recorded before the end.
function journal.record() end

-- Makes the record that of what there is.
local function put(book, at, attributes)
  kinds.record(book.state, at, { status = "ok", attributes = core.object(tables.merge(core.table(attributes))) })
end

-- Nothing of it is open any more, unless this run has it suspended: that is put back at the end.
local function settle(book, at)
  local open = book.state.journal[at]
  if book.suspends and open and open.suspended then open.names = nil else book.state.journal[at] = nil end
end

--- All of it was done.
function journal.finish(book, address, result)
  local change = book.changes[address]
  local at = change.at
  book:touch(at)
  local before = kinds.entry(book.state, at)
  if change.leaves then
    kinds.record(book.state, at, nil)
  elseif before or not change.aside then
    local arn = result and result.arn or change.before and change.before.arn or before and before.attributes.arn
    put(book, at, tables.merge(change.aside and core.table(before.attributes), change.after, { arn = arn }))
  end
  settle(book, at)
end

--- What the change only found.
function journal.unchanged(book, change)
  if change.aside then return end
  book:touch(change.at)
  put(book, change.at, change.after)
  settle(book, change.at)
end

--- It is gone, and so is what was known of it.
function journal.forget(book, change)
  book:touch(change.at)
  kinds.record(book.state, change.at, nil)
  book.state.journal[change.at] = nil
end

--- It failed: what was begun stays in the journal, and the next run looks.
function journal.fail() end

function journal.settle() end

return journal
