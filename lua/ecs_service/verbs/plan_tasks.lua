--- What a plan does with the tasks of a stack: whether each is run, and why; planned when it is known what becomes of
--- the services that they stand before.
local begun = require "ecs_service.plan.unfinished_creates"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local graph = require "ecs_service.plan.dependencies"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local of_definitions = require "ecs_service.verbs.plan_definitions"
local recovery = require "ecs_service.run.task_recovery"
local request = require "ecs_service.run.task_request"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"
local task_definitions = require "ecs_service.run.task_definitions"
local task_end = require "ecs_service.run.task_end"

local tasks = {}

local function is_task(address) return kinds.of(address) == kinds.named "task" end

-- What a task has by its declaration and by that of the service that lends it the rest.
local function sources(self, address)
  local handle = self.stack.declared[address]
  local config = core.table(self.normals[address])
  local lender = config.service and self.stack.declared[config.service]
  local lent = lender and self.normals[config.service] and core.table(self.normals[config.service]) or {}
  local runs = handle.runs
  if not runs and config.task_definition == nil then runs = lender and lender.runs end
  return { config = config, lent = lent, runs = runs, text = config.task_definition or lent.task_definition }
end

-- Whether it is declared and not to go.
local function stands(self, address)
  return self.normals[address] ~= nil and not self.opts.destroy and not self.opts.refresh_only
end

