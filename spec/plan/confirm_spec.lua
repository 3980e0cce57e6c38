-- What a confirmation of a plan rests on: digests of plans, keyed digests, comparisons that tell nothing.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

describe("the digest of a plan", function()
  local sim, stack

  local function new()
    local made = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
    return made
  end

  local function declare(to, count)
    to:service("web", { name = "web", cluster = "default", task_definition = "web:1", desired_count = count })
  end

  before_each(function()
    sim = ecs.simulator { task_definitions = { "web:2" } }
    stack = new()
    declare(stack, 1)
  end)

  it("is the same when nothing has changed", function()
    local digest = assert(stack:plan()):digest()
    assert.truthy(digest:find "^%x+$")
    assert.equal(64, #digest)
    sim:advance(3600)
    assert.equal(digest, assert(stack:plan()):digest())
  end)

  it("is another one when something else would be done", function()
    local other = new()
    declare(other, 2)
    assert.not_equal(assert(stack:plan()):digest(), assert(other:plan()):digest())
  end)

  it("is another one when the service has changed meanwhile", function()
    assert(stack:apply())
    local digest = assert(stack:plan()):digest()
    assert.equal(digest, assert(stack:plan()):digest())
    assert(sim:call("UpdateService", { service = "web", desiredCount = 5 }))
    assert.not_equal(digest, assert(stack:plan()):digest())
  end)

  it("is another one when the state has been written meanwhile, even if the same would be done", function()
    local backend = require("ecs_service.state.memory").new()
    local function digest()
      local made = assert(ecs.stack { region = "us-west-2", state = backend, transport = sim })
      declare(made, 1)
      return assert(made:plan()):digest()
    end
    assert(stack:apply())
    local made = assert(ecs.stack { region = "us-west-2", state = backend, transport = sim })
    declare(made, 1)
    assert(made:import("web", "default/web"))
    local before = digest()
    assert.equal(before, digest())
    local serial = backend.text:match '"serial":%s*(%d+)'
    backend.text = backend.text:gsub('("serial":%s*)%d+', "%1" .. serial + 1)
    assert.not_equal(before, digest())
  end)

  it("lets an apply do what was shown, or nothing", function()
    local shown = assert(stack:plan()):digest()
    local function confirmed(plan) return plan:digest() == shown end
    assert(stack:apply { approve = confirmed })
    local again, err = stack:apply { approve = confirmed }
    assert.is_nil(again)
    assert.equal("NotApproved", err.code)
  end)
end)

describe("a keyed digest", function()
  it("is HMAC-SHA-256, by the vectors of RFC 4231", function()
    assert.equal("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
      core.system.hmac_sha256(("\11"):rep(20), "Hi There"))
    assert.equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      core.system.hmac_sha256("Jefe", "what do ya want for nothing?"))
    assert.equal("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", core.system.hmac_sha256(
      ("\170"):rep(131), "Test Using Larger Than Block-Size Key - Hash Key First"))
  end)

  it("is compared whole", function()
    assert.is_true(core.system.same("", ""))
    assert.is_true(core.system.same("a\0b", "a\0b"))
    assert.is_false(core.system.same("a\0b", "a\0c"))
    assert.is_false(core.system.same("ab", "abc"))
  end)
end)
