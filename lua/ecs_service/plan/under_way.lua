--- Whether a deployment of a service that a plan leaves as it is has not come to its end, and which.
local under_way = {}

local WORDS = { IN_PROGRESS = "in progress", FAILED = "failed", COMPLETED = "completed" }

local function is_rollback(one)
  return (one.reason or ""):find("rolling back", 1, true) ~= nil
end

local function told(one)
  return ("%s %s"):format(one.task_definition, WORDS[one.rollout_state] or "beside it")
end

-- A deployment that was completed and not found good.
local function refused_one(found)
  local list = {}
  for _, one in ipairs(found.deployments or {}) do
    if one.id == found.primary then
      list[1] = { id = one.id, task_definition = one.task_definition, rollout_state = one.rollout_state }
    end
  end
  return { rollback = false, refused = true, deployments = list,
    message = "a check failed after its last deployment, which stayed: apply waits for it and checks it once more" }
end

--- What a plan says beside "no change"; nil when the service has come to rest.
---@param found ecs_service.Found|nil
---@param refused boolean|nil its last deployment was completed, and a check failed after it
---@return { rollback: boolean, deployments: table[], message: string }|nil  deployments: { id, task_definition,
---  rollout_state }, the one in charge first
function under_way.of(found, refused)
  if refused then return refused_one(found) end
  local primary, all = nil, {}
  for _, one in ipairs(found and found.status == "active" and found.deployments or {}) do
    if one.id == found.primary then primary = one else all[#all + 1] = one end
  end
  if not primary or primary.rollout_state == "FAILED" then return nil end
  if primary.rollout_state ~= "IN_PROGRESS" and (primary.rollout_state == "COMPLETED" or #all == 0) then return nil end
  local rollback, list, parts = is_rollback(primary), {}, {}
  table.insert(all, 1, primary)
  for i, one in ipairs(all) do
    list[i] = { id = one.id, task_definition = one.task_definition, rollout_state = one.rollout_state }
    parts[i] = told(one)
  end
  if not primary.rollout_state then parts[1] = primary.task_definition end
  return { rollback = rollback, deployments = list,
    message = ("a %s is under way (%s)"):format(rollback and "rollback" or "deployment", table.concat(parts, ", ")) }
end

return under_way
