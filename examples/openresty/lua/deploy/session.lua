--- Sessions of the dashboard: who signed in with its key holds a cookie that scripts cannot read and other sites cannot
--- send. What changes something needs a token besides, which only the page of that session knows, and a confirmation
--- that is good for one plan, once.
local answer = require "deploy.answer"
local board = require "deploy.board"
local openresty = require "ecs_service.openresty"

local session = {}

local COOKIE = "ecs_dashboard"
-- How long a session and a confirmation are good, in seconds.
local SESSION, CONFIRMATION = 12 * 3600, 15 * 60

local function seal(purpose, ...)
  return openresty.hmac(session.key, table.concat({ purpose, ... }, "\n"))
end

local function set_cookie(value, seconds)
  ngx.header["Set-Cookie"] = ("%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"):format(COOKIE, value, seconds,
    ngx.var.scheme == "https" and "; Secure" or "")
end

--- Signs in with the key of the dashboard.
---@return table|nil { token }
function session.begin(key)
  if not openresty.same(key, session.key) then return nil, answer.error("NotSignedIn", "this is not the key") end
  local id, ends = openresty.random(), ("%d"):format(os.time() + SESSION)
  set_cookie(table.concat({ id, ends, seal("session", id, ends) }, "."), SESSION)
  return { token = seal("token", id) }
end

local function ended(id) return "signed out " .. id end

--- Ends the session of this request, also for whoever has its cookie.
---@return boolean|nil
---@return ecs_service.Error|nil codes NotSignedIn, BoardFull
function session.forget()
  local current, err = session.current()
  set_cookie("", 0)
  if not current then return nil, err end
  return board:put(ended(current.id), {}, current.ends - os.time())
end

--- The session of this request: { id, token, ends }.
---@return table|nil
---@return ecs_service.Error|nil code NotSignedIn
function session.current()
  local id, ends, mark = (ngx.var["cookie_" .. COOKIE] or ""):match "^(%x+)%.(%d+)%.(%x+)$"
  if not id or not openresty.same(mark, seal("session", id, ends)) or tonumber(ends) <= os.time() then
    return nil, answer.error("NotSignedIn", "sign in first")
  elseif board:get(ended(id)) then
    return nil, answer.error("NotSignedIn", "this session was ended: sign in again")
  end
  return { id = id, ends = tonumber(ends), token = seal("token", id) }
end

-- Whether a browser says that the request comes from another site's page. Other programs say nothing.
local function is_foreign()
  local headers = ngx.req.get_headers()
  local site, origin = headers["Sec-Fetch-Site"], headers["Origin"]
  if site ~= nil and site ~= "same-origin" then return true end
  return origin ~= nil and origin ~= ngx.var.scheme .. "://" .. tostring(ngx.var.http_host)
end

--- The session of a request that changes something.
---@return table|nil
---@return ecs_service.Error|nil codes NotSignedIn, Forbidden
function session.changing()
  if is_foreign() then return nil, answer.error("Forbidden", "this comes from another site") end
  local current, err = session.current()
  if not current then return nil, err end
  if not openresty.same(ngx.req.get_headers()["X-Token"], current.token) then
    return nil, answer.error("Forbidden", "the token of this session is missing or wrong", "load the page again")
  end
  return current
end

session.is_foreign = is_foreign

--- A confirmation of one plan for this session.
function session.confirmation(current, name, digest)
  local nonce, ends = openresty.random(), ("%d"):format(os.time() + CONFIRMATION)
  return table.concat({ nonce, ends, seal("confirm", current.id, name, digest, nonce, ends) }, ".")
end

--- Takes a confirmation: each is good once.
---@return boolean|nil
---@return ecs_service.Error|nil codes Forbidden, Replayed
function session.confirm(current, name, digest, given)
  if type(digest) ~= "string" or type(given) ~= "string" then
    return nil, answer.error("BadRequest", "digest and confirmation are texts")
  end
  local nonce, ends, mark = given:match "^(%x+)%.(%d+)%.(%x+)$"
  if not nonce or not openresty.same(mark, seal("confirm", current.id, name, digest, nonce, ends))
    or tonumber(ends) <= os.time() or tonumber(ends) - CONFIRMATION < board.started then
    return nil, answer.error("Forbidden", "this confirmation is not good for this plan, or too old",
      "plan again and look at the new plan")
  end
  local first, err = board:once("confirmation " .. nonce, CONFIRMATION)
  if err then return nil, err end
  if not first then return nil, answer.error("Replayed", "this confirmation was used already") end
  return true
end

return session
