-- Taking over a service that exists: its declaration is generated from what AWS has, it is imported, the plan is empty.
-- Against AWS, say which: ECS_SERVICE_AWS=1 lua5.4 examples/07-import.lua my-cluster/my-service
local ecs = require "ecs_service"
local support = require "examples.support"

local id = arg and arg[1] or "prod/legacy"
local options = support.options("import", { clusters = { "prod" }, task_definitions = { "legacy:4" } })
if not support.real then -- somebody made this service by hand, long ago
  assert(options.transport:call("CreateService", { cluster = "prod", serviceName = "legacy", desiredCount = 2,
    taskDefinition = "legacy:4", placementStrategy = { { type = "spread", field = "instanceId" } } }))
end

local stack = assert(ecs.stack(options))
local source = assert(stack:generate_config(id))
print(source)

-- Normally the text goes into services.lua; here it is run at once.
support.declare(stack, source)
local address = stack:addresses()[1]
assert(stack:import(address, id))
print("imported: " .. id .. " is " .. address)

return support.deploy(stack)
