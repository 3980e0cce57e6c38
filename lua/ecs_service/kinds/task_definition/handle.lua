--- One declared task definition of a stack, as stack:task_definition gives it. In a service it stands for the revision
--- that is registered of it. Its attributes are its arguments, arn, arn_without_revision, revision and status.
local TaskDefinition = require "ecs_service.util.handles".class "task_definition"

--- Its revisions: see stack:revisions.
function TaskDefinition:revisions(opts) return self.stack:revisions(self.address, opts) end

--- Takes old revisions out of use: see stack:deregister.
function TaskDefinition:deregister(opts) return self.stack:deregister(self.address, opts) end

return TaskDefinition
