-- Real processes about one deployment in stages: somebody decides beside a run that waits, and somebody presses Ctrl-C
-- in a terminal, once or twice; and runs that are really killed. ECS_TEST_KILLS says how many, ECS_TEST_SEED when.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local json = require "ecs_service.util.json"
local journey = require "support.journey"
local journeys = require "support.crash_journeys"
local served = require "support.served"

-- How many times as fast as the world the simulated ECS is, and the clock of the commands too. A rollback takes 40
-- seconds of it: slow is so slow that it lasts while a key is pressed.
local FAST, SLOW = 80, 2
local KILLED = 137
local AHEAD = 7200 -- seconds that the simulated ECS has had before anybody looks

-- Where the support of these specs is, for processes elsewhere.
local SUPPORT = ([[package.path = "%s/spec/?.lua;" .. package.path]]):format(os.getenv "PWD")

-- A service whose first deployment is through, in the simulated ECS.
local SCENE = [[

  local staged = require "support.staged_web"
  sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1", desiredCount = 1,
    deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 0 },
    loadBalancers = { { targetGroupArn = staged.BLUE_GROUP, containerName = "web", containerPort = 80,
      advancedConfiguration = { alternateTargetGroupArn = staged.GREEN_GROUP, roleArn = staged.ROLE,
        productionListenerRule = staged.RULE } } } })
  sim:advance(%d)
]]

local SCRIPT = [[

local core = require "ecs_service.core"
local web = require "support.staged_web"
local clock = {}
function clock.now() return %.3f + %d + (core.system.time() - %.3f) * %d end
function clock.sleep(_, seconds) core.system.sleep(seconds / %d) end
local stack = assert(require("ecs_service").stack { region = "us-west-2", state = "state.json", scheduler = clock,
  endpoint = "%s", credentials = { access_key_id = "any", secret_access_key = "any" } })
local minutes = tonumber(os.getenv "PAUSE")
local pause = web.pause(minutes or 600, minutes and "CONTINUE" or "ROLLBACK", "PRE_SCALE_UP")
local config = web.declaration("BLUE_GREEN", { pause }, "web:2", { desired_count = 1 })
config.deployment_configuration.bake_time_in_minutes = 0
stack:service("web", config)
return stack
]]

local folder, world, http

