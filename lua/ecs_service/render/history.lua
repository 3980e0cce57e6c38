--- The history of a service as a person reads it: a line for each deployment or operation, the newest first.
local failure = require "ecs_service.render.kept_failure"
local letters = require "ecs_service.render.terminal_text"
local stage_text = require "ecs_service.render.stage_text"
local times = require "ecs_service.util.time_format"
local value = require "ecs_service.render.value"

local history = {}

local COLOR = { completed = "good", done = "good", ["rolled back"] = "error", ["rollback failed"] = "error",
  failed = "error", stopped = "warning" }

--- Whether ECS completed a deployment, and the run that started it did not end well: a check failed after it, say.
---@param one table an entry
---@return boolean
function history.was_not_enough(one)
  return one.ended == "completed" and one.run_ended ~= nil and one.run_ended ~= "ok"
end

local function revision(one, arrow)
  local text = one.revision or "?"
  if one.former and one.former ~= one.revision then text = ("%s %s %s"):format(one.former, arrow, text) end
  if one.count then text = ("%s, %s"):format(text, value.count(one.count, "task")) end
  return letters.escape(text)
end

local function ended(one)
  local text = one.ended
  -- "rolled back to web:2", "stopped, and back to web:2"
  if one.went_back_to then
    text = ("%s%s to %s"):format(text, text:find("back", 1, true) and "" or ", and back", one.went_back_to)
  end
  if one.exit_code then text = ("%s, exit %d"):format(text, one.exit_code) end
  if one.took then text = ("%s after %s"):format(text, value.duration(one.took)) end
  if history.was_not_enough(one) then text = ("%s, its run with %s"):format(text, one.run_ended) end
  return letters.escape(text or "unknown")
end

local function columns(found, style)
  local rows, widths = {}, { 0, 0, 0, 0, 0 }
  for i, one in ipairs(found.entries) do
    local at = one.at and times.text(one.at):gsub("T", " "):gsub("Z$", "") or ""
    local did = letters.escape(one.did or "deployment") .. (one.run and (" #%d"):format(one.run) or "")
    rows[i] = { at, did, revision(one, style.symbol.arrow), ended(one), one.by and letters.escape(one.by) or "" }
    for j in ipairs(widths) do widths[j] = math.max(widths[j], letters.width(rows[i][j])) end
  end
  return rows, widths
end

local function write_reason(out, reason, style)
  local room = style.width and math.max(20, style.width - 6)
  for _, part in ipairs(letters.paragraph(letters.escape(reason, false, not style.unicode), room)) do
    out[#out + 1] = "      " .. style:paint("dim", part)
  end
end

-- Where the run came from, as far as somebody said so: "add the index · commit 4f2c9e1 · main · https://…".
local function origin_text(origin)
  local parts = { origin.message }
  if origin.commit then parts[#parts + 1] = "commit " .. origin.commit:sub(1, 12) end
  for _, name in ipairs { "branch", "actor", "job" } do parts[#parts + 1] = origin[name] end
  if #parts == 0 then parts[1] = origin.ci end
  return table.concat(parts, ", ")
end

-- When, what, which revision; how it ended, and who did it: beside that where there is room, else below.
local function write_row(out, row, widths, color, style)
  local start = "  " .. letters.pad(row[1], widths[1]) .. "  " .. letters.pad(row[2], widths[2]) .. "  "
  local rest = style:paint(color, row[4])
  if row[5] ~= "" then rest = rest .. (" "):rep(widths[4] - letters.width(row[4])) .. "  " .. row[5] end
  local all = letters.width(start) + widths[3] + widths[4] + widths[5] + 4
  if not style.width or all <= style.width then
    out[#out + 1] = start .. letters.pad(row[3], widths[3]) .. "  " .. rest
    return
  end
  out[#out + 1] = start .. row[3]
  out[#out + 1] = "      " .. style:paint(color, row[4]) .. (row[5] ~= "" and "  " .. row[5] or "")
end

-- Of one that shifts traffic: how far it is or came, what its hooks said; while it lasts, and of the newest, who
-- serves.
local function hour(at) return times.text(at):match "T(.-)Z" end

local function write_stages(out, one, is_newest)
  local is_over = one.took ~= nil
  out[#out + 1] = "      " .. (is_over and stage_text.ended(one.stage, one.status == "SUCCESSFUL")
    or stage_text.of(one.stage))
  local shares = (is_newest or not is_over) and stage_text.traffic(one.traffic)
  if shares then out[#out + 1] = "      traffic  " .. shares end
end

--- The whole list.
---@param found table of stack:history
---@param style table of style.new
---@return string
function history.render(found, style)
  local out = { style:paint("bold", letters.escape(found.name)) .. (found.address and found.service and "  "
    .. letters.escape(found.cluster .. "/" .. found.service) or "") .. style:paint("dim", "   (times are UTC)") }
  if found.problem then write_reason(out, found.problem, style) end
  local rows, widths = columns(found, style)
  for i, row in ipairs(rows) do
    local one = found.entries[i]
    write_row(out, row, widths, history.was_not_enough(one) and "error" or COLOR[one.ended], style)
    if one.stage then write_stages(out, one, i == 1) end
    if one.stages then write_reason(out, stage_text.story(one.stages, hour), style) end
    if one.origin then write_reason(out, origin_text(one.origin), style) end
    if one.reason and one.ended ~= "completed" then write_reason(out, one.reason, style) end
    for _, text in ipairs(one.why and failure.lines(one.why) or {}) do write_reason(out, text, style) end
  end
  if #rows == 0 then
    out[#out + 1] = found.kind and "  no run of it is recorded" or "  nothing is known of any deployment"
  end
  for _, one in ipairs(found.unread) do
    out[#out + 1] = "  " .. style:paint("dim", ("ECS keeps more where it has service deployments (%s: %s)"):format(
      letters.escape(one.operation or "ListServiceDeployments"), letters.escape(one.code or "refused")))
  end
  return table.concat(out, "\n")
end

return history
