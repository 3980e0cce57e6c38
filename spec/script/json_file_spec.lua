-- ecs.json_file: a declaration, or a part of one, in a file of JSON.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

describe("ecs.json_file", function()
  local folder

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(core.system.make_dir(folder))
    assert(core.system.make_dir(folder .. "/lib"))
  end)
  after_each(function() os.execute("rm -rf '" .. folder .. "'") end)

  local function write(name, text) assert(core.system.write_file(folder .. "/" .. name, text)) end

  local function raised(name)
    local ok, err = pcall(ecs.json_file, folder .. "/" .. name)
    assert.is_false(ok)
    assert.equal("InvalidJson", err.code)
    assert.truthy(tostring(err):find(folder .. "/" .. name, 1, true), tostring(err))
    return err
  end

  it("answers the table with its keys as they are", function()
    write("task.json", '\239\187\191{"family": "web", "containerDefinitions": [{"portMappings": [], '
      .. '"environment": [{"name": "Log_Level", "value": "info"}]}]}')
    local found = ecs.json_file(folder .. "/task.json")
    assert.equal("web", found.family)
    assert.same({ { name = "Log_Level", value = "info" } }, found.containerDefinitions[1].environment)
    assert.same({}, found.containerDefinitions[1].portMappings)
  end)

  it("takes the path from where the code stands that asks", function()
    write("lib/task.json", '{"family": "web"}')
    write("lib/read.lua", 'local found = require "ecs_service".json_file "task.json"\nreturn found')
    assert.equal("web", dofile(folder .. "/lib/read.lua").family)
  end)

  it("raises with path, line and column for what is no JSON", function()
    write("task.json", '{\n  "family": "web"\n  "cpu": 1\n}')
    local err = raised "task.json"
    assert.same({ folder .. "/task.json", 3 }, { err.path, err.line })
    assert.equal("number", type(err.column))
    assert.truthy(err.message:find("line 3, column ", 1, true), err.message)
    write("empty.json", "")
    assert.equal(1, raised("empty.json").line)
    write("text.json", '"web"')
    raised "text.json"
  end)

  it("refuses a template and says who writes it out", function()
    write("task.json", '{\n  "image": "{{ must_env `IMAGE` }}"\n}')
    local err = raised "task.json"
    assert.same({ 2, 13 }, { err.line, err.column })
    assert.truthy(err.hint:find("ecspresso render", 1, true))
    write("task.json", '{{ if true }}{}{{ end }}')
    assert.truthy(raised("task.json").hint:find("ecspresso render", 1, true))
  end)

  it("raises for a file that is not there, and for what is no path", function()
    raised "none.json"
    for _, path in ipairs { "", false, {} } do
      local ok, message = pcall(function()
        local found = ecs.json_file(path)
        return found
      end)
      assert.is_false(ok)
      assert.truthy(message:find("json_file_spec.lua:%d+: ecs.json_file takes the path"), message)
    end
  end)
end)
