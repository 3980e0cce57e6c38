--- The journal of a state in S3: an object for each record, KEY.journal/NUMBER, where the number is the serial of the
--- state with that record. It is written if there is none yet: as long as the next number is free, nobody has closed
--- the journal behind this run, so its lock is its own. Whoever takes over a journal takes its next number first.
local change_record = require "ecs_service.state.change_record"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local explain = require "ecs_service.state.s3_errors"
local objects = require "ecs_service.state.s3_objects"
local unlike = require "ecs_service.state.moved_error"

local journal = {}

-- So many keys one request may name, and so many objects are removed one by one: not every server knows that request.
local MOST_KEYS, FEW = 1000, 10
-- The lock is looked at before the first announcements and now and then, and whenever this run has not written for so
-- many seconds: a record that could be written tells nothing of a run that came and went meanwhile.
local OFTEN, RARELY, FRESH = 4, 8, 10

local function suffix_of(number) return (".journal/%012d"):format(number) end

local function lost()
  return errors.new { code = "LockLost", path = "state",
    message = "the lock of this run was taken away: another run has closed its journal and goes on from there",
    hint = "nothing more was changed; what this run had begun is in the journal of the state. Look who freed the lock, "
      .. "then apply again" }
end

-- Removes one object, unless it is another one than that of the ETag, where that is known.
local function remove_one(client, number, etag)
  local answer, problem
  for attempt = 1, objects.ATTEMPTS do
    answer, problem = client:send("DELETE", suffix_of(number), etag and { ["If-Match"] = etag } or nil, nil, true)
    if answer and answer.status == 501 and etag then
      etag = nil -- a server that knows no conditions of deletes
    elseif not answer or not objects.passes(answer.status) and answer.status ~= 409 then
      break
    elseif attempt < objects.ATTEMPTS then
      client:pause(attempt)
    end
  end
  if answer and (answer.status < 300 or answer.status == 404 or answer.status == 412) then return true end
  return nil, explain.failure(client, "forget", suffix_of(number), answer, problem)
end

-- As many as one request may name; false when the server does not do that.
local function remove_batch(client, first, last)
  local body = { '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>' }
  for number = first, last do
    body[#body + 1] = ("<Object><Key>%s</Key></Object>"):format(client.place:key_text(suffix_of(number)))
  end
  body[#body + 1] = "</Delete>"
  local answer = client:remove(table.concat(body))
  return answer ~= nil and answer.status == 200 and not answer.body:find("<Error>", 1, true)
end

-- Removes the records with these numbers, the oldest first: what is left when that is cut short ends with the last.
local function remove(client, first, last, etags)
  while last - first >= FEW do
    local upto = math.min(last, first + MOST_KEYS - 1)
    if not remove_batch(client, first, upto) then break end
    first = upto + 1
  end
  for number = first, last do
    local gone, err = remove_one(client, number, etags and etags[number])
    if not gone then return nil, err end
  end
  return true
end

local Appender = {}
Appender.__index = Appender

--- true | nil, err
function Appender:append(line, serial)
  local client, suffix = self.client, suffix_of(serial)
  local etag, problem = objects.put(client, "record", suffix, line, nil)
  if problem == "moved" and serial == self.base + 1 then
    -- The state was written just now, on condition: what stands in the way is left over from long ago.
    local gone, err = remove_one(client, serial)
    if not gone then return nil, err end
    etag, problem = objects.put(client, "record", suffix, line, nil)
  end
  if problem == "moved" then return nil, lost() end
  if not etag then return nil, problem end
  self.last, self.etags[serial], self.written = serial, etag, core.system.monotonic()
  return true
end

local function remove_records(self)
  if not self.last then return true end
  return remove(self.client, self.base + 1, self.last, self.etags)
end

--- true | nil, err: the state has what its records said.
function Appender:follow(serial)
  local gone, err = remove_records(self)
  self.base, self.last, self.etags, self.written = serial, nil, {}, core.system.monotonic()
  return gone, err
end

--- true | nil, err: it has served. What another run's journal was closed with stays until then: that run finds it.
function Appender:remove()
  local gone, err = true, nil
  if self.closed then gone, err = remove_one(self.client, self.closed) end
  if not gone then return nil, err end
  return remove_records(self)
end

--- Whether the lock need not be looked at before the next record.
function Appender:vouches()
  self.asked = self.asked + 1
  return self.asked >= OFTEN and self.asked % RARELY ~= 0 and core.system.monotonic() - self.written < FRESH
end

-- What a run that was cut short has left of the records below this number.
local function remove_below(client, number)
  local text, err = objects.get(client, "records", suffix_of(number - 1), true)
  if not text then return not err, err end
  local record = change_record.read((text:gsub("\n$", "")))
  return remove(client, number - (record and record.number or 1), number - 1)
end

--- Removes what is left of a journal whose records the state with this serial has: they end right below it. What this
--- run has closed it with stays as long as this run does.
---@param backend table
---@param serial integer
---@return boolean|nil
---@return ecs_service.Error|nil
function journal.sweep(backend, serial)
  if backend.closed == serial - 1 then return true end
  return remove_below(backend.client, serial)
end

--- Begins a journal: what appends to it.
---@param backend table
---@param serial integer of the state that its records follow
---@return table
function journal.begin(backend, serial)
  return setmetatable({ client = backend.client, base = serial, closed = backend.closed, etags = {}, asked = 0,
    written = 0 }, Appender)
end

--- The records behind a serial.
---@param backend table
---@param serial integer
---@return string[]|nil
---@return ecs_service.Error|nil
function journal.read(backend, serial)
  local list = {}
  while true do
    local text, err = objects.get(backend.client, "records", suffix_of(serial + #list + 1), true)
    if err and not text then return nil, err end
    if not text then return list end
    list[#list + 1] = text:gsub("\n$", "")
  end
end

--- Closes the journal of another run.
---@param backend table
---@param line string a record that changes nothing
---@param serial integer
---@return boolean|nil
---@return ecs_service.Error|nil code StateMoved when that run has written once more
function journal.close(backend, line, serial)
  local etag, problem = objects.put(backend.client, "record", suffix_of(serial), line, nil)
  if problem == "moved" then return nil, unlike(backend.name, "{}", true) end
  if not etag then return nil, problem end
  backend.closed = serial
  return true
end

--- Removes the records that stand in the state.
---@param backend table
---@param base integer the serial that they follow
---@param last integer
---@return boolean|nil
---@return ecs_service.Error|nil
function journal.remove(backend, base, last)
  local gone, err = remove(backend.client, base + 1, last)
  if gone and base > 0 then return remove_below(backend.client, base + 1) end
  return gone, err
end

return journal
