-- The site of the documents: every page is built, its links lead to pages of it, and nothing comes from elsewhere.
local documents = require "support.documents"

describe("tools/site", function()
  local folder = os.tmpname()
  os.remove(folder)
  teardown(function() os.execute("rm -rf '" .. folder .. "'") end)

  it("builds every document into pages that need nothing else, with links and anchors that are there", function()
    local pipe = assert(io.popen(("lua5.4 tools/site '%s' 2>&1"):format(folder)))
    local output = pipe:read "*a"
    pipe:close()
    assert.truthy(output:find "^%d+ pages in ", output)
    local listed = assert(io.popen(("cd '%s' && find . -name '*.html'"):format(folder)))
    local anchors, pages = {}, {}
    for name in listed:lines() do
      name = name:sub(3)
      local html = documents.read(folder .. "/" .. name)
      pages[name], anchors[name] = html, {}
      for id in html:gmatch ' id="([^"]*)"' do anchors[name][id] = true end
    end
    listed:close()
    for _, path in ipairs(documents.all()) do
      local name = path == "README.md" and "index.html" or path == "docs/README.md" and "documents.html"
        or path:gsub("^docs/", ""):gsub("README%.md$", "index.html"):gsub("%.md$", ".html")
      assert.truthy(pages[name], path .. " is in no page: NAVIGATION of tools/site")
    end
    for name, html in pairs(pages) do
      assert.falsy(html:find("<script", 1, true) or html:find('src="', 1, true), name)
      for link in html:gmatch 'href="([^"]*)"' do
        if not link:find "^%a+:" then
          local path, anchor = link:match "^([^#]*)#?(.*)$"
          local there = path == "" and name or assert(loadfile "tools/links.lua")().joined(name, path)
          assert.truthy(pages[there], ("%s: %s"):format(name, link))
          assert.truthy(anchor == "" or anchors[there][anchor], ("%s: %s"):format(name, link))
        end
      end
    end
  end)
end)
