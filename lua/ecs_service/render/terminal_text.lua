--- Letters as a terminal shows them: how wide they are, where a line may break, and which of them must not reach a
--- terminal as they are. Knows nothing of plans.
local characters = require "ecs_service.util.characters"

local letters = {}

local each, steers = characters.each, characters.steers

local SHORT = { [7] = "\\a", [8] = "\\b", [9] = "\\t", [10] = "\\n", [11] = "\\v", [12] = "\\f", [13] = "\\r" }

local EN_DASH = 0x2013 -- of a span, as in 2–20

--- The text with everything that could steer a terminal written out as an escape of a Lua string.
---@param text string any bytes
---@param quoted? boolean also escape quotes and backslashes, for use within "…"
---@param ascii? boolean escape everything beyond ASCII as well
---@return string
function letters.escape(text, quoted, ascii)
  if not text:find("[%c\\\"\127-\255]") then return text end
  local out = {}
  for sequence, code in each(text) do
    if not code then
      out[#out + 1] = ("\\x%02X"):format(sequence:byte())
    elseif quoted and (sequence == '"' or sequence == "\\") then
      out[#out + 1] = "\\" .. sequence
    elseif steers(code) then
      out[#out + 1] = SHORT[code] or (code < 128 and ("\\x%02X"):format(code)) or ("\\u{%X}"):format(code)
    elseif ascii and code == EN_DASH then
      out[#out + 1] = "-"
    elseif ascii and code > 127 then
      out[#out + 1] = ("\\u{%X}"):format(code)
    else
      out[#out + 1] = sequence
    end
  end
  return table.concat(out)
end

--- Output as it may go to a terminal, whoever made it: lines, tabs and the colours of `codes` stay.
---@param text string
---@param codes? table<string, boolean> those of style.own_codes; nil: no colours
---@return string
function letters.printable(text, codes)
  return (text:gsub("()([^\t\n\32-\126]+)", function(at, run)
    local code = codes and run:sub(-1) == "\27" and text:match("^%[([%d;]*)m", at + #run)
    if code and codes[code] then return letters.escape(run:sub(1, -2)) .. "\27" end
    return letters.escape(run)
  end))
end

local WIDE = {
  { 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0xA4CF }, { 0xA960, 0xA97F }, { 0xAC00, 0xD7A3 },
  { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F },
  { 0x1F680, 0x1F6FF }, { 0x1F7E0, 0x1F7EB }, { 0x1F900, 0x1F9FF }, { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD },
  -- Symbols that are emoji without being asked to.
  { 0x231A, 0x231B }, { 0x23E9, 0x23EC }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 }, { 0x26A1, 0x26A1 },
  { 0x26D4, 0x26D4 }, { 0x2705, 0x2705 }, { 0x270A, 0x270B }, { 0x2728, 0x2728 }, { 0x274C, 0x274C },
  { 0x274E, 0x274E }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 }, { 0x2B50, 0x2B50 },
}

-- Marks that combine with the letter before them.
local NONE = {
  { 0x300, 0x36F }, { 0x483, 0x489 }, { 0x591, 0x5BD }, { 0x610, 0x61A }, { 0x64B, 0x65F }, { 0x93C, 0x93C },
  { 0x94D, 0x94D }, { 0xE31, 0xE31 }, { 0xE34, 0xE3A }, { 0xE47, 0xE4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF },
  { 0x20D0, 0x20FF }, { 0x302A, 0x302D }, { 0x3099, 0x309A }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F },
  { 0x1F3FB, 0x1F3FF }, { 0xE0100, 0xE01EF },
}

local function within(ranges, code)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then return true end
  end
  return false
end

local function columns(code)
  if not code then return 1 end
  if code < 0x300 then return 1 end
  if within(NONE, code) then return 0 end
  return within(WIDE, code) and 2 or 1
end

--- How many columns the text takes.
---@param text string
---@return integer
function letters.width(text)
  if not text:find("[\128-\255]") then return #text end
  local total = 0
  for _, code in each(text) do total = total + columns(code) end
  return total
end

--- The text, filled with blanks to `width` columns.
---@param text string
---@param width integer
---@return string
function letters.pad(text, width)
  return text .. (" "):rep(width - letters.width(text))
end

--- The text, cut to `width` columns; what was cut shows as `ellipsis`.
---@param text string
---@param width integer
---@param ellipsis? string default "…"
---@return string
function letters.cut(text, width, ellipsis)
  if letters.width(text) <= width then return text end
  ellipsis = ellipsis or "…"
  local room = width - letters.width(ellipsis)
  if room <= 0 then return ("."):rep(math.max(width, 0)) end
  local out, used = {}, 0
  for sequence, code in each(text) do
    local size = columns(code)
    if used + size > room then break end
    out[#out + 1], used = sequence, used + size
  end
  return table.concat(out) .. ellipsis
end

local BREAK_AFTER = { [" "] = true, ["/"] = true, [","] = true, [":"] = true, [";"] = true }

-- Where the longest piece from `from` on that fits ends: after a blank, slash, comma or colon when one is near there.
local function piece_end(text, from, width)
  local used, stop, best = 0, from - 1, nil
  for sequence, code in each(text, from) do
    local wide = columns(code)
    if used + wide > width then break end
    used, stop = used + wide, stop + #sequence
    if BREAK_AFTER[sequence] and used * 2 >= width then best = stop end
  end
  if stop == #text then return stop end
  return best or math.max(stop, from)
end

--- The text in lines of at most `width` columns. Nothing is lost or added: the lines joined are the text again.
---@param text string
---@param width integer
---@return string[]
function letters.wrap(text, width)
  width = math.max(width, 8)
  local lines, from = {}, 1
  repeat
    local stop = piece_end(text, from, width)
    lines[#lines + 1], from = text:sub(from, stop), stop + 1
  until from > #text
  return lines
end

--- Sentences in lines of at most `width` columns, broken at blanks (which are dropped there).
---@param text string
---@param width? integer nil: one line
---@return string[]
function letters.paragraph(text, width)
  if not width or letters.width(text) <= width then return { text } end
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    local longer = line == "" and word or line .. " " .. word
    if letters.width(longer) <= width then
      line = longer
    else
      if line ~= "" then lines[#lines + 1] = line end
      local pieces = letters.wrap(word, width)
      for i = 1, #pieces - 1 do lines[#lines + 1] = pieces[i] end
      line = pieces[#pieces]
    end
  end
  if line ~= "" then lines[#lines + 1] = line end
  return lines
end

return letters
