--- ECS's events in plain words: what they say of which service and which task goes, what happened stays.
local letters = require "ecs_service.render.terminal_text"
local value = require "ecs_service.render.value"
local trim = require "ecs_service.util.trim"

local words = {}

-- "…targetgroup/web/0123456789abcdef)" and "(elb web)"
local function group_of(rest)
  local name = rest:match "targetgroup/([^/%s]+)/" or rest:match "%(elb ([^()]+)%)"
  return name and " (" .. name .. ")" or ""
end

local function tasks(text)
  return value.count(tonumber(text), "task")
end

-- A pattern of the message without its "(service …)", and what to say instead.
local PHRASES = {
  { "^has started (%d+) tasks?", function(n) return "started " .. tasks(n) end },
  { "^has stopped (%d+) running tasks?", function(n) return "stopped " .. tasks(n) end },
  { "^registered (%d+) targets? in (.*)", function(n, rest)
    return "registered " .. value.count(tonumber(n), "target") .. group_of(rest)
  end },
  { "^deregistered (%d+) targets? in (.*)", function(n, rest)
    return "deregistered " .. value.count(tonumber(n), "target") .. group_of(rest)
  end },
  { "^has begun draining connections on (%d+) tasks?", function(n) return "draining connections of " .. tasks(n) end },
  { "^has reached a steady state", function() return "steady" end },
  { "^%(deployment [^)]*%) deployment completed", function() return "deployment completed" end },
  { "^%(deployment [^)]*%) deployment failed: (.-)%.?$", function(why) return "deployment failed: " .. why end },
  { "^rolling back to deployment", function() return "rolling back to the deployment before" end },
  { "^is unable to consistently start tasks successfully", function()
    return "cannot start tasks that stay; ECS tries ever more slowly"
  end },
  { "^was unable to place a task (.-)For more information", function(why)
    return "cannot place a task " .. trim.right(why)
  end },
}

local KINDS = {
  { "bad", "deployment failed", "unable to" },
  { "warn", "rolling back" },
  { "good", "steady state", "deployment completed" },
}

--- Whether what an event says is good or bad.
---@param message string as ECS wrote it
---@return "bad"|"warn"|"good"|nil
function words.kind(message)
  for _, kind in ipairs(KINDS) do
    for i = 2, #kind do
      if message:find(kind[i], 1, true) then return kind[1] end
    end
  end
end

--- What an event says, in plain words; its own where there are no plainer ones. Nothing in it steers a terminal.
---@param message string as ECS wrote it
---@return string
function words.of(message)
  local rest = message:match "^%(service [^)]*%) (.+)$" or message
  for _, phrase in ipairs(PHRASES) do
    local first, second = rest:match(phrase[1])
    if first then return letters.escape(phrase[2](first, second)) end
  end
  return letters.escape(rest)
end

return words
