--- Who is asked while a deployment that is followed waits at a pause: functions of Lua. Each runs as a coroutine beside
--- the run that follows, which goes on with the other services meanwhile, and what it answers goes to ECS. Whoever is
--- killed or interrupted before that has decided nothing: the next run asks again, or ECS goes back when the time is
--- over.
---   local answers = hook_answers.new(session, { responder = function(address, event) → fun(ctx) or nil, … })
---   engine:add { …, answered_stages = answers:stages(address) }
---   driver.run(engine, { session = session, answers = answers, … })
local lazy = require "ecs_service.util.lazy"
local asked = require "ecs_service.run.asked_function"
local box = lazy "ecs_service.state.failure_box"
local call = require "ecs_service.run.api_call"
local context = lazy "ecs_service.run.hook_context"
local hook_functions = require "ecs_service.plan.hook_functions"

local hook_answers = {}

---@class ecs_service.HookAnswers
---@field session ecs_service.Session
---@field options table { responder, stages, secrets }
local Answers = {}
Answers.__index = Answers

-- A decision that did not get through is sent again after so long; longer each time.
local FIRST, LONGEST, GROWTH = 2, 60, 2
-- For one attempt, the retries of the engine included.
local ATTEMPT = 20

local FAILED = { DeploymentRolledBack = true, DeploymentFailed = true }

--- Somebody to ask.
---@param session ecs_service.Session
---@param options table responder (fun(address: string, event: table): (fun(ctx: table): any, any)|nil: who is asked
---  about the pause that an event of type decision tells; nil: people are), stages (fun(address: string):
---  string[]|nil: those whose pauses nobody else has to decide), secrets (texts that no reason holds)
---@return ecs_service.HookAnswers
function hook_answers.new(session, options)
  return setmetatable({ session = session, options = options, tasks = {}, said = {},
    was_asked = {} }, Answers)
end

--- Those of the declarations of a stack; nil: there are none.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@return ecs_service.HookAnswers|nil
function hook_answers.of_stack(stack, session)
  if not stack.asks then return nil end
  return hook_answers.new(session, { secrets = (stack.script_run or {}).secrets,
    responder = function(address, event)
      local handle = stack.declared[address]
      return handle and handle.answers and handle.answers[event.stage]
    end, stages = function(address) return hook_functions.stages(stack.declared[address]) end })
end

--- The stages at which those who are asked decide about deployments of a service.
---@param address string
---@return string[]|nil
function Answers:stages(address) return self.options.stages(address) end

local function of_error(raised)
  if type(raised) ~= "table" then return tostring(raised) end
  return tostring(raised.message or raised)
end

-- What the function's answer means: only true lets the deployment go on.
local function decision(ok, answer, why)
  if not ok then return "ROLLBACK", "it raised: " .. of_error(answer) end
  if answer == true then return "CONTINUE" end
  if why ~= nil then return "ROLLBACK", of_error(why) end
  if answer == nil then return "ROLLBACK", "it answered nothing" end
  if answer == false then return "ROLLBACK", "it answered false, without a reason" end
  return "ROLLBACK", ("it answered a %s, not true"):format(type(answer))
end

