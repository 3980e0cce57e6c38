--- ecs-service completion: what a shell needs to complete the command line. share/ has the same, made at release.
local completion = { summary = "Write the completion of a shell: bash, zsh or fish.",
  description = "Writes a script that makes a shell complete commands and options. Installed packages bring it along; "
    .. "otherwise: source <(ecs-service completion bash), or put it where the shell looks (docs/cli.md)." }

completion.SHELLS = { "bash", "zsh", "fish" }

function completion.define(command)
  command:argument("shell"):choices(completion.SHELLS):argname("SHELL"):description("bash, zsh or fish.")
end

--- The script of a shell.
---@param shell "bash"|"zsh"|"fish"
---@return string
function completion.script(shell)
  local parser = require("ecs_service.cli").parser()
  local text = parser["get_" .. shell .. "_complete"](parser)
  return (text:gsub("%s+$", "\n"))
end

function completion.run(args, ctx)
  ctx:out((completion.script(args.shell):gsub("\n$", "")))
  return 0
end

return completion
