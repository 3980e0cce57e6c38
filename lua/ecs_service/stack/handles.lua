--- What the handles of a stack ask of it: the methods that they have for what they stand for alone.
local lazy = require "ecs_service.util.lazy"
local apply = lazy "ecs_service.verbs.apply"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local marks = require "ecs_service.util.list_marks"
local options = require "ecs_service.util.check_options"
local plan = require "ecs_service.verbs.planner"
local planned = require "ecs_service.plan"
local tables = require "ecs_service.util.tables"
local wait = lazy "ecs_service.verbs.wait"

local handles = {}

-- The verbs that a handle has for itself alone: their options, and the one that says so.
local OF_ONE = { plan = { plan, "target" }, apply = { apply, "target" }, wait = { wait, "services" } }

--- The options of a verb for what a handle stands for alone; a plan stays as it is.
---@param handle ecs_service.Service
---@param verb string
---@param given table|nil
---@return table|nil
---@return ecs_service.Error|nil code WrongOption
function handles.options_of_one(handle, verb, given)
  if planned.is(given) then return given end
  local of, member = OF_ONE[verb][1], OF_ONE[verb][2]
  local what = ("%s:%s"):format(handle.kind.name, verb)
  local own = tables.merge(options.check(given, of.OPTIONS, what, 5))
  if own[member] ~= nil then
    return nil, errors.new { code = "WrongOption", path = member,
      message = ("%s: %s is the %s itself"):format(what, member, handle.kind.one),
      hint = ("leave it out, or use stack:%s { %s = … }"):format(verb, member) }
  end
  own[member] = handle.address
  return own
end

--- What is recorded of it.
---@param stack ecs_service.Stack
---@param handle ecs_service.Service
---@param ... any no options
---@return table|nil attributes
---@return ecs_service.Error|nil code NotRecorded
function handles.recorded_of(stack, handle, ...)
  if (...) ~= nil then options.check((...), {}, handle.kind.name .. ":attributes", 5) end
  local state, err = stack:read_state()
  if not state then return nil, err end
  local entry = kinds.entry(state, handle.address)
  if entry then return marks.marked(kinds.attributes(entry)) end
  return nil, errors.new { code = "NotRecorded", service = handle.address,
    message = ("nothing is recorded for %s"):format(handle.address), hint = "apply, or import it" }
end

return handles
