--- What exists in the simulated account, its clock, and the queue of what is going to happen.
local partitions = require "ecs_service.aws.partitions"

local World = {}
World.__index = World

--- An empty world.
---@param options table see simulator.new: complete, with defaults
function World.new(options)
  return setmetatable({
    options = options,
    partition = partitions.of(options.region).id,
    now = options.start_time,
    clusters = {},          -- by name
    cluster_names = {},     -- in the order of their creation
    account_settings = {},  -- by principal
    capacity_providers = {},     -- by name
    capacity_provider_names = {}, -- in the order of their creation
    families = {},          -- of task definitions: { latest = n, revisions = { [n] = … } }
    family_names = {},
    service_deployments = {}, -- by ARN
    service_revisions = {},   -- by ARN
    tokens = {},            -- of CreateService and CreateTaskSet
    run_tokens = {},        -- of RunTask
    schedules = {},         -- of EventBridge Scheduler, by GROUP/NAME
    schedule_groups = {},   -- beside "default", by name
    event_rules = {},       -- of EventBridge, by BUS/NAME
    schedule_runs = {},     -- what these started and when: { at, schedule or rule, answer or refusal }, oldest first
    logs = {},              -- groups of CloudWatch Logs by name, by region
    rules = {},             -- what becomes of tasks, newest last
    hook_rules = {},        -- what becomes of lifecycle hooks, newest last
    alarms = {},            -- state by name
    -- What Application Auto Scaling knows: scalable targets by resource id, and in the order of their registration;
    -- activities and metrics, newest last; the alarms that step scaling policies act upon, by policy.
    scaling = { targets = {}, names = {}, activities = {}, metrics = {}, stepping = {} },
    decisions = {},         -- what the scheduler decided and when: { at, service, what, deployment }, oldest first
    heap = {},
    serial = 0,
    random = options.seed % 2147483646 + 1,
  }, World)
end

-- Park and Miller's generator: its products are exact in doubles, so that every Lua draws the same.
function World:draw(below)
  self.random = self.random * 16807 % 2147483647
  return self.random % below
end

local hex_digits = "0123456789abcdef"

--- Notes what ECS knows from now on: "begun", "served", "completed", "failed", "steady", "deleted", "inactive".
function World:decide(service, what, deployment)
  self.decisions[#self.decisions + 1] = { at = self.now, service = service.name, what = what, deployment = deployment }
end

function World:hex(length)
  local out = {}
  for i = 1, length do
    local digit = self:draw(16) + 1
    out[i] = hex_digits:sub(digit, digit)
  end
  return table.concat(out)
end

function World:digits(length)
  local out = { tostring(self:draw(9) + 1) }
  for i = 2, length do out[i] = tostring(self:draw(10)) end
  return (table.concat(out):gsub("%.0", ""))
end

function World:uuid()
  return table.concat({ self:hex(8), self:hex(4), "4" .. self:hex(3), "a" .. self:hex(3), self:hex(12) }, "-")
end

function World:arn(resource, service)
  return ("arn:%s:%s:%s:%s:%s"):format(self.partition, service or "ecs", self.options.region, self.options.account_id,
    resource)
end

function World:role_arn(name)
  if name:sub(1, 4) == "arn:" then return name end
  return ("arn:%s:iam::%s:role/%s"):format(self.partition, self.options.account_id, (name:gsub("^/", "")))
end

local function earlier(a, b)
  if a.time ~= b.time then return a.time < b.time end
  return a.serial < b.serial
end

--- Calls `action(argument)` when the clock reaches `time`; what is due at the same time happens in the order of asking.
function World:at(time, action, argument)
  self.serial = self.serial + 1
  local heap = self.heap
  time = math.max(time, self.now)
  local item = { time = time, serial = self.serial, action = action, argument = argument }
  local i = #heap + 1
  heap[i] = item
  while i > 1 do
    local parent = (i - i % 2) / 2
    if not earlier(item, heap[parent]) then break end
    heap[i] = heap[parent]
    i = parent
  end
  heap[i] = item
end

local function pop(heap)
  local top = heap[1]
  local size = #heap
  local last = heap[size]
  heap[size] = nil
  size = size - 1
  if size == 0 then return top end
  local i = 1
  while true do
    local child = 2 * i
    if child > size then break end
    if child < size and earlier(heap[child + 1], heap[child]) then child = child + 1 end
    if not earlier(heap[child], last) then break end
    heap[i] = heap[child]
    i = child
  end
  heap[i] = last
  return top
end

--- Lets everything happen that is due by `time`, and sets the clock to it. Time never goes back.
function World:advance_to(time)
  local heap = self.heap
  while heap[1] and heap[1].time <= time do
    local item = pop(heap)
    if item.time > self.now then self.now = item.time end
    item.action(item.argument)
  end
  if time > self.now then self.now = time end
end

--- The name behind a cluster's name or ARN, "default" when there is none.
function World.cluster_name(_, reference)
  if reference == nil or reference == "" then return "default" end
  return reference:match(":cluster/(.+)$") or reference
end

--- The cluster of a name or ARN, nil when it is unknown: an ARN of another region or account is nobody's here.
function World:find_cluster(reference)
  local cluster = self.clusters[self:cluster_name(reference)]
  if cluster and reference and reference:sub(1, 4) == "arn:" and reference ~= cluster.arn then return nil end
  return cluster
end

return World
