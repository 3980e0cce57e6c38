--- Objects of S3 that are read, and written on conditions. An answer that is lost is told from a refusal by reading
--- back.
local client_of = require "ecs_service.state.s3_client"
local explain = require "ecs_service.state.s3_errors"
local leaving = require "ecs_service.aws.leaving"

local objects = {}

--- How often one thing is tried before it is told as an error.
objects.ATTEMPTS = 5

local LOCK = ".lock"

--- It is sent back in a header: what cannot stand in one is none.
---@param answer table
---@return string|nil
function objects.etag_of(answer)
  local etag = (answer.headers or {}).etag
  return etag and etag ~= "" and not etag:find "%c" and etag or nil
end

--- Statuses after which the same request may well succeed.
function objects.passes(status) return status >= 500 and status ~= 501 or status == 429 or status == 408 end

--- A read is repeated until it is answered for good: the answer, or nil and the transport's problem.
--- Without `steady` it is not waited for when this process is asked to end.
function objects.read_back(client, method, suffix, steady)
  local answer, problem
  for attempt = 1, objects.ATTEMPTS do
    answer, problem = client:send(method, suffix, nil, nil, steady)
    if not steady and leaving.now() then break end
    if client_of.is_error(problem) or answer and not objects.passes(answer.status) then break end
    if attempt < objects.ATTEMPTS then client:pause(attempt) end
  end
  return answer, problem
end

--- text, ETag | nil when there is no such object | nil, err
function objects.get(client, what, suffix, steady)
  local answer, problem = objects.read_back(client, "GET", suffix, steady)
  if answer and answer.status == 200 then
    if not objects.etag_of(answer) then return nil, explain.unprotected(client, "If-Match: it tells no ETag") end
    return answer.body, objects.etag_of(answer)
  end
  if answer and answer.status == 404 and client_of.problem(answer) ~= "NoSuchBucket" then return nil end
  return nil, explain.failure(client, what, suffix, answer, problem)
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
  if answer then return objects.passes(answer.status) end
  return problem.sent ~= false
end

-- What became of a write whose answer does not say it: its ETag | nil, "moved", text, ETag | nil, "again" | nil, err
local function look(client, what, suffix, text, token)
  local found, etag = objects.get(client, what, suffix, suffix ~= LOCK)
  if not found and etag then return nil, etag end
  if found == text then return etag end
  if etag ~= token then return nil, "moved", found, etag end
  return nil, "again"
end

local READ_AS = { lock = "holder", record = "records" }

--- Writes an object if it still is the one of `token` (nil: if there is none):
--- its ETag | nil, "moved", text, ETag of what is there | nil, err
function objects.put(client, what, suffix, text, token)
  local answer, problem, read_as = nil, nil, READ_AS[what] or "read"
  for attempt = 1, objects.ATTEMPTS do
    local headers = client.place:headers()
    local name, value = condition(token)
    headers[name] = value
    answer, problem = client:send("PUT", suffix, headers, text, what ~= "lock")
    if client_of.is_error(problem) then return nil, problem end
    if answer and answer.status == 200 and objects.etag_of(answer) then return objects.etag_of(answer) end
    local refused = answer and (answer.status == 200 or is_refusal(answer, token))
    if refused or is_open(answer, problem) then
      local etag, outcome, found, current = look(client, read_as, suffix, text, token)
      if etag then return etag end
      if outcome == "moved" then return nil, outcome, found, current end
      if outcome ~= "again" then return nil, outcome end
    elseif answer and answer.status ~= 409 then
      break
    end
    if what == "lock" and leaving.now() then break end
    if attempt < objects.ATTEMPTS then client:pause(attempt) end
  end
  return nil, explain.failure(client, what, suffix, answer, problem)
end

return objects
