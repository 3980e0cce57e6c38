--- The run that a deploy script belongs to: where the script stands, and what the command line gives it. It is known
--- while the script runs, and to nobody before and after.
local run = {}

-- ecs_service.script.Run
--   folder string          where the script stands
--   given table[]          of --var-file and --var, the later ones win: { name, value, from }
--   reads boolean          the command only reads: what it does not need may be missing
--   kept table|nil         the variables of a saved plan, by name
--   declared table         the entries of script/variables.lua, by name
--   missing table          name → true: what stands in for it is a placeholder
--   hide fun(text: string) is told each text that is secret

local current

--- The run whose script is running.
---@return table|nil
function run.current() return current end

--- Runs `work`, which does not raise, as the script of a run.
---@param one table
---@param work fun(...): any, any
---@param ... any its arguments
---@return any, any what it answers
function run.during(one, work, ...)
  local former = current
  current = one
  local first, second = work(...)
  current = former
  return first, second
end

return run
