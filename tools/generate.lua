--- Writes docs/arguments.md and lua/ecs_service/types.lua from the rows of the schema, docs/api.md from the types,
--- docs/causes.md from the rules of explain, docs/warnings.md from the table of the warnings, and in share/ the manual
--- page and the completions of the command from its own parser; lua/ecs_service/simulator/shapes from the API's model.
--
--   lua5.4 tools/generate.lua            writes them
--   lua5.4 tools/generate.lua --check    fails when one of them is not what it would write
--
-- Loaded as a chunk with "--stale", it answers the names of the files that are not up to date.
local completion = require "ecs_service.cli.completion"
local core = require "ecs_service.core"
-- What no row has, for no request and no state bears it.
local LUA_MEMBER = require "ecs_service.plan.hook_functions".MEMBER

local root = (arg and arg[0] and arg[0]:match("^(.*)tools/generate%.lua$")) or ""

local function camel(name)
  return (("_" .. name):gsub("_(%w)", string.upper))
end

local function scalar(value)
  if type(value) == "string" then
    return '"' .. value .. '"'
  end
  return tostring(value)
end

local KINDS = {
  bool = "bool", int = "whole number", number = "number", document = "JSON", string = "string",
  duration = "duration", list = "list of strings", set = "set of strings", map = "map of strings",
  int_list = "list of whole numbers", block = "table", block_list = "list of tables",
  block_set = "set of tables", block_map = "tables by names of your choice",
}

local DEFAULTS = { create = '"20m"', update = '"20m"', delete = '"20m"' }

local function default_of(row)
  if row.implied ~= nil then
    return "`" .. row.implied .. "`"
  elseif row.default == nil then
    return ""
  end
  return "`" .. (row.kind == "duration" and DEFAULTS[row.name] or scalar(row.default)) .. "`"
end

