-- The JSON Schemas of a state, of a record of its journal and of a plan, held against what runs write, by a validator
-- of others (jsonschema), and against what this tool itself refuses.
local cjson = require "cjson.safe"
local cli = require "ecs_service.cli"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"
local reaper = require "support.reaper"

local python = os.getenv "AWS_CLIENTS_PYTHON"

local PROGRAM = [==[
import json, sys
from jsonschema import Draft202012Validator
given = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(given["schema"])
validator = Draft202012Validator(given["schema"])
print(json.dumps([[e.json_path + ": " + e.message for e in validator.iter_errors(json.loads(one))]
  for one in given["texts"]]))
]==]

local folder

before_each(function() folder = journey.folder() end)
after_each(journey.clean)

-- The errors that the validator of others finds in each text.
local function errors_of(name, texts)
  assert(python, "AWS_CLIENTS_PYTHON names the Python that has jsonschema: run sh tools/test")
  journey.write(folder .. "/input", core.json { schema = ecs.json_schema(name), texts = texts })
  journey.write(folder .. "/program", PROGRAM)
  local said = journey.output(("env -u LD_PRELOAD '%s' '%s/program' '%s/input'"):format(python, folder, folder))
  return assert(cjson.decode(said), said)
end

local function assert_valid(name, texts)
  for i, errors in ipairs(errors_of(name, texts)) do assert.same({}, errors, texts[i]) end
end

-- Whether each of these changes of a text, by a pattern that is in it, is told.
local function assert_told(name, text, changes)
  local wrong = {}
  for i, change in ipairs(changes) do
    local count
    wrong[i], count = text:gsub(change[1], change[2], 1)
    assert.equal(1, count, change[1])
  end
  for i, errors in ipairs(errors_of(name, wrong)) do assert.truthy(#errors > 0, changes[i][1]) end
end

-- The texts that runs leave who die at each of their points.
local function texts()
  local found = { states = {}, records = {}, plans = {} }
  local path = folder .. "/state.json"
  local sim = journey.simulator()
  local function stack(transport, changes)
    local made = journey.stack(sim, { state = path, transport = transport })
    made:service("web", journey.web(changes))
    made:service("api", journey.web { name = "api", depends_on = { "web" }, tags = { a = "b" },
      timeouts = { create = "20m" }, lifecycle = { create_before_destroy = true } })
    return made
  end
  for nth = 1, 60, 3 do
    os.execute("rm -f '" .. path .. "'*")
    sim = journey.simulator()
    if nth % 2 == 0 then assert(stack(nil, { wait_for_steady_state = true }):apply()) end
    local reap = reaper.at(nth)
    pcall(function() return stack(reap.transport(sim), { name = nth % 2 == 0 and "other" or nil }):apply() end)
    found.states[#found.states + 1] = journey.read(path)
    for line in (journey.read(path .. ".journal") or ""):gmatch "[^\n]+" do
      found.records[#found.records + 1] = line
    end
    local made = stack(nil, { desired_count = 3 })
    assert(assert(made:plan { lock = false, destroy = nth % 5 == 0 }):save(folder .. "/plan.json"))
    found.plans[#found.plans + 1] = journey.read(folder .. "/plan.json")
    found.states[#found.states + 1] = made:pull_state()
  end
  assert.truthy(#found.states > 10 and #found.records > 10 and #found.plans > 10)
  return found
end

describe("the JSON Schema", function()
  it("of a state, of a record and of a plan fits whatever runs leave", function()
    local found = texts()
    assert_valid("state", found.states)
    assert_valid("journal", found.records)
    assert_valid("plan", found.plans)
  end)

  it("tells what this tool refuses", function()
    local found = texts()
    local state, record, plan = found.states[#found.states], found.records[#found.records], found.plans[#found.plans]
    assert_told("state", state, { { '"lineage"', '"linage"' }, { '"version": 1', '"version": 9' },
      { '"serial": %d+', '"serial": -1' }, { '"attributes"', '"atributes"' }, { '"status": "%a+"', '"status": 5' } })
    assert_told("journal", record, { { '"checksum":"%x', '"checksum":"' }, { '"serial"', '"seriall"' },
      { '"number":%d+', '"number":"one"' }, { '"record"', '"recorded"' } })
    assert_told("plan", plan, { { '"action": "[%a-]+"', '"action": "explode"' }, { '"address"', '"adress"' },
      { '"format": "', '"format": "no ' }, { '"serial": %d+', '"serial": "many"' } })
  end)

  it("of another document is a mistake of the caller", function()
    assert.has_error(function() ecs.json_schema "lock" end, "ecs.json_schema: the documents are journal, plan, state")
  end)

  it("is written by ecs-service schema --document", function()
    for _, name in ipairs { "state", "journal", "plan" } do
      local pieces = {}
      assert.equal(0, cli.main({ "schema", "--document", name }, {
        stdout = { write = function(_, text) pieces[#pieces + 1] = text end },
        stderr = { write = function() end } }))
      assert.equal(core.json(ecs.json_schema(name), 2) .. "\n", table.concat(pieces))
    end
    for _, more in ipairs { "name", "--json-schema" } do
      assert.equal(3, cli.main({ "schema", "--document", "plan", more }, {
        stdout = { write = function() end }, stderr = { write = function() end } }))
    end
  end)
end)
