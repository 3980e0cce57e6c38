-- The core as a C library, as somebody would use it who has only what was installed: examples/c/deploy.c, compiled
-- against the installed headers and the pkg-config file, plans and applies on a served simulator.
local build = os.getenv "ECS_TEST_BUILD"
local served = require "support.served"

-- C knows nothing of Lua's versions: once is enough.
if rawget(_G, "jit") or _VERSION ~= "Lua 5.4" or os.getenv "ECS_TEST_SANITIZED" then return end

local SIMULATOR = [[region = "us-east-1", clusters = { "prod" }, task_definitions = { "web:2" },
  verify_signatures = true, max_skew = 1e9,
  credentials = { access_key_id = "AKIDC", secret_access_key = "secret/of+c" }]]

local function run(command)
  local pipe = assert(io.popen("{ " .. command .. "; } 2>&1; echo \"code $?\""))
  local text, code = pipe:read("*a"):match "^(.*)code (%d+)%s*$"
  pipe:close()
  return tonumber(code), text
end

describe("the C library", function()
  local tree, program, server

  setup(function()
    tree = os.tmpname()
    os.remove(tree)
    local code, output = run(("cmake --install '%s' --prefix '%s'"):format(build, tree))
    assert(code == 0, output)
    program = tree .. "/deploy"
    code, output = run(("export PKG_CONFIG_PATH=\"$(dirname \"$(find '%s' -name ecs-service.pc)\")\"; "
      .. "cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Werror -o '%s' "
      .. "examples/c/deploy.c $(pkg-config --cflags --libs ecs-service libcurl libcrypto)"):format(tree,
      program))
    assert(code == 0, output)
    server = served.start(600, SIMULATOR)
  end)

  teardown(function()
    if server then server.stop() end
    os.execute("rm -rf '" .. tree .. "'")
  end)

  local function deploy(declaration, verb)
    return run(("printf '%%s' '%s' | AWS_ACCESS_KEY_ID=AKIDC AWS_SECRET_ACCESS_KEY=secret/of+c '%s' %s/ us-east-1 %s")
      :format(declaration, program, server.url, verb or ""))
  end

  local WEB = '{"name":"web","cluster":"prod","task_definition":"web:%d","desired_count":2,'
    .. '"wait_for_steady_state":true}'

  it("plans, applies, and plans again without a change", function()
    local code, output = deploy(WEB:format(1))
    assert.equal(0, code, output)
    assert.truthy(output:find("^create\n"), output)
    code, output = deploy(WEB:format(1), "apply")
    assert.equal(0, code, output)
    assert.truthy(output:find("has reached a steady state", 1, true), output)
    assert.truthy(output:find("\ncreated\n", 1, true), output)
    code, output = deploy(WEB:format(1), "apply")
    assert.equal(0, code, output)
    assert.truthy(output:find("^no%-op\n"), output)
    code, output = deploy(WEB:format(2), "apply")
    assert.equal(0, code, output)
    assert.truthy(output:find('"starts_deployment": true', 1, true), output)
    assert.truthy(output:find("\nupdated\n", 1, true), output)
  end)

  it("tells every problem of a declaration, with its fix", function()
    local code, output = deploy '{"name":"web","task_definition":"web:1","desired_cuont":3,"launch_type":"EC3"}'
    assert.equal(1, code, output)
    assert.truthy(output:find("did you mean desired_count?", 1, true), output)
    assert.truthy(output:find("launch_type: ", 1, true), output)
  end)
end)
