--- Carries out the task definitions of a plan, around its services: what is registered is registered before anything
--- else begins, and a failure there stops everything; what is deregistered comes behind all that named it. Each intent
--- is durable before its request, each revision as soon as it is known.
local begun = require "ecs_service.plan.begun_revisions"
local carrier = require "ecs_service.verbs.carrier"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local of_definitions = require "ecs_service.verbs.plan_definitions"
local planned = require "ecs_service.plan"
local registrar = require "ecs_service.run.registrar"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local task_definitions = require "ecs_service.run.task_definitions"
local times = require "ecs_service.util.time_format"
local users = require "ecs_service.run.definition_users"
local warnings_of = require "ecs_service.plan.warnings"

local carrying = {}

local KIND = kinds.named "task_definition"

local Carrier = carrier.class()

function Carrier:warn(warning) warnings_of.add(self.stack, self.warnings, warning, self.opts) end

local function identity_of(attributes)
  return { arn = attributes.arn, arn_without_revision = attributes.arn_without_revision,
    revision = attributes.revision, status = attributes.status }
end

-- The revisions that were registered here, as the plan knows them: with what an earlier run did not get to record.
local function revisions_of(self, change)
  local entry = change.entry or kinds.entry(self.state, change.at)
  return tables.merge(entry and entry.revisions)
end

