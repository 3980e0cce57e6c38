--- Whether a text is a name in Lua, on every version: the key of a table without brackets.
local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true until
while]]):gmatch "%a+" do KEYWORDS[word] = true end

---@param text string
---@return boolean
return function(text)
  return text:find "^[%a_][%w_]*$" ~= nil and not KEYWORDS[text]
end
