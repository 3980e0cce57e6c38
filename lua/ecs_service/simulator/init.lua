--- A deterministic ECS. It is a pure function from (request, virtual time) to answer, and around it a
--- transport and a scheduler on the same virtual clock, so that deploy scripts can be tried in milliseconds.
local core = require "ecs_service.core"
local capacity_providers = require "ecs_service.simulator.capacity_providers"
local check_options = require "ecs_service.util.check_options"
local clusters = require "ecs_service.simulator.clusters"
local deployments = require "ecs_service.simulator.deployments"
local durations = require "ecs_service.util.durations"
local faults = require "ecs_service.simulator.faults"
local hooks = require "ecs_service.simulator.hooks"
local identity = require "ecs_service.simulator.identity"
local input = require "ecs_service.simulator.input"
local operations = require "ecs_service.simulator.operations"
local options = require "ecs_service.simulator.options"
local refuse = require "ecs_service.simulator.api_error"
local rollout = require "ecs_service.simulator.rollout"
local scaling_metrics = require "ecs_service.simulator.scaling.metrics"
local scaling_targets = require "ecs_service.simulator.scaling.targets"
local scaling_tracking = require "ecs_service.simulator.scaling.tracking"
local scene = require "ecs_service.simulator.task_definition_scene"
local schedule_requests = require "ecs_service.simulator.schedule_requests"
local service_listing = require "ecs_service.simulator.service_listing"
local services = require "ecs_service.simulator.services"
local signature = require "ecs_service.simulator.signature"
local task_rules = require "ecs_service.simulator.task_rules"
local tables = require "ecs_service.util.tables"
local targets = require "ecs_service.simulator.targets"
local tasks = require "ecs_service.simulator.tasks"
local throttle = require "ecs_service.simulator.throttle"
local World = require "ecs_service.simulator.world"

local simulator = {}

local Simulator = {}
Simulator.__index = Simulator

local TARGET = "^([%w_]+)%.(%w+)$"
-- The services that are asked by a target, by its beginning.
local SERVICES = { AmazonEC2ContainerServiceV20141113 = "ecs", Logs_20140328 = "logs",
  AmazonSSM = "ssm", AWSEvents = "events", AnyScaleFrontendService = "application-autoscaling" }
-- What services call a request whose parameters do not fit, where that is not ECS's word.
local MISFITS = { events = "ValidationException", scheduler = "ValidationException",
  ["application-autoscaling"] = "ValidationException" }
-- How long a request without a timeout of its own waits for an answer that never comes.
local PATIENCE = 60

local function add_clusters(world, given, list)
  for _, entry in ipairs(list) do
    local own = {}
    for key, value in pairs(type(entry) == "table" and entry or { name = entry }) do own[key] = value end
    own.counted = own.instances ~= nil or given.instances_given
    own.instances = own.instances or given.instances
    for _, name in ipairs(own.capacity_providers or {}) do
      if not capacity_providers.lookup(world, name) then capacity_providers.add(world, name) end
    end
    clusters.add(world, own)
  end
end

--- A new simulated account in one region.
---@param given table|nil options:
---  region ("us-west-2"), account_id ("123456789012"), clusters ({"default"}; names or tables {name,
---  capacity_providers, default_capacity_provider_strategy, instances}), task_definitions ("family:revision" or tables
---  {family, revision, network_mode, requires_compatibilities, container_definitions}), verify_signatures (false),
---  credentials ({access_key_id, secret_access_key, session_token}, or a list), throttle (false; true or a table of
---  classes), read_lag (0 seconds), task_start_seconds (10), task_seconds (20), stop_seconds (10), health_seconds (10),
---  alarm_bake_seconds (60), inactive_seconds (3600), instances (3 container instances a cluster), capacity (tasks a
---  cluster; unlimited), latency (0.05 seconds), max_skew (300 seconds), start_time (epoch seconds), seed (1),
---  service_deployments (true; false: an older ECS, without service deployments and service revisions), record_lag
---  (seconds by which reads of service deployments are behind; 0), stop_abort (false; true: StopServiceDeployment takes
---  ABORT, which leaves the service with what it has)
---@return table sim raises for unknown or wrong options
function simulator.new(given)
  local complete, problem = options.complete(given)
  if not complete then error("ecs.simulator: " .. problem, 2) end
  local world = World.new(complete)
  world.scheduler = rollout
  world.find_service = services.find
  world.check_capacity_providers = capacity_providers.check
  world.remember = service_listing.remember
  world.service_is_gone = scaling_targets.service_is_gone
  local sim = setmetatable({
    world = world,
    options = complete,
    requests = {},
    decisions = world.decisions,
    schedule_runs = world.schedule_runs,
    faults = {},
    buckets = complete.throttle and throttle.new(complete.throttle) or nil,
    waiting = {},
    targets = {},
    credentials = complete.credentials[1],
    region = complete.region,
    account_id = complete.account_id,
  }, Simulator)
  sim.scheduler = {
    now = function()
      return world.now
    end,
    sleep = function(_, seconds)
      world:advance_to(world.now + math.max(seconds, 0))
    end,
  }
  capacity_providers.start(world)
  add_clusters(world, complete, complete.clusters)
  scene.add(world, complete.task_definitions)
  return sim
