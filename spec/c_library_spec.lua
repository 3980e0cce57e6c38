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

  it("has headers that can each be included alone, from C and from C++", function()
    local list = io.popen(("find '%s' -path '*ecs_service/*.h'"):format(tree))
    local headers = {}
    for path in list:lines() do headers[#headers + 1] = path:match "([%w_]+%.h)$" end
    list:close()
    assert.is_true(#headers > 15, table.concat(headers, " "))
    local source = tree .. "/alone"
    for language, compiler in pairs { c = "cc -std=c11", cc = "c++ -std=c++11" } do
      for _, name in ipairs(headers) do
        local file = assert(io.open(source .. "." .. language, "w"))
        file:write(('#include <ecs_service/%s>\nint main(void) { return 0; }\n'):format(name))
        file:close()
        local code, output = run(("cd '%s' && %s -fsyntax-only -Wall -Wextra -Werror -I'%s/include' alone.%s")
          :format(tree, compiler, tree, language))
        assert.equal(0, code, name .. " in " .. language .. ": " .. output)
      end
    end
  end)

  it("links into a program in C++, and tells its version", function()
    local file = assert(io.open(tree .. "/version.cc", "w"))
    file:write [[
#include <ecs_service/engine.h>
#include <ecs_service/json_read.h>
#include <ecs_service/operations.h>
#include <ecs_service/version.h>
#include <cstdio>
#include <cstring>
int main() {
  const ecs_engine_kind *const kinds[] = {&ecs_service_operations, nullptr};
  ecs_arena *arena = ecs_arena_new(nullptr);
  ecs_engine *engine = ecs_engine_new(nullptr, kinds, nullptr);
  const char text[] = "{\"address\":\"web\",\"action\":\"read\",\"service\":\"web\"}", *problem;
  ecs_value *operation;
  const ecs_action *action;
  if (ecs_json_read(arena, text, sizeof text - 1, &operation, &problem) != ECS_OK
      || ecs_engine_add(engine, operation) != ECS_OK || ecs_engine_next(engine, 1000, &action) != ECS_OK)
    return 1;
  const char *same = std::strcmp(ecs_version(), ECS_SERVICE_VERSION) == 0 ? "same" : "other";
  std::printf("%s %s %s", ecs_version(), action->operation, same);
  ecs_engine_free(engine);
  ecs_arena_free(arena);
  return 0;
}
]]
    file:close()
    local code, output = run(("export PKG_CONFIG_PATH=\"$(dirname \"$(find '%s' -name ecs-service.pc)\")\"; cd '%s' && "
      .. "c++ -std=c++11 -Wall -Wextra -Werror -o version version.cc "
      .. "$(pkg-config --cflags --libs --static ecs-service) && ./version"):format(tree, tree))
    assert.equal(0, code, output)
    assert.equal(require "ecs_service.version" .. " DescribeServices same", output)
  end)

  it("signs with AWS's time when this machine's is another", function()
    local ahead = served.start(1, (SIMULATOR:gsub("max_skew = 1e9", "max_skew = 299")), "sim:advance(3600)")
    local code, output = run(("printf '%%s' '%s' | AWS_ACCESS_KEY_ID=AKIDC AWS_SECRET_ACCESS_KEY=secret/of+c "
      .. "'%s' %s/ us-east-1 apply"):format((WEB:format(1):gsub('"wait_for_steady_state":true',
      '"wait_for_steady_state":false')), program, ahead.url))
    ahead.stop()
    assert.equal(0, code, output)
    assert.truthy(output:find("\ncreated\n", 1, true), output)
  end)

  it("signs with a session token of any length", function()
    local token = ("t0ken/+="):rep(1000)
    local asks = served.start(600, (SIMULATOR:gsub("secret/of%+c\"", '%0, session_token = "' .. token .. '"')))
    local code, output = run(("printf '%%s' '%s' | AWS_ACCESS_KEY_ID=AKIDC AWS_SECRET_ACCESS_KEY=secret/of+c "
      .. "AWS_SESSION_TOKEN='%s' '%s' %s/ us-east-1"):format(WEB:format(1), token, program, asks.url))
    asks.stop()
    assert.equal(0, code, output)
    assert.truthy(output:find("^create\n"), output)
  end)

  it("tells every problem of a declaration, with its fix", function()
    local code, output = deploy '{"name":"web","task_definition":"web:1","desired_cuont":3,"launch_type":"EC3"}'
    assert.equal(1, code, output)
    assert.truthy(output:find("did you mean desired_count?", 1, true), output)
    assert.truthy(output:find("launch_type: ", 1, true), output)
  end)
end)
