--- The JSON Schema of a service table, or of a declaration of another kind, from the rows: for editors and generators
--- that know JSON or YAML.
---
--- It holds what one row says of one value, which arguments exclude each other, and the rules of several arguments that
--- every editor can show. Those that look at ARNs or at the stack are validate's.
local core = require "ecs_service.core"

local json_schema = {}

local DIALECT = "https://json-schema.org/draft/2020-12/schema"
-- Hours, minutes, seconds, milliseconds; parts are added up (src/core/base/duration.c).
local DURATION = "^(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(h|ms?|s))+$"
local LARGEST = 2147483647 -- a row without an upper bound has this one

local one_or_list, object_of

-- Lists of texts that may be given as one text.
local ALONE = { ignore_changes = true, leave_out = true, depends_on = true }

local function copy_bounds(into, row, least, most)
  if row.minimum and (row.minimum ~= 0 or least == "minimum") then into[least] = row.minimum end
  if row.maximum and row.maximum ~= 0 and row.maximum < LARGEST then into[most] = row.maximum end
  return into
end

local kinds = {}

function kinds.bool() return { type = "boolean" } end

-- A number, or { autoscaled = 4 } where it is left to another.
function kinds.int(row)
  local number = copy_bounds({ type = "integer" }, row, "minimum", "maximum")
  if not row.left_to then return number end
  return { anyOf = { number, { type = "object", properties = { [row.left_to] = number }, required = { row.left_to },
    additionalProperties = false } } }
end

function kinds.number(row)
  return { type = "number", minimum = row.minimum, maximum = row.maximum, multipleOf = row.step }
end

function kinds.document() return {} end -- any JSON

function kinds.string(row)
  if row.choices then return { type = "string", enum = row.choices } end
  return copy_bounds({ type = "string" }, row, "minLength", "maxLength")
end

function kinds.duration()
  return { anyOf = { { type = "string", pattern = DURATION },
    { type = "integer", minimum = 0 } } }
end

local function texts(row)
  local texts_of = { type = "string", enum = row.choices }
  return { type = "array", items = texts_of, minItems = row.min_items, maxItems = row.max_items }
end

function kinds.list(row)
  return ALONE[row.name] and { anyOf = { texts(row), { type = "string" } } } or texts(row)
end

kinds.set = kinds.list

function kinds.int_list() return { type = "array", items = { type = "integer" } } end

function kinds.map() return { type = "object", additionalProperties = { type = "string" } } end

function kinds.block(row) return object_of(row.rows) end

function kinds.block_list(row) return one_or_list(row) end

function kinds.block_map(row) return { type = "object", additionalProperties = object_of(row.rows) } end

function kinds.block_set(row) return one_or_list(row) end

-- A single table is taken for a list of one.
function one_or_list(row)
  local one = object_of(row.rows)
  return { anyOf = { { type = "array", items = one, minItems = row.min_items, maxItems = row.max_items },
    one } }
end

