--- The events of a run, as they were recorded, become rollouts: for each service the tasks of each revision over time,
--- what happened, how it ended and why. For the timeline.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local names = require "ecs_service.util.identifiers"
local shape = require "ecs_service.util.shape"
local stage_text = require "ecs_service.render.stage_text"
local words = require "ecs_service.render.event_phrases"

local recording = {}

-- What is relied on of events, by their type.
local CAUSE = { summary = "text?", meaning = "text?", hint = "text?", code = "text?", count = "whole?",
  evidence = { of = "text", optional = true }, optional = true }
local CAUSES = { of = CAUSE, optional = true }
local DEPLOYMENT = { id = "text?", status = "text?", task_definition = "text?", running = "whole?", pending = "whole?",
  failed = "whole?" }
local FORMS = {
  started = { action = "text?" },
  state = { desired = "whole?", deployments = { of = DEPLOYMENT, optional = true } },
  service_event = { message = "text?", occurred = "time?" },
  failing = { cause = CAUSE },
  stage = { stage = "text?", strategy = "text?", production_weight = "number?", bake_seconds = "number?",
    hooks = { of = { id = "text?", name = "text?", status = "text?" }, optional = true },
    traffic = { of = { revision = "text?", task_definition = "text?", production_weight = "number?",
      target_groups = { of = "text", optional = true } }, optional = true } },
  check = { state = "text?", check = "text?", message = "text?" },
  decision = { hook = "text?", hook_id = "text?", stage = "text?", answered = "boolean?" },
  answer = { stage = "text?", action = "text?", reason = "text?", error = { message = "text?", optional = true } },
  superseded = { task_definition = "text?" },
  retrying = { operation = "text?", code = "text?" },
  done = { ok = "boolean?", error = { message = "text?", evidence = { causes = CAUSES, optional = true },
    optional = true } },
}
local ANY = { address = "text", at = "time" }
for _, form in pairs(FORMS) do form.address, form.at = ANY.address, ANY.at end

--- What is wrong with something that says it is an event, or nil.
---@param event table
---@return string|nil path
function recording.problem(event)
  local form = FORMS[event.type] or event.address ~= nil and event.at ~= nil and ANY
  return form and shape.problem(event, form) or nil
end

---@class ecs_service.Rollout
---@field address string
---@field action string|nil
---@field began number           seconds since 1970
---@field ended number
---@field ok boolean|nil         nil: the recording ends before the operation did
---@field error table|nil
---@field series table[]         { key, name, role = "new"|"old"|"other" } in the order of drawing: the old ones first
---@field samples table[]        { at, desired, by = { key → { running, pending, failed } } }
---@field notes table[]          { at, text, kind = "good"|"bad"|"warn"|nil }
---@field causes table[]         as ecs.explain gives them

local HINT = "record them with ecs-service apply --timeline FILE, or keep what apply --json writes"

