-- One plan of the fleet, by the server that AWS_ENDPOINT_URL_ECS names. Prints its seconds: declared services in, plan
-- out. `prepare` writes the state instead: one service is imported, and its record repeated under every name.
local core = require "ecs_service.core"
local json = require "ecs_service.util.json"
local stack = dofile "bench/fleet_services.lua"

if arg[1] == "prepare" then
  local path = os.getenv "BENCH_STATE"
  assert(stack:import("service-00001", "prod/service-00001"))
  local state = assert(json.decode(core.system.read_file(path)))
  local record = core.json(state.services["service-00001"])
  for _, address in ipairs(stack.order) do
    state.services[address] = json.decode((record:gsub("service%-00001", address)))
    state.services[address].imported = nil
  end
  assert(core.system.write_file(path, core.json(state, 2) .. "\n"))
  return
end

local start = core.system.monotonic()
local plan = assert(stack:plan())
local took = core.system.monotonic() - start
assert(plan:is_empty() and plan.summary.no_op == #stack.order, "the plan is not empty")
print(("%.6f"):format(took))
