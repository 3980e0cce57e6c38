-- Random journeys of a stack that is killed on the way, and what must be true when the next run has ended. Used by
-- crash_sweep_spec.lua (every point of a few journeys, in one process) and crash_campaign.lua (real processes, killed).
local journeys = {}

--- A generator of numbers that gives the same ones for the same seed on every Lua.
---@param seed integer
---@return fun(n: integer): integer  1 to n
function journeys.random(seed)
  local value = seed % 2147483646 + 1
  return function(n)
    value = value * 48271 % 2147483647
    return math.floor(value / 2147483647 * n) + 1
  end
end

local ADDRESSES = { "api", "db", "web" }

local function chance(random, percent) return random(100) <= percent end

local function pick(random, list) return list[random(#list)] end

-- One declaration. Addresses own the names that begin with theirs, so that journeys never fight over a name.
local function declaration(random, address)
  local config = {
    name = chance(random, 75) and address or address .. "2", cluster = chance(random, 85) and "prod" or "default",
    task_definition = "web:" .. random(3), wait_for_steady_state = chance(random, 50) or nil,
  }
  if chance(random, 12) then
    config.scheduling_strategy = "DAEMON"
  else
    config.desired_count = random(4) - 1
  end
  if chance(random, 40) then config.tags = { stage = pick(random, { "test", "prod" }), [address] = "1" } end
  if chance(random, 25) then
    config.force_new_deployment, config.triggers = true, { at = tostring(random(2)) }
  end
  if chance(random, 25) then
    config.deployment_minimum_healthy_percent = pick(random, { 0, 50 })
  end
  local lifecycle = {}
  if chance(random, 35) then lifecycle.create_before_destroy = true end
  if config.desired_count and chance(random, 15) then lifecycle.ignore_changes = { "desired_count" } end
  if next(lifecycle) then config.lifecycle = lifecycle end
  return config
end

--- What a stack declares: address → declaration, without some of the addresses.
local function declarations(random)
  local map = {}
  for _, address in ipairs(ADDRESSES) do
    if chance(random, 75) then map[address] = declaration(random, address) end
  end
  if map.api and map.db and chance(random, 40) then map.api.depends_on = { "db" } end
  return map
end

-- The same with one thing changed: most deployments are small.
local function changed(random, map)
  local other = declarations(random)
  local result, address = {}, pick(random, ADDRESSES)
  for key, config in pairs(map) do result[key] = config end
  result[address] = other[address]
  for _, config in pairs(result) do
    if config.depends_on and not result.db then
      local copy = {}
      for key, value in pairs(config) do copy[key] = value end
      copy.depends_on = nil
      result.api = copy
    end
  end
  return result
end

--- A journey: `first` is applied, `drift` done by someone else, `second` applied and killed, `third` applied to its
--- end.
---@param seed integer
---@return table
function journeys.make(seed)
  local random = journeys.random(seed)
  local journey = { seed = seed, read_lag = chance(random, 20) and 2 or 0 }
  journey.first = chance(random, 20) and {} or declarations(random)
  journey.second = chance(random, 10) and {} or chance(random, 50) and changed(random, journey.first)
    or declarations(random)
  journey.third = chance(random, 55) and journey.second or chance(random, 50) and changed(random, journey.second)
    or chance(random, 30) and journey.first or declarations(random)
  journey.imports = chance(random, 15)
  journey.drift = chance(random, 25) and pick(random, ADDRESSES) or nil
  return journey
end

--- A service that others made and this stack takes over.
journeys.FOREIGN = { name = "foreign", cluster = "prod", task_definition = "web:1", desired_count = 1 }

--- Declares what a stage of a journey declares.
---@param stack ecs_service.Stack
---@param journey table
---@param stage "first"|"second"|"third"
---@return ecs_service.Stack
function journeys.declare(stack, journey, stage)
  for _, address in ipairs(ADDRESSES) do
    if journey[stage][address] then stack:service(address, journey[stage][address]) end
  end
  if journey.imports then stack:service("foreign", journeys.FOREIGN) end
  return stack
end

local function short(arn) return (arn:match "[^/]+$") end

-- "cluster/name" of what is there, by what `call` of ECS says.
local function existing(call)
  local set = {}
  for _, cluster in ipairs { "prod", "default" } do
    local arns = assert(call("ListServices", { cluster = cluster, maxResults = 100 })).serviceArns
    for i = 1, #arns, 10 do
      local names = {}
      for j = i, math.min(i + 9, #arns) do names[#names + 1] = arns[j] end
      local answer = assert(call("DescribeServices", { cluster = cluster, services = names }))
      for _, service in ipairs(answer.services) do
        if service.status ~= "INACTIVE" then set[cluster .. "/" .. service.serviceName] = service end
      end
    end
  end
  return set
end

local function differs(config, service)
  if short(service.taskDefinition) ~= config.task_definition then return "its task definition" end
  if (service.schedulingStrategy or "REPLICA") ~= (config.scheduling_strategy or "REPLICA") then
    return "its scheduling strategy"
  end
  local ignored = config.lifecycle and config.lifecycle.ignore_changes
  if config.desired_count and not ignored and service.desiredCount ~= config.desired_count then
    return "its desired count"
  end
end

--- What is wrong after the last run; nil when nothing is.
---@param journey table
---@param document table the state, decoded
---@param call fun(operation: string, body: table): table
---@return string|nil
function journeys.problem(journey, document, call)
  local there, declared = existing(call), {}
  for address, config in pairs(journey.third) do declared[address] = config end
  if journey.imports then declared.foreign = journeys.FOREIGN end
  local expected = {}
  for address, config in pairs(declared) do
    local identity = config.cluster .. "/" .. config.name
    expected[identity] = true
    if not there[identity] then return identity .. " is not there" end
    if there[identity].status ~= "ACTIVE" then return identity .. " is " .. there[identity].status end
    local what = differs(config, there[identity])
    if what then return ("%s differs from its declaration in %s"):format(identity, what) end
    local entry = document.services[address]
    if not entry then return address .. " is not recorded" end
    if entry.status ~= "ok" then return address .. " is recorded as " .. entry.status end
    if entry.deposed then return address .. " is recorded with a service that it replaced" end
    if entry.attributes.id ~= there[identity].serviceArn then return address .. " is recorded as another service" end
  end
  for identity in pairs(there) do
    if not expected[identity] then return identity .. " is an orphan" end
  end
  for address in pairs(document.services) do
    if not declared[address] then return address .. " is recorded and not declared" end
  end
  local open = next(document.journal)
  if open then return "the journal still has " .. open end
end

return journeys
