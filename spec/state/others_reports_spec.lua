-- What users of other tools have reported of services. The tracker and number stand with each; tfpa is
-- hashicorp/terraform-provider-aws.
local ecs = require "ecs_service"
local journey = require "support.journey"
local memory = require "ecs_service.state.memory"

local TG = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"
local TG2 = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web2/0123456789abcdef"
local REGISTRY = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1"
local LINKED = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
local GRACE = "Health check grace period is only valid for services configured to use load balancers"

local function balancer(more)
  local one = { target_group_arn = TG, container_name = "web", container_port = 80 }
  for key, value in pairs(more or {}) do one[key] = value end
  return one
end

local sim, backend

before_each(function()
  sim = ecs.simulator { clusters = { "prod", "prod2" }, task_definitions = { "web:7", "web:8" } }
  backend = memory.new()
end)

-- The simulator, whose answers `change` has rewritten.
local function answering(change)
  local t = { scheduler = sim.scheduler, credentials = sim.credentials }
  function t.submit(_, request) return sim:submit(request) end
  function t.wait(_, seconds)
    local a, b = sim:wait(seconds)
    if a and type(a.body) == "string" then a.body = change(a.body) end
    return a, b
  end
  function t.cancel(_, id) return sim:cancel(id) end
  function t.close() end
  return t
end

local function without(text, pattern) return (text:gsub(pattern, "")) end

local function stack(more, transport)
  local one = assert(ecs.stack { region = "us-west-2", transport = transport or sim, credentials = sim.credentials,
    state = false })
  one.backend = backend
  local args = { name = "web", cluster = "prod", task_definition = "web:7", desired_count = 2 }
  for key, value in pairs(more or {}) do args[key] = value end
  one:service("web", args)
  return one
end

local function sent(operation, from) return journey.bodies(sim, operation, from) end

local function change_of(more, transport) return assert(stack(more, transport):plan()).changes[1] end

local function warning(plan, code)
  for _, one in ipairs(plan.warnings) do
    if one.code == code then return one end
  end
end

describe("a volume that is not the service's (tfpa#48945)", function()
  local function shared(body)
    return (without(body, '"volumeConfigurations":%b[],?'):gsub('"status":"PRIMARY"',
      '"status":"PRIMARY","volumeConfigurations":[{"name":"shared"}]'))
  end

  it("is neither shown nor sent", function()
    local transport = answering(shared)
    assert(stack({}, transport):apply())
    assert.equal("no-op", change_of({}, transport).action)
    local from = #sim.requests + 1
    assert(stack({ task_definition = "web:8" }, transport):apply())
    assert.is_nil(sent("UpdateService", from)[1].volumeConfigurations)
  end)
end)

describe("the import of an address that is not declared (hashicorp/terraform#16119)", function()
  it("deletes nothing", function()
    assert(stack():apply())
    backend = memory.new()
    local empty = assert(ecs.stack { region = "us-west-2", transport = sim, credentials = sim.credentials,
      state = false })
    empty.backend = backend
    assert(empty:import("web", "prod/web"))
    assert.equal("no-op", assert(empty:plan()).changes[1].action)
  end)
end)

-- aws/containers-roadmap#2575, tfpa#10332, cloudformation-coverage-roadmap#1804
describe("a role of one's own", function()
  local declared = { iam_role = "ecsServiceRole", load_balancer = { balancer() } }

  it("is warned of where the service-linked role is needed, and is no error", function()
    for _, more in ipairs {
      { load_balancer = { balancer(), balancer { target_group_arn = TG2, container_port = 81 } } },
      { load_balancer = { balancer() }, service_registries = { { registry_arn = REGISTRY } } },
      { load_balancer = { balancer() }, network_configuration = { subnets = { "subnet-1" } } },
    } do
      more.iam_role = "ecsServiceRole"
      local one = warning(assert(stack(more):plan()), "Conflict")
      assert.equal("iam_role", one.path)
      assert.truthy(one.hint:find("remove iam_role", 1, true))
    end
  end)

  it("whose place the service-linked role has taken replaces nothing; the plan says what to remove", function()
    assert(stack(declared):apply())
    local transport = answering(function(body)
      return (body:gsub("arn:aws:iam::123456789012:role/ecsServiceRole", LINKED))
    end)
    for _ = 1, 2 do -- also when that is what the record has
      local plan = assert(stack(declared, transport):plan())
      assert.equal("no-op", plan.changes[1].action)
      assert.same({ "iam_role", "remove iam_role" },
        { warning(plan, "LinkedRole").path, warning(plan, "LinkedRole").hint })
      assert(stack(declared, transport):refresh())
    end
    assert.equal("no-op", change_of({ load_balancer = { balancer() } }, transport).action)
    assert.is_nil(warning(assert(stack({ load_balancer = { balancer() } }, transport):plan()), "LinkedRole"))
  end)

  it("stays declared when the service is replaced for another reason", function()
    assert(stack(declared):apply())
    local transport = answering(function(body)
      return (body:gsub("arn:aws:iam::123456789012:role/ecsServiceRole", LINKED))
    end)
    local change = change_of({ iam_role = "ecsServiceRole", load_balancer = { balancer() }, launch_type = "FARGATE" },
      transport)
    assert.same({ "replace", "ecsServiceRole" }, { change.action, change.after.iam_role })
  end)

  it("gives way when load balancers or registries are added, as AWS has it", function()
    assert(stack(declared):apply())
    local more = { iam_role = "ecsServiceRole",
      load_balancer = { balancer(), balancer { target_group_arn = TG2 } } }
    assert(stack(more):apply())
    local service = assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1]
    assert.equal(LINKED, service.roleArn)
    assert.equal("no-op", change_of(more).action)
  end)

  it("that AWS refuses at the create is told with what to remove", function()
    local _, err = stack { iam_role = "ecsServiceRole", load_balancer = { balancer(), balancer {
      target_group_arn = TG2 } } }:apply()
    assert.equal("InvalidParameterException", err.code)
    assert.truthy(err.hint:find("remove iam_role", 1, true))
  end)
