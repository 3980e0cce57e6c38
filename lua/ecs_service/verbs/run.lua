--- run: a task, now and once: beside a service (its definition, cluster and network), or of a task definition. It is
--- started, waited for, and ends as its container ended. Nothing of it is recorded in the state.
local call = require "ecs_service.run.api_call"
local core = require "ecs_service.core"
local definitions = require "ecs_service.run.task_definitions"
local diagnose = require "ecs_service.verbs.diagnose"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local known_secrets = require "ecs_service.plan.known_secrets"
local leaving = require "ecs_service.aws.leaving"
local logs = require "ecs_service.verbs.logs"
local names = require "ecs_service.util.identifiers"
local rest = require "ecs_service.run.rest"
local request = require "ecs_service.run.task_request"
local shell = require "ecs_service.util.shell"
local selection = require "ecs_service.plan.selection"
local tables = require "ecs_service.util.tables"
local task_end = require "ecs_service.run.task_end"
local validate = require "ecs_service.verbs.validate"
local wire = require "ecs_service.aws.signed_request"

local run = {}

run.OPTIONS = { command = "table", env = "table", container = "string", cluster = "string", subnets = "string|table",
  security_groups = "string|table", assign_public_ip = "boolean", count = "number", wait = "boolean",
  timeout = "number|string", logs = "boolean", on_log = "function", on_event = "function", interrupted = "function" }

local MOST_TASKS = 10

run.VALUES = {
  count = function(value)
    return value >= 1 and value <= MOST_TASKS and value == math.floor(value),
      ("a whole number from 1 to %d"):format(MOST_TASKS)
  end,
}

local TIMEOUT = 3600
-- A task is looked at so often; what ends soon is seen soon.
local FIRST_LOOK, LOOK = 2, 6
-- Reads may be so much behind RunTask.
local LAG = 60
local ATTEMPTS = 3

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = "stack:run: " .. message, hint = hint }
end

local NOT_A_FAMILY = "what is run beside a service is named by its address, or CLUSTER/SERVICE; of a task definition, "
  .. "FAMILY[:REVISION], the cluster is named as well: --cluster NAME"

local function is_definition(text)
  return text:find "^arn:[^:]+:ecs:[^:]*:%d*:task%-definition/[%w_-]+:?%d*$" ~= nil
    or text:find "^[%w_-]+:?%d*$" ~= nil
end

-- The address of what can be run by itself: as it is written, or without the prefix of its kind.
local function alone(self, text)
  for _, kind in ipairs(kinds.ALL) do
    local address = kind.runs and (kinds.of(text) == kind and text or kinds.address(kind, text))
    if address and (self.stack.declared[address] or kinds.entry(self.state, address)) then return address end
  end
end

-- The revision that is recorded of it.
local function revision(self, address)
  local entry = kinds.entry(self.state, address)
  if entry then return kinds.of(address).runs(entry.attributes) end
  return nil, errors.new { code = "NotRecorded", address = address,
    message = ("nothing is recorded for %s"):format(address), hint = "register it: ecs-service apply, stack:apply()" }
end

-- What a service lends that is declared: its declaration, with the revision that is registered of what it runs.
local function of_declared(self, declared)
  local normal = core.validate(kinds.BARE.name, declared.config, {})
  local config = normal and core.table(normal) or declared.config
  if declared.runs then
    local arn, err = revision(self, declared.runs)
    if not arn then return nil, err end
    config = tables.merge(config, { task_definition = arn })
  end
  return request.of_declaration(config)
end

-- What runs beside a service, by its address or its name.
local function beside(self, found)
  local service, err = diagnose.describe(self.session, found)
  if err then return nil, err end
  if service and service.status ~= "INACTIVE" then return request.of_service(service) end
  local declared = found.address and self.stack.declared[found.address]
  if not declared then return nil, diagnose.missing(found) end
  return of_declared(self, declared)
end

local function of_service(self, text)
  local found, err = diagnose.find(self.stack, self.state, text, "run")
  if not found then return nil, err end
  return beside(self, found)
end

local function without_cluster(text)
  return wrong("cluster", ("the task definition %s runs in a cluster"):format(text), NOT_A_FAMILY)
end

-- Of the arguments of a declared task, those that say when an apply runs it.
local WHEN = { "run", "before", "after", "depends_on" }

