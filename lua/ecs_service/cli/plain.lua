--- Command lines that need no parser: a command, then words, flags and options written out in full, as people and
--- pipelines write most of them. Whatever is not as plain as that, every mistake and all help are argparse's, whose
--- sources take longer to read than a service takes to plan. spec/start_spec.lua holds both against each other.
local plain = {}

-- What may be said of an argument or an option here. One that says more (choices, a default) makes its whole command
-- argparse's, and so does a command of a command.
local SAID = { kind = true, name = true, description = true, argname = true, target = true, args = true, count = true,
               convert = true, action = true }

-- Stands for argparse's command while a module defines what the command takes, and answers the list of that.
local function taken_by(define)
  local list = {}
  define(setmetatable({}, { __index = function(_, kind)
    return function(_, name)
      local one = { kind = kind, name = name }
      list[#list + 1] = one
      return setmetatable({}, { __index = function(_, property)
        return function(self, value)
          one[property] = value
          return self
        end
      end })
    end
  end }))
  return list
end

local function is_plain(one)
  for property in pairs(one) do
    if not SAID[property] then return false end
  end
  local many = one.count == "*"
  if one.kind == "argument" then return one.args == nil or one.args == "?" end
  if one.kind == "option" then return one.args == nil and one.action == nil and (one.count == nil or many) end
  return one.kind == "flag" and (one.action == nil or one.action == "store_false")
end

-- The name of the member that it sets.
local function target_of(one)
  return one.target or (one.name:gsub("^%-%-", ""):gsub("%-", "_"))
end

-- Sets what `word` says of `one`; answers whether it may be said.
local function set(args, one, word)
  local target, value = target_of(one), word
  if one.kind == "flag" then value = one.action ~= "store_false" end
  if one.convert then value = one.convert(word) end
  if value == nil then return false end
  if one.count == "*" then table.insert(args[target], value) else args[target] = value end
  return true
end

-- Flags and options by their names, arguments in their order, and what is answered when nothing is said.
local function sorted(list)
  local named, arguments, args = {}, {}, {}
  for _, one in ipairs(list) do
    if not is_plain(one) then return nil end
    if one.kind == "argument" then arguments[#arguments + 1] = one else named[one.name] = one end
    if one.count == "*" then args[target_of(one)] = {} end
  end
  return named, arguments, args
end

--- Reads a command line.
---@param argv string[] the name of a command, and the words after it
---@param define fun(command: table) says by argparse's methods what the command takes
---@return table|nil args what argparse would answer; nil: it is for argparse
function plain.read(argv, define)
  local named, arguments, args = sorted(taken_by(define))
  if not named then return nil end
  args.command, args[argv[1]] = argv[1], true
  local at, given = 2, 0
  while argv[at] do
    local word, one = argv[at], named[argv[at]]
    if one and one.kind == "option" then
      at = at + 1
      word = argv[at] or "-"
    elseif not one then
      given = given + 1
      one = arguments[given]
    end
    if not one or one.kind ~= "flag" and word:sub(1, 1) == "-" or not set(args, one, word) then return nil end
    at = at + 1
  end
  local missing = arguments[given + 1]
  if missing and missing.args ~= "?" then return nil end
  return args
end

return plain
