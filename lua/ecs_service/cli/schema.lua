--- ecs-service schema: what can be declared.
local core = require "ecs_service.core"
local lazy = require "ecs_service.util.lazy"
local documents = lazy "ecs_service.verbs.document_schema"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local nearest = require "ecs_service.util.suggest"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local new_style = require("ecs_service.render.style").new
local value = require "ecs_service.render.value"

local schema = { summary = "Show the arguments of a service, or of another kind.",
  description = "Lists all arguments of a service, or tells everything about one: ecs-service schema load_balancer. "
    .. "With --kind those of what else can be declared: ecs-service schema --kind schedule timezone" }

local KIND_NAMES = {}
for i, kind in ipairs(kinds.ALL) do KIND_NAMES[i] = kind.name end

function schema.define(command)
  command:argument("argument"):args("?"):description("An argument, e.g. load_balancer or alarms.alarm_names.")
  options.json(command)
  command:flag("--json-schema"):description("Write the JSON Schema of a service, for editors and generators.")
  command:option("--kind"):argname(table.concat(KIND_NAMES, "|")):choices(KIND_NAMES)
    :description("What the arguments are of (default: service).")
  command:option("--document"):argname("state|journal|plan"):choices { "state", "journal", "plan" }
    :description("Write the JSON Schema of a document that this tool writes.")
end

local KINDS = { block = "table", block_list = "list of tables", block_set = "set of tables",
                block_map = "tables by names of your choice",
                string_list = "list of strings", string_set = "set of strings", string_map = "map of strings",
                int = "integer", bool = "boolean", document = "JSON" }

local function kind_of(row)
  return KINDS[row.kind] or row.kind
end

local function facts(row, kind)
  local list = {}
  list[1] = row.required and "required" or row.readonly and "read only" or "optional"
  if row.default ~= nil then list[#list + 1] = "default " .. value.literal(row.default) end
  if row.replaces then list[#list + 1] = "a change replaces the " .. kind.one end
  if row.deploys then list[#list + 1] = "a change starts a deployment" end
  return table.concat(list, ", ")
end

local function listing(rows, style, kind)
  local out, widest = {}, 0
  for _, row in ipairs(rows) do widest = math.max(widest, #row.name) end
  for _, row in ipairs(rows) do
    local start = letters.pad(row.name, widest) .. "  "
    local line = start .. letters.pad(kind_of(row), 15) .. "  " .. facts(row, kind)
    if style.width then line = letters.cut(line, style.width, style.symbol.ellipsis) end
    out[#out + 1] = line
  end
  return out
end

local LISTS = { block_list = true, block_set = true }

-- The requests of a kind that say its arguments, and the members of rows that tell where.
local OPERATIONS = { service = { { "CreateService", "create" }, { "UpdateService", "update" } },
  schedule = { { "CreateSchedule", "create" } } }

-- "UpdateService loadBalancers[].containerPort": the whole place, for the rows of blocks, too.
local function wire_of(trail, kind)
  local wire = {}
  for _, operation in ipairs(OPERATIONS[kind.name] or {}) do
    local parts = {}
    for i, row in ipairs(trail) do
      local own = row[operation[2]] or i > 1 and row.create
      if not own then
        parts = nil
        break
      end
      parts[i] = i < #trail and LISTS[row.kind] and own .. "[]" or own
    end
    if parts then wire[#wire + 1] = operation[1] .. " " .. table.concat(parts, ".") end
  end
  return wire
end

local function detail(path, row, style, trail, kind)
  local out = { style:paint("bold", path) .. "  " .. kind_of(row) .. ", " .. facts(row, kind) }
  local function add(label, text)
    for i, part in ipairs(letters.paragraph(text, style.width and style.width - 15)) do
      out[#out + 1] = "  " .. letters.pad(i == 1 and label or "", 11) .. "  " .. part
    end
  end
  if row.doc then add("", row.doc) end
  if row.choices and #row.choices > 0 then add("one of", table.concat(row.choices, ", ")) end
  if row.minimum or row.maximum then
    local words = row.kind == "string" and "length" or "range"
    local step = row.step and (", in steps of %s"):format(value.literal(row.step)) or ""
    local most = row.maximum and value.literal(row.maximum) or "any"
    add(words, ("%s to %s%s"):format(value.literal(row.minimum or 0), most, step))
  end
  if row.min_items or row.max_items then
    add("items", ("%s to %s"):format(tostring(row.min_items or 0), tostring(row.max_items or "any")))
  end
  if type(row.conflicts) == "table" and #row.conflicts > 0 then add("not with", table.concat(row.conflicts, ", ")) end
  if type(row.requires_with) == "table" and #row.requires_with > 0 then
    add("only with", table.concat(row.requires_with, ", "))
  end
  if row.only_while then add("only while", ('%s = "%s"'):format(row.only_while[1], row.only_while[2])) end
  local wire = wire_of(trail, kind)
  if #wire > 0 then add("at AWS", table.concat(wire, ", ")) end
  if row.rows and #row.rows > 0 then
    out[#out + 1] = ""
    for _, line in ipairs(listing(row.rows, style, kind)) do out[#out + 1] = "  " .. line end
  end
  return table.concat(out, "\n")
end

-- What a name that others have for it means here.
local function other_name(kind, within, name)
  local plain = name:gsub("[_-]", ""):lower()
  for _, one in ipairs(core.other_names(kind.name)) do
    if one.within == within and one.given:gsub("_", ""):lower() == plain then
      return one.hint or ("did you mean %s?"):format(one.meant)
    end
  end
end

local function find(kind, path)
  local row, rows, whole, trail = nil, kind.rows(), {}, {}
  for name in path:gsub("%[%d+%]", ""):gmatch("[^%.]+") do
    local found, names = nil, {}
    for i, candidate in ipairs(rows) do
      names[i] = candidate.name
      if candidate.name == name then found = candidate end
    end
    if not found then
      local other = other_name(kind, table.concat(whole, "."), name)
      if not other then whole[#whole + 1] = nearest.to(name, names) end
      return nil, errors.new { code = "UnknownArgument", message = ("no such argument: %s"):format(path),
        hint = other or nearest.to(name, names) and ("did you mean %s?"):format(table.concat(whole, "."))
          or "all of them: ecs-service schema" .. (kind == kinds.BARE and "" or " --kind " .. kind.name) }
    end
    whole[#whole + 1], row, rows = name, found, found.rows or {}
    trail[#trail + 1] = found
  end
  return row, nil, trail
end

function schema.run(args, ctx)
  if args.document and (args.json_schema or args.argument or args.kind) then
    return report.failure(ctx, options.misused(
      "--document is the schema of a document: give no argument, no --kind and no --json-schema"), args)
  elseif args.document then
    ctx:out((documents.text(args.document):gsub("\n$", "")))
    return 0
  elseif args.json_schema and args.argument then
    return report.failure(ctx, options.misused(
      "--json-schema is the schema of a whole declaration: give no argument"), args)
  elseif args.json_schema then
    ctx:out(require("ecs_service.kinds.json_schema").text(args.kind))
    return 0
  end
  local kind = args.kind and kinds.named(args.kind) or kinds.BARE
  local style = new_style(ctx:out_style())
  if not args.argument then
    return ctx:result(function() return core.json(kind.rows(), 2) end,
      function() return table.concat(listing(kind.rows(), style, kind), "\n") end)
  end
  local row, err, trail = find(kind, args.argument)
  if not row then return report.failure(ctx, err, args) end
  return ctx:result(row, function() return detail(args.argument, row, style, trail, kind) end, { indent = 2 })
end

return schema
