--- Where a service can go back to, for whoever is asked which revision is meant: those whose deployments were
--- completed, by what ECS keeps and by what the state remembers. Reads only.
local diagnose = require "ecs_service.verbs.diagnose"
local history = require "ecs_service.verbs.history"
local names = require "ecs_service.util.identifiers"
local skew = require "ecs_service.aws.clock_skew"
local task_definitions = require "ecs_service.run.task_definitions"

local places = {}

-- So far back is looked, as rollback itself does; so many are offered, and so many more looked at for one that is not
-- ACTIVE any more.
local ENTRIES, MOST, FURTHER = 100, 5, 5

local WENT_BACK = { ROLLBACK_REQUESTED = true, ROLLBACK_IN_PROGRESS = true, ROLLBACK_SUCCESSFUL = true }

-- What only scaled has deployed nothing.
local function latest(entries)
  for _, one in ipairs(entries) do
    if one.did ~= "scale" then return one end
  end
end

-- ECS has gone back by itself: rollback has its own word for that.
local function went_back(entries, present)
  local one = latest(entries)
  return one ~= nil and (WENT_BACK[one.status] or one.run_ended == "DeploymentRolledBack" and one.revision ~= present)
end

local function was_completed(one)
  return one.status == "SUCCESSFUL" or one.arn == nil and one.run_ended == "ok"
end

-- Each revision once, by its newest deployment that was completed.
local function candidates(entries, present)
  local list, by_revision = {}, {}
  for _, one in ipairs(entries) do
    local known = by_revision[one.revision or ""]
    if known then
      known.origin = known.origin or one.origin
    elseif one.revision and one.revision ~= present and was_completed(one) and #list < MOST + FURTHER then
      local place = { revision = one.revision, at = one.at, by = one.by, origin = one.origin }
      list[#list + 1], by_revision[one.revision] = place, place
    end
  end
  return list
end

local function images_of(definition)
  local images = {}
  for i, container in ipairs(definition.containerDefinitions or {}) do images[i] = container.image end
  return images
end

-- ECS deploys ACTIVE revisions only. Whoever may not look at them is offered all.
local function with_images(session, list)
  local asked = {}
  for i, one in ipairs(list) do asked[i] = one.revision end
  local found = task_definitions.describe_all(session, asked)
  local active, former = {}, list[1]
  for _, one in ipairs(list) do
    local revision = found and found[one.revision]
    if revision then one.images = images_of(revision.answer) end
    if not found or revision and revision.attributes.status == "ACTIVE" then active[#active + 1] = one end
  end
  if former then former.former = true end
  return active, active[1] ~= former and former or nil
end

--- The places, the newest first: as long as it is ACTIVE, the one that rollback takes by itself.
---@param stack ecs_service.Stack
---@param address string
---@return table|nil { list = { { revision, age (seconds), by, origin, images, former } … }, present, gone (the one
---  before, when it is not ACTIVE), unread }; nil: nothing is to be chosen, or rollback has something else to say
function places.of(stack, address)
  local state = stack:read_state()
  if not state or state.journal[address] then return nil end
  local found = history.run(stack, address, { limit = ENTRIES })
  local session = found and not found.problem and stack:session(state, true)
  local service = session and diagnose.describe(session, found)
  local present = service and names.last(service.taskDefinition)
  if not present or went_back(found.entries, present) then return nil end
  local list, gone = with_images(session, candidates(found.entries, present))
  local now = skew.now(session)
  for i, one in ipairs(list) do
    if i > MOST then list[i] = nil end
    one.age = one.at and math.max(0, now - one.at) or nil
  end
  if #list < 2 then return nil end
  return { list = list, present = present, gone = gone and gone.revision, unread = #found.unread > 0 }
end

return places
