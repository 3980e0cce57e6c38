--- Calls a function as pcall does, and keeps where it was raised: who has to clean up before raising once more would
--- else show only that place. A table that was raised stays what it is; a text gets one traceback, at the first catch.
local HEAD = "\nstack traceback:\n"

local function keep(raised)
  if type(raised) ~= "string" or raised:find(HEAD, 1, true) then return raised end
  return debug.traceback(raised, 2)
end

---@param work function
---@param ... any its arguments
---@return boolean ok
---@return any ... what it answered, or what it raised
return function(work, ...)
  local arguments, count = { ... }, select("#", ...)
  return xpcall(function() return work((table.unpack or unpack)(arguments, 1, count)) end, keep)
end
