--- The dashboard's side of the server: signing in, the stream of events, plan and apply.
local answer = require "deploy.answer"
local board = require "deploy.board"
local openresty = require "ecs_service.openresty"
local runs = require "deploy.runs"
local session = require "deploy.session"
local stacks = require "deploy.stacks"
local watch = require "deploy.watch"

local dashboard = {}

-- A stream says at least so often that it is there, in seconds.
local BEAT = 10

local function snapshot()
  local list = {}
  for i, name in ipairs(stacks.names) do
    list[i] = watch.known(name)
    list[i].run = runs.latest(name)
  end
  return answer.json { stacks = list }
end

-- Sends the board as it is, and again whenever it has changed.
local function stream(current)
  local gone, sent = openresty.client_gone(), nil
  while not gone() and not openresty.leaving() and os.time() < current.ends do
    watch.seen()
    local version = board:version()
    local text = snapshot()
    ngx.print(text ~= sent and "event: board\ndata: " .. text .. "\n\n" or ": still here\n\n")
    if not ngx.flush(true) then return end
    sent = text
    board:wait(version, BEAT)
  end
end

function dashboard.events()
  local current, err = session.current()
  if not current then return answer.fail(err) end
  ngx.header["Content-Type"] = "text/event-stream"
  ngx.header["Cache-Control"] = "no-store"
  ngx.header["X-Accel-Buffering"] = "no" -- another nginx in front should pass it on at once
  return stream(current)
end

function dashboard.session()
  if ngx.req.get_method() == "GET" then
    local current, err = session.current()
    if not current then return answer.fail(err) end
    return answer.send(200, { token = current.token })
  end
  local body, request = answer.body()
  if not body then return answer.fail(request) end
  if session.is_foreign() then return answer.fail(answer.error("Forbidden", "this comes from another site")) end
  if request.sign_out == true then
    local done, problem = session.forget()
    if not done then return answer.fail(problem) end
    return answer.send(200, {})
  end
  local begun, err = session.begin(request.key)
  if not begun then return answer.fail(err) end
  return answer.send(200, begun)
end

-- What plan and apply share: the session, the name of the stack and the body.
local function changing(work)
  local current, err = session.changing()
  if not current then return answer.fail(err) end
  local body, request = answer.body()
  if not body then return answer.fail(request) end
  local name = ngx.var.uri:match "^/dashboard/%l+/([%w][%w_-]*)$"
  if not name then return answer.fail(answer.error("NotFound", "there is no such stack")) end
  local result
  result, err = work(current, name, request)
  if not result then return answer.fail(err) end
  return answer.send(200, result)
end

function dashboard.plan()
  return changing(function(current, name)
    local plan, err = stacks.plan(name)
    if not plan then return nil, err end
    plan.text = nil
    plan.confirmation = session.confirmation(current, name, plan.digest)
    return plan
  end)
end

-- Who says that it is done by them; everybody who is signed in has the same key.
local function person(by)
  local name = type(by) == "string" and by:gsub("%c", ""):match "^%s*(.-)%s*$" or ""
  return name ~= "" and #name <= 60 and name .. " (dashboard)" or "dashboard"
end

function dashboard.apply()
  return changing(function(current, name, request)
    local confirmed, err = session.confirm(current, name, request.digest, request.confirmation)
    if not confirmed then return nil, err end
    return runs.later(name, request.digest, person(request.by))
  end)
end

return dashboard
