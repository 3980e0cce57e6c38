--- Reads streams of CloudWatch Logs, many at once and in any region, and answers their lines in the order of time.
--- Streams are read page by page as their lines are asked for: of each one page is kept, however long they are.
local call = require "ecs_service.run.api_call"
local letters = require "ecs_service.render.terminal_text"
local rest = require "ecs_service.run.rest"
local service_api = require "ecs_service.aws.service_api"

local reader = {}
reader.__index = reader

-- GetLogEvents is answered ten times a second in every region (in some more often), and a page has at most so many
-- lines. Of several streams smaller pages are kept.
local RATE, MOST_LINES, LEAST_LINES = 10, 10000, 100
-- Of one line.
local MOST_BYTES = 32768

--- A line's text, as it can be shown anywhere: without what steers a terminal, and of bounded length.
---@param message string
---@param most integer|nil bytes; default 32 KiB
---@return string
function reader.text(message, most)
  most = most or MOST_BYTES
  message = tostring(message):gsub("[\r\n]+$", "")
  local cut = #message > most and #message - most or 0
  if cut > 0 then message = message:sub(1, most):gsub("[\192-\247][\128-\191]*$", "") end
  local text = letters.printable(message)
  return cut > 0 and ("%s… (%d bytes more)"):format(text, cut) or text
end

--- A reader without streams.
---@param session ecs_service.Session
---@param options table of the stack
---@param span table from, to (milliseconds), last (so many of the last lines, then what follows), interrupted,
---  timeout (seconds, after which nothing is asked again)
---@return table
function reader.new(session, options, span)
  local asked = {} -- when the last RATE calls were made, the earliest first
  for i = 1, RATE do asked[i] = -math.huge end
  return setmetatable({ session = session, options = options, span = span, streams = {}, skip = 0, asked = asked,
    horizon = math.huge }, reader)
end

