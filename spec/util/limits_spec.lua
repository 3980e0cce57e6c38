-- Where the operating system gives no more, or a path leaves something out, that is what is told: no traceback, no
-- wrong advice, and the lock is free.
local command = require "support.command"
local ecs = require "ecs_service"
local journey = require "support.journey"

after_each(journey.clean)

local build = os.getenv "ECS_TEST_BUILD"
local interpreter = os.getenv "ECS_TEST_LUA"

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, endpoint = "http://127.0.0.1:1",
  retry_mode = "standard", max_attempts = 1, credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "x" } })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
return stack
]]

describe("a process that may open four files", function()
  it("says so, without a traceback, and leaves no lock", function()
    local folder = journey.folder()
    journey.write(folder .. "/services.lua", SCRIPT:format(folder .. "/state.json"))
    -- The fourth is free: what this process has open there is not its child's.
    local limited = "sh -c 'exec 3>&-; ulimit -n 4; exec \"%s\" \"%s/bin/ecs-service\" plan \"%s/services.lua\"' 2>&1"
    local output = journey.output(limited:format(interpreter, build, folder))
    assert.is_truthy(output:find("Too many open files", 1, true), output)
    assert.is_truthy(output:find("ulimit -n", 1, true), output)
    assert.is_nil(output:find("traceback", 1, true), output)
    assert.is_nil(output:find("should not have happened", 1, true), output)
    local stack = journey.stack(journey.simulator(), { state = folder .. "/state.json" })
    assert.is_nil((stack:lock_holder()))
  end)
end)

describe("libcurl that finds no memory", function()
  local former
  before_each(function()
    former = package.loaded["ecs_service.transport.curl"]
    package.loaded["ecs_service.transport.curl"] = nil
  end)
  after_each(function()
    package.loaded["ecs_service.transport.curl"], package.preload["ecs_service.transport.curl"] = former, nil
  end)

  local function failed(message)
    package.loaded["ecs_service.transport.curl"] = nil -- Lua 5.1 remembers a failure
    package.preload["ecs_service.transport.curl"] = function() error(message, 0) end
    local stack = assert(ecs.stack { region = "us-west-2", state = false, endpoint = "http://127.0.0.1:1" })
    stack:service("web", journey.web())
    local _, err = stack:plan()
    return err
  end

  it("is not told to be missing", function()
    local err = failed "libkrb5.so.3: failed to map segment from shared object"
    assert.equal("NotBuilt", err.code)
    assert.is_truthy(err.hint:find("memory", 1, true), err.hint)
    err = failed "libcurl.so.4: cannot open shared object file: Error 24"
    assert.is_truthy(err.hint:find("ulimit -n", 1, true), err.hint)
  end)

  it("is told to be missing where it is", function()
    local err = failed "libcurl.so.4: cannot open shared object file: No such file or directory"
    assert.is_truthy(err.hint:find("install the module with libcurl", 1, true), err.hint)
  end)
end)

describe("a command without argparse", function()
  local former
  before_each(function()
    former = package.loaded.argparse
    package.loaded.argparse = nil
    package.preload.argparse = function() error("module 'argparse' not found:\n\tno file", 0) end
  end)
  after_each(function() package.loaded.argparse, package.preload.argparse = former, nil end)

  it("blames LUA_PATH when that leaves out Lua's own folders, and the installation else", function()
    local code, _, err = command.run({ env = { LUA_PATH = "/x/?.lua" } }, "plan")
    assert.equal(1, code)
    assert.is_truthy(err:find("LUA_PATH leaves out Lua's own folders", 1, true), err)
    for _, env in ipairs { {}, { LUA_PATH = "/x/?.lua;;" } } do
      code, _, err = command.run({ env = env }, "plan")
      assert.equal(1, code)
      assert.is_truthy(err:find("apt install lua-argparse", 1, true), err)
    end
  end)
end)
