--- exec and port_forward: sessions into a container that runs. What is missing for one is found out before it is asked
--- for, since ECS names several causes in one sentence.
local call = require "ecs_service.verbs.call"
local definitions = require "ecs_service.run.task_definitions"
local diagnose = require "ecs_service.verbs.diagnose"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local listing = require "ecs_service.run.listing"
local names = require "ecs_service.util.identifiers"
local places = require "ecs_service.state.place"
local plugin = require "ecs_service.run.session_plugin"
local service_api = require "ecs_service.aws.service_api"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"
local task_runs = require "ecs_service.verbs.task_runs"

local exec = {}

local SHARED = { task = "string", container = "string", plugin = "string", on_session = "function" }
exec.OPTIONS = tables.merge(SHARED, { command = "string|table" })
exec.FORWARD = { OPTIONS = tables.merge(SHARED, { local_port = "number", remote_port = "number", host = "string" }) }

local MOST_TASKS = 100 -- of one DescribeTasks
local AGENT = "ExecuteCommandAgent"
local NEEDS = "the agent needs a task role that allows ssmmessages:CreateControlChannel, CreateDataChannel, "
  .. "OpenControlChannel and OpenDataChannel, and a way to ssmmessages in its region"

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

local function agent_of(container)
  for _, agent in ipairs(container.managedAgents or {}) do
    if agent.name == AGENT then return agent end
  end
end

local function agent_runs(task)
  for _, container in ipairs(task.containers or {}) do
    local agent = agent_of(container)
    if agent and agent.lastStatus == "RUNNING" then return true end
  end
  return false
end

-- Of several: one that takes commands before others, the newest of those.
local function better(one, other)
  local runs, others = agent_runs(one), agent_runs(other)
  if runs ~= others then return runs end
  return (one.startedAt or 0) > (other.startedAt or 0)
end

-- Those that may be meant: the one that is named, those of a declared task's run, or all of a service.
local function arns_of(self)
  if self.opts.task then return { self.opts.task } end
  if self.found.kind then return (task_runs.tasks(self.found)) end
  return listing.all(self.session, "ListTasks", { cluster = self.found.cluster, serviceName = self.found.service,
    desiredStatus = "RUNNING" }, "taskArns", {})
end

local function tasks_of(self)
  local list, err = arns_of(self)
  if not list then return nil, err end
  local cluster = self.found.cluster or "default"
  return listing.described(self.session, "DescribeTasks", cluster, "tasks", list, MOST_TASKS, {})
end

local function nothing_runs(self)
  local one = self.opts.task
  if one then
    return errors.new { code = "NotFound", service = self.found.address,
      message = ("no task %s runs in the cluster %s"):format(one, self.found.cluster),
      hint = "those that run: " .. shell.command("ecs-service status", self.found.name) }
  end
  return errors.new { code = "NotFound", service = self.found.address,
    message = ("no task of %s runs"):format(self.found.name),
    hint = "see why: " .. shell.command("ecs-service diagnose", self.found.name) }
end

local function task_of(self)
  local list, err = tasks_of(self)
  if not list then return nil, err end
  local found
  for _, task in ipairs(list) do
    if task.lastStatus == "RUNNING" and (not found or better(task, found)) then found = task end
  end
  if not found then return nil, nothing_runs(self) end
  return found
end

