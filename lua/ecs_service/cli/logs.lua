--- ecs-service logs: what the containers of a service write.
local core = require "ecs_service.core"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local new_style = require("ecs_service.render.style").new
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local times = require "ecs_service.util.time_format"

local logs = { summary = "Show what the containers of a service write.",
  description = "Shows the lines that the containers of a service's tasks wrote to CloudWatch Logs, of all of them in "
    .. "the order of time, each with its time, task and container: of tasks that run, and of those that stopped within "
    .. "the last hour; of a declared task, those of its last run. --follow goes on with what they write." }

function logs.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Of which service, or declared task.")
  command:option("--task"):argname("ID"):description("Of this task only, also of one that belongs to no service.")
  command:option("--container"):argname("NAME"):description("Of this container only.")
  command:option("--since"):argname("DURATION|TIME"):description("From when on: 10m, 1h30m, 2026-11-29T12:00:00Z.")
  command:option("--until"):argname("DURATION|TIME"):description("Until when (default: now).")
  command:option("--limit"):argname("N"):convert(options.integer(1, 10000)):description("Only the last so many lines.")
  command:flag("--follow"):description("Go on with what they write, until interrupted.")
  options.file_option(command)
  options.json(command, "Write each line as a line of JSON, and a result at the end.")
end

-- An id of a task is long, and differs from others at its beginning.
local SHORT = 8

--- One line, with its time, task and container before each of the lines in it.
---@param line ecs_service.LogLine
---@param style table
---@return string
function logs.shown(line, style)
  local start = style:paint("dim", ("%s  %s %s"):format(times.text(line.at), letters.escape(line.task:sub(1, SHORT)),
    letters.escape(line.container))) .. "  "
  return start .. line.text:gsub("\n", (("\n" .. start):gsub("%%", "%%%%")))
end

--- Writes one line, as JSON or as text.
---@param ctx table a terminal
---@param line ecs_service.LogLine
---@param style table
function logs.write(ctx, line, style)
  if not ctx.json then return ctx:out(logs.shown(line, style)) end
  ctx:out(core.json { type = "log", at = line.at, task = line.task, container = line.container, text = line.text })
end

local function notes_of(lines)
  local list = {}
  for i, one in ipairs(lines.notes) do
    list[i] = core.object { task = one.task, container = one.container, message = one.message }
  end
  return list
end

local function tell(ctx, lines)
  for _, one in ipairs(ctx.json and {} or lines.notes) do
    ctx:say(letters.escape(("%s %s: %s"):format(one.task:sub(1, SHORT), one.container, one.message)))
  end
end

function logs.run(args, ctx)
  local stack, err = load.stack_for({ args.service }, args.file, args)
  if not stack then return report.failure(ctx, err, args) end
  local lines, problem = stack:logs(args.service, { task = args.task, container = args.container, since = args.since,
    ["until"] = args["until"], limit = args.limit, follow = args.follow })
  if not lines then return report.failure(ctx, problem, args) end
  local style, count = new_style(ctx:out_style()), 0
  for line in lines do
    logs.write(ctx, line, style)
    count = count + 1
    if ctx.loss then return 1 end -- nobody reads on
  end
  tell(ctx, lines)
  if lines.err then return report.failure(ctx, lines.err, args, { notes = notes_of(lines) }) end
  return ctx:result(function()
    return { type = "result", ok = true, lines = count, notes = notes_of(lines) }
  end, nil)
end

return logs
