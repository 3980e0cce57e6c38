--- Plans a change of a service outside of its declaration: what a verb wants of it, while everything else stays as AWS
--- has it.
local argument = require "ecs_service.kinds.service.argument"
local begun = require "ecs_service.plan.unfinished_creates"
local core = require "ecs_service.core"
local declared_text = require "ecs_service.plan.declared_text"
local errors = require "ecs_service.errors"
local generate = require "ecs_service.verbs.generate"
local hook_functions = require "ecs_service.plan.hook_functions"
local names = require "ecs_service.util.identifiers"
local rows_of = require "ecs_service.util.schema_rows"
local service = require "ecs_service.kinds.service"
local under_way = require "ecs_service.plan.under_way"
local validate = require "ecs_service.verbs.validate"

local direct_plan = {}

-- Everything but what the verb is about stays as AWS has it.
local function ignoring(wanted)
  local list = {}
  for _, row in ipairs(rows_of()) do
    if not row.meta and wanted[row.name] == nil then list[#list + 1] = row.name end
  end
  return { ignore_changes = list }
end

local function timeouts_of(subject)
  if subject.declared then return subject.declared.timeouts end
  return subject.entry.meta and subject.entry.meta.timeouts
end

-- The service as a configuration, with what the verb wants in it.
local function configuration(subject, attributes, wanted)
  local session = subject.session
  local config = generate.config(subject.stack, session, attributes, names.short(attributes.cluster))
  for name, value in pairs(wanted) do config[name] = value end
  local context = { region = session.region, partition = session.partition }
  local normal, diagnostics = core.validate(service.name, config, context)
  if not normal then
    for _, diagnostic in ipairs(diagnostics) do diagnostic.service = subject.address end
    return nil, validate.failed(diagnostics)
  end
  normal.lifecycle, normal.timeouts = ignoring(wanted), timeouts_of(subject)
  return normal
end

local function top(path) return path:match "^[^%.%[]+" end

-- What the next apply does to it, and how to have it otherwise.
local function about_argument(subject, name, after)
  return ("the declaration still says %s: the next apply changes it back"):format(
      core.json(subject.declared[name])),
    ("to keep it, declare %s = %s, or name %s in lifecycle.ignore_changes"):format(name, core.json(after), name)
end

-- The same where a task definition of the stack stands for the revision: what its declaration would have to say.
local function about_handle(subject, name, after)
  local now = subject.revision or subject.wanted
  local lines = now and declared_text.of(subject.definition, now)
  local revision = subject.registers and "it" or names.last(after)
  local hint = ("to keep %s, name %s in lifecycle.ignore_changes"):format(revision, name)
  if lines then
    hint = ("to keep what %s says, declare in %s: %s (the next apply registers that); or name %s in "
      .. "lifecycle.ignore_changes"):format(revision, subject.runs, lines, name)
  end
  return ("%s declares what it did, of which %s is recorded: the next apply changes this back"):format(subject.runs,
    names.last(subject.declared[name])), hint
end

-- What the next plan will say of it.
local function warn_of_declaration(subject, change, wanted)
  if not subject.declared then return end
  local session, options = subject.session, subject.stack.options
  local after = argument.with_local(change.after, change.own_local)
  local next_change = core.plan(service.name, { config = subject.declared, recorded = after, actual = after,
    refreshed = true, default_tags = options.default_tags and core.object(options.default_tags),
    ignore_tags = options.ignore_tags, partition = session.partition, region = session.region,
    account_id = session.account_id, latest_task_definition = subject.found.newest })
  for _, difference in ipairs(next_change and next_change.diff or {}) do
    local name = top(difference.path)
    if wanted[name] ~= nil and after[name] ~= nil and subject.declared[name] ~= nil then
      local of_handle = subject.definition and name == argument.at "taskDefinition"
      local message, hint = (of_handle and about_handle or about_argument)(subject, name, after[name])
      table.insert(subject.warnings, { code = "DeclarationDiffers", severity = "warning", address = subject.address,
        service = subject.address, path = name, message = message, hint = hint })
    end
  end
end

-- What any plan would warn of: a rollout that cannot make progress, say.
local function warn_of_rollout(subject, change, list)
  if not change.deployment.starts then return end
  for _, warning in ipairs(list or {}) do
    warning.service, warning.address = subject.address, subject.address
    table.insert(subject.warnings, warning)
  end
end

-- A revision that is registered first: until then its number is a guess, which is shown and never counts.
local function registered_later(change, registers)
  local name = argument.at "taskDefinition"
  for _, entry in ipairs(change.diff) do
    if entry.path == name then
      entry.after, entry.known_after_apply, entry.predicted = nil, true, registers.predicted
    end
  end
  change.after[name], change.registers = nil, registers
  return change
end

--- The change by which a service gets what a verb wants of it, and nothing else.
---@param subject ecs_service.Subject what is to be warned of is added to its warnings
---@param wanted table<string, any> argument → value
---@return table|nil change
---@return ecs_service.Error|nil
function direct_plan.change(subject, wanted)
  local attributes = argument.with_local(subject.found.attributes)
  local normal, err = configuration(subject, attributes, wanted)
  if not normal then return nil, err end
  local session = subject.session
  local change, list = core.plan(service.name, { config = normal, recorded = attributes, actual = attributes,
    refreshed = true, partition = session.partition, region = session.region, account_id = session.account_id,
    facts = { answered_stages = hook_functions.stages(subject.stack.declared[subject.address]) } })
  if not change then
    local first = list[1]
    for _, diagnostic in ipairs(list) do diagnostic.service = subject.address end
    return nil, errors.new { code = first.code, service = subject.address, path = first.path,
      message = first.message, hint = first.hint, diagnostics = list }
  end
  warn_of_rollout(subject, change, list)
  change.address, change.service, change.cluster = subject.address, attributes.name, attributes.cluster
  change.found, change.primary, change.verb = subject.found.status, subject.found.primary, subject.verb
  change.reason = subject.reason or change.reason
  change.follows, change.open = subject.opts.wait ~= false, subject.open
  subject.warnings[#subject.warnings + 1] = hook_functions.warning(subject.stack.declared[subject.address], change,
    change.follows)
  if change.action == "no-op" and change.open then change.under_way = under_way.of(subject.found) end
  -- Behind the change, as a plan has it: trees cannot be written as JSON. `own_local`: what only the
  -- declaration has; what a declared update had forced, whose run ended early, is not forced again.
  setmetatable(change, { __index = { config = normal, actual = subject.found.attributes,
    own_local = begun.updated(subject.journal, subject.entry, subject.found, subject.declared or {})
      or subject.entry.attributes } })
  warn_of_declaration(subject, change, wanted)
  return subject.registers and registered_later(change, subject.registers) or change
end

return direct_plan
