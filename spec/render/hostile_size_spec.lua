-- What a text of somebody else's costs is linear in its size, whatever stands in it.
local account = require "ecs_service.aws.account"
local ini = require "ecs_service.aws.credentials.ini"
local keys = require "ecs_service.aws.credentials.keys"
local letters = require "ecs_service.render.terminal_text"
local lock = require "ecs_service.state.lock"
local lua_source = require "ecs_service.util.lua_source"
local markup = require "ecs_service.timeline.markup"
local names = require "ecs_service.util.identifiers"
local recording = require "ecs_service.timeline.rollouts"
local s3_client = require "ecs_service.state.s3_client"
local steps = require "support.steps"
local sts = require "ecs_service.aws.credentials.sts"
local render = require "ecs_service.render.text"
local times = require "ecs_service.util.time_format"
local trim = require "ecs_service.util.trim"
local value = require "ecs_service.render.value"
local wire = require "ecs_service.aws.signed_request"
local words = require "ecs_service.render.event_phrases"

local function filled(piece, size) return piece:rep(math.floor(size / #piece)) end

-- Each of n letters or a few more: runs of what patterns skip, and of what they begin with, without what ends them.
local HOSTILE = {
  function(n) return "a" .. filled(" ", n) .. "b" end,
  function(n) return "a" .. filled("\n", n) .. "b" end,
  function(n) return "a" .. filled(" \n", n) .. "b" end,
  function(n) return filled(" ", n) end,
  function(n) return filled("a ", n) end,
  function(n) return filled("a", n) end,
  function(n) return filled("Aa1/", n) end,
  function(n) return filled("/", n) end,
  function(n) return filled("a", n) .. ":" end,
  function(n) return "arn:" .. filled("a", n) .. "/" end,
  function(n) return "arn:aws:" .. filled(":", n) .. "/" end,
  function(n) return filled("T", n) end,
  function(n) return filled("\27", n) end,
  function(n) return filled("\27[1m", n) end,
  function(n) return filled("\200", n) end,
  function(n) return filled("\226\128", n) end,
  function(n) return filled("&amp", n) end,
  function(n) return filled("(", n) end,
  function(n) return "(service a) registered 1 targets in " .. filled("(elb ", n) end,
  function(n) return "(service a) registered 1 targets in " .. filled("targetgroup/", n) end,
  function(n) return "(service a) was unable to place a task " .. filled(" ", n) .. "x" end,
  function(n) return "(service a) (deployment a) deployment failed: " .. filled(".", n) end,
  function(n) return "<Account>" .. filled(" ", n) .. "x" end,
  function(n) return filled("<Account>", n) end,
  function(n) return filled("<Code>", n) .. filled("<Message>", n) end,
  function(n) return filled("<Message>" .. (" "):rep(20) .. "x", n) end,
  function(n) return "<Message>a" .. filled(" ", n) .. "b</Message>" end,
  function(n) return '"Account"' .. filled(" ", n) .. "x" end,
  function(n) return filled('"Account":', n) end,
  function(n) return "[a]\nb = c" .. filled(" ", n) .. "d\n" end,
  function(n) return "[a]\nb" .. filled(" ", n) .. "d\n" end,
  function(n) return "[a]\nb =\n  c" .. filled(" ", n) .. "d\n" end,
  function(n) return "2026-11-24T21:00:00." .. filled("0", n) .. filled(" ", n) .. "!" end,
  function(n) return "2026-11-24T21:00:00" .. filled(" ", n) .. "!" end,
  function(n) return filled("SECRET", n) end,
  function(n) return filled("[", n) end,
  function(n) return filled('"', n) end,
  function(n) return filled("\\", n) end,
}

local function locked(text)
  local backend = { lock = function() return nil, "held", text end }
  return lock.take(backend, "apply", { now = function() return 1e9 end, sleep = function() end }, 0)
end

local function quoted(text) return require "ecs_service.core".json(text) end

-- A stand-in for what asks on behalf of credentials: STS answers with the text.
local function answered(status, text)
  local around = { options = { endpoints = { sts = "http://127.0.0.1:1" } },
    scheduler = { now = function() return 1e9 end },
    region = function() return "us-west-2" end, skew = function() return 0 end,
    persist = function(_, work) return work() end,
    ask = function() return { status = status, headers = {}, body = text } end }
  return sts.call(around, "AssumeRoleWithWebIdentity", { WebIdentityToken = "SECRET" }, nil, "x")
end

local WORK = {
  ["a message without its secrets"] = function(text) return keys.scrubbed(text) end,
  ["a message without one secret"] = function(text) return keys.without(text, "SECRET") end,
  ["a point in time"] = function(text) return keys.time(text), times.parse(text), times.http(text) end,
  ["a file of AWS's settings"] = function(text) return ini.parse(text) end,
  ["a trimmed text"] = function(text) return trim.both(text), trim.right(text) end,
  ["an identity"] = function(text) return account.read { status = 200, headers = {}, body = text } end,
  ["a refusal of STS"] = function(text) return account.read { status = 403, headers = {}, body = text } end,
  ["keys of STS"] = function(text) return answered(200, text) end,
  ["no keys of STS"] = function(text) return answered(403, text) end,
  ["an error of S3"] = function(text) return s3_client.problem { status = 400, headers = {}, body = text } end,
  ["an error of ECS"] = function(text) return wire.problem({ __type = text, message = text }, {}) end,
  ["a name"] = function(text) return names.short(text), names.last(text), names.identity(text, text) end,
  ["a shown name"] = function(text) return value.short(text), value.key(text), value.literal(text) end,
  ["an event of ECS"] = function(text) return words.of(text) end,
  ["an escaped text"] = function(text) return letters.escape(text, true), letters.printable(text, {}) end,
  ["lines of a width"] = function(text) return letters.wrap(text, 40), letters.paragraph(text, 40) end,
  ["a text of a width"] = function(text) return letters.width(text), letters.cut(text, 40) end,
  ["a text of a page"] = function(text) return markup.text(text) end,
  ["Lua source"] = function(text) return lua_source.write { text } end,
  ["an error on a terminal"] = function(text)
    return render.error({ code = "X", message = text, hint = text, request_id = text, operation = text },
      { width = 60, unicode = true, color = true })
  end,
  ["problems of a declaration"] = function(text)
    return render.error({ code = "Invalid", diagnostics = { { path = "a", message = text, hint = text } } },
      { width = 60, unicode = true })
  end,
  ["warnings on a terminal"] = function(text)
    return render.warnings({ { code = "X", address = "a", path = "a", message = text, hint = text } }, { width = 60 })
  end,
  ["a table on a terminal"] = function(text) return render.table({ "A", "B" }, { { "x", letters.escape(text) } }) end,
  ["attributes on a terminal"] = function(text)
    return render.attributes("web", { name = text, tags = { a = text } })
  end,
  ["who holds a lock"] = function(text)
    local holder = ('{"id":%s,"user":%s,"host":"h","operation":"apply","pid":1,"since":%s}'):format(quoted(text),
      quoted(text), quoted(text))
    return locked(holder), locked('{"id":"1","user":"u","since":"2026-11-24T21:00:00' .. text .. 'Z"}')
  end,
  ["a recorded event"] = function(text)
    return recording.read(text, "it"), recording.read('{"address":"a","at":1,"type":' .. quoted(text) .. "}", "it")
  end,
}

describe("what a text of somebody else's costs", function()
  local SIZE = 250

  for what, work in pairs(WORK) do
    it("is linear in its size: " .. what, function()
      work(HOSTILE[1](10)) -- loads what it needs
      for i, make in ipairs(HOSTILE) do
        local small, large = make(SIZE), make(2 * SIZE)
        local first, second = steps.of(function() work(small) end), steps.of(function() work(large) end)
        assert.truthy(second < 2.6 * first + 5000, ("text %d: %d steps for %d bytes, %d for %d"):format(i, first,
          #small, second, #large))
      end
    end)
  end

  it("is counted: what tries every blank anew is found out", function()
    local function bad(text) return text:match "^%s*(.-)%s*$" end
    local first, second = steps.of(function() bad(HOSTILE[1](SIZE)) end), steps.of(function()
      bad(HOSTILE[1](2 * SIZE))
    end)
    assert.truthy(second > 3.5 * first)
  end)
end)
