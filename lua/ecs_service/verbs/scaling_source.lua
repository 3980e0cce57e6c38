--- The auto scaling of a service that exists, as its declaration has it.
local attributes = require "ecs_service.run.scaling_attributes"
local kinds = require "ecs_service.kinds"
local member_of = require "ecs_service.verbs.written_members"
local reader = require "ecs_service.run.declared_scaling"
local sections = require "ecs_service.run.scaling_steps".SECTIONS

local source = {}

local KIND = kinds.named "scaling"

-- Every name has a key; two that would have one keep their names.
local function labels_of(found, service, only)
  local labels, used = {}, {}
  for _, list in ipairs { found.policies, found.actions } do
    for _, one in ipairs(list) do
      local name = one.PolicyName or one.ScheduledActionName
      local key = KIND.key(service, name)
      if used[key] then key = name end
      if not only or only[name] then labels[name], used[key] = key, true end
    end
  end
  return labels
end

-- Names that follow from the address are not written, nor that nothing rests.
local function without_names(config, service)
  if config.suspended and next(config.suspended) == nil then config.suspended = nil end
  for _, section in ipairs(sections) do
    for key, one in pairs(config[section.name] or {}) do
      if one.name == KIND.called(service, key) then one.name = nil end
    end
  end
  return config
end

--- The configuration; nil where nothing scales the service, or nobody may look.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param address string of the service
---@param service table its attributes
---@param only table<string, boolean>|nil names at AWS of what is to be declared; nil: of everything
---@return table|nil
---@return string|nil comment why it was not looked at, as a line of Lua
function source.of(stack, session, address, service, only)
  if service.scheduling_strategy == "DAEMON" then return nil end
  local tags = stack.options.default_tags
  local found, err = reader.all(session, { { address = address, id = reader.id(service), tags = true } }, {})
  if not found then
    return nil, ("-- its auto scaling was not looked at: %s\n"):format(tostring(err.code))
  end
  local name = kinds.name(address)
  local has = attributes.of(found[address], labels_of(found[address], name, only), { default_tags = tags,
    ignore_tags = stack.options.ignore_tags })
  return has and without_names(member_of(KIND.rows(), has), name)
end

return source
