-- In a real nginx: a function that decides about a deployment may yield, by ngx.sleep and by a request to the same
-- worker, which goes on serving.
local nginx = require "support.nginx"

if not rawget(_G, "jit") then return end

describe("a function of a lifecycle hook inside nginx", function()
  local server, sim

  setup(function()
    sim = nginx.simulator(100)
    server = nginx.start {
      init_worker = ("ECS = %q"):format(sim.url),
      locations = [[
        location /page { content_by_lua_block { ngx.say("page of worker ", ngx.worker.pid()) } }
        location /apply { content_by_lua_block {
          local ecs = require "ecs_service"
          local stack = assert(ecs.stack { region = "us-west-2", state = false, endpoint = ECS,
            credentials = { access_key_id = "AKIDNGX", secret_access_key = "secret" } })
          local elb, seen = "arn:aws:elasticloadbalancing:us-west-2:123456789012:", {}
          local url = ("http://127.0.0.1:%s/page"):format(ngx.var.server_port)
          stack:service("web", { name = "web", cluster = "default", task_definition = "web:1", desired_count = 1,
            wait_for_steady_state = true, load_balancer = { target_group_arn = elb .. "targetgroup/a/0123456789abcdef",
              container_name = "web", container_port = 80, advanced_configuration = {
                alternate_target_group_arn = elb .. "targetgroup/b/0123456789abcdef",
                production_listener_rule = elb .. "listener-rule/app/web/1/2/3",
                role_arn = "arn:aws:iam::123456789012:role/infrastructure" } },
            deployment_configuration = { strategy = "BLUE_GREEN", bake_time_in_minutes = 0,
              lifecycle_hook = { lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" }, run = function(ctx)
                ngx.sleep(0.05)
                ctx.sleep(0.05)
                local page, err = ctx.get(url)
                seen[1] = page and page.body or err.message
                return page ~= nil
              end } } })
          local result, err = stack:apply()
          ngx.say(result and "applied" or tostring(err), ", saw the ", seen[1])
        } }
        location /pid { content_by_lua_block { ngx.say(ngx.worker.pid()) } }
      ]],
    }
  end)

  teardown(function()
    if server then server:stop() end
    if sim then sim:stop() end
  end)

  it("looks at a page of its own worker, and the deployment goes on", function()
    local body = nginx.begin(server.url .. "/apply")()
    local pid = nginx.begin(server.url .. "/pid")():match "%d+"
    assert.equal(("applied, saw the page of worker %s\n\n"):format(pid), body)
  end)
end)
