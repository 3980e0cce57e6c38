--- Keeps the board up to date about services, in one worker, while somebody looks.
local board = require "deploy.board"
local openresty = require "ecs_service.openresty"
local stacks = require "deploy.stacks"
local written = require "deploy.written"

local watch = {
  -- Seconds between two looks at AWS.
  pause = 2,
}

local SEEN = 20

local function key(name) return "services " .. name end

local function now() return openresty.scheduler:now() end

-- The tail of an ARN: "mongo:7".
local function short(arn) return type(arn) == "string" and arn:match "[^/]+$" or nil end

local function is_at_rest(status)
  local one = status.deployments[1]
  return status.status == "ACTIVE" and #status.deployments == 1 and status.running == status.desired
    and one.failed == 0 and (one.rollout_state or "COMPLETED") == "COMPLETED"
end

local function causes_of(list)
  local shown = {}
  for i, cause in ipairs(list or {}) do
    shown[i] = { summary = cause.summary, meaning = cause.meaning, hint = cause.hint }
  end
  return shown
end

local function describe(stack, address, status)
  local config = stack.services[address] and stack.services[address].config or {}
  local shown = { address = address, name = config.name, cluster = short(config.cluster) or "default",
    status = status.status, desired = status.desired, running = status.running, pending = status.pending,
    task_definition = short(status.task_definition), deployments = {}, events = {}, causes = {},
    stage = status.stage, traffic = {} }
  for i, share in ipairs(status.traffic or {}) do
    local groups = {}
    for j, arn in ipairs(share.target_groups or {}) do groups[j] = arn:match "targetgroup/([^/]+)" or arn end
    shown.traffic[i] = { task_definition = share.task_definition, weight = share.production_weight,
      target_groups = groups }
  end
  for i, one in ipairs(status.deployments) do
    shown.deployments[i] = { status = one.status, task_definition = short(one.task_definition), desired = one.desired,
      running = one.running, pending = one.pending, failed = one.failed, rollout_state = one.rollout_state,
      reason = one.rollout_state_reason }
  end
  for i = 1, math.min(5, #status.events) do
    shown.events[i] = { at = status.events[i].at, message = status.events[i].message }
  end
  if status.status == "ACTIVE" and not is_at_rest(status) then
    local found = stack:diagnose(address, { logs = stacks.logs })
    shown.written = found and written.of_one(found)
    shown.causes = causes_of(found and found.causes)
  end
  shown.at_rest = is_at_rest(status)
  return shown
end

-- A declared task: how its last run went. What the state keeps of one that failed has no known secret in it.
local function describe_task(address, status)
  return { kind = "task", address = address, status = status.status, revision = status.revision, at = status.at,
    took = status.took, exit_code = status.exit_code, causes = causes_of(status.causes),
    written = stacks.logs and written.of_one(status) or nil }
end

local function look(name)
  local stack, err = stacks.get(name)
  local all
  if stack then all, err = stack:status() end
  if not all then return { name = name, services = {}, problem = err:to_table() } end
  local addresses, services = {}, {}
  for address in pairs(all) do addresses[#addresses + 1] = address end
  table.sort(addresses)
  for i, address in ipairs(addresses) do
    local status = all[address]
    services[i] = status.kind == "task" and describe_task(address, status) or describe(stack, address, status)
  end
  return { name = name, services = services, at = now() }
end

--- Somebody looks: it is looked at AWS for a while.
function watch.seen() board:mark("watched", SEEN) end

--- What is known of a stack: { name, services, at, problem }.
function watch.known(name) return board:get(key(name)) or { name = name, services = {} } end

--- For a timer of one worker: looks until this worker ends.
function watch.run()
  while not openresty.leaving() do
    if board:marked "watched" then
      for _, name in ipairs(stacks.names) do
        local ok, found = pcall(look, name)
        if ok then board:put(key(name), found) else ngx.log(ngx.ERR, tostring(found)) end
      end
    end
    local ends = now() + watch.pause
    while now() < ends and not openresty.leaving() do ngx.sleep(0.25) end
  end
end

return watch
