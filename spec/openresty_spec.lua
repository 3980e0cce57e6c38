-- In a real nginx with the Lua module: what waits lets the worker serve others. nginx runs LuaJIT, so this is tested
-- with its build only.
local core = require "ecs_service.core"
local nginx = require "nginx"

if not rawget(_G, "jit") then return end

describe("inside nginx", function()
  local server, sim

  setup(function()
    sim = nginx.simulator(10)
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
      locations = [[
        location /init { content_by_lua_block { ngx.say(INIT[2].code, " ", INIT[2].hint) } }
        location /direct { content_by_lua_block { ngx.say(DIRECT[2].code, " ", tostring(DIRECT[2])) } }
        location /spawned { content_by_lua_block { ngx.say(SPAWNED and SPAWNED.summary.create or "nothing") } }
        location /apply { content_by_lua_block {
          local result, err = STACK:apply { lock_timeout = 60 }
          SERVED_MEANWHILE = SERVED
          ngx.say(result and "applied" or tostring(err))
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
        location /static { content_by_lua_block { SERVED = (SERVED or 0) + 1 ngx.say(SERVED) } }
        location /served { content_by_lua_block { ngx.say(SERVED_MEANWHILE) } }
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

  it("several requests may use one stack at once", function()
    assert.equal("2 2 2 2 2 2 2 2\n", server:get "/waits")
  end)
end)
