"""The same bad deployment through three waiters, each against an `ecs-service simulate` of its own, in accelerated time.

python bench/waiters.py ECS_SERVICE [SPEED]     ECS_SERVICE: the command; SPEED: virtual seconds a second (20)

Simulator and clients run SPEED times as fast: Python's time.sleep is divided (bench/accelerated), the deploy script's
scheduler is. A client's own working time counts SPEED-fold, so the seconds are a little high for all of them, and most
so for the AWS CLI, which starts anew for each command.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.argv[2:] = sys.argv[2:] or ["20"]
from waiters_simulator import CLIENTS, COMMAND, HERE, SPEED, Simulator  # noqa: E402 (it reads the arguments)

CAUSE = "CannotPullContainer"

BOTO = """
import boto3, sys
ecs = boto3.client("ecs")
ecs.update_service(cluster="default", service="web", taskDefinition="web:2")
ecs.get_waiter("services_stable").wait(cluster="default", services=["web"])
print("stable")
"""

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def measured(name, result, simulator):
    """From the update to the last request."""
    requests = simulator.requests()
    start = max(i for i, (_, operation) in enumerate(requests) if operation == "UpdateService")
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    return {"name": name, "code": result.returncode, "seconds": requests[-1][0] - requests[start][0],
            "calls": len(requests) - start, "lines": lines, "cause": CAUSE in result.stdout}


def created(simulator, breaker):
    body = {"cluster": "default", "serviceName": "web", "taskDefinition": "web:1", "desiredCount": 2}
    if breaker:
        body["deploymentConfiguration"] = BREAKER
    script = "import boto3, json, sys, time; ecs = boto3.client('ecs'); " \
             "ecs.create_service(**json.loads(sys.argv[1])); time.sleep(60)"
    simulator.run(sys.executable, "-c", script, json.dumps(body)).check_returncode()


def aws_cli(simulator, breaker):
    created(simulator, breaker)
    aws = os.path.join(CLIENTS, "aws")
    simulator.run(aws, "ecs", "update-service", "--cluster", "default", "--service", "web", "--task-definition", "web:2")
    result = simulator.run(aws, "ecs", "wait", "services-stable", "--cluster", "default", "--services", "web")
    return measured("aws ecs wait services-stable", result, simulator)


def boto3(simulator, breaker):
    created(simulator, breaker)
    return measured("boto3 services_stable", simulator.run(sys.executable, "-c", BOTO), simulator)


def ours(simulator, breaker, *options):
    with tempfile.TemporaryDirectory() as folder:
        more = {"BENCH_BREAKER": "1" if breaker else "", "BENCH_STATE": os.path.join(folder, "state.json")}
        script = os.path.join(HERE, "waiters_services.lua")
        first = simulator.run(COMMAND, "apply", script, "--auto-approve", **more)
        if first.returncode != 0:
            sys.exit(first.stdout)
        result = simulator.run(COMMAND, "apply", script, "--auto-approve", *options, BENCH_TASK_DEFINITION="web:2", **more)
    error = result.stdout.find("error: ")
    result.stdout = result.stdout[max(error, 0):]
    return measured(" ".join(("ecs-service apply",) + options), result, simulator)


def compare(title, breaker, clients):
    print("\n%s\n" % title)
    print("| waiter | exit code | says | seconds | calls | lines | names the cause |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    results = []
    for client, options in clients:
        simulator = Simulator("--tasks", "web:2=pull_error")
        try:
            one = client(simulator, breaker, *options)
        finally:
            simulator.stop()
        results.append(one)
        says = one["lines"][0] if one["lines"] else "(nothing)"
        print("| %s | %d | %s | %.0f | %d | %d | %s |" % (one["name"], one["code"], says[:120], one["seconds"], one["calls"],
                                                        len(one["lines"]), "yes" if one["cause"] else "no"), flush=True)
    return results


def fails_fast():
    shown = subprocess.run([COMMAND, "help", "apply"], stdout=subprocess.PIPE, text=True).stdout
    return [(ours, ("--fail-fast",))] if "--fail-fast" in shown else []


def main():
    start = time.time()
    every = [(ours, ()), (aws_cli, ()), (boto3, ())]
    rollback = compare("An image that cannot be pulled, with circuit breaker and rollback", True, every)
    compare("The same without a circuit breaker (ECS tries for ever; ours with timeouts.update = 10m)", False,
            every + fails_fast())
    print("\n%.0f s in all, %.0f virtual seconds a second" % (time.time() - start, SPEED))
    if rollback[0]["code"] == 0 or not rollback[0]["cause"]:
        sys.exit("ecs-service apply did not report the rollback and its cause")


main()
