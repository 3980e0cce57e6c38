-- A few rounds of the campaign of kills; the large one is run by hand: lua spec/support/crash_campaign.lua 1000.
local campaign = require "support.crash_campaign"

describe("deployments in processes of their own that are killed by kill -9", function()
  it("leave each service once, the state as AWS, and the next plan empty", function()
    local figures = campaign.run { rounds = 4, seed = 11 }
    for _, failure in ipairs(figures.failures) do
      error(("journey %d: %s"):format(failure.seed, failure.problem))
    end
    assert.equal(4, figures.rounds)
    assert.truthy(figures.kills >= 1, figures.kills .. " kills")
  end)
end)
