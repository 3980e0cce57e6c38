-- The JSON Schema of a service table, held against what validate says, by a validator of others (jsonschema).
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local samples = require "support.arguments_samples"
local cli = require "ecs_service.cli"
local cjson = require "cjson.safe"

local python = os.getenv "AWS_CLIENTS_PYTHON"

local PROGRAM = [==[
import json, sys
from jsonschema import Draft202012Validator
given = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(given["schema"])
validator = Draft202012Validator(given["schema"])
print(json.dumps([[e.json_path + ": " + e.message for e in validator.iter_errors(one)] for one in given["instances"]]))
]==]

-- The errors that the validator of others finds in each instance.
local function errors_of(instances, kind)
  assert(python, "AWS_CLIENTS_PYTHON names the Python that has jsonschema: run sh tools/test")
  local input, program = os.tmpname(), os.tmpname()
  local function write(path, text)
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
  end
  write(input, core.json { schema = ecs.json_schema(kind), instances = instances })
  write(program, PROGRAM)
  local pipe = assert(io.popen(("env -u LD_PRELOAD '%s' '%s' '%s' 2>&1"):format(python, program, input)))
  local output = pipe:read "*a"
  pipe:close()
  os.remove(input)
  os.remove(program)
  return assert(cjson.decode(output), output)
end

local function with(...)
  local merged = { name = "web", cluster = "prod", task_definition = "web:1" }
  for _, part in ipairs { ... } do
    for key, value in pairs(part) do merged[key] = value end
  end
  return merged
end

-- Declarations of every argument that validate accepts.
local function accepted()
  local list, names = {}, {}
  for path, sample in pairs(samples) do
    for _, part in ipairs { "first", "second" } do
      local config = with(sample.base or {}, sample[part] or {})
      if sample[part] and ecs.validate(config) then
        list[#list + 1], names[#names + 1] = config, path
      end
    end
  end
  return list, names
end

local WRONG = {
  with { desired_cuont = 3 },
  with { desired_count = "3" },
  with { desired_count = -1 },
  with { launch_type = "LAMBDA" },
  with { launch_type = "EC2", capacity_provider_strategy = { { capacity_provider = "spot" } } },
  with { alarms = { enable = true, rollback = true } },
  with { load_balancer = { { container_name = "web", container_port = 70000 } } },
  with { timeouts = { create = "soon" } },
  with { network_configuration = { subnets = { "a" }, securty_groups = { "b" } } },
  { task_definition = "web:1" },
  with { name = "a b" },
  { name = "web", cluster = "prod" },
  { name = "web", deployment_controller = { type = "CODE_DEPLOY" } },
  with { scheduling_strategy = "DAEMON", deployment_maximum_percent = 150 },
  with { scheduling_strategy = "DAEMON", desired_count = 2 },
}

describe("the JSON Schema of the newest arguments", function()
  local properties = require "ecs_service.kinds.json_schema".make().properties

  it("has steps, documents and what goes only with a strategy", function()
    local deployment = properties.deployment_configuration
    local percent = deployment.properties.canary_configuration.properties.canary_percent
    assert.same({ "number", 0.1, 100, 0.1 }, { percent.type, percent.minimum, percent.maximum, percent.multipleOf })
    local hook = deployment.properties.lifecycle_hook.anyOf[2].properties
    assert.is_nil(hook.hook_details.type)
    assert.equal("PRE_SCALE_UP", hook.lifecycle_stages.items.enum[2])
    local rule = deployment.allOf[1]
    assert.same({ "linear_configuration" }, rule["if"].required)
    assert.equal("LINEAR", rule["then"].properties.strategy.const)
  end)
end)

describe("the JSON Schema of a service", function()
  it("accepts a declaration of every argument that validate accepts", function()
    local list, names = accepted()
    assert.is_true(#list > 100)
    list[#list + 1] = with { load_balancer = { container_name = "web", container_port = 80, elb_name = "x" },
      depends_on = { "db" }, timeouts = { create = "1h30m", update = 600 } }
    names[#names + 1] = "single tables and durations"
    for i, problems in ipairs(errors_of(list)) do
      assert.same({}, problems, names[i])
    end
  end)

  it("refuses what validate refuses for one argument's sake", function()
    for i, problems in ipairs(errors_of(WRONG)) do
      assert.is_nil((ecs.validate(WRONG[i])))
      assert.is_true(#problems > 0, core.json(WRONG[i]))
    end
  end)

  it("is there of each kind of declaration, and says of one what validate says", function()
    local function schedule(more)
      local config = { schedule = "rate(1 hour)", role_arn = "arn:aws:iam::123456789012:role/x", task_definition = "a" }
      for name, value in pairs(more) do config[name] = value end
      return config
    end
    local found = errors_of({ schedule { count = 2, flexible_time_window = { mode = "OFF" }, command = { "a" } },
      schedule { count = 11 }, schedule { state = "ON" }, schedule { colour = "red" } }, "schedule")
    assert.same({}, found[1])
    for i = 2, 4 do assert.is_true(#found[i] > 0, i) end
    assert.same({}, errors_of({ { service = "api", command = { "a" }, run = "manual" } }, "task")[1])
    assert.same({}, errors_of({ { container_definitions = { { name = "a", image = "b" } } } }, "task_definition")[1])
    assert.equal("schedule", ecs.schema("schedule")[3].name)
    assert.has_error(function() ecs.schema "nothing" end)
    assert.has_error(function() ecs.json_schema "nothing" end)
  end)

  it("is what ecs-service schema --json-schema writes", function()
    local pieces = {}
    assert.equal(0, cli.main({ "schema", "--json-schema" }, {
      stdout = { write = function(_, ...) for _, piece in ipairs { ... } do pieces[#pieces + 1] = piece end end },
    }))
    local written = assert(cjson.decode(table.concat(pieces)))
    assert.equal("https://json-schema.org/draft/2020-12/schema", written["$schema"])
    assert.equal(core.json(ecs.json_schema(), 2) .. "\n", table.concat(pieces))
  end)
end)
