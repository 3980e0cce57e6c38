-- A simulated ECS for the example: web:13 and worker:13 cannot be started, everything else can.
--   luajit simulator.lua [SPEED]       prints its URL
local sim = require("ecs_service.simulator").new {
  clusters = { "default" }, task_definitions = { "web:20", "worker:20" }, start_time = os.time(),
}
for _, family in ipairs { "web", "worker" } do
  sim:tasks { task_definition = family .. ":13", outcome = "pull_error" }
end
assert(sim:serve {
  speed = tonumber(arg and arg[1]) or 1,
  on_ready = function(url)
    print(url)
    io.stdout:flush()
  end,
})
