--- What a run stands on, by the options of its stack: whose time it is, how requests leave, and who may wait.
local lazy = require "ecs_service.util.lazy"
local connection = require "ecs_service.aws.http_transport"
local exchange = require "ecs_service.aws.multiplexer"
local openresty = lazy "ecs_service.openresty"
local scheduler = require "ecs_service.scheduler"

local runtime = {}

--- Whether a transport brings its own time, so that a run happens in no world but its own.
---@param transport table|nil
---@return boolean
function runtime.is_simulated(transport)
  return transport ~= nil and transport.scheduler ~= nil
end

--- Inside nginx its own module has the say about waiting, keys and signers; elsewhere it is not even loaded.
---@return boolean
function runtime.inside_nginx()
  return rawget(_G, "ngx") ~= nil and openresty.here()
end

--- The time of a stack, without anything else of a session.
---@param options table of the stack
---@return ecs_service.Scheduler
function runtime.clock(options)
  return options.scheduler or options.transport and options.transport.scheduler
    or runtime.inside_nginx() and openresty.scheduler or scheduler.default
end

--- Why nothing can be waited for here and now; nil when all is well. See ecs_service.openresty.
---@param options table of the stack
---@return ecs_service.Error|nil
function runtime.problem(options)
  if runtime.inside_nginx() and runtime.clock(options) == openresty.scheduler then return openresty.problem() end
end

--- Before a run that must come to its end, wherever it runs. See ecs_service.openresty.
function runtime.stay()
  if runtime.inside_nginx() then openresty.stay() end
end

--- Whether only the scheduler may wait: it is the caller's own, or nginx's. See poll.lua.
---@param options table of the stack
---@return boolean
function runtime.polls(options)
  return (options.scheduler ~= nil or runtime.inside_nginx()) and not runtime.is_simulated(options.transport)
end

--- The transport for a stack's options, over which single answers can be waited for.
---@param options table of the stack
---@return ecs_service.Exchange|nil
---@return ecs_service.Error|nil
function runtime.exchange(options)
  local transport, err = options.transport, nil
  if not transport then transport, err = connection.new(options) end
  if not transport then return nil, err end
  return exchange.over(transport, runtime.clock(options), runtime.polls(options), options.on_wait)
end

return runtime
