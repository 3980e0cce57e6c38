-- The table of verbs: what others read of it is there.
local style = require "ecs_service.render.style"
local verbs = require "ecs_service.kinds.verbs"

describe("an action of a change", function()
  for _, row in ipairs(verbs.ACTIONS) do
    it(row.name .. " has the words and signs that plans and progress need", function()
      if row.symbol then
        local painted = style.new { color = true }:paint(row.color, "x")
        assert.truthy(painted:find "\27", row.color .. " is no colour")
        assert.truthy(row.sum or row.reads, "a plan cannot say it")
      end
      if row.name ~= "no-op" then assert.truthy(row.doing and row.done) end
      if row.always then assert.truthy(row.sum) end
    end)
  end

  it("that nobody knows is one without words", function()
    assert.same({}, verbs.action "transmogrify")
    assert.same({}, verbs.action(nil))
  end)

  it("is counted in the sum of a plan", function()
    local sum = verbs.sum { { action = "no-op" }, { action = "stop" }, { action = "update" }, { action = "update" } }
    assert.same({ create = 0, update = 2, replace = 0, delete = 0, import = 0, forget = 0, stop = 1, no_op = 1,
      register = 0, deregister = 0, run = 0 }, sum)
  end)
end)

describe("a verb", function()
  for _, row in ipairs(verbs.ASKED) do
    it(row.name .. " has a command", function()
      local command = require("ecs_service.cli." .. (row.name == "init" and "init_command" or row.name:gsub("%-", "_")))
      assert.equal("function", type(command.run))
      assert.equal("function", type(command.define))
      assert.equal("string", type(command.summary))
    end)
  end

  it("that changes something is a file of its own, and a policy can be made for what plans, applies and destroys",
    function()
      for _, row in ipairs(verbs.ASKED) do
        if row.past then assert.equal("function", type(require("ecs_service.verbs." .. row.name).run), row.name) end
      end
      assert.same({ "plan", "apply", "destroy" }, verbs.names(verbs.ASKED, "phase"))
    end)

  it("that waits under the lock is known to those who find it held", function()
    local names = {}
    for name in pairs(verbs.WAITING) do names[#names + 1] = name end
    table.sort(names)
    assert.same({ "apply", "continue", "deploy", "redeploy", "rollback", "scale", "stop" }, names)
  end)
end)
