--- AWS's clock, where it is another one than this machine's: a refusal tells of it, and from there on its time is
--- signed. The core does so for requests to ECS (retry.c); this is for what is asked without it.
local times = require "ecs_service.util.time_format"

local skew = {}

-- Codes with which AWS refuses a request of another time than its own, and seconds that are too few to be the reason.
local CODES = { RequestTimeTooSkewed = true, RequestExpired = true, RequestInTheFuture = true,
                InvalidSignatureException = true, SignatureDoesNotMatch = true, AuthFailure = true }
local LEAST = 240

--- AWS's time, as far as it is known: what AWS has told of, and what is written into the state, is to be held against
--- it and never against this machine's.
---@param session table { scheduler, skew }
---@return number seconds since 1970
function skew.now(session) return session.scheduler:now() + (session.skew or 0) end

--- Takes AWS's time out of a refusal.
---@param session table { scheduler, skew }; its skew is set
---@param code string of the refusal
---@param completion table with the header Date
---@return boolean whether it is another one than was assumed: the request may be signed again, once
function skew.learn(session, code, completion)
  local date = CODES[code] and times.http((completion.headers or {}).date)
  if not date then return false end
  local found = date - session.scheduler:now()
  if math.abs(found - (session.skew or 0)) <= LEAST then return false end
  session.skew = found
  return true
end

return skew
