"""Drives task definitions, one-off tasks and their logs with AWS's own clients: boto3 and the AWS CLI.

usage: python spec/support/aws_tasks.py boto3|cli URL

The endpoint has a cluster "prod" with instances, tasks of the family "server" that run until they are stopped, and tasks
of the family "migrate" that exit 1 and write two lines. boto3's part reads the JSON of each answer against the model that
it has of the operation: every member known, of the right type, and none that is required missing.
"""
import json
import sys

from aws_clients import REGION, aws, expect, run_alone

LOGS = {"logDriver": "awslogs", "options": {
    "awslogs-group": "/ecs/migrate", "awslogs-region": REGION, "awslogs-stream-prefix": "app"}}
MIGRATE = {"family": "migrate", "networkMode": "awsvpc", "cpu": ".25 vCPU", "memory": "0.5 GB",
           "requiresCompatibilities": ["FARGATE"], "executionRoleArn": "exec",
           "containerDefinitions": [{"name": "migrate", "image": "acme/api:1", "logConfiguration": LOGS,
                                     "portMappings": [{"containerPort": 8080}]}]}
SERVER = {"family": "server", "taskRoleArn": "task",
          "containerDefinitions": [{"name": "server", "image": "acme/server", "memory": 64}]}
SUBNETS = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
TYPES = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": (int, float),
         "double": (int, float), "float": (int, float)}


# A value that the documentation of the member names and its enumeration has not (docs/simulator.md).
DOCUMENTED = {"lifecycleStage": "PRE_PRODUCTION_TRAFFIC_SHIFT"}


def walk(value, shape, path, problems):
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                problems.append(f"{path}.{name} is missing")
        for name, item in value.items():
            if name in shape.members:
                walk(item, shape.members[name], f"{path}.{name}", problems)
            else:
                problems.append(f"{path}.{name} is no member")
    elif kind == "list":
        for i, item in enumerate(value) if isinstance(value, list) else [(0, problems.append(f"{path} is no list"))]:
            walk(item, shape.member, f"{path}[{i}]", problems)
    elif kind == "map":
        for key, item in value.items():
            walk(item, shape.value, f"{path}.{key}", problems)
    elif not isinstance(value, TYPES[kind]) or kind != "boolean" and isinstance(value, bool):
        problems.append(f"{path} is {value!r}, and no {kind}")
    elif getattr(shape, "enum", None) and value not in shape.enum and DOCUMENTED.get(path.split(".")[-1]) != value:
        problems.append(f"{path} is {value!r}, and not one of {shape.enum}")


class Watched:
    """A client of boto3 whose answers are read against its model."""

    def __init__(self, service, url, region=REGION):
        import boto3
        self.client = boto3.client(service, endpoint_url=url, region_name=region)
        self.called, self.refusals = set(), 0
        name = self.client.meta.service_model.service_id.hyphenize()
        self.client.meta.events.register(f"before-parse.{name}.*", self.look)

    def look(self, operation_model, response_dict, **_):
        self.called.add(operation_model.name)
        if response_dict["status_code"] != 200:
            return
        problems = []
        body = json.loads(response_dict["body"] or "{}")
        if operation_model.output_shape:
            walk(body, operation_model.output_shape, operation_model.name, problems)
        elif body:
            problems.append(f"{operation_model.name} has no answer")
        if problems:
            sys.exit("\n".join(problems))

    def __getattr__(self, name):
        return getattr(self.client, name)

    def refuses(self, error, name, **arguments):
        """Fails unless the operation raises the exception that boto3 has of that name."""
        try:
            getattr(self.client, name)(**arguments)
        except getattr(self.client.exceptions, error) as raised:
            self.refusals += 1
            return raised
        sys.exit(f"{name} {arguments} was not refused")


