-- One run of a journey in a process of its own, for crash_campaign.lua:
--   lua crash_run.lua WORLD STATE S3 SEED STAGE [STEP]
-- WORLD is the URL of crash_world.lua, S3 that of the server of a STATE that is on S3. STAGE is "begin" (what the
-- journey finds), "second" or "third" (applied; a lock that a killed run left in S3 is freed first) or "check" (what
-- must be true in the end). With STEP, the process kills itself at that point by `kill -9`.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local ecs = require "ecs_service"
local json = require "ecs_service.util.json"
local journeys = require "support.crash_journeys"
local reaper = require "support.reaper"
local servers = require "support.s3_servers"

local world, state, s3, seed, stage, step = arg[1], arg[2], arg[3], tonumber(arg[4]), arg[5], tonumber(arg[6])
local made = journeys.make(seed)
local http = curl.new {}

-- Nothing of this process runs after it.
local reap = reaper.at(step or math.huge, function() os.execute "kill -9 $PPID" end)

local ids = 0
local function ask(path, body, headers)
  ids = ids - 1 -- those of the stack are positive
  assert(http:submit { id = ids, method = body and "POST" or "GET", url = world .. path, headers = headers or {},
    body = body, timeout = 60 })
  local done = http:wait(60)
  while done and done.id ~= ids do done = http:wait(60) end
  assert(done and done.status, "the world does not answer")
  return done.body, done.status
end

local clock = {}
function clock:now() -- luacheck: ignore 212/self
  return clock.time
end
function clock:sleep(seconds) -- luacheck: ignore 212/self
  reap.point()
  clock.time = assert(tonumber((ask(("/advance?%.6f"):format(seconds), ""))))
end
clock.time = assert(tonumber((ask "/now")))

local over_http = { scheduler = clock, region = "us-west-2" }
function over_http.submit(_, request)
  request.url = world .. "/"
  return http:submit(request)
end
function over_http.wait(_, seconds) return http:wait(seconds) end
function over_http.cancel(_, id) return http:cancel(id) end
local transport = reap.transport(over_http)

local function place()
  if state:sub(1, 5) ~= "s3://" then return state end
  return { url = state, endpoint = s3, region = servers.region, credentials = servers.credentials }
end

-- The stack of a stage, whose writes of the state are points to die at too.
local function stack_of(which)
  local stack = journeys.declare(assert(ecs.stack { region = "us-west-2", state = place(), transport = transport }),
    made, which)
  stack.backend = reap.backend(stack.backend)
  return stack
end

local function call(operation, body)
  local text, status = ask("/", core.json(body), { ["Content-Type"] = "application/x-amz-json-1.1",
    ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113." .. operation })
  return status == 200 and json.decode(text) or nil, text
end

local function unlock(stack)
  local holder, err = stack:lock_holder()
  assert(not err, err)
  if holder then assert(stack:unlock(holder.id)) end
end

local stages = {}

function stages.begin()
  clock.time = assert(tonumber((ask(("/fresh?%d"):format(made.read_lag), ""))))
  if made.imports then
    local service = journeys.FOREIGN
    assert(call("CreateService", { cluster = service.cluster, serviceName = service.name,
      taskDefinition = service.task_definition, desiredCount = service.desired_count }))
    clock:sleep(60)
    assert(stack_of "first":import("foreign", service.cluster .. "/" .. service.name))
  end
  assert(stack_of "first":apply())
  clock:sleep(60)
  local drifting = made.drift and made.first[made.drift]
  if drifting then
    call("UpdateService", { cluster = drifting.cluster, service = drifting.name, taskDefinition = "web:2" })
    clock:sleep(60)
  end
end

local function applied(which)
  return function()
    local stack = stack_of(which)
    unlock(stack)
    assert(stack:apply())
  end
end
stages.second, stages.third = applied "second", applied "third"

function stages.check()
  clock:sleep(120)
  local stack = stack_of "third"
  local plan = assert(stack:plan())
  assert(plan:is_empty(), "the plan is not empty\n" .. plan:render { color = false })
  local text, err = stack:pull_state()
  assert(text or err.code == "StateMissing", err)
  local wrong = journeys.problem(made, assert(json.decode(text or '{"services":{},"journal":{}}')), call)
  assert(not wrong, wrong)
end

local ran, problem = pcall(stages[stage])
if not ran then
  print(tostring(problem))
  os.exit(1)
end
