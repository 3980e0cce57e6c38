--- redeploy: a new deployment of services as they are, for a newer image of the same tag, say.
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"

local redeploy = {}

redeploy.OPTIONS = aside.OPTIONS

local function decide(subject)
  if aside.was_begun(subject) then return {} end
  subject.reason = "a new deployment of what it runs already"
  return { [argument.at "forceNewDeployment"] = true }
end

---@param stack ecs_service.Stack
---@param addresses string[]
---@param opts table checked options
---@return table|nil result
---@return ecs_service.Error|nil
function redeploy.run(stack, addresses, opts)
  return aside.run(stack, "redeploy", addresses, opts, decide)
end

return redeploy
