-- The commands that look at the state and change it by hand, on a file and on S3.
local cjson = require "cjson.safe"
local command = require "support.command"
local core = require "ecs_service.core"
local document = require "ecs_service.state.format"
local ecs = require "ecs_service"
local fake_s3 = require "support.fake_s3"
local journey = require "support.journey"

local sim, folder, script, services

local has = command.has

-- Runs `ecs-service state WORDS` in this process; `input` is what a person types, or what standard input holds.
local function state(words, input)
  local argv = { "state" }
  for word in words:gmatch "%S+" do argv[#argv + 1] = word end
  argv[#argv + 1], argv[#argv + 2] = "--file", script
  return command.run({ answer = input }, (table.unpack or unpack)(argv)) -- luacheck: globals unpack
end

-- What the two places have in common: their option, the text of the state and of what lies beside it.
local places = {
  file = function()
    local path = folder .. "/state.json"
    return { option = path, read = function(suffix) return journey.read(path .. (suffix or "")) end,
      write = function(text, suffix) journey.write(path .. (suffix or ""), text) end,
      remove = function(suffix) os.remove(path .. (suffix or "")) end }
  end,
  S3 = function()
    local s3, key = fake_s3.new(), "prod/state.json"
    return { option = { url = "s3://states/" .. key, transport = s3,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "x" } },
      read = function(suffix) return s3:text(key .. (suffix or "")) end,
      write = function(text, suffix) s3:put(key .. (suffix or ""), text) end,
      remove = function(suffix) s3.objects[key .. (suffix or "")] = nil end }
  end,
}

for name, place_of in pairs(places) do
  describe("with a state in a place like " .. name .. ",", function()
    local place

    local function stack()
      local made = journey.stack(sim, { state = place.option })
      for _, pair in ipairs(services) do made:service(pair[1], pair[2]) end
      return made
    end

    local function written() return assert(cjson.decode(place.read())) end

    before_each(function()
      journey.environment {}
      folder = journey.folder()
      script = folder .. "/services.lua"
      journey.write(script, "return (require 'state_commands_stack')()")
      sim = journey.simulator()
      place = place_of()
      services = { { "web", journey.web() }, { "db", journey.web { name = "db", task_definition = "db:1" } } }
      package.loaded.state_commands_stack = stack
      assert(stack():apply())
    end)

    after_each(function()
      package.loaded.state_commands_stack = nil
      journey.clean()
    end)

    it("list and show tell what is recorded, for people and for machines", function()
      local code, out = state "list"
      assert.equal(0, code)
      has(out, "ADDRESS  SERVICE   STATUS\ndb       prod/db   ok\nweb      prod/web  ok")
      code, out = state "list --json"
      assert.equal(0, code)
      local list = cjson.decode(out).services
      assert.same({ address = "db", cluster = "prod", service = "db", status = "ok" }, list[1])
      code, out = state "show web"
      assert.equal(0, code)
      has(out, "web  prod/web  ok")
      has(out, 'task_definition')
      code, out = state "show web --json"
      assert.equal(0, code)
      assert.equal("web", cjson.decode(out).attributes.name)
      local failed, _, err = state "show wep"
      assert.equal(1, failed)
      has(err, "did you mean web?")
    end)

    it("rm forgets after a yes, says that the service lives on, and keeps a backup", function()
      local before = place.read()
      local code, _, err = state("rm web", "no")
      assert.equal(1, code)
      has(err, "web: prod/web lives on, unmanaged")
      has(err, "ecs-service import web prod/web")
      has(err, "Nothing was changed.")
      assert.equal(before, place.read())
      local out
      code, out = state("rm web", "yes")
      assert.equal(0, code)
      has(out, "Forgotten: 1 service.")
      assert.is_nil(written().services.web)
      assert.truthy(written().services.db)
      assert.equal(before, place.read ".backup")
      assert.equal("ACTIVE", journey.service(sim).status)
      assert.equal("AlreadyExists", select(2, stack():plan()).code)
      assert(stack():import("web", "prod/web"))
      journey.assert_empty(stack())
      code, out, err = state "rm web"
      assert.equal("", out)
      assert.equal(1, code)
      has(err, "--auto-approve")
      code, out = state "rm web db --auto-approve --json"
      assert.equal(0, code)
      assert.equal(2, #cjson.decode(out).forgotten)
    end)

    it("rm of something that is not recorded forgets nothing", function()
      local before = place.read()
      local code, _, err = state "rm web dp --auto-approve"
      assert.equal(1, code)
      has(err, "did you mean db?")
      assert.equal(before, place.read())
    end)

    it("mv records under another address, with what depended on it", function()
      services[2][2].depends_on = { "web" }
      assert(stack():apply())
      local code, out = state "mv web front"
      assert.equal(0, code)
      has(out, "Moved: prod/web is front now.")
      assert.same({ "front" }, written().services.db.meta.depends_on)
      services[1][1], services[2][2].depends_on = "front", { "front" }
      journey.assert_empty(stack())
      local err
      code, out, err = state "mv front db"
      assert.equal("", out)
      assert.equal(1, code)
      has(err, "db is recorded already")
      code, out, err = state "mv nobody else"
      assert.equal("", out)
      assert.equal(1, code)
      has(err, "nothing is recorded for 'nobody'")
    end)

    it("pull and push bring a change by hand in, once", function()
      local code, out = state "pull"
      assert.equal(0, code)
      assert.equal(place.read(), out)
      local changed = assert(cjson.decode(out))
      changed.services.web.status, changed.services.web.reason = "tainted", "by hand"
      journey.write(folder .. "/edited.json", cjson.encode(changed))
      local said
      code, said = state("push " .. folder .. "/edited.json")
      assert.equal(0, code)
      has(said, ("serial %d"):format(changed.serial + 1))
      assert.equal(out, place.read ".backup")
      assert.equal("replace", assert(stack():plan()).changes[1].action)
      local err
      code, said, err = state("push " .. folder .. "/edited.json")
      assert.equal(1, code)
      assert.equal("", said)
      has(err, "has moved on")
      has(err, "--force")
      code = state("push --force " .. folder .. "/edited.json")
      assert.equal(0, code)
      code, said = state("push -", place.read())
      assert.equal(0, code)
      has(said, "Nothing to do")
    end)

    it("push refuses another state, a newer version and what is no state", function()
      local before = place.read()
      for _, case in ipairs {
        { '"lineage"%s*:%s*"%x+"', '"lineage": "of another"', "was not made from" },
        { '"version": 1', '"version": 9', "version 9" },
        { "^{", "", "damaged" },
      } do
        local code, _, err = state("push -", (before:gsub(case[1], case[2])))
        assert.equal(1, code)
        has(err, case[3])
        assert.equal(before, place.read())
      end
      assert.equal(0, (state("push --force -", (before:gsub('"lineage"%s*:%s*"%x+"', '"lineage": "of another"')))))
      assert.equal("of another", written().lineage)
      assert.truthy(written().serial > cjson.decode(before).serial)
    end)

    it("unlock tells who holds the lock, and frees it by its id", function()
      local code, out = state "unlock"
      assert.equal(0, code)
      has(out, "Nobody holds the lock.")
      place.write(core.json { id = "5f0c", user = "deploy", host = "ci-17", pid = 4711, operation = "apply",
        since = "2026-11-24T12:00:31Z" }, ".lock")
      local _, _, err = state "rm web --auto-approve"
      has(err, "locked by deploy@ci-17")
      code, out = state "unlock"
      assert.equal(0, code)
      has(out, "Locked by deploy@ci-17 (apply")
      has(out, "ecs-service state unlock 5f0c")
      code, _, err = state "unlock other"
      assert.equal(4, code)
      has(err, "the id 5f0c, not other")
      assert.equal(0, (state "unlock 5f0c"))
      assert.is_nil(place.read ".lock")
    end)

    it("repair puts a damaged state back from its backup, and keeps what was there", function()
      services[1][2].desired_count = 5
      assert(stack():apply())
      local backup, serial = place.read ".backup", written().serial
      local damaged = place.read():sub(1, -20)
      place.write(damaged)
      local _, _, told = state "list"
      has(told, "ecs-service state repair")
      local code, _, err = state("repair", "no")
      assert.equal(1, code)
      has(err, "is damaged")
      has(err, ".backup has serial")
      assert.equal(damaged, place.read())
      local out
      code, out, err = state("repair", "yes")
      assert.equal(0, code, err)
      has(out, "Repaired")
      assert.equal(damaged, place.read ".damaged")
      assert.equal(backup, place.read ".backup")
      assert.truthy(written().serial > serial)
      assert.truthy(written().services.web and written().services.db)
      assert(stack():apply())
      journey.assert_empty(stack())
      assert.equal(0, (state "repair --auto-approve"))
    end)

    it("repair puts a state back that is gone", function()
      services[1][2].desired_count = 5
      assert(stack():apply())
      place.remove()
      assert.equal(0, (state "repair --auto-approve"))
      assert(stack():apply())
      journey.assert_empty(stack())
    end)

    it("repair without a good backup says what else can be done, and changes nothing", function()
      for _, backup in ipairs { false, "{}" } do
        place.remove ".backup"
        if backup then place.write(backup, ".backup") end
        place.write "{"
        local code, _, err = state "repair --auto-approve"
        assert.equal(1, code)
        has(err, "no backup to put in its place")
        has(err, "push")
        assert.equal("{", place.read())
      end
    end)

    it("repair leaves the states of others and of newer versions alone", function()
      for _, text in ipairs { '{"terraform_version": "1.9.0"}', (place.read():gsub('"version": 1', '"version": 9')) } do
        place.write(text)
        assert.equal(1, (state "repair --auto-approve"))
        assert.equal(text, place.read())
      end
    end)

    local function begin(address, operation, service, age)
      local content = written()
      content.journal[address] = { operation = operation, client_token = "t", cluster = "prod", service = service,
        begun = os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(sim:now()) - age) }
      if next(content.services) == nil then content.services = core.object {} end
      place.write(cjson.encode(content))
    end

    it("repair takes out of the journal what is proved to be over, and leaves the rest", function()
      sim:advance(4000)
      local cases = {
        { "CreateService", "new", 60, true, "may still arrive" },
        { "CreateService", "new", 1000, false, "no such service was made" },
        { "CreateService", "web", 1000, true, "takes it over" },
        { "UpdateService", "web", 60, true, "may still arrive" },
        { "UpdateService", "web", 1000, false, "is steady" },
        { "DeleteService", "web", 1000, false, "was not deleted" },
        { "DeleteService", "new", 60, false, "is gone" },
      }
      for _, case in ipairs(cases) do
        begin("x", case[1], case[2], case[3])
        local code, _, err = state "repair --auto-approve"
        assert.equal(0, code, err)
        has(err, "x: " .. case[1])
        has(err, case[5])
        assert.equal(case[4], written().journal.x ~= nil, case[1] .. case[5])
      end
      local _, out = state "list"
      assert.falsy(out:find("begun", 1, true))
      begin("web", "UpdateService", "web", 1000)
      _, out = state "list"
      has(out, "ok; UpdateService begun")
      sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 })
      assert.equal(0, (state "repair --auto-approve"))
      assert.truthy(written().journal.web)
    end)

    it("a service that failed is tainted with its reason, and the next plan says what it will do about it", function()
      sim:tasks { service = "api", outcome = "exit" }
      services[3] = { "api", journey.web { name = "api", wait_for_steady_state = true,
        deployment_circuit_breaker = { enable = true, rollback = false } } }
      assert.is_nil((stack():apply()))
      local entry = written().services.api
      assert.equal("tainted", entry.status)
      assert.truthy(#entry.reason > 10)
      local _, out = state "list"
      has(out, "tainted: " .. entry.reason)
      local plan = assert(stack():plan())
      local change = plan.changes[3]
      assert.equal("replace", change.action)
      assert.truthy(change.reason:find("tainted", 1, true) or change.reason:find("fail", 1, true), change.reason)
      has(plan:render { color = false }, change.reason)
      local json = require("ecs_service.render.json_documents").plan_document(plan)
      assert.equal(change.reason, json.changes[3].reason)
      sim:tasks { service = "api", outcome = "running" }
      assert(stack():apply())
      journey.assert_empty(stack())
      assert.equal("ok", written().services.api.status)
    end)

    it("a saved plan is refused once the state has moved on, or is another one", function()
      services[1][2].desired_count = 4
      local plan = assert(stack():plan())
      assert(plan:save(folder .. "/saved.plan"))
      local text = journey.read(folder .. "/saved.plan")
      local content = assert(cjson.decode(text))
      assert.equal(written().serial, content.serial)
      assert.equal(written().lineage, content.lineage)
      assert.truthy(content.changes[1].actual)
      assert.falsy(text:find("AKID", 1, true) or text:find("secret_access_key", 1, true))
      assert.equal(0, (state "mv db other"))
      assert.equal(0, (state "mv other db"))
      local _, err = stack():apply(assert(ecs.load_plan(folder .. "/saved.plan")))
      assert.equal("PlanStale", err.code)
      has(err.message, "serial")
      plan = assert(stack():plan())
      assert(plan:save(folder .. "/saved.plan"))
      local other = written()
      other.lineage = "another"
      place.write(cjson.encode(other))
      _, err = stack():apply(assert(ecs.load_plan(folder .. "/saved.plan")))
      assert.equal("PlanStale", err.code)
      plan = assert(stack():plan())
      assert(plan:save(folder .. "/saved.plan"))
      assert(stack():apply(assert(ecs.load_plan(folder .. "/saved.plan"))))
      assert.equal(4, journey.service(sim).desiredCount)
    end)

    it("a state of an older version is migrated, and written as the present one by the next change", function()
      local version, migrations = document.VERSION, document.migrations
      finally(function() document.VERSION, document.migrations = version, migrations end)
      local old = written()
      old.version, old.things, old.services = 0, old.services, nil
      place.write(cjson.encode(old))
      local _, err = stack():plan()
      assert.equal("StateCorrupt", err.code)
      document.migrations = { [0] = function(found) found.services, found.things = found.things, nil end }
      journey.assert_empty(stack())
      assert.equal(0, written().version)
      services[1][2].desired_count = 4
      assert(stack():apply())
      assert.equal(1, written().version)
      assert.is_nil(written().things)
      assert.equal(4, written().services.web.attributes.desired_count)
      place.write(cjson.encode(old))
      document.migrations[0] = function() error "no" end
      _, err = stack():plan()
      assert.equal("StateCorrupt", err.code)
    end)
  end)
end

describe("state", function()
  it("has help for itself and for each of its commands", function()
    local code, out = command.run({}, "help", "state")
    assert.equal(0, code)
    for _, word in ipairs { "list", "show", "rm", "mv", "pull", "push", "unlock", "repair" } do
      has(out, "\n   " .. word)
      local help, said = command.run({}, "state", word, "--help")
      assert.equal(0, help)
      has(said, "Usage: ecs-service state " .. word)
    end
  end)
end)
