-- timeline: a rollout as a document that stands for itself.
local cjson = require "cjson.safe"
local command = require "support.command"
local core = require "ecs_service.core"
local recording = require "ecs_service.timeline.rollouts"
local timeline = require "ecs_service.verbs.timeline"

local has, lacks, run = command.has, command.lacks, command.run
local sim

before_each(function()
  sim = command.begin()
end)
after_each(command.clean)

local function path(name) return command.folder .. "/" .. name end

local function deploy(revision, count, ...)
  command.declare { revision = revision, count = count, rollback = true }
  return run({}, "apply", command.script, "--auto-approve", ...)
end

local function events()
  return assert(recording.read(assert(core.system.read_file(path "events.jsonl")), "events.jsonl"))
end

local function failing()
  deploy(1, 4)
  sim:advance(60)
  sim:tasks { service = "web", task_definition = "web:2", outcome = "exit" }
  assert.equal(5, (deploy(2, 4, "--timeline", path "events.jsonl")))
end

-- The parser of Python knows whether it is well-formed; once for all documents.
local function well_formed(...)
  local list = {}
  for i, name in ipairs { ... } do list[i] = ("%q"):format(path(name)) end
  local program = "import sys, xml.etree.ElementTree as E; [E.parse(f) for f in sys.argv[1:]]"
  local ok = os.execute(("python3 -c '%s' %s"):format(program, table.concat(list, " ")))
  return ok == true or ok == 0
end

local function count(text, wanted)
  return select(2, text:gsub(wanted, ""))
end

