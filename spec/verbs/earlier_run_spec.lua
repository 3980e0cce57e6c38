-- A run that was killed left requests open: what the next one says about it, for which services it waits, and what it
-- says when there is nothing left to do.
local cjson = require "cjson.safe"
local command = require "support.command"
local journey = require "support.journey"
local memory = require "ecs_service.state.memory"
local reaper = require "support.reaper"

local sim, backend

local function stack_of(revision, given)
  local stack = journey.stack(sim, given)
  stack.backend = backend
  stack:service("web", journey.web { task_definition = revision })
  stack:service("db", journey.web { name = "db", task_definition = "db:1" })
  return stack
end

-- An update of web that AWS has carried out, and of which the run never heard.
local function killed()
  sim, backend = journey.simulator { task_definitions = { "web:3", "db:2" } }, memory.new()
  assert(stack_of "web:1":apply())
  sim:advance(60)
  for nth = 1, 60 do
    local reap = reaper.at(nth)
    local kept = backend.text
    local dying = stack_of("web:2", { transport = reap.transport(sim) })
    dying.backend = reap.backend(backend)
    local ran = pcall(function() return assert(dying:apply()) end)
    assert(not ran, "it was not killed in time")
    backend:unlock()
    local done = journey.service(sim).taskDefinition:match "[^/]+$" == "web:2"
    if done and next(assert(cjson.decode(backend.text)).journal) then return end
    backend.text = done and backend.text or kept
  end
  error "there was no such moment"
end

-- What a verb was told, and how long it took.
local function told(run)
  local list, from = {}, sim:now()
  local result, err = run(function(event) list[#list + 1] = event end)
  assert(result, err)
  local earlier
  for _, event in ipairs(list) do
    if event.type == "earlier_run" then earlier = event end
  end
  return earlier, sim:now() - from, result
end

describe("after a run that was killed, a plan", function()
  before_each(killed)
  after_each(journey.clean)

  it("says after a second what it waits for, and of whom that is", function()
    local from = sim:now()
    local event, took = told(function(on_event) return stack_of "web:2":plan { on_event = on_event } end)
    assert.same({ "web" }, event.addresses)
    assert.equal(1, event.open)
    assert.near(from + 1, event.at, 0.1)
    assert.truthy(event.by:find "@")
    assert.near(from, event.began, 120)
    assert.is_true(took >= 5 and took < 7, took)
  end)

  it("says it to the stack's own listener, too", function()
    local event = told(function(on_event) return stack_of("web:2", { on_event = on_event }):plan() end)
    assert.same({ "web" }, event.addresses)
  end)

  it("of other services does not wait, and says nothing", function()
    for _, opts in ipairs { { target = "db" }, { exclude = "web" } } do
      local event, took = told(function(on_event)
        opts.on_event = on_event
        return stack_of "web:2":plan(opts)
      end)
      assert.is_nil(event)
      assert.is_true(took < 1, took)
    end
  end)

  it("of the service under another address waits all the same", function()
    local event = told(function(on_event)
      local stack = journey.stack(sim)
      stack.backend = backend
      stack:service("site", journey.web { task_definition = "web:2" })
      return stack:plan { on_event = on_event, refresh_only = true }
    end)
    assert.same({ "web" }, event.addresses)
  end)

  it("does not wait on when it is interrupted", function()
    local from, asked = sim:now(), 0
    local _, err = stack_of "web:2":plan { interrupted = function()
      asked = asked + 1
      return asked > 2
    end }
    assert.equal("Interrupted", err.code)
    assert.is_true(sim:now() - from < 2)
  end)

  it("and a verb of that service wait, and those of another do not", function()
    local event = told(function(on_event)
      return stack_of "web:2":scale("web", 3, { dry_run = true, on_event = on_event })
    end)
    assert.same({ "web" }, event.addresses)
    event = told(function(on_event)
      return stack_of "web:2":stop("web", { dry_run = true, on_event = on_event })
    end)
    assert.same({ "web" }, event.addresses)
    local took
    event, took = told(function(on_event)
      return stack_of "web:2":scale("db", 3, { dry_run = true, on_event = on_event })
    end)
    assert.is_nil(event)
    assert.is_true(took < 1, took)
  end)

  it("says what is finished instead of that nothing changes, until an apply has recorded it", function()
    local plan = assert(stack_of "web:2":plan())
    assert.is_true(plan:is_empty())
    assert.same({ "web" }, plan.finished.addresses)
    local text = plan:render()
    assert.truthy(text:find("Nothing is left to do: finished what the run of %d%d:%d%d began %(.-@.-%): web%. "
      .. "2 services match their declarations%."), text)
    assert.is_nil(text:find("No changes", 1, true))
    assert.same({ "web" }, plan:to_table().finished.addresses)
    assert(stack_of "web:2":apply())
    plan = assert(stack_of "web:2":plan())
    assert.is_nil(plan.finished)
    assert.truthy(plan:render():find("No changes. 2 services match their declarations.", 1, true))
  end)

  it("has the date of a run of another day", function()
    sim:advance(3 * 86400)
    local text = assert(stack_of "web:2":plan()):render()
    assert.truthy(text:find "finished what the run of %d%d%d%d%-%d%d%-%d%d %d%d:%d%d began", text)
  end)
end)

describe("after a run that was killed, the command", function()
  before_each(function()
    killed()
    command.begin(sim)
    command.declare { revision = 2, count = 2 }
    local state = assert(cjson.decode(backend.text))
    state.services.db = nil
    journey.write(command.folder .. "/state.json", cjson.encode(state))
  end)
  after_each(function()
    command.clean()
    journey.clean()
  end)

  local SAID = "an earlier run %(.-@.-, %d%d:%d%d%) left 1 request open; looking what became of it"

  it("plan says so on standard error", function()
    local _, out, err = command.run({}, "plan", command.script)
    assert.truthy(err:find(SAID), err)
    assert.is_nil(out:find("earlier run", 1, true))
  end)

  it("plan --json says nothing beside the plan", function()
    local _, out, err = command.run({}, "plan", command.script, "--json")
    assert.equal("", err)
    assert.truthy(cjson.decode(out))
  end)

  it("apply says so among its events, and what is finished in the end", function()
    local code, out, err = command.run({}, "apply", command.script, "--auto-approve")
    assert.equal(0, code, err)
    assert.truthy(err:find(SAID), err)
    assert.truthy(out, out)
  end)

  it("apply --json has it as an event", function()
    local _, out = command.run({}, "apply", command.script, "--auto-approve", "--json")
    local found
    for line in out:gmatch "[^\n]+" do
      local document = cjson.decode(line)
      if document.type == "earlier_run" then found = document end
    end
    assert.same({ "web" }, found.addresses)
  end)

  it("scale --dry-run says so", function()
    local _, _, err = command.run({}, "scale", "web", "3", "--dry-run", "--file", command.script)
    assert.truthy(err:find(SAID), err)
  end)
end)
