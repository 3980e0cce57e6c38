-- A simulated ECS for the example: web:13 and worker:13 cannot be started, migrate:2 fails, everything else works.
--   luajit simulator.lua [SPEED]       prints its URL
local sim = require("ecs_service.simulator").new {
  clusters = { "default" }, task_definitions = { "web:20", "worker:20" }, start_time = os.time(),
}
for _, family in ipairs { "web", "worker" } do
  sim:tasks { task_definition = family .. ":13", outcome = "pull_error" }
end
for _ = 1, 2 do
  assert(sim:call("RegisterTaskDefinition", { family = "migrate", containerDefinitions = { { name = "migrate",
    image = "shop/migrate", memory = 64, environment = { { name = "DB_PASSWORD", value = "correct-horse-battery" } },
    logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "/ecs/shop",
      ["awslogs-region"] = os.getenv "AWS_REGION" or "us-west-2", ["awslogs-stream-prefix"] = "shop" } } } } }))
end
sim:tasks { task_definition = "migrate:1", log = { "opening the database with correct-horse-battery", "3 migrations" } }
sim:tasks { task_definition = "migrate:2", outcome = "exit", exit_code = 3,
  log = { "opening the database with correct-horse-battery", "no such table: <orders>" } }
assert(sim:serve {
  speed = tonumber(arg and arg[1]) or 1,
  on_ready = function(url)
    print(url)
    io.stdout:flush()
  end,
})