--- Reads what declared tasks run that this stack does not declare, and what became of those that an earlier run began.
---@param self table the planner
---@return boolean|nil
---@return ecs_service.Error|nil
function tasks.read(self)
  local list, open, opts = {}, {}, { interrupted = self.opts.interrupted }
  self.run_revisions, self.begun_tasks = {}, {}
  for _, address in ipairs(self.tasks) do
    if stands(self, address) then
      local from = sources(self, address)
      if not from.runs and from.text then list[#list + 1] = from.text end
      if self.state.journal[address] then open[#open + 1] = address end
    end
  end
  local found, err = task_definitions.describe_all(self.session, tables.keys(tables.set(list)), opts)
  if not found then return nil, err end
  self.run_revisions = found
  begun.await(self.state, open, self.session.scheduler, { interrupted = self.opts.interrupted,
    on_event = self.opts.on_event or self.stack.options.on_event })
  for _, address in ipairs(open) do
    self.begun_tasks[address], err = recovery.find(self.session, address, self.state.journal[address], opts)
    if not self.begun_tasks[address] then
      if err.code ~= "OutcomeUnknown" then return nil, err end
      self:refuse(err)
    end
  end
  return true
end

-- Members of a definition that say nothing of what its tasks do.
local NO_MATTER = { "arn", "arn_without_revision", "revision", "status", "tags", "tags_all", "sensitive",
  "skip_destroy", "keep", "track_latest", "lifecycle", "depends_on" }

-- A record has digests in place of secret values: all values are compared as such.
local function definition_digest(definition)
  local values = {}
  for _, container in ipairs(definition.container_definitions or {}) do
    for name in pairs(container.environment or {}) do values[name] = true end
  end
  local copy = tables.merge(sealed.of(definition, definition.family, tables.keys(values)))
  for _, name in ipairs(NO_MATTER) do copy[name] = nil end
  return core.system.sha256(core.json(core.definition_reduced(copy)))
end

local function sha(value) return core.system.sha256(core.json(core.object(value))) end

-- What a run makes of a declared definition: what is declared; where the run leaves it out, what was registered last.
local function as_planned(self, runs)
  local declared, entry = self.normals[runs], kinds.entry(self.state, runs)
  local left_out = entry and not (self.registers or {})[runs]
  return left_out and core.table(entry.attributes) or declared and core.table(declared) or nil
end

-- The definition in normal form, and the revision where one is known.
local function definition_of(self, address, from)
  if from.runs then
    local revision = of_definitions.revision(self, from.runs)
    if revision then return as_planned(self, from.runs), revision end
    return nil, nil, errors.new { code = "NotRecorded", service = address, path = "task_definition",
      message = ("no revision of %s is registered, and this run leaves it out"):format(from.runs),
      hint = "do not exclude it" }
  end
  local found = from.text and self.run_revisions[from.text]
  if found then return found.attributes, found.attributes.arn end
  return nil, nil, errors.new { code = from.text and "NotFound" or "Missing", service = address,
    path = "task_definition",
    message = from.text and ("ECS has no task definition %s"):format(names.last(from.text))
      or "neither it nor its service says what is run",
    hint = from.text and "see its family, revision and region" or "set task_definition" }
end

-- Arguments of a declaration that are no members of RunTask.
local NOT_SENT = { "service", "command", "environment", "container", "run", "timeout", "before", "after", "depends_on",
  "task_definition", "tags_all" }

-- The body of RunTask, without what is only known when it is sent.
local function body_of(from, definition, container)
  local members = tables.merge(from.config)
  for _, name in ipairs(NOT_SENT) do members[name] = nil end
  local lent = tables.merge(from.lent, {})
  lent.task_definition = nil
  local body, err = request.of(members)
  if not body then return nil, err end
  local base
  base, err = request.of_declaration(lent)
  if not base then return nil, err end
  if body.launchType or body.capacityProviderStrategy then
    base.launchType, base.capacityProviderStrategy = nil, nil
  end
  if from.config.task_definition then base.enableExecuteCommand = nil end -- it may be without a role that this needs
  body = tables.merge(base, body)
  err = request.fit(body, { family = definition.family, networkMode = definition.network_mode,
    requiresCompatibilities = definition.requires_compatibilities })
  err = err or request.override(body, container, { command = from.config.command, env = from.config.environment })
  if err then return nil, err end
  body.cluster = body.cluster or "default"
  return body
end

-- The container that is watched; those that are overridden have to be there as well.
local function watched(definition, config)
  local list, overrides = {}, (config.overrides or {}).container_overrides or {}
  for i, one in ipairs(definition.container_definitions or {}) do
    list[i] = { name = one.name, essential = one.essential }
  end
  for i, one in ipairs(overrides) do
    local _, err = task_end.watched({ containerDefinitions = list }, one.name)
    if err then
      err.path = ("overrides.container_overrides[%d].name"):format(i)
      return nil, err
    end
  end
  return task_end.watched({ containerDefinitions = list }, config.container)
end

local function filled(map) return map and next(map) ~= nil and map or nil end

-- Overrides as far as they say what the task does: which container comes first means nothing.
local function in_no_order(overrides)
  local copy = tables.merge(overrides or {})
  local list = tables.copy(copy.container_overrides or {})
  table.sort(list, function(a, b) return a.name < b.name end)
  for i, one in ipairs(list) do
    list[i] = tables.merge(one)
    list[i].environment = filled(one.environment)
  end
  copy.container_overrides = filled(list)
  return filled(copy)
end

-- What a run of it would be, as far as that is known before it: nil and what is wrong.
local function prepare(self, address)
  local from = sources(self, address)
  local definition, revision, err = definition_of(self, address, from)
  local container, body
  if definition then container, err = watched(definition, from.config) end
  if container then body, err = body_of(from, definition, container) end
  if not body then
    err.service = address
    return nil, err
  end
  local config = from.config
  local pending = from.runs ~= nil and of_definitions.is_unknown(revision)
  if not pending then body.taskDefinition = revision end
  local registers = from.runs and self.registers and self.registers[from.runs]
  local own = definition_digest(definition)
  return { config = config, runs = from.runs, container = container, request = body, family = definition.family,
    pending = pending, definition = own,
    revision = pending and (registers and registers.predicted or definition.family) or names.last(revision),
    digest = sha { definition = own, command = config.command, environment = filled(config.environment),
      overrides = in_no_order(config.overrides), count = config.count or 1 } }
end

local function is_change(change) return change ~= nil and change.action ~= "no-op" and change.action ~= "forget" end

-- What it stands before; where that is nothing, what it stands after.
local function neighbours(config)
  if config.before and #config.before > 0 then return config.before end
  return config.after or {}
end

-- What those that a "deploy" is for are declared as: a run for one deployment is not repeated for the same one.
local function deployment_digest(self, ready)
  local list = {}
  for i, address in ipairs(neighbours(ready.config)) do
    local normal, handle = self.declared_normals[address], self.stack.declared[address]
    local copy = normal and tables.merge(core.table(normal)) or {}
    local runs = handle and handle.runs and as_planned(self, handle.runs)
    if runs then copy.task_definition = definition_digest(runs) end
    list[i] = copy
  end
  return sha { list = list, own = ready.digest }
end

local modes = {}

function modes.on_change(_, ready, entry)
  if not entry then return "it has not been run yet" end
  if entry.status ~= "ok" then return "its last run did not end well" end
  if entry.attributes.digest == ready.digest then return nil end
  if entry.attributes.definition ~= ready.definition then
    return ready.pending and "its task definition changes" or "its task definition has changed"
  end
  return "its command, overrides or count have changed"
end

-- Whether an earlier run had begun what it stands behind, and did not see it end.
local function goes_on(self, address, change)
  if not change or change.action ~= "no-op" then return false end
  local entry = kinds.entry(self.state, address)
  local unseen = entry and change.completed and (entry.status == "failed" or not entry.settled)
  return unseen or change.open ~= nil or self.state.journal[address] ~= nil
end

function modes.deploy(self, ready, entry)
  ready.deployment = deployment_digest(self, ready)
  local behind = #(ready.config.before or {}) == 0
  if behind and entry and entry.status ~= "ok" then return "its last run did not end well" end
  for _, address in ipairs(neighbours(ready.config)) do
    local change = self.by_address[address]
    local open = behind and goes_on(self, address, change)
    if is_change(change) or open then
      local done = entry and entry.status == "ok" and (open or not entry.settled)
        and entry.attributes.deployment == ready.deployment
      if done then return nil, "it has been run for this deployment" end
      return (open and "an earlier run had begun to change %s" or "%s changes"):format(address)
    end
  end
end

function modes.always() return "it is run by each apply" end

function modes.manual(_, _, _, address)
  return nil, ("it is run by hand: %s"):format(shell.command("ecs-service run", address))
end

-- Behind the change stands what apply needs and nobody is shown.
local function finish(change, address, behind)
  change.kind, change.address = "task", kinds.name(address)
  change.diff, change.drift, change.replace_paths = {}, {}, {}
  behind.at = address
  return setmetatable(change, { __index = behind })
end

local AWAITED = "an earlier run had begun it, and it is waited for"
local RESUMED = "an earlier run had begun it, and is not known to have started it: the same token starts nothing twice"

local function declared(self, address)
  local ready, err = prepare(self, address)
  if not ready then
    self:refuse(err)
    return nil
  end
  local entry, found, config = kinds.entry(self.state, address), self.begun_tasks[address], ready.config
  local mode = config.run or "on_change"
  local why, note = modes[mode](self, ready, entry, address)
  local own = found and found.tasks and self.state.journal[address].digest == ready.digest
  local resume = found and found.resume and (own or not found.tasks)
  if found then why = resume and RESUMED or AWAITED end
  local change = { action = why and "run" or "no-op", reason = why or note, mode = mode, runs = ready.runs,
    task_definition = ready.revision, command = config.command, count = config.count, digest = ready.digest,
    stands_before = config.before, stands_after = config.after, declared = sha(config), resume = resume or nil }
  return finish(change, address, { request = ready.request, container = ready.container,
    timeout = config.timeout or 3600, family = ready.family, pending = ready.pending, definition = ready.definition,
    deployment = ready.deployment, found = own and not resume and found.tasks or nil,
    former = found and not own and found.tasks or nil })
end

local function one(self, address)
  local entry = kinds.entry(self.state, address)
  if stands(self, address) then return declared(self, address) end
  if not entry or self.opts.refresh_only then
    if not entry and not self.normals[address] and not self.opts.refresh_only then
      self.settled[#self.settled + 1] = address -- it was begun, and is not declared any more
    end
    return nil
  end
  return finish({ action = "forget", before = core.table(entry.attributes),
    reason = not self.opts.destroy and "it is not declared any more" or nil }, address, {})
end

-- Those that others of the tasks stand before come first, so that it is known whether they change.
local function in_order(self)
  local list, done = {}, {}
  local function visit(address)
    if done[address] then return end
    done[address] = true
    local config = self.normals[address]
    for _, other in ipairs(config and neighbours(core.table(config)) or {}) do
      if is_task(other) then visit(other) end
    end
    list[#list + 1] = address
  end
  for _, address in ipairs(self.tasks) do visit(address) end
  return list
end

-- Those that are left out although what they stand before is not.
local function warn_of_excluded(self)
  local chosen = tables.set(self.chosen)
  local own = tables.set(self.tasks)
  for _, address in ipairs(self.stack.order) do
    local config = is_task(address) and not own[address] and self.normals[address]
    for _, other in ipairs(config and core.table(config).before or {}) do
      if (chosen[other] or own[other]) and is_change(self.by_address[other]) then
        table.insert(self.warnings, { code = "TaskExcluded", severity = "warning", service = address,
          message = ("it stands before %s, and this run leaves it out"):format(other),
          hint = "run it by hand first: " .. shell.command("ecs-service run", address) })
      end
    end
  end
end

--- Plans them.
---@param self table the planner; gets `task_changes`
function tasks.plan(self)
  self.by_address, self.task_changes = {}, {}
  for _, change in ipairs(self.changes) do self.by_address[change.address] = change end
  for _, change in ipairs(self.front or {}) do self.by_address[change.at] = change end
  for _, address in ipairs(in_order(self)) do
    local change = one(self, address)
    self.by_address[address] = change
  end
  for _, address in ipairs(self.tasks) do self.task_changes[#self.task_changes + 1] = self.by_address[address] end
  if not self.opts.destroy and not self.opts.refresh_only then warn_of_excluded(self) end
end

-- A list in which each task stands behind what it needs, and before what needs it; otherwise as before.
local function sorted(changes, dependencies)
  local list, done, by_text = {}, {}, {}
  for _, change in ipairs(changes) do by_text[kinds.text(change)] = by_text[kinds.text(change)] or change end
  local function put(change)
    if done[change] then return end
    done[change] = true
    local address = kinds.text(change)
    for _, other in ipairs(dependencies[address] or {}) do
      if by_text[other] and (is_task(address) or is_task(other)) then put(by_text[other]) end
    end
    list[#list + 1] = change
  end
  for _, change in ipairs(changes) do put(change) end
  return list
end

--- The changes of the plan, with those of tasks among them.
---@param self table the planner
---@param changes table[]
---@return table[]
function tasks.among(self, changes)
  local list, map = tables.merge(changes), {}
  for i, change in ipairs(self.task_changes) do list[#changes + i] = change end
  for address in pairs(self.stack.declared) do
    map[address] = self.normals[address] and self.normals[address].depends_on
  end
  for _, address in ipairs(self.tasks) do graph.stand(map, address, self.normals[address]) end
  return sorted(list, map)
end

return tasks