-- Containers that AWS adds have no agent, and nobody means them.
local function container_of(self, task)
  local all, able, wanted = {}, {}, self.opts.container
  for _, one in ipairs(task.containers or {}) do
    all[#all + 1] = one.name
    if one.name == wanted then return one end
    if agent_of(one) then able[#able + 1] = one end
  end
  table.sort(all)
  if wanted then
    return nil, wrong("container", ("the task has no container %q"):format(wanted),
      "it has " .. table.concat(all, ", "))
  end
  local list = #able > 0 and able or task.containers or {}
  if #list == 1 then return list[1] end
  return nil, wrong("container", "the task has several containers, and none is named",
    ("name one (--container NAME): %s"):format(table.concat(all, ", ")))
end

local function switched_off(self, task)
  local name = self.found.name
  local hint = ("declare enable_execute_command = true, and apply: %s"):format(
    shell.command("ecs-service apply --target", name))
  if self.service and self.service.enableExecuteCommand then
    hint = "the service has it by now, and tasks keep what they were started with: "
      .. shell.command("ecs-service redeploy", name)
  elseif self.opts.task and not self.service then
    hint = "run a new one with enableExecuteCommand"
  end
  return errors.new { code = "ExecuteCommandOff", service = self.found.address, path = "enable_execute_command",
    message = ("the task %s was started without enable_execute_command"):format(names.last(task.taskArn)),
    hint = hint }
end

-- What keeps an agent from running, as far as the task definition tells.
local function obstacles(definition, task, container)
  local list = {}
  if not ((task.overrides or {}).taskRoleArn or definition.taskRoleArn) then
    list[#list + 1] = "its task definition has no task role (task_role_arn)"
  end
  for _, one in ipairs(definition.containerDefinitions or {}) do
    if one.name == container.name and one.readonlyRootFilesystem then
      list[#list + 1] = "its root file system is read only (readonly_root_filesystem), and the agent writes to it"
    end
  end
  return list
end

local function agent_stands(self, task, container, agent)
  local revision, err = definitions.describe(self.session, task.taskDefinitionArn)
  if err then return err end
  local list = obstacles(revision and revision.answer or {}, task, container)
  if agent and agent.reason then table.insert(list, 1, "ECS says: " .. agent.reason) end
  local waits = agent and agent.lastStatus == "PENDING" and #list == 0
  return errors.new { code = "AgentNotRunning", service = self.found.address, retryable = waits or nil,
    message = ("the agent for commands in %s of the task %s is %s%s"):format(container.name, names.last(task.taskArn),
      agent and agent.lastStatus or "not there", #list > 0 and ": " .. table.concat(list, "; ") or ""),
    hint = waits and "it starts with the container: try again in a moment" or NEEDS .. "; then "
      .. shell.command("ecs-service " .. (self.found.kind and "run" or "redeploy"), self.found.name) }
end

-- The task and the container that a session is for, or what is missing for one.
local function place_of(self)
  local task, err = task_of(self)
  local container
  if task then container, err = container_of(self, task) end
  if not container then return nil, err end
  if not task.enableExecuteCommand then return nil, switched_off(self, task) end
  local agent = agent_of(container)
  if not agent or agent.lastStatus ~= "RUNNING" then return nil, agent_stands(self, task, container, agent) end
  local id = names.last(task.taskArn)
  return { task = id, container = container.name, target = ("ecs:%s_%s_%s"):format(names.short(self.found.cluster), id,
    tostring(container.runtimeId)) }
end

local function begin(stack, target, opts, verb)
  local state, err = stack:read_state()
  local session, found, service
  if state then session, err = stack:session(state, true) end
  if session and session.polls then
    return nil, errors.new { code = "NoTerminal", message = "a session has a terminal, and nginx has none",
      hint = "run it from a shell: " .. shell.command("ecs-service " .. verb, target) }
  end
  if session then found, err = diagnose.find(stack, state, target, verb) end
  if found and found.kind then
    err = places.problem(session, found.address)
  elseif found then
    service, err = diagnose.describe(session, found)
  end
  if err then return nil, err end
  if not (service or found.kind or opts.task) then return nil, diagnose.missing(found) end
  return { stack = stack, session = session, found = found, service = service, opts = opts }
end

local function profile_of(stack)
  return stack.options.profile or environment.get "AWS_PROFILE" or environment.get "AWS_DEFAULT_PROFILE"
end

-- Finds the plugin and the place, and runs there what `open` answers: { id, token, url, request, endpoint }.
local function run(stack, target, opts, verb, open)
  local self, err = begin(stack, target, opts, verb)
  local program, place, session
  if self then program, err = plugin.find(opts.plugin) end
  if program then place, err = place_of(self) end
  if place then session, err = open(self, place) end
  if not session then return nil, err end
  session.region, session.profile = self.session.region, profile_of(stack)
  if opts.on_session then opts.on_session { task = place.task, container = place.container } end
  place.exit_code, err = plugin.run(program, session)
  if err then return nil, err end
  return { task = place.task, container = place.container, exit_code = place.exit_code }
end

-- One text is a command as it stands; words are put into quotes where they need it.
local function text_of(command)
  if type(command) == "string" then return command end
  local words = {}
  for i, word in ipairs(command) do words[i] = shell.word(word) end
  return table.concat(words, " ")
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string
---@param opts table checked options
---@return table|nil { task, container, exit_code }
---@return ecs_service.Error|nil codes PluginMissing, ExecuteCommandOff, AgentNotRunning, NotFound, WrongOption, …
function exec.run(stack, target, opts)
  local command = text_of(opts.command or "/bin/sh")
  if command == "" then
    return nil, wrong("command", "stack:exec: the command is empty", 'a text, or its words: { "ls", "-l" }')
  end
  return run(stack, target, opts, "exec", function(self, place)
    local answer, err = call.run(stack, "ecs", "ExecuteCommand", { cluster = self.found.cluster, task = place.task,
      container = place.container, command = command, interactive = true }, { once = true })
    if not answer then return nil, err end
    local session = answer.session or {}
    return { id = session.sessionId, token = session.tokenValue, url = session.streamUrl,
      endpoint = self.session.endpoint, request = { Target = place.target } }
  end)
end

local function port(value, name)
  if type(value) == "number" and value % 1 == 0 and value >= 1 and value <= 65535 then return nil end
  return wrong(name, ("stack:port_forward: %s is no port"):format(name), "a whole number from 1 to 65535")
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string
---@param opts table checked options
---@return table|nil { task, container, exit_code }
---@return ecs_service.Error|nil as of exec
function exec.forward(stack, target, opts)
  local here = opts.local_port or opts.remote_port
  local problem = port(opts.remote_port, "remote_port") or port(here, "local_port")
  if problem then return nil, problem end
  return run(stack, target, opts, "port-forward", function(self, place)
    local request = { Target = place.target,
      DocumentName = "AWS-StartPortForwardingSession" .. (opts.host and "ToRemoteHost" or ""),
      Parameters = { portNumber = { ("%d"):format(opts.remote_port) }, localPortNumber = { ("%d"):format(here) },
        host = opts.host and { opts.host } or nil } }
    local answer, err = call.run(stack, "ssm", "StartSession", request, { once = true })
    local of_ssm
    if answer then of_ssm, err = service_api.session(self.session, stack.options, service_api.find "ssm") end
    if not of_ssm then return nil, err end
    return { id = answer.SessionId, token = answer.TokenValue, url = answer.StreamUrl, endpoint = of_ssm.endpoint,
      request = request }
  end)
end

return exec
