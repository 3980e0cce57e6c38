-- Whose code the command runs: its installation's and the script's, not that of the folder it happens to stand in.
local core = require "ecs_service.core"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")
local build = os.getenv "ECS_TEST_BUILD"

local HIJACK = [[io.stderr:write("HIJACKED by %s\n")
local found = package.searchpath and package.searchpath(..., package.cpath)
return found and package.loadlib(found, "luaopen_" .. (...):gsub("%%.", "_"))() or {}
]]

describe("the command", function()
  local folder

  before_each(function()
    assert.truthy(build, "ECS_TEST_BUILD names the build to run")
    folder = os.tmpname()
    os.remove(folder)
    for _, name in ipairs { "", "/ecs_service", "/ecs_service/transport", "/ecs_service/cli", "/project" } do
      assert(core.system.make_dir(folder .. name))
    end
  end)
  after_each(function() os.execute("rm -rf '" .. folder .. "'") end)

  local function write(name, text) assert(core.system.write_file(folder .. "/" .. name, text)) end

  local function run(variables, words)
    local pipe = assert(io.popen(("{ cd '%s' && env -u LUA_PATH -u LUA_CPATH -u LUA_INIT -u AWS_PROFILE "
      .. "AWS_EC2_METADATA_DISABLED=true AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=x AWS_REGION=eu-west-1 "
      .. "AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1 %s '%s' '%s/bin/ecs-service' %s </dev/null; } 2>&1; "
      .. "echo \"code $?\""):format(folder, variables, interpreter, build, words)))
    local output, code = pipe:read("*a"):match("^(.*)code (%d+)%s*$")
    pipe:close()
    return tonumber(code), output
  end

  local function hijack()
    for _, name in ipairs { "ecs_service/core.lua", "ecs_service/init.lua", "ecs_service/httpd.lua", "argparse.lua",
                            "cjson.lua",
                            "ecs_service/transport/curl.lua", "ecs_service/cli/init.lua", "ecs_service/errors.lua",
                            "ecs_service/core.so", "ecs_service/credentials.lua", "ecs_service.lua" } do
      write(name, HIJACK:format(name))
    end
  end

  local WORDS = { "version", "help", "completion bash", "schema name", "doctor", "diagnose prod/web", "plan",
                  "init new", "timeline --events nothing", "simulate --help" }

  it("runs no module of the current folder in place of its own", function()
    hijack()
    write("services.lua", [[return require "ecs_service".stack { state = false, region = "eu-west-1" }]])
    for _, words in ipairs(WORDS) do
      local _, output = run("", words)
      assert.falsy(output:find("HIJACKED", 1, true), words .. ":\n" .. output)
      assert.falsy(output:find("cannot be loaded", 1, true), words .. ":\n" .. output)
    end
  end)

  it("runs none of them when LUA_PATH and LUA_CPATH name the current folder either", function()
    hijack()
    write("services.lua", [[return require "ecs_service".stack { state = false, region = "eu-west-1" }]])
    for _, variables in ipairs { "LUA_PATH=';;'", "LUA_PATH='./?.lua;;' LUA_CPATH='./?.so;;'",
                                 "LUA_PATH='?.lua;;' LUA_CPATH=';;'" } do
      for _, words in ipairs { "version", "completion bash", "diagnose prod/web", "plan" } do
        local _, output = run(variables, words)
        assert.falsy(output:find("HIJACKED", 1, true), variables .. " " .. words .. ":\n" .. output)
        assert.falsy(output:find("cannot be loaded", 1, true), variables .. " " .. words .. ":\n" .. output)
      end
    end
  end)

  it("runs none of them when they stand beside the script", function()
    hijack()
    write("services.lua", [[return require "ecs_service".stack { state = false, region = "eu-west-1" }]])
    for _, words in ipairs { "plan " .. folder .. "/services.lua", "diagnose prod/web --file ./services.lua" } do
      local _, output = run("", words)
      assert.falsy(output:find("HIJACKED", 1, true), words .. ":\n" .. output)
    end
  end)

  it("lets the script require what stands beside it, and what LUA_PATH names, but nothing of the current folder",
    function()
      write("beside.lua", [[error("of the current folder", 0)]])
      write("project/deploy.lua", [[error(require "beside", 0)]])
      local _, output = run("", "plan project/deploy.lua")
      assert.truthy(output:find("module 'beside' not found", 1, true), output)
      assert.falsy(output:find("of the current folder", 1, true), output)
      write("project/beside.lua", [[return "beside the script"]])
      _, output = run("", "plan project/deploy.lua")
      assert.truthy(output:find("beside the script", 1, true), output)
      write("project/named.lua", [[return "named by the user"]])
      write("deploy.lua", [[error(require "named", 0)]])
      _, output = run("LUA_PATH='./project/?.lua;;'", "plan deploy.lua")
      assert.truthy(output:find("named by the user", 1, true), output)
    end)

  it("runs no script of the current folder for what needs none", function()
    write("services.lua", [[io.stderr:write("RUN\n") return {}]])
    for _, words in ipairs { "doctor", "doctor --offline", "diagnose prod/web", "diagnose prod/web prod/api",
                             "history prod/web", "timeline prod/web", "generate prod/web" } do
      local _, output = run("", words)
      assert.falsy(output:find("RUN", 1, true), words .. ":\n" .. output)
      local named = words .. " --file services.lua"
      _, output = run("", named)
      assert.truthy(output:find("RUN", 1, true), named .. ":\n" .. output)
    end
    local _, elsewhere = run("", "generate prod/web --region us-east-1")
    assert.falsy(elsewhere:find("RUN", 1, true), elsewhere)
    for _, words in ipairs { "doctor services.lua", "diagnose", "diagnose web", "diagnose prod/web web", "history web",
                             "timeline web" } do
      local _, output = run("", words)
      assert.truthy(output:find("RUN", 1, true), words .. ":\n" .. output)
    end
  end)
end)
