--- What containers wrote last that something failed for, small enough for the board. What steers a terminal is escaped
--- in it, and the secrets that the stack knows are gone from it, before it comes here.
local written = {}

-- So many things that failed, and so many bytes of a line.
local FAILED, WIDTH = 5, 300

--- A line cut to its width, and not within a letter.
---@param text string
---@return string
function written.cut(text)
  if #text <= WIDTH then return text end
  return (text:sub(1, WIDTH):gsub("[\192-\255][\128-\191]*$", "")) .. "…"
end

--- The lines of an error, or of a diagnosis; nil when it has none, and no reason why.
---@param one table with logs and logs_note
---@return table|nil { service, exit_code, lines, note }
function written.of_one(one)
  local lines = {}
  for i, line in ipairs(one.logs or {}) do
    lines[i] = { at = line.at, container = line.container, text = written.cut(line.text) }
  end
  if not lines[1] and not one.logs_note then return nil end
  return { service = one.service, exit_code = one.exit_code, lines = lines, note = one.logs_note }
end

--- Those of an error of an apply, or of a task.
---@param err ecs_service.Error
---@return table[]
function written.of(err)
  local list = {}
  for _, one in ipairs(err.errors or { err }) do
    local found = #list < FAILED and written.of_one(one)
    if found then list[#list + 1] = found end
  end
  return list
end

return written
