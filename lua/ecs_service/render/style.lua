--- What the output may use: colours or none, symbols beyond ASCII or none, how many columns.
local style = {}
style.__index = style

local CODES = {
  bold = "1", dim = "2", red = "31", green = "32", yellow = "33", blue = "34", magenta = "35", cyan = "36",
  create = "32", update = "33", delete = "31", replace = "35", import = "36", forget = "2", deploy = "36",
  error = "1;31", warning = "33", good = "32",
}

--- The numbers of all colours that are ever written, and of their end.
style.own_codes = { ["0"] = true }
for _, code in pairs(CODES) do style.own_codes[code] = true end

local UNICODE = { arrow = "→", deploy = "↻", ellipsis = "…", times = "×", dot = "·" }
local ASCII = { arrow = "->", deploy = "*", ellipsis = "...", times = "x", dot = "-" }

--- Whether the locale of the environment writes UTF-8: the first of LC_ALL, LC_CTYPE, LANG that is set decides.
---@param getenv? fun(name: string): string|nil default os.getenv
---@return boolean
function style.locale_is_utf8(getenv)
  getenv = getenv or os.getenv
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    local value = getenv(name)
    if value and value ~= "" then return value:lower():find("utf%-?8") ~= nil end
  end
  return false
end

--- Whether colours are wanted on a stream: FORCE_COLOR or CLICOLOR_FORCE say yes, NO_COLOR and TERM=dumb say no, else
--- a terminal gets them.
---@param tty boolean
---@param getenv? fun(name: string): string|nil default os.getenv
---@return boolean
function style.wants_color(tty, getenv)
  getenv = getenv or os.getenv
  local function set(name)
    local value = getenv(name)
    return value ~= nil and value ~= ""
  end
  if set("NO_COLOR") then return false end
  for _, name in ipairs { "FORCE_COLOR", "CLICOLOR_FORCE" } do
    if set(name) and getenv(name) ~= "0" then return true end
  end
  return tty and getenv("TERM") ~= "dumb"
end

---@param options? { color?: boolean, unicode?: boolean, width?: integer } unicode defaults to what the locale says;
--- width nil: lines are as long as they are; full: every change by itself, however many are alike
function style.new(options)
  if getmetatable(options) == style then return options end
  options = options or {}
  local unicode = options.unicode
  if unicode == nil then unicode = style.locale_is_utf8() end
  local width = options.width
  if width and width < 20 then width = 20 end
  return setmetatable({
    color = options.color == true, unicode = unicode, width = width, full = options.full == true,
    symbol = unicode and UNICODE or ASCII,
  }, style)
end

--- The text in a colour, or as it is when colours are off.
---@param name string a key of the palette
---@param text string
---@return string
function style:paint(name, text)
  if not self.color or text == "" or not CODES[name] then return text end
  return "\27[" .. CODES[name] .. "m" .. text .. "\27[0m"
end

return style
