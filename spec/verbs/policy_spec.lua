-- The least policy: everything that a run sends is allowed by it, and nothing is in it that no run sends.
local cjson = require "cjson.safe"
local cli = require "ecs_service.cli"
local core = require "ecs_service.core"
local fake_s3 = require "support.fake_s3"
local journey = require "support.journey"
local staged_web = require "support.staged_web"
local rights = require "ecs_service.kinds.service.rights"

local ACCOUNT, REGION = "123456789012", "us-west-2"
local NONE = journey.NONE
local ROLE = "arn:aws:iam::123456789012:role/ecs-infrastructure"

before_each(function() journey.environment {} end)
after_each(journey.clean)

local function list(value) return type(value) == "table" and value or { value } end

-- IAM's patterns: * is any text.
local function matches(patterns, text)
  for _, pattern in ipairs(list(patterns)) do
    local lua = pattern:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*")
    if text:find("^" .. lua .. "$") then return true end
  end
  return false
end

local function holds(condition, context)
  for _, keys in pairs(condition or {}) do
    for key, wanted in pairs(keys) do
      if not matches(wanted, context[key] or "\0") then return false end
    end
  end
  return true
end

local function allows(document, need)
  for _, statement in ipairs(document.Statement) do
    if matches(statement.Action, need.action) and matches(statement.Resource, need.resource)
      and holds(statement.Condition, need.context or {}) then
      return true
    end
  end
  return false
end

local function arn(kind, rest) return ("arn:aws:ecs:%s:%s:%s%s"):format(REGION, ACCOUNT, kind, rest) end

local function cluster_of(body)
  local cluster = body.cluster or "default"
  return cluster:match "cluster/(.*)$" or cluster
end

local function of_service(name)
  return function(body) return { arn("service/", cluster_of(body) .. "/" .. (body[name]:match "[^/]+$")) } end
end

-- What a request needs a permission for: its resources.
local RESOURCES = {
  CreateService = of_service "serviceName", UpdateService = of_service "service", DeleteService = of_service "service",
  ListServiceDeployments = of_service "service",
  DescribeServices = function(body)
    local out = {}
    for i, name in ipairs(body.services) do out[i] = arn("service/", cluster_of(body) .. "/" .. name:match "[^/]+$") end
    return out
  end,
  TagResource = function(body) return { body.resourceArn } end,
  UntagResource = function(body) return { body.resourceArn } end,
  DescribeServiceDeployments = function(body) return body.serviceDeploymentArns end,
  DescribeServiceRevisions = function(body) return body.serviceRevisionArns end,
  StopServiceDeployment = function(body) return { body.serviceDeploymentArn } end,
  ContinueServiceDeployment = function(body) return { body.serviceDeploymentArn } end,
  DescribeTasks = function(body)
    local out = {}
    for i, task in ipairs(body.tasks) do
      out[i] = task:find "^arn:" and task or arn("task/", cluster_of(body) .. "/" .. task)
    end
    return out
  end,
  ListTasks = function() return { "*" } end,
  DescribeScalableTargets = function() return { "*" } end,
  DescribeScalingActivities = function() return { "*" } end,
  DescribeTaskDefinition = function() return { "*" } end,
  RegisterTaskDefinition = function() return { "*" } end,
  DeregisterTaskDefinition = function() return { "*" } end,
  ListTaskDefinitions = function() return { "*" } end,
  ListServices = function() return { "*" } end,
  RunTask = function(body) return { body.taskDefinition } end,
  GetLogEvents = function(body)
    return { ("arn:aws:logs:%s:%s:log-group:%s:log-stream:%s"):format(REGION, ACCOUNT, body.logGroupName,
      body.logStreamName) }
  end,
}

-- What is asked of other APIs than ECS.
local API = { GetLogEvents = "logs", DescribeScalableTargets = "application-autoscaling",
  DescribeScalingActivities = "application-autoscaling" }

