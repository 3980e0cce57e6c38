--- Which proxy a request goes through: the stack's, else what the environment says, by the rules of Python's urllib,
--- which botocore follows. libcurl reads the same variables by other rules (it knows no HTTP_PROXY in capitals, takes
--- ALL_PROXY, networks like 10.0.0.0/8 and no ports in NO_PROXY), so it is told the proxy and reads none itself.
local environment = require "ecs_service.aws.environment"

local proxy = {}

-- https_proxy before HTTPS_PROXY; one in small letters that is empty takes away the other. In a CGI script HTTP_PROXY
-- is a header of the client, not a setting (CVE-2016-1000110).
local function variable(scheme)
  local small, big = scheme .. "_proxy", scheme:upper() .. "_PROXY"
  local value = environment.raw(small)
  if value then return value ~= "" and value or nil, small end
  if scheme == "http" and environment.raw "REQUEST_METHOD" then return nil end
  return environment.get(big), big
end

local function ends_in(host, name)
  return host == name or host:sub(-#name - 1) == "." .. name
end

--- Whether NO_PROXY (or no_proxy) names the host: whole names, or names that it ends in, each with or without the port;
--- "*" alone is every host.
---@param authority string "host" or "host:port"
---@return boolean
function proxy.bypassed(authority)
  local list = variable "no"
  if not list then return false end
  if list == "*" then return true end
  authority = authority:lower()
  local host = authority:match "^(.*):%d+$" or authority
  for name in list:gmatch "[^,]+" do
    name = name:match "^%s*(.-)%s*$":gsub("^%.+", ""):lower()
    if name ~= "" and (ends_in(host, name) or ends_in(authority, name)) then return true end
  end
  return false
end

local function whole(url)
  if url:find "^%w+://" then return url end
  return "http:" .. (url:sub(1, 2) == "//" and "" or "//") .. url
end

--- The proxy for a URL; "" for none.
---@param url string
---@param given string|nil the stack's: for every host; "": none
---@return string proxy
---@return string|nil source "stack", or the variable that names it
function proxy.of(url, given)
  if given then return given == "" and "" or whole(given), "stack" end
  local scheme, authority = url:match "^(%w+)://([^/?#]*)"
  if not scheme then return "" end
  local value, source = variable(scheme:lower())
  if not value or proxy.bypassed(authority) then return "" end
  return whole(value), source
end

--- A proxy's URL as it may be shown: without its password, which ends at the last "@" whatever it holds.
---@param url string
---@return string
function proxy.masked(url)
  local scheme, user, rest = url:match "^(%w+://)(.*)@(.*)$"
  if not scheme then return url end
  return scheme .. (user:match "^[^:]*") .. (user:find(":", 1, true) and ":***" or "") .. "@" .. rest
end

return proxy