def task_definitions(ecs):
    made = ecs.register_task_definition(**MIGRATE, tags=[{"key": "of", "value": "api"}])["taskDefinition"]
    expect("sizes", (made["cpu"], made["memory"]), ("256", "512"))
    expect("host port", made["containerDefinitions"][0]["portMappings"][0]["hostPort"], 8080)
    expect("compatibilities", made["compatibilities"], ["EC2", "FARGATE"])
    for _ in range(2):
        ecs.register_task_definition(**SERVER)
    ecs.refuses("ClientException", "register_task_definition", **{**MIGRATE, "cpu": "300"})
    ecs.refuses("ClientException", "register_task_definition", **{**MIGRATE, "pidMode": "host"})
    ecs.refuses("ClientException", "describe_task_definition", taskDefinition="nothing")
    families = ecs.get_paginator("list_task_definition_families").paginate(PaginationConfig={"PageSize": 1})
    expect("families", sorted(families.build_full_result()["families"]), ["migrate", "server"])
    ecs.refuses("InvalidParameterException", "list_task_definition_families", maxResults=0)
    described = ecs.describe_task_definition(taskDefinition="migrate", include=["TAGS"])
    expect("tags", described["tags"], [{"key": "of", "value": "api"}])
    expect("listed", len(ecs.list_task_definitions(familyPrefix="server")["taskDefinitionArns"]), 2)
    ecs.refuses("ClientException", "deregister_task_definition", taskDefinition="server")
    ecs.deregister_task_definition(taskDefinition="server:1")
    deleted = ecs.delete_task_definitions(taskDefinitions=["server:1", "server:2"])
    expect("deleted", deleted["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS")
    expect("not deleted", len(deleted["failures"]), 1)
    ecs.refuses("InvalidParameterException", "delete_task_definitions", taskDefinitions=["a:1"] * 11)


def run_to_the_end(ecs):
    request = dict(cluster="prod", taskDefinition="migrate", launchType="FARGATE", networkConfiguration=SUBNETS,
                   startedBy="ecs-service/0123456789abcdef01234567", clientToken="token", propagateTags="TASK_DEFINITION",
                   overrides={"containerOverrides": [{"name": "migrate", "command": ["bin/migrate"]}]})
    answer = ecs.run_task(**request)
    expect("failures", answer["failures"], [])
    arn = answer["tasks"][0]["taskArn"]
    expect("the same for a token", ecs.run_task(**request)["tasks"][0]["taskArn"], arn)
    refusal = ecs.refuses("ConflictException", "run_task", **{**request, "count": 2})
    expect("ARNs of a conflict", refusal.response["resourceIds"], [arn])
    where = {"cluster": "prod", "tasks": [arn]}
    expect("status", answer["tasks"][0]["lastStatus"], "PROVISIONING")
    ecs.get_waiter("tasks_stopped").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 30}, **where)
    task = ecs.describe_tasks(include=["TAGS"], **where)["tasks"][0]
    expect("end", (task["stopCode"], task["containers"][0]["exitCode"]), ("EssentialContainerExited", 1))
    expect("interface", task["attachments"][0]["type"], "ElasticNetworkInterface")
    expect("tags of the task", task["tags"], [{"key": "of", "value": "api"}])
    expect("stopped", ecs.list_tasks(cluster="prod", family="migrate", desiredStatus="STOPPED")["taskArns"], [arn])
    ecs.refuses("InvalidParameterException", "list_tasks", cluster="prod", startedBy="x", family="migrate")
    ecs.refuses("ClusterNotFoundException", "run_task", **{**request, "cluster": "nothing"})
    ecs.refuses("InvalidParameterException", "run_task", cluster="prod", taskDefinition="migrate", launchType="FARGATE")
    ecs.refuses("InvalidParameterException", "run_task", **{**request, "propagateTags": "SERVICE", "clientToken": "x"})
    return arn.rsplit("/", 1)[1]


