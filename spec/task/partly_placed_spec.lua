-- Several tasks of one declaration of which ECS placed some, and nobody heard of it.
local migrating = require "support.migrating"

local stack_of = migrating.stack_of

local world

before_each(function() world = migrating.world() end)

local function ran()
  local list = {}
  for _, task in ipairs(migrating.ran(world)) do list[#list + 1] = task.taskDefinitionArn:match "[^/]+$" end
  table.sort(list)
  return list
end

describe("several tasks of which the answer was lost", function()
  local function lost()
    assert(stack_of(world):apply())
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 0, after = 100000 }
    world.sim:tasks { task_definition = "api:2", outcome = "no_capacity", times = 1 }
    world.sim:fault { operation = "RunTask", reset_after = true, times = 3 }
    assert.is_nil((stack_of(world, "acme/api:2", { count = 3 }):apply()))
  end

  local function again()
    local result, err = stack_of(world, "acme/api:2", { count = 3 }):apply()
    assert.is_nil(result)
    assert.equal("api:1", migrating.runs(world))
    return err.errors and err.errors[1] or err
  end

  it("are not taken for all of them when fewer are found: the same token tells", function()
    lost()
    local err = again()
    assert.equal("TaskNotPlaced", err.code)
    assert.equal(2, #err.tasks)
    assert.same({ "api:1", "api:2", "api:2" }, ran())
  end)

  it("are told to be fewer where the token is not known any more", function()
    lost()
    world.sim:advance(25 * 3600)
    local err = again()
    assert.equal("OutcomeUnknown", err.code)
    assert.truthy(err.message:find("2 of its 3 tasks", 1, true), err.message)
  end)

  it("are not taken for all of them either where the run was killed when it had the answer", function()
    lost()
    local state = assert(stack_of(world):read_state())
    local journal = state.journal["task.migrate"]
    local arns = {}
    for _, task in ipairs(migrating.ran(world)) do
      if task.taskDefinitionArn:find "api:2$" then arns[#arns + 1] = task.taskArn end
    end
    journal.tasks = arns
    assert(state:save { ["task.migrate"] = true })
    assert.equal("TaskNotPlaced", again().code)
  end)
end)
