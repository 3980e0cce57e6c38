-- The price of crash safety: what an apply of 1 to 10,000 services costs in fsyncs, in bytes that are written and in
-- calls of S3, for each of its moments, and in time beside the same apply with its state in memory. AWS is the
-- simulator, in the same process: its answers cost the same each time. Run by bench/price; with arguments (KIND COUNT),
-- the applies whose fsyncs are counted.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

-- Services, and the rounds that the medians are of.
local CASES = { { 1, 5 }, { 10, 5 }, { 1000, 1 }, { 10000, 1 } }

local function fresh_file()
  local path = os.tmpname()
  os.remove(path)
  return path
end

local function remove(path) os.execute(("rm -f '%s' '%s.backup' '%s.journal'"):format(path, path, path)) end

-- What is written into files: bytes, and moments (the records of a journal, and the end).
local written = { bytes = 0, moments = 0 }
local write_file, journal_file = core.system.write_file, core.system.journal_file

function core.system.write_file(path, text, ...)
  written.bytes = written.bytes + #text
  return write_file(path, text, ...)
end

function core.system.journal_file(...)
  local journal, message, kind = journal_file(...)
  if not journal then return nil, message, kind end
  local counting = { follow = function() return journal:follow() end, remove = function() journal:remove() end }
  function counting.append(_, line)
    written.bytes, written.moments = written.bytes + #line, written.moments + 1
    return journal:append(line)
  end
  return counting
end

local function stack_of(sim, state, count, task_definition)
  local stack = assert(ecs.stack { region = "us-west-2", state = state, transport = sim })
  for i = 1, count do
    local name = ("s%05d"):format(i)
    stack:service(name, { name = name, cluster = "prod", task_definition = task_definition, desired_count = 1 })
  end
  return stack
end

local function calls_of(backend)
  local sum = 0
  for _, n in pairs(type(backend.calls) == "table" and backend.calls or {}) do sum = sum + n end
  return sum
end

-- Creates the services, then updates all of them, unless told otherwise: the seconds of each apply, its calls of S3,
-- its moments, and the bytes that it wrote as multiples of the state in the end.
local function deploy(count, place, creates_only)
  local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:2" } }
  local seconds, calls, moments, bytes, memory = {}, {}, {}, {}, nil
  for i, definition in ipairs(creates_only and { "web:1" } or { "web:1", "web:2" }) do
    local stack = stack_of(sim, place, count, definition)
    if memory then stack.backend = memory end
    local before = core.system.monotonic()
    written.bytes, written.moments = 0, 1
    assert(stack:apply())
    seconds[i], calls[i] = core.system.monotonic() - before, calls_of(stack.backend)
    if type(place) == "string" then
      moments[i], bytes[i] = written.moments, written.bytes / #assert(core.system.read_file(place))
    end
    memory = place == false and stack.backend or nil
    sim:advance(600)
  end
  return seconds, calls, moments, bytes
end

if arg[1] then
  local path = fresh_file()
  deploy(tonumber(arg[2]), path, arg[1] == "create")
  remove(path)
  return
end

local function fsyncs(kind, count)
  local report = os.tmpname()
  local ok = os.execute(("strace -f -qq -e trace=fsync,fdatasync -o '%s' '%s' bench/price.lua %s %d 2>/dev/null")
    :format(report, arg[-1], kind, count))
  local n = 0
  for line in io.lines(report) do
    if line:find "sync%(" then n = n + 1 end
  end
  os.remove(report)
  return ok and n or nil
end

local function median(list)
  table.sort(list)
  return list[math.floor(#list / 2) + 1]
end

local servers = require "support.s3_servers"
local started, server = pcall(servers.start, "versitygw")
if not started then print("without S3: " .. tostring(server)) end
local keys = 0
local function s3_place()
  keys = keys + 1
  return { url = ("s3://%s/price/%d.json"):format(server.bucket, keys), endpoint = server.url, region = servers.region,
    credentials = servers.credentials }
end

-- Interleaved rounds: milliseconds by kind of state, for the create and for the update.
local function measure(count, rounds)
  local found = { memory = { {}, {} }, file = { {}, {} }, s3 = { {}, {} } }
  for _ = 1, rounds do
    local path = fresh_file()
    local places = { memory = false, file = path, s3 = started and s3_place() or nil }
    for _, kind in ipairs { "memory", "file", "s3" } do
      if places[kind] ~= nil then
        local seconds, calls, moments, bytes = deploy(count, places[kind])
        for i = 1, 2 do table.insert(found[kind][i], seconds[i] * 1000) end
        if kind == "s3" then found.calls = calls end
        if kind == "file" then found.moments, found.bytes = moments, bytes end
      end
    end
    remove(path)
  end
  return found
end

local function print_row(...)
  print(("%-8s %-6s %8s %8s %8s %7s %11s %10s %10s %12s %10s"):format(...))
end

local function number(pattern, value) return value and pattern:format(value) or "-" end

print_row("services", "apply", "moments", "fsyncs", "S3 calls", "bytes", "memory, ms", "file, ms", "S3, ms",
  "file/memory", "S3/memory")
for _, case in ipairs(CASES) do
  local count = case[1]
  local found = measure(count, case[2])
  local creating, both = fsyncs("create", count), fsyncs("both", count)
  for i, kind in ipairs { "create", "update" } do
    local memory, file = median(found.memory[i]), median(found.file[i])
    local s3 = started and median(found.s3[i]) or nil
    local synced = creating and both and (i == 1 and creating or both - creating)
    local calls = found.calls and found.calls[i]
    print_row(count, kind, found.moments[i], number("%d", synced), number("%d", calls),
      number("%.1f", found.bytes[i]), number("%.1f", memory), number("%.1f", file), number("%.1f", s3),
      number("%.2f", file / memory), number("%.2f", s3 and s3 / memory))
  end
end
if started then server:stop() end
