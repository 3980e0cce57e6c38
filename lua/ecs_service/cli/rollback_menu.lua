--- The question to whom a service is to go back, for somebody at a terminal: the latest places, and one line typed.
local letters = require "ecs_service.render.terminal_text"
local new_style = require("ecs_service.render.style").new
local times = require "ecs_service.util.time_format"

local menu = {}

local function plain(text, style) return letters.escape(tostring(text), false, not style.unicode) end

-- Where the deployment came from, as far as somebody said so: "4f2c9e1 main: add the index".
local function origin_text(origin)
  if not origin then return "" end
  local parts = {}
  if origin.commit then parts[1] = origin.commit:sub(1, 12) end
  parts[#parts + 1] = origin.branch
  local text = table.concat(parts, " ")
  if not origin.message then return text end
  return text ~= "" and text .. ": " .. origin.message or origin.message
end

-- Below its line: the images, and what was said of the run.
local function write_below(out, text, style)
  if text == "" then return end
  local room = style.width and math.max(20, style.width - 6)
  for _, part in ipairs(letters.paragraph(plain(text, style), room)) do
    out[#out + 1] = "      " .. style:paint("dim", part)
  end
end

local function line_of(i, one, widths, style)
  local line = ("  %d  %s"):format(i, letters.pad(plain(one.revision, style), widths.revision))
  if one.age then line = line .. "  " .. letters.pad(times.span(one.age) .. " ago", widths.age) end
  return (one.former and line .. "  (the one before)" or line):gsub("%s+$", "")
end

--- The menu as a person reads it.
---@param address string
---@param places table of verbs/rollback_places.lua
---@param style table of style.new
---@return string
function menu.text(address, places, style)
  local widths, out = { revision = 0, age = 0 }, {}
  for _, one in ipairs(places.list) do
    widths.revision = math.max(widths.revision, letters.width(plain(one.revision, style)))
    widths.age = math.max(widths.age, one.age and #times.span(one.age) + 4 or 0)
  end
  out[1] = ("%s runs %s. It can go back to:"):format(style:paint("bold", plain(address, style)),
    plain(places.present, style))
  for i, one in ipairs(places.list) do
    out[#out + 1] = line_of(i, one, widths, style)
    write_below(out, table.concat(one.images or {}, ", "), style)
    write_below(out, origin_text(one.origin), style)
  end
  if places.gone then write_below(out, places.gone .. ", the one before, is not ACTIVE any more", style) end
  if places.unread then
    write_below(out, "ECS did not tell its service deployments: this is what the state remembers, whatever others have "
      .. "deployed since", style)
  end
  return table.concat(out, "\n")
end

-- What was typed: a number of the list, or any revision.
local function chosen(places, answer)
  local word = answer:match "^%s*(.-)%s*$"
  local place = places.list[word == "" and 1 or tonumber(word:match "^%d+$")]
  if place then return place.revision end
  return word:match "^[%w_-]+:%d+$" or word:match "^arn:[%w:/_-]+$"
end

--- Asks. Nothing is asked where nobody can answer, nobody wants to be asked, or there is nothing to choose from.
---@param ctx table a terminal
---@param args table parsed arguments of rollback
---@param find fun(): table|nil the places
---@return boolean goes_on
---@return string|nil revision nil: the one that rollback takes by itself
function menu.ask(ctx, args, find)
  if args.to or args.auto_approve or args.dry_run or ctx.json or not ctx:can_ask() then return true end
  local places = find()
  if not places then return true end
  ctx:say(menu.text(args.service, places, new_style(ctx:err_style())))
  local answer = ctx:ask(("Which one? [1-%d, Enter for 1]: "):format(#places.list))
  if not answer then return false end
  local revision = chosen(places, answer)
  if not revision then
    ctx:say(("%s is none of them."):format(letters.escape(answer)))
    return false
  end
  return true, revision
end

return menu
