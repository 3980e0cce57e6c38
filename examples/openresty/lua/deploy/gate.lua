--- POST /deploy/NAME: plans a stack, applies what a plan has shown, or runs a task that the script declares. For CI and
--- other programs.
---
--- Body: {} or {"action":"plan"} answers the plan with its digest; {"action":"apply","confirm":DIGEST} applies it and
--- answers when that has ended. "cancel_when_gone":true stops the run where the next apply goes on when the client
--- closes the connection; else the run goes on to its end. {"action":"run","task":NAME} answers lines of JSON while the
--- task runs. "logs":false leaves out what containers wrote.
---
--- Who asks proves it by a signature with the shared key, or by a client certificate, where nginx checks those.
local answer = require "deploy.answer"
local board = require "deploy.board"
local openresty = require "ecs_service.openresty"
local session = require "deploy.session"
local stacks = require "deploy.stacks"

local gate = {}

-- How far the clock of a client may be off, in seconds. Nonces are remembered for twice as long: after that, their
-- time stamp is refused.
local WINDOW = 300

--- What is signed: also for which host, lest another gate with the same key takes it, too.
function gate.to_sign(host, method, path, time, nonce, body)
  return table.concat({ "ecs-service deploy 2", host, method, path, time, nonce, openresty.sha256(body) }, "\n")
end

local function refused(why) return answer.error("NotSigned", why, "see examples/openresty/README.md") end

local function check_signature(body)
  local headers = ngx.req.get_headers()
  local time, nonce, signature = headers["X-Deploy-Time"], headers["X-Deploy-Nonce"], headers["X-Deploy-Signature"]
  if type(time) ~= "string" or type(nonce) ~= "string" or type(signature) ~= "string" then
    return refused "the request is not signed"
  end
  local wanted = openresty.hmac(gate.key, gate.to_sign(tostring(ngx.var.http_host), ngx.req.get_method(),
    ngx.var.request_uri, time, nonce, body))
  if not openresty.same(signature, wanted) then return refused "the signature is wrong" end
  if not time:find "^%d+$" or math.abs(os.time() - tonumber(time)) > WINDOW then
    return refused "the signature is too old, or a clock is wrong"
  elseif tonumber(time) < board.started then
    return refused "it was signed before this server was started: sign it again"
  end
  if not nonce:find "^[%w_-]+$" or #nonce < 16 or #nonce > 64 then
    return refused "a nonce has 16 to 64 letters and digits"
  end
  local first, err = board:once("nonce " .. nonce, 2 * WINDOW)
  if err then return err end
  if not first then return answer.error("Replayed", "this request was made before") end
end

-- With `ssl_verify_client` in nginx.conf, TLS has done all of it; the certificate has to be one of the listed ones.
local function has_certificate()
  return ngx.var.deploy_client == "yes" and ngx.var.ssl_client_verify == "SUCCESS"
end

local function interrupted_by(request)
  return request.cancel_when_gone == true and openresty.client_gone() or nil
end

local function apply(name, request)
  if type(request.confirm) ~= "string" then
    return nil, answer.error("BadRequest", "an apply needs \"confirm\": the digest of the plan that was shown")
  end
  return require("deploy.runs").now(name, request.confirm, "gate",
    { interrupted = interrupted_by(request), logs = request.logs })
end

-- All that a request may say of a task: what runs, with which variables and where, the script says.
local OF_A_RUN = { action = true, task = true, cancel_when_gone = true, logs = true }

local function run_task(name, request)
  for key in pairs(request) do
    if not OF_A_RUN[key] then
      return answer.fail(answer.error("BadRequest",
        ("a run takes no %s: what a task does is declared in the script"):format(tostring(key))))
    end
  end
  local write, begun = answer.lines()
  openresty.stay()
  local result, err = require("deploy.runs").task(name, request.task, "gate", { interrupted = interrupted_by(request),
    logs = request.logs, tell = write })
  if not result and not begun() then return answer.fail(err) end
  write(result and { type = "result", ok = true, result = result }
    or { type = "result", ok = false, error = answer.told(err) })
  return ngx.exit(ngx.HTTP_OK)
end

function gate.handle()
  local body, request = answer.body()
  if not body then return answer.fail(request) end
  local by_certificate = has_certificate()
  -- A browser that has the certificate may be led here by another site's page.
  local err = by_certificate and session.is_foreign() and answer.error("Forbidden", "this comes from another site")
    or not by_certificate and check_signature(body) or nil
  if err then return answer.fail(err) end
  local name = ngx.var.uri:match "^/deploy/([%w][%w_-]*)$"
  if not name then return answer.fail(answer.error("NotFound", "POST /deploy/NAME")) end
  if request.logs ~= nil and type(request.logs) ~= "boolean" then
    return answer.fail(answer.error("BadRequest", "\"logs\" is true or false"))
  end
  local action, result = request.action or "plan", nil
  if action == "run" then return run_task(name, request) end
  if action == "plan" then
    result, err = stacks.plan(name)
  elseif action == "apply" then
    result, err = apply(name, request)
  else
    err = answer.error("BadRequest", "the action is plan, apply or run")
  end
  if not result then return answer.fail(err) end
  return answer.send(200, result)
end

return gate
