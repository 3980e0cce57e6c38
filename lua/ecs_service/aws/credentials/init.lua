--- Credentials: the chain of places to look for them. `get(now)` of what `new` answers gives keys that are good for a
--- while yet; they are looked for when the first request needs them, and got again before they expire.
--- docs/credentials.md says for people what each place reads.
local lazy = require "ecs_service.util.lazy"
local durations = lazy "ecs_service.util.durations"
local errors = require "ecs_service.errors"
local given = lazy "ecs_service.aws.credentials.explicit"
local held = require "ecs_service.aws.credentials.refreshable"
local keys_of = require "ecs_service.aws.credentials.keys"
local region_of = require "ecs_service.aws.region"
local role = lazy "ecs_service.aws.credentials.role"
local surroundings = require "ecs_service.aws.credentials.context"

local credentials = {}

--- The places that read a profile, in botocore's order (ProfileProviderBuilder.providers): for the profile itself, and
--- for one that is the source of another one.
---@type ecs_service.CredentialsPlace[]
credentials.of_profile = {
  lazy "ecs_service.aws.credentials.web_identity",
  lazy "ecs_service.aws.credentials.sso",
  lazy("ecs_service.aws.credentials.shared_files", "credentials"),
  lazy "ecs_service.aws.credentials.login",
  lazy "ecs_service.aws.credentials.process",
  lazy("ecs_service.aws.credentials.shared_files", "config"),
}

--- All places, in botocore's order (create_credential_resolver). A program may put places of its own into this list.
---@type ecs_service.CredentialsPlace[]
credentials.places = {
  lazy "ecs_service.aws.credentials.environment",
  lazy "ecs_service.aws.credentials.profile_role",
}
for _, place in ipairs(credentials.of_profile) do credentials.places[#credentials.places + 1] = place end
for _, place in ipairs {
  lazy("ecs_service.aws.credentials.legacy_files", "ec2"), lazy("ecs_service.aws.credentials.legacy_files", "boto"),
  lazy "ecs_service.aws.credentials.container", lazy "ecs_service.aws.credentials.instance",
} do
  credentials.places[#credentials.places + 1] = place
end

local function none(looked)
  local lines = {}
  for i, one in ipairs(looked) do lines[i] = ("%d. %s: %s"):format(i, one.title, one.reason) end
  return errors.new { code = "NoCredentials", looked = looked,
    message = "no credentials were found. It was looked at: " .. table.concat(lines, "; "),
    hint = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give credentials to ecs.stack" }
end

local function no_profile(around)
  return errors.new { code = "NoProfile", path = "profile",
    message = ("there is no profile %s in %s or %s"):format(around.profile_name, around.files.config_file,
      around.files.credentials_file),
    hint = around.asked_by == "profile" and "correct profile, or name other files with AWS_CONFIG_FILE and "
      .. "AWS_SHARED_CREDENTIALS_FILE" or "correct or unset " .. around.asked_by }
end

local function ask_place(place, around)
  local keys, err, reason = place.find(around.options, around)
  if keys then
    keys, err = keys_of.new(keys, place.name)
    if keys then return keys end
  end
  return nil, err, reason
end

-- The first place that has keys stays the one: it alone is asked for new ones.
local function search(self)
  local around = self.around
  local fine, err = around:read_files()
  if not fine then return nil, err end
  if around.asked_by and not around.files.profiles[around.profile_name] then return nil, no_profile(around) end
  local looked = {}
  for _, place in ipairs(self.place and { self.place } or credentials.places) do
    local keys, problem, reason = ask_place(place, around)
    if keys then
      self.place = place
      return keys
    end
    if problem then return nil, problem end
    looked[#looked + 1] = { place = place.name, title = place.title or place.name or "a place of the program",
      reason = reason or "there are none" }
  end
  return nil, none(looked)
end

local function assumed(around, one, source)
  return held.new(function(now)
    local keys, err = source:get(now)
    if not keys then return nil, err end
    return role.assume(around, one, keys)
  end, around)
end

--- What is wrong with the options that name credentials, or nil; nothing is looked for.
---@param options table of the stack: credentials, assume_role
---@return ecs_service.Error|nil codes BadCredentials, WrongOption
function credentials.problem(options)
  if options.credentials ~= nil then
    local fetch, err = given.fetch(options.credentials)
    if not fetch then return err end
  end
  if options.credential_process_timeout ~= nil then
    local _, why = durations.read(options.credential_process_timeout, true)
    if why then
      return errors.new { code = "WrongOption", path = "credential_process_timeout", hint = durations.HINT,
        message = "ecs.stack: credential_process_timeout = " .. why }
    end
  end
  return options.assume_role ~= nil and role.problem(options.assume_role) or nil
end

--- The provider of a stack. It may be given to other stacks as their `credentials`, which then share its keys.
---@param options table of the stack: credentials, profile, assume_role, mfa_code, credential_process_timeout
---@param session table|nil { transport, scheduler, region, polls } to ask over the network with; default: of its own
---@return table|nil provider { get = fun(self, now): ecs_service.Keys|nil, ecs_service.Error|nil }
---@return ecs_service.Error|nil
function credentials.new(options, session)
  local problem = credentials.problem(options)
  if problem then return nil, problem end
  local self = { around = surroundings.new(options, session) }
  -- What places ask for and what stands above them: so no module needs one that needs it.
  self.around.find_region, self.around.of_profile_places = region_of.find, credentials.of_profile
  local fetch = options.credentials ~= nil and given.fetch(options.credentials) or function() return search(self) end
  local provider = held.new(fetch, self.around)
  if options.assume_role ~= nil then
    for _, one in ipairs(role.list(options.assume_role)) do provider = assumed(self.around, one, provider) end
  end
  return provider
end

return credentials
