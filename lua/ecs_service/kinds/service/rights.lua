--- What a run needs to be allowed for services, and why: the one table of these facts. Which resources and conditions
--- an action can be narrowed to is what the Service Authorization Reference says of Amazon ECS.
local verbs = require "ecs_service.kinds.verbs"

local rights = {}

-- Phases in which something is needed.
local ALL, APPLY = verbs.policies(), { "apply" }
local LOGS, RUN, EXEC, DEPLOY = { "logs" }, { "run" }, { "exec" }, { "deploy" }
local FOLLOWING = { "apply", "deploy", "continue" }
local CHANGING = { "apply", "destroy" }
local STOP, CONTINUE, STATUS = { "stop" }, { "continue" }, { "status" }
local DECIDING = { "stop", "continue" }

--- Rows: sid (of the statement it becomes part of), action, phases, on (which resources: "service", "deployment" and
--- "service_revision" (of a service), "task" (of a cluster), "logs" (streams of any group), "forwarding" (documents of
--- Systems Manager), "definition" (any), "role" (any), "any"), within (the condition ecs:cluster), to (the condition
--- iam:PassedToService), with (only when the stack has "family": a task definition without a revision, "tags",
--- "accounts": a list of accounts, "functions": lifecycle hooks that functions of Lua answer, "sigint": a service with
--- sigint_rollback, "stages": one that shifts traffic, "counts": counts that auto scaling may hold, "replicas":
--- services that can be scaled), never (the phase that alone does not need it, though a plan begins it), why.
rights.ECS = {
  { sid = "ReadServices", action = "ecs:DescribeServices", phases = ALL, on = "service",
    why = "reads the services to compare, to follow and to check them" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalableTargets", phases = { "plan", "apply" },
    on = "any", with = "counts", never = "destroy", why = "sees whose counts auto scaling holds" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalableTargets", phases = STATUS, on = "any",
    with = "replicas", why = "shows the bounds of auto scaling" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalingActivities", phases = STATUS, on = "any",
    with = "replicas", why = "shows what auto scaling did last" },
  { sid = "ChangeServices", action = "ecs:CreateService", phases = APPLY, on = "service",
    why = "creates a declared service, also when it is replaced" },
  { sid = "ChangeServices", action = "ecs:UpdateService", phases = CHANGING, on = "service",
    why = "changes a service, and scales it to zero before it is deleted" },
  { sid = "ChangeServices", action = "ecs:DeleteService", phases = CHANGING, on = "service",
    why = "deletes a service that is replaced, not declared any more, or destroyed" },
  { sid = "TagServices", action = "ecs:TagResource", phases = APPLY, on = "service", with = "tags",
    why = "creates services with tags, and sets tags that changed" },
  { sid = "TagServices", action = "ecs:UntagResource", phases = APPLY, on = "service", with = "tags",
    why = "takes tags away that are not declared any more" },
  { sid = "FollowDeployments", action = "ecs:ListServiceDeployments", phases = { "apply", "deploy" }, on = "service",
    why = "finds the deployment that an update has started" },
  { sid = "FollowDeployments", action = "ecs:DescribeServiceDeployments", phases = { "apply", "deploy" },
    on = "deployment",
    why = "follows that deployment to its end, and tells a rollback from a success" },
  { sid = "DecideAboutDeployments", action = "ecs:ContinueServiceDeployment", phases = APPLY, on = "deployment",
    with = "functions", why = "lets a deployment go on, or go back, as a function of a lifecycle hook says" },
  { sid = "ReadServiceRevisions", action = "ecs:DescribeServiceRevisions", phases = APPLY, on = "service_revision",
    with = "functions", why = "tells that function what is deployed, and in place of what" },
  { sid = "StopDeployments", action = "ecs:StopServiceDeployment", phases = APPLY, on = "deployment", with = "sigint",
    why = "rolls the deployment back when a run is interrupted that waits for it (sigint_rollback)" },
  { sid = "ReadServiceRevisions", action = "ecs:DescribeServiceRevisions", phases = APPLY, on = "service_revision",
    with = "sigint", why = "tells what the service goes back to then" },
  { sid = "FollowDeployments", action = "ecs:ListServiceDeployments", phases = DECIDING, on = "service",
    why = "finds the deployment that is under way" },
  { sid = "FollowDeployments", action = "ecs:DescribeServiceDeployments", phases = DECIDING, on = "deployment",
    why = "reads which decision it waits for, and follows it to its end" },
  { sid = "ReadServiceRevisions", action = "ecs:DescribeServiceRevisions", phases = DECIDING, on = "service_revision",
    why = "tells what the service would go back to" },
  { sid = "StopDeployments", action = "ecs:StopServiceDeployment", phases = STOP, on = "deployment",
    why = "stops the deployment" },
  { sid = "DecideAboutDeployments", action = "ecs:ContinueServiceDeployment", phases = CONTINUE, on = "deployment",
    why = "lets a deployment that waits for a decision go on, or back" },
  { sid = "FollowDeployments", action = "ecs:DescribeServiceDeployments", phases = STATUS, on = "deployment",
    with = "stages", why = "reads the stage of a deployment and its share of the traffic" },
  { sid = "ReadServiceRevisions", action = "ecs:DescribeServiceRevisions", phases = STATUS, on = "service_revision",
    with = "stages", why = "reads which target group serves" },
  { sid = "FindTasks", action = "ecs:ListTasks", phases = FOLLOWING, on = "any", within = true,
    why = "finds the stopped tasks of a deployment that fails" },
  { sid = "ReadTasks", action = "ecs:DescribeTasks", phases = FOLLOWING, on = "task",
    why = "reads why those tasks stopped" },
  { sid = "FindTasks", action = "ecs:ListTasks", phases = LOGS, on = "any", within = true,
    why = "finds the tasks whose logs are read" },
  { sid = "ReadTasks", action = "ecs:DescribeTasks", phases = LOGS, on = "task",
    why = "reads which containers those tasks have" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = LOGS, on = "any",
    why = "finds the log groups and streams of the containers" },
  { sid = "ReadLogs", action = "logs:GetLogEvents", phases = LOGS, on = "logs",
    why = "reads what the containers wrote" },
  { sid = "ReadLogs", action = "logs:GetLogEvents", phases = { "apply", "deploy", "run", "continue" }, on = "logs",
    why = "reads the last lines of the container that failed" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = DEPLOY, on = "any",
    why = "reads the revision that the service runs" },
  { sid = "RegisterRevisions", action = "ecs:RegisterTaskDefinition", phases = DEPLOY, on = "any",
    why = "registers it again with the new image" },
  { sid = "TagRevisions", action = "ecs:TagResource", phases = DEPLOY, on = "definition",
    why = "gives the new revision the tags of the one before" },
  { sid = "ChangeServices", action = "ecs:UpdateService", phases = DEPLOY, on = "service",
    why = "deploys the new revision" },
  { sid = "PassTaskRoles", action = "iam:PassRole", phases = DEPLOY, on = "role", to = "ecs-tasks.amazonaws.com",
    why = "gives the new revision the roles of the one before" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalableTargets", phases = { "generate" },
    on = "any", why = "sees whether something scales a service that is written as a declaration" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScalingPolicies", phases = { "generate" },
    on = "any", why = "reads the policies that are written with it" },
  { sid = "ReadScaling", action = "application-autoscaling:DescribeScheduledActions", phases = { "generate" },
    on = "any", why = "reads the scheduled actions that are written with it" },
  { sid = "ReadScaling", action = "application-autoscaling:ListTagsForResource", phases = { "generate" },
    on = "target", why = "reads the tags of the target" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = { "generate" }, on = "any",
    why = "reads the task definition of a service that is written with it" },
  { sid = "RunTasks", action = "ecs:RunTask", phases = RUN, on = "definition", within = true,
    why = "starts the task" },
  { sid = "ReadTasks", action = "ecs:DescribeTasks", phases = RUN, on = "task",
    why = "waits until the task has ended, and reads its exit code" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = RUN, on = "any",
    why = "finds the containers of the task, its network mode and its logs" },
  { sid = "PassTaskRoles", action = "iam:PassRole", phases = RUN, on = "role", to = "ecs-tasks.amazonaws.com",
    why = "gives the task the roles of its task definition" },
  { sid = "FindTasks", action = "ecs:ListTasks", phases = EXEC, on = "any", within = true,
    why = "finds a task of the service" },
  { sid = "ReadTasks", action = "ecs:DescribeTasks", phases = EXEC, on = "task",
    why = "sees whether that task takes commands, and which containers it has" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = EXEC, on = "any",
    why = "tells why a container takes no commands" },
  { sid = "ExecuteCommands", action = "ecs:ExecuteCommand", phases = EXEC, on = "cluster",
    why = "begins the session of a command in a container" },
  { sid = "ExecuteCommandsInTasks", action = "ecs:ExecuteCommand", phases = EXEC, on = "task",
    why = "the same, of the tasks in that cluster" },
  { sid = "ForwardPorts", action = "ssm:StartSession", phases = EXEC, on = "task",
    why = "begins the session that forwards a port of a container" },
  { sid = "ForwardPortsBy", action = "ssm:StartSession", phases = EXEC, on = "forwarding",
    why = "by the documents of AWS that forward ports" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = { "plan" }, on = "any",
    with = "family", why = "finds the newest revision of a family that is declared without one" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = CONTINUE, on = "any",
    why = "reads what failed tasks should have run" },
  { sid = "ReadTaskDefinitions", action = "ecs:DescribeTaskDefinition", phases = APPLY, on = "any",
    why = "finds the newest revision of a family, and what failed tasks should have run" },
  { sid = "KnowTheAccount", action = "sts:GetCallerIdentity", phases = ALL, on = "any", with = "accounts",
    why = "checks the account against allowed_account_ids and forbidden_account_ids" },
}

