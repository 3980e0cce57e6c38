-- Tells a run of rollout_run.lua in words: what was declared, what ECS did, what was shown and said, by seconds since
-- the change.
local story = {}

local function plain(value)
  if type(value) ~= "table" then return tostring(value) end
  local out = {}
  for key, item in pairs(value) do
    local name = type(key) == "number" and "" or tostring(key) .. "="
    if type(item) ~= "function" then out[#out + 1] = name .. plain(item) end
  end
  table.sort(out)
  return "{" .. table.concat(out, " ") .. "}"
end

local function happened(played, lines)
  local function add(at, text) if at then lines[#lines + 1] = { at = at, text = text } end end
  for i, write in ipairs(played.transport.writes) do
    if i >= played.writes_from then
      add(write.at, ("%s %s%s%s"):format(write.operation, plain(write.input),
        write.executed and "" or " NOT CARRIED OUT", write.lost and " ANSWER LOST" or ""))
    end
  end
  for _, other in ipairs(played.others) do add(other.at, "others: " .. other.what) end
  for _, event in ipairs(played.service and played.service.events or {}) do add(event.at, "event " .. event.message) end
  for _, deployment in ipairs(played.service and played.service.all or {}) do
    local name = deployment.id .. " of " .. deployment.by
    add(deployment.created, name .. " begins")
    add(deployment.failed_at, name .. " FAILED: " .. tostring(deployment.cause))
    add(deployment.completed_at, name .. " COMPLETED")
    add(deployment.settled_at, name .. " settled")
    for _, says in ipairs(deployment.record and deployment.record.says or {}) do
      add(says.at, name .. " record " .. says.status)
    end
  end
  for i = played.first_read, played.last_read do
    local read = played.transport.reads[i]
    add(read.at, ("read %s, %.1f s old, events %.1f s"):format(read.operation, read.at - read.view_at,
      read.at - read.events_at))
  end
end

local function ended(name, ending)
  local words = ending.ok and "ok" or tostring(ending.code) .. " " .. tostring(ending.message)
  return name .. ": " .. words .. " "
end

--- The lines of a run.
function story.tell(played)
  local schedule, lines = played.schedule, {}
  happened(played, lines)
  table.insert(lines, { at = played.outcome.at, text = "VERDICT " .. ended("outcome", played.outcome) })
  local began = played.applied.began
  for i, line in ipairs(lines) do line.order = i end
  table.sort(lines, function(a, b) if a.at ~= b.at then return a.at < b.at end return a.order < b.order end)
  local out = { "first " .. plain(schedule.first), "config " .. plain(schedule.config),
    ("how=%s until=%s timeout=%s superseded=%s stable_for=%s pause=%s"):format(schedule.how, schedule["until"],
      schedule.timeout, schedule.superseded, tostring(schedule.stable_for), tostring(schedule.pause)),
    "weather " .. plain(schedule.weather), "world " .. plain(schedule.world) }
  for _, line in ipairs(lines) do
    if line.at >= began - 5 then out[#out + 1] = ("%8.1f  %s"):format(line.at - began, line.text) end
  end
  out[#out + 1] = "recorded " .. tostring(played.entry and played.entry.status)
  out[#out + 1] = ended("then plan", played.second.plan) .. played.second.actions
  out[#out + 1] = ended("then apply", played.second.apply)
  return table.concat(out, "\n")
end

return story
