-- What the documents show works: links lead somewhere, commands are commands, Lua is Lua and runs, JSON is JSON.
local cjson = require "cjson.safe"
local cli = require "ecs_service.cli"
local core = require "ecs_service.core"
local documents = require "support.documents"
local ecs = require "ecs_service"

local pages = documents.all()

local function each_block(language, visit)
  for _, path in ipairs(pages) do
    for _, block in ipairs(documents.blocks(path)) do
      if block.language == language then visit(block, ("%s:%d"):format(path, block.line)) end
    end
  end
end

local function none(problems) assert.equal("", table.concat(problems, "\n")) end

describe("links of the documents", function()
  it("lead to files and headings that are there", function()
    none(documents.dead_links(pages))
  end)
end)

-- The words of a command line of a shell, as far as documents need it.
local function words_of(line)
  local list = {}
  line = line:gsub("%s+#.*$", ""):gsub("%s*[|>;&].*$", ""):gsub("[%[%]]", "")
  for word in line:gmatch "%S+" do list[#list + 1] = (word:gsub("^[\"'](.*)[\"']$", "%1"):gsub("…", "x")) end
  return list
end

local function problem_of(line)
  local argv = words_of(line)
  table.remove(argv, 1)
  if argv[1] == "help" or #argv == 0 then return nil end
  local ran, ok, message = pcall(function()
    local parser = cli.parser()
    return parser:pparse(argv)
  end)
  if ran and not ok then return message end
  if not ran and type(ok) ~= "table" then return tostring(ok) end -- a table: help was asked for
end

describe("commands in the documents", function()
  it("are ones that ecs-service has, with options that they have", function()
    local problems, count = {}, 0
    each_block("sh", function(block, where)
      for line in block.text:gsub("\\\n", " "):gmatch "[^\n]+" do
        line = line:gsub("^%s+", ""):gsub("^source <%((.-)%).*$", "%1")
        repeat
          local rest, replaced = line:gsub("^[%u_]+=%S+%s+", "")
          line = rest
        until replaced == 0
        if line:find "^ecs%-service%s" then
          count = count + 1
          local problem = problem_of(line)
          if problem then problems[#problems + 1] = ("%s: %s: %s"):format(where, line, problem) end
        end
      end
    end)
    none(problems)
    assert.is_true(count > 30)
  end)

  it("are the same in the text", function()
    local problems = {}
    for _, path in ipairs(pages) do
      for code in documents.prose(path):gmatch "`(ecs%-service [^`]+)`" do
        local first = code:match "^ecs%-service ([%l%-]+)"
        local problem = first and code:find "%-%-" and not code:find "…" and problem_of(code)
        if problem and not problem:find("usage", 1, true) and not problem:find("argument", 1, true) then
          problems[#problems + 1] = ("%s: %s: %s"):format(path, code, problem)
        end
      end
    end
    none(problems)
  end)
end)

local compile = rawget(_G, "loadstring") or load

-- Whole, or a part of a table; "…" stands for what is left out.
local function compiled(text)
  text = text:gsub("…", " ")
  local chunk, problem = compile(text)
  return chunk or compile("return {" .. text .. "}") or compile("return " .. text), problem
end

-- The module as a script of a document sees it: stacks run on a simulated ECS and keep nothing.
local function on_a_simulator()
  local module = {}
  for name, value in pairs(ecs) do module[name] = value end
  function module.stack(options)
    local own = {}
    for name, value in pairs(options) do own[name] = value end
    if not own.transport then
      own.transport = ecs.simulator { region = own.region or "us-west-2", clusters = { "default", "prod", "staging" },
        task_definitions = { "web:9", "mongo:9" } }
      assert(own.transport:call("CreateService", { cluster = "prod", serviceName = "legacy",
        taskDefinition = "mongo:7", desiredCount = 1 }))
      own.transport:advance(120)
    end
    own.region, own.state, own.credentials = own.region or "us-west-2", false, own.transport.credentials
    return ecs.stack(own)
  end
  -- What a reader has from ecspresso.
  function module.json_file(name)
    local kind = assert(name:match "^(%l+)def%.json$"):gsub("^task$", "task-def"):gsub("^service$", "service-def")
    return ecs.json_file(("data/ecspresso/terraform-ecs-%s.json"):format(kind))
  end
  -- What a reader gives on the command line.
  function module.variables(spec)
    local values = {}
    for name, one in pairs(spec) do
      if one.required then values[name] = one.values and one.values[1] or one.type == "number" and 1 or "web:1" end
    end
    return ecs.variables(spec, values)
  end
  return module
end

describe("Lua in the documents", function()
  it("is Lua", function()
    local problems = {}
    each_block("lua", function(block, where)
      local chunk, problem = compiled(block.text)
      if not chunk then problems[#problems + 1] = ("%s: %s"):format(where, tostring(problem)) end
    end)
    none(problems)
  end)

  it("runs, where a block is a whole script, and what it declares is right", function()
    local count = 0
    local print_of_this = print
    finally(function()
      package.loaded.ecs_service = ecs
      _G.print = print_of_this -- luacheck: ignore 122
    end)
    package.loaded.ecs_service = on_a_simulator()
    _G.print = function() end -- luacheck: ignore 122
    each_block("lua", function(block, where)
      if block.text:find "^%-%- [%w_]+%.lua\n" then
        count = count + 1
        local ok, stack = xpcall(assert(compile(block.text, "=" .. where)), debug.traceback)
        assert.is_true(ok, tostring(stack))
        if stack then
          assert(stack:validate())
          assert(stack:plan())
        end
      end
    end)
    assert.is_true(count >= 6)
  end)
end)

describe("JSON in the documents", function()
  it("is JSON", function()
    each_block("json", function(block, where)
      local value, problem = cjson.decode((block.text:gsub("…", "")))
      assert.is_table(value, ("%s: %s"):format(where, tostring(problem)))
      assert.is_string(core.json(value))
    end)
  end)
end)
