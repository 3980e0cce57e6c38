--- Points in time as text, in UTC.
local times = {}

--- 2026-11-23T12:00:31Z
---@param at number seconds since 1970
---@return string
function times.text(at)
  -- Not by os.date: where time_t has 32 bits it raises for what comes after January 2038.
  local seconds = math.floor(at)
  local days, rest = math.floor(seconds / 86400), seconds % 86400
  -- Of the Gregorian calendar, in eras of 400 years that begin in March.
  local shifted = days + 719468
  local era = math.floor(shifted / 146097)
  local of_era = shifted - era * 146097
  local year = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524)
    - math.floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * of_year + 2) / 153)
  local day = of_year - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  year = year + era * 400 + (month <= 2 and 1 or 0)
  return ("%04d-%02d-%02dT%02d:%02d:%02dZ"):format(year, month, day, math.floor(rest / 3600),
    math.floor(rest / 60) % 60, rest % 60)
end

--- The seconds since 1970 of such a text (with or without fraction), or nil.
---@param text any
---@return number|nil
function times.parse(text)
  if type(text) ~= "string" then return nil end
  local year, month, day, hour, minute, second = text:match "^(%d%d%d%d)-(%d%d)-(%d%d)T(%d%d):(%d%d):(%d%d)%.?%d*Z$"
  if not year then return nil end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  -- Days since 1970 of a date of the Gregorian calendar, counted from March so that leap days come last.
  if month <= 2 then year, month = year - 1, month + 12 end
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
  return days * 86400 + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11,
                 Dec = 12 }

--- The seconds since 1970 of an HTTP date (RFC 9110, section 5.6.7): "Tue, 24 Nov 2026 20:00:00 GMT"; or nil.
---@param text any
---@return number|nil
function times.http(text)
  if type(text) ~= "string" then return nil end
  local day, month, year, clock = text:match "^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d:%d%d:%d%d) GMT$"
  return MONTHS[month] and times.parse(("%s-%02d-%sT%sZ"):format(year, MONTHS[month], day, clock)) or nil
end

--- "2 min", "45 s", "3 h"
---@param seconds number
---@return string
function times.span(seconds)
  seconds = math.max(0, math.floor(seconds + 0.5))
  if seconds < 90 then return ("%d s"):format(seconds) end
  if seconds < 5400 then return ("%d min"):format(math.floor(seconds / 60 + 0.5)) end
  if seconds < 129600 then return ("%d h"):format(math.floor(seconds / 3600 + 0.5)) end
  return ("%d days"):format(math.floor(seconds / 86400 + 0.5))
end

return times
