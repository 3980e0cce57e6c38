--- The token buckets of the ECS API, one for each class of operations of an account in a region.
local core = require "ecs_service.core"

local throttle = {}

-- One place knows the published figures: src/core/engine/pace.c.
local known = core.pace()

throttle.published, throttle.classes = known.classes, known.operations

--- Buckets, full. `option` is true for the published figures, or a table of classes that overrides some of them.
function throttle.new(option)
  local buckets = {}
  for class, figures in pairs(throttle.published) do
    local own = type(option) == "table" and option[class] or {}
    local burst = own.burst or figures.burst
    buckets[class] = { burst = burst, rate = own.rate or figures.rate, tokens = burst }
  end
  return buckets
end

--- Takes a token for the operation; false when there is none.
function throttle.take(buckets, operation, now)
  local bucket = buckets[throttle.classes[operation]]
  if not bucket then return true end
  local since = now - (bucket.at or now)
  bucket.at = now
  bucket.tokens = math.min(bucket.burst, bucket.tokens + since * bucket.rate)
  if bucket.tokens < 1 then return false end
  bucket.tokens = bucket.tokens - 1
  return true
end

return throttle