--- Somebody is asked about the pause that an event tells.
---@param run table of the driver
---@param event table of type decision
function Answers:begin(run, event)
  local respond = self.options.responder(event.address, event)
  if not respond then return end
  local task = { address = event.address, event = event, due = -math.huge, pause = FIRST }
  self.was_asked[event.address .. " " .. event.stage] = true
  task.routine = coroutine.create(function() return respond(context.of(self, run, task)) end)
  self.tasks[#self.tasks + 1] = task
end

--- Whether somebody was asked at a stage of a deployment that this run follows.
---@param address string
---@param stage string
---@return boolean
function Answers:has_asked(address, stage) return self.was_asked[address .. " " .. stage] == true end

--- When the next of them is to go on; nil: none waits for a time.
---@return number|nil
function Answers:due()
  local due
  for _, task in ipairs(self.tasks) do
    if task.due and (not due or task.due < due) then due = task.due end
  end
  return due
end

local function interrupted(run) return run.asked or run.interrupted ~= nil and run.interrupted() end

-- Nothing of it goes on.
local function remove(self, run, task)
  if task.request then run:drop(task.request) end
  task.request = nil
  for i, one in ipairs(self.tasks) do
    if one == task then return table.remove(self.tasks, i) end
  end
end

local function tell(self, run, task, err)
  local event = task.event
  run:tell { type = "answer", address = task.address, stage = event.stage, hook = event.hook, hook_id = event.hook_id,
    action = task.action, reason = task.reason, error = err, at = self.session.scheduler:now() }
end

-- Whether it is open what became of a request.
local function is_open(err) return err.http_status == nil or err.http_status >= 500 or err.retryable end

-- Sends what was decided. Where an answer was lost before, ECS's refusal says that the pause is over.
local function send(self, run, task)
  local event = task.event
  local body = { serviceDeploymentArn = event.service_deployment, hookId = event.hook_id, action = task.action }
  local answer, err = call(self.session, "ContinueServiceDeployment", body,
    { mutates = true, timeout = ATTEMPT, interrupted = run.interrupted })
  if not answer and is_open(err) then
    task.unheard, task.due = true, self.session.scheduler:now() + task.pause
    task.pause = math.min(task.pause * GROWTH, LONGEST)
    return
  end
  remove(self, run, task)
  if task.unheard then err = nil end
  if err then self.said[task.address] = nil end
  tell(self, run, task, err)
end

-- An interrupted run decides nothing: what the function says then may come of the interruption.
local function ended(self, run, task, ...)
  if interrupted(run) then return remove(self, run, task) end
  local reason
  task.action, reason = decision(...)
  task.reason = reason and box.text(reason, self.options.secrets)
  local _, _, why = ...
  self.said[task.address] = { stage = task.event.stage, reason = task.reason,
    check = type(why) == "table" and why.check or nil }
  send(self, run, task)
end

local function go_on(self, run, task, ...)
  asked.go_on(task, function(...) return ended(self, run, task, ...) end, ...)
end

--- Lets those go on whose time has come.
---@param run table of the driver
---@return boolean whether there were any
function Answers:work(run)
  local now, some = self.session.scheduler:now(), false
  for _, task in ipairs { (table.unpack or unpack)(self.tasks) } do
    if task.due and task.due <= now then
      some = true
      if task.action then send(self, run, task) else go_on(self, run, task) end
    end
  end
  return some
end

--- Lets one go on that waits for an answer, with what came.
function Answers:resume(run, task, ...)
  task.request = nil
  go_on(self, run, task, ...)
end

--- Nobody is asked any more: the run was interrupted.
---@param run table of the driver
function Answers:stop(run)
  while self.tasks[1] do remove(self, run, self.tasks[1]) end
end

local HINT = "see to what the function found; the next apply deploys it again, and asks again"

local function said_of(said) return ("the function at %s: %s"):format(said.stage, said.reason) end

--- How a deployment failed, with the words of the function that has had it rolled back. ECS knows an id of the pause
--- alone.
---@param address string
---@param message string
---@return string
function Answers:in_words(address, message)
  local said = self.said[address]
  if not (said and said.reason) then return message end
  local before = message:match "^(.-): the hook [%w%-]+ failed" or message:match "^(.-): somebody decided against"
    or message
  return before .. ": " .. said_of(said)
end

-- What ECS calls it when a function has had the deployment rolled back.
local OF_FUNCTIONS = { lifecycle_hook = true, hook_rejected = true }

-- The cause is what the function said, not that a hook failed, nor that somebody decided.
local function explain(err, said)
  local evidence = err.evidence or {}
  err.evidence = evidence
  evidence.hook = evidence.hook or {}
  evidence.hook.stage, evidence.hook.reason = said.stage, said.reason
  for _, cause in ipairs(evidence.causes or {}) do
    if OF_FUNCTIONS[cause.code] then
      if err.hint == cause.hint then err.hint = HINT end
      if evidence.why == cause.summary then evidence.why = said_of(said) end
      cause.summary, cause.hint = said_of(said), HINT
      cause.meaning = "A function of the script that decides about the deployment had it rolled back."
    end
  end
end

--- The wait for a deployment has ended: nobody is asked about it any more. What was said of it is told with a failure.
---@param run table of the driver
---@param address string
---@param err table|nil
function Answers:finish(run, address, err)
  for i = #self.tasks, 1, -1 do
    if self.tasks[i].address == address then remove(self, run, self.tasks[i]) end
  end
  local said = self.said[address]
  if not (err and said and said.reason and FAILED[err.code]) then return end
  err.message = self:in_words(address, err.message)
  if said.check then err.code, err.check = "CheckFailed", said.check end
  explain(err, said)
end

return hook_answers
