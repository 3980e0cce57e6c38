-- CloudWatch Logs of simulated containers: who writes what and where, and how it is read.
local simulator = require "ecs_service.simulator"
local watched = require "support.model_caller".watched

local function logging(options)
  options["awslogs-group"] = options["awslogs-group"] or "/ecs/api"
  options["awslogs-region"] = options["awslogs-region"] or "us-west-2"
  return { log_driver = "awslogs", options = options }
end

local function new(more)
  return watched(simulator.new { clusters = { "prod" }, task_definitions = { { family = "api", container_definitions = {
    { name = "quiet", image = "q", memory = 9 },
    { name = "api", image = "a", memory = 9, log_configuration = logging { ["awslogs-stream-prefix"] = "app" } },
    { name = "side", image = "s", memory = 9, log_configuration = logging(more or {}) },
  } } } })
end

local function run(sim)
  return assert(sim:call("RunTask", { cluster = "prod", taskDefinition = "api" })).tasks[1]
end

local function id_of(task) return task.taskArn:match "[^/]+$" end

local function read(sim, stream, more)
  local body = { logGroupName = "/ecs/api", logStreamName = stream, startFromHead = true }
  for name, value in pairs(more or {}) do body[name] = value end
  return sim:call("GetLogEvents", body)
end

local function messages(answer)
  local out = {}
  for i, event in ipairs(answer.events) do out[i] = event.message end
  return out
end

local function refused(sim, operation, body)
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

describe("a container with awslogs", function()
  it("writes the lines of its task's rule to prefix/container/task, the first with a stream unless one is named",
    function()
      local sim = new()
      sim:tasks { task_definition = "api", outcome = "exit", exit_code = 1, log = { "migrating", "", "no such table" } }
      local task = run(sim)
      assert.equal("ResourceNotFoundException", (select(2, read(sim, "app/api/" .. id_of(task)))).code)
      sim:advance(10)
      assert.same({ "migrating", "no such table" }, messages(assert(read(sim, "app/api/" .. id_of(task)))))
      local seen = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { task.taskArn } })).tasks[1]
      assert.same({}, assert(read(sim, seen.containers[3].runtimeId)).events)
      local events = assert(read(sim, "app/api/" .. id_of(task))).events
      assert.equal(sim:now() * 1000, events[1].timestamp)
    end)

  it("writes what is its own, to its runtime id where there is no prefix", function()
    local sim = new()
    sim:tasks { log = { api = { "from api" }, side = { "from side" }, quiet = { "from nobody" } } }
    local task = run(sim)
    sim:advance(10)
    assert.same({ "from api" }, messages(assert(read(sim, "app/api/" .. id_of(task)))))
    local seen = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { task.taskArn } })).tasks[1]
    assert.equal("side", seen.containers[3].name)
    assert.same({ "from side" }, messages(assert(read(sim, seen.containers[3].runtimeId))))
    sim:advance(20)
    assert.equal(0, assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { task.taskArn } }))
      .tasks[1].containers[2].exitCode)
  end)

  it("writes a line a second, and the rest when it ends", function()
    local sim = new()
    local lines = {}
    for i = 1, 30 do lines[i] = "line " .. i end
    sim:tasks { log = lines }
    local stream = "app/api/" .. id_of(run(sim))
    sim:advance(10)
    assert.equal(1, #assert(read(sim, stream)).events)
    sim:advance(5)
    assert.equal(6, #assert(read(sim, stream)).events)
    sim:advance(15)
    assert.same(lines, messages(assert(read(sim, stream))))
    sim:advance(100)
    assert.same(lines, messages(assert(read(sim, stream))))
  end)

  it("writes nothing when it never starts, and its stream is not there", function()
    local sim = new()
    sim:tasks { outcome = "pull_error", log = { "never" } }
    local task = run(sim)
    sim:advance(100)
    assert.is_nil((read(sim, "app/api/" .. id_of(task))))
  end)

  it("writes in a service as well, also what a rule gives to tasks that run", function()
    local sim = new()
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "api",
      desiredCount = 1 }))
    sim:advance(30)
    local arn = assert(sim:call("ListTasks", { cluster = "prod" })).taskArns[1]
    local stream = "app/api/" .. arn:match "[^/]+$"
    assert.same({}, assert(read(sim, stream)).events)
    sim:tasks { service = "web", existing = true, log = { "hello" } }
    assert.same({ "hello" }, messages(assert(read(sim, stream))))
    local task = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { arn } })).tasks[1]
    assert.equal("RUNNING", task.lastStatus)
  end)

  it("has its streams in the region of its options", function()
    local sim = new { ["awslogs-region"] = "eu-west-1", ["awslogs-stream-prefix"] = "x" }
    sim:tasks { log = { side = { "far away" } } }
    local stream = "x/side/" .. id_of(run(sim))
    sim:advance(10)
    assert.is_nil((read(sim, stream)))
    local body = { logGroupName = "/ecs/api", logStreamName = stream }
    assert.same({ "far away" }, messages(assert(sim:handle("GetLogEvents", body, nil, "eu-west-1"))))
  end)

  it("is told to write lines, and nothing else", function()
    local sim = new()
    for _, log in ipairs { { 1 }, { api = "line" }, { api = { 1 } }, { { "line" } } } do
      assert.has_error(function() sim:tasks { log = log } end)
    end
    assert.has_error(function() sim:tasks { log = "line" } end)
    assert.has_error(function() sim:tasks { task_definition = "api" } end)
  end)
