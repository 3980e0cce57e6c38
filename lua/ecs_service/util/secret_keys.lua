--- Whether the name of an option says that its value is a secret, as src/core/schema/schema.c has it.
local WORDS = { "token", "password", "passwd", "secret", "apikey" }

---@param key any
---@return boolean
return function(key)
  local letters = tostring(key):gsub("%A", ""):lower()
  for _, word in ipairs(WORDS) do
    if letters:find(word, 1, true) then return true end
  end
  return false
end
