-- Options of the log driver that are secrets by their names: shown nowhere, compared and sent as they are.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local redact = require "ecs_service.render.redact"

local SECRET, OTHER = "SPLUNKSECRET123", "SPLUNKSECRET456"

describe("an option of the log driver that is a secret by its name", function()
  local sim

  local function script(token, more)
    assert(core.system.write_file(command.script, ([[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true },
  service_connect_configuration = { enabled = true, namespace = "n",
    log_configuration = { log_driver = "splunk",
      options = { ["splunk-token"] = %q, ["splunk-url"] = "https://s" %s } } } })
return stack
]]):format(command.folder .. "/state.json", token, more or "")))
  end

  before_each(function()
    sim = command.begin()
  end)
  after_each(command.clean)

  local function run(...)
    local code, out, err = command.run({}, ...)
    command.lacks(out .. err, SECRET)
    command.lacks(out .. err, OTHER)
    return code, out, err
  end

  local function options() return sim:call("DescribeServices", { cluster = "prod", services = { "web" } })
    .services[1].deployments[1].serviceConnectConfiguration.logConfiguration.options end

  it("is in no plan, answer, event or declaration that is shown, and is sent as it is", function()
    script(SECRET)
    local path = command.folder .. "/saved.plan"
    local _, out = run("plan", command.script)
    command.has(out, "splunk-url")
    command.has(out, "(sensitive value)")
    run("plan", "--json", command.script)
    assert.equal(0, (run("plan", "--out", path, command.script)))
    run("show", path)
    assert.equal(0, (run("apply", path, "--json", "--timeline", command.folder .. "/events")))
    command.lacks(assert(core.system.read_file(command.folder .. "/events")), SECRET)
    assert.equal(SECRET, options()["splunk-token"])
    for _, words in ipairs { { "show" }, { "show", "--json" }, { "state", "show", "web" },
                             { "state", "show", "web", "--json" }, { "status" }, { "status", "--json" }, { "diagnose" },
                             { "history", "web" }, { "generate", "prod/web" } } do
      words[#words + 1], words[#words + 2] = "--file", command.script
      run((table.unpack or rawget(_G, "unpack"))(words))
    end
  end)

  it("is compared as it is: a new value is a change, the same one is none", function()
    script(SECRET)
    assert.equal(0, (run("apply", "--auto-approve", command.script)))
    local _, out = run("plan", command.script)
    command.has(out, "No changes.")
    script(OTHER)
    _, out = run("plan", command.script)
    command.has(out, "splunk-token")
    command.has(out, "(sensitive value)")
    assert.equal(0, (run("plan", "--out", command.folder .. "/p", command.script)))
    assert.equal(0, (run("apply", command.folder .. "/p")))
    assert.equal(OTHER, options()["splunk-token"])
    -- Somebody else changes it.
    local held = sim:call("DescribeServices", { cluster = "prod", services = { "web" } }).services[1]
      .deployments[1].serviceConnectConfiguration
    held.logConfiguration.options["splunk-token"] = SECRET
    sim:call("UpdateService", { cluster = "prod", service = "web", serviceConnectConfiguration = held })
    _, out = run("plan", command.script)
    command.has(out, "splunk-token")
  end)

  it("is warned of, with the way that needs none", function()
    script(SECRET)
    local _, out = run("plan", "--json", command.script)
    local found
    for _, warning in ipairs(cjson.decode(out).warnings) do
      if warning.code == "SecretInPlain" then found = warning end
    end
    assert.truthy(found)
    command.has(found.hint, "secret_option")
    command.has(found.message, "splunk-token")
  end)

  it("is asked of the environment by a generated declaration, which plans as no change", function()
    script(SECRET)
    assert.equal(0, (run("apply", "--auto-approve", command.script)))
    local _, source = run("generate", "prod/web", "--file", command.script)
    command.has(source, 'assert(os.getenv "SPLUNK_TOKEN", "SPLUNK_TOKEN is not set")')
    local load_text = rawget(_G, "loadstring") or load
    local declared
    local chunk = assert(load_text("local stack, os = ... " .. source))
    local stack = { service = function(_, _, config) declared = config end }
    assert.is_false(pcall(chunk, stack, { getenv = function() end }))
    chunk(stack, { getenv = function(name) return name == "SPLUNK_TOKEN" and SECRET or nil end })
    assert.equal(SECRET, declared.service_connect_configuration.log_configuration.options["splunk-token"])
  end)

  it("is told by its name alone", function()
    local rows = { { name = "options", kind = "map", secret_keys = true } }
    local given = {}
    for _, name in ipairs { "splunk-token", "TOKEN", "api_key", "apiKey", "API-Key", "x.Secret.y", "password", "Passwd",
                            "aws_secret_access_key" } do given[name] = "s" end
    for _, name in ipairs { "awslogs-group", "url", "keyboard", "tok", "mode" } do given[name] = "plain" end
    for name, value in pairs(redact.attributes({ options = given }, rows).options) do
      assert.equal(given[name] == "plain" and "plain" or redact.TEXT, value, name)
    end
  end)
end)
