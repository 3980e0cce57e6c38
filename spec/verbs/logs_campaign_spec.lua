-- Following logs through all that CloudWatch Logs may do at once: streams that begin late, lines that arrive late and
-- at one time with others, pages of any size, empty ones, tokens that come again, throttling. ECS_LOGS_WORLDS is the
-- number of random worlds.
local ecs = require "ecs_service"
local journey = require "support.journey"
local refuse = require "ecs_service.simulator.api_error"

local WORLDS = tonumber(os.getenv "ECS_LOGS_WORLDS") or 3
local TASKS, MINUTES = 20, 10

local LOG = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2",
  ["awslogs-stream-prefix"] = "app" } }

-- The same numbers in every Lua.
local function random_of(seed)
  local state = seed * 7919 + 17
  return function(most)
    state = (state * 16807) % 2147483647
    return state % most + 1
  end
end

local function numbered(count)
  local list = {}
  for i = 1, count do list[i] = "l" .. i end
  return list
end

local function begin()
  local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { { family = "api",
    container_definitions = { { name = "api", image = "api", memory = 9, log_configuration = LOG } } } } }
  sim:tasks { log = numbered(2000) }
  assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "api",
    desiredCount = TASKS / 2 }))
  return sim
end

local function refused(code, message) return nil, refuse.new(code, message, 400) end

-- One stream as others see it: what was written some seconds ago is there, the stream too, and lines bear the beginning
-- of their second. Some pages are empty, and their token leads on all the same.
local function page_of(stream, read, body, random, now)
  body.limit = math.min(body.limit, random(40))
  body.endTime = math.floor((now - stream.late) * 1000)
  body.nextToken = stream.detours[body.nextToken] or body.nextToken
  local answer, refusal = read(body)
  if not answer or not answer.events[1] and not stream.begun then
    return refused("ResourceNotFoundException", refusal and refusal.message or "there is no such stream")
  end
  stream.begun = true
  if answer.events[1] and random(6) == 1 then
    stream.empty = stream.empty + 1
    local token = "f/detour/" .. stream.empty
    stream.detours[token] = body.nextToken or "" -- "": from the beginning
    return { events = {}, nextForwardToken = token, nextBackwardToken = "b/1" }
  end
  for _, event in ipairs(answer.events) do event.timestamp = math.floor(event.timestamp / 1000) * 1000 end
  return answer
end

-- Puts that between the reader and the logs; answers what happened.
local function wild(sim, random)
  local former, streams = sim.handle, {}
  local told = { answered = {}, throttled = 0, streams = streams }
  sim.handle = function(self, operation, body, ...)
    if operation ~= "GetLogEvents" then return former(self, operation, body, ...) end
    local rest = { ... }
    if random(12) == 1 then
      told.throttled = told.throttled + 1
      return refused("ThrottlingException", "Rate exceeded")
    end
    table.insert(told.answered, sim:now())
    local name = body.logStreamName
    streams[name] = streams[name] or { late = random(5) - 1, detours = {}, empty = 0 }
    return page_of(streams[name], function(asked)
      if asked.nextToken == "" then asked.nextToken = nil end
      return former(self, operation, asked, (table.unpack or unpack)(rest))
    end, body, random, sim:now())
  end
  return told
end

-- The most that was answered within any second.
local function pace_of(times)
  local most, first = 0, 1
  for i, at in ipairs(times) do
    while times[first] <= at - 1 + 1e-6 do first = first + 1 end
    most = math.max(most, i - first + 1)
  end
  return most
end

describe("following the logs of twenty tasks for ten minutes", function()
  for world = 1, WORLDS do
    it("loses and doubles no line, and keeps the order and the pace: world " .. world, function()
      local sim = begin()
      local told = wild(sim, random_of(world))
      local began, last, seen, grown = sim:now(), 0, {}, false
      local lines = assert(journey.stack(sim):logs("prod/web", { follow = true, interrupted = function()
        return sim:now() > began + 60 * MINUTES
      end }))
      for line in lines do
        assert.truthy(line.at >= last, "out of order")
        last = line.at
        assert.equal((seen[line.task] or 0) + 1, tonumber(line.text:match "%d+"), line.task)
        seen[line.task] = (seen[line.task] or 0) + 1
        if not grown and sim:now() > began + 60 * MINUTES / 3 then
          grown = true
          assert(sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = TASKS }))
        end
      end
      sim.handle = nil
      assert.equal("Interrupted", lines.err.code)
      local tasks, empty = 0, 0
      for _, count in pairs(seen) do
        tasks = tasks + 1
        assert.truthy(count > 60 * (MINUTES * 2 / 3 - 2), count)
      end
      for _, stream in pairs(told.streams) do empty = empty + stream.empty end
      assert.equal(TASKS, tasks)
      assert.truthy(pace_of(told.answered) <= 10, pace_of(told.answered))
      assert.truthy(told.throttled > 20 and empty > 20)
    end)
  end
end)
