--- A stack: services that are declared together, and the state that knows what was made of them.
local core = require "ecs_service.core"
local lock = require "ecs_service.state.lock"
local addresses = require "ecs_service.stack.addresses"
local call_options = require "ecs_service.stack.call_options"
local declaration = require "ecs_service.plan.declarations"
local marked = require "ecs_service.util.list_marks".marked
local place = require "ecs_service.state.place"
local plan = require "ecs_service.verbs.planner"
local planned = require "ecs_service.plan"
local Service = require "ecs_service.stack.service"
local runtime = require "ecs_service.aws.runtime"
local session = require "ecs_service.aws.session"
local stack_options = require "ecs_service.stack.options"
local state_of = require "ecs_service.state"
local tables = require "ecs_service.util.tables"
local traced = require "ecs_service.util.traced"
local validate = require "ecs_service.verbs.validate"
local warnings = require "ecs_service.plan.warnings"

local stack = {}

-- ecs_service.Stack of types.lua, as it is made here:
--   options table
--   order string[]                                addresses as they were declared
--   services table<string, ecs_service.Service>
local Stack = {}
Stack.__index = Stack

--- Makes a stack. Nothing is read or sent before a plan, an import or another verb needs it.
---@param given table|nil region, state ("ecs-service.state.json"; false: in memory), default_tags, ignore_tags,
---  profile, credentials, assume_role, mfa_code, credential_process_timeout (60 seconds), endpoint, endpoints,
---  use_fips_endpoint, use_dualstack_endpoint, retry_mode, max_attempts (3), ca_bundle, proxy, app_id,
---  allowed_account_ids, forbidden_account_ids, concurrency (10), transport, scheduler, on_event,
---  warnings ({ silence = { codes of docs/warnings.md }, strict = true: warnings of a plan are errors })
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
  local made = setmetatable({ options = own, order = {}, services = {} }, Stack)
  made.backend, err = state_of.backend(own.state, own, function() return made:session() end)
  if not made.backend then return nil, err end
  err = require "ecs_service.aws.credentials".problem(own)
  if err then return nil, err end
  return made
end

