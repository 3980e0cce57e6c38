-- In a real nginx with the Lua module: what waits lets the worker serve others. nginx runs LuaJIT, so this is tested
-- with its build only.
local core = require "ecs_service.core"
local nginx = require "support.nginx"

if not rawget(_G, "jit") then return end

local manual = nginx.read "docs/openresty.md"

-- A block of the manual, in which the simulator stands for AWS and for S3.
local function of_manual(pattern, url)
  return (assert(manual:match(pattern)):gsub('state = "[^"]*"', ([[state = false, endpoint = "%s",
    credentials = { access_key_id = "AKIDNGX", secret_access_key = "secret" }]]):format(url)))
end

-- One-off tasks that write for twenty simulated seconds.
local TASKS = [[
  sim:tasks { task_definition = "job", outcome = "exit", exit_code = 0, after = 20, log = { "one", "two", "three" } }
  sim:call("RegisterTaskDefinition", { family = "job", containerDefinitions = { { name = "app", image = "a", memory = 9,
    logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "/ecs/job",
      ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "p" } } } } })
]]

describe("inside nginx", function()
  local server, sim

  setup(function()
    sim = nginx.simulator(10, TASKS)
    server = nginx.start {
      init = [[
        local ecs = require "ecs_service"
        INIT = { ecs.stack({ region = "us-west-2", state = false }):plan() }
      ]],
      init_worker = ([[
        local ecs, openresty = require "ecs_service", require "ecs_service.openresty"
        STACK = assert(ecs.stack { region = "us-west-2", state = false, endpoint = "%s",
          credentials = { access_key_id = "AKIDNGX", secret_access_key = "secret" } })
        DIRECT = { STACK:refresh() }
        STACK:service("web", { name = "web", cluster = "default", task_definition = "web:1", desired_count = 2,
          wait_for_steady_state = true })
        assert(openresty.spawn(function() SPAWNED = assert(STACK:plan()) end))
      ]]):format(sim.url),
      http = "lua_shared_dict deploy 1m; lua_shared_dict board 1m; lua_shared_dict small 16k;",
      locations = [[
        location /init { content_by_lua_block { ngx.say(INIT[2].code, " ", INIT[2].hint) } }
        location /direct { content_by_lua_block { ngx.say(DIRECT[2].code, " ", tostring(DIRECT[2])) } }
        location /spawned { content_by_lua_block { ngx.say(SPAWNED and SPAWNED.summary.create or "nothing") } }
        location /apply { content_by_lua_block {
          local result, err = STACK:apply { lock_timeout = 60 }
          SERVED_MEANWHILE = SERVED
          ngx.say(result and "applied" or tostring(err))
        } }
        location /run { content_by_lua_block {
          local heard, ticks = {}, 0
          local clock = ngx.thread.spawn(function()
            while true do
              ngx.sleep(0.01)
              ticks = ticks + 1
            end
          end)
          local result, err = STACK:run("job", { cluster = "default", on_log = function(line)
            heard[#heard + 1] = line.text
          end })
          ngx.thread.kill(clock)
          ngx.say(result and result.exit_code or tostring(err), " ", table.concat(heard, " "), ", ", ticks)
        } }
        location /waits { content_by_lua_block {
          local threads, ends = {}, {}
          for i = 1, 8 do
            threads[i] = ngx.thread.spawn(function()
              local status, err = STACK:status("web")
              ends[i] = status and status.running or tostring(err)
            end)
          end
          for i = 1, 8 do ngx.thread.wait(threads[i]) end
          ngx.say(table.concat(ends, " "))
        } }
        location /providers { content_by_lua_block {
          local ecs = require "ecs_service"
          local function provider(options)
            options.region, options.state = "us-west-2", false
            options.endpoint = options.endpoint or "http://127.0.0.1:9"
            return assert(assert(ecs.stack(options)):session()).credentials
          end
          local keys = { access_key_id = "AKID", secret_access_key = "secret" }
          local role = { role_arn = "arn:aws:iam::123456789012:role/x" }
          ngx.say(tostring(provider {} == provider {}), " ", tostring(provider {} == provider { profile = "a" }), " ",
            tostring(provider {} == provider { assume_role = role }), " ",
            tostring(provider { credentials = keys } == provider { credentials = keys }), " ",
            tostring(provider {} == provider { endpoint = "http://127.0.0.1:8" }))
        } }
        location /board/wait { content_by_lua_block {
          local board = require("ecs_service.openresty.board").new "board"
          local seen = board:version()
          while not board:get "it" do seen = board:wait(seen, 5) end
          ngx.say(board:get("it").text)
        } }
        location /board/put { content_by_lua_block {
          local board = require("ecs_service.openresty.board").new "board"
          assert(board:put("it", { text = "news" }))
          ngx.say "put"
        } }
        location /board/once { content_by_lua_block {
          local new = require("ecs_service.openresty.board").new
          local own = new()
          own:once("a", 60)
          ngx.say(tostring(new("board"):once("a", 60)), " ", tostring(own:once("a", 60)), " ",
            tostring(own:once("b", 60)))
        } }
        location /board/once-again { content_by_lua_block {
          ngx.say(tostring(require("ecs_service.openresty.board").new("board"):once("a", 60)))
        } }
        location /board/fill { content_by_lua_block {
          local board = require("ecs_service.openresty.board").new "small"
          assert(board:put("first", { text = "kept" }))
          local put, err = true, nil
          for i = 1, 1000 do
            put, err = board:put("more " .. i, { text = ("x"):rep(1000) })
            if not put then break end
          end
          ngx.say(err.code, " ", board:get("first").text)
        } }
        location /static { content_by_lua_block { SERVED = (SERVED or 0) + 1 ngx.say(SERVED) } }
        location /served { content_by_lua_block { ngx.say(SERVED_MEANWHILE) } }
        location = /manual { content_by_lua_block {
      ]] .. of_manual("content_by_lua_block {\n(.-)\n      }\n", sim.url) .. [[
        } }
        location /manual/board { content_by_lua_block {
          ]] .. manual:match '(local board = .-)```' .. [[
          ngx.say(board:get("web").running, " ", seen, " ", tostring(board:once("nonce 1f0c", 600)))
        } }
      ]],
    }
  end)

  teardown(function()
    if server then server:stop() end
    if sim then sim:stop() end
  end)

  it("planning in init_by_lua is an error that names the place where it works", function()
    assert.truthy(server:get("/init"):find("^WrongPhase .*init_worker_by_lua"))
  end)

  it("reading in init_worker_by_lua is one that names the timer", function()
    local body = server:get "/direct"
    assert.truthy(body:find("^WrongPhase .*spawn"), body)
  end)

  it("a timer of init_worker_by_lua plans", function()
    local body
    for _ = 1, 100 do
      body = server:get "/spawned"
      if body ~= "nothing\n" then break end
      core.system.sleep(0.05)
    end
    assert.equal("1\n", body)
  end)

  it("an apply lets the worker answer others while it waits", function()
    local apply = server:begin "/apply"
    for _ = 1, 20 do assert.truthy(server:get("/static"):find "^%d+\n$") end
    assert.equal("applied\n", apply())
    assert.is_true(tonumber((server:get "/served")) >= 20)
  end)

  it("a task that is run and followed lets the worker do other things while it waits", function()
    local ended, ticks = server:get("/run"):match "^(.-), (%d+)\n$"
    assert.equal("0 one two three", ended)
    assert.is_true(tonumber(ticks) > 20, ticks)
  end)

  it("stacks that look for the same keys in the same way share them, given keys stay with their stack", function()
    assert.equal("true false false false false\n", server:get "/providers")
  end)

  it("a board tells a request what another one has put there, and when", function()
    local wait = server:begin "/board/wait"
    assert.equal("put\n", server:get "/board/put")
    assert.equal("news\n", (wait()))
    assert.equal("true false true\n", server:get "/board/once")
    assert.equal("false\n", server:get "/board/once-again")
  end)

  it("a board that is full says so, and forgets nothing for it", function()
    assert.equal("BoardFull kept\n", server:get "/board/fill")
  end)

  it("the examples of docs/openresty.md work as they stand", function()
    assert.truthy(server:get("/manual"):find("1 to create", 1, true))
    assert.equal("3 1 false\n", server:get "/manual/board")
  end)

  it("several requests may use one stack at once", function()
    assert.equal("2 2 2 2 2 2 2 2\n", server:get "/waits")
  end)
end)
