--- Random sequences of valid requests leave a simulated account in which counts add up, names are unique, what is gone
--- stays gone, and services come to rest as they were asked to. ECS_TEST_SEED repeats a sequence, ECS_TEST_SEQUENCES
--- says how many there are.
local run = require "support.simulator_random"

describe("a simulated account", function()
  local sequences = tonumber(os.getenv "ECS_TEST_SEQUENCES") or 300
  local first = tonumber(os.getenv "ECS_TEST_SEED") or os.time() % 1000000

  it(("keeps its invariants in %d random sequences, from seed %d"):format(sequences, first), function()
    for seed = first, first + sequences - 1 do
      local ok, problem = pcall(run, seed)
      if not ok then error(("ECS_TEST_SEED=%d: %s"):format(seed, tostring(problem)), 0) end
    end
  end)
end)
