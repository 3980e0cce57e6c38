--- Splits a text into words as a POSIX shell does, without anything else of a shell: blanks separate, quotes and the
--- backslash protect. Names of sections and credential_process are written so (botocore uses Python's shlex for both).

local words = {}

-- Between double quotes a backslash is one unless it stands before a quote or a backslash.
local function quoted(text, at, quote, parts)
  while true do
    local stop = text:find(quote == "'" and "'" or '["\\]', at)
    if not stop then return nil, "a quotation that does not end" end
    parts[#parts + 1] = text:sub(at, stop - 1)
    if text:sub(stop, stop) == quote then return stop + 1 end
    local after = text:sub(stop + 1, stop + 1)
    if after == "" then return nil, "a backslash at the end" end
    parts[#parts + 1] = (after == '"' or after == "\\") and after or "\\" .. after
    at = stop + 2
  end
end

local function word(text, at)
  local parts, problem = {}
  while at <= #text do
    local letter = text:sub(at, at)
    if letter:find "[ \t\r\n]" then break end
    if letter == "'" or letter == '"' then
      at, problem = quoted(text, at + 1, letter, parts)
      if not at then return nil, problem end
    elseif letter == "\\" then
      if at == #text then return nil, "a backslash at the end" end
      parts[#parts + 1] = text:sub(at + 1, at + 1)
      at = at + 2
    else
      parts[#parts + 1] = letter
      at = at + 1
    end
  end
  return table.concat(parts), at
end

--- The words of a text.
---@param text string
---@return string[]|nil
---@return string|nil what is wrong
function words.split(text)
  local list, at = {}, 1
  while true do
    at = text:find("[^ \t\r\n]", at)
    if not at then return list end
    local found, rest = word(text, at)
    if not found then return nil, rest end
    list[#list + 1] = found
    at = rest
  end
end

return words
