--- A plan as a person reads it: its warnings and changes, what drifted, and the sum.
local lazy = require "ecs_service.util.lazy"
local changes = lazy "ecs_service.render.plan_changes"
local kinds = require "ecs_service.kinds"
local letters = lazy "ecs_service.render.terminal_text"
local shell = lazy "ecs_service.util.shell"
local verbs = require "ecs_service.kinds.verbs"

local variables = lazy "ecs_service.render.variables"

local plan_text = {}

local MOST_UNDER_WAY = 10 -- services that are told of one by one

local function summary_line(sum)
  local parts = {}
  for _, row in ipairs(verbs.ACTIONS) do
    local count = sum[row.name] or 0
    if row.always or row.sum and count > 0 then parts[#parts + 1] = count .. " " .. row.sum end
  end
  local line = "Plan: " .. table.concat(parts, ", ") .. "."
  if sum.no_op > 0 then line = line .. " " .. sum.no_op .. " unchanged." end
  return line
end

-- "finished what the run of 19:50 began (root@vm): web, api."
local function finished_line(finished)
  local progress, names = require "ecs_service.render.progress_model", {}
  for i, address in ipairs(finished.addresses) do names[i] = letters.escape(address) end
  local by = finished.by and (" (%s)"):format(letters.escape(tostring(finished.by))) or ""
  return ("finished what the run of %s began%s: %s."):format(progress.hour(finished.began, finished.at), by,
    table.concat(names, ", "))
end

local function empty_line(sum, left, finished, words)
  local matching = sum.no_op - left
  local line = finished and "Nothing is left to do: " .. finished_line(finished) or "No changes."
  if matching == 1 then line = ("%s 1 %s matches its declaration."):format(line, words.one) end
  if matching > 1 then line = ("%s %d %s match their declarations."):format(line, matching, words.many) end
  if left > 0 then line = ("%s %d imported and not declared."):format(line, left) end
  return sum.no_op == 0 and ("%s No %s are declared."):format(line, words.many) or line
end

--- Where a run works: "account 111122223333 · eu-west-1 · state s3://bucket/key"; the account when it is known.
---@param found table { account, region, state } as place.mark sets them
---@param style table of style.new
---@return string[] lines, none when nothing is known
function plan_text.place(found, style)
  if not found.region then return {} end
  local parts = { tostring(found.region) } -- of a plan that was read, anything
  if found.account then table.insert(parts, 1, "account " .. tostring(found.account)) end
  local name = found.state and tostring(found.state)
  if name then parts[#parts + 1] = name:find "^the state" and name or "state " .. name end
  for i, part in ipairs(parts) do
    if part:find "[^ -~]" then parts[i] = letters.escape(part, false, not style.unicode) end
  end
  local line = table.concat(parts, " " .. style.symbol.dot .. " ")
  local lines = style.width and letters.paragraph(line, style.width) or { line }
  for i, part in ipairs(lines) do lines[i] = style:paint("dim", part) end
  return lines
end

-- "web: a deployment is under way (web:1 in progress); wait for it: ecs-service wait web; …"
local function write_under_way(out, plan, style, words)
  local count = 0
  for _, change in ipairs(plan.changes or {}) do
    local now = change.under_way
    count = count + (now and 1 or 0)
    if now and count <= MOST_UNDER_WAY then
      local line = ("%s: %s"):format(letters.escape(change.address), letters.escape(now.message))
      if not now.refused then
        line = ("%s; wait for it: %s; what it does: %s"):format(line, shell.command("ecs-service wait",
          change.address), shell.command("ecs-service diagnose", change.address))
      end
      for _, part in ipairs(letters.paragraph(line, style.width)) do
        out[#out + 1] = style:paint("yellow", part)
      end
    end
  end
  if count > MOST_UNDER_WAY then
    out[#out + 1] = style:paint("yellow", ("and so it is with %d more %s"):format(count - MOST_UNDER_WAY,
      words.many))
  end
end

--- The whole plan.
---@param plan table a plan: changes, warnings
---@param style table of style.new
---@return string text without a newline at its end
function plan_text.render(plan, style)
  local out, shown, drifted, left = plan_text.place(plan, style), {}, {}, 0
  for _, line in ipairs(plan.variables and variables.lines(plan.variables, style) or {}) do out[#out + 1] = line end
  local given = plan.options and plan.options.image
  for _, line in ipairs(given and variables.images(given, style) or {}) do out[#out + 1] = line end
  if #out > 0 then out[#out + 1] = "" end
  for _, change in ipairs(plan.changes or {}) do
    if change.action ~= "no-op" or change.protected then shown[#shown + 1] = change end
    if change.protected then left = left + 1 end
    if #(change.drift or {}) > 0 then drifted[#drifted + 1] = change end
  end
  local words = kinds.words(kinds.texts(plan.changes or {}))
  if #(plan.warnings or {}) > 0 then changes.write_warnings(out, plan.warnings, style) end
  if #shown > 0 then changes.write(out, shown, style) end
  if #drifted > 0 then changes.write_drift(out, drifted, style) end
  local sum = verbs.sum(plan.changes or {})
  local line = #shown == left and (plan.nothing or empty_line(sum, left, plan.finished, words)) or summary_line(sum)
  for _, part in ipairs(style.width and letters.paragraph(line, style.width) or { line }) do
    out[#out + 1] = style:paint("bold", part)
  end
  write_under_way(out, plan, style, words)
  return table.concat(out, "\n")
end

return plan_text
