--- What the verbs of a stack work in: its session, and its state under the lock.
local declaration = require "ecs_service.plan.declarations"
local kinds = require "ecs_service.kinds"
local lock = require "ecs_service.state.lock"
local place = require "ecs_service.state.place"
local runtime = require "ecs_service.aws.runtime"
local session = require "ecs_service.aws.session"
local state_of = require "ecs_service.state"
local tables = require "ecs_service.util.tables"
local traced = require "ecs_service.util.traced"
local warnings = require "ecs_service.plan.warnings"

local context = {}

-- A service depends on the task definition whose revision it runs.
local function with_dependency(depends_on, address)
  if depends_on == nil then return { address } end
  local list = type(depends_on) == "table" and tables.merge(depends_on) or { depends_on }
  if not tables.set(list)[address] then list[#list + 1] = address end
  return list
end

-- What a declaration has that is a kind of its own: it stands behind it, with what could not be read of it.
local function declare_attached(self, owner)
  for _, kind in ipairs(kinds.ATTACHED) do
    local copy = owner.config[kind.within]
    local address = kinds.address(kind, kinds.name(owner.address))
    if copy ~= nil and not self.declared[address] then
      owner.config[kind.within] = nil
      local unreadable
      owner.unreadable, unreadable = declaration.parted(owner.unreadable, kind.within)
      if type(copy) == "table" then kind.complete(copy, kinds.name(owner.address)) end
      self.declared[address] = setmetatable({ address = address, config = copy, unreadable = unreadable, stack = self },
        kind.Handle)
      self.order[#self.order + 1] = address
    end
  end
end

--- Declares something. Raises for the caller of the method that calls this.
---@param self ecs_service.Stack
---@param kind ecs_service.Kind
---@param name any its address, without the prefix of its kind
---@param config any
---@return table handle
function context.declare(self, kind, name, config)
  local what = "stack:" .. kind.name
  if type(name) ~= "string" or name == "" then
    error(("%s: the address is a text, not %s"):format(what, name == "" and "an empty one" or "a " .. type(name)), 3)
  elseif name:find "[%c]" then
    error(what .. ": the address holds a control character", 3)
  elseif type(config) ~= "table" then
    error(("%s: the declaration of %s is a table, not a %s"):format(what, name, type(config)), 3)
  end
  local address = kinds.address(kind, name)
  if self.declared[address] then error(("%s: %s is declared already"):format(what, name), 3) end
  local copy, unreadable, runs, running, answers, apart = declaration.read(config, self, kind.name)
  copy = copy or {}
  local own = apart and declaration.take_apart(apart, copy, unreadable)
  if own and own.asked then answers = tables.merge(answers, own.asked) end
  if runs then copy.depends_on = with_dependency(copy.depends_on, runs) end
  if kind.complete then kind.complete(copy, name) end
  local handle = setmetatable({ address = address, config = copy, unreadable = unreadable, stack = self, runs = runs,
    running = running, answers = answers, own = own }, kind.Handle)
  self.declared[address], self[kind.section][name] = handle, handle
  self.order[#self.order + 1] = address
  self.checks = self.checks or own ~= nil and own.checks ~= nil and #own.checks > 0 -- whether any are declared
  self.leaves_open = self.leaves_open or running ~= nil -- to what runs
  self.asks = self.asks or answers ~= nil -- functions about deployments
  if kind == kinds.BARE then declare_attached(self, handle) end
  return handle
end

-- Whether the stack may work in the account of its session: nobody is asked unless a list says which.
local function allowed(self)
  if self.allowed or not (self.options.allowed_account_ids or self.options.forbidden_account_ids) then return true end
  local fine, err = require "ecs_service.aws.account".check(self.made, self.options)
  self.allowed = fine
  return fine, err
end

--- The surroundings of requests, made at their first use.
---@param self ecs_service.Stack
---@param state table|nil what the run is about: it must belong to the place that the session speaks to
---@param tells boolean|nil the run changes nothing and tells of what is in another place: see place.problem
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil code WrongPlace
function context.session(self, state, tells)
  local err = runtime.problem(self.options)
  if err then return nil, err end
  if not self.made then self.made, err = session.new(self.options) end
  if not self.made then return nil, err end
  local used = self.made
  used.life = self.life
  if state then used, err = place[tells and "listen" or "bind"](used, self.options, state) end
  if not used then return nil, err end
  local fine, problem = allowed(self)
  if fine and used.place and not tells then problem = used.place:compare() end -- with the account, now that it is known
  if problem then return nil, problem end
  return used
end

--- What is known of the surroundings without asking anybody: for checks of ARNs.
---@param self ecs_service.Stack
---@return table { region, partition, account_id }
function context.surroundings(self)
  local known = self.made
  if known then return { region = known.region, partition = known.partition, account_id = known.account_id } end
  local partitions = require "ecs_service.aws.partitions"
  local region_of = require "ecs_service.aws.region"
  -- Validating sends nothing: an instance that would have to be asked is not.
  local region = self.options.region ~= "imds" and region_of.find(self.options) or nil
  return { region = region, partition = region and partitions.of(region).id or nil }
end

-- What was done is done and recorded; that the lock stays is told with it.
local function lock_stays(self, opts, result, problem, failure)
  if type(result) == "table" and type(result.warnings) == "table" then
    warnings.add(self, result.warnings, { code = failure.code, message = failure.message, hint = failure.hint }, opts)
  elseif result == nil and not problem then
    problem = failure
  end
  return result, problem
end

-- The run gave no signs of life any more: others may take it to be dead.
local function tell_life(self, opts, result)
  local warning = self.life and self.life:warning()
  if self.life then self.life:close() end
  if self.made then self.made.life = nil end
  self.life = nil
  if warning and type(result) == "table" and type(result.warnings) == "table" then
    warnings.add(self, result.warnings, warning, opts)
  end
end

--- Runs `work` under the lock of the state, which is given back whatever happens; what was raised is raised again.
---@param self ecs_service.Stack
---@param operation string
---@param opts table lock_timeout (seconds; default 0: do not wait), lock (false: without)
---@param work fun(own: ecs_service.LockHolder|nil): any, ecs_service.Error|nil
---@return any
---@return ecs_service.Error|nil
function context.with_lock(self, operation, opts, work)
  local own
  local err = runtime.problem(self.options)
  if err then return nil, err end
  if opts.lock ~= false then
    runtime.stay()
    own, err = lock.take(self.backend, operation, runtime.clock(self.options), opts.lock_timeout, opts.interrupted)
    if not own then return nil, err end
    self.life = self.backend.renew and require "ecs_service.state.sign_of_life".new(self.backend, own,
      runtime.clock(self.options)) or nil
  end
  local ok, result, problem = traced(work, own)
  if own then
    tell_life(self, opts, result)
    local freed, failure = lock.give(self.backend, own)
    if ok and not freed then result, problem = lock_stays(self, opts, result, problem, failure) end
  end
  if not ok then error(result, 0) end
  return result, problem
end

--- Reads the state without a lock, for verbs that change nothing.
---@param self ecs_service.Stack
---@return table|nil
---@return ecs_service.Error|nil
function context.read_state(self) return state_of.load(self.backend) end

--- Runs `work` with the state, under its lock.
---@param self ecs_service.Stack
---@param operation string
---@param opts table as for with_lock
---@param work fun(state: table): any, ecs_service.Error|nil
---@return any
---@return ecs_service.Error|nil
function context.with_state(self, operation, opts, work)
  return context.with_lock(self, operation, opts, function(own)
    local state, failure = state_of.load(self.backend, own)
    if not state then return nil, failure end
    local result, problem = work(state)
    if state.appender then state:fold() end -- what cannot be folded is durable, and the next run's to fold
    return result, problem
  end)
end

--- Where the first declared service is, as far as its declaration says so in texts.
---@param self ecs_service.Stack
---@return table|nil { name, cluster }
function context.first_declared(self)
  local service = self.declared[kinds.split(kinds.BARE, self.order)[1]]
  local name, cluster = service and service.config.name, service and service.config.cluster
  if type(name) ~= "string" or cluster ~= nil and type(cluster) ~= "string" then return nil end
  return { name = name, cluster = cluster }
end

--- Addresses of the services that are declared, and of those that are only recorded.
---@param self ecs_service.Stack
---@param state table
---@return string[]
function context.known(self, state)
  local list = kinds.split(kinds.BARE, self.order)
  for _, address in ipairs(state:addresses()) do
    if not self.declared[address] then list[#list + 1] = address end
  end
  return list
end

return context
