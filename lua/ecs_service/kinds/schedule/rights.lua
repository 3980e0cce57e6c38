--- What a run needs to be allowed for schedules, and why.
local verbs = require "ecs_service.kinds.verbs"

local rights = {}

local ALL, APPLY = verbs.names(verbs.ASKED, "phase"), { "apply" }
local CHANGING, TAKING = { "apply", "destroy" }, { "import", "generate" }
local SCHEDULER, EVENTS = "scheduler.amazonaws.com", "events.amazonaws.com"

--- Rows: as those of a service; on: "schedule", "schedules" (any), "rule", or "role" (any).
rights.ECS = {
  { sid = "ReadSchedules", action = "scheduler:GetSchedule", phases = ALL, on = "schedule",
    why = "reads the schedule, to compare it with the declaration" },
  { sid = "ReadSchedules", action = "scheduler:GetSchedule", phases = TAKING, on = "schedules",
    why = "reads the schedule that is taken over, or written as a declaration" },
  { sid = "ChangeSchedules", action = "scheduler:CreateSchedule", phases = APPLY, on = "schedule",
    why = "makes the schedule" },
  { sid = "ChangeSchedules", action = "scheduler:UpdateSchedule", phases = APPLY, on = "schedule",
    why = "changes the schedule, and has it follow new revisions" },
  { sid = "ChangeSchedules", action = "scheduler:DeleteSchedule", phases = CHANGING, on = "schedule",
    why = "ends what is not declared any more, or destroyed" },
  { sid = "ReadWhatSchedulesRun", action = "ecs:DescribeTaskDefinition", phases = { "plan", "apply" }, on = "any",
    with = "schedules", why = "finds the container that a schedule's command is for" },
  { sid = "ReadRules", action = "events:ListTargetsByRule", phases = ALL, on = "rule",
    why = "reads the targets of the rule" },
  { sid = "ChangeRules", action = "events:PutTargets", phases = APPLY, on = "rule",
    why = "has the rule's target follow new revisions" },
  { sid = "PassRolesOfRules", action = "iam:PassRole", phases = APPLY, on = "role", with = "rules", to = EVENTS,
    why = "puts the target with its role, and those of its task" },
}

--- Members that hand a role to EventBridge Scheduler.
rights.ROLES = {
  { path = "role_arn", to = SCHEDULER, why = "is the role by which EventBridge Scheduler runs the task" },
}

rights.LINKED = {}

return rights
