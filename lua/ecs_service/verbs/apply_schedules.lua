--- Carries out the schedules of a plan, behind the task definitions that are registered and before services begin. Each
--- intent is durable before its request, each schedule as soon as it is made. What fails here stops what comes behind.
local carrier = require "ecs_service.verbs.carrier"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local form = require "ecs_service.run.schedule_form"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local of_rules = require "ecs_service.util.lazy" "ecs_service.verbs.plan_rules"
local planned = require "ecs_service.plan"
local planning = require "ecs_service.verbs.plan_schedules"
local schedules = require "ecs_service.run.schedules"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"
local wire = require "ecs_service.aws.signed_request"

local carrying = {}

local KIND = kinds.named "schedule"

local Carrier = carrier.class()

-- What is written down before a request.
function Carrier:intend(change, operation, one, token)
  local here, identity = self:here(), KIND.identity(one)
  local service, resource = "scheduler", "schedule/" .. identity
  if one.rule then service, resource = "events", "rule/" .. one.rule end
  self:touch(change.at)
  self.state.journal[change.at] = { operation = operation, schedule = identity, client_token = token,
    begun = times.text(skew.now(self.session)), by = history.author(),
    arn = ("arn:%s:%s:%s:%s:%s"):format(here.partition, service, here.region, here.account or "", resource) }
  return self:save(true)
end

local META = { "lifecycle", "depends_on" }

-- The record of what is there now.
function Carrier:record(change, attributes)
  local meta
  for _, name in ipairs(META) do
    local value = change.config and change.config[name]
    if value ~= nil then
      meta = meta or {}
      meta[name] = core.table(value)
    end
  end
  kinds.record(self.state, change.at, { status = "ok", meta = meta,
    attributes = core.object(planning.seal(attributes, attributes)) })
  self:settled(change)
end

-- Where the run is, with its account: names become ARNs by it.
function Carrier:here()
  local place = self.session.place
  local here = place and place:here() or self.session
  return { partition = here.partition, region = here.region,
    account = here.account or self.session.account_id }
end

function Carrier:whole_place()
  local here = self:here()
  if here.account then return here end
  local account, err = require "ecs_service.aws.account".of(self.session, self.stack.options)
  here.account = account
  return account and here, err
end

-- The attributes with the values that stand in them as digests: of the declaration, or as AWS has them.
local function opened_values(change)
  local called = KIND.identity(change.after)
  local value, _, partial = sealed.opened(change.after, change.real, called)
  if value then return value end
  local open, differs = sealed.opened(partial, change.seen and change.seen.attributes or {}, called)
  if open then return open end
  return nil, errors.new { code = "PlanStale", path = "overrides",
    message = ("the script has another value of %s than the plan was made with"):format(differs),
    hint = "plan again and look at the new plan" }
end

-- An update says everything: what AWS has is read before it, where the plan has not.
function Carrier:read_again(change)
  if change.seen then return change.seen.opened end
  local found, err = schedules.read(self.session, { change.after }, self.opts)
  if not found then return nil, err end
  return found[1] and form.opened(found[1], change.config, self:here()) or {}
end

local actions = {}

function actions.create(self, change)
  local here, err = self:whole_place()
  local values = here
  if here then values, err = opened_values(change) end
  if not values then return nil, err end
  local body = form.body(values, here)
  local token = wire.token()
  local saved
  saved, err = self:intend(change, planning.CREATES, change.after, token)
  if not saved then return nil, err end
  local arn
  arn, err = schedules.create(self.session, body, token, self.opts)
  if not arn then
    if not schedules.is_open(err) then self:settled(change) end
    return nil, err
  end
  self:record(change, tables.merge(change.after, { arn = arn }))
  return self:save()
end

-- Of a rule's target the task definition alone.
local function follow(self, change, here)
  local saved, err = self:intend(change, "PutTargets", change.after)
  if not saved then return nil, err end
  local done
  done, err = of_rules.put(self.session, change, here, self.opts)
  if not done then return nil, err end
  self:record(change, change.after)
  return self:save()
