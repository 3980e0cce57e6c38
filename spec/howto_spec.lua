-- The commands of docs/how-to are run as they stand there, each page in a folder of its own, against a simulated ECS.
local core = require "ecs_service.core"
local documents = require "support.documents"
local served = require "support.served"

local build = os.getenv "ECS_TEST_BUILD"

local STACK = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = "ecs-service.state.json" })
%s
return stack
]]

local WEB = [[stack:service("web", { name = "new", cluster = "prod", task_definition = "web:2", desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })]]

local SCENE = [[
  for _, name in ipairs { "web", "legacy" } do
    sim:call("CreateService", { cluster = "prod", serviceName = name, taskDefinition = "web:1", desiredCount = 1 })
  end
  sim:call("RegisterTaskDefinition", { family = "shop", containerDefinitions = { { name = "app", image = "acme/shop:1",
    memory = 64 } } })
  sim:call("CreateService", { cluster = "prod", serviceName = "shop", taskDefinition = "shop:1", desiredCount = 1 })
  sim:tasks { task_definition = "orders:3", outcome = "exit", exit_code = 1, log = { "no such column: total" } }
  sim:advance(600)
]]

-- A Terraform that knows one service, and forgets it.
local TERRAFORM = [[
#!/bin/sh
case "$1 $2" in
  "state pull") cat <<'END'
{"version":4,"terraform_version":"1.9.0","serial":3,"lineage":"x","resources":[{"mode":"managed",
"type":"aws_ecs_service","name":"web","instances":[{"schema_version":0,"attributes":{"name":"web",
"wait_for_steady_state":false,"cluster":"arn:aws:ecs:us-west-2:123456789012:cluster/prod"}}]}]}
END
    ;;
  "state rm") echo "Removed $3" ;;
  *) exit 1 ;;
esac
]]

-- An ecspresso that renders the files of a service.
local ECSPRESSO = [[
#!/bin/sh
case "$1 $2" in
  "render taskdef") cat <<'END'
{"family":"web","networkMode":"bridge","cpu":"256","memory":"512","volumes":[],"tags":[],"containerDefinitions":[
{"name":"app","image":"acme/web:2","cpu":0,"essential":true,"environment":[
{"name":"LEVEL","value":"info"}],"mountPoints":[],
"portMappings":[{"containerPort":80,"hostPort":80,"protocol":"tcp","appProtocol":""}],
"volumesFrom":[]}]}
END
    ;;
  "render servicedef") cat <<'END'
{"deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":true},"maximumPercent":200,
"minimumHealthyPercent":50},"desiredCount":1,"enableECSManagedTags":false,"launchType":"EC2","loadBalancers":[],
"placementStrategy":[{"type":"spread","field":"host"}],"schedulingStrategy":"REPLICA",
"tags":[{"key":"Team","value":"core"}]}
END
    ;;
  *) exit 1 ;;
esac
]]

-- A server whose every page is well.
local PAGE = [[
  local core = require "ecs_service.core"
  core.system.catch_interrupt()
  local server = assert(require("ecs_service.httpd").new { port = 0 })
  print(core.system.pid(), ("http://127.0.0.1:%d"):format(server:port()))
  io.stdout:flush()
  while not core.system.interrupted() do
    local request = server:wait(0.05)
    if request then server:reply(request.id, 200, {}, "well") end
  end
]]