end

--- Virtual time, in epoch seconds.
function Simulator:now()
  return self.world.now
end

--- Lets `seconds` of virtual time pass.
function Simulator:advance(seconds)
  local span, problem = durations.read(seconds, false, true)
  if problem then error("sim:advance takes what passes: " .. problem .. "; write " .. durations.HINT, 2) end
  self.world:advance_to(self.world.now + span)
  return self.world.now
end

local function unknown_operation(operation, target)
  local message = "The operation is not known."
  if operation and operations.is_left_out(operation) then
    message = ("This is a simulator, and %s is one of the operations that it leaves out; "
      .. "docs/simulator.md lists what it has."):format(operation)
  elseif operation then
    message = ("The operation %s is not known."):format(operation)
  elseif target then
    message = ("This is a simulator of ECS, which has no operation %s."):format(target)
  end
  return refuse.new("UnknownOperationException", message)
end

--- The simulated service itself: what `operation` with `body` does at the time `now`, which never goes back.
---@return table|nil answer
---@return table refusal {code, message, status} when there is no answer
---@param region string|nil for which the request is made; the simulator's own
---@return string[]|nil unknown members of the body that the operation does not have
function Simulator:handle(operation, body, now, region)
  local world = self.world
  if now then world:advance_to(now) end
  local withheld = not self.options.service_deployments
    and (operation:find "ServiceDeployment" or operation:find "ServiceRevision")
  if identity.operations[operation] then return identity.operations[operation](world) end
  local carry_out = operations.find(operation)
  if not carry_out or withheld then return nil, unknown_operation(operation) end
  local unknown
  local ok, result = pcall(function()
    local read
    local misfit = MISFITS[operations.service_of(operation)] or "InvalidParameterException"
    read, unknown = input.read(operation, body, misfit)
    return carry_out(world, read, region or world.options.region)
  end)
  if ok then
    return result, nil, unknown
  elseif refuse.is(result) then
    return nil, result, unknown
  end
  error(result, 0)
end

--- Any operation, as someone else than the tool under test: it is not among sim.requests, is not throttled, delayed or
--- hit by faults.
---@param operation string as "UpdateService"; "application-autoscaling:TagResource" where ECS has one of that name too
---@param body table|nil
---@return table|nil answer
---@return table|nil err
function Simulator:call(operation, body)
  if type(operation) ~= "string" or not (operations.find(operation) or identity.operations[operation]) then
    error("sim:call: there is no operation " .. tostring(operation), 2)
  elseif body ~= nil and type(body) ~= "table" then
    error("sim:call takes the request as a table", 2)
  end
  local answer, refusal = self:handle(operation, body or {})
  if answer then return answer end
  return nil, require("ecs_service.errors").new({ code = refusal.code, message = refusal.message,
    operation = operation, http_status = refusal.status })
end

