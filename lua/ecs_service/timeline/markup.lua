--- Pieces of SVG and HTML, as well-formed XML. Every text is escaped, whatever is in it.
local letters = require "ecs_service.render.terminal_text"

local markup = {}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

--- A text as it may stand in an element or in an attribute.
---@param text any
---@return string
function markup.text(text)
  -- What is no UTF-8 or no letter becomes an escape; the two code points that XML has not, a question mark.
  return (letters.escape(tostring(text)):gsub("[&<>\"']", ENTITIES):gsub("\239\191[\190\191]", "?"))
end

local function number(value)
  local text = ("%.1f"):format(value)
  return (text:gsub("%.0$", ""))
end

local function attributes_of(list)
  local parts = {}
  for i = 1, #list, 2 do
    local name, given = list[i], list[i + 1]
    if given ~= nil then
      parts[#parts + 1] = (' %s="%s"'):format(name, type(given) == "number" and number(given) or markup.text(given))
    end
  end
  return table.concat(parts)
end

--- An element. What is within is markup already.
---@param name string
---@param attributes table|nil { name, value, name, value, … }: numbers with one digit after the point at most
---@param within string|nil
---@return string
function markup.element(name, attributes, within)
  local start = "<" .. name .. attributes_of(attributes or {})
  if within == nil or within == "" then return start .. "/>" end
  return start .. ">" .. within .. "</" .. name .. ">"
end

return markup
