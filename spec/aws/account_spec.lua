-- In which accounts a stack works, and which tags are its business.
local ecs = require "ecs_service"
local journey = require "support.journey"

local KEYS = { access_key_id = "AKIDEXAMPLE12345678", secret_access_key = "example" }
local OWN = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::000000000042:assumed-role/ci/x</Arn>"
  .. "<Account>000000000042</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"

after_each(journey.clean)

-- A transport on which STS answers with what `sts` gives, one after the other, and ECS as if there were no services.
local function transport(sts)
  local made = { sts = 0, mutations = 0, hosts = {}, done = {} }
  function made:submit(request)
    local target = request.headers["X-Amz-Target"]
    local completion = { id = request.id, status = 200, headers = {} }
    if target then
      if not target:find "%.Describe" then self.mutations = self.mutations + 1 end
      completion.body = '{"services":[],"failures":[{"arn":"x","reason":"MISSING"}]}'
    else
      self.sts = self.sts + 1
      self.hosts[self.sts] = request.url
      for name, value in pairs(sts[self.sts] or sts[#sts]) do completion[name] = value end
    end
    self.done[#self.done + 1] = completion
    return true
  end
  function made:wait() return table.remove(self.done, 1) end
  function made:cancel() return self.done ~= nil end
  return made
end

local function stack(sts, options)
  journey.environment {}
  local through, now = transport(sts), 0
  local given = { region = "eu-west-1", state = false, credentials = KEYS, transport = through,
    scheduler = { now = function() return 1.7e9 + now end, sleep = function(_, seconds) now = now + seconds end } }
  for key, value in pairs(options) do given[key] = value end
  local made = assert(ecs.stack(given))
  made:service("web", journey.web())
  return made, through
end

describe("accounts", function()
  it("that are allowed are asked for once a stack, and told from text, zeros included", function()
    local made, through = stack({ { body = OWN } }, { allowed_account_ids = { "000000000042" } })
    assert(made:plan())
    assert(made:plan())
    assert.equal(1, through.sts)
    assert.equal("https://sts.eu-west-1.amazonaws.com/", through.hosts[1])
  end)

  it("that are not allowed, or forbidden, are refused before anything is changed", function()
    for name, list in pairs { allowed_account_ids = { "000000000041" }, forbidden_account_ids = { "000000000042" } } do
      local made, through = stack({ { body = OWN } }, { [name] = list })
      local result, err = made:apply()
      assert.is_nil(result)
      assert.equal("WrongAccount", err.code)
      assert.equal(name, err.path)
      assert.truthy(err.message:find("000000000042", 1, true))
      assert.equal(0, through.mutations)
    end
  end)

  it("that are forbidden do not keep others out", function()
    assert(stack({ { body = OWN } }, { forbidden_account_ids = { "000000000041" } }):plan())
  end)

  it("are not asked for when no list is given", function()
    local made, through = stack({ { body = OWN } }, {})
    assert(made:plan())
    assert.equal(0, through.sts)
  end)

  it("are asked for again when the Security Token Service fails in passing", function()
    local made, through = stack({ { status = 503, body = "" }, { error = { kind = "reset", message = "x" } },
      { body = OWN } }, { allowed_account_ids = { "000000000042" } })
    assert(made:plan())
    assert.equal(3, through.sts)
  end)

  it("are asked for as often as max_attempts says, and once more when only the clock here was wrong", function()
    local LATE = { status = 403, headers = { date = "Tue, 14 Nov 2023 23:13:20 GMT" }, -- an hour from here
      body = "<Error><Code>RequestExpired</Code><Message>late</Message></Error>" }
    local made, through = stack({ LATE, { body = OWN } }, { max_attempts = 1,
      allowed_account_ids = { "000000000042" } })
    assert(made:plan())
    assert.equal(2, through.sts)
    made, through = stack({ LATE, LATE, { body = OWN } }, { allowed_account_ids = { "000000000042" } })
    assert.is_nil((made:plan()))
    assert.equal(2, through.sts)
    made, through = stack({ { status = 503, body = "" } }, { max_attempts = 5,
      allowed_account_ids = { "000000000042" } })
    assert.is_nil((made:plan()))
    assert.equal(5, through.sts)
  end)

  it("that cannot be found out are an error that says why", function()
    local made, through = stack({ { status = 403, body = "<ErrorResponse><Error><Code>InvalidClientTokenId</Code>"
      .. "<Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>" } },
      { allowed_account_ids = { "000000000042" } })
    local _, err = made:plan()
    assert.equal("UnknownAccount", err.code)
    assert.truthy(err.message:find("The security token included in the request is invalid.", 1, true))
    assert.matches("ecs%-service doctor", err.hint)
    assert.equal(1, through.sts)
  end)

  it("are asked for at the configured endpoint of the Security Token Service", function()
    local made, through = stack({ { body = OWN } }, { allowed_account_ids = { "000000000042" },
      endpoints = { sts = "http://127.0.0.1:9" } })
    assert(made:plan())
    assert.equal("http://127.0.0.1:9/", through.hosts[1])
  end)

  it("are twelve digits, and at least one", function()
    for _, list in ipairs { { "42" }, { "12345678901x" }, {} } do
      for _, name in ipairs { "allowed_account_ids", "forbidden_account_ids" } do
        local made, err = ecs.stack { [name] = list }
        assert.is_nil(made)
        assert.equal(name, err.path)
      end
    end
    assert(ecs.stack { allowed_account_ids = { 123456789012 } })
  end)
end)

describe("tags of the stack", function()
  local function tags(sim)
    local map = {}
    for _, tag in ipairs(journey.service(sim).tags or {}) do map[tag.key] = tag.value end
    return map
  end

  local function tag_by_others(sim, list)
    assert(sim:call("TagResource", { resourceArn = journey.service(sim).serviceArn, tags = list }))
  end

  it("by default stand on every service, under those of its own", function()
    local sim = journey.simulator()
    local made = journey.stack(sim, { default_tags = { team = "core", stage = "test" } })
    made:service("web", journey.web { tags = { stage = "live" } })
    assert(made:apply())
    assert.same({ team = "core", stage = "live" }, tags(sim))
    journey.assert_empty(made)
    made.options.default_tags = { team = "edge" }
    assert(made:apply())
    assert.same({ team = "edge", stage = "live" }, tags(sim))
    journey.assert_empty(made)
  end)

  it("that are ignored are neither drift nor removed", function()
    local sim = journey.simulator()
    local made = journey.stack(sim, { default_tags = { team = "core" },
      ignore_tags = { keys = { "owner" }, key_prefixes = { "kubernetes.io/" } } })
    made:service("web", journey.web())
    assert(made:apply())
    tag_by_others(sim, { { key = "owner", value = "someone" }, { key = "kubernetes.io/cluster", value = "owned" } })
    journey.assert_empty(made)
    assert.same({ team = "core" }, assert(made:refresh()).services.web.tags_all)
    made.options.default_tags = { team = "edge" }
    assert(made:apply())
    assert.same({ team = "edge", owner = "someone", ["kubernetes.io/cluster"] = "owned" }, tags(sim))
  end)

  it("that others set and nobody ignores are drift, and taken away again", function()
    local sim = journey.simulator()
    local made = journey.stack(sim, { ignore_tags = { keys = { "owner" } } })
    made:service("web", journey.web())
    assert(made:apply())
    tag_by_others(sim, { { key = "owners", value = "x" }, { key = "owner", value = "y" } })
    assert(made:apply())
    assert.same({ owner = "y" }, tags(sim))
  end)

  it("are checked: keys and values of texts that ECS takes, lists of texts", function()
    for _, wrong in ipairs { { default_tags = { ["aws:x"] = "y" } }, { default_tags = { [("k"):rep(129)] = "v" } },
                             { default_tags = { k = ("v"):rep(257) } }, { default_tags = { "v" } },
                             { ignore_tags = { keys = "owner" } }, { ignore_tags = { keys = { 1 } } },
                             { ignore_tags = { key_prefixes = { a = "b" } } }, { ignore_tags = { prefixes = {} } } } do
      local made, err = ecs.stack(wrong)
      assert.is_nil(made)
      assert.equal("WrongOption", err.code)
      assert.equal(next(wrong), err.path)
    end
    assert(ecs.stack { default_tags = { [("ä"):rep(128)] = ("ö"):rep(256) } })
  end)
end)
