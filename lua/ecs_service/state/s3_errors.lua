--- What goes wrong with a state in S3, as errors that say what to do.
local client_of = require "ecs_service.state.s3_client"
local errors = require "ecs_service.errors"
local scheduler = require "ecs_service.scheduler"
local times = require "ecs_service.util.time_format"

local explain = {}

-- What was being done: the code of its error, its sentence, and what a policy must allow for it.
local TASKS = {
  read = { code = "StateUnreadable", message = "the state %s cannot be read", actions = "s3:GetObject" },
  write = { code = "StateNotWritten", message = "the state %s cannot be written", actions = "s3:PutObject" },
  keep = { code = "StateNotWritten", message = "the backup %s cannot be written", actions = "s3:PutObject" },
  kept = { code = "StateUnreadable", message = "the backup %s cannot be read", actions = "s3:GetObject" },
  record = { code = "StateNotWritten", message = "the record %s cannot be written", actions = "s3:PutObject" },
  records = { code = "StateUnreadable", message = "the record %s cannot be read", actions = "s3:GetObject" },
  forget = { code = "StateNotWritten", message = "the record %s cannot be removed", actions = "s3:DeleteObject" },
  alive = { code = "StateNotWritten", message = "the sign of life %s cannot be written", actions = "s3:PutObject" },
  lock = { code = "NotLocked", message = "the lock %s cannot be made", actions = "s3:PutObject" },
  holder = { code = "LockUnreadable", message = "the lock %s cannot be read", actions = "s3:GetObject" },
  unlock = { code = "NotUnlocked", message = "the lock %s cannot be removed", actions = "s3:DeleteObject" },
}

local BEGUN = "nothing was lost: what was begun is in the journal of the state, and the next apply finishes it"

-- Each hint is made of what is known: place, answer, region, endpoint, arn, now, task.
local function other_region(told)
  if not told.region then return "give the region of the bucket: state = { url = …, region = \"eu-west-1\" }" end
  return ("the bucket is in %s: state = { url = %q, region = %q }"):format(told.region, told.place:name(), told.region)
end

local function allow(told)
  local hint = ("allow %s on %s"):format(told.task.actions, told.arn)
  if told.task.actions == "s3:GetObject" then
    hint = hint .. ", and s3:ListBucket on the bucket: without that, S3 answers 403 for an object that is not there yet"
  end
  local given = told.place.given
  if given.kms_key_id or (given.sse or ""):find "^aws:kms" then
    hint = hint .. "; and kms:GenerateDataKey and kms:Decrypt on the key"
  end
  return hint .. " (docs/state.md has a whole policy)"
end

local function make_bucket(told)
  return ("make the bucket first, with versions of its objects kept (aws s3 mb s3://%s), or correct the name"):format(
    told.place.bucket)
end

local function set_clock(told)
  return ("set this machine's clock: it says %s, S3 says %s"):format(times.text(told.now),
    told.answer.headers and told.answer.headers.date or "something else")
end

local function new_keys() return "get new credentials and run again; " .. BEGUN end

local function wrong_keys()
  return "check the credentials of the state: state = { url = …, profile = … }, or those of the stack"
end

local function no_conditions(told)
  return ("%s does not keep conditional writes (If-None-Match, If-Match), on which the lock and the state rest: use a "
    .. "server that does (S3 itself, versitygw, MinIO), or keep the state in a file"):format(told.endpoint)
end

local function encryption(told)
  return ("check sse and kms_key_id of the state, and that %s is enabled and in the bucket's region"):format(
    told.place.given.kms_key_id and "the key " .. told.place.given.kms_key_id or "the bucket's key")
end

local function later() return "S3 is overloaded or out of order: run again later; " .. BEGUN end

local function conflict() return "another run writes it at this moment: run again; " .. BEGUN end

-- By S3's code.
local HINTS = {
  NoSuchBucket = make_bucket,
  AccessDenied = allow, AllAccessDisabled = allow,
  PermanentRedirect = other_region, TemporaryRedirect = other_region, AuthorizationHeaderMalformed = other_region,
  IllegalLocationConstraintException = other_region,
  RequestTimeTooSkewed = set_clock,
  ExpiredToken = new_keys, TokenRefreshRequired = new_keys,
  InvalidAccessKeyId = wrong_keys, XAdminUserNotFound = wrong_keys, -- of versitygw
  SignatureDoesNotMatch = wrong_keys, InvalidToken = wrong_keys,
  NotImplemented = no_conditions, ConditionalRequestConflict = conflict,
}

-- By the status, when there is no code or one that nobody knows: an answer to HEAD has no body.
local BY_STATUS = { [301] = other_region, [307] = other_region, [401] = wrong_keys, [403] = allow, [409] = conflict,
  [501] = no_conditions }

-- By the kind of the transport's problem.
local BY_KIND = {
  dns = "check the region and the endpoint of the state, and the network",
  connect = "check that the endpoint of the state can be reached from here",
  proxy = "check the option proxy, https_proxy and no_proxy",
  tls = "check the endpoint; a private certificate authority is given by ca_bundle or AWS_CA_BUNDLE",
  too_large = "this is no state of this tool: check its URL",
}

local function hint_for(code, told)
  local status = told.answer.status
  local find = HINTS[code or ""] or (code or ""):find "^KMS" and encryption or BY_STATUS[status]
    or status >= 500 and later
  if find then return find(told) end
  return ("run again; if it stays so, tell whoever runs %s what it answered, with the id of the request. %s"):format(
    told.endpoint, BEGUN)
end

--- An error for what was being done, from the answer or from the transport's problem.
---@param client table
---@param what string a name of TASKS
---@param suffix string of the object
---@param answer table|nil
---@param problem table|nil
---@return ecs_service.Error
function explain.failure(client, what, suffix, answer, problem)
  if problem and client_of.is_error(problem) then return problem end
  local task, place = TASKS[what], client.place
  local sentence = task.message:format(place:name(suffix))
  if not answer then
    return errors.new { code = task.code, path = "state", retryable = true, kind = problem.kind,
      message = ("%s: %s"):format(sentence, problem.message or problem.kind),
      hint = BY_KIND[problem.kind or ""] or "run again; " .. BEGUN }
  end
  local code, message, region = client_of.problem(answer)
  local told = { task = task, place = place, answer = answer, region = region, endpoint = client.endpoint,
    now = scheduler.default:now(), arn = place:arn((suffix:gsub("^%.journal/.*", ".journal/*")), client.partition) }
  local headers = answer.headers or {}
  return errors.new { code = task.code, reason = code, path = "state", http_status = answer.status,
    request_id = headers["x-amz-request-id"], retryable = answer.status >= 500 or answer.status == 409,
    message = ("%s: %s"):format(sentence, code and (code .. (message and message ~= "" and ", " .. message or ""))
      or ("HTTP %d"):format(answer.status)),
    hint = hint_for(code, told) }
end

--- Of a server that takes conditional writes and does not keep their conditions.
---@param client table
---@param header string "If-None-Match" or "If-Match"
---@return ecs_service.Error
function explain.unprotected(client, header)
  return errors.new { code = "StateUnprotected", path = "state",
    message = ("%s ignores %s: two deployers could both hold the lock of %s and overwrite each other's state"):format(
      client.endpoint, header, client.place:name()),
    hint = no_conditions { endpoint = client.endpoint } }
end

return explain