end)

describe("a grace period", function()
  local both = { load_balancer = { balancer() }, health_check_grace_period_seconds = 60 }

  it("that AWS refuses beside the first load balancer goes behind it (cloudformation-coverage-roadmap#1313)", function()
    assert(stack():apply())
    local from = #sim.requests + 1
    sim:fault { operation = "UpdateService", code = "InvalidParameterException", message = GRACE, times = 1 }
    assert(stack(both):apply())
    local requests = sent("UpdateService", from)
    assert.equal(3, #requests)
    assert.is_nil(requests[2].healthCheckGracePeriodSeconds)
    assert.equal(1, #requests[2].loadBalancers)
    assert.same({ cluster = "prod", service = "web", healthCheckGracePeriodSeconds = 60 }, requests[3])
    assert.equal("no-op", change_of(both).action)
  end)

  it("that AWS goes on refusing is an error, and the load balancer is recorded", function()
    assert(stack():apply())
    local transport = answering(function(body) return body end)
    function transport.submit(_, request)
      if request.body:find("healthCheckGracePeriodSeconds", 1, true) then
        sim:fault { operation = "UpdateService", code = "InvalidParameterException", message = GRACE, times = 1 }
      end
      return sim:submit(request)
    end
    local _, err = stack(both, transport):apply()
    assert.equal("InvalidParameterException", err.code)
    assert.same({ "health_check_grace_period_seconds" }, change_of(both).changed)
  end)

  it("goes with the last load balancer, without a word when AWS refuses that", function()
    assert(stack(both):apply())
    local from = #sim.requests + 1
    sim:fault { operation = "UpdateService", code = "InvalidParameterException", message = GRACE, times = 1 }
    assert(stack():apply())
    local requests = sent("UpdateService", from)
    assert.equal(2, #requests)
    assert.is_nil(requests[2].healthCheckGracePeriodSeconds)
    assert.same({}, requests[2].loadBalancers)
    assert.equal("no-op", change_of().action)
  end)

  local function left_over(body)
    return (without(body, '"healthCheckGracePeriodSeconds":%d+,?'):gsub('"schedulingStrategy":',
      '"healthCheckGracePeriodSeconds":30,"schedulingStrategy":'))
  end

  it("that is left over without a load balancer is no change (tfpa#31104)", function()
    assert(stack():apply())
    local transport = answering(left_over)
    assert.equal("no-op", change_of({}, transport).action)
    assert.equal("no-op", change_of({ health_check_grace_period_seconds = 0 }, transport).action)
    assert.equal("no-op", change_of({ health_check_grace_period_seconds = nil }, transport).action)
    local change = change_of({ load_balancer = { balancer() } }, transport)
    assert.same({ "health_check_grace_period_seconds", "load_balancer" }, change.changed)
  end)

  it("that is left over is not generated", function()
    assert(stack():apply())
    local text = assert(stack({}, answering(left_over)):generate_config "prod/web")
    assert.is_nil(text:find("grace", 1, true))
  end)
end)

describe("a service whose ARN is of the old form (boto3#2473, reproio/ecs_deploy#49)", function()
  it("takes no tags, and the error says what to do", function()
    local transport = answering(function(body) return (body:gsub("service/prod/web", "service/web")) end)
    assert(stack({}, transport):apply())
    assert(stack({ task_definition = "web:8" }, transport):apply())
    sim:fault { operation = "TagResource", code = "InvalidParameterException",
      message = "Long arn format must be used for tagging operations", times = 9 }
    local _, err = stack({ tags = { team = "a" } }, transport):apply()
    assert.truthy(err.hint:find("create it again", 1, true))
  end)

  it("is made by accounts that have not opted in, which the error says", function()
    sim:fault { operation = "CreateService", code = "InvalidParameterException",
      message = "The new ARN and resource ID format must be enabled to propagate tags", times = 9 }
    local _, err = stack({ propagate_tags = "SERVICE" }):apply()
    assert.truthy(err.hint:find("serviceLongArnFormat", 1, true))
  end)
end)

describe("names of the API and of older tools (kayac/ecspresso#131, tfpa#1466)", function()
  it("lead to the argument", function()
    for _, case in ipairs {
      { { placement_strategy = {} }, "placement_strategy", "ordered_placement_strategy" },
      { { deploymentConfiguration = {} }, "deploymentConfiguration", "deployment_configuration" },
      { { deployment_configuration = { maximumPercent = 1 } }, "deployment_configuration.maximumPercent",
        "deployment_maximum_percent" },
      { { service_name = "x" }, "service_name", "write name" },
      { { network_configuration = { awsvpcConfiguration = {} } }, "network_configuration.awsvpcConfiguration",
        "subnets" },
    } do
      local _, err = stack(case[1]):validate()
      local told
      for _, one in ipairs(err.diagnostics) do
        if one.path == case[2] then told = one.message .. " " .. tostring(one.hint) end
      end
      assert.truthy(told:find(case[3], 1, true), told)
    end
  end)

  it("and values of maps that are no text lead to tostring (terraform#22751, tfpa#35410)", function()
    local _, err = stack { force_new_deployment = true, triggers = { redeployment = 1795894633 } }:validate()
    assert.truthy(tostring(err):find("tostring", 1, true))
  end)
end)

describe("a move to another cluster (tfpa#2919)", function()
  it("does not ask for another name", function()
    assert(stack():apply())
    local plan = assert(stack { cluster = "prod2" }:plan())
    local hint = warning(plan, "Downtime").hint
    assert.is_nil(hint:find("name", 1, true))
    assert.truthy(hint:find("create_before_destroy = true", 1, true))
    assert.truthy(plan:render { color = false }:find("the old service is destroyed first", 1, true))
    local change = change_of { cluster = "prod2", lifecycle = { create_before_destroy = true } }
    assert.equal("create,delete", change.steps)
  end)

  it("another argument that replaces does", function()
    assert(stack { launch_type = "EC2" }:apply())
    local plan = assert(stack { launch_type = "FARGATE" }:plan())
    assert.truthy(warning(plan, "Downtime").hint:find("change the name too", 1, true))
    assert.truthy(plan:render { color = false }:find("the name must be free first", 1, true))
  end)
end)

describe("a family without revision (terraform-aws-ecs#382)", function()
  it("is shown with the revision that it means", function()
    assert(stack():apply())
    local text = assert(stack { task_definition = "web" }:plan()):render { color = false }
    assert.truthy(text:find("note: web is web:8 now, its newest ACTIVE revision", 1, true), text)
  end)
end)

describe("a revision that no task definition has", function()
  it("is told with the one that was meant", function()
    local _, err = stack { task_definition = "web:07" }:validate()
    assert.equal('write "web:7"', err.diagnostics[1].hint)
  end)
end)

describe("what is kept although something else is recorded (eagletmt/hako#92)", function()
  it("is not said to be undeclared when it is declared", function()
    sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:7" } }
    assert(stack { health_check_grace_period_seconds = 0 }:apply())
    local transport = answering(function(body)
      return (without(body, '"healthCheckGracePeriodSeconds":%d+,?'):gsub('"schedulingStrategy":',
        '"healthCheckGracePeriodSeconds":30,"schedulingStrategy":'))
    end)
    local text = assert(stack({ health_check_grace_period_seconds = 0 }, transport):plan()):render { color = false }
    assert.truthy(text:find("(kept: this plan leaves it so)", 1, true), text)
  end)
end)

describe("a service that is stuck in DRAINING (aws-cli#1334)", function()
  it("makes the error name the role that ECS needs to end it", function()
    for role, told in pairs { ecsServiceRole = "ecsServiceRole", [false] = "AWSServiceRoleForECS" } do
      sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:7" }, stop_seconds = 100000 }
      backend = memory.new()
      local one = stack { timeouts = { delete = "2m" }, iam_role = role or nil, load_balancer = { balancer() } }
      assert(one:apply())
      sim:advance(100)
      local _, err = one:destroy()
      assert.equal("Timeout", err.code)
      assert.truthy(err.hint:find("role", 1, true))
      assert.truthy(err.hint:find(told, 1, true), err.hint)
    end
  end)
end)
