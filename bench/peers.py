"""What the comparisons over HTTP share: the server, the surroundings of a process, and the state of the fleet."""
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


class Server:
    """bench_fleet_server for as long as the block lasts; its port."""

    def __init__(self, build):
        self.command = [build + "/bench_fleet_server", os.path.join(HERE, "fleet.json")]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def environment(port, state, services):
    lua = os.path.join(ROOT, "lua")
    return dict(os.environ, AWS_ENDPOINT_URL_ECS="http://127.0.0.1:%d" % port, AWS_REGION="us-west-2",
                AWS_DEFAULT_REGION="us-west-2", AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="example",
                AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null", BENCH_STATE=state,
                BENCH_SERVICES=str(services), LUA_PATH="%s/?.lua;%s/?/init.lua;;" % (lua, lua))


def interpreters(build):
    """(name, command, folder of its build) of each Lua that there is a build for."""
    found = [("Lua 5.4", "lua5.4", build)]
    if shutil.which("luajit") and os.path.isdir(build + "-luajit"):
        found.append(("LuaJIT", "luajit", build + "-luajit"))
    return found


def prepare(build, env):
    """Writes the state that records the fleet as it is."""
    subprocess.run(["lua5.4", "bench/fleet_plan.lua", "prepare"], env=dict(env, LUA_CPATH=build + "/?.so;;"), cwd=ROOT,
                   check=True)
