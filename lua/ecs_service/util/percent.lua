--- Percent-encoding (RFC 3986) of what becomes a part of a URL or of a form.
---@param text any
---@param also string|nil further signs that stay, as in a set of a pattern: "/"
---@return string
return function(text, also)
  return (tostring(text):gsub("[^%w%-%._~" .. (also or "") .. "]", function(letter)
    return ("%%%02X"):format(letter:byte())
  end))
end
