--- Expressions of the cluster query language, as the filter of ListContainerInstances takes them:
--- `attribute:ecs.instance-type =~ t2.* and not (task:group == service:web)`.
local refuse = require "ecs_service.simulator.api_error"

local cluster_query = {}

local function invalid(text) refuse.invalid("Invalid filter expression: %s", text) end

-- The words for an operator beside its sign.
local OPERATORS = {
  ["=="] = "==", equals = "==", ["!="] = "!=", not_equals = "!=", [">"] = ">", greater_than = ">", [">="] = ">=",
  greater_than_equal = ">=", ["<"] = "<", less_than = "<", ["<="] = "<=", less_than_equal = "<=", exists = "exists",
  ["!exists"] = "!exists", not_exists = "!exists", ["in"] = "in", ["!in"] = "!in", not_in = "!in", ["=~"] = "=~",
  matches = "=~", ["!~"] = "!~", not_matches = "!~",
}

local function tokens_of(text)
  local out, at = {}, 1
  while true do
    at = text:find("%S", at)
    if not at then return out end
    local token = text:match("^[%(%)%[%],]", at) or text:match("^&&", at) or text:match("^||", at)
      or text:match("^[=!<>]=", at) or text:match("^[=!]~", at) or text:match("^!exists", at)
      or text:match("^!in%f[%W]", at) or text:match("^[<>!]", at) or text:match('^"[^"]*"', at)
      or text:match("^[^%s%(%)%[%],=!<>]+", at)
    if not token then invalid(text) end
    out[#out + 1] = token
    at = at + #token
  end
end

-- The values that the subject of a condition has on an instance.
local function values_of(subject, instance, tasks)
  local attribute = subject:match "^attribute:(.+)$"
  local out = {}
  if attribute then
    for _, item in ipairs(instance.attributes) do
      if item.name == attribute then out[1] = item.value or "" end
    end
  elseif subject == "task:group" then
    for i, task in ipairs(tasks) do out[i] = task.group or task.service and "service:" .. task.service.name end
  elseif subject == "agentVersion" then
    out[1] = instance.versionInfo.agentVersion
  else
    out[1] = tostring(instance[subject])
  end
  return out
end

local SUBJECTS = { agentConnected = true, agentVersion = true, ec2InstanceId = true, registeredAt = true,
  runningTasksCount = true, ["task:group"] = true }

-- A regular expression of the simple kind, for a whole value.
local function pattern_of(text)
  return "^" .. text:gsub("[%%%-]", "%%%0") .. "$"
end

local function less(a, b)
  local x, y = tonumber(a), tonumber(b)
  if x and y then return x < y end
  return a < b
end

local COMPARE = {
  ["=="] = function(a, list) return a == list[1] end,
  [">"] = function(a, list) return less(list[1], a) end,
  [">="] = function(a, list) return not less(a, list[1]) end,
  ["<"] = function(a, list) return less(a, list[1]) end,
  ["<="] = function(a, list) return not less(list[1], a) end,
  ["=~"] = function(a, list) return a:find(pattern_of(list[1])) ~= nil end,
  exists = function() return true end,
  ["in"] = function(a, list)
    for _, item in ipairs(list) do
      if item == a then return true end
    end
    return false
  end,
}

local function condition(subject, operator, list)
  local plain = COMPARE[operator] and operator or operator == "!=" and "==" or operator == "!~" and "=~"
    or operator:sub(2)
  local negated = plain ~= operator
  return function(instance, tasks)
    for _, value in ipairs(values_of(subject, instance, tasks)) do
      if COMPARE[plain](value, list) then return not negated end
    end
    return negated
  end
end

local Reader = {}
Reader.__index = Reader

function Reader:take(...)
  for _, word in ipairs { ... } do
    if self.tokens[self.at] == word then
      self.at = self.at + 1
      return true
    end
  end
  return false
end

function Reader:word()
  local token = self.tokens[self.at]
  if not token or token:find "^[%(%)%[%],&|]" then invalid(self.text) end
  self.at = self.at + 1
  return (token:gsub('^"(.*)"$', "%1"))
end

function Reader:operand(operator)
  if operator == "exists" or operator == "!exists" then return {} end
  if not operator:find "in$" then return { self:word() } end
  local out = {}
  if not self:take "[" then invalid(self.text) end
  repeat out[#out + 1] = self:word() until not self:take ","
  if not self:take "]" then invalid(self.text) end
  return out
end

function Reader:condition()
  if self:take("not", "!") then
    local inner = self:condition()
    return function(...) return not inner(...) end
  elseif self:take "(" then
    local inner = self:either()
    if not self:take ")" then invalid(self.text) end
    return inner
  end
  local subject = self:word()
  local operator = OPERATORS[self.tokens[self.at] or ""]
  if not operator or not (SUBJECTS[subject] or subject:find "^attribute:.") then invalid(self.text) end
  self.at = self.at + 1
  return condition(subject, operator, self:operand(operator))
end

function Reader:both()
  local left = self:condition()
  while self:take("and", "&&") do
    local first, second = left, self:condition()
    left = function(...) return first(...) and second(...) end
  end
  return left
end

function Reader:either()
  local left = self:both()
  while self:take("or", "||") do
    local first, second = left, self:both()
    left = function(...) return first(...) or second(...) end
  end
  return left
end

--- What says of an instance, as it is described, and its tasks whether it fits; raises for what is no expression.
---@param text string|nil
---@return fun(instance: table, tasks: table[]): boolean
function cluster_query.compile(text)
  if not text or text == "" then return function() return true end end
  local reader = setmetatable({ tokens = tokens_of(text), at = 1, text = text }, Reader)
  local fits = reader:either()
  if reader.tokens[reader.at] then invalid(text) end
  return fits
end

return cluster_query
