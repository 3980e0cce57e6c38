--- What stack:service answers stands for its address wherever an address may stand. It is known by its metatable, and
--- before anything of it is read or copied: it holds its stack, which holds it.
local handles = {}

--- The kind of thing that a value is the handle of; nil when it is none.
---@param value any
---@return string|nil "service"
function handles.kind(value)
  local mt = type(value) == "table" and getmetatable(value)
  return type(mt) == "table" and rawget(mt, "__handle") or nil
end

return handles
