-- A stack with a task that stands before its service, over the simulator: for the specs of declared tasks.
local declared = require "support.declared"

local migrating = {}

for name, value in pairs(declared) do migrating[name] = value end

--- The stack: a declared definition, its service and a task "migrate" that stands before it.
---@param world table
---@param image string|nil
---@param task table|nil members of the task that are otherwise; false takes one away
---@param service table|nil
function migrating.stack_of(world, image, task, service, options)
  local stack, api, web = declared.pair(world, declared.definition { image = image or "acme/api:1" }, service, options)
  local all = { service = web, command = { "bin/migrate" }, before = { web } }
  for name, value in pairs(task or {}) do all[name] = value ~= false and value or nil end
  return stack, stack:task("migrate", all), web, api
end

--- The tasks that were run by RunTask: as DescribeTasks has them.
function migrating.ran(world)
  local arns, cluster = {}, "prod"
  for _, status in ipairs { "RUNNING", "STOPPED" } do
    for _, arn in ipairs(assert(world.sim:call("ListTasks", { cluster = cluster, desiredStatus = status })).taskArns) do
      arns[#arns + 1] = arn
    end
  end
  local list = {}
  if #arns == 0 then return list end
  for _, task in ipairs(assert(world.sim:call("DescribeTasks", { cluster = cluster, tasks = arns })).tasks) do
    if tostring(task.startedBy):find "^ecs%-service/" then list[#list + 1] = task end
  end
  return list
end

return migrating
