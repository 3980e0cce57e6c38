--- Links of Markdown pages, and the anchors of their headings as GitHub makes them.
local links = {}

local function read(path)
  local file = io.open(path)
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

--- The text without its fenced blocks and code spans.
local function prose(text)
  local out, inside = {}, false
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    if line:find "^%s*```" then inside = not inside elseif not inside then out[#out + 1] = line end
  end
  return table.concat(out, "\n")
end

--- "The policy of a stack" → "the-policy-of-a-stack"
---@param heading string
---@return string
function links.slug(heading)
  heading = heading:gsub("%[([^%]]*)%]%b()", "%1"):gsub("`", "")
  return (heading:lower():gsub("[^%w%-_ \128-\255]", ""):gsub(" ", "-"):gsub("…", ""))
end

--- The anchors of a page.
---@param text string
---@return table<string, boolean>
function links.anchors(text)
  local found, seen = {}, {}
  for heading in ("\n" .. prose(text)):gmatch "\n#+ ([^\n]*)" do
    local slug = links.slug(heading)
    local count = seen[slug] or 0
    seen[slug] = count + 1
    found[count == 0 and slug or slug .. "-" .. count] = true
  end
  return found
end

local function joined(page, target)
  local parts = {}
  for part in ((page:match "^(.*/)[^/]*$" or "") .. target):gmatch "[^/]+" do
    if part == ".." and #parts > 0 then table.remove(parts) elseif part ~= "." then parts[#parts + 1] = part end
  end
  return table.concat(parts, "/")
end
links.joined = joined

--- What is wrong with the links of pages: a list of "page: target".
---@param pages string[]
---@param root? string
---@return string[]
function links.dead(pages, root)
  root = root or ""
  local dead = {}
  for _, page in ipairs(pages) do
    local text = read(root .. page)
    for target in prose(text):gsub("`[^`\n]*`", ""):gmatch "%]%(([^)%s]+)%)" do
      if not target:find "^%a+:" then
        local path, anchor = target:match "^([^#]*)#?(.*)$"
        local there = path == "" and page or joined(page, path)
        local content = read(root .. there)
        if not content and not os.rename(root .. there, root .. there) then
          dead[#dead + 1] = page .. ": " .. target
        elseif anchor ~= "" and content and there:find "%.md$" and not links.anchors(content)[anchor] then
          dead[#dead + 1] = page .. ": " .. target .. " (no such heading)"
        end
      end
    end
  end
  return dead
end

return links