--- What may stand there, beside the kind.
local function allowed(row)
  local parts = {}
  if row.choices then
    local words = {}
    for i, choice in ipairs(row.choices) do
      words[i] = "`" .. choice .. "`"
    end
    parts[#parts + 1] = table.concat(words, ", ")
  elseif row.kind == "int" and row.maximum then
    local unbounded = row.maximum == 2147483647
    parts[#parts + 1] = (unbounded and "%d or more" or "%d to %d"):format(row.minimum, row.maximum)
    if row.left_to then parts[#parts + 1] = ("`ecs.%s`"):format(row.left_to) end
  elseif row.kind == "number" then
    parts[#parts + 1] = ("%s to %s in steps of %s"):format(scalar(row.minimum), scalar(row.maximum), scalar(row.step))
  elseif row.kind == "string" and row.maximum and row.maximum < 2000 then
    parts[#parts + 1] = "at most " .. ("%d"):format(row.maximum) .. " characters"
  end
  if row.arn then
    parts[#parts + 1] = "ARN of " .. row.arn
  end
  if row.pattern then
    parts[#parts + 1] = row.pattern
  end
  if row.min_items then
    parts[#parts + 1] = "at least " .. ("%d"):format(row.min_items)
  end
  if row.max_items then
    parts[#parts + 1] = "at most " .. ("%d"):format(row.max_items)
  end
  return table.concat(parts, "; ")
end

local function marks(row)
  local words = {}
  local function add(condition, word)
    if condition then
      words[#words + 1] = word
    end
  end
  add(row.required, "required")
  add(row.computed and not row.readonly, "kept as AWS has it when not set")
  add(row.replaces, "replaces")
  add(row.deploys, "starts a deployment")
  add(row.next_deploy, "with the next deployment")
  add(row.meta, "steers this tool only")
  add(row["local"] and not row.meta and not row.update, "recorded only")
  add(row.readonly, "attribute")
  add(row.secret, "never shown")
  add(row.conflicts, "not with " .. table.concat(row.conflicts or {}, ", "))
  add(row.requires_with, "only with " .. table.concat(row.requires_with or {}, ", "))
  add(row.only_while, row.only_while and ('only while %s = "%s"'):format(row.only_while[1], row.only_while[2]))
  add(row.since == "the API", "not in Terraform")
  add(row.since == "6.x", "since 6.x")
  return table.concat(words, "; ")
end

local function heading(path)
  return path:gsub("[^%w_%-]", "")
end

local function add_table(out, rows, path)
  out[#out + 1] = "| argument | kind | default | allowed | |"
  out[#out + 1] = "| --- | --- | --- | --- | --- |"
  for _, row in ipairs(rows) do
    local full = path == "" and row.name or path .. "." .. row.name
    local name = row.rows and ("[%s](#%s)"):format(row.name, heading(full)) or row.name
    local note = marks(row)
    out[#out + 1] = ("| %s | %s | %s | %s | %s%s |"):format(name, KINDS[row.kind], default_of(row), allowed(row),
      row.doc, note == "" and "" or " *" .. note .. "*")
  end
  if path == LUA_MEMBER.within then
    out[#out + 1] = ("| %s | function |  |  | %s *not in Terraform* |"):format(LUA_MEMBER.name, LUA_MEMBER.doc)
  end
  out[#out + 1] = ""
  for _, row in ipairs(rows) do
    if row.rows then
      local full = path == "" and row.name or path .. "." .. row.name
      out[#out + 1] = "## " .. full
      out[#out + 1] = ""
      add_table(out, row.rows, full)
    end
  end
end

-- A page of arguments: what is said of all of them, then the rows.
local function page_of(out, rows)
  add_table(out, rows, "")
  out[#out] = nil
  return table.concat(out, "\n") .. "\n"
end

local function arguments_md(rows)
  local out = {
    "# Arguments of a service",
    "",
    "<!-- Made by tools/generate.lua from the rows of the schema; change those. -->",
    "",
    "The edition: the arguments of `aws_ecs_service` in release 5 of Terraform's provider, and those of release 6 that",
    "are marked *since 6.x*. What ECS takes and Terraform does not is marked *not in Terraform*. What AWS has and no",
    "argument names stays ([guide.md](guide.md#what-no-argument-names)); so does what AWS has of an argument that was",
    "never declared and is marked *since 6.x* or *not in Terraform* within its table.",
    "",
    "What `stack:service(address, arguments)` takes, in the order of the reference document. A table that may occur",
    "several times is written as a list of tables; a single table is taken for a list of one. *replaces*: a change",
    "deletes the service and makes it anew. *starts a deployment*: a change replaces the running tasks.",
    "",
    "Beside the arguments a declaration may have `checks` and `on_failed_check`: what decides, when a deployment has",
    "been completed, whether it stays ([how-to/checks.md](how-to/checks.md)).",
    "",
  }
  return page_of(out, rows)
end

local function definition_md(rows)
  local out = {
    "# Arguments of a task definition",
    "",
    "<!-- Made by tools/generate.lua from the rows of the schema; change those. -->",
    "",
    "What `ecs.validate_task_definition` and `ecs.plan_task_definition` take: every member of RegisterTaskDefinition,",
    "in this spelling or in the API's (`containerDefinitions`), the containers also as JSON text, and a file as",
    "`aws ecs describe-task-definition` writes it. The keys of maps (environment, labels, options, tags) are the",
    "user's and stay as they are. *default*: what the absence of an argument means; it is not sent.",
    "",
    "Two definitions that differ in nothing but what ECS fills in, reorders or converts are the same: the order of",
    "containers, variables, ports, mounts and limits, defaults, empty lists, `\"1 vCPU\"` for `1024`, the host's port",
    "that is the container's with awsvpc.",
    "",
  }
  return page_of(out, rows)
end

local function task_md(rows)
  local out = {
    "# Arguments of a task",
    "",
    "<!-- Made by tools/generate.lua from the rows of the schema; change those. -->",
    "",
    "What `stack:task(address, arguments)` takes: every member of RunTask but its tokens, and when it is run. What is",
    "not given comes from the declaration of `service`.",
    "",
  }
  return page_of(out, rows)
end

local function schedule_md(rows)
  local out = {
    "# Arguments of a schedule",
    "",
    "<!-- Made by tools/generate.lua from the rows of the schema; change those. -->",
    "",
    "What `stack:schedule(address, arguments)` takes: every member of CreateSchedule of EventBridge Scheduler with a",
    "task of ECS as its target, in the names of RunTask. With `rule` it stands for a rule of EventBridge that exists.",
    "",
  }
  return page_of(out, rows)
end

local function scaling_md(rows)
  local out = {
    "# Arguments of auto scaling",
    "",
    "<!-- Made by tools/generate.lua from the rows of the schema; change those. -->",
    "",
    "What the member `autoscaling` of a service takes ([how-to/auto-scaling.md](how-to/auto-scaling.md)). Policies and",
    "scheduled actions stand under names of your choice: `target_tracking = { cpu = { … } }`.",
    "",
  }
  return page_of(out, rows)
end

local function warnings_md(list, of_runs)
  local out = {
    "# Warnings",
    "",
    "<!-- Made by tools/generate.lua from src/core/service/warnings.c and lua/ecs_service/plan/warnings.lua. -->",
    "",
    "A plan that is allowed and will hurt says so in `plan.warnings`, in what `plan` prints and in its JSON, each with",
    "`code`, `path`, `message`, `hint` and the service. Those whose cause is known are silenced for a stack or for a",
    "call, and any can be made an error:",
    "",
    "```lua",
    'ecs.stack { warnings = { silence = { "NoCircuitBreaker" }, strict = true } }',
    'stack:plan { silence = { "Downtime" }, strict = true }   -- nil, err with err.code == "Warnings"',
    "```",
    "",
    "```sh",
    "ecs-service plan --strict --silence NoCircuitBreaker",
    "```",
    "",
    "What is not an argument of the service can be told: `stack:plan { facts = { mongo = { instances = 3, images =",
    '{ "acme/mongo:latest" }, host_ports = { 27017 }, usual_seconds = 120 } } }`. How long the last deployment took is',
    "taken from the service's events when they still tell. Findings about the declaration itself, which `validate`",
    "makes, are no part of this list.",
    "",
    "| code | argument | when | what to do |",
    "| --- | --- | --- | --- |",
  }
  for _, row in ipairs(list) do
    local path = row.path == "" and "" or "`" .. row.path .. "`"
    out[#out + 1] = ("| %s | %s | %s | %s |"):format(row.code, path, row.about, row.fix)
  end
  for _, line in ipairs {
    "",
    "## Warnings of a run",
    "",
    "What no declaration says and a run meets stands in `plan.warnings` of rollback, redeploy and scale, or in",
    "`result.warnings`. It is silenced as the others are; `strict` holds for what is known before anything is done.",
    "",
    "| code | when | what to do |",
    "| --- | --- | --- |",
  } do out[#out + 1] = line end
  for _, row in ipairs(of_runs) do
    out[#out + 1] = ("| %s | %s | %s |"):format(row.code, row.about, row.fix)
  end
  return table.concat(out, "\n") .. "\n"
end

local TYPES = {
  bool = "boolean", int = "integer", number = "number", string = "string", document = "any",
  duration = "string|integer", list = "string[]", set = "string[]", map = "table<string, string>",
  int_list = "integer[]",
}

local function class_of(path)
  return "ecs_service." .. camel((path:gsub("%.", "_")))
end

local ONE_OR_SEVERAL = { ignore_changes = true, leave_out = true, depends_on = true, before = true, after = true }

local function type_of(row, path)
  if row.choices then
    return class_of(path) .. (row.kind == "set" and "[]" or "")
  end
  if row.kind == "block" then
    return class_of(path)
  elseif row.kind == "block_map" then
    return ("table<string, %s>"):format(class_of(path))
  elseif row.rows then
    return class_of(path) .. "[]|" .. class_of(path)
  elseif ONE_OR_SEVERAL[row.name] then
    return "string[]|string" -- one text stands for a list of one
  elseif path == "task_definition" or path == "task.task_definition" or path == "schedule.task_definition" then
    return "string|ecs_service.TaskDefinition"
  end
  return TYPES[row.kind] .. (row.left_to and "|ecs_service." .. camel(row.left_to) or "")
end

local function add_field(out, row, path)
  local notes = { row.doc }
  if row.default ~= nil then
    notes[#notes + 1] = "Default: " .. default_of(row) .. "."
  end
  local range = row.choices and "" or allowed(row)
  if range ~= "" then
    notes[#notes + 1] = range:sub(1, 1):upper() .. range:sub(2) .. "."
  end
  local optional = not row.required and "?" or ""
  out[#out + 1] = ("---@field %s%s %s %s"):format(row.name, optional, type_of(row, path), table.concat(notes, " "))
end

local function add_class(out, name, rows, prefix, wanted, doc, more)
  local later = {}
  for _, row in ipairs(rows) do
    local path = prefix == "" and row.name or prefix .. "." .. row.name
    if row.choices then
      local words = {}
      for i, choice in ipairs(row.choices) do
        words[i] = '"' .. choice .. '"'
      end
      out[#out + 1] = ("---@alias %s %s"):format(class_of(path), table.concat(words, "|"))
    end
    if row.rows then
      later[#later + 1] = { class_of(path), row.rows, path, row.doc }
    end
  end
  out[#out + 1] = doc and "--- " .. doc or nil
  out[#out + 1] = "---@class " .. name
  for _, row in ipairs(rows) do
    if wanted(row) then
      add_field(out, row, prefix == "" and row.name or prefix .. "." .. row.name)
    end
  end
  if prefix == LUA_MEMBER.within then
    out[#out + 1] = ("---@field %s? %s %s"):format(LUA_MEMBER.name, LUA_MEMBER.type, LUA_MEMBER.doc)
  end
  out[#out + 1] = more
  out[#out + 1] = ""
  for _, block in ipairs(later) do
    add_class(out, block[1], block[2], block[3], wanted, block[4])
  end
end

local function types_lua(rows, definition, task, schedule, scaling)
  local out = {
    "---@meta ecs_service.types",
    "-- Made by tools/generate.lua from the rows of the schema and tools/api_types.lua; change those.",
    "",
  }
  add_class(out, "ecs_service.Arguments", rows, "", function(row) return not row.readonly end,
    "What stack:service(address, arguments) takes.", '---@field autoscaling? ecs_service.Scaling Its auto scaling.')
  out[#out + 1] = "--- What a service has: its arguments in their normal form, and what AWS adds."
  out[#out + 1] = "---@class ecs_service.Attributes : ecs_service.Arguments"
  for _, row in ipairs(rows) do
    if row.readonly then
      add_field(out, row, row.name)
    end
  end
  out[#out + 1] = ""
  add_class(out, "ecs_service.TaskDefinitionArguments", definition, "task_definition",
    function(row) return not row.readonly end, "What a task definition is declared with.")
  add_class(out, "ecs_service.TaskArguments", task, "task", function(row) return not row.readonly end,
    "What stack:task(address, arguments) takes.")
  add_class(out, "ecs_service.ScheduleArguments", schedule, "schedule", function(row) return not row.readonly end,
    "What stack:schedule(address, arguments) takes.")
  add_class(out, "ecs_service.Scaling", scaling, "scaling", function(row) return not row.readonly end,
    "What the member autoscaling of a service takes.")
  for _, part in ipairs { "", "_results", "_hooks", "_module" } do
    out[#out + 1] = assert(loadfile(root .. "tools/api_types" .. part .. ".lua"))()
  end
  out[#out + 1] = "return {}"
  return table.concat(out, "\n") .. "\n"
end

local function read(name)
  local file = io.open(root .. name, "rb")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

local function write(name, text)
  local file = assert(io.open(root .. name, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local rows, definition, task = core.schema("service"), core.schema("task_definition"), core.schema("task")
local schedule = core.schema("schedule")
local scaling = core.schema("scaling")
local files = {
  { "docs/arguments.md", arguments_md(rows) },
  { "docs/warnings.md", warnings_md(core.warnings("service"), require "ecs_service.plan.warnings".OF_RUNS) },
  { "docs/task-definition-arguments.md", definition_md(definition) },
  { "docs/task-arguments.md", task_md(task) },
  { "docs/schedule-arguments.md", schedule_md(schedule) },
  { "docs/scaling-arguments.md", scaling_md(scaling) },
  { "lua/ecs_service/types.lua", types_lua(rows, definition, task, schedule, scaling) },
  { "docs/causes.md", assert(loadfile(root .. "tools/causes.lua"))() },
  { "docs/api.md", assert(loadfile(root .. "tools/api_reference.lua"))(root) },
  { "share/man/man1/ecs-service.1", assert(loadfile(root .. "tools/manual.lua"))() },
  { "share/bash-completion/completions/ecs-service", completion.script "bash" },
  { "share/zsh/site-functions/_ecs-service", completion.script "zsh" },
  { "share/fish/vendor_completions.d/ecs-service.fish", completion.script "fish" },
}

for _, file in ipairs(assert(loadfile(root .. "tools/simulator_shapes.lua"))(root)) do files[#files + 1] = file end

local function stale()
  local names = {}
  for _, file in ipairs(files) do
    if read(file[1]) ~= file[2] then
      names[#names + 1] = file[1]
    end
  end
  return names
end

local mode = ...
if mode == "--stale" then
  return stale()
elseif mode == "--check" then
  local names = stale()
  if #names > 0 then
    io.stderr:write("not up to date: ", table.concat(names, ", "), "; run tools/generate.lua\n")
    os.exit(1)
  end
elseif mode == nil then
  for _, file in ipairs(files) do
    write(file[1], file[2])
  end
else
  io.stderr:write("usage: lua tools/generate.lua [--check]\n")
  os.exit(2)
end
