--- A stack: services that are declared together, and the state that knows what was made of them. All of its methods
--- are here; what a verb does is in its own file.
local lazy = require "ecs_service.util.lazy"
local addresses = require "ecs_service.stack.addresses"
local call_options = require "ecs_service.stack.call_options"
local context = require "ecs_service.stack.context"
local kinds = require "ecs_service.kinds"
local marks = require "ecs_service.util.list_marks"
local plan = require "ecs_service.verbs.planner"
local planned = require "ecs_service.plan"
local stack_options = require "ecs_service.stack.options"
local state_of = require "ecs_service.state"
local tables = require "ecs_service.util.tables"
local validate = require "ecs_service.verbs.validate"

local handles = lazy "ecs_service.stack.handles"
local apply = lazy "ecs_service.verbs.apply"
local call = lazy "ecs_service.verbs.call"
local deploy = lazy "ecs_service.verbs.deploy"
local destroy = lazy "ecs_service.verbs.destroy"
local diagnose = lazy "ecs_service.verbs.diagnose"
local doctor = lazy "ecs_service.verbs.doctor"
local generate = lazy "ecs_service.verbs.generate"
local history = lazy "ecs_service.verbs.history"
local import = lazy "ecs_service.verbs.import"
local tfstate = lazy "ecs_service.verbs.import_tfstate"
local logs = lazy "ecs_service.verbs.logs"
local policy = lazy "ecs_service.verbs.policy"
local redeploy = lazy "ecs_service.verbs.redeploy"
local refresh = lazy "ecs_service.verbs.refresh"
local rollback = lazy "ecs_service.verbs.rollback"
local run = lazy "ecs_service.verbs.run"
local scale = lazy "ecs_service.verbs.scale"
local status = lazy "ecs_service.verbs.status"
local timeline = lazy "ecs_service.verbs.timeline"
local wait = lazy "ecs_service.verbs.wait"

local marked = marks.marked

local stack = {}

-- ecs_service.Stack of types.lua, as it is made here:
--   options table
--   order string[]                                addresses as they were declared, of all kinds
--   declared table<string, table>                 their handles; those of a kind also in its section:
--   services table<string, ecs_service.Service>
local Stack = {}
Stack.__index = Stack

--- Makes a stack. Nothing is read or sent before a plan, an import or another verb needs it.
---@param given table|nil region, state ("ecs-service.state.json"; false: in memory), …: each option with its type,
---  default and meaning is a field of ecs_service.StackOptions (types.lua, docs/api.md)
---@return ecs_service.Stack|nil
---@return ecs_service.Error|nil codes UnknownOption, WrongOption, InvalidRegion, BadCredentials
function stack.new(given)
  given = given == nil and {} or given
  if type(given) ~= "table" then
    error("ecs.stack takes a table of options, not a " .. type(given), 3)
  end
  local err = stack_options.problem(given)
  if err then return nil, err end
  local own = tables.merge(given)
  own.default_tags = tables.copy(given.default_tags)
  local made = setmetatable({ options = own, order = {}, declared = {} }, Stack)
  for _, kind in ipairs(kinds.ALL) do made[kind.section] = {} end
  made.backend, err = state_of.backend(own.state, own, function() return made:session() end)
  if not made.backend then return nil, err end
  err = require "ecs_service.aws.credentials".problem(own)
  if err then return nil, err end
  return made
end

--- Declares a service. Raises for an address that is taken or no text, and for a declaration that is no table; what is
--- wrong inside of the declaration is told by validate and plan, all of it at once.
---@param address string its name in this stack
---@param config ecs_service.Arguments the arguments of docs/arguments.md
---@return ecs_service.Service
function Stack:service(address, config)
  local handle = context.declare(self, kinds.BARE, address, config)
  return handle
end

-- The other kinds are declared by the methods of their names; in plans their addresses have the prefix.
for _, kind in ipairs(kinds.ALL) do
  if not Stack[kind.name] then
    Stack[kind.name] = function(self, address, config)
      local handle = context.declare(self, kind, address, config)
      return handle
    end
  end
