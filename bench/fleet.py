"""A plan of a fleet over HTTP: ecs-service on Lua 5.4 and LuaJIT, libcurl alone, and boto3 with ten threads.

python bench/fleet.py BUILD [ROUNDS] [SERVICES…]

BUILD: the folder of the release build (and BUILD-luajit beside it); ROUNDS: interleaved rounds (7); SERVICES: 1000 10000.
Every one asks the same server (bench_fleet_server) for the same bytes. Seconds are of the work alone, without the start of
the process (bench/start measures that); memory is the process's peak.
"""
import os
import statistics
import subprocess
import sys
import tempfile

import peers

BUILD = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
SIZES = [int(size) for size in sys.argv[3:]] or [1000, 10000]

BOTO = """
import boto3, sys, time
from botocore.config import Config
from concurrent.futures import ThreadPoolExecutor
ecs = boto3.client("ecs", config=Config(max_pool_connections=10))
names = ["service-%05d" % (i + 1) for i in range(int(sys.argv[1]))]
start = time.monotonic()
with ThreadPoolExecutor(10) as pool:
    answers = list(pool.map(lambda at: ecs.describe_services(cluster="prod", include=["TAGS"],
                            services=names[at:at + 10])["services"], range(0, len(names), 10)))
assert sum(map(len, answers)) == len(names)
print("%.6f" % (time.monotonic() - start))
"""


def run(command, env):
    """What it prints first, as a number; the CPU seconds of the whole process; its peak memory in MiB."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, env=env, cwd=peers.ROOT, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status != 0:
            sys.exit("%s ended with %d" % (command[0], status))
        out.seek(0)
        words = out.read().split()
        return float(words[0]), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(port, services, folder):
    env = peers.environment(port, os.path.join(folder, "%d.json" % services), services)
    commands = {"libcurl alone": ([BUILD + "/bench_fleet_floor", env["AWS_ENDPOINT_URL_ECS"], str(services)], env)}
    for name, lua, build in peers.interpreters(BUILD):
        own = dict(env, LUA_CPATH=build + "/?.so;;")
        commands["ecs-service, " + name] = ([lua, "bench/fleet_plan.lua"], own)
    commands["boto3, ten threads"] = ([sys.executable, "-c", BOTO, str(services)], env)
    peers.prepare(BUILD, env)
    results = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, (command, own) in commands.items():
            results[name].append(run(command, own))
    return {name: (statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows), max(r[2] for r in rows))
            for name, rows in results.items()}


def show(services, results):
    floor, boto = results["libcurl alone"][0], results["boto3, ten threads"][0]
    print("a plan of %d unchanged services, medians of %d interleaved rounds" % (services, ROUNDS))
    for name, (seconds, cpu, memory) in results.items():
        print("  %-22s %8.1f ms  %6.2f of libcurl  %5.2f of boto3  %8.1f ms CPU  %7.1f MiB at most"
              % (name, seconds * 1e3, seconds / floor, seconds / boto, cpu * 1e3, memory))


def main():
    before = None
    with peers.Server(BUILD) as port, tempfile.TemporaryDirectory() as folder:
        for services in SIZES:
            results = measure(port, services, folder)
            show(services, results)
            for name, (seconds, _, _) in results.items() if before else ():
                print("  %-22s %.2f times as long a service as of %d (1.00 is linear)"
                      % (name, seconds / services / (before[1][name][0] / before[0]), before[0]))
            before = (services, results)


main()
