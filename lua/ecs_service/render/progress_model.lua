--- What the events of a run say: the state of each service in one line, and the facts worth a line of their own.
local action_of = require "ecs_service.kinds.verbs".action
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local stage_text = require "ecs_service.render.stage_text"
local value = require "ecs_service.render.value"
local words = require "ecs_service.render.event_phrases"

local progress = {}
progress.__index = progress

--- A memory of what was told, so that nothing is told twice.
function progress.new()
  return setmetatable({ services = {}, order = {}, now = 0 }, progress)
end

--- What is known of a service.
---@param address string
---@param at number
---@return table { address, action, phase, detail, brief (the same, shorter), since, began (nil: nothing told of it),
--- usual (seconds, or nil), last (what happened last, in words, or nil), done }
function progress:service(address, at)
  local one = self.services[address]
  if not one then
    one = { address = address, since = at or 0, phase = "", detail = "", brief = "" }
    self.services[address] = one
    self.order[#self.order + 1] = address
  end
  return one
end

local function deployment_text(deployment, primary)
  local name = value.short(deployment.task_definition)
  if name == "" then name = value.short(deployment.id) end
  local running, desired = deployment.running or 0, deployment.desired or 0
  local text
  if primary or desired > 0 then
    text = ("%s  %d/%d running"):format(name, running, desired)
  elseif running > 0 then
    text = ("%s  %d running"):format(name, running)
  end
  if text and (deployment.failed or 0) > 0 then text = ("%s, %d failed"):format(text, deployment.failed) end
  if text and deployment.rollout_state == "FAILED" then text = text .. ", rollout failed" end
  return text
end

-- The same where there is little room: `mongo:7 2/3`. Failures come first: what is cut off is cut at the end.
local function brief_text(event)
  local parts, ours = {}, (event.deployments or {})[1]
  if ours and (ours.failed or 0) > 0 then parts[1] = ours.failed .. " failed" end
  for i, deployment in ipairs(event.deployments or {}) do
    local name = value.short(deployment.task_definition)
    local running, desired = deployment.running or 0, deployment.desired or 0
    if i == 1 or desired > 0 then
      parts[#parts + 1] = ("%s %d/%d"):format(name, running, desired)
    elseif running > 0 then
      parts[#parts + 1] = ("%s %d"):format(name, running)
    end
  end
  return #parts > 0 and table.concat(parts, "  ") or ("%d/%d"):format(event.running or 0, event.desired or 0)
end

local function state_text(one, event)
  if event.status == "DRAINING" or (event.status == "ACTIVE" and one.action == "delete") then
    local left = (event.running or 0) + (event.pending or 0)
    return left > 0 and "draining " .. value.count(left, "task") or "waiting until it is inactive"
  elseif event.status == "INACTIVE" then
    return "inactive"
  elseif event.status == "MISSING" then
    return "not visible yet"
  end
  local parts = {}
  for i, deployment in ipairs(event.deployments or {}) do
    local primary = deployment.status == "PRIMARY" or (deployment.status == nil and i == 1)
    parts[#parts + 1] = deployment_text(deployment, primary)
  end
  if #parts == 0 then return ("%d/%d running"):format(event.running or 0, event.desired or 0) end
  return table.concat(parts, "   ")
end

local function retry_text(event)
  return ("%s: %s, again in %s (attempt %d)"):format(event.operation or "request", event.code or "failed",
    value.duration(event.delay or 0), (event.attempt or 1) + 1)
end

local function clock_text(event)
  local skew = event.skew or 0
  return ("this machine's clock is %s %s AWS's; requests are signed with AWS's time"):format(
    value.duration(math.abs(skew)), skew > 0 and "behind" or "ahead of")
end

local handlers = {}

function handlers.started(one, event)
  one.action, one.since, one.done = event.action, event.at or one.since, nil
  one.began = event.at or one.began
  one.phase, one.detail = action_of(event.action).doing or tostring(event.action), ""
  if event.action == "wait" and event["until"] then one.detail = "until " .. tostring(event["until"]) end
end

-- The deployment that is followed has failed, and another one is in charge.
local function turned_back(event)
  local ours, primary
  for _, deployment in ipairs(event.deployments or {}) do
    if deployment.id == event.deployment_id then ours = deployment end
    if deployment.status == "PRIMARY" then primary = deployment end
  end
  return event.deployment_id ~= nil and ours and ours.rollout_state == "FAILED" and primary and primary ~= ours
end

function handlers.state(one, event)
  if one.phase == "" then one.phase = "waiting" end -- a wait begins nothing, so nothing told of its beginning
  if one.phase == "updating" and #(event.deployments or {}) > 1 then one.phase = "deploying" end
  if turned_back(event) then one.phase = "rollback" end
  if event.status == "DRAINING" then
    one.phase = "deleting"
  elseif one.action == "replace" and one.phase == "deleting" and event.status == "ACTIVE" then
    one.phase = "creating"
  end
  one.detail = state_text(one, event)
  one.brief = event.status == "ACTIVE" and one.action ~= "delete" and brief_text(event) or one.detail
  if one.phase == "rollback" then one.staged = nil end
  one.usual = event.usual or one.usual
end

-- The same words again are a line of their own only after so many seconds.
local AGAIN = 60

-- The first one says what the wait is for; later ones break a long silence, and say since when.
handlers["waiting"] = function(one, event)
  if not event["for"] then return end
  local awaited = "waiting for " .. letters.escape(tostring(event["for"]))
  if one.detail == "" then one.detail, one.brief = awaited, awaited end
  if event.so_far then awaited = letters.escape(tostring(event.so_far)) .. "; " .. awaited end
  local at, first = event.at or one.since, not one.awaited
  if first or one.awaited == awaited and at - one.awaited_at < AGAIN then
    one.awaited, one.awaited_at = one.awaited or awaited, one.awaited_at or at
    return
  end
  one.awaited, one.awaited_at, one.last = awaited, at, awaited
  return awaited .. (" (%s so far)"):format(value.duration(at - one.since)), "dim"
end

function handlers.superseded(one, event)
  one.last = "someone else deployed " .. value.short(event.task_definition)
  return one.last .. "; following that from now on", "warning"
end

function handlers.retrying(_, event) return retry_text(event), "warning" end

function handlers.clock(_, event) return clock_text(event), "warning" end

local COLORS = { bad = "error", warn = "warning", good = "good" }

function handlers.stage(one, event)
  if one.phase == "" then one.phase = "waiting" end
  if one.phase == "updating" then one.phase = "deploying" end
  one.staged = event
end

-- Told when it is known that it will go on like this: the cause, and what to do.
function handlers.failing(_, event)
  local cause = type(event.cause) == "table" and event.cause or {}
  local text = ("fails again and again: %s"):format(tostring(cause.summary or "its tasks end alike"))
  if (cause.count or 0) > 1 then text = ("%s (%d times)"):format(text, cause.count) end
  return letters.escape(text), "warning"
end

function handlers.service_event(one, event)
  local message = tostring(event.message or "")
  one.last = words.of(message)
  return one.last, COLORS[words.kind(message)]
end

handlers["registered"] = function(one, event)
  one.done = true
  return "registered " .. letters.escape(value.short(tostring(event.task_definition or event.arn))), "good"
end

handlers["deregistered"] = function(one, event)
  one.done = true
  return "deregistered " .. letters.escape(value.short(tostring(event.task_definition or event.arn))), "good"
end

handlers["deleted"] = function(one, event)
  one.done = true
  return "deleted " .. letters.escape(value.short(tostring(event.task_definition or event.arn))), "good"
end

handlers["updated"] = function(one, event)
  one.done = true
  return "tagged " .. letters.escape(value.short(tostring(event.task_definition or event.arn))), "good"
end

handlers["done"] = function(one, event)
  one.done = true
  local began = one.began or event.began -- an event alone may know itself since when
  local took = event.at and began and " after " .. value.duration(event.at - began) or ""
  one.action = one.action or event.action
  if event.ok == false and type(event.error) == "table" and event.error.code == "Interrupted" then
    return "interrupted" .. took, "warning"
  elseif event.ok == false and type(event.error) == "table" and event.error.code == "AwaitingDecision" then
    return "not followed any further" .. took, "warning"
  elseif event.ok == false then
    one.broke = true
    return "failed" .. took, "error"
  end
  local exit = event.exit_code and (", exit %d"):format(event.exit_code) or ""
  return (action_of(one.action).done or letters.escape(tostring(event.outcome or "done"))) .. took .. exit, "good"
end

handlers["task"] = function(one, event)
  local former = one.detail
  local status = letters.escape(tostring(event.status)):lower()
  one.detail = ("task %s %s"):format(letters.escape(tostring(event.task)), status)
  one.brief = one.detail
  if former == "" then return "started" end
end

function handlers.failed(one, event)
  one.done = true
  local message = type(event.error) == "table" and event.error.message or event.message
  return "failed" .. (message and ": " .. letters.escape(tostring(message)) or ""), "error"
end

-- What an event of the checks of a completed deployment says, and how good that is.
local function check_text(event)
  local name = letters.escape(tostring(event.check or ""))
  local message = letters.escape(tostring(event.message or ""))
  if event.state == "waiting" then return ("check %s: %s"):format(name, message), "warning" end
  if event.state == "passed" then return ("check %s: passed"):format(name), "good" end
  if event.state == "failed" then return ("check %s: failed: %s"):format(name, message), "error" end
  if event.state == "rolling_back" then return "rolling back", "warning" end
end

function handlers.check(one, event)
  one.phase, one.staged, one.detail = event.state == "rolling_back" and "rollback" or "checking", nil, ""
  local text, color = check_text(event)
  if event.state == "succeeded" then
    one.detail = ("%s  %d of %d in a row"):format(letters.escape(tostring(event.check)), event.good or 0,
      event.times or 1)
  end
  one.brief, one.last = one.detail, text or one.last
  return text, color
end

function handlers.left(_, event) return letters.escape(tostring(event.message or "")), "warning" end

--- "the run of 19:50"; of another day with its date.
---@param at number|nil
---@param now number|nil
---@return string
function progress.hour(at, now)
  if not at then return "an unknown time" end
  local same_day = now == nil or os.date("%x", math.floor(at)) == os.date("%x", math.floor(now))
  return tostring(os.date(same_day and "%H:%M" or "%Y-%m-%d %H:%M", math.floor(at)))
end

function handlers.decision(one, event)
  one.last = stage_text.decision(event, one.address, function(at) return progress.hour(at, event.at) end)
  return one.last, not event.answered and "warning" or nil
end

function handlers.answer(one, event)
  local text, kind = stage_text.answer(event)
  one.last = text
  return text, COLORS[kind]
end

--- What is waited for before AWS is asked.
---@param event table of type earlier_run
---@return string
function progress.earlier(event)
  local who = event.by and letters.escape(tostring(event.by)) .. ", " or ""
  return ("an earlier run (%s%s) left %s open; looking what became of %s"):format(who,
    progress.hour(event.began, event.at), value.count(event.open or 1, "request"), event.open == 1 and "it" or "them")
end

--- Takes in an event.
---@param event table { type, address, at, … }
---@return table one the service it speaks of
---@return string|nil fact something worth a line of its own
---@return string|nil color
function progress:take(event)
  if event.type == "earlier_run" then -- of the stack as a whole
    return { address = "stack", phase = "", detail = "", done = true }, progress.earlier(event), "warning"
  end
  local one = self:service(event.address and kinds.text(event) or "stack", event.at)
  if event.at then self.now = event.at end
  local handler = handlers[event.type]
  if not handler then return one end
  if event.type == "service_event" and event.id then
    one.events = one.events or {}
    if one.events[event.id] then return one end
    one.events[event.id] = true
  end
  local fact, color = handler(one, event)
  return one, fact, color
end

--- A text about a service behind the stage that its deployment is in.
---@param one table
---@param text string its detail, or what is shorter
---@param now number|nil nil: without clocks
---@return string
function progress.staged(one, text, now)
  local stage = one.staged and stage_text.of(one.staged, now) or ""
  return stage == "" and text or text == "" and stage or stage .. "   " .. text
end

--- The state of a service without its clock: `deploying  mongo:7  2/3 running`.
function progress.state(one)
  local detail = progress.staged(one, one.detail)
  return detail == "" and one.phase or one.phase .. "  " .. detail
end

return progress
