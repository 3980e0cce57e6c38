--- The groups, streams and events of the simulated CloudWatch Logs, region by region.

local partitions = require "ecs_service.aws.partitions"

local store = {}

local function milliseconds(world) return math.floor(world.now * 1000 + 0.5) end

--- The group of a name in a region, nil when there is none.
function store.group(world, region, name) return world.logs[region] and world.logs[region][name] end

--- Puts a group into the world, or answers the one that is there.
function store.create(world, region, name)
  local groups = world.logs[region] or {}
  world.logs[region] = groups
  groups[name] = groups[name] or {
    name = name, streams = {}, created_at = milliseconds(world), class = "STANDARD",
    arn = ("arn:%s:logs:%s:%s:log-group:%s"):format(partitions.of(region).id, region, world.options.account_id, name),
  }
  return groups[name]
end

--- The stream of a name; it is made when it is new, and its group with it, as everything that is not ECS's own is taken
--- to be there.
function store.open(world, region, group_name, name)
  local group = store.create(world, region, group_name)
  group.streams[name] = group.streams[name] or { name = name, group = group, events = {},
    created_at = milliseconds(world), arn = group.arn .. ":log-stream:" .. name }
  return group.streams[name]
end

--- One more event at the end of a stream. The log driver does not send empty lines.
function store.append(world, stream, message)
  if message == "" then return end
  world.log_serial = (world.log_serial or 0) + 1
  stream.events[#stream.events + 1] = { at = milliseconds(world), message = message, serial = world.log_serial,
    stream = stream.name }
end

--- The values of a table by name, in the order of the names.
function store.sorted(by_name)
  local names, out = {}, {}
  for name in pairs(by_name) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do out[i] = by_name[name] end
  return out
end

return store
