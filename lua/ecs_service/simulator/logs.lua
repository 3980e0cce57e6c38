--- The part of CloudWatch Logs that readers of containers' logs use: GetLogEvents, FilterLogEvents, DescribeLogStreams,
--- DescribeLogGroups, CreateLogGroup. It is asked at the same endpoint as ECS, and signed for "logs"; the region for
--- which a request is signed says whose groups are meant.

local core = require "ecs_service.core"
local log_filter = require "ecs_service.simulator.log_filter"
local refuse = require "ecs_service.simulator.api_error"
local store = require "ecs_service.simulator.log_store"
local values = require "ecs_service.simulator.values"

local operations = {}

-- A page holds so many events, or so many bytes of messages, each with 26 of its own.
local MOST_EVENTS, MOST_BYTES, BYTES_OF_EVENT = 10000, 1048576, 26

local function constraint(value, path, pattern)
  refuse.invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy "
    .. "regular expression pattern: %s", value, path, pattern)
end

local function check_group_name(name, path)
  if name:find "[^%w./#_-]" then constraint(name, path, "[\\.\\-_/#A-Za-z0-9]+") end
end

local function check_stream_name(name, path)
  if name:find "[:*]" then constraint(name, path, "[^:*]*") end
end

local function group_of(world, body, region)
  local name, identifier = body.logGroupName, body.logGroupIdentifier
  if (name == nil) == (identifier == nil) then
    refuse.invalid("Exactly one of logGroupName and logGroupIdentifier has to be given.")
  end
  if name then check_group_name(name, "logGroupName") end
  local of_arn = identifier and identifier:match "^arn:[^:]*:logs:[^:]*:%d*:log%-group:([^:]+)"
  local group = store.group(world, region, of_arn or identifier or name)
  if not group then refuse.raise("ResourceNotFoundException", "The specified log group does not exist.") end
  return group
end

local function stream_of(group, name)
  check_stream_name(name, "logStreamName")
  local stream = group.streams[name]
  if not stream then refuse.raise("ResourceNotFoundException", "The specified log stream does not exist.") end
  return stream
end

local function check_times(body)
  if body.startTime and body.endTime and body.startTime > body.endTime then
    refuse.invalid("startTime must not be after endTime.")
  end
end

-- "f/…/s" leads on behind an event, "b/…/s" back from one.
local function token_of(direction, position) return ("%s/%056d/s"):format(direction, position) end

local function position_of(token)
  local direction, digits = token:match "^([fb])/(%d+)/s$"
  if not direction or #digits ~= 56 then refuse.invalid("The specified nextToken is invalid.") end
  return direction, tonumber(digits)
end

local function turned(list)
  local out = {}
  for i = #list, 1, -1 do out[#out + 1] = list[i] end
  return out
end

