-- A service of the simulator whose deployments go in stages, and what can be seen of them.
local simulated = require "support.simulated"

local staged = {}

staged.GREEN_GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo-b/0123456789abcdef"
staged.RULE = "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/1/2/3"
staged.ROLE = "arn:aws:iam::123456789012:role/hooks"
staged.SMOKE = "arn:aws:lambda:us-west-2:123456789012:function:smoke"

--- A simulator in which a first deployment of `configuration` is through.
function staged.settled(configuration, more)
  local sim = simulated.new()
  local body = { deploymentConfiguration = configuration }
  for name, value in pairs(more or {}) do body[name] = value end
  simulated.create(sim, body)
  sim:advance(7200)
  return sim
end

--- The service deployments, newest first.
function staged.records(sim)
  local list = assert(sim:call("ListServiceDeployments", { cluster = "prod", service = "mongodb" })).serviceDeployments
  local out = {}
  for i, brief in ipairs(list) do
    out[i] = sim:call("DescribeServiceDeployments",
      { serviceDeploymentArns = { brief.serviceDeploymentArn } }).serviceDeployments[1]
  end
  return out
end

--- The newest one.
function staged.record(sim) return staged.records(sim)[1] end

--- What is seen from now on, second by second, of the newest service deployment until it has ended: a line for each
--- change, as "BAKE_TIME 0/100", with the weights of production of the source and the target.
function staged.story(sim, limit)
  local out, last = {}, nil
  for _ = 1, limit or 7200 do
    local record = staged.record(sim)
    local source = record.sourceServiceRevisions[1]
    local line = ("%s %s/%s"):format(record.lifecycleStage or "-",
      source and ("%g"):format(source.requestedProductionTrafficWeight) or "",
      ("%g"):format(record.targetServiceRevision.requestedProductionTrafficWeight))
    if line ~= last then out[#out + 1], last = line, line end
    if record.finishedAt then
      out[#out + 1] = record.status
      return out
    end
    sim:advance(1)
  end
  return out
end

--- Lets time pass until the newest deployment is in a stage.
function staged.reach(sim, stage)
  for _ = 1, 7200 do
    local record = staged.record(sim)
    if record.lifecycleStage == stage then return record end
    sim:advance(1)
  end
  error("never in " .. stage)
end

function staged.pause(stage, timeout)
  return { targetType = "PAUSE", lifecycleStages = { stage }, timeoutConfiguration = timeout }
end

function staged.call(stage, target)
  return { hookTargetArn = target or staged.SMOKE, roleArn = staged.ROLE, lifecycleStages = { stage } }
end

return staged
