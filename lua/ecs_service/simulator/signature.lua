--- Verifies Signature Version 4 of a request, apart from the code that signs, so that one tests the other.
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"
local times = require "ecs_service.util.time_format"
local trim = require "ecs_service.util.trim"

local signature = {}

local function xor(a, b)
  local out, bit = 0, 1
  while a > 0 or b > 0 do
    if a % 2 ~= b % 2 then out = out + bit end
    a, b, bit = (a - a % 2) / 2, (b - b % 2) / 2, bit * 2
  end
  return out
end

local inner, outer = {}, {}
for byte = 0, 255 do
  inner[string.char(byte)] = string.char(xor(byte, 0x36))
  outer[string.char(byte)] = string.char(xor(byte, 0x5c))
end

local function unhex(text)
  return (text:gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end))
end

local sha256 = core.system.sha256

local function hmac(key, message)
  if #key > 64 then key = unhex(sha256(key)) end
  key = key .. ("\0"):rep(64 - #key)
  return unhex(sha256(key:gsub(".", outer) .. unhex(sha256(key:gsub(".", inner) .. message))))
end

local function fail(code, message, ...)
  refuse.raise(code, message, ...)
end

local function parse(header)
  local parts = {}
  if header:sub(1, 17) ~= "AWS4-HMAC-SHA256 " then
    fail("IncompleteSignatureException", "Unsupported AWS 'algorithm': it has to be AWS4-HMAC-SHA256.")
  end
  for name, value in header:sub(18):gmatch("(%w+)=([^,%s]+)") do parts[name] = value end
  for _, name in ipairs { "Credential", "SignedHeaders", "Signature" } do
    if not parts[name] then
      fail("IncompleteSignatureException", "Authorization header requires '%s' parameter. Authorization=%s", name,
        header:sub(1, 17))
    end
  end
  local id, date, region, service = parts.Credential:match("^([^/]+)/(%d+)/([^/]+)/([^/]+)/aws4_request$")
  if not id then fail("IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements.") end
  parts.id, parts.date, parts.region, parts.service = id, date, region, service
  return parts
end

local function canonical_headers(request, parts)
  local out = {}
  for name in parts.SignedHeaders:gmatch("[^;]+") do
    local value = request.headers[name]
    if not value then fail("InvalidSignatureException", "The signed header %s is not part of the request.", name) end
    out[#out + 1] = name .. ":" .. trim.both(value):gsub("%s+", " ") .. "\n"
  end
  return table.concat(out)
end

--- Epoch seconds of "20261123T000000Z"; nil when it is none.
function signature.epoch(text)
  local iso, found = text:gsub("^(%d%d%d%d)(%d%d)(%d%d)T(%d%d)(%d%d)(%d%d)Z$", "%1-%2-%3T%4:%5:%6Z")
  return found == 1 and times.parse(iso) or nil
end

local function check_time(date, parts, now, skew)
  local time = signature.epoch(date or "")
  if not time then
    fail("IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '%s'.", tostring(date))
  elseif date:sub(1, 8) ~= parts.date then
    fail("InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
      .. "from HTTP: '%s' != '%s', from '%s'.", parts.date, date:sub(1, 8), date)
  elseif skew and now - time > skew then
    fail("InvalidSignatureException", "Signature expired: %s is now earlier than the time of the service.", date)
  elseif skew and time - now > skew then
    fail("InvalidSignatureException", "Signature not yet current: %s is still later than the time of the service.",
      date)
  end
end

local function find_credentials(list, id, token)
  for _, pair in ipairs(list) do
    if pair.access_key_id == id and (pair.session_token or "") == (token or "") then return pair end
  end
  fail("UnrecognizedClientException", "The security token included in the request is invalid.")
end

local function canonical_query(query)
  local parts = {}
  for part in (query or ""):gmatch "[^&]+" do parts[#parts + 1] = part end
  table.sort(parts)
  return table.concat(parts, "&")
end

--- Raises what AWS answers to a request whose signature is missing, stale, foreign or wrong.
---@param request table {method, path, query, headers with lower-case names, body}
---@param expected table {credentials = list, region, service, now, skew = seconds or nil for any}
function signature.verify(request, expected)
  local header = request.headers.authorization
  if not header then fail("MissingAuthenticationTokenException", "Missing Authentication Token") end
  local parts = parse(header)
  local pair = find_credentials(expected.credentials, parts.id, request.headers["x-amz-security-token"])
  local date = request.headers["x-amz-date"]
  check_time(date, parts, expected.now, expected.skew)
  if parts.region ~= expected.region or parts.service ~= expected.service then
    fail("InvalidSignatureException", "Credential should be scoped to a valid region and the correct service: '%s/%s', "
      .. "not '%s/%s'.", expected.region, expected.service, parts.region, parts.service)
  end
  local canonical = table.concat({ request.method, request.path, canonical_query(request.query),
    canonical_headers(request, parts), parts.SignedHeaders, sha256(request.body or "") }, "\n")
  local scope = table.concat({ parts.date, parts.region, parts.service, "aws4_request" }, "/")
  local to_sign = table.concat({ "AWS4-HMAC-SHA256", date, scope, sha256(canonical) }, "\n")
  local key = hmac(hmac(hmac(hmac("AWS4" .. pair.secret_access_key, parts.date), parts.region), parts.service),
    "aws4_request")
  local made = hmac(key, to_sign):gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end)
  if made ~= parts.Signature then
    fail("InvalidSignatureException", "The request signature we calculated does not match the signature you provided. "
      .. "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
  end
end

return signature
