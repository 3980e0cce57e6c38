--- Where states are kept. A backend is a table with these methods; any table that has them can be given as `state`:
---
---   read()              text, token | nil when there is no state yet | nil, err
---   write(text, token)  token | nil, err      writes if the state still is the one of `token` (nil: if there is none);
---                                              else err.code is StateMoved, and the state is as it was
---   lock(text)          token | nil, "held", the holder's text | nil, err
---   holder()            the holder's text, token | nil when nobody holds the lock | nil, err
---   unlock(token)       true | false when the lock is not that one any more | nil, err
---
--- and, when it can keep texts beside the state, keep(label, text), kept(label) and kept_name(label). `name` is what
--- messages call it. Tokens are whatever recognises a version: an ETag, a digest. docs/state.md says more.
local errors = require "ecs_service.errors"

local backend = {}

backend.DEFAULT = "ecs-service.state.json"

local METHODS = { "read", "write", "lock", "holder", "unlock" }

local function wrong(message, hint)
  return nil, errors.new { code = "WrongOption", path = "state", message = message, hint = hint }
end

local function has(object, method)
  return type(object[method]) == "function"
end

-- A table that has one of the methods is meant as a backend, and must have all of them.
local function of_ones_own(given)
  for _, method in ipairs(METHODS) do
    if not has(given, method) then
      return wrong("state: a backend has the methods " .. table.concat(METHODS, ", ") .. "; there is no " .. method)
    end
  end
  given.name = given.name or "the state"
  return given
end

local function is_backend(given)
  for _, method in ipairs(METHODS) do
    if has(given, method) then return true end
  end
end

--- The backend for an option `state`.
---@param option string|table|false|nil nil: the file ecs-service.state.json; false: in memory
---@param stack table|nil options of the stack: for a state in S3
---@param session_of (fun(): ecs_service.Session|nil, ecs_service.Error|nil)|nil makes the stack's session, likewise
---@return table|nil backend
---@return ecs_service.Error|nil code WrongOption or UnknownOption
function backend.of(option, stack, session_of)
  if option == false then return require("ecs_service.state.memory").new() end
  if option == nil then option = backend.DEFAULT end
  if type(option) == "table" and is_backend(option) then return of_ones_own(option) end
  local given = type(option) == "table" and option or { url = option }
  local url = given.url or given.path
  if type(url) ~= "string" or url == "" then
    return wrong("state is the path of a file, s3://bucket/key, a backend, or false",
      given.bucket and 'state = "s3://BUCKET/KEY", or { url = "s3://BUCKET/KEY", … }'
        or "state = \"" .. backend.DEFAULT .. "\", or state = false to keep it in memory")
  end
  local scheme, rest = url:match "^(%a[%w+.-]*)://(.*)$"
  if scheme == "s3" then return require("ecs_service.state.s3").new(given, stack or {}, session_of) end
  if scheme and scheme ~= "file" then
    return wrong(("states are kept in files, in S3 and in memory, not at %s://"):format(scheme),
      "state = \"" .. backend.DEFAULT .. "\", or \"s3://bucket/key\"")
  end
  return require("ecs_service.state.file").new(rest or url)
end

return backend
