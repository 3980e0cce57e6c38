-- The timeouts of verbs, as a user meets them: from the moment that AWS is out of order, a verb that waits ends by its
-- timeout, whatever AWS answers then.
local journey = require "support.journey"

local TIMEOUT, GRACE = 60, 65

local FAULTS = {
  ["HTTP 503"] = { http_status = 503, code = "ServiceUnavailable", message = "out of order" },
  throttling = { code = "ThrottlingException", message = "Rate exceeded" },
  ["no connection"] = { reset = true },
  ["a lost answer"] = { reset_after = true },
  ["expired keys"] = { code = "ExpiredTokenException" },
}

local function stack_of(sim, backend, changes)
  local stack = journey.stack(sim)
  stack.backend = backend
  changes = changes or {}
  changes.timeouts = { create = TIMEOUT, update = TIMEOUT, delete = TIMEOUT }
  changes.wait_for_steady_state = true
  stack:service("web", journey.web(changes))
  return stack
end

-- What is done with a service that runs web:2 since web:1, as soon as AWS is out of order.
local VERBS = {
  apply = { function(stack, opts) return stack:apply(opts) end, { task_definition = "web:3" } },
  ["apply of a replacement"] = { function(stack, opts) return stack:apply(opts) end, { launch_type = "FARGATE",
    network_configuration = { subnets = { "subnet-1" } } }, 2 * TIMEOUT },
  destroy = { function(stack, opts) return stack:destroy(opts) end },
  rollback = { function(stack, opts) return stack:rollback("web", opts) end },
  redeploy = { function(stack, opts) return stack:redeploy("web", opts) end },
  scale = { function(stack, opts) return stack:scale("web", 3, opts) end },
  stop = { function(stack, opts)
    opts.timeout = TIMEOUT
    return stack:stop("web", opts)
  end, {}, TIMEOUT, true },
}

local function broken(sim, fault)
  local one = { times = 100000 }
  for key, value in pairs(fault) do one[key] = value end
  sim:fault(one)
end

describe("the timeout of", function()
  after_each(journey.clean)

  for verb, what in pairs(VERBS) do
    it(verb .. " is kept while AWS is out of order", function()
      for name, fault in pairs(FAULTS) do
        local sim = journey.simulator()
        local backend = require("ecs_service.state.memory").new()
        assert(stack_of(sim, backend):apply())
        sim:advance(100)
        if what[4] then
          sim:tasks { task_definition = "web:2", outcome = "running", start_seconds = 100 }
          assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" }))
          sim:advance(2)
        else
          assert(stack_of(sim, backend, { task_definition = "web:2" }):apply())
          sim:advance(100)
        end
        local began
        local changes = what[2] or { task_definition = "web:2" }
        local result, err = what[1](stack_of(sim, backend, changes), { approve = function()
          broken(sim, fault)
          began = sim:now()
          return true
        end })
        assert.is_number(began, tostring(err))
        assert.is_nil(result, name)
        assert.is_string(err.code, name)
        local took = sim:now() - began
        assert.is_true(took <= (what[3] or TIMEOUT) + GRACE, ("%s: %.0f s, %s"):format(name, took, tostring(err)))
      end
    end)
  end

  for goal, fault in pairs { steady = "throttling", deployed = "HTTP 503", inactive = "no connection" } do
    it("wait until " .. goal .. " is kept while AWS is out of order", function()
      local sim = journey.simulator()
      local backend = require("ecs_service.state.memory").new()
      assert(stack_of(sim, backend):apply())
      broken(sim, FAULTS[fault])
      local began = sim:now()
      local _, err = stack_of(sim, backend):wait { timeout = TIMEOUT, ["until"] = goal }
      assert.equal("Timeout", err.code)
      assert.is_true(sim:now() - began <= TIMEOUT + GRACE)
    end)
  end

  it("no list is a server that always names a next page", function()
    local sim = journey.simulator()
    local stack = stack_of(sim, require("ecs_service.state.memory").new())
    assert(stack:apply())
    local handle, asked = sim.handle, 0
    function sim:handle(operation, body, now)
      local lists = operation == "ListServiceDeployments" or operation == "ListTasks"
      if not lists then return handle(self, operation, body, now) end
      asked = asked + 1
      assert(asked < 200, "it lists for ever")
      return { serviceDeployments = {}, taskArns = {}, nextToken = "more" }
    end
    assert(stack:history "web")
    stack:timeline "web"
    assert.is_true(asked > 1)
  end)
end)
