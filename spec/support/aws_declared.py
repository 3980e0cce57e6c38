"""What boto3 sees of a declared task that an apply has run.

usage: python spec/support/aws_declared.py boto3 URL

The environment variable RUN_TASK has the body of the RunTask that the apply sent. The task is the only one of its family,
it has ended, and the same request again starts no other.
"""
import json
import os

from aws_clients import expect, run_alone
from aws_tasks import Watched


def with_boto3(url):
    ecs = Watched("ecs", url)
    body = json.loads(os.environ["RUN_TASK"])
    stopped = ecs.list_tasks(cluster="prod", family="migrate", desiredStatus="STOPPED")["taskArns"]
    expect("tasks", len(stopped), 1)
    task = ecs.describe_tasks(cluster="prod", tasks=stopped)["tasks"][0]
    expect("who started it", task["startedBy"], "ecs-service/" + body["clientToken"][:24])
    expect("command", task["overrides"]["containerOverrides"][0]["command"], ["bin/migrate"])
    expect("end", (task["stopCode"], task["containers"][0]["exitCode"]), ("EssentialContainerExited", 0))
    again = ecs.run_task(**body)["tasks"]
    expect("the same for its token", [one["taskArn"] for one in again], stopped)
    expect("running", ecs.list_tasks(cluster="prod", startedBy=body["startedBy"])["taskArns"], [])
    ecs.refuses("ConflictException", "run_task", **{**body, "count": 2})


if __name__ == "__main__":
    run_alone(__doc__, {"boto3": with_boto3})
