--- Keys: what one place gives. They print masked, and are checked before they become part of a header.
local errors = require "ecs_service.errors"
local lazy = require "ecs_service.util.lazy"
local times = require "ecs_service.util.time_format"
local trim = lazy "ecs_service.util.trim"

local keys = {}

-- ecs_service.Keys of types.lua, as it is made here:
--   access_key_id string
--   secret_access_key string
--   session_token string|nil
--   expires number|nil      seconds since 1970; nil: never
--   own_clock boolean|nil   `expires` is by this machine's clock, and not by AWS's
--   account_id string|nil   as the place tells it; nothing is decided by it
--   source string           the place: "env", "assume-role", …; botocore's names

local MEMBERS = { access_key_id = true, secret_access_key = true, session_token = true, expires = true,
                  account_id = true, source = true }

local mt = {}

--- An access key's id of which only the last four letters show.
---@param id any
---@return string
function keys.masked(id)
  if type(id) ~= "string" or #id <= 8 then return "****" end
  return ("*"):rep(#id - 4) .. id:sub(-4)
end

function mt:__tostring()
  return ("credentials %s (%s)"):format(keys.masked(self.access_key_id), tostring(self.source or "given"))
end

--- Text of somebody else's without what could be a key or a token: runs of forty and more letters of Base64, also as
--- JSON and forms write them, that mix cases and digits. ARNs stay: who may not do what is told by them. Control
--- characters become blanks.
---@param text string
---@return string
function keys.scrubbed(text)
  text = text:gsub("[%w+/=_%-%.\\%%:]+", function(run)
    if run:find "^arn:aws[%w%-]*:" then return nil end
    if #run >= 40 and run:find "%u" and run:find "%l" and run:find "%d" then return "(hidden)" end
  end)
  return trim.both((text:gsub("[%s%c]+", function(run) return run:find "%c" and " " or nil end)))
end

--- Text of somebody else's without a secret that is known, also as JSON may write it.
---@param text string
---@param secret string|nil
---@return string
function keys.without(text, secret)
  if not secret or #secret < 6 then return text end -- shorter ones are none, and would tear words apart
  for _, form in ipairs { secret, (secret:gsub("/", "\\/")) } do
    local pieces, at = {}, 1
    local from, to = text:find(form, 1, true)
    while from do
      pieces[#pieces + 1], at = text:sub(at, from - 1), to + 1
      from, to = text:find(form, at, true)
    end
    if at > 1 then text = table.concat(pieces, "(hidden)") .. "(hidden)" .. text:sub(at) end
  end
  return text
end

--- The seconds since 1970 of a point in time as AWS's tools and services write it: 2026-11-24T21:00:00Z, with a
--- fraction, with +00:00 or UTC for Z, with a blank for T. Without a zone it is UTC.
---@param text any
---@return number|nil
function keys.time(text)
  if type(text) == "number" then return text end
  if type(text) ~= "string" or #text > 64 then return nil end
  local day, clock, zone = text:match "^%s*(%d%d%d%d%-%d%d%-%d%d)[T ](%d%d:%d%d:%d%d)%.?%d*%s*([%a%d:+-]*)%s*$"
  local at = day and times.parse(day .. "T" .. clock .. "Z")
  if not at then return nil end
  local sign, hours, minutes = zone:match "^([+-])(%d%d):?(%d%d)$"
  if sign then
    local offset = tonumber(hours) * 3600 + tonumber(minutes) * 60
    return sign == "+" and at - offset or at + offset
  end
  zone = zone:upper()
  return (zone == "" or zone == "Z" or zone == "UTC" or zone == "GMT") and at or nil
end

local function bad(path, message, hint)
  return errors.new { code = "BadCredentials", path = path, message = message, hint = hint }
end

--- What is wrong with a table of keys, or nil. Never tells the values.
---@param value any
---@return ecs_service.Error|nil
function keys.problem(value)
  if type(value) ~= "table" then
    return bad("credentials",
      "credentials are a table with access_key_id and secret_access_key, not a " .. type(value))
  end
  for _, name in ipairs { "access_key_id", "secret_access_key" } do
    if type(value[name]) ~= "string" or value[name] == "" then
      return bad("credentials." .. name, "the credentials have no " .. name)
    end
  end
  for name in pairs(MEMBERS) do
    -- They become part of a header: a line break in them would begin another one.
    if type(value[name]) == "string" and value[name]:find "[%c]" then
      return bad("credentials." .. name, ("%s holds a line break or another control character"):format(name))
    end
  end
  if value.session_token ~= nil and type(value.session_token) ~= "string" then
    return bad("credentials.session_token", "session_token is a text, not a " .. type(value.session_token))
  end
  if value.expires ~= nil and not keys.time(value.expires) then
    return bad("credentials.expires", "expires is no point in time",
      "seconds since 1970, or a text as in 2026-11-24T21:00:00Z")
  end
end

--- A member that keys given by hand cannot have, or nil.
---@param value table
---@return ecs_service.Error|nil
function keys.unknown(value)
  for name in pairs(value) do
    if not MEMBERS[name] then
      return bad("credentials." .. tostring(name), "credentials have no member " .. tostring(name),
        "access_key_id, secret_access_key, session_token, expires")
    end
  end
end

--- Keys out of a table that looks like them, or what is wrong with it.
---@param value table
---@param source string|nil of which place they are
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function keys.new(value, source)
  local problem = keys.problem(value)
  if problem then return nil, problem end
  return setmetatable({ access_key_id = value.access_key_id, secret_access_key = value.secret_access_key,
    session_token = value.session_token ~= "" and value.session_token or nil, expires = keys.time(value.expires),
    own_clock = value.own_clock, account_id = value.account_id, source = value.source or source or "given" }, mt)
end

--- Keys out of an answer in JSON: { AccessKeyId, SecretAccessKey, and by the names of the third argument a token and an
--- expiry }. What is missing is told by name.
---@param answer any decoded
---@param what string "the answer of the container's credentials endpoint"
---@param names { token: string, required: boolean }
---@param source string
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function keys.of_answer(answer, what, names, source)
  if type(answer) ~= "table" then return nil, bad(nil, what .. " is no JSON object") end
  local wanted = { "AccessKeyId", "SecretAccessKey" }
  if names.required then wanted[3], wanted[4] = names.token, "Expiration" end
  for _, name in ipairs(wanted) do
    if type(answer[name]) ~= "string" or answer[name] == "" then
      return nil, bad(nil, ("%s has no %s"):format(what, name))
    end
  end
  local expires = answer.Expiration
  if expires ~= nil and not keys.time(expires) then
    return nil, bad(nil, ("%s has an Expiration that is no point in time"):format(what))
  end
  return keys.new({ access_key_id = answer.AccessKeyId, secret_access_key = answer.SecretAccessKey,
    session_token = answer[names.token], expires = expires,
    account_id = type(answer.AccountId) == "string" and answer.AccountId or nil }, source)
end

return keys
