--- The options of the calls of a stack beyond their names and types: bounds, words, lists of addresses, and what
--- excludes what. Whatever a call takes it honours, or refuses with a reason; an option that is silently without effect
--- would do something else than was asked for.
local lazy = require "ecs_service.util.lazy"
local addresses = require "ecs_service.stack.addresses"
local checks = lazy "ecs_service.plan.checks"
local durations = lazy "ecs_service.util.durations"
local errors = require "ecs_service.errors"
local options = require "ecs_service.util.check_options"
local tables = require "ecs_service.util.tables"
local verbs = require "ecs_service.kinds.verbs"
local warnings = require "ecs_service.plan.warnings"

local call_options = {}

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

local function whole(least, most)
  return function(value)
    return value >= least and value <= most and value == math.floor(value),
      ("a whole number from %d to %d"):format(least, most)
  end
end

local function one_of(words)
  local set, text = tables.set(words), table.concat(words, ", ")
  return function(value) return set[value] == true, "one of " .. text end
end

local function is_account(value) return value:find "^%d%d%d%d%d%d%d%d%d%d%d%d$" ~= nil, "an account: twelve digits" end

local function is_revision(value)
  return value ~= "" and (type(value) == "string" or value >= 1 and value < 2 ^ 31 and value == math.floor(value)),
    'a revision: "web:2", 2 or an ARN'
end

local VALUES = {
  concurrency = whole(1, 1000), limit = whole(1, 1000), superseded = one_of { "fail", "follow" },
  ["until"] = one_of(verbs.UNTIL), on_interrupt = one_of { "rollback", "leave" },
  on_failed_check = one_of { "rollback", "fail" }, how = one_of { "rollback", "abort" },
  format = one_of { "html", "svg" }, ["for"] = one_of(verbs.policies()),
  to = is_revision, run = function(value)
    return value == -1 or value >= 1 and value < 2 ^ 31 and value == math.floor(value), "the number of a run, or -1"
  end, account_id = is_account,
}

local FACTS = { instances = "number", images = "table", host_ports = "table", usual_seconds = "number|string" }

-- Facts by address, with a service in the place of its own, and their durations in seconds: a copy.
local function facts_of(stack, given, what)
  local facts = {}
  for key, one in pairs(given) do
    local address, err = addresses.key(stack, key, what .. ": facts")
    if err then return nil, err end
    if type(address) ~= "string" or type(one) ~= "table" then
      return nil, wrong("facts", what .. ": facts has a table for each address",
        "facts = { web = { instances = 3, images = { … }, host_ports = { … }, usual_seconds = 120 } }")
    end
    err = options.problem(one, FACTS, what .. ": facts." .. address)
    if err then return nil, err end
    facts[address] = tables.merge(one)
    local seconds, why = one.usual_seconds, nil
    if seconds ~= nil then facts[address].usual_seconds, why = durations.read(seconds) end
    if why then
      return nil, wrong("facts", ("%s: facts.%s: usual_seconds = %s"):format(what, address, why), durations.HINT)
    end
  end
  return facts
end

-- Images by address and container, with what stands for an address in the place of its own: a copy.
local function images_of(stack, given, what)
  local images = {}
  for key, image in pairs(given) do
    local address, err = addresses.key(stack, key, what .. ": image")
    if err then return nil, err end
    images[address] = image
  end
  return images
end

