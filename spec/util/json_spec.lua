-- What others wrote as JSON, read by lua-cjson.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"

local cjson = require "cjson"

local function back(text) return core.json(assert(json.decode(text))) end

describe("JSON of others", function()
  it("has integers where Lua has them, and nothing for null", function()
    local read = json.decode '{"count":3,"share":0.5,"nothing":null,"whole":2.0,"below":-7}'
    assert.same({ count = 3, share = 0.5, whole = 2, below = -7 }, read)
    if math.type then
      assert.same({ "integer", "integer", "integer", "float" },
        { math.type(read.count), math.type(read.whole), math.type(read.below), math.type(read.share) })
    end
    assert.is_nil(json.decode "null")
  end)

  it("makes no integer of a number that was rounded on the way", function()
    local read = json.decode '{"exact":9007199254740992,"below":-9007199254740992,"small":9007199254740991}'
    assert.same({ exact = 2 ^ 53, below = -2 ^ 53, small = 2 ^ 53 - 1 }, read)
    if not math.type then return end
    assert.same({ "integer", "integer", "integer" },
      { math.type(read.exact), math.type(read.below), math.type(read.small) })
    local rounded = json.decode "[9007199254740993]"[1]
    assert.is_true(math.type(rounded) == "float" or rounded == math.tointeger "9007199254740993")
  end)

  it("keeps empty lists and empty maps apart, at any depth and whatever stands in strings", function()
    for _, text in ipairs { '{"a":[],"b":{}}', '{"a":[[],{}],"b":{"c":{},"d":[]}}', "[]", "{}", "[[]]", "[{}]",
      [[{"a":"[] {} \" []","b":[],"c":{}}]], [[{"[]":{},"\\":[],"{}":"\\\"[]"}]], '["",[],{}]' } do
      assert.equal(text, back(text))
    end
  end)

  it("keeps the places of a list's items where one of them is null", function()
    local read = json.decode '[1,null,{"x":null,"y":[null]}]'
    assert.same({ 1, cjson.null, { y = { cjson.null } } }, read)
    assert.equal('[1,null,{"y":[null]}]', core.json(read))
  end)

  it("is refused with line and column of what is wrong", function()
    local function problem(text) return (select(2, json.decode(text))) end
    assert.equal("line 3, column 8: Expected value but found invalid token", problem '{\n  "a": 1,\n  "b": tru\n}')
    assert.truthy(problem('{"a":[],\n"b":{},\n "c":]'):find("line 3, column 6: ", 1, true))
    assert.truthy(problem "":find("line 1, column 1: ", 1, true))
    assert.truthy(problem(("["):rep(1e5)):find("^line 1, column %d+: Found too many nested data structures"))
    assert.truthy(problem '"an end is missing':find("line 1, column ", 1, true))
    assert.equal("there is no text", problem(nil))
  end)

  it("has no numbers that are none of JSON's", function()
    for _, text in ipairs { "NaN", "[Infinity]", "[-inf]", "[0x10]", "[012]" } do
      local value, why = json.decode(text)
      assert.is_nil(value, text)
      assert.truthy(why:find("line 1, column", 1, true), text)
    end
  end)

  it("is read alike whatever a script has set in lua-cjson", function()
    cjson.decode_invalid_numbers(true)
    cjson.decode_max_depth(1)
    local value, other = json.decode "[[[1]]]", json.decode "[NaN]"
    cjson.decode_invalid_numbers(false)
    cjson.decode_max_depth(1000)
    assert.same({ { { 1 } } }, value)
    assert.is_nil(other)
  end)

  it("may begin with a byte order mark", function()
    assert.same({ a = 1 }, json.decode '\239\187\191{"a":1}')
    assert.truthy(select(2, json.decode '\239\187\191{"a":x}'):find("line 1, column 6: ", 1, true))
  end)

  it("is no table when it is none", function()
    for _, text in ipairs { "", "7", "<html>", '"text"', "null" } do assert.is_nil(json.object(text), text) end
    assert.is_nil(json.object(nil))
    assert.same({ code = "x" }, json.object '{"code":"x"}')
  end)
end)

describe("a machine without lua-cjson", function()
  local name, loaded, cpath = "ecs_service.util.json", {}, nil

  before_each(function()
    loaded, cpath = { package.loaded[name], package.loaded.cjson }, package.cpath
    package.loaded[name], package.loaded.cjson, package.cpath = nil, nil, ""
  end)
  after_each(function() package.loaded[name], package.loaded.cjson, package.cpath = loaded[1], loaded[2], cpath end)

  it("is told which package is missing, when something is to be read", function()
    local module = require(name)
    local ran, err = pcall(module.decode, "{}")
    assert.is_false(ran)
    assert.is_true(errors.is(err))
    assert.equal("NotBuilt", err.code)
    assert.truthy(tostring(err):find("apt install lua-cjson", 1, true), tostring(err))
  end)
end)
