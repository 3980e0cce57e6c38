--- Progress while it happens: lines that are redrawn on a terminal, one line for each change elsewhere.
local letters = require "ecs_service.render.terminal_text"
local progress = require "ecs_service.render.progress_model"
local new_style = require("ecs_service.render.style").new
local value = require "ecs_service.render.value"
local trim = require "ecs_service.util.trim"

local live = {}
live.__index = live

-- A terminal can only redraw what it shows: of one whose height is not known, so many lines.
local MOST_ROWS = 16
-- Lines that stay free of rows, for what just happened.
local FREE_ROWS = 4
-- So many services are so many that their number is told, and that what goes well is told of each in one line.
local MANY, CROWD = 5, 20
-- A last event of less room than this says nothing.
local LEAST_EVENT = 16

---@class ecs_service.render.LiveOptions
---@field write fun(text: string) where to write; default io.stderr
---@field terminal? boolean redraw lines in place; default false
---@field width? integer|fun(): integer|nil columns; default none (terminal: 80)
---@field height? integer|fun(): integer|nil lines of the terminal; default unknown
---@field total? integer|fun(): integer|nil how many services there are to do
---@field color? boolean
---@field unicode? boolean
---@field time? boolean false: lines that stay are without their time; default true

---@param options? ecs_service.render.LiveOptions
function live.new(options)
  options = options or {}
  return setmetatable({
    write = options.write or function(text) io.stderr:write(text) io.stderr:flush() end,
    terminal = options.terminal == true,
    width = options.width,
    height = options.height,
    total = options.total,
    time = options.time ~= false,
    style = new_style { color = options.color, unicode = options.unicode },
    progress = progress.new(),
    drawn = {},
    told = {},
  }, live)
end

local function given(number)
  if type(number) == "function" then number = number() end
  return number
end

function live:columns()
  return given(self.width) or (self.terminal and 80) or nil
end

local function most_rows(self)
  local height = given(self.height)
  return height and math.max(1, height - FREE_ROWS) or MOST_ROWS
end

local function name_width(self)
  local widest = 6
  local most = self:columns() and math.max(6, math.floor(self:columns() / 4)) or 24
  for _, address in ipairs(self.progress.order) do
    widest = math.max(widest, math.min(24, most, letters.width(letters.escape(address))))
  end
  return widest
end

local function name(self, one, widest)
  return letters.pad(letters.cut(letters.escape(one.address), widest, self.style.symbol.ellipsis), widest)
end

-- One service in at most `room` columns: who, what is done, since when, the tasks of the new and the old revision; and
-- as far as there is room, how long it usually takes and what happened last.
local function row(self, one, widest, room)
  local head = ("%s  %s  %s"):format(name(self, one, widest), letters.pad(one.phase, 9),
    value.clock(self.progress.now - one.since))
  local detail = progress.staged(one, one.detail, self.progress.now)
  if letters.width(head) + 3 + letters.width(detail) > room then
    detail = progress.staged(one, one.brief, self.progress.now)
  end
  local line = letters.cut(trim.right(head .. "   " .. detail), room, self.style.symbol.ellipsis)
  local usual = one.usual and ("   (usually %s)"):format(value.duration(one.usual)) or ""
  if letters.width(line) + #usual > room then usual = "" end
  local left = room - letters.width(line) - #usual - 3
  local last = one.last and left >= LEAST_EVENT and letters.cut(one.last, left, self.style.symbol.ellipsis) or ""
  if last ~= "" then last = "   " .. self.style:paint("dim", last) end
  return line .. usual .. last
end

