-- Many deployers at once: 32 processes apply to one stack, and share nothing but its state; and 50 of which every third
-- is killed by kill -9 at a random time, and begins again. One Lua is enough for it.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local journey = require "support.journey"
local servers = require "support.s3_servers"

if rawget(_G, "jit") or os.getenv "ECS_TEST_SANITIZED" then return end

local OWN, SHARED = 24, 8 -- so many declare a service of their own, and so many the same one

local folder, simulator

local function build() return assert(os.getenv "ECS_TEST_BUILD", "ECS_TEST_BUILD names the build to run") end

setup(function()
  folder = journey.folder()
  local command = ("cd '%s' && env -u LUA_PATH -u LUA_CPATH '%s/bin/ecs-service' simulate --port 0 --cluster prod "
    .. "--task-definition web:1 >url 2>log </dev/null & echo $!"):format(folder, build())
  local pipe = assert(io.popen(command))
  simulator = { pid = pipe:read "*l" }
  pipe:close()
  local deadline = core.system.monotonic() + 30
  repeat
    simulator.url = (journey.read(folder .. "/url") or ""):match "^(http%S+)\n"
    if not simulator.url then core.system.sleep(0.05) end
  until simulator.url or core.system.monotonic() > deadline
  assert(simulator.url, journey.read(folder .. "/log"))
end)

teardown(function()
  if simulator then os.execute("kill " .. simulator.pid) end
  journey.clean()
end)

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", endpoint = %q, state = %s,
  credentials = { access_key_id = "AKIDSIMULATED", secret_access_key = "simulated" } })
local name = os.getenv "WHICH"
stack:service(name, { name = %q .. name, cluster = "prod", task_definition = "web:1", desired_count = 0 })
return stack
]]

local S3 = "{ url = 's3://states/%s.json', endpoint = %q, region = %q, "
  .. "credentials = { access_key_id = %q, secret_access_key = %q } }"