-- What a registration needs beside the right to register.
local function add_definition(needs, body)
  for _, member in ipairs { "executionRoleArn", "taskRoleArn" } do
    if body[member] then
      needs[#needs + 1] = { action = "iam:PassRole", resource = body[member],
        context = { ["iam:PassedToService"] = "ecs-tasks.amazonaws.com" } }
    end
  end
  if body.tags and #body.tags > 0 then
    needs[#needs + 1] = { action = "ecs:TagResource", resource = arn("task-definition/", body.family .. ":1") }
  end
end

local function add_roles(needs, value)
  for key, member in pairs(value) do
    if (key == "roleArn" or key == "role") and type(member) == "string" then
      local role = member:find "^arn:" and member or ("arn:aws:iam::%s:role/%s"):format(ACCOUNT, member)
      needs[#needs + 1] = { action = "iam:PassRole", resource = role,
        context = { ["iam:PassedToService"] = "ecs.amazonaws.com" } }
    elseif type(member) == "table" then
      add_roles(needs, member)
    end
  end
end

local function needs_of(request)
  local needs, context = {}, { ["ecs:cluster"] = arn("cluster/", cluster_of(request.body)) }
  local resources = assert(RESOURCES[request.operation], "what is needed for " .. request.operation)(request.body)
  for _, resource in ipairs(resources) do
    needs[#needs + 1] = { action = (API[request.operation] or "ecs") .. ":" .. request.operation, resource = resource,
      context = context }
    if request.operation == "CreateService" and request.body.tags then
      needs[#needs + 1] = { action = "ecs:TagResource", resource = resource, context = context }
    end
  end
  local operation = request.operation
  if operation == "RunTask" then
    needs[#needs + 1] = { action = "iam:PassRole", resource = ROLE, context = {
      ["iam:PassedToService"] = "ecs-tasks.amazonaws.com" } }
  end
  if operation == "RegisterTaskDefinition" then add_definition(needs, request.body) end
  if operation == "CreateService" or operation == "UpdateService" then add_roles(needs, request.body) end
  return needs
end

local used

-- Everything that was sent since `first` is allowed.
local function assert_allowed(document, sim, first)
  for i = first, #sim.requests do
    for _, need in ipairs(needs_of(sim.requests[i])) do
      assert.is_true(allows(document, need), ("%s on %s is not allowed"):format(need.action, need.resource))
      used[need.action] = true
    end
  end
end

local function actions_of(document)
  local set = {}
  for _, statement in ipairs(document.Statement) do
    for _, action in ipairs(list(statement.Action)) do set[action] = true end
  end
  return set
end

local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1"

local BREAKER = { enable = true, rollback = true }

local function web(more)
  local made = journey.web { deployment_circuit_breaker = BREAKER, wait_for_steady_state = true, tags = { a = "b" } }
  for key, value in pairs(more or {}) do
    if value == NONE then made[key] = nil else made[key] = value end
  end
  return made
end

-- Applies one declaration after the other and destroys what is left; each request is held against the policy that the
-- stack had then. Answers the actions of all policies for apply and destroy.
local function live(configs, given)
  local sim = journey.simulator()
  local granted = {}
  local stack = journey.stack(sim, given)
  local service = stack:service("web", configs[1])
  for _, config in ipairs(configs) do
    if config.before then config.before(sim) end
    service.config = config.config or config
    local document = assert(stack:policy { ["for"] = "plan" })
    local first = #sim.requests + 1
    local plan = assert(stack:plan())
    assert_allowed(document, sim, first)
    document = assert(stack:policy { ["for"] = "apply" })
    first = #sim.requests + 1
    stack:apply(plan)
    assert_allowed(document, sim, first)
    for action in pairs(actions_of(document)) do granted[action] = true end
  end
  local document = assert(stack:policy { ["for"] = "destroy" })
  local first = #sim.requests + 1
  assert(stack:destroy())
  assert_allowed(document, sim, first)
  for action in pairs(actions_of(document)) do granted[action] = true end
  return granted
end

local function without(set, gone)
  local left = {}
  for key in pairs(set) do
    if not gone[key] then left[#left + 1] = key end
  end
  table.sort(left)
  return left
end

describe("the policy of a stack", function()
  it("allows everything that its runs send, and nothing that none of them sends", function()
    used = {}
    local granted = live {
      web { task_definition = "web:1" },
      web { task_definition = "web", desired_count = 3, tags = { c = "d" } },
      web { launch_type = "FARGATE", network_configuration = { subnets = { "subnet-1" } } },
      { config = web { task_definition = "web:2", launch_type = "FARGATE",
          network_configuration = { subnets = { "subnet-1" } } },
        before = function(sim) sim:tasks { service = "web", outcome = "pull_error" } end },
    }
    for _, more in ipairs {
      live { web { tags = NONE, iam_role = "lb", load_balancer = { { elb_name = "old", container_name = "web",
        container_port = 80 } } } },
      live { web { vpc_lattice_configurations = { { role_arn = ROLE, target_group_arn =
        "arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-1", port_name = "http" } } } },
      live { web { volume_configuration = { name = "data", managed_ebs_volume = { role_arn = ROLE .. "-ebs",
        size_in_gb = 8 } } } },
    } do
      for action in pairs(more) do granted[action] = true end
    end
    -- The linked role is created by ECS, with the caller's permission.
    -- The last lines are read of containers that write to CloudWatch Logs, as below.
    assert.same({ "iam:CreateServiceLinkedRole", "logs:GetLogEvents" }, without(granted, used))
  end)

  it("allows what reading logs asks for, and nothing else, when it is for that", function()
    used = {}
    local sim = journey.simulator { task_definitions = { { family = "web", container_definitions = { { name = "app",
      image = "a", memory = 9, log_configuration = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/web",
        ["awslogs-region"] = REGION, ["awslogs-stream-prefix"] = "p" } } } } } } }
    local stack = journey.stack(sim)
    stack:service("web", journey.web())
    assert(stack:apply())
    sim:advance(60)
    local first = #sim.requests + 1
    for line in assert(stack:logs "web") do assert.is_table(line) end
    local document = assert(stack:policy { ["for"] = "logs" })
    assert_allowed(document, sim, first)
    assert.same(used, actions_of(document))
    assert.is_nil(actions_of(assert(stack:policy { ["for"] = "plan" }))["logs:GetLogEvents"])
    sim:tasks { outcome = "exit", exit_code = 1, log = { "boom" } }
    first = #sim.requests + 1
    local _, err = stack:redeploy("web", { fail_fast = true })
    assert.equal("boom", err.logs[1].text)
    assert_allowed(assert(stack:policy { ["for"] = "apply" }), sim, first)
  end)

  it("allows what running a task asks for, and nothing else, when it is for that", function()
    used = {}
    local sim = journey.simulator { task_definitions = { { family = "web", execution_role_arn = ROLE,
      container_definitions = { { name = "app", image = "a", memory = 9, log_configuration = { log_driver = "awslogs",
        options = { ["awslogs-group"] = "/ecs/web", ["awslogs-region"] = REGION,
          ["awslogs-stream-prefix"] = "p" } } } } } } }
    local stack = journey.stack(sim)
    stack:service("web", journey.web())
    assert(stack:apply())
    local first = #sim.requests + 1
    assert(stack:run "web")
    local document = assert(stack:policy { ["for"] = "run" })
    assert_allowed(document, sim, first)
    assert.same(used, actions_of(document))
  end)

  it("allows what deploying an image asks for, and nothing else, when it is for that", function()
    used = {}
    local sim = journey.simulator()
    assert(sim:call("RegisterTaskDefinition", { family = "tagged", executionRoleArn = ROLE, taskRoleArn = ROLE .. "-of",
      tags = { { key = "team", value = "core" } }, containerDefinitions = { { name = "app", image = "a:1", memory = 9,
        logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "/ecs/web",
          ["awslogs-region"] = REGION, ["awslogs-stream-prefix"] = "p" } } } } }))
    local stack = journey.stack(sim)
    stack:service("web", journey.web { task_definition = "tagged:1", deployment_circuit_breaker = BREAKER })
    assert(stack:apply())
    sim:advance(600)
    local document = assert(stack:policy { ["for"] = "deploy" })
    local first = #sim.requests + 1
    assert(stack:deploy("web", { image = "a:2" }))
    sim:tasks { outcome = "exit", exit_code = 1, log = { "boom" } }
    local _, err = stack:deploy("web", { image = "a:3" })
    assert.equal("boom", err.logs[1].text)
    assert_allowed(document, sim, first)
    assert.same(used, actions_of(document))
  end)

  it("allows what declared task definitions ask for: their roles, their tags, and who uses a revision", function()
    used = {}
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    local function declare(image, tags)
      return { family = "api", execution_role_arn = ROLE, container_definitions = { { name = "app", image = image,
        memory = 9 } },
        task_role_arn = ROLE .. "-of", tags = tags, keep = 2 }
    end
    local api = stack:task_definition("api", declare("a:1", { team = "core" }))
    stack:service("web", journey.web { task_definition = api })
    for _, config in ipairs { declare("a:1", { team = "core" }), declare("a:2", { of = "core" }),
      declare("a:2", { team = "core" }), declare("a:3", { team = "core" }) } do
      stack.task_definitions.api.config = config
      local documents = { plan = assert(stack:policy { ["for"] = "plan" }), apply = assert(stack:policy { ["for"] =
        "apply" }) }
      local first = #sim.requests + 1
      assert(stack:plan())
      assert_allowed(documents.plan, sim, first)
      first = #sim.requests + 1
      assert(stack:apply())
      assert_allowed(documents.apply, sim, first)
      sim:advance(900)
    end
    assert.is_true(used["iam:PassRole"] and used["ecs:DeregisterTaskDefinition"] and used["ecs:UntagResource"])
    local document = assert(stack:policy { ["for"] = "destroy" })
    local first = #sim.requests + 1
    assert(stack:destroy())
    assert_allowed(document, sim, first)
    assert.is_nil(actions_of(document)["iam:PassRole"])
  end)

  it("allows what taking over and writing declarations asks for, and nothing that changes", function()
    used = {}
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    local api = stack:task_definition("api", { container_definitions = { { name = "app", image = "a", memory = 9 } } })
    stack:service("web", journey.web { task_definition = api })
    assert(stack:apply())
    local written = assert(stack:policy { ["for"] = "generate" })
    local first = #sim.requests + 1
    assert(stack:generate_config "web")
    assert_allowed(written, sim, first)
    local other = journey.stack(sim, { state = false })
    local taken = assert(stack:policy { ["for"] = "import" })
    first = #sim.requests + 1
    assert(other:import("web", "prod/web"))
    assert_allowed(taken, sim, first)
    local reads = { ["ecs:DescribeServices"] = true, ["ecs:DescribeTaskDefinition"] = true }
    assert.same(reads, actions_of(taken))
    for _, name in ipairs { "DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions",
      "ListTagsForResource" } do
      reads["application-autoscaling:" .. name] = true
    end
    assert.same(reads, actions_of(written))
  end)

  -- A stack whose service waits at a pause, and the policy for a verb.
  local function at_a_pause(verb, more)
    local sim = journey.simulator { task_definitions = {} }
    for _ = 1, 2 do
      assert(sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "web", image = "a",
        memory = 9, portMappings = { { containerPort = 80 } }, logConfiguration = { logDriver = "awslogs", options = {
          ["awslogs-group"] = "/ecs/web", ["awslogs-region"] = REGION, ["awslogs-stream-prefix"] = "p" } } } } }))
    end
    local stack = journey.stack(sim)
    local service = stack:service("web", staged_web.declaration("BLUE_GREEN", nil, "web:1", more))
    assert(stack:apply())
    service.config = staged_web.declaration("BLUE_GREEN", { staged_web.pause(60, "ROLLBACK") }, "web:2", more)
    local _, err = stack:apply { ["until"] = "paused" }
    assert.equal("AwaitingDecision", err.code, tostring(err))
    used = {}
    return stack, sim, assert(stack:policy { ["for"] = verb }), #sim.requests + 1
  end

  it("allows what a decision about a deployment asks for, and nothing else, when it is for that", function()
    local stack, sim, document, first = at_a_pause "continue"
    assert(stack:continue("web", { dry_run = true, rollback = true }))
    sim:tasks { outcome = "exit", exit_code = 1, existing = true, log = { "boom" } }
    assert.is_nil(stack:continue "web")
    assert_allowed(document, sim, first)
    assert.same({}, without(actions_of(document), used))
  end)

  it("allows what stopping a deployment, and what its status, ask for, and nothing else", function()
    local stack, sim, document, first = at_a_pause "stop"
    assert(stack:stop "web")
    assert_allowed(document, sim, first)
    assert.same(used, actions_of(document))
    stack, sim, document, first = at_a_pause "status"
    local config = stack.declared.web.config
    assert(sim:call("RegisterScalableTarget", { ServiceNamespace = "ecs", MinCapacity = 1, MaxCapacity = 9,
      ResourceId = ("service/%s/%s"):format(config.cluster, config.name),
      ScalableDimension = "ecs:service:DesiredCount" }))
    assert(stack:status "web")
    assert_allowed(document, sim, first)
    assert.same(used, actions_of(document))
  end)

  it("allows an apply to roll back what it is interrupted in, where that is declared", function()
    local stack, sim, document, first = at_a_pause("apply", { sigint_rollback = true })
    local began = sim:now()
    local _, err = stack:apply { interrupted = function() return sim:now() > began + 30 end }
    assert.equal("Interrupted", err.code)
    assert_allowed(document, sim, first)
    assert.is_true(used["ecs:StopServiceDeployment"])
    stack.declared.web.config.sigint_rollback = nil
    assert.is_nil(actions_of(assert(stack:policy()))["ecs:StopServiceDeployment"])
  end)

  it("is narrowed to the services and clusters, the roles, and whom they are passed to", function()
    local stack = journey.stack(journey.simulator())
    stack:service("web", web { iam_role = "/path/lb", load_balancer = { { target_group_arn = TARGET,
      container_name = "web", container_port = 80 } } })
    stack:service("db", { name = "db", cluster = "arn:aws:ecs:eu-west-1:210987654321:cluster/far",
      task_definition = "db:1" })
    local document = assert(stack:policy { account_id = ACCOUNT })
    local by_sid = {}
    for _, statement in ipairs(document.Statement) do by_sid[statement.Sid] = statement end
    assert.same({ "arn:aws:ecs:eu-west-1:210987654321:service/far/db", arn("service/", "prod/web") },
      by_sid.ChangeServices.Resource)
    assert.same({ "ecs:CreateService", "ecs:DeleteService", "ecs:UpdateService" }, by_sid.ChangeServices.Action)
    assert.equal("arn:aws:iam::123456789012:role/path/lb", by_sid.PassRoles.Resource)
    assert.same({ StringEquals = { ["iam:PassedToService"] = "ecs.amazonaws.com" } }, by_sid.PassRoles.Condition)
    assert.same({ "arn:aws:ecs:eu-west-1:210987654321:cluster/far", arn("cluster/", "prod") },
      by_sid.FindTasks.Condition.ArnEquals["ecs:cluster"])
    assert.is_true(allows(document, { action = "ecs:UpdateService", resource = arn("service/", "prod/web") }))
    assert.is_false(allows(document, { action = "ecs:UpdateService", resource = arn("service/", "prod/other") }))
    assert.is_false(allows(document, { action = "ecs:ListTasks", resource = "*",
      context = { ["ecs:cluster"] = arn("cluster/", "other") } }))
    assert.is_false(allows(document, { action = "iam:PassRole", resource = "arn:aws:iam::123456789012:role/path/lb",
      context = { ["iam:PassedToService"] = "ec2.amazonaws.com" } }))
  end)

  it("changes nothing when it is for plan, and creates nothing when it is for destroy", function()
    local stack = journey.stack(journey.simulator())
    stack:service("web", web())
    assert.same({ ["ecs:DescribeServices"] = true, ["application-autoscaling:DescribeScalableTargets"] = true },
      actions_of(assert(stack:policy { ["for"] = "plan" })))
    assert.same({ ["ecs:DescribeServices"] = true, ["ecs:UpdateService"] = true, ["ecs:DeleteService"] = true },
      actions_of(assert(stack:policy { ["for"] = "destroy" })))
    assert.equal("WrongOption", select(2, stack:policy { ["for"] = "show" }).code)
  end)

  it("knows every member that hands a role to ECS", function()
    local known = {}
    for _, row in ipairs(rights.ROLES) do known[row.path] = true end
    local function walk(rows, prefix)
      for _, row in ipairs(rows) do
        local path = prefix .. row.name
        if row.arn == "iam" or row.name:find "role" then assert.is_true(known[path], path) end
        if row.rows then walk(row.rows, path .. ".") end
      end
    end
    walk(core.schema("service"), "")
  end)

  it("covers what is only recorded, which the next apply deletes", function()
    local sim, path = journey.simulator(), journey.folder() .. "/state.json"
    local stack = journey.stack(sim, { state = path })
    stack:service("web", web())
    assert(stack:apply())
    local bare = journey.stack(sim, { state = path })
    local document = assert(bare:policy { ["for"] = "apply" })
    local first = #sim.requests + 1
    used = {}
    assert(bare:apply())
    assert_allowed(document, sim, first)
    assert.is_true(used["ecs:DeleteService"])
  end)

  it("asks for the account only where accounts are listed", function()
    local stack = journey.stack(journey.simulator(), { allowed_account_ids = { ACCOUNT } })
    stack:service("web", web())
    local document = assert(stack:policy { ["for"] = "plan" })
    assert.is_true(actions_of(document)["sts:GetCallerIdentity"])
    assert.is_true(allows(document, { action = "ecs:DescribeServices", resource = arn("service/", "prod/web") }))
  end)

  it("is for any account where none is known, and for the partition of the region", function()
    local stack = journey.stack(journey.simulator { region = "cn-north-1" }, { region = "cn-north-1" })
    stack:service("web", web())
    assert.equal("arn:aws-cn:ecs:cn-north-1:*:service/prod/web", assert(stack:policy()).Statement[1].Resource)
  end)

  it("allows what a state in S3 is asked for, object by object", function()
    local s3, sim = fake_s3.new(), journey.simulator { task_start_seconds = 100 }
    local state = { url = "s3://states/prod/ecs.json", transport = s3,
      credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG" } }
    local METHODS = { GET = "s3:GetObject", HEAD = "s3:GetObject", PUT = "s3:PutObject", DELETE = "s3:DeleteObject" }
    local sent = {}
    local function check(phase, run)
      local stack = journey.stack(sim, { state = state })
      stack:service("web", web { wait_for_steady_state = true })
      local document = assert(stack:policy { ["for"] = phase })
      local first = #s3.requests + 1
      run(stack)
      for i = first, #s3.requests do
        local request = s3.requests[i]
        local need = { action = METHODS[request.method], resource = "arn:aws:s3:::states/" .. request.key }
        assert.is_true(allows(document, need), phase .. ": " .. need.action .. " on " .. need.resource)
        sent[need.action .. need.resource] = true
      end
      return document
    end
    check("plan", function(stack) assert(stack:plan()) end)
    check("plan", function(stack)
      s3:put("prod/ecs.json.lock", core.json { id = "1", signs = true })
      assert.equal("Locked", select(2, stack:plan()).code)
      s3.objects["prod/ecs.json.lock"] = nil
    end)
    check("apply", function(stack) assert(stack:apply()) end)
    check("stop", function(stack)
      assert(stack:redeploy("web", { wait = false }))
      assert(stack:stop "web")
    end)
    local document = check("destroy", function(stack) assert(stack:destroy()) end)
    for _, statement in ipairs(document.Statement) do
      for _, action in ipairs(list(statement.Action)) do
        if action:find "^s3:.*Object$" then
          local needed = false
          for need in pairs(sent) do needed = needed or matches(action .. statement.Resource, need) end
          assert.is_true(needed, action .. " on " .. statement.Resource)
        end
      end
    end
    assert.is_true(allows(document, { action = "s3:ListBucket", resource = "arn:aws:s3:::states",
      context = { ["s3:prefix"] = "prod/ecs.json.lock" } }))
  end)

  it("uses the key of the state, by id, ARN or alias", function()
    for key, resource in pairs { ["abc-1"] = "arn:aws:kms:us-west-2:*:key/abc-1",
      ["arn:aws:kms:eu-west-1:1:key/x"] = "arn:aws:kms:eu-west-1:1:key/x",
      ["alias/state"] = "arn:aws:kms:us-west-2:*:key/*" } do
      local stack = journey.stack(journey.simulator(), { state = { url = "s3://states/a.json", kms_key_id = key,
        transport = fake_s3.new() } })
      stack:service("web", web())
      local found
      for _, statement in ipairs(assert(stack:policy()).Statement) do
        if statement.Sid == "UseTheKeyOfTheState" then found = statement end
      end
      assert.same({ "kms:Decrypt", "kms:GenerateDataKey" }, found.Action)
      assert.equal(resource, found.Resource)
      assert.equal(key == "alias/state", found.Condition["ForAnyValue:StringEquals"] ~= nil)
    end
  end)

  it("gives a reason for each action, and Sids that IAM takes", function()
    local stack = journey.stack(journey.simulator())
    stack:service("web", web { task_definition = "web" })
    local document, reasons = assert(stack:policy())
    local told, sids = {}, {}
    for _, reason in ipairs(reasons) do told[reason.sid .. reason.action] = #reason.why > 0 end
    for _, statement in ipairs(document.Statement) do
      assert.truthy(statement.Sid:find "^[%w]+$")
      assert.is_nil(sids[statement.Sid])
      sids[statement.Sid] = true
      for _, action in ipairs(list(statement.Action)) do assert.is_true(told[statement.Sid .. action]) end
    end
  end)
end)

