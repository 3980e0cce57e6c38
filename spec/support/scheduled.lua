-- Stacks with a schedule over the simulator, for the specs of declared schedules.
local declared = require "support.declared"

local scheduled = {}

for name, value in pairs(declared) do scheduled[name] = value end

scheduled.ROLE = "arn:aws:iam::123456789012:role/scheduler"

--- A world with a task definition that no stack declares.
function scheduled.world(options)
  options = options or {}
  options.task_definitions = options.task_definitions or { { family = "report", container_definitions = {
    { name = "app", image = "a", memory = 9 }, { name = "side", image = "s", memory = 9 } } } }
  return declared.world(options)
end

--- The arguments of a schedule, with some set otherwise; false takes one away.
function scheduled.arguments(more)
  local config = { cluster = "prod", role_arn = scheduled.ROLE, task_definition = "report:1",
    schedule = "cron(0 3 * * ? *)" }
  for name, value in pairs(more or {}) do config[name] = value ~= false and value or nil end
  return config
end

--- A stack that declares the schedule nightly, and nothing else.
function scheduled.nightly(world, more, options)
  local stack = declared.stack(world, options)
  return stack, stack:schedule("nightly", scheduled.arguments(more))
end

--- A stack that declares a task definition, the service that runs it, and a schedule of it.
function scheduled.whole(world, image, more, options)
  local stack, api, web = declared.pair(world, declared.definition { image = image or "acme/api:1" }, nil, options)
  local config = scheduled.arguments { task_definition = api, command = { "bin/report" } }
  for name, value in pairs(more or {}) do config[name] = value ~= false and value or nil end
  return stack, stack:schedule("nightly", config), web, api
end

--- The schedule as AWS has it; nil and the error.
function scheduled.seen(world, name, group)
  local answer, err = world.sim:call("GetSchedule", { Name = name or "nightly", GroupName = group or "default" })
  return answer, err
end

--- What somebody else makes of it.
function scheduled.meddle(world, change)
  local body = assert(scheduled.seen(world))
  for _, name in ipairs { "Arn", "CreationDate", "LastModificationDate" } do body[name] = nil end
  change(body)
  assert(world.sim:call("UpdateSchedule", body))
end

--- The operations of requests that came through the transport and change something, in their order.
function scheduled.changes(world)
  local list = {}
  for _, request in ipairs(world.sim.requests) do
    if request.operation:find "^Create" or request.operation:find "^Update" or request.operation:find "^Delete"
      or request.operation:find "^Re" or request.operation:find "^De%l+ister" or request.operation:find "^Put" then
      list[#list + 1] = request.operation
    end
  end
  return list
end

--- The change of a plan that is of the schedule.
function scheduled.change(plan, address)
  for _, change in ipairs(plan.changes) do
    if change.kind == "schedule" and change.address == (address or "nightly") then return change end
  end
end

--- What a change changes, by path.
function scheduled.diff(change)
  local map = {}
  for _, entry in ipairs(change.diff) do map[entry.path] = entry.after == nil and "" or entry.after end
  return map
end

return scheduled