-- Runs all of them; answers their exit codes and what they said.
local function deploy(script)
  local lines = {}
  for i = 1, OWN + SHARED do
    local which = i <= OWN and ("web%02d"):format(i) or "shared"
    lines[i] = ("( WHICH=%s timeout 120 '%s/bin/ecs-service' apply '%s' --target %s --auto-approve --lock-timeout 100s "
      .. ">'%s/%d.out' 2>&1 </dev/null; echo $? >'%s/%d.code' ) &"):format(which, build(), script, which, folder, i,
        folder, i)
  end
  lines[#lines + 1] = "wait"
  journey.write(folder .. "/all.sh", table.concat(lines, "\n") .. "\n")
  os.execute("env -u LUA_PATH -u LUA_CPATH sh '" .. folder .. "/all.sh'")
  for i = 1, OWN + SHARED do
    local said = journey.read(("%s/%d.out"):format(folder, i)) or ""
    assert.equal("0\n", journey.read(("%s/%d.code"):format(folder, i)), said)
  end
end

-- A deployer that is killed after so many seconds and begins again; a lock of its own that S3 keeps it frees first, as
-- the error of the next run says.
local KILLED = [[
( export WHICH=%s; timeout -s KILL %.2f sh -c 'echo $$ >"$0.pid"; exec "$@"' '%s' '%s/bin/ecs-service' apply '%s' \
    --target %s --auto-approve --lock-timeout 100s >'%s.first' 2>&1 </dev/null
  echo $? >'%s.died'
  pid=$(cat '%s.pid')
  '%s/bin/ecs-service' state unlock --file '%s' --json >'%s.lock' 2>&1
  if grep -q "\"pid\": $pid,\|\"pid\":$pid," '%s.lock'; then
    '%s/bin/ecs-service' state unlock --file '%s' $(sed -n 's/.*"id": *"\([0-9a-f]*\)".*/\1/p' '%s.lock') >/dev/null
  fi
  timeout 300 '%s/bin/ecs-service' apply '%s' --target %s --auto-approve --lock-timeout 280s >'%s.out' 2>&1 </dev/null
  echo $? >'%s.code' ) &]]

local MANY = 50

local function deploy_and_kill(script, random)
  local lines = {}
  for i = 1, MANY do
    local which, at, build_of = ("web%02d"):format(i), ("%s/k%d"):format(folder, i), build()
    local seconds = i % 3 == 0 and 0.2 + random(8000) / 1000 or 280
    lines[i] = KILLED:format(which, seconds, at, build_of, script, which, at, at, at, build_of, script, at, at,
      build_of, script, at, build_of, script, which, at, at)
  end
  lines[#lines + 1] = "wait"
  journey.write(folder .. "/kills.sh", table.concat(lines, "\n") .. "\n")
  os.execute("env -u LUA_PATH -u LUA_CPATH sh '" .. folder .. "/kills.sh' 2>/dev/null")
  local died = 0
  for i = 1, MANY do
    local at = ("%s/k%d"):format(folder, i)
    assert.equal("0\n", journey.read(at .. ".code"), journey.read(at .. ".out"))
    if journey.read(at .. ".died") == "137\n" then died = died + 1 end
  end
  assert.truthy(died >= 1, died) -- how many are killed in time is the machine's to say
end

local function check_all(prefix, text)
  local state = assert(cjson.decode(text))
  assert.equal(1, state.version)
  assert.same({}, state.journal)
  for i = 1, MANY do
    local entry = state.services[("web%02d"):format(i)]
    assert.truthy(entry, i)
    assert.equal("ok", entry.status)
    assert.equal(("%sweb%02d"):format(prefix, i), entry.attributes.name)
  end
end

local function check(prefix, script, text)
  local state = assert(cjson.decode(text))
  assert.same({}, state.journal)
  local count = 0
  for address, entry in pairs(state.services) do
    count = count + 1
    assert.equal("ok", entry.status)
    assert.equal(prefix .. address, entry.attributes.name)
  end
  assert.equal(OWN + 1, count)
  for _, which in ipairs { "web01", "web24", "shared" } do
    local pipe = io.popen(("env -u LUA_PATH -u LUA_CPATH WHICH=%s '%s/bin/ecs-service' plan '%s' --target %s "
      .. "--detailed-exitcode 2>&1; echo $?"):format(which, build(), script, which))
    local said = pipe:read "*a"
    pipe:close()
    assert.truthy(said:find "\n0\n$", said)
  end
end

describe("32 processes that apply to one stack at once", function()
  it("by a file all succeed, and no update is lost", function()
    local state, script = folder .. "/state.json", folder .. "/file.lua"
    journey.write(script, SCRIPT:format(simulator.url, ("%q"):format(state), "f-"))
    deploy(script)
    check("f-", script, journey.read(state))
    assert.is_false(core.system.exists(state .. ".lock"))
  end)

  it("by S3 all succeed, and no update is lost", function()
    local server = servers.start "versitygw"
    local script = folder .. "/s3.lua"
    local ok, problem = pcall(function()
      journey.write(script, SCRIPT:format(simulator.url, S3:format("stack", server.url, servers.region,
        servers.credentials.access_key_id, servers.credentials.secret_access_key), "s-"))
      deploy(script)
      check("s-", script, journey.read(server.folder .. "/states/stack.json"))
      assert.is_false(core.system.exists(server.folder .. "/states/stack.json.lock"))
    end)
    server:stop()
    if not ok then error(problem, 0) end
  end)
end)

describe("50 processes of which every third is killed and begins again", function()
  local random = require "support.crash_journeys".random(7)

  it("lose nothing by a file", function()
    local state, script = folder .. "/killed.json", folder .. "/killed_file.lua"
    journey.write(script, SCRIPT:format(simulator.url, ("%q"):format(state), "kf-"))
    deploy_and_kill(script, random)
    check_all("kf-", journey.read(state))
    assert.is_false(core.system.exists(state .. ".journal"))
  end)

  it("lose nothing by S3", function()
    local server = servers.start "versitygw"
    local script = folder .. "/killed_s3.lua"
    local ok, problem = pcall(function()
      journey.write(script, SCRIPT:format(simulator.url, S3:format("killed", server.url, servers.region,
        servers.credentials.access_key_id, servers.credentials.secret_access_key), "ks-"))
      deploy_and_kill(script, random)
      check_all("ks-", journey.read(server.folder .. "/states/killed.json"))
    end)
    server:stop()
    if not ok then error(problem, 0) end
  end)
end)
