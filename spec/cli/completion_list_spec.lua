-- What a shell offers for an address: of all kinds, declared in the script or recorded beside it.
local backend = require "ecs_service.state.backend"
local command = require "support.command"
local core = require "ecs_service.core"
local load = require "ecs_service.cli.script"

describe("the addresses that a shell completes", function()
  local script, state = load.DEFAULT, backend.DEFAULT

  before_each(function()
    command.begin()
    load.DEFAULT, backend.DEFAULT = command.folder .. "/services.lua", command.folder .. "/state.json"
  end)
  after_each(function()
    load.DEFAULT, backend.DEFAULT = script, state
    command.clean()
  end)

  local function listed()
    local code, out = command.run({}, "completion", "--list", "addresses")
    assert.equal(0, code)
    local list = {}
    for line in out:gmatch "[^\n]+" do list[#list + 1] = line end
    return list
  end

  it("are those of services, task definitions and tasks, and the script is not run", function()
    assert(core.system.write_file(load.DEFAULT, [[
error "never run"
stack:service("web", {}) stack:task_definition 'api' stack:task("migrate", { command = { "a" } })
]]))
    assert.same({ "task.migrate", "task_definition.api", "web" }, listed())
  end)

  it("are those that are recorded, too; what is damaged has none", function()
    assert(core.system.write_file(backend.DEFAULT,
      '{"services":{"old":{}},"tasks":{"nightly":{}},"task_definitions":7}'))
    assert.same({ "old", "task.nightly" }, listed())
    assert(core.system.write_file(backend.DEFAULT, "{"))
    assert.same({}, listed())
  end)
end)
