--- The variables and images that a plan was made with, as documents and people have them; nothing secret.
local lazy = require "ecs_service.util.lazy"
local letters = lazy "ecs_service.render.terminal_text"
local tables = require "ecs_service.util.tables"
local value = lazy "ecs_service.render.value"

local variables = {}

local HIDDEN = "(sensitive)"

--- By their names; what has no value is absent.
---@param list table[]|nil of a plan
---@return table|nil
function variables.document(list)
  if not list then return nil end
  local document = {}
  for _, one in ipairs(list) do
    if one.secret then
      document[one.name] = one.digest and HIDDEN or nil
    else
      document[one.name] = one.value
    end
  end
  return next(document) ~= nil and document or nil
end

-- "lead: a, b", in lines that fit.
local function paragraph(lead, parts, style)
  if #parts == 0 then return {} end
  local line = lead .. table.concat(parts, ", ")
  local lines = style.width and letters.paragraph(line, style.width) or { line }
  for i, part in ipairs(lines) do lines[i] = style:paint("dim", part) end
  return lines
end

--- `images of this run: api.app = "acme/api:2"`, in lines that fit.
---@param map table<string, string>|nil of a plan's options
---@param style table of style.new
---@return string[]
function variables.images(map, style)
  local parts = {}
  for _, key in ipairs(tables.names(map or {})) do
    parts[#parts + 1] = ("%s = %s"):format(letters.escape(tostring(key), false, not style.unicode),
      value.literal(map[key], not style.unicode))
  end
  return paragraph(#parts == 1 and "image of this run: " or "images of this run: ", parts, style)
end

--- `variables: image = "web:2", password = (sensitive)`, in lines that fit.
---@param list table[]|nil of a plan
---@param style table of style.new
---@return string[]
function variables.lines(list, style)
  local parts = {}
  for _, one in ipairs(list or {}) do
    local text = one.secret and one.digest and HIDDEN
      or not one.secret and one.value ~= nil and value.literal(one.value, not style.unicode)
    if text then parts[#parts + 1] = letters.escape(one.name, false, not style.unicode) .. " = " .. text end
  end
  return paragraph("variables: ", parts, style)
end

return variables
