-- The names by which scripts require parts of the module: they stay, wherever the code behind them stands.
local public = require "support.public_names"

describe("a module that scripts require", function()
  for _, name in ipairs(public.MODULES) do
    it(name .. " is there", function() assert.equal("table", type(require(name))) end)
  end

  it("is the one that the module itself uses", function()
    assert.equal(require "ecs_service.aws.credentials", require "ecs_service.credentials")
  end)

  it("stands at the top, and nothing else does", function()
    local pipe = assert(io.popen "cd lua/ecs_service && ls *.lua")
    local found = {}
    for name in pipe:lines() do found[#found + 1] = name end
    pipe:close()
    assert.same({ "credentials.lua", "errors.lua", "init.lua", "scheduler.lua", "types.lua", "version.lua" }, found)
  end)
end)
