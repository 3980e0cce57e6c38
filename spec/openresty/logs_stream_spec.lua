-- In a real nginx: what containers write, sent on line by line. nginx runs LuaJIT, so this is
-- tested with its build only.
local curl = require "ecs_service.transport.curl"
local nginx = require "support.nginx"
local served = require "support.served"

if not rawget(_G, "jit") then return end

local TASKS = [[
  local lines = {}
  for i = 1, 5000 do lines[i] = "line " .. i end
  sim:tasks { task_definition = "tail", outcome = "running", log = lines }
  sim:call("RegisterTaskDefinition", { family = "tail", containerDefinitions = { { name = "app", image = "a",
    memory = 9, logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "/ecs/tail",
      ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "p" } } } } })
]]

-- The example of the manual, of the service here.
local BLOCK = assert(nginx.read "docs/openresty.md":match(
  "## Logs in a response.-content_by_lua_block {\n(.-)\n    }\n"))
  :gsub("prod/web", "default/tail")

describe("inside nginx logs that are followed into a response", function()
  local server, sim

  setup(function()
    -- In step with the clock of nginx: what is newer than it is held back.
    sim = served.start(1, [[clusters = { "default" }, task_start_seconds = 0.1, task_seconds = 0.1]], TASKS)
    server = nginx.start {
      init_worker = ([[
        stack = assert(require("ecs_service").stack { region = "us-west-2", state = false, endpoint = "%s",
          credentials = { access_key_id = "AKIDNGX", secret_access_key = "secret" } })
      ]]):format(sim.url),
      locations = [[
        location = /logs {
          lua_check_client_abort on;
          content_by_lua_block {
            local of_nginx = ngx
            local ngx = setmetatable({ say = function(text)
              SENT = (SENT or 0) + 1
              return of_nginx.say(text)
            end }, { __index = of_nginx })
            ]] .. BLOCK .. [[
            ENDED = lines and lines.err and lines.err.code or "left"
          }
        }
        location = /begin { content_by_lua_block {
          assert(stack:call("ecs", "CreateService", { cluster = "default", serviceName = "tail",
            taskDefinition = "tail", desiredCount = 2 }))
          ngx.say "begun"
        } }
        location = /sent { content_by_lua_block { ngx.say(SENT or 0) } }
        location = /ended { content_by_lua_block { ngx.say(tostring(ENDED)) } }
      ]],
    }
  end)

  teardown(function()
    if server then server:stop() end
    if sim then sim:stop() end
  end)

  it("let the worker serve others meanwhile, and end when the client goes away", function()
    assert.equal("begun\n", server:get "/begin")
    local transport = curl.new { proxy = "", timeout = 120 }
    assert(transport:submit { id = 1, method = "GET", url = server.url .. "/logs" })
    nginx.eventually("lines come", function()
      transport:wait(0)
      return tonumber((server:get "/sent")) >= 2
    end)
    assert.equal("nil\n", server:get "/ended")
    transport:cancel(1)
    transport:close()
    nginx.eventually("the reading ends", function() return server:get "/ended" ~= "nil\n" end)
    assert.equal("Interrupted\n", server:get "/ended")
  end)
end)
