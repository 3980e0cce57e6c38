--- What a plan does with declarations that stand for rules of EventBridge: of one target the task definition follows
--- the declaration. The rule, its other targets and the rest of that one stay as they are, also when nobody declares
--- it any more.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local form = require "ecs_service.run.schedule_form"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local of_definitions = lazy "ecs_service.verbs.plan_definitions"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local rule_targets = require "ecs_service.run.rule_targets"
local tables = require "ecs_service.util.tables"

local rules = {}

local STAYS = "the rule and its target stay as they are"

local function of_task(target) return target.EcsParameters and target.EcsParameters.TaskDefinitionArn end

-- The family of a reference, with or without a revision.
local function family_of(reference) return lists.parts(reference) or names.last(reference) end

local function refusal(address, code, path, message, hint)
  return errors.new { code = code, service = address, path = path, message = message, hint = hint }
end

--- Whether a declaration, or what is recorded, stands for a rule.
---@param config table|nil
---@return boolean
function rules.is_meant(config) return config ~= nil and config.rule ~= nil end

local function called(config)
  local bus = names.last(config.event_bus_name)
  return bus and bus ~= "default" and ("%s of the bus %s"):format(config.rule, bus) or config.rule
end

local function ids(list)
  local found = {}
  for i, target in ipairs(list) do found[i] = tostring(target.Id) end
  return table.concat(found, ", ")
end

local function by_id(list, id)
  for _, target in ipairs(list) do
    if target.Id == id then return target end
  end
end