describe("the commands of a how-to", function()
  if os.getenv "ECS_TEST_SANITIZED" then return end -- whole programs run on the plain builds
  local folder, server

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(core.system.make_dir(folder))
    assert(core.system.make_dir(folder .. "/bin"))
    assert(core.system.write_file(folder .. "/bin/terraform", TERRAFORM))
    assert(core.system.write_file(folder .. "/bin/ecspresso", ECSPRESSO))
    os.execute(("chmod +x '%s/bin/terraform' '%s/bin/ecspresso'"):format(folder, folder))
    server = served.start(100, 'region = "us-west-2", clusters = { "prod", "staging" }, task_definitions = { "web:3" }',
      SCENE)
  end)
  after_each(function()
    server.stop()
    os.execute("rm -rf '" .. folder .. "'")
  end)

  local function script_of(page)
    for _, block in ipairs(documents.blocks("docs/how-to/" .. page)) do
      if block.text:find "^%-%- services.lua\n" then return block.text end
    end
  end

  -- The other scripts of a page, by the name in their first line.
  local function write_scripts(page)
    for _, block in ipairs(documents.blocks("docs/how-to/" .. page)) do
      local name = block.language == "lua" and block.text:match "^%-%- ([%w-]+%.lua)\n"
      if name and name ~= "services.lua" then
        assert(core.system.write_file(folder .. "/" .. name, block.text))
      end
    end
  end

  -- Runs the blocks of a page that are `of` it (all: nil), with `more` in the environment, and answers what they wrote;
  -- each line has to end well.
  local function followed(page, declared, of, more)
    assert(core.system.write_file(folder .. "/services.lua",
      declared == "its own" and script_of(page) or STACK:format(declared or "")))
    write_scripts(page)
    local lines, number = { "set -e" }, 0
    for _, block in ipairs(documents.blocks("docs/how-to/" .. page)) do
      if block.language == "sh" then
        number = number + 1
        if not of or of[number] then lines[#lines + 1] = block.text end
      end
    end
    assert.is_true(#lines > 1)
    assert(core.system.write_file(folder .. "/page.sh", table.concat(lines, "\n") .. "\necho the page ended\n"))
    local pipe = assert(io.popen(("cd '%s' && env -u LD_PRELOAD -u AWS_PROFILE -u LUA_PATH -u LUA_CPATH HOME='%s' "
      .. "LANG=C.UTF-8 AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example "
      .. "AWS_REGION=us-west-2 %s PATH='%s/bin:%s/bin':\"$PATH\" bash page.sh </dev/null 2>&1"):format(folder, folder,
        server.url, more or "", folder, build)))
    local output = pipe:read "*a"
    pipe:close()
    documents.has(output, "the page ended", output)
    return output
  end

  it("take over a service that runs already, and leave nothing to do", function()
    local output = followed "adopt.md"
    documents.has(output, "No changes. 1 service matches its declaration.")
    documents.has(output, "No changes. 3 resources match their declarations.")
    documents.has(documents.read(folder .. "/services.lua"), 'stack:service("legacy", {')
  end)

  it("take over what ecspresso deploys, and leave nothing to do", function()
    documents.has(followed("from-ecspresso.md", nil, { [2] = true }),
      "No changes. 2 resources match their declarations.")
    documents.has(documents.read(folder .. "/services.lua"), 'stack:task_definition("web", {')
    documents.has(documents.read(folder .. "/services.lua"), 'stack:service("web", {')
  end)

  it("deploy what ecspresso deployed from the same files, and leave nothing to do", function()
    local output = followed("from-ecspresso.md", "its own", { true })
    documents.has(output, "+ network_mode      \"bridge\"")
    documents.has(output, "Applied: 1 registered, 1 updated.")
    documents.has(output, "No changes.")
  end)

  it("take over what Terraform manages, and leave nothing to do", function()
    local output = followed("from-terraform.md")
    documents.has(output, "No changes. 1 service matches its declaration.")
    documents.has(output, "Removed aws_ecs_service.web")
  end)

  it("deploy from a job, and find nothing to do the second time", function()
    local output = followed("ci.md", WEB, { true, true, true })
    documents.has(output, "Applied: 1 created.")
    documents.has(output, "nothing to do")
  end)

  it("deploy new images from CI, by a script that leaves the image to the pipeline", function()
    local output = followed("image-from-ci.md", "its own")
    documents.has(output, 'image of this run: api.app = "acme/api:2"')
    documents.has(output, "Applied: 1 registered, 1 created.")
    documents.has(output, "No changes. 2 resources match their declarations.")
    documents.has(output, '"acme/api:2" → "acme/api:3"')
    documents.has(output, "Applied: 1 registered, 1 updated.")
    documents.has(output, '"acme/api:3" → "acme/api:4"')
    documents.has(output, "Deployed: prod/api.")
  end)

  it("run a migration before a new image and a clean-up behind it, once, and by hand", function()
    local output = followed("migrations.md", "its own")
    documents.has(output, "Applied: 1 registered, 2 ended, 1 created.")
    documents.has(output, "run bin/migrate with api:2 before api")
    documents.has(output, "run bin/clean-up with api:2 after api")
    documents.has(output, "Applied: 1 registered, 2 ended, 1 updated.")
    documents.has(output, "No changes. 4 resources match their declarations.")
    documents.has(output, "exit 0")
    -- The part with blue/green, and the migration that fails.
    documents.has(output, "run bin/expand with orders:2 before orders")
    documents.has(output, "Applied: 1 registered, 2 ended, 1 updated.")
    documents.has(output, "orders:3 failed: orders exited with code 1")
    documents.has(output, "no such column: total")
    documents.has(output, "exit code 5")
    documents.has(output, "orders:2")
  end)

  it("deploy blue/green with a function that decides, and go back the same way", function()
    local page = served.program(("-e '%s'"):format(PAGE))
    local output = followed("blue-green.md", "its own", { [2] = true, [3] = true },
      ("ECS_VAR_test_url=%s/health"):format(page.url))
    page.stop()
    documents.has(output, "asks the function at POST_TEST_TRAFFIC_SHIFT")
    documents.has(output, "Applied: 1 registered, 1 created.")
    documents.has(output, "asks the function at POST_TEST_TRAFFIC_SHIFT, and rolls back unless it says true")
    documents.has(output, "the function at POST_TEST_TRAFFIC_SHIFT lets the deployment go on")
    documents.has(output, "Applied: 1 registered, 1 updated.")
    documents.has(output, "www: traffic  www:2 100 % by green")
    documents.has(output, "Rolled back: www.")
  end)

  it("run tasks on a schedule that follows its task definition", function()
    local output = followed("schedules.md", "its own", { true })
    documents.has(output, "Applied: 1 registered, 2 created.")
    documents.has(output, 'task_definition   "api:1" → "api:2"')
    documents.has(output, "Applied: 1 registered, 2 updated.")
    documents.has(output, "No changes. 3 resources match their declarations.")
  end)

  it("deploy a stage by a file of its values and a saved plan, and keep the stages apart", function()
    local output = followed("environments.md", "its own")
    documents.has(output, 'variables: count = 1, revision = 1, stage = "staging"')
    documents.has(output, 'variables: count = 2, revision = 2, stage = "production"')
    documents.has(output, "Applied: 1 created.")
    documents.has(output, "state web.production.json")
    documents.has(documents.read(folder .. "/web.staging.json"), "web-staging")
    assert.falsy(documents.read(folder .. "/web.production.json"):find("web-staging", 1, true))
  end)

  it("write the policy of a stack", function()
    followed("iam.md", WEB, { true })
    documents.has(documents.read(folder .. "/policy.json"), "ecs:UpdateService")
    assert.falsy(documents.read(folder .. "/read-only.json"):find("ecs:UpdateService", 1, true))
  end)
end)