-- The members of a task that this stack declares by that address; nil: it declares none.
local function declared_task(self, text)
  local kind = kinds.named "task"
  local handle = self.stack.declared[kinds.of(text) == kind and text or kinds.address(kind, text)]
  if not handle then return nil end
  local normal, problems = core.validate(kind.name, handle.config, {})
  problems = #handle.unreadable > 0 and handle.unreadable or not normal and problems
  if problems then return nil, validate.failed(problems) end
  local members = tables.merge(core.table(normal))
  for _, name in ipairs(WHEN) do members[name] = nil end
  members.task_definition = handle.runs or members.task_definition
  return members
end

-- What the service lends that a table names: as it is declared to a task that is declared, where that says what is run;
-- else as it runs.
local function lent_by(self, given, declares)
  local address, err = self.address_of(given.service)
  if not address then return nil, err end
  local lender = declares and self.stack.declared[address]
  if lender and (lender.runs or lender.config.task_definition) then return of_declared(self, lender) end
  return of_service(self, address)
end

local of_table

local function of_text(self, text, opts)
  local stack, state = self.stack, self.state
  local members, wrong_task = declared_task(self, text)
  if wrong_task then return nil, wrong_task end
  if members then return of_table(self, members, opts, true) end
  local known = stack.declared[text] or kinds.entry(state, text)
  local own = not (known and kinds.of(text) == kinds.BARE) and alone(self, text)
  if own then
    local arn, err = revision(self, own)
    if arn and not opts.cluster then return nil, without_cluster(own) end
    return arn and { taskDefinition = arn }, err
  elseif not known and is_definition(text) and not text:find "^service%." then
    if opts.cluster then return { taskDefinition = text } end
    if text:find ":" then return nil, without_cluster(text) end
    local err = selection.unknown({ text }, stack:known(state))
    err.hint = (err.hint and err.hint .. "; or " or "") .. NOT_A_FAMILY
    return nil, err
  end
  return of_service(self, text)
end

-- A handle, or an address, in the place of a revision.
local function with_revision(self, members)
  for _, name in ipairs { "task_definition", "taskDefinition" } do
    local value, err = members[name], nil
    if type(value) == "table" then value, err = self.address_of(value) end
    if err then return err end
    local own = type(value) == "string" and alone(self, value)
    if own then
      members[name], err = revision(self, own)
      if err then return err end
    end
  end
end

-- Members of a table that are this verb's and no members of RunTask.
local OWN = { service = true, command = true, environment = true, env = true, container = true, timeout = true }

function of_table(self, given, opts, declares)
  local members = {}
  for name, value in pairs(given) do
    if not OWN[name] then members[name] = value end
  end
  local body
  local err = with_revision(self, members)
  if not err then body, err = request.of(members) end
  if not body then return nil, err end
  local lent = {}
  if given.service ~= nil then
    lent, err = lent_by(self, given, declares)
    if not lent then return nil, err end
  end
  if body.launchType or body.capacityProviderStrategy then
    lent.launchType, lent.capacityProviderStrategy = nil, nil
  end
  if body.taskDefinition then lent.enableExecuteCommand = nil end -- it may be without a role that this needs
  body = tables.merge(lent, body)
  if not body.taskDefinition then
    return nil, wrong("task_definition", "nothing is to be run", 'name task_definition = "migrate:3", or a service')
  end
  for _, name in ipairs { "command", "container", "timeout" } do
    if opts[name] == nil then opts[name] = given[name] end
  end
  if opts.env == nil then opts.env = given.env or given.environment end
  return body
end

local function listed(value) return type(value) == "string" and { value } or value end

-- What the options say goes before what a service or a table says.
local function add_options(body, opts)
  body.cluster, body.count = opts.cluster or body.cluster, opts.count or body.count
  if not (opts.subnets or opts.security_groups or opts.assign_public_ip ~= nil) then return nil end
  local more, err = request.of { networkConfiguration = { subnets = listed(opts.subnets),
    securityGroups = listed(opts.security_groups), assignPublicIp = opts.assign_public_ip } }
  if not more then return err end
  local former = body.networkConfiguration and body.networkConfiguration.awsvpcConfiguration
  body.networkConfiguration = { awsvpcConfiguration = tables.merge(former or {},
    more.networkConfiguration.awsvpcConfiguration) }
end

local function definition_of(self, body)
  local found, err = definitions.describe(self.session, body.taskDefinition, { interrupted = self.interrupted })
  if found then return found.answer end
  return nil, err or errors.new { code = "NotFound", path = "task_definition",
    message = ("ECS has no task definition %s"):format(names.last(body.taskDefinition)),
    hint = "see its family, revision and region" }
