--- What became of the last update of a service: its deployment may have failed, or still be open, although the service
--- is as declared.
local argument = require "ecs_service.kinds.service.argument"
local core = require "ecs_service.core"

local last_update = {}

local function primary_of(found)
  for _, one in ipairs(found and found.deployments or {}) do
    if one.id == found.primary then return one end
  end
end

-- An adoption of what was PRIMARY by chance has no time. While nobody has seen ours succeed, somebody's that took its
-- place has to: what is declared runs only then.
local function is_followed(entry, found)
  return entry.deployment_at ~= nil and (entry.deployment_id == found.primary or not entry.settled)
end

-- The update that the record speaks of, as far as this run's like know: sent, and not seen to fail.
local function was_sent(entry)
  local last = entry.history and entry.history[1]
  local revision = entry.attributes[argument.at "taskDefinition"]
  return last ~= nil and last.did == "update" and last.ended == "ok" and last.deployment_id == entry.deployment_id
    and type(revision) == "string" and revision:match "[^/]+$" == last.revision
end

-- What was forced and rolled back has left nothing that differs from what is recorded.
local function was_undone(entry, found)
  return entry.status == "ok" and found ~= nil and found.rolled_back ~= nil and was_sent(entry)
    and core.same(entry.attributes, found.attributes)
end

-- It was completed, and a check failed after which it stays.
local function was_refused(entry)
  local last = entry.history and entry.history[1]
  return last ~= nil and last.ended == "CheckFailed" and last.deployment_id == entry.deployment_id
end

local function failure(one)
  local reason = one.reason and (": " .. one.reason:gsub("%.$", "")) or ""
  return ("the deployment of %s has FAILED, and ECS starts no more tasks for it%s"):format(one.task_definition, reason)
end

--- Looks at the deployment in charge, if it is the one that this stack started, or took its place before it was seen to
--- succeed, or if an update that was waited for did not succeed.
---@param entry table of the state's services
---@param found ecs_service.Found|nil nil: AWS was not read
---@return { failed: string|nil, open: string|nil, settled: boolean|nil, refused: boolean|nil }|nil  failed: why only a
---  new deployment helps; open: the id of the deployment that is to be waited for; settled: it was completed; refused:
---  it was, and a check failed
function last_update.of(entry, found)
  if found and found.status ~= "active" then return nil end
  local broke, one = entry.status == "failed", primary_of(found)
  if was_undone(entry, found) then
    return { failed = "ECS has rolled back the deployment that the last update forced" }
  elseif not broke and not (one and is_followed(entry, found)) then
    return nil
  elseif not one then
    return { open = entry.deployment_id or found and found.primary }
  elseif one.rollout_state == "FAILED" then
    return { failed = failure(one) }
  elseif broke and was_refused(entry) then
    return { open = one.id, refused = true } -- it is waited for once more, which is over at once, and checked
  elseif one.rollout_state == "COMPLETED" then
    return { settled = true }
  end
  return { open = (broke or one.rollout_state or not entry.settled) and one.id or nil }
end

--- A warning that a change tries again what did not succeed, or nil.
---@param entry table of the state's services
---@param change table
---@param refreshed boolean whether AWS was read for it
---@return table|nil
function last_update.warning(entry, change, refreshed)
  local last, revision = entry.status == "failed" and entry.history and entry.history[1], argument.at "taskDefinition"
  local wanted = change.after and change.after[revision]
  if last and change.action == "no-op" and not refreshed then
    return { code = "FailedBefore", severity = "warning", address = change.address, service = change.address,
      path = revision, hint = "plan with a look at AWS: without refresh = false",
      message = "the last update did not succeed, and AWS was not asked what became of it: "
        .. (entry.reason or last.ended) }
  end
  if not last or change.action ~= "update" or not (change.deployment or {}).starts then return nil end
  if type(wanted) ~= "string" or wanted:match "[^/]+$" ~= last.revision then return nil end
  return { code = "FailedBefore", severity = "warning", address = change.address, service = change.address,
    path = revision, message = ("this was deployed before and did not succeed: %s"):format(entry.reason or last.ended),
    hint = "mend the cause first, or declare what runs now" }
end

return last_update
