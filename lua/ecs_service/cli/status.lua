--- ecs-service status: what AWS says of the services now, and how the last runs of tasks ended.
local core = require "ecs_service.core"
local json = require "ecs_service.render.json_documents"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local place = require "ecs_service.state.place"
local plan_text = require "ecs_service.render.plan"
local report = require "ecs_service.cli.output"
local scaling = require "ecs_service.run.scaling_reader"
local selection = require "ecs_service.plan.selection"
local new_style = require "ecs_service.render.style".new
local stage_text = require "ecs_service.render.stage_text"
local task_status = require "ecs_service.render.task_status"
local text = require "ecs_service.render.text"
local value = require "ecs_service.render.value"

local status = { summary = "Show what AWS says of the services now.",
  description = "Shows what AWS says of the services now, and of declared tasks how the last run ended: "
    .. "when, of which revision, with which exit code, and the last lines of one that failed." }

function status.define(command)
  command:argument("services"):argname("ADDRESS|CLUSTER/SERVICE"):args("*")
    :description("Which services and tasks (default all).")
  options.file_option(command)
  options.json(command)
end

local function rollout(found, ascii)
  local parts = {}
  for _, deployment in ipairs(found.deployments or {}) do
    local state = (deployment.rollout_state or deployment.status or ""):lower():gsub("_", " ")
    parts[#parts + 1] = ("%s %d/%d %s"):format(value.short(deployment.task_definition), deployment.running,
      deployment.desired, state)
  end
  if found.stage then parts[#parts + 1] = stage_text.of(found.stage) end
  local target = found.autoscaling
  if target and not target.problem then parts[#parts + 1] = scaling.words(target, ascii) end
  return table.concat(parts, ", ")
end

local function shares(address, found)
  local shown = stage_text.traffic(found.traffic)
  return shown and ("%s: traffic  %s"):format(letters.escape(address), shown) or nil
end

-- What auto scaling did last to a service, and why.
local function last_scaled(address, found)
  local last = found.autoscaling and found.autoscaling.last_activity
  if not last then return nil end
  return ("%s: auto scaling  %s (%s), %s %s"):format(letters.escape(address),
    letters.escape((last.description or ""):gsub("%.$", "")), letters.escape(last.cause or ""),
    (last.status or ""):lower(), last.at or "")
end

local function row(address, found, ascii)
  if found.problem then return { address, found.status, "", letters.escape(found.problem) } end
  if not found.status or found.status == "MISSING" then return { address, found.status or "not created", "", "" } end
  return { address, found.status, ("%d/%d"):format(found.running or 0, found.desired or 0), rollout(found, ascii) }
end

local function all(stack)
  local found, err = stack:status()
  if not found then return nil, err end
  return found, nil, selection.in_order(stack, found)
end

local function some(stack, addresses)
  local found = {}
  for _, address in ipairs(addresses) do
    local one, err = stack:status(address)
    if not one then return nil, err end
    found[address] = one
  end
  return found, nil, addresses
end

function status.run(args, ctx)
  local stack, err = load.stack_for(args.services, args.file, args)
  err = stack and load.borrow(stack, args) or err
  if err then return report.failure(ctx, err, args) end
  local found, problem, order
  if #args.services > 0 then
    found, problem, order = some(stack, args.services)
  else
    found, problem, order = all(stack)
  end
  if not found then return report.failure(ctx, problem, args) end
  local rows, tasks, document = {}, {}, { services = core.object {} }
  local ascii = not new_style(ctx:out_style()).unicode
  for _, address in ipairs(order) do
    local one = found[address]
    local kind = kinds.named(one.kind) or kinds.BARE
    document[kind.section] = document[kind.section] or core.object {}
    document[kind.section][kinds.name(address)] = json.plain(one)
    if one.kind then tasks[#tasks + 1] = one else rows[#rows + 1] = row(letters.escape(address), one, ascii) end
  end
  local notes, unknown = {}, nil
  for _, address in ipairs(order) do
    notes[#notes + 1] = shares(address, found[address])
    notes[#notes + 1] = last_scaled(address, found[address])
    unknown = unknown or found[address].autoscaling and found[address].autoscaling.problem
  end
  notes[#notes + 1] = unknown and letters.escape(unknown) or nil
  local where = place.mark({}, stack, assert(stack:session()))
  for _, name in ipairs { "account", "region", "state" } do document[name] = where[name] end
  return ctx:result(document, function()
    if #rows + #tasks == 0 then return "No services are declared." end
    local style = new_style(ctx:out_style())
    local parts = { table.concat(plan_text.place(where, style), "\n") }
    if #rows > 0 then
      parts[2] = text.table({ "SERVICE", "STATUS", "RUNNING", "DEPLOYMENTS" }, rows, ctx:out_style())
    end
    if #notes > 0 then parts[#parts + 1] = table.concat(notes, "\n") end
    if #tasks > 0 then parts[#parts + 1] = task_status.render(tasks, style, ctx:out_style()) end
    return table.concat(parts, "\n\n")
  end, { indent = 2 })
end

return status