end

function actions.update(self, change)
  local here, err = self:whole_place()
  if here and change.after.rule then return follow(self, change, here) end
  local values, opened = here, nil
  if here then values, err = opened_values(change) end
  if values then opened, err = self:read_again(change) end
  if not opened then return nil, err end
  local body = form.body(values, here, opened, planning.left_out(change.config))
  local saved
  saved, err = self:intend(change, "UpdateSchedule", change.after)
  if not saved then return nil, err end
  local done
  done, err = schedules.update(self.session, body, self.opts)
  if not done then return nil, err end
  self:record(change, change.after)
  return self:save()
end

actions["delete"] = function(self, change)
  local saved, err = self:intend(change, "DeleteSchedule", change.before)
  if not saved then return nil, err end
  local done
  done, err = schedules.delete(self.session, change.before, self.opts)
  if not done then return nil, err end
  self:strike_out(change)
  return self:save()
end

-- Another name, or another group: the old one is ended first, so that never both start tasks.
function actions.replace(self, change)
  local done, err = actions["delete"](self, change)
  if not done then return nil, err end
  return actions.create(self, change)
end

function actions.forget(self, change)
  self:strike_out(change)
  return self:save()
end

actions["no-op"] = function(self, change)
  if change.protected then return true end
  local entry = kinds.entry(self.state, change.at)
  self:record(change, change.after)
  if self.plan.options.refresh_only and entry then
    local own = kinds.entry(self.state, change.at)
    own.meta, own.imported = entry.meta, entry.imported
  end
  return self:save()
end

local function is_told(change) return change.action ~= "no-op" and change.action ~= "forget" end

function Carrier:carry_out(change)
  if is_told(change) then
    local err = self.session.place and self.session.place:forbids_change()
    if err then return nil, err end
    self:tell(change, { type = "started", action = change.action })
  end
  local done, err = true, nil
  if change.stray then done, err = schedules.delete(self.session, change.stray, self.opts) end
  if done then done, err = actions[change.action](self, change) end
  if is_told(change) then
    self:tell(change, { type = "done", ok = done and true or false, action = change.action, error = err })
  end
  return done, err
end

function Carrier:all()
  for _, change in ipairs(self.own) do
    if self.opts.interrupted and is_told(change) and self.opts.interrupted() then
      return nil, errors.new { code = "Interrupted", message = "interrupted" }
    end
    local done, err = self:carry_out(change)
    if not done then self:fail(change, err) end
    self.ended[change] = true
  end
  local saved, err = self:save()
  return saved and #self.failures == 0, err
end

function Carrier:describe(of_others)
  return self:result(KIND, of_others, function(change, failure)
    if failure then return "failed" end
    return change.action == "no-op" and "unchanged" or self.ended[change] and "done" or "skipped"
  end)
end

--- Carries out a plan that has schedules.
---@param run ecs_service.Run
---@param plan ecs_service.Plan
---@param carry_on fun(run: ecs_service.Run, plan: ecs_service.Plan): table|nil, ecs_service.Error|nil  for the others
---@return table|nil result
---@return ecs_service.Error|nil
function carrying.out(run, plan, carry_on)
  local session, err = run.stack:session(run.state)
  if not session then return nil, err end
  local own, others = {}, {}
  for _, change in ipairs(plan.changes) do table.insert(change.kind == KIND.name and own or others, change) end
  local self = carrier.new(Carrier, run, plan, session, own, { ended = {} })
  local done
  done, err = self:all()
  if not done then
    err = err or errors.join(self.failures, kinds.told("%d things failed", kinds.texts(plan.changes)))
    err.result, err.serial = self:describe(), self.state.serial
    return nil, err
  end
  local fields = tables.merge(plan)
  fields.changes = others
  local result
  result, err = carry_on(run, planned.new(fields))
  if result then return self:describe(result) end
  err.result = self:describe(err.result)
  return nil, err
end

return carrying
