-- Task definitions against ECS servers that others wrote: declared, changed, deployed, run and destroyed, by Lua and by
-- the command, and read by each as the other left it.
local command = require "support.command"
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"
local ecs_servers = require "support.ecs_servers"

-- What a server puts into a definition that does not have it, which ECS does not: it is declared there.
local FILLED_IN = {
  moto = { network_mode = "bridge" },
  ministack = { cpu = "1024", memory = "2048", network_mode = "bridge", requires_compatibilities = { "EC2" } },
}

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = %q, endpoint = %q, state = %q,
  credentials = { access_key_id = %q, secret_access_key = %q } })
local vars = ecs.variables { image = { default = "acme/api:1" }, team = { default = "core" } }
local api = stack:task_definition("api", { family = "command", network_mode = "bridge", cpu = 1024,
  memory = 2048, requires_compatibilities = { "EC2" }, container_definitions = { {
  name = "app", image = vars.image, memory = 64, environment = { LEVEL = "info", PORT = 8080 },
  port_mappings = { { name = "http", container_port = 8080 } } } }, tags = { team = vars.team } })
stack:service("api", { name = "command", cluster = "prod", task_definition = api, desired_count = 1 })
return stack
]]

for _, name in ipairs(ecs_servers.NAMES) do
  describe("a task definition at " .. name, function()
    local server, call, backend

    setup(function()
      server = ecs_servers.start(name)
      call = server.call
      assert(call("CreateCluster", { clusterName = "prod" }))
    end)
    teardown(function() if server then server.stop() end end)
    before_each(function() backend = require "ecs_service.state.memory".new() end)

    local function new_stack(state)
      return assert(ecs.stack { region = ecs_servers.region, endpoint = server.endpoint,
        credentials = ecs_servers.credentials, state = state == nil and backend or state })
    end

    local function filled_in(config)
      for key, value in pairs(FILLED_IN[name]) do
        local camel = key:gsub("_(%l)", string.upper)
        if config[key] == nil and config[camel] == nil then config[key] = value end
      end
      return config
    end

    local function stack_of(family, container, more)
      local stack = new_stack()
      local config = filled_in(declared.definition(container, { family = family }))
      for key, value in pairs(more or {}) do config[key] = value end
      local api = stack:task_definition("api", config)
      stack:service("api", { name = family, cluster = "prod", task_definition = api, desired_count = 1 })
      return stack, api
    end

    local function runs(service)
      local answer = assert(call("DescribeServices", { cluster = "prod", services = { service } }))
      return answer.services[1].taskDefinition:match "[^/]+$"
    end

    local function of(definition)
      return assert(call("DescribeTaskDefinition", { taskDefinition = definition, include = { "TAGS" } }))
    end

    local function empty(stack)
      local plan = assert(stack:plan())
      assert.is_true(plan:is_empty(), plan:render { color = false })
    end

    it("is registered once, again with a new image, and not for tags alone", function()
      local stack, api = stack_of("lua", nil, { tags = { team = "core" } })
      assert(stack:apply())
      assert.equal(1, api:attributes().revision)
      assert.equal("lua:1", runs "lua")
      empty(stack_of("lua", nil, { tags = { team = "core" } }))
      assert(stack_of("lua", { image = "acme/api:2" }, { tags = { team = "core" } }):apply())
      assert.equal("lua:2", runs "lua")
      assert.equal("acme/api:2", of("lua:2").taskDefinition.containerDefinitions[1].image)
      assert.equal("ACTIVE", of("lua:1").taskDefinition.status)

      local changed = function() return (stack_of("lua", { image = "acme/api:2" }, { tags = { team = "web" } })) end
      assert.same({ "task_definition api update", "service api no-op" }, declared.actions(assert(changed():plan())))
      assert(changed():apply())
      assert.same({ { key = "team", value = "web" } }, of("lua:2").tags)
      empty(changed())

      assert(changed():destroy())
      assert.equal("INACTIVE", of("lua:2").taskDefinition.status)
    end)

    it("is declared from the files of ecspresso, and is no change once it is applied", function()
      for _, file in ipairs { "ci-nginx-taskdef", "ci-bash-taskdef", "ci-ecs-task-def", "ci-ecs-task-def-daemon",
        "terraform-ecs-task-def", "ecs-task-def" } do
        local function stack_with()
          local stack = new_stack()
          stack:task_definition(file, filled_in(ecs.json_file("../data/ecspresso/" .. file .. ".json")))
          return stack
        end
        assert(stack_with():apply())
        empty(stack_with())
        assert(stack_with():destroy())
      end
    end)

    it("is taken over, and written as a declaration that is no change", function()
      assert(stack_of("taken"):apply())
      backend = require "ecs_service.state.memory".new()
      local stack = new_stack()
      assert.equal("taken", assert(stack:import("task_definition.api", "taken:1")).family)
      assert(stack:import("api", "prod/taken"))
      local source = assert(stack:generate_config "task_definition.api")
      assert((loadstring or load)("local stack = ...\n" .. source))(stack)
      local plan = assert(stack:plan())
      assert.same({ "task_definition api no-op", "service api no-op" }, declared.actions(plan))
    end)

    it("of a service that is not declared is deployed with a new image", function()
      assert(stack_of("deployed"):apply())
      local result = assert(ecs.deploy { region = ecs_servers.region, endpoint = server.endpoint,
        credentials = ecs_servers.credentials, service = "prod/deployed", image = "acme/api:3", wait = false })
      assert.equal(2, result.task_definitions.deployed.revision)
      assert.equal("deployed:2", runs "deployed")
      -- The stack goes back to what it declares, and registers nothing for it.
      assert.same({ "task_definition api no-op", "service api update" },
        declared.actions(assert(stack_of("deployed"):plan())))
      assert(stack_of("deployed"):apply())
      assert.equal("deployed:1", runs "deployed")
      assert(stack_of("deployed"):destroy())
    end)

    it("is planned, applied, changed and destroyed by the command", function()
      command.begin()
      finally(command.clean)
      assert(core.system.write_file(command.script, SCRIPT:format(ecs_servers.region, server.endpoint,
        command.folder .. "/state.json", ecs_servers.credentials.access_key_id,
        ecs_servers.credentials.secret_access_key)))
      local function done(wanted, ...)
        local code, out, err = command.run({}, ...)
        assert.equal(wanted, code, out .. err)
        return out .. err
      end
      local function apply(...) return done(0, "apply", command.script, "--auto-approve", ...) end
      local function plan(wanted, ...)
        return done(wanted, "plan", command.script, "--detailed-exitcode", ...)
      end
      command.has(plan(2), "register")
      command.has(apply(), "1 registered, 1 created")
      plan(0)
      command.has(plan(2, "--var", "image=acme/api:2"), '"acme/api:1" → "acme/api:2"')
      command.has(apply("--var", "image=acme/api:2"), "1 registered, 1 updated")
      assert.equal("command:2", runs "command")
      plan(0, "--var", "image=acme/api:2")
      apply("--var", "image=acme/api:2", "--var", "team=web")
      assert.equal("command:2", runs "command")
      assert.same({ { key = "team", value = "web" } }, of("command:2").tags)
      done(0, "destroy", command.script, "--auto-approve")
      assert.equal("INACTIVE", of("command:1").taskDefinition.status)
    end)
  end)
end
