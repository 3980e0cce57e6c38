-- What the specs of the documents share: the files, their fenced blocks, their links.
local assert = require "luassert"

local documents = {}

function documents.read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

function documents.has(text, wanted, where)
  assert.truthy(text:find(wanted, 1, true), ("%q is not there (%s)"):format(wanted, tostring(where or "")))
end

--- All documents of the repository, by path.
function documents.all()
  local pipe = assert(io.popen "ls README.md docs/*.md docs/*/*.md examples/README.md bench/README.md")
  local list = {}
  for path in pipe:lines() do list[#list + 1] = path end
  pipe:close()
  return list
end

--- The fenced blocks of a document: { language, text, line }.
function documents.blocks(path)
  local list, open, number = {}, nil, 0
  for line in documents.read(path):gmatch "([^\n]*)\n" do
    number = number + 1
    local language = line:match "^%s*```(.*)$"
    if language and open then
      open.text = table.concat(open.lines, "\n") .. "\n"
      list[#list + 1], open = open, nil
    elseif language then
      open = { language = language, line = number, path = path, lines = {} }
    elseif open then
      open.lines[#open.lines + 1] = line
    end
  end
  assert.is_nil(open, path .. ": a block has no end")
  return list
end

--- The text without its fenced blocks.
function documents.prose(path)
  local out, inside = {}, false
  for line in documents.read(path):gmatch "([^\n]*)\n" do
    if line:find "^%s*```" then inside = not inside elseif not inside then out[#out + 1] = line end
  end
  return table.concat(out, "\n")
end

--- Links that lead nowhere.
function documents.dead_links(pages) return assert(loadfile "tools/links.lua")().dead(pages) end

return documents
