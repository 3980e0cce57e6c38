-- What a packager or a stranger does: install into a tree of their own and use it from elsewhere.
local build = os.getenv "ECS_TEST_BUILD"
local interpreter = os.getenv "ECS_TEST_LUA" or "lua5.4"
local version = _VERSION:match "%d%.%d"
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
    for _, name in ipairs { "man/man1/ecs-service.1", "bash-completion/completions/ecs-service",
                            "zsh/site-functions/_ecs-service", "fish/vendor_completions.d/ecs-service.fish" } do
      local file = assert(io.open(("%s/opt/share/%s"):format(tree, name)))
      file:close()
    end
  end)

  -- LuaRocks of Debian knows LuaJIT as 5.1 with other headers. Lua 5.1 to 5.3 differ from these two in nothing here.
  local rocks = rawget(_G, "jit") or version == "5.4"

  local function luarocks(folder, words)
    local variables = ""
    if rawget(_G, "jit") then
      local _, headers = run("pkg-config --variable=includedir luajit")
      variables = " LUA_INCDIR=" .. headers:gsub("%s+$", "") .. " LUA=" .. interpreter
    end
    return run(("cd %s && CMAKE_BUILD_PARALLEL_LEVEL=2 luarocks --lua-version %s --tree %s/rocks %s%s"):format(
      folder, version, tree, words, variables))
  end

  -- What a release is made of, as it stands here.
  local function sources()
    local folder = tree .. "/source"
    local code, output = run(("mkdir %s && cp -r CMakeLists.txt CHANGELOG.md LICENSE bin docs lua src rockspec " ..
      "share tools %s/"):format(folder, folder))
    assert.equal(0, code, output)
    return folder
  end

  local function assert_works()
    write(tree .. "/use.lua", use)
    local code, output = run(("cd / && LUA_PATH='%s/rocks/share/lua/%s/?.lua;%s/rocks/share/lua/%s/?/init.lua;;' " ..
      "LUA_CPATH='%s/rocks/lib/lua/%s/?.so;;' %s %s/use.lua"):format(tree, version, tree, version, tree, version,
      interpreter, tree))
    assert.equal(0, code, output)
    assert.truthy(output:find("it works", 1, true), output)
    code, output = run(("cd / && env -u LUA_PATH -u LUA_CPATH %s/rocks/bin/ecs-service version"):format(tree))
    assert.equal(0, code, output)
    assert.truthy(output:find("ecs-service 0.1.0", 1, true), output)
  end

  if rocks then
    it("of luarocks make is required from its tree, and its command runs", function()
      local code, output = luarocks(sources(), "make --deps-mode none rockspec/ecs-service-0.1.0-1.rockspec")
      assert.equal(0, code, output)
      assert_works()
    end)
  end

  if rocks then
    it("of the source rock that tools/release makes is required from its tree, and its command runs", function()
      local folder = sources()
      local code, output = run(("cd %s && git init -q && git add . && git -c user.name=x -c user.email=x@x.example " ..
        "commit -qm x && sh tools/release make"):format(folder))
      assert.equal(0, code, output)
      code, output = run(("cat %s/dist/*.rockspec"):format(folder))
      assert.equal(0, code)
      assert.falsy(output:find(tree, 1, true), output)
      assert.truthy(output:find('url = "https://', 1, true), output)
      code, output = luarocks(folder, "install --deps-mode none dist/ecs-service-0.1.0-1.src.rock")
      assert.equal(0, code, output)
      assert_works()
    end)
  end

  it("is made of the same bytes by tools/release in any folder, and of nothing where there is no commit", function()
    local from, sums = sources(), {}
    local code, output = run(("cd %s && sh tools/release make"):format(from))
    assert.equal(1, code, output)
    assert.truthy(output:find("is made of a commit", 1, true), output)
    assert.equal(0, (run(("test ! -e %s/dist"):format(from))))
    for i, name in ipairs { "one", "an other" } do
      code, output = run(("cp -r %s '%s/%s' && cd '%s/%s' && git init -q && git add . && " ..
        "GIT_AUTHOR_DATE=@1700000000 GIT_COMMITTER_DATE=@1700000000 " ..
        "git -c user.name=x -c user.email=x@x.example commit -qm x && sh tools/release make >/dev/null && " ..
        "cd dist && sha256sum *"):format(from, tree, name, tree, name))
      assert.equal(0, code, output)
      sums[i] = output
    end
    assert.equal(sums[1], sums[2])
    assert.truthy(sums[1]:find(".src.rock", 1, true), sums[1])
  end)

  it("is of one Lua, whatever the build folder was configured for before", function()
    local other = rawget(_G, "jit") and "5.4" or "luajit"
    local folder = tree .. "/build"
    local configure = ("cmake -S . -B %s -DECS_C_LIBRARY=OFF"):format(folder)
    local code, output = run(configure .. " -DLUA_ABI=54")
    assert.truthy(code ~= 0 and output:find("5.1, 5.2, 5.3, 5.4", 1, true), output)
    for _, abi in ipairs { other, rawget(_G, "jit") and "luajit" or version } do
      code, output = run(("%s -DLUA_ABI=%s"):format(configure, abi))
      assert.equal(0, code, output)
    end
    code, output = run(("cmake --build %s -j2 && cmake --install %s --prefix %s/opt && " ..
      "find %s/opt -name core.so"):format(folder, folder, tree, tree))
    assert.equal(0, code, output)
    assert.truthy(output:find(("%s/opt/lib/lua/%s/ecs_service/core.so\n"):format(tree, version), 1, true), output)
    code, output = run(("cd / && env -u LUA_PATH -u LUA_CPATH %s/opt/bin/ecs-service version"):format(tree))
    assert.equal(0, code, output)
    assert.truthy(output:find(rawget(_G, "jit") and "LuaJIT" or "Lua " .. version, 1, true), output)
  end)

  local suffix = rawget(_G, "jit") and "luajit" or version
  local command = suffix == "5.4" and "ecs-service" or "ecs-service-" .. suffix
  if rocks then
    it("of the Debian packages runs, and nothing is left when they are purged", function()
      local code, output = run(("cd %s && SOURCE_DATE_EPOCH=1700000000 cpack -G DEB -B %s/packages"):format(build,
        tree))
      assert.equal(0, code, output)
      -- Debian's own checks. An interpreter that Debian's policy does not list is told of and no fault.
      code, output = run(("lintian --allow-root --fail-on warning,error --suppress-tags unusual-interpreter " ..
        "%s/packages/*.deb"):format(tree))
      assert.equal(0, code, output)
      code, output = run(("dpkg-deb -f %s/packages/lua-ecs-service-%s_*.deb Depends"):format(tree, suffix))
      assert.equal(0, code, output)
      assert.truthy(output:find("lua-cjson", 1, true) and output:find("libcurl4", 1, true), output)
      -- An empty system: what the packages need is this one's.
      local dpkg = ("fakeroot dpkg --root=%s/system --force-depends --force-not-root --log=/dev/null "):format(tree)
      code, output = run(("mkdir -p %s/system/var/lib/dpkg/info %s/system/var/lib/dpkg/updates && " ..
        "touch %s/system/var/lib/dpkg/status && %s -i %s/packages/*.deb"):format(tree, tree, tree, dpkg, tree))
      assert.equal(0, code, output)
      code, output = run(("env -u LUA_PATH -u LUA_CPATH %s/system/usr/bin/ecs-service version"):format(tree))
      assert.equal(0, code, output)
      assert.truthy(output:find("ecs-service 0.1.0", 1, true), output)
      -- Where Debian's Luas look by themselves.
      write(tree .. "/use.lua", ("package.path = package.path:gsub('/usr/', '%s/system/usr/') package.cpath = " ..
        "package.cpath:gsub('/usr/', '%s/system/usr/')\n"):format(tree, tree) .. use)
      code, output = run(("cd / && env -u LUA_PATH -u LUA_CPATH %s %s/use.lua"):format(interpreter, tree))
      assert.equal(0, code, output)
      for _, name in ipairs { "zsh/vendor-completions/_ecs-service", "man/man1/ecs-service.1.gz",
                              "doc/ecs-service/docs/README.md" } do
        assert(io.open(("%s/system/usr/share/%s"):format(tree, name)), name):close()
      end
      code, output = run(dpkg .. ("--purge %s lua-ecs-service-%s libecs-service-dev"):format(command, suffix))
      assert.equal(0, code, output)
      code, output = run(("find %s/system -path '*/var/lib/dpkg' -prune -o -type f -print"):format(tree))
      assert.equal(0, code)
      assert.equal("", output)
    end)
  end
end)
