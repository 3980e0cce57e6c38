"""Drives an ECS endpoint with AWS's own clients: boto3 and the AWS CLI.

usage: python spec/support/aws_clients.py boto3|cli URL

Each creates a cluster and a task definition, then creates, describes, updates, waits for and deletes a service, and
checks what it is told on the way. The endpoint should run fast: the CLI's waiter asks every 15 seconds.
"""
import json
import os
import subprocess
import sys

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
CONTAINERS = [{"name": "web", "image": "nginx:1.27", "memory": 128, "essential": True}]


def expect(what, given, wanted):
    if given != wanted:
        sys.exit(f"{what}: expected {wanted!r}, got {given!r}")


def check_created(service):
    expect("status after create", service["status"], "ACTIVE")
    expect("desired count after create", service["desiredCount"], 3)
    expect("deployments after create", len(service["deployments"]), 1)
    strategy = service["placementStrategy"][0]
    expect("strategy", (strategy["type"], strategy["field"].lower()), ("binpack", "cpu"))


def check_steady(service, count, task_definition):
    expect("running count", service["runningCount"], count)
    expect("pending count", service["pendingCount"], 0)
    expect("deployments when steady", len(service["deployments"]), 1)
    expect("rollout", service["deployments"][0]["rolloutState"], "COMPLETED")
    expect("task definition", service["taskDefinition"], task_definition)
    if not any("has reached a steady state" in event["message"] for event in service["events"]):
        sys.exit("no event says that the service has reached a steady state")


def with_boto3(url):
    import boto3
    from botocore.exceptions import ClientError

    ecs = boto3.client("ecs", endpoint_url=url, region_name=REGION)
    where = {"cluster": "by-boto3", "services": ["web"]}

    cluster = ecs.create_cluster(clusterName="by-boto3")["cluster"]
    expect("cluster", (cluster["clusterName"], cluster["status"]), ("by-boto3", "ACTIVE"))
    first, second = (
        ecs.register_task_definition(family="boto3-web", containerDefinitions=CONTAINERS)["taskDefinition"]
        for _ in range(2)
    )
    expect("revisions", (first["revision"], second["revision"]), (1, 2))

    service = ecs.create_service(
        cluster="by-boto3", serviceName="web", taskDefinition="boto3-web:1", desiredCount=3,
        placementStrategy=[{"type": "binpack", "field": "cpu"}], tags=[{"key": "team", "value": "core"}],
        enableECSManagedTags=True, propagateTags="SERVICE",
    )["service"]
    check_created(service)
    ecs.get_waiter("services_stable").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 30}, **where)
    described = ecs.describe_services(include=["TAGS"], **where)
    expect("failures", described["failures"], [])
    check_steady(described["services"][0], 3, first["taskDefinitionArn"])
    expect("tags", described["services"][0]["tags"], [{"key": "team", "value": "core"}])

    service = ecs.update_service(
        cluster="by-boto3", service="web", taskDefinition="boto3-web", desiredCount=4)["service"]
    expect("desired count after update", service["desiredCount"], 4)
    expect("deployments after update", len(service["deployments"]), 2)
    ecs.get_waiter("services_stable").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 30}, **where)
    check_steady(ecs.describe_services(**where)["services"][0], 4, second["taskDefinitionArn"])
    expect("listed", ecs.list_services(cluster="by-boto3")["serviceArns"], [service["serviceArn"]])

    missing = ecs.describe_services(cluster="by-boto3", services=["nothing"])
    expect("failures", [failure["reason"] for failure in missing["failures"]], ["MISSING"])
    try:
        ecs.create_service(cluster="no-such-cluster", serviceName="web", taskDefinition="boto3-web", desiredCount=1)
        sys.exit("a service was created in a cluster that does not exist")
    except ClientError as error:
        expect("error", error.response["Error"]["Code"], "ClusterNotFoundException")
        expect("status of the error", error.response["ResponseMetadata"]["HTTPStatusCode"], 400)

    ecs.update_service(cluster="by-boto3", service="web", desiredCount=0)
    deleted = ecs.delete_service(cluster="by-boto3", service="web")["service"]
    expect("status after delete", deleted["status"], "DRAINING")
    ecs.get_waiter("services_inactive").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 30}, **where)


def aws(url, *words, service="ecs", may_fail=False):
    # Next to the interpreter that runs this, so that no other version of the CLI is taken by chance.
    command = os.path.join(os.path.dirname(sys.executable), "aws")
    run = subprocess.run([command, "--endpoint-url", url, "--region", REGION, "--output", "json", service, *words],
                         capture_output=True, text=True, timeout=120)
    if may_fail:
        return run
    if run.returncode != 0:
        sys.exit(f"aws {service} {' '.join(words)}: exit code {run.returncode}\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout) if run.stdout.strip() else None


def with_cli(url):
    where = ("--cluster", "by-cli", "--services", "web")
    cluster = aws(url, "create-cluster", "--cluster-name", "by-cli")["cluster"]
    expect("cluster", (cluster["clusterName"], cluster["status"]), ("by-cli", "ACTIVE"))
    first, second = (
        aws(url, "register-task-definition", "--family", "cli-web",
            "--container-definitions", json.dumps(CONTAINERS))["taskDefinition"]["taskDefinitionArn"]
        for _ in range(2)
    )

    check_created(aws(url, "create-service", "--cluster", "by-cli", "--service-name", "web", "--task-definition",
                      "cli-web:1", "--desired-count", "3", "--placement-strategy", "type=binpack,field=cpu")["service"])
    aws(url, "wait", "services-stable", *where)
    check_steady(aws(url, "describe-services", *where)["services"][0], 3, first)

    updated = aws(url, "update-service", "--cluster", "by-cli", "--service", "web", "--task-definition", "cli-web:2",
                  "--desired-count", "4")["service"]
    expect("desired count after update", updated["desiredCount"], 4)
    aws(url, "wait", "services-stable", *where)
    check_steady(aws(url, "describe-services", *where)["services"][0], 4, second)

    refused = aws(url, "describe-services", "--cluster", "no-such-cluster", "--services", "web", may_fail=True)
    if refused.returncode == 0 or "ClusterNotFoundException" not in refused.stderr:
        sys.exit(f"describing a service of no cluster: {refused.returncode} {refused.stdout}{refused.stderr}")

    deleted = aws(url, "delete-service", "--cluster", "by-cli", "--service", "web", "--force")["service"]
    expect("status after delete", deleted["status"], "DRAINING")
    aws(url, "wait", "services-inactive", *where)


def run_alone(usage, clients):
    """Runs the client that the command line names, with nothing of the machine's own settings."""
    if len(sys.argv) != 3 or sys.argv[1] not in clients:
        sys.exit(usage)
    # No proxy between here and 127.0.0.1.
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ.update(CREDENTIALS, AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
                      AWS_EC2_METADATA_DISABLED="true", AWS_MAX_ATTEMPTS="1", AWS_PAGER="")
    clients[sys.argv[1]](sys.argv[2])
    print("ok")


if __name__ == "__main__":
    run_alone(__doc__, {"boto3": with_boto3, "cli": with_cli})
