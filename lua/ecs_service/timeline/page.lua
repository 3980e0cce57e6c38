--- Rollouts as a document of its own: HTML, or SVG. Legible in light and dark, without scripts and without anything
--- from elsewhere.
local action_of = require "ecs_service.kinds.verbs".action
local chart = require "ecs_service.timeline.chart"
local letters = require "ecs_service.render.terminal_text"
local markup = require "ecs_service.timeline.markup"
local times = require "ecs_service.util.time_format"
local value = require "ecs_service.render.value"

local timeline = {}

local element, text = markup.element, markup.text

local LIGHT = "--paper:#fff;--ink:#1b1f24;--dim:#57606a;--line:#d8dee4;--new:#0969da;--old:#8c959f;--other:#8250df;"
  .. "--bad:#cf222e;--warn:#9a6700;--good:#1a7f37;--plain:#57606a;color-scheme:light dark"
local DARK = "--paper:#0d1117;--ink:#e6edf3;--dim:#9aa4af;--line:#30363d;--new:#4493f8;--old:#6e7681;--other:#ab7df8;"
  .. "--bad:#ff7b72;--warn:#d29922;--good:#3fb950;--plain:#9aa4af"

local STYLE = (":root{%s}\n@media (prefers-color-scheme:dark){:root{%s}}\n"):format(LIGHT, DARK) .. [[
text,body{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
text{font-size:13px;fill:var(--ink)}
.paper{fill:var(--paper)}
.tick{font-size:11px;fill:var(--dim)}
.grid{stroke:var(--line);stroke-width:1}
.new{fill:var(--new)} .old{fill:var(--old)} .other{fill:var(--other)}
.running{fill-opacity:.85}
.pending{fill-opacity:.35}
.desired{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4}
.failed{fill:none;stroke:var(--bad);stroke-width:2.5}
.note line{stroke:var(--plain);stroke-width:1;stroke-dasharray:1 3}
.note rect{fill:var(--plain)} .note text{font-size:11px;fill:var(--paper)}
.note.bad line{stroke:var(--bad)} .note.bad rect{fill:var(--bad)}
.note.warn line{stroke:var(--warn)} .note.warn rect{fill:var(--warn)}
.note.good line{stroke:var(--good)} .note.good rect{fill:var(--good)}
text.title{font-size:18px;font-weight:600} text.dim{fill:var(--dim)}
text.bad{fill:var(--bad)} text.warn{fill:var(--warn)} text.good{fill:var(--good)}
]]

local PAGE = [[
body{margin:0 auto;max-width:62rem;padding:1rem;background:var(--paper);color:var(--ink);line-height:1.45}
h1{font-size:1.4rem;margin:0 0 .2rem} h2{font-size:1.15rem;margin:2rem 0 .2rem}
h1,h2,p,td,li,dd{overflow-wrap:anywhere}
p{margin:.3rem 0} .dim{color:var(--dim)} .bad{color:var(--bad)} .warn{color:var(--warn)} .good{color:var(--good)}
figure{margin:.8rem 0} figure svg{display:block;width:100%;height:auto} figure .narrow{display:none}
@media (max-width:40rem){figure .wide{display:none} figure .narrow{display:block}}
.legend span{display:inline-block;margin-right:1.2rem} .legend i{display:inline-block;width:.8rem;height:.8rem;
margin-right:.4rem;border-radius:2px;vertical-align:-1px}
i.new{background:var(--new)} i.old{background:var(--old)} i.other{background:var(--other)} i.starting{opacity:.4}
i.wanted{height:0;border-top:2px dashed var(--ink);border-radius:0;vertical-align:4px}
table{border-collapse:collapse;width:100%} td{padding:.15rem .7rem .15rem 0;vertical-align:top}
td:last-child{width:100%} td.n,td.t{color:var(--dim);white-space:nowrap;font-variant-numeric:tabular-nums}
@media (max-width:40rem){td.utc{display:none}}
.cause{border-left:3px solid var(--bad);padding-left:.8rem;margin:.8rem 0} .cause strong{font-weight:600}
]]

-- "web:1 → web:2"
local function revisions(rollout)
  local old, new
  for _, series in ipairs(rollout.series) do
    if series.role == "new" then new = series.name elseif series.role == "old" then old = old or series.name end
  end
  if old and new then return ("%s → %s"):format(old, new) end
  return new or old or ""
end

local function took(rollout)
  return value.duration(math.max(0, rollout.ended - rollout.began))
end

--- How it ended, in a sentence, and its kind.
local function verdict(rollout)
  if rollout.ok == nil then return ("not ended when the recording did, after %s"):format(took(rollout)), "warn" end
  if rollout.ok then
    local action = action_of(rollout.action)
    return ("%s after %s"):format(action.told or action.done or "done", took(rollout)), "good"
  end
  return rollout.error and tostring(rollout.error.message) or ("failed after %s"):format(took(rollout)), "bad"
end

local function utc(at) return times.text(at):match "T(.-)Z" end

local function elapsed(rollout, note) return value.clock(math.floor(math.max(0, note.at - rollout.began))) end

local function began(rollout)
  return (times.text(rollout.began):gsub("T", " "):gsub("Z$", " UTC"))
end

local function legend_of(rollout)
  local list = {}
  for _, series in ipairs(rollout.series) do
    list[#list + 1] = { class = series.role, name = series.name }
    for _, sample in ipairs(rollout.samples) do
      if sample.by[series.key] and sample.by[series.key].pending > 0 then
        list[#list + 1] = { class = series.role .. " starting", name = series.name .. " starting" }
        break
      end
    end
  end
  list[#list + 1] = { class = "wanted", name = "wanted" }
  return list
end

local function facts_of(cause)
  local list = {}
  for _, one in ipairs(cause.evidence or {}) do list[#list + 1] = tostring(one) end
  return list
end

-- HTML.

local function html_notes(rollout)
  local rows = {}
  for i, note in ipairs(rollout.notes) do
    rows[i] = element("tr", nil, element("td", { "class", "n" }, ("%d"):format(i))
      .. element("td", { "class", "t" }, elapsed(rollout, note))
      .. element("td", { "class", "t utc" }, utc(note.at))
      .. element("td", { "class", note.kind }, text(note.text)))
  end
  if #rows == 0 then return "" end
  return element("table", nil, element("tbody", nil, table.concat(rows, "\n")))
end

local function html_causes(rollout)
  local out = {}
  for _, cause in ipairs(rollout.causes) do
    local parts = { element("p", nil, element("strong", nil, text(cause.summary or cause.code or "unknown"))) }
    if cause.meaning then parts[#parts + 1] = element("p", nil, text(cause.meaning)) end
    for _, fact in ipairs(facts_of(cause)) do parts[#parts + 1] = element("p", { "class", "dim" }, text(fact)) end
    if cause.hint then parts[#parts + 1] = element("p", nil, "next: " .. text(cause.hint)) end
    out[#out + 1] = element("div", { "class", "cause" }, table.concat(parts, "\n"))
  end
  return table.concat(out, "\n")
end

local function html_legend(rollout)
  local parts = {}
  for i, one in ipairs(legend_of(rollout)) do
    parts[i] = element("span", nil, element("i", { "class", one.class }, " ") .. text(one.name))
  end
  return element("p", { "class", "legend dim" }, table.concat(parts, "\n"))
end

local function html_chart(rollout, class, width)
  return element("svg", { "class", class, "viewBox", ("0 0 %d %d"):format(width, chart.HEIGHT), "role", "img",
    "aria-label", "tasks of " .. rollout.address .. " over time" }, chart.draw(rollout, width))
end

local function html_rollout(rollout)
  local sentence, kind = verdict(rollout)
  local out = {
    element("h2", nil, text(rollout.address)),
    element("p", { "class", kind }, text(sentence)),
    element("p", { "class", "dim" }, text(("%s   from %s"):format(revisions(rollout), began(rollout)))),
  }
  if #rollout.samples > 0 then
    out[#out + 1] = element("figure", nil, html_chart(rollout, "wide", chart.WIDTH)
      .. html_chart(rollout, "narrow", chart.NARROW))
    out[#out + 1] = html_legend(rollout)
  end
  out[#out + 1] = html_causes(rollout)
  out[#out + 1] = html_notes(rollout)
  return table.concat(out, "\n")
end

local function title_of(rollouts)
  if #rollouts == 1 then
    local what = revisions(rollouts[1])
    return what ~= "" and ("Rollout of %s: %s"):format(rollouts[1].address, what) or "Rollout of "
      .. rollouts[1].address
  end
  return ("Rollout of %d services"):format(#rollouts)
end

--- A page of HTML (which is well-formed XML, too).
---@param rollouts ecs_service.Rollout[]
---@return string
function timeline.html(rollouts)
  local parts = {}
  for i, rollout in ipairs(rollouts) do parts[i] = html_rollout(rollout) end
  local head = element("meta", { "charset", "utf-8" })
    .. element("meta", { "name", "viewport", "content", "width=device-width, initial-scale=1" })
    .. element("meta", { "http-equiv", "Content-Security-Policy", "content",
      "default-src 'none'; style-src 'unsafe-inline'" })
    .. element("title", nil, text(title_of(rollouts))) .. "<style>\n" .. STYLE .. PAGE .. "</style>"
  return "<!DOCTYPE html>\n" .. element("html", { "lang", "en" }, "\n" .. element("head", nil, head) .. "\n"
    .. element("body", nil, element("h1", nil, text(title_of(rollouts))) .. table.concat(parts, "\n"))) .. "\n"
end

-- SVG: the same from top to bottom, in lines.

local LEFT, LINE = 20, 19
local COLUMNS, TITLE_COLUMNS = 128, 84 -- of text that fits, in letters of 13 and of 18 units

local function new_page() return { out = {}, y = 14 } end

local function write_line(page, content, class, x)
  page.y = page.y + LINE
  page.out[#page.out + 1] = element("text", { "x", x or LEFT, "y", page.y, "class", class }, text(content))
end

local function write_text(page, content, class, x)
  local room = math.floor(COLUMNS - ((x or LEFT) - LEFT) / 7)
  for _, sentence in ipairs(letters.paragraph(letters.escape(content), room)) do
    for _, line in ipairs(letters.wrap(sentence, room)) do write_line(page, line, class, x) end
  end
end

-- Of a long name its end tells the revision.
local function cut_name(name, most)
  name = letters.escape(name)
  local tail = name:match "^.*(:[^:]+)$" or ""
  if letters.width(name) <= most or letters.width(tail) > most / 2 then return letters.cut(name, most) end
  return letters.cut(name:sub(1, #name - #tail), most - letters.width(tail)) .. tail
end

local function svg_legend(page, rollout)
  page.y = page.y + LINE
  local x = LEFT
  for _, one in ipairs(legend_of(rollout)) do
    local name = cut_name(one.name, 40)
    local wide = 26 + letters.width(name) * 8
    if x > LEFT and x + wide > chart.WIDTH then x, page.y = LEFT, page.y + LINE end
    if one.class == "wanted" then
      page.out[#page.out + 1] = element("line", { "class", "desired", "x1", x, "x2", x + 12, "y1", page.y - 4, "y2",
        page.y - 4 })
    else
      page.out[#page.out + 1] = element("rect", { "class", (one.class:gsub("starting", "pending")), "x", x, "y",
        page.y - 10, "width", 12, "height", 12, "rx", 2 })
    end
    page.out[#page.out + 1] = element("text", { "x", x + 18, "y", page.y, "class", "dim" }, text(name))
    x = x + wide
  end
end

local function svg_rollout(page, rollout)
  local sentence, kind = verdict(rollout)
  page.y = page.y + 8
  for _, line in ipairs(letters.wrap(letters.escape(rollout.address), TITLE_COLUMNS)) do
    page.y = page.y + 3
    write_line(page, line, "title")
  end
  write_text(page, sentence, kind)
  write_text(page, ("%s   from %s"):format(revisions(rollout), began(rollout)), "dim")
  if #rollout.samples > 0 then
    page.y = page.y + 10
    page.out[#page.out + 1] = element("g", { "transform", ("translate(0 %d)"):format(page.y) }, chart.draw(rollout))
    page.y = page.y + chart.HEIGHT
    svg_legend(page, rollout)
  end
  for _, cause in ipairs(rollout.causes) do
    page.y = page.y + 8
    write_text(page, "why: " .. tostring(cause.summary or cause.code), "bad")
    if cause.meaning then write_text(page, cause.meaning, nil, LEFT + 16) end
    for _, fact in ipairs(facts_of(cause)) do write_text(page, fact, "dim", LEFT + 16) end
    if cause.hint then write_text(page, "next: " .. cause.hint, nil, LEFT + 16) end
  end
  page.y = page.y + 8
  for i, note in ipairs(rollout.notes) do
    local at = page.y + LINE
    page.out[#page.out + 1] = element("text", { "x", LEFT + 24, "y", at, "class", "dim", "text-anchor", "end" },
      ("%d"):format(i))
    page.out[#page.out + 1] = element("text", { "x", LEFT + 38, "y", at, "class", "dim" }, elapsed(rollout, note))
    page.out[#page.out + 1] = element("text", { "x", LEFT + 92, "y", at, "class", "dim" }, utc(note.at))
    write_text(page, note.text, note.kind, LEFT + 164)
  end
end

--- An SVG that stands for itself.
---@param rollouts ecs_service.Rollout[]
---@return string
function timeline.svg(rollouts)
  local page = new_page()
  for _, rollout in ipairs(rollouts) do
    svg_rollout(page, rollout)
    page.y = page.y + 24
  end
  return '<?xml version="1.0" encoding="UTF-8"?>\n' .. element("svg", { "xmlns", "http://www.w3.org/2000/svg",
    "viewBox", ("0 0 %d %d"):format(chart.WIDTH, page.y), "width", chart.WIDTH, "height", page.y },
    "\n" .. element("title", nil, text(title_of(rollouts))) .. "\n<style>\n" .. STYLE .. "</style>\n"
    .. element("rect", { "class", "paper", "width", "100%", "height", "100%" }) .. "\n"
    .. table.concat(page.out, "\n")) .. "\n"
end

return timeline
