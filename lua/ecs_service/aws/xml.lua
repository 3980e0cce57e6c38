--- Elements of the XML that services of AWS answer: texts without elements in them.
local trim = require "ecs_service.util.trim"

local ENTITIES = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'" }

local xml = {}

--- The text of the first element of this name; nil when there is none.
---@param body string
---@param name string
---@return string|nil
function xml.element(body, name)
  local text = body:match("<" .. name .. ">([^<]*)</" .. name .. ">")
  return text and (trim.both(text):gsub("&(%a+);", ENTITIES))
end

return xml
