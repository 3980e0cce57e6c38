-- Says what is wrong about what the module said of a rollout. The judge knows the truth of the model, and is fair: what
-- could not be known from the answers that were to be had is not wrong.
local judge = {}

local PATIENCE = 14     -- seconds from an answer that shows the end to the verdict: looks are at most 10 s apart
local UNSEEN = 60       -- seconds from the end to the verdict, beyond the lag, when no look showed it
local ROLLBACK_SHOWS = 8 -- a rollback begins within seconds of the failure; to deny it before is hasty

local function service_view(service, at)
  local found
  for _, kept in ipairs(service.history) do
    if kept.at > at then break end
    found = kept.view
  end
  return found
end

-- What the schedule lets be known.
local function channels_of(played)
  local schedule, classic = played.schedule, false
  for _, balancer in ipairs(schedule.config.load_balancer or {}) do classic = classic or balancer.elb_name ~= nil end
  local paint, denied = schedule.paint or {}, schedule.weather.denied
  return { states = paint.states ~= false and not classic, events = schedule.weather.events ~= false,
    records = paint.records ~= false and not denied.ListServiceDeployments and not denied.DescribeServiceDeployments }
end

-- The first answered look that was true at `time` or later and that `shows` accepts.
local function first_look(played, time, shows, operation)
  for i = played.first_read, played.last_read do
    local read = played.transport.reads[i]
    if read.operation == (operation or "DescribeServices") and read.view_at >= time and (not shows or shows(read)) then
      return read.at
    end
  end
end

-- Like it, for events.
local function first_event(played, time)
  for i = played.first_read, played.last_read do
    local read = played.transport.reads[i]
    if read.operation == "DescribeServices" and read.events_at >= time then return read.at end
  end
end

-- For how long looks may have been throttled or lost.
local function outages(played)
  local most = 0
  for _, fault in ipairs(played.schedule.weather.faults) do
    local of_reads = fault.operation ~= "UpdateService" and fault.operation ~= "CreateService"
    most = most + (of_reads and fault.to - fault.from or 0)
  end
  return most
end

local function most_lag(played)
  local seconds = 0
  for _, lag in pairs(played.schedule.weather.lag or {}) do seconds = math.max(seconds, lag.seconds) end
  return (played.schedule.weather.events_later or 0) + outages(played) + seconds
end

local function earliest(...)
  local least
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if value and (not least or value < least) then least = value end
  end
  return least
end

local function by(time, at) return time ~= nil and time <= at end

-- When readers were shown that a deployment was done, failed, is rolled back, had to give way to another.
local function knowledge(played, deployment)
  local service, can, known = played.service, played.can, {}
  if deployment.settled_at then
    local function done(read)
      local seen = service_view(service, read.view_at)
      local first = seen and seen.deployments[1]
      return first and #seen.deployments == 1 and first.id == deployment.id and seen.status == "ACTIVE"
        and seen.runningCount == seen.desiredCount and seen.pendingCount == 0
        and (can.states and first.rolloutState == "COMPLETED"
          or can.events and read.events_at >= deployment.completed_at)
    end
    known.done = first_look(played, deployment.settled_at, done)
  end
  if deployment.failed_at then
    known.failed = earliest(can.states and first_look(played, deployment.failed_at) or nil,
      can.records and first_look(played, deployment.failed_at, nil, "DescribeServiceDeployments") or nil)
  end
  if deployment.rollback_at then
    local said = can.states and deployment.rollback_words:find("rolling back", 1, true)
    known.rollback = earliest(said and first_look(played, deployment.rollback_at) or nil,
      can.events and first_event(played, deployment.rollback_at) or nil,
      can.records and first_look(played, deployment.failed_at, nil, "DescribeServiceDeployments") or nil)
  end
  if deployment.superseded_at then
    -- One that is INACTIVE shows no deployments: it tells nothing of who deployed before it was deleted.
    known.superseded = first_look(played, deployment.superseded_at, function(read)
      local seen = service_view(service, read.view_at)
      return seen and seen.status == "ACTIVE"
    end)
  end
  if service.deleted_at then known.deleted = first_look(played, service.deleted_at) end
  return known
end

