--- Wall clocks of time zones: what is added to UTC there, at a time. It is computed from the rules that the zones have
--- today, so that the machine's own time zones do not matter.
local by_rule = require "ecs_service.simulator.time_zone_names"
local times = require "ecs_service.util.time_format"

local time_zones = {}

local DAY = 86400

local rule_of = {}
for rule, names in pairs(by_rule) do
  for name in names:gmatch "%S+" do rule_of[name:lower()] = rule end
end

-- "-3:30" or "2" as seconds.
local function seconds_of(text)
  local sign, rest = text:match "^([+-]?)(.+)$"
  local hours, minutes = rest:match "^(%d+):?(%d*)$"
  local seconds = hours * 3600 + (tonumber(minutes) or 0) * 60
  return sign == "-" and -seconds or seconds
end

-- "M3.5.0/2": the last Sunday of March, at two o'clock.
local function switch_of(text)
  local month, week, weekday, clock = text:match "^M(%d+)%.(%d)%.(%d)/?(.*)$"
  return { month = tonumber(month), week = tonumber(week), weekday = tonumber(weekday),
    clock = clock == "" and 7200 or seconds_of(clock) }
end

-- The first name of a rule ("CET", "<+03>"), and what is behind it.
local function behind_name(text) return text:match "^<[^>]*>(.*)$" or text:match "^%a+(.*)$" end

local function parse(rule)
  local clocks, start, finish = rule:match "^([^,]*),?([^,]*),?(.*)$"
  local standard, rest = behind_name(clocks):match "^([+-]?[%d:]+)(.*)$"
  local zone = { standard = -seconds_of(standard) }
  if rest == "" then return zone end
  local summer = behind_name(rest)
  zone.summer = summer == "" and zone.standard + 3600 or -seconds_of(summer)
  zone.start, zone.finish = switch_of(start), switch_of(finish)
  return zone
end

--- The day of the week of a time of a wall clock: 0 is Sunday.
---@param at number
---@return integer
function time_zones.weekday(at) return (math.floor(at / DAY) + 4) % 7 end

--- The time of midnight of a date.
---@return number
function time_zones.midnight(year, month, day)
  return times.parse(("%04d-%02d-01T00:00:00Z"):format(year, month)) + (day - 1) * DAY
end

--- The days that a month has.
---@return integer
function time_zones.days_of(year, month)
  local next_year, next_month = year, month + 1
  if next_month > 12 then next_year, next_month = year + 1, 1 end
  local seconds = time_zones.midnight(next_year, next_month, 1) - time_zones.midnight(year, month, 1)
  return math.floor(seconds / DAY)
end

--- Year, month and day of a time of a wall clock.
---@return integer year
---@return integer month
---@return integer day
function time_zones.date(at)
  local year, month, day = times.text(at):match "^(%d+)-(%d+)-(%d+)"
  return tonumber(year), tonumber(month), tonumber(day)
end

-- The wall clock's time at which a switch happens in a year.
local function switched_at(switch, year)
  local first = time_zones.midnight(year, switch.month, 1)
  local day = (switch.weekday - time_zones.weekday(first)) % 7 + 7 * (switch.week - 1)
  while day >= time_zones.days_of(year, switch.month) do day = day - 7 end
  return first + day * DAY + switch.clock
end

--- The zone of a name, nil when there is none.
---@param name string as "Europe/Berlin"
---@return table|nil
function time_zones.find(name)
  local rule = rule_of[name:lower()]
  return rule and parse(rule)
end

--- What the zone's clocks add to UTC at a time.
---@param zone table
---@param at number seconds since 1970
---@return number seconds
function time_zones.offset(zone, at)
  if not zone.summer then return zone.standard end
  local year = time_zones.date(at + zone.standard)
  local start = switched_at(zone.start, year) - zone.standard
  local finish = switched_at(zone.finish, year) - zone.summer
  local summer
  if start < finish then
    summer = at >= start and at < finish
  else
    summer = at >= start or at < finish
  end
  return summer and zone.summer or zone.standard
end

--- When the zone's clocks show a time: the first time when they show it twice, and what follows when they leave it out.
---@param zone table
---@param clock number what they show, as if it were UTC
---@return number seconds since 1970
function time_zones.moment(zone, clock)
  local before = time_zones.offset(zone, clock - DAY)
  local behind = time_zones.offset(zone, clock + DAY)
  for _, offset in ipairs { before, behind } do
    if time_zones.offset(zone, clock - offset) == offset then return clock - offset end
  end
  return clock - before
end

return time_zones
