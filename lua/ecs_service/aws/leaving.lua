--- Whether this process is about to end: the command was interrupted by a signal, or a worker of nginx is told to go.
--- Whatever waits asks here, and stops where it can be taken up again.
local lazy = require "ecs_service.util.lazy"
local openresty = lazy "ecs_service.openresty"

local leaving = {}

local asked

--- Says who knows of signals; nil: nobody. For a process that has caught them, as the command does.
---@param by (fun(): boolean)|nil
---@return (fun(): boolean)|nil former
function leaving.told(by)
  local former = asked
  asked = by
  return former
end

local function inside_nginx()
  return rawget(_G, "ngx") ~= nil and openresty.here()
end

--- What answers whether the process is leaving; nil where nobody can say.
---@return (fun(): boolean)|nil
function leaving.question()
  if asked then return asked end
  return inside_nginx() and openresty.leaving or nil
end

--- The same, or what the caller of a verb has in `interrupted`.
---@param interrupted (fun(): any)|nil
---@return (fun(): any)|nil
function leaving.either(interrupted)
  local question = leaving.question()
  if not question or not interrupted then return question or interrupted end
  return function() return interrupted() or question() end -- theirs first: they may do more than answer
end

--- Whether it is.
---@return boolean
function leaving.now()
  local question = leaving.question()
  return question ~= nil and question() or false
end

return leaving