-- The events from `from` on, in steps of `step`, that fit: as many as a page holds, and the index of the last.
local function page_of(events, from, step, limit, fits)
  local out, bytes, last = {}, 0, nil
  local i = from
  while events[i] and #out < limit do
    if fits(events[i]) then
      bytes = bytes + #events[i].message + BYTES_OF_EVENT
      if bytes > MOST_BYTES and out[1] then break end
      out[#out + 1] = events[i]
      last = i
    end
    i = i + step
  end
  return step > 0 and out or turned(out), last
end

local function event_view(event)
  return { timestamp = event.at, ingestionTime = event.at, message = event.message }
end

function operations.GetLogEvents(world, body, region)
  check_times(body)
  local events = stream_of(group_of(world, body, region), body.logStreamName).events
  local limit = body.limit or MOST_EVENTS
  local direction, position
  if body.nextToken then
    direction, position = position_of(body.nextToken)
  else
    direction = body.startFromHead and "f" or "b"
    position = direction == "f" and 0 or #events + 1
  end
  local forward = direction == "f"
  local page, last = page_of(events, position + (forward and 1 or -1), forward and 1 or -1, limit, function(event)
    return (not body.startTime or event.at >= body.startTime) and (not body.endTime or event.at < body.endTime)
  end)
  -- An empty page is where it began: its token comes back as it was given.
  local first, behind = position, position
  if last and forward then
    first, behind = position + 1, last
  elseif last then
    first, behind = last, position - 1
  elseif forward then
    first = position + 1
  else
    behind = position - 1
  end
  local out = {}
  for i, event in ipairs(page) do out[i] = event_view(event) end
  return { events = out, nextForwardToken = token_of("f", behind), nextBackwardToken = token_of("b", first) }
end

local function begins(text, prefix) return text:sub(1, #prefix) == prefix end

local function searched(group, body)
  local names, prefix = body.logStreamNames, body.logStreamNamePrefix
  if names and prefix then refuse.invalid("logStreamNames and logStreamNamePrefix cannot be given together.") end
  local out = {}
  for _, name in ipairs(names or {}) do out[#out + 1] = stream_of(group, name) end
  for _, stream in ipairs(names and {} or store.sorted(group.streams)) do
    if not prefix or begins(stream.name, prefix) then out[#out + 1] = stream end
  end
  return out
end

local function earlier(a, b)
  if a.at ~= b.at then return a.at < b.at end
  return a.serial < b.serial
end

function operations.FilterLogEvents(world, body, region)
  check_times(body)
  local group = group_of(world, body, region)
  local matches = log_filter.of(body.filterPattern or "")
  local found = {}
  for _, stream in ipairs(searched(group, body)) do
    for _, event in ipairs(stream.events) do
      if (not body.startTime or event.at >= body.startTime) and (not body.endTime or event.at <= body.endTime)
        and matches(event.message) then
        found[#found + 1] = event
      end
    end
  end
  local from_head = body.startFromHead ~= false
  table.sort(found, function(a, b)
    if from_head then return earlier(a, b) end
    return earlier(b, a)
  end)
  local from = values.from(body)
  local page, last = page_of(found, from, 1, body.limit or MOST_EVENTS, function() return true end)
  local out = {}
  for i, event in ipairs(page) do
    out[i] = event_view(event)
    out[i].logStreamName, out[i].eventId = event.stream, ("%056d"):format(event.serial)
  end
  local more = last and found[last + 1] and ("%d"):format(last + 1) or nil
  return { events = out, searchedLogStreams = {}, nextToken = more }
end

local function stream_view(stream)
  local first, last = stream.events[1], stream.events[#stream.events]
  return {
    logStreamName = stream.name,
    arn = stream.arn,
    creationTime = stream.created_at,
    firstEventTimestamp = first and first.at,
    lastEventTimestamp = last and last.at,
    lastIngestionTime = last and last.at,
    uploadSequenceToken = ("%056d"):format(#stream.events),
    storedBytes = 0,
  }
end

local function by_last_event(a, b)
  local at, other = a.events[#a.events], b.events[#b.events]
  local first, second = at and at.at or a.created_at, other and other.at or b.created_at
  if first ~= second then return first < second end
  return a.name < b.name
end

function operations.DescribeLogStreams(world, body, region)
  local group, prefix = group_of(world, body, region), body.logStreamNamePrefix
  local by_time = body.orderBy == "LastEventTime"
  if by_time and prefix then refuse.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.") end
  local found = {}
  for _, stream in ipairs(store.sorted(group.streams)) do
    if not prefix or begins(stream.name, prefix) then found[#found + 1] = stream end
  end
  if by_time then table.sort(found, by_last_event) end
  if body.descending then found = turned(found) end
  local page, next_token = values.page(found, values.from(body), body.limit or 50)
  for i, stream in ipairs(page) do page[i] = stream_view(stream) end
  return { logStreams = page, nextToken = next_token }
end

local function group_view(group)
  return {
    logGroupName = group.name,
    arn = group.arn .. ":*",
    logGroupArn = group.arn,
    logGroupClass = group.class,
    creationTime = group.created_at,
    metricFilterCount = 0,
    storedBytes = 0,
  }
end

local function is_asked_for(group, body)
  if body.logGroupIdentifiers then
    for _, identifier in ipairs(body.logGroupIdentifiers) do
      if identifier == group.name or identifier:gsub(":%*$", "") == group.arn then return true end
    end
    return false
  end
  return (not body.logGroupNamePrefix or begins(group.name, body.logGroupNamePrefix))
    and (not body.logGroupNamePattern or group.name:find(body.logGroupNamePattern, 1, true) ~= nil)
    and (not body.logGroupClass or group.class == body.logGroupClass)
end

function operations.DescribeLogGroups(world, body, region)
  if body.logGroupNamePrefix and body.logGroupNamePattern then
    refuse.invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
  end
  local found = {}
  for _, group in ipairs(store.sorted(world.logs[region] or {})) do
    if is_asked_for(group, body) then found[#found + 1] = group_view(group) end
  end
  local page, next_token = values.page(found, values.from(body), body.limit or 50)
  return { logGroups = page, nextToken = next_token }
end

function operations.CreateLogGroup(world, body, region)
  check_group_name(body.logGroupName, "logGroupName")
  if begins(body.logGroupName, "aws/") then
    refuse.invalid("Log groups starting with AWS/ are reserved for AWS.")
  elseif store.group(world, region, body.logGroupName) then
    refuse.raise("ResourceAlreadyExistsException", "The specified log group already exists")
  end
  local group = store.create(world, region, body.logGroupName)
  group.class = body.logGroupClass or group.class
  return core.object({})
end

return { operations = operations }
