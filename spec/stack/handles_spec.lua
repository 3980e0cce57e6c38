-- What stack:service answers stands for its address, in every verb.
local ecs = require "ecs_service"
local journey = require "support.journey"

local function pair()
  local sim = journey.simulator()
  local made = journey.stack(sim)
  local db = made:service("db", journey.web { name = "db", task_definition = "web:1" })
  local web = made:service("web", journey.web { task_definition = "web:1", depends_on = { db } })
  local foreign = journey.stack(sim):service("db", journey.web { name = "other", task_definition = "web:1" })
  return made, web, db, foreign
end

-- Each does something with what stands for an address.
local VERBS = {
  status = function(made, one) return made:status(one) end,
  diagnose = function(made, one) return made:diagnose(one) end,
  history = function(made, one) return made:history(one) end,
  timeline = function(made, one) return made:timeline(one) end,
  run = function(made, one) return made:run(one, { wait = false }) end,
  ["service of a task"] = function(made, one) return made:run({ service = one }, { wait = false }) end,
  logs = function(made, one) return made:logs(one) end,
  rollback = function(made, one) return made:rollback(one, { to = "web:2", dry_run = true }) end,
  redeploy = function(made, one) return made:redeploy(one, { dry_run = true }) end,
  ["redeploy of a list"] = function(made, one) return made:redeploy({ one }, { dry_run = true }) end,
  scale = function(made, one) return made:scale(one, 2, { dry_run = true }) end,
  stop = function(made, one) return made:stop(one, { dry_run = true }) end,
  wait = function(made, one) return made:wait { services = one } end,
  ["wait for a list"] = function(made, one) return made:wait { services = { one } } end,
  plan = function(made, one) return made:plan { target = one } end,
  ["plan without it"] = function(made, one) return made:plan { exclude = { one } } end,
  ["facts of a plan"] = function(made, one) return made:plan { facts = { [one] = { instances = 3 } } } end,
  apply = function(made, one) return made:apply { target = { one } } end,
  refresh = function(made, one) return made:refresh { target = one } end,
  destroy = function(made, one) return made:destroy { target = one } end,
  forget = function(made, one) return made:forget(one) end,
  move = function(made, one) return made:move(one, "elsewhere") end,
  ["state entry"] = function(made, one) return made:state_entry(one) end,
  ["generate"] = function(made, one) return made:generate_config(one) end,
  ["address of what is generated"] = function(made, one) return made:generate_config("db", { address = one }) end,
}

describe("a service object", function()
  before_each(function() journey.environment {} end)
  after_each(journey.clean)

  for name, verb in pairs(VERBS) do
    it(("stands for its address: %s"):format(name), function()
      local made = pair()
      assert(made:apply())
      local by_text, text_err = verb(made, "db")
      local other, _, db = pair()
      assert(other:apply())
      local by_object, object_err = verb(other, db)
      assert.equal(type(by_text), type(by_object), tostring(object_err))
      assert.equal(text_err and text_err.code, object_err and object_err.code)
    end)

    it(("of another stack is refused: %s"):format(name), function()
      local made, _, _, foreign = pair()
      assert(made:apply())
      local result, err = verb(made, foreign)
      assert.is_nil(result)
      assert.equal("WrongStack", err.code)
    end)
  end

  it("stands in depends_on, in a list and alone", function()
    local made = pair()
    local plan = assert(made:plan())
    assert.equal(2, #plan.changes)
    local sim = journey.simulator()
    local other = journey.stack(sim)
    local db = other:service("db", journey.web { name = "db" })
    other:service("web", journey.web { depends_on = db })
    assert(other:validate())
    assert(other:apply { target = "web" })
    assert.truthy(assert(other:recorded()).db)
    assert.same({ "db" }, assert(ecs.validate(journey.web { depends_on = { db } })).depends_on)
  end)

  it("of another stack in depends_on is a problem of the declaration", function()
    local _, _, _, foreign = pair()
    local made = journey.stack(journey.simulator())
    made:service("web", journey.web { depends_on = { foreign } })
    local _, err = made:validate()
    assert.equal("ValidationFailed", err.code)
    assert.same({ "WrongStack", "depends_on[1]" }, { err.diagnostics[1].code, err.diagnostics[1].path })
    assert.equal(1, #err.diagnostics)
  end)

  it("anywhere else in a declaration is of a wrong type, and nothing of it is read", function()
    local made, web = pair()
    made:service("a", journey.web { name = web })
    made:service("b", journey.web { name = "b", tags = { owner = web } })
    made:service("c", web)
    made:service("d", journey.web { name = "d", load_balancer = {
      { elb_name = "web", container_name = web, container_port = 80 } } })
    local _, err = made:validate()
    local found = {}
    for _, diagnostic in ipairs(err.diagnostics) do
      found[#found + 1] = ("%s %s %s"):format(diagnostic.service, diagnostic.path, diagnostic.code)
    end
    table.sort(found)
    assert.same({ "a name WrongType", "b tags.owner WrongType", "c  WrongType",
      "d load_balancer[1].container_name WrongType" }, found)
  end)
end)
