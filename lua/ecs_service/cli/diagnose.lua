--- ecs-service diagnose: what is wrong with a service, and what to do.
local failure = require "ecs_service.render.kept_failure"
local json = require "ecs_service.render.json_documents"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local new_style = require("ecs_service.render.style").new
local stage_text = require "ecs_service.render.stage_text"
local times = require "ecs_service.util.time_format"
local value = require "ecs_service.render.value"

local diagnose = { summary = "Find what is wrong with services, and why.",
  description = "Says what runs, which deployment it is, and what is wrong, with the evidence and the next step: of "
    .. "services and tasks of the script, or of any other service as CLUSTER/SERVICE. Exits with 1 when "
    .. "something is wrong." }

function diagnose.define(command)
  command:argument("services"):argname("ADDRESS|CLUSTER/SERVICE"):args("*")
    :description("Which services and tasks (default: all of the script).")
  command:option("--run"):argname("N"):convert(options.integer(-1, 2 ^ 31 - 1))
    :description("What is kept of the run with this number in history; -1: of the last that failed.")
  options.no_logs(command)
  options.file_option(command)
  options.json(command)
end

local function write(out, style, label, text, color)
  local start = "  " .. letters.pad(label, 7)
  local room = style.width and math.max(20, style.width - letters.width(start))
  for i, part in ipairs(letters.paragraph(letters.escape(text, false, not style.unicode), room)) do
    out[#out + 1] = (i == 1 and start or (" "):rep(letters.width(start))) .. style:paint(color, part)
  end
end

-- What runs is what the deployments have running, which need not be what the service is to run.
local function runs(found)
  local parts = {}
  for _, deployment in ipairs(found.deployments) do
    if deployment.running > 0 then
      parts[#parts + 1] = ("%d of %s"):format(deployment.running, deployment.task_definition or deployment.id)
    end
  end
  local text = ("%d of %s"):format(found.running or 0, value.count(found.desired or 0, "task"))
  if #parts > 0 then text = ("%s (%s)"):format(text, table.concat(parts, ", ")) end
  if (found.pending or 0) > 0 then text = ("%s, %d pending"):format(text, found.pending) end
  return found.status == "ACTIVE" and text or ("%s; the service is %s"):format(text, tostring(found.status))
end

local function rollout(deployment)
  local text = ("%s %s %s, %d of %d running"):format(deployment.id or "", deployment.task_definition or "",
    ((deployment.rollout_state or deployment.status or ""):lower():gsub("_", " ")), deployment.running,
    deployment.desired)
  return deployment.failed > 0 and ("%s, %d failed"):format(text, deployment.failed) or text
end

local function lines_of(text)
  local list = {}
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do list[#list + 1] = line end
  return list
end

local function run_of(found)
  local run = found.run
  return ("#%d, %s of %s at %s by %s: %s%s"):format(run.number, run.did, run.revision or "?", times.text(run.at),
    run.by or "?", run.ended, found.source == "state" and " (as the state keeps it)" or "")
end

local function show(found, style)
  local out = { style:paint("bold", letters.escape(found.name)) .. "  "
    .. (found.healthy and style:paint("good", "nothing is wrong") or style:paint("error", found.problem
      and letters.escape(found.problem) or #found.causes > 0 and "something is wrong" or "not settled")) }
  if found.run then write(out, style, "run", run_of(found)) end
  if not found.problem and found.running then write(out, style, "runs", runs(found)) end
  for i, deployment in ipairs(found.deployments) do
    write(out, style, i == 1 and "deploy" or "", (rollout(deployment):gsub("%s+", " ")))
  end
  if found.stage then write(out, style, "stage", stage_text.of(found.stage)) end
  local shares = stage_text.traffic(found.traffic)
  if shares then write(out, style, "serves", shares) end
  for i, cause in ipairs(found.causes) do
    write(out, style, i == 1 and "why" or "also", cause.summary, i == 1 and "bold" or nil)
    if cause.meaning and i == 1 then write(out, style, "", cause.meaning, "dim") end
    for _, text in ipairs(cause.evidence) do write(out, style, "", text) end
  end
  for i, text in ipairs(failure.tasks(found)) do write(out, style, i == 1 and "tasks" or "", text) end
  for i, line in ipairs(found.logs or {}) do
    for j, text in ipairs(lines_of(line.text)) do
      write(out, style, i == 1 and j == 1 and "logs" or "", ("%s  %s"):format(line.container, text))
    end
  end
  if found.logs_note then write(out, style, found.logs and found.logs[1] and "" or "logs", found.logs_note, "dim") end
  if #found.causes == 0 and found.events[1] then write(out, style, "said", found.events[1].message) end
  for i, text in ipairs(found.next) do write(out, style, i == 1 and "next" or "", text) end
  for _, one in ipairs(found.unread) do
    write(out, style, "unread", ("%s was refused: %s"):format(one.operation, one.code), "dim")
  end
  return table.concat(out, "\n")
end

local function all(stack, args)
  if #args.services == 0 then return stack:diagnose(nil, { logs = args.logs, run = args.run }) end
  local list = {}
  for _, name in ipairs(args.services) do
    local found, err = stack:diagnose(name, { logs = args.logs, run = args.run })
    if not found then return nil, err end
    list[#list + 1] = found
  end
  return list
end

-- By kind, as other documents have it.
local function document_of(list)
  local document = { services = {} }
  for _, found in ipairs(list) do
    local section = (kinds.named(found.kind) or kinds.BARE).section
    document[section] = document[section] or {}
    table.insert(document[section], json.plain(found))
  end
  return document
end

function diagnose.run(args, ctx)
  local stack, err = load.stack_for(args.services, args.file, args)
  if not stack then return report.failure(ctx, err, args) end
  local list, problem = all(stack, args)
  if not list then return report.failure(ctx, problem, args) end
  local stopped = report.interruption(ctx, args)
  if stopped then return stopped end
  local well = true
  for _, found in ipairs(list) do well = well and found.healthy end
  return ctx:result(function() return document_of(list) end, function()
    local texts = {}
    for i, found in ipairs(list) do texts[i] = show(found, new_style(ctx:out_style())) end
    return #texts == 0 and "No services are declared." or table.concat(texts, "\n\n")
  end, { code = well and 0 or 1, indent = 2 })
end

return diagnose
