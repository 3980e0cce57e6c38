-- The rules of the house, for the Lua side: which folder may use which. See docs/architecture.md.
local function sources()
  local pipe, list = assert(io.popen "find lua/ecs_service -name '*.lua' | sort"), {}
  for path in pipe:lines() do list[#list + 1] = path end
  pipe:close()
  return list
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

local function name_of(path)
  return (path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

-- Module → the modules of this project that it names in a require or a lazy, wherever in it.
local function uses()
  local graph, paths = {}, {}
  for _, path in ipairs(sources()) do paths[name_of(path)] = path end
  for name, path in pairs(paths) do
    graph[name] = {}
    local text = read(path):gsub("%-%-[^\n]*", "")
    for _, call in ipairs { "require", "lazy" } do
      for other in text:gmatch(call .. '%s*%(?%s*"(ecs_service[%w_.]*)"') do
        if paths[other] and other ~= name then graph[name][other] = true end
      end
    end
  end
  return graph, paths
end

-- The first circle, as a text; nil when there is none.
local function circle(graph)
  local state, way = {}, {}
  local function visit(name)
    if state[name] == "done" then return nil end
    way[#way + 1] = name
    if state[name] == "open" then
      local from = 1
      while way[from] ~= name do from = from + 1 end
      return table.concat(way, " → ", from)
    end
    state[name] = "open"
    local others = {}
    for other in pairs(graph[name]) do others[#others + 1] = other end
    table.sort(others)
    for _, other in ipairs(others) do
      local found = visit(other)
      if found then return found end
    end
    way[#way], state[name] = nil, "done"
  end
  local names = {}
  for name in pairs(graph) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local found = visit(name)
    if found then return found end
  end
end

-- The folder of a module; nil of those at the top.
local function room_of(name, paths)
  local folder = paths[name]:match "^lua/ecs_service/([%w_]+)/"
  return folder
end

describe("the modules", function()
  local graph, paths = uses()

  it("use each other in no circle, late ones not excepted", function()
    assert.is_nil(circle(graph))
  end)

  it("stand in folders that use each other in no circle", function()
    local rooms = {}
    for name, others in pairs(graph) do
      local room = room_of(name, paths)
      if room then rooms[room] = rooms[room] or {} end
      for other in pairs(others) do
        local there = room_of(other, paths)
        if room and there and room ~= there then rooms[room][there] = true end
      end
    end
    for _, others in pairs(rooms) do
      for other in pairs(others) do rooms[other] = rooms[other] or {} end
    end
    assert.is_nil(circle(rooms))
  end)

  -- From below: what stands in a line uses lines above it alone.
  local FLOORS = { { "util" }, { "kinds" }, { "render", "openresty" }, { "aws", "script" },
                   { "state", "timeline", "simulator" }, { "plan" }, { "run" }, { "verbs" }, { "stack" }, { "cli" } }

  it("use what stands on floors below them alone", function()
    local floor = {}
    for number, rooms in ipairs(FLOORS) do
      for _, room in ipairs(rooms) do floor[room] = number end
    end
    local wrong = {}
    for name, others in pairs(graph) do
      for other in pairs(others) do
        local here, there = room_of(name, paths), room_of(other, paths)
        if here and here ~= there and (there and floor[there] >= assert(floor[here], here .. " is on no floor")) then
          wrong[#wrong + 1] = name .. " uses " .. other
        end
      end
    end
    table.sort(wrong)
    assert.same({}, wrong)
  end)

  it("know the module as a whole in the command alone, and a stack there and at the top", function()
    local wrong = {}
    for name, others in pairs(graph) do
      local room = room_of(name, paths)
      if room ~= "cli" and others["ecs_service"]
        or room and room ~= "cli" and room ~= "stack" and others["ecs_service.stack"] then
        wrong[#wrong + 1] = name
      end
    end
    assert.same({}, wrong)
  end)

  it("are each read in an afternoon", function()
    local long = {}
    for name, path in pairs(paths) do
      local _, lines = read(path):gsub("\n", "\n")
      local is_table = name:find "%.types$" or name:find "%.shapes$" or name:find "%.endpoint_data$"
        or name:find "%.operations$" or name:find "endpoint_data$"
      if lines > 500 and not is_table then long[#long + 1] = ("%s has %d lines"):format(name, lines) end
    end
    assert.same({}, long)
  end)
end)

describe("a command", function()
  -- What shows progress, errors and questions does so in another way, not at another time.
  local OF_THE_COMMAND = { approval = true, init = true, output = true, terminal = true }

  it("hands its result over as a document and as a text, and leaves the choice to the terminal", function()
    local wrong = {}
    for _, path in ipairs(sources()) do
      local name = path:match "/cli/([%w_]+)%.lua$"
      if name and not OF_THE_COMMAND[name] and read(path):find "args%.json%f[^%w_]" then wrong[#wrong + 1] = path end
    end
    assert.same({}, wrong)
  end)
end)
