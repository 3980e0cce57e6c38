--- Runs of apply, told on the board while they go: what the dashboard shows of them, whoever began them.
local answer = require "deploy.answer"
local board = require "deploy.board"
local ecs = require "ecs_service"
local openresty = require "ecs_service.openresty"
local stacks = require "deploy.stacks"

local runs = {}

-- A run tells something at least every half a minute; one that is silent for so many seconds has lost its process.
local SILENCE = 120
-- How long the end of a run stays on the board.
local KEPT = 24 * 3600
-- Lines of a run that are shown.
local LINES = 100

local function key(name) return "run " .. name end

local function now() return openresty.scheduler:now() end

local function begin(name, by)
  local latest = board:get(key(name))
  -- Of several that come at the same moment, in any worker, one follows the latest run.
  local first, full = board:once(("after %s %s"):format(name, latest and latest.id or "none"), SILENCE / 2)
  if full then return nil, full end
  if latest and latest.state == "running" or not first then
    return nil, answer.error("Running", ("an apply of %s is running, begun by %s"):format(name,
      latest and latest.by or "somebody else"))
  end
  local run = { id = openresty.random(), state = "running", by = by, began = now(), lines = {} }
  local put, err = board:put(key(name), run, SILENCE)
  if not put then return nil, err end
  return run
end

local function told(service, cause)
  return { service = service, summary = cause.summary, meaning = cause.meaning, hint = cause.hint }
end

local function listener(name, run)
  local at
  local progress = ecs.progress { unicode = true, time = false, write = function(text)
    for line in text:gmatch "[^\n]+" do
      table.insert(run.lines, { at = at, text = line })
      if #run.lines > LINES then table.remove(run.lines, 1) end
    end
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
  else
    run.state, run.error, run.causes = "failed", err:to_table(), causes_of(err)
    run.error.evidence, run.error.result = nil, nil -- the page shows less
  end
  board:put(key(name), run, KEPT)
end

local function carry_out(name, run, digest, interrupted)
  local ok, result, err = pcall(stacks.apply, name, digest, { on_event = listener(name, run),
    interrupted = interrupted })
  if not ok then
    ngx.log(ngx.ERR, tostring(result))
    result, err = nil, answer.error("Failed", "the run broke off; see nginx's error log")
  end
  finish(name, run, result, err)
  return result and { id = run.id, summary = result.summary, serial = result.serial }, err
end

--- Applies now, and answers when it has ended.
function runs.now(name, digest, by, interrupted)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local run
  run, err = begin(name, by)
  if not run then return nil, err end
  return carry_out(name, run, digest, interrupted)
end

--- Begins to apply, and goes on when the request has ended.
function runs.later(name, digest, by)
  local stack, err = stacks.get(name)
  if not stack then return nil, err end
  local run, begun
  run, err = begin(name, by)
  if not run then return nil, err end
  begun, err = openresty.spawn(carry_out, name, run, digest)
  if not begun then
    finish(name, run, nil, err)
    return nil, err
  end
  return { id = run.id }
end

--- The latest run of a stack, or nil.
function runs.latest(name) return board:get(key(name)) end

return runs
