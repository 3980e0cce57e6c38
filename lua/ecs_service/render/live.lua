--- Progress while it happens: lines that are redrawn on a terminal, one line for each change elsewhere.
local letters = require "ecs_service.render.letters"
local progress = require "ecs_service.render.progress"
local new_style = require("ecs_service.render.style").new
local value = require "ecs_service.render.value"

local live = {}
live.__index = live

-- A terminal can only redraw what it shows, and few show less than this.
local MOST_ROWS = 16

---@class ecs_service.render.LiveOptions
---@field write fun(text: string) where to write; default io.stderr
---@field terminal? boolean redraw lines in place; default false
---@field width? integer|fun(): integer|nil columns; default none (terminal: 80)
---@field color? boolean
---@field unicode? boolean

---@param options? ecs_service.render.LiveOptions
function live.new(options)
  options = options or {}
  return setmetatable({
    write = options.write or function(text) io.stderr:write(text) io.stderr:flush() end,
    terminal = options.terminal == true,
    width = options.width,
    style = new_style { color = options.color, unicode = options.unicode },
    progress = progress.new(),
    drawn = 0,
    told = {},
  }, live)
end

function live:columns()
  local width = self.width
  if type(width) == "function" then width = width() end
  return width or (self.terminal and 80) or nil
end

local function name_width(self)
  local widest = 6
  for _, address in ipairs(self.progress.order) do
    widest = math.max(widest, math.min(24, letters.width(letters.escape(address))))
  end
  return widest
end

-- The rows of services that are being worked on; they are drawn again with every event.
local function rows(self)
  local list, widest, columns = {}, name_width(self), self:columns()
  for _, address in ipairs(self.progress.order) do
    local one = self.progress.services[address]
    if not one.done and one.phase ~= "" then
      local clock = value.clock(self.progress.now - one.since)
      local text = ("%s  %s  %s   %s"):format(letters.pad(letters.escape(address), widest),
        letters.pad(one.phase, 9), clock, one.detail)
      -- One column less than there is: a full line would move some terminals to the next one.
      list[#list + 1] = letters.cut((text:gsub("%s+$", "")), columns - 1, self.style.symbol.ellipsis)
    end
  end
  local more = #list - MOST_ROWS
  if more > 0 then
    for i = #list, MOST_ROWS, -1 do list[i] = nil end
    list[MOST_ROWS] = ("and %d more"):format(more + 1)
  end
  return list
end

local function erase(self)
  if self.drawn > 0 then self.write(("\27[%dA\r\27[J"):format(self.drawn)) end
  self.drawn = 0
end

local function draw(self)
  local list = rows(self)
  if #list == 0 then return end
  self.write(table.concat(list, "\n") .. "\n")
  self.drawn = #list
end

local function permanent(self, event, one, fact, color)
  local at = event.at and value.time(event.at) .. "  " or ""
  local start = at .. letters.pad(letters.escape(one.address), name_width(self)) .. "  "
  local columns = self:columns()
  local room = columns and math.max(20, columns - 1 - letters.width(start))
  for i, part in ipairs(letters.paragraph(fact, room)) do
    self.write((i == 1 and start or (" "):rep(letters.width(start))) .. self.style:paint(color, part) .. "\n")
  end
end

--- Takes in one event of a run and shows what is new about it.
---@param event table
function live:event(event)
  if event.type == "service_event" and event.old then return end
  local one, fact, color = self.progress:take(event)
  local state = progress.state(one)
  if self.terminal then
    erase(self)
    if fact then permanent(self, event, one, fact, color) end
    draw(self)
    return
  end
  if fact then permanent(self, event, one, fact, color) end
  if not one.done and state ~= "" and self.told[one.address] ~= state then
    self.told[one.address] = state
    permanent(self, event, one, state)
  end
end

--- Draws the clocks again when a second has passed since they were drawn; for callers that notice time passing without
--- events. Real seconds count: where time is virtual none pass.
---@param monotonic number seconds of a clock that never goes back
function live:tick(monotonic)
  if not self.terminal or self.drawn == 0 then return end
  local passed = monotonic - (self.ticked or monotonic)
  if self.ticked and passed < 1 then return end
  self.ticked = monotonic
  self.progress.now = self.progress.now + passed
  erase(self)
  draw(self)
end

--- Ends the display: the terminal is left as it was found, below what was written for good. Events after it begin it
--- again.
function live:finish()
  erase(self)
end

return live
