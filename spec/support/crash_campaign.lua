-- Real processes that are really killed: kill -9 of deployments of random journeys, at random points and at random
-- times, against a simulated ECS in another process that lives on. Each round: a journey begins; a run of it is killed,
-- and often the run that should have finished it too; then one run goes to its end, and everything must be as declared:
-- each service once, the state as AWS, the plan empty, nothing left over.
-- By hand, after `sh tools/test lua5.4`:
--   export LUA_PATH="lua/?.lua;lua/?/init.lua;spec/?.lua;;" LUA_CPATH="build/test/lua5.4/?.so;;"
--   ECS_TEST_CLIENTS=build/test/clients/bin lua5.4 spec/support/crash_campaign.lua ROUNDS [SEED]
-- Every fourth round keeps its state on versitygw when ECS_TEST_CLIENTS names a folder that has it. Ends with 1 when a
-- round failed.
local core = require "ecs_service.core"
local journeys = require "support.crash_journeys"
local served = require "support.served"

local campaign = {}

local LAST_STEP = 50
local KILLED = 137

local INTERPRETER = served.interpreter()

-- One process: the code it ended with and what it said. `how`: seconds or step, when it is to be killed.
local function run(round, stage, how)
  local pipe = assert(io.popen(("exec 2>&1; export LUA_PATH='%s'; %s '%s' spec/support/crash_run.lua '%s' '%s' '%s' "
    .. "%d %s %s; "
    .. "echo \"code $?\""):format(package.path, how.seconds and ("timeout -s KILL %.4f"):format(how.seconds) or "",
    INTERPRETER, round.world, round.state, round.s3 or "", round.seed, stage, how.step or "")))
  local output = pipe:read "*a"
  pipe:close()
  local said, code = output:match "^(.*)code (%d+)%s*$"
  return tonumber(code), said
end

-- What may be killed: mostly the run in the middle, then the one that should finish it.
local function killings(random, figures, round)
  local stages = { "second" }
  while #stages < 4 and random(100) <= 50 do stages[#stages + 1] = random(2) == 1 and "second" or "third" end
  for _, stage in ipairs(stages) do
    local kind = random(2) == 1 and "by_time" or "by_point"
    local code, said = run(round, stage, kind == "by_time" and { seconds = random(1000) / 1000 * round.span }
      or { step = random(LAST_STEP) })
    if code == KILLED then
      figures.kills, figures[kind] = figures.kills + 1, figures[kind] + 1
      if round.s3 then figures.on_s3 = figures.on_s3 + 1 end
    elseif code == 0 then
      figures.ended = figures.ended + 1
    else
      return ("%s: %s"):format(stage, said)
    end
  end
end

local function play(random, figures, round)
  local before = core.system.monotonic()
  local code, said = run(round, "begin", {})
  if code ~= 0 then return "begin: " .. said end
  round.span = core.system.monotonic() - before
  local problem = killings(random, figures, round)
  if problem then return problem end
  for _, stage in ipairs { "third", "check" } do
    code, said = run(round, stage, {})
    if code ~= 0 then return ("%s: %s"):format(stage, said) end
  end
end

local function round_of(options, n, seed, world, folder)
  local round = { seed = seed, world = world.url, state = ("%s/%d.json"):format(folder, n) }
  if n % 4 == 0 and options.s3 then
    round.state = ("s3://%s/%d/%d.json"):format(options.s3.bucket, options.seed or 1, n)
    round.s3 = options.s3.url
  end
  return round
end

--- Plays so many rounds.
---@param options table { rounds, seed (1), s3 (a server of s3_servers.lua: every fourth round keeps its state there),
---  on_problem(n, problem, round) }
---@return table figures { rounds, kills, by_time, by_point, on_s3, ended = runs that ended before they were killed,
---  failures = { { seed, problem } } }
function campaign.run(options)
  local random = journeys.random(options.seed or 1)
  local figures = { rounds = 0, kills = 0, by_time = 0, by_point = 0, on_s3 = 0, ended = 0, failures = {} }
  local folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  local world = served.program "spec/support/crash_world.lua"
  local ok, raised = pcall(function()
    for n = 1, options.rounds do
      local round = round_of(options, n, random(1000000), world, folder)
      local problem = play(random, figures, round)
      figures.rounds = n
      if problem then figures.failures[#figures.failures + 1] = { seed = round.seed, problem = problem } end
      if problem and options.on_problem then options.on_problem(n, problem, round) end
    end
  end)
  world.stop()
  os.execute("rm -rf '" .. folder .. "'")
  if not ok then error(raised, 0) end
  return figures
end

if not (arg and arg[0] and arg[0]:find "crash_campaign%.lua$") then return campaign end

local rounds, seed = tonumber(arg[1]), tonumber(arg[2] or "1")
assert(rounds and seed, "lua spec/support/crash_campaign.lua ROUNDS [SEED]")
local servers = require "support.s3_servers"
local clients = os.getenv "ECS_TEST_CLIENTS"
local s3 = clients and core.system.exists(clients .. "/versitygw") and servers.start "versitygw" or nil
local done, figures = pcall(campaign.run, { rounds = rounds, seed = seed, s3 = s3,
  on_problem = function(n, problem, round)
    print(("round %d, journey %d, %s: %s"):format(n, round.seed, round.state, problem))
  end })
if s3 then s3:stop() end
if not done then error(figures, 0) end
print(("%d rounds, %d kills: %d at a point of the run, %d at a time; %d with the state on S3; %d runs ended before")
  :format(figures.rounds, figures.kills, figures.by_point, figures.by_time, figures.on_s3, figures.ended))
print(("%d rounds failed"):format(#figures.failures))
os.exit(#figures.failures == 0 and 0 or 1)