--- One more stream to read.
---@param source ecs_service.LogStream
---@return table stream of this reader: missing (there is none, or none yet), caught_up, left (lines that are held)
function reader:add(source)
  local stream = { source = source, lines = {}, first = 1, serial = #self.streams + 1 }
  self.streams[#self.streams + 1] = stream
  return stream
end

--- Reads no further in a stream.
function reader:drop(stream)
  for i, one in ipairs(self.streams) do
    if one == stream then table.remove(self.streams, i) end
  end
end

--- How many lines of a stream are held.
function reader.left(stream) return #stream.lines - stream.first + 1 end

--- Sleeps, unless it is interrupted.
---@param seconds number
---@return ecs_service.Error|nil code Interrupted
function reader:rest(seconds) return rest(self.session, seconds, self.span.interrupted) end

-- Whether its last lines are wanted yet. Whoever begins to write later is read from its first line on.
local function wants_last(self, stream)
  return self.span.last ~= nil and not self.trimmed and not stream.begun
end

local function body_of(self, stream)
  local span, source = self.span, stream.source
  local tail = wants_last(self, stream)
  local most = math.max(LEAST_LINES, math.floor(MOST_LINES / #self.streams))
  return { logGroupName = source.group, logStreamName = source.name, startTime = span.from, endTime = span.to,
    startFromHead = not tail, limit = tail and math.min(span.last, MOST_LINES) or most,
    nextToken = tail and stream.back or not tail and stream.token or nil }
end

local function lines_of(stream, events)
  local list, source = {}, stream.source
  for i, event in ipairs(events or {}) do
    list[i] = { at = (event.timestamp or 0) / 1000, container = source.container, task = source.task,
      text = reader.text(event.message or "") }
  end
  return list
end

-- The end of a stream is where a token leads to itself; pages before it may be empty.
local function take(stream, answer)
  local token = answer.nextForwardToken
  stream.begun, stream.missing = true, nil
  stream.lines, stream.first = lines_of(stream, answer.events), 1
  stream.caught_up = token == nil or token == stream.token
  stream.token = token or stream.token
end

-- The last lines, from the end backwards.
local function take_back(self, stream, answer)
  local list = lines_of(stream, answer.events)
  for _, line in ipairs(stream.lines) do list[#list + 1] = line end
  stream.lines, stream.first, stream.missing = list, 1, nil
  stream.token = stream.token or answer.nextForwardToken
  local token = answer.nextBackwardToken
  if #list >= self.span.last or token == nil or token == stream.back then
    stream.begun, stream.caught_up = true, true
  end
  stream.back = token
end

local function refusal(err, source)
  err.api, err.service = "logs", nil
  if tostring(err.code):find "^AccessDenied" then
    err.hint = ("allow logs:GetLogEvents on the group %s in %s to the role or user that runs this"):format(
      tostring(source.group), source.region)
  end
  return err
end

local function heard(self, stream, result)
  local err = result.err
  if not err then
    if wants_last(self, stream) then take_back(self, stream, result.answer) else take(stream, result.answer) end
  elseif err.code == "ResourceNotFoundException" then
    -- The stream is made with its first line; the group may be made with it.
    stream.missing, stream.caught_up = true, true
  else
    return refusal(err, stream.source)
  end
end

-- Waits until so many calls more are no more than RATE in any second.
local function wait_for_turn(self, count)
  local due = self.asked[count] + 1
  return self:rest(math.max(0, due - self.session.scheduler:now()))
end

-- Calls that are made now count among the last RATE ones.
local function count(self, calls)
  local now = self.session.scheduler:now()
  for _ = 1, calls do
    table.remove(self.asked, 1)
    table.insert(self.asked, now)
  end
end

-- Pages of streams of one region, RATE at most.
local function ask_some(self, region, list)
  local logs = service_api.find "logs"
  local session, err = service_api.session(self.session, self.options, logs, region)
  if not session then return err end
  err = wait_for_turn(self, #list)
  if err then return err end
  count(self, #list)
  local calls, again = {}, 0
  for i, stream in ipairs(list) do calls[i] = { operation = "GetLogEvents", body = body_of(self, stream) } end
  for i, result in ipairs(call.all(session, calls, { interrupted = self.span.interrupted, timeout = self.span.timeout,
    on_event = function(event) again = again + (event.type == "retrying" and 1 or 0) end })) do
    err = heard(self, list[i], result) or err
  end
  count(self, again)
  return err
end

local function ask(self, list)
  local by_region, order = {}, {}
  for _, stream in ipairs(list) do
    local region = stream.source.region
    if not by_region[region] then by_region[region], order[#order + 1] = {}, region end
    table.insert(by_region[region], stream)
  end
  for _, region in ipairs(order) do
    local some = by_region[region]
    for i = 1, #some, RATE do
      local few = {}
      for j = i, math.min(#some, i + RATE - 1) do few[#few + 1] = some[j] end
      local err = ask_some(self, region, few)
      if err then return err end
    end
  end
end

-- Those of which it is not known what comes next.
local function hungry(self)
  local list = {}
  for _, stream in ipairs(self.streams) do
    local wants = stream.first > #stream.lines or wants_last(self, stream)
    if wants and not stream.caught_up and stream.source.name then list[#list + 1] = stream end
  end
  return list
end

--- Reads until the next line of each stream is known.
---@return ecs_service.Error|nil
function reader:fill()
  local list = hungry(self)
  while #list > 0 do
    local err = ask(self, list)
    if err then return err end
    list = hungry(self)
  end
  if not self.span.last or self.trimmed then return nil end
  local total = 0
  for _, stream in ipairs(self.streams) do total = total + reader.left(stream) end
  self.trimmed, self.skip = true, math.max(0, total - self.span.last)
end

-- The earliest line that is held, of those before the horizon.
local function earliest(self)
  local found, at
  for _, stream in ipairs(self.streams) do
    local line = stream.lines[stream.first]
    if line and line.at < self.horizon and (not at or line.at < at) then found, at = stream, line.at end
  end
  if not found then return nil end
  local line = found.lines[found.first]
  found.lines[found.first], found.first = false, found.first + 1
  return line
end

--- The next line, in the order of time.
---@return ecs_service.LogLine|nil nil: there is none before the horizon
---@return ecs_service.Error|nil
function reader:next()
  while true do
    local err = self:fill()
    if err then return nil, err end
    local line = earliest(self)
    if not line or self.skip == 0 then return line end
    self.skip = self.skip - 1
  end
end

--- What has come since is to be read as well, as far as it is from before the horizon.
---@param horizon number seconds since 1970, by AWS's clock
function reader:again(horizon)
  self.horizon = horizon
  for _, stream in ipairs(self.streams) do stream.caught_up = false end
end

return reader
