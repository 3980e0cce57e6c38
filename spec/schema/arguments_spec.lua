-- Every argument of the schema, nested ones too: created, changed, changed back, removed; after each step AWS has what
-- was declared and the next plan is empty.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"
local samples = require "support.arguments_samples"

local function paths(rows, before, list)
  list = list or {}
  for _, row in ipairs(rows) do
    list[#list + 1] = { path = before .. row.name, row = row }
    if row.rows then paths(row.rows, before .. row.name .. ".", list) end
  end
  return list
end

local all = paths(core.schema("service"), "")

local function config_of(sample, part)
  local config = journey.web(sample.base)
  for key, value in pairs(part or {}) do
    if value == journey.NONE then config[key] = nil else config[key] = value end
  end
  return config
end

-- The value at a path; of lists the last item counts, which is the one that the samples change.
local function at(value, path)
  for name in path:gmatch "[^%.]+" do
    if type(value) ~= "table" then return nil end
    if value[1] ~= nil then value = value[#value] end
    value = value[name]
  end
  return value
end

local STEPS = {
  { name = "changed", part = "second", action = function(sample) return sample.change or "update" end },
  { name = "changed back", part = "first", action = function(sample)
    return sample.back or sample.change or "update"
  end },
  { name = "removed", part = "third", action = function(sample)
    return sample.removal or sample.change or "update"
  end },
}

local function declare(former, sample, part)
  local stack = journey.stack(former.options.transport)
  stack.backend = former.backend
  if sample[part] ~= false then stack:service("web", config_of(sample, sample[part])) end
  stack:service("db", journey.web { name = "db", task_definition = "db:1" })
  stack:service("cache", journey.web { name = "cache", task_definition = "db:1" })
  return stack
end

local function change_of(plan)
  for _, change in ipairs(plan.changes) do
    if change.address == "web" then return change end
  end
end

local function assert_empty(stack, where)
  local plan = assert(stack:plan())
  assert.is_true(plan:is_empty(), where .. ", then planned again:\n" .. plan:render { color = false })
end

describe("the argument", function()
  local seen = {}

  for _, one in ipairs(all) do
    local path, sample = one.path, samples[one.path]
    seen[path] = true
    if not sample then
      it(path .. " has a sample", function() error("spec/support/arguments_samples.lua has none") end)
    elseif sample.readonly then
      it(path .. " is an attribute and cannot be declared", function()
        local _, err = ecs.validate(journey.web { [path] = sample.readonly })
        assert.equal(path, err.diagnostics[1].path)
      end)
    else
      it(path .. " can be created, changed, changed back and removed", function()
        local sim = journey.simulator()
        local stack = declare({ options = { transport = sim }, backend = journey.stack(sim).backend }, sample, "first")
        local result, err = stack:apply()
        assert(result, tostring(err))
        assert_empty(stack, "created")
        local before = at(result.services.web, path)
        if not one.row.meta then assert.not_nil(before, "it is not recorded") end
        for _, step in ipairs(STEPS) do
          stack = declare(stack, sample, step.part)
          local plan, problem = stack:plan()
          assert(plan, step.name .. ": " .. tostring(problem))
          local wanted = step.action(sample)
          local action = change_of(plan).action
          assert.is_true(action == wanted or wanted == "any", ("%s: the action is %s and not %s\n%s"):format(step.name,
            action, wanted, plan:render { color = false }))
          local mutations = #journey.mutations(sim)
          result, err = stack:apply(plan)
          assert(result, step.name .. ": " .. tostring(err))
          assert_empty(stack, step.name)
          assert.equal(action ~= "no-op", #journey.mutations(sim) > mutations, step.name)
          local after = at(result.services.web, path)
          if step.part ~= "third" and not one.row.meta and not sample.same then
            assert.not_same(before, after, step.name .. ": it is recorded as before")
          end
          before = after
        end
      end)
    end
  end

  it("of every sample is one of the schema", function()
    for path in pairs(samples) do assert.is_true(seen[path] == true, path) end
  end)
end)
