-- The editor types tell the whole of the public API, and nothing that is not there.
local ecs = require "ecs_service"
local core = require "ecs_service.core"

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

-- What types.lua declares: of each class its fields, its functions, the class it extends, and whether it is said.
local function declared()
  local classes, variables, current, names = {}, {}, nil, {}
  for line in read("lua/ecs_service/types.lua"):gmatch "([^\n]*)\n" do
    local class, rest = line:match "^%-%-%-@class ([%w_.]+)(.*)$"
    local field = line:match "^%-%-%-@field ([%w_]+)"
    local variable = line:match "^local ([%w_]+) = {}$"
    local owner, name = line:match "^function ([%w_]+)[.:]([%w_]+)%("
    local alias = line:match "^%-%-%-@alias ([%w_.]+)"
    if class then
      current = { name = class, fields = {}, functions = {}, extends = rest:match "^ : ([%w_.]+)" }
      classes[class], names[class] = current, true
    elseif field then
      current.fields[field] = line
    elseif variable then
      variables[variable] = current
    elseif owner then
      assert(variables[owner], line).functions[name] = true
    elseif alias then
      names[alias] = true
    end
  end
  return classes, names
end

local classes, names = declared()

local function field_of(class, name)
  while class do
    if class.fields[name] then return class.fields[name] end
    class = class.extends and classes[class.extends]
  end
end

local INTERNAL = require("support.public_names").INTERNAL

local function functions_of(class)
  local found = {}
  for name, value in pairs(class) do
    if type(value) == "function" and name:sub(1, 2) ~= "__" then found[name] = true end
  end
  return found
end

local sim = ecs.simulator {}
local stack = assert(ecs.stack { state = false, transport = sim })
local service = stack:service("web", { name = "web", task_definition = "web:1" })
local PUBLIC = {
  ["ecs_service"] = ecs,
  ["ecs_service.Stack"] = getmetatable(stack).__index,
  ["ecs_service.Service"] = getmetatable(service).__index,
  ["ecs_service.TaskDefinition"] = getmetatable(stack:task_definition("web", {})).__index,
  ["ecs_service.Plan"] = getmetatable(require("ecs_service.plan").new { changes = {} }).__index,
  ["ecs_service.Simulator"] = getmetatable(sim).__index,
  ["ecs_service.VirtualScheduler"] = getmetatable(require("ecs_service.scheduler").virtual()).__index,
  ["ecs_service.schedulers"] = require "ecs_service.scheduler",
  ["ecs_service.curl"] = require "ecs_service.transport.curl",
  ["ecs_service.openresty"] = require "ecs_service.openresty",
  ["ecs_service.errors"] = require "ecs_service.errors",
  ["ecs_service.credentials"] = require "ecs_service.credentials",
  ["ecs_service.simulators"] = require "ecs_service.simulator",
  ["ecs_service.boards"] = require "ecs_service.openresty.board",
  ["ecs_service.Board"] = getmetatable(require("ecs_service.openresty.board").new()).__index,
}

-- The options that a call takes, as its refusal of a wrong one lists them.
local function options_of(call)
  local ok, result, err = pcall(call, { no_such_option_at_all = true })
  local text = ok and tostring(err or result) or tostring(result)
  local list = assert(text:match "options are (.-)%)%s*$", text)
  local found = {}
  for name in list:gmatch "[%w_]+" do found[name] = true end
  return found
end

local function method(name)
  return function(opts) return stack[name](stack, opts) end
end

