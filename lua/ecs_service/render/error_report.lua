--- Errors as a person reads them: what happened, why, what is the case now, what to do next.
local lazy = require "ecs_service.util.lazy"
local error_groups = require "ecs_service.render.error_groups"
local further_hint = require "ecs_service.util.further_hint"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local value = require "ecs_service.render.value"
local shell = lazy "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"
local trim = require "ecs_service.util.trim"

local failure = {}

-- `start` is what the first line begins with; the others begin as many blanks further right.
local function lines_of(out, start, text, style, color, lead_color)
  local room = style.width and math.max(20, style.width - letters.width(start))
  local lead = style:paint(lead_color, start)
  for line in (trim.right(tostring(text)) .. "\n"):gmatch("([^\n]*)\n") do
    for _, part in ipairs(letters.paragraph(letters.escape(line, false, not style.unicode), room)) do
      out[#out + 1] = lead .. style:paint(color, part)
      lead = (" "):rep(letters.width(start))
    end
  end
end

local function service_of(diagnostic, err)
  if diagnostic.kind and diagnostic.address then return kinds.text(diagnostic) end
  return diagnostic.address or diagnostic.service or err.service
end

-- Diagnostics by service, services in the order in which they come.
local function grouped(err)
  local order, groups = {}, {}
  for _, diagnostic in ipairs(err.diagnostics) do
    local name = service_of(diagnostic, err) or ""
    if not groups[name] then groups[name], order[#order + 1] = {}, name end
    table.insert(groups[name], diagnostic)
  end
  return order, groups
end

local function key_of(list)
  local parts = {}
  for i, one in ipairs(list) do
    parts[i] = ("%s\n%s\n%s"):format(tostring(one.path), tostring(one.message), tostring(one.hint))
  end
  return table.concat(parts, "\n\n")
end

-- Many services whose problems are the same, together: { names, list }.
local function merged(order, groups)
  local alike, known, list = {}, {}, {}
  for _, name in ipairs(order) do
    local key = key_of(groups[name])
    known[key] = known[key] or {}
    alike[name] = known[key]
    table.insert(alike[name], letters.escape(name))
  end
  for _, name in ipairs(order) do
    local names = alike[name]
    local many = #names >= error_groups.LEAST
    if not many or names[1] == letters.escape(name) then
      list[#list + 1] = { names = many and names or { letters.escape(name) }, list = groups[name] }
    end
  end
  return list
end

local PATH_LIMIT = 44

local function path_width(list)
  local widest = 0
  for _, diagnostic in ipairs(list) do
    local size = letters.width(letters.escape(diagnostic.path or ""))
    if size <= PATH_LIMIT then widest = math.max(widest, size) end
  end
  return widest
end

local function joined(diagnostic)
  local message, hint = tostring(diagnostic.message or "is wrong"), further_hint(diagnostic)
  if diagnostic.severity == "warning" then message = "warning: " .. message end
  return hint and message .. "; " .. hint or message
end

local function write_diagnostics(out, list, indent, style)
  local widest = path_width(list)
  local lead = (" "):rep(indent)
  for _, diagnostic in ipairs(list) do
    local path = letters.escape(diagnostic.path or "")
    local start = lead .. letters.pad(path, widest) .. (widest > 0 and "   " or "")
    if style.width and style.width - letters.width(start) < 28 or letters.width(path) > widest then
      if path ~= "" then out[#out + 1] = lead .. style:paint("bold", path) end
      lines_of(out, lead .. "  ", joined(diagnostic), style)
    else
      local at = #out + 1
      lines_of(out, start, joined(diagnostic), style)
      out[at] = lead .. style:paint("bold", path) .. out[at]:sub(#lead + #path + 1)
    end
  end
end

local function validation(out, err, style, options)
  local order, groups = grouped(err)
  local file = options.file and letters.escape(options.file) .. ": " or ""
  local count = value.count(#err.diagnostics, "problem")
  local only = #order == 1 and order[1] ~= "" and letters.escape(order[1]) or nil
  local where = only and " in " .. only or #order > 1 and (" in " .. value.count(#order, "service")) or ""
  lines_of(out, "", file .. count .. where .. (err.sent and "" or ", nothing was sent"), style, "error")
  for _, group in ipairs(merged(order, groups)) do
    local names = error_groups.named(group.names)
    out[#out + 1] = ""
    if not only and names ~= "" then out[#out + 1] = "  " .. style:paint("bold", names) end
    write_diagnostics(out, group.list, only and 2 or 4, style)
  end
end

local function as_list(v)
  if v == nil then return {} end
  if type(v) ~= "table" then return { v } end
  local list = {}
  for _, item in ipairs(v) do list[#list + 1] = item end
  return list
end

local function fact(item)
  if type(item) ~= "table" then return tostring(item) end
  local at = item.at and value.time(item.at) .. "  " or ""
  return at .. tostring(item.message or value.literal(item))
end

-- What one stopped task says of its end: ECS's reason, and what its containers left behind.
local function end_of(task)
  if type(task) ~= "table" then return tostring(task) end
  local parts = { task.stopped_reason or task.stop_code or "stopped" }
  for _, container in ipairs(as_list(task.containers)) do
    local code = container.exit_code and "exit code " .. tostring(container.exit_code)
    if code or container.reason then
      parts[#parts + 1] = ("%s: %s"):format(container.name or "container",
        table.concat({ container.reason or code, container.reason and code or nil }, ", "))
    end
  end
  local text = table.concat(parts, "; ")
  if task.stop_code and task.stopped_reason then text = text .. " (" .. task.stop_code .. ")" end
  return text
end

-- Tasks that ended alike are told once, with their number.
local function task_lines(tasks, style)
  local lines = {}
  for i, group in ipairs(tables.groups(tasks, end_of)) do
    lines[i] = ("%d %s %s"):format(#group, style.symbol.times, group.key)
  end
  return lines
end

local MOST_EVENTS = 3

local function facts_of(err)
  local evidence = err.evidence
  if type(evidence) == "string" or (type(evidence) == "table" and evidence[1] ~= nil) then
    evidence = { why = evidence }
  end
  return type(evidence) == "table" and evidence or {}
end

local function now_lines(evidence)
  local list = as_list(evidence.now)
  local running = evidence.running_now
  if #list == 0 and type(running) == "table" and running.task_definition then
    list[1] = ("%s runs, %d of %s"):format(value.short(running.task_definition), running.running or 0,
      value.count(running.desired or 0, "task"))
  end
  return list
end

local function has_causes(evidence)
  return type(evidence.causes) == "table" and #evidence.causes > 0
end

-- With causes: the likeliest, and the texts that it rests on. Symptoms have told all they know in ECS's own reason.
local function why_lines(evidence)
  local list = as_list(evidence.why)
  if has_causes(evidence) then
    local rest = as_list(evidence.causes[1].evidence)
    local first = evidence.causes[1]
    local alone = first.count == 1 and first.code == "unknown" and rest[1]:sub(-#list[1]) == list[1]
    if not alone then
      for _, text in ipairs(rest) do list[#list + 1] = text end
    end
    return list
  end
  if evidence.reason and evidence.reason ~= list[1] then list[#list + 1] = evidence.reason end
  return list
end

local MOST_OTHERS = 3

-- Less likely causes, one line each.
local function other_lines(evidence)
  local list = {}
  for i = 2, math.min(#as_list(evidence.causes), MOST_OTHERS + 1) do
    local cause = evidence.causes[i]
    list[#list + 1] = cause.count and cause.count > 1 and ("%s (%d times)"):format(cause.summary, cause.count)
      or cause.summary
  end
  local left = #as_list(evidence.causes) - 1 - #list
  if left > 0 then list[#list + 1] = ("and %d more"):format(left) end
  return list
end

-- What the container that failed wrote last, or why that cannot be read.
local function log_lines(err)
  local list = {}
  for i, line in ipairs(type(err.logs) == "table" and err.logs or {}) do
    list[i] = ("%s  %s"):format(line.container, line.text)
  end
  if err.logs_note then list[#list + 1] = err.logs_note end
  return list
end

local function next_lines(err, evidence)
  local list = as_list(evidence.next)
  for _, hint in ipairs(as_list(err.hint)) do
    if hint ~= list[1] then list[#list + 1] = hint end
  end
  if has_causes(evidence) and err.service then
    list[#list + 1] = "see all of the evidence: " .. shell.command("ecs-service diagnose", err.service)
  end
  return list
end

local function write_evidence(out, err, style)
  local evidence = facts_of(err)
  local events, tasks = as_list(evidence.events), as_list(evidence.tasks)
  for i = #events, MOST_EVENTS + 1, -1 do events[i] = nil end
  if has_causes(evidence) then events, tasks = {}, {} end -- the causes have told what is worth it
  local first = true
  for _, part in ipairs { { "why", why_lines(evidence) }, { "also", other_lines(evidence) },
    { "tasks", task_lines(tasks, style) }, { "events", events }, { "logs", log_lines(err) },
    { "now", now_lines(evidence) }, { "next", next_lines(err, evidence) } } do
    if first and #part[2] > 0 then out[#out + 1], first = "", false end
    for i, item in ipairs(part[2]) do
      lines_of(out, "  " .. letters.pad(i == 1 and part[1] or "", 7), fact(item), style)
    end
  end
  return evidence
end

local function references(err, evidence, style)
  local parts = {}
  if err.operation then parts[#parts + 1] = err.operation end
  if err.request_id then parts[#parts + 1] = "request " .. err.request_id end
  local deployment = err.deployment_id or evidence.deployment_id or evidence.deployment
  if type(deployment) == "string" then parts[#parts + 1] = "deployment " .. deployment end
  local serial = err.serial or evidence.serial
  if serial then parts[#parts + 1] = "state serial " .. tostring(serial) .. " saved" end
  if err.code and err.code ~= "" then table.insert(parts, 1, tostring(err.code)) end
  return table.concat(parts, " " .. style.symbol.dot .. " ")
end

-- Where credentials were looked for, one place a line.
local function looked_lines(err)
  local lines = { "no credentials were found; it was looked at" }
  for i, one in ipairs(err.looked) do
    lines[#lines + 1] = ("%2d. %s: %s"):format(i, tostring(one.title), tostring(one.reason))
  end
  return table.concat(lines, "\n")
end

-- Several services failed in one apply: each is told by itself.
local function write_one(out, err, style, options)
  if type(err.diagnostics) == "table" and #err.diagnostics > 0 then return validation(out, err, style, options) end
  local message = tostring(err.message or err.code or "something went wrong")
  if err.code == "NoCredentials" and type(err.looked) == "table" then message = looked_lines(err) end
  -- The cause is told below; at the end of the sentence it would stand there twice.
  local cause = type(err.evidence) == "table" and err.evidence.why
  if type(cause) == "string" and message:sub(-#cause - 2) == ": " .. cause then
    message = message:sub(1, -#cause - 3)
  end
  local who = err.service
  if who and message:sub(1, #who + 1) ~= who .. ":" then message = who .. ": " .. message end
  lines_of(out, "error: ", message, style, "bold", "error")
  local evidence = write_evidence(out, err, style)
  local line = references(err, evidence, style)
  if line ~= "" and (err.request_id or err.operation) then
    out[#out + 1] = ""
    lines_of(out, "  ", line, style, "dim")
  end
end

-- A run that was asked to stop: one table of what is left, in place of an error for each service.
local function interruption(list)
  for _, one in ipairs(list) do
    if type(one) ~= "table" or one.code ~= "Interrupted" then return false end
  end
  return #list > 0
end

-- From so many services on that were left alike they are one line; so many of them are named.
local MANY_LEFT, NAMED_LEFT = 6, 5

-- { who, message } in the order in which they come.
local function left_alike(list)
  local order, groups, lines = {}, {}, {}
  for _, one in ipairs(list) do
    local message = tostring(one.message):gsub("^interrupted: ", "")
    if not groups[message] then groups[message], order[#order + 1] = {}, message end
    table.insert(groups[message], letters.escape(one.service or ""))
  end
  for _, message in ipairs(order) do
    local names = groups[message]
    if #names < MANY_LEFT then
      for _, name in ipairs(names) do lines[#lines + 1] = { name, message } end
    else
      lines[#lines + 1] = { value.count(#names, "service"), ("%s: %s and %d more"):format(message,
        table.concat(names, ", ", 1, NAMED_LEFT), #names - NAMED_LEFT) }
    end
  end
  return lines
end

local function write_interruption(out, list, style)
  lines_of(out, "interrupted: ", "nothing new was started, and what was done is recorded", style, nil, "error")
  out[#out + 1] = ""
  local widest = 4
  local left = left_alike(list)
  for _, line in ipairs(left) do widest = math.max(widest, letters.width(line[1])) end
  for _, line in ipairs(left) do lines_of(out, "  " .. letters.pad(line[1], widest) .. "   ", line[2], style) end
  local told = {}
  for _, one in ipairs(list) do
    if one.hint and not told[one.hint] then
      lines_of(out, "  " .. letters.pad(next(told) and "" or "next", widest) .. "   ", letters.escape(one.hint), style)
      told[one.hint] = true
    end
  end
end

-- What many services have alike, as one error.
local function together(group)
  local one = tables.merge(group.first)
  one.service, one.request_id = error_groups.named(group.services), nil
  one.message = ("%s (%s)"):format(group.message, value.count(#group.services, "service"))
  return one
end

--- An error in full.
---@param err any an error of this module, or anything that was raised
---@param style table of style.new
---@param options? { file?: string } the script's name, for problems of its tables
---@return string text without a newline at its end
function failure.render(err, style, options)
  options = options or {}
  local out = {}
  if type(err) ~= "table" then err = { message = tostring(err) } end
  local many = err.errors
  if interruption(many or { err }) then
    write_interruption(out, many or { err }, style)
  elseif type(many) == "table" and #many > 1 then
    for i, group in ipairs(error_groups.of(many)) do
      if i > 1 then out[#out + 1] = "" end
      write_one(out, group.services and together(group) or group.first, style, options)
    end
  else
    write_one(out, err, style, options)
  end
  return table.concat(out, "\n")
end

return failure