local function call(operation, body)
  assert(http:submit { id = 1, method = "POST", url = world.url .. "/", timeout = 60, body = core.json(body),
    headers = { ["Content-Type"] = "application/x-amz-json-1.1",
      ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113." .. operation } })
  return assert(json.decode(http:wait(60).body))
end

local function deployments()
  return call("ListServiceDeployments", { cluster = "prod", service = "web" }).serviceDeployments
end

local function status() return deployments()[1].status end

local function command(words, before)
  return ("AWS_EC2_METADATA_DISABLED=true %s %s %s/bin/ecs-service %s"):format(before or "", served.interpreter(),
    os.getenv "ECS_TEST_BUILD", words)
end

local function text_of(name) return core.system.read_file(folder .. "/" .. name) or "" end

local function eventually(what, is_true)
  local last = core.system.monotonic() + 60
  while not is_true() do
    assert(core.system.monotonic() < last, what .. ":\n" .. text_of "screen")
    core.system.sleep(0.01)
  end
end

-- A command in a terminal: what it shows is in the file "screen", what it ended with in "code".
local function in_terminal(words)
  local pipe = assert(io.popen(("cd '%s' && rm -f screen code && { script -qefc '%s' screen >script.out 2>&1; "
    .. "echo $? >code; }"):format(folder, command(words)), "w"))
  return pipe
end

local function sees(text) return function() return text_of "screen":find(text, 1, true) ~= nil end end

local function press(pipe, keys)
  pipe:write(keys)
  pipe:flush()
end

local function finish(pipe)
  eventually("it does not end", function() return text_of "code" ~= "" end)
  pipe:close()
  return tonumber(text_of "code"), text_of "screen"
end

-- What a command without a terminal says, and ends with.
local function run(words, before)
  local pipe = assert(io.popen(("exec 2>&1; cd '%s'; (%s); echo \"code $?\""):format(folder, command(words, before))))
  local output = pipe:read "*a"
  pipe:close()
  local said, code = output:match "^(.*)code (%d+)%s*$"
  return tonumber(code), said
end

describe("a deployment in stages, between processes,", function()
  local function begin(speed)
    folder = journey.folder()
    local began = core.system.time()
    world = served.start(speed, 'region = "us-west-2", clusters = { "prod" }, '
      .. 'task_definitions = { "web:1", "web:2" }', SUPPORT .. SCENE:format(AHEAD))
    http = curl.new { no_proxy = "*" }
    journey.write(folder .. "/services.lua", SUPPORT .. SCRIPT:format(began, AHEAD, began, speed, speed, world.url))
    local code, said = run "import web prod/web"
    assert.equal(0, code, said)
  end

  local function finish_world()
    if not world then return end
    http:close()
    world.stop()
    journey.clean()
    world = nil
  end

  after_each(finish_world)

  local function waiting(words, speed)
    begin(speed or FAST)
    local pipe = in_terminal("apply --auto-approve " .. words)
    eventually("it never waits", sees "waits for a decision")
    return pipe
  end

  it("goes on when somebody says so beside the run that waits, and both see it through", function()
    local pipe = waiting ""
    local code, said = run "continue web --auto-approve"
    assert.equal(0, code, said)
    code, said = finish(pipe)
    assert.equal(0, code, said)
    assert.equal("SUCCESSFUL", status())
    code, said = run "plan --detailed-exitcode"
    assert.equal(0, code, said)
  end)

  it("goes back when somebody says so, and the run that waits tells who it was", function()
    local pipe = waiting ""
    local code, said = run "continue web --rollback --auto-approve"
    assert.equal(0, code, said)
    code, said = finish(pipe)
    assert.equal(5, code, said)
    assert.truthy(said:find("ecs-service continue --rollback, by ", 1, true), said)
    assert.equal("ROLLBACK_SUCCESSFUL", status())
  end)

  it("goes on at ECS after Ctrl-C, when it is to be left", function()
    local pipe = waiting "--on-interrupt leave"
    press(pipe, "\3")
    local code, said = finish(pipe)
    assert.equal(130, code, said)
    assert.truthy(said:find("interrupted", 1, true), said)
    assert.equal("IN_PROGRESS", status())
    assert.is_false(core.system.exists(folder .. "/state.json.lock"))
    code, said = run "continue web --auto-approve"
    assert.equal(0, code, said)
  end)

  it("is rolled back at Ctrl-C, when that was asked for, and the run waits for it", function()
    local pipe = waiting "--on-interrupt rollback"
    press(pipe, "\3")
    local code, said = finish(pipe)
    assert.equal(130, code, said)
    assert.truthy(said:find("stopped and rolled back", 1, true), said)
    assert.equal("ROLLBACK_SUCCESSFUL", status())
    assert.is_false(core.system.exists(folder .. "/state.json.lock"))
  end)

  it("is followed to its end by the next run, whenever the one before was killed", function()
    local random, killed = journeys.random(tonumber(os.getenv "ECS_TEST_SEED") or 20), 0
    for i = 1, tonumber(os.getenv "ECS_TEST_KILLS") or 2 do
      begin(FAST)
      local seconds = random(1500) / 1000
      local code, said = run("apply --auto-approve", ("PAUSE=1 timeout -s KILL %.3f"):format(seconds))
      if code == KILLED then killed = killed + 1 else assert.equal(0, code, said) end
      local where = ("round %d, killed after %.3f s: "):format(i, seconds)
      if random(2) == 1 then
        code, said = run("wait", "PAUSE=1")
        assert.equal(0, code, where .. said)
        assert.equal("SUCCESSFUL", status(), where .. said)
      end
      code, said = run("apply --auto-approve", "PAUSE=1")
      assert.equal(0, code, where .. said)
      assert.equal("SUCCESSFUL", status(), where .. said)
      assert.equal(2, #deployments(), where .. said)
      code, said = run("plan --detailed-exitcode", "PAUSE=1")
      assert.equal(0, code, where .. said)
      assert.is_false(core.system.exists(folder .. "/state.json.lock"), where)
      finish_world()
    end
    assert.is_true(killed > 0)
  end)

  it("is left at once by a second Ctrl-C, and goes back all the same", function()
    local pipe = waiting("--on-interrupt rollback", SLOW)
    press(pipe, "\3")
    eventually("nothing is said of the first", sees "once more leaves at once")
    eventually("it is not rolled back", function() return status() == "ROLLBACK_IN_PROGRESS" end)
    press(pipe, "\3")
    local code = finish(pipe)
    assert.equal(130, code)
    assert.equal("ROLLBACK_IN_PROGRESS", status())
    local _, said = run "apply --dry-run"
    assert.falsy(tostring(said):find("is locked", 1, true), said)
  end)
end)
