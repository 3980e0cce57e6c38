-- The command as a process of its own, as it stands in the build tree.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")
local build = os.getenv "ECS_TEST_BUILD"

local function has(output, wanted)
  assert.truthy(output:find(wanted, 1, true), ("%q is not in:\n%s"):format(wanted, output))
end

local function process(command)
  local pipe = assert(io.popen("{ " .. command .. "; } 2>&1; echo \"code $?\""))
  local output = pipe:read("*a")
  pipe:close()
  local text, code = output:match("^(.*)code (%d+)%s*$")
  return tonumber(code), text
end

describe("the program", function()
  local folder

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(core.system.make_dir(folder))
  end)
  after_each(function() os.execute("rm -rf '" .. folder .. "'") end)

  it("of the build tree runs without LUA_PATH, through a link too", function()
    assert.truthy(build, "ECS_TEST_BUILD names the build to run")
    local code, output = process(("cd / && env -u LUA_PATH -u LUA_CPATH '%s/bin/ecs-service' version"):format(build))
    assert.equal(0, code, output)
    has(output, "ecs-service " .. ecs.VERSION)
    code, output = process(("ln -s '%s/bin/ecs-service' '%s/linked' && cd / && "
      .. "env -u LUA_PATH -u LUA_CPATH '%s/linked' version"):format(build, folder, folder))
    assert.equal(0, code, output)
  end)

  it("is built to notice an overrun of its stack", function()
    if os.getenv "ECS_TEST_SANITIZED" then return end -- which notices more
    for _, name in ipairs { "core", "transport/curl", "httpd" } do
      local file = assert(io.open(("%s/ecs_service/%s.so"):format(build, name), "rb"))
      local text = file:read("*a")
      file:close()
      has(text, "__stack_chk_fail")
    end
  end)

  it("lets no core file have its keys, unless somebody wants one", function()
    local path = folder .. "/dumps.lua"
    local file = assert(io.open(path, "w"))
    file:write [[error("core files: " .. tostring(require "ecs_service.core".system.core_dumps()), 0)]]
    file:close()
    for variable, wanted in pairs { ["ECS_SERVICE_CORE_DUMPS=1"] = "true", ["ECS_SERVICE_CORE_DUMPS=0"] = "false",
                                    ["-u ECS_SERVICE_CORE_DUMPS"] = "false" } do
      local _, output = process(("env %s '%s' '%s/bin/ecs-service' validate '%s'"):format(variable, interpreter, build,
        path))
      has(output, "core files: " .. wanted)
    end
  end)

  it("without a terminal neither asks nor hangs nor colours", function()
    assert.truthy(build, "ECS_TEST_BUILD names the build to run")
    local path = folder .. "/own.lua"
    local file = assert(io.open(path, "w"))
    file:write([[
local ecs = require "ecs_service"
local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1" } }
local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
return stack]])
    file:close()
    local code, output = process(("'%s' '%s/bin/ecs-service' apply '%s' </dev/null"):format(interpreter, build, path))
    assert.equal(1, code, output)
    has(output, "--auto-approve")
    code, output = process(("'%s' '%s/bin/ecs-service' apply --auto-approve '%s' </dev/null"):format(interpreter, build,
      path))
    assert.equal(0, code, output)
    has(output, "Applied: 1 created.")
    assert.falsy(output:find("\27", 1, true), output)
    code, output = process(("'%s' '%s/bin/ecs-service' plan --detailed-exitcode '%s'"):format(interpreter, build, path))
    assert.equal(2, code, output)
  end)
end)
