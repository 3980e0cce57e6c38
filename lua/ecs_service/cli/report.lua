--- How commands tell errors and progress.
local core = require "ecs_service.core"
local json = require "ecs_service.render.json"
local live = require "ecs_service.render.live"
local text = require "ecs_service.render.text"

local report = {}

--- Shows an error (as JSON on standard output too, when JSON was asked for) and answers the exit code.
---@param ctx table a terminal
---@param err any
---@param args? table parsed arguments
---@param more? table further members of the JSON
---@return integer
function report.failure(ctx, err, args, more)
  args = args or {}
  if args.json then
    local document = { type = "result", ok = false, error = json.error_document(err) }
    for key, member in pairs(more or {}) do document[key] = member end
    ctx:out(core.json(document))
  end
  local options = ctx:err_style()
  options.file = args.file or "services.lua"
  ctx:say(text.error(err, options))
  return 1
end

--- What shows the events of a run: lines of JSON on standard output, or progress on standard error.
---@param ctx table
---@param args table parsed arguments
---@return { event: fun(event: table), finish: fun(), tick: fun() }
function report.progress(ctx, args)
  if args.json then
    return {
      event = function(event)
        local document = json.plain(event)
        document.type = event.type
        ctx:out(core.json(document))
      end,
      finish = function() end,
      tick = function() end,
    }
  end
  local options = ctx:err_style()
  local view = live.new {
    terminal = ctx.isatty(2),
    width = function() return ctx.isatty(2) and ctx.columns(2) or nil end,
    height = function() return ctx.isatty(2) and ctx.rows(2) or nil end,
    color = options.color, unicode = options.unicode,
    write = function(piece)
      ctx.stderr:write(piece)
      if ctx.stderr.flush then ctx.stderr:flush() end
    end,
  }
  return {
    event = function(event) view:event(event) end,
    finish = function() view:finish() end,
    tick = function() view:tick(core.system.monotonic()) end,
  }
end

--- Runs something that tells progress and can be interrupted: the first Ctrl-C lets what is in flight end, the second
--- ends the process. The display is ended whatever happens.
---@param ctx table
---@param args table
---@param opts table gets on_event and interrupted
---@param run fun(opts: table): any, any
---@return any, any
function report.with_progress(ctx, args, opts, run)
  local progress = report.progress(ctx, args)
  local said = false
  core.system.catch_interrupt()
  opts.on_event = progress.event
  -- Asked several times a second, and so also where time passing is noticed.
  opts.interrupted = function()
    progress.tick()
    local stop = core.system.interrupted()
    if stop and not said then
      said = true
      progress.finish()
      ctx:say("interrupted: finishing what is in flight; once more ends at once")
    end
    return stop
  end
  local results = { pcall(run, opts) }
  progress.finish()
  if not results[1] then error(results[2], 0) end
  return results[2], results[3]
end

return report
