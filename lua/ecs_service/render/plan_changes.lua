--- What a plan tells one by one: its changes, what drifted, its warnings.
local action_of = require "ecs_service.kinds.verbs".action
local alike = require "ecs_service.render.change_groups"
local diff = require "ecs_service.render.diff"
local forecast = require "ecs_service.render.forecast"
local kinds = require "ecs_service.kinds"
local layout = require "ecs_service.render.columns"
local letters = require "ecs_service.render.terminal_text"
local value = require "ecs_service.render.value"

local changes = {}

local function creates_first(change)
  local steps = change.steps
  if type(steps) == "table" then steps = steps[1] end
  return type(steps) == "string" and steps:match("^create") ~= nil
end

-- What says which service it is: with another name or cluster the old and the new one can stand side by side.
local function moves(change)
  for _, path in ipairs(change.replace_paths or {}) do
    if path == "name" or path == "cluster" then return true end
  end
  return false
end

-- So many revisions are told by their names; of more, the first and the last.
local NAMED = 4

local function revisions_of(change)
  local list, count = {}, #change.revisions
  for i, arn in ipairs(change.revisions) do list[i] = letters.escape(value.short(arn)) end
  if count <= NAMED then return table.concat(list, ", ") end
  return ("%d revisions: %s to %s"):format(count, list[1], list[count])
end

local function listed(word, list)
  return list and #list > 0 and (" %s %s"):format(word, letters.escape(table.concat(list, ", "))) or ""
end

-- "run bin/migrate with api:13 before api"
local function run_words(change)
  local command = change.command and table.concat(change.command, " ")
  local count = (change.count or 1) > 1 and (" in %d tasks"):format(change.count) or ""
  return ("run%s with %s%s%s%s"):format(command and " " .. letters.escape(command) or "",
    letters.escape(tostring(change.task_definition)), count, listed("before", change.stands_before),
    listed("after", change.stands_after))
end

local function action_words(change)
  local action = change.action
  if action == "update" then
    local starts = change.deployment and change.deployment.starts
    return starts and "update in place, starts a deployment" or "update in place"
  elseif action == "replace" and kinds.of_change(change).within then
    return "make anew, with its service"
  elseif action == "replace" then
    local thing = kinds.of_change(change).one
    if creates_first(change) then
      return ("replace (the new %s is created before the old one is destroyed)"):format(thing)
    end
    return moves(change) and ("replace (downtime: the old %s is destroyed first)"):format(thing)
      or "replace (downtime: the name must be free first)"
  elseif action == "register" then
    return change.predicted and "register " .. letters.escape(tostring(change.predicted)) or "register"
  elseif (action == "deregister" or action == "delete") and change.revisions then
    return action .. " " .. revisions_of(change)
  elseif action == "run" then
    return run_words(change)
  elseif action == "stop" then
    return change.how == "abort" and "stop its deployment" or "stop its deployment, and go back"
  end
  return action_of(action).reads or action
end

-- `prod/mongodb`, from what a change knows of its service.
local function service_name(change)
  local cluster, name = kinds.of_change(change).title(change)
  if not name then return "" end
  return value.short(cluster) .. "/" .. letters.escape(tostring(name))
end

