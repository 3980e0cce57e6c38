--- What the state knows of tasks: the intent with its token before RunTask, the tasks as soon as ECS has named them,
--- and how they ended. The functions are those of run/journal.lua for this kind; `book` is its recorder.
local core = require "ecs_service.core"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local journal = {}

-- What was begun belongs to this place, also when nothing of it is recorded yet.
local function place_of(state, cluster)
  local here = state.place and state.place:here()
  return here and ("arn:%s:ecs:%s:%s:cluster/%s"):format(here.partition, here.region, here.account or "",
    names.short(cluster)) or nil
end

--- Before RunTask is sent. The same token once more says nothing new.
function journal.intent(book, action)
  local address = action.address
  local change, former = book.changes[address], book.state.journal[address]
  if former and former.client_token == action.client_token and former.digest == change.digest then return end
  book:touch(address)
  book.announced = true
  local resumed = former and former.client_token == action.client_token
  book.state.journal[address] = { operation = "RunTask", client_token = action.client_token, digest = change.digest,
    begun = resumed and former.begun or times.text(skew.now(book.session)), by = history.author(), origin = book.origin,
    cluster = change.request.cluster, family = change.family, revision = change.request.taskDefinition,
    count = change.request.count,
    arn = place_of(book.state, change.request.cluster) }
end

--- ECS has started them.
function journal.record(book, action)
  local entry = book.state.journal[action.address]
  if not entry then return end
  book:touch(action.address)
  entry.tasks = tables.copy(action.tasks)
end

-- When the last of them had stopped, by ECS's clock: a run may have gone on for long with what stands behind them.
local function ended_at(book, result)
  local last
  for _, task in ipairs(result.tasks or {}) do
    local at = tonumber(task.stoppedAt)
    if not at then return skew.now(book.session) end
    last = math.max(last or at, at)
  end
  return last or skew.now(book.session)
end

-- When the first of them was made, by the same clock; before that was heard, when the run began.
local function began_at(book, begun, result)
  local first
  for _, task in ipairs(result.tasks or {}) do
    local at = tonumber(task.createdAt)
    first = at and math.min(first or at, at) or first
  end
  return first or times.parse(begun.begun) or book.began + (book.session.skew or 0)
end

local function put(book, address, result, status, reason)
  local change, former = book.changes[address], kinds.entry(book.state, address)
  local begun = book.state.journal[address] or {}
  local task = (result.tasks or {})[1] or {}
  local well = status == "ok"
  local attributes = well and {} or former and tables.merge(core.table(former.attributes)) or {}
  if well then
    attributes.digest, attributes.definition, attributes.deployment = change.digest, change.definition,
      change.deployment
  end
  attributes.task_definition = task.taskDefinitionArn or change.request.taskDefinition
  attributes.cluster, attributes.exit_code = change.request.cluster, result.exit_code
  attributes.tasks = tables.copy(begun.tasks or change.found or {})
  local ended = ended_at(book, result)
  attributes.ended_at = times.text(ended)
  book.histories[address] = history.with(former and former.history, history.entry { did = "run",
    ended = well and "ok" or reason, by = begun.by, origin = begun.origin, began = began_at(book, begun, result),
    now = ended, revision = names.last(attributes.task_definition), exit_code = result.exit_code })
  book.remembered[address] = true
  kinds.record(book.state, address, { status = status, reason = reason, attributes = core.object(attributes),
    settled = false, history = book.histories[address] })
end

--- They ended well.
function journal.finish(book, address, result)
  book:touch(address)
  put(book, address, result, "ok")
  book.state.journal[address] = nil
end

-- Errors after which nobody knows yet how it ended, or whether it was begun: the next run finds out.
local OPEN = { Timeout = true, OutcomeUnknown = true, Interrupted = true }

--- It failed. What may still run, or may have been begun, stays in the journal.
function journal.fail(book, address, err, result)
  local status = err.http_status
  local refused = type(status) == "number" and status >= 400 and status < 500
  local ended = err.code == "TaskFailed" or err.code == "TaskNotStarted" or err.code == "TaskNotPlaced"
  local begun = book.state.journal[address]
  if err.code == "DependencyFailed" or not begun then return end
  if OPEN[err.code] or not ended and (begun.tasks or not refused or book.lost[address]) then return end
  book:touch(address)
  put(book, address, result, "failed", err.code)
  book.state.journal[address] = nil
end

-- Whether it has ended, if it was to be done, and well.
local function is_done(results, address)
  local result = results[address]
  return result == nil or result.ok == true
end

--- The end of the run: a task that was run for a deployment is not owed to it any more when that ended well.
function journal.settle(book, results)
  for address, change in pairs(book.changes) do
    local entry = change.kind == "task" and kinds.entry(book.state, address)
    local done = entry and entry.settled == false and is_done(results, address)
    for _, other in ipairs(done and (change.stands_before or change.stands_after) or {}) do
      done = done and is_done(results, other)
    end
    if done then
      book:touch(address)
      entry.settled = true
    end
  end
end

return journal
