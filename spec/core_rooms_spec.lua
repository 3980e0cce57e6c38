-- The rules of the house, for the core: rooms by stage and by kind, and who may include whom. See docs/architecture.md.
local core = require "ecs_service.core"

local function lines_of(command)
  local pipe, list = assert(io.popen(command)), {}
  for line in pipe:lines() do list[#list + 1] = line end
  pipe:close()
  return list
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

-- From below: a stage includes its own room and those before it. Above all stages are the kinds, which do not include
-- each other.
local STAGES = { "base", "schema", "plan", "sign", "explain", "engine" }
local KINDS = { "scaling", "schedule", "service", "task", "task_definition" }

local floor, is_kind = {}, {}
for number, room in ipairs(STAGES) do floor[room] = number end
for _, room in ipairs(KINDS) do floor[room], is_kind[room] = #STAGES + 1, true end

-- { path, name = "plan/plan.c", room, includes = { "schema/wire.h", … } }
local function files()
  local list = {}
  for _, path in ipairs(lines_of "find src/core -mindepth 2 -name '*.[ch]' | sort") do
    local file = { path = path, name = path:sub(#"src/core/" + 1), room = path:match "^src/core/([^/]+)/",
      includes = {} }
    for name in read(path):gmatch '#include "([^"]+)"' do file.includes[#file.includes + 1] = name end
    list[#list + 1] = file
  end
  return list
end

-- The first circle of { name = { name, … } } as a text, or nil.
local function circle(graph)
  local done, way = {}, {}
  local function walk(name)
    for i, one in ipairs(way) do
      if one == name then return table.concat(way, " → ", i) .. " → " .. name end
    end
    if done[name] then return nil end
    way[#way + 1] = name
    for _, other in ipairs(graph[name] or {}) do
      local found = walk(other)
      if found then return found end
    end
    way[#way], done[name] = nil, true
  end
  local names = {}
  for name in pairs(graph) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local found = walk(name)
    if found then return found end
  end
end

describe("the core", function()
  it("has its files in rooms, and nothing beside them but its manual", function()
    assert.same({ "src/core/ecs-service.pc.in", "src/core/ecs_service.h" },
      lines_of "find src/core -maxdepth 1 -type f | sort")
    for _, path in ipairs(lines_of "find src/core -mindepth 1 -type d") do
      assert.truthy(floor[path:match "[^/]+$"], path .. " is no room that somebody knows")
    end
  end)

  it("includes by the room's name, downwards, and no kind another", function()
    local wrong = {}
    for _, file in ipairs(files()) do
      for _, name in ipairs(file.includes) do
        local there = name:match "^([^/]+)/"
        local allowed = there and floor[there] and floor[there] <= floor[file.room]
          and not (is_kind[there] and there ~= file.room)
        if not allowed then wrong[#wrong + 1] = file.path .. " includes " .. name end
      end
    end
    assert.same({}, wrong)
  end)

  it("has headers that include each other in no circle", function()
    local graph = {}
    for _, file in ipairs(files()) do
      if file.path:find "%.h$" then graph[file.name] = file.includes end
    end
    assert.is_nil(circle(graph))
  end)

  it("names no argument of a kind in a stage", function()
    -- What every kind has, or the API calls so on every path.
    local common = { tags = true, name = true, cluster = true }
    local names = {}
    local function collect(rows)
      for _, row in ipairs(rows) do
        if row.meta then row = { rows = nil } end -- lifecycle and depends_on are of every kind
        for _, field in ipairs { "name", "create", "update", "answer" } do
          local word = row[field]
          if word and not common[word] and #word > 8 then names[word] = true end
        end
        if row.rows then collect(row.rows) end
      end
    end
    collect(core.schema "service")
    local wrong = {}
    for _, file in ipairs(files()) do
      if not is_kind[file.room] and file.room ~= "explain" then
        for word in read(file.path):gsub("/%*.-%*/", ""):gmatch '"([%w_.]+)"' do
          if names[word] then wrong[#wrong + 1] = file.path .. " names " .. word end
        end
      end
    end
    assert.same({}, wrong)
  end)

  it("is read in one sitting a file: 600 lines at most", function()
    local long = {}
    for _, line in ipairs(lines_of "find src -name '*.[ch]' | xargs wc -l") do
      local count, path = line:match "^%s*(%d+) (.+)$"
      if path ~= "total" and tonumber(count) > 600 then long[#long + 1] = path .. ": " .. count end
    end
    assert.same({}, long)
  end)

  it("is libc and libcrypto: no clock, no environment, no files, no randomness", function()
    local wrong = {}
    for _, file in ipairs(files()) do
      local text = read(file.path):gsub("/%*.-%*/", "")
      for _, call in ipairs { "getenv", "fopen", "open", "time", "clock_gettime", "gettimeofday", "rand", "random",
                              "getrandom", "RAND_bytes", "setlocale", "printf", "system" } do
        if text:find("%f[%w_]" .. call .. "%(") then wrong[#wrong + 1] = file.path .. " calls " .. call end
      end
      for header in text:gmatch "#include <([^>]+)>" do
        local known = header:find "^std" or header:find "^openssl/" or ({ ["string.h"] = 1, ["strings.h"] = 1,
          ["math.h"] = 1,
          ["ctype.h"] = 1, ["float.h"] = 1, ["limits.h"] = 1, ["locale.h"] = 1, ["inttypes.h"] = 1, ["errno.h"] = 1,
          ["assert.h"] = 1, ["time.h"] = 1 })[header]
        if not known then wrong[#wrong + 1] = file.path .. " includes " .. header end
      end
    end
    assert.same({}, wrong)
  end)
end)
