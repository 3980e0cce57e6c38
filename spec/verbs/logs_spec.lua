-- What containers write, read through CloudWatch Logs: which streams, in which order, from where, and what cannot be.
local ecs = require "ecs_service"
local journey = require "support.journey"

local function logging(options)
  local all = { ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "app" }
  for name, value in pairs(options or {}) do all[name] = value or nil end
  return { log_driver = "awslogs", options = all }
end

local function container(name, log_configuration)
  return { name = name, image = name, memory = 9, log_configuration = log_configuration }
end

local function begin(containers, count, given)
  local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { { family = "api",
    container_definitions = containers or { container("api", logging()), container("side", logging()) } } } }
  for _, rule in ipairs(given and given.rules or {}) do sim:tasks(rule) end
  assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "api",
    desiredCount = count or 1 }))
  return sim, journey.stack(sim)
end

local function all(lines, most)
  local list = {}
  for line in lines do
    list[#list + 1] = line
    if #list == most then break end
  end
  return list
end

local function texts(list)
  local out = {}
  for i, line in ipairs(list) do out[i] = line.text end
  return out
end

local function asked(sim)
  return journey.bodies(sim, "GetLogEvents")
end

local function numbered(prefix, count)
  local list = {}
  for i = 1, count do list[i] = prefix .. i end
  return list
end

local function in_order(list)
  for i = 2, #list do
    if list[i].at < list[i - 1].at then return false, i end
  end
  return true
end

describe("stack:logs", function()
  it("merges the lines of every container of every task in the order of time", function()
    local sim, stack = begin(nil, 3, { rules = { { log = { api = numbered("a", 20), side = numbered("s", 20) } } } })
    sim:advance(120)
    local list = all(assert(stack:logs "prod/web"))
    assert.equal(120, #list)
    assert.is_true(in_order(list))
    local seen = {}
    for _, line in ipairs(list) do
      seen[line.container .. line.task] = (seen[line.container .. line.task] or "") .. line.text .. " "
    end
    local streams = 0
    for key, text in pairs(seen) do
      streams = streams + 1
      local first = key:sub(1, 1) == "a" and "a" or "s"
      assert.equal(table.concat(numbered(first, 20), " ") .. " ", text)
    end
    assert.equal(6, streams)
    assert.equal("number", type(list[1].at))
    assert.truthy(math.abs(list[1].at - sim:now()) < 200)
  end)

  it("takes the address of a declared service, and its handle has the method", function()
    local sim, stack = begin(nil, 1, { rules = { { log = { "hello" } } } })
    sim:advance(60)
    local handle = stack:service("web", journey.web { task_definition = "api:1", desired_count = 1 })
    assert.same({ "hello" }, texts(all(assert(stack:logs "web"))))
    assert.same({ "hello" }, texts(all(assert(handle:logs()))))
    assert.same({ "hello" }, texts(all(assert(stack:logs(handle, { container = "api" })))))
  end)

  it("reads pages until a token leads to itself, and empty ones in between", function()
    local sim, stack = begin({ container("api", logging()) }, 1)
    sim:advance(60)
    local pages = { { { "one", "two" }, "f/1" }, { {}, "f/2" }, { { "three" }, "f/3" }, { {}, "f/3" } }
    local count, former = 0, sim.handle
    sim.handle = function(self, operation, body, ...)
      if operation ~= "GetLogEvents" then return former(self, operation, body, ...) end
      count = count + 1
      local page, events = pages[count] or pages[#pages], {}
      assert.equal(count > 1 and pages[count - 1][2] or nil, body.nextToken)
      for i, text in ipairs(page[1]) do events[i] = { timestamp = count * 1000 + i, message = text } end
      return { events = events, nextForwardToken = page[2], nextBackwardToken = "b/1" }
    end
    local list = all(assert(stack:logs "prod/web"))
    sim.handle = nil
    assert.same({ "one", "two", "three" }, texts(list))
    assert.equal(4, count)
  end)

  it("asks in the region of the log options", function()
    local sim, stack = begin({ container("api", logging()), container("far", logging {
      ["awslogs-region"] = "eu-west-1" }) }, 1, { rules = { { log = { api = { "near" }, far = { "far away" } } } } })
    sim:advance(60)
    local list = texts(all(assert(stack:logs "prod/web")))
    table.sort(list)
    assert.same({ "far away", "near" }, list)
  end)

  it("sends nothing to what stands in the place of a region and is none", function()
    local sim, stack = begin({ container("api", logging { ["awslogs-region"] = "x.example.com/#" }) }, 1)
    sim:advance(60)
    local lines, err = stack:logs "prod/web"
    assert.is_nil(lines)
    assert.equal("NoLogs", err.code)
    assert.equal(0, #asked(sim))
  end)

  it("reads the stream that bears Docker's name for the container where there is no prefix", function()
    local sim, stack = begin({ container("api", logging { ["awslogs-stream-prefix"] = false }) }, 1,
      { rules = { { log = { "unprefixed" } } } })
    sim:advance(60)
    assert.same({ "unprefixed" }, texts(all(assert(stack:logs "prod/web"))))
    assert.falsy(asked(sim)[1].logStreamName:find "app/")
  end)

  it("says who wrote no logs where there is no stream yet", function()
    local sim, stack = begin(nil, 1, { rules = { { outcome = "pull_error" } } })
    sim:advance(30)
    local lines = assert(stack:logs "prod/web")
    assert.same({}, all(lines))
    assert.is_nil(lines.err)
    assert.equal("wrote no logs", lines.notes[1].message)
    assert.equal("api", lines.notes[1].container)
  end)

  it("says where the lines of other drivers go, without what is secret there", function()
    local splunk = { log_driver = "splunk", options = { ["splunk-url"] = "https://me:hidden@splunk.example:8088/x?k=1",
      ["splunk-token"] = "very-secret" } }
    local sim, stack = begin({ container("api", logging()), container("side", splunk) }, 1,
      { rules = { { log = { "line" } } } })
    sim:advance(60)
    local lines = assert(stack:logs "prod/web")
    assert.same({ "line" }, texts(all(lines)))
    assert.equal("writes by splunk (https://splunk.example:8088/x), not to CloudWatch Logs", lines.notes[1].message)
    local none, err = stack:logs("prod/web", { container = "side" })
    assert.is_nil(none)
    assert.equal("NoLogs", err.code)
    assert.falsy(tostring(err):find "secret" or tostring(err):find "hidden")
  end)

  it("escapes what steers a terminal, and cuts a line that is too long", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = {
      "\27[2Jgone\r", ("ü"):rep(40000), "tab\there" } } } })
    sim:advance(60)
    local list = texts(all(assert(stack:logs "prod/web")))
    assert.equal("\\x1B[2Jgone", list[1])
    assert.truthy(#list[2] < 33000 and list[2]:find "bytes more%)$")
    assert.equal("tab\there", list[3])
  end)

  it("answers lines from a time on and until one", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = numbered("l", 60) } } })
    sim:advance(200)
    local list = all(assert(stack:logs "prod/web"))
    assert.equal(60, #list)
    local from, to = list[11].at, list[21].at
    local some = texts(all(assert(stack:logs("prod/web", { since = from, ["until"] = to }))))
    assert.same({ "l11", "l20", 10 }, { some[1], some[#some], #some })
    local ago = sim:now() - list[51].at + 0.5
    assert.equal("l51", texts(all(assert(stack:logs("prod/web", { since = ago }))))[1])
    local times = require "ecs_service.util.time_format"
    assert.equal("l51", texts(all(assert(stack:logs("prod/web", { since = times.text(list[51].at) }))))[1])
  end)

  it("answers the last lines of all streams together", function()
    local sim, stack = begin(nil, 2, { rules = { { log = { api = numbered("a", 30), side = numbered("s", 30) } } } })
    sim:advance(200)
    local whole = all(assert(stack:logs "prod/web"))
    local tail = all(assert(stack:logs("prod/web", { limit = 7 })))
    assert.equal(7, #tail)
    assert.equal(whole[#whole - 6].at, tail[1].at)
    assert.equal(whole[#whole].text, tail[7].text)
  end)

  it("answers those of one task, also of one of no service", function()
    local sim, stack = begin({ container("api", logging()) }, 2, { rules = { { service = "web", log = { "served" } },
      { task_definition = "api", log = { "x" } } } })
    local task = assert(sim:call("RunTask", { cluster = "prod", taskDefinition = "api" })).tasks[1]
    sim:advance(60)
    local id = task.taskArn:match "[^/]+$"
    for _, name in ipairs { id, task.taskArn } do
      local list = all(assert(stack:logs("prod/web", { task = name })))
      assert.same({ "x" }, texts(list))
      assert.equal(id, list[1].task)
    end
  end)

  it("reads the streams of a task that ECS has forgotten by what the service runs", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { task_definition = "api",
      log = { "long ago" } } } })
    local task = assert(sim:call("RunTask", { cluster = "prod", taskDefinition = "api" })).tasks[1]
    sim:advance(8000)
    local id = task.taskArn:match "[^/]+$"
    assert.same({ "long ago" }, texts(all(assert(stack:logs("prod/web", { task = id })))))
  end)

  it("refuses a container, a service or times that there are not", function()
    local sim, stack = begin()
    sim:advance(60)
    local function refused(target, opts)
      local lines, err = stack:logs(target, opts)
      assert.is_nil(lines)
      return err.code, err.path, tostring(err)
    end
    local code, path, text = refused("prod/web", { container = "apy" })
    assert.same({ "WrongOption", "container" }, { code, path })
    assert.truthy(text:find "api, side")
    assert.equal("NotFound", (refused "prod/wet"))
    assert.equal("UnknownAddress", (refused "wet"))
    assert.same({ "WrongOption", "since" }, { (function() local a, b = refused("prod/web", { since = "soon" })
      return a, b end)() })
    assert.equal("until", select(2, refused("prod/web", { since = "1m", ["until"] = "2m" })))
    assert.equal("limit", select(2, refused("prod/web", { limit = 0 })))
    assert.equal("task", select(2, refused("prod/web", { task = "a b" })))
  end)

  it("names the right that is missing before anybody iterates, and what ends it later in its err", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = { "line" } } } })
    sim:advance(60)
    sim:fault { operation = "GetLogEvents", code = "AccessDeniedException", http_status = 400, times = 1 }
    local lines, err = stack:logs "prod/web"
    assert.is_nil(lines)
    assert.equal("AccessDeniedException", err.code)
    assert.truthy(tostring(err):find("logs:GetLogEvents", 1, true))
    lines = assert(stack:logs "prod/web")
    sim:fault { operation = "GetLogEvents", code = "AccessDeniedException", http_status = 400, times = 1 }
    assert.same({ "line" }, texts(all(lines)))
    assert.equal("AccessDeniedException", lines.err.code)
    assert.is_nil(lines())
  end)

  it("asks again where it was throttled", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = { "line" } } } })
    sim:advance(60)
    sim:fault { operation = "GetLogEvents", code = "ThrottlingException", http_status = 400, times = 2 }
    assert.same({ "line" }, texts(all(assert(stack:logs "prod/web"))))
  end)
