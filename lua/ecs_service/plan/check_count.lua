--- How often a check has succeeded in a row, and whether that is enough or its time is over: the same for checks that
--- are made when a deployment has been completed (run/checking.lua) and before its traffic (plan/staged_checks.lua).
local check_count = {}

--- Begins to count.
---@param state table gets attempts, good (of those that succeeded in a row), began, next_at, deadline
---@param check ecs_service.OneCheck
---@param now number
function check_count.begin(state, check, now)
  state.attempts, state.good = 0, 0
  state.began, state.next_at, state.deadline = now, now, now + check.within
end

--- Whether its time is over. A function alone has as much as it takes.
---@param state table
---@param check ecs_service.OneCheck
---@param now number
---@return boolean
function check_count.is_late(state, check, now) return not check.once and now > state.deadline end

--- Takes in what came of an attempt. A success that comes too late is none.
---@param state table state.asked: when the attempt was begun
---@param check ecs_service.OneCheck
---@param problem ecs_service.CheckProblem|nil
---@param now number
---@return "passed"|"failed"|"again" said
---@return ecs_service.CheckProblem|nil problem again: it comes at state.next_at
function check_count.take(state, check, problem, now)
  state.attempts = state.attempts + 1
  if not problem and check_count.is_late(state, check, now) then
    problem = { kind = "timeout", message = ("it took longer than %g s"):format(check.within) }
  end
  state.good = problem and 0 or state.good + 1
  if state.good >= check.times then return "passed" end
  state.next_at = math.max(now, state.asked + check.every)
  if not check.once and state.next_at <= state.deadline then return "again", problem end
  return "failed", problem or { kind = "times",
    message = ("it succeeded %d times in a row at last, not %d"):format(state.good, check.times) }
end

return check_count
