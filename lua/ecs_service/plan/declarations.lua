--- Reads what a user hands in as a declaration: a plain copy of it, and everything in it that no declaration can hold,
--- each with its path. Nothing in a declaration makes this raise. Members that a table inherits (a template behind
--- `__index`) are its own; so are those that `__pairs` tells.
local lazy = require "ecs_service.util.lazy"
local checks = lazy "ecs_service.plan.checks"
local handles = require "ecs_service.util.handles"
local hook_functions = lazy "ecs_service.plan.hook_functions"
local lua_source = lazy "ecs_service.util.lua_source"
local running = lazy "ecs_service.plan.running"
local tables = require "ecs_service.util.tables"

local declaration = {}

local DEEPEST = 60 -- the core takes little more

-- Members of a declaration that are no arguments, and may hold functions.
local APART = { service = { checks = true, on_failed_check = true } }

local PLAIN = "write texts, numbers, true or false, and tables of them"

local Reader = {}
Reader.__index = Reader

function Reader:refuse(path, dropped, message, hint, code)
  self.problems[#self.problems + 1] = { severity = "error", code = code or "WrongType", path = path,
    message = message, hint = hint or PLAIN, dropped = dropped }
end

-- As the core writes it: load_balancer[1].container_port, tags["a b"].
local function path_of(path, key)
  if type(key) == "number" then return ("%s[%.14g]"):format(path, key) end
  if type(key) ~= "string" then return ("%s[%s]"):format(path, tostring(key):gsub("^(%a+): .*", "%1")) end
  if not key:find "^[%a_][%w_]*$" then return ("%s[%s]"):format(path, lua_source.quote(key)) end
  return path == "" and key or path .. "." .. key
end

local function is_position(key) return type(key) == "number" and key >= 1 and key == math.floor(key) end

local function metatable_of(t)
  local mt = getmetatable(t)
  return type(mt) == "table" and mt or nil
end

-- Methods and metamethods of a class are not members of what is declared.
local function inherit(members, base, seen)
  while type(base) == "table" and not seen[base] do
    seen[base] = true
    for key, member in next, base do
      local own = type(member) ~= "function" and not (type(key) == "string" and key:sub(1, 2) == "__")
      if own and members[key] == nil then members[key] = member end
    end
    local mt = metatable_of(base)
    base = mt and rawget(mt, "__index")
  end
  return base
end

local function told_by(pairs_of, t, members)
  local iterate, state, key = pairs_of(t)
  for name, member in iterate, state, key do members[name] = member end
end

-- The members of a table, whoever holds them; nil when they cannot be told.
function Reader:members(t, path)
  local members, mt = {}, metatable_of(t)
  local pairs_of = mt and rawget(mt, "__pairs")
  if pairs_of ~= nil then
    local ok, raised = pcall(told_by, pairs_of, t, members)
    if ok then return members end
    return self:refuse(path, path, "its members cannot be told: its __pairs raised: " .. tostring(raised),
      "pass a plain table")
  end
  for key, member in next, t do members[key] = member end
  local base = mt and rawget(mt, "__index")
  if base == nil or is_position((next(members))) then return members end
  base = inherit(members, base, { [t] = true })
  if type(base) ~= "function" then return members end
  return self:refuse(path, path, "what it inherits cannot be told: its __index is a function",
    "let __index be a table, or pass a plain table")
end

-- What kinds of keys there are: how many positions and names, and the highest position.
local function keys_of(members)
  local positions, names, highest, other = 0, 0, 0, nil
  for key in next, members do
    if is_position(key) then
      positions, highest = positions + 1, math.max(highest, key)
    elseif type(key) == "string" then
      names = names + 1
    elseif other == nil or tostring(key) < tostring(other) then
      other = key
    end
  end
  return positions, names, highest, other
end

local AS_TEXTS = "keys of a map are texts: [\"80\"] = …, not [80] = …"

-- A declaration itself is a map of names: each other key is told, and the rest is read without it.
function Reader:drop_keys(members)
  for key in pairs(members) do
    if type(key) ~= "string" then
      local path = path_of("", key)
      self:refuse(path, path, "arguments have names", "write name = value; " .. AS_TEXTS)
    end
  end
  for key in pairs(members) do
    if type(key) ~= "string" then members[key] = nil end
  end
  return true
end

