-- Examples and documents show what others may rely on: the modules that are there to be required, and no others.
local documents = require "support.documents"
local public = require "support.public_names"

local is_public = { cjson = true, ["cjson.safe"] = true }
for _, name in ipairs(public.MODULES) do is_public[name] = true end

local function listed(command)
  local pipe, list = assert(io.popen(command)), {}
  for path in pipe:lines() do list[#list + 1] = path end
  pipe:close()
  return list
end

-- A module of the example itself: examples/support.lua, examples/openresty/lua/deploy/….
local function is_of_examples(name)
  local path = name:gsub("%.", "/")
  for _, place in ipairs { "%s.lua", "examples/openresty/lua/%s.lua", "examples/openresty/lua/%s/init.lua" } do
    local file = io.open(place:format(path))
    if file then
      file:close()
      return true
    end
  end
end

-- The names of modules in a text, however they are required.
local function required(text)
  local names = {}
  for _, mark in ipairs { '"', "'", "%[%[" } do
    for name in text:gmatch("require%s*[%(,]?%s*" .. mark .. "([%w_.]+)") do names[name] = true end
    for name in text:gmatch(mark .. "(ecs_service%.[%w_.]+)") do names[name] = true end
  end
  return names
end

local function problems_of(text, where)
  local list = {}
  for name in pairs(required(text)) do
    if not is_public[name] and not is_of_examples(name) then list[#list + 1] = ("%s: %s"):format(where, name) end
  end
  for class, methods in pairs(public.INTERNAL) do
    for method in pairs(methods) do
      if text:find("[%w_%])]:" .. method .. "%s*[%(\"{]") then
        list[#list + 1] = ("%s: :%s() of %s"):format(where, method, class)
      end
    end
  end
  table.sort(list)
  return list
end

local function none(paths)
  local all = {}
  for _, path in ipairs(paths) do
    for _, one in ipairs(problems_of(documents.read(path), path)) do all[#all + 1] = one end
  end
  assert.same({}, all)
end

describe("only what is public", function()
  it("is used by the examples: their Lua, their configuration, their shell", function()
    local paths = listed "find examples -type f ! -name '*.css' ! -name '*.html' ! -name '*.js' | sort"
    assert.is_true(#paths > 20)
    none(paths)
  end)

  it("is shown by the documents", function()
    local paths = {}
    for _, path in ipairs(documents.all()) do
      if path ~= "docs/architecture.md" then paths[#paths + 1] = path end -- which is about the inside
    end
    assert.is_true(#paths > 20)
    none(paths)
  end)

  it("is included by the example in C", function()
    for header in documents.read("examples/c/deploy.c"):gmatch "#include [<\"](ecs[^>\"]*)" do
      assert.equal("ecs_service/ecs_service.h", header)
    end
  end)

  it("is listed for readers of the reference", function()
    local text = documents.read "docs/api.md"
    for _, name in ipairs(public.MODULES) do
      assert.truthy(text:find("`" .. name .. "`", 1, true) or text:find(('require "%s"'):format(name), 1, true), name)
    end
  end)

  it("passes, and what is inside is found however it is required", function()
    assert.same({}, problems_of('require "ecs_service" require("ecs_service.errors") require\'cjson.safe\'', "x"))
    for _, text in ipairs { 'require "ecs_service.core"', "require('ecs_service.core')", "require [[ecs_service.core]]",
                            'pcall(require, "ecs_service.core")', 'local name = "ecs_service.core"' } do
      assert.same({ "x: ecs_service.core" }, problems_of(text, "x"))
    end
    assert.same({ "x: lfs" }, problems_of('require "lfs"', "x"))
    assert.same({ "x: :session() of Stack" }, problems_of("local one = stack:session(true)", "x"))
  end)
end)
