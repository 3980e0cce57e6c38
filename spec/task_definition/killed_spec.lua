-- A run with task definitions that dies at any of its points: before and after each request and each write of the
-- state. The next run registers nothing that was registered, and all is as declared.
local declared = require "support.declared"
local reaper = require "support.reaper"

local ROUNDS = 400 -- more points than any of these runs has

local function of_image(world, image, more) return declared.pair(world, declared.definition { image = image }, more) end

-- Runs `work` on a world that `prepare` made, dying at each point in turn; then `finish` must hold.
local function sweep(prepare, work, finish, whole)
  for nth = 1, ROUNDS do
    local world = declared.world()
    prepare(world)
    local reap = reaper.at(nth)
    local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend, whole) }
    local ran, result, err = pcall(work, dying)
    assert(ran and (result or error(err)) or result == reaper.KILLED, result)
    world.backend:unlock()
    world.sim:advance(10)
    finish(world, ("point %d: "):format(nth))
    if ran then return nth end
  end
  error "the run has more points than were tried"
end

local function nothing() end

for _, whole in ipairs { false, true } do
  describe("a run that is killed" .. (whole and ", with a state that is written whole" or ""), function()
    it("registers nothing twice when it made everything", function()
      local points = sweep(nothing, function(world) return of_image(world, "acme/api:1"):apply() end,
        function(world, where)
          assert(of_image(world, "acme/api:1"):apply())
          assert.equal("api:1", declared.active(world), where)
          assert.equal("api:1", declared.runs(world), where)
          assert.is_true(assert(of_image(world, "acme/api:1"):plan()):is_empty(), where)
        end, whole)
      assert.truthy(points > 5)
    end)

    it("registers nothing twice when it deployed a new image", function()
      sweep(function(world) assert(of_image(world, "acme/api:1"):apply()) end,
        function(world) return of_image(world, "acme/api:2"):apply() end,
        function(world, where)
          assert(of_image(world, "acme/api:2"):apply())
          assert.equal("api:1 api:2", declared.active(world), where)
          assert.equal("api:2", declared.runs(world), where)
          local items = assert(of_image(world, "acme/api:2"):state_entry "task_definition.api")
          assert.equal(2, #items.revisions, where)
          assert.is_nil(items.journal, where)
        end, whole)
    end)
  end)
end

describe("a destroy that is killed", function()
  it("leaves nothing behind when it destroyed", function()
    sweep(function(world) assert(of_image(world, "acme/api:1"):apply()) end,
      function(world) return of_image(world, "acme/api:1"):destroy() end,
      function(world, where)
        assert(of_image(world, "acme/api:1"):destroy())
        assert.equal("", declared.active(world), where)
        assert.same({}, assert(of_image(world, "acme/api:1"):state_items()), where)
      end)
  end)
end)
