-- Numbers that become text: all their digits, in signatures, requests, answers and JSON.
local core = require "ecs_service.core"
local support = require "support.support_http"

-- What Lua has for a number, and how it is written.
local NUMBERS = {
  { 1764359999123456, "1764359999123456" }, { 9007199254740991, "9007199254740991" }, { -5, "-5" }, { 0, "0" },
  { 1e15, "1000000000000000" }, { 1764359999.123456, "1764359999.123456" }, { 0.1, "0.1" },
  { 0.1 + 0.2, "0.30000000000000004" }, { 2.5e-300, "2.5e-300" },
}
local largest = rawget(math, "maxinteger") -- of Lua 5.3 and later
if largest then NUMBERS[#NUMBERS + 1] = { largest, "9223372036854775807" } end

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s" }

local function canonical(header)
  local request = { method = "GET", url = "https://h/", headers = { ["X-Number"] = header } }
  local headers, details = core.sign(request, KEYS, { service = "ecs", region = "r", time = 1 })
  return headers["X-Number"], details.canonical_request:match "x%-number:([^\n]*)\n"
end

describe("a number keeps all its digits", function()
  for _, case in ipairs(NUMBERS) do
    it(("in a header that is signed, sent and answered, and in JSON: %s"):format(case[2]), function()
      local number, text = case[1], case[2]
      local sent, signed = canonical(number)
      assert.same({ text, text }, { sent, signed })
      local pair = support.pair(function() return 200, { ["X-Back"] = number }, "" end)
      pair:submit { headers = { ["X-Number"] = number } }
      local completion = pair:next()
      local arrived = pair.seen[1].headers["x-number"] or pair.seen[1].headers["X-Number"]
      pair:close()
      assert.same({ text, text }, { arrived, completion.headers["x-back"] })
      assert.equal(text, core.json(number))
      if #text <= 24 and number < 2 ^ 53 then assert.equal(number, core.read_json(text)) end
    end)
  end
end)

describe("the core, with another decimal point than ours", function()
  local folder = os.tmpname()
  setup(function()
    os.remove(folder)
    assert(core.system.make_dir(folder))
  end)
  teardown(function() os.execute(("rm -rf '%s'"):format(folder)) end)

  -- A comma in German; in Pashto a sign of two bytes.
  for _, locale in ipairs { "de_DE", "ps_AF" } do
    it("writes and reads numbers of JSON and headers as anywhere: " .. locale, function()
      assert(core.system.write_file(folder .. "/numbers.lua", [[
        local core = require "ecs_service.core"
        assert(os.setlocale(arg[1], "numeric"), "no locale")
        local headers = core.sign({ method = "GET", url = "https://h/", headers = { X = 3 / 2 } },
          { access_key_id = "A", secret_access_key = "s" }, { service = "ecs", region = "r", time = 1 })
        local waits = core.judge(429, { ["retry-after"] = "1.5" }, {}, 0).kind
        io.write(core.json { x = 3 / 2, y = core.read_json "0.30000000000000004" }, " ", headers.X, " ", waits)
      ]]))
      local interpreter = os.getenv "ECS_TEST_LUA" or "lua"
      local name = locale .. ".UTF-8"
      local pipe = assert(io.popen(("localedef --no-archive -i %s -f UTF-8 '%s/%s' 2>&1; "):format(locale, folder, name)
        .. ("LOCPATH='%s' '%s' '%s/numbers.lua' %s 2>&1"):format(folder, interpreter, folder, name)))
      local said = pipe:read "*a"
      pipe:close()
      if said:find("localedef", 1, true) or said:find("character map", 1, true) then
        return pending "this machine has no sources of locales (Debian: locales)"
      end
      assert.equal('{"x":1.5,"y":0.30000000000000004} 1.5 throttled', said)
    end)
  end
end)

describe("an engine", function()
  it("refuses options that it does not have, by name", function()
    local ok, message = pcall(core.engine, { concurency = 3 })
    assert.is_false(ok)
    assert.matches("concurency: there is no such option", message, 1, true)
    ok, message = pcall(core.engine, { retry_mode = "hope" })
    assert.is_false(ok)
    assert.matches('retry_mode: it is "standard" or "adaptive"', message, 1, true)
    assert(core.engine {})
    assert(core.engine { interrupt_after = 3, concurrency = 2 }) -- a table that its caller has for itself as well
    assert(core.engine { concurrency = 0, in_flight = 1e30 })
  end)
end)
