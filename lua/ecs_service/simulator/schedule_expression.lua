--- When something is due that is scheduled as AWS writes it: at(yyyy-mm-ddThh:mm:ss), rate(5 minutes), and
--- cron(minutes hours day-of-month month day-of-week year).
local time_zones = require "ecs_service.simulator.time_zones"
local times = require "ecs_service.util.time_format"

local expression = {}

local DAY = 86400
local UNITS = { minute = 60, minutes = 60, hour = 3600, hours = 3600, day = DAY, days = DAY }
-- So far ahead is a day looked for that cron names: the 29th of February can be eight years away.
local FAR = 366 * 9

local function numbered(names, first)
  local out, number = {}, first
  for name in names:gmatch "%u+" do
    out[name] = number
    number = number + 1
  end
  return out
end

local MONTHS = numbered("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC", 1)
local WEEKDAYS = numbered("SUN MON TUE WED THU FRI SAT", 1)

local FIELDS = {
  { name = "minutes", from = 0, to = 59 },
  { name = "hours", from = 0, to = 23 },
  { name = "day-of-month", from = 1, to = 31, special = true },
  { name = "month", from = 1, to = 12, words = MONTHS },
  { name = "day-of-week", from = 1, to = 7, words = WEEKDAYS, special = true },
  { name = "year", from = 1970, to = 2199 },
}

local function number_of(field, text)
  local number = field.words and field.words[text:upper()] or text:match "^%d+$" and tonumber(text)
  if number and number >= field.from and number <= field.to then return number end
end

local function add_span(out, field, part)
  local span, step = part:match "^([^/]+)/(%d+)$"
  step = tonumber(step)
  if part:find("/", 1, true) and (not step or step < 1) then return false end
  span = span or part
  local low, high = span:match "^(%w+)%-(%w+)$"
  local from, to
  if span == "*" then
    from, to = field.from, field.to
  elseif low then
    from, to = number_of(field, low), number_of(field, high)
  else
    from = number_of(field, span)
    to = step and field.to or from
  end
  if not from or not to then return false end
  if from > to then -- from Friday to Monday
    for value = from, field.to do out[value] = true end
    from = field.from
  end
  for value = from, to, step or 1 do out[value] = true end
  return true
end

-- L, LW, 15W (days of a month), 5L, 6#3 (days of a week): what only a month can tell.
local function special_of(field, text)
  if not field.special then return nil end
  if field.name == "day-of-month" then
    local near = text:match "^(%d+)W$"
    if text == "L" or text == "LW" then return { kind = text } end
    return near and number_of(field, near) and { kind = "W", day = tonumber(near) } or nil
  end
  if text == "L" then return { kind = "only", weekday = 7 } end
  local last = text:match "^(%w+)L$"
  if last and number_of(field, last) then return { kind = "last", weekday = number_of(field, last) } end
  local weekday, nth = text:match "^(%w+)#([1-5])$"
  if weekday and number_of(field, weekday) then
    return { kind = "nth", weekday = number_of(field, weekday), nth = tonumber(nth) }
  end
end

-- The values that a field allows: a set, "any" of "?", or what special_of answers.
local function field_of(field, text)
  if text == "?" then return field.special and "any" or nil end
  local special = special_of(field, text)
  if special then return special end
  local out = {}
  for part in (text .. ","):gmatch "([^,]*)," do
    if not add_span(out, field, part) then return nil end
  end
  return out
end

local function cron_of(text)
  local cron, i = { kind = "cron" }, 0
  for part in text:gmatch "%S+" do
    i = i + 1
    if not FIELDS[i] then return nil end
    cron[i] = field_of(FIELDS[i], part)
    if not cron[i] then return nil end
  end
  -- One of the two kinds of days says "?".
  if i ~= #FIELDS or (cron[3] == "any") == (cron[5] == "any") then return nil end
  return cron
end

local function at_of(text)
  local clock = text:match "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d$" and times.parse(text .. "Z")
  return clock and { kind = "at", clock = clock } or nil
end

local function rate_of(text)
  local count, unit = text:match "^(%d+) (%a+)$"
  count = tonumber(count)
  if not count or count < 1 or not UNITS[unit] or (count == 1) ~= (unit:sub(-1) ~= "s") then return nil end
  return { kind = "rate", seconds = count * UNITS[unit] }
end

local KINDS = { at = at_of, rate = rate_of, cron = cron_of }

--- What a text says, nil when it says nothing.
---@param text string
---@return table|nil
function expression.parse(text)
  local kind, inner = text:match "^(%l+)%((.*)%)$"
  return KINDS[kind] and KINDS[kind](inner)
end

local function is_workday(clock)
  local weekday = time_zones.weekday(clock)
  return weekday >= 1 and weekday <= 5
end

-- The working day that is nearest to a day, within its month.
local function nearest_workday(year, month, day, last)
  for _, shift in ipairs { 0, -1, 1, -2, 2 } do
    local there = day + shift
    if there >= 1 and there <= last and is_workday(time_zones.midnight(year, month, there)) then return there end
  end
end

local function fits_day(wanted, year, month, day)
  if not wanted.kind then return wanted[day] == true end
  local last = time_zones.days_of(year, month)
  if wanted.kind == "L" then return day == last end
  return day == nearest_workday(year, month, wanted.kind == "LW" and last or math.min(wanted.day, last), last)
end

local function fits_weekday(wanted, year, month, day, weekday)
  if not wanted.kind then return wanted[weekday] == true end
  if wanted.weekday ~= weekday then return false end
  if wanted.kind == "last" then return day + 7 > time_zones.days_of(year, month) end
  return wanted.kind == "only" or math.ceil(day / 7) == wanted.nth
end

local function fits(cron, midnight)
  local year, month, day = time_zones.date(midnight)
  if not (cron[6][year] and cron[4][month]) then return false end
  if cron[5] == "any" then return fits_day(cron[3], year, month, day) end
  return fits_weekday(cron[5], year, month, day, time_zones.weekday(midnight) + 1)
end

-- The first time of a day that is after `after`.
local function in_day(cron, midnight, zone, after)
  for hour = 0, 23 do
    for minute = 0, cron[2][hour] and 59 or -1 do
      local moment = cron[1][minute] and time_zones.moment(zone, midnight + hour * 3600 + minute * 60)
      if moment and moment > after then return moment end
    end
  end
end

local function next_cron(cron, zone, after)
  local clock = after + time_zones.offset(zone, after)
  local midnight = clock - clock % DAY
  for day = 0, FAR do
    local there = midnight + day * DAY
    local moment = fits(cron, there) and in_day(cron, there, zone, after)
    if moment then return moment end
  end
end

--- When it is due next after a time; nil when never again.
---@param schedule table of expression.parse
---@param zone table of time_zones.find
---@param after number
---@param anchor number from when on a rate counts
---@return number|nil
function expression.next(schedule, zone, after, anchor)
  if schedule.kind == "cron" then return next_cron(schedule, zone, after) end
  if schedule.kind == "at" then
    local moment = time_zones.moment(zone, schedule.clock)
    return moment > after and moment or nil
  end
  if anchor > after then return anchor end
  return anchor + (math.floor((after - anchor) / schedule.seconds) + 1) * schedule.seconds
end

return expression
