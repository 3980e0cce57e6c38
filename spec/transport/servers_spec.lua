-- The journey of a service over real HTTP, against ECS servers that others wrote: moto and ministack.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local ecs_servers = require "support.ecs_servers"
local journey = require "support.journey"

local region, credentials = ecs_servers.region, ecs_servers.credentials

for _, name in ipairs(ecs_servers.NAMES) do
  describe("against " .. name, function()
    local server, endpoint, call, state

    setup(function()
      server = ecs_servers.start(name)
      endpoint, call = server.endpoint, server.call
      state = os.tmpname()
      os.remove(state)
    end)

    teardown(function()
      if server then server.stop() end
      os.execute("rm -f '" .. state .. "'*")
    end)

    local function new_stack(config, state_file)
      local stack = assert(ecs.stack { region = region, endpoint = endpoint, credentials = credentials,
        state = state_file == nil and state or state_file, default_tags = { team = "core" } })
      if config then
        stack:service("web", config)
      end
      return stack
    end

    local function config(changes)
      local result = {
        name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2,
        ordered_placement_strategy = { { type = "binpack", field = "cpu" } },
        placement_constraints = { { type = "distinctInstance" } },
        tags = { stage = "test" },
      }
      for key, value in pairs(changes or {}) do
        result[key] = value
      end
      return result
    end

    if name == "moto" then
      it("answers calls of other services: logs, scalable targets and parameters", function()
        local stack = new_stack(nil, false)
        assert.same({}, assert(stack:call("logs", "CreateLogGroup", { logGroupName = "/ecs/web", tags = { a = "b" } })))
        local groups = assert(stack:call("logs", "DescribeLogGroups", { logGroupNamePrefix = "/ecs" })).logGroups
        assert.equal("/ecs/web", groups[1].logGroupName)
        assert.is_number(groups[1].creationTime)
        local _, err = stack:call("logs", "CreateLogGroup", { logGroupName = "/ecs/web" })
        assert.equal("ResourceAlreadyExistsException", err.code)
        assert(stack:call("ssm", "PutParameter", { Name = "/web/version", Value = "7", Type = "String" }))
        assert.equal("7", assert(stack:call("ssm", "GetParameter", { Name = "/web/version" })).Parameter.Value)
        assert.same({}, assert(stack:call("application-autoscaling", "DescribeScalableTargets", {
          ServiceNamespace = "ecs" })).ScalableTargets)
        assert.truthy(assert(stack:call("secretsmanager", "CreateSecret", { Name = "web", SecretString = "s" })).ARN)
        assert(stack:call("events", "PutRule", { Name = "web", ScheduleExpression = "rate(5 minutes)" }))
        assert.equal("web", assert(stack:call("events", "ListRules")).Rules[1].Name)
        assert(stack:call("dynamodb", "CreateTable", { TableName = "web", BillingMode = "PAY_PER_REQUEST",
          KeySchema = { { AttributeName = "id", KeyType = "HASH" } },
          AttributeDefinitions = { { AttributeName = "id", AttributeType = "S" } } }))
        assert.same({ "web" }, assert(stack:call("dynamodb", "ListTables")).TableNames)
        assert.same({}, assert(stack:call("ecr", "DescribeRepositories")).repositories)
        assert.is_table(assert(stack:call("cloudwatch", "DescribeAlarms")).MetricAlarms)
        assert.is_table(assert(stack:call("ecs", "ListClusters")).clusterArns)
      end)

      it("knows the scalable target of a service in plans and status, and leaves its count to it", function()
        assert(call("CreateCluster", { clusterName = "scaled" }))
        assert(call("RegisterTaskDefinition", { family = "scaled", containerDefinitions = { { name = "app",
          image = "app", memory = 9 } } }))
        local own = os.tmpname()
        os.remove(own)
        finally(function() os.execute("rm -f '" .. own .. "'*") end)
        local function stack_of(count)
          local stack = new_stack(nil, own)
          stack:service("api", { name = "api", cluster = "scaled", task_definition = "scaled:1",
            desired_count = count })
          return stack
        end
        assert(stack_of(4):apply())
        assert(stack_of(4):call("application-autoscaling", "RegisterScalableTarget", { ServiceNamespace = "ecs",
          ResourceId = "service/scaled/api", ScalableDimension = "ecs:service:DesiredCount", MinCapacity = 2,
          MaxCapacity = 20, SuspendedState = { DynamicScalingInSuspended = true, DynamicScalingOutSuspended = false,
            ScheduledScalingSuspended = false } }))
        assert(call("UpdateService", { cluster = "scaled", service = "api", desiredCount = 9 }))
        local told = {}
        for _, warning in ipairs(assert(stack_of(4):plan()).warnings) do told[warning.code] = warning.message end
        assert.equal("auto scaling holds 2–20 tasks here and chose 9; this plan sets 4", told.AutoScaled)
        assert.is_nil(told.AutoScalingUnknown)
        assert.is_true(assert(stack_of(ecs.autoscaled(4)):plan()):is_empty())
        assert.is_true(assert(stack_of(nil):plan()):is_empty())
        local found = assert(stack_of(4):status()).api.autoscaling
        assert.same({ 2, 20, true }, { found.min_capacity, found.max_capacity, found.suspended.scale_in })
      end)

      it("reads the logs of a task, page by page to the token that leads to itself", function()
        local stack = new_stack(nil, false)
        assert.equal(200, select(2, call("CreateLogGroup", { logGroupName = "/ecs/job" }, "logs")))
        assert(call("CreateCluster", { clusterName = "jobs" }))
        assert(call("RegisterTaskDefinition", { family = "job", containerDefinitions = { { name = "app", image = "app",
          memory = 9, logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "/ecs/job",
            ["awslogs-region"] = region, ["awslogs-stream-prefix"] = "p" } } } } }))
        assert(call("CreateService", { cluster = "jobs", serviceName = "job", taskDefinition = "job",
          desiredCount = 0 }))
        local stream = { logGroupName = "/ecs/job", logStreamName = "p/app/0123456789abcdef0123456789abcdef" }
        assert.equal(200, select(2, call("CreateLogStream", stream, "logs")))
        local now = math.floor(core.system.time() * 1000)
        stream.logEvents = {}
        for i = 1, 250 do stream.logEvents[i] = { timestamp = now - 1000 + i, message = "line " .. i } end
        assert.equal(200, select(2, call("PutLogEvents", stream, "logs")))
        local function read(opts)
          opts.task = "0123456789abcdef0123456789abcdef"
          local lines, list = assert(stack:logs("jobs/job", opts)), {}
          for line in lines do list[#list + 1] = line.text end
          assert.is_nil(lines.err)
          return list
        end
        local all = read {}
        assert.same({ 250, "line 1", "line 250" }, { #all, all[1], all[250] })
        assert.same({ "line 249", "line 250" }, read { limit = 2 })
      end)

      it("assumes roles, with keys, in a chain and with a web identity token, and tells the account", function()
        local ARN = "arn:aws:iam::%s:role/%s"
        local stack = assert(ecs.stack { region = region, endpoint = endpoint, credentials = credentials, state = false,
          assume_role = { { role_arn = ARN:format("111122223333", "first"), session_name = "one", duration = "15m" },
            { role_arn = ARN:format("444455556666", "second"), session_name = "two", tags = { team = "core" } } } })
        local report = stack:doctor()
        assert.same({ "444455556666", "assume-role" }, { report.account, report.credentials.source })
        assert.equal("arn:aws:sts::444455556666:assumed-role/second/two", report.arn)
        local left = report.credentials.expires - core.system.time()
        assert.truthy(left > 3000 and left < 3700, left)

        journey.write(state, "eyJhbGciOiJub25lIn0.e30.\n")
        journey.environment { AWS_ROLE_ARN = ARN:format("777788889999", "pod"), AWS_ROLE_SESSION_NAME = "three",
          AWS_WEB_IDENTITY_TOKEN_FILE = state, AWS_ENDPOINT_URL = endpoint, AWS_REGION = region }
        report = assert(ecs.stack { state = false }):doctor()
        journey.clean()
        os.remove(state)
        assert.same({ "777788889999", "assume-role-with-web-identity" }, { report.account, report.credentials.source })
      end)

      it("is the account that a stack is allowed to work in, or not", function()
        local ROLE = { role_arn = "arn:aws:iam::111122223333:role/first" }
        local stack = assert(ecs.stack { region = region, endpoint = endpoint, credentials = credentials, state = false,
          assume_role = ROLE, allowed_account_ids = { "444455556666" } })
        stack:service("web", { name = "web", task_definition = "web:1" })
        local plan, err = stack:plan()
        assert.is_nil(plan)
        assert.equal("WrongAccount", err.code)
      end)
    end

    it("creates, updates, imports, finds drift and destroys", function()
      assert(call("CreateCluster", { clusterName = "prod" }))
      for _ = 1, 2 do
        assert(call("RegisterTaskDefinition", { family = "web", containerDefinitions = {
          { name = "web", image = "nginx", memory = 64 } } }))
      end

      local stack = new_stack(config())
      local plan = assert(stack:plan())
      assert.equal("create", plan.changes[1].action)
      local result = assert(stack:apply(plan))
      assert.equal("web:1", result.services.web.task_definition)
      plan = assert(new_stack(config()):plan())
      assert.is_true(plan:is_empty(), plan:render { color = false })

      stack = new_stack(config { task_definition = "web:2", desired_count = 3, tags = { stage = "live" } })
      plan = assert(stack:plan())
      assert.equal("update", plan.changes[1].action)
      assert(stack:apply(plan))
      plan = assert(stack:plan())
      assert.is_true(plan:is_empty(), plan:render { color = false })

      local other = new_stack(nil, false)
      other:service("web", config { task_definition = "web:2", desired_count = 3, tags = { stage = "live" } })
      local attributes = assert(other:import("web", "prod/web"))
      assert.equal("web", attributes.name)
      assert.equal(3, attributes.desired_count)

      assert(call("UpdateService", { cluster = "prod", service = "web", desiredCount = 7 }))
      plan = assert(stack:plan())
      assert.equal("update", plan.changes[1].action)
      assert.equal("desired_count", plan.changes[1].diff[1].path)
      assert.equal(7, plan.changes[1].diff[1].before)
      assert.equal("desired_count", plan.changes[1].drift[1].path)
      assert(stack:apply(plan))
      assert.is_true(assert(stack:plan()):is_empty())

      assert(stack:destroy())
      local answer = assert(call("DescribeServices", { cluster = "prod", services = { "web" } }))
      assert.is_true(#answer.services == 0 or answer.services[1].status ~= "ACTIVE")
    end)

    it("deploys a new image without a declaration, and registers nothing for the same image again", function()
      assert(call("CreateCluster", { clusterName = "prod" }))
      local answer = assert(call("RegisterTaskDefinition", { family = "shop", containerDefinitions = { { name = "app",
        image = "acme/shop:1", memory = 64, environment = { { name = "LEVEL", value = "a=b \"c\"" } } } } }))
      local first = math.floor(assert(answer.taskDefinition, core.json(answer)).revision)
      assert(call("CreateService", { cluster = "prod", serviceName = "shop", taskDefinition = "shop:" .. first,
        desiredCount = 1 }))
      local function deploy(image)
        return assert(ecs.deploy { region = region, endpoint = endpoint, credentials = credentials,
          service = "prod/shop", image = image, wait = false })
      end
      local result = deploy "acme/shop:2"
      assert.equal(first + 1, result.task_definitions.shop.revision)
      local runs = assert(call("DescribeServices", { cluster = "prod", services = { "shop" } })).services[1]
      assert.equal("shop:" .. first + 1, runs.taskDefinition:match "[^/]+$")
      local app = assert(call("DescribeTaskDefinition", { taskDefinition = "shop" })).taskDefinition
        .containerDefinitions[1]
      assert.same({ "acme/shop:2", 'a=b "c"' }, { app.image, app.environment[1].value })
      assert.is_true(deploy("acme/shop:2").plan:is_empty())
      assert.is_nil(call("DescribeTaskDefinition", { taskDefinition = "shop:" .. first + 2 }).taskDefinition)
      call("DeleteService", { cluster = "prod", service = "shop", force = true })
    end)
  end)
end