end

local function prepare(self, target, opts)
  local body, err
  if type(target) == "table" then
    body, err = of_table(self, target, opts)
  else
    body, err = of_text(self, target, opts)
  end
  if not body then return nil, err end
  err = add_options(body, opts)
  if err then return nil, err end
  self.definition, err = definition_of(self, body)
  if not self.definition then return nil, err end
  -- The revision that was looked at is the one that runs.
  body.taskDefinition = self.definition.taskDefinitionArn or body.taskDefinition
  self.container, err = task_end.watched(self.definition, opts.container)
  if err then return nil, err end
  err = request.fit(body, self.definition) or request.override(body, self.container, opts)
  if err then return nil, err end
  local token = wire.token()
  body.clientToken, body.startedBy = token, "ecs-service/" .. token:sub(1, 24)
  return body
end

-- A token makes RunTask idempotent: what was not answered is asked once more, and starts nothing twice.
local function start(self, body)
  local answer, err
  for _ = 1, ATTEMPTS do
    answer, err = call(self.session, "RunTask", body, { mutates = true, interrupted = self.interrupted })
    if answer or not definitions.is_open(err) or err.code == "Interrupted" then break end
  end
  if answer then return answer end
  if definitions.is_open(err) and err.code ~= "Interrupted" and err.code ~= "Transport.connect"
    and err.code ~= "Transport.dns" then
    return nil, errors.new { code = "OutcomeUnknown", operation = "RunTask", http_status = err.http_status,
      message = ("nobody said whether the task was started: %s"):format(err.message),
      hint = { ("look for it: aws ecs list-tasks --cluster %s --started-by %s"):format(
        names.short(body.cluster) or "default", body.startedBy), "run it again only when there is none" } }
  end
  return nil, err
end

local function tell(self, event)
  local listener = self.opts.on_event or self.stack.options.on_event
  if not listener then return end
  event.at = self.session.scheduler:now()
  listener(event)
end

local function tell_status(self, task)
  if self.told[task.taskArn] == task.lastStatus then return end
  self.told[task.taskArn] = task.lastStatus
  tell(self, { type = "task", task_arn = task.taskArn, task = names.last(task.taskArn), status = task.lastStatus,
    task_definition = names.last(task.taskDefinitionArn), cluster = names.short(task.clusterArn) })
end

-- The tasks as they are now, in the order in which they were started.
local function look(self)
  local arns = {}
  for i, task in ipairs(self.tasks) do arns[i] = task.taskArn end
  local answer, err = call(self.session, "DescribeTasks", { cluster = self.cluster, tasks = arns },
    { interrupted = self.interrupted })
  if not answer then return nil, err end
  local by_arn = {}
  for _, task in ipairs(answer.tasks or {}) do by_arn[task.taskArn] = task end
  local now = self.session.scheduler:now()
  for i, task in ipairs(self.tasks) do
    local seen = by_arn[task.taskArn]
    if seen then
      self.tasks[i], self.seen_at = seen, now
      tell_status(self, seen)
    elseif now - self.seen_at > LAG then
      return nil, errors.new { code = "OutcomeUnknown", task_arn = task.taskArn,
        message = ("ECS does not know the task %s any more, and never said how it ended"):format(
          names.last(task.taskArn)), hint = { "see what it did", "run it again only when that is safe" } }
    end
  end
  return true
end

local function running(self)
  for _, task in ipairs(self.tasks) do
    if task.lastStatus ~= "STOPPED" then return task end
  end
end

-- What shows the lines of a task of no service: any name beside its cluster will do.
local function logs_of(self, task)
  local place = ("%s/%s"):format(names.short(self.cluster), self.definition.family)
  return shell.command("ecs-service logs", place, "--task", names.last(task.taskArn))
end

local function out_of_time(self, task)
  return errors.new { code = "Timeout", task_arn = task.taskArn,
    message = ("the task %s is %s after %d s; it was left as it is"):format(names.last(task.taskArn),
      tostring(task.lastStatus), self.timeout),
    hint = { "see what it does: " .. logs_of(self, task),
      ("stop it: aws ecs stop-task --cluster %s --task %s"):format(names.short(self.cluster),
        names.last(task.taskArn)) } }
end

local function left(self, task)
  return errors.new { code = "Interrupted", task_arn = task.taskArn,
    message = ("interrupted: the task %s goes on"):format(names.last(task.taskArn)),
    hint = ("stop it: aws ecs stop-task --cluster %s --task %s"):format(names.short(self.cluster),
      names.last(task.taskArn)) }
