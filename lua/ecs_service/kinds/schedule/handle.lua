--- One declared schedule of a stack, as stack:schedule gives it. Its attributes are its arguments and arn.
local Schedule = require "ecs_service.util.handles".class "schedule"

return Schedule
