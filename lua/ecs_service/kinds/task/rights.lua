--- What a run needs to be allowed for declared tasks, and why.
local rights = {}

local APPLY, READING = { "apply" }, { "plan", "apply" }

--- Rows: as those of a service.
rights.ECS = {
  { sid = "RunTasks", action = "ecs:RunTask", phases = APPLY, on = "any", why = "runs the declared tasks" },
  { sid = "FollowTasks", action = "ecs:DescribeTasks", phases = READING, on = "any",
    why = "sees how tasks end, also those that an earlier run had started" },
  { sid = "FollowTasks", action = "ecs:ListTasks", phases = READING, on = "any",
    why = "finds the task that an earlier run had started and did not hear of" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = READING, on = "any",
    why = "reads what a task runs" },
  { sid = "TagTasks", action = "ecs:TagResource", phases = APPLY, on = "any", with = "tags",
    why = "runs tasks with tags" },
}

local TASKS = "ecs-tasks.amazonaws.com"

--- Members that hand a role to ECS, as those of a service.
rights.ROLES = {
  { path = "overrides.execution_role_arn", to = TASKS, why = "lets the task pull images, write logs and read secrets" },
  { path = "overrides.task_role_arn", to = TASKS, why = "is the role of the task's containers" },
  { path = "volume_configurations.managed_ebs_volume.role_arn", to = "ecs.amazonaws.com",
    why = "lets ECS manage the task's volumes" },
}

rights.LINKED = {}

return rights
