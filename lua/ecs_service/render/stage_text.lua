--- How far a deployment that shifts traffic in stages is, in words: `canary 10 %   baking 03:12 of 05:00`.
local letters = require "ecs_service.render.terminal_text"
local shell = require "ecs_service.util.shell"
local value = require "ecs_service.render.value"

local stage_text = {}

local STRATEGIES = { BLUE_GREEN = "blue/green", LINEAR = "linear", CANARY = "canary" }

local function in_words(name)
  return (letters.escape(tostring(name)):lower():gsub("_", " "))
end

local function percent(number)
  return ("%.4g %%"):format(number)
end

local function what_now(facts, now)
  if facts.stage == nil then return nil end
  local bakes = tonumber(facts.bake_seconds)
  if not bakes then return in_words(facts.stage) end
  if not now or not tonumber(facts.since) then return ("baking %s"):format(value.clock(bakes)) end
  return ("baking %s of %s"):format(value.clock(math.min(bakes, now - facts.since)), value.clock(bakes))
end

local function hook_texts(facts, parts)
  for _, hook in ipairs(facts.hooks or {}) do
    local status = hook.status == "AWAITING_ACTION" and "waits for a decision" or in_words(hook.status or "")
    parts[#parts + 1] = ("hook %s: %s"):format(letters.escape(tostring(hook.name or hook.id)), status)
  end
  return table.concat(parts, "   ")
end

local function strategy_of(facts)
  return STRATEGIES[facts.strategy] or facts.strategy and in_words(facts.strategy)
end

--- What is known of the stage that a deployment is in.
---@param facts table { stage, strategy, production_weight, bake_seconds, since, hooks = { { name, status } } }
---@param now number|nil nil: without the time that has passed, so that it reads alike until something happens
---@return string
function stage_text.of(facts, now)
  local weight, parts = tonumber(facts.production_weight), {}
  local strategy = strategy_of(facts)
  parts[1] = strategy and weight and strategy .. " " .. percent(weight) or strategy or weight and percent(weight) or nil
  parts[#parts + 1] = what_now(facts, now)
  return hook_texts(facts, parts)
end

--- How a deployment went that has ended: `canary, ended at post scale up   hook smoke: failed`.
---@param facts table as above
---@param whole boolean it came to its end
---@return string
function stage_text.ended(facts, whole)
  local text = strategy_of(facts) or ""
  if not whole and facts.stage then text = ("%s, ended at %s"):format(text, in_words(facts.stage)) end
  return hook_texts(facts, { text })
end

--- The stages that a deployment went through, and when.
---@param list table[] { at, stage, production_weight }
---@param hour fun(at: number): string
---@return string
function stage_text.story(list, hour)
  local parts, weight = {}, nil
  for i, one in ipairs(list) do
    local text, now = in_words(one.stage), tonumber(one.production_weight)
    if now and now ~= weight and (weight or now > 0) then text = ("%s (%s)"):format(text, percent(now)) end
    weight = now or weight
    parts[i] = ("%s %s"):format(one.at and hour(one.at) or "", text)
  end
  return table.concat(parts, ", ")
end

local function group_name(arn) return letters.escape(arn:match "targetgroup/([^/]+)" or arn) end

--- Who gets the traffic, and by which target group: `web:2 100 % by green, web:1 0 % by blue`.
---@param shares table[] of run/traffic.lua
---@return string|nil nil: nothing is known of it
function stage_text.traffic(shares)
  local parts = {}
  for _, share in ipairs(shares or {}) do
    local groups = {}
    for j, arn in ipairs(share.target_groups or {}) do groups[j] = group_name(tostring(arn)) end
    local name = share.task_definition or tostring(share.revision):match "[^/]*$"
    parts[#parts + 1] = ("%s %s%s"):format(letters.escape(name), percent(tonumber(share.production_weight) or 0),
      groups[1] and " by " .. table.concat(groups, " and ") or "")
  end
  return parts[1] and table.concat(parts, ", ") or nil
end

--- The two commands that decide.
---@param address string
---@return string
function stage_text.choices(address)
  local go = shell.command("ecs-service continue", address)
  return ("%s   or   %s --rollback"):format(go, go)
end

--- That somebody has to decide: until when, what happens if nobody does, and how.
---@param facts table { hook, stage, expires_at, timeout_action, answered (a function of the script decides) }
---@param address string
---@param hour fun(at: number): string
---@return string
function stage_text.decision(facts, address, hour)
  if facts.answered then return "asks the function at " .. letters.escape(tostring(facts.stage)) end
  local text = "waits for a decision"
  if facts.stage then text = ("%s at %s"):format(text, letters.escape(tostring(facts.stage))) end
  if tonumber(facts.expires_at) then
    text = ("%s until %s, then it %s"):format(text, hour(facts.expires_at),
      facts.timeout_action == "CONTINUE" and "goes on" or "is rolled back")
  end
  return ("%s (hook %s):  %s"):format(text, letters.escape(tostring(facts.hook or facts.hook_id)),
    stage_text.choices(address))
end

--- What a function has answered that decides about a pause.
---@param facts table { stage, action, reason, error = { message } (it did not get through) }
---@return string text
---@return "good"|"bad"|"warn" kind
function stage_text.answer(facts)
  local who = "the function at " .. letters.escape(tostring(facts.stage))
  local why = facts.reason and ": " .. letters.escape(tostring(facts.reason)) or ""
  if type(facts.error) == "table" then
    return ("%s has answered%s; ECS does not take it: %s"):format(who, why,
      letters.escape(tostring(facts.error.message))), "warn"
  end
  if facts.action == "CONTINUE" then return who .. " lets the deployment go on", "good" end
  return ("%s has it rolled back%s"):format(who, why), "bad"
end

return stage_text
