"""Has Python sleep BENCH_SPEED times shorter: for bench/waiters."""
import os
import time

_sleep, _speed = time.sleep, float(os.environ.get("BENCH_SPEED", "1"))
time.sleep = lambda seconds: _sleep(seconds / _speed)
