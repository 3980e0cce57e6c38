--- The container instances of a cluster: what they have, what their tasks take of it, and which of them a task goes to.
local values = require "ecs_service.simulator.values"

local fleet = {}

-- What an instance has when nobody says so: four vCPUs and 16 GB, as ECS sees them, and the ports that its agent keeps.
local RESOURCES = {
  { name = "CPU", type = "INTEGER", integerValue = 4096 },
  { name = "MEMORY", type = "INTEGER", integerValue = 15570 },
  { name = "PORTS", type = "STRINGSET", stringSetValue = { "22", "2375", "2376", "51678", "51679" } },
  { name = "PORTS_UDP", type = "STRINGSET", stringSetValue = {} },
}

fleet.LATEST_AGENT = "1.99.0"
local VERSIONS = { agentVersion = "1.98.0", agentHash = "0a1b2c3d", dockerVersion = "DockerVersion: 25.0.8" }

-- The attributes that the agent tells of every instance.
local function own_attributes(world, document)
  return {
    { name = "ecs.ami-id", value = document.imageId or "ami-0123456789abcdef0" },
    { name = "ecs.availability-zone", value = document.availabilityZone or world.options.region .. "a" },
    { name = "ecs.instance-type", value = document.instanceType or "m5.xlarge" },
    { name = "ecs.os-type", value = "linux" },
  }
end

