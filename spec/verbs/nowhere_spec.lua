-- Looking at a service whose declaration does not say where it is: AWS is not asked for it.
local journey = require "support.journey"

-- What reads, and takes the address of a service that was never applied.
local READS = {
  status = function(stack) return stack:status() end,
  ["status of one"] = function(stack) return stack:status "web" end,
  diagnose = function(stack) return stack:diagnose "web" end,
  history = function(stack) return stack:history "web" end,
  timeline = function(stack) return stack:timeline "web" end,
  logs = function(stack) return stack:logs "web" end,
  run = function(stack) return stack:run("web", { command = { "true" } }) end,
}

local WRONG = {
  ["no name"] = { path = "name", change = function(config) config.name = nil end },
  ["a table for a name"] = { path = "name", change = function(config) config.name = { "web" } end },
  ["an empty name"] = { path = "name", change = function(config) config.name = "" end },
  ["a number for a cluster"] = { path = "cluster", change = function(config) config.cluster = 5 end },
}

describe("a declaration that does not say which service it is", function()
  after_each(journey.clean)

  for verb, look in pairs(READS) do
    for what, wrong in pairs(WRONG) do
      it(("is told by %s, with %s"):format(verb, what), function()
        local sim = journey.simulator()
        local stack, config = journey.stack(sim), journey.web()
        wrong.change(config)
        stack:service("web", config)
        local answer, err = look(stack)
        assert.is_nil(answer)
        assert.equal("ValidationFailed", err.code)
        assert.equal(wrong.path, err.diagnostics[1].path)
        assert.equal("web", err.diagnostics[1].service)
        assert.equal(0, journey.count(sim, "DescribeServices"))
      end)
    end
  end
end)
