--- What a service is to those who do not care what they are about: the table of this kind.
local lazy = require "ecs_service.util.lazy"
local names = require "ecs_service.util.identifiers"
local rows_of = require "ecs_service.util.schema_rows"

---@class ecs_service.Kind
---@field name string             in plans, and to the core, which has rows, rules and a flow of that name
---@field prefix string|nil       of its addresses: "task_definition"; nil: they are bare
---@field section string          of the state, of results and of JSON documents
---@field one string              what it is called
---@field many string
---@field terraform string|nil    the type that Terraform has for it
---@field id string               how one that exists is named, for import: "cluster-name/service-name"
---@field runs nil|fun(attributes: table): string  the revision that a task of it runs; nil: tasks run beside it
---@field declares string         what declares one, in Lua source
---@field Handle table            the class of what a declaration gives
---@field operations table        action → what the engine is to do for such a change; see operations.lua
---@field rights table            what a run has to be allowed; see rights.lua
---@field passing boolean|nil      it is done once, and nothing needs it afterwards
---@field instead nil|table<string, string>  what to do in place of verbs that are about services, in words: ADDRESS is
---  its own, SERVICE one that runs it
local service = {
  name = "service",
  section = "services",
  one = "service",
  many = "services",
  terraform = "aws_ecs_service",
  id = "cluster-name/service-name",
  declares = "stack:service",
  Handle = require "ecs_service.kinds.service.handle",
  operations = lazy "ecs_service.kinds.service.operations",
  rights = lazy "ecs_service.kinds.service.rights",
}
service.Handle.kind = service

--- The rows of its arguments; shared, not to be changed.
---@return table[]
function service.rows() return rows_of() end

--- Which one it is, among all of its kind: "prod/web".
---@param attributes table|userdata recorded, declared or read
---@return string
function service.identity(attributes) return names.identity(attributes.cluster, attributes.name) end

--- What it is called at AWS.
service.called = service.identity

--- What a plan writes behind the address of a change: which one is meant at AWS; "" when nothing tells.
---@param change table
---@return string cluster
---@return string|nil name
function service.title(change)
  local attributes = change.after or change.before or {}
  return change.cluster or attributes.cluster or "default", change.service or attributes.name
end

--- Takes the id of one that exists apart.
---@param id any
---@return string|nil cluster nil: it is no id
---@return string|nil name
function service.parse(id)
  if type(id) ~= "string" then return nil end
  return id:match "^([^/%s]+)/([^/%s]+)$"
end

return service
