--- A state in S3. The state and its lock are two objects, and conditional writes are all that any number of deployers
--- need to share them: the lock is made with If-None-Match: *, the state is written with If-Match and the ETag that was
--- read. An answer that is lost is told from a refusal by reading back.
local lazy = require "ecs_service.util.lazy"
local shell = lazy "ecs_service.util.shell"
local client_of = require "ecs_service.state.s3_client"
local errors = require "ecs_service.errors"
local explain = require "ecs_service.state.s3_errors"
local leaving = require "ecs_service.aws.leaving"
local place_of = require "ecs_service.state.s3_place"
local unlike = require "ecs_service.state.moved_error"

local s3 = {}
s3.__index = s3

local STATE, LOCK = "", ".lock"
-- How often one thing is tried before it is told as an error.
local ATTEMPTS = 5
-- An ETag that no object has: MD5 of nothing is another one.
local NO_ETAG = '"00000000000000000000000000000000"'

--- One backup a run: the state as the run found it. The steps in between are versions of the object.
s3.backups = "run"

---@param given table { url = "s3://bucket/key", … }; see docs/state.md
---@param stack table options of the stack
---@param session_of function|nil the stack's session
---@return table|nil backend
---@return ecs_service.Error|nil
function s3.new(given, stack, session_of)
  local place, err = place_of.new(given)
  if not place then return nil, err end
  local client = client_of.new(place, stack, session_of)
  return setmetatable({ place = place, client = client, name = place:name(), lock_name = place:name(LOCK),
    --- Requests that were sent, by method.
    calls = client.calls }, s3)
end

-- It is sent back in a header: what cannot stand in one is none.
local function etag_of(answer)
  local etag = (answer.headers or {}).etag
  return etag and etag ~= "" and not etag:find "%c" and etag or nil
end

-- Statuses after which the same request may well succeed.
local function passes(status) return status >= 500 and status ~= 501 or status == 429 or status == 408 end

-- A read is repeated until it is answered for good: the answer, or nil and the transport's problem.
-- Without `steady` it is not waited for when this process is asked to end.
local function read_back(self, method, suffix, steady)
  local answer, problem
  for attempt = 1, ATTEMPTS do
    answer, problem = self.client:send(method, suffix, nil, nil, steady)
    if not steady and leaving.now() then break end
    if client_of.is_error(problem) or answer and not passes(answer.status) then break end
    if attempt < ATTEMPTS then self.client:pause(attempt) end
  end
  return answer, problem
end

-- text, ETag | nil when there is no such object | nil, err
local function get(self, what, suffix, steady)
  local answer, problem = read_back(self, "GET", suffix, steady)
  if answer and answer.status == 200 then
    if not etag_of(answer) then return nil, explain.unprotected(self.client, "If-Match: it tells no ETag") end
    return answer.body, etag_of(answer)
  end
  if answer and answer.status == 404 and client_of.problem(answer) ~= "NoSuchBucket" then return nil end
  return nil, explain.failure(self.client, what, suffix, answer, problem)
end

local function condition(token)
  if token then return "If-Match", token end
  return "If-None-Match", "*"
end

-- Whether an answer is the refusal of a condition. With If-Match, an object that is not there any more is a 404.
local function is_refusal(answer, token)
  return answer.status == 412
    or token ~= nil and answer.status == 404 and client_of.problem(answer) ~= "NoSuchBucket"
end

-- Whether nobody knows if the server did what it was asked.
local function is_open(answer, problem)
  if answer then return passes(answer.status) end
  return problem.sent ~= false
end

-- What became of a write whose answer does not say it: its ETag | nil, "moved", text, ETag | nil, "again" | nil, err
local function look(self, what, suffix, text, token)
  local found, etag = get(self, what, suffix, suffix == STATE)
  if not found and etag then return nil, etag end
  if found == text then return etag end
  if etag ~= token then return nil, "moved", found, etag end
  return nil, "again"
end

-- Writes an object if it still is the one of `token` (nil: if there is none):
-- its ETag | nil, "moved", text, ETag of what is there | nil, err
local function put(self, what, suffix, text, token)
  local answer, problem, read_as = nil, nil, what == "lock" and "holder" or "read"
  for attempt = 1, ATTEMPTS do
    local headers = self.place:headers()
    local name, value = condition(token)
    headers[name] = value
    answer, problem = self.client:send("PUT", suffix, headers, text, what ~= "lock")
    if client_of.is_error(problem) then return nil, problem end
    if answer and answer.status == 200 and etag_of(answer) then return etag_of(answer) end
    local refused = answer and (answer.status == 200 or is_refusal(answer, token))
    if refused or is_open(answer, problem) then
      local etag, outcome, found, current = look(self, read_as, suffix, text, token)
      if etag then return etag end
      if outcome == "moved" then return nil, outcome, found, current end
      if outcome ~= "again" then return nil, outcome end
    elseif answer and answer.status ~= 409 then
      break
    end
    if what == "lock" and leaving.now() then break end
    if attempt < ATTEMPTS then self.client:pause(attempt) end
  end
  return nil, explain.failure(self.client, what, suffix, answer, problem)
