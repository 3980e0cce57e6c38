-- What people see: plans, errors and progress, from changes as the core makes them (src/core/plan/plan.h).
local json = require "ecs_service.render.json_documents"
local letters = require "ecs_service.render.terminal_text"
local live = require "ecs_service.render.progress_display"
local style = require "ecs_service.render.style"
local text = require "ecs_service.render.text"
local value = require "ecs_service.render.value"
local cjson = require "cjson.safe"

local PLAIN = { unicode = true, color = false }

local function lines_of(output)
  local list = {}
  for line in (output .. "\n"):gmatch("(.-)\n") do list[#list + 1] = line end
  return list
end

local function has(output, wanted)
  assert.truthy(output:find(wanted, 1, true), ("%q is not in:\n%s"):format(wanted, output))
end

local function lacks(output, unwanted)
  assert.falsy(output:find(unwanted, 1, true), ("%q is in:\n%s"):format(unwanted, output))
end

local function update(fields)
  local change = { address = "mongo", action = "update", service = "mongodb", cluster = "prod", before = {}, after = {},
                   diff = {}, drift = {}, replace_paths = {}, deployment = { starts = false, why = {} } }
  for key, member in pairs(fields) do change[key] = member end
  return change
end

local function plan_of(...)
  return { changes = { ... } }
end

local sketch = update {
  before = { desired_count = 2 },
  after = { desired_count = 3, deployment_circuit_breaker = { enable = true, rollback = true } },
  deployment = { starts = true, why = { "task_definition" }, controller = "ECS", tasks = { before = 2, after = 3 },
    running = { fewest = 2, most = 5 }, steps = 1, circuit_breaker = { threshold = 3, rollback = true } },
  diff = {
    { path = "task_definition", before = "mongo:6", after = "mongo:7", starts_deployment = true },
    { path = "desired_count", before = 2, after = 3 },
    { path = "load_balancer[1].container_port", before = 27017, after = 8080, starts_deployment = true,
      element = "changed" },
  },
}
local replacement = {
  address = "cache", action = "replace", service = "cache", cluster = "prod", steps = "delete,create",
  diff = { { path = "launch_type", before = "EC2", after = "FARGATE", forces_replacement = true } },
}
local quiet = { address = "worker", action = "no-op", service = "worker", cluster = "prod", diff = {},
  drift = { { path = "desired_count", before = 4, after = 9, ignored = true } } }

describe("a plan", function()
  it("shows old and new values in columns, with the marks at the right", function()
    assert.same({
      "  ~ mongo  prod/mongodb                         update in place, starts a deployment",
      '    ~ task_definition   "mongo:6" → "mongo:7"   ↻ starts a deployment',
      "    ~ desired_count     2         → 3",
      "    ~ load_balancer[1]",
      "        ~ container_port   27017 → 8080         ↻ starts a deployment",
      "    rollout: 2 → 3 tasks, at least 2 and at most 5 running; circuit breaker gives up after 3 failed tasks " ..
        "and rolls back",
      "",
      "-/+ cache  prod/cache                           replace (downtime: the name must be free first)",
      '  -/+ launch_type   "EC2" → "FARGATE"           # forces replacement',
      "",
      "drifted outside of this stack",
      "  worker  desired_count 4 → 9 (ignored: lifecycle.ignore_changes)",
      "",
      "Plan: 0 to create, 1 to update, 1 to replace, 0 to destroy. 1 unchanged.",
    }, lines_of(text.plan(plan_of(sketch, replacement, quiet), PLAIN)))
  end)

  it("says that nothing changes, and of how many services", function()
    assert.equal("No changes. 1 service matches its declaration.",
      text.plan(plan_of({ address = "a", action = "no-op" }), PLAIN))
    local three = plan_of({ address = "a", action = "no-op" }, { address = "b", action = "no-op" },
      { address = "c", action = "no-op" })
    assert.equal("No changes. 3 services match their declarations.", text.plan(three, PLAIN))
    assert.equal("No changes. No services are declared.", text.plan(plan_of(), PLAIN))
  end)

  it("counts unchanged services and does not list them", function()
    local output = text.plan(plan_of(replacement, { address = "still", action = "no-op" }), PLAIN)
    lacks(output, "still")
    has(output, "1 unchanged.")
  end)

  it("writes plain ASCII where the locale has nothing else", function()
    local output = text.plan(plan_of(sketch, replacement, quiet), { unicode = false })
    assert.falsy(output:find("[\128-\255]"))
    has(output, '"mongo:6" -> "mongo:7"')
    has(output, "* starts a deployment")
  end)

  it("escapes what lies beyond ASCII in values where the locale has nothing else", function()
    local change = update { diff = { { path = "tags.owner", before = "Zoë", after = "Ana" } } }
    has(text.plan(plan_of(change), { unicode = false }), '"Zo\\u{EB}"')
    has(text.plan(plan_of(change), PLAIN), '"Zoë"')
  end)

  it("uses colours only when told to", function()
    lacks(text.plan(plan_of(sketch, replacement, quiet), PLAIN), "\27")
    local coloured = text.plan(plan_of(sketch, replacement, quiet), { unicode = true, color = true })
    has(coloured, "\27[33m~\27[0m")
    assert.equal(text.plan(plan_of(sketch, replacement, quiet), PLAIN), (coloured:gsub("\27%[[%d;]*m", "")))
  end)

  it("fits into 40 columns without losing a character of a value", function()
    local arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef"
    local change = update { deployment = { starts = true }, diff = {
      { path = "load_balancer[1].target_group_arn", before = arn, after = arn .. "0", starts_deployment = true },
      { path = "launch_type", before = "EC2", after = "FARGATE", forces_replacement = true },
    } }
    local output = text.plan(plan_of(change, quiet), { unicode = true, width = 40 })
    for _, line in ipairs(lines_of(output)) do
      assert.truthy(letters.width(line) <= 40, line)
    end
    local joined = output:gsub("%s+", "")
    has(joined, '"' .. arn .. '"→"' .. arn .. '0"')
    has(output, "# forces replacement")
  end)

  it("keeps values whole when it is not written to a terminal", function()
    local long = ("x"):rep(500)
    has(text.plan(plan_of(update { diff = { { path = "iam_role", before = long, after = "y" } } }), PLAIN), long)
  end)

  it("does not let a value steer the terminal", function()
    local change = update { address = "a\27]0;x\7", diff = {
      { path = 'tags["\27[2J"]', before = "a\27[31mb\r\n", after = "\226\128\174evil\194\155", },
    }, reason = "gone\27[2J" }
    local output = text.plan(plan_of(change), PLAIN)
    assert.falsy(output:find("[%z\1-\9\11-\31\127]"))
    has(output, [["a\x1B[31mb\r\n"]])
    has(output, [["\u{202E}evil\u{9B}"]])
  end)

  it("hides sensitive values", function()
    local output = text.plan(plan_of(update { diff = { { path = "token", sensitive = true } } }), PLAIN)
    has(output, "~ token   (sensitive value)")
  end)

  it("says what is known only after apply", function()
    local change = { address = "mongo", action = "create", after = { name = "mongodb", cluster = "prod" },
      diff = { { path = "name", after = "mongodb" }, { path = "id", known_after_apply = true } } }
    assert.same({
      "  + mongo  prod/mongodb                 create",
      '    + name   "mongodb"',
      "    + id     (known after apply)",
      "",
      "Plan: 1 to create, 0 to update, 0 to replace, 0 to destroy.",
    }, lines_of(text.plan(plan_of(change), PLAIN)))
  end)

  it("shows members that came and went of a long set, and counts those that stayed", function()
    local function subnet(n) return "subnet-0123456789abcdef" .. n end
    local change = update { deployment = { starts = true }, diff = { { path = "network_configuration.subnets",
      before = { subnet(1), subnet(2), subnet(3) }, after = { subnet(2), subnet(3), subnet(4) },
      starts_deployment = true } } }
    local output = text.plan(plan_of(change), PLAIN)
    has(output, '- "subnet-0123456789abcdef1"')
    has(output, '+ "subnet-0123456789abcdef4"')
    lacks(output, "abcdef2")
    has(output, "# 2 unchanged")
  end)

  it("shows an element that came and one that went at the same position", function()
    local output = text.plan(plan_of(update { diff = {
      { path = "placement_constraints[1]", after = { type = "distinctInstance" }, element = "added" },
      { path = "placement_constraints[1]", before = { type = "memberOf" }, element = "removed" },
    } }), PLAIN)
    has(output, '+ placement_constraints[1]   { type = "distinctInstance" }')
    has(output, '- placement_constraints[1]   { type = "memberOf" }')
  end)

  it("shows the members of a new list under the paths they have", function()
    local output = text.plan(plan_of({ address = "a", action = "create", diff = {
      { path = "ordered_placement_strategy", after = { { type = "spread", field = "host" }, { type = "random" } } },
      { path = "load_balancer", after = { { container_name = ("n"):rep(70), container_port = 80 } } },
    } }), PLAIN)
    has(output, '+ ordered_placement_strategy[1]   { field = "host", type = "spread" }')
    has(output, '+ ordered_placement_strategy[2]   { type = "random" }')
    has(output, "    + load_balancer[1]\n        + container_name")
  end)

  it("writes two revisions alike, but never two that are told apart by their place", function()
    local arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/"
    local function shown(before, after)
      local entry = { path = "task_definition", before = before, after = after }
      return text.plan(plan_of(update { diff = { entry } }), PLAIN)
    end
    has(shown(arn .. "api:2", "api:1"), '"api:2" → "api:1"')
    has(shown("api:2", arn .. "api:3"), '"api:2" → "api:3"')
    has(shown(arn .. "api:2", arn .. "api:3"), '"api:2" → "api:3"')
    has(shown(arn .. "api:2", "api:2"), arn .. "api:2")
    has(shown(arn .. "api:2", (arn .. "api:2"):gsub("123456789012", "210987654321")), "210987654321")
  end)

  it("marks a block as new only when the service had none", function()
    local diff = { { path = "alarms.enable", after = true }, { path = "alarms.rollback", after = true } }
    has(text.plan(plan_of(update { diff = diff, after = { alarms = {} } }), PLAIN), "+ alarms")
    has(text.plan(plan_of(update { diff = diff, before = { alarms = { alarm_names = { "a" } } } }), PLAIN), "~ alarms")
  end)

  it("says which change only the next deployment brings", function()
    local entry = { path = "placement_constraints[1].expression", before = "a", after = "b",
                    waits_for_deployment = true }
    local output = text.plan(plan_of(update { diff = { entry } }), PLAIN)
    has(output, "waits for the next deployment")
    has(output, "force_new_deployment = true starts one at once")
    output = text.plan(plan_of(update { diff = { entry }, deployment = { starts = true } }), PLAIN)
    lacks(output, "waits for")
  end)

  it("tells drift that the plan puts right from drift that stays", function()
    local change = update { diff = { { path = "desired_count", before = 9, after = 3 } },
      drift = { { path = "desired_count", before = 3, after = 9 }, { path = "propagate_tags", after = "SERVICE" } } }
    local output = text.plan(plan_of(change), PLAIN)
    has(output, "desired_count 3 → 9 (this plan changes it)")
    has(output, 'propagate_tags (not set) → "SERVICE" (kept: the declaration does not set it)')
  end)

  it("gives the reason for what the differences do not explain", function()
    has(text.plan(plan_of({ address = "a", action = "create", reason = "the service is gone: it was deleted" }), PLAIN),
      "why: the service is gone: it was deleted")
  end)

  it("begins with its warnings", function()
    local plan = plan_of(quiet)
    plan.warnings = { { address = "worker", path = "platform_version", message = "is ignored off Fargate",
                        hint = "remove it" } }
    has(text.plan(plan, PLAIN), "warning: worker: platform_version: is ignored off Fargate\n  hint: remove it\n\n")
  end)

  it("tells a replacement without downtime from one with", function()
    has(text.plan(plan_of(replacement), PLAIN), "downtime: the name must be free first")
    local change = { address = "a", action = "replace", steps = "create,delete", diff = replacement.diff }
    has(text.plan(plan_of(change), PLAIN), "the new service is created before the old one is destroyed")
  end)

  local function forecast(action, facts)
    local deployment = { starts = true, why = {}, controller = "ECS" }
    for name, fact in pairs(facts) do deployment[name] = fact end
    local output = text.plan(plan_of(update { action = action, deployment = deployment }), PLAIN)
    return output:match("rollout: ([^\n]*)")
  end

  it("forecasts the rollout of a daemon, and says who watches it", function()
    assert.equal("at least 0 % of the daemon's tasks keep running; watched by 2 alarms, rolls back", forecast("update",
      { daemon = true, percents = { minimum = 0, maximum = 100 }, alarms = { count = 2, rollback = true } }))
    assert.equal("a task on each of 3 instances, at least 2 and at most 3 running, in 3 steps", forecast("update",
      { daemon = true, tasks = { before = 3, after = 3 }, running = { fewest = 2, most = 3 }, steps = 3 }))
  end)

  it("says in how many steps a rollout goes, and that it cannot end", function()
    assert.equal("4 tasks, at least 4 and at most 5 running, in 4 steps; load balancer health counts after 60 s",
      forecast("update", { tasks = { before = 4, after = 4 }, running = { fewest = 4, most = 5 }, steps = 4,
        grace_period = 60 }))
    assert.equal("1 task, at least 1 and at most 1 running; it cannot end", forecast("update",
      { tasks = { before = 1, after = 1 }, running = { fewest = 1, most = 1 }, steps = 0, stuck = true }))
  end)

  it("forecasts how traffic goes over, how long that takes, and where it waits", function()
    local function shifting(strategy)
      return forecast("update", { tasks = { before = 4, after = 4 }, running = { fewest = 4, most = 8 }, steps = 1,
        strategy = strategy })
    end
    assert.equal("4 tasks, at least 4 and at most 8 running; canary, 7.5 % of the traffic first; at least 15 min",
      shifting { name = "CANARY", shifts = { 7.5, 100 }, least_seconds = 900 })
    assert.equal("4 tasks, at least 4 and at most 8 running; linear, traffic in 10 steps of 10 %; at least 1 h, waited "
      .. "for 20 min", shifting { name = "LINEAR", shifts = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 },
        least_seconds = 3600, timeout_seconds = 1200 })
    assert.equal("4 tasks, at least 4 and at most 8 running; blue/green; waits at POST_SCALE_UP for a decision, 24 h "
      .. "at most, then rolls back", shifting { name = "BLUE_GREEN", shifts = { 100 }, least_seconds = 0,
        pauses = { { stage = "POST_SCALE_UP", seconds = 86400, action = "ROLLBACK" } } })
  end)

  it("forecasts what comes and goes with the service", function()
    assert.equal("3 new tasks; circuit breaker gives up after 3 failed tasks", forecast("create",
      { tasks = { before = 0, after = 3 }, circuit_breaker = { threshold = 3, rollback = false } }))
    assert.equal("2 tasks, none running from the deletion until the new ones are up (usually about 2 min)",
      forecast("replace", { tasks = { before = 2, after = 2 }, downtime = { seconds = 61 } }))
    assert.equal("2 tasks are stopped", forecast("delete", { starts = false, tasks = { before = 2, after = 0 },
      because = "its tasks are stopped, none is started" }))
  end)

  it("says why there is no deployment, and what becomes of the tasks all the same", function()
    assert.equal("none: ECS changes desired_count without a deployment; 2 → 5 tasks", forecast("update", {
      starts = false, tasks = { before = 2, after = 5 }, because = "ECS changes desired_count without a deployment" }))
  end)
end)

