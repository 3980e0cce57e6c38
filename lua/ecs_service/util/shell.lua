--- Words as they may be pasted into a shell: hints are made of texts that others have written.
local shell = {}

--- The text as one word of a command; in quotes where a shell would make more of it.
---@param text any
---@return string
function shell.word(text)
  text = tostring(text)
  if text:find "^[%w_./:=@+,%-]+$" then return text end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- A command: what stands there, then each of the texts as a word.
---@param start string "ecs-service"
---@param words string[]
---@return string
function shell.line(start, words)
  local line = start
  for _, word in ipairs(words) do line = line .. " " .. shell.word(word) end
  return line
end

--- The same, of words that are given one by one.
---@param start string "ecs-service status"
---@param ... string
---@return string
function shell.command(start, ...) return shell.line(start, { ... }) end

return shell