end

--- text, token | nil when there is no state yet | nil, err
function s3:read() return get(self, "read", STATE) end

--- token | nil, err
function s3:write(text, token)
  local etag, problem, found = put(self, "write", STATE, text, token)
  if etag then return etag end
  if problem == "moved" then return nil, unlike(self.name, found, token ~= nil) end
  return nil, problem
end

-- A server that is not AWS's own may take conditional writes and not keep the conditions. The lock that was just made
-- shows it: neither of these writes may succeed.
local function probe(self, text, etag)
  for _, pair in ipairs { { "If-None-Match", "*" }, { "If-Match", NO_ETAG } } do
    local headers = self.place:headers()
    headers[pair[1]] = pair[2]
    local answer, problem
    for attempt = 1, ATTEMPTS do
      answer, problem = self.client:send("PUT", LOCK, headers, text)
      if answer and not passes(answer.status) and answer.status ~= 409 then break end
      if attempt < ATTEMPTS then self.client:pause(attempt) end
    end
    if not (answer and answer.status == 412) then
      self:unlock(answer and etag_of(answer) or etag)
      if answer and answer.status == 200 then return nil, explain.unprotected(self.client, pair[1]) end
      return nil, explain.failure(self.client, "lock", LOCK, answer, problem)
    end
  end
  self.probed = true
  return true
end

--- token | nil, "held", text of the holder ("" when it has just gone) | nil, err
function s3:lock(text)
  local etag, problem, found = put(self, "lock", LOCK, text, nil)
  if problem == "moved" then return nil, "held", found or "" end
  if not etag then return nil, problem end
  if not self.client.is_aws and not self.probed then
    local ok, err = probe(self, text, etag)
    if not ok then return nil, err end
  end
  return etag
end

--- text, token | nil when nobody holds it | nil, err
function s3:holder() return get(self, "holder", LOCK, true) end

local function head_lock(self)
  local answer, problem = read_back(self, "HEAD", LOCK, true)
  if answer and answer.status == 200 then return etag_of(answer) end
  if answer and answer.status == 404 then return nil end
  return nil, explain.failure(self.client, "holder", LOCK, answer, problem)
end

--- true | false when it is not that lock any more | nil, err
function s3:unlock(token)
  local answer, problem
  local conditional, lost = true, false
  for attempt = 1, ATTEMPTS do
    -- AWS keeps If-Match of a delete (since September 2025); others may pass over it, so they are asked first.
    if lost or not self.client.is_aws then
      local etag, err = head_lock(self)
      if err then return nil, err end
      if etag ~= token then return lost and etag == nil end
    end
    answer, problem = self.client:send("DELETE", LOCK, conditional and { ["If-Match"] = token } or nil, nil, true)
    if client_of.is_error(problem) then return nil, problem end
    if answer and (answer.status == 204 or answer.status == 200) then return true end
    if answer and (answer.status == 412 or answer.status == 404) then return false end
    if answer and answer.status == 501 and conditional and not self.client.is_aws then
      conditional = false
    elseif answer and not passes(answer.status) and answer.status ~= 409 then
      break
    else
      lost = true
      if attempt < ATTEMPTS then self.client:pause(attempt) end
    end
  end
  return nil, explain.failure(self.client, "unlock", LOCK, answer, problem)
end

--- Keeps a text beside the state, whatever was there: true | nil, err
function s3:keep(label, text)
  local answer, problem
  for attempt = 1, ATTEMPTS do
    answer, problem = self.client:send("PUT", "." .. label, self.place:headers(), text, true)
    if client_of.is_error(problem) then return nil, problem end
    if answer and answer.status == 200 then return true end
    if answer and not passes(answer.status) and answer.status ~= 409 then break end
    if attempt < ATTEMPTS then self.client:pause(attempt) end
  end
  return nil, explain.failure(self.client, "keep", "." .. label, answer, problem)
end

--- The text that was kept: text | nil | nil, err
function s3:kept(label)
  local text, err = get(self, "kept", "." .. label)
  if text then return text end
  return nil, errors.is(err) and err or nil
end

--- Where it is kept.
function s3:kept_name(label) return self.place:name("." .. label) end

--- What frees the lock by hand.
function s3:free_by_hand() return shell.command("aws s3 rm", self.lock_name) end

return s3
