--- ecs-service show: what the state has recorded.
local core = require "ecs_service.core"
local json = require "ecs_service.render.json_documents"
local kinds = require "ecs_service.kinds"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local text = require "ecs_service.render.text"
local shell = require "ecs_service.util.shell"

local show = { summary = "Show the recorded attributes of services, or a saved plan." }

function show.define(command)
  command:argument("services"):argname("ADDRESS"):args("*")
    :description("Which services (default all recorded), or the file of a saved plan.")
  options.file_option(command)
  options.json(command)
end

local function show_plan(plan, err, args, ctx)
  if plan and options.has_variables(args) then
    plan, err = nil, options.misused("a saved plan has its variables", "leave out --var and --var-file")
  end
  if not plan then return report.failure(ctx, err, args) end
  require "ecs_service.cli.plan".show(plan, args, ctx, 0)
  if not ctx.json then
    ctx:say("This is what the file says. apply computes it anew from what it was made from, and refuses when it comes "
      .. "to something else.")
  end
  return 0
end

-- What is recorded, of all kinds, by address.
local function everything(stack)
  local items, err = stack:state_items()
  if not items then return nil, err end
  local map = {}
  for _, item in ipairs(items) do
    local entry = item.status ~= "begun" and stack:state_entry(item.address)
    if entry then map[item.address] = entry.attributes end
  end
  return map
end

function show.run(args, ctx)
  local plan, err
  if #args.services == 1 then plan, err = load.saved_plan(args.services[1]) end
  if plan or err then return show_plan(plan, err, args, ctx) end
  local stack
  stack, err = load.to_read(args.file, args, { false })
  if not stack then return report.failure(ctx, err, args) end
  local recorded, problem = everything(stack)
  if not recorded then return report.failure(ctx, problem, args) end
  local wanted = args.services or {}
  if #wanted == 0 then
    for address in pairs(recorded) do wanted[#wanted + 1] = address end
    table.sort(wanted)
  end
  local out, documents = {}, core.object {}
  for _, address in ipairs(wanted) do
    if not recorded[address] then
      return report.failure(ctx, require("ecs_service.errors").new { code = "NotRecorded",
        message = ("nothing is recorded for '%s'"):format(address),
        hint = "create it: ecs-service apply; or take it over: "
          .. shell.command("ecs-service import", address, "CLUSTER/SERVICE") },
        args)
    end
    local kind = kinds.of(address)
    documents[kind.section] = documents[kind.section] or core.object {}
    documents[kind.section][kinds.name(address)] = json.attributes(recorded[address], kind.rows())
    out[#out + 1] = text.attributes(address, recorded[address], ctx:out_style())
  end
  documents.services = documents.services or core.object {}
  return ctx:result(documents,
    function() return #out > 0 and table.concat(out, "\n\n") or "Nothing is recorded yet." end, { indent = 2 })
end

return show
