--- A state in S3. The state and its lock are two objects, and conditional writes are all that any number of deployers
--- need to share them: the lock is made with If-None-Match: *, the state is written with If-Match and the ETag that was
--- read. An answer that is lost is told from a refusal by reading back.
local lazy = require "ecs_service.util.lazy"
local shell = lazy "ecs_service.util.shell"
local client_of = require "ecs_service.state.s3_client"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local explain = require "ecs_service.state.s3_errors"
local journal_of = lazy "ecs_service.state.s3_journal"
local objects = require "ecs_service.state.s3_objects"
local place_of = require "ecs_service.state.s3_place"
local times = require "ecs_service.util.time_format"
local unlike = require "ecs_service.state.moved_error"

local s3 = {}
s3.__index = s3

local STATE, LOCK, ALIVE = "", ".lock", ".alive"
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

--- text, token | nil when there is no state yet | nil, err
function s3:read() return objects.get(self.client, "read", STATE) end

--- token | nil, err
function s3:write(text, token)
  local etag, problem, found = objects.put(self.client, "write", STATE, text, token)
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
    for attempt = 1, objects.ATTEMPTS do
      answer, problem = self.client:send("PUT", LOCK, headers, text)
      if answer and not objects.passes(answer.status) and answer.status ~= 409 then break end
      if attempt < objects.ATTEMPTS then self.client:pause(attempt) end
    end
    if not (answer and answer.status == 412) then
      self:unlock(answer and objects.etag_of(answer) or etag)
      if answer and answer.status == 200 then return nil, explain.unprotected(self.client, pair[1]) end
      return nil, explain.failure(self.client, "lock", LOCK, answer, problem)
    end
  end
  self.probed = true
  return true
end

--- token | nil, "held", text of the holder ("" when it has just gone) | nil, err
function s3:lock(text)
  local etag, problem, found = objects.put(self.client, "lock", LOCK, text, nil)
  if problem == "moved" then return nil, "held", found or "" end
  if not etag then return nil, problem end
  if not self.client.is_aws and not self.probed then
    local ok, err = probe(self, text, etag)
    if not ok then return nil, err end
  end
  return etag
end

--- text, token | nil when nobody holds it | nil, err
function s3:holder() return objects.get(self.client, "holder", LOCK, true) end

local function head_lock(self)
  local answer, problem = objects.read_back(self.client, "HEAD", LOCK, true)
  if answer and answer.status == 200 then return objects.etag_of(answer) end
  if answer and answer.status == 404 then return nil end
  return nil, explain.failure(self.client, "holder", LOCK, answer, problem)
end

--- true | false when it is not that lock any more | nil, err
function s3:unlock(token)
  local answer, problem
  local conditional, lost = true, false
  for attempt = 1, objects.ATTEMPTS do
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
    elseif answer and not objects.passes(answer.status) and answer.status ~= 409 then
      break
    else
      lost = true
      if attempt < objects.ATTEMPTS then self.client:pause(attempt) end
    end
  end
  return nil, explain.failure(self.client, "unlock", LOCK, answer, problem)
end

--- Begins a journal behind the state with this serial: what appends to it
function s3:begin_journal(serial) return journal_of.begin(self, serial) end

--- Removes what is left of a journal whose records the state with this serial has: true | nil, err
function s3:sweep_journal(serial) return journal_of.sweep(self, serial) end

--- The records behind a serial | nil, err
function s3:read_journal(serial) return journal_of.read(self, serial) end

--- Closes the journal of another run: true | nil, err
function s3:close_journal(line, serial) return journal_of.close(self, line, serial) end

--- Removes the records that stand in the state.
function s3:remove_journal(base, last) return journal_of.remove(self, base, last) end

--- Says that the run with this lock lives: true | nil, err. One that is lost is made good by the next.
function s3:renew(id)
  local answer, problem = self.client:send("PUT", ALIVE, self.place:headers(), core.json { id = id } .. "\n", true)
  if answer and answer.status == 200 then return true end
  return nil, explain.failure(self.client, "alive", ALIVE, answer, problem)
end

-- Seconds between what S3 calls now and what it calls the time of an object.
local function age_of(answer)
  local headers = answer.headers or {}
  local now, at = times.http(headers.date), times.http(headers["last-modified"])
  return now and at and math.max(0, now - at) or nil
end

--- How many seconds ago, by S3's own clock, the run with this lock gave its last sign of life, or took the lock; nil
--- where nobody can say it.
function s3:silence(id)
  local answer = objects.read_back(self.client, "GET", ALIVE)
  local found = answer and answer.status == 200 and core.read_json(answer.body)
  if type(found) == "table" and found.id == id then return age_of(answer) end
  answer = objects.read_back(self.client, "HEAD", LOCK)
  return answer and answer.status == 200 and age_of(answer) or nil
end

--- Keeps a text beside the state, whatever was there: true | nil, err
function s3:keep(label, text)
  local answer, problem
  for attempt = 1, objects.ATTEMPTS do
    answer, problem = self.client:send("PUT", "." .. label, self.place:headers(), text, true)
    if client_of.is_error(problem) then return nil, problem end
    if answer and answer.status == 200 then return true end
    if answer and not objects.passes(answer.status) and answer.status ~= 409 then break end
    if attempt < objects.ATTEMPTS then self.client:pause(attempt) end
  end
  return nil, explain.failure(self.client, "keep", "." .. label, answer, problem)
end

--- The text that was kept: text | nil | nil, err
function s3:kept(label)
  local text, err = objects.get(self.client, "kept", "." .. label)
  if text then return text end
  return nil, errors.is(err) and err or nil
end

--- Where it is kept.
function s3:kept_name(label) return self.place:name("." .. label) end

--- What frees the lock by hand.
function s3:free_by_hand() return shell.command("aws s3 rm", self.lock_name) end

return s3