local function described(row)
  local words = { row.doc }
  if row.replaces then words[#words + 1] = "A change replaces the service." end
  if row.deploys then words[#words + 1] = "A change starts a deployment." end
  if row.next_deploy then words[#words + 1] = "A change takes effect with the next deployment." end
  return table.concat(words, " ")
end

local function of(row)
  local schema = kinds[row.kind](row)
  schema.description = described(row)
  schema.default = row.default -- of a duration: seconds
  return schema
end

-- Each pair that excludes each other, once, and what only goes together.
local function add_relations(schema, rows)
  local excluded, together = {}, {}
  for _, row in ipairs(rows) do
    for _, other in ipairs(row.conflicts or {}) do
      if row.name < other then excluded[#excluded + 1] = { ["not"] = { required = { row.name, other } } } end
    end
    if row.requires_with then together[row.name] = row.requires_with end
    if row.only_while then
      local name, value = row.only_while[1], row.only_while[2]
      excluded[#excluded + 1] = { ["if"] = { required = { row.name } },
        ["then"] = { required = { name }, properties = { [name] = { const = value } } } }
    end
  end
  if #excluded > 0 then schema.allOf = excluded end
  if next(together) then schema.dependentRequired = together end
end

function object_of(rows)
  local properties, required = core.object {}, {}
  for _, row in ipairs(rows) do
    if not row.readonly then
      properties[row.name] = of(row)
      if row.required then required[#required + 1] = row.name end
    end
  end
  local schema = { type = "object", properties = properties, additionalProperties = false }
  if #required > 0 then schema.required = required end
  add_relations(schema, rows)
  return schema
end

-- At which ECS can pause.
local STAGES = { "RECONCILE_SERVICE", "PRE_SCALE_UP", "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT" }

-- What is read beside the arguments (plan/checks.lua). Functions are Lua's alone.
local function add_checks(schema)
  local status = { anyOf = { { type = "integer", minimum = 100, maximum = 599 },
    { type = "string", pattern = "^[1-5][xX][xX]$|^[1-5][0-9][0-9]$" } } }
  local check = { type = "object", required = { "url" }, additionalProperties = false, properties = {
    url = { type = "string", pattern = "^[Hh][Tt][Tt][Pp][Ss]?://", description = "What is asked, by GET." },
    status = { anyOf = { status, { type = "array", items = status, minItems = 1 } },
      description = "What it has to answer.", default = "2xx" },
    body = { type = "string", minLength = 1, description = "What the body of the answer has to contain." },
    headers = { type = "object", additionalProperties = { type = { "string", "number" } } },
    within = kinds.duration(), every = kinds.duration(), timeout = kinds.duration(),
    stage = { type = "string", enum = STAGES, description = "Made there, and not when the deployment has ended." },
    times = { type = "integer", minimum = 1, maximum = 100, default = 3, description = "So often in a row." } } }
  schema.properties.checks = { anyOf = { { type = "array", items = check, maxItems = 20 }, check },
    description = "What decides, when a deployment has been completed, whether it stays." }
  schema.properties.on_failed_check = { type = "string", enum = { "rollback", "fail" }, default = "rollback",
    description = "What is done when a check fails." }
  schema.dependentRequired = schema.dependentRequired or {}
  schema.dependentRequired.on_failed_check = { "checks" }
end

-- What the checks of rows say, where a schema can say it, too.
local function add_rules(schema)
  add_checks(schema)
  schema.properties.name.pattern = "^[A-Za-z0-9_-]+$"
  local external = { properties = { deployment_controller = { properties = { type = { const = "EXTERNAL" } },
    required = { "type" } } }, required = { "deployment_controller" } }
  local daemon = { properties = { scheduling_strategy = { const = "DAEMON" } }, required = { "scheduling_strategy" } }
  local rules = schema.allOf or {}
  rules[#rules + 1] = { ["if"] = external, ["else"] = { required = { "task_definition" } } }
  rules[#rules + 1] = { ["if"] = daemon, ["then"] = { ["not"] = { anyOf = {
    { required = { "desired_count" } },
    { properties = { deployment_maximum_percent = { ["not"] = { const = 100 } } },
      required = { "deployment_maximum_percent" } } } } } }
  schema.allOf = rules
end

-- What the address of a declaration stands for, where it is not given.
local BY_ADDRESS = { task_definition = "family" }

local function without(list, name)
  local rest = {}
  for _, one in ipairs(list or {}) do
    if one ~= name then rest[#rest + 1] = one end
  end
  return #rest > 0 and rest or nil
end

--- The schema (draft 2020-12) as a table.
---@param kind string|nil the name of the kind that is declared; nil: a service
---@return table
function json_schema.make(kind)
  kind = kind or "service"
  local schema = object_of(core.schema(kind))
  schema["$schema"] = DIALECT
  schema.required = without(schema.required, BY_ADDRESS[kind])
  if kind == "service" then
    schema.properties.autoscaling = object_of(core.schema("scaling"))
    add_rules(schema)
  end
  schema.title = ("A %s of ecs-service"):format((kind:gsub("_", " ")))
  schema.description = ("The arguments of stack:%s(address, arguments)."):format(kind)
  return schema
end

--- The same as text.
---@param kind string|nil
---@return string
function json_schema.text(kind) return core.json(json_schema.make(kind), 2) end

return json_schema
