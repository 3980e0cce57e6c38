--- Which of many errors are the same but for their services: those are told once.
local tables = require "ecs_service.util.tables"

local groups = {}

-- Fewer than this are told one by one.
local LEAST = 3
groups.LEAST = LEAST

--- "web, api", or "a, b, c and 997 more".
---@param names string[]
---@return string
function groups.named(names)
  if #names <= LEAST + 1 then return table.concat(names, ", ") end
  return ("%s and %d more"):format(table.concat(names, ", ", 1, LEAST), #names - LEAST)
end

local function without_service(err)
  local text, service = tostring(err.message or err.code or "something went wrong"), err.service
  if service and text:sub(1, #service + 1) == service .. ":" then text = text:sub(#service + 2):gsub("^%s+", "") end
  -- What ECS was asked about which service: "CreateService of prod/web was refused".
  local operation = err.operation
  if operation and text:sub(1, #operation + 4) == operation .. " of " then
    text = operation .. text:sub(#operation + 5):gsub("^%S+", "", 1)
  end
  return text
end

-- What has evidence or problems of its own is told by itself.
local function key_of(err)
  local own = type(err) ~= "table" or err.evidence or err.diagnostics or err.errors or not err.service
  if own then return err end
  return ("%s\n%s\n%s"):format(tostring(err.code), without_service(err), tostring(err.hint))
end

--- Errors of several services, those that differ in nothing but the service together.
---@param list ecs_service.Error[]
---@return { first: ecs_service.Error, message: string, services: string[]|nil }[] in their order; `services` of
---  those that many have, and whose message does not say of which
function groups.of(list)
  local told = {}
  for _, group in ipairs(tables.groups(list, key_of)) do
    if group.key == group[1] then -- one that several share is told once
      told[#told + 1] = { first = group[1], message = tostring(group[1]) }
    elseif #group < LEAST then
      for _, err in ipairs(group) do told[#told + 1] = { first = err, message = tostring(err) } end
    else
      local services = {}
      for i, err in ipairs(group) do services[i] = err.service end
      told[#told + 1] = { first = group[1], message = without_service(group[1]), services = services }
    end
  end
  return told
end

return groups