-- "and 25 more: 20 deploying, 5 waiting"
local function rest(hidden, room, ellipsis)
  local counts, order, parts = {}, {}, {}
  for _, one in ipairs(hidden) do
    if not counts[one.phase] then order[#order + 1] = one.phase end
    counts[one.phase] = (counts[one.phase] or 0) + 1
  end
  for i, phase in ipairs(order) do parts[i] = ("%d %s"):format(counts[phase], phase) end
  return letters.cut(("and %d more: %s"):format(#hidden, table.concat(parts, ", ")), room, ellipsis)
end

-- "12 of 60 done, 38 waiting"; 1 failed among them.
local function tally(self, busy, room)
  local total, done, failed = given(self.total), 0, 0
  if not total or total < MANY then return nil end
  for _, address in ipairs(self.progress.order) do
    local one = self.progress.services[address]
    if one.done and one.began then
      done = done + 1
      failed = failed + (one.broke and 1 or 0)
    end
  end
  local waiting = math.max(0, total - done - #busy)
  local line = ("%d of %d done"):format(done, total)
  if failed > 0 then line = ("%s (%d not well)"):format(line, failed) end
  if waiting > 0 then line = ("%s, %d waiting"):format(line, waiting) end
  return letters.cut(line, room, self.style.symbol.ellipsis)
end

-- The rows of services that are being worked on; they are drawn again with every event.
local function rows(self)
  local busy, list = {}, {}
  for _, address in ipairs(self.progress.order) do
    local one = self.progress.services[address]
    if not one.done and one.phase ~= "" then busy[#busy + 1] = one end
  end
  -- One column less than there is: a full line would move some terminals to the next one.
  local widest, room, most = name_width(self), self:columns() - 1, most_rows(self)
  local sum = #busy > 0 and tally(self, busy, room) or nil
  if sum then most = math.max(1, most - 1) end
  local shown = #busy <= most and #busy or most - 1
  for i = 1, shown do list[i] = row(self, busy[i], widest, room) end
  if shown < #busy then
    local hidden = {}
    for i = shown + 1, #busy do hidden[#hidden + 1] = busy[i] end
    list[shown + 1] = rest(hidden, room, self.style.symbol.ellipsis)
  end
  list[#list + 1] = sum and self.style:paint("dim", sum) or nil
  return list
end

-- A terminal that was made narrower since has broken the lines that do not fit any more.
local function erased(self)
  local columns, lines = self:columns(), 0
  for _, width in ipairs(self.drawn) do lines = lines + math.max(1, math.ceil(width / columns)) end
  self.drawn = {}
  return lines > 0 and ("\27[%dA\r\27[J"):format(lines) or ""
end

local function drawn(self)
  local list = rows(self)
  for i, line in ipairs(list) do self.drawn[i] = letters.width((line:gsub("\27%[[%d;]*m", ""))) end
  return #list > 0 and table.concat(list, "\n") .. "\n" or ""
end

-- A fact in lines that stay: with its time, which is ECS's where ECS told it.
local function permanent(self, event, one, fact, color)
  local time = self.time and (event.occurred or event.at)
  local widest = name_width(self)
  local start = (time and value.time(time) .. "  " or "") .. name(self, one, widest) .. "  "
  local columns = self:columns()
  local room = columns and math.max(8, columns - 1 - letters.width(start))
  local lines = {}
  for i, part in ipairs(letters.paragraph(fact, room)) do
    lines[i] = (i == 1 and start or (" "):rep(letters.width(start))) .. self.style:paint(color, part) .. "\n"
  end
  return table.concat(lines)
end

-- Of a crowd only its end is told of each that does well; the rows show the rest while it happens.
local function is_small(self, event, color)
  local total = given(self.total)
  return total ~= nil and total >= CROWD and event.type == "service_event" and color ~= "error" and color ~= "warning"
end

--- Takes in one event of a run and shows what is new about it.
---@param event table
function live:event(event)
  if event.type == "service_event" and event.old then return end
  local one, fact, color = self.progress:take(event)
  local state = progress.state(one)
  if self.terminal then
    if is_small(self, event, color) then fact = nil end
    -- In one piece, so that nothing flickers.
    local text = erased(self) .. (fact and permanent(self, event, one, fact, color) or "")
    text = text .. drawn(self)
    if text ~= "" then self.write(text) end
    return
  end
  if fact then self.write(permanent(self, event, one, fact, color)) end
  if not one.done and state ~= "" and self.told[one.address] ~= state then
    self.told[one.address] = state
    self.write(permanent(self, { at = event.at }, one, state))
  end
end

--- Draws the clocks again when a second has passed since they were drawn; for callers that notice time passing without
--- events. Real seconds count: where time is virtual none pass.
---@param monotonic number seconds of a clock that never goes back
function live:tick(monotonic)
  if not self.terminal or #self.drawn == 0 then return end
  local passed = monotonic - (self.ticked or monotonic)
  if self.ticked and passed < 1 then return end
  self.ticked = monotonic
  self.progress.now = self.progress.now + passed
  local before = erased(self)
  self.write(before .. drawn(self))
end

--- Ends the display: the terminal is left as it was found, below what was written for good. Events after it begin it
--- again.
function live:finish()
  local text = erased(self)
  if text ~= "" then self.write(text) end
end

return live
