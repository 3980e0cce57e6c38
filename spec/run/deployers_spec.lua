-- Many deployers at once: 32 processes apply to one stack, and share nothing but its state. One Lua is enough for it.
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
      journey.write(script, SCRIPT:format(simulator.url, ("{ url = 's3://states/stack.json', endpoint = %q, "
        .. "region = %q, credentials = { access_key_id = %q, secret_access_key = %q } }"):format(server.url,
          servers.region, servers.credentials.access_key_id, servers.credentials.secret_access_key), "s-"))
      deploy(script)
      check("s-", script, journey.read(server.folder .. "/states/stack.json"))
      assert.is_false(core.system.exists(server.folder .. "/states/stack.json.lock"))
    end)
    server:stop()
    if not ok then error(problem, 0) end
  end)
end)
