--- The methods of a stack that are about the revisions of its task definitions.
local lazy = require "ecs_service.util.lazy"
local call_options = require "ecs_service.stack.call_options"
local marks = require "ecs_service.util.list_marks"

local deregister = lazy "ecs_service.verbs.deregister"
local revisions = lazy "ecs_service.verbs.revisions"

local marked = marks.marked

local methods = {}

--- The revisions of a task definition, the newest first: which of them anybody uses, and which were registered here.
---@param target string|ecs_service.TaskDefinition|ecs_service.Service an address, or a family
---@param opts table|nil limit (20), cluster (one or several, beside those of the stack), interrupted
---@return table|nil ecs_service.Revisions of types.lua
---@return ecs_service.Error|nil codes NotFound, or of the API
function methods:revisions(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, revisions, "stack:revisions")
  if not own then return nil, err end
  return marked(revisions.run(self, name, own))
end

--- Takes old revisions of a task definition out of use; what anybody uses stays.
---@param target string|ecs_service.TaskDefinition|ecs_service.Service an address, or a family
---@param opts table|nil keep (how many ACTIVE ones stay), delete (true: INACTIVE ones are deleted), cluster, dry_run,
---  approve, lock, lock_timeout, on_event, interrupted
---@return table|nil result
---@return ecs_service.Error|nil codes WrongOption, NotFound, NotApproved, NotDeleted, or of the API
function methods:deregister(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, deregister, "stack:deregister")
  if not own then return nil, err end
  return marked(deregister.run(self, name, own))
end

return methods
