-- Declared tasks where a run is about a part of the stack: what comes along, in which order, and what is remembered.
local migrating = require "support.migrating"

local actions, stack_of = migrating.actions, migrating.stack_of

local world

before_each(function() world = migrating.world() end)

local function ran()
  local list = {}
  for _, task in ipairs(migrating.ran(world)) do list[#list + 1] = task.taskDefinitionArn:match "[^/]+$" end
  table.sort(list)
  return list
end

local function begun()
  local list = {}
  for _, request in ipairs(world.sim.requests) do
    if request.operation == "RunTask" then
      list[#list + 1] = request.body.overrides.containerOverrides[1].command[1]
    elseif request.operation == "CreateService" then
      list[#list + 1] = "api"
    end
  end
  return list
end

describe("a declared task that is the target of a run", function()
  it("takes the task definition along that its service lends it", function()
    local plan = assert(stack_of(world):plan { target = { "task.migrate" } })
    assert.same({ "task_definition api register", "task migrate run" }, actions(plan))
    assert(stack_of(world):apply { target = { "task.migrate" } })
    assert.same({ "api:1" }, ran())
  end)

  it("runs what is declared now, and is not run once more behind it", function()
    assert(stack_of(world):apply())
    assert(stack_of(world, "acme/api:2"):apply { target = { "task.migrate" } })
    assert.same({ "api:1", "api:2" }, ran())
    assert.same({ "task_definition api no-op", "task migrate no-op", "service api update" },
      actions(assert(stack_of(world, "acme/api:2"):plan())))
  end)
end)

describe("a declared task whose task definition is left out", function()
  local SECRET = { name = "app", image = "acme/api:1", memory = 64, environment = { DB_PASSWORD = "hunter2hunter2" } }

  local function stack(image, command)
    local definition = migrating.definition()
    definition.container_definitions[1] = SECRET
    SECRET.image = image
    local made, _, web = migrating.pair(world, definition)
    made:task("migrate", { service = web, command = { command or "bin/migrate" }, before = { web } })
    return made
  end

  it("is not run again by what was run already, and is still owed to the definition that was left out", function()
    assert(stack("acme/api:1"):apply())
    local out = { exclude = { "task_definition.api" } }
    assert.equal(0, assert(stack("acme/api:2"):plan(out)).summary.run)
    assert(stack("acme/api:2", "bin/other"):apply(out)) -- with the revision that there is
    assert.same({ "api:1", "api:1" }, ran())
    assert.same({ "task_definition api register", "task migrate run", "service api update" },
      actions(assert(stack("acme/api:2", "bin/other"):plan())))
  end)
end)

describe("declared tasks that stand before each other", function()
  local function chain(options)
    local stack, migrate, web = stack_of(world, nil, options)
    stack:task("after", { service = web, command = { "after" }, after = { web } })
    stack:task("prepare", { service = web, command = { "prepare" }, before = { migrate } })
    return stack
  end

  it("are shown in the order in which they are run, which is that of what they stand before", function()
    assert.same({ "task_definition api register", "task prepare run", "task migrate run", "service api create",
      "task after run" }, actions(assert(chain():plan())))
    assert(chain():apply())
    assert.same({ "prepare", "bin/migrate", "api", "after" }, begun())
  end)

  it("come along with a service, each of them", function()
    assert.same({ "task_definition api register", "task prepare run", "task migrate run", "service api create" },
      actions(assert(chain():plan { target = { "api" } })))
  end)

  it("are warned of when one is left out before another task", function()
    local plan = assert(chain():plan { exclude = { "task.prepare" } })
    local last = plan.warnings[#plan.warnings]
    assert.same({ "TaskExcluded", "task.prepare" }, { last.code, last.service })
  end)

  it("are shown before a service that depends on them by its own words", function()
    local stack = migrating.stack(world)
    local api = stack:task_definition("api", migrating.definition())
    stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
      depends_on = { "task.migrate" } })
    stack:task("migrate", { task_definition = api, cluster = "prod", command = { "bin/migrate" } })
    assert.same({ "task_definition api register", "task migrate run", "service api create" },
      actions(assert(stack:plan())))
    assert(stack:apply())
    assert.same({ "bin/migrate", "api" }, begun())
  end)
end)

describe("what a declared task is run again for", function()
  local function stack(reversed, task)
    local list = { { name = "app", image = "acme/api:1", memory = 64 },
      { name = "side", image = "acme/s:1", memory = 64 } }
    if reversed then list[1], list[2] = list[2], list[1] end
    local made, _, web = migrating.pair(world, { network_mode = "bridge", container_definitions = list })
    local all = { service = web, command = { "bin/migrate" }, before = { web }, overrides = { container_overrides = {
      { name = "app", environment = { A = "1", B = "2" } }, { name = "side", memory = 32 } } } }
    for name, value in pairs(task or {}) do all[name] = value end
    made:task("migrate", all)
    return made
  end

  local function runs(...) return assert(stack(...):plan()).summary.run end

  it("is neither the container that is watched nor the order of containers and of their overrides", function()
    assert(stack():apply())
    assert.equal(0, runs())
    assert.equal(0, runs(nil, { container = "side" }))
    assert.equal(0, runs(true))
    assert.equal(0, runs(nil, { environment = {}, count = 1 }))
    assert.equal(0, runs(nil, { overrides = { container_overrides = { { name = "side", memory = 32 },
      { name = "app", environment = { { name = "B", value = "2" }, { name = "A", value = 1 } } } } } }))
    assert.equal(1, runs(nil, { overrides = { container_overrides = { { name = "side", memory = 33 },
      { name = "app", environment = { A = "1", B = "2" } } } } }))
    assert.equal(1, runs(nil, { environment = { C = "3" } }))
  end)

  it("is with run = deploy also a revision of what it stands behind", function()
    local function make(image)
      local made = migrating.stack(world)
      local api = made:task_definition("api", migrating.definition { image = image })
      made:task("scan", { task_definition = api, cluster = "prod", after = { api }, run = "deploy" })
      return made
    end
    assert(make("acme/api:1"):apply())
    assert.equal(0, assert(make("acme/api:1"):plan()).summary.run)
    assert.equal(1, assert(make("acme/api:2"):plan()).summary.run)
  end)
end)
