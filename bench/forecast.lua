-- Forecasts of plans against what the simulator then does, for rollouts drawn at random; the specs draw 500 a Lua.
--
--   lua5.4 bench/forecast.lua [count = 1000] [seed = 7]      from the top of the sources
package.path = "spec/?.lua;" .. package.path
local rollouts = require "support.rollouts"

local count, seed = tonumber(arg[1]) or 1000, tonumber(arg[2]) or 7
local began = os.clock()
local found = rollouts.compare { seed = seed, count = count }
print(("%d rollouts (%d of daemons, %d scaled meanwhile, %d that cannot end): %d forecasts differ; %.1f s"):format(
  count, found.daemons, found.scaled, found.stuck, #found.differences, os.clock() - began))
for _, sentence in ipairs(found.differences) do print("  " .. sentence) end
os.exit(#found.differences == 0 and 0 or 1)
