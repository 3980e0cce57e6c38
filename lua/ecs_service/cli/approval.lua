--- The question before something is changed.
local errors = require "ecs_service.errors"
local shell = require "ecs_service.util.shell"

local approval = {}

--- The error of a command that would have to ask and cannot; nil when it need not, or can.
---@param ctx table a terminal
---@param args table parsed arguments
---@param command string "apply"
---@param look? string the command line that shows what would be done
---@return ecs_service.Error|nil code ApprovalNeeded
function approval.problem(ctx, args, command, look)
  if args.auto_approve or not args.json and ctx:can_ask() then return nil end
  local yes = shell.line("ecs-service", args.words) .. " --auto-approve"
  return errors.new { code = "ApprovalNeeded",
    message = command .. " asks before it changes anything, and there is no terminal to answer on",
    hint = look and { "look at the plan first: " .. look, "then: " .. yes } or yes }
end

--- Asks, unless --auto-approve has answered.
---@param ctx table
---@param args table
---@param question string
---@return boolean
function approval.given(ctx, args, question)
  if args.auto_approve then return true end
  local answer = ctx:ask("\n" .. question .. " Only 'yes' will be accepted: ")
  return answer ~= nil and answer:match "^%s*yes%s*$" ~= nil
end

return approval
