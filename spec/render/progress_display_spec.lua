-- What a person sees of a run: terminals of 60, 80 and 200 columns, of few lines, with and without colours, and a log.
local letters = require "ecs_service.render.terminal_text"
local live = require "ecs_service.render.progress_display"
local scenarios = require "support.scenarios"
local value = require "ecs_service.render.value"
local words = require "ecs_service.render.event_phrases"

local NOON = 1767268800

local function scenario(name)
  for _, one in ipairs(scenarios.list) do
    if one.name == name then return one end
  end
  error("there is no scenario " .. name)
end

local function plain(text)
  return (text:gsub("\27%[[%d;]*%a", ""):gsub("\r", ""))
end

local function lines_of(text)
  local list = {}
  for line in text:gmatch "[^\n]+" do list[#list + 1] = line end
  return list
end

-- Shows events; answers what was written, and what stands on the screen at the end of each.
local function show(events, options)
  local written, frames = {}, {}
  options.write = function(text) written[#written + 1] = text end
  if options.unicode == nil then options.unicode = true end
  local view = live.new(options)
  for _, event in ipairs(events) do
    local before = #written
    view:event(event)
    frames[#frames + 1] = table.concat(written, "", before + 1)
  end
  view:finish()
  return table.concat(written), frames
end

local function state(address, at, changes)
  local event = { type = "state", address = address, at = NOON + at, status = "ACTIVE", desired = 3, running = 3,
    pending = 0, deployment_id = "ecs-svc/2", deployments = {
      { id = "ecs-svc/2", status = "PRIMARY", task_definition = "mongo:7", running = 2, desired = 3, failed = 0 },
      { id = "ecs-svc/1", status = "ACTIVE", task_definition = "mongo:6", running = 1, desired = 2, failed = 0 } } }
  for key, member in pairs(changes or {}) do event[key] = member end
  return event
end

local function started(address)
  return { type = "started", address = address, action = "update", at = NOON }
end

describe("the live view", function()
  it("has a line for a service: state, elapsed, tasks of the new and the old revision, estimate, last event", function()
    local _, frames = show({ started "mongo", state("mongo", 42, { usual = 110 }),
      { type = "service_event", address = "mongo", at = NOON + 42, occurred = NOON + 41, id = "e1",
        message = "(service mongodb) has started 1 tasks: (task 0123)." } },
      { terminal = true, width = 200 })
    local drawn = lines_of(plain(frames[3]))
    assert.equal("mongo   deploying  00:42   mongo:7  2/3 running   mongo:6  1/2 running   (usually 1m50s)   "
      .. "started 1 task", drawn[#drawn])
    assert.equal(value.time(NOON + 41) .. "  mongo   started 1 task", drawn[1])
  end)

  it("gives up first the last event, then the estimate, then words, as it gets narrower", function()
    local events = { started "mongo", state("mongo", 42, { usual = 110 }),
      { type = "service_event", address = "mongo", at = NOON + 42, id = "e1",
        message = "(service m) has started 1 tasks" } }
    local expected = {
      [80] = "mongo   deploying  00:42   mongo:7  2/3 running   mongo:6  1/2 running",
      [60] = "mongo   deploying  00:42   mongo:7 2/3  mongo:6 1/2",
    }
    for width, line in pairs(expected) do
      local _, frames = show(events, { terminal = true, width = width })
      local drawn = lines_of(plain(frames[3]))
      assert.equal(line, drawn[#drawn]:match("^" .. line:gsub("%p", "%%%0")) or drawn[#drawn])
    end
  end)

  for _, width in ipairs { 60, 80, 200 } do
    it("of whole rollouts stays within " .. width .. " columns, and says the same in colours as without", function()
      for _, name in ipairs { "rolls back from an image that cannot be pulled",
        "a new version behind a target group", "someone else's deployment, followed",
        "tries to the end with no room in the cluster, without breaker", "steady for a minute" } do
        local events = scenarios.run(scenario(name)).events
        local without = show(events, { terminal = true, width = width, height = 24 })
        local with = show(events, { terminal = true, width = width, height = 24, color = true })
        assert.equal(plain(without), plain(with))
        assert.is_nil(without:find("\27%[[%d;]*m"))
        for _, line in ipairs(lines_of(plain(without))) do
          assert.is_true(letters.width(line) < width, line)
        end
      end
    end)
  end

  it("leaves no remains when the terminal is made narrower between two draws", function()
    local width, written = 80, {}
    local view = live.new { terminal = true, unicode = true, color = true, width = function() return width end,
      write = function(text) written[#written + 1] = text end }
    view:event(started "mongo")
    view:event(state("mongo", 42, { usual = 110 }))
    view:event { type = "service_event", address = "mongo", at = NOON + 43, id = "e1", message = "(service m) has x" }
    local drawn = lines_of(plain(written[#written]))
    assert.equal(70, letters.width(drawn[#drawn])) -- two lines where there are 35 to 69 columns, three of 30
    for columns, lines in pairs { [80] = 1, [70] = 1, [69] = 2, [35] = 2, [30] = 3 } do
      width = 80
      view:event(state("mongo", 43))
      width = columns
      view:event(state("mongo", 44))
      assert.equal(lines, tonumber(written[#written]:match "^\27%[(%d+)A\r\27%[J"), columns)
    end
    view:finish()
    assert.equal("\27[1A\r\27[J", written[#written])
  end)

  it("is not broken by wide and combining characters", function()
    local name = "データベース-é́-🚀-数据库服务-" .. ("長"):rep(30)
    local events = { started(name), state(name, 42, { usual = 110 }), { type = "service_event", address = name,
      at = NOON + 42, id = "e1", message = "(service x) ❌ イメージを取得できません: 見つかりません " .. ("無"):rep(80) } }
    for _, width in ipairs { 40, 60, 80, 200 } do
      local seen = show(events, { terminal = true, width = width, height = 24 })
      for _, line in ipairs(lines_of(plain(seen))) do
        assert.is_true(letters.width(line) < width, width .. ": " .. line)
        assert.equal(letters.escape(line), line)
      end
    end
  end)

  it("counts letters as terminals show them", function()
    assert.equal(2, letters.width "長")
    assert.equal(1, letters.width "e\204\129")     -- e and a combining acute
    assert.equal(1, letters.width "\224\184\129\224\184\180") -- a Thai consonant with a vowel above
    assert.equal(2, letters.width "\226\157\140")  -- ❌
    assert.equal(2, letters.width "\240\159\154\128") -- 🚀
  end)

  it("fits the height of the terminal, and counts the rest by what is done with it", function()
    local events = {}
    for i = 1, 30 do events[#events + 1] = started("s" .. i) end
    for i = 21, 30 do events[#events + 1] = state("s" .. i, 5, { status = "DRAINING" }) end
    for _, height in ipairs { 10, 24 } do
      local _, frames = show(events, { terminal = true, width = 80, height = height })
      local drawn = lines_of(plain(frames[#frames]))
      assert.is_true(#drawn <= height - 4, #drawn)
      local hidden = 30 - (#drawn - 1)
      assert.equal(("and %d more: %d updating, 10 deleting"):format(hidden, hidden - 10), drawn[#drawn])
    end
  end)

  it("says how many of many are done and how many wait", function()
    local events = {}
    for i = 1, 22 do events[#events + 1] = started("s" .. i) end
    for i = 1, 12 do
      events[#events + 1] = { type = "done", address = "s" .. i, at = NOON + i, ok = i ~= 3 }
    end
    local _, frames = show(events, { terminal = true, width = 80, height = 60, total = function() return 60 end })
    local drawn = lines_of(plain(frames[#frames]))
    assert.equal("12 of 60 done (1 not well), 38 waiting", drawn[#drawn])
    local _, few = show({ started "a", started "b" }, { terminal = true, width = 80, total = function() return 2 end })
    assert.is_nil(plain(few[2]):find("of 2 done", 1, true))
  end)

  it("tells of each of a crowd that it is done, and what goes wrong; not each step", function()
    local events = { started "web", { type = "service_event", address = "web", at = NOON, id = "1",
      message = "(service web) has reached a steady state." }, { type = "service_event", address = "web", at = NOON,
      id = "2", message = "(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start." },
      { type = "done", address = "web", at = NOON + 9, ok = true } }
    local written = plain((show(events, { terminal = true, width = 80, total = function() return 60 end })))
    assert.is_nil(written:find("%d%d  web     steady"))
    assert.truthy(written:find("%d%d  web     deployment failed"))
    assert.truthy(written:find("web     updated after 9 s", 1, true), written)
  end)

  it("shows failures before anything else when there is little room", function()
    local deployments = { { id = "ecs-svc/2", status = "PRIMARY", task_definition = "a-long-name-of-a-family:5",
      running = 2, desired = 2, failed = 2 }, { id = "ecs-svc/1", status = "ACTIVE",
      task_definition = "a-long-name-of-a-family:4", running = 1, desired = 1 } }
    local _, frames = show({ started "web", state("web", 9, { deployments = deployments }) },
      { terminal = true, width = 50 })
    local drawn = lines_of(plain(frames[2]))
    assert.truthy(drawn[#drawn]:find("2 failed  a-long", 1, true), drawn[#drawn])
  end)

  it("writes what it redraws in one piece", function()
    local pieces = 0
    local view = live.new { terminal = true, width = 80, write = function() pieces = pieces + 1 end }
    view:event(started "mongo")
    view:event(state("mongo", 5))
    assert.equal(2, pieces)
  end)

  it("calls a rollback a rollback", function()
    local _, frames = show({ started "mongo", state("mongo", 30, { deployments = {
      { id = "ecs-svc/3", status = "PRIMARY", task_definition = "mongo:6", running = 3, desired = 3 },
      { id = "ecs-svc/2", status = "ACTIVE", task_definition = "mongo:7", running = 0, desired = 0,
        rollout_state = "FAILED" } } }) }, { terminal = true, width = 80 })
    assert.truthy(frames[2]:find("mongo   rollback   00:30   mongo:6  3/3 running", 1, true), frames[2])
  end)
end)

describe("a log", function()
  it("tells a whole rollout in lines with ECS's times, in plain words, none twice", function()
    local events = scenarios.run(scenario "a new version behind a target group").events
    local log = show(events, {})
    local list = lines_of(log)
    local seen = {}
    for i, line in ipairs(list) do
      assert.truthy(line:match "^%d%d:%d%d:%d%d  web     ", line)
      assert.is_nil(line:find("(service", 1, true), line)
      if not line:find("registered 1 target", 1, true) then assert.is_nil(seen[line], line) end
      seen[line] = i
    end
    assert.truthy(log:find("deploying  web:2  2/2 running   web:1  2/2 running", 1, true), log)
    assert.truthy(log:find("deployment completed", 1, true))
    assert.truthy(list[#list]:find("updated after", 1, true))
  end)

  it("says what is waited for when nothing happens, and the same words not more often than each minute", function()
    local name = "tries to the end with an image that cannot be pulled, without breaker"
    local events = scenarios.run(scenario(name)).events
    local told, last = 0, {}
    for _, line in ipairs(lines_of(show(events, {}))) do
      local text, minutes, seconds = line:match "web     (.+; waiting for .+) %((%d*)m?(%d+)s? ?s? so far%)"
      if text then
        local at = (tonumber(minutes) or 0) * 60 + tonumber(seconds)
        assert.is_true(not last[text] or at - last[text] >= 60, line)
        last[text], told = at, told + 1
      end
    end
    assert.is_true(told >= 2)
  end)
end)

describe("events of ECS in plain words", function()
  local GROUP = "(target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/0123456789abcdef)"
  for message, expected in pairs {
    ["(service web) has started 2 tasks: (task a) (task b)."] = "started 2 tasks",
    ["(service web) has stopped 1 running tasks: (task a)."] = "stopped 1 task",
    ["(service web) registered 1 targets in " .. GROUP] = "registered 1 target (web)",
    ["(service web, taskSet ecs-svc/1) deregistered 2 targets in (elb old)"] = "deregistered 2 targets (old)",
    ["(service web) has begun draining connections on 3 tasks."] = "draining connections of 3 tasks",
    ["(service web) (deployment ecs-svc/1) deployment completed."] = "deployment completed",
    ["(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start."]
      = "deployment failed: tasks failed to start",
    ["(service web) rolling back to deployment ecs-svc/0."] = "rolling back to the deployment before",
    ["(service web) has reached a steady state."] = "steady",
    ["(service web) said something new\27[2J."] = "said something new\\x1B[2J.",
    ["no service here"] = "no service here",
  } do
    it(expected, function() assert.equal(expected, words.of(message)) end)
  end
end)
