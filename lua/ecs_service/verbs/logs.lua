--- logs: what the containers of a service's tasks, or of one task, write to CloudWatch Logs, in the order of time; on
--- request also what they go on to write. Reads only.
local call = require "ecs_service.run.api_call"
local definitions = require "ecs_service.run.task_definitions"
local diagnose = require "ecs_service.verbs.diagnose"
local durations = require "ecs_service.util.durations"
local errors = require "ecs_service.errors"
local leaving = require "ecs_service.aws.leaving"
local log_reader = require "ecs_service.run.log_reader"
local log_streams = require "ecs_service.run.log_streams"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local shell = require "ecs_service.util.shell"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local task_runs = require "ecs_service.verbs.task_runs"
local times = require "ecs_service.util.time_format"

local logs = {}

logs.OPTIONS = { since = "number|string", ["until"] = "number|string", limit = "number", task = "string",
  container = "string", follow = "boolean", interrupted = "function" }

local MOST_LINES = 10000

logs.VALUES = {
  ["until"] = function() return true end, -- a time, see time_of
  limit = function(value)
    return value >= 1 and value <= MOST_LINES and value == math.floor(value),
      ("a whole number from 1 to %d"):format(MOST_LINES)
  end,
  task = function(value) return value:find "^[%w:/_-]+$" ~= nil, "the id or the ARN of a task" end,
}

-- What DescribeTasks takes at once.
local MOST_TASKS = 100
-- Log drivers send what they have every five seconds: what is older than that is all there, and can be put in order.
local HOLD = 5
-- A round of looks takes no less, and asks for no more than half of what CloudWatch Logs answers in that time.
local ROUND, STREAMS_A_SECOND = 2, 5
-- Reads may be so much behind the start of a task.
local LAG = 60
-- So long after its end the last lines of a task may still come.
local AFTERWARDS = 5
-- Numbers from here on are points in time, smaller ones how long ago: 2001, or 31 years.
local LEAST_TIME = 1e9

local WHEN = 'how long ago: "10m", 600; or a time: "2026-11-29T12:00:00Z", seconds since 1970'

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = "stack:logs: " .. message, hint = hint }
end

-- Milliseconds since 1970 of `since` or `until`.
local function time_of(path, value, now)
  if value == nil then return nil end
  local at = times.parse(value)
  if not at then
    local seconds = durations.read(value)
    if not seconds then return nil, wrong(path, ("%s = %s is no time"):format(path, tostring(value)), WHEN) end
    at = type(value) == "number" and seconds >= LEAST_TIME and seconds or now - seconds
  end
  return math.floor(at * 1000)
end

local function span_of(opts, now)
  local from, err = time_of("since", opts.since, now)
  if err then return nil, err end
  local to
  to, err = time_of("until", opts["until"], now)
  if err then return nil, err end
  if from and to and from > to then
    return nil, wrong("until", "until is before since", "since is the earlier one: since = \"2h\", until = \"1h\"")
  end
  return { from = from, to = to, last = opts.limit, interrupted = leaving.either(opts.interrupted) }
end

local follower = {}
follower.__index = follower

function follower:ask(operation, body)
  return call(self.session, operation, body, { interrupted = self.span.interrupted })
end

