--- The header by which AWS knows its callers, in the form that its SDKs agreed on (ua/2.1).
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local version = require "ecs_service.version"

local user_agent = {}

--- Replaces what may not stand in a component by "-", as botocore does (useragent.py).
---@param text string
---@param hash boolean whether "#" may stay
---@return string
function user_agent.clean(text, hash)
  return (text:gsub(hash and "[^%w!$%%&'*+%-.^_`|~,#]" or "[^%w!$%%&'*+%-.^_`|~,]", "-"))
end

local function component(prefix, name, value)
  local text = prefix .. "/" .. user_agent.clean(name, false)
  if value and value ~= "" then text = text .. "#" .. user_agent.clean(value, true) end
  return text
end

local SYSTEMS = { linux = "linux", darwin = "macos" }

local function system(parts)
  local name, release, machine = core.system.uname()
  local known = SYSTEMS[name:lower()]
  parts[#parts + 1] = known and component("os", known, release) or "os/other"
  if not known then parts[#parts + 1] = component("md", name, release) end
  parts[#parts + 1] = component("md", "arch", machine:lower())
end

local function language(parts)
  local jit = rawget(_G, "jit")
  parts[#parts + 1] = component("lang", "lua", _VERSION:match "[%d.]+")
  if jit then parts[#parts + 1] = component("md", "luajit", jit.version:match "[%d][%w.%-]*") end
end

--- The whole header: who calls, on what, for which application.
---@param view ecs_service.Settings
---@return string
function user_agent.of(view)
  local parts = { component("ecs-service", version), "ua/2.1" }
  system(parts)
  language(parts)
  local place = environment.get "AWS_EXECUTION_ENV"
  if place then parts[#parts + 1] = component("exec-env", place) end
  parts[#parts + 1] = component("cfg", "retry-mode", view:get "retry_mode" or "standard")
  local id = view:get "app_id"
  if id then parts[#parts + 1] = "app/" .. user_agent.clean(id, true) end
  return table.concat(parts, " ")
end

return user_agent
