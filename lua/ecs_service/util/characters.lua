--- The characters of a text that ought to be UTF-8, and which of them steer whatever shows them.
local characters = {}

local function size_by(first)
  if first < 128 then return 1 end
  return first < 194 and 0 or first < 224 and 2 or first < 240 and 3 or first < 245 and 4 or 0
end

-- The number of a sequence of UTF-8 that begins with `first`, or nil when it is none.
local function code_point(first, sequence, size)
  if #sequence ~= size or not sequence:find("^[\128-\191]*$", 2) then return nil end
  local code = first % (size == 2 and 32 or size == 3 and 16 or 8)
  for i = 2, size do code = code * 64 + sequence:byte(i) % 64 end
  if (size == 3 and code < 0x800) or (size == 4 and (code < 0x10000 or code > 0x10FFFF)) then return nil end
  if code >= 0xD800 and code <= 0xDFFF then return nil end
  return code
end

--- Characters that steer a terminal or turn the reading direction around: shown as their numbers, never sent.
---@param code integer
---@return boolean
function characters.steers(code)
  return code < 32 or (code >= 127 and code < 160) or code == 0x061C or (code >= 0x200B and code <= 0x200F)
    or (code >= 0x2028 and code <= 0x202E) or (code >= 0x2060 and code <= 0x206F) or code == 0xFEFF
    or (code >= 0xFFF9 and code <= 0xFFFB) or (code >= 0xE0000 and code <= 0xE007F)
end

--- Goes through a text. A byte that begins no sequence stands alone, without a number.
---@param text string any bytes
---@param position? integer where to begin
---@return fun(): string|nil, integer|nil  the bytes of each, and its number
function characters.each(text, position)
  position = position or 1
  return function()
    local first = text:byte(position)
    if not first then return nil end
    local size = size_by(first)
    local sequence, code = text:sub(position, position + math.max(size, 1) - 1), first
    if size ~= 1 then code = size > 0 and code_point(first, sequence, size) or nil end
    if not code then sequence = text:sub(position, position) end
    position = position + #sequence
    return sequence, code
  end
end

--- The text with `write(sequence)` in place of what is no UTF-8 or could steer a terminal.
---@param text string
---@param write fun(sequence: string): string
---@return string
function characters.replace(text, write)
  if not text:find("[%c\127-\255]") then return text end
  local out = {}
  for sequence, code in characters.each(text) do
    out[#out + 1] = (not code or characters.steers(code)) and write(sequence) or sequence
  end
  return table.concat(out)
end

return characters
