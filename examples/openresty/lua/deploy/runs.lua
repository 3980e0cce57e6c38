--- Runs of apply, told on the board while they go: what the dashboard shows of them, whoever began them.
local answer = require "deploy.answer"
local board = require "deploy.board"
local ecs = require "ecs_service"
local openresty = require "ecs_service.openresty"
local stacks = require "deploy.stacks"
local written = require "deploy.written"

local runs = {}

-- A run tells something at least every half a minute; one that is silent for so many seconds has lost its process.
local SILENCE = 120
-- How long the end of a run stays on the board.
local KEPT = 24 * 3600
-- Lines of a run that are shown.
local LINES = 100
-- The page is told no more often of what a task writes, in seconds.
local PAUSE = 0.5

local function key(name) return "run " .. name end

local function now() return openresty.scheduler:now() end

local function is_running(name, latest)
  return nil, answer.error("Running", ("%s of %s is running, begun by %s"):format(latest and latest.task
    and "the task " .. latest.task or "an apply", name, latest and latest.by or "somebody else"))
end

local function begin(name, by, task)
  local latest = board:get(key(name))
  if latest and latest.state == "running" then return is_running(name, latest) end
  -- Of several that come at the same moment, in any worker, one follows the latest run.
  local first, full = board:once(("after %s %s"):format(name, latest and latest.id or "none"), SILENCE / 2)
  if full then return nil, full end
  if not first then return is_running(name) end
  local run = { id = openresty.random(), state = "running", by = by, task = task, began = now(), lines = {} }
  local put, err = board:put(key(name), run, SILENCE)
  if not put then return nil, err end
  return run
end

local function told(service, cause)
  return { service = service, summary = cause.summary, meaning = cause.meaning, hint = cause.hint }
end

local function add_line(run, at, text)
  table.insert(run.lines, { at = at, text = written.cut(text) })
  if #run.lines > LINES then table.remove(run.lines, 1) end
end

local function listener(name, run)
  local at
  local progress = ecs.progress { unicode = true, time = false, write = function(text)
    for line in text:gmatch "[^\n]+" do add_line(run, at, line) end
  end }
  return function(event)
    at = event.at
    progress.on_event(event)
    -- What has failed is known before the run has ended: others of it go on.
    if event.type == "done" and event.ok == false then
      run.failures = run.failures or {}
      table.insert(run.failures, { service = event.address, message = event.error and tostring(event.error.message) })
    end
    if event.type == "failing" then
      run.causes = run.causes or {}
      table.insert(run.causes, told(event.address, event.cause))
    end
    board:put(key(name), run, SILENCE)
  end
end

local function causes_of(err)
  local list = {}
  for _, one in ipairs(err.errors or { err }) do
    for _, cause in ipairs(one.evidence and one.evidence.causes or {}) do
      table.insert(list, told(one.service, cause))
    end
  end
  return list
end

local function finish(name, run, result, err)
  run.ended = now()
  if result then
    run.state, run.summary, run.causes = "done", result.summary, nil
    run.exit_code = result.exit_code
  else
    run.state, run.error, run.causes, run.written = "failed", err:to_table(), causes_of(err), written.of(err)
    for _, member in ipairs { "evidence", "result", "errors", "logs", "containers", "tasks" } do
      run.error[member] = nil -- the page shows less
    end
  end
  board:put(key(name), run, KEPT)
end

-- What may break off, told on the board when it has ended.
local function carry_out(name, run, work, ...)
  local ok, result, err = pcall(work, ...)
  if not ok then
    ngx.log(ngx.ERR, tostring(result))
    result, err = nil, answer.error("Failed", "the run broke off; see nginx's error log")
  end
  finish(name, run, result, err)
  return result, err
end

local function apply(name, run, digest, opts)
  local result, err = carry_out(name, run, stacks.apply, name, digest, { on_event = listener(name, run),
    interrupted = opts.interrupted, logs = opts.logs })
  return result and { id = run.id, summary = result.summary, serial = result.serial }, err
end

--- Applies now, and answers when it has ended. Options: interrupted, logs (false: not what containers wrote).
function runs.now(name, digest, by, opts)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local run
  run, err = begin(name, by)
  if not run then return nil, err end
  return apply(name, run, digest, opts)
end

--- Begins to apply, and goes on when the request has ended.
function runs.later(name, digest, by)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local run, begun
  run, err = begin(name, by)
  if not run then return nil, err end
  begun, err = openresty.spawn(apply, name, run, digest, {})
  if not begun then
    finish(name, run, nil, err)
    return nil, err
  end
  return { id = run.id }
end

-- What a task does and writes, for whoever asked for it, and for the page: on_event, on_log, and a sign of life.
local function task_listeners(name, run, tell)
  local put = now()
  local function show(pause)
    if now() - put < pause then return end
    put = now()
    board:put(key(name), run, SILENCE)
  end
  return function(event)
    if event.error then event.error = answer.told(event.error) end
    tell(event)
    if event.status then add_line(run, event.at, ("the task %s: %s"):format(event.task, event.status)) end
    show(0)
  end, function(line)
    tell { type = "log", at = line.at, container = line.container, task = line.task, text = line.text }
    add_line(run, line.at, ("%s  %s"):format(line.container, line.text))
    show(PAUSE)
  end, function() show(SILENCE / 4) end
end

--- Runs a declared task now, and answers when it has ended. Options: those of `now`, and tell, which hears what happens
--- as documents: the events of stack:run, and what the task writes as { type = "log", … }.
function runs.task(name, task, by, opts)
  local address, err = stacks.task(name, task)
  if not address then return nil, err end
  local run
  run, err = begin(name, by, address)
  if not run then return nil, err end
  local on_event, on_log, lives = task_listeners(name, run, opts.tell)
  return carry_out(name, run, stacks.run, name, address, { logs = opts.logs, on_event = on_event, on_log = on_log,
    interrupted = function()
      lives()
      return opts.interrupted ~= nil and opts.interrupted()
    end })
end

--- The latest run of a stack, or nil.
function runs.latest(name) return board:get(key(name)) end

return runs
