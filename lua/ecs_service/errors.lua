--- Errors: tables that print as a sentence. What goes wrong in the world is answered as `nil, err` with one of these.
local lazy = require "ecs_service.util.lazy"
local letters = lazy "ecs_service.render.terminal_text"
local tables = require "ecs_service.util.tables"

local errors = {}

local mt = {}

-- What an error is about: `kind` and `address` of one that names a service, too.
local function subject(self, key)
  local service = rawget(self, "service")
  if type(service) ~= "string" then return nil end
  local kind, name = service:match "^(task_definition)%.(.+)$"
  if not kind then kind, name = service:match "^(task)%.(.+)$" end
  if key == "address" then return name or service end
  return kind or "service"
end

function mt:__index(key)
  if key == "address" or key == "kind" then return subject(self, key) end
  return mt[key]
end

local MOST = 20 -- problems that are told in the one sentence; all of them are in `diagnostics`

local function told(diagnostic)
  local parts = {}
  if diagnostic.path and diagnostic.path ~= "" then parts[1] = diagnostic.path end
  parts[#parts + 1] = tostring(diagnostic.message)
  local text, hint = table.concat(parts, ": "), require "ecs_service.util.further_hint"(diagnostic)
  return hint and text .. " (" .. hint .. ")" or text
end

local function told_together(list)
  local groups, all = require "ecs_service.render.error_groups", {}
  local found = groups.of(list)
  for i, group in ipairs(found) do
    if i > MOST then
      all[i] = ("and %d more"):format(#found - MOST)
      break
    end
    all[i] = group.services and ("%s: %s"):format(groups.named(group.services), group.message) or group.message
  end
  return table.concat(all, "; ")
end

-- Problems that read alike are told once, with their number.
local function problems_of(list)
  local groups, problems, left = tables.groups(list, told), {}, #list
  for i = 1, math.min(#groups, MOST) do
    local text, count = groups[i].key, #groups[i]
    problems[i], left = count > 1 and ("%s (%d times)"):format(text, count) or text, left - count
  end
  if left > 0 then problems[#problems + 1] = ("and %d more"):format(left) end
  return table.concat(problems, "; ")
end

-- Whether an error of several says the same as one of them.
local function says_one(self)
  for _, err in ipairs(self.errors) do
    if err.message == self.message then return true end
  end
  return false
end

local function sentence(self)
  local text = tostring(self.message or self.code or "something went wrong")
  if self.service and text:sub(1, #self.service + 1) ~= self.service .. ":" then
    text = self.service .. ": " .. text
  end
  local list = self.diagnostics
  if type(list) == "table" and #list > 0 then
    return text .. ": " .. problems_of(list)
  end
  if type(self.errors) == "table" and #self.errors > 1 then
    return says_one(self) and told_together(self.errors) or text .. ": " .. told_together(self.errors)
  end
  local hint = self.hint
  if type(hint) == "table" then hint = table.concat(hint, "; ") end
  if hint and hint ~= "" then text = text .. " (" .. hint .. ")" end
  return text
end

-- It is printed where it is told, and others have written some of it: nothing in it steers a terminal.
function mt:__tostring()
  local text = sentence(self)
  return text:find "[^\t\n\32-\126]" and letters.printable(text) or text
end

--- The error as a table of plain values without anything secret: for JSON, logs and policies.
---@return table
function mt:to_table()
  return require "ecs_service.render.json_documents".plain_error(self)
end

local RENDER = { color = "boolean", unicode = "boolean", width = "number" }

--- The error as a person reads it, in lines: what, why, what is the case now, and what to do.
---@param opts table|nil { color = false, unicode = of the locale, width = columns }
---@return string
function mt:render(opts)
  local problem = opts ~= nil and require "ecs_service.util.option_problem"(opts, RENDER, "err:render")
  if problem then error(tostring(errors.new(problem)), 2) end
  return require "ecs_service.render.text".error(self, opts)
end

--- Makes an error of a table of its fields.
---@param fields table
---@return ecs_service.Error
function errors.new(fields)
  return setmetatable(fields, mt)
end

--- Whether a value is an error of this module.
function errors.is(value)
  return type(value) == "table" and getmetatable(value) == mt
end

--- Anything that was raised or answered as an error, as an error of this module.
---@param value any
---@param code string|nil the code of what had none
---@return ecs_service.Error
function errors.from(value, code)
  if errors.is(value) then return value end
  if type(value) == "table" then
    local copy = tables.merge(value)
    copy.code = copy.code or code or "Failed"
    copy.message = copy.message or tostring(value)
    return errors.new(copy)
  end
  return errors.new { code = code or "Failed", message = tostring(value) }
end

-- Says the same as the only one, which it lists: an error that listed itself could not be written as JSON.
local function over(err)
  return errors.new(tables.merge({ errors = { err } }, err))
end

-- The one task that failed, when all others only were not begun because of it.
local function task_behind(list)
  local found
  for _, err in ipairs(list) do
    if err.code ~= "DependencyFailed" then
      if found or err.kind ~= "task" then return nil end
      found = err
    end
  end
  return found
end

--- One error for several, which it lists; of one only it says the same, and of one task that others wait for.
---@param list ecs_service.Error[]
---@param message string for more than one; %d becomes their number
---@return ecs_service.Error
function errors.join(list, message)
  if list[1].whole or #list == 1 then return over(list[1]) end
  local task = task_behind(list)
  if task then return errors.new(tables.merge(task, { errors = list })) end
  local code = list[1].code
  local retryable = true
  for _, err in ipairs(list) do
    if err.code ~= code then code = "SeveralFailed" end
    retryable = retryable and err.retryable == true
  end
  return errors.new { code = code, message = message:format(#list), errors = list, service = nil,
    retryable = retryable, hint = "each of them is in err.errors" }
end

return errors
