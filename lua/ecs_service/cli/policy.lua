--- ecs-service policy: what the credentials of a run have to be allowed.
local core = require "ecs_service.core"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local verbs = require "ecs_service.kinds.verbs"

local PHASES = verbs.policies()

local policy = { summary = "Write the least IAM policy for this stack.",
  description = "Writes the IAM policy (JSON) that planning, applying and destroying this stack needs, and no more. "
    .. "Sends nothing. --explain tells the reason for each action instead." }

function policy.define(command)
  options.file(command)
  command:option("--for"):target("phase"):argname(table.concat(PHASES, "|")):choices(PHASES)
    :description(("Only what this needs (default: %s)."):format(table.concat(verbs.names(verbs.ASKED, "phase"), ", ")))
  command:option("--account-id"):argname("ID"):description("The account, where the stack does not tell it.")
  command:flag("--explain"):description("Write why each action is needed.")
  options.json(command, "Write policy and reasons as one JSON document.")
end

local function explain(reasons, style)
  local out, widest = {}, 0
  for _, reason in ipairs(reasons) do widest = math.max(widest, #reason.action) end
  for _, reason in ipairs(reasons) do
    local start = letters.pad(reason.action, widest) .. "  "
    for i, part in ipairs(letters.paragraph(reason.why, style.width and math.max(20, style.width - #start))) do
      out[#out + 1] = (i == 1 and start or (" "):rep(#start)) .. part
    end
  end
  return table.concat(out, "\n")
end

function policy.run(args, ctx)
  local stack, err = load.to_read(args.file, args, { false })
  if not stack then return report.failure(ctx, err, args) end
  local document, reasons = stack:policy { ["for"] = args.phase, account_id = args.account_id }
  local problem = load.unmet(stack, document or reasons) or not document and reasons
  if problem then return report.failure(ctx, problem, args) end
  return ctx:result({ policy = document, reasons = reasons }, function()
    return args.explain and explain(reasons, ctx:out_style()) or core.json(document, 2)
  end, { indent = 2 })
end

return policy
