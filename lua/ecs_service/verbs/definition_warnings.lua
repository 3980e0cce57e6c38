--- What a plan warns of in the declaration of a task definition.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local suggest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local warnings = {}

local function warn_of_keep(self, address, config)
  if config.keep ~= 1 then return end
  table.insert(self.warnings, { code = "KeepsOne", severity = "warning", service = address, path = "keep",
    message = "only the newest revision stays ACTIVE: after a deployment there is none to roll back to",
    hint = "keep = 2 or more leaves the revision before, too" })
end

-- Names of variables of its containers, and of tasks that run it.
local function variables_of(self, address, config)
  local known = {}
  local function add(list)
    for key, value in pairs(list or {}) do known[type(value) == "table" and value.name or key] = true end
  end
  for _, container in ipairs(config.container_definitions or {}) do
    add(container.environment)
    add(container.secrets)
  end
  for other, normal in pairs(self.normals) do
    local own = kinds.of(other).name == "task" and core.table(normal) or {}
    local lender = own.service and self.stack.declared[own.service]
    if self.stack.declared[other].runs == address or lender and lender.runs == address then
      add(own.environment)
      for _, container in ipairs(own.overrides and own.overrides.container_overrides or {}) do
        add(container.environment)
      end
    end
  end
  return known
end

local function warn_of_unknown(self, address, config)
  if not config.sensitive or #config.sensitive == 0 then return end
  local known = variables_of(self, address, config)
  for _, name in ipairs(config.sensitive) do
    if not known[name] then
      table.insert(self.warnings, { code = "SensitiveUnknown", severity = "warning", service = address,
        path = "sensitive", message = ("no container has a variable %s: nothing is hidden by that name"):format(name),
        hint = suggest.hint(name, tables.keys(known), "there are") or "take it out" })
    end
  end
end

local function warn_of_secrets(self, address, config)
  for _, path in ipairs(sealed.plain_options(config)) do
    table.insert(self.warnings, { code = "SecretInPlain", severity = "warning", service = address, path = path,
      message = "its name says that it is a secret, and it stands in plain in the task definition: ECS shows it to "
        .. "whoever may describe that",
      hint = "give it by secret_option (secret_options of log_configuration), whose value_from names a secret of "
        .. "Secrets Manager or a parameter of SSM" })
  end
end

--- Adds them to those of a plan.
---@param self table the planner
---@param address string
---@param config table in normal form
function warnings.add(self, address, config)
  warn_of_secrets(self, address, config)
  warn_of_keep(self, address, config)
  warn_of_unknown(self, address, config)
end

return warnings
