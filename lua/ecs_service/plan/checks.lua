--- Checks: what decides, when a deployment has been completed, whether it stays. How they are written, in declarations
--- and in calls alike, and what is wrong with them; how they are made stands in run/checking.lua.
local answers = require "ecs_service.plan.check_answer"
local durations = require "ecs_service.util.durations"
local known_names = require "ecs_service.util.suggest"
local letters = require "ecs_service.render.terminal_text"
local staged = require "ecs_service.plan.staged_checks"
local tables = require "ecs_service.util.tables"

local checks = {}

---@class ecs_service.OneCheck
---@field url string|nil
---@field run function|nil
---@field status any[]|nil     codes, and classes as "2xx"
---@field status_text string|nil
---@field body string|nil      what the answer's body has to contain
---@field headers table<string, string>
---@field within number        seconds
---@field every number
---@field times integer
---@field timeout number
---@field stage string|nil    made there, and not when the deployment has been completed: see staged_checks.lua
---@field chosen boolean|nil  nobody named that stage: where it is not reached, it is made at the end
---@field once boolean|nil     a function alone: its first answer decides
---@field shown string         what it is called; without anything secret

--- The words of on_failed_check.
checks.ENDS = { "rollback", "fail" }

local MEMBERS = { "url", "run", "status", "body", "headers", "within", "every", "times", "timeout", "stage" }
local OF_URL = { "status", "body", "headers", "timeout" }
local MOST_TIMES, MOST = 100, 20
local HINT = 'write { url = "https://…" }, { run = function(ctx) … end }, or a function'

local Reader = {}
Reader.__index = Reader

function Reader:refuse(path, message, hint, code)
  self.problems[#self.problems + 1] = { severity = "error", code = code or "WrongType", path = path, dropped = path,
    message = message, hint = hint }
end

local function read_url(self, given, path)
  local url = given.url
  if type(url) ~= "string" or not url:find "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#%s]" or url:find "[%c%s]" then
    return self:refuse(path .. ".url", "is not the URL of something that answers over HTTP",
      'write url = "https://host/path", blanks as %20', type(url) == "string" and "BadPattern" or nil)
  end
  return url
end

-- "2xx", or a whole code.
local function one_status(value)
  if type(value) == "string" and value:find "^[1-5][xX][xX]$" then return value:lower() end
  local code = (type(value) == "number" or type(value) == "string" and value:find "^%d+$") and tonumber(value)
  return code and code == math.floor(code) and code >= 100 and code <= 599 and code or nil
end

local function read_status(self, given, path)
  if given == nil then return { "2xx" } end
  local list = {}
  for i, value in ipairs(type(given) == "table" and given or { given }) do list[i] = one_status(value) or false end
  if #list > 0 and not tables.set(list)[false] and (type(given) ~= "table" or tables.length(given)) then return list end
  self:refuse(path, "is no status of HTTP", 'write 200, { 200, 204 } or "2xx"')
end

local function status_text(list)
  local texts = {}
  for i, value in ipairs(list or {}) do texts[i] = type(value) == "number" and ("%d"):format(value) or value end
  return table.concat(texts, " or ")
end

local function read_headers(self, given, path)
  local headers = {}
  if given == nil then return headers end
  if type(given) ~= "table" then
    return self:refuse(path, "is a map of texts", 'write headers = { ["X-Probe"] = "deploy" }')
  end
  for name, value in pairs(given) do
    local kind = type(value)
    if type(name) ~= "string" or not name:find "^[%w!#%$%%&'%*%+%-%.%^_`|~]+$" or kind ~= "string" and kind ~= "number"
      or tostring(value):find "%c" then
      -- The value may be a secret.
      self:refuse(path, ("the header %s cannot be sent"):format(letters.escape(tostring(name))),
        "names and values are texts, without line ends")
    else
      headers[name] = tostring(value)
    end
  end
  return headers
end

local function duration(self, given, path, otherwise)
  if given == nil then return otherwise end
  local seconds, why = durations.read(given, true)
  if seconds then return seconds end
  return self:refuse(path, why, durations.HINT)
end

local function read_times(self, given, path, otherwise)
  if given == nil then return otherwise end
  if type(given) == "number" and given == math.floor(given) and given >= 1 and given <= MOST_TIMES then return given end
  return self:refuse(path, ("is a whole number from 1 to %d"):format(MOST_TIMES), nil,
    type(given) == "number" and "OutOfRange" or nil)
end

-- Where in the script it stands: of the path its last name alone.
local function function_text(run)
  local info = debug.getinfo(run, "S")
  if info.what == "C" then return "a function" end
  return letters.escape(("the function at %s:%d"):format(info.short_src:match "[^/\\]+$" or "?", info.linedefined))
end

local function read_stage(self, stage, path)
  if stage == staged.COMPLETED then return stage end
  if stage ~= nil and not self.declared then
    return self:refuse(path, "ECS has to be told of a pause at a stage", "declare this check, or leave out stage",
      "NotAllowed")
  elseif stage ~= nil and not tables.set(staged.STAGES)[stage] then
    return self:refuse(path, "is no stage at which ECS can pause",
      ("one of %s, or %q"):format(table.concat(staged.STAGES, ", "), staged.COMPLETED), "NotAllowed")
  end
  return stage