local function named(address, config, list)
  local target = by_id(list, config.target_id)
  if target and of_task(target) then return target end
  return nil, refusal(address, "NotFound", "target_id",
    target and ("the target %s of the rule %s runs no task of ECS"):format(config.target_id, called(config))
      or ("the rule %s has no target %s"):format(called(config), config.target_id),
    #list > 0 and "its targets are " .. ids(list) or "it has no targets")
end

-- The target that is meant: the named one, or the only one that runs the family.
local function target_of(address, config, family, list)
  if not list then
    return nil, refusal(address, "NotFound", "rule", ("there is no rule %s"):format(called(config)),
      "name a rule that exists; a schedule of its own is declared without rule")
  end
  if config.target_id then return named(address, config, list) end
  local fits = {}
  for _, target in ipairs(list) do
    if family_of(of_task(target)) == family and of_task(target) then fits[#fits + 1] = target end
  end
  if #fits == 1 then return fits[1] end
  if #fits == 0 then
    return nil, refusal(address, "NotFound", "rule", ("no target of the rule %s runs the family %s"):format(
      called(config), family), #list > 0 and "name the one that is meant: target_id = one of " .. ids(list)
      or "it has no targets")
  end
  return nil, refusal(address, "Ambiguous", "target_id", ("%d targets of the rule %s run the family %s"):format(#fits,
    called(config), family), "name the one that is meant: target_id = one of " .. ids(fits))
end

--- Which rules are looked at.
---@param self table the planner
---@return table<string, table> by address
function rules.wanted(self)
  local wanted = {}
  for _, address in ipairs(self.schedules) do
    local entry = kinds.entry(self.state, address)
    local config = self.normals[address] and not self.opts.destroy and not self.opts.refresh_only
      and self.normals[address] or self.opts.refresh_only and self.opts.refresh ~= false and entry and entry.attributes
    if config and config.rule then
      wanted[address] = { rule = config.rule, event_bus_name = config.event_bus_name }
    end
  end
  return wanted
end

local function digest_of(target) return core.system.sha256(core.json(target)) end

local function in_account(here, arn)
  return { partition = here.partition, region = here.region,
    account = here.account or tostring(arn):match "^arn:[^:]*:[^:]*:[^:]*:(%d+):" }
end

local function arn_of(config, here)
  local bus = names.last(config.event_bus_name)
  return ("arn:%s:events:%s:%s:rule/%s%s"):format(here.partition, here.region, here.account or "",
    bus and bus ~= "default" and bus .. "/" or "", config.rule)
end

local function attributes_of(config, target, definition, here)
  return { rule = config.rule, event_bus_name = config.event_bus_name, target_id = target.Id,
    task_definition = definition, arn = arn_of(config, in_account(here, of_task(target))) }
end

-- What is declared, and what runs, with the diff of the two.
local function compared(self, own, target, runs, here)
  local now = of_task(target)
  local same = form.definition_arn(own.task_definition, in_account(here, now)) == now
  local before = attributes_of(own, target, same and own.task_definition or now, here)
  local after = attributes_of(own, target, own.task_definition, here)
  if same then return { action = "no-op", before = before, after = before, diff = {} } end
  local entry = { path = "task_definition", before = now, after = own.task_definition }
  if of_definitions.is_unknown(own.task_definition) then
    local registers = self.registers and self.registers[runs]
    entry.after, entry.known_after_apply, entry.predicted = nil, true, registers and registers.predicted
    after.task_definition = nil
  end
  return { action = "update", before = before, after = after, diff = { entry } }
end

--- The change of a declared one.
---@param self table the planner
---@param address string
---@param own table the declaration, with the revision that its task definition will have
---@param here ecs_service.Place
---@return table|nil change nil: it is refused
---@return table|nil behind what apply needs
function rules.declared(self, address, own, here)
  local entry, runs = kinds.entry(self.state, address), self.stack.declared[address].runs
  if entry and not entry.attributes.rule then
    return self:refuse(refusal(address, "NotAllowed", "rule",
      "it is recorded as a schedule of its own, and cannot become a rule",
      "declare the rule under another address: this one's schedule is ended then"))
  end
  local family = runs and self.normals[runs].family or family_of(own.task_definition)
  local target, err = target_of(address, own, family, self.rule_targets[address])
  if not target then return self:refuse(err) end
  local change = compared(self, own, target, runs, here)
  change.runs, change.digest = runs, digest_of(target)
  return change, { config = own, real = own, actual = change.before, target = target, entry = entry }
end

--- The change of one that is not declared any more, or to be destroyed: it is let go of.
---@param self table the planner
---@param entry table
---@param declared boolean
---@return table change
function rules.removed(self, entry, declared)
  return { action = "forget", before = core.table(entry.attributes),
    reason = (declared or self.opts.destroy) and STAYS or "it is not declared any more; " .. STAYS }
end

--- The change of a refresh.
---@param self table the planner
---@param address string
---@param entry table
---@param here ecs_service.Place
---@return table change
function rules.refreshed(self, address, entry, here)
  local has, list = core.table(entry.attributes), self.rule_targets[address]
  local target = list and by_id(list, has.target_id)
  local now = target and of_task(target)
  if not now then return { action = "forget", before = has, reason = "the target is gone" } end
  local same = form.definition_arn(has.task_definition, in_account(here, now)) == now
  return { action = "no-op", before = has,
    after = tables.merge(has, { task_definition = same and has.task_definition or now }) }
end

--- Why a given plan does not hold any more for one of its changes; what was read takes the place of what the plan saw.
---@param change table
---@param list table[]|nil targets
---@return string|nil message
function rules.moved(change, list)
  if change.action == "forget" then return nil end
  local target = list and by_id(list, change.after.target_id)
  if not target then
    return ("%s has changed since the plan was made: its target is gone now"):format(kinds.text(change))
  elseif digest_of(target) ~= change.digest then
    return ("%s has changed since the plan was made: its target is another one now"):format(kinds.text(change))
  end
end

--- Carries out an update.
---@param session ecs_service.Session
---@param change table
---@param here ecs_service.Place
---@param opts table { interrupted }
---@return boolean|nil
---@return ecs_service.Error|nil
function rules.put(session, change, here, opts)
  local target = tables.copy(change.target)
  target.EcsParameters.TaskDefinitionArn = form.definition_arn(change.after.task_definition, here)
  local done, err = rule_targets.put(session, change.after, target, opts)
  return done, err
end

return rules
