--- The editor types of what functions of lifecycle hooks are given. tools/generate.lua appends them.
return [[
--- What a function of a lifecycle hook is given: the pause that it decides about.
---@class ecs_service.HookContext
---@field address string Of the service, in the stack.
---@field service? string Its name.
---@field cluster? string
---@field stage string "POST_TEST_TRAFFIC_SHIFT", …
---@field strategy? string "BLUE_GREEN", "LINEAR", "CANARY".
---@field deployment string ARN of the service deployment.
---@field hook_id string
---@field expires_at? number When ECS rolls back by itself.
---@field revisions { target: ecs_service.TrafficShare, source?: ecs_service.TrafficShare } What is deployed, and what
---  it takes the place of; a first deployment has no source.
---@field target_groups? string[] ARNs of those that the new tasks are registered with.
---@field test_traffic? ecs_service.TestTraffic How test traffic gets to the new tasks, as far as ECS tells.
---@field get fun(url: string, opts?: ecs_service.PageOptions): ecs_service.Page|nil, table|nil GET by the transport of
---  the stack; nil and { code, message } when nothing answers. Follows no redirects.
---@field sleep fun(seconds: number) Meanwhile the run goes on with the other services.
---@field now fun(): number By the clock of the run.

---@class ecs_service.TrafficShare
---@field revision? string ARN of the service revision.
---@field task_definition? string "web:2", where ECS shows it.
---@field production_weight? number Percent.
---@field test_weight? number Percent.
---@field target_groups? string[]

---@class ecs_service.TestTraffic
---@field listener_rule? string ARN of the test_listener_rule.
---@field container_port? integer
---@field port? integer Of the alias in Service Connect.
---@field dns_name? string
---@field header? { name: string, value: string } By which Service Connect tells it.

---@class ecs_service.PageOptions
---@field headers? table<string, string>
---@field timeout? number Seconds. Default: 10.

---@class ecs_service.Page
---@field status integer
---@field headers table<string, string> By their names in small letters.
---@field body string

]]
