-- What the specs of validation share: a right service, and the diagnostics of a wrong one in short.
local core = require "ecs_service.core"
local assert = require "luassert"

local declarations = {
  TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef",
  ROLE = "arn:aws:iam::123456789012:role/ecs",
  REGISTRY = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1",
}

--- A service that is right, with some arguments set otherwise; false takes one away.
function declarations.service(changes)
  local config = { name = "mongodb", cluster = "prod", task_definition = "mongo:7" }
  for name, value in pairs(changes or {}) do
    if value == false then
      config[name] = nil
    else
      config[name] = value
    end
  end
  return config
end

--- The diagnostics of a declaration as lines "code path: message".
function declarations.lines(config, context)
  local _, diagnostics = core.validate("service", config, context)
  local out = {}
  for i, diagnostic in ipairs(diagnostics) do
    out[i] = ("%s%s %s: %s"):format(diagnostic.severity == "warning" and "warning " or "", diagnostic.code,
      diagnostic.path, diagnostic.message)
  end
  return out
end

function declarations.codes(config, context)
  local _, diagnostics = core.validate("service", config, context)
  local out = {}
  for i, diagnostic in ipairs(diagnostics) do
    out[i] = (diagnostic.severity == "warning" and "warning " or "") .. diagnostic.code .. " " .. diagnostic.path
  end
  return out
end

function declarations.hint(config)
  local _, diagnostics = core.validate("service", config)
  return diagnostics[1] and diagnostics[1].hint
end

function declarations.accepts(config, context)
  assert.same({}, declarations.lines(config, context))
end

function declarations.load_balancer(changes)
  local block = { target_group_arn = declarations.TARGET, container_name = "mongo", container_port = 8080 }
  for name, value in pairs(changes or {}) do
    block[name] = value ~= false and value or nil
  end
  return block
end

function declarations.volume(changes)
  local ebs = { role_arn = declarations.ROLE, size_in_gb = 100 }
  for name, value in pairs(changes or {}) do
    ebs[name] = value ~= false and value or nil
  end
  return declarations.service { volume_configuration = { name = "data", managed_ebs_volume = ebs } }
end

return declarations
