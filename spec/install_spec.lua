-- What a packager or a stranger does: install into a tree of their own and use it from elsewhere.
local build = os.getenv "ECS_TEST_BUILD"
local interpreter = os.getenv "ECS_TEST_LUA" or "lua5.4"
local version = _VERSION:match "%d%.%d"
local abi = rawget(_G, "jit") and "luajit" or version
local quiet = os.getenv "ECS_TEST_SANITIZED"

local function run(command)
  local pipe = assert(io.popen("( env -u LD_PRELOAD sh -c '" .. command:gsub("'", "'\\''") ..
    "' ) 2>&1; echo \"code $?\""))
  local text = pipe:read("*a")
  pipe:close()
  local output, code = text:match("^(.*)code (%d+)%s*$")
  return tonumber(code), output
end

local function temporary()
  local name = os.tmpname()
  os.remove(name)
  assert(os.execute("mkdir -p " .. name))
  return name
end

local use = [[
local ecs = require "ecs_service"
local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1" } }
local stack = assert(ecs.stack { state = false, transport = sim })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
assert(stack:apply())
assert(stack:plan():is_empty())
print("it works", ecs.VERSION)
]]

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

describe("an installed copy", function()
  if quiet then
    return -- the sanitized build is not one that anybody installs
  end
  local tree

  before_each(function()
    tree = temporary()
  end)
  after_each(function()
    os.execute("rm -rf " .. tree)
  end)

  it("of cmake --install is required from anywhere and has a command that needs no LUA_PATH", function()
    assert.truthy(build, "ECS_TEST_BUILD names the build to install")
    local code, output = run(("cmake --install %s --prefix %s/opt"):format(build, tree))
    assert.equal(0, code, output)
    write(tree .. "/use.lua", use)
    code, output = run(("cd / && LUA_PATH='%s/opt/share/lua/%s/?.lua;%s/opt/share/lua/%s/?/init.lua;;' " ..
      "LUA_CPATH='%s/opt/lib/lua/%s/?.so;;' %s %s/use.lua"):format(tree, version, tree, version, tree, version,
      interpreter, tree))
    assert.equal(0, code, output)
    assert.truthy(output:find("it works 0.1.0", 1, true) or output:find("it works\t0.1.0", 1, true), output)
    code, output = run(("cd / && env -u LUA_PATH -u LUA_CPATH %s/opt/bin/ecs-service version"):format(tree))
    assert.equal(0, code, output)
    assert.truthy(output:find("0.1.0", 1, true), output)
  end)

  it("of luarocks make is required from its tree", function()
    local source = tree .. "/source"
    assert.equal(0, (run(("mkdir %s && cp -r CMakeLists.txt bin lua src rockspec %s/"):format(source, source))))
    local lua_version = rawget(_G, "jit") and "5.1" or version
    local variables = ""
    if abi == "luajit" then
      local _, folder = run("pkg-config --variable=includedir luajit")
      variables = "LUA_INCDIR=" .. folder:gsub("%s+$", "") .. " LUA=" .. interpreter
    end
    local code, output = run(("cd %s && luarocks --lua-version %s --tree %s/rocks make --deps-mode none " ..
      "rockspec/ecs-service-0.1.0-1.rockspec %s"):format(source, lua_version, tree, variables))
    assert.equal(0, code, output)
    write(tree .. "/use.lua", use)
    code, output = run(("cd / && LUA_PATH='%s/rocks/share/lua/%s/?.lua;%s/rocks/share/lua/%s/?/init.lua;;' " ..
      "LUA_CPATH='%s/rocks/lib/lua/%s/?.so;;' %s %s/use.lua"):format(tree, lua_version, tree, lua_version, tree,
      lua_version, interpreter, tree))
    -- A rock's files may stand in its own folder of the tree; luarocks deploys them to share/ and lib/.
    assert.equal(0, code, output)
    assert.truthy(output:find("it works", 1, true), output)
  end)
end)
