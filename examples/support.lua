-- What the examples share: where they run, and showing what happens. By default each one runs against a simulated ECS
-- in its own process, on virtual time: no account, no network, no waiting. With ECS_SERVICE_AWS=1 it runs against AWS,
-- with the region and the credentials of the environment.
local ecs = require "ecs_service"

local support = {}

io.stdout:setvbuf "line" -- so that plans and progress stand in their order in a log as well

support.real = os.getenv "ECS_SERVICE_AWS" == "1"

--- Options for ecs.stack. `scene` is what the simulated account has beforehand.
function support.options(name, scene)
  if support.real then
    return { state = "example-" .. name .. ".state.json" } -- region and credentials: environment, profile
  end
  scene.region = "us-west-2"
  return { region = "us-west-2", state = false, transport = ecs.simulator(scene) }
end

local function give_up(err)
  io.stderr:write(err:render(), "\n")
  os.exit(1)
end

--- Applies a plan with progress as the command shows it; a run from a pipe or a test gets a line for each change.
function support.apply(stack, plan)
  local progress = ecs.progress()
  local result, err = stack:apply(plan, { on_event = progress.on_event, interrupted = progress.tick })
  progress.finish()
  if not result then give_up(err) end
  return result
end

--- Plans, shows the plan, applies it with progress, and shows that nothing is left to do.
function support.deploy(stack, options)
  if arg and arg[0] and arg[0]:find("ecs-service", 1, true) and not arg[0]:find("%.lua$") then
    return stack -- the command ecs-service only wants the declarations
  end
  local plan, err = stack:plan(options)
  if not plan then give_up(err) end
  print(plan:render())
  support.apply(stack, plan)
  local second, problem = stack:plan()
  if not second then give_up(problem) end
  print(second:render())
  if not second:is_empty() then
    io.stderr:write("the second plan should have been empty\n")
    os.exit(1)
  end
  return stack
end

--- Runs generated declarations, in which `stack` is the stack.
function support.declare(stack, source)
  local compile = rawget(_G, "loadstring") or load
  assert(compile("local stack = ...\n" .. source, "=generated"))(stack)
end

support.give_up = give_up

return support