--- Reads lines of JSON, as `apply --timeline FILE` and `apply --json` write them.
---@param text string
---@param name string of the file, for messages
---@return table[]|nil events
---@return ecs_service.Error|nil code EventsCorrupt
function recording.read(text, name)
  local events, number = {}, 0
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    if line:match "%S" then
      local event, problem = core.read_json(line)
      if type(event) ~= "table" then
        return nil, errors.new { code = "EventsCorrupt",
          message = ("%s:%d: it is no JSON object: %s"):format(name, number, problem or line:sub(1, 40)),
          hint = HINT }
      end
      local member = recording.problem(event)
      if member then
        return nil, errors.new { code = "EventsCorrupt", member = member,
          message = ("%s:%d: %s"):format(name, number, shape.why(member)), hint = HINT }
      end
      if type(event.address) == "string" and type(event.at) == "number" then events[#events + 1] = event end
    end
  end
  if #events > 0 then return events end
  return nil, errors.new { code = "EventsCorrupt", message = name .. " has no events of a run in it",
    hint = HINT }
end

local short = names.last

local function note(rollout, at, text, kind)
  rollout.notes[#rollout.notes + 1] = { at = tonumber(at) or rollout.ended, text = text, kind = kind }
end

local takers = {}

function takers.started(rollout, event) rollout.action, rollout.began = event.action, tonumber(event.at) end

function takers.state(rollout, event)
  local sample = { at = tonumber(event.at), desired = tonumber(event.desired) or 0, deployments = {} }
  for i, one in ipairs(event.deployments or {}) do
    sample.deployments[i] = { id = one.id or tostring(i), name = short(one.task_definition) or one.id or "tasks",
      primary = one.status == "PRIMARY", running = tonumber(one.running) or 0, pending = tonumber(one.pending) or 0,
      failed = tonumber(one.failed) or 0 }
  end
  rollout.samples[#rollout.samples + 1] = sample
end

function takers.service_event(rollout, event)
  local message = tostring(event.message or "")
  note(rollout, event.occurred or event.at, words.of(message), words.kind(message))
end

function takers.failing(rollout, event)
  local cause = type(event.cause) == "table" and event.cause or {}
  rollout.causes[#rollout.causes + 1] = cause
  note(rollout, event.at, "fails again and again: " .. tostring(cause.summary), "warn")
end

function takers.stage(rollout, event)
  note(rollout, event.at, stage_text.of(event))
  local shares = stage_text.traffic(event.traffic)
  if shares then note(rollout, event.at, "traffic: " .. shares) end
end

function takers.decision(rollout, event)
  if event.answered then return end -- what was answered is told
  note(rollout, event.at, "waits for a decision: hook " .. tostring(event.hook or event.hook_id), "warn")
end

function takers.answer(rollout, event) note(rollout, event.at, stage_text.answer(event)) end

local CHECKED = { passed = "good", failed = "bad", rolling_back = "warn" }

function takers.check(rollout, event)
  if not CHECKED[event.state] then return end
  note(rollout, event.at, event.state == "rolling_back" and "rolling back" or ("check %s %s%s"):format(
    tostring(event.check), event.state, event.message and ": " .. event.message or ""), CHECKED[event.state])
end

function takers.superseded(rollout, event)
  note(rollout, event.at, "someone else deployed " .. (short(event.task_definition) or "something newer"), "warn")
end

function takers.retrying(rollout, event)
  note(rollout, event.at, ("%s: %s, sent again"):format(tostring(event.operation or "a request"),
    tostring(event.code)), "warn")
end

takers["done"] = function(rollout, event)
  rollout.ok, rollout.error = event.ok, type(event.error) == "table" and event.error or nil
  local evidence = rollout.error and rollout.error.evidence
  if type(evidence) == "table" and type(evidence.causes) == "table" then rollout.causes = evidence.causes end
  note(rollout, event.at, event.ok and "done" or "failed", event.ok and "good" or "bad")
end

-- Revisions are told apart by their names; where the deployed one ran before, as in a redeploy, deployments are.
local function key_of(rollout, deployment)
  return rollout.by_id and deployment.id or deployment.name
end

local function first_primary(rollout)
  for _, sample in ipairs(rollout.samples) do
    for _, one in ipairs(sample.deployments) do
      if one.primary then return one end
    end
  end
end

local function ran_before(rollout)
  local new, first = first_primary(rollout), rollout.samples[1]
  for _, one in ipairs(new and first.deployments or {}) do
    if one.name == new.name and one.id ~= new.id then return true end
  end
  return false
end

-- The first one that is PRIMARY is what the run deployed.
local function find_series(rollout)
  local known, new = {}, nil
  for _, sample in ipairs(rollout.samples) do
    for _, one in ipairs(sample.deployments) do
      local key = key_of(rollout, one)
      if not new and one.primary then new = key end
      if not known[key] then
        known[key] = { key = key, name = one.name }
        rollout.series[#rollout.series + 1] = known[key]
      end
    end
  end
  local first = rollout.samples[1]
  for _, one in ipairs(first and first.deployments or {}) do known[key_of(rollout, one)].first = true end
  for i, series in ipairs(rollout.series) do
    series.place = i
    series.role = series.key == new and "new" or series.first and "old" or "other"
    if rollout.by_id and #rollout.series > 1 then
      series.name = ("%s (%s)"):format(series.name, series.role == "old" and "before" or series.role == "new" and "new"
        or "later")
    end
  end
  local order = { old = 1, new = 2, other = 3 }
  table.sort(rollout.series, function(a, b)
    if a.role ~= b.role then return order[a.role] < order[b.role] end
    return a.place > b.place
  end)
end

local function count_up(rollout)
  for _, sample in ipairs(rollout.samples) do
    sample.by = {}
    for _, one in ipairs(sample.deployments) do
      local key = key_of(rollout, one)
      local sum = sample.by[key] or { running = 0, pending = 0, failed = 0 }
      sum.running, sum.pending = sum.running + one.running, sum.pending + one.pending
      sum.failed = sum.failed + one.failed
      sample.by[key] = sum
    end
  end
end

local function complete(rollout)
  rollout.by_id = ran_before(rollout)
  find_series(rollout)
  count_up(rollout)
  for i, one in ipairs(rollout.notes) do one.place = i end
  table.sort(rollout.notes, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    return a.place < b.place
  end)
  local first = rollout.notes[1]
  if first and first.at < rollout.began then rollout.began = first.at end
  return rollout
end

--- The rollouts in recorded events, in the order in which their services appear. A service that was worked on twice is
--- one rollout.
---@param events table[]
---@return ecs_service.Rollout[]
function recording.rollouts(events)
  local list, by_address = {}, {}
  for _, event in ipairs(events) do
    local at, rollout = tonumber(event.at), by_address[event.address]
    if not rollout then
      rollout = { address = event.address, began = at, ended = at, series = {}, samples = {}, notes = {}, causes = {} }
      by_address[event.address], list[#list + 1] = rollout, rollout
    end
    rollout.began, rollout.ended = math.min(rollout.began, at), math.max(rollout.ended, at)
    local taker = takers[event.type]
    if taker then taker(rollout, event) end
  end
  for _, rollout in ipairs(list) do complete(rollout) end
  return list
end

return recording
