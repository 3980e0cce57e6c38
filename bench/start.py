"""From the start of a process to its end: a plan of one service by ecs-service, as a command and as a script, beside one
signed DescribeServices by curl, the JavaScript SDK, boto3 and the AWS CLI, from a server that answers at once.

python bench/start.py BUILD [ROUNDS]     BUILD: the folder of the release build (and BUILD-luajit beside it);
                                         ROUNDS: interleaved rounds (11)
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import peers

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 11

PLAN = 'assert(dofile "bench/fleet_services.lua":plan():is_empty())'
BOTO = 'import boto3; boto3.client("ecs").describe_services(cluster="prod", services=["service-00001"])'
NODE = """
const { ECSClient, DescribeServicesCommand } = require("@aws-sdk/client-ecs");
new ECSClient({}).send(new DescribeServicesCommand({ cluster: "prod", services: ["service-00001"] }));
"""


def node_modules():
    """Where the JavaScript SDK is, installed for this run when it has to be; None when it cannot be."""
    folder = os.path.join(BUILD, "node")
    if not shutil.which("npm"):
        return None
    if not os.path.isdir(os.path.join(folder, "node_modules", "@aws-sdk", "client-ecs")):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder,
                        "@aws-sdk/client-ecs"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder if os.path.isdir(os.path.join(folder, "node_modules", "@aws-sdk", "client-ecs")) else None


def commands(env):
    url = env["AWS_ENDPOINT_URL_ECS"]
    found = {"curl --aws-sigv4": (
        ["curl", "-sf", "--aws-sigv4", "aws:amz:us-west-2:ecs", "--user", "AKIDEXAMPLE:example",
         "-H", "Content-Type: application/x-amz-json-1.1",
         "-H", "X-Amz-Target: AmazonEC2ContainerServiceV20141113.DescribeServices",
         "-d", '{"cluster":"prod","services":["service-00001"]}', url], env)}
    for name, lua, build in peers.interpreters(BUILD):
        own = dict(env, LUA_CPATH=build + "/?.so;;")
        command = [lua, build + "/bin/ecs-service", "plan", "bench/fleet_services.lua"]
        found["ecs-service plan, " + name] = (command, own)
        found["a script, " + name] = ([lua, "-e", PLAN], own)
    folder = node_modules()
    if folder:
        found["JavaScript SDK"] = (["node", "-e", NODE], dict(env, NODE_PATH=os.path.join(folder, "node_modules")))
    found["boto3"] = ([sys.executable, "-c", BOTO], env)
    found["AWS CLI"] = ([sys.executable, os.path.join(os.path.dirname(sys.executable), "aws"), "ecs",
                         "describe-services", "--cluster", "prod", "--services", "service-00001"], env)
    return found


def run(command, env):
    """Seconds by the clock, and seconds of CPU: a machine that has other work to do lengthens only the first."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=env, cwd=peers.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.monotonic() - start, used.ru_utime + used.ru_stime


def main():
    with peers.Server(BUILD) as port, tempfile.TemporaryDirectory() as folder:
        env = peers.environment(port, os.path.join(folder, "state.json"), 1)
        peers.prepare(BUILD, env)
        found = commands(env)
        results = {name: [] for name in found}
        for _ in range(ROUNDS):
            for name, (command, own) in found.items():
                results[name].append(run(command, own))
    medians = {name: [statistics.median(column) for column in zip(*times)] for name, times in results.items()}
    curl, boto = medians["curl --aws-sigv4"], medians["boto3"]
    print("from the start of the process to its end, medians of %d interleaved rounds" % ROUNDS)
    for name, (seconds, cpu) in medians.items():
        print("  %-26s %7.1f ms  %6.2f of curl  %5.2f of boto3   CPU %7.1f ms  %6.2f of curl"
              % (name, seconds * 1e3, seconds / curl[0], seconds / boto[0], cpu * 1e3, cpu / curl[1]))


main()
