-- The model of ECS as a transport and a scheduler (docs/transport.md), with all that is between a reader and the truth:
-- answers that are older than their questions, that are lost, refused or not allowed, and servers that know less.
local cjson = require "cjson"
local model = require "support.rollout_model"
local shapes = require "support.shapes"
local view = require "support.rollout_view"

local Transport = {}
Transport.__index = Transport

local STS = [[<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>]]
  .. [[<Arn>arn:aws:iam::123456789012:user/model</Arn><UserId>A</UserId>]]
  .. [[</GetCallerIdentityResult></GetCallerIdentityResponse>]]

local transport = {}

--- Options: world, latency, skew (seconds by which ECS's clock is ahead of the caller's).
function transport.new(options)
  local made = setmetatable({ world = options.world, latency = options.latency or 0.05, skew = options.skew or 0,
    queue = {}, ready = {}, weather = {}, reads = {}, writes = {} }, Transport)
  made.scheduler = made
  return made
end

--- What is between the caller and ECS from now on: lag = { operation = { kind, seconds } }, events_later,
--- events_fresher, denied = { operation = code }, faults = { { operation, from, to, kind, share, times } } in seconds
--- from now; events = false: none are shown; random.
function Transport:rough(weather)
  self.weather, self.rough_from = weather, self.world.now
end

function Transport:now() return self.world.now - self.skew end

function Transport:sleep(seconds) self:advance(self.world.now + math.max(0, seconds)) end

-- Replicas take turns: an answer may be older than the one before.
local function lag_of(self, operation)
  local lag = (self.weather.lag or {})[operation]
  if not lag then return 0 end
  if lag.kind == "replicas" then return self.weather.random.pick { 0, lag.seconds / 2, lag.seconds } end
  if lag.kind == "some" then return self.weather.random.chance(0.3) and lag.seconds or 0 end
  return lag.seconds
end

local function names_of(service, given) return given == service.name or given == service.arn end

local function find(self, given)
  for _, service in pairs(self.world.services) do if names_of(service, given) then return service end end
end

-- An INACTIVE service is shown for a while, then it is MISSING.
local function seen(self, service, at, events_at)
  local answer = view.service(service, at, events_at, self.weather.events ~= false)
  local forgotten = (service.inactive_at or at) + self.world.options.inactive_seconds
  if answer and answer.status == "INACTIVE" and at > forgotten then return nil end
  return answer
end

local operations = {}

function operations.DescribeServices(self, input, at, events_at)
  local out = { services = view.list(), failures = view.list() }
  for _, name in ipairs(input.services) do
    local service = find(self, name)
    local answer = service and seen(self, service, at, events_at)
    if answer then
      table.insert(out.services, answer)
    else
      local arn = ("%sservice/%s/%s"):format(model.ARN, model.CLUSTER, name)
      table.insert(out.failures, { arn = arn, reason = "MISSING" })
    end
  end
  return out
end

local function fresh(self, service)
  self.world:keep(service)
  return { service = view.service(service, self.world.now, self.world.now, self.weather.events ~= false) }
end

function operations.CreateService(self, input)
  local service = self.world.services[input.serviceName]
  if service and service.status ~= "INACTIVE" then
    if service.token == input.clientToken then return fresh(self, service) end
    local draining = service.status == "DRAINING"
    return nil, "InvalidParameterException", draining and "Unable to Start a service that is still Draining."
      or "Creation of service was not idempotent."
  end
  service = self.world:create(input, "us")
  return fresh(self, service), nil, nil, service.deployments[1]
end

function operations.UpdateService(self, input)
  local service = find(self, input.service)
  if not service then return nil, "ServiceNotFoundException", "Service not found." end
  if service.status ~= "ACTIVE" then return nil, "ServiceNotActiveException", "Service was not ACTIVE." end
  local deployment = self.world:update(service, input, "us")
  return fresh(self, service), nil, nil, deployment
end

function operations.DeleteService(self, input)
  local service = find(self, input.service)
  if not service then return nil, "ServiceNotFoundException", "Service not found." end
  if not input.force and service.desired > 0 and not service.daemon then
    return nil, "InvalidParameterException", "The service cannot be stopped while it is scaled above 0."
  end
  if service.status == "ACTIVE" then self.world:delete(service) end
  return fresh(self, service)
end

