-- Saved plans are files: whoever may write one (an artifact of a job) must not decide what is done, or shown.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local has, lacks = command.has, command.lacks

describe("a saved plan", function()
  local sim, path

  local function script(count, lifecycle, more)
    assert(core.system.write_file(command.script, ([[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = %d,
  deployment_circuit_breaker = { enable = true, rollback = true }, %s lifecycle = { %s } })
return stack
]]):format(command.folder .. "/state.json", count, more or "", lifecycle or "")))
  end

  local function run(...) return command.run({}, ...) end

  before_each(function()
    sim = command.begin()
    path = command.folder .. "/saved.plan"
  end)
  after_each(command.clean)

  local function plan()
    local code, out, err = run("plan", "--out", path, command.script)
    assert.equal(0, code, out .. err)
    return out, err
  end

  local function created(count, lifecycle, more)
    script(count or 1, lifecycle, more)
    local code, out, err = run("apply", "--auto-approve", command.script)
    assert.equal(0, code, out .. err)
  end

  local function tamper(change)
    local document = cjson.decode((assert(core.system.read_file(path))))
    change(document, document.changes[1])
    assert(core.system.write_file(path, core.json(document, 2)))
  end

  local function service()
    return sim:call("DescribeServices", { cluster = "prod", services = { "web" } }).services[1]
  end

  local function refused(...)
    local requests = #sim.requests
    local code, out, err = run("apply", path, ...)
    assert.not_equal(0, code, out .. err)
    for i = requests + 1, #sim.requests do
      lacks("UpdateService CreateService DeleteService", sim.requests[i].operation or "")
    end
    return out .. err
  end

  it("does what it says, and shows it", function()
    created()
    script(3)
    local _, err = plan()
    has(err, "digest: ")
    local code, out = run("apply", path)
    assert.equal(0, code, out)
    has(out, "1 → 3")
    assert.equal(3, service().desiredCount)
  end)

  it("does not destroy what is protected, whatever it says", function()
    created(1, "prevent_destroy = true")
    script(3, "prevent_destroy = true")
    for _, action in ipairs { "delete", "replace" } do
      plan()
      tamper(function(_, change) change.action = action end)
      has(refused(), "which its lifecycle prevents")
      tamper(function(_, change) change.config.lifecycle = nil end)
      has(refused(), "which its lifecycle prevents")
    end
    assert.equal("ACTIVE", service().status)
  end)

  it("asks the script at hand whether a service is protected", function()
    created()
    script(1, "")
    run("plan", "--destroy", "--out", path, command.script)
    script(1, "prevent_destroy = true")
    has(refused(), "which its lifecycle prevents")
    script(1)
    local code, out, err = run("apply", path)
    assert.equal(0, code, out .. err)
    assert.not_equal("ACTIVE", service().status)
  end)

  it("is refused when it says something that does not follow from what it was made from", function()
    created()
    for what, change in pairs {
      action = function(_, one) one.action = "delete" end,
      forgotten = function(_, one) one.action = "forget" end,
      nothing = function(_, one) one.action = "no-op" end,
      count = function(_, one) one.after.desired_count = 50 end,
      revision = function(_, one) one.after.task_definition = "web:3" end,
      before = function(_, one) one.before.desired_count = 50 end,
      name = function(_, one) one.after.name = "other" end,
      declaration = function(_, one) one.config.desired_count = 50 end,
      address = function(_, one) one.address = "api" end,
      begun = function(_, one) one.begun = "web" end,
      twice = function(document, one) document.changes[2] = one end,
      none = function(document) document.changes = setmetatable({}, cjson.array_mt) end,
      deposed = function(_, one) one.deposed = "web" end,
      destroy = function(document) document.options.destroy = true end,
      settled = function(document) document.settled = { "web" } end,
    } do
      script(3)
      plan()
      tamper(change)
      if what ~= "none" and what ~= "settled" then
        local text = refused()
        assert.truthy(text:find("does not follow", 1, true) or text:find("PlanCorrupt", 1, true)
          or text:find("PlanStale", 1, true) or text:find("since the plan was made", 1, true)
          or text:find("is not a plan", 1, true)
          or text:find("this stack manages it as web", 1, true), what .. ": " .. text)
        assert.equal(1, service().desiredCount)
      end
    end
  end)

  it("is refused as a whole when it holds what this version does not know, and is not shown raw", function()
    created()
    script(3)
    for _, change in ipairs {
      function(_, one) one.action = "bogus" end,
      function(_, one) one.action = "bogus\27]0;PWNED\7\27[2J" end,
      function(_, one) one.kind = "job" end,
      function(_, one) one.address = "a\27[2J" end,
      function(_, one) one.address = 5 end,
      function(_, one) one.before = "x" end,
      function(_, one) one.after = { 1 } end,
      function(_, one) one.config = 5 end,
      function(_, one) one.diff = { "x" } end,
      function(_, one) one.diff = 5 end,
      function(_, one) one.drift = { { path = 5 } } end,
      function(_, one) one.replace_paths = { {} } end,
      function(_, one) one.deposed = {} end,
      function(document) document.settled = { 5 } end,
      function(document) document.claims = { {} } end,
      function(document) document.warnings = { { message = {} } } end,
      function(document) document.options = { target = 5 } end,
      function(document) document.options = 5 end,
      function(document) document.serial = "x" end,
      function(document) document.region = {} end,
      function(document) document.script = {} end,
      function(document) document.changes = { 5 } end,
      function(document) document.changes = { a = 5 } end,
    } do
      plan()
      tamper(change)
      for _, words in ipairs { { "apply", path }, { "show", path } } do
        local code, out, err = run((table.unpack or rawget(_G, "unpack"))(words))
        assert.not_equal(0, code, out)
        lacks(out .. err, "\27")
        lacks(out .. err, "should not have happened")
        has(err, "is not a plan of this tool")
      end
      assert.equal(1, service().desiredCount)
    end
  end)

  it("shows what will be done, not what the file says of it", function()
    created()
    script(3)
    plan()
    tamper(function(document, change)
      change.diff = { { path = "desired_count", before = 1, after = 2 }, { path = "forged", after = "x" } }
      change.changed, change.removed = { "forged" }, { "task_definition" }
      change.reason, change.drift = "forged", { { path = "forged", after = 1 } }
      document.warnings = { { message = "forged", code = "Forged" } }
    end)
    local code, out, err = run("apply", path)
    assert.equal(0, code, out .. err)
    has(out, "1 → 3")
    lacks(out .. err, "forged")
    assert.equal(3, service().desiredCount)
  end)

  it("is only done under its digest, when that is asked for", function()
    created()
    script(3)
    local _, err = plan()
    local digest = err:match "digest: (%x+)"
    assert.equal(64, #digest)
    local _, json = run("plan", "--json", command.script)
    assert.equal(digest, cjson.decode(json).digest)
    has(refused("--digest", ("0"):rep(64)), "another plan")
    has(refused("--digest", "0123"), "64 hexadecimal digits")
    has(refused("--digest", digest:sub(1, 11) .. "x"), "64 hexadecimal digits")
    -- A plan of the same form, which somebody else made.
    script(50)
    plan()
    has(refused("--digest", digest), "another plan")
    -- One that names another script, which would be run.
    script(3)
    plan()
    local other = command.folder .. "/other.lua"
    assert(core.system.write_file(other, 'io.stderr:write("RUN") error("RUN")'))
    tamper(function(document) document.script = other end)
    lacks(refused("--digest", digest), "RUN")
    plan()
    tamper(function(_, change) change.config.wait_for_steady_state = true end)
    has(refused("--digest", digest), "another plan")
    plan()
    local code, out, problem = run("apply", path, "--digest", digest:sub(1, 12):upper())
    assert.equal(0, code, out .. problem)
    assert.equal(3, service().desiredCount)
  end)

  it("and its digest are what an apply without a file compares as well", function()
    created()
    script(3)
    local _, json = run("plan", "--json", command.script)
    local digest = cjson.decode(json).digest
    script(4)
    local _, _, problem = run("apply", "--auto-approve", "--digest", digest, command.script)
    has(problem, "another plan")
    assert.equal(1, service().desiredCount)
    script(3)
    local code, out, err = run("apply", "--auto-approve", "--digest", digest, command.script)
    assert.equal(0, code, out .. err)
    assert.equal(3, service().desiredCount)
  end)

  it("goes by its digest in Lua, too", function()
    created()
    script(3)
    local stack = assert(dofile(command.script))
    local plan_of = assert(stack:plan())
    assert(plan_of:save(path))
    local loaded = assert(ecs.load_plan(path))
    assert.equal(plan_of:digest(), loaded:digest())
    local _, err = stack:apply(loaded, { digest = ("0"):rep(64) })
    assert.equal("PlanChanged", err.code)
    assert.equal(plan_of:digest(), err.digest)
    _, err = stack:apply { digest = ("0"):rep(64) }
    assert.equal("PlanChanged", err.code)
    _, err = stack:apply(loaded, { digest = "x" })
    assert.equal("WrongOption", err.code)
    assert(stack:apply(loaded, { digest = loaded:digest() }))
    assert.equal(3, service().desiredCount)
  end)

  it("that a program has saved is carried out by the command under the same digest", function()
    created()
    script(3)
    local made = assert(dofile(command.script):plan())
    assert(made:save(path))
    has(refused("--file", command.script, "--digest", ("0"):rep(64)), "another plan")
    local code, out, err = run("apply", path, "--file", command.script, "--digest", made:digest())
    assert.equal(0, code, out .. err)
    assert.equal(3, service().desiredCount)
  end)
end)
