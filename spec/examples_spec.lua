-- Every example runs as it is, ends well, and ends with an empty plan.
local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")

local function run(command)
  local pipe = assert(io.popen("{ " .. command .. "; } 2>&1; echo \"code $?\""))
  local output = pipe:read("*a")
  pipe:close()
  local text, code = output:match("^(.*)code (%d+)%s*$")
  return tonumber(code), text
end

local function scripts()
  local pipe = assert(io.popen("ls examples/*.lua"))
  local list = {}
  for path in pipe:lines() do
    if not path:find("support.lua", 1, true) then list[#list + 1] = path end
  end
  pipe:close()
  return list
end

local function has(output, wanted)
  assert.truthy(output:find(wanted, 1, true), ("%q is not in:\n%s"):format(wanted, output))
end

local EXPECTED = {
  ["examples/00-new-image.lua"] = {
    '~ image   "acme/api:1" → "acme/api:2"', '"api:1" → "api:2"', 'image of this run: api.api = "acme/api:2"',
  },
  ["examples/01-mongo.lua"] = {
    '+ ordered_placement_strategy[1]        { field = "cpu", type = "binpack" }', "mongo   creating",
  },
  ["examples/02-ignore-desired-count.lua"] = { "+ example  default/example" },
  ["examples/03-daemon.lua"] = { '"DAEMON"' },
  ["examples/04-alarms.lua"] = { '"web-5xx"' },
  ["examples/05-external.lua"] = { '"EXTERNAL"' },
  ["examples/06-redeploy-on-every-apply.lua"] = { "+ triggers", "redeployment" },
  ["examples/07-import.lua"] = { "imported: prod/legacy is legacy", 'name = "legacy"' },
  ["examples/08-blue-green.lua"] = {
    "blue/green; at least 5 min", "asks the function at POST_TEST_TRAFFIC_SHIFT", "smoke test of web:1",
    "smoke test of web:2 at POST_TEST_TRAFFIC_SHIFT, beside web:1", "lets the deployment go on",
  },
  ["examples/quickstart.lua"] = {
    "api: ACTIVE, api:2, 3 of 3 tasks run, 1 deployment", '"acme/api:1" → "acme/api:2"', '"api:1" → "api:2"',
    "registered api:2", "deploying", "No changes. 1 service matches its declaration.",
  },
}

-- With a task definition of their own.
local DECLARED = {
  ["examples/00-new-image.lua"] = "2 resources match their declarations.",
  ["examples/08-blue-green.lua"] = "2 resources match their declarations.",
  ["examples/quickstart.lua"] = "2 resources match their declarations.",
}

describe("the example", function()
  local found = {}
  for _, path in ipairs(scripts()) do
    found[path] = true
    it(path .. " runs as it is and leaves nothing to plan", function()
      assert.truthy(EXPECTED[path], "this spec does not know it")
      local code, output = run(("env -u ECS_SERVICE_AWS LUA_PATH=\"./?.lua;$LUA_PATH\" '%s' %s </dev/null"):format(
        interpreter, path))
      assert.equal(0, code, output)
      for _, wanted in ipairs(EXPECTED[path]) do has(output, wanted) end
      has(output, "No changes. " .. (DECLARED[path] or "1 service matches its declaration."))
    end)
  end

  it("of every usage is there", function()
    for path in pairs(EXPECTED) do assert.truthy(found[path], path) end
  end)
end)
