--- Makes the checks of deployments that were completed, beside everything else that the driver does: a service whose
--- deployment has been completed is held until they have succeeded, and what depends on it waits with it.
local answers = require "ecs_service.plan.check_answer"
local asked = require "ecs_service.run.asked_function"
local context = require "ecs_service.run.hook_context"
local counting = require "ecs_service.plan.check_count"

local checking = {}
checking.__index = checking

---@class ecs_service.CheckingOptions
---@field session ecs_service.Session
---@field engine table
---@field lists table<string, ecs_service.OneCheck[]>  by the addresses of operations that are held
---@field context fun(address: string): table  what a function is told
---@field secrets string[]|nil  texts that nothing holds that is told
---@field answers table|nil  of hook_answers.lua: who makes the checks before the traffic
---@field failed fun(address: string, failure: ecs_service.CheckFailure): table|nil, table  what is done about it: an
---  operation of the engine by which the service goes back, or nil; and the error that it ends with

---@class ecs_service.CheckFailure : ecs_service.CheckProblem
---@field shown string   which check
---@field attempts integer
---@field seconds number
---@field good integer   of those that had succeeded in a row
---@field times integer

---@param options ecs_service.CheckingOptions
function checking.new(options)
  return setmetatable({ options = options, session = options.session, jobs = {}, order = {}, ended = {} }, checking)
end

local function begin_check(job, at, now)
  job.at = at
  counting.begin(job, job.list[at], now)
end

