-- A deploy of what was asked for before: by a run that was cut short or failed, or of a revision that is INACTIVE.
local ecs = require "ecs_service"

local sim

local WEB = { family = "web", containerDefinitions = { { name = "app", image = "acme/web:1", memory = 64 } } }

local function begin(service)
  sim = ecs.simulator { region = "us-west-2", clusters = { "prod" } }
  assert(sim:call("RegisterTaskDefinition", WEB))
  local create = { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 2 }
  for name, value in pairs(service or {}) do create[name] = value end
  assert(sim:call("CreateService", create))
  sim:advance(120)
end

local function deploy(options)
  local all = { region = "us-west-2", transport = sim, service = "prod/web" }
  for name, value in pairs(options) do all[name] = value end
  return ecs.deploy(all)
end

local function count(operation)
  local found = 0
  for _, request in ipairs(sim.requests) do
    if request.operation == operation then found = found + 1 end
  end
  return found
end

local function service()
  return assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1]
end

before_each(function() begin() end)

describe("a deploy of a service whose revision is INACTIVE", function()
  it("updates it to what was registered, whatever number that was expected to have", function()
    sim:call("DeregisterTaskDefinition", { taskDefinition = "web:1" })
    local plan = assert(deploy { image = "acme/web:2", dry_run = true })
    assert.equal("web:2", plan.changes[1].predicted)
    assert(deploy { image = "acme/web:2" })
    assert.equal("web:2", service().taskDefinition:match "[^/]+$")
  end)

  it("expects a number above that of the revision that runs, not above the newest ACTIVE one", function()
    for i = 2, 3 do
      sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "app", memory = 64,
        image = "acme/web:" .. i } } })
    end
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" })
    sim:advance(300)
    sim:call("DeregisterTaskDefinition", { taskDefinition = "web:3" })
    local result = assert(deploy { image = "acme/web:4" })
    assert.equal("web:4", result.plan.changes[1].predicted)
    assert.equal("web:4", service().taskDefinition:match "[^/]+$")
  end)

  it("tells that the family has none to begin with, and not to begin with it", function()
    sim:call("DeregisterTaskDefinition", { taskDefinition = "web:1" })
    local _, err = deploy { image = "acme/web:2", from = "newest" }
    assert.equal("NotFound", err.code)
    assert.falsy(err.hint:find("--from newest", 1, true))
  end)
end)

describe("a deploy of what the service runs already", function()
  it("waits for the deployment that is under way, and tells how it ends", function()
    assert(deploy { image = "acme/web:2", wait = false })
    assert.equal("IN_PROGRESS", service().deployments[1].rolloutState)
    local result = assert(deploy { image = "acme/web:2" })
    assert.is_true(result.plan:is_empty())
    assert.truthy(result.plan:render { color = false }:find("under way", 1, true))
    assert.equal("COMPLETED", service().deployments[1].rolloutState)
    assert.equal(1, count "UpdateService")
  end)

  it("fails when that deployment does", function()
    begin { deploymentConfiguration = { deploymentCircuitBreaker = { enable = true, rollback = true } } }
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    assert(deploy { image = "acme/web:2", wait = false })
    local result, err = deploy { image = "acme/web:2" }
    assert.is_nil(result)
    assert.equal("DeploymentRolledBack", err.code)
  end)

  it("does not wait where nobody wants to", function()
    assert(deploy { image = "acme/web:2", wait = false })
    assert(deploy { image = "acme/web:2", wait = false })
    assert.equal("IN_PROGRESS", service().deployments[1].rolloutState)
  end)

  it("starts a new deployment when the last one has failed", function()
    begin { deploymentConfiguration = { deploymentCircuitBreaker = { enable = true, rollback = false } } }
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    local _, err = deploy { image = "acme/web:2" }
    assert.equal("DeploymentFailed", err.code)
    sim:tasks { task_definition = "web:2", outcome = "running" }
    local result = assert(deploy { image = "acme/web:2" })
    assert.truthy(result.plan.changes[1].reason:find("has FAILED", 1, true))
    assert.equal("COMPLETED", service().deployments[1].rolloutState)
    assert.equal(1, count "RegisterTaskDefinition")
  end)
end)