end

local function is_interrupted(self) return self.interrupted ~= nil and self.interrupted() end

local function is_late(self) return self.session.scheduler:now() >= self.deadline end

-- Why the wait for what still runs ends here, if it does.
local function given_up(self)
  local task = running(self)
  if not task then return nil end
  if is_interrupted(self) then return left(self, task) end
  if is_late(self) then return out_of_time(self, task) end
end

-- Waits until all have stopped, never for RUNNING first: what ends at once is STOPPED at the next look.
local function wait(self)
  local pause = FIRST_LOOK
  while true do
    local seen, err = look(self)
    if not seen and err.code == "Interrupted" and running(self) then return left(self, running(self)) end
    if not seen then return err end
    if not running(self) then return nil end
    err = given_up(self)
    if err then return err end
    local span = math.min(pause, math.max(0.1, self.deadline - self.session.scheduler:now()))
    rest(self.session, span, self.interrupted) -- the next look tells that it was interrupted
    pause = LOOK
  end
end

-- Hands on what they write, until they have stopped and written all.
local function follow(self)
  local lines, err = logs.open(self.session, self.stack.options, { cluster = self.cluster, name = "the task" }, {
    follow = true, tasks = self.tasks, definition = self.definition,
    on_task = function(task) tell_status(self, task) end,
    interrupted = function() return is_interrupted(self) or is_late(self) end })
  if not lines then return err end
  local hide = known_secrets.hider(self, self.definition, self.tasks[1].overrides)
  for line in lines do
    line.text = hide(line.text)
    self.opts.on_log(line)
  end
  return lines.err
end

local function result_of(self)
  local list, failures = {}, {}
  for i, task in ipairs(self.tasks) do
    local result, err = task_end.of(self, task, self.definition, self.container, self.opts)
    list[i] = result
    failures[#failures + 1] = err
  end
  local result = self.many and { tasks = list } or list[1]
  if #failures == 0 then return result end
  local err = errors.join(failures, "%d tasks failed")
  if self.many then err.tasks = list end
  return nil, err
end

local function placed(self, body, answer)
  self.tasks = answer.tasks or {}
  self.cluster = self.tasks[1] and self.tasks[1].clusterArn or body.cluster or "default"
  for _, task in ipairs(self.tasks) do tell_status(self, task) end
  local failures = answer.failures or {}
  if #failures == 0 and #self.tasks > 0 then return nil end
  return task_end.not_placed(failures, self.tasks, body.count or 1)
end

local function carry_out(self, body)
  local opts = self.opts
  local answer, err = start(self, body)
  if not answer then return nil, err end
  err = placed(self, body, answer)
  if err then return nil, err end
  self.many, self.seen_at = #self.tasks > 1, self.session.scheduler:now()
  if opts.wait == false then
    local list = {}
    for i, task in ipairs(self.tasks) do list[i] = task_end.facts(task) end
    return self.many and { tasks = list } or list[1]
  end
  if opts.on_log then
    err = follow(self)
    if err then tell(self, { type = "task_logs", error = err }) end
  end
  err = wait(self)
  if err then return nil, err end
  return result_of(self)
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string|table an address, CLUSTER/SERVICE, FAMILY[:REVISION]; or members of RunTask, see OWN above
---@param opts table checked options
---@param address_of fun(value: any): string|nil, ecs_service.Error|nil  of a handle or a text that the table has
---@return table|nil result
---@return ecs_service.Error|nil codes TaskFailed, TaskNotStarted, TaskNotPlaced, Timeout, OutcomeUnknown, …
function run.run(stack, target, opts, address_of)
  if opts.wait == false and opts.on_log then
    return nil, wrong("on_log", "on_log has no effect with wait = false", "it hears what the task writes: wait for it")
  end
  local state, err = stack:read_state()
  if not state then return nil, err end
  local session
  session, err = stack:session(state)
  if not session then return nil, err end
  local self = { stack = stack, state = state, session = session, opts = opts, told = {}, address_of = address_of,
    interrupted = leaving.either(opts.interrupted) }
  local body
  body, err = prepare(self, target, opts)
  if not body then return nil, err end
  self.sent = { stack = stack, state = state, bodies = { body }, family = self.definition.family }
  known_secrets.keep(session, self.sent)
  self.timeout = opts.timeout or TIMEOUT
  self.deadline = session.scheduler:now() + self.timeout
  return carry_out(self, body)
end

return run
