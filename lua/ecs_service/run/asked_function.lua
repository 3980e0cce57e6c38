--- Functions of a script that are asked while a run goes on: each is a coroutine beside the run's loop, which lets it
--- go on when its time has come or what it waits for is there.
local asked = {}

-- PUC Lua 5.1 cannot yield through those who called us.
local PASSES_ON = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

local function inside_another()
  local routine, main = coroutine.running()
  return PASSES_ON and routine ~= nil and not main
end

--- Lets a function go on. What it yields without us is for whoever runs us, as in a function of `approve`.
---@param task table { routine, due }; routine: its coroutine; due: when it is to go on, where it waits for a time
---@param ended fun(ok: boolean, ...: any) what it answered, or raised
---@param ... any what it waited for
function asked.go_on(task, ended, ...)
  task.due = nil
  local function resumed(...)
    if coroutine.status(task.routine) == "dead" then return ended(...) end
    if select(2, ...) == task then return end -- it waits, and has said for what
    if not inside_another() then return ended(false, "it yielded, and nobody resumes it") end
    return resumed(coroutine.resume(task.routine, coroutine.yield(select(2, ...))))
  end
  return resumed(coroutine.resume(task.routine, ...))
end

return asked
