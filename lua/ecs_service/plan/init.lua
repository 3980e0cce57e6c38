--- A plan: what apply would do, and enough of the state of things to notice when they have moved on since.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local lazy = require "ecs_service.util.lazy"
local shape = lazy "ecs_service.util.shape"
local tables = require "ecs_service.util.tables"
local verbs = require "ecs_service.kinds.verbs"

local planned = {}

-- ecs_service.Plan of types.lua, as it is made here:
--   changes table[]    { address, action, before, after, diff, replace_paths, deployment, drift, reason, … }
--   warnings table[]
--   summary table      { create, update, replace, delete, import, no_op, forget }
--   settled string[]   addresses of the journal behind which there is nothing (any more)
--   claims table[]      creates of the journal that are declared again: { name, address }
--   serial integer     of the state that was read
--   lineage string|nil
--   account string|nil  where it is to be done, as far as it is known; of plans and states
--   region string
--   partition string
--   state string       the name of its state
--   options table      { target, exclude, refresh, destroy, refresh_only }
--   variables table[]|nil  of the script: { name, type, value }, of secret ones { name, type, secret, salt, digest }
--   script string|nil  set by the command line, for `apply PLAN`
local Plan = {}
Plan.__index = Plan

local FORMAT = "ecs-service plan"
local VERSION = 2
local FIELDS = { "changes", "warnings", "settled", "claims", "serial", "lineage", "account", "region", "partition",
  "state", "options", "variables", "script", "created" }

---@param fields table
---@return ecs_service.Plan
function planned.new(fields)
  fields.summary = verbs.sum(fields.changes)
  fields.warnings, fields.settled, fields.claims = fields.warnings or {}, fields.settled or {}, fields.claims or {}
  return setmetatable(fields, Plan)
end

--- Whether a value is a plan.
function planned.is(value)
  return type(value) == "table" and getmetatable(value) == Plan
end

--- Whether apply would do nothing at AWS.
---@return boolean
function Plan:is_empty()
  return self.summary.no_op == #self.changes
end

local RENDER = { color = "boolean", unicode = "boolean", width = "number", full = "boolean" }

--- The plan as a person reads it.
---@param opts table|nil { color = false, unicode = true, width = columns, full = false }
---@return string
function Plan:render(opts)
  require "ecs_service.util.check_options".check(opts, RENDER, "plan:render")
  return require("ecs_service.render.text").plan(self, opts)
end

--- The plan as a plain table without anything secret: for JSON, logs and policies.
---@return table
function Plan:to_table()
  return require("ecs_service.render.json_documents").plan_document(self)
end

-- What is in a change, and the trees behind it.
local function whole(changes)
  local list = {}
  for i, change in ipairs(changes) do
    list[i] = tables.copy(change)
    for _, key in ipairs { "before", "after", "config", "actual" } do
      list[i][key] = change[key] ~= nil and core.table(change[key]) or nil
    end
    if change.unknown then list[i].unknown = require "ecs_service.plan.unknown_members".saved(change) end
  end
  return list
end

--- Saves the plan, to be read by ecs.load_plan. The file is readable to its owner only.
---@param path string
---@return boolean|nil
---@return ecs_service.Error|nil
function Plan:save(path)
  if type(path) ~= "string" or path == "" then error("plan:save takes a path", 2) end
  local document = { format = FORMAT, version = VERSION, tool = require "ecs_service.version" }
  for _, field in ipairs(FIELDS) do document[field] = self[field] end
  document.changes = whole(self.changes)
  local written, message = core.system.write_file(path, core.json(document, 2) .. "\n")
  if written then return true end
  return nil, errors.new { code = "PlanNotWritten", message = ("the plan cannot be saved: %s"):format(message) }
end

-- What the script is run with once more; of secret values nothing.
local function plain_variables(list)
  local plain = {}
  for i, one in ipairs(list or {}) do plain[i] = { name = one.name, type = one.type, value = one.value } end
  return #plain > 0 and plain or nil