describe("ecs-service policy", function()
  local function run(...)
    local out = {}
    local stream = { write = function(_, ...) for _, piece in ipairs { ... } do out[#out + 1] = piece end end }
    local path = journey.folder() .. "/services.lua"
    assert(core.system.write_file(path, [[
      local stack = require("ecs_service").stack { region = "us-west-2", state = false }
      stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
      return stack]]))
    local code = cli.main({ "policy", path, ... }, { stdout = stream, stderr = stream,
      getenv = function() end, isatty = function() return false end, columns = function() end })
    return code, table.concat(out)
  end

  it("writes the policy as JSON, the reasons, or both, and sends nothing", function()
    local code, out = run("--for", "plan", "--account-id", ACCOUNT)
    assert.equal(0, code)
    local document = assert(cjson.decode(out))
    assert.equal("2012-10-17", document.Version)
    assert.equal(arn("service/", "prod/web"), document.Statement[1].Resource)
    code, out = run("--explain", "--for", "plan")
    assert.equal(0, code)
    assert.equal("ecs:DescribeServices                             reads the services to compare, to follow and to "
      .. "check them\napplication-autoscaling:DescribeScalableTargets  sees whose counts auto scaling holds\n", out)
    local both = assert(cjson.decode((select(2, run("--json")))))
    assert.is_table(both.policy.Statement)
    assert.equal("ReadServices", both.reasons[1].sid)
  end)
end)
