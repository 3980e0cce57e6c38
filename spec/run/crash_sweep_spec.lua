-- A run that dies at any of its points: before and after each request, at each answer, before and after each write of
-- the state or of a record of its journal, and in the middle of one. For random journeys, every point is tried, with a
-- journal and with a state that is written whole; the next run must leave each service once, as declared and as
-- recorded, and nothing else; so it must when one run after the other dies. ECS_CRASH_SEEDS=FROM-TO tries other
-- journeys than the few of every day.
local journey = require "support.journey"
local journeys = require "support.crash_journeys"
local json = require "ecs_service.util.json"
local reaper = require "support.reaper"

-- One account with one state, as the journey left it before the run that is killed.
local function prepare(made)
  local sim = journey.simulator { read_lag = made.read_lag }
  local backend = require("ecs_service.state.memory").new()
  local function stack(stage, transport)
    local one = journeys.declare(journey.stack(sim, { transport = transport }), made, stage)
    one.backend = backend
    return one
  end
  if made.imports then
    local service = journeys.FOREIGN
    assert(sim:call("CreateService", { cluster = service.cluster, serviceName = service.name,
      taskDefinition = service.task_definition, desiredCount = service.desired_count }))
    sim:advance(60)
    assert(stack("first", sim):import("foreign", service.cluster .. "/" .. service.name))
  end
  assert(stack("first", sim):apply())
  sim:advance(60)
  local drifting = made.drift and made.first[made.drift]
  if drifting then
    sim:call("UpdateService", { cluster = drifting.cluster, service = drifting.name, taskDefinition = "web:2" })
    sim:advance(60)
  end
  return sim, backend, stack
end

-- One run of a stage that dies at its nth point. Whether it came to its end before.
local function dies(stage, nth, sim, backend, stack, whole)
  local reap = reaper.at(nth)
  local dying = stack(stage, reap.transport(sim))
  dying.backend = reap.backend(backend, whole)
  local ran, result, err = pcall(function() return dying:apply() end)
  if ran then
    assert(result, err)
  else
    assert(result == reaper.KILLED, result)
  end
  backend:unlock()
  return ran
end

-- The run that finishes it, and what must be true then.
local function finish(made, where, sim, backend, stack)
  local last = stack("third", sim)
  local applied, problem = last:apply()
  assert(applied, where .. tostring(problem))
  sim:advance(120)
  local plan = assert(last:plan())
  assert(plan:is_empty(), where .. "the plan is not empty\n" .. plan:render { color = false })
  local wrong = journeys.problem(made, assert(json.decode(backend.text or '{"services":{},"journal":{}}')),
    function(operation, body) return sim:call(operation, body) end)
  assert(not wrong, where .. tostring(wrong))
end

local function check(made, nth, whole)
  local sim, backend, stack = prepare(made)
  local ended = dies("second", nth, sim, backend, stack, whole)
  if made.read_lag > 0 and nth % 2 == 0 then sim:advance(30) end
  finish(made, ("journey %d, point %d: "):format(made.seed, nth), sim, backend, stack)
  return ended
end

-- Up to four runs die, of what is declared in the end and of what was declared on the way.
local function check_several(made, random)
  local sim, backend, stack = prepare(made)
  local where = ("journey %d:"):format(made.seed)
  local stage = "second"
  for _ = 1, 1 + random(3) do
    local nth = random(60)
    where = ("%s %s %d"):format(where, stage, nth)
    dies(stage, nth, sim, backend, stack, random(3) == 1)
    stage = random(2) == 1 and "second" or "third"
  end
  finish(made, where .. ": ", sim, backend, stack)
end

local from, to = (os.getenv "ECS_CRASH_SEEDS" or "1-6"):match "^(%d+)-(%d+)$"
assert(from, "ECS_CRASH_SEEDS is FROM-TO")

describe("a run that dies at any point of a journey", function()
  local function sweep(seed, form, whole)
    it(("is finished by the next one: journey %d, %s"):format(seed, form), function()
      local made = journeys.make(seed)
      local failures, points = {}, 0
      for nth = 1, 2000 do
        local ok, result = pcall(check, made, nth, whole)
        points = nth
        if not ok then failures[#failures + 1] = tostring(result) end
        if ok and result then break end
        if #failures >= 3 then break end
      end
      assert(#failures == 0, table.concat(failures, "\n\n"))
      assert(points < 2000)
      if os.getenv "ECS_CRASH_FIGURES" then
        io.stderr:write(("journey %d: %d points, %s\n"):format(seed, points - 1, form))
      end
    end)
  end

  for seed = tonumber(from), tonumber(to) do
    sweep(seed, "with a journal", false)
    sweep(seed, "written whole", true)
  end
end)

describe("runs that die one after the other", function()
  for seed = tonumber(from), tonumber(to) do
    it("are finished by the one that does not: journeys of " .. seed, function()
      local random = journeys.random(seed)
      for _ = 1, 25 do check_several(journeys.make(random(1000000)), random) end
    end)
  end
end)
