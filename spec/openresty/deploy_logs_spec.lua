-- Who is shown what containers write: the example's setting for everybody, and what a request asks for. With a table in
-- the place of nginx; its Lua is LuaJIT.
local core = require "ecs_service.core"
local nginx = require "support.nginx"

if not rawget(_G, "jit") then return end

-- A script whose stack tells what it was asked for.
local SCRIPT = [[
return { tasks = { migrate = {} },
  apply = function(_, opts) asked = opts return { summary = {} } end,
  run = function(_, target, opts) asked, ran = opts, target return { exit_code = 0 } end }
]]

describe("the logs of the deploy example", function()
  local folder, former_path, former_cpath, former_ngx, stacks, environment
  local getenv = os.getenv

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(core.system.make_dir(folder))
    assert(core.system.make_dir(folder .. "/stacks"))
    nginx.write(folder .. "/stacks/shop.lua", SCRIPT)
    former_path, former_cpath, former_ngx = package.path, package.cpath, rawget(_G, "ngx")
    local lua = getenv "PWD" .. "/examples/openresty/lua/" -- the example takes nothing of the current folder
    package.path = lua .. "?.lua;" .. lua .. "?/init.lua;" .. package.path
    local dictionary = { get = function() end, safe_set = function() return true end, incr = function() return 1 end }
    rawset(_G, "ngx", { shared = { deploy = dictionary }, config = { prefix = function() return folder .. "/" end } })
    environment = { DEPLOY_KEY = ("g"):rep(40), DASHBOARD_KEY = ("d"):rep(40), DEPLOY_STACKS = "shop" }
    rawset(os, "getenv", function(name) return environment[name] or getenv(name) end)
  end)

  after_each(function()
    package.path, package.cpath = former_path, former_cpath
    rawset(_G, "ngx", former_ngx)
    rawset(_G, "asked", nil)
    rawset(_G, "ran", nil)
    rawset(os, "getenv", getenv)
    for name in pairs(package.loaded) do
      if name == "deploy" or name:find "^deploy%." then package.loaded[name] = nil end
    end
    os.execute("rm -rf '" .. folder .. "'")
  end)

  local function start(setting)
    environment.DEPLOY_LOGS = setting
    local started, problem = pcall(require("deploy").start)
    stacks = require "deploy.stacks"
    return started, problem
  end

  local function asked() return rawget(_G, "asked") end
  local function hear() end

  it("are read unless the setting, or the request, says no", function()
    for _, setting in ipairs { "on", "off", "" } do
      assert.is_true(start(setting))
      for _, wish in ipairs { "none", true, false } do
        if wish == "none" then wish = nil end
        local wanted = setting ~= "off" and wish ~= false
        assert(stacks.apply("shop", "digest", { logs = wish }))
        assert.equal(wanted, asked().logs)
        assert(stacks.run("shop", "migrate", { logs = wish, on_log = hear }))
        assert.equal("task.migrate", rawget(_G, "ran"))
        assert.equal(wanted, asked().logs)
        assert.equal(wanted and hear or nil, asked().on_log)
      end
    end
  end)

  it("are not left to a setting that says neither", function()
    local started, problem = start "no"
    assert.is_false(started)
    assert.truthy(tostring(problem):find("DEPLOY_LOGS is on or off", 1, true), problem)
  end)
end)
