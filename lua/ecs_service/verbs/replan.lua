--- A saved plan, made once more from what it says it was made from. Its file carries declarations and what AWS had;
--- what they come to is computed here, by this script's stack and the state at hand: nothing is done, or shown, because
--- a file says so.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local of_definitions = lazy "ecs_service.verbs.plan_definitions"
local planned = require "ecs_service.plan"
local plan_verb = require "ecs_service.verbs.planner"
local present = lazy "ecs_service.verbs.plan_running"
local registrar = lazy "ecs_service.run.registrar"
local tables = require "ecs_service.util.tables"

local replan = {}

-- The addresses of a plan, in its order, each with the change of the service that it stands for now.
local function owners(plan)
  local list, own = {}, {}
  local function add(address)
    if own[address] == nil then list[#list + 1], own[address] = address, false end
  end
  for _, change in ipairs(plan.changes) do
    add(change.deposed or change.begun or change.address)
    if not change.deposed and own[change.address] == false then own[change.address] = change end
  end
  for _, address in ipairs(plan.settled) do add(address) end
  return list, own
end

-- What the plan saw, with what only a look at AWS tells.
local function seen(change, live)
  if not change then return { status = "gone" } end
  return setmetatable({ status = change.found, attributes = change.actual, primary = change.primary,
    newest = change.newest }, { __index = live[change.address] })
end

-- By the names under which the planner looks.
local function found_again(plan, own, live)
  local found, leftover = {}, {}
  for _, change in ipairs(plan.changes) do
    if change.deposed then
      leftover[change.deposed] = change
      found[change.deposed .. plan_verb.OLD] = seen(change, live)
    elseif change.begun then
      found[change.begun .. plan_verb.STRAY] = seen(change, live)
    else
      found[change.address] = seen(change, live)
    end
  end
  for address, change in pairs(own) do
    if change and change.deposes and not change.begun then -- the run that was cut short had made the two change places
      found[address] = seen(leftover[address], live)
      found[address .. (change.adopt == "back" and plan_verb.OLD or plan_verb.FRESH)] = seen(change, live)
    end
  end
  for _, address in ipairs(plan.settled) do
    found[address .. plan_verb.STRAY] = found[address .. plan_verb.STRAY] or { status = "gone" }
  end
  return found
end

local function alike(a, b)
  local scalar = type(a) ~= "table" and type(a) ~= "userdata" or type(b) ~= "table" and type(b) ~= "userdata"
  return a == b or not scalar and core.same(a, b)
end

-- The address of the first change that the two plans do not have alike.
local function difference(saved, fresh)
  for i = 1, math.max(#saved.changes, #fresh.changes) do
    local one, other = saved.changes[i], fresh.changes[i]
    if not one or not other then return (one or other).address end
    for _, key in ipairs(planned.DECIDED) do
      -- What no row knows was compared with what AWS has: the file has digests of it alone.
      if key ~= "unknown" and not alike(one[key], other[key]) then return one.address end
    end
  end
end

-- The declarations of the script, with what runs where they leave something to that.
local function reopened(stack, declared, definitions, revisions)
  local normals = tables.merge(declared)
  for _, change in ipairs(definitions) do
    local address = kinds.text(change)
    local read = revisions and revisions[address]
    local one = read and (read.running or read.newest or read.recorded)
    if one and normals[address] then
      normals[address] = present.reopened(stack, address, normals[address], one.attributes)
    end
  end
  return normals
end

local function changed(address)
  return errors.new { code = "PlanStale", service = address,
    message = ("what the plan says of %s does not follow from what it was made from: its file was changed, or the "
      .. "script's default_tags or ignore_tags, or the version of this tool"):format(address),
    hint = "plan again and look at the new plan" }
end

--- What is carried out in place of a plan that came out of a file.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param state table as the plan says it was: its serial and lineage were compared
---@param plan ecs_service.Plan
---@param declared table<string, userdata> normal forms of the script at hand: for what the plan is not about
---@param live table<string, ecs_service.Found>|nil what AWS has, compared with what the plan saw; nil: not asked
---@param revisions table|nil the same of task definitions
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil code PlanStale, or of a plan
function replan.of(stack, session, state, plan, declared, live, revisions)
  local definitions, others = registrar.split(plan.changes)
  local services, tasks = {}, {}
  for _, change in ipairs(others) do table.insert(kinds.of_change(change).apart and tasks or services, change) end
  local opened, problem = {}, nil
  if #definitions > 0 then
    opened, problem = of_definitions.opened(definitions, reopened(stack, declared, definitions, revisions))
  end
  if not opened then return nil, problem end
  local list, own = owners({ changes = services, settled = plan.settled })
  local normals = tables.merge(declared, opened)
  local runs = {}
  for _, change in ipairs(services) do runs[change.address] = change.runs end
  for _, change in ipairs(definitions) do
    local address = kinds.text(change)
    if own[address] == nil then list[#list + 1], own[address] = address, false end
    if change.action == "deregister" or change.action == "forget" then
      normals[address] = opened[address] or plan.options.destroy and declared[address] or nil
    end
  end
  for _, change in ipairs(tasks) do -- as the script declares them, and held against what the plan says of them
    local address = kinds.text(change)
    list[#list + 1], own[address] = address, false
    local goes = change.action == "forget" or change.action == "delete"
    if goes and not plan.options.destroy then normals[address] = nil end
  end
  for address, change in pairs(own) do
    if kinds.of(address) == kinds.BARE then normals[address] = change and change.config or nil end
  end
  local found = live and found_again({ changes = services, settled = plan.settled }, own, live) or {}
  local fresh, err = plan_verb.again(stack, session, state, { normals = normals, chosen = list, found = found,
    opts = plan.options, runs = runs, revisions = revisions or {},
    gone = require "ecs_service.verbs.plan_kept".saved(definitions) })
  if not fresh then return nil, err end
  local address = difference(plan, fresh)
  if address then return nil, changed(address) end
  fresh.path, fresh.script = plan.path, plan.script
  return fresh
end

return replan