-- The record of a revision, among those that were registered here if it was.
function Carrier:record(change, attributes)
  local revisions = revisions_of(self, change)
  local own = change.registered or change.adopt
  if own and not tables.set(revisions)[attributes.arn] then revisions[#revisions + 1] = attributes.arn end
  kinds.record(self.state, change.at, { status = "ok", revisions = revisions,
    attributes = core.object(tables.merge(change.after, identity_of(attributes))) })
  self:settled(change)
end

-- The body of RegisterTaskDefinition, with the tags of the stack.
local function body_of(change)
  local _, body = core.definition_body(change.real, change.after.tags_all)
  return body
end

local function place_of(self, family)
  local here = self.state.place and self.state.place:here()
  return here and ("arn:%s:ecs:%s:%s:task-definition/%s"):format(here.partition, here.region, here.account or "",
    family) or nil
end

-- What is written down before a request.
function Carrier:intend(change, operation, family, more)
  self:touch(change.at)
  self.state.journal[change.at] = tables.merge(more, { operation = operation, family = family,
    begun = times.text(skew.now(self.session)), by = history.author(), arn = place_of(self, family) })
end

-- What an earlier run registered, or deregistered, and did not get to record.
function Carrier:list()
  for _, change in ipairs(self.own) do
    local entry = kinds.entry(self.state, change.at)
    if change.entry and (not entry or #change.entry.revisions ~= #(entry.revisions or {})) then
      self:touch(change.at)
      kinds.record(self.state, change.at, change.entry)
    end
  end
end

-- Before a revision is registered, it is written down that it will be.
function Carrier:announce(changes, bodies)
  for i, change in ipairs(changes) do
    local former = begun.journal(self.state, change.at, begun.REGISTERS)
    local sensitive = change.real.sensitive
    local digest = begun.digest(change.real, sensitive)
    if not (former and former.digest == digest) then
      self:intend(change, begun.REGISTERS, bodies[i].family, { digest = digest, sensitive = sensitive })
    end
  end
  return self:save(true)
end

-- What became of one registration.
function Carrier:registered(change, outcome)
  if outcome.err then
    self:fail(change, task_definitions.named(outcome.err, change.address, change.after))
    if not task_definitions.is_open(outcome.err) then self:settled(change) end
    return
  end
  local attributes = outcome.revision.attributes
  getmetatable(change).__index.registered = attributes
  self:record(change, attributes)
  self:tell(change, { type = "registered", arn = attributes.arn, task_definition = names.last(attributes.arn) })
  if outcome.untagged then
    self:warn { code = "Untagged", address = kinds.text(change),
      message = ("the revision is registered, and its tags were refused: %s"):format(outcome.untagged.message),
      hint = "allow ecs:TagResource, and apply again" }
  end
end

function Carrier:register()
  local changes, bodies = {}, {}
  for _, change in ipairs(self.own) do
    if change.action == "register" then
      changes[#changes + 1], bodies[#bodies + 1] = change, body_of(change)
    end
  end
  self:list()
  if #changes == 0 then return self:save() end
  local err = self.session.place and self.session.place:forbids_change()
  if err then return nil, err end
  local announced
  announced, err = self:announce(changes, bodies)
  if not announced then return nil, err end
  local outcomes = task_definitions.register(self.session, bodies, { interrupted = self.opts.interrupted })
  for i, outcome in ipairs(outcomes) do self:registered(changes[i], outcome) end
  return self:save()
end

-- Tags, and records that follow what was read: no revision comes of these.
function Carrier:settle()
  for _, change in ipairs(self.own) do
    if change.action == "update" then
      local done, err = task_definitions.retag(self.session, change.after.arn, change.set_tags or {},
        change.drop_tags or {})
      if done then
        self:record(change, change.after)
        self:tell(change, { type = "updated", arn = change.after.arn, task_definition = names.last(change.after.arn) })
      else
        self:fail(change, err)
      end
    elseif change.action == "no-op" and not change.protected then
      self:record(change, change.after)
    end
  end
  return self:save()
end

function Carrier:forget()
  for _, change in ipairs(self.own) do
    if change.action == "forget" then self:strike_out(change) end
  end
  return self:save()
end

-- What is left of a record after some of its revisions are deregistered.
function Carrier:strike(change, gone)
  local address = change.at
  local entry, left = kinds.entry(self.state, address), {}
  for _, arn in ipairs(entry.revisions or {}) do
    if not gone[arn] then left[#left + 1] = arn end
  end
  entry.revisions = left
  self:settled(change)
  if #left == 0 and not change.keeps then kinds.record(self.state, address, nil) end
end

-- Those of a change that nobody uses, and words for the others.
local function unused(change, used)
  local free, kept = {}, {}
  for _, arn in ipairs(change.revisions or {}) do
    local who = used[arn]
    if who then
      kept[#kept + 1] = ("%s (%s)"):format(names.last(arn), who[1].text)
    else
      free[#free + 1] = arn
    end
  end
  return free, kept
end

function Carrier:warn_of_use(change, kept)
  self.kept[change] = true
  self:warn { code = "RevisionInUse", address = kinds.text(change),
    message = "in use, and not deregistered: " .. table.concat(kept, ", "),
    hint = "it stays recorded, and a later run deregisters it when nobody uses it any more" }
end

function Carrier:deregister_one(change, used)
  local free, kept = unused(change, used)
  if #kept > 0 then self:warn_of_use(change, kept) end
  if #free == 0 then return true end
  self:intend(change, begun.DEREGISTERS, change.before.family, { revisions = free })
  local saved, problem = self:save(true)
  if not saved then return nil, problem end
  local gone = {}
  for _, arn in ipairs(free) do
    local done, err = task_definitions.deregister(self.session, arn, self.opts)
    if not done then
      self:fail(change, err)
      break
    end
    gone[arn] = true
    self:tell(change, { type = "deregistered", arn = arn, task_definition = names.last(arn) })
  end
  self:strike(change, gone)
  return self:save()
end

function Carrier:deregister()
  local arns, changes = {}, {}
  for _, change in ipairs(self.own) do
    if change.action == "deregister" then
      changes[#changes + 1] = change
      for _, arn in ipairs(change.revisions or {}) do arns[#arns + 1] = arn end
    end
  end
  if #changes == 0 then return true end
  local used, err = users.of(self.session, users.clusters(self.stack, self.state, self.run.normals), arns, self.opts)
  if not used then return nil, err end
  used = users.together(users.recorded(self.state), users.left(self.plan.changes), used)
  for _, change in ipairs(changes) do
    local saved
    saved, err = self:deregister_one(change, used)
    if not saved then return nil, err end
  end
  return true
end

-- Tells the services what they run.
function Carrier:name_revisions()
  local known = {}
  for _, change in ipairs(self.own) do
    if change.registered then known[change.at] = change.registered.arn end
  end
  for _, change in ipairs(self.services) do
    local arn = change.runs and known[change.runs]
    if arn and change.request then change.request.taskDefinition = change.request.taskDefinition or arn end
    if arn and of_definitions.is_pending(change) then
      local config = tables.merge(core.table(change.config))
      config.task_definition = arn
      getmetatable(change).__index.config = config
      if change.after and change.after.task_definition == nil then change.after.task_definition = arn end
    end
  end
end

local SKIPPED = { register = true, update = true, deregister = true, forget = true }

-- What became of one of them.
function Carrier:outcome(change, failure, ended)
  if not ended and (change.action == "deregister" or change.action == "forget") then return "skipped" end
  if failure then return "failed" end
  if not ended and SKIPPED[change.action] and self.stopped then return "skipped" end
  return change.action == "no-op" and "unchanged" or self.kept[change] and "kept" or "done"
end

function Carrier:describe(of_services, ended)
  local result = self:result(KIND, of_services, function(change, failure)
    return self:outcome(change, failure, ended)
  end)
  for _, warning in ipairs(self.warnings) do table.insert(result.warnings, warning) end
  return result
end

-- What is told when something failed.
function Carrier:failure(err, of_services, ended)
  if not err then
    err = errors.join(self.failures, kinds.told("%d things failed", kinds.texts(self.plan.changes)))
  end
  err.result, err.serial = self:describe(of_services, ended), self.state.serial
  return nil, err
end

local function services_of(plan, services)
  local fields = tables.merge(plan)
  fields.changes = services
  return planned.new(fields)
end

function Carrier:carry_out(carry_on)
  local done, err = self:register()
  if done and #self.failures == 0 then done, err = self:settle() end
  if not done or #self.failures > 0 then
    self.stopped = err ~= nil
    return self:failure(err)
  end
  self:name_revisions()
  local result
  result, err = carry_on(self.run, services_of(self.plan, self.services))
  if not result then return self:failure(err, err.result) end
  done, err = self:forget()
  if done then done, err = self:deregister() end
  if not done or #self.failures > 0 then return self:failure(err, result, true) end
  return self:describe(result, true)
end

--- Carries out a plan that has task definitions.
---@param run ecs_service.Run
---@param plan ecs_service.Plan
---@param carry_on fun(run: ecs_service.Run, plan: ecs_service.Plan): table|nil, ecs_service.Error|nil  for its services
---@return table|nil result
---@return ecs_service.Error|nil
function carrying.out(run, plan, carry_on)
  local session, err = run.stack:session(run.state)
  if not session then return nil, err end
  local own, services = registrar.split(plan.changes)
  return carrier.new(Carrier, run, plan, session, own, { services = services, warnings = {}, kept = {} })
    :carry_out(carry_on)
end

return carrying