-- Those that were not made before the traffic.
local function still_to_make(self, list, address)
  local asks, rest = self.options.answers, {}
  for _, check in ipairs(list or {}) do
    if not (check.stage and asks and asks:has_asked(address, check.stage)) then rest[#rest + 1] = check end
  end
  return rest
end

--- Whether an operation that has ended is this one's now: nobody is told yet that it is done.
---@param driver table
---@param action table of the engine
---@return boolean
function checking:takes(driver, action)
  local address = action.address
  local job, list = self.jobs[address], still_to_make(self, self.options.lists[address], address)
  if job then
    self:gone_back(driver, job, action)
    return true
  elseif not self.options.lists[address] or not action.ok or self.ended[address] then
    return false
  elseif #list == 0 then
    self.ended[address] = true
    self.options.engine:release(address, true)
    return false
  end
  local now = self.session.scheduler:now()
  job = { address = address, action = action, list = list, started = now }
  begin_check(job, 1, now)
  self.jobs[address] = job
  self.order[#self.order + 1] = job
  driver:tell { type = "check", address = address, state = "begun", count = #list, at = now }
  if self.interrupted then self:leave(driver, job) end
  return true
end

-- It has ended, well or not: what depends on it begins, or fails.
function checking:conclude(driver, job, action)
  local address = job.address
  self.jobs[address], self.ended[address] = nil, true
  for i, other in ipairs(self.order) do
    if other == job then table.remove(self.order, i) end
  end
  self.options.engine:release(address, action.ok)
  driver:finish(action)
end

local function with_error(action, err)
  local copy = {}
  for key, value in pairs(action) do copy[key] = value end
  copy.ok, copy.error, copy.outcome = false, err, nil
  return copy
end

local function tell(self, driver, job, state, problem)
  local check = job.list[job.at]
  driver:tell { type = "check", address = job.address, state = state, check = check.shown, number = job.at,
    count = #job.list, attempts = job.attempts, good = job.good, times = check.times,
    message = problem and problem.message or nil, at = self.session.scheduler:now() }
end

function checking:fail(driver, job, problem, now)
  local check = job.list[job.at]
  tell(self, driver, job, "failed", problem)
  problem.shown, problem.attempts, problem.seconds = check.shown, job.attempts, now - job.began
  problem.good, problem.times = job.good, check.times
  local operation, err = self.options.failed(job.address, problem)
  job.error = err
  if not operation then return self:conclude(driver, job, with_error(job.action, err)) end
  job.back = true
  self.options.engine:add(operation)
  driver:tell { type = "check", address = job.address, state = "rolling_back", message = err.message, at = now }
end

-- The way back has ended.
function checking:gone_back(driver, job, action)
  local err = job.error
  if action.ok then
    err.rolled_back_to = err.former
  elseif action.error.code == "Interrupted" then
    err = { code = "Interrupted", message = err.message .. "; interrupted while it went back: that goes on at ECS",
      hint = "see how it ends: ecs-service status, then apply again", check = err.check }
  else
    err.hint = ("it could not be rolled back: %s"):format(tostring(action.error.message))
    err.not_rolled_back = action.error.code
  end
  err.former = nil
  if err.rolled_back_to then err.message = ("%s; it was rolled back to %s"):format(err.message, err.rolled_back_to) end
  self:conclude(driver, job, with_error(action, err))
end

local function passed(self, driver, job, now)
  tell(self, driver, job, "passed")
  if job.at == #job.list then return self:conclude(driver, job, job.action) end
  begin_check(job, job.at + 1, now)
end

-- What came of an attempt.
function checking:heard(driver, job, problem)
  local check, now = job.list[job.at], self.session.scheduler:now()
  job.flying = nil
  if not self.jobs[job.address] then return end
  local result
  result, problem = counting.take(job, check, problem, now)
  if result == "passed" then return passed(self, driver, job, now) end
  if result == "failed" then return self:fail(driver, job, problem, now) end
  local said = problem and problem.message or "succeeded"
  if said ~= job.said then tell(self, driver, job, problem and "waiting" or "succeeded", problem) end
  job.said = said
end

local function go_on(self, driver, job, ...)
  asked.go_on(job.task, function(...)
    job.task = nil
    -- What a function says then may come of the interruption.
    local interrupted = driver.interrupted and driver.interrupted()
    if self.jobs[job.address] and not interrupted then
      self:heard(driver, job, answers.of_function(job.list[job.at], self.options.secrets, ...))
    end
  end, ...)
end

-- An attempt that is a function: a coroutine beside everything else.
function checking:call(driver, job)
  local ctx, run = self.options.context(job.address), job.list[job.at].run
  ctx.attempt = job.attempts + 1
  local task = { job = job, routine = coroutine.create(function() return run(ctx) end) }
  context.equip(ctx, self, driver, task)
  job.task = task
  go_on(self, driver, job)
end

--- What a function has waited for is there.
function checking:resume(driver, task, ...)
  task.request = nil
  go_on(self, driver, task.job, ...)
end

-- One attempt.
function checking:ask(driver, job, now)
  local check = job.list[job.at]
  job.asked = now
  if check.run then return self:call(driver, job) end
  local request = answers.request(check)
  job.flying = request.id
  local sent, problem = driver:ask(request, function(completion)
    self:heard(driver, job, answers.problem(check, completion, self.options.secrets))
  end)
  if not sent then self:heard(driver, job, answers.problem(check, { error = problem })) end
end

-- By so much a time is over.
local MOMENT = 0.001

-- When one is to go on; nil: it waits for an answer.
local function due_of(job)
  if job.back or job.flying then return nil end
  if not job.task then return job.next_at end
  local due = job.task.due
  return due and not job.list[job.at].once and math.min(due, job.deadline + MOMENT) or due
end

--- Does what is due.
---@param driver table
---@param now number
---@return boolean moved whether something was asked: the engine may have more to do
function checking:step(driver, now)
  local moved = false
  for _, job in ipairs({ (table.unpack or unpack)(self.order) }) do
    local at = self.jobs[job.address] and due_of(job)
    if at and at <= now then
      if job.task and counting.is_late(job, job.list[job.at], now) then
        job.task = nil
        self:heard(driver, job)
      elseif job.task then
        go_on(self, driver, job)
      else
        self:ask(driver, job, now)
      end
      moved = true
    end
  end
  return moved
end

--- When something is due next; nil: nothing before an answer comes.
---@return number|nil
function checking:due()
  local due
  for _, job in ipairs(self.order) do
    local at = due_of(job)
    if at then due = math.min(due or at, at) end
  end
  return due
end

--- What is said of a deployment that was completed and not checked to the end.
function checking:leave(driver, job)
  local request = job.flying or job.task and job.task.request
  if request then driver:drop(request) end
  self:conclude(driver, job, with_error(job.action, { code = "Interrupted",
    message = "interrupted: its deployment was completed, and its checks had not ended",
    hint = "apply again: the checks are made then" }))
end

--- Lets go of what has not ended; the way back of a service goes on in the engine, which is interrupted itself.
---@param driver table
function checking:interrupt(driver)
  self.interrupted = true
  for i = #self.order, 1, -1 do
    local job = self.order[i]
    if not job.back then self:leave(driver, job) end
  end
end

return checking