def run_until_stopped(ecs):
    task = ecs.run_task(cluster="prod", taskDefinition="server", enableExecuteCommand=True)["tasks"][0]
    where = {"cluster": "prod", "tasks": [task["taskArn"]]}
    ecs.get_waiter("tasks_running").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 30}, **where)
    session = ecs.execute_command(cluster="prod", task=task["taskArn"], command="sh", interactive=True)
    expect("container of the command", session["containerName"], "server")
    ecs.refuses("InvalidParameterException", "execute_command", cluster="prod", task=task["taskArn"], command="sh",
                interactive=False)
    protected = ecs.update_task_protection(protectionEnabled=True, **where)
    expect("protection of a one-off task", protected["failures"][0]["reason"], "TASK_NOT_VALID")
    started = ecs.start_task(cluster="prod", taskDefinition="server",
                             containerInstances=[task["containerInstanceArn"], "nowhere"])
    expect("instance", started["tasks"][0]["containerInstanceArn"], task["containerInstanceArn"])
    expect("no instance", started["failures"][0]["reason"], "MISSING")
    ecs.refuses("TargetNotConnectedException" if started["tasks"][0]["enableExecuteCommand"]
                else "InvalidParameterException", "execute_command", cluster="prod",
                task=started["tasks"][0]["taskArn"], command="sh", interactive=True)
    for one in (task, started["tasks"][0]):
        stopped = ecs.stop_task(cluster="prod", task=one["taskArn"], reason="enough")["task"]
        expect("reason", (stopped["stopCode"], stopped["stoppedReason"]), ("UserInitiated", "enough"))
    ecs.refuses("InvalidParameterException", "stop_task", cluster="prod", task="nothing")
    ecs.get_waiter("tasks_stopped").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 30}, **where)


def protection(ecs):
    ecs.create_service(cluster="prod", serviceName="web", taskDefinition="server", desiredCount=1)
    ecs.get_waiter("services_stable").wait(cluster="prod", services=["web"], WaiterConfig={"Delay": 1})
    arns = ecs.list_tasks(cluster="prod", serviceName="web")["taskArns"]
    answer = ecs.update_task_protection(cluster="prod", tasks=arns, protectionEnabled=True, expiresInMinutes=5)
    expect("protected", answer["protectedTasks"][0]["protectionEnabled"], True)
    expect("still protected", ecs.get_task_protection(cluster="prod", tasks=arns)["protectedTasks"][0]
           ["protectionEnabled"], True)
    ecs.refuses("InvalidParameterException", "update_task_protection", cluster="prod", tasks=arns,
                protectionEnabled=True, expiresInMinutes=0)
    ecs.refuses("ClusterNotFoundException", "get_task_protection", cluster="nothing", tasks=arns)
    ecs.delete_service(cluster="prod", service="web", force=True)


def logs_of(logs, far, task_id):
    where = {"logGroupName": "/ecs/migrate", "logStreamName": f"app/migrate/{task_id}"}
    page = logs.get_log_events(startFromHead=True, limit=1, **where)
    lines = []
    while True:
        lines += [event["message"] for event in page["events"]]
        token = page["nextForwardToken"]
        page = logs.get_log_events(startFromHead=True, nextToken=token, **where)
        if page["nextForwardToken"] == token:
            break
    expect("lines", lines, ["migrating", "no such table"])
    streams = logs.get_paginator("describe_log_streams").paginate(logGroupName="/ecs/migrate").build_full_result()
    expect("streams", [stream["logStreamName"] for stream in streams["logStreams"]], [where["logStreamName"]])
    found = logs.get_paginator("filter_log_events").paginate(
        logGroupName="/ecs/migrate", filterPattern="table", PaginationConfig={"PageSize": 1}).build_full_result()
    expect("found", [event["message"] for event in found["events"]], ["no such table"])
    logs.create_log_group(logGroupName="other")
    groups = logs.describe_log_groups()["logGroups"]
    expect("groups", [group["logGroupName"] for group in groups], ["/ecs/migrate", "other"])
    expect("groups of another region", far.describe_log_groups()["logGroups"], [])
    logs.refuses("ResourceAlreadyExistsException", "create_log_group", logGroupName="other")
    logs.refuses("ResourceNotFoundException", "get_log_events", logGroupName="/ecs/migrate", logStreamName="nothing")
    logs.refuses("ResourceNotFoundException", "filter_log_events", logGroupName="nothing")
    logs.refuses("InvalidParameterException", "describe_log_streams", logGroupName="/ecs/migrate",
                 orderBy="LastEventTime", logStreamNamePrefix="app")