end)

describe("stack:logs with follow", function()
  it("loses and doubles no line of twenty tasks in ten minutes, and keeps their order and CloudWatch's pace", function()
    local sim, stack = begin({ container("api", logging()) }, 20, { rules = { { log = numbered("l", 2000) } } })
    local started = sim:now()
    sim:advance(5)
    local lines = assert(stack:logs("prod/web", { follow = true }))
    local seen, last, count, reached = {}, 0, 0, 0
    for line in lines do
      assert.truthy(line.at >= last, "out of order")
      last, count = line.at, count + 1
      local number = tonumber(line.text:match "%d+")
      assert.equal((seen[line.task] or 0) + 1, number)
      seen[line.task] = number
      if sim:now() - started > 600 then
        reached = reached + 1
        if reached > 40 then break end
      end
    end
    assert.is_nil(lines.err)
    local tasks = 0
    for _, number in pairs(seen) do
      tasks = tasks + 1
      assert.truthy(number > 500)
    end
    assert.equal(20, tasks)
    assert.truthy(count > 10000)
    local calls = {}
    for _, request in ipairs(sim.requests) do
      if request.operation == "GetLogEvents" then
        local second = math.floor(request.time)
        calls[second] = (calls[second] or 0) + 1
      end
    end
    for _, number in pairs(calls) do assert.truthy(number <= 10, number) end
  end)

  it("keeps the order where the lines of one container come some seconds late", function()
    local sim, stack = begin(nil, 1, { rules = { { log = { api = numbered("a", 200), side = numbered("s", 200) } } } })
    sim:advance(60)
    local former = sim.handle
    sim.handle = function(self, operation, body, ...)
      if operation == "GetLogEvents" and body.logStreamName:find "/side/" then
        body.endTime = math.floor((sim:now() - 4) * 1000) -- what is later has not arrived
      end
      return former(self, operation, body, ...)
    end
    local last, count = 0, 0
    for line in assert(stack:logs("prod/web", { follow = true })) do
      assert.truthy(line.at >= last, "out of order")
      last, count = line.at, count + 1
      if count == 300 then break end
    end
    sim.handle = nil
  end)

  it("reads all that a new task writes, also where only the last lines of the others were wanted", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = numbered("l", 500) } } })
    sim:advance(60)
    local first
    for line in assert(stack:logs("prod/web", { follow = true, limit = 1 })) do
      if not first then
        first = line.task
        assert(sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 2 }))
      elseif line.task ~= first then
        assert.equal("l1", line.text)
        break
      end
    end
  end)

  it("goes on with tasks that are started meanwhile", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = numbered("l", 300) } } })
    sim:advance(60)
    local scaled, seen, tasks = false, {}, 0
    for line in assert(stack:logs("prod/web", { follow = true })) do
      if not seen[line.task] then
        assert.equal("l1", line.text)
        tasks = tasks + 1
      end
      seen[line.task] = true
      if not scaled then
        assert(sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 2 }))
        scaled = true
      end
      if tasks == 2 then break end
    end
    assert.equal(2, tasks)
  end)

  it("ends with the task that was asked for, after its last line", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { task_definition = "api",
      log = numbered("l", 50), outcome = "exit", after = 40 } } })
    local task = assert(sim:call("RunTask", { cluster = "prod", taskDefinition = "api" })).tasks[1]
    local lines = assert(stack:logs("prod/web", { task = task.taskArn, follow = true }))
    assert.same(numbered("l", 50), texts(all(lines)))
    assert.is_nil(lines.err)
  end)

  it("ends at `until`, and begins with the last lines when a limit says so", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = numbered("l", 300) } } })
    sim:advance(100)
    local whole = texts(all(assert(stack:logs "prod/web")))
    local list = texts(all(assert(stack:logs("prod/web", { follow = true, limit = 3, ["until"] = sim:now() + 30 }))))
    assert.equal(whole[#whole - 2], list[1])
    assert.truthy(#list >= 28 and #list <= 34, #list)
  end)

  it("ends when it is interrupted", function()
    local sim, stack = begin({ container("api", logging()) }, 1, { rules = { { log = { "line" } } } })
    sim:advance(60)
    local stop = false
    local lines = assert(stack:logs("prod/web", { follow = true, interrupted = function() return stop end }))
    assert.equal("line", lines().text)
    stop = true
    assert.is_nil(lines())
    assert.equal("Interrupted", lines.err.code)
  end)
end)
