--- The fix of a problem as far as its message does not name it already ("…; did you mean x?", "…: remove y").
---@param diagnostic table
---@return string|nil
return function(diagnostic)
  local message, hint = tostring(diagnostic.message or ""), diagnostic.hint
  if not hint or hint == "" or message:find("did you mean", 1, true) or message:find(": remove ", 1, true) then
    return nil
  end
  return hint
end
