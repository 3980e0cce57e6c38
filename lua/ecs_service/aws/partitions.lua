--- The partitions of AWS, and which of them a region lies in.
local data = require "ecs_service.aws.endpoint_data"

local partitions = {}

---@class ecs_service.Partition
---@field id string
---@field suffix string        of endpoints
---@field dual_suffix string   of endpoints for IPv4 and IPv6
---@field global_region string where its global services sign
---@field patterns string[]
---@field regions string[]     pseudo regions, which no pattern matches

local function holds(partition, name)
  for _, pattern in ipairs(partition.patterns) do
    if name:find(pattern) then return true end
  end
  for _, own in ipairs(partition.regions) do
    if name == own then return true end
  end
  return false
end

--- The partition of a region. What no partition knows belongs to the first one, as in botocore.
---@param name string|nil nil: the common one
---@return ecs_service.Partition
function partitions.of(name)
  for _, partition in ipairs(data.partitions) do
    if name and holds(partition, name) then return partition end
  end
  return data.partitions[1]
end

--- The region itself of a FIPS pseudo region ("fips-us-east-1", "us-gov-west-1-fips"), and whether it was one.
---@param name string
---@return string
---@return boolean
function partitions.without_fips(name)
  local plain = name:gsub("fips%-", ""):gsub("%-fips", "")
  return plain, plain ~= name
end

return partitions
