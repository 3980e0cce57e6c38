-- What the newest arguments do when they are changed, taken out, or switched by somebody else's hand.
local ecs = require "ecs_service"
local journey = require "support.journey"
local members = require "support.members"
local staged = require "support.staged"
local web = require "support.staged_web"

before_each(function() journey.environment {} end)
after_each(journey.clean)

-- A stack that declares one thing after another of "web", in one account.
local function scene()
  local sim = web.simulator { region = "us-west-2" }
  local stack = journey.stack(sim)
  local service = stack:service("web", {})
  local self = { sim = sim, stack = stack }

  --- Declares, plans, applies; answers the change and the body of the update.
  function self.apply(config)
    service.config = config
    local change, from = assert(stack:plan()).changes[1], #sim.requests + 1
    local result, err = stack:apply()
    assert(result, tostring(err))
    journey.assert_empty(stack)
    return change, journey.bodies(sim, "UpdateService", from)[1]
  end
  return self
end

local function rules(test_rule)
  local config = web.declaration("BLUE_GREEN", nil, "web:1")
  config.deployment_configuration.bake_time_in_minutes = 0
  config.load_balancer[1].advanced_configuration.test_listener_rule = test_rule
  return config
end

describe("a test listener rule", function()
  it("starts a deployment when it comes and when it goes, and is not sent any more then", function()
    local self = scene()
    self.apply(rules(nil))
    local change, body = self.apply(rules(staged.RULE .. "4"))
    assert.is_true(change.deployment.starts)
    assert.equal(staged.RULE .. "4", body.loadBalancers[1].advancedConfiguration.testListenerRule)
    change, body = self.apply(rules(nil))
    assert.is_true(change.deployment.starts)
    assert.is_nil(body.loadBalancers[1].advancedConfiguration.testListenerRule)
    assert.equal(staged.RULE, body.loadBalancers[1].advancedConfiguration.productionListenerRule)
  end)
end)

describe("an advanced configuration", function()
  it("is restored when somebody has switched it off", function()
    local self = scene()
    self.apply(rules(nil))
    assert(self.sim:call("UpdateService", { cluster = "prod", service = "web", deploymentConfiguration = {
      strategy = "ROLLING" }, loadBalancers = { { targetGroupArn = web.BLUE_GROUP, containerName = "web",
        containerPort = 80 } } }))
    self.sim:advance(900)
    local change, body = self.apply(rules(nil))
    assert.equal("update", change.action)
    assert.equal(web.GREEN_GROUP, body.loadBalancers[1].advancedConfiguration.alternateTargetGroupArn)
  end)
end)

local LOGGING = { log_driver = "awslogs", options = { ["awslogs-group"] = "/sc", ["awslogs-region"] = "us-west-2" } }

local function connected(access)
  return journey.web { service_connect_configuration = { enabled = true, namespace = "ns",
    log_configuration = LOGGING, access_log_configuration = access } }
end

describe("an access log of Service Connect", function()
  it("needs somewhere to be written, which is said with what to do", function()
    local config = connected { format = "TEXT" }
    config.service_connect_configuration.log_configuration = nil
    local _, err = ecs.validate(config)
    assert.equal("service_connect_configuration.access_log_configuration", err.diagnostics[1].path)
    assert.truthy(err.diagnostics[1].hint:find("log_configuration", 1, true))
  end)

  it("is without query parameters unless they are asked for, and ECS's saying so is no change", function()
    local sim = journey.simulator()
    local stack = journey.stack(members.telling(sim, function(service)
      for _, one in ipairs(service.deployments or {}) do
        local log = (one.serviceConnectConfiguration or {}).accessLogConfiguration
        if log then log.includeQueryParameters = "DISABLED" end
      end
    end))
    stack:service("web", connected { format = "JSON" })
    assert(stack:apply())
    journey.assert_empty(stack)
  end)
end)

describe("the tags of volumes", function()
  it("start a deployment when they change", function()
    local self = scene()
    local function tagged(team)
      return journey.web { volume_configuration = { { name = "data", managed_ebs_volume = { role_arn = staged.ROLE,
        size_in_gb = 10, tag_specifications = { { resource_type = "volume", tags = { team = team } } } } } } }
    end
    self.apply(tagged "core")
    local change, body = self.apply(tagged "edge")
    assert.equal("update", change.action)
    assert.is_true(change.deployment.starts)
    assert.same({ { key = "team", value = "edge" } },
      body.volumeConfigurations[1].managedEBSVolume.tagSpecifications[1].tags)
  end)
end)

describe("sigint_rollback", function()
  it("is nothing to ask of ECS", function()
    local self = scene()
    self.apply(journey.web {})
    local sent = #journey.mutations(self.sim)
    assert.equal("no-op", self.apply(journey.web { sigint_rollback = true }).action)
    assert.equal("no-op", self.apply(journey.web {}).action)
    assert.equal(sent, #journey.mutations(self.sim))
  end)
end)

describe("a wait at a pause before production traffic", function()
  local function waiting(action, on_decision)
    local self, told = scene(), nil
    self.apply(web.declaration("CANARY", nil, "web:1"))
    self.stack.declared.web.config = web.declaration("CANARY",
      { web.pause(30, action, "PRE_PRODUCTION_TRAFFIC_SHIFT") }, "web:2", { wait_for_steady_state = false })
    assert(self.stack:apply())
    local ok, err = self.stack:wait { timeout = "3h", on_event = function(event)
      if event.type ~= "decision" then return end
      told = told or event
      if on_decision then on_decision(self.sim, event) end
    end }
    return ok, err and (err.errors and err.errors[1] or err), told, self
  end

  it("says at which stage it is and until when, and goes on when it is told to", function()
    local ok, err, told, self = waiting("ROLLBACK", web.decide "CONTINUE")
    assert.is_truthy(ok, tostring(err))
    assert.equal("PRE_PRODUCTION_TRAFFIC_SHIFT", told.stage)
    assert.is_true(told.expires_at > told.at and told.expires_at <= told.at + 1800)
    assert.equal("SUCCESSFUL", web.newest(self.sim).status)
    local text = require "ecs_service.render.stage_text".decision(told, "web", function() return "14:20" end)
    assert.truthy(text:find("at PRE_PRODUCTION_TRAFFIC_SHIFT until 14:20, then it is rolled back (hook", 1, true),
      text)
    assert.truthy(text:find("):  ecs-service continue web", 1, true), text)
  end)

  it("ends as rolled back when nobody decides, where that is what its timeout says", function()
    local ok, err = waiting "ROLLBACK"
    assert.is_nil(ok)
    assert.equal("DeploymentRolledBack", err.code)
    assert.equal("hook_timed_out", err.evidence.causes[1].code)
  end)
end)