def with_boto3(url):
    ecs, logs, far = Watched("ecs", url), Watched("logs", url), Watched("logs", url, "eu-west-1")
    task_definitions(ecs)
    task_id = run_to_the_end(ecs)
    logs_of(logs, far, task_id)
    run_until_stopped(ecs)
    protection(ecs)
    wanted = {"RegisterTaskDefinition", "DescribeTaskDefinition", "DeregisterTaskDefinition", "DeleteTaskDefinitions",
              "ListTaskDefinitions", "ListTaskDefinitionFamilies", "RunTask", "StartTask", "StopTask", "ListTasks",
              "DescribeTasks", "GetTaskProtection", "UpdateTaskProtection", "ExecuteCommand"}
    expect("operations that were not read", wanted - ecs.called, set())
    expect("operations of logs", len(logs.called), 5)


def with_cli(url):
    for definition in (MIGRATE, SERVER):
        aws(url, "register-task-definition", "--cli-input-json", json.dumps(definition))
    expect("families", aws(url, "list-task-definition-families")["families"], ["migrate", "server"])
    network = "awsvpcConfiguration={subnets=[subnet-1]}"
    task = aws(url, "run-task", "--cluster", "prod", "--task-definition", "migrate", "--launch-type", "FARGATE",
               "--network-configuration", network, "--started-by", "me")["tasks"][0]
    where = ("--cluster", "prod", "--tasks", task["taskArn"])
    aws(url, "wait", "tasks-stopped", *where)
    ended = aws(url, "describe-tasks", *where)["tasks"][0]
    expect("exit code", ended["containers"][0]["exitCode"], 1)
    stream = "app/migrate/" + task["taskArn"].rsplit("/", 1)[1]
    events = aws(url, "get-log-events", "--log-group-name", "/ecs/migrate", "--log-stream-name", stream,
                 service="logs")["events"]
    expect("lines", [event["message"] for event in events], ["migrating", "no such table"])
    found = aws(url, "filter-log-events", "--log-group-name", "/ecs/migrate", "--log-stream-names", stream,
                "--filter-pattern", "table", service="logs")["events"]
    expect("found", [event["message"] for event in found], ["no such table"])
    server = aws(url, "run-task", "--cluster", "prod", "--task-definition", "server")["tasks"][0]
    where = ("--cluster", "prod", "--tasks", server["taskArn"])
    aws(url, "wait", "tasks-running", *where)
    protected = aws(url, "get-task-protection", *where)
    expect("protection", protected["failures"][0]["reason"], "TASK_NOT_VALID")
    stopped = aws(url, "stop-task", "--cluster", "prod", "--task", server["taskArn"])["task"]
    expect("stop code", stopped["stopCode"], "UserInitiated")
    refused = aws(url, "run-task", "--cluster", "prod", "--task-definition", "migrate", "--launch-type", "FARGATE",
                  may_fail=True)
    if refused.returncode == 0 or "InvalidParameterException" not in refused.stderr:
        sys.exit(f"a task without its network: {refused.returncode} {refused.stdout}{refused.stderr}")
    aws(url, "deregister-task-definition", "--task-definition", "server:1")
    deleted = aws(url, "delete-task-definitions", "--task-definitions", "server:1")
    expect("deleted", deleted["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS")


if __name__ == "__main__":
    run_alone(__doc__, {"boto3": with_boto3, "cli": with_cli})
