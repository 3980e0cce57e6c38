--- What a run needs to be allowed for declared auto scaling, and why.
local rights = {}

local APPLY, READING, CHANGING = { "apply" }, { "plan", "apply", "destroy" }, { "apply", "destroy" }

--- Rows: as those of a service; on: "any", or "target" (of any service).
rights.ECS = {
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalableTargets", phases = READING, on = "any",
    why = "reads the bounds that are declared" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalingPolicies", phases = READING, on = "any",
    why = "reads the policies that are declared, and those of others" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScheduledActions", phases = READING, on = "any",
    why = "reads the scheduled actions that are declared, and those of others" },
  { sid = "ReadScaling", action = "application-autoscaling:ListTagsForResource", phases = READING, on = "target",
    with = "tags", why = "reads the tags of the target" },
  { sid = "ChangeScaling", action = "application-autoscaling:RegisterScalableTarget", phases = APPLY, on = "target",
    why = "sets the bounds" },
  { sid = "ChangeScaling", action = "application-autoscaling:PutScalingPolicy", phases = APPLY, on = "target",
    why = "makes and changes policies" },
  { sid = "ChangeScaling", action = "application-autoscaling:DeleteScalingPolicy", phases = APPLY, on = "target",
    why = "takes away policies that are not declared any more" },
  { sid = "ChangeScaling", action = "application-autoscaling:PutScheduledAction", phases = APPLY, on = "target",
    why = "makes and changes scheduled actions" },
  { sid = "ChangeScaling", action = "application-autoscaling:DeleteScheduledAction", phases = APPLY, on = "target",
    why = "takes away scheduled actions that are not declared any more" },
  { sid = "ChangeScaling", action = "application-autoscaling:DeregisterScalableTarget", phases = CHANGING,
    on = "target", why = "takes the target away, with what belongs to it, before its service" },
  { sid = "ChangeScaling", action = "application-autoscaling:TagResource", phases = APPLY, on = "target", with = "tags",
    why = "sets tags of the target" },
  { sid = "ChangeScaling", action = "application-autoscaling:UntagResource", phases = APPLY,
    on = "target", with = "tags", why = "takes tags of the target away" },
  { sid = "KeepAlarms", action = "cloudwatch:PutMetricAlarm", phases = APPLY, on = "any",
    why = "lets target tracking make its alarms" },
  { sid = "KeepAlarms", action = "cloudwatch:DescribeAlarms", phases = READING, on = "any",
    why = "lets Application Auto Scaling read the alarms of policies" },
  { sid = "KeepAlarms", action = "cloudwatch:DeleteAlarms", phases = CHANGING, on = "any",
    why = "lets the alarms of target tracking go with it" },
}

--- The role by which services are scaled.
rights.LINKED_SERVICE = "ecs.application-autoscaling.amazonaws.com"
rights.LINKED_ROLE = "AWSServiceRoleForApplicationAutoScaling_ECSService"
rights.LINKED_WHY = "creates the service-linked role by which services are scaled, once in an account"

return rights
