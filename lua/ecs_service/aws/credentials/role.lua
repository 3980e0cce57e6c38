--- AssumeRole: for the roles that a stack assumes (its option assume_role) and for those of profiles.
local core = require "ecs_service.core"
local durations = require "ecs_service.util.durations"
local errors = require "ecs_service.errors"
local nearest = require "ecs_service.util.suggest"
local sts = require "ecs_service.aws.credentials.sts"
local tables = require "ecs_service.util.tables"

local role = {}

-- ecs_service.AssumeRole of types.lua, as it is made here:
--   role_arn string
--   session_name? string       default: "ecs-service-" and the time
--   external_id? string
--   duration? number|string    seconds from 900 to 43200, or "15m", "1h"; default: the role's, an hour
--   policy? string|table       what the session may at most do: JSON, or a table that becomes JSON
--   policy_arns? string[]      managed policies that say the same
--   tags? table<string, string>
--   transitive_tag_keys? string[]
--   source_identity? string
--   mfa_serial? string         the code is asked for: see mfa_code

local function list_of_texts(value)
  if type(value) ~= "table" then return false end
  for key, member in pairs(value) do
    if type(key) ~= "number" or type(member) ~= "string" then return false end
  end
  return true
end

local function check_text(pattern, least, most)
  return function(value)
    if type(value) ~= "string" then return "is a text" end
    if #value < least or #value > most then return ("has %d to %d letters"):format(least, most) end
    if not value:find(pattern) then return "has a letter that it may not have" end
  end
end

-- What each member may be; the bounds are those of AssumeRole in the API's model. Answers what it should be.
local RULES = {
  role_arn = function(value)
    if type(value) ~= "string" or not value:find "^arn:[%w%-]+:iam::%d+:role/%S+$" then
      return "is the ARN of a role: arn:aws:iam::123456789012:role/deploy"
    end
  end,
  session_name = check_text("^[%w+=,.@_%-]+$", 2, 64),
  source_identity = check_text("^[%w+=,.@_%-]+$", 2, 64),
  external_id = check_text("^[%w+=,.@:/_%-]+$", 2, 1224),
  mfa_serial = check_text("^[%w+=/:,.@_%-]+$", 9, 256),
  duration = function(value)
    local seconds, why = durations.read(value)
    if not seconds then return "= " .. why .. ": " .. durations.HINT end
    if seconds ~= math.floor(seconds) or seconds < 900 or seconds > 43200 then
      return "is from 900 to 43200 seconds, or as in \"1h\""
    end
  end,
  policy = function(value)
    if type(value) ~= "string" and type(value) ~= "table" then return "is a policy: JSON, or a table" end
  end,
  policy_arns = function(value) if not list_of_texts(value) then return "is a list of ARNs" end end,
  transitive_tag_keys = function(value) if not list_of_texts(value) then return "is a list of keys of tags" end end,
  tags = function(value)
    if type(value) ~= "table" then return "maps texts to texts" end
    for key, member in pairs(value) do
      if type(key) ~= "string" or type(member) ~= "string" then return "maps texts to texts" end
    end
  end,
}

local function check_one(given, path, into)
  local function add(name, message, hint)
    into[#into + 1] = { severity = "error", code = "WrongOption", path = path .. name, message = message,
      hint = hint }
  end
  if type(given) ~= "table" then return add("", "is a table with role_arn, not a " .. type(given)) end
  for _, name in ipairs(tables.names(given)) do
    local rule = RULES[name]
    if not rule then
      add("." .. tostring(name), "is no member of a role",
        nearest.hint(tostring(name), tables.names(RULES), "members are"))
    else
      local wanted = rule(given[name])
      if wanted then add("." .. name, wanted) end
    end
  end
  if given.role_arn == nil then add(".role_arn", "is missing: " .. RULES.role_arn(nil)) end
end

--- The roles of the option assume_role: one, or a list of which each is assumed with the keys of the one before.
---@param given any
---@return ecs_service.AssumeRole[]
function role.list(given)
  if type(given) == "table" and given[1] ~= nil then return given end
  return { given }
end

--- Everything that is wrong with the option assume_role, as one error, or nil.
---@param given any
---@return ecs_service.Error|nil code WrongOption
function role.problem(given)
  local diagnostics, list = {}, role.list(given)
  for i, one in ipairs(list) do
    check_one(one, #list == 1 and list ~= given and "assume_role" or ("assume_role[%d]"):format(i), diagnostics)
  end
  if #diagnostics == 0 then return nil end
  return errors.new { code = "WrongOption", path = diagnostics[1].path, diagnostics = diagnostics,
    message = "ecs.stack: assume_role is wrong" }
end

local function add_list(parameters, name, list)
  for i, value in ipairs(list or {}) do parameters[name:format(i)] = value end
end

local function add_tags(parameters, tags)
  for i, key in ipairs(tables.names(tags or {})) do
    parameters[("Tags.member.%d.Key"):format(i)] = key
    parameters[("Tags.member.%d.Value"):format(i)] = tags[key]
  end
end

-- A code is good once. What the program says by a function is asked again for each session; a person is not asked in
-- the middle of a run.
local function mfa_code(around, serial)
  local given = around.options.mfa_code
  local code, message
  if type(given) == "function" then
    code, message = given(serial, around.profile_name)
  elseif around.asked_codes[serial] then
    message = "the code was used already, and nobody is asked a second time in one run"
  elseif given then
    code = given
  else
    code, message = core.system.ask_hidden(("MFA code for %s: "):format(serial))
  end
  around.asked_codes[serial] = true
  if type(code) == "string" and code:find "^%d%d%d%d%d%d$" then return code end
  return nil, errors.new { code = "NoMfaCode", path = "mfa_code",
    message = ("there is no MFA code for %s: %s"):format(serial, message or "it is not six digits"),
    hint = "give ecs.stack mfa_code, a function(serial) that answers the six digits" }
end

--- Assumes one role.
---@param around ecs_service.Surroundings
---@param one ecs_service.AssumeRole
---@param keys ecs_service.Keys to assume it with
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function role.assume(around, one, keys)
  local policy = one.policy
  if type(policy) == "table" then policy = core.json(core.object(policy)) end
  local parameters = { RoleArn = one.role_arn, ExternalId = one.external_id, Policy = policy,
    RoleSessionName = one.session_name or sts.session_name(around), SourceIdentity = one.source_identity,
    DurationSeconds = one.duration and ("%d"):format(durations.seconds(one.duration)), SerialNumber = one.mfa_serial }
  add_list(parameters, "PolicyArns.member.%d.arn", one.policy_arns)
  add_list(parameters, "TransitiveTagKeys.member.%d", one.transitive_tag_keys)
  add_tags(parameters, one.tags)
  if one.mfa_serial then
    local code, err = mfa_code(around, one.mfa_serial)
    if not code then return nil, err end
    parameters.TokenCode = code
  end
  return sts.call(around, "AssumeRole", parameters, keys, "assume-role")
end

return role
