--- Inside nginx with the Lua module (OpenResty): waiting that lets the worker go on serving. Nothing needs to be said
--- for it: a stack that is used inside nginx takes this scheduler by itself.
---
--- Sleeping is `ngx.sleep`, and answers are looked for between sleeps, so everything that reads or changes AWS must run
--- where nginx lets a request wait: rewrite_by_lua, access_by_lua, content_by_lua, ssl_certificate_by_lua and timers.
--- Elsewhere (init_by_lua, log_by_lua, …) it answers an error with the code WrongPhase; `spawn` runs it in a timer.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local system = require("ecs_service.scheduler").default

local openresty = {}

-- Where ngx.sleep may be called (lua-nginx-module, ngx.sleep, "context").
local YIELDING = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true, ssl_cert = true,
  ssl_session_fetch = true, ssl_client_hello = true, preread = true }

local function nginx()
  local ngx = rawget(_G, "ngx")
  return type(ngx) == "table" and type(ngx.sleep) == "function" and type(ngx.get_phase) == "function" and ngx or nil
end

--- Whether this runs inside nginx.
---@return boolean
function openresty.here()
  return nginx() ~= nil
end

---@type ecs_service.Scheduler
openresty.scheduler = {
  -- nginx's own time is that of the last event; what is signed and waited for needs the present one.
  now = function() return system:now() end,
  sleep = function(_, seconds)
    if seconds > 0 then nginx().sleep(math.max(seconds, 0.001)) end
  end,
}

--- What is wrong with reading or changing something here and now; nil when nothing is.
---@return ecs_service.Error|nil code WrongPhase
function openresty.problem()
  local ngx = nginx()
  if not ngx then return nil end
  local phase = ngx.get_phase()
  if YIELDING[phase] then return nil end
  return errors.new { code = "WrongPhase",
    message = ("nothing can be waited for in %s_by_lua: nginx would stand still"):format(phase),
    hint = ("do it in %s, by require(\"ecs_service.openresty\").spawn(function() … end)"):format(
      phase == "init" and "init_worker_by_lua" or "a timer") }
end

--- Whether this worker is about to end (a reload, a shutdown): what runs then stops where it can be taken up again.
---@return boolean
function openresty.leaving()
  local ngx = nginx()
  return ngx ~= nil and ngx.worker.exiting()
end

--- Runs a function in a timer, where it may wait: for init_worker_by_lua, and for work that outlives its request.
--- What it raises goes to nginx's error log.
---@param work fun(...)
---@param ... any its arguments
---@return boolean|nil
---@return ecs_service.Error|nil code NoTimer
function openresty.spawn(work, ...)
  local ngx = nginx()
  if not ngx then error("ecs_service.openresty: spawn works inside nginx only", 2) end
  if type(work) ~= "function" then error("ecs_service.openresty: spawn takes a function", 2) end
  local begun, problem = ngx.timer.at(0, function(premature, ...)
    if premature then return end
    local ok, raised = xpcall(work, debug.traceback, ...)
    if not ok then ngx.log(ngx.ERR, "ecs-service: ", tostring(raised)) end
  end, ...)
  if begun then return true end
  return nil, errors.new { code = "NoTimer", retryable = true,
    message = "nginx begins no timer: " .. tostring(problem) }
end

-- What is known of the client of this request; nil and why where nginx does not tell.
local function client()
  local ngx = nginx()
  local known = ngx.ctx.ecs_service_client
  if known then return known end
  known = { gone = false }
  local called, heard, problem = pcall(ngx.on_abort, function() known.gone = true end)
  if not called or not heard then return nil, called and problem or heard end
  ngx.ctx.ecs_service_client = known
  return known
end

--- For `interrupted` of apply, wait and the others: true once the client of this request has gone away. nginx only
--- tells so with `lua_check_client_abort on` in its configuration.
---@return fun(): boolean
function openresty.client_gone()
  local known, problem = client()
  if not known then
    error("ecs_service.openresty: " .. tostring(problem) .. " (set lua_check_client_abort on)", 2)
  end
  return function() return known.gone end
end

--- Before a run that must come to its end: with `lua_check_client_abort on`, nginx would kill it where it stands, with
--- its lock held, when the client goes away and nobody listens for that.
function openresty.stay()
  if nginx() then client() end
end

--- For what guards a deployment: HMAC-SHA-256, as hexadecimal digits.
---@param key string
---@param text string
---@return string
function openresty.hmac(key, text) return core.system.hmac_sha256(key, text) end

--- SHA-256 of a text, as hexadecimal digits: of the body of a request that is signed, for instance.
---@param text string
---@return string
function openresty.sha256(text) return core.system.sha256(text) end

--- Whether two texts are equal, in a time that tells nothing about where they differ.
---@param given any
---@param wanted string
---@return boolean
function openresty.same(given, wanted)
  return type(given) == "string" and core.system.same(given, wanted)
end

--- A random text of 32 hexadecimal digits, of the operating system's quality.
---@return string
function openresty.random() return core.system.hex(core.system.entropy(16)) end

return openresty
