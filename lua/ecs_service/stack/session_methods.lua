--- The methods of a stack that open sessions into containers.
local lazy = require "ecs_service.util.lazy"
local call_options = require "ecs_service.stack.call_options"
local marked = require("ecs_service.util.list_marks").marked

local exec = lazy "ecs_service.verbs.exec"

local methods = {}

--- Runs a command in a container that runs, with the terminal of this process, by AWS's session-manager-plugin.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table|nil command (a text, or its words; default "/bin/sh"), task, container, plugin (its path),
---  on_session (fun(session), before it begins)
---@return table|nil session { task, container, exit_code (of the plugin) }
---@return ecs_service.Error|nil codes PluginMissing, ExecuteCommandOff, AgentNotRunning, NotFound, WrongOption, …
function methods:exec(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, exec, "stack:exec")
  if not own then return nil, err end
  return marked(exec.run(self, name, own))
end

--- Forwards a port of this machine to a port of a container, or of a host that it reaches, until interrupted.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table local_port (default: as remote_port), remote_port, host, task, container, plugin, on_session
---@return table|nil session { task, container, exit_code (of the plugin) }
---@return ecs_service.Error|nil as of exec
function methods:port_forward(target, opts)
  local name, own, err = call_options.with_address(self, target, opts, exec.FORWARD, "stack:port_forward")
  if not own then return nil, err end
  return marked(exec.forward(self, name, own))
end

return methods
