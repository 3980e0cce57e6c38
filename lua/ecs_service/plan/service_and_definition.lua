--- What a service and the task definition that it runs must have in common, when both are declared: said at the
--- service's path before anything is sent.
local core = require "ecs_service.core"
local lazy = require "ecs_service.util.lazy"
local suggest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local pair = {}

local Check = {}
Check.__index = Check

function Check:complain(code, path, message, hint)
  table.insert(self.problems, { severity = "error", code = code, path = path, message = message, hint = hint })
end

local function listed(words) return #words > 0 and table.concat(words, ", ") or "none" end

local function in_range(range, port)
  local first, last = tostring(range):match "^(%d+)%-(%d+)$"
  return first ~= nil and port >= tonumber(first) and port <= tonumber(last)
end

-- A container and a port of it, wherever a service names them.
function Check:port(path, name, port)
  local container = self.containers[name]
  if not container then
    return self:complain("NotAllowed", path .. ".container_name",
      ("%s has no container %q"):format(self.address, tostring(name)), suggest.hint(tostring(name),
        tables.keys(self.containers), "its containers are"))
  end
  local ports = {}
  for _, mapping in ipairs(container.port_mappings or {}) do
    if mapping.container_port == port or mapping.container_port_range and in_range(mapping.container_port_range, port)
    then return end
    ports[#ports + 1] = tostring(mapping.container_port or mapping.container_port_range)
  end
  if port then
    self:complain("NotAllowed", path .. ".container_port",
      ("the container %s of %s has no port %d"):format(name, self.address, port), "its ports are " .. listed(ports))
  end
end

function Check:ports()
  for i, balancer in ipairs(self.service.load_balancer or {}) do
    self:port(("load_balancer[%d]"):format(i), balancer.container_name, balancer.container_port)
  end
  for i, registry in ipairs(self.service.service_registries or {}) do
    local path = #self.service.service_registries == 1 and "service_registries"
      or ("service_registries[%d]"):format(i)
    if registry.container_name then self:port(path, registry.container_name, registry.container_port) end
  end
end

-- Fargate, EXTERNAL or EC2: what starts the tasks, as far as the declaration tells.
local function launches(service)
  if service.launch_type then return service.launch_type end
  local strategy = service.capacity_provider_strategy or {}
  for _, one in ipairs(strategy) do
    if one.capacity_provider ~= "FARGATE" and one.capacity_provider ~= "FARGATE_SPOT" then return nil end
  end
  return #strategy > 0 and "FARGATE" or nil
end

function Check:network()
  local own, network = self.definition.network_mode == "awsvpc", self.service.network_configuration
  if own and not network then
    self:complain("RequiredWith", "network_configuration",
      ("the network mode of %s is awsvpc: its tasks need subnets"):format(self.address),
      "network_configuration = { subnets = { … } }")
  elseif network and not own then
    self:complain("Conflict", "network_configuration",
      ("the network mode of %s is %s: its tasks have no network of their own"):format(self.address,
        self.definition.network_mode or "bridge"),
      'leave it out, or declare network_mode = "awsvpc" in ' .. self.address)
  end
  local fits = tables.set(self.definition.requires_compatibilities)
  local block = network and (network[1] or network)
  if block and block.assign_public_ip and next(fits) and not fits.FARGATE then
    self:complain("Conflict", "network_configuration.assign_public_ip",
      ("only tasks on Fargate get public addresses, and %s is for %s"):format(self.address,
        table.concat(self.definition.requires_compatibilities, ", ")), "leave it out")
  end
end

function Check:launch()
  local wanted, definition = launches(self.service), self.definition
  if wanted ~= "FARGATE" and wanted ~= "EXTERNAL" then return end
  local path = self.service.launch_type and "launch_type" or "capacity_provider_strategy"
  local fits = tables.set(definition.requires_compatibilities)
  if next(fits) and not fits[wanted] then
    self:complain("Conflict", path, ("%s is for %s, not for %s"):format(self.address,
      table.concat(definition.requires_compatibilities, ", "), wanted),
      ('add %q to requires_compatibilities of %s'):format(wanted, self.address))
  elseif wanted == "FARGATE" and definition.network_mode ~= "awsvpc" then
    self:complain("Conflict", path, ("tasks on Fargate have the network mode awsvpc, and %s has %s"):format(
      self.address, definition.network_mode or "bridge"), 'declare network_mode = "awsvpc" in ' .. self.address)
  end
end

function Check:named_port(path, name)
  if name ~= nil and not self.named[name] then
    self:complain("NotAllowed", path, ("no port of %s is called %q"):format(self.address, tostring(name)),
      next(self.named) and suggest.hint(tostring(name), tables.keys(self.named), "there are")
      or ("give a port of %s a name: port_mappings = { { name = %q, … } }"):format(self.address, tostring(name)))
  end
  return self.named[name]
end

function Check:named_ports()
  local connect = self.service.service_connect_configuration
  for i, one in ipairs(connect and connect.service or {}) do
    local path = ("service_connect_configuration.service[%d]"):format(i)
    local mapping = self:named_port(path .. ".port_name", one.port_name)
    if mapping and not mapping.app_protocol and one.timeout and one.timeout.per_request_timeout_seconds then
      self:complain("RequiredWith", path .. ".timeout.per_request_timeout_seconds",
        ("the port %s of %s has no app_protocol, and only requests of one are timed"):format(one.port_name,
          self.address), 'declare app_protocol = "http" for that port')
    end
  end
  for i, one in ipairs(self.service.vpc_lattice_configurations or {}) do
    self:named_port(("vpc_lattice_configurations[%d].port_name"):format(i), one.port_name)
  end
end

function Check:volumes()
  local given = self.service.volume_configuration
  local block = given and (given[1] or given)
  local open = {}
  for _, volume in ipairs(self.definition.volume or {}) do
    if volume.configure_at_launch then open[#open + 1] = volume.name end
  end
  if block and not tables.set(open)[block.name] then
    self:complain("NotAllowed", "volume_configuration.name",
      ("%s has no volume %q that is configured at launch"):format(self.address, tostring(block.name)),
      #open > 0 and suggest.hint(tostring(block.name), open, "there are")
      or ("declare volume = { { name = %q, configure_at_launch = true } } in %s"):format(tostring(block.name),
        self.address))
  elseif #open > 0 and not block then
    self:complain("RequiredWith", "volume_configuration",
      ("the volume %s of %s is configured at launch, and this service does not configure it"):format(open[1],
        self.address), ("volume_configuration = { name = %q, managed_ebs_volume = { … } }"):format(open[1]))
  end
end

--- What does not fit.
---@param service table|userdata the service's normal form
---@param definition table|userdata that of the task definition
---@param address string of the task definition, as messages call it
---@return table[] diagnostics
function pair.problems(service, definition, address)
  local self = setmetatable({ service = core.table(service), definition = core.table(definition), address = address,
    problems = {}, containers = {}, named = {} }, Check)
  for _, container in ipairs(self.definition.container_definitions or {}) do
    self.containers[container.name] = container
    for _, mapping in ipairs(container.port_mappings or {}) do
      if mapping.name then self.named[mapping.name] = mapping end
    end
  end
  self:ports()
  self:network()
  self:launch()
  self:named_ports()
  self:volumes()
  return self.problems
end

return pair
