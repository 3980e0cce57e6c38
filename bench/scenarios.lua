-- Prints, for every scenario of spec/support/scenarios.lua: the outcome, virtual seconds to it, seconds from the
-- simulator's knowing to ours, and the calls that took.
--   lua bench/scenarios.lua
package.path = "spec/?.lua;" .. package.path
local scenarios = require "support.scenarios"

local lateness, calls, wrong = {}, 0, 0
print(("%-78s %-21s %8s %6s %6s"):format("scenario", "outcome", "seconds", "late", "calls"))
for _, scenario in ipairs(scenarios.list) do
  local result = scenarios.run(scenario)
  local mark = result.outcome == scenario.expect and "" or "  WRONG, should be " .. scenario.expect
  if mark ~= "" then wrong = wrong + 1 end
  lateness[#lateness + 1], calls = result.late, calls + result.calls
  print(("%-78s %-21s %8.1f %6.1f %6d%s"):format(scenario.name, result.outcome, result.seconds, result.late,
    result.calls, mark))
end
table.sort(lateness)
local function at(share) return lateness[math.max(1, math.ceil(#lateness * share))] end
print(("\n%d scenarios, %d wrong; seconds from knowing to telling: median %.1f, nine of ten within %.1f, worst %.1f; "
  .. "%.0f calls on average"):format(#lateness, wrong, at(0.5), at(0.9), at(1), calls / #lateness))
