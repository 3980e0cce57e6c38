--- What a run needs to be allowed for task definitions, and why.
local verbs = require "ecs_service.kinds.verbs"

local rights = {}

local ALL, APPLY = verbs.names(verbs.ASKED, "phase"), { "apply" }
local CHANGING, LISTING = { "apply", "destroy" }, { "revisions", "deregister" }

--- Rows: as those of a service; on: "any", or "revision" (of the families); with: also "keep", where one is declared.
rights.ECS = {
  { sid = "FindRevisions", action = "ecs:ListTaskDefinitions", phases = LISTING, on = "any",
    why = "finds the revisions of the family" },
  { sid = "FindUsers", action = "ecs:ListServices", phases = LISTING, on = "any",
    why = "finds the services that may use one of them" },
  { sid = "FindUsers", action = "ecs:DescribeServices", phases = LISTING, on = "any",
    why = "reads the deployments of those services" },
  { sid = "FindUsers", action = "ecs:ListTasks", phases = LISTING, on = "any",
    why = "finds the tasks of the family" },
  { sid = "FindUsers", action = "ecs:DescribeTasks", phases = LISTING, on = "any",
    why = "reads which revision those tasks are of" },
  { sid = "FindUsers", action = "ecs:ListClusters", phases = LISTING, on = "any",
    why = "finds the clusters, where the stack knows none" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = { "revisions" }, on = "any",
    why = "reads when and by whom a revision was registered, and its images" },
  { sid = "ChangeTaskDefinitions", action = "ecs:DeregisterTaskDefinition", phases = { "deregister" }, on = "any",
    why = "deregisters revisions that are older than those that stay, and that nobody uses" },
  { sid = "DeleteTaskDefinitions", action = "ecs:DeleteTaskDefinitions", phases = { "deregister" }, on = "revision",
    why = "deletes INACTIVE revisions, with --delete" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = ALL, on = "any",
    why = "reads the revision that is registered, to compare it with the declaration" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = { "import", "generate" }, on = "any",
    why = "reads the revision that is taken over, or written as a declaration" },
  { sid = "ChangeTaskDefinitions", action = "ecs:RegisterTaskDefinition", phases = APPLY, on = "any",
    why = "registers a revision when the declaration differs from the registered one" },
  { sid = "ChangeTaskDefinitions", action = "ecs:DeregisterTaskDefinition", phases = CHANGING, on = "any",
    why = "deregisters what is not declared any more, or destroyed, and not in use" },
  { sid = "FindUsers", action = "ecs:ListServices", phases = CHANGING, on = "any",
    why = "finds the services that may use a revision before it is deregistered" },
  { sid = "FindUsers", action = "ecs:DescribeServices", phases = CHANGING, on = "any",
    why = "reads the deployments of those services" },
  { sid = "FindUsers", action = "ecs:ListTasks", phases = CHANGING, on = "any",
    why = "finds the tasks of a family before a revision is deregistered" },
  { sid = "FindUsers", action = "ecs:DescribeTasks", phases = CHANGING, on = "any",
    why = "reads which revision those tasks are of" },
  { sid = "FindRevisions", action = "ecs:ListTaskDefinitions", phases = { "plan" }, on = "any", with = "keep",
    why = "finds the ACTIVE revisions of a family that are more than keep" },
  { sid = "FindUsers", action = "ecs:ListServices", phases = { "plan" }, on = "any", with = "keep",
    why = "finds the services that may use one of those" },
  { sid = "FindUsers", action = "ecs:DescribeServices", phases = { "plan" }, on = "any", with = "keep",
    why = "reads the deployments of those services" },
  { sid = "FindUsers", action = "ecs:ListTasks", phases = { "plan" }, on = "any", with = "keep",
    why = "finds the tasks of the family" },
  { sid = "FindUsers", action = "ecs:DescribeTasks", phases = { "plan" }, on = "any", with = "keep",
    why = "reads which revision those tasks are of" },
  { sid = "TagTaskDefinitions", action = "ecs:TagResource", phases = APPLY, on = "revision", with = "tags",
    why = "registers revisions with tags, and sets tags that changed" },
  { sid = "TagTaskDefinitions", action = "ecs:UntagResource", phases = APPLY, on = "revision", with = "tags",
    why = "takes tags away that are not declared any more" },
}

local TASKS = "ecs-tasks.amazonaws.com"

--- Members that hand a role to ECS, as those of a service.
rights.ROLES = {
  { path = "execution_role_arn", to = TASKS, why = "lets tasks pull images, write logs and read secrets" },
  { path = "task_role_arn", to = TASKS, why = "is the role of the containers" },
}

rights.LINKED = {}

return rights
