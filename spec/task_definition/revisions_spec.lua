-- What there is of a task definition, and how old revisions go: stack:revisions, stack:deregister.
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"

local definition = declared.definition

local world

local function image(number, more) return definition({ image = "acme/api:" .. number }, more) end

local function pair(config) return declared.pair(world, config) end

local function apply_all(last, more)
  for i = 1, last do assert(pair(image(i, more)):apply()) end
  world.sim:advance(300) -- the last old tasks stop
end

local function of_others(number)
  return assert(world.sim:call("RegisterTaskDefinition", { family = "api", containerDefinitions = {
    { name = "app", image = "others/api:" .. number, memory = 64 },
    { name = "side", image = "others/side:1", memory = 64 } } })).taskDefinition.taskDefinitionArn
end

local function guest(revision)
  assert(world.sim:call("CreateService", { cluster = "prod", serviceName = "guest", taskDefinition = revision,
    desiredCount = 1 }))
  world.sim:advance(300)
end

local function statuses()
  local list = {}
  for _, one in ipairs(assert(pair(image(1)):revisions("task_definition.api", { limit = 1000 })).entries) do
    list[#list + 1] = one.revision .. " " .. one.status
  end
  return list
end

before_each(function() world = declared.world() end)

describe("the revisions of a task definition", function()
  it("are listed with their images, who uses them, and who registered them, the newest first", function()
    apply_all(2)
    of_others(3)
    guest "api:1"
    assert(world.sim:call("RunTask", { cluster = "prod", taskDefinition = "api:3" }))
    local stack, api, service = pair(image(2))
    local found = assert(stack:revisions(api))
    assert.same({ "task_definition.api", "api", "task_definition.api", 3 },
      { found.name, found.family, found.address, found.total })
    local newest, current, first = found.entries[1], found.entries[2], found.entries[3]
    assert.same({ "api:3", 3, "ACTIVE", false }, { newest.revision, newest.number, newest.status, newest.here })
    assert.is_nil(newest.current)
    assert.same({ { container = "app", image = "others/api:3" }, { container = "side", image = "others/side:1" } },
      newest.images)
    assert.truthy(newest.used_by[1]:find("^the task %x+ in prod$"))
    assert.same({ "api:2", true, true }, { current.revision, current.here, current.current })
    assert.equal("the service prod/api", current.used_by[1])
    assert.truthy(type(current.registered_at) == "number" and current.registered_by:find "^arn:")
    assert.same({ "api:1", true }, { first.revision, first.here })
    assert.equal("the service prod/guest", first.used_by[1])
    for _, same in ipairs { "api", "task_definition.api", service } do
      assert.same(found.entries, assert(stack:revisions(same)).entries)
    end
    assert.same(found.entries, assert(api:revisions()).entries)
  end)

  it("are so many as are asked for, and how many there are is told", function()
    apply_all(5)
    declared.from_now(world)
    local found = assert(pair(image(5)):revisions("api", { limit = 2 }))
    assert.same({ 5, 2, "api:5" }, { found.total, #found.entries, found.entries[1].revision })
    assert.equal(2, declared.count(world, "DescribeTaskDefinition"))
  end)

  it("are those of a family, too, which no stack declares: in all clusters, where it knows none", function()
    of_others(1)
    guest "api:1"
    local stack = assert(ecs.stack { region = "us-west-2", transport = world.sim, state = false })
    local found = assert(stack:revisions "api")
    assert.is_nil(found.address)
    assert.same({ "the service prod/guest" }, found.entries[1].used_by)
    assert.is_true(found.entries[1].current)
    assert.same({}, assert(stack:revisions("api", { cluster = "other" })).entries[1].used_by)
  end)

  it("are INACTIVE ones, too", function()
    apply_all(2)
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:1" }))
    assert.same({ "api:2 ACTIVE", "api:1 INACTIVE" }, statuses())
  end)

  it("are listed where nobody may look who uses them, and that is told", function()
    apply_all(1)
    world.sim:fault { operation = "ListServices", code = "AccessDeniedException", http_status = 400, message = "no",
      times = 1 }
    local found = assert(pair(image(1)):revisions "api")
    assert.equal("AccessDeniedException", found.unread[1].code)
    assert.is_nil(found.entries[1].used_by)
  end)

  it("are an error of what is no task definition, and of a family that ECS does not have", function()
    local _, err = pair(image(1)):revisions "task_definition.other"
    assert.equal("NotFound", err.code)
    _, err = pair(image(1)):revisions "nobodys"
    assert.equal("NotFound", err.code)
    assert.truthy(err.message:find("nobodys", 1, true))
  end)
end)

describe("deregister", function()
  it("leaves the newest revisions and those that are in use, whoever registered them", function()
    apply_all(3)
    of_others(4)
    of_others(5)
    guest "api:1"
    local stack, api = pair(image(3))
    local plan = assert(stack:deregister(api, { keep = 1, dry_run = true }))
    assert.equal("deregister", plan.changes[1].action)
    assert.equal("RevisionInUse", plan.warnings[1].code)
    assert.truthy(plan.warnings[1].message:find("api:1 (the service prod/guest)", 1, true))
    assert.truthy(plan:render { color = false }:find("deregister api:2, api:4", 1, true))
    assert.equal("api:1 api:2 api:3 api:4 api:5", declared.active(world))
    local result = assert(api:deregister { keep = 1 })
    assert.same({ "api:2", "api:4" }, result.deregistered)
    assert.same({}, result.deleted)
    assert.equal("done", result.changes[1].outcome)
    assert.equal("api:1 api:3 api:5", declared.active(world))
    local entry = assert(stack:state_entry "task_definition.api")
    assert.equal(2, #entry.revisions)
    assert.is_nil(entry.journal)
    assert.is_true(assert(stack:deregister("api", { keep = 1, dry_run = true })):is_empty())
    assert.is_true(assert(pair(image(3)):plan()):is_empty())
    assert.equal(0, declared.count(world, "DeleteTaskDefinitions"))
  end)

  it("keeps as many as are declared, unless it is told how many", function()
    apply_all(4)
    local _, err = pair(image(4)):deregister "api"
    assert.same({ "WrongOption", "keep" }, { err.code, err.path })
    assert(pair(image(4, { keep = 3 })):deregister "api")
    assert.equal("api:2 api:3 api:4", declared.active(world))
  end)

  it("leaves the revision that the address stands for, whoever registered newer ones", function()
    local function alone()
      local stack = declared.stack(world)
      return stack, stack:task_definition("api", image(1))
    end
    assert(alone():apply())
    of_others(2)
    of_others(3)
    local result = assert(alone():deregister("task_definition.api", { keep = 1 }))
    assert.same({ "api:2" }, result.deregistered)
    assert.is_true(assert(alone():plan()):is_empty())
  end)

  it("asks, and does nothing when the answer is no", function()
    apply_all(3)
    local shown
    local _, err = pair(image(3)):deregister("api", { keep = 1, approve = function(plan)
      shown = plan
      return false
    end })
    assert.equal("NotApproved", err.code)
    assert.equal(2, #shown.changes[1].revisions)
    assert.equal("api:1 api:2 api:3", declared.active(world))
  end)

  it("leaves a revision that came into use while it asked, and says so", function()
    apply_all(3)
    local result = assert(pair(image(3)):deregister("api", { keep = 1, delete = true, approve = function()
      guest "api:1"
      return true
    end }))
    assert.same({ "api:2" }, result.deregistered)
    assert.truthy(result.warnings[1].message:find("api:1 (the service prod/guest)", 1, true))
    assert.equal("api:1 api:3", declared.active(world))
  end)

  it("deletes what is INACTIVE then, by ten at once, and nothing that is in use", function()
    apply_all(1)
    for i = 2, 24 do of_others(i) end
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:2" }))
    guest "api:3"
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:3" }))
    local stack = pair(image(1))
    local plan = assert(stack:deregister("api", { keep = 1, delete = true, dry_run = true }))
    assert.same({ "deregister", "delete" }, { plan.changes[1].action, plan.changes[2].action })
    assert.truthy(plan:render { color = false }:find("delete 21 revisions", 1, true))
    declared.from_now(world)
    local told = {}
    local result = assert(stack:deregister("api", { keep = 1, delete = true, on_event = function(event)
      told[event.type] = (told[event.type] or 0) + 1
    end }))
    assert.same({ deregistered = 20, deleted = 21 }, told)
    assert.equal(21, #result.deleted)
    for _, request in ipairs(world.sim.requests) do
      if request.operation == "DeleteTaskDefinitions" then assert.truthy(#request.body.taskDefinitions <= 10) end
    end
    assert.equal(3, declared.count(world, "DeleteTaskDefinitions"))
    local active = {}
    for _, status in ipairs(statuses()) do
      if not status:find "DELETE_IN_PROGRESS" then active[#active + 1] = status end
    end
    assert.same({ "api:24 ACTIVE", "api:3 INACTIVE", "api:1 ACTIVE" }, active)
  end)

  it("tells what ECS did not delete, with the reason", function()
    apply_all(3)
    local transport = setmetatable({}, { __index = world.sim })
    function transport.wait(_, timeout)
      local completion = world.sim:wait(timeout)
      local body = completion and completion.body or ""
      if body:find '"DELETE_IN_PROGRESS"' then
        completion.body = body:gsub('"failures":%[%]',
          '"failures":[{"arn":"arn:aws:ecs:us-west-2:1:task-definition/api:1","reason":"it is a test"}]')
      end
      return completion
    end
    local _, err = pair(image(3)):deregister("api", { keep = 1, delete = true })
    assert.is_nil(err)
    local stack = declared.stack({ sim = transport, backend = world.backend })
    of_others(4)
    of_others(5)
    _, err = stack:deregister("api", { keep = 1, delete = true })
    assert.equal("NotDeleted", err.code)
    assert.equal("it is a test", err.failures[1].reason)
    assert.truthy(err.message:find("it is a test", 1, true))
    assert.same({ "done", "failed" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.truthy(core.json(err:to_table()):find("it is a test", 1, true))
  end)

  it("stops where ECS refuses, and the record has what is done", function()
    apply_all(4)
    world.sim:fault { operation = "DeregisterTaskDefinition", code = "AccessDeniedException", http_status = 400,
      message = "no", after = 1, times = 1 }
    local stack = pair(image(4))
    local _, err = stack:deregister("api", { keep = 1, delete = true })
    assert.equal("AccessDeniedException", err.code)
    assert.same({ "failed", "skipped" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.same({ "api:1" }, err.result.deregistered)
    assert.equal(3, #assert(stack:state_entry "task_definition.api").revisions)
    assert(stack:deregister("api", { keep = 1 }))
    assert.equal("api:4", declared.active(world))
  end)

  it("is for a family without a state, too", function()
    for i = 1, 3 do of_others(i) end
    guest "api:1"
    local stack = assert(ecs.stack { region = "us-west-2", transport = world.sim, state = false })
    local result = assert(stack:deregister("api", { keep = 1 }))
    assert.same({ "api:2" }, result.deregistered)
    assert.equal("api:1 api:3", declared.active(world))
  end)

  it("takes a whole number from 1 on", function()
    for _, wrong in ipairs { 0, 1.5, -1 } do
      local _, err = pair(image(1)):deregister("api", { keep = wrong })
      assert.same({ "WrongOption", "keep" }, { err.code, err.path })
    end
  end)
end)
