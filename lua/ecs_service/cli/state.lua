--- ecs-service state: looks at the state and changes it by hand. Nothing is sent to ECS but the questions of repair.
local approval = require "ecs_service.cli.approval"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.render.json_documents"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local text = require "ecs_service.render.text"
local value = require "ecs_service.render.value"
local shell = require "ecs_service.util.shell"
local times = require "ecs_service.util.time_format"

local state = { summary = "Look at the state, and change it by hand.",
  description = "Looks at the state of the stack and changes it by hand. A change is made under the lock and keeps a "
    .. "backup; no service is touched." }

local function identity(item)
  if item.family then return item.revision and ("%s:%d"):format(item.family, item.revision) or item.family end
  if item.kind then return item.runs or "" end
  return ("%s/%s"):format(item.cluster or "default", tostring(item.service))
end

local function pending(item)
  local journal = item.journal
  return journal and ("%s begun %s"):format(tostring(journal.operation), tostring(journal.begun)) or nil
end

local function status_of(item)
  local parts = { item.status == "begun" and "not recorded" or item.status }
  if item.reason then parts[1] = parts[1] .. ": " .. item.reason end
  if item.imported then parts[#parts + 1] = "imported" end
  parts[#parts + 1] = pending(item)
  if item.deposed then parts[#parts + 1] = ("%s/%s to be deleted"):format(tostring(item.deposed.cluster or "default"),
    tostring(item.deposed.service)) end
  return table.concat(parts, "; ")
end

-- The question before something is lost.
local function approve(ctx, args, told, question)
  if not ctx.json then ctx:say(told) end
  return approval.given(ctx, args, question)
end

-- The end of a command that changes something.
local function finish(ctx, args, result, err, told)
  if not result and err.code == "NotApproved" and not ctx.json then return report.not_approved(ctx, args, err) end
  if not result then return report.failure(ctx, err, args) end
  return ctx:result(function()
    local document = type(result) == "table" and json.plain(result) or {}
    document.type, document.ok = "result", true
    return document
  end, function() return told(result) end)
end

local commands = {}

commands.list = { summary = "List what is recorded, and what was begun.", define = options.json }

function commands.list.run(stack, args, ctx)
  local items, err = stack:state_items()
  if not items then return report.failure(ctx, err, args) end
  return ctx:result(function() return { services = #items > 0 and json.plain(items) or {} } end, function()
    if #items == 0 then return "Nothing is recorded yet." end
    local rows = {}
    for i, item in ipairs(items) do
      rows[i] = { letters.escape(item.address), letters.escape(identity(item)), letters.escape(status_of(item)) }
    end
    return text.table({ "ADDRESS", "SERVICE", "STATUS" }, rows, ctx:out_style())
  end, { indent = 2 })
end

commands.show = { summary = "Show everything that is recorded of a service." }

function commands.show.define(command)
  command:argument("ADDRESS"):target("address"):description("Its name in the script.")
  options.json(command)
end

function commands.show.run(stack, args, ctx)
  local entry, err = stack:state_entry(args.address)
  if not entry then return report.failure(ctx, err, args) end
  return ctx:result(function()
    local document = json.plain(entry)
    document.attributes = json.attributes(entry.attributes, kinds.of(entry.address).rows())
    return document
  end, function()
    local out = { letters.escape(("%s  %s  %s"):format(entry.address, identity(entry), status_of(entry))) }
    for _, name in ipairs { "attributes", "meta", "journal" } do
      local title = name == "meta" and "of the configuration" or name
      if entry[name] then out[#out + 1] = text.attributes(title, entry[name], ctx:out_style()) end
    end
    return table.concat(out, "\n")
  end, { indent = 2 })
end

commands.rm = { summary = "Forget services; they live on, and nobody manages them." }

function commands.rm.define(command)
  command:argument("ADDRESS"):target("addresses"):args("+"):description("Which services to forget.")
  options.approve(command)
  options.json(command)
  options.lock(command)
end

local function told_of_forgetting(items)
  local lines = {}
  for _, item in ipairs(items) do
    lines[#lines + 1] = letters.escape((item.kind == "task" and "%s: that it was run (%s) is forgotten"
      or "%s: %s lives on, unmanaged"):format(item.address, identity(item)))
    if not item.kind then
      lines[#lines + 1] = letters.escape("  take it over again: " .. shell.command("ecs-service import",
        item.address, identity(item)))
    end
    if item.journal then lines[#lines + 1] = letters.escape(("  also forgotten: %s"):format(pending(item))) end
    if item.deposed then
      lines[#lines + 1] = letters.escape(("  also unmanaged then: %s/%s, which it had replaced"):format(
        tostring(item.deposed.cluster or "default"), tostring(item.deposed.service)))
    end
  end
  return table.concat(lines, "\n")
end

function commands.rm.run(stack, args, ctx)
  local problem = approval.problem(ctx, args, "state rm")
  if problem then
    local _, err = stack:forget(args.addresses, { approve = function() return false end })
    return report.failure(ctx, err.code ~= "NotApproved" and err or problem, args)
  end
  local items, err = stack:forget(args.addresses, { lock_timeout = args.lock_timeout, approve = function(list)
    return approve(ctx, args, told_of_forgetting(list), "Forget this?")
  end })
  return finish(ctx, args, items and { forgotten = items }, err, function()
    local addresses = {}
    for i, item in ipairs(items) do addresses[i] = item.address end
    local words = kinds.words(addresses)
    return ("Forgotten: %s."):format(value.count(#items, words.one, words.many))
  end)
end

commands.mv = { summary = "Record a service under another address." }

function commands.mv.define(command)
  command:argument("FROM"):target("from"):description("Its address so far.")
  command:argument("TO"):target("to"):description("Its address from now on; the script must declare it so too.")
  options.json(command)
  options.lock(command)
end

function commands.mv.run(stack, args, ctx)
  local item, err = stack:move(args.from, args.to, { lock_timeout = args.lock_timeout })
  return finish(ctx, args, item, err, function()
    return letters.escape(("Moved: %s is %s now."):format(identity(item), args.to))
  end)
end

commands.pull = { summary = "Write the state as it lies there to standard output.", define = function() end }

function commands.pull.run(stack, args, ctx)
  local found, err = stack:pull_state()
  if not found then return report.failure(ctx, err, args) end
  ctx:write(ctx.isatty(1) and letters.printable(found) or found) -- a file gets every byte
  return 0
end

commands.push = { summary = "Put a text in the place of the state." }

function commands.push.define(command)
  command:argument("STATE"):target("path"):description("A file that `pull` had written, or - for standard input.")
  command:flag("--force"):description("Also one of another lineage, or an older one, or over a damaged state.")
  options.json(command)
  options.lock(command)
end

local function read_text(path, ctx)
  if path == "-" then return ctx.stdin:read "*a" or "" end
  local found, message = core.system.read_file(path)
  if found then return found end
  return nil, errors.new { code = "FileUnreadable", message = ("%s cannot be read: %s"):format(path, message) }
end

function commands.push.run(stack, args, ctx)
  local found, err = read_text(args.path, ctx)
  if not found then return report.failure(ctx, err, args) end
  local result, problem = stack:push_state(found, { force = args.force, lock_timeout = args.lock_timeout })
  return finish(ctx, args, result, problem, function()
    return result.changed and ("Pushed: the state has serial %d now."):format(result.serial)
      or "Nothing to do: the state is as what was pushed."
  end)
end

commands.unlock = { summary = "Free the lock of a run that is dead." }

function commands.unlock.define(command)
  command:argument("ID"):target("id"):args("?"):description("The id of the lock; without it, who holds it is told.")
  options.json(command)
end

function commands.unlock.run(stack, args, ctx)
  if args.id then
    local freed, err = stack:unlock(args.id)
    return finish(ctx, args, freed, err, function()
      return "Unlocked. What that run had begun is finished by the next apply."
    end)
  end
  local holder, err = stack:lock_holder()
  if err then return report.failure(ctx, err, args) end
  return finish(ctx, args, { locked = holder ~= nil, lock = holder }, nil, function()
    if not holder then return "Nobody holds the lock." end
    local dead = holder.stale and (holder.silence and ("; it has given no sign of life for %s"):format(
      times.span(holder.silence)) or "; that process is not running any more") or ""
    return letters.escape("Locked by " .. holder.who .. dead) .. "\n"
      .. letters.escape("free it: " .. shell.command("ecs-service state unlock", holder.id))
  end)
end

commands.repair = { summary = "Put a damaged state back from its backup; settle what is proved to be over." }

function commands.repair.define(command)
  options.approve(command)
  options.json(command)
  options.lock(command)
end

local function told_of_repair(found)
  local lines = {}
  if found.damage then
    lines[1] = found.damage
    lines[2] = ("  its backup %s has serial %d and records %s"):format(found.backup, found.serial,
      value.count(found.services, "service"))
    lines[3] = "  it takes the state's place"
      .. (found.kept and ", and what is there now is kept in " .. found.kept or "")
    lines[4] = "  what was done after that backup is found by the next plan: services that exist and are not recorded "
      .. "are to be imported"
  end
  for _, one in ipairs(found.journal) do
    lines[#lines + 1] = ("%s: %s, begun %s, %s: %s"):format(one.address, tostring(one.operation), tostring(one.begun),
      one.drop and "is over" or "stays", one.why)
  end
  for i, line in ipairs(lines) do lines[i] = letters.escape(line) end
  return table.concat(lines, "\n")
end

function commands.repair.run(stack, args, ctx)
  local problem = approval.problem(ctx, args, "state repair")
  if problem then return report.failure(ctx, problem, args) end
  local shown
  local found, err = stack:repair_state { lock_timeout = args.lock_timeout, approve = function(list)
    shown = true
    return approve(ctx, args, told_of_repair(list), list.damage and "Put the backup in its place?"
      or "Take what is over out of the journal?")
  end }
  if found and not shown and #found.journal > 0 and not ctx.json then ctx:say(told_of_repair(found)) end
  return finish(ctx, args, found, err, function()
    if found.changes == 0 then return "Nothing to repair." end
    return ("Repaired: the state has serial %d now. See what differs: ecs-service plan"):format(found.serial)
  end)
end

local ORDER = { "list", "show", "rm", "mv", "pull", "push", "unlock", "repair" }

--- Defines the sub-commands and answers them, for what every command has.
function state.define(command)
  command:command_target("state_command"):require_command(true)
  local made = {}
  for i, name in ipairs(ORDER) do
    local sub = command:command(name, commands[name].summary)
    sub:summary(commands[name].summary)
    commands[name].define(sub)
    options.file_option(sub)
    made[i] = sub
  end
  return made
end

function state.run(args, ctx)
  local stack, err = load.to_read(args.file, args, { false })
  if not stack then return report.failure(ctx, err, args) end
  return commands[args.state_command].run(stack, args, ctx)
end

return state
