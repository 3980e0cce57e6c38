--- How the last runs of tasks ended, as a person reads it: a line for each, and below what is to be known of those that
--- did not end well.
local letters = require "ecs_service.render.terminal_text"
local text = require "ecs_service.render.text"
local times = require "ecs_service.util.time_format"
local value = require "ecs_service.render.value"

local task_status = {}

local LINES = 5 -- the last so many; diagnose has all that were kept

local COLOR = { SUCCEEDED = "good", FAILED = "error", RUNNING = "bold", STOPPED = "warning", UNKNOWN = "warning" }

local function outcome(one)
  local parts = {}
  if one.exit_code and one.status ~= "RUNNING" then parts[1] = ("exit %d"):format(one.exit_code) end
  if #parts == 0 and one.ended and one.ended ~= "ok" then parts[1] = one.ended end
  if one.took then parts[#parts + 1] = "after " .. value.duration(one.took) end
  local words = table.concat(parts, " ")
  if one.by then words = words .. (words ~= "" and ", " or "") .. "by " .. one.by end
  return letters.escape(words)
end

local function when(one) return one.at and times.text(one.at):gsub("T", " "):gsub("Z$", "") or "" end

local function row(one)
  return { letters.escape(one.address), letters.escape(one.status), one.run and ("#%d"):format(one.run) or "",
    outcome(one), letters.escape(one.revision or ""), when(one) }
end

local function paragraph(out, sentence, style)
  local room = style.width and math.max(20, style.width - 2)
  for _, part in ipairs(letters.paragraph(letters.escape(sentence, false, not style.unicode), room)) do
    out[#out + 1] = "  " .. part
  end
end

local function details(one, style)
  local out = {}
  local sentence = one.problem or one.reason
  if not sentence then return nil end
  out[1] = style:paint(COLOR[one.status] or "warning", letters.escape(one.address))
  paragraph(out, sentence, style)
  local lines = one.logs or {}
  for i = math.max(1, #lines - LINES + 1), #lines do
    paragraph(out, ("%s  %s"):format(lines[i].container or "", lines[i].text), style)
  end
  if one.logs_note then paragraph(out, one.logs_note, style) end
  return table.concat(out, "\n")
end

--- The whole of it.
---@param list table[] of stack:status, of tasks
---@param style table of style.new
---@param options table of the terminal
---@return string
function task_status.render(list, style, options)
  local rows, parts = {}, {}
  for i, one in ipairs(list) do rows[i] = row(one) end
  parts[1] = text.table({ "TASK", "STATUS", "RUN", "ENDED", "REVISION", "BEGUN (UTC)" }, rows, options)
  for _, one in ipairs(list) do parts[#parts + 1] = details(one, style) end
  return table.concat(parts, "\n\n")
end

return task_status
