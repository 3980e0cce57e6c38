-- A state on S3 servers that others wrote: versitygw, moto and ministack.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local journey = require "support.journey"
local reaper = require "support.reaper"
local served = require "support.served"
local servers = require "support.s3_servers"

local sim

before_each(function()
  journey.environment {}
  sim = journey.simulator()
end)
after_each(journey.clean)

for _, name in ipairs { "versitygw", "moto", "ministack" } do
  describe("a state on " .. name, function()
    local server
    local number = 0

    setup(function() server = servers.start(name) end)
    teardown(function() if server then server:stop() end end)

    local function option(more)
      local given = { url = ("s3://%s/prod/état %d.json"):format(server.bucket, number), endpoint = server.url,
        region = servers.region, credentials = servers.credentials }
      for key, value in pairs(more or {}) do given[key] = value end
      return given
    end

    local function stack(changes, more)
      local made = journey.stack(sim, { state = option(more) })
      made:service("web", journey.web(changes))
      return made
    end

    before_each(function() number = number + 1 end)

    it("is made, read, changed under a lock, and keeps a backup", function()
      local seen
      local made = stack()
      made.options.on_event = function() seen = seen or assert(stack():lock_holder()) end
      assert(made:apply())
      assert.equal("apply", seen.operation)
      assert.is_nil(made:lock_holder())
      local first = assert(made:pull_state())
      assert(stack { desired_count = 3 }:apply())
      journey.assert_empty(stack { desired_count = 3 })
      assert.equal(3, cjson.decode(made:pull_state()).services.web.attributes.desired_count)
      assert.equal(first, (made.backend:kept "backup"))
      assert(stack():destroy())
      assert.same({}, assert(stack():recorded()))
    end)

    it("lets one of many have the lock, and of two writers from one state one", function()
      local first, second = stack().backend, stack().backend
      local token = assert(first:lock "mine")
      local none, held, text = second:lock "yours"
      assert.is_nil(none)
      assert.equal("held", held)
      assert.equal("mine", text)
      assert.is_false(second:unlock '"00000000000000000000000000000000"')
      assert.is_true(first:unlock(token))
      assert.is_false(first:unlock(token))
      local version = assert(first:write("one", nil))
      assert.equal("StateMoved", select(2, second:write("two", nil)).code)
      local newer = assert(second:write("three", version))
      assert.equal("StateMoved", select(2, first:write("four", version)).code)
      assert.same({ "three", newer }, { first:read() })
    end)

    it("keeps a journal of a killed run for the next one, and none behind a run that ended", function()
      local function many(transport)
        local made = journey.stack(sim, { state = option(), transport = transport })
        for i = 1, 14 do
          made:service("s" .. i, journey.web { name = "s" .. i, depends_on = i > 1 and { "s" .. i - 1 } or nil })
        end
        return made
      end
      local reap = reaper.at(90)
      assert.is_false((pcall(function() return many(reap.transport(sim)):apply() end)))
      local backend = many().backend
      local state = assert(core.read_json(backend:read()))
      assert.equal(3, state.version)
      assert.truthy(#assert(backend:read_journal(state.serial)) > 10)
      local serial = assert(core.read_json(assert(many():pull_state()))).serial
      assert(many():apply())
      journey.assert_empty(many())
      for at = state.serial + 1, serial do
        assert.same({}, assert(backend:read_journal(at - 1)), at)
      end
      assert.equal(14, #sim:call("ListServices", { cluster = "prod", maxResults = 100 }).serviceArns)
    end)

    it("tells by its own clock how long a run has been silent", function()
      local backend = stack().backend
      local token = assert(backend:lock(core.json { id = "a1", signs = true }))
      local silence = assert(backend:silence "a1")
      assert.truthy(silence >= 0 and silence < 60, silence)
      assert(backend:renew "a1")
      silence = assert(backend:silence "a1")
      assert.truthy(silence >= 0 and silence < 60, silence)
      assert(backend:unlock(token))
    end)

    it("stops a run whose lock was taken away before it changes anything", function()
      local made = stack()
      made.options.default_tags = {}
      local submit = sim.submit
      function sim:submit(request)
        local holder = stack():lock_holder()
        if holder then assert(stack():unlock(holder.id)) end
        return submit(self, request)
      end
      local _, err = made:apply()
      assert.equal("LockLost", err.code)
      assert.same({}, journey.mutations(sim))
    end)

    it("says what to do about a bucket that is not there", function()
      local _, err = stack(nil, { url = "s3://no-such-bucket-here/key" }):plan()
      assert.equal("NoSuchBucket", err.reason, tostring(err))
      assert.truthy(err.hint:find("aws s3 mb s3://no-such-bucket-here", 1, true), err.hint)
    end)

    if name == "versitygw" then -- the others take any keys
      it("says what to do about keys that it does not know, and about a wrong secret", function()
        local _, err = stack(nil, { credentials = { access_key_id = "AKIDOTHER", secret_access_key = "x" } }):plan()
        assert.equal("XAdminUserNotFound", err.reason, tostring(err))
        assert.truthy(err.hint:find("credentials", 1, true), err.hint)
        _, err = stack(nil, { credentials = { access_key_id = servers.credentials.access_key_id,
          secret_access_key = "wrong" } }):plan()
        assert.equal("SignatureDoesNotMatch", err.reason, tostring(err))
        assert.truthy(err.hint:find("credentials", 1, true), err.hint)
      end)
    end
  end)
end

describe("a state whose server has gone", function()
  it("is an error that names the endpoint, and nothing is lost", function()
    local port = served.free_port()
    local made = journey.stack(sim, { state = { url = "s3://states/key", endpoint = "http://127.0.0.1:" .. port,
      credentials = servers.credentials } })
    made:service("web", journey.web())
    local before = core.system.monotonic()
    local _, err = made:apply()
    assert.equal("NotLocked", err.code)
    assert.truthy(err.message:find("127.0.0.1", 1, true), err.message)
    assert.truthy(err.hint:find("endpoint", 1, true), err.hint)
    assert.is_true(err.retryable)
    assert.same({}, journey.mutations(sim))
    assert.truthy(core.system.monotonic() - before < 60)
  end)
end)
