--- What a task definition can run on, and what a container instance must be able to do for it: compatibilities and
--- requiresAttributes of DescribeTaskDefinition.

local values = require "ecs_service.simulator.values"

local needs = {}

local function fits_fargate(definition)
  return definition.networkMode == "awsvpc" and definition.cpu ~= nil and definition.memory ~= nil
end

--- The launch types that a definition fits.
---@return string[]
function needs.compatibilities(definition)
  local out = { "EC2" }
  if fits_fargate(definition) then out[#out + 1] = "FARGATE" end
  if definition.networkMode ~= "awsvpc" then out[#out + 1] = "EXTERNAL" end
  return out
end

local function any_container(holds)
  return function(definition)
    for _, container in ipairs(definition.containers) do
      if holds(container, definition) then return true end
    end
    return false
  end
end

local function from_ecr(container)
  return (container.image or ""):find "^%d+%.dkr%.ecr[%w-]*%." ~= nil
end

local function logs_with(driver)
  return any_container(function(container)
    return container.logConfiguration ~= nil and container.logConfiguration.logDriver == driver
  end)
end

local function has_secret(of_secrets_manager)
  return any_container(function(container)
    for _, secret in ipairs(container.secrets or {}) do
      if (secret.valueFrom:find "^arn:[%w-]+:secretsmanager:" ~= nil) == of_secrets_manager then return true end
    end
    return false
  end)
end

local function has(member)
  return any_container(function(container)
    return values.given(container[member])
  end)
end

local function any_volume(kind)
  return function(definition)
    for _, volume in ipairs(definition.volumes) do
      if volume[kind] then return true end
    end
    return false
  end
end

local function both(first, second)
  return function(definition) return first(definition) and second(definition) end
end

local function given(member)
  return function(definition) return definition[member] ~= nil end
end

local COM, ECS = "com.amazonaws.ecs.capability.", "ecs.capability."

-- One row an attribute: its name, and when a definition asks for it.
local rows = {
  { COM .. "docker-remote-api.1.18", function() return true end },
  { COM .. "docker-remote-api.1.21", has "memoryReservation" },
  { COM .. "privileged-container", has "privileged" },
  { COM .. "ecr-auth", any_container(from_ecr) },
  { COM .. "task-iam-role", function(definition)
    return definition.taskRoleArn ~= nil and definition.networkMode ~= "host"
  end },
  { COM .. "task-iam-role-network-host", function(definition)
    return definition.taskRoleArn ~= nil and definition.networkMode == "host"
  end },
  { ECS .. "task-eni", function(definition) return definition.networkMode == "awsvpc" end },
  { ECS .. "execution-role-ecr-pull", both(given "executionRoleArn", any_container(from_ecr)) },
  { ECS .. "execution-role-awslogs", both(given "executionRoleArn", logs_with "awslogs") },
  { ECS .. "secrets.asm.environment-variables", has_secret(true) },
  { ECS .. "secrets.ssm.environment-variables", has_secret(false) },
  { ECS .. "private-registry-authentication.secretsmanager", has "repositoryCredentials" },
  { ECS .. "container-health-check", has "healthCheck" },
  { ECS .. "container-ordering", has "dependsOn" },
  { ECS .. "env-files.s3", has "environmentFiles" },
  { ECS .. "pid-ipc-namespace-sharing", function(definition)
    return definition.pidMode ~= nil or definition.ipcMode ~= nil
  end },
  { ECS .. "efs", any_volume "efsVolumeConfiguration" },
  { ECS .. "fsxWindowsFileServer", any_volume "fsxWindowsFileServerVolumeConfiguration" },
  { ECS .. "aws-appmesh", given "proxyConfiguration" },
}
for _, driver in ipairs { "awslogs", "fluentd", "gelf", "journald", "json-file", "splunk", "syslog" } do
  rows[#rows + 1] = { COM .. "logging-driver." .. driver, logs_with(driver) }
end
rows[#rows + 1] = { ECS .. "logging-driver.awsfirelens", logs_with "awsfirelens" }

--- The attributes that a container instance needs for a definition.
---@return table[] {name}
function needs.attributes(definition)
  local out = {}
  for _, row in ipairs(rows) do
    if row[2](definition) then out[#out + 1] = { name = row[1] } end
  end
  return out
end

return needs
