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

describe("a run that is killed, and whose declaration is another one then", function()
  local function revisions(world, image)
    local list = {}
    for i, arn in ipairs(assert(of_image(world, image):state_entry "task_definition.api").revisions) do
      list[i] = arn:match "[^/]+$"
    end
    return table.concat(list, " ")
  end

  local function settled(world, where)
    assert(of_image(world, "acme/api:3"):apply())
    assert.is_true(assert(of_image(world, "acme/api:3"):plan()):is_empty(), where)
    assert.equal(declared.active(world), revisions(world, "acme/api:3"), where)
    assert(of_image(world, "acme/api:3"):destroy())
    assert.equal("", declared.active(world), where)
    assert.same({}, assert(of_image(world, "acme/api:3"):state_items()), where)
  end

  it("has its revision listed as registered here, and destroyed with the others", function()
    sweep(function(world) assert(of_image(world, "acme/api:1"):apply()) end,
      function(world) return of_image(world, "acme/api:2"):apply() end, settled)
  end)

  it("has it listed, too, when it was the first", function()
    sweep(nothing, function(world) return of_image(world, "acme/api:2"):apply() end, settled)
  end)

  it("has it deregistered when nothing is declared any more", function()
    sweep(nothing, function(world)
      local stack = declared.stack(world)
      stack:task_definition("api", declared.definition())
      return stack:apply()
    end, function(world, where)
      assert(declared.stack(world):apply())
      assert.equal("", declared.active(world), where)
      assert.same({}, assert(declared.stack(world):state_items()), where)
    end)
  end)

  it("has it listed with variables that are sensitive, and with a role by its name", function()
    local function stack(world, image)
      return declared.pair(world, declared.definition({ image = image }, { sensitive = { "LEVEL" },
        task_role_arn = "deployer" }))
    end
    sweep(nothing, function(world) return stack(world, "acme/api:2"):apply() end, function(world, where)
      assert(stack(world, "acme/api:3"):apply())
      assert(stack(world, "acme/api:3"):destroy())
      assert.equal("", declared.active(world), where)
    end)
  end)

  it("has nothing listed that somebody else has registered meanwhile", function()
    sweep(nothing, function(world) return of_image(world, "acme/api:2"):apply() end, function(world, where)
      local theirs = assert(world.sim:call("RegisterTaskDefinition", { family = "api", containerDefinitions = {
        { name = "app", image = "others/api:1", memory = 64 } } })).taskDefinition.taskDefinitionArn
      assert(of_image(world, "acme/api:3"):apply())
      assert(of_image(world, "acme/api:3"):destroy())
      assert.truthy(declared.active(world):find(theirs:match "[^/]+$", 1, true), where)
    end)
  end)
end)

describe("a run that keeps two revisions and is killed", function()
  local function of(world, number)
    return declared.pair(world, declared.definition({ image = "acme/api:" .. number }, { keep = 2 }))
  end

  for _, whole in ipairs { false, true } do
    it("is finished by the next one" .. (whole and ", with a state that is written whole" or ""), function()
      local points = sweep(function(world)
        for i = 1, 3 do
          assert(declared.pair(world, declared.definition { image = "acme/api:" .. i }):apply())
        end
      end, function(world) return of(world, 4):apply() end, function(world, where)
        assert(of(world, 4):apply())
        assert.equal("api:3 api:4", declared.active(world), where)
        assert.is_true(assert(of(world, 4):plan()):is_empty(), where)
        local entry = assert(of(world, 4):state_entry "task_definition.api")
        assert.equal(2, #entry.revisions, where)
        assert.is_nil(entry.journal, where)
      end, whole)
      assert.truthy(points > 20)
    end)
  end
end)

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
