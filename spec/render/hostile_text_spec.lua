-- Texts of others (AWS, states, plans, locks, variables, arguments) are shown, and never steer a terminal.
local core = require "ecs_service.core"
local command = require "support.command"
local cjson = require "cjson"
local letters = require "ecs_service.render.terminal_text"
local lua_source = require "ecs_service.util.lua_source"

local unpack = table.unpack or rawget(_G, "unpack")

local function steers(code)
  return code < 32 or (code >= 127 and code < 160) or code == 0x061C or (code >= 0x200B and code <= 0x200F)
    or (code >= 0x2028 and code <= 0x202E) or (code >= 0x2060 and code <= 0x206F) or code == 0xFEFF
    or (code >= 0xFFF9 and code <= 0xFFFB) or (code >= 0xE0000 and code <= 0xE007F)
end

-- What is wrong with a text that is to be harmless: the first byte that is no UTF-8, or a letter that steers.
local function fault(text)
  local at = 1
  while at <= #text do
    local first = text:byte(at)
    local size = first < 128 and 1 or first < 194 and 0 or first < 224 and 2 or first < 240 and 3 or first < 245 and 4
      or 0
    if size == 0 then return ("byte %02X at %d"):format(first, at) end
    local code = size == 1 and first or first % 2 ^ (7 - size)
    for i = 1, size - 1 do
      local byte = text:byte(at + i)
      if not byte or byte < 128 or byte > 191 then return ("cut off at %d"):format(at) end
      code = code * 64 + byte % 64
    end
    if size == 3 and code < 0x800 or size == 4 and (code < 0x10000 or code > 0x10FFFF)
      or code >= 0xD800 and code <= 0xDFFF then return ("no letter at %d"):format(at) end
    if steers(code) then return ("U+%04X at %d"):format(code, at) end
    at = at + size
  end
end

local PIECES = { "\27", "\27[8m", "\155", "\194\155", "\194\128", "\128", "\191", "\r", "\n", "\b", "\0", "\127", "a",
                 "é", "\r\128", "\27\155[31mX", "\7\128", "m\155[2J", "x\n\191y", "\226\128\174", "\226\129\166",
                 "\239\187\191", "\243\160\129\129", "\237\160\128", "\192\128", "\244\144\128\128", "\240\159\146\169",
                 "\226\128", "\255", "\224\128\128", "\216\156", "漢", "\"", "\\", "]]", "'", "\133", "\226\128\168" }

local seed = 1
local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n + 1
end

