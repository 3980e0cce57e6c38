--- How commands tell errors and progress.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local exit_codes = lazy "ecs_service.cli.exit_codes"
local traced = require "ecs_service.util.traced"
local text = lazy "ecs_service.render.text"

local report = {}

-- After a signal waits end early, and what was waited for is missing: that is no error of its own. What a run had begun
-- by then is told as it ended.
local function is_interruption(err)
  if type(err) ~= "table" then return core.system.interrupted() end
  if err.result == nil then return err.code == "Interrupted" or core.system.interrupted() end
  for _, one in ipairs(err.errors or { err }) do
    if type(one) ~= "table" or one.code ~= "Interrupted" then return false end
  end
  return true
end

local function interrupted(err)
  if type(err) == "table" and (err.code == "Interrupted" or err.result ~= nil) then return err end
  return errors.new { code = "Interrupted", message = "interrupted" }
end

--- Shows an error (as JSON on standard output too, when JSON was asked for) and answers the exit code.
---@param ctx table a terminal
---@param err any
---@param args? table parsed arguments
---@param more? table further members of the JSON
---@return integer
function report.failure(ctx, err, args, more)
  args = args or {}
  local stopped = is_interruption(err)
  if stopped then err = interrupted(err) end
  local code = (ctx.exit_code or exit_codes.of)(err)
  if args.json then
    local document = { type = "result", ok = false,
      error = require "ecs_service.render.json_documents".error_document(err) }
    for key, member in pairs(more or {}) do document[key] = member end
    ctx:document(document, code)
  end
  local options = ctx:err_style()
  options.file = not args.no_script and (args.file or "services.lua") or nil
  ctx:say(stopped and err.result == nil and "interrupted" or text.error(err, options))
  return code
end

--- The end of a command whose question was answered with no, or by a signal.
---@param ctx table
---@param args table
---@param err ecs_service.Error
---@return integer
function report.not_approved(ctx, args, err)
  ctx:say("Nothing was changed.")
  return core.system.interrupted() and report.failure(ctx, err, args) or 1
end

--- For commands that only look, and tell what they find of each thing by itself: the exit code when a signal came, and
--- what was found is not all.
---@param ctx table
---@param args table
---@return integer|nil
function report.interruption(ctx, args)
  if core.system.interrupted() then return report.failure(ctx, interrupted(nil), args) end
end

--- What shows the events of a run: lines of JSON on standard output, or progress on standard error.
---@param ctx table
---@param args table parsed arguments
---@return { event: fun(event: table), finish: fun(), tick: fun() }
function report.progress(ctx, args)
  if args.json then
    return {
      event = function(event)
        local document = require "ecs_service.render.json_documents".plain(event)
        document.type = event.type
        ctx:out(core.json(document))
      end,
      finish = function() end,
      tick = function() end,
    }
  end
  local options = ctx:err_style()
  local view = require "ecs_service.render.progress_display".new {
    terminal = ctx:redraws(2),
    width = function() return ctx.isatty(2) and ctx.columns(2) or nil end,
    height = function() return ctx.isatty(2) and ctx.rows(2) or nil end,
    total = function() return args.expected end,
    color = options.color, unicode = options.unicode,
    write = function(piece)
      ctx:hush()
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

--- What shows the events of a command that changes nothing: what it waits for before it asks AWS.
---@param ctx table
---@param args table
---@return fun(event: table)
function report.before(ctx, args)
  return function(event)
    if event.type == "earlier_run" and not args.json then
      ctx:say(require("ecs_service.render.progress_model").earlier(event))
    end
  end
end

-- A file to write to piece by piece, its owner's alone, as everything that is written; into a pipe, as it is.
local function begin_file(path)
  local _, kind = core.system.file_mode(path)
  if kind ~= "other" then
    local made, message = core.system.write_file(path, "")
    if not made then return nil, message end
  end
  return io.open(path, "a")
end

-- Writes events into a file, a line of JSON each.
local function record_to(ctx, path)
  if not path then return function() end, function() end end
  local file, message = begin_file(path)
  if not file then
    return nil, errors.new { code = "TimelineNotWritten",
      message = ("the events cannot be recorded: %s"):format(message) }
  end
  local function lost(problem)
    ctx:lose("TimelineNotWritten", ("not all events are recorded in %s: %s"):format(path, tostring(problem)))
  end
  return function(event)
    local document = require "ecs_service.render.json_documents".plain(event)
    local written, problem = file:write(core.json(document), "\n")
    if written then written, problem = file:flush() end
    if not written then lost(problem) end
  end, function()
    local closed, problem = file:close()
    if not closed then lost(problem) end
  end
end

--- Runs something that tells progress and can be interrupted: the first Ctrl-C lets what is in flight end, the second
--- ends the process. The display is ended whatever happens.
---@param ctx table
---@param args table
---@param opts table gets on_event and interrupted
---@param run fun(opts: table): any, any
---@return any, any
function report.with_progress(ctx, args, opts, run)
  local record, close = record_to(ctx, args.timeline)
  if not record then return nil, close end
  local progress = report.progress(ctx, args)
  local said = false
  opts.on_event = function(event)
    record(event)
    progress.event(event)
  end
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
  local results = { traced(run, opts) }
  progress.finish()
  close()
  if not results[1] then error(results[2], 0) end
  return results[2], results[3]
end

return report
