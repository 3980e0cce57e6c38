--- What the engine is to do for a change of auto scaling, by the change's action; called as those of services are. All
--- requests are made when they are planned: they say the whole of what they are about, and can be repeated.
local operations = {}

local function of(change)
  return { action = change.action, steps = change.steps_of }
end

operations.create, operations.update, operations.replace, operations["delete"] = of, of, of, of

return operations
