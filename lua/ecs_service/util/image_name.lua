--- Images as they are written: "acme/api:2", "acme/api@sha256:…".
local image_name = {}

--- How they are written, as a hint.
image_name.HINT = 'write "acme/app:2", or "acme/app@sha256:…", without blanks'

---@param value any
---@return boolean
function image_name.is(value) return type(value) == "string" and value ~= "" and not value:find "[%s%c]" end

return image_name
