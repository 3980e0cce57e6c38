--- The same facts for machines: a plan as one document, a run as one document a line.
local core = require "ecs_service.core"
local forecast = require "ecs_service.render.forecast"
local kinds = require "ecs_service.kinds"
local marks = require "ecs_service.util.list_marks"
local redact = require "ecs_service.render.redact"
local verbs = require "ecs_service.kinds.verbs"

local json = {}

local function plain(v, seen)
  local kind = type(v)
  if kind == "number" and (v ~= v or v == math.huge or v == -math.huge) then return tostring(v) end
  if kind == "string" or kind == "number" or kind == "boolean" or v == nil then return v end
  if kind ~= "table" then return nil end
  seen = seen or {}
  if seen[v] then return nil end
  seen[v] = true
  local copy = {}
  for key, member in pairs(v) do
    if type(key) == "string" or type(key) == "number" then copy[key] = plain(member, seen) end
  end
  seen[v] = nil
  if next(copy) == nil and getmetatable(v) ~= nil then return setmetatable(copy, getmetatable(v)) end
  return copy
end
json.plain = plain

local MAPS = { tags = true, tags_all = true, triggers = true }

-- An empty map must not turn into an empty list.
local function attributes(t, rows)
  local copy = plain(redact.attributes(t, rows))
  if not copy then return nil end
  for name in pairs(MAPS) do
    if type(copy[name]) == "table" and next(copy[name]) == nil then copy[name] = core.object {} end
  end
  return copy
end
json.attributes = attributes

local CHANGE = { "address", "kind", "action", "runs", "predicted", "revisions", "lists", "mode", "task_definition",
  "command", "count", "stands_before", "stands_after", "service", "cluster", "reason", "steps", "replace_paths",
  "deployment", "changed", "removed", "carried", "kept", "foreign", "drift", "diff", "under_way" }

local function change_document(change)
  local safe = redact.change(change)
  local document = {}
  for _, key in ipairs(CHANGE) do document[key] = plain(change[key]) end
  local rows = kinds.of_change(change).rows()
  document.kind = kinds.of_change(change).name
  document.before, document.after = attributes(safe.before, rows), attributes(safe.after, rows)
  document.rollout = forecast.line(change, "→") -- in words, as the plan shows it
  return document
end

--- A plan as a table that has nothing secret in it.
---@param plan table
---@return table
function json.plan_document(plan)
  local document = { type = "plan", format = 2, changes = {}, warnings = plain(plan.warnings) or {},
                     summary = plain(plan.summary or verbs.sum(plan.changes or {})), account = plan.account,
                     region = plan.region, state = plan.state, finished = plain(plan.finished) }
  document.empty = true
  for i, change in ipairs(plan.changes or {}) do
    document.changes[i] = change_document(change)
    if change.action ~= "no-op" then document.empty = false end
  end
  document.digest = plan.digest and plan:digest()
  if plan.variables then
    document.variables = plain(require "ecs_service.render.variables".document(plan.variables))
  end
  document.images = plain((plan.options or {}).image)
  return marks.document(document)
end

--- A plan as a JSON text.
---@param plan table
---@param indent? integer blanks a level; nil: one line
---@return string
function json.plan(plan, indent)
  return core.json(json.plan_document(plan), indent)
end

--- An error as a table of its fields.
---@param err any
---@return table
function json.error_document(err)
  if type(err) ~= "table" then return { message = tostring(err) } end
  local document = {}
  for _, key in ipairs { "code", "message", "hint", "service", "kind", "address",
                         "path", "operation", "http_status", "request_id",
                         "attempts", "retryable", "diagnostics", "evidence", "recorded", "here", "carried", "line",
                         "column", "exit_code", "task_arn", "containers", "tasks", "failures", "logs", "logs_note",
                         "check", "rolled_back_to" } do
    document[key] = plain(err[key])
  end
  if type(err.errors) == "table" and #err.errors > 1 then -- the only one of a list stands for itself
    document.errors = {}
    for i, one in ipairs(err.errors) do document.errors[i] = json.error_document(one) end
  end
  document.message = document.message or tostring(err)
  return document
end

--- What a result has of a kind, by address.
---@param result table
---@param kind ecs_service.Kind
---@return table
function json.section(result, kind)
  local section = core.object {}
  for address, one in pairs(result[kind.section] or {}) do section[address] = attributes(one, kind.rows()) end
  return section
end

local function result_document(result)
  local document = plain(result) or {}
  document.plan = nil
  for _, kind in ipairs(kinds.of_result(result)) do document[kind.section] = json.section(result, kind) end
  for i, change in ipairs(result.changes or {}) do
    document.changes[i].error = change.error and json.error_document(change.error) or nil
  end
  if result.plan then document.plan = json.plan_document(result.plan) end
  return document
end

--- What apply and its like answer, without anything secret.
---@param result table
---@return table
function json.plain_result(result) return marks.document(result_document(result)) end

--- An error with everything that it has.
---@param err table
---@return table
function json.plain_error(err)
  local document = json.error_document(err)
  for _, key in ipairs { "serial", "lock", "digest", "reason" } do document[key] = plain(err[key]) end
  if type(err.result) == "table" then document.result = result_document(err.result) end
  return marks.document(document)
end

--- Any table of plain values as JSON.
---@param document table
---@param indent? integer
---@return string
function json.encode(document, indent)
  return core.json(plain(document), indent)
end

return json
