-- Whatever is declared validly, the plan after its registration is empty: for what ECS fills in, reorders and converts.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local random_definitions = require "support.random_definitions"

describe("a task definition that was registered", function()
  it("is no change, whatever it says", function()
    local sim = ecs.simulator { region = "us-west-2" }
    local first = tonumber(os.getenv "ECS_TEST_SEED") or os.time() % 100000
    local count = tonumber(os.getenv "ECS_TEST_ROUNDS") or 300
    for seed = first, first + count - 1 do
      local config = random_definitions.one(seed)
      local where = ("seed %d: "):format(seed)
      local normal, err = ecs.validate_task_definition(config)
      assert(normal, where .. tostring(err))
      local _, body = core.definition_body(normal)
      local registered, refused = sim:call("RegisterTaskDefinition", body)
      assert(registered, where .. tostring(refused and refused.message))
      local answer = assert(sim:call("DescribeTaskDefinition", { taskDefinition = config.family,
        include = { "TAGS" } }))
      local change = assert(ecs.plan_task_definition(config, answer))
      assert(change.action == "no-op", where .. change.action .. " " .. core.json(change.diff))
      -- What ECS has, declared as it answers it, is the same once more.
      local again = assert(ecs.plan_task_definition({ taskDefinition = answer.taskDefinition, tags = answer.tags },
        answer))
      assert(again.action == "no-op", where .. "as answered: " .. again.action .. " " .. core.json(again.diff))
    end
    print(("task definitions there and back: seeds %d to %d"):format(first, first + count - 1))
  end)
end)
