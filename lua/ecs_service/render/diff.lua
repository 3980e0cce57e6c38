--- The differences of a change as rows: a tree of {symbol, name, old, new, mark, children}. How they are laid out in
--- columns is layout's business.
local redact = require "ecs_service.render.redact"
local value = require "ecs_service.render.value"

local diff = {}

-- "load_balancer[1].container_port" → { "load_balancer[1]", "container_port" }; keys keep their brackets.
local function segments(path)
  local list, position = {}, 1
  while position <= #path do
    local name = path:match("^[^%.%[]+", position) or ""
    position = position + #name
    while true do
      local index = path:match("^%[%d+%]", position)
      if not index then break end
      name, position = name .. index, position + #index
    end
    if name ~= "" then list[#list + 1] = name end
    local key = path:match('^%["[^"]*"%]', position)
    if key then list[#list + 1], position = key, position + #key end
    local step = path:sub(position, position)
    if step == "." then
      position = position + 1
    elseif name == "" and not key then
      list[#list + 1], position = path:sub(position), #path + 1
    end
  end
  return list
end
diff.segments = segments

-- Lists whose elements have names, and what one of them is called: container_definitions["api"] is the container "api".
local ELEMENTS = { container_definitions = "container", volume = "volume" }

local function called(names)
  local word = ELEMENTS[names[1]]
  if not word or not (names[2] or ""):find '^%["' then return names end
  local list = { word .. " " .. names[2]:sub(2, -2) }
  for i = 3, #names do list[#list + 1] = names[i] end
  return list
end

local function has_element(attributes, name)
  for list, word in pairs(ELEMENTS) do
    local own = name:match("^" .. word .. ' "(.*)"$')
    for _, one in ipairs(own and type(attributes) == "table" and attributes[list] or {}) do
      if one.name == own then return true end
    end
  end
  return false
end

local function is_map(v) return type(v) == "table" and next(v) ~= nil and not value.is_list(v) end
local function is_list(v) return type(v) == "table" and value.is_list(v) end

local function list_of_scalars(v)
  if not is_list(v) then return false end
  for _, item in ipairs(v) do
    if type(item) == "table" then return false end
  end
  return true
end

local function symbol_of(before, after)
  if before == nil then return "+" end
  if after == nil then return "-" end
  return "~"
end

local INLINE = 60

local function inline(v)
  return v ~= nil and (type(v) ~= "table" or #value.literal(v) <= INLINE)
end

-- Members of a list of plain values: what went, what came, how many stayed.
local function member_rows(before, after)
  local rows, kept = {}, 0
  local function counts(list)
    local n = {}
    for _, item in ipairs(list) do n[item] = (n[item] or 0) + 1 end
    return n
  end
  local there = counts(after)
  for _, item in ipairs(before) do
    if (there[item] or 0) > 0 then
      there[item], kept = there[item] - 1, kept + 1
    else
      rows[#rows + 1] = { symbol = "-", only = item }
    end
  end
  local had = counts(before)
  for _, item in ipairs(after) do
    if (had[item] or 0) > 0 then had[item] = had[item] - 1 else rows[#rows + 1] = { symbol = "+", only = item } end
  end
  if kept > 0 then rows[#rows + 1] = { symbol = "", note = kept .. " unchanged" } end
  return rows
end

local expand, append

-- The rows of the keys of a map, or of the items of a list of tables, in which the two sides differ.
local function child_rows(before, after)
  local names, seen = {}, {}
  for _, side in ipairs { before or {}, after or {} } do
    for _, key in ipairs(value.keys(side)) do
      if not seen[key] then seen[key], names[#names + 1] = true, key end
    end
  end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  local rows = {}
  for _, key in ipairs(names) do
    local old, new = before and before[key], after and after[key]
    if not value.same(old, new) then
      local name = type(key) == "number" and "[" .. key .. "]" or value.key(key)
      append(rows, name, old, new)
    end
  end
  return rows
end

function expand(name, before, after, symbol)
  before, after = value.alike(before, after)
  local row = { symbol = symbol, name = name }
  local both_maps = is_map(before) and (is_map(after) or after ~= nil and type(after) == "table" and next(after) == nil)
  if both_maps or (is_map(after) and type(before) == "table" and next(before) == nil) then
    row.children = child_rows(before, after)
  elseif list_of_scalars(before) and list_of_scalars(after) and not (inline(before) and inline(after)) then
    row.children = member_rows(before, after)
  elseif (before == nil or inline(before)) and (after == nil or inline(after)) then
    row.old, row.new = before, after
    row.has_old, row.has_new = before ~= nil, after ~= nil
  else
    row.children = child_rows(type(before) == "table" and before or nil, type(after) == "table" and after or nil)
    if #row.children == 0 then
      row.old, row.new, row.has_old, row.has_new = before, after, before ~= nil, after ~= nil
    end
  end
  return row
end

local function list_of_tables(v)
  return is_list(v) and type(v[1]) == "table"
end

-- A list of tables that came or went as a whole stands as its members, each under the path it has.
function append(rows, name, before, after)
  if (before == nil and list_of_tables(after)) or (after == nil and list_of_tables(before)) then
    for i, item in ipairs(after or before) do
      local old, new = before and item or nil, after and item or nil
      append(rows, name .. "[" .. i .. "]", old, new)
    end
    return
  end
  rows[#rows + 1] = expand(name, before, after, symbol_of(before, after))
end

local function mark_of(entry, change)
  if entry.forces_replacement then return "replaces" end
  if change.action ~= "update" then return nil end
  if entry.starts_deployment then return "deploys" end
  if entry.waits_for_deployment and not (change.deployment and change.deployment.starts) then return "waits" end
end

-- Adds the row of a difference, or its rows.
local function add_entry(rows, entry, name, change)
  local first, row = #rows + 1, nil
  if entry.sensitive then
    local symbol = entry.element == "added" and "+" or entry.element == "removed" and "-"
      or change.action == "create" and "+" or change.action == "delete" and "-" or "~"
    row = { symbol = symbol, name = name, text = redact.TEXT }
  elseif entry.known_after_apply then
    local before = entry.before
    if type(before) == "string" and entry.predicted then before = value.short(before) end
    row = { symbol = symbol_of(before, true), name = name, old = before, has_old = before ~= nil and inline(before),
            text = type(entry.predicted) == "string" and value.literal(entry.predicted) or "(known after apply)" }
  else
    append(rows, name, entry.before, entry.after)
  end
  if row then rows[first] = row end
  for i = first, #rows do
    if entry.forces_replacement then rows[i].symbol = "-/+" end
    rows[i].mark = mark_of(entry, change)
  end
end

-- Whether attributes have something at a path of plain names. Positions in sets differ between the two sides, so what
-- lies in an element counts as there.
local function has(attributes, names, depth)
  local holder = attributes
  if names[1]:find '"' then return has_element(attributes, names[1]) end
  for i = 1, depth do
    if type(holder) ~= "table" then return false end
    local name = names[i]
    if name:find("[", 1, true) then return holder[name:match("^[^%[]+")] ~= nil end
    holder = holder[name]
  end
  return holder ~= nil
end

-- A block whose members all came is new itself, unless it was there before with other members; so with those that went.
local function settle(rows, change)
  for _, row in ipairs(rows) do
    if row.names then
      settle(row.children, change)
      local symbol = row.children[1].symbol
      for _, child in ipairs(row.children) do
        if child.symbol ~= symbol then symbol = "~" end
      end
      if symbol == "+" and has(change.before, row.names, row.depth) then symbol = "~" end
      if symbol == "-" and has(change.after, row.names, row.depth) then symbol = "~" end
      row.symbol = symbol
    end
  end
end

-- The row for a beginning of paths that several differences share.
local function group_of(groups, rows, key, names, depth)
  local group = groups[key]
  if not group then
    group = { name = names[depth], names = names, depth = depth, children = {} }
    groups[key], rows[#rows + 1] = group, group
  end
  return group
end

--- The rows of a change, in the order of its diff; differences below one block stand under a row for the block.
---@param change table a change of a plan
---@return table[]
function diff.rows(change)
  local rows, groups = {}, {}
  for _, entry in ipairs(change.diff or {}) do
    local names = called(segments(entry.path))
    local level, key = rows, ""
    for depth = 1, #names - 1 do
      key = key .. "\0" .. names[depth]
      level = group_of(groups, level, key, names, depth).children
    end
    add_entry(level, entry, names[#names] or entry.path, change)
  end
  settle(rows, change)
  return rows
end

return diff