-- The checks of a call: a list of them is for all that is deployed, a map has lists by the address.
local function checks_of(stack, given, what)
  local alone = type(given) == "function" or given[1] ~= nil or given.url ~= nil or given.run ~= nil
    or next(given) == nil
  local own, problems = { by = {} }, {}
  if alone then own.all, problems = checks.read(given, "checks") end
  for _, key in ipairs(alone and {} or tables.names(given)) do
    local address, err = addresses.key(stack, key, what .. ": checks")
    if err then return nil, err end
    local path = ("checks.%s"):format(tostring(address))
    local list, wrongs = checks.read(given[key], path)
    if list then own.by[address] = list end
    for _, problem in ipairs(wrongs) do problems[#problems + 1] = problem end
  end
  if #problems == 0 then return own end
  local first = problems[1]
  return nil, wrong(first.path, ("%s: %s %s"):format(what, first.path, first.message), first.hint)
end

local DURATIONS = { "lock_timeout", "timeout", "stable_for" }

-- Durations become seconds.
local function problem_of_durations(own, what)
  for _, name in ipairs(DURATIONS) do
    local given = own[name]
    if given ~= nil then
      local why
      own[name], why = durations.read(given)
      if why then return wrong(name, ("%s: %s = %s"):format(what, name, why), durations.HINT) end
    end
  end
end

local LISTS = { "target", "exclude", "services" }

-- Values that are not what their option wants; lists of addresses become lists of texts.
local function problem_of_values(stack, own, what, verb)
  local of_verb, by_address = verb.VALUES, own.image ~= nil and verb.OPTIONS.image == "table"
  for _, name in ipairs(tables.keys(own)) do
    local fits, wanted = true, nil
    local check = of_verb and of_verb[name] or VALUES[name]
    if check then fits, wanted = check(own[name]) end
    if not fits then
      return wrong(name, ("%s: %s = %s is not %s"):format(what, name, tostring(own[name]), wanted))
    end
  end
  for _, name in ipairs(LISTS) do
    local err
    if own[name] ~= nil then own[name], err = addresses.list(stack, own[name], what, name) end
    if err then return err end
  end
  local err
  if own.checks ~= nil then own.checks, err = checks_of(stack, own.checks, what) end
  if err then return err end
  if own.facts then own.facts, err = facts_of(stack, own.facts, what) end
  if not err and by_address then own.image, err = images_of(stack, own.image, what) end
  if not err and own.address ~= nil then own.address, err = addresses.one(stack, own.address, what, "address") end
  return err or own.silence and warnings.problem_of_codes(own.silence, "silence", what) or nil
end

-- How a deployment is followed.
local FOLLOWING = { "stable_for", "superseded", "fail_fast" }

-- Options that say nothing next to others: { when, the options, why }.
local CONFLICTS = {
  { function(own) return own.destroy and own.refresh_only end, { "refresh_only" },
    "destroy and refresh_only exclude each other", "one destroys, the other changes nothing" },
  { function(own) return own.refresh_only and own.refresh == false end, { "refresh" },
    "refresh_only and refresh = false exclude each other", "refresh_only is about what AWS has, and asks for it" },
  { function(own) return own.destroy end, verbs.DEPLOYING,
    "%s has no effect on a destroy", "nothing is deployed: leave it out" },
  { function(own) return own.refresh_only end, verbs.DEPLOYING,
    "%s has no effect with refresh_only", "nothing is deployed: leave it out" },
  { function(own) return own.wait == false end, { "stable_for", "superseded", "fail_fast", "timeout", "checks" },
    "%s has no effect with wait = false", "it says how a deployment is followed: leave it out, or wait" },
  { function(own) return own.on_failed_check ~= nil and own["until"] ~= nil and own["until"] ~= "steady" end,
    { "on_failed_check" }, "%s has no effect before a deployment has ended", "leave out until, or it" },
  { function(own) return own["until"] ~= nil and own["until"] ~= "steady" end, { "checks" },
    "%s are made when a deployment has been completed, and this does not wait for that", "leave out until, or checks" },
  { function(own) return own["until"] == "inactive" end, FOLLOWING,
    'until = "inactive" takes no %s', "it waits until services are deleted, not for a deployment" },
}

local function problem_of_pairs(own, what)
  for _, conflict in ipairs(CONFLICTS) do
    if conflict[1](own) then
      for _, name in ipairs(conflict[2]) do
        if own[name] ~= nil and (own[name] ~= false or name == "refresh") then
          return wrong(name, what .. ": " .. conflict[3]:format(name), conflict[4])
        end
      end
    end
  end
  local excluded = tables.set(own.exclude)
  for _, address in ipairs(own.target or {}) do
    if excluded[address] then
      return wrong("exclude", ("%s: %s is a target and excluded"):format(what, address), "leave one of them out")
    end
  end
end

--- The options of a call, as a copy in which lists of addresses are lists of texts. Raises for an option that there is
--- not, and for one of another type, on behalf of the caller of the function that calls this.
---@param stack ecs_service.Stack
---@param given table|nil
---@param verb table OPTIONS (name → types); REFUSED (name → why it has no effect here) and VALUES (name → a check of
---  its own, as VALUES above has them), which a call may leave out
---@param what string "stack:plan"
---@param level? integer of the caller that is meant, as for error; default 4
---@return table|nil own
---@return ecs_service.Error|nil codes WrongOption, WrongStack
function call_options.take(stack, given, verb, what, level)
  local own, refused = tables.merge(options.check(given, verb.OPTIONS, what, level or 4)), verb.REFUSED or {}
  for _, name in ipairs(tables.keys(own)) do
    if refused[name] then return nil, wrong(name, ("%s: %s %s"):format(what, name, refused[name])) end
  end
  local err = problem_of_durations(own, what) or problem_of_values(stack, own, what, verb)
    or problem_of_pairs(own, what)
  if err then return nil, err end
  return own
end

--- The address and the options of a call that has both.
---@param stack ecs_service.Stack
---@param address any
---@param given table|nil
---@param verb table
---@param what string
---@return string|nil address
---@return table|nil own
---@return ecs_service.Error|nil codes WrongOption, WrongStack
function call_options.with_address(stack, address, given, verb, what)
  local name, err = addresses.given(stack, address, what, 4)
  local own
  if name then own, err = call_options.take(stack, given, verb, what, 5) end
  return name, own, err
end

--- Raises for options of a call that takes none.
---@param given any
---@param what string
function call_options.none(given, what)
  if given ~= nil then options.check(given, {}, what, 4) end
end

return call_options
