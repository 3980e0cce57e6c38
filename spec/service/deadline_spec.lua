-- No operation goes on past its timeout, whatever AWS answers: every action against every kind of answer, of writes and
-- of reads, answers that change each time, slow ones, and requests that wait for their turn.
local core = require "ecs_service.core"

local START, TIMEOUT = 1.8e9, 60
-- What may follow a deadline: one look at stopped tasks and what explains them, and the last pause.
local GRACE = 35
-- A read has no timeout of its own: so long refusals are outlasted, of each of its two requests.
local READ = 2 * 600

local ARN = "arn:aws:ecs:us-west-2:123456789012:service/prod/web"

local function normal(changes)
  local config = { name = "web", cluster = "prod", task_definition = "web:1" }
  for key, value in pairs(changes) do config[key] = value end
  return (assert(core.validate("service", config)))
end

local function change(config, has, destroy)
  return assert(core.plan("service",
    { config = config, recorded = has, actual = has, refreshed = true, destroy = destroy }))
end

local has = change(normal {}).after

local function deployment(id, changes)
  local one = { id = id, status = "PRIMARY", taskDefinition = "web:1", desiredCount = 1, runningCount = 0,
    pendingCount = 0, failedTasks = 0, rolloutState = "IN_PROGRESS", createdAt = START }
  for key, value in pairs(changes or {}) do one[key] = value end
  return one
end

local function service(deployments, changes)
  local one = { serviceName = "web", serviceArn = ARN, status = "ACTIVE", desiredCount = 1, runningCount = 0,
    schedulingStrategy = "REPLICA", deployments = deployments, events = {} }
  for key, value in pairs(changes or {}) do one[key] = value end
  return one
end

local function shown(one)
  return { status = 200, body = { service = one, services = { one }, failures = {} } }
end

local function refused(code, message, status, headers)
  return { status = status or 400, body = { __type = code, message = message }, headers = headers }
end

local full = { desiredCount = 1, runningCount = 1, rolloutState = "COMPLETED" }

local REPLIES = {
  http_503 = refused("ServerException", "out of order", 503),
  throttled = refused("ThrottlingException", "Rate exceeded"),
  asks_for_300_s = refused("ThrottlingException", "Rate exceeded", 400, { ["retry-after"] = "300" }),
  quota = refused("LimitExceededException", "too many services"),
  timeout = { kind = "timeout" }, dns = { kind = "dns" }, reset = { kind = "reset" },
  no_json = { status = 200, body = "<html>" }, truncated = { status = 200, body = '{"services":[{"serviceName":"we' },
  empty = { status = 200, body = {} },
  denied = refused("AccessDeniedException", "no"),
  expired = refused("ExpiredTokenException", "The security token included in the request is expired"),
  wrong_clock = refused("SignatureDoesNotMatch", "x", 403, { date = "Tue, 24 Nov 2026 20:07:30 GMT" }),
  other_clock = refused("SignatureDoesNotMatch", "x", 403, { date = "Sat, 24 Nov 2029 20:07:30 GMT" }),
  missing = { status = 200, body = { services = {}, failures = { { arn = ARN, reason = "MISSING" } } } },
  no_cluster = refused("ClusterNotFoundException", "Cluster not found."),
  no_service = refused("ServiceNotFoundException", "Service not found."),
  still_active = refused("InvalidParameterException", "The service cannot be stopped while it is scaled above 0."),
  busy = refused("InvalidParameterException", "The service cannot be stopped while deployments are active."),
  role = refused("InvalidParameterException", "Unable to assume the service linked role"),
  still_draining = refused("InvalidParameterException", "Unable to Start a service that is still Draining."),
  no_tags = refused("InvalidParameterException", "Tags are not supported"),
  rolling = shown(service { deployment "ecs-svc/1" }),
  failing = shown(service { deployment("ecs-svc/1", { failedTasks = 2, taskDefinition = "web:2" }) }),
  steady = shown(service({ deployment("ecs-svc/1", full) }, { runningCount = 1 })),
  other = shown(service { deployment "ecs-svc/2", deployment("ecs-svc/1", { status = "ACTIVE" }) }),
  third = shown(service { deployment("ecs-svc/3", { createdAt = START + 5 }) }),
  failed = shown(service { deployment("ecs-svc/1", { rolloutState = "FAILED", failedTasks = 3 }) }),
  inactive = shown(service({}, { status = "INACTIVE" })),
  draining = shown(service({}, { status = "DRAINING", pendingCount = 1 })),
}

