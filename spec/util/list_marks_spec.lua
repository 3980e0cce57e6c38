-- What the API answers, given to a JSON library that knows empty lists by a mark, as OpenResty's lua-cjson does. On a
-- machine whose lua-cjson has none, a small one that has it stands in for it.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local MARK = { "the mark of empty lists" }
-- A light userdata that is not NULL, as `empty_array` is one.
local EMPTY_ARRAY = debug.upvalueid and debug.upvalueid(function() return MARK end, 1)

local function encode(value, seen)
  seen = seen or {}
  if type(value) ~= "table" then return core.json(value) end
  assert(not seen[value], "a table that holds itself cannot be written")
  seen[value] = true
  local parts = {}
  if getmetatable(value) == MARK and next(value) == nil then return "[]" end
  if #value > 0 then
    for i, item in ipairs(value) do parts[i] = encode(item, seen) end
    seen[value] = nil
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, member in pairs(value) do parts[#parts + 1] = core.json(key) .. ":" .. encode(member, seen) end
  seen[value] = nil
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

describe("a JSON library that marks empty lists", function()
  local former
  before_each(function()
    require "ecs_service.util.json".decode "{}" -- by the library of this machine
    former = { package.loaded.cjson, package.loaded["cjson.safe"] }
    package.loaded.cjson = { empty_array_mt = MARK, empty_array = EMPTY_ARRAY, encode = encode }
    package.loaded["cjson.safe"] = nil
  end)
  after_each(function() package.loaded.cjson, package.loaded["cjson.safe"] = former[1], former[2] end)

  -- Names of members that are `{}` in a text.
  local function maps_in(text)
    local names = {}
    for name in text:gmatch '"([^"]*)":{}' do names[#names + 1] = name end
    return names
  end

  it("writes what each verb answers with lists as lists and maps as maps", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    stack:service("web", journey.web { task_definition = "web:1", tags = core.object {} })
    local texts, answers = {}, 0
    local function add(value, err)
      answers = answers + 1
      texts[#texts + 1] = encode(value or err)
      if type(value or err) == "table" and (value or err).to_table then
        texts[#texts + 1] = encode((value or err):to_table())
      end
    end
    add(assert(stack:plan()):to_table())
    add(stack:plan().changes)
    add(stack:state_items())
    assert.equal("[]", texts[#texts])
    add(stack:status())
    add(stack:apply())
    add(stack:status "web")
    add(stack:diagnose())
    add(stack:diagnose "web")
    add(stack:history "web")
    add(stack:state_entry "web")
    add(stack:recorded())
    add(stack:refresh())
    add(stack:rollback "web")
    add(stack:scale("web", 2))
    add(stack:redeploy "web")
    add(stack:policy())
    add(stack:doctor())
    add(stack:wait { services = { "web" } })
    add(stack:destroy())
    add(stack:plan { destroy = true }:to_table())
    add(stack:import("web", "prod/none"))
    add(ecs.explain { events = {} })
    assert.equal("[]", texts[#texts])
    add(ecs.validate(journey.web { load_balancer = {} }))
    add(ecs.plan(journey.web { task_definition = "web:1" }))
    assert.equal(24, answers)
    for _, text in ipairs(texts) do
      for _, name in ipairs(maps_in(text)) do
        assert.truthy(name == "services" or name == "tags" or name == "tags_all", name .. " in " .. text)
      end
    end
  end)

  it("is handed one value where there is one: cjson.encode(stack:status()) takes no more", function()
    local stack = journey.stack(journey.simulator())
    stack:service("web", journey.web { task_definition = "web:1" })
    local function count(...) return select("#", ...) end
    assert(stack:apply())
    assert.same({ 1, 1, 1, 1, 1, 1, 1, 1 }, { count(stack:status()), count(stack:recorded()),
      count(stack:diagnose "web"), count(stack:state_items()), count(stack:state_entry "web"),
      count(stack:history "web"), count(stack:doctor()), count(stack:call("ecs", "ListServices")) })
    assert.equal(2, count(stack:status "none"))
    assert.is_string(former[1].encode(stack:status()))
  end)

  it("has no mark on what is a map by its name, nor on what is marked already", function()
    local marked = require "ecs_service.util.list_marks".marked
    local map = core.object {}
    local answer = marked { tags = {}, services = {}, list = {}, inner = { { options = {}, events = {} } }, map = map }
    assert.equal('{"inner":[{"events":[],"options":{}}],"list":[],"map":{},"services":{},"tags":{}}', encode(answer))
  end)

  it("writes an error's result with lists as lists", function()
    local sim = journey.simulator()
    sim:fault { operation = "CreateService", code = "AccessDeniedException", message = "no", times = 9 }
    local stack = journey.stack(sim)
    stack:service("web", journey.web { task_definition = "web:1" })
    local _, err = stack:apply()
    assert.same({ "services", "services" }, maps_in(encode(err:to_table()) .. encode(err.result)))
  end)

  it("may be loaded after the call: plain tables have the marks", function()
    local library = package.loaded.cjson
    package.loaded.cjson = nil
    package.preload.cjson = function() return library end
    local result = assert(journey.stack(journey.simulator()):apply())
    local document = result:to_table()
    package.preload.cjson = nil
    assert.equal(MARK, getmetatable(document.changes))
    assert.are_not.equal(MARK, getmetatable(document.services))
  end)

  local TARGET_GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"

  it("has what it decoded declared: marked lists are lists, and its empty_array is an empty one", function()
    local function normal(load_balancer, tags)
      return assert(ecs.validate(journey.web { load_balancer = load_balancer, tags = tags }))
    end
    local marked = setmetatable({ {
      target_group_arn = TARGET_GROUP, container_name = "web", container_port = 80 } }, MARK)
    assert.equal(1, #normal(marked).load_balancer)
    assert.same({}, normal(setmetatable({}, MARK)).load_balancer)
    if not EMPTY_ARRAY then return end
    assert.same({}, normal(EMPTY_ARRAY).load_balancer)
    assert.equal('{"a":[],"b":[[]]}', core.json { a = EMPTY_ARRAY, b = { EMPTY_ARRAY } })
    package.loaded["cjson.safe"], package.loaded.cjson = package.loaded.cjson, nil
    assert.same({}, normal(EMPTY_ARRAY).load_balancer)
    package.loaded["cjson.safe"] = nil
    local _, err = ecs.validate(journey.web { load_balancer = EMPTY_ARRAY })
    assert.equal("WrongType", err.diagnostics[1].code)
  end)

  it("has no empty list where credentials want a text", function()
    if not EMPTY_ARRAY then return end
    local function sign(token)
      return ecs.sign({ method = "GET", url = "https://ecs.us-west-2.amazonaws.com/", headers = {}, body = "" },
        { access_key_id = "AKIDEXAMPLE", secret_access_key = "example", session_token = token },
        { service = "ecs", region = "us-west-2" })
    end
    assert.has_error(function() sign(EMPTY_ARRAY) end)
    assert.is_table(sign(nil))
  end)
end)
