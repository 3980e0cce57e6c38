-- Commands that are really ended: by KILL, TERM, HUP, QUIT, two signals, a closed pipe, at random instants, with
-- their state in a file, against a simulated ECS in another process that lives on. Nothing is unlocked by hand. Each
-- round: some commands are ended one after the other (apply, plan, scale, redeploy, rollback, stop, destroy), each of
-- which must find the stack unlocked; then one apply goes to its end, and everything must be as declared: each service
-- once, the state as ECS, the plan empty, the journal too.
-- By hand, after `sh tools/test lua5.4`:
--   export LUA_PATH="lua/?.lua;lua/?/init.lua;spec/?.lua;;" LUA_CPATH="build/test/lua5.4/?.so;;"
--   ECS_TEST_BUILD=build/test/lua5.4 lua5.4 spec/support/signal_campaign.lua ROUNDS [SEED]
local core = require "ecs_service.core"
local journeys = require "support.crash_journeys"
local json = require "ecs_service.util.json"
local served = require "support.served"

local campaign = {}

local SPEED = 100 -- times as fast as the world, the clock of the commands too

-- The clock is as fast as the simulated ECS; how many services, and which revision, the round says.
local SCRIPT = [[
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local clock = {}
function clock.now() return %.3f + (core.system.time() - %.3f) * %d end
function clock.sleep(_, seconds) core.system.sleep(seconds / %d) end
local stack = assert(ecs.stack { region = "us-west-2", state = "%s", scheduler = clock, endpoint = "%s",
  credentials = { access_key_id = "any", secret_access_key = "any" } })
local revision = os.getenv "REVISION"
stack:service("a", { name = "a%d", cluster = "prod", task_definition = "web:" .. revision, desired_count = 2,
  wait_for_steady_state = true })
if os.getenv "BOTH" then
  stack:service("b", { name = "b%d", cluster = "prod", task_definition = "web:" .. revision, desired_count = 1,
    depends_on = { "a" }, wait_for_steady_state = true })
end
return stack
]]

local VERBS = { "apply --auto-approve", "apply --auto-approve", "apply --auto-approve --json", "plan", "plan --json",
  "scale a 3 --auto-approve", "redeploy a --auto-approve", "rollback a --auto-approve", "stop a --auto-approve",
  "destroy --auto-approve", "apply --refresh-only --auto-approve", "state list", "wait" }
local ENDS = { "KILL", "TERM", "HUP", "QUIT", "INT", "twice", "pipe" }

local LOCKED = 4
-- A second signal sooner than this is taken for the first one.
local AGAIN = 0.55

local BUILD = os.getenv "ECS_TEST_BUILD"

local function start(round, verb, lines)
  local command = ("exec env --default-signal=QUIT,HUP %s REVISION=%d AWS_EC2_METADATA_DISABLED=true %s "
    .. "'%s/bin/ecs-service' %s"):format(round.both and "BOTH=1" or "", round.revision, served.interpreter(), BUILD,
    verb)
  if lines then command = ("(%s) 2>&1 | head -n %d"):format(command, lines) end
  local child = assert(core.system.spawn { "env", "--default-signal=INT,QUIT,HUP,TERM", "sh", "-c",
    ("cd '%s' && echo $$ && %s"):format(round.folder, command) })
  local kind, text
  repeat kind, text = child:next(60) until kind
  return { child = child, pid = text:match "^%d+", heard = {} }
end

