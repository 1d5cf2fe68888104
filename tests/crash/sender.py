"""A process that sends what is due, and dies when told: started once, it forks for each order, so that each is cheap.

Orders are lines of JSON on standard input; each is answered with the status of the process that carried it out.
"""

import json
import os
import signal
import sys
import time
import traceback
from typing import Any

from sqlalchemy.orm import configure_mappers

from crash.steps import STEPS, Target, replace
from outreach.app import create_app
from outreach.config import Config, current_config
from outreach.dispatch import courier, jobs

# Small enough that a few dozen people make several chunks and groups.
CHUNK = 8
GROUP = 3


def send(order: dict[str, Any], ready: int) -> None:
    """Do what the clock would have this installation do, with the step in place at which to die."""
    with create_app(Config.from_environment(order["environment"])).app_context():
        if order["in_small_groups"]:
            replace(courier, "_CHUNK", CHUNK)
            replace(courier, "_GROUP", GROUP)
        if order["step"]:
            STEPS[order["step"]](Target(order["target"]))
        if order["in_work"]:
            signal_work(ready)
        else:
            os.write(ready, b".")
        jobs.tick(current_config())


def signal_work(ready: int) -> None:
    """Say that it is ready only when a thread begins to send, so that the kill falls among the messages."""
    work = courier.Courier.work

    def signal_and_work(run: courier.Courier, number: int) -> None:
        os.write(ready, b".")
        work(run, number)

    replace(courier.Courier, "work", signal_and_work)


def carry_out(order: dict[str, Any]) -> int:
    """Fork a sender, kill it `order["seconds"]` after it is ready, if they are given, and return its wait status."""
    told, ready = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            send(order, ready)
        except BaseException:  # noqa: BLE001 - whoever ordered sees it on standard error
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(ready)
    os.read(told, 1)
    os.close(told)
    if order["seconds"] is None:
        return os.waitpid(process, 0)[1]
    return kill_after(process, order["seconds"])


def kill_after(process: int, seconds: float) -> int:
    """Wait so long, then kill the process if it still runs; return its wait status."""
    deadline = time.monotonic() + seconds
    while (remaining := deadline - time.monotonic()) > 0:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return status
        time.sleep(min(remaining, 0.002))
    os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]


if __name__ == "__main__":
    # Once here, instead of in every fork.
    configure_mappers()
    for line in sys.stdin:
        sys.stdout.write(f"{carry_out(json.loads(line))}\n")
        sys.stdout.flush()