--- Has something go wrong with the next requests that come through the transport.
---@param fault table operation (any), times (1), after (matching requests to spare first), after_seconds; and one of
---  code with message and http_status, http_status, reset (not carried out), reset_after (carried out, answer lost),
---  timeout (carried out, no answer), truncate (true or bytes), slow (seconds)
function Simulator:fault(fault)
  local made, problem = faults.new(fault, self.world.now)
  if not made then error("sim:fault: " .. problem, 2) end
  self.faults[#self.faults + 1] = made
end

--- Says what becomes of tasks that are started from now on, of the service, cluster, deployment (or task set) or
--- task_definition ("mongo:7") given; the newest rule that fits counts.
---@param rule table outcome ("running", "exit", "oom", "pull_error", "unhealthy", "no_capacity", "flap", or a table
---  { when, stop_code, stopped_reason, containers, event } with ECS's words), after
---  (seconds after RUNNING), start_seconds (to RUNNING; task_start_seconds of the simulator), exit_code, reason,
---  log (lines that the task writes, or {container = lines}), times (only so many tasks), existing (true: running tasks
---  too)
function Simulator:tasks(rule)
  local problem = task_rules.check(rule)
  if problem then error("sim:tasks " .. problem, 2) end
  local world = self.world
  local own = task_rules.own(world, rule)
  world.rules[#world.rules + 1] = own
  if not own.existing then return end
  for _, name in ipairs(world.cluster_names) do
    local cluster = world.clusters[name]
    for _, id in ipairs(cluster.task_ids) do
      local task = cluster.tasks[id]
      if task and task_rules.fits(own, tasks.about(task)) then tasks.strike(world, task, own) end
    end
  end
end

--- Says how a function answers that lifecycle hooks call from now on; the newest rule that fits counts.
---@param rule table outcome ("succeeded", "failed", "in_progress"); after (seconds in progress before that; 0, and
---  "in_progress" for as long as the hook's timeout); stage, service, target (ARN of the function): any, unless named;
---  times (so many calls only)
function Simulator:hook(rule)
  local own, problem = hooks.rule(rule)
  if not own then error("sim:hook " .. problem, 2) end
  table.insert(self.world.hook_rules, own)
end

--- Says what answers at a URL beside AWS, for checks of deployments; the newest target of a URL counts.
---@param given table url; responses: a status, or { status (200), body, headers, after (seconds), error ("dns",
---  "connect", "tls", "timeout", "reset") }, or a list of such, one after the other and the last for ever, or a
---  function(request, now) that answers one
function Simulator:target(given)
  local own, problem = targets.new(given)
  if not own then error("sim:target " .. problem, 2) end
  table.insert(self.targets, own)
end

local alarm_states = { OK = true, ALARM = true, INSUFFICIENT_DATA = true }

--- Sets a CloudWatch alarm's state: "ALARM" fails the deployments that watch it.
---@param action table|nil of an alarm of step scaling: policy (its ARN), distance (of the metric from the threshold; 0)
function Simulator:alarm(name, state, action)
  if type(name) ~= "string" or not alarm_states[state or ""] then
    error("sim:alarm takes an alarm's name and OK, ALARM or INSUFFICIENT_DATA", 2)
  end
  local world = self.world
  world.alarms[name] = state
  local problem = action and scaling_tracking.on_alarm(world, name, state, action)
  if problem then error("sim:alarm " .. problem, 2) end
  if state ~= "ALARM" then return end
  for _, cluster_name in ipairs(world.cluster_names) do
    local cluster = world.clusters[cluster_name]
    for _, service_name in ipairs(cluster.service_names) do
      deployments.on_alarm(world, cluster.services[service_name], name)
    end
  end
end

--- Sets a metric that target tracking follows, until it is set again.
---@param metric table service; cluster (any); name ("ECSServiceAverageCPUUtilization", or as CloudWatch has it:
---  "CPUUtilization"); value (a number, false: nobody measures)
function Simulator:metric(metric)
  if type(metric) ~= "table" then error("sim:metric takes a table", 2) end
  local problem = scaling_metrics.set(self.world, metric)
  if problem then error("sim:metric " .. problem, 2) end
  scaling_tracking.on_metric(self.world)
end

local function lower_names(headers)
  local out = {}
  for name, value in pairs(headers or {}) do out[name:lower()] = tostring(value) end
  return out
end

local function failure_body(refusal, service)
  if refusal.bare then return ("<html><body><h1>%d</h1></body></html>"):format(refusal.status), "text/html" end
  local message = service == "application-autoscaling" and "Message" or "message"
  local body = { __type = refusal.code, [message] = refusal.message }
  for name, value in pairs(refusal.members or {}) do body[name] = value end
  return core.json(body), "application/x-amz-json-1.1"
end

local function authenticate(self, request, in_process)
  if not self.options.verify_signatures then return end
  local skew = self.options.max_skew
  if not in_process and not self.options.skew_given then
    skew = nil -- a served simulator's clock may run faster than its clients'
  end
  local service = request.sts and "sts" or request.service
  signature.verify(request, { credentials = self.options.credentials, service = service, now = self.world.now,
    region = service == "logs" and request.region or self.options.region, skew = skew })
end

local function decode(request)
  if request.sts then return request.sts, {} end
  if request.path ~= "/" then
    local asked, params, problem = schedule_requests.read(request)
    request.service = asked and "scheduler"
    if asked then return asked, params, problem end
  end
  local target, operation = (request.headers["x-amz-target"] or ""):match(TARGET)
  request.service = SERVICES[target]
  -- Logs may be sent to any region, and each has groups of its own.
  request.region = (request.headers.authorization or ""):match "Credential=[^/]+/%d+/([%w-]+)/logs/"
  request.known = operations.of_service(request.service, operation)
  if request.method ~= "POST" or not operations.find(request.known)
    or operations.service_of(request.known) ~= request.service then
    return nil, nil, unknown_operation(request.service == "ecs" and operation, request.headers["x-amz-target"])
  end
  local body = request.body == "" and {} or core.read_json(request.body)
  if type(body) ~= "table" then
    return operation, nil, refuse.new("SerializationException", "The request's body is not a JSON object.")
  end
  return operation, body
end

-- Carries a request out, faults and throttling included. Answers status, headers and body, and the fault.
local function serve(self, request, in_process)
  local world = self.world
  request.sts = identity.asked(request)
  local operation, body, refusal = decode(request)
  local entry = { operation = operation or "?", body = body, time = world.now, request_id = world:uuid(), unknown = {} }
  self.requests[#self.requests + 1] = entry
  local fault = faults.take(self.faults, operation, world.now, request.known)
  local answer
  if fault and (fault.reset or fault.executed == false) then
    entry.fault = fault
    return nil, nil, nil, fault, entry
  end
  if not refusal then
    local ok, problem = pcall(authenticate, self, request, in_process)
    if not ok then
      if not refuse.is(problem) then error(problem, 0) end
      refusal = problem
    elseif self.buckets and not throttle.take(self.buckets, request.known or operation, world.now) then
      refusal = refuse.new("ThrottlingException", "Rate exceeded")
    elseif fault and (fault.code or fault.http_status) then
      refusal = faults.refusal(fault)
    else
      answer, refusal, entry.unknown = self:handle(request.known or operation, body, nil, request.region)
    end
  end
  entry.fault = fault
  entry.status = answer and 200 or refusal.status
  entry.code = refusal and refusal.code or nil
  local text, content_type
  if request.sts then
    text, content_type = identity.xml(answer, refusal, entry.request_id), "text/xml"
  elseif answer then
    text, content_type = core.json(answer), "application/x-amz-json-1.1"
  elseif request.service == "scheduler" and not refusal.bare then
    text, content_type, entry.status = schedule_requests.refusal(refusal)
  else
    text, content_type = failure_body(refusal, request.service)
  end
  if fault and fault.truncate then
    text = text:sub(1, fault.truncate == true and math.floor(#text / 2) or fault.truncate)
  end
  local headers = { ["x-amzn-requestid"] = entry.request_id, ["content-type"] = content_type,
    ["x-amzn-errortype"] = request.service == "scheduler" and entry.code or nil,
    server = "ecs-service-simulator", date = os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(world.now)) }
  return entry.status, headers, text, fault, entry
end

local function path_of(url)
  local rest = url:match("^%a[%w+.-]*://[^/?]*(.*)$") or url
  local path, query = rest:match("^([^?]*)%??(.*)$")
  return path == "" and "/" or path, query
end

--- The simulator behind an HTTP server.
---@return integer|nil status nil when the connection is to be cut without an answer
---@return table headers
---@return string body
---@return table|nil fault what was to go wrong: reset, reset_after, timeout, slow …
function Simulator:http(method, path, headers, body)
  local clean, query = path_of(path)
  headers = lower_names(headers)
  local answer = method == "GET" and targets.answer(self.targets, ("http://%s%s"):format(headers.host or "", path),
    { headers = headers }, self.world.now)
  if answer and answer.error then return nil, {}, "", { reset = true } end
  if answer then return answer.status, answer.headers, answer.body, answer.after > 0 and { slow = answer.after } end
  local status, answer_headers, text, fault, entry = serve(self,
    { method = method, path = clean, query = query, headers = headers, body = body or "" }, false)
  if fault and (fault.reset or fault.reset_after or fault.timeout) then
    entry.status = nil
    return nil, {}, "", fault
  end
  return status, answer_headers, text, fault
end

local function complete_at(self, time, completion)
  local waiting = self.waiting
  local i = #waiting + 1
  while i > 1 and waiting[i - 1].time > time do
    waiting[i] = waiting[i - 1]
    i = i - 1
  end
  waiting[i] = { time = time, completion = completion }
end

local texts = {
  reset = "the connection was reset by the peer",
  timeout = "the operation timed out",
}

-- A request that is none to AWS.
local function ask_target(self, request, headers)
  local answer = targets.answer(self.targets, request.url, { headers = headers }, self.world.now) or targets.NOBODY
  local kind, delay, patience = answer.error, self.options.latency + answer.after, request.timeout or PATIENCE
  if kind == "timeout" or delay > patience then kind, delay = "timeout", patience end
  local completion = { id = request.id, status = answer.status, headers = lower_names(answer.headers),
    body = answer.body }
  if kind then
    completion = { id = request.id, error = { kind = kind, message = answer.message or texts[kind], sent = false } }
  end
  complete_at(self, self.world.now + delay, completion)
  return true
end

--- Transport: takes a request; it reaches ECS at once, and its answer is there after `latency`.
---@param request table {id, url, headers, body, method?, timeout?}
function Simulator:submit(request)
  if type(request) ~= "table" or request.id == nil then error("submit takes a request with an id", 2) end
  local headers = lower_names(request.headers)
  local url = request.url or ""
  headers.host = headers.host or url:match("^%a[%w+.-]*://([^/?]*)")
  if targets.is_meant { method = request.method, headers = headers } then return ask_target(self, request, headers) end
  local path, query = path_of(url)
  local status, answer_headers, text, fault, entry = serve(self, { method = request.method or "POST", path = path,
    query = query, headers = headers, body = request.body or "" }, true)
  local delay = self.options.latency + (fault and fault.slow or 0)
  local patience = request.timeout or PATIENCE
  local kind = fault and ((fault.reset or fault.reset_after) and "reset" or fault.timeout and "timeout") or nil
  if kind == "timeout" or delay > patience then kind, delay = "timeout", patience end
  local completion
  if kind then
    entry.status = nil
    completion = { id = request.id, error = { kind = kind, message = texts[kind] } }
  else
    completion = { id = request.id, status = status, headers = answer_headers, body = text }
  end
  complete_at(self, self.world.now + delay, completion)
  return true
end

--- Transport: the next answer, or nil when `timeout` (virtual) seconds pass without one. Time moves on by as much.
function Simulator:wait(timeout)
  local first = self.waiting[1]
  local limit = timeout and self.world.now + math.max(timeout, 0) or math.huge
  if first and first.time <= limit then
    table.remove(self.waiting, 1)
    self.world:advance_to(first.time)
    return first.completion
  end
  if timeout then self.world:advance_to(limit) end
  return nil
end

local SERVE = { port = "number", address = "string", speed = "number", latency = "number", on_ready = "function",
  on_request = "function", should_stop = "function" }

--- Serves it over HTTP, for the AWS CLI, SDKs and deploy scripts, until `should_stop` says so; without it, until Ctrl-C
--- or SIGTERM. Its clock goes with the real one then.
---@param given ecs_service.ServeOptions|nil
---@return true|nil ok
---@return ecs_service.Error|nil err codes NoHttpServer, CannotListen, WrongOption
function Simulator:serve(given)
  local own = tables.merge(check_options.check(given, SERVE, "sim:serve"), { simulator = self })
  local ok, err = require "ecs_service.simulator.serve".serve(own, 3)
  return ok, err
end

--- Transport: the request's answer will not be delivered; what it did stays done.
function Simulator:cancel(id)
  for i, item in ipairs(self.waiting) do
    if item.completion.id == id then
      table.remove(self.waiting, i)
      return true
    end
  end
  return false
end

function Simulator:close()
  self.waiting = {}
end

return simulator