end

-- What a person decides by; not what only counts or forecasts.
local DECIDED = { "address", "action", "before", "after", "actual", "config", "replace_paths", "deposed", "begun",
  "resume", "forces", "carried", "unknown", "kind", "runs", "revisions", "adopt", "running", "lists",
  "declared", "digest", "mode" }
planned.DECIDED = DECIDED

--- A digest of what the plan would do and of what it was made from: the same for two plans that do the same to the same
--- state. Whoever was shown a plan confirms it by its digest, and `approve` of apply compares it with the plan that is
--- made under the lock.
---@return string 64 hexadecimal digits
function Plan:digest()
  local changes = {}
  for i, change in ipairs(whole(self.changes)) do
    changes[i] = {}
    for _, key in ipairs(DECIDED) do changes[i][key] = change[key] end
  end
  return core.system.sha256(core.json { changes = changes, serial = self.serial, lineage = self.lineage,
    region = self.region, script = self.script, variables = plain_variables(self.variables),
    destroy = self.options.destroy, refresh_only = self.options.refresh_only })
end

local LEAST_DIGITS = 12

--- What is wrong with a digest that a plan is to have; nil when it has it.
---@param digest string|nil 64 hexadecimal digits, or the first of them
---@param plan? ecs_service.Plan
---@return ecs_service.Error|nil codes WrongOption, PlanChanged
function planned.digest_problem(digest, plan)
  if not digest then return nil end
  if #digest < LEAST_DIGITS or #digest > 64 or not digest:find "^%x+$" then
    return errors.new { code = "WrongOption", path = "digest",
      message = ("a plan's digest is 64 hexadecimal digits, or the first %d of them or more"):format(LEAST_DIGITS) }
  end
  local own = plan and plan:digest()
  if not own or own:sub(1, #digest) == digest:lower() then return nil end
  return errors.new { code = "PlanChanged", digest = own,
    message = ("this is another plan than the one with the digest %s: it has %s"):format(digest, own),
    hint = "look at this plan, and give its digest if that is what is to be done" }
end

-- What this version knows to do. A file that says anything else is refused as a whole.
local ACTIONS = tables.set(verbs.names(verbs.ACTIONS, "saved"))
-- Whose actions those are that not every kind has.
local MADE = { service = true, schedule = true, scaling = true }
local BELONGS = { register = { task_definition = true }, deregister = { task_definition = true }, run = { task = true },
  create = MADE, replace = MADE, delete = MADE }
local KINDS = { service = true, task_definition = true, task = true, schedule = true, scaling = true }
local TEXTS = { of = "name", optional = true }
local DIFFERENCES = { of = { path = "text" }, optional = true }

local BREAKER = { threshold = "whole?", rollback = "boolean?", optional = true }
local STRATEGY = { name = "name", least_seconds = "whole?", timeout_seconds = "whole?", stages = TEXTS,
  pauses = { of = { stage = "name", seconds = "whole?", action = "name?" }, optional = true },
  shifts = { of = "number", optional = true }, optional = true }
local CHECKS = { of = { shown = "text", times = "whole", within = "number", stage = "text?" }, optional = true }
local FORECAST = { checks = CHECKS, on_failed_check = "name?",
  starts = "boolean?", why = TEXTS, tasks = { before = "whole", after = "whole", optional = true },
  running = { fewest = "whole", most = "whole", optional = true }, steps = "whole?", circuit_breaker = BREAKER,
  alarms = { count = "whole", rollback = "boolean?", optional = true }, grace_period = "whole?",
  percents = { minimum = "whole?", optional = true }, daemon = "boolean?", because = "text?",
  downtime = { seconds = "whole?", optional = true }, strategy = STRATEGY, autoscaling = { min_capacity = "whole",
    max_capacity = "whole", most = "whole?", optional = true }, optional = true }

local FORM = {
  version = "whole", serial = "whole", lineage = "text?", account = "text?", region = "name?", partition = "text?",
  state = "text?", script = "text?", settled = TEXTS, options = { target = TEXTS, exclude = TEXTS, refresh = "boolean?",
    destroy = "boolean?", refresh_only = "boolean?", image = { each = "name", optional = true } },
  claims = { of = { name = "name", address = "name?" }, optional = true },
  variables = { of = { name = "name", type = "name", secret = "boolean?", salt = "text?", digest = "text?" },
    optional = true },
  warnings = { of = { code = "text?", message = "text", hint = "text?", path = "text?", address = "text?",
    service = "text?", severity = "text?",
    services = TEXTS }, optional = true },
  changes = { of = { address = "name", action = { one = ACTIONS },
    kind = { one = KINDS, optional = true }, runs = "name?",
    mode = "name?", digest = "text?", declared = "text?", command = TEXTS, count = "whole?", task_definition = "text?",
    stands_before = TEXTS, stands_after = TEXTS, revisions = TEXTS, foreign = TEXTS,
    running = "boolean?", lists = "text?", predicted = "text?",
    kept = DIFFERENCES, set_tags = "map?",
    drop_tags = TEXTS, service = "text?", cluster = "text?", reason = "text?",
    before = "map?", after = "map?", actual = "map?", config = "map?", found = "text?", primary = "text?",
    newest = "text?", deposed = "name?", begun = "name?",
    diff = DIFFERENCES, drift = DIFFERENCES, replace_paths = TEXTS, changed = TEXTS, removed = TEXTS, left = TEXTS,
    carried = { of = "text", optional = true }, unknown = "map?", deployment = FORECAST, steps = "text?" } },
}

--- What a saved plan is made of, and what it says that it is.
planned.FORM, planned.FORMAT = FORM, FORMAT

local function damaged(path, why, member)
  return nil, errors.new { code = "PlanCorrupt", member = member,
    message = ("%s is not a plan of this tool: %s"):format(path, why),
    hint = "make one with plan:save(path), or ecs-service plan --out" }
end

--- Reads a plan that was saved.
---@param path string
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil codes PlanUnreadable, PlanCorrupt, PlanNewer
function planned.load(path)
  local text, message = core.system.read_file(path)
  if text then return planned.read(text, path) end
  return nil, errors.new { code = "PlanUnreadable", message = ("the plan cannot be read: %s"):format(message) }
end

--- The plan in a text that was read.
---@param text string
---@param path string as messages call it
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil codes PlanCorrupt, PlanNewer
function planned.read(text, path)
  local document, problem = core.read_json(text)
  if type(document) ~= "table" then return damaged(path, problem or "it is no JSON object") end
  if document.format ~= FORMAT then return damaged(path, "it does not say that it is one") end
  if type(document.version) == "number" and document.version > VERSION then
    return nil, errors.new { code = "PlanNewer", hint = "apply it with the version that made it, or plan again",
      message = ("%s was made by ecs-service %s, whose plans this version does not know"):format(path,
        tostring(document.tool)) }
  end
  local wrong = shape.problem(document, FORM)
  if wrong then return damaged(path, shape.why(wrong), wrong) end
  local seen = {}
  for _, change in ipairs(document.changes) do
    -- A task definition that was renamed is registered under one name, and deregistered under the other.
    local key = ("%s %s %s"):format(change.kind or "service", change.address,
      change.kind == "task_definition" and change.action == "deregister" and "-" or "")
    if seen[key] then return damaged(path, "an address stands there twice") end
    seen[key] = true
    if BELONGS[change.action] and not BELONGS[change.action][change.kind or "service"] then
      return damaged(path, ("there is no %s of a %s"):format(change.action, change.kind or "service"))
    end
    change.kind = change.kind or "service"
    change.under_way = nil -- was so when the plan was made
  end
  local fields = { path = path }
  for _, field in ipairs(FIELDS) do fields[field] = document[field] end
  return planned.new(fields)
end

return planned
