--- The revisions of a task definition as a person reads them: a line for each, the newest first, and below it who uses
--- it.
local letters = require "ecs_service.render.terminal_text"
local times = require "ecs_service.util.time_format"

local revisions = {}

local COLOR = { ACTIVE = "good", INACTIVE = "dim", DELETE_IN_PROGRESS = "dim" }

local function escape(text) return letters.escape(tostring(text or "")) end

local function at(one)
  return one.registered_at and times.text(one.registered_at):gsub("T", " "):gsub("Z$", "") or ""
end

local function images(one)
  local list, own = {}, one.images or {}
  for i, image in ipairs(own) do
    list[i] = #own > 1 and ("%s=%s"):format(image.container, image.image) or tostring(image.image)
  end
  return table.concat(list, ", ")
end

local function marks(one)
  local list = {}
  if one.current then list[#list + 1] = "current" end
  if one.here then list[#list + 1] = "registered here" end
  return table.concat(list, ", ")
end

-- Below a line: what has no place in it.
local function write_below(out, lead, text, style)
  if text == "" then return end
  local room = style.width and math.max(20, style.width - 6 - #lead)
  for i, part in ipairs(letters.paragraph(letters.escape(text, false, not style.unicode), room)) do
    out[#out + 1] = "      " .. (i == 1 and style:paint("dim", lead) or (" "):rep(#lead)) .. part
  end
end

local function widths_of(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for j, cell in ipairs(row) do widths[j] = math.max(widths[j] or 0, letters.width(cell)) end
  end
  return widths
end

local function line_of(one, row, widths, style)
  local status = style:paint(COLOR[one.status] or "dim", letters.pad(row[2], widths[2]))
  local parts = { letters.pad(row[1], widths[1]), status, letters.pad(row[3], widths[3]), row[4] }
  return (("  " .. table.concat(parts, "  ")):gsub("%s+$", ""))
end

--- The whole list.
---@param found table of stack:revisions
---@param style table of style.new
---@return string
function revisions.render(found, style)
  local out = { style:paint("bold", escape(found.name)) .. (found.name ~= found.family and "  " .. escape(found.family)
    or "") .. style:paint("dim", "   (times are UTC)") }
  local rows = {}
  for i, one in ipairs(found.entries) do rows[i] = { escape(one.revision), escape(one.status), at(one), marks(one) } end
  local widths = widths_of(rows)
  for i, one in ipairs(found.entries) do
    out[#out + 1] = line_of(one, rows[i], widths, style)
    write_below(out, "images: ", images(one), style)
    write_below(out, "by: ", one.registered_by or "", style)
    write_below(out, "used by: ", table.concat(one.used_by or {}, ", "), style)
  end
  if found.total > #found.entries then
    out[#out + 1] = "  " .. style:paint("dim", ("and %d older ones: --limit %d"):format(found.total - #found.entries,
      found.total))
  end
  for _, one in ipairs(found.unread) do
    out[#out + 1] = "  " .. style:paint("dim", ("who uses them is not known (%s: %s)"):format(escape(one.operation),
      escape(one.code)))
  end
  return table.concat(out, "\n")
end

return revisions
