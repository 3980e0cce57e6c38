"""`ecs-service simulate` for bench/waiters.py and bench/waiters_fleet.py, SPEED times as fast as the world, and the clients
beside the Python that runs this. The script's arguments: the command, SPEED.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
COMMAND = sys.argv[1]
SPEED = float(sys.argv[2])
CLIENTS = os.path.dirname(sys.executable)


class Simulator:
    def __init__(self, *options):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [COMMAND, "simulate", "--port", "0", "--speed", str(SPEED), "--log", "--task-definition", "web:2",
             *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = self.process.stdout.readline().strip()
        self.environment = dict(
            os.environ, AWS_ENDPOINT_URL_ECS=self.url, AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any",
            AWS_REGION="us-west-2", AWS_DEFAULT_REGION="us-west-2", BENCH_SPEED=str(SPEED), NO_COLOR="1",
            PYTHONPATH=os.path.join(HERE, "accelerated"), AWS_CONFIG_FILE="/dev/null",
            AWS_SHARED_CREDENTIALS_FILE="/dev/null")

    def run(self, *command, **more):
        return subprocess.run(command, env=dict(self.environment, **more), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)

    def requests(self):
        """(virtual time, operation) of each request so far."""
        self.log.seek(0)
        found = re.findall(r"^(\d+\.\d+) (\w+) ", self.log.read(), re.M)
        return [(float(at), operation) for at, operation in found]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
