--- validate: every declaration of a stack by the rows, and what holds among them. Nothing is sent.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local declaration = require "ecs_service.plan.declarations"
local errors = require "ecs_service.errors"
local graph = require "ecs_service.plan.dependencies"
local kinds = require "ecs_service.kinds"
local letters = lazy "ecs_service.render.terminal_text"
local pair = lazy "ecs_service.plan.service_and_definition"
local running = lazy "ecs_service.plan.running"
local tables = require "ecs_service.util.tables"

local validate = {}

local function count_words(count)
  return count == 1 and "1 problem" or count .. " problems"
end

--- The error for a list of diagnostics.
---@param diagnostics table[] { service, path, code, message, hint }
---@return ecs_service.Error
function validate.failed(diagnostics)
  local list, seen = {}, {}
  for _, diagnostic in ipairs(diagnostics) do
    -- What was declared is quoted there, whatever it holds.
    diagnostic.message = letters.escape(diagnostic.message)
    diagnostic.hint = diagnostic.hint and letters.escape(diagnostic.hint)
    if diagnostic.service and not seen[diagnostic.service] then
      seen[diagnostic.service], list[#list + 1] = true, diagnostic.service
    end
  end
  local where = #list == 1 and " in " .. list[1]
    or #list > 1 and (" in %d %s"):format(#list, kinds.words(list).many) or ""
  local first = diagnostics[1]
  return errors.new { code = "ValidationFailed", message = count_words(#diagnostics) .. where .. ", nothing was sent",
    service = #list == 1 and list[1] or nil, path = #diagnostics == 1 and first.path or nil,
    diagnostics = diagnostics }
end

-- Where something lies in the declaration that has it as a member.
local function within(kind, path)
  if path == "" then return kind.within end
  return kind.within .. (path:sub(1, 1) == "[" and "" or ".") .. path
end

local function sorted_by_kind(list, address, problems, warnings)
  local kind = kinds.of(address)
  for _, diagnostic in ipairs(list or {}) do
    diagnostic.service = address
    if kind.within then
      diagnostic.service, diagnostic.path = kinds.owner(address), within(kind, diagnostic.path or "")
    elseif kind ~= kinds.BARE then
      diagnostic.address, diagnostic.kind = kinds.name(address), kind.name
    end
    if diagnostic.severity == "warning" then
      warnings[#warnings + 1] = diagnostic
    else
      problems[#problems + 1] = diagnostic
    end
  end
end

-- Two declarations of one service would take turns in undoing each other's changes.
local function check_twins(order, normals, problems)
  local owners = {}
  for _, address in ipairs(order) do
    local config, kind = normals[address], kinds.of(address)
    local identity = config and config.name and kind.identity(config)
    local key = identity and kind.name .. " " .. identity
    if identity and owners[key] then
      problems[#problems + 1] = { severity = "error", code = "DuplicateService", service = address, path = "name",
        message = ("%s declares the %s %s already"):format(owners[key], kind.one, identity),
        hint = ("declare a %s once, or give it another name or cluster"):format(kind.one) }
    elseif identity then
      owners[key] = address
    end
  end
end

-- The members of a table that are kinds of their own, each in its normal form; what is wrong with them is added to a
-- list.
local function attached_of(copy, unreadable, context, problems)
  local normals = {}
  for _, kind in ipairs(type(copy) == "table" and kinds.ATTACHED or {}) do
    local member = copy[kind.within]
    if member ~= nil then
      local inner
      copy[kind.within] = nil
      unreadable, inner = declaration.parted(unreadable, kind.within)
      local normal, list = core.validate(kind.name, member, context)
      normals[kind.within] = normal
      for _, problem in ipairs(declaration.with_problems(inner, list) or {}) do
        if problem.severity ~= "warning" then
          problems[#problems + 1] = tables.merge(problem, { path = within(kind, problem.path or "") })
        end
      end
    end
  end
  return normals, unreadable
end

--- Checks one table.
---@param config any
---@param context table|nil { partition, region, account_id }
---@return table|nil normal
---@return ecs_service.Error|nil
function validate.one(config, context)
  local copy, unreadable, _, asked, _, apart = declaration.read(config)
  if copy == nil and #unreadable > 0 then copy = {} end
  if apart then declaration.take_apart(apart, copy, unreadable) end
  local problems = {}
  local members, others = attached_of(copy, unreadable, context or {}, problems)
  local normal, list = core.validate(kinds.BARE.name, copy, context or {})
  if normal and #others == 0 and #problems == 0 then
    for name, member in pairs(members) do normal[name] = member end
    return asked and running.put_back(normal, asked) or normal
  end
  local all = tables.merge(declaration.with_problems(others, not normal and list or {}))
  for _, problem in ipairs(problems) do all[#all + 1] = problem end
  return nil, validate.failed(all)
end

-- Addresses that name another kind are a service's only where one is recorded so.
local RESERVED = tables.set { "task_definition", "task", "scaling", "schedule" }

local function check_addresses(stack, problems)
  local recorded
  for _, address in ipairs(kinds.split(kinds.BARE, stack.order)) do
    local name = kinds.name(address)
    local prefix = name:match "^([%l_]+)%."
    if RESERVED[prefix] then
      recorded = recorded or (stack:read_state() or { services = {} }).services
      if not recorded[name] then
        problems[#problems + 1] = { severity = "error", code = "NotAllowed", service = address, path = "address",
          message = ("addresses that begin with %s. are not those of services"):format(prefix),
          hint = "give the service another address" }
      end
    end
  end
end

-- Values that stand for what runs in something that nobody declares.
local function check_running(stack, problems)
  for _, address in ipairs(stack.order) do
    if stack.declared[address].running then
      for _, problem in ipairs(running.problems(stack)) do problems[#problems + 1] = problem end
      return
    end
  end
end

-- What a service and its task definition must have in common.
local function check_pairs(stack, normals, problems)
  for _, address in ipairs(stack.order) do
    local runs = stack.declared[address].runs
    if runs and normals[address] and normals[runs] then
      for _, problem in ipairs(pair.problems(normals[address], normals[runs], runs)) do
        problem.service = address
        problems[#problems + 1] = problem
      end
    end
  end
end

-- What a task names beside it, and what follows for the order of things.
local function check_tasks(stack, normals, dependencies, problems)
  local known = tables.set(stack.order)
  for _, address in ipairs(stack.order) do
    local normal = kinds.of(address).name == "task" and (normals[address] or stack.declared[address].config)
    for _, problem in ipairs(normal and graph.unknown_beside(address, normal, stack.order) or {}) do
      problem.address, problem.kind = kinds.name(address), "task"
      problems[#problems + 1] = problem
    end
    if normal then graph.stand(dependencies, address, normal, known) end
  end
end

-- The address of a declared task definition as a text, where its handle is meant.
local function check_text_of_handle(stack, address, list)
  local config = stack.declared[address].config
  local text = type(config) == "table" and config.task_definition
  if type(text) ~= "string" or kinds.of(text).name ~= "task_definition" then return true, list end
  local own = { severity = "error", code = "BadPattern", path = "task_definition",
    message = ("%q is an address of task definitions, and no family and no revision"):format(text),
    hint = ("use the handle: task_definition = what stack:task_definition(%q, { … }) gave"):format(kinds.name(text)) }
  for i, diagnostic in ipairs(list or {}) do
    if diagnostic.path == own.path then
      list[i] = own
      return false, list
    end
  end
  list = list or {}
  list[#list + 1] = own
  return false, list
end

-- Schedules are changed behind task definitions and before all else, so that they can wait for nothing else.
local function check_schedules(stack, dependencies, problems)
  for _, address in ipairs(stack.order) do
    local own = kinds.of(address).name == "schedule" and dependencies[address]
    for i, other in ipairs(own and core.table(own) or {}) do
      if kinds.of(other).name ~= "task_definition" then
        problems[#problems + 1] = { severity = "error", code = "NotAllowed", service = address, given = other,
          address = kinds.name(address), kind = "schedule", path = ("depends_on[%d]"):format(i),
          message = "schedules are changed before services and tasks, and cannot wait for them",
          hint = "take it out: the task definition of task_definition stands there by itself" }
      end
    end
  end
end

-- Metrics that the API has every twenty seconds, and services only when they are told to.
local FINE = "HighResolution$"

-- What a service and its auto scaling must have in common.
local function check_scaling(stack, normals, problems, warnings)
  for _, address in ipairs(stack.order) do
    local own = kinds.of(address).within and normals[address]
    local service = own and normals[kinds.owner(address)]
    if service and service.scheduling_strategy == "DAEMON" then
      problems[#problems + 1] = { severity = "error", code = "NotAllowed", service = kinds.owner(address),
        path = "autoscaling", message = "a service with the DAEMON strategy has as many tasks as there are instances",
        hint = "remove autoscaling, or use the REPLICA strategy" }
    end
    local monitoring = service and service.monitoring
    for key, policy in pairs(service and not monitoring and core.table(own).target_tracking or {}) do
      if (policy.predefined_metric_type or ""):find(FINE) then
        warnings[#warnings + 1] = { severity = "warning", code = "NoHighResolution", service = kinds.owner(address),
          address = kinds.owner(address), path = ("autoscaling.target_tracking.%s.predefined_metric_type"):format(key),
          message = "the metric is published only where the service's monitoring has a resolution of 20 seconds",
          hint = "turn that on for the service, or track the metric without HighResolution" }
      end
    end
  end
end

--- Checks all declarations of a stack.
---@param stack ecs_service.Stack
---@return table<string, userdata>|nil normals address → normal form, a tree of the core (see src/lua/store.h)
---@return ecs_service.Error|nil code ValidationFailed; all problems in err.diagnostics, in the order of declaration
---@return table[]|nil warnings
function validate.all(stack)
  local normals, problems, warnings, dependencies = {}, {}, {}, {}
  local context, store = stack:surroundings(), core.store()
  for _, address in ipairs(stack.order) do
    local service = stack.declared[address]
    local normal, list = core.validate(kinds.of(address).name, service.config, context, store)
    if #service.unreadable > 0 then normal, list = nil, declaration.with_problems(service.unreadable, list) end
    local fine
    fine, list = check_text_of_handle(stack, address, list)
    if not fine then normal = nil end
    sorted_by_kind(list, address, problems, warnings)
    normals[address] = normal
    dependencies[address] = normal and normal.depends_on or nil
  end
  check_schedules(stack, dependencies, problems)
  check_tasks(stack, normals, dependencies, problems)
  check_pairs(stack, normals, problems)
  check_scaling(stack, normals, problems, warnings)
  check_addresses(stack, problems)
  check_running(stack, problems)
  for _, problem in ipairs(graph.problems(stack.order, dependencies)) do problems[#problems + 1] = problem end
  check_twins(stack.order, normals, problems)
  if #problems > 0 then return nil, validate.failed(problems) end
  return normals, nil, warnings
end

return validate