-- What a success may rest on: ours, or with "follow" one that others started behind it, never a rollback.
local function candidates(played)
  local list = {}
  for _, deployment in ipairs(played.own) do list[#list + 1] = deployment end
  if #played.own == 0 and not (played.schedule.forces and played.schedule.starts) then
    list[#list + 1] = played.former
  end
  for _, deployment in ipairs(played.service and played.service.all or {}) do
    local theirs = deployment.by == "them"
    -- Nothing was left to deploy when theirs is of the declared revision and ours was never carried out; when ours
    -- was, and its answer was lost, ours cannot be told from theirs.
    local same = (#played.own == 0 or played.lost) and deployment.definition == played.declared
    if theirs and (played.schedule.superseded == "follow" or same) then list[#list + 1] = deployment end
  end
  return list
end

local function scaled(played, at)
  local change
  for i = played.writes_from, played.writes_to do
    if played.transport.writes[i].executed then change = played.transport.writes[i].at end
  end
  for _, span in ipairs(played.service.evens) do
    if span.to > (change or 0) and span.from <= at then return true end
  end
  return false
end

local function success_is_true(played, at)
  if not played.can.states and not played.can.events and not played.can.records then return true end -- counts are all
  if not played.schedule.starts then return played.schedule["until"] == "deployed" or scaled(played, at) end
  for _, deployment in ipairs(candidates(played)) do
    if played.schedule["until"] == "deployed" then
      if by(deployment.completed_at, at) or by(deployment.served_at, at) then return true end
    elseif by(deployment.settled_at, at) then
      return true
    end
  end
  return false
end

-- What a verdict may speak of: ours, and with "follow" those that others started behind it.
local function followed(played)
  local list = {}
  for _, deployment in ipairs(played.service and played.service.all or {}) do
    local theirs = deployment.by == "them" and (played.schedule.superseded == "follow"
      or played.lost and deployment.definition == played.declared)
    if deployment == played.mine or theirs then list[#list + 1] = deployment end
  end
  return list
end

-- The codes that would be true at a time.
local function true_codes(played, at)
  local codes = { ServiceInactive = by(played.service.deleted_at, at) }
  for _, deployment in ipairs(followed(played)) do
    local known = played.known_of[deployment]
    local superseded = by(deployment.superseded_at, at)
    codes.DeploymentSuperseded = codes.DeploymentSuperseded or superseded
    -- The service deployment may be STOPPED before the newer deployment shows.
    if superseded and played.can.records and played.world.options.records_stop then codes.DeploymentFailed = true end
    if by(deployment.failed_at, at) then
      local back = deployment.rolls_back_to ~= nil
      local told = by(known.rollback, at)
      local tellable = known.rollback or not deployment.rollback_at
      local after = deployment.rollback_at and deployment.rollback_at - deployment.failed_at
      local soon = tellable and after and after < ROLLBACK_SHOWS
      codes.DeploymentRolledBack = codes.DeploymentRolledBack or back
      codes.DeploymentFailed = codes.DeploymentFailed or superseded or not (back and (told or soon))
      -- Where nothing tells a rollback from somebody's deployment, or has not yet, it may be called one.
      local unseen = not told and not by(known.failed, at)
      if by(deployment.rollback_at, at) and unseen then codes.DeploymentSuperseded = true end
    end
  end
  return codes
end

local function deadline(played)
  return (played.outcome.began or 0) + played.schedule.timeout
end

local DECIDED = { DeploymentRolledBack = true, DeploymentFailed = true, DeploymentSuperseded = true,
  ServiceInactive = true, Timeout = true }

local wrongs = {}

function wrongs.success(played, out)
  local outcome = played.outcome
  if outcome.ok and played.service and not success_is_true(played, outcome.at) then
    local scales = not played.schedule.starts
    out("FALSE SUCCESS", scales and "there never were as many as declared" or "ECS never said that it was done")
  end
end

function wrongs.failure(played, out)
  local outcome, deployment = played.outcome, played.mine
  if outcome.ok or not DECIDED[outcome.code] or outcome.code == "Timeout" or not deployment then return end
  if true_codes(played, outcome.at)[outcome.code] then return end
  local bad = by(deployment.failed_at, outcome.at) or by(deployment.superseded_at, outcome.at)
    or by(played.service.deleted_at, outcome.at)
  if bad then
    out("WRONG CODE", outcome.code .. " is not what happened")
  else
    out("FALSE FAILURE", outcome.code .. ", and nothing of that kind had happened")
  end
end

-- A change that was carried out and is reported as an error of the request: is it true that nobody could know?
function wrongs.request(played, out)
  local outcome = played.applied.ok and played.outcome or played.applied
  if outcome.ok or DECIDED[outcome.code] then return end
  if outcome.raised then return out("RAISED", outcome.message) end
  local deployment = played.mine
  if not deployment or not played.service or played.service.status ~= "ACTIVE" then return end
  local last = played.transport.writes[played.writes_to]
  local outage = true
  for i = played.first_read, played.last_read do
    if last and played.transport.reads[i].at > last.at then outage = false end
  end
  if outcome.code == "NotFound" or outcome.message:find("it was deleted, or never was", 1, true) then
    out("FALSE FAILURE", "the service is there")
  elseif outcome.message:find("may have been carried out", 1, true) and (outage or #played.others > 0) then
    return -- that is all that can be known
  elseif not outage or outcome.at - last.at < 30 then
    out("FALSE FAILURE", "the change was carried out")
  end
end

function wrongs.late(played, out)
  local outcome, deployment, known = played.outcome, played.mine, played.known
  if not deployment or played.schedule.stable_for or not (outcome.ok or DECIDED[outcome.code]) then return end
  local follows = played.schedule.superseded == "follow"
  local hesitates = deployment.rolls_back_to == nil and 10 or 0
  local first, what
  local function consider(time, word)
    if time and (not first or time < first) then first, what = time, word end
  end
  consider(known.done and known.done + (played.can.records and not played.can.states and most_lag(played) or 0), "done")
  if not follows then
    consider(known.failed and known.failed + hesitates, "failed")
    consider(not played.lost and known.superseded, "superseded")
    if played.schedule.kind == "update" then consider(known.deleted, "deleted") end
  end
  if first and outcome.at - math.max(first, outcome.began) > PATIENCE + outages(played) then
    out("LATE", ("%s was shown %.0f s before"):format(what, outcome.at - first))
  end
  -- What is INACTIVE within minutes of a create may be a former service of that name, and is doubted so long.
  local doubted = played.schedule.kind == "create" and by(played.service and played.service.deleted_at, outcome.at)
  local last = not played.lost and not doubted and known.last
  if not first and last and not follows and (played.can.states or played.can.events or played.can.records)
    and outcome.at - math.max(last, outcome.began) > UNSEEN + most_lag(played) then
    out("LATE", ("ECS knew it %.0f s before"):format(outcome.at - last))
  end
end

function wrongs.time(played, out)
  local outcome = played.outcome
  if outcome.code == "Timeout" and outcome.at < deadline(played) - 1 then out("EARLY", "the time was not up") end
  if outcome.at > deadline(played) + 62 then out("OVERRUN", "the time had been up") end
end

local function others_deployed(played, at)
  for _, other in ipairs(played.others) do
    if (other.what == "deploy" or other.what == "same") and other.at <= at then return true end
  end
  return false
end

-- Whether one of those that the verdict may speak of had a property by then.
local function any(played, has)
  for _, deployment in ipairs(followed(played)) do if has(deployment) then return true end end
  return false
end

local function rolls_back(deployment) return deployment.rolls_back_to ~= nil end

-- What a message says, and when that is so.
local SAYINGS = {
  { "no completed one to go back to", function(played) return played.former == nil end },
  { "someone else", function(played, outcome)
    return others_deployed(played, outcome.at) or by(played.service.deleted_at, outcome.at)
  end },
  { "was refused", function(played) return not played.lost or played.service.deleted_at ~= nil end },
  { "stopped by request", function(played)
    return any(played, function(deployment) return deployment.cause == "stop" or deployment.cause == "abort" end)
  end },
  { "a CloudWatch alarm", function(played) return played.world.alarm_until ~= nil end },
  { "is being rolled back", function(played) return any(played, rolls_back) end },
  { "was rolled back to", function(played) return any(played, rolls_back) end },
  { "is not rolled back", function(played, outcome)
    return not (played.mine and by(played.known.rollback, outcome.at))
  end },
}

function wrongs.explanation(played, out)
  local outcome = played.applied.ok and played.outcome or played.applied
  if outcome.ok or not played.service then return end
  for _, saying in ipairs(SAYINGS) do
    if played.mine and outcome.message:find(saying[1], 1, true) and not saying[2](played, outcome) then
      out("FALSE EXPLANATION", "it says: " .. saying[1])
    end
  end
end

local function is_in(deployment, seen)
  for _, shown in ipairs(seen and seen.deployments or {}) do if shown.id == deployment.id then return true end end
  return false
end

-- A request that starts a deployment each time is sent again only when the looks between have not shown one, and are
-- younger than the first. (UpdateService without forceNewDeployment says what shall be, and may be repeated.)
function wrongs.doubled(played, out)
  local first, second = played.own[1], played.own[2]
  if not second or not played.schedule.forces then return end
  local shown, youngest = false, 0
  for i = played.first_read, played.last_read do
    local read = played.transport.reads[i]
    if read.operation == "DescribeServices" and read.at <= second.created then
      youngest = math.max(youngest, read.view_at)
      shown = shown or is_in(first, service_view(played.service, read.view_at))
    end
  end
  if shown or youngest < first.created then
    out("SECOND DEPLOYMENT", ("our own, after %.0f s"):format(second.created - first.created))
  end
end

-- Each service that this run made or changed is on record, and a failed update that was waited for is not "ok".
function wrongs.record(played, out)
  local entry, outcome = played.entry, played.outcome
  if played.mine and not entry then return out("LOST", "nothing is recorded of the service") end
  if played.holder then out("LOCK", "the lock is still held") end
  if entry and entry.status == "ok" and played.schedule.how == "apply" and not outcome.ok and DECIDED[outcome.code]
    and played.mine then
    out("RECORDED OK", "after " .. outcome.code)
  end
end

local function second_own(played)
  local list = {}
  for i = played.second.from, #played.transport.writes do
    if played.transport.writes[i].deployment then list[#list + 1] = played.transport.writes[i].deployment end
  end
  return list
end

-- The same declaration once more is not green while what it declares does not run.
function wrongs.again(played, out)
  local second, outcome = played.second, played.outcome
  if second.plan.raised or second.apply.raised then
    return out("RAISED", tostring(second.plan.raised and second.plan.message or second.apply.message))
  end
  local primary = second.primary
  if second.apply.ok and primary then
    local done = primary.state == "COMPLETED" and (primary.definition == played.declared)
    if not done and not outcome.ok then
      out("GREEN NO-OP", ("%s after %s of %s"):format(second.actions, tostring(outcome.code), played.schedule.how))
    end
  end
  local undisturbed = played.service and #played.others == 0
    and played.service.all[#played.service.all - #second_own(played)] == played.mine
  if outcome.ok and undisturbed and second.actions ~= "no-op" then
    out("PLAN AFTER SUCCESS", second.actions)
  end
  if played.schedule.first and not outcome.ok then
    for i = second.from, #played.transport.writes do
      if played.transport.writes[i].operation == "DeleteService" and not played.service.deleted_at then
        out("REPLACED", "for a failed update")
      end
    end
  end
  -- A rollback of theirs, behind ours, starts the same revision anew; and what a force deploys may be theirs.
  local mine = played.mine
  local undone = mine and by(mine.rollback_at, outcome.at) and mine.definition == played.declared
  if played.schedule.forces and undone and outcome.code == "DeploymentRolledBack" and second.actions == "no-op" then
    out("FORGOTTEN", "the forced deployment that was rolled back, told by " .. played.schedule.how)
  end
end

-- ECS writes an event for what its breaker and alarms end; of a stop by hand none is documented.
local function can_tell_failure(played, deployment)
  return played.can.states or played.can.records
    or played.can.events and (deployment.cause == "breaker" or deployment.cause == "alarm")
end

local function prepare(played)
  local config = played.schedule.config
  played.can = channels_of(played)
  played.mine = played.own[#played.own]
  played.declared = require("support.rollout_model").definition(config.task_definition)
  played.lost = false
  for i = played.writes_from, played.writes_to do
    local write = played.transport.writes[i]
    if write.lost and write.executed then played.lost = true end
  end
  played.known_of = {}
  for _, deployment in ipairs(followed(played)) do played.known_of[deployment] = knowledge(played, deployment) end
  played.known = played.known_of[played.mine] or {}
  local mine = played.mine
  if mine then
    local out_at = played.outcome.at
    for _, key in ipairs { "settled_at", "failed_at", "superseded_at" } do
      if by(mine[key], out_at) and (key ~= "failed_at" or can_tell_failure(played, mine)) then
        played.known.last = earliest(played.known.last, mine[key])
      end
    end
  end
end

local RULES = { "success", "failure", "request", "late", "time", "explanation", "doubled", "record", "again" }

--- What is wrong about a run: a list of { kind, text }; empty: nothing.
function judge.wrongs(played)
  prepare(played)
  local list = {}
  for _, name in ipairs(RULES) do
    wrongs[name](played, function(kind, text) list[#list + 1] = { kind = kind, text = text } end)
  end
  return list
end

return judge
