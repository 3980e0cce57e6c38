--- What auto scaling beside a service is to those who do not care what they are about: the table of this kind. It is
--- declared as a member of its service, has the service's address, and is recorded with it.
local handles = require "ecs_service.util.handles"
local lazy = require "ecs_service.util.lazy"
local rows_of = require "ecs_service.util.schema_rows"

local scaling = {
  name = "scaling",
  prefix = "scaling",
  within = "autoscaling", -- the member of a service that declares it, and of a service's record that knows it
  section = "services",
  one = "auto scaling",
  many = "auto scalings",
  id = "that of its service",
  declares = "stack:service",
  apart = true, -- planned by a file of its own: verbs/plan_declared_scaling.lua
  operations = lazy "ecs_service.kinds.scaling.operations",
  rights = lazy "ecs_service.kinds.scaling.rights",
}

--- Where policies and scheduled actions stand, by names of the user's choice.
scaling.POLICIES, scaling.ACTIONS = { "target_tracking", "step" }, "scheduled"

--- The rows of its arguments; shared, not to be changed.
---@return table[]
function scaling.rows() return rows_of "scaling" end

--- Two of them are of two services.
---@return nil
function scaling.identity() return nil end

--- A plan writes nothing behind its address: that is the service's.
---@return string cluster
---@return nil
function scaling.title() return "", nil end

--- None exists apart.
---@return nil
function scaling.parse() return nil end

--- The name at AWS of what stands under a key.
---@param service string address of the service
---@param key string
---@return string
function scaling.called(service, key) return ("%s-%s"):format(service, key) end

--- The key under which what has a name at AWS may stand.
---@param service string address of the service
---@param name string
---@return string
function scaling.key(service, name)
  local head = scaling.called(service, "")
  return name:sub(1, #head) == head and #name > #head and name:sub(#head + 1) or name
end

--- Puts in the names that a declaration leaves out.
---@param config table as it was read
---@param service string address of the service
function scaling.complete(config, service)
  for _, section in ipairs { "target_tracking", "step", "scheduled" } do
    for key, one in pairs(type(config[section]) == "table" and config[section] or {}) do
      if type(one) == "table" and one.name == nil and type(key) == "string" then
        one.name = scaling.called(service, key)
      end
    end
  end
end

return handles.late(scaling, function() return require "ecs_service.kinds.scaling.handle" end)
