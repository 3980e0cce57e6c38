--- doctor: which credentials, account, region, endpoint, proxy and certificates would be used, where each of them comes
--- from, and whether they work. It looks at each by itself, so that one that is wrong does not hide the others.
local account = require "ecs_service.aws.account"
local config = require "ecs_service.aws.credentials.config"
local connection = require "ecs_service.aws.http_transport"
local core = require "ecs_service.core"
local endpoint = require "ecs_service.aws.endpoint"
local errors = require "ecs_service.errors"
local keys_of = require "ecs_service.aws.credentials.keys"
local leaving = require "ecs_service.aws.leaving"
local proxy = require "ecs_service.aws.proxy"
local region_of = require "ecs_service.aws.region"
local session_of = require "ecs_service.aws.session"
local settings = require "ecs_service.aws.settings"
local skew = require "ecs_service.aws.clock_skew"
local advice = require "ecs_service.verbs.doctor_advice"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"
local wire = require "ecs_service.aws.signed_request"

local doctor = {}

doctor.OPTIONS = { offline = "boolean", timeout = "number|string", profile = "string", region = "string" }

-- A clock that is wrong by more than this makes signatures that AWS refuses.
local SKEW = 300
local TIMEOUT = 10
-- So often it is looked whether this process is asked to end.
local PATIENCE = 0.5
-- A simulator says so, and has a time of its own that says nothing of this machine's clock.
local SIMULATOR = "ecs-service-simulator"
-- What every deployer must be allowed to do. A service that does not exist is an answer, too.
local READ, NOBODY = "DescribeServices", { name = "ecs-service-doctor" }

---@class ecs_service.Check
---@field name "region"|"endpoint"|"certificates"|"credentials"|"account"|"ecs"|"clock"
---@field ok boolean
---@field code string|nil     of what failed
---@field message string      what was found, or why it failed
---@field hint string|nil     the next thing to do
---@field looked table[]|nil  of missing credentials: where they were looked for, { title, reason }

-- ecs_service.Report of types.lua, as it is made here:
--   ok boolean                     no check failed
--   region string|nil
--   region_source string|nil       "option" of the call, "stack", a variable's name, "profile NAME", "transport"
--   endpoint string|nil
--   endpoint_source string|nil     nil: AWS's own
--   signing_name string|nil
--   account string|nil
--   arn string|nil                 who the credentials are
--   proxy string|nil               without its password
--   proxy_source string|nil
--   ca_bundle string|nil           nil: libcurl's own certificates
--   ca_bundle_source string|nil
--   profile string
--   profile_source string|nil
--   credentials { source: string|nil, access_key_id: string|nil, expires: number|nil }  the id masked but for its
--  last four characters; expires in seconds since 1970
--   checks ecs_service.Check[]

local examination = {}
examination.__index = examination

