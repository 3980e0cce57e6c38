--- What a plan reads of services: which of them, and when what it finds may be a read from before the last run.
local begun = require "ecs_service.plan.unfinished_creates"
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local present = lazy "ecs_service.verbs.plan_running"
local reading = require "ecs_service.run.service_reader"
local scaling = require "ecs_service.verbs.plan_scaling"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"

local plan_reading = {}

-- What is read beside an address's own service: names that no address can have.
local FRESH, OLD, STRAY = "\31new", "\31deposed", "\31stray"
plan_reading.FRESH, plan_reading.OLD, plan_reading.STRAY = FRESH, OLD, STRAY

--- Whether a declaration is of another service than a record.
---@param address string
---@param entry table
---@param config table|userdata|nil
---@return boolean|nil
function plan_reading.differs(address, entry, config)
  local attributes = entry.attributes
  local identity = kinds.of(address).identity
  return config and identity(attributes) ~= identity(config)
end

--- A create that was begun for an address and made something else than what is there now.
---@param self table the planner
---@param address string
---@return table|nil of the journal
function plan_reading.stray(self, address)
  return begun.stray(self.state, address, not self.opts.destroy and self.normals[address] or nil)
end

-- What is to be read: recorded services where they are recorded, others where they are declared; of those that move
-- both; and what a replacement or a create that was cut short left behind.
local function wanted_by(self)
  local list, all = {}, self.chosen
  for _, address in ipairs(self.leaves_open and present.beside(self) or {}) do
    if all == self.chosen then all = tables.merge(all) end
    all[#all + 1] = address
  end
  for _, address in ipairs(all) do
    local entry, config = kinds.entry(self.state, address), self.normals[address]
    if entry then
      list[#list + 1] = { address = address, cluster = entry.attributes.cluster, service = entry.attributes.name,
        config = config, attributes = entry.attributes, deployment_id = entry.deployment_id,
        deployment_at = entry.deployment_at }
      if plan_reading.differs(address, entry, config) and not self.opts.destroy then
        list[#list + 1] = { address = address .. FRESH, owner = address, cluster = config.cluster,
          service = config.name, config = config }
      end
      if entry.deposed then
        list[#list + 1] = { address = address .. OLD, owner = address, cluster = entry.deposed.cluster,
          service = entry.deposed.name }
      end
    elseif config then
      list[#list + 1] = { address = address, cluster = config.cluster, service = config.name, config = config,
        recorded = begun.create(self.state, address) ~= nil }
    end
    local stray = plan_reading.stray(self, address)
    if stray then
      list[#list + 1] = { address = address .. STRAY, owner = address, cluster = stray.cluster,
        service = stray.service, recorded = true }
    end
  end
  return list
end

-- What differs from the record of a run that ended a moment ago may be a read from before that run: how long until
-- another look tells.
local function lagging(state, found, now)
  local wait = 0
  for address, entry in pairs(state.services) do
    local one = found[address]
    if one and one.status ~= "draining" and not core.same(one.attributes, entry.attributes) then
      wait = math.max(wait, begun.settling(entry, now))
    end
  end
  return wait
end

--- What AWS has, where the plan is to know. What a run that ended early had sent last may not be visible yet.
---@param self table the planner; gets `found`
---@return boolean
---@return ecs_service.Error|nil
function plan_reading.all(self)
  if self.opts.refresh == false then return true end
  local scheduler, wanted = self.session.scheduler, wanted_by(self)
  begun.await(self.state, begun.open(self.state, self.chosen, wanted), scheduler, { interrupted = self.opts.interrupted,
    on_event = self.opts.on_event or self.stack.options.on_event })
  local found, err, answers = reading.trees(self.stack, self.session, wanted, self.opts, scaling.begin(self))
  local lag = found and lagging(self.state, found, skew.now(self.session)) or 0
  if lag > 0 then
    scheduler:sleep(lag)
    found, err = reading.trees(self.stack, self.session, wanted, self.opts)
  end
  self.found = found or self.found
  if found then scaling.finish(self, answers) end
  return found ~= nil, err
end

return plan_reading