end)

describe("the events of a stream", function()
  local sim, stream
  before_each(function()
    sim = new()
    local lines = {}
    for i = 1, 25 do lines[i] = "line " .. i end
    sim:tasks { log = lines, outcome = "exit", after = 30 }
    stream = "app/api/" .. id_of(run(sim))
    sim:advance(34)
  end)

  it("are read from the head page by page, until a token comes back", function()
    local first = assert(read(sim, stream, { limit = 10 }))
    assert.same({ 10, "line 1" }, { #first.events, first.events[1].message })
    local second = assert(read(sim, stream, { limit = 20, nextToken = first.nextForwardToken }))
    assert.same({ 15, "line 11" }, { #second.events, second.events[1].message })
    local third = assert(read(sim, stream, { nextToken = second.nextForwardToken }))
    assert.same({}, third.events)
    assert.equal(second.nextForwardToken, third.nextForwardToken)
    assert.equal(25, #assert(read(sim, stream, { nextToken = third.nextBackwardToken })).events)
    local back = assert(read(sim, stream, { nextToken = second.nextBackwardToken }))
    assert.same(messages(first), messages(back))
    local start = assert(read(sim, stream, { nextToken = back.nextBackwardToken }))
    assert.same({}, start.events)
    assert.equal(back.nextBackwardToken, start.nextBackwardToken)
  end)

  it("are the last ones otherwise, and what comes later follows on their token", function()
    local lines = { "late" }
    local last = assert(read(sim, stream, { limit = 2, startFromHead = false }))
    assert.same({ "line 24", "line 25" }, messages(last))
    assert.same({ "line 22", "line 23" },
      messages(assert(read(sim, stream, { limit = 2, nextToken = last.nextBackwardToken }))))
    sim:tasks { existing = true, log = lines }
    assert.same({ "late" }, messages(assert(read(sim, stream, { nextToken = last.nextForwardToken }))))
  end)

  it("are those from startTime until before endTime", function()
    local events = assert(read(sim, stream)).events
    local some = assert(read(sim, stream, { startTime = events[3].timestamp, endTime = events[5].timestamp }))
    assert.same({ "line 3", "line 4" }, messages(some))
    assert.equal("InvalidParameterException", (refused(sim, "GetLogEvents", { logGroupName = "/ecs/api",
      logStreamName = stream, startTime = 2, endTime = 1 })))
  end)

  it("are of a group and stream that are named as such, and there", function()
    local question = { logGroupName = "/ecs/api", logStreamName = stream }
    for what, case in pairs {
      ["no group"] = { { logGroupName = "/ecs/x", logStreamName = stream }, "ResourceNotFoundException" },
      ["no stream"] = { { logGroupName = "/ecs/api", logStreamName = "x" }, "ResourceNotFoundException" },
      ["a name that is none"] = { { logGroupName = "a b", logStreamName = stream }, "InvalidParameterException" },
      ["a stream's name that is none"] = { { logGroupName = "/ecs/api", logStreamName = "a:b" },
        "InvalidParameterException" },
      ["no name"] = { { logStreamName = stream }, "InvalidParameterException" },
      ["a token that is none"] = { { logGroupName = "/ecs/api", logStreamName = stream, nextToken = "x" },
        "InvalidParameterException" },
      ["too many"] = { { logGroupName = "/ecs/api", logStreamName = stream, limit = 10001 },
        "InvalidParameterException" },
    } do
      assert.equal(case[2], (refused(sim, "GetLogEvents", case[1])), what)
    end
    question.logGroupName, question.logGroupIdentifier = nil,
      "arn:aws:logs:us-west-2:123456789012:log-group:/ecs/api"
    assert.equal(25, #assert(sim:call("GetLogEvents", question)).events)
  end)

  it("are ten thousand, or a mebibyte, on a page at most", function()
    sim:tasks { existing = true, log = { ("x"):rep(700000), ("y"):rep(700000) } }
    sim:advance(1)
    local first = assert(read(sim, stream))
    assert.equal(26, #first.events)
    assert.equal(1, #assert(read(sim, stream, { nextToken = first.nextForwardToken })).events)
  end)
end)

describe("a log group", function()
  local function group_with(count)
    local sim = new { ["awslogs-stream-prefix"] = "zz" }
    sim:tasks { log = { api = { "alpha one", "beta two" }, side = { "alpha three" } } }
    local ids = {}
    for i = 1, count do
      ids[i] = id_of(run(sim))
      sim:advance(1)
    end
    sim:advance(30)
    return sim, ids
  end

  local function filter(sim, more)
    local body = { logGroupName = "/ecs/api" }
    for name, value in pairs(more or {}) do body[name] = value end
    return assert(sim:call("FilterLogEvents", body))
  end

  it("lists its streams by name or by their last event", function()
    local sim, ids = group_with(3)
    local function names(more)
      local body = { logGroupName = "/ecs/api" }
      for name, value in pairs(more or {}) do body[name] = value end
      local answer = assert(sim:call("DescribeLogStreams", body))
      local out = {}
      for i, one in ipairs(answer.logStreams) do out[i] = one.logStreamName end
      return out, answer
    end
    local all = names()
    assert.equal(6, #all)
    assert.truthy(all[1]:find "^app/" and all[6]:find "^zz/")
    assert.equal(3, #names { logStreamNamePrefix = "zz/" })
    assert.equal("app/api/" .. ids[3], names({ orderBy = "LastEventTime", descending = true })[1])
    local page, answer = names { limit = 5 }
    assert.equal(5, #page)
    assert.equal(1, #names { nextToken = answer.nextToken, limit = 5 })
    assert.equal("InvalidParameterException", (refused(sim, "DescribeLogStreams", { logGroupName = "/ecs/api",
      orderBy = "LastEventTime", logStreamNamePrefix = "zz" })))
  end)

  it("is searched by words, streams and times, oldest first", function()
    local sim, ids = group_with(2)
    local function found(more) return messages(filter(sim, more)) end
    assert.equal(6, #found())
    assert.same({ "beta two", "beta two" }, found { filterPattern = "beta" })
    assert.same({ "alpha three" }, found { filterPattern = "alpha -one", logStreamNames = { "zz/side/" .. ids[1] } })
    assert.same({ "beta two", "beta two" }, found { filterPattern = '?beta ?gamma' })
    assert.same({ "alpha one", "alpha one" }, found { filterPattern = '"alpha one"' })
    assert.same({}, found { filterPattern = '"one alpha"' })
    assert.equal(2, #found { logStreamNamePrefix = "zz/" })
    local events = filter(sim).events
    assert.equal(#events, #found { startTime = events[1].timestamp, endTime = events[6].timestamp })
    assert.equal(events[6].message, filter(sim, { startFromHead = false }).events[1].message)
    assert.truthy(events[1].logStreamName and events[1].eventId ~= events[2].eventId)
    local first = filter(sim, { limit = 4 })
    assert.same({ 4, 2 }, { #first.events, #filter(sim, { limit = 4, nextToken = first.nextToken }).events })
    for _, body in ipairs { { filterPattern = "{ $.level = 1 }" }, { filterPattern = '"open' },
      { logStreamNames = { "a" }, logStreamNamePrefix = "b" } } do
      body.logGroupName = "/ecs/api"
      assert.equal("InvalidParameterException", (refused(sim, "FilterLogEvents", body)))
    end
  end)

  it("is created once, listed, and named by what it may be called", function()
    local sim = new()
    assert(sim:call("CreateLogGroup", { logGroupName = "/ecs/web" }))
    assert(sim:call("CreateLogGroup", { logGroupName = "other", logGroupClass = "INFREQUENT_ACCESS" }))
    assert.equal("ResourceAlreadyExistsException", (refused(sim, "CreateLogGroup", { logGroupName = "other" })))
    assert.equal("InvalidParameterException", (refused(sim, "CreateLogGroup", { logGroupName = "a b" })))
    local function names(body)
      local out = {}
      for i, group in ipairs(assert(sim:call("DescribeLogGroups", body)).logGroups) do out[i] = group.logGroupName end
      return out
    end
    assert.same({ "/ecs/web", "other" }, names {})
    assert.same({ "/ecs/web" }, names { logGroupNamePrefix = "/ecs" })
    assert.same({ "other" }, names { logGroupNamePattern = "the" })
    assert.same({ "other" }, names { logGroupClass = "INFREQUENT_ACCESS" })
    assert.same({ "other" }, names { logGroupIdentifiers = { "other" } })
    assert.equal("arn:aws:logs:us-west-2:123456789012:log-group:other:*",
      assert(sim:call("DescribeLogGroups", {})).logGroups[2].arn)
    assert.equal("InvalidParameterException",
      (refused(sim, "DescribeLogGroups", { logGroupNamePrefix = "a", logGroupNamePattern = "b" })))
  end)
end)