local NAMES = {}
for name in pairs(REPLIES) do NAMES[#NAMES + 1] = name end
table.sort(NAMES)

local forced = normal { task_definition = "web:2", force_new_deployment = true }
local moved = normal { name = "web2", task_definition = "web:2" }
local made_first = change(moved, has)
made_first.steps = "create,delete"

-- What is done, and how long it may take.
local ACTIONS = {
  create = { TIMEOUT, { action = "create", change = change(normal { tags = { a = "b" } }), config = normal {} } },
  ["create, taken up"] = { TIMEOUT, { action = "create", change = change(normal {}), config = normal {},
    resume = true } },
  update = { TIMEOUT, { action = "update", change = change(normal { task_definition = "web:2" }, has) } },
  ["forced update"] = { TIMEOUT, { action = "update", change = change(forced, has), fail_fast = true } },
  ["update, superseded"] = { TIMEOUT, { action = "update", change = change(forced, has), superseded = "follow" } },
  replace = { 2 * TIMEOUT, { action = "replace", change = change(moved, has) } },
  ["replace, new one first"] = { 2 * TIMEOUT, { action = "replace", change = made_first } },
  delete = { TIMEOUT, { action = "delete", change = change(nil, has, true) } },
  wait = { TIMEOUT, { action = "wait", timeout = TIMEOUT, deployment_id = "ecs-svc/1", deployment_at = START } },
  ["wait, superseded"] = { TIMEOUT, { action = "wait", timeout = TIMEOUT, superseded = "follow", stable_for = 30 } },
  ["wait, deployed"] = { TIMEOUT, { action = "wait", timeout = TIMEOUT, ["until"] = "deployed" } },
  ["wait, inactive"] = { TIMEOUT, { action = "wait", timeout = TIMEOUT, ["until"] = "inactive" } },
  import = { READ, { action = "import" } },
  read = { READ, { action = "read", config = normal { task_definition = "web" } } },
  ["read, with a timeout"] = { TIMEOUT, { action = "read", timeout = TIMEOUT } },
  call = { READ, { action = "call", operation = "DescribeServices", body = core.object { services = { "web" } } } },
  ["call that changes"] = { TIMEOUT, { action = "call", operation = "StopServiceDeployment", mutates = true,
    body = core.object {}, timeout = TIMEOUT } },
}

local function operation(given, address)
  local one = { address = address or "web", cluster = "prod", service = "web", attributes = has, config = has,
    steady = true, client_token = ("0"):rep(32), timeouts = { create = TIMEOUT, update = TIMEOUT, delete = TIMEOUT } }
  for key, value in pairs(given) do one[key] = value end
  return one
end

local function reads(action) return action.operation:match "^Describe" or action.operation:match "^List" end

-- Runs it to its end: after how many seconds that was, or nil; and the last request that changes something.
local function play(engine, reply_of, took)
  local now, sent, ended, last = START, 0, nil, 0
  for _ = 1, 60000 do
    local action = engine:next(now)
    if action.kind == "send" then
      if action.mutates then last = now - START end
      sent = sent + 1
      now = now + took
      local reply = REPLIES[reply_of(action, sent)]
      if reply.kind then
        engine:failed(action.id, reply.kind, "", now)
      else
        local body = type(reply.body) == "table" and core.object(reply.body) or reply.body
        engine:answer(action.id, reply.status, reply.headers or {}, body, now)
      end
    elseif action.kind == "sleep" then
      now = math.max(now + 1e-3, action["until"])
    elseif action.kind == "done" then
      ended = now - START
    elseif action.kind == "idle" then
      return ended, last, sent
    end
  end
end

local function sweep(actions, took, replies)
  local late = {}
  for name, action in pairs(actions) do
    local limit, given = action[1], operation(action[2])
    for what, reply_of in replies(given) do
      local engine = core.engine { seed = 1 }
      engine:add(given)
      local ended, last = play(engine, reply_of, took)
      if not ended or ended > limit + GRACE + 3 * took or given.timeouts and last > limit + 1 + took then
        late[#late + 1] = ("%s, %s: ended after %s s, last changed something after %s s"):format(name, what,
          tostring(ended), tostring(last))
      end
    end
  end
  assert.same({}, late)
end

local WRITES = { create = true, update = true, replace = true, delete = true }

-- Answers to what changes something; what only looks meets none of them.
local function writes_of(given, names) return (WRITES[given.action] or given.mutates) and names or { names[1] } end

-- Each kind of answer to what changes something with each kind of answer to what looks.
local function each_kind(given)
  return coroutine.wrap(function()
    for _, write in ipairs(writes_of(given, NAMES)) do
      for _, read in ipairs(NAMES) do
        coroutine.yield(("writes: %s, reads: %s"):format(write, read), function(action)
          return reads(action) and read or write
        end)
      end
    end
  end)
end

-- Answers to looks that are never the same twice.
local function each_pair(given)
  return coroutine.wrap(function()
    for _, write in ipairs(writes_of(given, { "rolling", "still_draining", "timeout" })) do
      for i, one in ipairs(NAMES) do
        for j = i + 1, #NAMES do
          local list = { one, NAMES[j] }
          coroutine.yield(("writes: %s, reads: %s and %s by turns"):format(write, one, NAMES[j]), function(action, sent)
            return reads(action) and list[sent % 2 + 1] or write
          end)
        end
      end
    end
  end)
end

local function each_pair_of_writes(given)
  return coroutine.wrap(function()
    local names = WRITES[given.action] and NAMES or {}
    for _, read in ipairs { "missing", "other" } do
      for i, one in ipairs(names) do
        for j = i + 1, #NAMES do
          local list, at = { one, NAMES[j] }, 0
          coroutine.yield(("reads: %s, writes: %s and %s by turns"):format(read, one, NAMES[j]), function(action)
            if reads(action) then return read end
            at = at + 1
            return list[at % 2 + 1]
          end)
        end
      end
    end
  end)
end

describe("a deadline", function()
  it("ends every operation, whatever AWS answers", function()
    sweep(ACTIONS, 0.1, each_kind)
  end)

  it("ends every operation when each look shows something else", function()
    sweep(ACTIONS, 0.1, each_pair)
  end)

  it("ends every operation when each change is answered by something else", function()
    sweep(ACTIONS, 0.1, each_pair_of_writes)
  end)

  it("ends every operation of a server that answers slowly", function()
    sweep(ACTIONS, 50, each_kind)
  end)

  it("is told with what AWS said last", function()
    local engine = core.engine { seed = 1 }
    engine:add(operation(ACTIONS.create[2]))
    local err
    local now = START
    repeat
      local action = engine:next(now)
      if action.kind == "send" then
        local reply = REPLIES[reads(action) and "missing" or "still_draining"]
        engine:answer(action.id, reply.status, {}, core.object(reply.body), now)
      elseif action.kind == "done" then
        err = action.error
      elseif action.kind == "sleep" then
        now = math.max(now, action["until"])
      end
    until action.kind == "idle"
    assert.equal("Timeout", err.code)
    assert.equal("prod/web was not created after 60 s; AWS said last: InvalidParameterException: "
      .. "Unable to Start a service that is still Draining.", err.message)
  end)

  it("ends what has waited for its turn so long, and does not send it any more", function()
    local engine = core.engine { seed = 1, pace = { service_modify = { burst = 1, rate = 0.01 } } }
    for i = 1, 5 do
      engine:add(operation(ACTIONS.update[2], "web" .. i))
    end
    local now, sent, codes = START, {}, {}
    repeat
      local action = engine:next(now)
      if action.kind == "send" then
        sent[#sent + 1] = action.mutates and action.at - START or nil
        local reply = REPLIES.steady
        engine:answer(action.id, reply.status, {}, core.object(reply.body), now)
      elseif action.kind == "sleep" then
        assert.is_true(action["until"] - START <= TIMEOUT + GRACE)
        now = math.max(now, action["until"])
      elseif action.kind == "done" and not action.ok then
        codes[#codes + 1] = action.error.code
      end
    until action.kind == "idle"
    assert.same({ 0 }, sent)
    assert.same({ "Timeout", "Timeout", "Timeout", "Timeout" }, codes)
  end)

  it("asks a server whose clock is another one each time three times more, and no further", function()
    local engine = core.engine { seed = 1 }
    engine:add(operation(ACTIONS.read[2]))
    local list = { "wrong_clock", "other_clock" }
    local ended, _, sent = play(engine, function(_, n) return list[n % 2 + 1] end, 0.1)
    assert.is_true(ended < 1)
    assert.equal(4, sent)
  end)
end)
