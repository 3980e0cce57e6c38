-- What proves that a revision is of a run that was killed: what it says, and when it was registered.
local begun = require "ecs_service.plan.begun_revisions"

local AT = 1700000000
local DECLARED = { family = "api", task_role_arn = "deployer", container_definitions = { { name = "app",
  image = "acme/api:1", memory = 64, environment = { A = "1", B = "2" } } } }

local function revision(given)
  local app = { name = "app", image = given.image or "acme/api:1", memory = 64, essential = true,
    environment = { B = "2", A = "1" } }
  return { attributes = { family = given.family or "api", container_definitions = { app },
    task_role_arn = "arn:aws:iam::111122223333:role/deployer" }, answer = { registeredAt = given.at or AT } }
end

local function journal(operation)
  return { operation = operation or begun.REGISTERS, family = "api", begun = "2023-11-14T22:13:20Z",
    digest = begun.digest(DECLARED) }
end

describe("the journal of a run that was killed", function()
  it("proves a revision that says the same and is no older, with a clock that is beside", function()
    assert.is_true(begun.is_of(journal(), revision {}))
    assert.is_true(begun.is_of(journal(), revision { at = AT + 5000 }))
    assert.is_true(begun.is_of(journal(), revision { at = AT - 30 }))
  end)

  it("proves no other", function()
    for _, other in ipairs { { at = AT - 3600 }, { image = "acme/api:2" }, { family = "web" } } do
      assert.is_false(begun.is_of(journal(), revision(other)))
    end
    assert.is_false(begun.is_of(journal(), nil))
    assert.is_false(begun.is_of(nil, revision {}))
  end)

  it("is asked by its operation", function()
    local state = { journal = { a = journal(), b = journal(begun.DEREGISTERS) } }
    assert.equal(state.journal.a, begun.journal(state, "a", begun.REGISTERS))
    assert.is_nil(begun.journal(state, "b", begun.REGISTERS))
    assert.is_nil(begun.journal(state, "c", begun.REGISTERS))
  end)
end)