describe("a recording", function()
  it("becomes the tasks of each revision over time, the old one below the new one", function()
    deploy(1, 3)
    sim:advance(60)
    assert.equal(0, (deploy(2, 3, "--timeline", path "events.jsonl")))
    local rollout = recording.rollouts(events())[1]
    assert.equal("web", rollout.address)
    assert.is_true(rollout.ok)
    assert.same({ "web:1", "web:2" }, { rollout.series[1].name, rollout.series[2].name })
    assert.same({ "old", "new" }, { rollout.series[1].role, rollout.series[2].role })
    local first, last = rollout.samples[1], rollout.samples[#rollout.samples]
    assert.equal(3, first.by["web:1"].running)
    assert.equal(0, first.by["web:2"].running)
    assert.equal(3, last.by["web:2"].running)
    assert.is_nil(last.by["web:1"])
    assert.equal("done", rollout.notes[#rollout.notes].text)
  end)

  it("carries the causes of a failure, and the revision that ECS went back to is the old one", function()
    failing()
    local rollout = recording.rollouts(events())[1]
    assert.is_false(rollout.ok)
    assert.equal("exit_code", rollout.causes[1].code)
    assert.equal(2, #rollout.series)
    assert.equal("old", rollout.series[1].role)
  end)

  it("tells the deployments of one revision apart", function()
    deploy(1, 2)
    sim:advance(60)
    assert.equal(0, (run({}, "redeploy", "web", "--file", command.script, "--auto-approve", "--timeline",
      path "events.jsonl")))
    local rollout = recording.rollouts(events())[1]
    assert.same({ "web:1 (before)", "web:1 (new)" }, { rollout.series[1].name, rollout.series[2].name })
  end)

  it("is what apply --json writes, too", function()
    local _, out = deploy(1, 2, "--json")
    local rollout = recording.rollouts(assert(recording.read(out, "out")))[1]
    assert.is_true(rollout.ok)
    assert.equal(2, rollout.samples[#rollout.samples].by["web:1"].running)
  end)

  it("that is none is told with its line", function()
    for text, where in pairs { ["{}\nnonsense"] = "x:2:", [""] = "no events", ["{}"] = "no events" } do
      local list, err = recording.read(text, "x")
      assert.is_nil(list)
      assert.equal("EventsCorrupt", err.code)
      has(err.message, where)
    end
  end)
end)

describe("the document", function()
  it("stands for itself, in HTML and SVG: well-formed, nothing from elsewhere, no script, light and dark", function()
    failing()
    for _, format in ipairs { "html", "svg" } do
      assert.equal(0, (run({}, "timeline", "--events", path "events.jsonl", "--out", path("out." .. format))))
      local text = assert(core.system.read_file(path("out." .. format)))
      assert.falsy(text:gsub("http://www.w3.org/2000/svg", ""):find "https?:")
      lacks(text, "<script")
      lacks(text, "url(")
      has(text, "prefers-color-scheme:dark")
      has(text, "web:1 → web:2")
      has(text, "exit code 1")
      has(text, "next: look at what the container web wrote")
      -- A page has a chart for wide and one for narrow screens.
      assert.equal(format == "html" and 2 or 1, count(text, 'class="failed"'))
      assert.truthy(count(text, "<polygon") >= 2)
    end
    assert.is_true(well_formed("out.html", "out.svg"))
  end)

  it("escapes whatever stands in names and messages, and is legible with long ones", function()
    local evil = "<script>alert('x')</script>&\27[31m\"" .. ("long"):rep(60) .. "\255\239\191\191"
    local list = {
      { type = "started", address = evil, at = 1, action = "update" },
      { type = "state", address = evil, at = 2, desired = 1, deployments = { { id = "a", status = "PRIMARY",
        task_definition = evil, running = 1, pending = 1, failed = 1 } } },
      { type = "service_event", address = evil, at = 3, message = evil, occurred = 3 },
      { type = "done", address = evil, at = 4, ok = false, error = { message = evil, evidence = { causes = {
        { code = "x", summary = evil, meaning = evil, evidence = { evil }, hint = evil } } } } },
    }
    for _, format in ipairs { "html", "svg" } do
      local text = timeline.document(list, format)
      lacks(text, "<script")
      lacks(text, "\27")
      has(text, "&lt;script&gt;")
      assert(core.system.write_file(path("evil." .. format), text))
    end
    assert.is_true(well_formed("evil.html", "evil.svg"))
  end)

  it("stays small and quick to read for hundreds of tasks and of services", function()
    local list = {}
    for i = 1, 200 do
      local address = "service-" .. i
      list[#list + 1] = { type = "started", address = address, at = 0, action = "update" }
      for at = 1, 20 do
        list[#list + 1] = { type = "state", address = address, at = at, desired = 500, deployments = {
          { id = "n", status = "PRIMARY", task_definition = "web:2", running = at * 25, pending = 25 },
          { id = "o", status = "ACTIVE", task_definition = "web:1", running = 500 - at * 25 } } }
      end
      list[#list + 1] = { type = "done", address = address, at = 21, ok = true }
    end
    local text = timeline.document(list)
    assert.equal(200, count(text, "<h2"))
    assert.truthy(#text < 200 * 12000, #text)
    has(text, "Rollout of 200 services")
  end)

  it("shows of long names of revisions the end, which tells them apart", function()
    local list = { { type = "state", address = "a", at = 1, desired = 1, deployments = {
      { id = "n", status = "PRIMARY", task_definition = ("long"):rep(30) .. ":42", running = 1 },
      { id = "o", status = "ACTIVE", task_definition = ("long"):rep(30) .. ":41", running = 1 } } } }
    local text = timeline.document(list, "svg")
    has(text, "…:41</text>")
    has(text, "…:42</text>")
  end)

  it("of a rollout that goes on says so, and one without any state is told in words", function()
    local one = { { type = "started", address = "a", at = 10, action = "update" } }
    has(timeline.document(one), "not ended when the recording did")
    lacks(timeline.document(one), "<svg")
    has(timeline.document(one, "svg"), "</svg>")
  end)
end)

describe("ecs-service timeline", function()
  it("draws what ECS still shows of the latest rollout", function()
    deploy(1, 3)
    sim:advance(60)
    deploy(2, 3)
    local code, _, err = run({}, "timeline", "web", "--file", command.script, "--out", path "out.svg")
    assert.equal(0, code, err)
    has(err, "written: ")
    local rollout = recording.rollouts(assert(require "ecs_service.verbs.timeline_from_ecs".read(
      assert(loadfile(command.script))(), "web")))[1]
    assert.is_true(rollout.ok)
    assert.same({ "web:1", "web:2" }, { rollout.series[1].name, rollout.series[2].name })
    assert.equal(3, rollout.samples[1].by["web:1"].running)
    local last = rollout.samples[#rollout.samples]
    assert.equal(3, last.by["web:2"].running)
    assert.equal(0, last.by["web:1"].running)
    for _, sample in ipairs(rollout.samples) do
      for _, one in pairs(sample.by) do assert.truthy(one.running >= 0 and one.pending >= 0) end
    end
  end)

  it("draws a redeploy alone: old and new tasks told apart, and nothing of what failed before", function()
    deploy(1, 2)
    sim:advance(60)
    sim:tasks { service = "web", task_definition = "web:3", outcome = "exit" }
    deploy(3, 2) -- fails, and is rolled back
    sim:advance(600)
    assert.equal(0, (run({}, "redeploy", "web", "--file", command.script, "--auto-approve")))
    sim:advance(60)
    local rollout = recording.rollouts(assert(require "ecs_service.verbs.timeline_from_ecs".read(
      assert(loadfile(command.script))(), "web")))[1]
    assert.same({ "web:1 (before)", "web:1 (new)" }, { rollout.series[1].name, rollout.series[2].name })
    assert.equal(2, #rollout.series)
    assert.is_true(rollout.ok)
    for _, sample in ipairs(rollout.samples) do
      for _, one in pairs(sample.by) do assert.equal(0, one.failed) end
    end
    assert.equal(0, (run({}, "timeline", "web", "--file", command.script, "--out", path "out.html")))
    local text = assert(core.system.read_file(path "out.html"))
    has(text, "Rollout of web: web:1 (before) → web:1 (new)")
    lacks(text, "web:3")
    lacks(text, 'class="failed"')
  end)

  it("draws a failed one with its cause", function()
    deploy(1, 2)
    sim:advance(60)
    sim:tasks { service = "web", task_definition = "web:2", outcome = "exit" }
    deploy(2, 2)
    sim:advance(120)
    local code, _, err = run({}, "timeline", "web", "--file", command.script, "--out", path "out.html")
    assert.equal(0, code, err)
    local text = assert(core.system.read_file(path "out.html"))
    has(text, "circuit breaker")
    has(text, 'class="failed"')
  end)

  it("says what it needs", function()
    local code, _, err = run({}, "timeline", "--out", path "out.html")
    assert.equal(3, code)
    has(err, "timeline needs a service or recorded events")
    code, _, err = run({}, "timeline", "--events", path "none", "--out", path "out.png")
    assert.equal(3, code)
    has(err, "cannot be told from its name")
    code, _, err = run({}, "timeline", "--events", path "none", "--out", path "out.svg")
    assert.equal(1, code)
    has(err, "the events cannot be read")
  end)

  it("records nothing, and changes nothing, where the events cannot be written", function()
    local code, _, err = deploy(1, 2, "--timeline", path "no/such/folder/events.jsonl")
    assert.equal(1, code)
    has(err, "the events cannot be recorded")
    assert.equal(0, #sim.requests)
  end)

  it("can be told from the lines that were recorded: one object each, with no secret in it", function()
    deploy(1, 2, "--timeline", path "events.jsonl")
    for line in assert(core.system.read_file(path "events.jsonl")):gmatch "[^\n]+" do
      assert.is_table(cjson.decode(line), line)
    end
  end)
end)
