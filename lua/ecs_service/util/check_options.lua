--- Checks tables of options: what is wrong with them is an error.
local errors = require "ecs_service.errors"
local problem_of = require "ecs_service.util.option_problem"

local options = {}

--- The first thing that is wrong with `given`, as an error; nil when all is well.
---@param given table
---@param known table<string, string> option → the Lua types it may have: "string|table"
---@param what string "ecs.stack"
---@return ecs_service.Error|nil
function options.problem(given, known, what)
  local problem = problem_of(given, known, what)
  return problem and errors.new(problem)
end

--- Raises what is wrong with the options of a call, on behalf of the caller of the function that calls this.
---@param given table|nil
---@param known table<string, string>
---@param what string
---@param level? integer of the caller that is meant, as for error; default 3
---@return table given
function options.check(given, known, what, level)
  if given == nil then return {} end
  local problem = options.problem(given, known, what)
  if problem then error(tostring(problem), level or 3) end
  return given
end

return options