--- Counts what tasks can be placed on; the services of the cluster hear of it.
function fleet.changed(world, cluster)
  cluster.container_instances = {}
  for _, instance in ipairs(cluster.fleet) do
    if instance.status == "ACTIVE" then cluster.container_instances[#cluster.container_instances + 1] = instance.arn end
  end
  cluster.instances = #cluster.container_instances
  for _, name in ipairs(cluster.service_names) do
    world.scheduler.soon(world, cluster.services[name], world.scheduler.SCHEDULER_SECONDS)
  end
end

--- Registers an instance.
---@param given table {document?, resources?, versions?, attributes?, tags?, short_arn?, limited?}
---@return table instance
function fleet.add(world, cluster, given)
  local document = given.document or {}
  local id = world:hex(32)
  local path = given.short_arn and id or cluster.name .. "/" .. id
  local instance = {
    id = id, arn = world:arn("container-instance/" .. path), cluster = cluster, status = "ACTIVE",
    ec2_id = document.instanceId or "i-" .. id:sub(1, 17), registered_at = world.now, version = 1,
    resources = values.copy(given.resources or RESOURCES), versions = values.copy(given.versions or VERSIONS),
    limited = given.limited, -- to its resources
    attributes = own_attributes(world, document), custom = {}, tags = values.copy(given.tags or {}),
  }
  for _, attribute in ipairs(given.attributes or {}) do fleet.set(instance.attributes, attribute) end
  cluster.fleet[#cluster.fleet + 1] = instance
  return instance
end

--- Gives a list of attributes one more, or another value to the one of that name.
function fleet.set(list, attribute)
  for _, known in ipairs(list) do
    if known.name == attribute.name then
      known.value = attribute.value
      return
    end
  end
  list[#list + 1] = { name = attribute.name, value = attribute.value }
end

--- The instance of an id or ARN, nil when the cluster has none such.
function fleet.find(cluster, reference)
  for _, instance in ipairs(cluster.fleet) do
    if reference == instance.id or reference == instance.arn then return instance end
  end
  return nil
end

--- Takes an instance out of its cluster.
function fleet.remove(instance)
  local kept = {}
  for _, other in ipairs(instance.cluster.fleet) do
    if other ~= instance then kept[#kept + 1] = other end
  end
  instance.cluster.fleet = kept
  instance.status = "INACTIVE"
end

--- The tasks on an instance that have not stopped, in the order of their ids.
---@return table[]
function fleet.tasks(instance)
  local out = {}
  for _, task in pairs(instance.cluster.tasks) do
    if task.instance == instance.arn and task.status ~= "STOPPED" then out[#out + 1] = task end
  end
  table.sort(out, function(a, b) return a.id < b.id end)
  return out
end

local function whole(number) return math.floor(tonumber(number) or 0) end

-- CPU units and MiB that a task's definition reserves.
local function reserved(definition)
  local cpu, memory = 0, 0
  for _, container in ipairs(definition.containers) do
    cpu = cpu + whole(container.cpu)
    memory = memory + whole(container.memoryReservation or container.memory)
  end
  return definition.cpu and whole(definition.cpu) or cpu, definition.memory and whole(definition.memory) or memory
end

local function add_ports(taken, definition)
  if definition.networkMode == "awsvpc" then return end
  for _, container in ipairs(definition.containers) do
    for _, mapping in ipairs(container.portMappings) do
      local list = mapping.protocol == "udp" and taken.PORTS_UDP or taken.PORTS
      if (mapping.hostPort or 0) > 0 then list[#list + 1] = ("%d"):format(mapping.hostPort) end
    end
  end
end

--- What is left of an instance's resources: of CPU and memory what no task has, of ports those that are taken.
---@return table[]
function fleet.remaining(instance)
  local taken = { CPU = 0, MEMORY = 0, PORTS = {}, PORTS_UDP = {} }
  for _, task in ipairs(fleet.tasks(instance)) do
    local cpu, memory = reserved(task.definition)
    taken.CPU, taken.MEMORY = taken.CPU + cpu, taken.MEMORY + memory
    add_ports(taken, task.definition)
  end
  local out = values.copy(instance.resources)
  for _, resource in ipairs(out) do
    local used = taken[resource.name]
    if type(used) == "number" and resource.integerValue then
      resource.integerValue = math.max(resource.integerValue - used, 0)
    end
    if type(used) == "table" then
      resource.stringSetValue = resource.stringSetValue or {}
      for _, port in ipairs(used) do table.insert(resource.stringSetValue, port) end
    end
  end
  return out
end

local function wants_one_each(service)
  if service.config.schedulingStrategy == "DAEMON" then return true end
  for _, constraint in ipairs(service.config.placementConstraints or {}) do
    if constraint.type == "distinctInstance" then return true end
  end
  return false
end

-- The instances that have no task of the service, the one apart that this is to be.
local function without(service, arns)
  local taken, out = {}, {}
  for _, task in ipairs(service.live) do
    if task.instance and task.desired == "RUNNING" then taken[task.instance] = true end
  end
  for _, arn in ipairs(arns) do
    if not taken[arn] then out[#out + 1] = arn end
  end
  return out
end

-- Whether an instance has what a task takes. Those of the scene have room for any number of tasks.
local function fits(instance, definition)
  if not instance.limited then return true end
  local cpu, memory = reserved(definition)
  local wanted = { CPU = cpu, MEMORY = memory, PORTS = {}, PORTS_UDP = {} }
  add_ports(wanted, definition)
  for _, resource in ipairs(fleet.remaining(instance)) do
    local need = wanted[resource.name]
    if type(need) == "number" and need > (resource.integerValue or need) then return false end
    for _, port in ipairs(type(need) == "table" and need or {}) do
      for _, taken in ipairs(resource.stringSetValue or {}) do
        if taken == port then return false end
      end
    end
  end
  return true
end

-- The instances that a task of the service can go to.
local function candidates(cluster, service, definition)
  local arns = cluster.container_instances
  if wants_one_each(service) then arns = without(service, arns) end
  local out = {}
  for _, arn in ipairs(arns) do
    if fits(fleet.find(cluster, arn), definition) then out[#out + 1] = arn end
  end
  return out
end

--- Whether a task of the service has a place. Where nobody said how many instances there are, there is always one.
function fleet.has_room(cluster, service, definition)
  return not cluster.counted or candidates(cluster, service, definition)[1] ~= nil
end

--- The instance that the service's next task goes to, in turn; nil where the cluster has none.
---@param turn integer how many tasks the service has had placed, this one included
---@return string|nil arn
function fleet.choose(cluster, service, definition, turn)
  local arns = candidates(cluster, service, definition)
  if not arns[1] then arns = cluster.container_instances end
  return arns[(turn - 1) % math.max(#arns, 1) + 1]
end

return fleet