function operations.ListServiceDeployments(self, input, at)
  local service = find(self, input.service)
  if not service then return nil, "ServiceNotFoundException", "Service not found." end
  local all = view.records(service, at)
  if not input.status or #input.status == 0 then return { serviceDeployments = all } end
  local wanted, out = {}, view.list()
  for _, status in ipairs(input.status) do wanted[status] = true end
  for _, record in ipairs(all) do if wanted[record.status] then out[#out + 1] = record end end
  return { serviceDeployments = out }
end

function operations.DescribeServiceDeployments(self, input, at)
  local out = { serviceDeployments = view.list(), failures = view.list() }
  for _, arn in ipairs(input.serviceDeploymentArns) do
    local answer
    for _, service in pairs(self.world.services) do
      for _, record in ipairs(service.records) do
        if record.arn == arn then answer = view.record(service, record, at) end
      end
    end
    if answer then
      table.insert(out.serviceDeployments, answer)
    else
      table.insert(out.failures, { arn = arn, reason = "MISSING" })
    end
  end
  return out
end

function operations.ListTasks(self, input, at)
  local service = input.serviceName and find(self, input.serviceName) or select(2, next(self.world.services))
  return { taskArns = service and view.task_arns(service, input, at) or view.list() }
end

function operations.DescribeTasks(self, input, at)
  local out = { tasks = view.list(), failures = view.list() }
  for _, arn in ipairs(input.tasks) do
    for _, service in pairs(self.world.services) do
      local answer = view.task(service, arn, at)
      if answer then table.insert(out.tasks, answer) end
    end
  end
  return out
end

function operations.TagResource() return {} end
operations.UntagResource = operations.TagResource

function operations.DescribeTaskDefinition(_, input)
  local arn = model.definition(input.taskDefinition)
  local family, revision = arn:match("/([^/:]+):(%d+)$")
  local container = { name = "web", image = "web", essential = true,
    portMappings = view.list { { containerPort = 80 } } }
  return { taskDefinition = { taskDefinitionArn = arn, family = family or arn:match("/([^/:]+)$"), status = "ACTIVE",
    revision = tonumber(revision) or 1, containerDefinitions = view.list { container } }, tags = view.list() }
end

local CHANGES = { CreateService = true, UpdateService = true, DeleteService = true, StopServiceDeployment = true,
  TagResource = true, UntagResource = true }

local function problem(status, code, message)
  return { status = status, headers = { ["content-type"] = "application/x-amz-json-1.1" },
    body = view.json { __type = code, message = message } }
end

local function unavailable() return problem(500, "ServerException", "Service unavailable.") end

local function broken(kind)
  return function() return { error = { kind = kind, message = "no whole answer", sent = true } } end
end

local FAULTS = {
  throttle = { before = true, answer = function() return problem(400, "ThrottlingException", "Rate exceeded") end },
  error_before = { before = true, answer = unavailable }, error_after = { answer = unavailable },
  reset_before = { before = true, answer = broken "reset" }, reset_after = { answer = broken "reset" },
  timeout_after = { answer = broken "timeout", slow = 60 },
}

local function fault_of(self, operation)
  local since = self.world.now - (self.rough_from or 0)
  for _, fault in ipairs(self.weather.faults or {}) do
    if (fault.operation == operation or fault.operation == "any") and since >= fault.from and since < fault.to
      and (fault.times or 1) > 0 and self.weather.random.chance(fault.share or 1) then
      if fault.times then fault.times = fault.times - 1 end
      return FAULTS[fault.kind]
    end
  end
end

-- ECS carries the request out. What it answers reads is what was true a while ago.
local function carry_out(self, call)
  local now, operation, input = self.world.now, call.operation, call.input
  local denied = (self.weather.denied or {})[operation]
  if not operations[operation] or denied then
    return problem(400, denied or "AccessDeniedException", "User is not authorized to perform: ecs:" .. operation)
  end
  local fault = fault_of(self, operation)
  local write = CHANGES[operation] and { operation = operation, input = input, sent = call.sent, at = now } or nil
  if write then
    table.insert(self.writes, write)
    if self.on_write then self.on_write(write) end
  end
  if fault and fault.before then return fault.answer() end
  local at = now - lag_of(self, operation)
  local events_at = math.min(now, at - (self.weather.events_later or 0) + (self.weather.events_fresher or 0))
  local answer, code, message, deployment = operations[operation](self, input, at, events_at)
  if write then
    write.executed, write.deployment, write.refused = answer ~= nil, deployment, code
    write.lost = fault ~= nil
  elseif not fault then
    call.read = { operation = operation, view_at = at, events_at = events_at }
  end
  if fault then
    call.slow = fault.slow
    return fault.answer()
  end
  if not answer then return problem(400, code, message) end
  return { status = 200, headers = { ["content-type"] = "application/x-amz-json-1.1" }, body = view.json(answer) }
end

function Transport:submit(request)
  local target
  for name, value in pairs(request.headers) do if name:lower() == "x-amz-target" then target = value end end
  local call = { id = request.id, sent = self.world.now, due = self.world.now + self.latency / 2 }
  if target then
    call.operation, call.input = target:match("%.(%w+)$"), cjson.decode(request.body)
    local problems = shapes.problems(call.operation, call.input)
    if #problems > 0 then error("a request does not fit the API's model: " .. table.concat(problems, "; "), 0) end
  else
    call.completion, call.due = { status = 200, headers = {}, body = STS }, self.world.now + self.latency
  end
  table.insert(self.queue, call)
  return true
end

-- The earliest call of the queue, as far as something is due by then.
local function next_due(self, by)
  local found
  for i, call in ipairs(self.queue) do
    if call.due <= by and (not found or call.due < self.queue[found].due) then found = i end
  end
  return found
end

-- Carries requests out at their times, and has their completions ready; to the first completion or to a time.
function Transport:advance(to, stop_at_completion)
  while #self.ready == 0 or not stop_at_completion do
    local i = next_due(self, to)
    if not i then return self.world:advance(to) end
    local call = self.queue[i]
    self.world:advance(math.max(self.world.now, call.due))
    if call.completion then
      table.remove(self.queue, i)
      table.insert(self.ready, call)
    else
      call.completion = carry_out(self, call)
      call.due = self.world.now + self.latency / 2 + (call.slow or 0)
    end
  end
end

function Transport:wait(seconds)
  if #self.queue + #self.ready == 0 and not seconds then return nil end
  self:advance(self.world.now + (seconds or 3600), true)
  local call = table.remove(self.ready, 1)
  if not call then return nil end
  if call.read then
    call.read.at = self.world.now
    table.insert(self.reads, call.read)
  end
  call.completion.id = call.id
  return call.completion
end

function Transport:cancel(id)
  for _, call in ipairs(self.queue) do
    if call.id == id then
      call.completion, call.due = { error = { kind = "cancelled", message = "cancelled", sent = true } }, self.world.now
      call.read = nil
      return true
    end
  end
  return false
end

function Transport:close() self.queue, self.ready = {}, {} end

return transport