local function sentences(out, lead, text, indent, style, color)
  local size = indent + letters.width(lead)
  local room = style.width and math.max(20, style.width - size)
  for i, part in ipairs(letters.paragraph(letters.escape(text, false, not style.unicode), room)) do
    out[#out + 1] = (i == 1 and (" "):rep(indent) .. style:paint(color, lead) or (" "):rep(size)) .. part
  end
end

local function has_waiting(change)
  if change.deployment and change.deployment.starts then return false end
  for _, entry in ipairs(change.diff or {}) do
    if entry.waits_for_deployment then return true end
  end
  return false
end

local function header(change, style)
  local action = action_of(change.action)
  local symbol = style.unicode and action.sign or action.symbol or "?"
  local address = kinds.text(change)
  local title = change.same and kinds.told("same change in %d things", change.same):format(#change.same)
    or letters.escape(address)
  local service = change.same and "" or service_name(change)
  if service == title then service = "" end -- who named it so needs no other name of it
  local mark = (" "):rep(3 - letters.width(symbol)) .. symbol
  local plain = mark .. " " .. title
  local line = style:paint(action.color, mark) .. " " .. style:paint("bold", title)
  if service ~= "" then plain, line = plain .. "  " .. service, line .. "  " .. service end
  return plain, line
end

-- A family alone means its newest revision: "web is web:8 now".
local function opened(change)
  for _, entry in ipairs(change.diff or {}) do
    local family = entry.path == "task_definition" and entry.after
    if type(family) == "string" and change.newest and not family:find ":%d+$" then
      return ("%s is %s now, its newest ACTIVE revision"):format(value.short(family), value.short(change.newest))
    end
  end
end

local function write_change(out, change, prepared, column, style)
  local plain, line = header(change, style)
  out[#out + 1] = line
  layout.add_mark(out, letters.width(plain), column, action_words(change), action_of(change.action).color, style, 4)
  if change.same then
    local cluster = value.short(change.cluster or "default")
    sentences(out, cluster .. ": ", alike.names(change.same, style.symbol.ellipsis), 4, style)
  end
  if change.reason and change.reason ~= "" then sentences(out, "why: ", change.reason, 4, style) end
  layout.write(out, prepared, column, style)
  if change.carried then
    sentences(out, "stays: ", table.concat(change.carried, ", ")
      .. " (AWS has it, no argument names it: it goes along unchanged)", 4, style)
  end
  if change.foreign then
    sentences(out, action_of(change.action).color == "delete" and "goes: " or "stays: ",
      table.concat(change.foreign, ", ") .. " (made by somebody else)", 4, style)
  end
  for _, one in ipairs(change.kept or {}) do
    local what = one.value ~= nil and " = " .. value.literal(one.value, not style.unicode) or ""
    sentences(out, "kept: ", ("%s%s, as %s runs it"):format(one.path, what, one.from), 4, style)
  end
  local revision = opened(change)
  if revision then sentences(out, "note: ", revision, 4, style) end
  local rollout = forecast.line(change, style.symbol.arrow)
  if rollout then
    -- The forecast is this module's own text: only its arrow is beyond ASCII.
    local room = style.width and style.width - 13
    for i, part in ipairs(letters.paragraph(rollout, room)) do
      out[#out + 1] = (i == 1 and "    rollout: " or (" "):rep(13)) .. part
    end
  end
  if has_waiting(change) then
    sentences(out, "note: ", "ECS applies this to the tasks of the next deployment; "
      .. "force_new_deployment = true starts one at once", 4, style)
  end
  out[#out + 1] = ""
end

--- Each change, with the marks of all of them in one column.
---@param out string[] lines are added to it
---@param list table[]
---@param style table of style.new
function changes.write(out, list, style)
  if not style.full then list = alike.group(list) end
  local prepared, all = {}, {}
  for _, change in ipairs(list) do
    local lines = layout.lines(diff.rows(change), 2, style)
    prepared[change] = lines
    all[#all + 1] = { header = (header(change, style)) }
    for _, line in ipairs(lines) do all[#all + 1] = line end
  end
  local column = layout.mark_column(all, style)
  for _, change in ipairs(list) do write_change(out, change, prepared[change], column, style) end
end

local function drift_note(entry, change)
  if entry.ignored then return "(ignored: lifecycle.ignore_changes)" end
  local top = entry.path:match("^[^%.%[]+")
  for _, other in ipairs(change.diff or {}) do
    if other.path:match("^[^%.%[]+") == top then return "(this plan changes it)" end
  end
  local declared = change.config and change.config[top] ~= nil
  return declared and "(kept: this plan leaves it so)" or "(kept: the declaration does not set it)"
end

local function drift_rows(list)
  local rows = {}
  for _, change in ipairs(list) do
    for _, entry in ipairs(change.drift or {}) do
      rows[#rows + 1] = { address = letters.escape(tostring(change.address)), entry = entry,
                          note = drift_note(entry, change) }
    end
  end
  return rows
end

-- What drifted alike in many services is told once.
local function drift_alike(rows, style)
  local groups, order, list = {}, {}, {}
  for _, row in ipairs(rows) do
    local entry = row.entry
    local key = table.concat({ entry.path, value.literal(entry.before), value.literal(entry.after), row.note }, "\1")
    if not groups[key] then
      groups[key] = {}
      order[#order + 1] = groups[key]
    end
    table.insert(groups[key], row)
  end
  for _, group in ipairs(order) do
    if #group < alike.LEAST then
      for _, row in ipairs(group) do list[#list + 1] = row end
    else
      local addresses = {}
      for i, row in ipairs(group) do addresses[i] = row.address end
      list[#list + 1] = { address = kinds.told(#group .. " things", addresses), entry = group[1].entry,
        note = group[1].note .. ": " .. alike.names(addresses, style.symbol.ellipsis) }
    end
  end
  return list
end

--- What drifted, whether or not the plan changes it.
---@param out string[]
---@param list table[] changes that drifted
---@param style table
function changes.write_drift(out, list, style)
  local rows = drift_rows(list)
  local ascii, widest = not style.unicode, 0
  if not style.full then rows = drift_alike(rows, style) end
  for _, row in ipairs(rows) do widest = math.max(widest, math.min(24, letters.width(row.address))) end
  out[#out + 1] = style:paint("bold", "drifted outside of this stack")
  for _, row in ipairs(rows) do
    local entry = row.entry
    local before, after = value.alike(entry.before, entry.after)
    local old = before == nil and "(not set)" or value.literal(before, ascii)
    local new = after == nil and "(not set)" or value.literal(after, ascii)
    if entry.sensitive then old, new = "(sensitive value)", "(sensitive value)" end
    local text = ("%s %s %s %s %s"):format(letters.escape(entry.path), old, style.symbol.arrow, new, row.note)
    local start = "  " .. letters.pad(row.address, widest) .. "  "
    for i, part in ipairs(letters.paragraph(text, style.width and math.max(20, style.width - widest - 4))) do
      out[#out + 1] = (i == 1 and start or (" "):rep(widest + 4)) .. part
    end
  end
  out[#out + 1] = ""
end

--- Warnings, one after the other, each with its hint.
---@param out string[]
---@param list table[]
---@param style table
function changes.write_warnings(out, list, style)
  for _, warning in ipairs(list) do
    local where = type(warning) == "table" and (warning.address or warning.service)
    local path = warning.path and warning.path ~= "" and warning.path or nil
    if warning.services then
      where = style.full and table.concat(warning.services, ", ")
        or alike.names(warning.services, style.symbol.ellipsis)
    end
    local subject = where and path and where .. ": " .. path or where or path
    local message = type(warning) == "table" and warning.message or warning
    local text = (subject and subject .. ": " or "") .. tostring(message)
    sentences(out, "warning: ", text, 0, style, "warning")
    if warning.hint then sentences(out, "hint: ", warning.hint, 2, style) end
  end
  out[#out + 1] = ""
end

return changes
