"""A plan of a fleet over HTTP: ecs-service on Lua 5.4 and LuaJIT, libcurl alone, and boto3 with ten threads.

python bench/fleet.py BUILD [ROUNDS] [SERVICES…]

BUILD: the folder of the release build (and BUILD-luajit beside it); ROUNDS: interleaved rounds (7); SERVICES: 1000 10000.
Every one asks the same server (bench_fleet_server) for the same bytes. Seconds are of the work alone, without the start of
the process (bench/start measures that); memory is the process's peak.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
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


def environment(port, state, services):
    lua = os.path.join(ROOT, "lua")
    return dict(os.environ, AWS_ENDPOINT_URL_ECS="http://127.0.0.1:%d" % port, AWS_REGION="us-west-2",
                AWS_DEFAULT_REGION="us-west-2", AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="example",
                AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null", BENCH_STATE=state,
                BENCH_SERVICES=str(services), LUA_PATH="%s/?.lua;%s/?/init.lua;;" % (lua, lua))


def run(command, env):
    """What it prints first, as a number, and its peak memory in MiB."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status != 0:
            sys.exit("%s ended with %d" % (command[0], status))
        out.seek(0)
        words = out.read().split()
        return (float(words[0]) if words else 0), usage.ru_maxrss / 1024


def interpreters():
    found = [("ecs-service, Lua 5.4", "lua5.4", BUILD)]
    if shutil.which("luajit") and os.path.isdir(BUILD + "-luajit"):
        found.append(("ecs-service, LuaJIT", "luajit", BUILD + "-luajit"))
    return found


def measure(port, services, folder):
    env = environment(port, os.path.join(folder, "%d.json" % services), services)
    commands = {"libcurl alone": ([BUILD + "/bench_fleet_floor", env["AWS_ENDPOINT_URL_ECS"], str(services)], env)}
    for name, lua, build in interpreters():
        own = dict(env, LUA_CPATH=build + "/?.so;;")
        commands[name] = ([lua, "bench/fleet_plan.lua"], own)
    commands["boto3, ten threads"] = ([sys.executable, "-c", BOTO, str(services)], env)
    run(["lua5.4", "bench/fleet_plan.lua", "prepare"], dict(env, LUA_CPATH=BUILD + "/?.so;;"))
    results = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, (command, own) in commands.items():
            results[name].append(run(command, own))
    return {name: (statistics.median(r[0] for r in rows), max(r[1] for r in rows)) for name, rows in results.items()}


def show(services, results):
    floor, boto = results["libcurl alone"][0], results["boto3, ten threads"][0]
    print("a plan of %d unchanged services, medians of %d interleaved rounds" % (services, ROUNDS))
    for name, (seconds, memory) in results.items():
        print("  %-22s %8.1f ms  %6.2f of libcurl  %5.2f of boto3  %7.1f MiB at most"
              % (name, seconds * 1e3, seconds / floor, seconds / boto, memory))


def main():
    server = subprocess.Popen([BUILD + "/bench_fleet_server", os.path.join(HERE, "fleet.json")],
                              stdout=subprocess.PIPE, text=True)
    try:
        port, before = int(server.stdout.readline()), None
        with tempfile.TemporaryDirectory() as folder:
            for services in SIZES:
                results = measure(port, services, folder)
                show(services, results)
                if before:
                    for name, (seconds, _) in results.items():
                        print("  %-22s %.2f times as long a service as of %d (1.00 is linear)"
                              % (name, seconds / services / (before[1][name][0] / before[0]), before[0]))
                before = (services, results)
    finally:
        server.kill()
        server.wait()


main()