-- Whether the keys make a list or a map; what is neither is told.
function Reader:check_keys(members, path)
  if path == "" then return self:drop_keys(members) end
  local positions, names, highest, other = keys_of(members)
  if other ~= nil then
    return self:refuse(path_of(path, other), path, "only names, and positions from 1, can be keys of a table", AS_TEXTS)
  elseif positions > 0 and names > 0 then
    return self:refuse(path, path, "the table mixes positions and names",
      "make it a list or a map; " .. AS_TEXTS)
  elseif highest > positions then
    local missing = 1
    while members[missing] ~= nil do missing = missing + 1 end
    return self:refuse(path_of(path, missing), path, "the list has a hole: there is nothing at this position",
      "leave the nil out; " .. AS_TEXTS)
  end
  return true
end

-- Takes those members out.
function Reader:part(members)
  for name in pairs(APART[self.declares or "service"] or {}) do
    if members[name] ~= nil then
      self.apart = self.apart or {}
      self.apart[name], members[name] = members[name], nil
    end
  end
end

function Reader:copy(t, path)
  if self.above[t] then return self:refuse(path, path, "the table holds itself", "declare it without the circle") end
  if self.depth >= DEEPEST then return self:refuse(path, path, "the table is nested too deeply") end
  local members = self:members(t, path)
  if members and path == "" then self:part(members) end
  if not members or not self:check_keys(members, path) then return nil end
  self.above[t], self.depth = true, self.depth + 1
  local copy = {}
  for key, member in next, members do
    self.trail[self.depth] = key
    copy[key] = self:value(member, path_of(path, key), key, members)
  end
  self.trail[self.depth] = nil
  self.above[t], self.depth = nil, self.depth - 1
  if next(members) ~= nil then return copy end
  return setmetatable(copy, metatable_of(t)) -- an empty map may be marked as one
end

local UNREADABLE = {
  ["function"] = { "a function cannot be part of a declaration", "call it, or write what it answers" },
  thread = { "a coroutine cannot be part of a declaration" },
}

--- What stands in a service for the revision of a task definition until that is known. No family is called so.
declaration.KNOWN_AFTER_APPLY = "known-after-apply:1"

local HINTS = {
  service = "services stand in depends_on and in lists of addresses; elsewhere write what is meant, as in its name",
  task_definition = "task definitions stand in task_definition of a service or a task, in depends_on and in lists of "
    .. "addresses",
  task = "tasks stand in before, after, depends_on and in lists of addresses",
}

-- Where an address is wanted, a handle stands for its own; it may stand alone for a list of one. In task_definition of
-- a service, that of a task definition stands for its revision.
function Reader:handle(value, path)
  local kind = value.kind
  local runs = path == "task_definition" and kind.name == "task_definition" and self.declares ~= kind.name
  local name = path:match "^([%l_]+)%[%d+%]$" or path
  local wanted = name == "depends_on"
    or self.declares == "task" and (name == "before" or name == "after" or path == "service" and kind.name == "service")
  if not runs and not wanted then
    return self:refuse(path, path, ("the %s %s stands where none is wanted"):format(kind.one, value.address),
      HINTS[kind.name])
  elseif self.stack and value.stack ~= self.stack then
    return self:refuse(path, path, ("the %s %s is one of another stack"):format(kind.one, value.address),
      ("use the object that this stack's own %s gave"):format(kind.declares), "WrongStack")
  end
  if not runs then return value.address end
  self.runs = value.address
  return declaration.KNOWN_AFTER_APPLY
end

-- What says which one it is.
local function is_identity(path)
  return path == "family" or path == "taskDefinition.family" or path:find "ontainer_?[Dd]efinitions%[%d+%]%.name$"
end

function Reader:is_of_service() return self.declares == nil or self.declares == "service" end

-- It is kept beside the declaration, which has a pause in its place.
function Reader:hook_function(value, path)
  self.functions = self.functions or {}
  self.functions[path] = type(value) == "function" and value or function() return false end
  if type(value) == "function" then return nil end
  return self:refuse(path, path, "run is a function of Lua, which JSON cannot hold",
    "run = function(ctx) return true end; or remove it: a PAUSE without it waits for ecs-service continue")
end

