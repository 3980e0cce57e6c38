--- How requests leave this machine: libcurl with the certificates, the proxies and the user agent that the stack, the
--- environment and the profile ask for. Everything that speaks to AWS uses a transport of here.
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local proxy = require "ecs_service.aws.proxy"
local settings = require "ecs_service.aws.settings"
local user_agent = require "ecs_service.aws.user_agent"

local connection = {}

--- The file of certificates.
---@param view ecs_service.Settings
---@return string|nil path nil: libcurl's own
---@return string|nil source
---@return ecs_service.Error|nil code BadCertificates
function connection.ca_bundle(view)
  local path, source = view:get "ca_bundle"
  if not path then return nil end
  path = environment.expand(path)
  if core.system.exists(path) then return path, source end
  return nil, nil, errors.new { code = "BadCertificates", path = "ca_bundle",
    message = ("the file of certificates %s, from %s, does not exist"):format(path, source == "stack" and "the stack"
      or source), hint = "correct it, or leave it out to use the system's certificates" }
end

-- Each request by the proxy of its own host: one transport serves ECS, STS, S3 and an emulator on this machine alike.
local Routed = {}

function Routed:submit(request)
  if request.proxy == nil then request.proxy = proxy.of(request.url, self.given) end
  return self.inner:submit(request)
end

function Routed:__index(name)
  if Routed[name] then return Routed[name] end
  local member = self.inner[name]
  if type(member) ~= "function" then return member end
  return function(_, ...) return member(self.inner, ...) end
end

local function made(options, view, bundle)
  local found, curl = pcall(require, "ecs_service.transport.curl")
  if not found then
    return nil, errors.new { code = "NotBuilt", message = "the HTTP transport cannot be loaded: "
      .. require "ecs_service.util.require_error"(curl), hint = require "ecs_service.util.limits".hint(curl)
      or "install the module with libcurl, or pass a transport" }
  end
  local ok, transport = pcall(curl.new, { ca_bundle = bundle, user_agent = user_agent.of(view) })
  if not ok then
    return nil, errors.new { code = "BadTransport", message = "the HTTP transport cannot be made: "
      .. tostring(transport), hint = require "ecs_service.util.limits".hint(transport) }
  end
  return setmetatable({ inner = transport, given = options.proxy }, Routed)
end

--- A transport for a stack.
---@param options table of the stack
---@return table|nil transport
---@return ecs_service.Error|nil codes NotBuilt, BadCertificates, BadTransport, BadConfig
function connection.new(options)
  local view, err = settings.read(options)
  if not view then return nil, err end
  local bundle, _, problem = connection.ca_bundle(view)
  if problem then return nil, problem end
  return made(options, view, bundle)
end

--- The same with libcurl's own certificates, whatever the stack asks for; nil where it cannot be made.
---@param options table of the stack
---@return table|nil transport
function connection.plain(options)
  local view = settings.read(options)
  return view and (made(options, view)) or nil
end

return connection
