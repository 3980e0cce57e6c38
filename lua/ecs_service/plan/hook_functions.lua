--- Functions of Lua as lifecycle hooks: ECS is told of a pause, and whoever follows the deployment calls the function
--- and decides by what it answers. The function itself never goes further than the declaration at hand.
local hook_functions = {}

local BLOCK, HOOK = "deployment_configuration", "lifecycle_hook"
--- The member as it is documented: where it stands, its type, what it is.
hook_functions.MEMBER = { within = BLOCK .. "." .. HOOK, name = "run",
  type = "fun(ctx: ecs_service.HookContext): boolean|nil, string|nil",
  doc = "In Lua only: a function that the run that follows the deployment calls at the pause. `true` lets the "
    .. "deployment go on; `false, \"why\"`, nil and an error roll it back. ECS is told of a PAUSE that rolls back when "
    .. "its time is over." }

local PATTERN = "^" .. BLOCK .. "%[?%d*%]?%." .. HOOK .. "%[?%d*%]?%.run$"
-- What a hook has that ECS calls.
local OF_LAMBDA = { "hook_target_arn", "role_arn", "hook_details" }

--- Whether that is where such a function may stand.
---@param path string
---@return boolean
function hook_functions.stands_at(path) return path:find(PATTERN) ~= nil end

--- Whether that is another member of a hook.
---@param path string
---@return boolean
function hook_functions.is_beside(path) return path:find("^" .. BLOCK .. "%[?%d*%]?%." .. HOOK .. "[%[%.]") ~= nil end

-- Each element of what is one table or a list of them, with its path.
local function each(value, path)
  if type(value) ~= "table" then return function() end end
  if value[1] == nil then
    local done = false
    return function()
      if done then return nil end
      done = true
      return value, path
    end
  end
  local i = 0
  return function()
    i = i + 1
    if type(value[i]) == "table" then return value[i], ("%s[%d]"):format(path, i) end
  end
end

local function stages_of(hook)
  local stages = hook.lifecycle_stages
  if type(stages) == "string" then return { stages } end
  return type(stages) == "table" and stages or {}
end

-- What ECS is told: if nobody calls the function in time, the deployment goes back.
local function pause(hook, path, refuse)
  for _, name in ipairs(OF_LAMBDA) do
    if hook[name] ~= nil then
      refuse(path .. "." .. name, "run is a function of Lua, which the run that follows calls; ECS calls nothing",
        ("remove %s, or run"):format(name))
      hook[name] = nil
    end
  end
  if hook.target_type ~= nil and hook.target_type ~= "PAUSE" then
    refuse(path .. ".target_type", "a function of Lua is called while ECS pauses", "remove target_type, or run")
  end
  hook.target_type = "PAUSE"
  if hook.timeout_configuration == nil then hook.timeout_configuration = {} end
  for timeout, where in each(hook.timeout_configuration, path .. ".timeout_configuration") do
    if timeout.action ~= nil and timeout.action ~= "ROLLBACK" then
      refuse(where .. ".action", "a deployment whose function nobody has called would go on",
        'remove action: it is "ROLLBACK"')
    end
    timeout.action = "ROLLBACK"
  end
end

-- ECS tells at which stage it waits, and not for which of several pauses.
local function one_for_each_stage(hooks, refuse)
  local first = {}
  for _, one in ipairs(hooks) do
    for i, stage in ipairs(stages_of(one.hook)) do
      local other = first[stage]
      if other and other ~= one and (one.run or other.run) then
        refuse(("%s.lifecycle_stages[%d]"):format(one.path, i),
          ("%s pauses at %s already, and ECS does not tell which pause waits"):format(other.path, tostring(stage)),
          "let one function do both")
      end
      first[stage] = other or one
    end
  end
end

--- Makes pauses of the hooks of a declaration that functions answer.
---@param config table the declaration without the functions; changed
---@param found table<string, function> by their paths
---@param refuse fun(path: string, message: string, hint: string)
---@return table<string, function> answers by stage
function hook_functions.place(config, found, refuse)
  local hooks, answers = {}, {}
  for block, path in each(config[BLOCK], BLOCK) do
    for hook, where in each(block[HOOK], path .. "." .. HOOK) do
      local run = found[where .. ".run"]
      if run or hook.target_type == "PAUSE" then hooks[#hooks + 1] = { hook = hook, path = where, run = run } end
      if run then
        pause(hook, where, refuse)
        for _, stage in ipairs(stages_of(hook)) do answers[stage] = run end
      end
    end
  end
  one_for_each_stage(hooks, refuse)
  return answers
end

--- Whether a declaration has ECS pause at a stage.
---@param config table without the functions
---@param stage string
---@return boolean
function hook_functions.pauses_at(config, stage)
  for block in each(config[BLOCK], BLOCK) do
    for hook in each(block[HOOK], HOOK) do
      for _, one in ipairs(hook.target_type == "PAUSE" and stages_of(hook) or {}) do
        if one == stage then return true end
      end
    end
  end
  return false
end

--- The stages at which functions are asked, in the order of their names; nil: there are none.
---@param handle table|nil what a declaration gave
---@return string[]|nil
function hook_functions.stages(handle)
  local list = {}
  for stage in pairs(handle and handle.answers or {}) do list[#list + 1] = stage end
  table.sort(list)
  return list[1] and list or nil
end

--- The warning that nobody follows a deployment, and so nobody calls them; nil: there are none.
---@param handle table|nil
---@return table|nil
function hook_functions.unfollowed(handle)
  local stages = hook_functions.stages(handle)
  if not stages then return nil end
  return { code = "HookUnanswered", severity = "warning", address = handle.address, service = handle.address,
    path = BLOCK .. "." .. HOOK,
    message = ("this run does not follow the deployment to its end: nobody calls the function at %s, and ECS rolls "
      .. "back when its time is over"):format(table.concat(stages, ", ")),
    hint = "set wait_for_steady_state = true, or wait for it afterwards: the next wait or apply calls the function" }
end

-- What a run waits for that follows a deployment to its end, or to people who decide.
local TO_THE_END = { steady = true, paused = true }

--- Whether a run that waits follows deployments to their end.
---@param opts table checked options: until
---@return boolean
function hook_functions.follows(opts) return TO_THE_END[opts["until"] or "steady"] == true end

-- That nobody declares a strategy, and the service's is to roll; a declared one was warned of when it was validated.
local function rolling(handle)
  for block in each(handle.config[BLOCK], BLOCK) do
    if block.strategy ~= nil then return nil end
  end
  return { code = "HookUnanswered", severity = "warning", address = handle.address, service = handle.address,
    path = BLOCK .. "." .. HOOK, message = "a rolling deployment has no stages, and nobody calls the function",
    hint = 'set strategy = "BLUE_GREEN", "LINEAR" or "CANARY"' }
end

--- The same of the deployment that a change starts; nil: it starts none with such hooks, or somebody follows it.
---@param handle table|nil
---@param change table
---@param waits boolean whether it is followed
---@return table|nil
function hook_functions.warning(handle, change, waits)
  local starts = change.action == "create" or change.action == "replace" or (change.deployment or {}).starts
  local strategy = ((change.after or {}).deployment_configuration or {}).strategy
  if not (starts and handle and handle.answers) then return nil end
  if strategy == nil or strategy == "ROLLING" then return rolling(handle) end
  return not waits and hook_functions.unfollowed(handle) or nil
end

return hook_functions
