--- Warnings: which are told, which are silenced, and when they stop a plan. What a declaration can be warned of is a
--- table of the core (service/warnings.c), what a run can meet the one below; docs/warnings.md lists both.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local nearest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local warnings = {}

--- Warnings that no declaration makes. `strict = false`: they say what a verb is for, and never stop it.
warnings.OF_RUNS = {
  { code = "AutoScalingUnknown", path = "", strict = false, about = "Application Auto Scaling was not asked, or did "
      .. "not answer: the plan does not know whose counts it holds. Told once for all services; never an error.",
    fix = "allow application-autoscaling:DescribeScalableTargets, or ecs.stack { autoscaling = false }" },
  { code = "BegunAlready", path = "", about = "A run of the same verb that was cut short had started its deployment; "
      .. "it is followed, and no other one is started. Of rollback and redeploy.",
    fix = "run the verb once more when that has ended, if another deployment is wanted" },
  { code = "CallbackFailed", path = "", about = "`on_event` raised; the run went on without it.",
    fix = "correct the function" },
  { code = "DeclarationDiffers", path = "", strict = false,
    about = "The declaration still says what it said: the next apply changes it back. Of rollback, redeploy, scale, "
      .. "and images that are given for one run; never an error, it is what they do.",
    fix = "change the declaration too, leave the image to what runs (`ecs.running`), or name the argument in "
      .. "lifecycle.ignore_changes" },
  { code = "FailedBefore", path = "", about = "The change deploys again what was deployed before and did not succeed: "
      .. "it failed, was rolled back, superseded, or not steady in time.",
    fix = "mend the cause first; the record has the reason (`ecs-service state show ADDRESS`)" },
  { code = "HookUnanswered", path = "deployment_configuration.lifecycle_hook", about = "A deployment is started that "
      .. "functions of the script are to decide about (`run` of a lifecycle hook), and this run does not follow it; or "
      .. "deployments of the service roll, which have no stages.",
    fix = "wait_for_steady_state = true, or wait for it afterwards (`ecs-service wait`); another strategy" },
  { code = "JournalRefused", path = "", about = "No journal can be kept beside the state: each moment of the run "
      .. "writes the whole state, which costs more the larger it is.",
    fix = "allow it as the hint says (docs/state.md)" },
  { code = "KeepsOne", path = "keep", about = "A task definition has `keep = 1`: after a deployment no ACTIVE "
      .. "revision is left to roll back to.", fix = "keep = 2 or more" },
  { code = "LockLost", path = "", about = "What was to be done is done and recorded, and somebody had freed the lock "
      .. "of the run meanwhile.", fix = "see who did" },
  { code = "NoSignOfLife", path = "", about = "The run may not say beside the lock of its state that it lives: after "
      .. "three minutes others take it to be dead, and may free its lock.",
    fix = "allow s3:PutObject for KEY.alive (docs/state.md)" },
  { code = "NotUnlocked", path = "", about = "What was to be done is done and recorded, and the lock could not be "
      .. "given back.", fix = "as the hint says; `ecs-service state unlock ID` frees it" },
  { code = "NotChecked", path = "checks", about = "The service has checks, and this run does not wait until its "
      .. "deployment has been completed: nothing is checked.",
    fix = "without `--no-wait`, `wait = false` and `until`" },
  { code = "NoteNotLeft", path = "", about = "A deployment was stopped beside the run that waits for it, and the note "
      .. "that tells that run who did so could not be kept beside the state.",
    fix = "allow s3:GetObject and s3:PutObject for KEY.stopped (docs/state.md)" },
  { code = "OnlyRemembered", path = "", about = "ECS did not tell its service deployments: a rollback goes to the last "
      .. "revision that the state remembers, whatever others have deployed since.",
    fix = "allow ecs:ListServiceDeployments and ecs:DescribeServiceRevisions, or name the revision with `--to`" },
  { code = "RevisionInUse", path = "", about = "A revision was to be deregistered, and a service, a deployment or a "
      .. "task uses it: it stays ACTIVE, and recorded.",
    fix = "nothing: a later run deregisters it when nobody uses it any more" },
  { code = "SensitiveUnknown", path = "sensitive", about = "`sensitive` of a task definition has a name that no "
      .. "container has in its environment or secrets, nor a declared task that runs it: nothing is hidden by it.",
    fix = "correct the name, or take it out" },
  { code = "TaskExcluded", path = "", about = "A task stands before something that this run changes, and the "
      .. "run leaves the task out.",
    fix = "run the task by hand first (`ecs-service run task.NAME`), or take it out of exclude" },
  { code = "Untagged", path = "", about = "A revision of a task definition is registered, and its tags were refused.",
    fix = "allow ecs:TagResource" },
}

