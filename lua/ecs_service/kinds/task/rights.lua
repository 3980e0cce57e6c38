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
}

rights.ROLES, rights.LINKED = {}, {}

return rights