--- Declares a service. Raises for an address that is taken or no text, and for a declaration that is no table; what is
--- wrong inside of the declaration is told by validate and plan, all of it at once.
---@param address string its name in this stack
---@param config ecs_service.ServiceConfig the arguments of docs/arguments.md
---@return ecs_service.Service
function Stack:service(address, config)
  if type(address) ~= "string" or address == "" then
    error("stack:service: the address is a text, not " .. (address == "" and "an empty one" or "a " .. type(address)),
      2)
  elseif address:find "[%c]" then
    error("stack:service: the address holds a control character", 2)
  elseif type(config) ~= "table" then
    error(("stack:service: the declaration of %s is a table, not a %s"):format(address, type(config)), 2)
  elseif self.services[address] then
    error(("stack:service: %s is declared already"):format(address), 2)
  end
  local copy, unreadable = declaration.read(config, self)
  local service = setmetatable({ address = address, config = copy or {}, unreadable = unreadable, stack = self },
    Service)
  self.services[address] = service
  self.order[#self.order + 1] = address
  return service
end

--- The addresses of the declared services, in their order.
---@return string[]
function Stack:addresses(...)
  call_options.none((...), "stack:addresses")
  local list = {}
  for i, address in ipairs(self.order) do list[i] = address end
  return list
end

--- Declared addresses and those that are only recorded.
function Stack:known(state)
  local list = self:addresses()
  for _, address in ipairs(state:addresses()) do
    if not self.services[address] then list[#list + 1] = address end
  end
  return list
end

-- Whether the stack may work in the account of its session: nobody is asked unless a list says which.
local function allowed(self)
  if self.allowed or not (self.options.allowed_account_ids or self.options.forbidden_account_ids) then return true end
  local fine, err = require "ecs_service.aws.account".check(self.made, self.options)
  self.allowed = fine
  return fine, err
end

--- The surroundings of requests, made at their first use.
---@param state table|nil what the run is about: it must belong to the place that the session speaks to
---@param tells boolean|nil the run changes nothing and tells of what is in another place: see place.problem
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil code WrongPlace
function Stack:session(state, tells)
  local err = runtime.problem(self.options)
  if err then return nil, err end
  if not self.made then self.made, err = session.new(self.options) end
  if not self.made then return nil, err end
  local used = self.made
  if state then used, err = place[tells and "listen" or "bind"](used, self.options, state) end
  if not used then return nil, err end
  local fine, problem = allowed(self)
  if fine and used.place and not tells then problem = used.place:compare() end -- with the account, now that it is known
  if problem then return nil, problem end
  return used
end

--- What is known of the surroundings without asking anybody: for checks of ARNs.
---@return table { region, partition, account_id }
function Stack:surroundings()
  local known = self.made
  if known then return { region = known.region, partition = known.partition, account_id = known.account_id } end
  local partitions = require "ecs_service.aws.partitions"
  local region_of = require "ecs_service.aws.region"
  -- Validating sends nothing: an instance that would have to be asked is not.
  local region = self.options.region ~= "imds" and region_of.find(self.options) or nil
  return { region = region, partition = region and partitions.of(region).id or nil }
end

--- Reads the state without a lock, for verbs that change nothing.
---@return table|nil
---@return ecs_service.Error|nil
function Stack:read_state()
  return state_of.load(self.backend)
end

-- What was done is done and recorded; that the lock stays is told with it.
local function lock_stays(self, opts, result, problem, failure)
  if type(result) == "table" and type(result.warnings) == "table" then
    warnings.add(self, result.warnings, { code = failure.code, message = failure.message, hint = failure.hint }, opts)
  elseif result == nil and not problem then
    problem = failure
  end
  return result, problem
end

--- Runs `work` under the lock of the state, which is given back whatever happens; what was raised is raised again.
---@param operation string
---@param opts table lock_timeout (seconds; default 0: do not wait), lock (false: without)
---@param work fun(own: ecs_service.LockHolder|nil): any, ecs_service.Error|nil
---@return any
---@return ecs_service.Error|nil
function Stack:with_lock(operation, opts, work)
  local own
  local err = runtime.problem(self.options)
  if err then return nil, err end
  if opts.lock ~= false then
    runtime.stay()
    own, err = lock.take(self.backend, operation, runtime.clock(self.options), opts.lock_timeout, opts.interrupted)
    if not own then return nil, err end
  end
  local ok, result, problem = traced(work, own)
  if own then
    local freed, failure = lock.give(self.backend, own)
    if ok and not freed then result, problem = lock_stays(self, opts, result, problem, failure) end
  end
  if not ok then error(result, 0) end
  return result, problem
end

--- Runs `work` with the state, under its lock.
---@param operation string
---@param opts table as for with_lock
---@param work fun(state: table): any, ecs_service.Error|nil
---@return any
---@return ecs_service.Error|nil
function Stack:with_state(operation, opts, work)
  return self:with_lock(operation, opts, function(own)
    local state, failure = state_of.load(self.backend, own)
    if not state then return nil, failure end
    local result, problem = work(state)
    if state.appender then state:fold() end -- what cannot be folded is durable, and the next run's to fold
    return result, problem
  end)
end

-- Where the first declared service is, as far as its declaration says so in texts.
local function first_declared(self)
  local service = self.services[self.order[1]]
  local name, cluster = service and service.config.name, service and service.config.cluster
  if type(name) ~= "string" or cluster ~= nil and type(cluster) ~= "string" then return nil end
  return { name = name, cluster = cluster }
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
---  { instances, images, host_ports, usual_seconds }: what is known beside the service, for its warnings)
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil codes ValidationFailed, Warnings, AlreadyExists, PreventDestroy, Locked, State…, or of
---  the API
function Stack:plan(opts)
  local own, err = call_options.take(self, opts, plan, "stack:plan")
  if not own then return nil, err end
  return marked(plan.run(self, own))
end

--- Does what a plan says, or plans and does it.
---@param plan_or_opts ecs_service.Plan|table|nil  opts: target, exclude, refresh, lock_timeout (seconds; 0: do not
---  wait), concurrency, on_event, interrupted, stable_for, superseded and fail_fast as for wait, approve
---  (fun(plan): boolean, asked under the lock before anything is done)
---@param opts table|nil with a plan: lock_timeout, concurrency, on_event, interrupted, stable_for, superseded,
---  fail_fast
---@return table|nil result { services = address → attributes, changes, summary, serial, warnings }
---@return ecs_service.Error|nil  also PlanStale, NotApproved; of several failures, err.errors lists them and
---  err.result has the rest
function Stack:apply(plan_or_opts, opts)
  local apply = require "ecs_service.verbs.apply"
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
  local destroy = require "ecs_service.verbs.destroy"
  local own, err = call_options.take(self, opts, destroy, "stack:destroy")
  if not own then return nil, err end
  return marked(destroy.run(self, own))
end

--- Brings the records up to what AWS has; changes nothing there.
---@param opts table|nil as for apply
---@return table|nil result with `drift`
---@return ecs_service.Error|nil
function Stack:refresh(opts)
  local refresh = require "ecs_service.verbs.refresh"
  local own, err = call_options.take(self, opts, refresh, "stack:refresh")
  if not own then return nil, err end
  return marked(refresh.run(self, own))
end

--- Takes over a service that exists.
---@param address string
---@param id string "cluster-name/service-name"
---@param opts table|nil lock_timeout
---@return table|nil attributes
---@return ecs_service.Error|nil codes ImportFormat, AlreadyManaged, or of the API
function Stack:import(address, id, opts)
  local name, problem = addresses.given(self, address, "stack:import")
  if not name then return nil, problem end
  local import = require "ecs_service.verbs.import"
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
  local tfstate = require "ecs_service.verbs.import_tfstate"
  local own, err = call_options.take(self, opts, tfstate, "stack:import_tfstate")
  if not own then return nil, err end
  return marked(tfstate.run(self, path, own))
end

--- Lua source that declares a service as it is.
---@param id string "cluster-name/service-name", or an address that is recorded
---@param opts table|nil address: what the declaration is called; default: that address, or the service's name
---@return string|nil source
---@return string|ecs_service.Error address
function Stack:generate_config(id, opts)
  local generate = require "ecs_service.verbs.generate"
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
  local policy = require "ecs_service.verbs.policy"
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
  local wait = require "ecs_service.verbs.wait"
  local own, err = call_options.take(self, opts, wait, "stack:wait")
  if not own then return nil, err end
  return marked(wait.run(self, own))
end

--- What AWS says now.
---@param address string|ecs_service.Service|nil nil: all services, by address
---@return table|nil
---@return ecs_service.Error|nil
function Stack:status(address, ...)
  call_options.none((...), "stack:status")
  local name, err
  if address ~= nil then name, err = addresses.given(self, address, "stack:status") end
  if err then return nil, err end
  return marked(require "ecs_service.verbs.status".run(self, name))
end

local OPERATION = "an operation is a text as in DescribeLogGroups"

--- One operation of any JSON API of AWS, by the credentials, retries and endpoints of the stack.
---@param service string|table as botocore calls it ("logs", "ssm"), or { service = what it is signed for, target = what
---  stands before the operation in X-Amz-Target, json ("1.1"), endpoint (what its host begins with, if not `service`) }
---@param operation string
---@param params table|nil as the API has them; an empty table is an empty list
---@param opts table|nil once (true: sent again only when it was certainly not carried out; otherwise as AWS's own
---  clients do), timeout (seconds, after which it is not tried again), interrupted
---@return table|nil answer without members that are null; times are numbers
---@return ecs_service.Error|nil codes UnknownService, or of the API
function Stack:call(service, operation, params, opts)
  local call = require "ecs_service.verbs.call"
  if type(service) ~= "string" and type(service) ~= "table" then
    error("stack:call: the service is a text, or a table that describes it", 2)
  elseif type(operation) ~= "string" or not operation:find "^%a%w*$" then
    error("stack:call: " .. OPERATION, 2)
  end
  local readable, problem = pcall(core.json, params == nil and {} or params)
  if not readable or params ~= nil and (type(params) ~= "table" or #params > 0) then
    error("stack:call: the parameters are a table with names" .. (readable and "" or ": "
      .. tostring(problem):gsub("^bad argument.-%((.*)%)$", "%1")), 2)
  end
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
  local doctor = require "ecs_service.verbs.doctor"
  local own, err = call_options.take(self, opts, doctor, "stack:doctor")
  if not own then return nil, err end
  return marked(doctor.run(self.options, own, first_declared(self)))
end

--- What is wrong with a service, and why: declared, recorded, or any other.
---@param target string|ecs_service.Service|nil an address or "cluster/service"; nil: all declared and recorded ones,
---  as a list
---@return table|nil { name, cluster, service, status, desired, running, pending, task_definition, deployments, events,
---  causes (as ecs.explain gives them), healthy, next, unread }
---@return ecs_service.Error|nil
function Stack:diagnose(target, ...)
  call_options.none((...), "stack:diagnose")
  local name, err
  if target ~= nil then name, err = addresses.given(self, target, "stack:diagnose") end
  if err then return nil, err end
  return marked(require "ecs_service.verbs.diagnose".run(self, name))
end

--- The recorded attributes of all services, by address.
---@return table<string, table>|nil
---@return ecs_service.Error|nil
function Stack:recorded(...)
  call_options.none((...), "stack:recorded")
  local state, err = self:read_state()
  if not state then return nil, err end
  local map = {}
  for address, entry in pairs(state.services) do map[address] = core.table(entry.attributes) end
  return marked(map)
end

require("ecs_service.stack.state_methods").add(Stack)
require("ecs_service.stack.after").add(Stack, Service)

return stack
