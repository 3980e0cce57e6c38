--- Keys that are kept and got again before they expire, by botocore's rules: in the last fifteen minutes getting new
--- ones is tried, and a failure keeps what is still good; in the last ten it has to succeed.
local errors = require "ecs_service.errors"
local keys_of = require "ecs_service.aws.credentials.keys"
local tables = require "ecs_service.util.tables"

local held = {}

local ADVISORY, MANDATORY = 15 * 60, 10 * 60
-- A failed try that did not have to succeed is repeated after this time, not with each request.
local PAUSE = 60
-- Longer than getting new keys can take: whoever began it and is gone (a light thread that was killed) blocks nobody.
local LONGEST = 300

---@class ecs_service.HeldKeys
---@field keys ecs_service.Keys|nil
local Held = {}
Held.__index = Held

--- Keys that `fetch` gets.
---@param fetch fun(now: number): ecs_service.Keys|nil, ecs_service.Error|nil
---@param around ecs_service.Surroundings its scheduler, to wait with while another thread of the program gets them
---@return ecs_service.HeldKeys
function held.new(fetch, around)
  return setmetatable({ fetch = fetch, around = around, scheduler = around.scheduler }, Held)
end

function Held:__tostring()
  return self.keys and tostring(self.keys) or "credentials (not looked for yet)"
end

-- When keys expire by AWS's clock. What this machine has reckoned itself, from how long they live, is in its own time.
local function expiry(keys, skew) return keys.expires + (keys.own_clock and skew or 0) end

-- "fresh", "advisory" or "mandatory". Keys that live shorter than half an hour have windows of a half and a third of
-- their life: with botocore's, which are fixed, a session of fifteen minutes would be got anew for each request.
local function state_of(self, now)
  local keys = self.keys
  if not keys then return "mandatory" end
  if not keys.expires then return "fresh" end
  local skew = self.around:skew()
  local expires = expiry(keys, skew)
  local left, life = expires - now, expires - (self.since + skew)
  if left >= math.min(ADVISORY, life / 2) then return "fresh" end
  return left >= math.min(MANDATORY, life / 3) and "advisory" or "mandatory"
end

local function expired(keys)
  return errors.new { code = "ExpiredCredentials", path = "credentials",
    message = ("the credentials (%s) have expired"):format(keys.source), hint = "get new ones and run again" }
end

local function failed(self, err)
  local keys = self.keys
  if not keys then return err end
  local copy = tables.merge(err)
  copy.message = ("the credentials (%s) expire soon, and no new ones could be got: %s"):format(keys.source,
    tostring(err.message))
  return errors.new(copy)
end

local function take(self, now)
  local before = self.around:skew()
  local ok, keys, err = pcall(self.fetch, now)
  local skew = self.around:skew()
  now = now + skew - before -- whoever was asked may have said what the time is
  if not ok then
    err = errors.new { code = "NoCredentials", message = "getting credentials raised: "
      .. keys_of.scrubbed(tostring(keys)) }
    return nil, err
  end
  if not keys then return nil, err end
  if keys.expires and expiry(keys, skew) <= now then return nil, expired(keys) end
  self.keys, self.since, self.later = keys, now - skew, nil
  return keys
end

-- Another light thread is at it: what is still good is good enough, else its success is waited for.
local function await(self, state)
  if state == "advisory" then return self.keys end
  local scheduler = self.scheduler
  while self.busy and scheduler:now() - self.busy < LONGEST do
    scheduler:sleep(0.05)
    if state_of(self, scheduler:now() + self.around:skew()) ~= "mandatory" then return self.keys end
  end
end

--- Keys that are good at `now` and for a while yet.
---@param now number seconds since 1970, by AWS's clock; waits and pauses are by this machine's
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function Held:get(now)
  local state, here = state_of(self, now), self.scheduler:now()
  if state == "fresh" or state == "advisory" and self.later and here < self.later then return self.keys end
  if self.busy then
    local keys = await(self, state)
    if keys then return keys end
  end
  self.busy = self.scheduler:now()
  local keys, err = take(self, now)
  self.busy = nil
  if keys then return keys end
  if state == "mandatory" then return nil, failed(self, err) end
  self.later = self.scheduler:now() + PAUSE
  return self.keys
end

return held
