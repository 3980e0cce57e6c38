"""One `ecs-service wait` for a hundred services beside a hundred waiters for one each, for the same rollouts, each against
an `ecs-service simulate` of its own, SPEED times as fast as the world. The waiters are botocore's services_stable, which is
what `aws ecs wait` runs, in threads of one process: a hundred AWS CLIs would take minutes to start.

python bench/waiters_fleet.py ECS_SERVICE [SPEED]     SPEED: virtual seconds a second (5)
"""
import os
import sys

sys.argv[2:] = sys.argv[2:] or ["5"]
from waiters_simulator import COMMAND, HERE, SPEED, Simulator  # noqa: E402 (it reads the arguments)

SERVICES = 100

DEPLOY = """
import boto3, time
ecs = boto3.client("ecs")
names = ["web%%d" %% i for i in range(1, %d + 1)]
for name in names:
    ecs.create_service(cluster="default", serviceName=name, taskDefinition="web:1", desiredCount=2)
time.sleep(60)
for name in names:
    ecs.update_service(cluster="default", service=name, taskDefinition="web:2")
""" % SERVICES

# They begin within the fifteen seconds between two of their calls.
WAIT = """
import boto3, botocore.config, threading, time
ecs = boto3.client("ecs", config=botocore.config.Config(max_pool_connections=20))
def wait(i):
    time.sleep(15 * i / %d)
    ecs.get_waiter("services_stable").wait(cluster="default", services=["web%%d" %% (i + 1)])
threads = [threading.Thread(target=wait, args=(i,)) for i in range(%d)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""" % (SERVICES, SERVICES)


def theirs(simulator):
    return simulator.run(sys.executable, "-c", WAIT)


def ours(simulator):
    script = os.path.join(HERE, "waiters_fleet.lua")
    return simulator.run(COMMAND, "wait", "--file", script, BENCH_SERVICES=str(SERVICES))


def measured(client):
    simulator = Simulator()
    try:
        simulator.run(sys.executable, "-c", DEPLOY).check_returncode()
        before = len(simulator.requests())
        result = client(simulator)
        requests = simulator.requests()
    finally:
        simulator.stop()
    if result.returncode != 0:
        sys.exit(result.stdout)
    updated = max(at for at, operation in requests[:before] if operation == "UpdateService")
    return len(requests) - before, requests[-1][0] - updated


def main():
    print("\n%d services that are deployed at once, %.0f virtual seconds a second\n" % (SERVICES, SPEED))
    print("| waiter | calls | of the waiters' | last call, seconds after the last update |")
    print("| --- | --- | --- | --- |")
    waiters, wait = measured(theirs), measured(ours)
    for name, (calls, seconds) in (("%d services_stable of botocore" % SERVICES, waiters), ("one ecs-service wait", wait)):
        print("| %s | %d | %.3f | %.0f |" % (name, calls, calls / waiters[0], seconds))


main()
