-- The registry of kinds: what an address is about.
local kinds = require "ecs_service.kinds"

local TOY = { name = "toy", prefix = "toy", section = "toys", one = "toy", many = "toys", terraform = "acme_toy" }

describe("a kind of thing", function()
  before_each(function() table.insert(kinds.ALL, TOY) end)
  after_each(function() table.remove(kinds.ALL) end)

  it("is told by the prefix of an address; a bare one, or one with another prefix, is a service", function()
    assert.equal(TOY, kinds.of "toy.bear")
    for _, address in ipairs { "bear", "toybear", "other.bear", "Toy.bear", "web (new)", "" } do
      assert.equal("service", kinds.of(address).name, address)
    end
  end)

  it("has its records in a section of its own", function()
    local state = { services = {}, toys = {} }
    kinds.record(state, "toy.bear", { status = "ok" })
    kinds.record(state, "bear", { status = "tainted" })
    assert.same({ services = { bear = { status = "tainted" } }, toys = { bear = { status = "ok" } } }, state)
    assert.equal("ok", kinds.entry(state, "toy.bear").status)
    kinds.record(state, "toy.bear", nil)
    assert.is_nil(kinds.entry(state, "toy.bear"))
    assert.is_nil(kinds.entry({ services = {} }, "toy.bear")) -- a state from before that kind
  end)

  it("says what many are called, as long as all are of one kind", function()
    assert.equal("%d toys failed", kinds.told("%d things failed", { "toy.a", "toy.b" }))
    assert.equal("%d services failed", kinds.told("%d things failed", { "a", "b" }))
    assert.equal("%d resources failed", kinds.told("%d things failed", { "a", "toy.b" }))
    assert.equal("%d services failed", kinds.told("%d things failed", {}))
  end)

  it("is known by the type that Terraform has for it", function()
    assert.equal(TOY, kinds.of_terraform "acme_toy")
    assert.equal("service", kinds.of_terraform("aws_ecs_service").name)
    assert.is_nil(kinds.of_terraform "aws_ecs_cluster")
  end)

  it("answers everything that is asked of a kind", function()
    for _, kind in ipairs(kinds.ALL) do
      if kind ~= TOY then
        for _, name in ipairs { "rows", "identity", "title", "parse" } do
          assert.equal("function", type(kind[name]), kind.name .. "." .. name)
        end
        for _, name in ipairs { "name", "section", "one", "many", "id", "declares" } do
          assert.equal("string", type(kind[name]), kind.name .. "." .. name)
        end
        assert.equal(kind, kind.Handle.kind)
        assert.equal(kind.name, kind.Handle.__handle)
        assert.truthy(kind.rights.ECS and (kind.operations.create or kind.prefix))
      end
    end
  end)
end)
