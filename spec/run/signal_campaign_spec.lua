-- Some dozens of rounds of the campaign of signals; the large one is run by hand: lua
-- spec/support/signal_campaign.lua 1000.
local campaign = require "support.signal_campaign"

describe("commands that are ended at random instants, by signals and closed pipes", function()
  it("leave no lock, and the next ones make each service once, as declared and as recorded", function()
    local figures = campaign.run { rounds = 24, seed = 3 }
    for _, failure in ipairs(figures.failures) do
      error(("round %d: %s"):format(failure.round, failure.problem))
    end
    assert.equal(24, figures.rounds)
    assert.truthy(figures.ended >= 12, figures.ended .. " were ended")
  end)
end)
