-- Declared tasks against ECS servers that others wrote. What they leave out of an answer is put in, and is named here.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local ecs = require "ecs_service"
local ecs_servers = require "support.ecs_servers"

local LOG = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/job", ["awslogs-stream-prefix"] = "p",
  ["awslogs-region"] = ecs_servers.region } }

local ROLE = "arn:aws:iam::123456789012:role/exec"

-- moto says of no stopped task how it was stopped.
local function said_by_moto(body)
  return (body:gsub('"stoppedReason": ?""', '"stoppedReason": "", "stopCode": "EssentialContainerExited"'))
end

-- Over HTTP; `hears` may change the body of an answer, or raise.
local function transport_of(hears)
  local inner, asked = curl.new {}, {}
  return {
    submit = function(_, request)
      asked[request.id] = request.headers["X-Amz-Target"]:match "[^.]+$"
      return inner:submit(request)
    end,
    wait = function(_, seconds)
      local completion = inner:wait(seconds)
      if completion and completion.body then completion.body = hears(asked[completion.id], completion.body) end
      return completion
    end,
    cancel = function(_, id) return inner:cancel(id) end,
  }
end

for _, name in ipairs(ecs_servers.NAMES) do
  describe("a declared task at " .. name, function()
    local server, call, backend, family, network

    -- What moto's account has of its own; its EC2 speaks XML.
    local function first_of(action, member)
      local request = { id = 1, method = "POST", url = server.endpoint .. "/", headers = {
        ["Content-Type"] = "application/x-www-form-urlencoded" }, body = "Action=" .. action .. "&Version=2016-11-15" }
      request.headers = core.sign(request, ecs_servers.credentials, { service = "ec2", region = ecs_servers.region,
        time = core.system.time() })
      local transport = curl.new {}
      assert(transport:submit(request))
      return assert(transport:wait(10).body:match("<" .. member .. ">([^<]+)"))
    end

    setup(function()
      server = ecs_servers.start(name)
      call = server.call
      assert(call("CreateCluster", { clusterName = "prod" }))
      if name == "moto" then
        assert.equal(200, select(2, call("CreateLogGroup", { logGroupName = "/ecs/job" }, "logs")))
        network = { subnets = { first_of("DescribeSubnets", "subnetId") },
          security_groups = { first_of("DescribeSecurityGroups", "groupId") } }
      end
    end)
    teardown(function() if server then server.stop() end end)
    before_each(function() backend = require "ecs_service.state.memory".new() end)

    -- How moto's tasks get on: "immediate" ones have ended when they are looked at; a look moves "manual" ones on.
    local function tasks_end(progression)
      local transport = curl.new {}
      local url = server.endpoint .. "/moto-api/state-manager/set-transition"
      assert(transport:submit { id = 1, method = "POST", url = url, headers = { ["Content-Type"] = "application/json" },
        body = core.json { model_name = "ecs::task", transition = { progression = progression, times = 1 } } })
      assert.equal(201, transport:wait(10).status)
    end

    local function new_stack(hears)
      local stack = assert(ecs.stack { region = ecs_servers.region, endpoint = server.endpoint, state = backend,
        credentials = ecs_servers.credentials, transport = transport_of(hears or function(_, body)
          return name == "moto" and said_by_moto(body) or body
        end) })
      local mine = name == "moto" and { mode = "awsvpc", launch_type = "FARGATE" } -- it has no instances
        or { mode = "bridge", launch_type = "EC2" }
      local definition = stack:task_definition("job", { family = family, network_mode = mine.mode, cpu = "1024",
        memory = "2048", requires_compatibilities = { mine.launch_type }, execution_role_arn = ROLE,
        container_definitions = { { name = "app", image = "app", memory = 9, log_configuration = LOG } } })
      local web = stack:service("web", { name = family, cluster = "prod", task_definition = definition,
        launch_type = mine.launch_type, network_configuration = network, desired_count = 1 })
      stack:task("migrate", { service = web, command = { "bin/migrate" }, before = { web } })
      return stack
    end

    local function started()
      local arns = assert(call("ListTasks", { cluster = "prod", family = family })).taskArns
      return arns[1] and assert(call("DescribeTasks", { cluster = "prod", tasks = arns })).tasks or {}
    end

    if name == "moto" then
      it("is run by an apply with its definition and service, once", function()
        family = "once"
        tasks_end "immediate"
        local stack = new_stack()
        local result = assert(stack:apply())
        assert.equal(0, result.tasks.migrate.exit_code)
        assert.equal("once:1", result.services.web.task_definition:match "[^/]+$")
        local plan = assert(new_stack():plan())
        assert.is_true(plan:is_empty(), plan:render { color = false })
        local tasks = started()
        assert.equal(1, #tasks)
        assert.truthy(tasks[1].startedBy:find("^ecs%-service/%x+$"))
        assert.equal(#"ecs-service/" + 24, #tasks[1].startedBy)
        local recorded = assert(stack.tasks.migrate:attributes())
        assert.same({ tasks[1].taskArn }, recorded.tasks)
        assert.equal(tasks[1].taskDefinitionArn, recorded.task_definition)
      end)

      it("is found again by who started it when the run was killed before it heard of it", function()
        family = "killed"
        tasks_end "manual"
        local ok, raised = pcall(function()
          return new_stack(function(operation, body)
            if operation == "RunTask" then error("killed", 0) end
            return body
          end):apply()
        end)
        assert.is_false(ok)
        assert.truthy(tostring(raised):find("killed", 1, true))
        local began = started()
        assert.equal(1, #began)
        tasks_end "immediate"
        local result = assert(new_stack():apply())
        assert.same({ began[1].taskArn }, result.tasks.migrate.tasks)
        assert.equal(1, #started())
        assert.is_true(assert(new_stack():plan()):is_empty())
      end)

      it("is run by hand, and its lines are read", function()
        family = "hand"
        tasks_end "immediate"
        assert(new_stack():apply())
        local written
        local stack = new_stack(function(operation, body)
          local id = operation == "RunTask" and not written and body:match "task/prod/([%w-]+)"
          if id then
            written = { logGroupName = "/ecs/job", logStreamName = "p/app/" .. id }
            assert.equal(200, select(2, call("CreateLogStream", written, "logs")))
            written.logEvents = { { timestamp = math.floor(core.system.time() * 1000), message = "3 migrations" } }
            assert.equal(200, select(2, call("PutLogEvents", written, "logs")))
          end
          return said_by_moto(body)
        end)
        local result = assert(stack:run "task.migrate")
        assert.equal(0, result.exit_code)
        assert.equal("3 migrations", result.logs[1].text)
        local lines = assert(stack:logs("web", { task = result.task_arn }))
        assert.equal("3 migrations", lines().text)
        assert.is_nil(lines())
        assert.equal(2, #started())
      end)
    else
      it("that somebody stops has failed, with exit code 0 as well, and nothing behind it is begun", function()
        family = "stopped"
        local stack = new_stack()
        local _, err = stack:apply { on_event = function(event)
          if event.type == "task" and event.status == "RUNNING" then
            assert(call("StopTask", { cluster = "prod", task = event.task_arn, reason = "not today" }))
          end
        end }
        assert.same({ "TaskFailed", 0 }, { err.errors[1].code, err.errors[1].exit_code })
        assert.truthy(err.errors[1].message:find("not today", 1, true), err.errors[1].message)
        assert.same({}, assert(call("DescribeServices", { cluster = "prod", services = { family } })).services)
        assert.equal("run", assert(new_stack():plan()).changes[2].action)
      end)
    end
  end)
end
