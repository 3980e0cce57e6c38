-- Prints what a wait for a fleet costs and how soon it knows, beside as many waiters of the AWS CLI.
--   lua bench/waits.lua [SERVICES [CLUSTERS]]
package.path = "spec/?.lua;" .. package.path
local waits = require "support.waits"

local fleets = { { services = 1, clusters = 1 }, { services = 10, clusters = 1 }, { services = 30, clusters = 2 },
  { services = 100, clusters = 1 }, { services = 100, clusters = 5 }, { services = 300, clusters = 3 } }
if arg[1] then fleets = { { services = tonumber(arg[1]), clusters = tonumber(arg[2] or "1") } } end

print(("%-36s %6s %7s  %-20s %s"):format("calls; seconds from ECS's knowing", "polls", "of CLI", "mean median most",
  "of the CLI: calls, mean, median, most"))
for _, fleet in ipairs(fleets) do
  print(("\n%d services in %d clusters"):format(fleet.services, fleet.clusters))
  for _, shape in ipairs(waits.shapes) do
    local result = waits.run(shape, fleet)
    local ours, theirs, failures = result.ours, result.theirs, result.failures
    local polls = result.operations.DescribeServices
    print(("  %-34s %6d %7.3f  %4.1f %6.1f %5.1f   %7.0f %5.1f %5.1f %5.1f%s%s"):format(shape.name, polls,
      polls / theirs.calls, ours.mean, ours.median, ours.most, theirs.calls, theirs.mean, theirs.median, theirs.most,
      failures.count > 0 and ("; %d failures told after %.1f, at most %.1f, explained by %d calls more"):format(
        failures.count, failures.mean, failures.most, ours.calls - polls) or "",
      #result.wrong > 0 and "; WRONG: " .. #result.wrong or ""))
  end
end
