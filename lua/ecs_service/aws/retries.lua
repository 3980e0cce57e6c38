--- How often and how fast a stack asks: retry mode, attempts and pace, from its options, the environment and the
--- profile. docs/retries.md has the rules.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local settings = require "ecs_service.aws.settings"

local retries = {}

---@class ecs_service.Retries
---@field retry_mode "standard"|"adaptive"
---@field max_attempts integer|nil  nil: the core's own number
---@field pace boolean|table|nil    of the stack

-- "legacy" was botocore's first way of retrying; the newest botocore has made "standard" its default.
local MODES = { standard = "standard", adaptive = "adaptive", legacy = "standard" }
local WORDS = { "standard", "adaptive", "legacy" }

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

local function problem_of_class(name, figures)
  if not core.pace().classes[name] then
    return ("ecs.stack: pace has no class %s"):format(tostring(name)), "docs/retries.md has the table of them"
  elseif type(figures) ~= "table" then
    return ("ecs.stack: pace.%s is { burst = , rate = }"):format(name)
  end
  for key, value in pairs(figures) do
    if key ~= "burst" and key ~= "rate" then
      return ("ecs.stack: pace.%s is { burst = , rate = }; there is no %s"):format(name, tostring(key))
    elseif type(value) ~= "number" or value ~= value or value < (key == "burst" and 1 or 0.01) or value > 1e6 then
      return ("ecs.stack: pace.%s.%s is a number of requests%s"):format(name, key,
        key == "burst" and ", at least 1" or " a second, at least 0.01")
    end
  end
end

--- What is wrong with the options retry_mode and pace of a stack.
---@param given table
---@return ecs_service.Error|nil
function retries.problem(given)
  if given.retry_mode and not MODES[given.retry_mode] then
    return wrong("retry_mode", ("ecs.stack: there is no retry_mode %q"):format(given.retry_mode),
      "standard, adaptive or legacy")
  end
  for name, figures in pairs(type(given.pace) == "table" and given.pace or {}) do
    local message, hint = problem_of_class(name, figures)
    if message then return wrong("pace", message, hint) end
  end
end

--- The settings of a session: given to the stack, else AWS_RETRY_MODE and AWS_MAX_ATTEMPTS, else of the profile.
---@param options table of the stack
---@return ecs_service.Retries|nil
---@return ecs_service.Error|nil codes WrongSetting, BadConfig
function retries.find(options)
  local view, err = settings.read(options)
  if not view then return nil, err end
  local mode, most
  mode, err = view:word("retry_mode", WORDS)
  if not mode then return nil, err end
  most, err = view:whole_number("max_attempts", 1)
  if err then return nil, err end
  return { retry_mode = MODES[mode], max_attempts = most, pace = options.pace }
end

return retries
