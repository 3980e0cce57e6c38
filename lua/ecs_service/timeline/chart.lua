--- The chart of a rollout as SVG: the tasks of the old and the new revision over time, one on top of the other, and
--- above them what happened, by numbers.
local letters = require "ecs_service.render.terminal_text"
local markup = require "ecs_service.timeline.markup"
local value = require "ecs_service.render.value"

local chart = {}

chart.WIDTH = 960
--- Of a telephone held upright: what is in it stays legible there.
chart.NARROW = 400
local LEFT, RIGHT, TOP, PLOT, BOTTOM = 44, 18, 34, 170, 26
chart.HEIGHT = TOP + PLOT + BOTTOM

local element, text = markup.element, markup.text

local TICKS = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400 }
local TICK_SPACE = 110 -- units between two of them, at least

--- The space between ticks of an axis that is `span` long.
local function step_of(span, steps, most)
  for _, step in ipairs(steps) do
    if span / step <= most then return step end
  end
  return steps[#steps] * math.ceil(span / steps[#steps] / most)
end

local function count_step(most)
  local base = 1
  while true do
    for _, factor in ipairs { 1, 2, 5 } do
      if most / (base * factor) <= 4 then return base * factor end
    end
    base = base * 10
  end
end

local function highest(rollout)
  local most = 1
  for _, sample in ipairs(rollout.samples) do
    local sum = 0
    for _, one in pairs(sample.by) do sum = sum + one.running + one.pending end
    most = math.max(most, sum, sample.desired)
  end
  return most
end

local function scales(rollout, whole)
  local span, most = math.max(1, rollout.ended - rollout.began), highest(rollout)
  local width = whole - LEFT - RIGHT
  return {
    span = span, most = most, right = whole - RIGHT, width = width,
    x = function(at) return LEFT + math.max(0, math.min(span, at - rollout.began)) / span * width end,
    y = function(count) return TOP + PLOT - count / most * PLOT end,
  }
end

local function axes(out, scale)
  local step = count_step(scale.most)
  for count = 0, scale.most, step do
    local y = scale.y(count)
    out[#out + 1] = element("line", { "class", "grid", "x1", LEFT, "x2", scale.right, "y1", y, "y2", y })
    out[#out + 1] = element("text", { "class", "tick", "x", LEFT - 8, "y", y + 4, "text-anchor", "end" },
      ("%d"):format(count))
  end
  step = step_of(scale.span, TICKS, math.floor(scale.width / TICK_SPACE))
  for at = 0, scale.span, step do
    local x = LEFT + at / scale.span * scale.width
    out[#out + 1] = element("line", { "class", "grid", "x1", x, "x2", x, "y1", TOP + PLOT, "y2", TOP + PLOT + 5 })
    out[#out + 1] = element("text", { "class", "tick", "x", x, "y", TOP + PLOT + 19, "text-anchor", "middle" },
      value.clock(at))
  end
end

-- What lies between two heights over time, as steps: a state holds until the next one.
local function area(rollout, scale, low, high)
  local up, down = {}, {}
  local samples = rollout.samples
  for i, sample in ipairs(samples) do
    local from = scale.x(i == 1 and rollout.began or sample.at)
    local to = scale.x(samples[i + 1] and samples[i + 1].at or rollout.ended)
    up[#up + 1] = ("%.1f,%.1f %.1f,%.1f"):format(from, scale.y(high(sample)), to, scale.y(high(sample)))
    table.insert(down, 1, ("%.1f,%.1f %.1f,%.1f"):format(to, scale.y(low(sample)), from, scale.y(low(sample))))
  end
  return table.concat(up, " ") .. " " .. table.concat(down, " ")
end

local function sum_below(rollout, sample, last)
  local sum = 0
  for i = 1, last do
    local one = sample.by[rollout.series[i].key]
    if one then sum = sum + one.running + one.pending end
  end
  return sum
end

local function has_any(rollout, series, what)
  for _, sample in ipairs(rollout.samples) do
    local one = sample.by[series.key]
    if one and one[what] > 0 then return true end
  end
  return false
end

local function areas(out, rollout, scale)
  for i, series in ipairs(rollout.series) do
    local function low(sample) return sum_below(rollout, sample, i - 1) end
    local function middle(sample)
      local one = sample.by[series.key]
      return low(sample) + (one and one.running or 0)
    end
    local function high(sample) return sum_below(rollout, sample, i) end
    local title = element("title", nil, text(series.name))
    if has_any(rollout, series, "running") then
      out[#out + 1] = element("polygon", { "class", "running " .. series.role, "points", area(rollout, scale, low,
        middle) }, title)
    end
    if has_any(rollout, series, "pending") then
      out[#out + 1] = element("polygon", { "class", "pending " .. series.role, "points", area(rollout, scale, middle,
        high) }, title)
    end
  end