local OPTIONS = {
  { "ecs_service.StackOptions", ecs.stack },
  { "ecs_service.PlanOptions", method "plan" },
  { "ecs_service.ApplyOptions", method "apply" },
  { "ecs_service.ApplyOptions", method "destroy" },
  { "ecs_service.ApplyOptions", method "refresh" },
  { "ecs_service.WaitOptions", method "wait" },
  { "ecs_service.RollbackOptions", function(opts) return stack:rollback("web", opts) end },
  { "ecs_service.RevisionOptions", function(opts) return stack:revisions("web", opts) end },
  { "ecs_service.DeregisterOptions", function(opts) return stack:deregister("web", opts) end },
  { "ecs_service.StopOptions", function(opts) return stack:stop("web", opts) end },
  { "ecs_service.ContinueOptions", function(opts) return stack:continue("web", opts) end },
  { "ecs_service.RedeployOptions", function(opts) return stack:redeploy("web", opts) end },
  { "ecs_service.ScaleOptions", function(opts) return stack:scale("web", 1, opts) end },
  { "ecs_service.ImportOptions", function(opts) return stack:import("web", "a/b", opts) end },
  { "ecs_service.PurePlanOptions", function(opts) return ecs.plan({ name = "x" }, nil, opts) end },
  { "ecs_service.ExplainParts", ecs.explain },
  { "ecs_service.ProgressOptions", ecs.progress },
  { "ecs_service.ServeOptions", function(opts) return sim:serve(opts) end },
}

describe("the editor types", function()
  for name, class in pairs(PUBLIC) do
    it("tell every function of " .. name .. ", and no other", function()
      local typed, internal = assert(classes[name], "there is no such class"), INTERNAL[name:match "%.(%w+)$"] or {}
      local inherited = typed.extends and classes[typed.extends] or { fields = {} }
      local missing = {}
      for one in pairs(functions_of(class)) do
        if not (typed.functions[one] or internal[one] or inherited.fields[one]) then missing[#missing + 1] = one end
      end
      assert.same({}, missing, name .. ": tools/api_types*.lua")
      for one in pairs(typed.functions) do
        assert.equal("function", type(class[one]), ("%s has %s in types only"):format(name, one))
      end
      for one in pairs(internal) do assert.equal("function", type(class[one]), one) end
    end)
  end

  for _, pair in ipairs(OPTIONS) do
    it("tell every option that goes into " .. pair[1], function()
      local found = options_of(pair[2])
      for one in pairs(found) do
        assert.truthy(field_of(classes[pair[1]], one), ("%s has no %s: tools/api_types*.lua"):format(pair[1], one))
      end
      for one in pairs(classes[pair[1]].fields) do -- what it inherits is another call's
        assert.truthy(found[one], ("%s has %s in types only"):format(pair[1], one))
      end
    end)
  end

  it("tell every argument of every block, with its documentation, its default and its words", function()
    local count = 0
    local function check(rows, class, path)
      for _, row in ipairs(rows) do
        local line = field_of(assert(classes[class], class), row.name)
        assert.truthy(line, class .. " has no " .. row.name)
        assert.truthy(line:find(row.doc, 1, true), path .. row.name)
        if row.default ~= nil and row.kind ~= "duration" then
          assert.truthy(line:find("Default: `", 1, true), path .. row.name)
        end
        count = count + 1
        local own = (path .. row.name):gsub("[._](%w)", string.upper):gsub("^%w", string.upper)
        if row.choices then assert.truthy(names["ecs_service." .. own], own) end
        if row.rows then check(row.rows, "ecs_service." .. own, path .. row.name .. ".") end
      end
    end
    check(core.schema("service"), "ecs_service.Attributes", "")
    assert.is_true(count > 90)
  end)

  it("name only types that are declared", function()
    for word in read("lua/ecs_service/types.lua"):gmatch "[^%w]ecs_service%.(%u[%w_]*)" do
      assert.truthy(names["ecs_service." .. word], "there is no type ecs_service." .. word)
    end
  end)

  it("are Lua", function()
    assert.is_function(loadfile "lua/ecs_service/types.lua")
  end)

  it("are told once: no module says again what a class of them has", function()
    local pipe = assert(io.popen "grep -rn '^---@class' lua --include='*.lua'")
    for line in pipe:lines() do
      local file, class = line:match "^(.-):%d+:%-%-%-@class ([%w_.]+)"
      assert.falsy(classes[class] and not file:find("types.lua", 1, true), line)
    end
    pipe:close()
  end)
end)
