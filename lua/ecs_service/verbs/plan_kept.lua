--- What `keep` of a task definition comes to: revisions that were registered here and are older than the ones that stay
--- are deregistered behind all services that name the handle. Planned when everything else is, so that it is known
--- which services leave an old revision; and what the plan does not show is never deregistered.
local definitions = require "ecs_service.verbs.plan_definitions"
local kinds = require "ecs_service.kinds"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local tables = require "ecs_service.util.tables"
local users = require "ecs_service.run.definition_users"

local kept = {}

-- Of a family, those that were registered here and are not what the handle stands for after this plan.
local function own_of(change)
  local entry, own = change.entry or {}, {}
  local current = change.action ~= "register" and change.after.arn
  for _, arn in ipairs(entry.revisions or {}) do
    if lists.parts(arn) == change.after.family and arn ~= current then own[#own + 1] = arn end
  end
  return own
end

-- The task definitions of which something may have to go: no others are asked about.
local function concerned(self)
  local list, busy = {}, {}
  for _, change in ipairs(self.back) do busy[change.at] = true end -- its family has changed: another run looks
  for _, address in ipairs(self.definitions) do
    local change = self.registers[address]
    local keep = change and change.config.keep
    local own = keep and not busy[address] and own_of(change) or {}
    if #own > 0 and (change.action == "register" or #own + 1 > keep) then
      list[#list + 1] = { address = address, change = change, keep = keep, own = own }
    end
  end
  return list
end

-- Of its revisions those that are older than what stays, the oldest first; the one that is to be registered counts.
local function surplus(one, active)
  local own, old = tables.set(one.own), {}
  local stay = one.change.action == "register" and one.keep - 1 or one.keep
  for i = #active, stay + 1, -1 do
    if own[active[i]] then old[#old + 1] = active[i] end
  end
  return old
end

-- Whether a service does not run a revision any more when this plan is carried out, and its old tasks have ended; of a
-- task that runs once, whether another run of it is what is recorded then.
local function leaves(change, arn)
  if not change then return false end
  if change.kind == "schedule" then
    return change.action == "delete" or change.action == "update" and change.after.task_definition ~= arn
  end
  if change.action == "delete" or change.action == "forget" then return true end
  if change.kind == "task" then
    return change.action == "run" and (change.pending or change.task_definition ~= names.last(arn))
  end
  local waits = change.config and change.config.wait_for_steady_state
  return waits and (definitions.is_pending(change) or change.after ~= nil and change.after.task_definition ~= arn)
end

-- The changes of services, by address and by name, and those of tasks and schedules.
local function by_name(changes, ...)
  local map = {}
  for i = 1, select("#", ...) do
    for _, change in ipairs((select(i, ...)) or {}) do map[kinds.text(change)] = change end
  end
  for _, change in ipairs(changes) do
    map[change.address] = change
    if change.service then map[names.identity(change.cluster, change.service)] = change end
  end
  return map
end

local function is_used(list, changes, arn)
  for _, who in ipairs(list or {}) do
    local change = changes[who.address or who.service and names.identity(who.cluster, who.service) or ""]
    if not leaves(change, arn) then return true end
  end
  return false
end

-- Who uses what may have to go; asked only when there is such.
local function used_of(self, arns)
  if #arns == 0 then return {} end
  local used, err = users.of(self.session, users.clusters(self.stack, self.state, self.normals), arns,
    { interrupted = self.opts.interrupted, patient = false })
  if not used then return nil, err end
  return users.together(users.recorded(self.state), used)
end

-- Which revisions are to go, the oldest first, by address.
local function read(self, list)
  local opts = self.opts
  if opts.refresh == false then return {} end
  local families, arns, gone = {}, {}, {}
  for i, one in ipairs(list) do families[i] = one.change.after.family end
  local active, err = lists.of(self.session, families, { "ACTIVE" }, { interrupted = opts.interrupted })
  if not active then return nil, err end
  for _, one in ipairs(list) do
    one.old = surplus(one, active[one.change.after.family].ACTIVE)
    for _, arn in ipairs(one.old) do arns[#arns + 1] = arn end
  end
  local used
  used, err = used_of(self, arns)
  if not used then return nil, err end
  local changes = by_name(self.changes, self.task_changes, self.schedule_changes)
  for _, one in ipairs(list) do
    for _, arn in ipairs(one.old) do
      if not is_used(used[arn], changes, arn) then
        gone[one.address] = gone[one.address] or {}
        table.insert(gone[one.address], arn)
      end
    end
  end
  return gone
end

--- What a saved plan says of that. Only what was registered here can be in it.
---@param changes table[] of task definitions
---@return table<string, string[]> address → ARNs
function kept.saved(changes)
  local gone = {}
  for _, change in ipairs(changes) do
    if change.action == "deregister" then gone[kinds.text(change)] = change.revisions end
  end
  return gone
end

--- Adds to a plan what is to go. A plan that is made once more has that from the first.
---@param self table the planner, whose services are planned
---@return ecs_service.Error|nil
function kept.add(self)
  if self.opts.destroy or self.opts.refresh_only then return nil end
  local list, gone, err = concerned(self), self.gone, nil
  if not gone then gone, err = read(self, list) end
  if not gone then return err end
  for _, one in ipairs(list) do
    local own, going = tables.set(one.own), {}
    for _, arn in ipairs(gone[one.address] or {}) do
      if own[arn] then going[#going + 1] = arn end
    end
    if #going > 0 then
      self.back[#self.back + 1] = definitions.deregistered(one.address, one.change.entry, going,
        { keeps = true, reason = ("keep = %d: ACTIVE revisions of this stack that are older, and nobody uses")
          :format(one.keep) })
    end
  end
end

return kept
