--- Other bounds for what scales a service, or a rest for that, outside of its declaration. Nothing is made that is not
--- there.
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local planned = require "ecs_service.plan"
local reader = require "ecs_service.run.declared_scaling"
local suspended = require "ecs_service.run.suspended_scaling"
local tables = require "ecs_service.util.tables"
local warnings_of = require "ecs_service.plan.warnings"

local bounds = {}

local KIND = kinds.named "scaling"

local function wrong(path, message)
  return errors.new { code = "WrongOption", path = path, message = "stack:scale: " .. message }
end

--- What is wrong with the options; nil when nothing is.
---@param opts table
---@return ecs_service.Error|nil
function bounds.problem(opts)
  for _, name in ipairs { "min", "max" } do
    local value = opts[name]
    if value ~= nil and not (value >= 0 and value < 2 ^ 31 and value == math.floor(value)) then
      return wrong(name, name .. " is a whole number, 0 or more")
    end
  end
  if opts.suspend and opts.resume then return wrong("resume", "suspend and resume exclude each other") end
end

local function differences(before, after)
  local list = {}
  for _, name in ipairs { "min_capacity", "max_capacity" } do
    if before[name] ~= after[name] then
      list[#list + 1] = { path = name, before = before[name], after = after[name] }
    end
  end
  for _, name in ipairs(tables.keys(after.suspended)) do
    if before.suspended[name] ~= after.suspended[name] then
      list[#list + 1] = { path = "suspended." .. name, before = before.suspended[name], after = after.suspended[name] }
    end
  end
  return list
end

-- Only what was asked for is said: the rest stays.
local function request_of(id, opts, after)
  return { operation = "RegisterScalableTarget", body = reader.about(id, {
    MinCapacity = opts.min and after.min_capacity or nil, MaxCapacity = opts.max and after.max_capacity or nil,
    SuspendedState = (opts.suspend or opts.resume) and suspended.wire(after.suspended) or nil }) }
end

local function change_of(address, service, target, opts)
  local before = { min_capacity = target.MinCapacity, max_capacity = target.MaxCapacity,
    suspended = suspended.read(target.SuspendedState) }
  local after = { min_capacity = opts.min and math.floor(opts.min) or before.min_capacity,
    max_capacity = opts.max and math.floor(opts.max) or before.max_capacity,
    suspended = opts.suspend and suspended.ALL or opts.resume and suspended.read() or before.suspended }
  if after.min_capacity > after.max_capacity then
    return nil, wrong(opts.min and "min" or "max", ("%d is more than %d: min is above max"):format(after.min_capacity,
      after.max_capacity))
  end
  local change = { kind = KIND.name, address = kinds.name(address), before = before, after = after,
    diff = differences(before, after), drift = {}, replace_paths = {} }
  change.action = #change.diff > 0 and "update" or "no-op"
  return setmetatable(change, { __index = { at = address, aside = true, of = service,
    leads = after.max_capacity > before.max_capacity, steps_of = { request_of(reader.id(service), opts, after) } } })
end

-- What the next apply changes back.
local function warn(run, plan, change, declared)
  local owner, list = kinds.owner(change.at), {}
  for _, entry in ipairs(declared and change.diff or {}) do
    local top, member = entry.path:match "^([^.]+)%.?(.*)$"
    local own = declared[top]
    if member ~= "" then own = own and own[member] or false end
    if own ~= entry.after then
      list[#list + 1] = { code = "DeclarationDiffers", severity = "warning", address = owner, service = owner,
        path = KIND.within .. "." .. entry.path,
        message = ("the declaration still says %s: the next apply changes it back"):format(tostring(own)),
        hint = "change the declaration, too, to keep it" }
    end
  end
  for _, warning in ipairs(warnings_of.told(run.stack, list, run.opts)) do
    plan.warnings[#plan.warnings + 1] = warning
  end
end

--- Puts the change of what scales a service into a plan.
---@param run ecs_service.Run
---@param plan ecs_service.Plan of the count
---@param address string of the service
---@param count integer|nil nil: the count is not asked for
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil codes NotFound, WrongOption, or of the API
function bounds.plan(run, plan, address, count)
  local service, own = plan.changes[1].before or plan.changes[1].after, kinds.address(KIND, kinds.name(address))
  local found, err = reader.targets(run.session, { { address = own, id = reader.id(service) } },
    { interrupted = run.opts.interrupted })
  if not found then return nil, err end
  local target = found[own].target
  if not target then
    return nil, errors.new { code = "NotFound", service = address, path = "min",
      message = ("nothing scales %s: no target of Application Auto Scaling is registered for it"):format(address),
      hint = "declare autoscaling = { min_capacity = …, max_capacity = … }, and apply" }
  end
  local change
  change, err = change_of(own, service, target, run.opts)
  if not change then return nil, err end
  warn(run, plan, change, run.normals[own])
  local fields = tables.merge(plan)
  fields.changes = count and tables.merge(plan.changes) or {}
  table.insert(fields.changes, change)
  return planned.new(fields)
end

return bounds