local function hostile()
  local parts = {}
  for i = 1, random(6) do parts[i] = random(3) == 1 and string.char(random(256) - 1) or PIECES[random(#PIECES)] end
  return table.concat(parts)
end

describe("an escaped text", function()
  it("holds no control, no mark of direction and nothing but UTF-8, whatever it was made from", function()
    for _, first in ipairs(PIECES) do
      for _, second in ipairs(PIECES) do
        for _, escaped in ipairs { letters.escape(first .. second), letters.escape(first .. second, true) } do
          assert.is_nil(fault(escaped), ("%q"):format(escaped))
        end
        local ascii = letters.escape(first .. second, false, true)
        assert.falsy(ascii:find("[^\32-\126]"), ("%q"):format(ascii))
      end
    end
    for _ = 1, 5000 do
      local text = hostile()
      local escaped = letters.escape(text)
      assert.is_nil(fault(escaped), ("%q of %q"):format(escaped, text))
    end
  end)

  it("keeps every letter that does no harm, also beside one that does", function()
    assert.equal("aé漢💩", letters.escape "aé漢💩")
    assert.equal("a\\r\\x80OVER", letters.escape "a\r\128OVER")
    assert.equal("m\\x9B[2J", letters.escape "m\155[2J")
    assert.equal("é\\x9B", letters.escape "é\155")
    assert.equal("\\u{9B}x", letters.escape "\194\155x")
  end)

  it("is what output is made of, but for lines, tabs and colours of this tool", function()
    local own = require "ecs_service.render.style".own_codes
    assert.equal("\27[1mx\27[0m\n\ty", letters.printable("\27[1mx\27[0m\n\ty", own))
    assert.equal("\\x1B[1mx", letters.printable("\27[1mx"))
    assert.equal("\\x1B[8mx\\x1B\27[1m", letters.printable("\27[8mx\27\27[1m", own))
    assert.equal("é\\x9B\\r", letters.printable("é\155\r", own))
  end)
end)

describe("JSON and Lua that is written", function()
  it("hold no such letter either, and read back as what they were made from", function()
    for _ = 1, 3000 do
      local text = hostile()
      local written = core.json { text }
      assert.is_nil(fault(written), written)
      if not text:find "[\128-\255]" then assert.equal(text, cjson.decode(written)[1]) end
      local source = lua_source.quote(text)
      assert.is_nil(fault(source), source)
      local read = (rawget(_G, "loadstring") or load)("return " .. source)
      assert.equal(text, read())
    end
    for _, text in ipairs { "\194\155", "\226\128\174", "\243\160\129\129", "é漢", "\240\159\146\169" } do
      assert.equal(text, cjson.decode(core.json { text })[1])
    end
    assert.equal([=[["\u009b\u202e\udb40\udc41é"]]=], core.json { "\194\155\226\128\174\243\160\129\129é" })
  end)
end)

describe("the command", function()
  -- Conceals, clears, overwrites and turns around; 8 is no colour of this tool's own.
  local BAD = "b\27[8mad\27]0;T\7\r\128\155[2J\194\155x\226\128\174y"
  local LUA = '"' .. BAD:gsub(".", function(char) return ("\\%03d"):format(char:byte()) end) .. '"'

  before_each(function() command.begin() end)
  after_each(command.clean)

  local function script(service, more)
    assert(core.system.write_file(command.script, ([[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:service(%s, { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1,
  wait_for_steady_state = true, %s })
return stack
]]):format(command.folder .. "/state.json", service, more or "")))
  end

  -- Everything that a command writes, on a terminal with colours.
  local function assert_harmless(...)
    local words = { ... }
    local _, out, err = command.run({ columns = 100, answer = "yes" }, ...)
    local text = (out .. err)
    for _, pair in ipairs { { "\27%[[%d;]*m", function(code) return code == "\27[8m" and code or "" end },
                            { "\27%[[%d]*[AGJKF]", "" }, { "\27%[%?%d+[hl]", "" }, { "[\r\n\t]", " " } } do
      text = text:gsub(pair[1], pair[2])
    end
    local wrong = fault(text)
    assert.is_nil(wrong, ("%s: %s in %q"):format(table.concat(words, " "), tostring(wrong), text))
    return out .. err
  end

  it("shows a hostile address, tag, tag key and reason in all that it writes", function()
    script(LUA, ("tags = { [%s] = %s }"):format(LUA, LUA))
    for _, words in ipairs { { "validate" }, { "plan" }, { "plan", "--json" }, { "apply", "--auto-approve" },
                             { "plan" }, { "destroy" } } do
      words[#words + 1] = command.script
      assert_harmless(unpack(words))
    end
    for _, words in ipairs { { "status" }, { "status", "--json" }, { "show" }, { "show", "--json" }, { "diagnose" },
                             { "diagnose", "--json" }, { "state", "list" }, { "state", "list", "--json" },
                             { "history", BAD }, { "state", "show", BAD }, { "redeploy", BAD, "--auto-approve" },
                             { "scale", BAD, "3", "--auto-approve" }, { "wait" }, { "generate", "prod/web" },
                             { "state", "pull" } } do
      words[#words + 1] = "--file"
      words[#words + 1] = command.script
      assert_harmless(unpack(words))
    end
    assert_harmless("destroy", "--auto-approve", command.script)
  end)

  it("shows hostile arguments, files and folders", function()
    script '"web"'
    for _, words in ipairs { { BAD }, { "help", BAD }, { "plan", BAD }, { "plan", "--" .. BAD },
                             { "plan", "--refresh=" .. BAD, command.script },
                             { "plan", "--target", BAD, command.script },
                             { "plan", "--silence", BAD, command.script }, { "status", BAD, "--file", command.script },
                             { "import", BAD, BAD, "--file", command.script }, { "schema", BAD }, { "completion", BAD },
                             { "timeline", "--events", BAD }, { "init", command.folder .. "/" .. BAD },
                             { "init", command.folder .. "/" .. BAD }, { "simulate", "--address", BAD },
                             { "simulate", "--port", BAD },
                             { "plan", "--out", command.folder .. "/p" .. BAD, command.script },
                             { "state", "push", BAD, "--file", command.script },
                             { "state", "unlock", BAD, "--file", command.script }, { "scale", "web", BAD },
                             { "wait", "--timeout", BAD },
                             { "generate", BAD .. "/" .. BAD, "--file", command.script } } do
      assert_harmless(unpack(words))
    end
  end)

  it("shows a hostile lock", function()
    script '"web"'
    assert(core.system.write_file(command.folder .. "/state.json.lock", core.json { id = BAD, user = BAD, host = BAD,
      operation = BAD, created = BAD, pid = 1 }))
    assert_harmless("apply", "--auto-approve", command.script)
    assert(core.system.write_file(command.folder .. "/state.json.lock", BAD))
    assert_harmless("apply", "--auto-approve", command.script)
  end)

  it("shows a hostile state", function()
    script '"web"'
    assert_harmless("apply", "--auto-approve", command.script)
    local path = command.folder .. "/state.json"
    local kept = assert(core.system.read_file(path))
    local quoted = core.json { BAD }:sub(2, -2)
    for _, member in ipairs { "name", "task_definition", "lineage", "cluster", "id", "at", "by" } do
      local text, count = kept:gsub(('("%s": ?)"[^"]*"'):format(member), function(start) return start .. quoted end)
      if count > 0 then
        assert(core.system.write_file(path, text))
        for _, words in ipairs { { "plan" }, { "plan", "--refresh=false" }, { "apply", "--auto-approve" } } do
          words[#words + 1] = command.script
          assert_harmless(unpack(words))
        end
        for _, words in ipairs { { "show" }, { "status" }, { "state", "list" }, { "state", "show", "web" },
                                 { "history", "web" } } do
          words[#words + 1] = "--file"
          words[#words + 1] = command.script
          assert_harmless(unpack(words))
        end
      end
    end
  end)

  it("is told what is wrong with a state or with recorded events that somebody changed", function()
    script '"web"'
    local events = command.folder .. "/events"
    assert_harmless("apply", "--auto-approve", "--timeline", events, command.script)
    local path = command.folder .. "/state.json"
    for _, file in ipairs { path, events } do
      local kept = assert(core.system.read_file(file))
      for _, pair in ipairs { { '"status": ?"%u*%l*"', '"status":{}' }, { '"history": ?%[', '"history":5,"x":[' },
                              { '"by": ?"[^"]*"', '"by":{}' }, { '"did": ?"[^"]*"', '"did":5' },
                              { '"cluster": ?"[^"]*"', '"cluster":{"a":1}' }, { '"name": ?"[^"]*"', '"name":5' },
                              { '"deployments": ?%[', '"deployments":5,"x":[' }, { '"type": ?"[^"]*"', '"type":{}' },
                              { '"deployments": ?%[', '"deployments":[1,' } } do
        local text, count = kept:gsub(pair[1], (pair[2]:gsub("%%", "%%%%")), 1)
        if count > 0 then
          assert(core.system.write_file(file, text))
          for _, words in ipairs { { "plan", command.script }, { "state", "list", "--file", command.script },
                                   { "history", "web", "--file", command.script },
                                   { "timeline", "--events", events, "--out", command.folder .. "/x.html" } } do
            local output = assert_harmless(unpack(words))
            command.lacks(output, "should not have happened")
          end
          assert(core.system.write_file(file, kept))
        end
      end
    end
  end)
end)
