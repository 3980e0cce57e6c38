-- Deploys with a task before and one behind their service, killed at random points, several times in a row, with
-- answers that are lost and a task that fails. Each task is begun once a revision, once more when it failed, and no
-- service runs a revision whose task did not end well. ECS_TASK_KILLS=300 makes that many kills; every day it is a few.
local core = require "ecs_service.core"
local migrating = require "support.migrating"
local reaper = require "support.reaper"
local served = require "support.served"

local KILLS = tonumber(os.getenv "ECS_TASK_KILLS") or 20
local MOST_POINTS = 70

local function generator(seed)
  local state = seed * 7919 + 1
  return function(most)
    state = (state * 16807) % 2147483647
    return state % most + 1
  end
end

local function make(of, image)
  local stack, _, web = migrating.stack_of(of, image)
  stack:task("after", { service = web, command = { "bin/after" }, after = { web }, run = "deploy" })
  return stack
end

-- The tasks by revision and command, those that ended well apart.
local function begun(world)
  local all, well = {}, {}
  for _, task in ipairs(migrating.ran(world)) do
    local key = ("%s %s"):format(task.taskDefinitionArn:match "[^/]+$", task.overrides.containerOverrides[1].command[1])
    all[key] = (all[key] or 0) + 1
    if task.containers[1].exitCode == 0 then well[key] = (well[key] or 0) + 1 end
  end
  return all, well
end

local function killed(world, nth, image)
  local reap = reaper.at(nth)
  local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend, nth % 3 == 0) }
  local ran, result = pcall(function() return make(dying, image):apply() end)
  assert(ran or result == reaper.KILLED, result)
  world.backend:unlock()
  return not ran
end

local function check(world, where, failures)
  local all, well = begun(world)
  local runs = migrating.runs(world)
  assert.truthy((well[runs .. " bin/migrate"] or 0) >= 1, where .. runs .. " runs without its task")
  for key, count in pairs(all) do
    assert.truthy((well[key] or 0) <= 1, where .. key .. " was run twice")
    assert.truthy(count <= 1 + (failures[key] or 0), where .. key .. " was begun twice")
  end
end

local function round(seed)
  local random, where, kills, failures = generator(seed), ("round %d: "):format(seed), 0, {}
  local world = migrating.world { task_seconds = 5 * random(12) }
  assert(make(world, "acme/api:1"):apply())
  for number = 2, 3 do
    local image = "acme/api:" .. number
    if random(3) == 1 then
      world.sim:tasks { task_definition = "api:" .. number, outcome = "exit", exit_code = 1, times = 1 }
      failures[("api:%d bin/migrate"):format(number)] = 1
    end
    if random(3) == 1 then
      world.sim:fault { operation = ({ "RunTask", "DescribeTasks", "UpdateService" })[random(3)], reset_after = true,
        times = random(3) }
    end
    for _ = 1, random(3) do
      if killed(world, random(MOST_POINTS), image) then kills = kills + 1 end
      world.sim:advance(random(60))
      check(world, where, failures)
    end
    for _ = 1, 4 do
      if make(world, image):apply() then break end
      world.sim:advance(10)
    end
    check(world, where, failures)
    assert.equal("api:" .. number, migrating.runs(world), where)
    assert.is_true(assert(make(world, image):plan()):is_empty(), where)
  end
  return kills
end

describe("deploys with tasks that are killed at random", function()
  it("run each task once, and no service without it", function()
    local kills, seed = 0, 0
    while kills < KILLS do
      seed = seed + 1
      kills = kills + round(seed)
      assert.truthy(seed < 10 * KILLS, "hardly anything was killed")
    end
  end)
end)

local SCRIPT = [[
local ecs = require "ecs_service"
local vars = ecs.variables { image = { default = "acme/api:1" } }
local stack = assert(ecs.stack { region = "us-west-2", state = "state.json" })
local definition = stack:task_definition("api", {
  container_definitions = { { name = "app", image = vars.image, memory = 64 } } })
local api = stack:service("api", { name = "api", cluster = "prod", task_definition = definition, desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
stack:task("migrate", { service = api, command = { "bin/migrate" }, before = { api } })
return stack
]]

describe("the command over HTTP", function()
  if os.getenv "ECS_TEST_SANITIZED" then return end -- whole programs run on the plain builds
  local folder, server

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(core.system.make_dir(folder))
    assert(core.system.write_file(folder .. "/api.lua", SCRIPT))
    server = served.start(100, 'region = "us-west-2", clusters = { "prod" }, task_seconds = 60')
  end)
  after_each(function()
    server.stop()
    os.execute("rm -rf '" .. folder .. "'")
  end)

  local function apply(image, seconds)
    local pipe = assert(io.popen(("cd '%s' && env -u LD_PRELOAD -u AWS_PROFILE -u LUA_PATH -u LUA_CPATH HOME='%s' "
      .. "LANG=C.UTF-8 AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example %s "
      .. "'%s/bin/ecs-service' apply api.lua --auto-approve --var image=%s </dev/null 2>&1; echo \"code $?\""):format(
      folder, folder, server.url, seconds and ("timeout -s KILL %.3f"):format(seconds) or "",
      os.getenv "ECS_TEST_BUILD", image)))
    local output = pipe:read "*a"
    pipe:close()
    return output, tonumber(output:match "code (%d+)%s*$")
  end

  -- By the API, as a stack over HTTP asks it.
  local function tasks(revision)
    local stack = assert(require "ecs_service".stack { region = "us-west-2", state = false, endpoint = server.url,
      credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "example" } })
    local count = 0
    local listed = assert(stack:call("ecs", "ListTasks", { cluster = "prod", desiredStatus = "STOPPED" }))
    local answer = #listed.taskArns > 0 and assert(stack:call("ecs", "DescribeTasks", { cluster = "prod",
      tasks = listed.taskArns })) or { tasks = {} }
    for _, task in ipairs(answer.tasks) do
      local own = tostring(task.startedBy):find "^ecs%-service/" and task.taskDefinitionArn:match ":(%d+)$"
      if own == tostring(revision) then count = count + 1 end
    end
    return count
  end

  it("killed by kill -9 at any time runs the task once", function()
    local random, kills = generator(math.floor(core.system.monotonic() * 1000) % 100000), 0
    for image = 1, math.max(1, math.floor(KILLS / 30)) do
      for _ = 1, 2 do
        local _, code = apply("acme/api:" .. image, 0.2 + random(2000) / 1000)
        if code == 137 then kills = kills + 1 end
      end
      local output, code = apply("acme/api:" .. image)
      assert.equal(0, code, output)
      assert.equal(1, tasks(image), output) -- ECS forgets those of an hour ago
    end
    assert.truthy(kills > 0)
  end)
end)
