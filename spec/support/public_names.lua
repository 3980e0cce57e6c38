-- What of the module is there for others, and what is not though it can be reached.
return {
  -- What scripts require.
  MODULES = { "ecs_service", "ecs_service.scheduler", "ecs_service.credentials", "ecs_service.errors",
              "ecs_service.openresty", "ecs_service.openresty.board", "ecs_service.transport.curl",
              "ecs_service.simulator" },
  -- Methods that the parts of the module use among themselves, by class.
  INTERNAL = {
    Stack = { known = true, read_state = true, session = true, surroundings = true, with_lock = true,
              with_state = true, options_of_one = true, recorded_of = true },
    Simulator = { handle = true },
  },
}
