-- Tasks that stand behind a service, with run = "deploy": owed to a deployment until they have ended well.
local migrating = require "support.migrating"

local world

before_each(function() world = migrating.world() end)

local function make(image, service)
  local all = { timeouts = { update = 60 } }
  for name, value in pairs(service or {}) do all[name] = value end
  return migrating.stack_of(world, image, { before = false, after = { "api" }, run = "deploy" }, all)
end

local function ran()
  local list = {}
  for _, task in ipairs(migrating.ran(world)) do list[#list + 1] = task.taskDefinitionArn:match "[^/]+$" end
  table.sort(list)
  return list
end

local function reason(image)
  local changes = assert(make(image):plan()).changes
  return changes[#changes].action == "run" and changes[#changes].reason or nil
end

describe("a task behind a deployment", function()
  before_each(function() assert(make "acme/api:1":apply()) end)

  it("that outlives the apply is run by the one that sees it end, once", function()
    world.sim:tasks { task_definition = "api:2", service = "api", outcome = "running", start_seconds = 600 }
    assert.is_nil((make "acme/api:2":apply()))
    assert.equal("an earlier run had begun to change api", reason "acme/api:2")
    assert.is_nil((make "acme/api:2":apply())) -- not steady yet
    assert.same({ "api:1" }, ran())
    world.sim:advance(700)
    assert(make "acme/api:2":apply())
    assert.same({ "api:1", "api:2" }, ran())
    assert.is_true(assert(make "acme/api:2":plan()):is_empty())
  end)

  it("is run again when it failed", function()
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 1, times = 2 }
    world.sim:tasks { task_definition = "api:2", service = "api", outcome = "running" }
    local result, err = make "acme/api:2":apply()
    assert.is_nil(result)
    assert.equal("TaskFailed", err.code)
    assert.equal("its last run did not end well", reason "acme/api:2")
    result, err = make "acme/api:2":apply()
    assert.is_nil(result)
    assert.equal("TaskFailed", err.code)
    assert(make "acme/api:2":apply())
    assert.is_nil(reason "acme/api:2")
  end)

  it("is run once also where nobody waits for the deployment", function()
    local function unwatched() return make("acme/api:2", { wait_for_steady_state = false }) end
    assert(unwatched():apply())
    world.sim:advance(300)
    assert.is_true(assert(unwatched():plan()):is_empty())
    assert.same({ "api:1", "api:2" }, ran())
  end)
end)
