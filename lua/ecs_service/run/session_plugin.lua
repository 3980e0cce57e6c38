--- AWS's session-manager-plugin, which carries the sessions that ECS and Systems Manager open: started as the AWS CLI
--- starts it, with the terminal of this process.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = core.json

local plugin = {}

local NAME = "session-manager-plugin"
-- Plugins newer than this one read the answer of StartSession, with its token, from the environment: the arguments of
-- a process are everybody's to read.
local LAST_WITHOUT, VARIABLE = { 1, 2, 497, 0 }, "AWS_SSM_START_SESSION_RESPONSE"
-- To say its version.
local SECONDS = 10

local function missing(path, problem)
  return nil, errors.new { code = "PluginMissing",
    message = ("%s cannot be started: %s"):format(path or NAME, problem),
    hint = "install AWS's plugin (https://docs.aws.amazon.com/systems-manager/latest/userguide/"
      .. "session-manager-working-with-install-plugin.html) where PATH finds it, or name it: --plugin PATH" }
end

--- The plugin that is installed, and its version.
---@param path string|nil where it is; default: along PATH
---@return table|nil found { path, version (text) }
---@return ecs_service.Error|nil code PluginMissing
function plugin.find(path)
  local child, problem = core.system.spawn { path or NAME, "--version" }
  if not child then return missing(path, problem) end
  local deadline, said = core.system.monotonic() + SECONDS, {}
  while core.system.monotonic() < deadline do
    local kind, value = child:next(deadline - core.system.monotonic())
    if kind == "out" then
      said[#said + 1] = value
    elseif kind == "exit" and value == 0 then
      return { path = path or NAME, version = table.concat(said):gsub("%s+", "") }
    elseif kind == "exit" or kind == "signal" then
      return missing(path, ("asked for its version it ended with %s %d"):format(kind, value))
    end
  end
  child:kill()
  return missing(path, "asked for its version it says nothing")
end

local function reads_environment(version)
  if not version:find "^[%d.]+$" then return false end
  local i = 0
  for digits in version:gmatch "%d+" do
    i = i + 1
    local own, last = tonumber(digits), LAST_WITHOUT[i] or 0
    if own ~= last then return own > last end
  end
  return false
end

--- Runs a session to its end.
---@param found table of plugin.find
---@param session table { id, token, url, region, profile, endpoint, request (of StartSession, made or not) }
---@return integer|nil exit code; of one that a signal ended, 128 and its number
---@return ecs_service.Error|nil code PluginMissing
function plugin.run(found, session)
  local answer = json { SessionId = session.id, TokenValue = session.token, StreamUrl = session.url }
  local hidden = reads_environment(found.version)
  local kind, value = core.system.attached({ found.path, hidden and VARIABLE or answer, session.region, "StartSession",
    session.profile or "", json(session.request), session.endpoint }, hidden and VARIABLE .. "=" .. answer or nil)
  if not kind then return missing(found.path, value) end
  return kind == "signal" and 128 + value or value
end

return plugin
