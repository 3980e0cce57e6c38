-- Documents that were damaged, in whatever member: each is refused as what it is, with the place of the damage, and
-- nothing raises.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local errors = require "ecs_service.errors"
local journey = require "support.journey"

local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"

local folder

before_each(function() folder = journey.folder() end)
after_each(journey.clean)

local NOTHING = {}
local WRONG = { { "nothing", NOTHING }, { "true", true }, { "a text", "x" }, { "a number", 77.5 },
  { "a huge number", 1e300 }, { "a list", { 1 } }, { "a table", core.object { odd = 1 } } }

local function copy(value)
  if type(value) ~= "table" then return value end
  local made = {}
  for key, member in pairs(value) do made[key] = copy(member) end
  return setmetatable(made, getmetatable(value))
end

-- What AWS had, or a declaration said, may be anything: two kinds of damage tell there.
local FREE = { attributes = true, actual = true, before = true, after = true, config = true }

-- Calls `try` with a copy of the document for every member and everything wrong that can stand there.
local function each_damage(document, try)
  local function visit(path, value, free)
    if type(value) ~= "table" then return end
    for key, member in pairs(value) do
      local inner = copy(path)
      inner[#inner + 1] = key
      for i = 1, free and 2 or #WRONG do
        local wrong = WRONG[i]
        local damaged = copy(document)
        local holder = damaged
        for depth = 1, #inner - 1 do holder = holder[inner[depth]] end
        if wrong[2] == NOTHING and type(key) == "number" then
          table.remove(holder, key)
        elseif wrong[2] == NOTHING then
          holder[key] = nil
        else
          holder[key] = copy(wrong[2])
        end
        local steps = {}
        for depth, step in ipairs(inner) do steps[depth] = tostring(step) end
        try(damaged, ("%s: %s"):format(table.concat(steps, "."), wrong[1]))
      end
      visit(inner, member, free or FREE[key])
    end
  end
  visit({}, document, false)
end

-- What answered is an error of one of these codes that says where, or none at all.
local function judged(codes, where, ok, result, err)
  assert.is_true(ok, where .. " raised " .. tostring(result))
  if result ~= nil then return end
  assert.is_true(errors.is(err), where)
  if codes[err.code] then assert.is_string(err.message, where) end
  return err
end

-- A state with everything in it: a record with a history, what a killed run began, and what a replacement left.
local function state_text(sim)
  local path = folder .. "/state.json"
  local stack = journey.stack(sim, { state = path })
  stack:service("web", journey.web { wait_for_steady_state = true, timeouts = { create = "20m" }, tags = { a = "b" },
    lifecycle = { ignore_changes = { "desired_count" } },
    load_balancer = { { target_group_arn = TARGET, container_name = "web",
      container_port = 80 } } })
  stack:service("api", journey.web { name = "api", depends_on = { "web" } })
  assert(stack:apply())
  local document = assert(core.read_json(journey.read(path)))
  local web = document.services.web
  web.deposed, web.undeclared, web.durations = { cluster = "prod", name = "old" }, { "x.y" }, { 12, 13 }
  web.reason, web.imported = "a reason", true
  document.journal = { web = { operation = "UpdateService", begun = "2026-11-28T20:00:00Z", by = "a@b",
    cluster = "prod", service = "web", client_token = "t", digest = "d", config = "c",
    primary = "ecs-svc/1", revision = "web:1", carried = { "x" }, deployment_id = "ecs-svc/1", deployed = 5,
    arn = web.attributes.id, verb = "redeploy" },
    gone = { operation = "CreateService", begun = "2026-11-28T20:00:00Z", by = "a@b", cluster = "prod",
      service = "gone" } }
  return document, path
end

describe("a state that is damaged in one member", function()
  it("is StateCorrupt, with that member, wherever this tool relies on it; nothing raises", function()
    local sim = journey.simulator()
    local document, path = state_text(sim)
    local codes = { StateCorrupt = true, StateForeign = true, StateNewer = true }
    local refused, count = 0, 0
    each_damage(document, function(damaged, where)
      journey.write(path, core.json(damaged, 2))
      local stack = journey.stack(sim, { state = path })
      stack:service("web", journey.web())
      local err = judged(codes, where, pcall(stack.state_items, stack))
      count = count + 1
      if err then
        refused = refused + 1
        assert.is_true(codes[err.code], where .. err.code)
        if err.code == "StateCorrupt" then
          assert.is_string(err.member, where)
          assert.is_truthy(err.message:find(err.member, 1, true), err.message)
        end
      else -- what is recorded of a service is as AWS had it: nothing may raise for it
        local free = where:find("attributes", 1, true) or where:find("lifecycle.", 1, true)
          or where:find("timeouts.", 1, true) or where:find("imported", 1, true) or where:find("force_delete", 1, true)
          or where:find("settled", 1, true)
        assert.is_truthy(free or not where:find ": true$", where)
        for _, verb in ipairs { "plan", "status", "history" } do
          judged(codes, where .. " " .. verb, pcall(stack[verb], stack, verb == "history" and "web" or nil))
        end
      end
    end)
    assert.is_true(refused > count / 3, ("%d of %d"):format(refused, count))
  end)

  for _, case in ipairs { { "serial", 77.5 }, { "serial", -1 }, { "serial", 1e300 }, { "version", 1.5 },
    { "version", "1" }, { "lineage", 5 }, { "services", 5 } } do
    it(("(%s is %s) is neither used nor pushed"):format(case[1], tostring(case[2])), function()
      local sim = journey.simulator()
      local document, path = state_text(sim)
      local before = journey.read(path)
      document[case[1]] = case[2]
      local stack = journey.stack(sim, { state = path })
      local pushed, err = stack:push_state(core.json(document))
      assert.is_nil(pushed)
      assert.equal("StateCorrupt", err.code)
      assert.equal(case[1], err.member)
      assert.equal(before, journey.read(path))
    end)
  end
end)

describe("a saved plan that is damaged in one member", function()
  it("is PlanCorrupt with that member, or stale, or shows what it is; nothing raises", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    stack:service("web", journey.web { tags = { a = "b" } })
    stack:service("api", journey.web { name = "api" })
    assert(stack:apply())
    local newer = journey.stack(sim)
    newer.backend = stack.backend
    newer:service("web", journey.web { task_definition = "web:2", tags = { a = "c" } })
    local path = folder .. "/plan.json"
    assert(assert(newer:plan()):save(path))
    local codes = { PlanCorrupt = true, PlanNewer = true, PlanStale = true, WrongPlace = true }
    local corrupt = 0
    each_damage(assert(core.read_json(journey.read(path))), function(damaged, where)
      journey.write(path, core.json(damaged))
      local ok, plan, err = pcall(ecs.load_plan, path)
      err = judged(codes, where, ok, plan, err)
      if err then
        assert.is_true(codes[err.code], where)
        corrupt = corrupt + 1
        if err.member then assert.is_truthy(err.message:find(err.member, 1, true), err.message) end
      else
        local shown, text = pcall(plan.render, plan)
        assert.is_true(shown, where .. " render raised " .. tostring(text))
        local listed, list = pcall(plan.to_table, plan)
        assert.is_true(listed, where .. " to_table raised " .. tostring(list))
        judged(codes, where, pcall(newer.apply, newer, plan, { approve = function() return false end }))
      end
    end)
    assert.is_true(corrupt > 50, corrupt)
  end)
end)

describe("a state of Terraform that is damaged in one member", function()
  it("is TerraformState with that member, or skips what is not whole; nothing raises", function()
    local sim = journey.simulator()
    local own = journey.stack(sim)
    own:service("web", journey.web())
    assert(own:apply())
    local document = { version = 4, terraform_version = "1.9.0", serial = 3, lineage = "x", resources = {
      { mode = "managed", type = "aws_ecs_service", name = "web", module = "module.a", instances = {
        { index_key = "x", attributes = { name = "web", cluster = "prod", triggers = { a = "b" },
          timeouts = { create = "20m" }, wait_for_steady_state = true, force_new_deployment = true },
          sensitive_attributes = { { { type = "get_attr", value = "tags" } } } } } },
      { mode = "data", type = "aws_vpc", name = "main", instances = { { attributes = { id = "vpc-1" } } } } } }
    local path = folder .. "/terraform.tfstate"
    local refused = 0
    each_damage(document, function(damaged, where)
      journey.write(path, core.json(damaged))
      local stack = journey.stack(sim)
      local err = judged({ TerraformState = true }, where, pcall(stack.import_tfstate, stack, path, { dry_run = true }))
      if err then
        refused = refused + 1
        assert.equal("TerraformState", err.code, where)
        if err.member then assert.is_truthy(err.message:find(err.member, 1, true), err.message) end
      end
    end)
    assert.is_true(refused > 60, refused)
  end)
end)

describe("recorded events that are damaged in one member", function()
  it("are EventsCorrupt with line and member, or are drawn; nothing raises", function()
    local sim = journey.simulator()
    local path = folder .. "/events"
    local lines = {}
    sim:tasks { outcome = "pull_error" }
    local stack = journey.stack(sim)
    stack:service("web", journey.web { wait_for_steady_state = true,
      deployment_circuit_breaker = { enable = true, rollback = true } })
    stack:apply { on_event = function(event)
      lines[#lines + 1] = core.json(require "ecs_service.render.json_documents".plain(event))
    end }
    local seen, refused = {}, 0
    for _, line in ipairs(lines) do
      local event = assert(core.read_json(line))
      if not seen[event.type] then
        seen[event.type] = true
        each_damage(event, function(damaged, where)
          local text = lines[1] .. "\n" .. core.json(damaged)
          where = event.type .. " " .. where
          local ok, read, err = pcall(require "ecs_service.timeline.rollouts".read, text, path)
          err = judged({ EventsCorrupt = true }, where, ok, read, err)
          if err then
            refused = refused + 1
            assert.equal("EventsCorrupt", err.code, where)
            assert.is_truthy(err.message:find(path .. ":2:", 1, true), err.message)
          else
            local drawn, problem = pcall(ecs.timeline, read)
            assert.is_true(drawn, where .. " raised " .. tostring(problem))
          end
        end)
      end
    end
    assert.is_true(seen.state and seen["done"] and refused > 60, refused)
  end)

  it("raise from ecs.timeline at the caller's line, with the item and its member", function()
    local ok, raised = pcall(function()
      ecs.timeline { { address = "web", at = 5, type = "state", deployments = 5 } }
    end)
    assert.is_false(ok)
    assert.is_truthy(raised:find "damaged_spec.lua:%d+: ecs.timeline: item 1 is no event: see its deployments$", raised)
  end)
end)

describe("a lock that is damaged in one member", function()
  it("is somebody's all the same", function()
    local path = folder .. "/state.json"
    local holder = { id = "5f0c", user = "deploy", host = "ci-17", pid = 4711, operation = "apply",
      since = "2026-11-28T20:00:00Z" }
    each_damage(holder, function(damaged, where)
      journey.write(path .. ".lock", core.json(damaged))
      local stack = journey.stack(journey.simulator(), { state = path })
      judged({ Locked = true }, where, pcall(stack.plan, stack))
      local ok, raised = pcall(stack.lock_holder, stack)
      assert.is_true(ok, where .. " raised " .. tostring(raised))
      os.remove(path .. ".lock")
    end)
  end)
end)
