--- What a place may use while it looks for keys: the stack's options, the files, the clock, one HTTP exchange.
local config = require "ecs_service.aws.credentials.config"
local core = require "ecs_service.core"
local held = require "ecs_service.aws.credentials.refreshable"
local leaving = require "ecs_service.aws.leaving"
local retries = require "ecs_service.aws.retries"
local runtime = require "ecs_service.aws.runtime"

local surroundings = {}

---@class ecs_service.Surroundings
---@field options table                       of the stack
---@field scheduler ecs_service.Scheduler
---@field profile_name string                 the profile whose keys are looked for
---@field asked_by string|nil                 who named the profile: "profile", or a variable; nil: nobody
---@field files ecs_service.AwsConfig         both files as they are now
---@field without_environment boolean         variables that stand for a profile's settings do not count
---@field find_region fun(options: table): string|nil, ecs_service.Error|nil
---@field of_profile_places table[]          the places that a profile may name as its source
---@field polls boolean                       nothing but the scheduler may block (inside of another event loop)
local Around = {}

local ATTEMPTS, LONGEST = 3, 20 -- botocore's: tries of a request, and the longest pause in seconds
Around.__index = Around

--- Surroundings of a stack.
---@param options table of the stack
---@param session table|nil { transport: ecs_service.Exchange, scheduler, region }; nil: made when it is needed
---@return ecs_service.Surroundings
function surroundings.new(options, session)
  local clock = session and session.scheduler or runtime.clock(options)
  local name, asked_by = config.profile(options.profile)
  return setmetatable({ options = options, session = session, scheduler = clock, profile_name = name,
    asked_by = asked_by, without_environment = options.profile ~= nil, sources = {}, asked_codes = {},
    polls = session and session.polls or runtime.polls(options) }, Around)
end

--- The same for another profile, which a profile names as its source: it counts alone.
---@param name string
---@return ecs_service.Surroundings
function Around:of_profile(name)
  local other = setmetatable({}, { __index = self })
  other.profile_name, other.without_environment = name, true
  return other
end

--- Reads the files; they may have changed since the last time.
---@return boolean|nil
---@return ecs_service.Error|nil code BadConfig
function Around:read_files()
  local loaded, err = config.load()
  if not loaded then return nil, err end
  self.files = loaded
  return true
end

--- The settings of the profile in both files; empty when there are none.
---@return ecs_service.Profile
function Around:settings()
  return self.files.profiles[self.profile_name] or {}
end

--- Text of a setting, or nil when it is absent, empty or a map.
---@param name string
---@return string|nil
function Around:setting(name)
  local value = self:settings()[name]
  return type(value) == "string" and value ~= "" and value or nil
end

--- One HTTP exchange by the stack's transport.
---@param request table without an id
---@param seconds number
---@return table|nil completion
---@return table|nil problem { kind, message, sent }
function Around:ask(request, seconds)
  if not self.session then
    local made, err = runtime.exchange(self.options)
    if not made then return nil, { kind = "other", message = tostring(err) } end
    self.session = { transport = made, scheduler = self.scheduler }
  end
  return self.session.transport:ask(request, seconds)
end

--- How far AWS's clock is ahead of this machine's, as far as a refusal has told of it.
---@return number seconds
function Around:skew()
  return self.session and self.session.skew or 0
end

local function random()
  return tonumber(core.system.hex(core.system.entropy(3)), 16) / 0x1000000
end

--- Tries something until it works, fails for good, or has failed as often as max_attempts (AWS_MAX_ATTEMPTS) allows;
--- with pauses as in botocore's standard mode.
---@generic T
---@param try fun(): T|nil, ecs_service.Error|nil
---@return T|nil
---@return ecs_service.Error|nil
function Around:persist(try)
  local found, problem = retries.find(self.options)
  if not found then return nil, problem end
  local most = found.max_attempts or ATTEMPTS
  for attempt = 1, most do
    local got, err = try()
    if got then return got end
    if not err.retryable or attempt == most or leaving.now() then return nil, err end
    self.scheduler:sleep(random() * math.min(LONGEST, 2 ^ (attempt - 1)))
  end
end

--- The region that requests for keys go to.
---@return string|nil
---@return ecs_service.Error|nil
function Around:region()
  if self.session and self.session.region then return self.session.region end
  return self.find_region(self.options)
end

--- Keys that are the source of others, kept under a name so that they are not got again for each refresh.
---@param name string
---@param fetch fun(now: number): ecs_service.Keys|nil, ecs_service.Error|nil
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function Around:source(name, fetch)
  self.sources[name] = self.sources[name] or held.new(fetch, self)
  return self.sources[name]:get(self.scheduler:now() + self:skew())
end

return surroundings