-- Takes what the command says until it ends (kind, code) or until that time.
local function hear(run, seconds)
  local last = core.system.monotonic() + seconds
  repeat
    local kind, text = run.child:next(math.max(0, last - core.system.monotonic()))
    if kind == "exit" or kind == "signal" then return kind, text end
    run.heard[#run.heard + 1] = text
  until core.system.monotonic() >= last
end

local function finish(run)
  local kind, code = hear(run, 120)
  if not kind then
    run.child:kill()
    return "it does not end", nil, table.concat(run.heard)
  end
  return kind, code, table.concat(run.heard)
end

local function send(run, name) os.execute(("kill -%s %s 2>/dev/null"):format(name, run.pid)) end

-- Runs a command that is ended after so many seconds, unless it has come to its own end.
local function ended(round, verb, how, seconds)
  local run = start(round, verb, how == "pipe" and 1 or nil)
  if how == "pipe" then return finish(run) end
  local kind, code = hear(run, seconds)
  if kind then return kind, code, table.concat(run.heard) end
  send(run, how == "twice" and "TERM" or how)
  if how == "twice" then
    kind, code = hear(run, AGAIN)
    if kind then return kind, code, table.concat(run.heard) end
    send(run, "HUP")
  end
  return finish(run)
end

local function problem_of(how, kind, code, said)
  if kind == "it does not end" then return kind end
  if kind == "exit" and code == LOCKED then return "the stack is locked" end
  for _, words in ipairs { "should not have happened", "traceback", "is locked by" } do
    if said:find(words, 1, true) then return words end
  end
  if how == "INT" or how == "TERM" or how == "HUP" then
    -- Before the command has caught signals it is ended by them, having begun nothing.
    if kind ~= "exit" and (said ~= "" or code == 11) then return "it was ended by the signal " .. code end
  end
end

local function call(world, transport, operation, body)
  assert(transport:submit { id = 1, method = "POST", url = world.url .. "/", timeout = 60, body = core.json(body),
    headers = { ["Content-Type"] = "application/x-amz-json-1.1",
      ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113." .. operation } })
  local done = transport:wait(60)
  return assert(json.decode(done and done.body or ""), "the world does not answer")
end

-- What is not as it must be when all was done.
local function wrong(round, world, transport)
  local state = json.decode(core.system.read_file(round.folder .. "/state.json") or "")
  if type(state) ~= "table" then return "there is no state" end
  if next(state.journal) then return "the journal is not empty" end
  local wanted = round.both and { a = 2, b = 1 } or { a = 2 }
  for address, entry in pairs(state.services) do
    if not wanted[address] then return address .. " is recorded still" end
    if entry.status ~= "ok" then return ("%s is %s: %s"):format(address, entry.status, tostring(entry.reason)) end
  end
  for address, count in pairs(wanted) do
    local found = call(world, transport, "DescribeServices", { cluster = "prod",
      services = { address .. round.number } }).services
    local service = found and found[1]
    local entry = state.services[address]
    if not service or service.status ~= "ACTIVE" then return address .. " is not there" end
    if not entry then return address .. " is not recorded" end
    if service.serviceArn ~= entry.attributes.id then return address .. " is recorded as another one" end
    if service.desiredCount ~= count or service.runningCount ~= count then return address .. " has other counts" end
    if not service.taskDefinition:find(("web:%d"):format(round.revision), 1, true) then
      return address .. " has another revision"
    end
  end
  local found = call(world, transport, "DescribeServices", { cluster = "prod", services = { "b" .. round.number } })
  if not round.both and found.services[1] and found.services[1].status == "ACTIVE" then return "b is there still" end
end

-- To its end, whatever was left; an apply that finds what another one had stopped may fail once for that.
local function settled(round)
  local kind, code, said
  for _ = 1, 2 do
    kind, code, said = finish(start(round, "apply --auto-approve"))
    if code == 0 then break end
    local problem = problem_of("end", kind, code, said)
    if problem or code ~= 5 and code ~= 6 then return ("the last apply: %s\n%s"):format(problem or code, said) end
  end
  if code ~= 0 then return "the last apply: " .. said end
  kind, code, said = finish(start(round, "plan --detailed-exitcode"))
  if kind ~= "exit" or code ~= 0 then return ("the last plan: %s %s\n%s"):format(kind, tostring(code), said) end
end

local function play(random, figures, round, world, transport)
  local kind, code, said = finish(start(round, "apply --auto-approve"))
  if kind ~= "exit" or code ~= 0 then return "the first apply: " .. said end
  local log = {}
  for _ = 1, random(4) do
    local verb, how = VERBS[random(#VERBS)], ENDS[random(#ENDS)]
    round.revision, round.both = random(3), random(2) == 1
    local seconds = random(1000) / 1000 * figures.span
    kind, code, said = ended(round, verb, how, seconds)
    figures.commands = figures.commands + 1
    figures[how] = (figures[how] or 0) + 1
    if kind == "signal" or code == 130 or how == "pipe" then figures.ended = figures.ended + 1 end
    log[#log + 1] = ("%s, %s after %.3f s: %s %s"):format(verb, how, seconds, kind, tostring(code))
    local problem = problem_of(how, kind, code, said)
    if problem then return ("%s\n%s\n%s"):format(table.concat(log, "\n"), problem, said) end
  end
  round.revision, round.both = random(3), random(2) == 1
  local problem = settled(round) or wrong(round, world, transport)
  if not problem and core.system.exists(round.folder .. "/state.json.lock") then problem = "a lock is left" end
  return problem and ("%s\n%s"):format(table.concat(log, "\n"), problem)
end

--- Plays so many rounds.
---@param options table { rounds, seed (1), span (0.35: seconds within which commands are ended),
---  on_problem(n, problem) }
---@return table figures { rounds, commands, ended, KILL, TERM, …, failures = { { round, problem } } }
function campaign.run(options)
  assert(BUILD, "ECS_TEST_BUILD names the build to run")
  local random = journeys.random(options.seed or 1)
  local figures = { rounds = 0, commands = 0, ended = 0, span = options.span or 0.35, failures = {} }
  local top = os.tmpname()
  os.remove(top)
  assert(core.system.make_dir(top))
  local began = core.system.time()
  local world = served.start(SPEED, 'region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:3" }')
  local transport = require "ecs_service.transport.curl".new { no_proxy = "*" }
  local ok, raised = pcall(function()
    for n = 1, options.rounds do
      local round = { number = n, folder = ("%s/%d"):format(top, n), revision = 1, both = random(2) == 1 }
      assert(core.system.make_dir(round.folder))
      assert(core.system.write_file(round.folder .. "/services.lua", SCRIPT:format(began, began, SPEED, SPEED,
        "state.json", world.url, n, n)))
      local problem = play(random, figures, round, world, transport)
      figures.rounds = n
      if problem then figures.failures[#figures.failures + 1] = { round = n, problem = problem } end
      if problem and options.on_problem then options.on_problem(n, problem) end
      os.execute(("rm -rf '%s'"):format(round.folder))
    end
  end)
  world.stop()
  transport:close()
  os.execute("rm -rf '" .. top .. "'")
  if not ok then error(raised, 0) end
  return figures
end

if not (arg and arg[0] and arg[0]:find "signal_campaign%.lua$") then return campaign end

local rounds, seed = tonumber(arg[1]), tonumber(arg[2] or "1")
assert(rounds and seed, "lua spec/support/signal_campaign.lua ROUNDS [SEED]")
local figures = campaign.run { rounds = rounds, seed = seed, on_problem = function(n, problem)
  print(("round %d: %s"):format(n, problem))
end }
local counted = {}
for _, how in ipairs(ENDS) do counted[#counted + 1] = ("%d %s"):format(figures[how] or 0, how) end
print(("%d rounds, %d commands, %d of them ended (%s); %d rounds failed"):format(figures.rounds, figures.commands,
  figures.ended, table.concat(counted, ", "), #figures.failures))
os.exit(#figures.failures == 0 and 0 or 1)
