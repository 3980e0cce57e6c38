--- timeline: a rollout as a document: the tasks of the old and the new revision over time, what happened, and why.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local recording = require "ecs_service.timeline.rollouts"
local render = require "ecs_service.timeline.page"

local timeline = {}

timeline.OPTIONS = { format = "string" }

--- The document of recorded events.
---@param events table[] as on_event of a run was told them; of several services one after the other
---@param format "html"|"svg"|nil default html
---@return string
function timeline.document(events, format)
  return render[format or "html"](recording.rollouts(events))
end

--- The document of a file of JSON lines, as `apply --timeline FILE` and `apply --json` write it.
---@param path string
---@param format "html"|"svg"|nil
---@return string|nil
---@return ecs_service.Error|nil codes EventsUnreadable, EventsCorrupt
function timeline.file(path, format)
  local text, message = core.system.read_file(path)
  if not text then
    return nil, errors.new { code = "EventsUnreadable", message = ("the events cannot be read: %s"):format(message) }
  end
  local events, err = recording.read(text, path)
  if not events then return nil, err end
  return timeline.document(events, format)
end

--- The document of the latest rollout of a service, as far as ECS still shows it.
---@param stack ecs_service.Stack
---@param target string an address, or "cluster/service"
---@param format "html"|"svg"|nil
---@return string|nil
---@return ecs_service.Error|nil
function timeline.run(stack, target, format)
  local events, err = require "ecs_service.verbs.timeline_from_ecs".read(stack, target)
  if not events then return nil, err end
  return timeline.document(events, format)
end

return timeline