local function list_tasks(self, status)
  local arns, token = {}, nil
  repeat
    local answer, err = self:ask("ListTasks", { cluster = self.found.cluster, serviceName = self.found.service,
      desiredStatus = status, nextToken = token })
    if not answer then return nil, err end
    for _, arn in ipairs(answer.taskArns or {}) do arns[#arns + 1] = arn end
    token = answer.nextToken
  until not token
  return arns
end

-- The tasks of the service that may still write, or have not been seen yet.
local function interesting(self)
  if self.chosen then return self.chosen end
  local list, seen = {}, {}
  for _, status in ipairs { "RUNNING", "STOPPED" } do
    local arns, err = list_tasks(self, status)
    if not arns then return nil, err end
    for _, arn in ipairs(arns) do
      local known = self.tasks[names.last(arn)]
      if not seen[arn] and not (known and known.stopped) then list[#list + 1] = arn end
      seen[arn] = true
    end
  end
  return list
end

local function describe(self, arns)
  local tasks = {}
  for i = 1, #arns, MOST_TASKS do
    local some = {}
    for j = i, math.min(#arns, i + MOST_TASKS - 1) do some[#some + 1] = arns[j] end
    local answer, err = self:ask("DescribeTasks", { cluster = self.found.cluster, tasks = some })
    if not answer then return nil, err end
    for _, task in ipairs(answer.tasks or {}) do tasks[#tasks + 1] = task end
  end
  return tasks
end

local function definition_of(self, arn)
  local known = self.definitions[arn]
  if known == nil then
    local revision, err = definitions.describe(self.session, arn, { interrupted = self.span.interrupted })
    if err then return nil, err end
    known = revision and revision.answer or false
    self.definitions[arn] = known
  end
  return known or {}
end

local function note(self, task, container, message)
  local key = ("%s %s"):format(container, message)
  if self.noted[key] then return end
  self.noted[key] = true
  table.insert(self.lines.notes, { task = task, container = container, message = message })
end

-- The streams of a task that is seen for the first time; later only what its containers are called may be new.
local function meet(self, task, definition)
  local id = names.last(task.taskArn)
  local known = self.tasks[id]
  local sources = log_streams.of(task, definition, self.session.region)
  if not known then
    known = { streams = {}, shown = skew.now(self.session) }
    self.tasks[id] = known
    for _, source in ipairs(sources) do
      self.containers[source.container] = true
      if self.container == nil or source.container == self.container then
        if source.region then
          known.streams[#known.streams + 1] = self.reader:add(source)
        else
          note(self, id, source.container, source.elsewhere)
        end
      end
    end
  end
  for _, stream in ipairs(known.streams) do
    for _, source in ipairs(sources) do
      if source.container == stream.source.container then stream.source.name = source.name or stream.source.name end
    end
  end
  if task.lastStatus == "STOPPED" and not known.stopped then known.stopped = skew.now(self.session) end
end

-- ECS forgets a stopped task after an hour; its streams stay, and their names follow from what the service runs.
local function forgotten(self)
  local running, one = self.service and self.service.taskDefinition, self.chosen[1]
  if not running then
    return errors.new { code = "NotFound", service = self.found.address,
      message = ("ECS does not know the task %s in %s"):format(one, self.found.cluster),
      hint = "ECS shows stopped tasks for about an hour; see the id: ecs-service logs shows it before each line" }
  end
  local definition, err = definition_of(self, running)
  if err then return err end
  meet(self, { taskArn = one, lastStatus = "STOPPED" }, definition)
end

-- Of chosen tasks that ECS does not show any more nothing comes any more.
local function give_up_on(self, tasks)
  local now, shown = skew.now(self.session), {}
  for _, task in ipairs(tasks) do shown[names.last(task.taskArn)] = true end
  for id, known in pairs(self.chosen and self.tasks or {}) do
    if shown[id] then known.shown = now end
    if not known.stopped and now - known.shown > LAG then known.stopped = now end
  end
end

--- Looks which tasks there are.
local function look(self)
  local arns, err = interesting(self)
  local tasks
  if arns then tasks, err = describe(self, arns) end
  if not tasks then return err end
  for _, task in ipairs(tasks) do
    local definition
    if self.on_task then self.on_task(task) end
    definition, err = definition_of(self, task.taskDefinitionArn)
    if err then return err end
    if not definition.containerDefinitions then
      note(self, names.last(task.taskArn), "*", "may have written logs: ECS does not show its task definition any more")
    end
    meet(self, task, definition)
  end
  if self.chosen and not next(self.tasks) then return forgotten(self) end
  give_up_on(self, tasks)
end

local function silent(stream)
  return not stream.begun and (stream.missing or not stream.source.name)
end

local function tell_silent(self)
  for _, known in pairs(self.tasks) do
    for _, stream in ipairs(known.streams) do
      if silent(stream) and not stream.told then
        stream.told = true
        table.insert(self.lines.notes, { task = stream.source.task, container = stream.source.container,
          message = "wrote no logs" })
      end
    end
  end
  table.sort(self.lines.notes, function(a, b)
    if a.container ~= b.container then return a.container < b.container end
    return a.task < b.task
  end)
end

-- Streams of tasks that ended a while ago are read to their end, and not asked for again. Whether a task is left that
-- may still write.
local function leave(self)
  local open = false
  for _, known in pairs(self.tasks) do
    local over = known.stopped and self.began >= known.stopped + AFTERWARDS
    for _, stream in ipairs(over and known.streams or {}) do
      if log_reader.left(stream) == 0 and (stream.caught_up or not stream.source.name) then self.reader:drop(stream) end
    end
    open = open or not over
  end
  return open
end

-- Whether there is anything more to wait for: a service goes on with other tasks, one task ends.
local function ended(self)
  local to = self.span.to
  if to and self.reader.horizon * 1000 > to then return true end
  local open = leave(self)
  return self.chosen ~= nil and not open
end

-- The next round of looks, after a while.
local function go_on(self)
  local now = skew.now(self.session)
  local pause = math.max(ROUND, #self.reader.streams / STREAMS_A_SECOND)
  local err = self.reader:rest(math.max(0, self.began + pause - now))
  if err then return err end
  self.began = skew.now(self.session)
  err = look(self)
  if err then return err end
  -- What was written before anybody looked which tasks there are is from tasks that are known.
  self.reader:again(self.began - HOLD)
end

local function step(self)
  while true do
    local line, err = self.reader:next()
    if line or err then return line, err end
    if self.reader.horizon == math.huge then return nil end
    if ended(self) then
      self.reader:again(math.huge)
    else
      err = go_on(self)
      if err then return nil, err end
    end
  end
end

-- ecs_service.LogLines of types.lua: an iterator, for line in lines do … end.
local Lines = {}

function Lines:__call()
  if self.over then return nil end
  local own = self.own
  local line, err = step(own)
  if line then return line end
  self.over, self.err = true, err
  if not err then tell_silent(own) end
  return nil
end

local function problem_of_container(self)
  local container = self.container
  if not container or not next(self.containers) or self.containers[container] then return nil end
  local known = {}
  for name in pairs(self.containers) do known[#known + 1] = name end
  table.sort(known)
  return wrong("container", ("the tasks have no container %q"):format(container),
    "they have " .. table.concat(known, ", "))
end

-- Tasks whose containers write elsewhere, all of them, leave nothing to read.
local function problem_of_drivers(self)
  if #self.reader.streams > 0 or #self.lines.notes == 0 then return nil end
  local parts = {}
  for i, one in ipairs(self.lines.notes) do parts[i] = one.container .. " " .. one.message end
  return errors.new { code = "NoLogs", service = self.found.address,
    message = ("no lines of %s can be read: %s"):format(self.found.name, table.concat(parts, "; ")),
    hint = "CloudWatch Logs has what containers with the log driver awslogs write" }
end

--- A reader of the tasks of a service, or of one task.
---@param session ecs_service.Session
---@param options table of the stack
---@param found table { cluster, service, name, address }
---@param opts table checked options of logs.OPTIONS; in place of `task`: tasks (as RunTask answered them, of the one
---  definition), on_task (is told of each task at each look)
---@param service table|nil of DescribeServices
---@return ecs_service.LogLines|nil
---@return ecs_service.Error|nil
function logs.open(session, options, found, opts, service)
  local span, err = span_of(opts, skew.now(session))
  if not span then return nil, err end
  local self = setmetatable({ session = session, found = found, span = span, service = service,
    chosen = opts.task and { opts.task }, on_task = opts.on_task,
    container = opts.container, tasks = {}, definitions = {}, containers = {}, noted = {},
    reader = log_reader.new(session, options, span) }, follower)
  self.lines = setmetatable({ own = self, notes = {} }, Lines)
  self.began = skew.now(session)
  for _, task in ipairs(opts.tasks or {}) do
    self.chosen = self.chosen or {}
    table.insert(self.chosen, task.taskArn)
    self.definitions[task.taskDefinitionArn] = opts.definition
    meet(self, task, opts.definition)
  end
  err = look(self) or problem_of_container(self) or problem_of_drivers(self)
  if err then return nil, err end
  if opts.follow then self.reader.horizon = self.began - HOLD end
  err = self.reader:fill() -- the first page, so that what is wrong is told before anybody iterates
  if err then return nil, err end
  return self.lines
end

-- Of a declared task: of those of its last run, also when ECS has forgotten them.
local function of_task(stack, session, found, opts)
  local err = place.problem(session, found.address)
  if err then return nil, err end
  local arns, revision = task_runs.tasks(found)
  if #arns == 0 and not opts.task then
    return nil, errors.new { code = "NotFound", service = found.address,
      message = ("no task of %s is known: no run of it is recorded"):format(found.name),
      hint = "run it: " .. shell.command("ecs-service run", found.address) }
  end
  if opts.task then return logs.open(session, stack.options, found, opts) end
  local definition
  definition, err = definitions.describe(session, revision, { interrupted = opts.interrupted })
  if err then return nil, err end
  local tasks = {}
  for i, arn in ipairs(arns) do tasks[i] = { taskArn = arn, taskDefinitionArn = revision } end
  return logs.open(session, stack.options, found, tables.merge(opts, { tasks = tasks,
    definition = definition and definition.answer or {} }))
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string an address, or "cluster/service"
---@param opts table checked options
---@return ecs_service.LogLines|nil
---@return ecs_service.Error|nil codes NotFound, NoLogs, WrongOption, WrongPlace, or of the APIs
function logs.run(stack, target, opts)
  local state, err = stack:read_state()
  if not state then return nil, err end
  local session
  session, err = stack:session(state, true)
  if not session then return nil, err end
  local found
  found, err = diagnose.find(stack, state, target, "logs")
  if not found then return nil, err end
  if found.kind then return of_task(stack, session, found, opts) end
  local service
  service, err = diagnose.describe(session, found)
  if err then return nil, err end
  if not service and not opts.task then return nil, diagnose.missing(found) end
  return logs.open(session, stack.options, found, opts, service)
end

return logs
