--- What runs now, for declarations that leave something to that (plan/running.lua): found in what a plan reads anyway,
--- and put into them before they are planned.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local images = require "ecs_service.plan.given_images"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local names = require "ecs_service.util.identifiers"
local running = require "ecs_service.plan.running"
local sealed_text = lazy "ecs_service.util.sealed_text"
local suggest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local present = {}

local function each_asked(self, visit)
  for _, list in ipairs { self.definitions, self.chosen } do
    for _, address in ipairs(list) do
      local handle = self.stack.declared[address]
      if handle and handle.running then visit(address, handle) end
    end
  end
end

--- Whether anything of the plan is left to what runs.
---@param self table the planner
---@return boolean
function present.is_asked(self)
  local asked = false
  if not (self.opts.destroy or self.opts.refresh_only) then each_asked(self, function() asked = true end) end
  return asked
end

-- Where each value is looked for.
local function sources(self)
  local list = {}
  each_asked(self, function(_, handle)
    for _, one in ipairs(handle.running) do list[#list + 1] = running.source(self.stack, one.asks.address) end
  end)
  return list
end

--- Services that are read for the sake of what they run alone.
---@param self table the planner
---@return string[]
function present.beside(self)
  local chosen, list = tables.set(self.chosen), {}
  for _, source in ipairs(sources(self)) do
    if source.service and not chosen[source.service] then
      list[#list + 1], chosen[source.service] = source.service, true
    end
  end
  return list
end

-- The revision that a service runs: its PRIMARY's; where that has failed, of the one that was completed before it.
local function revision_of(found)
  if not found or found.status ~= "active" then return nil end
  local primary, completed
  for _, one in ipairs(found.deployments or {}) do
    if one.id == found.primary then primary = one end
    if one.rollout_state == "COMPLETED" then completed = completed or one end
  end
  local one = primary and primary.rollout_state == "FAILED" and completed or primary
  local name, declared = one and one.task_definition, found.attributes.task_definition
  -- Named as it is recorded, so that it is read once.
  return name and names.last(name) ~= names.last(declared) and name or declared
end

--- The revisions that are to be read beside those of the plan's own task definitions, when the services were read.
---@param self table the planner
---@return string[]
function present.revisions(self)
  local own, list = tables.set(self.definitions), {}
  for _, source in ipairs(sources(self)) do
    local entry = source.definition and not own[source.definition] and kinds.entry(self.state, source.definition)
    list[#list + 1] = source.service and revision_of(self.found[source.service])
    list[#list + 1] = entry and entry.attributes.arn or nil
  end
  return list
end

-- The attributes of the revision that runs; nil: nothing does.
local function attributes_of(self, source)
  local entry = source.definition and kinds.entry(self.state, source.definition)
  if self.opts.refresh == false then return entry and core.table(entry.attributes) end
  local name = source.service and revision_of(self.found[source.service])
  local revision = name and self.read_revisions[name]
  if revision then return revision.attributes, revision end
  local seen = source.definition and self.revisions[source.definition] or {}
  revision = entry and self.read_revisions[entry.attributes.arn] or not source.service and seen.newest
  return revision and revision.attributes or nil
end

local function has_digest(value)
  if type(value) == "string" then return value:find(sealed_text.PATTERN) ~= nil end
  for _, member in pairs(type(value) == "table" and value or {}) do
    if has_digest(member) then return true end
  end
  return false
end

local function missing(asks)
  local what = asks.member == "image" and "image" or "value"
  local default = running.text(asks, asks.member == "image" and '"IMAGE"' or "…")
  return { code = "Missing", message = ("nothing runs in %s yet whose %s %s could have"):format(asks.address,
    asks.member, asks.container), hint = asks.member == "image"
    and ("give an image once: --image %s.%s=IMAGE, or %s"):format(asks.address, asks.container, default)
    or ("give a %s for the first time: %s"):format(what, default) }
end

local function no_container(asks, attributes)
  local known = {}
  for i, container in ipairs(attributes.container_definitions or {}) do known[i] = container.name end
  return { code = "NotAllowed", message = ("%s runs %s, which has no container %q"):format(asks.address,
    names.last(attributes.arn or attributes.family), asks.container),
    hint = suggest.hint(asks.container, known, "its containers are")
      .. ("; for a new one: %s"):format(running.text(asks, "…")) }
end

-- A value, or what is wrong.
local function value_of(self, asks)
  local source = running.source(self.stack, asks.address)
  local given = asks.member == "image" and (self.images[source.definition] or {})[asks.container]
  if given then return given end
  local attributes = attributes_of(self, source)
  local container = attributes and running.container(attributes, asks.container)
  if not container and asks.default ~= nil then return asks.default end
  if not attributes then return nil, missing(asks) end
  if not container then return nil, no_container(asks, attributes) end
  local value = container[asks.member]
  if self.opts.refresh == false and has_digest(value) then
    return nil, { code = "NotAllowed", message = ("what is recorded of %s has secret values as digests"):format(
      asks.address), hint = "they are read from ECS: plan without refresh = false, --refresh=false" }
  end
  return value
end

local function refuse(self, address, err)
  err.service, err.address, err.kind = address, kinds.name(address), kinds.of(address).name
  self:refuse(errors.new(err))
end

local function fill(self, address, handle)
  local failed = false
  local config = running.filled(handle.config, handle.running, function(asks, one)
    local value, err = value_of(self, asks)
    if err then
      failed, err.path = true, one.path
      refuse(self, address, err)
    end
    return value
  end)
  if failed then return end
  local normal, list = core.validate(kinds.of(address).name, config, self.stack:surroundings())
  for _, problem in ipairs(normal and {} or list) do
    if problem.severity ~= "warning" then refuse(self, address, problem) end
  end
  self.normals[address] = normal or self.normals[address]
end

-- A declaration that leaves something to what its own service runs is compared with that, not with what was recorded.
local function compare_with_present(self, address, handle)
  for _, one in ipairs(handle.running) do
    local source = running.source(self.stack, one.asks.address)
    local seen = self.revisions[address]
    if seen and source.service and source.definition == address then
      local _, revision = attributes_of(self, source)
      seen.running = revision
    end
  end
end

--- Puts what runs into the declarations, and what was given for this run.
---@param self table the planner; gets normals of its own
function present.fill(self)
  self.normals = tables.merge(self.normals)
  if present.is_asked(self) then
    each_asked(self, function(address, handle)
      fill(self, address, handle)
      if self.opts.refresh ~= false then compare_with_present(self, address, handle) end
    end)
  end
  present.give(self)
end

--- Puts what was given for this run into the declarations.
---@param self table the planner
function present.give(self)
  for address, own in pairs(self.images) do
    self.normals[address] = images.put(core.table(self.normals[address]), own)
  end
end

--- A declaration with the values of the revision that a saved plan was compared with: the plan itself has digests of
--- those that are secret.
---@param stack ecs_service.Stack
---@param address string
---@param normal table|userdata of the script at hand
---@param attributes table of that revision
---@return table|userdata
function present.reopened(stack, address, normal, attributes)
  local handle = stack.declared[address]
  if not handle or not handle.running then return normal end
  local config = running.filled(handle.config, handle.running, function(asks)
    local container = running.container(attributes, asks.container)
    if container then return container[asks.member] end
    return asks.default
  end)
  return core.validate(kinds.of(address).name, config, stack:surroundings()) or normal
end

return present