-- What stands for what runs now: something that can be checked is put in its place, and where that is is noted.
function Reader:asked(asks, path, key, holder)
  local fits = self.declares == "task_definition" and not is_identity(path)
    or self:is_of_service() and (path:find "^tags[%.%[]" or path:find "^triggers[%.%[]")
  if not fits then
    return self:refuse(path, path, "what runs now stands where it is not wanted: this has to be known beforehand",
      "ecs.running stands in containers of a task definition, and in tags and triggers of a service")
  end
  local trail = {}
  for i = 1, self.depth do trail[i] = self.trail[i] end
  self.running[#self.running + 1] = { asks = asks, path = path, trail = trail }
  local value = running.stand_in(asks, key, holder)
  return type(value) == "table" and self:copy(value, path) or value
end

function Reader:value(value, path, key, holder)
  local kind = type(value)
  if key == "run" and self:is_of_service() and hook_functions.stands_at(path) then
    return self:hook_function(value, path)
  end
  if handles.kind(value) then return self:handle(value, path) end
  local asks = kind == "table" and rawget(value, "running") ~= nil and running.of(value)
  if asks then return self:asked(asks, path, key, holder) end
  if kind == "table" then return self:copy(value, path) end
  if UNREADABLE[kind] then
    local of_hook = kind == "function" and self:is_of_service() and hook_functions.is_beside(path)
    return self:refuse(path, path, UNREADABLE[kind][1], of_hook and "the function of a hook is called run"
      or UNREADABLE[kind][2])
  end
  if kind == "number" and (value ~= value or value == math.huge or value == -math.huge) then
    return self:refuse(path, path, value ~= value and "is not a number (nan)" or "is an infinite number",
      "see what it was reckoned from")
  end
  return value
end

--- A plain copy, without what could not be read.
---@param config any
---@param stack ecs_service.Stack|nil whose handles may stand for their addresses; nil: those of any
---@param declares string|nil the name of the kind that is declared; nil: a service
---@return any copy
---@return table[] problems diagnostics, by path; `dropped` of each is the path of what the copy lacks
---@return string|nil runs the address of the task definition whose handle stands in task_definition
---@return ecs_service.Running[]|nil running what stands there for what runs now
---@return table<string, function>|nil answers what is asked at stages of its deployments
---@return table<string, any>|nil apart the members that are no arguments
function declaration.read(config, stack, declares)
  local self = setmetatable({ problems = {}, above = {}, depth = 0, stack = stack, declares = declares, trail = {},
    running = {} }, Reader)
  local copy = self:value(config, "", "", {})
  local answers = self.functions and hook_functions.place(copy, self.functions, function(path, message, hint)
    self:refuse(path, path, message, hint, "Conflict")
  end) or nil
  local function by_path(a, b) return a.path < b.path end
  table.sort(self.problems, by_path)
  table.sort(self.running, by_path)
  return copy, self.problems, self.runs, #self.running > 0 and self.running or nil, answers,
    self.apart
end

--- Reads the members of a declaration that are no arguments.
---@param apart table<string, any>
---@param config table the rest of it; may be changed
---@param problems table[] of declaration.read; those of these members are added
---@return table own what the handle keeps
function declaration.take_apart(apart, config, problems)
  local own, list = checks.take(apart, config)
  for _, problem in ipairs(list) do problems[#problems + 1] = problem end
  return own
end

--- The problems of a declaration, parted: those within a member of it are told as the member's own.
---@param problems table[] of declaration.read
---@param member string
---@return table[] others
---@return table[] within
function declaration.parted(problems, member)
  local others, within = {}, {}
  local inner = "^" .. member .. "%.?(.*)$"
  for _, problem in ipairs(problems) do
    local path = problem.path:match(inner)
    if path then
      within[#within + 1] = tables.merge(problem, { path = path, dropped = problem.dropped:match(inner) or "" })
    else
      others[#others + 1] = problem
    end
  end
  return others, within
end

local function lies_in(path, dropped)
  local next_byte = path:sub(#dropped + 1, #dropped + 1)
  return path:sub(1, #dropped) == dropped and (next_byte == "" or next_byte == "." or next_byte == "[")
end

--- The problems of a declaration: what could not be read, and what is wrong with the rest. That something is missing
--- is not told of what was there and could not be read.
---@param problems table[] of declaration.read
---@param list table[]|nil diagnostics of the rest
---@return table[]
function declaration.with_problems(problems, list)
  if #problems == 0 then return list end
  local all = {}
  for i, problem in ipairs(problems) do
    all[i] = tables.merge(problem)
    all[i].dropped = nil
  end
  for _, diagnostic in ipairs(list or {}) do
    local known = diagnostic.severity == "warning"
    for _, problem in ipairs(problems) do
      known = known or problem.dropped == "" or lies_in(diagnostic.path or "", problem.dropped)
    end
    if not known then all[#all + 1] = diagnostic end
  end
  return all
end

return declaration