describe("the newest revision", function()
  -- A definition with a member that nobody here knows, in front of a simulator that does not know it either.
  local function front(definition)
    local answers, sent = {}, {}
    local transport = setmetatable({}, { __index = sim })
    function transport.submit(_, request)
      local operation = request.headers["X-Amz-Target"]:match "%.(.*)$"
      if operation ~= "DescribeTaskDefinition" and operation ~= "RegisterTaskDefinition" then
        return sim:submit(request)
      end
      sent[#sent + 1] = operation == "RegisterTaskDefinition" and request.body or nil
      answers[#answers + 1] = operation == "RegisterTaskDefinition"
        and { id = request.id, status = 400, headers = {}, body = '{"__type":"ClientException","message":"no"}' }
        or { id = request.id, status = 200, headers = {}, body = definition(request.body) }
      return true
    end
    function transport.wait(_, seconds) return table.remove(answers, 1) or sim:wait(seconds) end
    return transport, sent
  end

  local ANSWER = '{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:us-west-2:123456789012:task-definition/web:%d",'
    .. '"family":"web","revision":%d,"status":"ACTIVE","ipcMode":"","futureList":[],"futureMap":{"a":{}},'
    .. '"volumes":[{"name":"v","host":{}}],"containerDefinitions":[{"name":"app","image":"%s","memory":64,'
    .. '"environment":[],"future":"%s"}]}}'

  it("is not taken for what was asked for when it differs in a member that no argument names", function()
    local transport, sent = front(function(body)
      return body:find('"web"', 1, true) and ANSWER:format(2, 2, "acme/web:2", "theirs")
        or ANSWER:format(1, 1, "acme/web:1", "ours")
    end)
    deploy { image = "acme/web:2", transport = transport }
    assert.equal(1, #sent)
    assert.truthy(sent[1]:find('"future":"ours"', 1, true), sent[1])
    assert.truthy(sent[1]:find('"futureMap":{"a":{}}', 1, true), sent[1])
    assert.truthy(sent[1]:find('"host":{}', 1, true), sent[1])
    assert.truthy(sent[1]:find('"environment":[]', 1, true), sent[1])
    assert.falsy(sent[1]:find("ipcMode", 1, true), sent[1])
  end)

  it("is taken when it has that too", function()
    local transport, sent = front(function(body)
      return body:find('"web"', 1, true) and ANSWER:format(2, 2, "acme/web:2", "ours")
        or ANSWER:format(1, 1, "acme/web:1", "ours")
    end)
    local plan = assert(deploy { image = "acme/web:2", transport = transport, dry_run = true })
    assert.equal(1, #plan.changes)
    assert.same({}, sent)
  end)
end)

describe("a registration that is refused", function()
  local function refused(code, message)
    sim:fault { operation = "RegisterTaskDefinition", code = code, message = message }
    return select(2, deploy { image = "acme/web:2" })
  end

  it("is about a container only when ECS says so", function()
    local err = refused("AccessDeniedException", "User: arn:aws:iam::1:user/app is not authorized to perform: "
      .. "ecs:RegisterTaskDefinition on resource: arn:aws:ecs:us-west-2:1:task-definition/app:*")
    assert.is_nil(err.path)
    assert.is_nil(refused("ClientException", "Invalid application mapping").path)
    err = refused("ClientException", "Invalid setting for container 'app'.")
    assert.equal('container_definitions["app"]', err.path)
  end)

  it("is told in a sentence when nobody knows what became of it, with what another try does", function()
    sim:fault { operation = "RegisterTaskDefinition", http_status = 500 }
    local _, err = deploy { image = "acme/web:2" }
    assert.truthy(err.message:find("failed, and may have been carried out: ", 1, true), err.message)
    assert.truthy(err.hint:find("try again", 1, true), err.hint)
  end)
end)
