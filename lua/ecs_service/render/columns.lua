--- Rows in columns: names under names, values under values, marks at the right; what does not fit goes below.
local letters = require "ecs_service.render.terminal_text"
local value = require "ecs_service.render.value"
local trim = require "ecs_service.util.trim"

local layout = {}

local NAME_LIMIT = 40   -- a longer name does not push its neighbours' values away
local OLD_LIMIT = 24    -- and a longer old value not their arrows
local MARK_FROM, MARK_TO = 40, 74

local COLOR_OF = { ["+"] = "create", ["-"] = "delete", ["~"] = "update", ["-/+"] = "replace" }

local function mark_text(mark, style)
  if mark == "replaces" then return "# forces replacement", "replace" end
  if mark == "deploys" then return style.symbol.deploy .. " starts a deployment", "deploy" end
  if mark == "waits" then return "waits for the next deployment", "dim" end
end

local function texts(row, style)
  local ascii = not style.unicode
  local old = row.has_old and value.literal(row.old, ascii) or nil
  local new = row.text or (row.has_new and value.literal(row.new, ascii)) or nil
  if row.only ~= nil then new = value.literal(row.only, ascii) end
  if row.note then new = "# " .. row.note end
  return old, new
end

-- Turns the tree of rows into flat lines with the widths of their group.
local function flatten(rows, indent, style, out)
  local name_width, old_width = 0, 0
  for _, row in ipairs(rows) do
    row.old_text, row.new_text = texts(row, style)
    if row.name then row.name = letters.escape(row.name, false, not style.unicode) end
    if row.name and (row.old_text or row.new_text) and letters.width(row.name) <= NAME_LIMIT then
      name_width = math.max(name_width, letters.width(row.name))
    end
    if row.old_text and row.new_text and letters.width(row.old_text) <= OLD_LIMIT then
      old_width = math.max(old_width, letters.width(row.old_text))
    end
  end
  for _, row in ipairs(rows) do
    local line = { indent = indent, symbol = row.symbol, name = row.name, old = row.old_text, new = row.new_text,
                   mark = row.mark, name_width = name_width, old_width = old_width, note = row.note }
    out[#out + 1] = line
    if row.children then flatten(row.children, indent + 4, style, out) end
  end
  return out
end

-- "    ~ name   old → new" in pieces: text and the colour of each.
local function pieces(line, style)
  local list = {}
  local function add(text, color) list[#list + 1] = { text, color } end
  add((" "):rep(line.indent + 3 - #line.symbol))
  add(line.symbol, COLOR_OF[line.symbol])
  if line.symbol ~= "" then add(" ") end
  local has_value = line.old or line.new
  if line.name then
    add(line.name)
    if has_value then add((" "):rep(line.name_width - letters.width(line.name)) .. "   ") end
  end
  if line.old and line.new then
    add(line.old, "dim")
    add((" "):rep(line.old_width - letters.width(line.old)) .. " " .. style.symbol.arrow .. " ")
    add(line.new)
  elseif has_value then
    add(line.new or line.old, (line.note or not line.new) and "dim" or nil)
  end
  return list
end

local function measure(list)
  local total = 0
  for _, piece in ipairs(list) do total = total + letters.width(piece[1]) end
  return total
end

local function painted(list, style)
  local out = {}
  for i, piece in ipairs(list) do out[i] = piece[2] and style:paint(piece[2], piece[1]) or piece[1] end
  return trim.right(table.concat(out))
end

-- A value on lines of its own, below its name.
local function below(lines, lead, text, indent, color, style)
  local room = style.width - indent - letters.width(lead)
  for i, part in ipairs(letters.wrap(text, room)) do
    local start = (" "):rep(indent) .. (i == 1 and lead or (" "):rep(letters.width(lead)))
    lines[#lines + 1] = start .. (color and style:paint(color, part) or part)
  end
end

local function narrow(line, style)
  local lines = {}
  local shell = { indent = line.indent, symbol = line.symbol, name = line.name }
  local indent = line.indent + 6
  if line.name then lines[1] = painted(pieces(shell, style), style) else indent = line.indent + 4 end
  if line.old and line.new then
    local arrow = style.symbol.arrow .. " "
    below(lines, (" "):rep(letters.width(arrow)), line.old, indent, "dim", style)
    below(lines, arrow, line.new, indent, nil, style)
  elseif line.name then
    below(lines, "", line.new or line.old, indent, nil, style)
  else
    below(lines, line.symbol .. " ", line.new, line.indent + 1, nil, style)
  end
  return lines
end

--- Where marks start: behind the longest line that has one, within limits.
---@param lines table[] flat lines, `mark` set where there is one
---@return integer column
function layout.mark_column(lines, style)
  local column = MARK_FROM
  for _, line in ipairs(lines) do
    if line.mark or line.header then
      local size = line.header and letters.width(line.header) or measure(pieces(line, style))
      if size + 3 <= MARK_TO then column = math.max(column, size + 3) end
    end
  end
  return column
end

--- The flat lines of a tree of rows.
---@param rows table[] of diff.rows
---@param indent integer
---@return table[]
function layout.lines(rows, indent, style)
  return flatten(rows, indent, style, {})
end

--- Adds a mark to the right of a finished line, or below it when there is no room.
---@param out string[] its last line gets the mark
---@param size integer columns that line takes
function layout.add_mark(out, size, column, text, color, style, indent)
  local at = math.max(column, size + 3)
  if style.width and at + letters.width(text) > style.width then
    at = size + 3
    if at + letters.width(text) > style.width then
      for _, part in ipairs(letters.paragraph(text, style.width - indent)) do
        out[#out + 1] = (" "):rep(indent) .. style:paint(color, part)
      end
      return
    end
  end
  out[#out] = out[#out] .. (" "):rep(at - size) .. style:paint(color, text)
end

--- Lines of text, coloured, marks in one column.
---@param out string[]
---@param lines table[] of layout.lines
---@param column integer of layout.mark_column
function layout.write(out, lines, column, style)
  for _, line in ipairs(lines) do
    local list = pieces(line, style)
    local size = measure(list)
    if style.width and size > style.width and (line.old or line.new) then
      for _, text in ipairs(narrow(line, style)) do out[#out + 1] = text end
      size = style.width
    else
      out[#out + 1] = painted(list, style)
      if line.note then size = 0 end
    end
    local text, color = mark_text(line.mark, style)
    if text then layout.add_mark(out, size, column, text, color, style, line.indent + 6) end
  end
end

return layout
