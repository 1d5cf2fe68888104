"""The sender is killed at every step that a message, a run or a recovery goes through."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from crash.scenes import Order, Place, Scene, Sender
from crash.steps import OF_A_MESSAGE, OF_A_RECOVERY, OF_A_RUN
from smtp_quick import QuickServer

PEOPLE = 30
TARGETS = {"first": 1, "middle": PEOPLE // 2, "last": PEOPLE}
SLOW = 0.01
IN_DOUBT = "* before the reply"

pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("crash")]
Prepare = Callable[[int], Place]


def _kill_at(scene: Scene, senders: Sequence[Sender], steps: Sequence[str], target: int) -> int:
    """Kill at one step after the other, go on to the end, and return how many are uncertain."""
    for step in steps:
        assert scene.run(senders, [Order(step, target)] * len(senders)) >= 1, step
    scene.finish(senders)
    return scene.judge()


def _count_doubtful(steps: Sequence[str]) -> int:
    return sum(step.startswith("*") for step in steps)


@pytest.mark.parametrize("number", range(len(OF_A_MESSAGE)), ids=list(OF_A_MESSAGE))
def test_a_kill_in_the_middle_leaves_only_that_message_in_doubt(
    prepare: Prepare, senders: list[Sender], number: int
) -> None:
    steps = [list(OF_A_MESSAGE)[number]]
    with QuickServer(pipelining=number % 2 == 0) as server:
        scene = Scene(prepare(PEOPLE), server)
        assert _kill_at(scene, senders[:1], steps, TARGETS["middle"]) == _count_doubtful(steps)


@pytest.mark.parametrize("step", ["in the release", "before the recovery's commit"])
def test_a_kill_in_the_release_or_the_recovery_loses_nobody(prepare: Prepare, senders: list[Sender], step: str) -> None:
    steps = [step] if step in OF_A_RUN else [IN_DOUBT, step]
    with QuickServer(pipelining=True) as server:
        scene = Scene(prepare(PEOPLE), server)
        assert _kill_at(scene, senders[:1], steps, TARGETS["middle"]) == _count_doubtful(steps)


SCENES = [
    (steps, target)
    for steps, targets in (
        *(([step], list(TARGETS)) for step in OF_A_MESSAGE),
        *(([step], ["middle"]) for step in OF_A_RUN),
        *(([IN_DOUBT, step], ["middle"]) for step in OF_A_RECOVERY),
    )
    for target in targets
]


SERVERS = {
    "fast": QuickServer,
    "slow": partial(QuickServer, SLOW),
    "fast-groups": partial(QuickServer, pipelining=True),
    "slow-groups": partial(QuickServer, SLOW, pipelining=True),
}


@pytest.mark.crash
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("serve", SERVERS.values(), ids=SERVERS)
@pytest.mark.parametrize(("steps", "target"), SCENES, ids=[f"{steps[-1]}-{target}" for steps, target in SCENES])
def test_a_kill_at_any_step_of_any_message(
    prepare: Prepare,
    senders: list[Sender],
    steps: list[str],
    target: str,
    serve: Callable[[], QuickServer],
    workers: int,
) -> None:
    with serve() as server:
        scene = Scene(prepare(PEOPLE), server, connections=1 if workers == 1 else 2)
        uncertain = _kill_at(scene, senders[:workers], steps, TARGETS[target])
    if workers == 1:
        assert uncertain == _count_doubtful(steps)
    else:
        assert uncertain >= _count_doubtful(steps)
