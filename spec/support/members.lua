-- What the specs of members that no row knows share: answers that say more than the simulator's, and imported services.
local core = require "ecs_service.core"
local journey = require "support.journey"

local members = {}

function members.group(name)
  return ("arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/%s/0123456789abcdef"):format(name)
end

members.LATTICE = "arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-0123456789abcdef0"
members.ROLE = "arn:aws:iam::123456789012:role/infrastructure"
members.REGISTRY = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1"

-- A simulated account whose answers say more: `more(service)` changes each service as it is answered.
function members.telling(sim, more)
  local transport = { scheduler = sim.scheduler, credentials = sim.credentials, requests = sim.requests, sim = sim }
  function transport:submit(request) return self.sim:submit(request) end
  function transport:wait(timeout)
    local answer, err = self.sim:wait(timeout)
    local body = answer and type(answer.body) == "string" and core.read_json(answer.body)
    if type(body) == "table" then
      for _, service in ipairs(body.services or { body.service }) do more(service) end
      answer.body = core.json(body)
    end
    return answer, err
  end
  function transport:cancel(id) return self.sim.cancel and self.sim:cancel(id) end
  function transport.close() end
  return transport
end

function members.create(sim, more)
  local body = { cluster = "prod", serviceName = "web", taskDefinition = "web:1", desiredCount = 2 }
  for key, value in pairs(more or {}) do body[key] = value end
  assert(sim:call("CreateService", body))
  sim:advance(900)
end

members.BLUE_GREEN = {
  alternateTargetGroupArn = members.group "green", productionListenerRule = "rule", roleArn = members.ROLE,
}

function members.balanced(more)
  local element = { targetGroupArn = members.group "blue", containerName = "web", containerPort = 80 }
  for key, value in pairs(more or {}) do element[key] = value end
  return { loadBalancers = { element } }
end

function members.declared(port, more)
  local config = { load_balancer = { { target_group_arn = members.group "blue", container_name = "web",
    container_port = port or 80 } } }
  for key, value in pairs(more or {}) do config[key] = value end
  return journey.web(config)
end

function members.stack_of(sim, state, config)
  local stack = journey.stack(sim, { state = state })
  if config then stack:service("web", config) end
  return stack
end

function members.new_state() return journey.folder() .. "/state.json" end

-- A service of which a state knows as it was imported, and as `config` declares it.
function members.imported(sim, config)
  local state = members.new_state()
  local stack = members.stack_of(sim, state, config)
  assert(stack:import("web", "prod/web"))
  return state, stack
end

function members.update_of(sim, stack)
  local from = #sim.requests + 1
  local result, err = stack:apply()
  assert(result, tostring(err))
  return journey.bodies(sim, "UpdateService", from)[1]
end

-- The members are invented: no model of the API has them.
function members.begin() rawset(_G, "ECS_TEST_ANY_BODY", true) end

function members.finish()
  rawset(_G, "ECS_TEST_ANY_BODY", nil)
  journey.clean()
end

return members
