-- docs/tutorial.md is done from its first to its last command, against a simulated ECS and an S3 server of others.
local core = require "ecs_service.core"
local documents = require "support.documents"
local served = require "support.served"

local build = os.getenv "ECS_TEST_BUILD"

-- Answers "yes" at a terminal where a command asks, as somebody who follows the page does.
local WRAPPER = [[
#!/bin/sh
case " $* " in *" --auto-approve "* | *".plan "*) exec '@BUILD@/bin/ecs-service' "$@" ;; esac
case "$1" in
  apply | destroy) echo yes | script -qefc "'@BUILD@/bin/ecs-service' $*" /dev/null ;;
  *) exec '@BUILD@/bin/ecs-service' "$@" ;;
esac
]]

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

-- The whole page as one script; what a block writes goes into a file of its own.
local function script_of(blocks, folder)
  local lines = { "set -e", "cd '" .. folder .. "'" }
  for i, block in ipairs(blocks) do
    local name = block.text:match "^%-%- (%S+%.lua)\n"
    lines[#lines + 1] = "exec >'" .. folder .. "/" .. i .. ".out' 2>&1"
    if block.language == "lua" and name then
      lines[#lines + 1] = ("cat > %s <<'END_OF_FILE'\n%sEND_OF_FILE"):format(name, block.text)
    elseif block.language == "sh" then
      lines[#lines + 1] = (block.text:gsub("([^\n]*)# fails[^\n]*\n", "! %1\n"))
    end
  end
  return table.concat(lines, "\n") .. "\ntouch '" .. folder .. "/ended'\n"
end

local function squeezed(text)
  return (text:gsub("\27%[[%d;?]*%a", ""):gsub("\r", ""):gsub("[ \t]+", " "))
end

describe("the tutorial", function()
  if os.getenv "ECS_TEST_SANITIZED" then return end -- whole programs run on the plain builds
  local folder, pids

  setup(function()
    folder, pids = os.tmpname(), {}
    os.remove(folder)
    assert(core.system.make_dir(folder))
  end)
  teardown(function()
    for _, pid in ipairs(pids) do os.execute("kill " .. pid .. " 2>/dev/null") end
    os.execute("rm -rf '" .. folder .. "'")
  end)

  it("can be followed word by word, and shows what it says that it shows", function()
    assert.truthy(build, "ECS_TEST_BUILD names the build to run")
    local blocks = documents.blocks "docs/tutorial.md"
    assert(core.system.make_dir(folder .. "/bin"))
    write(folder .. "/bin/ecs-service", (WRAPPER:gsub("@BUILD@", build)))
    local text = script_of(blocks, folder):gsub("8080", served.free_port()):gsub("7070", served.free_port())
      :gsub("%-%-speed 20", "--speed 60")
    write(folder .. "/page.sh", "trap 'jobs -p >" .. folder .. "/pids' EXIT\n" .. text)
    os.execute(("chmod +x '%s/bin/ecs-service'; cd '%s' && env -u LD_PRELOAD -u AWS_PROFILE -u LUA_PATH -u LUA_CPATH "
      .. "HOME='%s' LANG=C.UTF-8 PATH=\"%s/bin:%s:$PATH\" timeout 120 bash page.sh </dev/null"):format(folder, folder,
        folder, folder, os.getenv "ECS_TEST_CLIENTS"))
    for pid in documents.read(folder .. "/pids"):gmatch "%d+" do pids[#pids + 1] = pid end
    local shown, last = "", ""
    for i, block in ipairs(blocks) do
      local file = io.open(("%s/%d.out"):format(folder, i))
      local output = file and squeezed(file:read "*a") or ""
      if file then file:close() end
      if block.language == "sh" then
        shown, last = output, output ~= "" and output or last
      elseif block.language == "" then
        for line in squeezed(block.text):gmatch "[^\n]+" do
          local part = line:gsub("%s*….*$", "")
          if part ~= "" then documents.has(shown, part, ("docs/tutorial.md:%d:\n%s"):format(block.line, shown)) end
        end
      end
    end
    assert.truthy(core.system.exists(folder .. "/ended"), "it stopped after:\n" .. last)
  end)
end)
