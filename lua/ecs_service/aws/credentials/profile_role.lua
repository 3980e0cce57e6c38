--- Profiles with role_arn: a role that is assumed with keys of another profile (source_profile), which may be such a
--- profile itself, or of a place (credential_source).
local errors = require "ecs_service.errors"
local nearest = require "ecs_service.util.suggest"
local role = require "ecs_service.aws.credentials.role"

local profile_role = { name = "assume-role", title = "the role of the profile" }

local SOURCES = { Environment = "environment", EcsContainer = "container", Ec2InstanceMetadata = "instance" }
local SOURCE_NAMES = { "Environment", "EcsContainer", "Ec2InstanceMetadata" }

local function bad(around, message, hint)
  return nil, errors.new { code = "BadCredentials", path = "profile", hint = hint,
    message = ("the profile %s %s"):format(around.profile_name, message) }
end

-- A profile with a web identity token is that place's, also where it is the source of another one.
local function is_role(around)
  return around:setting "role_arn" ~= nil and around:settings().web_identity_token_file == nil
end

local function has_keys(around)
  local settings = around:settings()
  return settings.aws_access_key_id ~= nil or settings.aws_secret_access_key ~= nil
end

local function duration(around)
  local text = around:setting "duration_seconds"
  if not text then return nil end
  local number = tonumber(text)
  if number and number == math.floor(number) and number > 0 then return number end
  return bad(around, ("has duration_seconds = %s, which is no whole number"):format(text),
    "900 to 43200, or leave it out")
end

-- The names on the way here, the nearest last; a name that comes again would come for ever.
local function check_way(around, source, way)
  for _, name in ipairs(way) do
    -- A profile may be its own source when it has keys of its own.
    local itself = name == source and source == around.profile_name
    if name == source and not (itself and has_keys(around)) then
      return bad(around, ("has a source_profile that leads back to itself: %s -> %s"):format(
        table.concat(way, " -> "), source), "let one of them have keys, or a credential_source")
    end
  end
  return true
end

local load -- of a role; it may be the source of another one

local function of_profile(around, source, way)
  if not around.files.profiles[source] then
    return bad(around, ("names the source_profile %s, which does not exist"):format(source))
  end
  local fine, err = check_way(around, source, way)
  if not fine then return nil, err end
  local other = around:of_profile(source)
  if not has_keys(other) and is_role(other) then
    local longer = {}
    for i, name in ipairs(way) do longer[i] = name end
    longer[#longer + 1] = source
    return load(other, longer)
  end
  local why = {}
  for _, place in ipairs(around.of_profile_places) do
    local keys, problem, reason = place.find(other.options, other)
    if keys or problem then return keys, problem end
    why[#why + 1] = reason
  end
  return bad(around, ("names the source_profile %s, which has no credentials: %s"):format(source,
    table.concat(why, "; ")))
end

local function of_place(around, source)
  local module = SOURCES[source]
  if not module then
    return bad(around, ("has the credential_source %s, which is none"):format(source),
      nearest.hint(source, SOURCE_NAMES, "sources are"))
  end
  local place = require("ecs_service.aws.credentials." .. module)
  local keys, err, reason
  if place.read then keys, err, reason = place.read() else keys, err, reason = place.find(around.options, around) end
  if keys or err then return keys, err end
  return bad(around, ("gets its keys by credential_source = %s, which has none: %s"):format(source, reason))
end

local function source_of(around, way)
  local profile, place = around:setting "source_profile", around:setting "credential_source"
  if profile and place then
    return bad(around, "has both source_profile and credential_source", "leave out one of them")
  elseif not profile and not place then
    return bad(around, "has role_arn, but neither source_profile nor credential_source to assume it with",
      "add source_profile = NAME")
  end
  local name = profile and "profile " .. profile or "place " .. place
  return around:source(name .. " of " .. around.profile_name, function()
    if place then return of_place(around, place) end
    return of_profile(around, profile, way)
  end)
end

function load(around, way)
  local seconds, err = duration(around)
  if err then return nil, err end
  local keys
  keys, err = source_of(around, way)
  if not keys then return nil, err end
  return role.assume(around, { role_arn = around:setting "role_arn", duration = seconds,
    session_name = around:setting "role_session_name", external_id = around:setting "external_id",
    mfa_serial = around:setting "mfa_serial" }, keys)
end

function profile_role.find(_, around)
  if not is_role(around) then return nil, nil, "the profile has no role_arn" end
  return load(around, { around.profile_name })
end

return profile_role