describe("an error", function()
  local mistakes = { code = "Invalid", service = "mongo", message = "3 problems", diagnostics = {
    { path = "load_balancer[1].container_port", message = "70000 is not between 0 and 65535" },
    { path = "desired_cuont", message = "no such argument", hint = "did you mean desired_count?" },
    { path = "capacity_provider_strategy", message = "cannot be set together with launch_type",
      hint = "remove launch_type" },
  } }

  it("of a declaration is a table of all its problems", function()
    assert.same({
      "services.lua: 3 problems in mongo, nothing was sent",
      "",
      "  load_balancer[1].container_port   70000 is not between 0 and 65535",
      "  desired_cuont                     no such argument; did you mean desired_count?",
      "  capacity_provider_strategy        cannot be set together with launch_type; remove launch_type",
    }, lines_of(text.error(mistakes, { unicode = true, file = "services.lua" })))
  end)

  it("puts messages below paths where there is no room beside them", function()
    local output = text.error(mistakes, { unicode = true, width = 40 })
    for _, line in ipairs(lines_of(output)) do assert.truthy(letters.width(line) <= 40, line) end
    has(output, "  desired_cuont\n    no such argument; did you mean\n    desired_count?")
  end)

  it("of several declarations groups the problems by service", function()
    local output = text.error({ diagnostics = {
      { address = "a", path = "name", message = "is missing" },
      { address = "b", path = "name", message = "is missing" },
    } }, PLAIN)
    assert.equal("2 problems in 2 services, nothing was sent\n\n  a\n    name   is missing\n\n"
      .. "  b\n    name   is missing", output)
  end)

  it("tells why, what is the case now, and what to do next", function()
    assert.same({
      "error: mongo: the deployment of mongo:7 failed after 48 s and was rolled back to mongo:6",
      "",
      "  why    the image cannot be pulled",
      "         3 of 3 tasks never started",
      "  now    prod/mongodb runs mongo:6 with 3/3 tasks, as before",
      "  next   push the image, then apply again",
      "",
      "  DeploymentRolledBack · DescribeServices · request 7d9f",
    }, lines_of(text.error({ code = "DeploymentRolledBack", service = "mongo", request_id = "7d9f",
      operation = "DescribeServices",
      message = "the deployment of mongo:7 failed after 48 s and was rolled back to mongo:6",
      hint = "push the image, then apply again",
      evidence = { why = { "the image cannot be pulled", "3 of 3 tasks never started" },
                   now = "prod/mongodb runs mongo:6 with 3/3 tasks, as before" } }, PLAIN)))
  end)

  it("is a plain sentence when it was raised as text", function()
    assert.equal("error: services.lua:3: boom", text.error("services.lua:3: boom", PLAIN))
  end)

  it("does not let the text of an answer steer the terminal", function()
    lacks(text.error({ message = "x\27[2Jy" }, PLAIN), "\27")
  end)

  it("of missing credentials lists where they were looked for, one a line", function()
    assert.same({ "error: no credentials were found; it was looked at", "        1. the environment: not set",
      "        2. a file: not there", "", "  next   log in" }, lines_of(text.error({ code = "NoCredentials",
      message = "all in one line", hint = "log in", looked = { { title = "the environment", reason = "not set" },
        { title = "a file", reason = "not there" } } }, PLAIN)))
  end)

  it("of an interrupted run is one table of what is left", function()
    local function one(service, message)
      return { code = "Interrupted", service = service, message = "interrupted: " .. message, hint = "plan again" }
    end
    local list = { one("web", "it goes on at ECS"), one("worker", "it was not begun") }
    assert.same({
      "interrupted: nothing new was started, and what was done is recorded",
      "",
      "  web      it goes on at ECS",
      "  worker   it was not begun",
      "  next     plan again",
    }, lines_of(text.error({ code = "Interrupted", message = "2 services failed", errors = list }, PLAIN)))
  end)

  it("of an interrupted run of many services tells those that were left alike in one line", function()
    local list = { { code = "Interrupted", service = "web", message = "interrupted: it goes on at ECS" } }
    for i = 1, 50 do
      list[#list + 1] = { code = "Interrupted", service = "s" .. i, message = "interrupted: it was not begun" }
    end
    local lines = lines_of(text.error({ code = "Interrupted", message = "51 services", errors = list }, PLAIN))
    assert.same({ "  web           it goes on at ECS",
      "  50 services   it was not begun: s1, s2, s3, s4, s5 and 45 more" }, { lines[3], lines[4] })
  end)

  it("counts tasks that ended alike, and says what runs now", function()
    local tasks = {}
    for i = 1, 3 do
      tasks[i] = { task = "t" .. i, stop_code = "EssentialContainerExited",
        stopped_reason = "Essential container exited",
        containers = { { name = "web", exit_code = 137, reason = "OutOfMemoryError" } } }
    end
    local output = text.error({ service = "web", message = "failed: out of memory", evidence = { why = "out of memory",
      tasks = tasks, running_now = { task_definition = "arn:aws:ecs:eu-west-1:1:task-definition/web:6", running = 2,
      desired = 2 } } }, PLAIN)
    assert.equal("error: web: failed", output:match("^[^\n]*"))
    has(output, "3 × Essential container exited; web: OutOfMemoryError, exit code 137 (EssentialContainerExited)")
    has(output, "now    web:6 runs, 2 of 2 tasks")
  end)

  it("tells each of several failures", function()
    local output = text.error({ message = "2 services failed", errors = { { service = "a", message = "one" },
      { service = "b", message = "two" } } }, PLAIN)
    assert.equal("error: a: one\n\nerror: b: two", output)
  end)
end)

local function collector()
  local out = {}
  return function(piece) out[#out + 1] = piece end, function() return table.concat(out) end
end

local NOON = 1767268800
local function rollout(running, at, old)
  return { type = "state", address = "mongo", at = NOON + at, status = "ACTIVE", running = running, desired = 3,
    pending = 0, deployments = {
      { id = "ecs-svc/2", status = "PRIMARY", task_definition = "arn:aws:ecs:us-west-2:1:task-definition/mongo:7",
        running = running, desired = 3, failed = 0, rollout_state = "IN_PROGRESS" },
      { id = "ecs-svc/1", status = "ACTIVE", task_definition = "mongo:6", running = old or 0, desired = 0 },
    } }
end

describe("progress", function()
  local started = { type = "started", address = "mongo", action = "update", at = NOON }

  it("without a terminal is a line for each change, with the time, and repeats nothing", function()
    local write, output = collector()
    local view = live.new { write = write, unicode = true }
    for _, event in ipairs { started, rollout(1, 15, 2), rollout(1, 30, 2), rollout(3, 45),
      { type = "service_event", address = "mongo", id = "e1", message = "(service mongodb) has started 1 tasks",
        at = NOON + 50 },
      { type = "service_event", address = "mongo", id = "e1", message = "(service mongodb) has started 1 tasks",
        at = NOON + 55 },
      { type = "done", address = "mongo", ok = true, at = NOON + 60 } } do
      view:event(event)
    end
    view:finish()
    local function at(seconds) return value.time(NOON + seconds) end
    assert.same({
      at(0) .. "  mongo   updating",
      at(15) .. "  mongo   deploying  mongo:7  1/3 running   mongo:6  2 running",
      at(45) .. "  mongo   deploying  mongo:7  3/3 running",
      at(50) .. "  mongo   started 1 task",
      at(60) .. "  mongo   updated after 1m00s",
      "",
    }, lines_of(output()))
  end)

  it("on a terminal redraws its lines, keeps them within its width, and leaves the terminal as it was", function()
    local write, output = collector()
    local view = live.new { write = write, terminal = true, unicode = true, width = 40 }
    view:event(started)
    view:event(rollout(1, 15, 2))
    view:event(rollout(2, 30, 1))
    view:finish()
    local seen = output()
    has(seen, "mongo   deploying  00:15  ")
    has(seen, "\27[1A\r\27[J")
    assert.equal("\27[1A\r\27[J", seen:sub(-#"\27[1A\r\27[J"))
    for line in seen:gmatch("[^\n]+") do
      local plain = line:gsub("\27%[%d*%a", ""):gsub("\r", "")
      assert.truthy(letters.width(plain) < 40, plain)
    end
  end)

  it("never draws more lines than a terminal can redraw", function()
    local write, output = collector()
    local view = live.new { write = write, terminal = true, unicode = true, width = 40 }
    for i = 1, 40 do view:event { type = "started", address = "s" .. i, action = "update", at = NOON } end
    has(output(), "and 25 more")
    has(output(), "\27[16A")
    lacks(output(), "\27[17A")
  end)

  it("shows a service that drains", function()
    local write, output = collector()
    local view = live.new { write = write, unicode = true }
    view:event { type = "started", address = "cache", action = "delete", at = NOON }
    view:event { type = "state", address = "cache", status = "DRAINING", running = 4, pending = 0, desired = 0,
                 deployments = {}, at = NOON + 12 }
    has(output(), "cache   deleting  draining 4 tasks")
  end)

  it("tells retries and failures", function()
    local write, output = collector()
    local view = live.new { write = write, unicode = true }
    view:event { type = "retrying", address = "mongo", operation = "CreateService", code = "ThrottlingException",
                 delay = 2, attempt = 1, at = NOON }
    view:event { type = "done", address = "mongo", ok = false, at = NOON + 3 }
    has(output(), "CreateService: ThrottlingException, again in 2 s (attempt 2)")
    has(output(), "failed")
  end)

  -- What events are told as, of whom nothing else is known.
  local function told(...)
    local write, output = collector()
    local view = live.new { write = write, unicode = true }
    for _, event in ipairs { ... } do view:event(event) end
    return output()
  end

  it("gives one event as a line, and none of what says nothing to people", function()
    assert.equal(value.time(NOON) .. "  mongo   updating\n", told(started))
    assert.equal("", told { type = "sent", address = "mongo", operation = "DescribeServices" })
  end)

  it("leaves the time out of its lines, where they have another", function()
    local write, output = collector()
    live.new({ write = write, unicode = true, time = false }):event(started)
    assert.equal("mongo   updating\n", output())
  end)

  it("tells of an end how long it took, alone or with a memory of what came before, and never a guess", function()
    local ended = { type = "done", address = "mongo", ok = true, outcome = "updated", at = NOON + 57 }
    has(told(ended), "mongo   updated")
    lacks(told(ended), "after")
    has(told({ type = "started", address = "mongo", action = "update", at = NOON }, ended),
      "mongo   updated after 57 s")
    ended.began, ended.action = NOON + 7, "update"
    has(told(ended), "mongo   updated after 50 s")
  end)

  it("has in the events of a run what an end alone needs", function()
    local ecs = require "ecs_service"
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1" } }
    local lines = {}
    local stack = assert(ecs.stack { state = false, transport = sim, on_event = function(event)
      if event.type == "done" then lines[#lines + 1] = told(event) end
    end })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1,
      wait_for_steady_state = true })
    assert(stack:apply())
    assert.equal(1, #lines)
    assert.truthy(lines[1]:find "web     created after %d%d s", lines[1])
  end)
end)

describe("JSON for machines", function()
  it("has the facts of the plan, and no secrets", function()
    local change = update {
      diff = { { path = "tags.a", before = "1", after = "2" }, { path = "secret", sensitive = true } },
      after = { tags = { a = "2" }, secret = "hidden" }, before = { tags = {}, secret = "hidden" } }
    local output = json.plan(plan_of(change))
    lacks(output, "hidden")
    local document = assert(cjson.decode(output))
    assert.equal("plan", document.type)
    assert.is_false(document.empty)
    assert.equal(1, document.summary.update)
    assert.equal("tags.a", document.changes[1].diff[1].path)
    assert.equal("(sensitive value)", document.changes[1].after.secret)
    has(output, '"tags":{}')
  end)

  it("has the fields of an error", function()
    local err = { code = "Locked", message = "locked", hint = "wait", internal = print }
    err.errors = { err }
    local document = json.error_document(err)
    assert.same({ code = "Locked", message = "locked", hint = "wait" }, document)
  end)
end)

describe("what a terminal is told", function()
  local function env(variables) return function(name) return variables[name] end end

  it("depends on the first of LC_ALL, LC_CTYPE and LANG that is set", function()
    assert.is_true(style.locale_is_utf8(env { LANG = "en_US.UTF-8" }))
    assert.is_true(style.locale_is_utf8(env { LC_ALL = "", LC_CTYPE = "C.utf8", LANG = "C" }))
    assert.is_false(style.locale_is_utf8(env { LC_ALL = "C", LANG = "en_US.UTF-8" }))
    assert.is_false(style.locale_is_utf8(env {}))
  end)

  it("has colours on a terminal unless NO_COLOR is set, elsewhere only when forced", function()
    assert.is_true(style.wants_color(true, env {}))
    assert.is_false(style.wants_color(false, env {}))
    assert.is_false(style.wants_color(true, env { NO_COLOR = "1" }))
    assert.is_true(style.wants_color(true, env { NO_COLOR = "" }))
    assert.is_false(style.wants_color(true, env { TERM = "dumb" }))
    assert.is_true(style.wants_color(false, env { FORCE_COLOR = "1" }))
    assert.is_false(style.wants_color(false, env { FORCE_COLOR = "0" }))
  end)
end)

describe("letters", function()
  it("are measured as a terminal shows them", function()
    assert.equal(3, letters.width("abc"))
    assert.equal(3, letters.width("äöü"))
    assert.equal(4, letters.width("日本"))
    assert.equal(1, letters.width("e\204\129"))
  end)

  it("are cut at whole characters", function()
    assert.equal("日…", letters.cut("日本語", 4))
    assert.equal("abc", letters.cut("abc", 3))
    assert.equal("ab…", letters.cut("abcd", 3))
  end)

  it("that are no UTF-8 show as their bytes", function()
    assert.equal("a\\xFFb", letters.escape("a\255b"))
    assert.equal("\\xC0\\x80", letters.escape("\192\128"))
    assert.equal("\\xED\\xA0\\x80", letters.escape("\237\160\128"))
  end)

  it("wrap without losing any", function()
    for _, sample in ipairs { ("a"):rep(100), "one two three four five six seven", "日本語日本語日本語日本語" } do
      local list = letters.wrap(sample, 10)
      assert.equal(sample, table.concat(list))
      for _, line in ipairs(list) do assert.truthy(letters.width(line) <= 10) end
    end
  end)

  it("make literals that Lua reads back", function()
    local compile = rawget(_G, "loadstring") or load
    local sample = { a = 'q"\\\n', ["k v"] = { 1, true, "x" }, ["end"] = {} }
    assert.same(sample, assert(compile("return " .. value.literal(sample)))())
  end)
end)
