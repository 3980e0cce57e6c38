--- The stacks that may be deployed: scripts as `ecs-service plan` takes them, in the folder stacks/ beside nginx.conf.
--- A script that has changed counts from the next plan on, without a reload.
local answer = require "deploy.answer"

local stacks = {
  names = {},
  -- false: what containers wrote is read for nobody.
  logs = true,
}

local loaded = {}

local function read(path)
  local file = io.open(path)
  if not file then return nil end
  local text = file:read "*a"
  file:close()
  return text
end

local function is_known(name)
  for _, known in ipairs(stacks.names) do
    if name == known then return true end
  end
end

--- The stack of a name: the same one for as long as its script stays the same.
---@param name string
---@return ecs_service.Stack|nil
---@return ecs_service.Error|nil codes NoStack, BadScript
function stacks.get(name)
  local path = is_known(name) and ngx.config.prefix() .. "stacks/" .. name .. ".lua"
  local text = path and read(path)
  if not text then return nil, answer.error("NoStack", ("there is no stack %s"):format(name)) end
  local known = loaded[name]
  if known and known.text == text then return known.stack end
  local run, problem = loadstring(text, "@stacks/" .. name .. ".lua")
  local ok, stack = true, nil
  if run then ok, stack = pcall(run) end
  if not ok then problem = stack end
  if not run or not ok or type(stack) ~= "table" then
    return nil, answer.error("BadScript", ("the script of %s does not work: %s"):format(name,
      tostring(problem or "it returns no stack")))
  end
  loaded[name] = { text = text, stack = stack }
  return stack
end

local function wants_logs(opts) return stacks.logs and opts.logs ~= false end

local function rows_of(change)
  local rows = {}
  for _, entry in ipairs(change.diff or {}) do
    -- What AWS chooses for a new service tells nobody anything.
    if not (entry.known_after_apply and change.action == "create") then
      local row = { path = entry.path, before = entry.before, after = entry.after, sensitive = entry.sensitive,
        known_after_apply = entry.known_after_apply, replaces = entry.forces_replacement,
        deploys = entry.starts_deployment }
      if entry.sensitive then row.before, row.after = nil, nil end
      rows[#rows + 1] = row
    end
  end
  return rows
end

--- What a person looks at before confirming.
---@param name string
---@return table|nil { digest, empty, summary, changes, warnings, text }
---@return ecs_service.Error|nil
function stacks.plan(name)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local plan
  plan, err = stack:plan { lock_timeout = 10 }
  if not plan then return nil, err end
  local told = plan:to_table()
  local document = { digest = told.digest, empty = told.empty, summary = told.summary, changes = {}, warnings = {},
    text = plan:render() }
  for _, change in ipairs(told.changes) do
    if change.action ~= "no-op" then
      table.insert(document.changes, { address = change.kind == "service" and change.address
          or change.kind .. "." .. change.address, action = change.action, service = change.service,
        cluster = change.cluster, command = change.command and table.concat(change.command, " "),
        reason = change.reason, deploys = change.deployment and change.deployment.starts, rollout = change.rollout,
        rows = rows_of(change) })
    end
  end
  for i, warning in ipairs(told.warnings) do
    document.warnings[i] = { path = warning.path, message = warning.message, hint = warning.hint }
  end
  return document
end

--- Applies what was confirmed: the plan is made anew under the lock, and has to be the one that was shown.
---@param name string
---@param digest string
---@param opts table on_event, interrupted, logs
---@return table|nil result
---@return ecs_service.Error|nil also PlanChanged
function stacks.apply(name, digest, opts)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local result
  result, err = stack:apply { lock_timeout = 10, on_event = opts.on_event, interrupted = opts.interrupted,
    logs = wants_logs(opts), approve = function(plan) return plan:digest() == digest end }
  if err and err.code == "NotApproved" then
    err = answer.error("PlanChanged", "what would be done is not what was confirmed; nothing was changed",
      "plan again and look at the new plan")
  end
  return result, err
end

--- The address of a task that the script of a stack declares.
---@param name string
---@param task any "migrate", "task.migrate"
---@return string|nil
---@return ecs_service.Error|nil also NotDeclared
function stacks.task(name, task)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local tasks = stack.tasks or {}
  local address = type(task) == "string" and task:gsub("^task%.", "") or nil
  if address and tasks[address] then return address end
  local known = {}
  for one in pairs(tasks) do known[#known + 1] = one end
  table.sort(known)
  return nil, answer.error("NotDeclared", ("%s declares no such task"):format(name),
    #known > 0 and "its tasks: " .. table.concat(known, ", ") or "declare it: stack:task")
end

--- Runs it as it is declared, whatever is recorded of it.
---@param name string
---@param address string of stacks.task
---@param opts table on_event, on_log, interrupted, logs
---@return table|nil result
---@return ecs_service.Error|nil
function stacks.run(name, address, opts)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local logs = wants_logs(opts)
  return stack:run("task." .. address, { on_event = opts.on_event, on_log = logs and opts.on_log or nil,
    logs = logs, interrupted = opts.interrupted })
end

return stacks