--- The codes that can be silenced, with what they mean.
---@return table<string, table> code → { code, path, about, fix, grouped, strict }
---@return string[] codes in alphabetical order
function warnings.known()
  local map, codes = {}, {}
  for _, rows in ipairs { core.warnings("service"), warnings.OF_RUNS } do
    for _, row in ipairs(rows) do map[row.code], codes[#codes + 1] = row, row.code end
  end
  table.sort(codes)
  return map, codes
end

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

--- What is wrong with a list of codes, or nil.
---@param list any
---@param path string the option
---@param what string the call
---@return ecs_service.Error|nil
function warnings.problem_of_codes(list, path, what)
  if type(list) ~= "table" or not tables.length(list) then
    return wrong(path, ("%s: %s is a list of codes, without names and gaps"):format(what, path),
      path .. ' = { "NoCircuitBreaker" }')
  end
  local map, codes = warnings.known()
  for _, code in ipairs(list) do
    if type(code) ~= "string" or not map[code] then
      return wrong(path, ("%s: no warning has the code %s"):format(what, tostring(code)),
        nearest.hint(tostring(code), codes, "codes are"))
    end
  end
end

--- What is wrong with the stack's option `warnings`, or nil.
---@param given table|nil { silence = codes, strict = boolean }
---@return ecs_service.Error|nil
function warnings.problem(given)
  for name, value in pairs(given or {}) do
    if name == "silence" then
      local err = warnings.problem_of_codes(value, "warnings.silence", "ecs.stack")
      if err then return err end
    elseif name ~= "strict" or type(value) ~= "boolean" then
      return wrong("warnings", "ecs.stack: warnings is { silence = { codes }, strict = true or false }")
    end
  end
end

local function silenced(stack, opts)
  local list = {}
  for _, code in ipairs((stack.options.warnings or {}).silence or {}) do list[#list + 1] = code end
  for _, code in ipairs(opts.silence or {}) do list[#list + 1] = code end
  return tables.set(list)
end

--- Adds a warning that a run met, unless its code is silenced.
---@param stack table
---@param list table[]
---@param warning table
---@param opts table checked options of the call: silence
function warnings.add(stack, list, warning, opts)
  if not silenced(stack, opts)[warning.code] then list[#list + 1] = warning end
end

-- One warning in the place of all of its code: it says of which services.
local function add_to_group(groups, warning, out)
  local first = groups[warning.code]
  if first then
    table.insert(first.services, warning.address)
    first.address, first.service = nil, nil
    return
  end
  first = tables.copy(warning)
  first.services = { warning.address }
  groups[warning.code] = first
  out[#out + 1] = first
end

local function key_of(warning)
  return ("%s\0%s"):format(warning.address or warning.service or "", warning.code or "")
end

--- The warnings that a plan tells: without the silenced ones, without what was said of a service before, and some told
--- once for all services.
---@param stack table
---@param list table[]
---@param opts table checked options of the call: silence
---@return table[]
function warnings.told(stack, list, opts)
  local quiet, known, seen, groups, out = silenced(stack, opts), warnings.known(), {}, {}, {}
  for _, warning in ipairs(list) do
    local row = known[warning.code]
    local repeated = row and seen[key_of(warning)]
    seen[key_of(warning)] = true
    if row and row.grouped and not quiet[warning.code] then
      add_to_group(groups, warning, out)
    elseif not quiet[warning.code] and not repeated then
      out[#out + 1] = warning
    end
  end
  return out
end

--- The error for warnings that count as errors, or nil.
---@param stack table
---@param list table[] what warnings.told answered
---@param opts table checked options of the call: strict
---@return ecs_service.Error|nil code Warnings; all of them in err.diagnostics
function warnings.refusal(stack, list, opts)
  local strict = opts.strict
  if strict == nil then strict = (stack.options.warnings or {}).strict end
  if not strict then return nil end
  local known, counted = warnings.known(), {}
  for _, warning in ipairs(list) do
    local row = known[warning.code]
    if not row or row.strict ~= false then counted[#counted + 1] = warning end
  end
  if #counted == 0 then return nil end
  return errors.new { code = "Warnings", diagnostics = counted,
    message = (#counted == 1 and "1 warning counts as an error" or #counted .. " warnings count as errors")
      .. ", nothing was sent",
    hint = "see to what they say, or silence their codes: warnings = { silence = { … } }, --silence CODE" }
end

return warnings