function examination:passed(name, message)
  self.report.checks[#self.report.checks + 1] = { name = name, ok = true, message = message }
end

-- `url`: what was asked, when it is not ECS's endpoint.
function examination:failed(name, err, url)
  local report = self.report
  local told = advice.of(err, url and setmetatable({ endpoint = url }, { __index = report }) or report)
  report.ok = false
  report.checks[#report.checks + 1] = { name = name, ok = false, code = err.code, message = told.message,
    hint = told.hint, looked = err.looked }
end

local with = tables.merge

function examination:where()
  local report, options = self.report, self.options
  local name, err, source = region_of.find(options)
  if not name then return self:failed("region", err) end
  report.region, report.region_source = name, self.opts.region and "option" or source
  local target
  target, err = endpoint.resolve(options, "ecs", name)
  report.region = target and target.region or name
  self:passed("region", report.region)
  if not target then return self:failed("endpoint", err) end
  report.endpoint, report.endpoint_source, report.signing_name = target.url, target.source, target.signing_name
  local through, who = proxy.of(target.url, options.proxy)
  if through ~= "" then report.proxy, report.proxy_source = proxy.masked(through), who end
  self:passed("endpoint", target.url)
end

function examination:certificates()
  local view, err = settings.read(self.options)
  if not view then return self:failed("certificates", err) end
  local path, source, problem = connection.ca_bundle(view)
  if problem then
    self.uncertified = true
    return self:failed("certificates", problem)
  end
  self.report.ca_bundle, self.report.ca_bundle_source = path, source
  self:passed("certificates", path or "libcurl's own")
end

-- Without a region, an endpoint or its certificates there is no session; the keys are looked for all the same, with
-- others.
function examination:open()
  local options = self.options
  if not (self.report.region and self.report.endpoint) then
    options = with(options, { region = self.report.region or "us-east-1",
      endpoints = with(options.endpoints or {}, { ecs = "https://ecs.invalid" }) })
    self.alone = true
  end
  if self.uncertified and not options.transport then
    options, self.alone = with(options, { transport = connection.plain(options) }), true
  end
  local made, err = session_of.new(options)
  if not made then return self:failed("credentials", err) end
  self.session = made
end

function examination:credentials()
  local keys, err = self.session.credentials:get(skew.now(self.session))
  if not keys then return self:failed("credentials", err) end
  local report = self.report
  report.credentials = { source = keys.source or self.session.simulated and "simulated" or "given",
    access_key_id = keys_of.masked(keys.access_key_id), expires = tonumber(keys.expires) }
  report.account = self.session.account_id or keys.account_id
  self.keys = keys
  self:passed("credentials", report.credentials.source)
end

-- What stands for ECS on this machine, a simulator or an emulator, is asked who one is, too, unless something else is
-- named for that: AWS's own Security Token Service knows nothing of its keys.
function examination:with_identity()
  local session, options = self.session, self.options
  local sts = endpoint.resolve(options, "sts", session.region)
  local host = session.endpoint:match "^https?://%[?([^/%]]+)" or ""
  host = host:gsub(":%d+$", "")
  local here = host:find "^127%." or host == "localhost" or host:find "^::1"
  if not here or session.simulated or not sts or sts.source then return options end
  return with(options, { endpoints = with(options.endpoints or {}, { sts = session.endpoint }) })
end

-- Requests that change nothing and that every deployer may send; the answers are waited for together.
function examination:requests()
  local list, session = {}, self.session
  if not session.account_id then
    local request, err = account.request(self:with_identity(), session, self.keys)
    if not request then return nil, err end
    list[1] = { name = "account", request = request }
  end
  local request, err = wire.request(session, READ, core.json { cluster = self.declared.cluster or "default",
    services = { self.declared.name } })
  if not request then return nil, err end
  list[#list + 1] = { name = "ecs", request = request }
  return list
end

local function problem_of(value)
  return type(value) == "table" and value or { kind = "other", message = tostring(value) }
end

-- Answers by the requests' ids; what comes too late is left.
function examination:exchange(list)
  local session, answers, left = self.session, {}, 0
  for _, one in ipairs(list) do
    one.request.timeout = self.timeout
    local sent, problem = session.transport:submit(one.request)
    if sent then left = left + 1 else answers[one.request.id] = { error = problem_of(problem) } end
  end
  local deadline = session.scheduler:now() + self.timeout
  while left > 0 and session.scheduler:now() < deadline and not leaving.now() do
    local span = math.min(deadline - session.scheduler:now(), PATIENCE)
    local completion = session.transport:wait(session.polls and 0 or span)
    if completion and not answers[completion.id] then
      answers[completion.id], left = completion, left - 1
    elseif not completion then
      session.scheduler:sleep(0.01)
    end
  end
  return answers
end

function examination:take_account(completion, url)
  local found, err = account.read(completion)
  if not found then return self:failed("account", err, url) end
  self.report.account, self.report.arn = found.account, found.arn
  err = account.problem(found.account, self.options)
  if err then return self:failed("account", err) end
  self:passed("account", found.arn or found.account)
end

-- A login page answers everything with 200.
local function not_ecs(body, report)
  local start = tostring(body or ""):gsub("%s+", " "):sub(1, 40)
  return errors.new { code = "InvalidAnswer", operation = READ,
    message = ("what answered %s is not ECS: %s"):format(READ, start == "" and "it said nothing"
      or ("its answer begins with %q"):format(start)),
    hint = "a proxy or a login page may have answered in its place: check the endpoint and HTTPS_PROXY: curl -sv "
      .. tostring(report.endpoint) }
end

function examination:take_ecs(completion)
  local failure = completion.error
  if failure then
    return self:failed("ecs", errors.new { code = "RequestFailed", operation = READ, kind = failure.kind,
      message = failure.message or failure.kind })
  end
  local body = core.read_json(completion.body or "")
  if type(body) ~= "table" then body = nil end
  local code, message = wire.problem(body, completion.headers)
  if completion.status == 200 and not body then return self:failed("ecs", not_ecs(completion.body, self.report)) end
  -- A cluster that is not there yet was looked for with keys and rights that work.
  if completion.status == 200 or code == "ClusterNotFoundException" then
    return self:passed("ecs", READ .. " was answered")
  end
  self:failed("ecs", errors.new { code = code or "HttpError", operation = READ, http_status = completion.status,
    message = message or ("%s was answered with HTTP %d"):format(READ, completion.status) })
end

function examination:clock(completion, now)
  local headers = type(completion.headers) == "table" and completion.headers or {}
  local there = times.http(headers.date)
  if not there or headers.server == SIMULATOR then return end
  local off = math.floor(now - there + 0.5)
  if math.abs(off) <= SKEW then return end
  self:failed("clock", errors.new { code = "ClockSkew",
    message = ("this machine's clock is %d s %s"):format(math.abs(off), off > 0 and "ahead" or "behind"),
    hint = "set it: timedatectl set-ntp true" })
end

function examination:ask()
  local now = self.session.scheduler:now()
  local list, err = self:requests()
  if not list then return self:failed("account", err) end
  local answers = self:exchange(list)
  for _, one in ipairs(list) do
    local completion = answers[one.request.id]
    if not completion then
      pcall(self.session.transport.cancel, self.session.transport, one.request.id)
      completion = { error = { kind = "timeout", message = ("no answer in %g s"):format(self.timeout) } }
    end
    if one.name == "account" then self:take_account(completion, one.request.url) else self:take_ecs(completion) end
    if not self.session.simulated then self:clock(completion, now) end
  end
end

-- With an account that is known without asking, the lists still decide.
function examination:known_account()
  local known = self.session.account_id
  if not known then return end
  local err = account.problem(known, self.options)
  if err then return self:failed("account", err) end
  self:passed("account", known)
end

-- What the call says in place of the stack. Whoever names a profile wants its keys, not those that the stack has.
local function overridden(options, opts)
  local own = with(options, { profile = opts.profile, region = opts.region })
  if opts.profile then own.credentials = nil end
  return own
end

--- Examines what a stack would use.
---@param options table of a stack
---@param opts table|nil offline (true: ask nothing beyond what finding the credentials takes), timeout (seconds for
---  an answer; default 10), profile, region (in place of the stack's)
---@param declared table|nil { cluster, name } of a service to look at; default: one that does not exist
---@return ecs_service.Report
function doctor.run(options, opts, declared)
  opts = opts or {}
  options = overridden(options, opts)
  local name, asked_by = config.profile(options.profile)
  if asked_by == "profile" then asked_by = opts.profile and "option" or "stack" end
  local self = setmetatable({ options = options, opts = opts, timeout = opts.timeout or TIMEOUT,
    declared = declared or NOBODY, report = { ok = true, profile = name, profile_source = asked_by, credentials = {},
    checks = {} } }, examination)
  self:where()
  self:certificates()
  self:open()
  if self.session then
    self:credentials()
    self:known_account()
    if self.keys and not self.alone and not opts.offline then self:ask() end
  end
  return self.report
end

return doctor