end

local function desired(out, rollout, scale)
  local points = {}
  for i, sample in ipairs(rollout.samples) do
    local to = rollout.samples[i + 1] and rollout.samples[i + 1].at or rollout.ended
    points[i] = ("%.1f,%.1f %.1f,%.1f"):format(scale.x(i == 1 and rollout.began or sample.at),
      scale.y(sample.desired), scale.x(to), scale.y(sample.desired))
  end
  if #points == 0 then return end
  out[#out + 1] = element("polyline", { "class", "desired", "points", table.concat(points, " ") },
    element("title", nil, "as many tasks as are wanted"))
end

-- A cross where the number of failed tasks went up.
local function failures(out, rollout, scale)
  local seen = {}
  for _, sample in ipairs(rollout.samples) do
    for i, series in ipairs(rollout.series) do
      local one = sample.by[series.key]
      local more = one and one.failed - (seen[series.key] or 0) or 0
      if one then seen[series.key] = math.max(one.failed, seen[series.key] or 0) end
      if more > 0 then
        local x, y = scale.x(sample.at), scale.y(sum_below(rollout, sample, i))
        out[#out + 1] = element("path", { "class", "failed", "d", ("M%.1f %.1fl8 8m0 -8l-8 8"):format(x - 4, y - 4) },
          element("title", nil, text(("%s of %s failed"):format(value.count(more, "task"), series.name))))
      end
    end
  end
end

local CLOSE = 22 -- markers that are closer than that share one

local function worse(a, b)
  local rank = { bad = 3, warn = 2, good = 1 }
  return (rank[a] or 0) >= (rank[b] or 0) and a or b
end

local function groups_of(rollout, scale)
  local groups = {}
  for i, note in ipairs(rollout.notes) do
    local x, last = scale.x(note.at), groups[#groups]
    if last and x - last.x < CLOSE then
      last.to, last.kind = i, worse(last.kind, note.kind)
      last.texts[#last.texts + 1] = note.text
    else
      groups[#groups + 1] = { x = x, from = i, to = i, kind = note.kind, texts = { note.text } }
    end
  end
  return groups
end

-- What happened: numbers above the plot, as in the list below it.
local function markers(out, rollout, scale)
  for _, group in ipairs(groups_of(rollout, scale)) do
    local label = group.from == group.to and ("%d"):format(group.from) or ("%d–%d"):format(group.from, group.to)
    local wide = letters.width(label) * 7 + 8
    local x = math.max(LEFT, math.min(scale.right - wide, group.x - wide / 2))
    out[#out + 1] = element("g", { "class", "note " .. (group.kind or "plain") },
      element("title", nil, text(table.concat(group.texts, "; ")))
      .. element("line", { "x1", group.x, "x2", group.x, "y1", TOP - 10, "y2", TOP + PLOT })
      .. element("rect", { "x", x, "y", TOP - 28, "width", wide, "height", 18, "rx", 9 })
      .. element("text", { "x", x + wide / 2, "y", TOP - 15, "text-anchor", "middle" }, label))
  end
end

--- The chart, `width` by chart.HEIGHT units: elements to stand in an svg or a g.
---@param rollout ecs_service.Rollout
---@param width integer|nil default chart.WIDTH
---@return string
function chart.draw(rollout, width)
  local scale, out = scales(rollout, width or chart.WIDTH), {}
  axes(out, scale)
  areas(out, rollout, scale)
  desired(out, rollout, scale)
  failures(out, rollout, scale)
  markers(out, rollout, scale)
  return table.concat(out, "\n")
end

return chart
