"""Drives schedules of EventBridge Scheduler and rules of EventBridge with AWS's own clients: boto3 and the AWS CLI.

usage: python spec/support/aws_schedules.py boto3|cli URL

The endpoint has a cluster "prod" with instances, and its clock runs fast: an hour is over within a minute. boto3's part
reads the JSON of each answer against the model that it has of the operation.
"""
import json
import sys
import time

from aws_clients import REGION, aws, expect, run_alone
from aws_tasks import Watched

ROLE = "arn:aws:iam::123456789012:role/scheduler"
CLUSTER = f"arn:aws:ecs:{REGION}:123456789012:cluster/prod"
DEFINITION = f"arn:aws:ecs:{REGION}:123456789012:task-definition/report"
INPUT = {"containerOverrides": [{"name": "app", "command": ["report"]}]}
TARGET = {"Arn": CLUSTER, "RoleArn": ROLE, "Input": json.dumps(INPUT),
          "EcsParameters": {"TaskDefinitionArn": DEFINITION, "TaskCount": 1}}
OFF = {"Mode": "OFF"}


def schedules(scheduler):
    scheduler.create_schedule_group(Name="jobs")
    made = scheduler.create_schedule(Name="nightly", GroupName="jobs", ScheduleExpression="rate(1 hour)",
                                     FlexibleTimeWindow=OFF, Target=TARGET)
    expect("ARN", made["ScheduleArn"], f"arn:aws:scheduler:{REGION}:123456789012:schedule/jobs/nightly")
    seen = scheduler.get_schedule(Name="nightly", GroupName="jobs")
    expect("state", (seen["State"], seen["ScheduleExpressionTimezone"]), ("ENABLED", "UTC"))
    expect("target", seen["Target"]["EcsParameters"], TARGET["EcsParameters"])
    refusal = scheduler.refuses("ConflictException", "create_schedule", Name="nightly", GroupName="jobs",
                                ScheduleExpression="rate(1 hour)", FlexibleTimeWindow=OFF, Target=TARGET)
    expect("why", refusal.response["Message"], "Schedule nightly already exists.")
    scheduler.refuses("ResourceNotFoundException", "get_schedule", Name="nightly")
    scheduler.refuses("ValidationException", "update_schedule", Name="nightly", GroupName="jobs",
                      ScheduleExpression="hourly", FlexibleTimeWindow=OFF, Target=TARGET)
    names = scheduler.get_paginator("list_schedules").paginate(GroupName="jobs", PaginationConfig={"PageSize": 1})
    expect("listed", [one["Name"] for one in names.build_full_result()["Schedules"]], ["nightly"])


def rules(events):
    rule = events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    expect("rule", rule["RuleArn"], f"arn:aws:events:{REGION}:123456789012:rule/hourly")
    failed = events.put_targets(Rule="hourly", Targets=[{"Id": "one", **TARGET}])
    expect("failed", failed["FailedEntryCount"], 0)
    expect("targets", events.list_targets_by_rule(Rule="hourly")["Targets"], [{"Id": "one", **TARGET}])
    expect("rules", [one["Name"] for one in events.list_rules()["Rules"]], ["hourly"])
    events.refuses("ResourceNotFoundException", "describe_rule", Name="nothing")
    expect("described", events.describe_rule(Name="hourly")["State"], "ENABLED")


def wait_for_tasks(ecs):
    for _ in range(200):
        arns = [arn for status in ("RUNNING", "STOPPED")
                for arn in ecs.list_tasks(cluster="prod", desiredStatus=status)["taskArns"]]
        tasks = ecs.describe_tasks(cluster="prod", tasks=arns)["tasks"] if arns else []
        by = {task["startedBy"] for task in tasks}
        if by >= {"chronos-schedule/nightly", "events-rule/hourly"}:
            return expect("command", tasks[0]["overrides"]["containerOverrides"][0]["command"], ["report"])
        time.sleep(0.1)
    sys.exit(f"no tasks were started: {by}")


def with_boto3(url):
    ecs, scheduler, events = (Watched(name, url) for name in ("ecs", "scheduler", "events"))
    ecs.register_task_definition(family="report", containerDefinitions=[{"name": "app", "image": "a", "memory": 64}])
    schedules(scheduler)
    rules(events)
    wait_for_tasks(ecs)
    scheduler.update_schedule(Name="nightly", GroupName="jobs", ScheduleExpression="rate(1 hour)",
                              FlexibleTimeWindow=OFF, Target=TARGET, State="DISABLED")
    expect("disabled", scheduler.get_schedule(Name="nightly", GroupName="jobs")["State"], "DISABLED")
    scheduler.delete_schedule(Name="nightly", GroupName="jobs")
    events.remove_targets(Rule="hourly", Ids=["one"])
    events.delete_rule(Name="hourly")
    expect("operations", (len(scheduler.called), len(events.called)), (6, 7))


def with_cli(url):
    aws(url, "create-schedule", "--name", "nightly", "--schedule-expression", "cron(0 3 * * ? *)",
        "--flexible-time-window", "Mode=OFF", "--target", json.dumps(TARGET), service="scheduler")
    seen = aws(url, "get-schedule", "--name", "nightly", service="scheduler")
    expect("input", json.loads(seen["Target"]["Input"]), INPUT)
    aws(url, "delete-schedule", "--name", "nightly", service="scheduler")
    refused = aws(url, "get-schedule", "--name", "nightly", service="scheduler", may_fail=True)
    if refused.returncode == 0 or "ResourceNotFoundException" not in refused.stderr:
        sys.exit(f"a schedule that is gone: {refused.returncode} {refused.stdout}{refused.stderr}")
    aws(url, "put-rule", "--name", "hourly", "--schedule-expression", "rate(1 hour)", service="events")
    aws(url, "put-targets", "--rule", "hourly", "--targets", json.dumps([{"Id": "one", **TARGET}]), service="events")
    targets = aws(url, "list-targets-by-rule", "--rule", "hourly", service="events")["Targets"]
    expect("targets", [one["Id"] for one in targets], ["one"])


if __name__ == "__main__":
    run_alone(__doc__, {"boto3": with_boto3, "cli": with_cli})
