--- What the state has kept of a failure, as lines of text.
local kept_failure = {}

local function ended(container, task)
  local parts = { container.name or "?" }
  if container.image then parts[#parts + 1] = "of " .. container.image end
  if container.exit_code then parts[#parts + 1] = ("exited with %d"):format(container.exit_code) end
  local reason = container.reason or not container.exit_code and task.stopped_reason
  local text = table.concat(parts, " ")
  return reason and text .. ": " .. reason or text
end

--- How the tasks ended.
---@param why table of failure_box.lua
---@return string[]
function kept_failure.tasks(why)
  local list = {}
  for _, task in ipairs(why.tasks or {}) do
    list[#list + 1] = ("%s %s%s"):format((task.task or "a task"):match "[^/]*$",
      task.stop_code or task.status or "stopped",
      task.stopped_reason and ": " .. task.stopped_reason or "")
    for _, container in ipairs(task.containers or {}) do list[#list + 1] = "  " .. ended(container, task) end
  end
  return list
end

--- All of it.
---@param why table
---@return string[]
function kept_failure.lines(why)
  local list = {}
  for _, cause in ipairs(why.causes or {}) do list[#list + 1] = "why: " .. (cause.summary or cause.code or "?") end
  if #list == 0 and why.message then list[1] = why.message end
  for _, text in ipairs(kept_failure.tasks(why)) do list[#list + 1] = text end
  for _, line in ipairs(why.logs or {}) do list[#list + 1] = ("%s  %s"):format(line.container or "", line.text) end
  if why.logs_note then list[#list + 1] = why.logs_note end
  return list
end

return kept_failure
