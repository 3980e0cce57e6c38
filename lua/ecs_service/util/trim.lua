--- Texts without the blanks around them, in time that is linear in their size: Lua's patterns try "%s*$" anew at every
--- blank, and a text of somebody else's may be all blanks but for its end.
local trim = {}

--- The text without the blanks at its end.
---@param text string
---@return string
function trim.right(text)
  local size = #text
  while size > 0 and text:find("^%s", size) do size = size - 1 end
  return text:sub(1, size)
end

--- The text without the blanks around it.
---@param text string
---@return string
function trim.both(text)
  local from = text:find "%S"
  return from and trim.right(text:sub(from)) or ""
end

return trim