local ECS_SERVICE = "ecs.amazonaws.com"

--- Members that hand a role to ECS: their path in a declaration (lists in between are walked), and to which service of
--- AWS the role is passed. The roles of a task definition are passed when it is registered, not here.
rights.ROLES = {
  { path = "iam_role", to = ECS_SERVICE, why = "lets ECS register tasks with the load balancer" },
  { path = "deployment_configuration.lifecycle_hook.role_arn", to = ECS_SERVICE,
    why = "lets ECS call the functions of lifecycle hooks" },
  { path = "load_balancer.advanced_configuration.role_arn", to = ECS_SERVICE,
    why = "lets ECS shift the traffic of load balancers" },
  { path = "service_connect_configuration.service.tls.role_arn", to = ECS_SERVICE,
    why = "lets ECS issue certificates for Service Connect" },
  { path = "volume_configuration.managed_ebs_volume.role_arn", to = ECS_SERVICE,
    why = "lets ECS create and attach the volumes of tasks" },
  { path = "vpc_lattice_configurations.role_arn", to = ECS_SERVICE,
    why = "lets ECS register tasks with VPC Lattice" },
}

--- Members for which ECS uses its service-linked role, which the first service of an account that needs it creates.
rights.LINKED = { "load_balancer", "network_configuration", "service_connect_configuration",
                       "service_registries", "vpc_lattice_configurations" }
rights.LINKED_WHY = "creates the service-linked role of ECS, once in an account, for load balancers, network "
  .. "interfaces and service discovery"
rights.LINKED_SERVICE, rights.LINKED_ROLE = ECS_SERVICE, "AWSServiceRoleForECS*"

return rights
