--- Why an operation failed, small enough to be kept in the state: ECS forgets stopped tasks after an hour. The causes,
--- how a few tasks ended, and their last lines; without what is known, or says of itself, to be secret.
local core = require "ecs_service.core"
local is_secret_key = require "ecs_service.util.secret_keys"
local letters = require "ecs_service.render.terminal_text"
local names = require "ecs_service.util.identifiers"
local secret_texts = require "ecs_service.render.secret_texts"
local tables = require "ecs_service.util.tables"

local box = {}

-- Bytes of one as JSON, and of all those of a service: what is older loses its lines, then everything but its causes.
local MOST, MOST_OF_ALL = 3072, 24576
local CAUSES, TASKS, CONTAINERS, LINES, TEXT, LINE = 2, 3, 4, 20, 300, 200

local HIDDEN = "(sensitive)"

-- "password=…", "api_key: …", '"token": "…"': a name that says so, and what follows it.
local function without_named(text)
  text = text:gsub("(%w+://)[^%s/@]+@", "%1***@")
  text = text:gsub("([Bb]earer%s+)%S+", "%1" .. HIDDEN)
  return (text:gsub("%f[%w_%-%.]([%w_%-%.]+)(\"?'?%s*[=:]%s*)([\"']?)([^%s\"',;&]+)", function(name, sign, quote)
    if is_secret_key(name) then return name .. sign .. quote .. HIDDEN end
  end))
end

-- Hidden before it is cut: half a secret would be found no more. What is far beyond the room is not looked through.
local function cleaner(secrets)
  return function(text, most)
    if text == nil then return nil end
    text = tostring(text)
    if #text > 16384 then text = text:sub(1, 16384):gsub("%S*$", "") end
    text = letters.escape(without_named(secret_texts.hide(text, secrets)))
    return letters.cut(text, most or TEXT)
  end
end

--- A text as it may be kept and told: one that was cut, without what is, or says of itself, to be secret.
---@param text any
---@param secrets string[]|nil texts that are in nothing of it
---@return string
function box.text(text, secrets) return cleaner(secrets or {})(tostring(text)) end

local function some(list, most, make)
  if type(list) ~= "table" then return nil end
  local out = {}
  for i = 1, math.min(#list, most) do out[i] = make(list[i]) end
  return out[1] and out or nil
end

local function last_of(list, most, make)
  local from = math.max(1, #list - most + 1)
  return some({ (table.unpack or unpack)(list, from) }, most, make)
end

local function size(value) return #core.json(value) end

-- The first lines go: what was written last tells why.
local function fit(one)
  while one.logs and size(one) > MOST do
    table.remove(one.logs, 1)
    if #one.logs == 0 then one.logs = nil end
  end
  if size(one) > MOST then one.tasks = nil end
  if size(one) > MOST then one.causes = nil end
  return one
end

-- How the tasks ended: as the evidence of a deployment has it, or the error of a task, or of several.
local function tasks_of(err, evidence)
  if type(evidence.tasks) == "table" then return evidence.tasks end
  local own = type(err.tasks) == "table" and err.tasks or type(err.containers) == "table" and { err } or {}
  local list = {}
  for _, one in ipairs(own) do
    if one.exit_code ~= 0 then
      list[#list + 1] = { task = names.last(one.task_arn), stop_code = one.stop_code, stopped_reason = one.reason,
        containers = one.containers }
    end
  end
  return list
end

--- What an error tells.
---@param err ecs_service.Error with evidence, logs, logs_note
---@param secrets string[] texts that are in nothing of it
---@return table
function box.of(err, secrets)
  local clean = cleaner(secrets)
  local evidence = type(err.evidence) == "table" and err.evidence or {}
  return fit { message = clean(err.message, 2 * TEXT), hint = clean(err.hint),
    causes = some(evidence.causes, CAUSES, function(cause)
      return { code = clean(cause.code), summary = clean(cause.summary), hint = clean(cause.hint),
        evidence = some(cause.evidence, CAUSES, clean) }
    end),
    tasks = some(tasks_of(err, evidence), TASKS, function(task)
      return { task = clean(task.task), stop_code = clean(task.stop_code), stopped_reason = clean(task.stopped_reason),
        containers = some(task.containers, CONTAINERS, function(container)
          return { name = clean(container.name), reason = clean(container.reason), image = clean(container.image),
            exit_code = container.exit_code }
        end) }
    end),
    logs = last_of(err.logs or {}, LINES, function(line)
      return { at = line.at, container = clean(line.container), text = clean(line.text, LINE) }
    end), logs_note = clean(err.logs_note) }
end

local function without(one, members)
  local copy = tables.merge(one)
  for _, name in ipairs(members) do copy[name] = nil end
  return copy
end

--- The operations of a service, the newest first, so that what they keep of failures has room.
---@param list ecs_service.HistoryEntry[] changed
function box.make_room(list)
  local room = MOST_OF_ALL
  for _, entry in ipairs(list) do
    if entry.why then
      if size(entry.why) > room then entry.why = without(entry.why, { "logs", "logs_note" }) end
      if size(entry.why) > room then entry.why = without(entry.why, { "tasks", "causes", "hint" }) end
      room = room - size(entry.why)
    end
  end
end

return box
