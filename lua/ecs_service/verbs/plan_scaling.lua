--- What a plan has to know of auto scaling: whose counts it holds, and within what. It is asked only about services
--- whose count the plan would change, or whose declaration says nothing of it; without an answer, the plan goes on.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local scaling = lazy "ecs_service.run.scaling_reader"

local plan_scaling = {}

local function is_ignored(config)
  local paths = config.lifecycle and config.lifecycle.ignore_changes or {}
  for _, path in ipairs(type(paths) == "string" and { paths } or paths) do
    if path == "desired_count" or path == "all" then return true end
  end
  return false
end

--- Whether auto scaling is looked at, and may hold a service of that declaration.
---@param stack ecs_service.Stack
---@param config table|userdata normal form
---@return boolean
function plan_scaling.is_scalable(stack, config)
  return stack.options.autoscaling ~= false and config.scheduling_strategy ~= "DAEMON"
end

--- Whether a plan may have to ask about it.
---@param stack ecs_service.Stack
---@param config table|userdata normal form
---@return boolean
function plan_scaling.may_ask(stack, config)
  return plan_scaling.is_scalable(stack, config) and not is_ignored(config)
end

-- What is declared of auto scaling beside a service: its target need not be asked for.
local function declared(self, address)
  return self.normals[kinds.address(kinds.named "scaling", kinds.name(address))]
end

-- The declaration of a service whose count may be at stake.
local function at_stake(self, address)
  local config = self.normals[address]
  local planned = config and kinds.of(address) == kinds.BARE and not (self.opts.destroy or self.opts.refresh_only)
  return planned and not declared(self, address) and plan_scaling.may_ask(self.stack, config) and config or nil
end

-- A count of one's own, which is not what there is; or none at all. One that is left to auto scaling changes nothing.
local function differs(config, attributes)
  local count = config.desired_count
  return count == nil or type(count) == "number" and count ~= attributes.desired_count
end

local function known_of(self)
  self.scaling = self.scaling or { targets = {}, asked = {} }
  return self.scaling
end

local function note(known, err) known.err = known.err or err end

-- Those of the services that were not asked for yet, as they are called there.
local function fresh(known, places)
  local ids = {}
  for _, place in ipairs(places) do
    local id = scaling.id_of(place.cluster, place.name)
    if not known.asked[id] then
      ids[#ids + 1], known.asked[id] = id, true
    end
  end
  table.sort(ids)
  return ids
end

-- Asks, unless it has failed to answer before.
local function ask(self, places)
  local known = known_of(self)
  local ids = fresh(known, places)
  if not known.err then
    note(known, scaling.read(self.session, ids, known.targets, { interrupted = self.opts.interrupted }))
  end
end

--- What can be asked together with services, by what is recorded of them.
---@param self table the planner
---@return ecs_service.Call[]
function plan_scaling.begin(self)
  local places = {}
  for _, address in ipairs(self.chosen) do
    local entry, config = kinds.entry(self.state, address), at_stake(self, address)
    if entry and config and differs(config, entry.attributes) then places[#places + 1] = entry.attributes end
  end
  if #places == 0 then return {} end
  local known = known_of(self)
  note(known, scaling.out_of_reach(self.session))
  return known.err and {} or scaling.calls(fresh(known, places))
end

--- Takes the answers, and asks for what differs from what was found of services.
---@param self table the planner
---@param results table[]
function plan_scaling.finish(self, results)
  if #results > 0 then note(known_of(self), scaling.take(results, known_of(self).targets)) end
  local places = {}
  for _, address in ipairs(self.chosen) do
    local config, found = at_stake(self, address), self.found[address]
    if config and found and found.status == "active" and differs(config, found.attributes) then
      places[#places + 1] = found.attributes
    end
  end
  if #places > 0 then ask(self, places) end
end

-- The target that a declaration makes of a service.
local function target_of(own)
  local suspended = own.suspended or {}
  return { min_capacity = own.min_capacity, max_capacity = own.max_capacity, suspended = {
    scale_in = suspended.scale_in == true, scale_out = suspended.scale_out == true,
    scheduled = suspended.scheduled == true } }
end

--- The target that a service is, or is declared to be; nil when it is none, or was not asked for.
---@param self table the planner
---@param address string
---@return ecs_service.ScalableTarget|nil
function plan_scaling.target(self, address)
  local own = kinds.of(address) == kinds.BARE and declared(self, address)
  if own and not (self.opts.destroy or self.opts.refresh_only) then return target_of(own) end
  local attributes = self.scaling and self.found[address] and self.found[address].attributes
  return attributes and self.scaling.targets[scaling.id_of(attributes.cluster, attributes.name)] or nil
end

-- How many may run at once when auto scaling has its most.
local function most_of(deployment, target)
  if deployment.strategy then return 2 * target.max_capacity end
  local percents = deployment.percents
  return percents and percents.maximum and math.floor(target.max_capacity * percents.maximum / 100) or nil
end

local function is_left(self, change)
  local config = self.normals[change.address]
  return type(config and config.desired_count) == "userdata" or type(config and config.desired_count) == "table"
end

--- Adds to the changes what auto scaling may make of them; of counts that are left to it, it is asked only when they
--- deploy.
---@param self table the planner
function plan_scaling.foretell(self)
  local places = {}
  for _, change in ipairs(self.changes) do
    local deploys = change.action == "update" and change.deployment and change.deployment.starts
    if deploys and is_left(self, change) and at_stake(self, change.address) and self.opts.refresh ~= false then
      places[#places + 1] = change.before
    end
  end
  if #places > 0 then ask(self, places) end
  for _, change in ipairs(self.changes) do
    local target = change.deployment and change.deployment.controller and plan_scaling.target(self, change.address)
    if target then
      change.deployment.autoscaling = { min_capacity = target.min_capacity, max_capacity = target.max_capacity,
        suspended = target.suspended, most = change.deployment.starts and most_of(change.deployment, target) or nil }
    end
  end
  if self.scaling and self.scaling.err then table.insert(self.warnings, scaling.warning(self.scaling.err)) end
end

--- What the core is told of a target.
---@param target ecs_service.ScalableTarget|nil
---@return table|nil
function plan_scaling.fact(target)
  return target and core.object { least = target.min_capacity, most = target.max_capacity } or nil
end

return plan_scaling
