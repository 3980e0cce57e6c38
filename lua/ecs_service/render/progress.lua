--- Progress for programs: what `ecs.progress` answers. The command has its own streams, and asks the display itself.
local core = require "ecs_service.core"
local display = require "ecs_service.render.progress_display"
local style = require "ecs_service.render.style"
local tables = require "ecs_service.util.tables"

local progress = {}

-- What standard error is: a terminal that can draw lines again, one that cannot, or none.
local function of_standard_error()
  if not core.system.isatty(2) then return { color = style.wants_color(false) } end
  return {
    terminal = os.getenv "TERM" ~= "dumb",
    color = style.wants_color(true),
    width = function() return core.system.terminal_columns(2) end,
    height = function() return core.system.terminal_rows(2) end,
  }
end

--- Functions for the options of one run after the other: `on_event`, and `tick` for `interrupted`.
---@param given ecs_service.ProgressOptions
---@return ecs_service.Progress
function progress.new(given)
  local view = display.new(tables.merge(given.write and {} or of_standard_error(), given))
  return {
    on_event = function(event) view:event(event) end,
    tick = function()
      view:tick(core.system.monotonic())
      return false
    end,
    finish = function() view:finish() end,
  }
end

return progress