end

--- The addresses of the declared services, in their order.
---@return string[]
function Stack:addresses(...)
  call_options.none((...), "stack:addresses")
  local list = {}
  for _, address in ipairs(self.order) do
    if kinds.of(address) == kinds.BARE then list[#list + 1] = address end
  end
  return list
end

-- What the verbs work in, see context.lua.
Stack.session, Stack.surroundings, Stack.known = context.session, context.surroundings, context.known
Stack.read_state, Stack.with_lock, Stack.with_state = context.read_state, context.with_lock, context.with_state

-- What a handle asks for itself, see handles.lua.
function Stack.options_of_one(_, ...)
  local own, err = handles.options_of_one(...)
  return own, err
end

function Stack:recorded_of(...)
  local attributes, err = handles.recorded_of(self, ...)
  return attributes, err
end

--- Checks every declaration; nothing is sent.
---@return boolean|nil
---@return ecs_service.Error|nil code ValidationFailed, every problem in err.diagnostics
function Stack:validate(...)
  call_options.none((...), "stack:validate")
  local normals, err = validate.all(self)
  if not normals then return nil, err end
  return true
end

--- What apply would do.
---@param opts table|nil refresh (false: ask AWS nothing), target, exclude (addresses), destroy, refresh_only,
---  lock_timeout (seconds; default 0), silence (codes of warnings), strict (warnings are errors), facts (address →
---  { instances, images, host_ports, usual_seconds }: what is known beside the service, for its warnings), image
---  ({ ["api.app"] = IMAGE }: of a container of a declared task definition, for this run)
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil ValidationFailed, Warnings, AlreadyExists, PreventDestroy, Locked, State…, of the API
function Stack:plan(opts)
  local own, err = call_options.take(self, opts, plan, "stack:plan")
  if not own then return nil, err end
  return marked(plan.run(self, own))
end

--- Does what a plan says, or plans and does it.
---@param plan_or_opts ecs_service.Plan|table|nil  opts: target, exclude, refresh, image, lock_timeout (seconds; 0: do
---  not wait), concurrency, on_event, interrupted, stable_for, superseded and fail_fast as for wait, approve
---  (fun(plan): boolean, asked under the lock before anything is done), checks and on_failed_check (beside those that
---  are declared: docs/how-to/checks.md)
---@param opts table|nil with a plan: those of them that do not decide what is done
---@return table|nil result { services = address → attributes, changes, summary, serial, warnings }
---@return ecs_service.Error|nil  also PlanStale, NotApproved; of several failures err.errors, and err.result
function Stack:apply(plan_or_opts, opts)
  local plan_given = planned.is(plan_or_opts)
  if not plan_given and opts ~= nil then error("stack:apply takes a plan and options, or options alone", 2) end
  local own, err = call_options.take(self, plan_given and opts or not plan_given and plan_or_opts or nil,
    plan_given and apply.OF_PLAN or apply, "stack:apply")
  if not own then return nil, err end
  return marked(apply.run(self, plan_given and plan_or_opts or nil, own))
end

--- Deletes the services of the stack.
---@param opts table|nil as for apply
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:destroy(opts)
  local own, err = call_options.take(self, opts, destroy, "stack:destroy")
  if not own then return nil, err end
  return marked(destroy.run(self, own))
end

--- Brings the records up to what AWS has; changes nothing there.
---@param opts table|nil as for apply
---@return table|nil result with `drift`
---@return ecs_service.Error|nil
function Stack:refresh(opts)
  local own, err = call_options.take(self, opts, refresh, "stack:refresh")
  if not own then return nil, err end
  return marked(refresh.run(self, own))
end

--- Takes over a service, a revision of a task definition, or a schedule, that exists.
---@param address string "web", "task_definition.api", "schedule.nightly"
---@param id string "cluster-name/service-name"; "family:revision", its ARN, or the family (its newest);
---  "group-name/schedule-name", or its ARN
---@param opts table|nil lock_timeout
---@return table|nil attributes
---@return ecs_service.Error|nil codes ImportFormat, AlreadyManaged, or of the API
function Stack:import(address, id, opts)
  local name, problem = addresses.given(self, address, "stack:import")
  if not name then return nil, problem end
  local own, err = call_options.take(self, opts, import, "stack:import")
  if not own then return nil, err end
  return marked(import.run(self, name, id, own))
end

--- Takes over the services of a Terraform state.
---@param path string terraform.tfstate, version 4
---@param opts table|nil dry_run (record nothing), lock_timeout
---@return table|nil result { services, order, source (Lua that declares them), skipped, ignored (type → count) }
---@return ecs_service.Error|nil codes TerraformState, Locked, or of the API
function Stack:import_tfstate(path, opts)
  if type(path) ~= "string" or path == "" then error("stack:import_tfstate: the path is a text", 2) end
  local own, err = call_options.take(self, opts, tfstate, "stack:import_tfstate")
  if not own then return nil, err end
  return marked(tfstate.run(self, path, own))
end

--- Lua source that declares a service, a task definition or a schedule as it is.
---@param id string "cluster-name/service-name", "family:revision", the ARN of a revision or a schedule, or a recorded
---  address; "group-name/schedule-name" with the address of a schedule
---@param opts table|nil address: what the declaration is called (default: that, the service's name, the family);
---  task_definition (true: what the service runs is declared as well)
---@return string|nil source
---@return string|ecs_service.Error address
---@return string[]|nil addresses of all that the source declares
function Stack:generate_config(id, opts)
  local target, problem = addresses.given(self, id, "stack:generate_config")
  if not target then return nil, problem end
  local own, err = call_options.take(self, opts, generate, "stack:generate_config")
  if not own then return nil, err end
  return generate.run(self, target, own)
end

--- The least IAM policy for planning, applying and destroying this stack. Nothing is sent.
---@param opts table|nil ["for"] ("plan", "apply" or "destroy"; default: all of them), account_id (where the stack does
---  not tell it; default: any account)
---@return table|nil policy { Version, Statement }
---@return table[]|ecs_service.Error reasons { sid, action, why }; or what is wrong
function Stack:policy(opts)
  local own, err = call_options.take(self, opts, policy, "stack:policy")
  if not own then return nil, err end
  return marked(policy.run(self, own))
end

--- Waits for services.
---@param opts table|nil services (addresses; default all), until = "steady"|"deployed"|"inactive", timeout (seconds;
---  default 20 minutes), stable_for (seconds to stay steady; default 0), superseded = "fail"|"follow"
---  (what to do about a newer deployment of someone else; default "fail"), fail_fast (true: end as soon as
---  tasks of the deployment ended alike twice: DeploymentFailing), on_event, interrupted
---@return table|nil services address → attributes
---@return ecs_service.Error|nil
function Stack:wait(opts)
  local own, err = call_options.take(self, opts, wait, "stack:wait")
  if not own then return nil, err end
  return marked(wait.run(self, own))
end

--- What AWS says now; of declared tasks, how their last runs ended.
---@param address string|ecs_service.Service|ecs_service.Task|nil nil: all services and tasks, by address
---@return table|nil
---@return ecs_service.Error|nil
function Stack:status(address, ...)
  call_options.none((...), "stack:status")
  local name, err
  if address ~= nil then name, err = addresses.given(self, address, "stack:status") end
  if err then return nil, err end
  return marked(status.run(self, name))
end

--- One operation of any JSON API of AWS, by the credentials, retries and endpoints of the stack.
---@param service string|table as botocore calls it ("logs", "ssm"), or { service = what it is signed for, target = what
---  stands before the operation in X-Amz-Target, json ("1.1"), endpoint (what its host begins with, if not `service`) }
---@param operation string
---@param params table|nil as the API has them; an empty table is an empty list
---@param opts table|nil once (true: sent again only when certainly not carried out), timeout (seconds), interrupted
---@return table|nil answer without members that are null; times are numbers
---@return ecs_service.Error|nil codes UnknownService, or of the API
function Stack:call(service, operation, params, opts)
  local misuse = call.misuse(service, operation, params)
  if misuse then error("stack:call: " .. misuse, 2) end
  local own, err = call_options.take(self, opts, call, "stack:call")
  if not own then return nil, err end
  return marked(call.run(self, service, operation, params or {}, own))
end

--- Which credentials, account, region, endpoint, proxy and certificates the stack uses, where each comes from, and
--- whether they work. Never fails: what is wrong stands in the report's checks.
---@param opts table|nil offline (true: ask nothing beyond what finding the credentials takes), timeout (seconds for an
---  answer; default 10), profile, region (in place of the stack's)
---@return ecs_service.Report
function Stack:doctor(opts)
  local own, err = call_options.take(self, opts, doctor, "stack:doctor")
  if not own then return nil, err end
  return marked(doctor.run(self.options, own, context.first_declared(self)))
end

--- What is wrong with a service, and why: declared, recorded, or any other.
---@param target string|ecs_service.Service|nil an address, "cluster/service"; nil: all declared and recorded, a list
---@param opts table|nil logs (false: not what the container wrote that failed), run (number of a run; -1: last failed)
---@return table|nil as ecs_service.Diagnosis of types.lua tells it
---@return ecs_service.Error|nil
function Stack:diagnose(target, opts)
  local name, err
  if target ~= nil then name, err = addresses.given(self, target, "stack:diagnose") end
  if err then return nil, err end
  local own
  own, err = call_options.take(self, opts, diagnose, "stack:diagnose")
  if not own then return nil, err end
  return marked(diagnose.run(self, name, own))
end

--- The recorded attributes of all services, by address.
---@return table<string, table>|nil
---@return ecs_service.Error|nil
function Stack:recorded(...)
  call_options.none((...), "stack:recorded")
  local state, err = self:read_state()
  if not state then return nil, err end
  local map = {}
  for address, entry in pairs(state.services) do map[address] = kinds.attributes(entry) end
  return marked(map)
end

--- A new image, variables or another size for a service: see verbs/deploy.lua. The declaration stays as it is.
---@param address string|ecs_service.Service
---@param opts table image ({ CONTAINER = IMAGE }, or one alone), env ({ NAME = VALUE }, { CONTAINER = { … } }, or
---  { "NAME=VALUE", "CONTAINER.NAME=VALUE" }), cpu, memory, from ("running", the default, or "newest"), and those of
---  rollback but `to`
---@return table|nil result as of apply, with `plan` and `task_definitions`; with dry_run the plan
---@return ecs_service.Error|nil codes WrongOption, NotFound, …, or as of apply
function Stack:deploy(address, opts)
  local name, own, err = call_options.with_address(self, address, opts, deploy, "stack:deploy")
  if not own then return nil, err end
  return marked(deploy.run(self, name, own))
end

--- A service back to the task definition of its last completed deployment other than the present one, or to a named
--- one. The declaration stays as it is, so that the next plan shows the difference.
---@param address string|ecs_service.Service
---@param opts table|nil to ("web:2", 2, or an ARN), dry_run, approve (fun(plan): boolean), wait (false: do not follow
---  it), lock_timeout, on_event, interrupted, stable_for, superseded, fail_fast
---@return table|nil result as of apply, with `plan`; with dry_run the plan
---@return ecs_service.Error|nil codes NoFormerRevision, NotRecorded, NotFinished, NotApproved, or as of apply
function Stack:rollback(address, opts)
  local name, own, err = call_options.with_address(self, address, opts, rollback, "stack:rollback")
  if not own then return nil, err end
  return marked(rollback.run(self, name, own))
end

--- Starts a new deployment of services as they are.
---@param services string|ecs_service.Service|(string|ecs_service.Service)[]
---@param opts table|nil as for rollback, without `to`
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:redeploy(services, opts)
  local list, err = addresses.all_given(self, services, "stack:redeploy")
  local own
  if list then own, err = call_options.take(self, opts, redeploy, "stack:redeploy") end
  if not own then return nil, err end
  return marked(redeploy.run(self, list, own))
end

--- Gives a service another desired count, or what scales it other bounds or a rest.
---@param address string|ecs_service.Service
---@param count integer|nil nil: the count stays, where opts say something of the bounds
---@param opts table|nil as for redeploy, and min, max (bounds of auto scaling), suspend (true: it rests), resume
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:scale(address, count, opts)
  local counted = count ~= nil or type(opts) ~= "table" or not scale.of_bounds(opts)
  if counted and (type(count) ~= "number" or not (count >= 0 and count < 2 ^ 31) or count ~= math.floor(count)) then
    error("stack:scale: the count is a whole number, 0 or more", 2)
  end
  local name, own, err = call_options.with_address(self, address, opts, scale, "stack:scale")
  if not own then return nil, err end
  return marked(scale.run(self, name, count and math.floor(count), own))
end

--- The deployments of a service, and what this tool did to it, the newest first.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table|nil limit (20), why (true: with what is kept of failures)
---@return table|nil { name, address, cluster, service, unread, entries }: ecs_service.History of types.lua
---@return ecs_service.Error|nil
function Stack:history(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, history, "stack:history")
  if not own then return nil, err end
  return marked(history.run(self, name, own))
end

--- The latest rollout of a service as a document, as far as ECS still shows it. Of recorded events: ecs.timeline.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table|nil format ("html", the default, or "svg")
---@return string|nil document
---@return ecs_service.Error|nil
function Stack:timeline(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, timeline, "stack:timeline")
  if not own then return nil, err end
  return timeline.run(self, name, own.format)
end

--- What the containers of a service write to CloudWatch Logs, line by line in the order of time.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table|nil since, until ("10m" ago, or a time), limit (the last so many lines), task (its id or ARN),
---  container, follow (true: go on with what comes), interrupted
---@return ecs_service.LogLines|nil iterator of { at, container, task, text }; what ends it early stands in its `err`
---@return ecs_service.Error|nil codes NotFound, NoLogs, WrongOption, WrongPlace, or of the APIs
function Stack:logs(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, logs, "stack:logs")
  if not own then return nil, err end
  return logs.run(self, name, own)
end

--- Runs a task, now and once, and waits until it has ended.
---@param target string|ecs_service.Service|table beside which service (an address, "cluster/service"), or of which task
---  definition ("family", "family:2", with `cluster`); or a table of the members of RunTask, with service, command,
---  environment, container, timeout
---@param opts table|nil command (list), env (map), container (whose exit code counts), cluster, subnets,
---  security_groups, assign_public_ip, count, wait (false: only start it), timeout (1 hour), logs (false: no last
---  lines), on_log (fun(line): what it writes, as it comes), on_event, interrupted
---@return table|nil result { task_arn, exit_code, containers, logs, … }; of several { tasks }
---@return ecs_service.Error|nil codes TaskFailed, TaskNotStarted, TaskNotPlaced, Timeout, OutcomeUnknown, …
function Stack:run(target, opts)
  local meant, err = target, nil
  if addresses.is_meant(target) then meant, err = addresses.given(self, target, "stack:run") end
  if err then return nil, err end
  local own
  own, err = call_options.take(self, opts, run, "stack:run")
  if not own then return nil, err end
  return marked(run.run(self, meant, own, function(value)
    local address, problem = addresses.one(self, value, "stack:run", "service")
    return address, problem
  end))
end

for _, topic in ipairs { "state_methods", "revision_methods", "deployment_methods", "session_methods" } do
  for name, method in pairs(require("ecs_service.stack." .. topic)) do Stack[name] = method end
end

return stack
