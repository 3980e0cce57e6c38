--- Everything that is shown to people. `options` are those of style: color, unicode, width.
local lazy = require "ecs_service.util.lazy"
local changes = lazy "ecs_service.render.plan_changes"
local kinds = require "ecs_service.kinds"
local failure = lazy "ecs_service.render.error_report"
local letters = lazy "ecs_service.render.terminal_text"
local plan_text = require "ecs_service.render.plan"
local redact = lazy "ecs_service.render.redact"
local new_style = require("ecs_service.render.style").new
local value = lazy "ecs_service.render.value"
local trim = lazy "ecs_service.util.trim"

local text = {}

--- A plan: changes, drift, warnings, the sum.
---@param plan table
---@param options? { color?: boolean, unicode?: boolean, width?: integer }
---@return string
function text.plan(plan, options)
  return plan_text.render(plan, new_style(options))
end

--- Warnings with their hints.
---@param list table[]
---@param options? { color?: boolean, unicode?: boolean, width?: integer }
---@return string
function text.warnings(list, options)
  local out = {}
  changes.write_warnings(out, list, new_style(options))
  return trim.right(table.concat(out, "\n"))
end

--- An error: what, why, now, next; or the table of all problems of a declaration.
---@param err any
---@param options? { color?: boolean, unicode?: boolean, width?: integer, file?: string }
---@return string
function text.error(err, options)
  return failure.render(err, new_style(options), { file = options and options.file })
end

--- Columns of cells under their titles; the last column is as long as it is.
---@param titles string[]
---@param list string[][]
---@param options? table
---@return string
function text.table(titles, list, options)
  local style = new_style(options)
  local widths = {}
  for i, title in ipairs(titles) do widths[i] = letters.width(title) end
  for _, row in ipairs(list) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, letters.width(cell)) end
  end
  local function line(row, color)
    local cells = {}
    for i, cell in ipairs(row) do cells[i] = i < #row and letters.pad(cell, widths[i]) or cell end
    local joined = trim.right(table.concat(cells, "  "))
    if style.width then joined = letters.cut(joined, style.width, style.symbol.ellipsis) end
    return style:paint(color, joined)
  end
  local out = { line(titles, "bold") }
  for _, row in ipairs(list) do out[#out + 1] = line(row) end
  return table.concat(out, "\n")
end

local function block(out, lead, name, v, style)
  if type(v) == "table" and next(v) ~= nil and #value.literal(v) > 60 then
    out[#out + 1] = lead .. (name and name .. " = " or "") .. "{"
    if value.is_list(v) then
      for _, item in ipairs(v) do block(out, lead .. "  ", nil, item, style) end
    else
      for _, key in ipairs(value.keys(v)) do block(out, lead .. "  ", value.key(key), v[key], style) end
    end
    out[#out + 1] = lead .. "}" .. (lead ~= "  " and "," or "")
  else
    out[#out + 1] = lead .. (name and name .. " = " or "") .. value.literal(v, not style.unicode)
      .. (lead ~= "  " and "," or "")
  end
end

--- The recorded attributes of a service, one a line, secrets hidden.
---@param address string
---@param attributes table
---@param options? table
---@return string
function text.attributes(address, attributes, options)
  local style = new_style(options)
  local out = { style:paint("bold", letters.escape(address)) }
  local safe = redact.attributes(attributes, kinds.of(address).rows())
  local widest = 0
  for _, key in ipairs(value.keys(safe)) do widest = math.max(widest, #value.key(key)) end
  for _, key in ipairs(value.keys(safe)) do
    block(out, "  ", letters.pad(value.key(key), widest), safe[key], style)
  end
  return table.concat(out, "\n")
end

return text