end

-- What only some of them have, and what cannot be true together.
local function cross_check(self, one, given, path)
  if given.run ~= nil and given.url ~= nil then
    return self:refuse(path, "url and run exclude each other", "make two checks of them", "Conflict")
  end
  for _, name in ipairs(given.run ~= nil and OF_URL or {}) do
    if given[name] ~= nil then
      self:refuse(path .. "." .. name, "says nothing of a function", "leave it out: the function looks itself",
        "Conflict")
    end
  end
  local least = one.within and one.times and one.every and (one.times - 1) * one.every
  if least and least >= one.within then
    self:refuse(path .. ".within", ("is over before %d in a row, %g s apart, can have succeeded"):format(one.times,
      one.every), ("write more than %g s, or fewer times"):format(least), "OutOfRange")
  end
end

local function read_members(self, given, path)
  local known = tables.set(MEMBERS)
  for _, name in ipairs(tables.names(given)) do
    if not known[name] then
      self:refuse(type(name) == "string" and path .. "." .. name or path, "no such member of a check",
        known_names.hint(tostring(name), MEMBERS, "it has"), "UnknownArgument")
    end
  end
end

local function read_one(self, given, path)
  if type(given) == "function" then
    return { run = given, once = true, times = 1, within = 120, every = 5, headers = {}, shown = function_text(given) }
  elseif type(given) ~= "table" or given.url == nil and given.run == nil then
    return self:refuse(path, type(given) == "table" and "says neither url nor run" or "is no check", HINT)
  end
  read_members(self, given, path)
  local one = { headers = read_headers(self, given.headers, path .. ".headers"), body = given.body,
    within = duration(self, given.within, path .. ".within", 120), every = duration(self, given.every,
    path .. ".every", 5), timeout = duration(self, given.timeout, path .. ".timeout", 10),
    times = read_times(self, given.times, path .. ".times", given.run ~= nil and 1 or 3),
    stage = read_stage(self, given.stage, path .. ".stage") }
  if given.run == nil then
    one.url, one.status = read_url(self, given, path), read_status(self, given.status, path .. ".status")
    one.status_text, one.shown = status_text(one.status), one.url and letters.escape(answers.masked(one.url))
  elseif type(given.run) ~= "function" then
    self:refuse(path .. ".run", "is a function", HINT)
  else
    one.run, one.shown = given.run, function_text(given.run)
  end
  if given.body ~= nil and (type(given.body) ~= "string" or given.body == "") then
    self:refuse(path .. ".body", "is a text that the answer has to contain")
  end
  cross_check(self, one, given, path)
  return one
end

-- One alone is a list of one.
local function as_list(given)
  if type(given) == "function" or type(given) == "table" and (given.url ~= nil or given.run ~= nil) then
    return { given }
  end
  return type(given) == "table" and tables.length(given) and given or nil
end

--- Reads a list of checks, or one.
---@param given any
---@param path string
---@param declared boolean|nil in a declaration, where they may be made at stages
---@return ecs_service.OneCheck[]|nil nil where something is wrong
---@return table[] problems diagnostics
function checks.read(given, path, declared)
  local self, list = setmetatable({ problems = {}, declared = declared }, Reader), {}
  local items = as_list(given)
  if not items then
    self:refuse(path, "is a list of checks", HINT)
  elseif #items > MOST then
    self:refuse(path, ("are %d checks, and %d are the most"):format(#items, MOST), nil, "TooMany")
  end
  for i, item in ipairs(#self.problems == 0 and items or {}) do
    list[i] = read_one(self, item, ("%s[%d]"):format(path, i)) or false
  end
  return #self.problems == 0 and list or nil, self.problems
end

--- Takes what a declaration says of checks.
---@param apart table its members checks and on_failed_check
---@param config table the rest of it; changed: a deployment that is checked is waited for
---@return table members of the handle: checks, on_failed_check; asked: who answers at stages
---@return table[] problems diagnostics
function checks.take(apart, config)
  local own, problems = {}, {}
  if apart.checks ~= nil then own.checks, problems = checks.read(apart.checks, "checks", true) end
  local ends = apart.on_failed_check
  if ends ~= nil and not tables.set(checks.ENDS)[ends] then
    problems[#problems + 1] = { severity = "error", code = "NotAllowed", path = "on_failed_check",
      dropped = "on_failed_check", message = "is " .. table.concat(checks.ENDS, " or ") }
  elseif ends ~= nil and apart.checks == nil then
    problems[#problems + 1] = { severity = "error", code = "RequiredWith", path = "on_failed_check",
      dropped = "on_failed_check", message = "says nothing without checks", hint = "declare checks, or leave it out" }
  end
  own.on_failed_check = ends
  if own.checks and #own.checks == 0 then own.checks = nil end
  local some = own.checks ~= nil
  if some then own.checks, own.asked = staged.place(own.checks, config, problems, ends) end
  if some and config.wait_for_steady_state == false then
    problems[#problems + 1] = { severity = "error", code = "Conflict", path = "wait_for_steady_state",
      dropped = "wait_for_steady_state", message = "checks are made when a deployment has been waited for",
      hint = "leave it out: with checks it is true" }
  elseif some then
    config.wait_for_steady_state = true
  end
  return own, problems
end

return checks
