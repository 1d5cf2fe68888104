"""The sender is killed whenever it happens to be, again and again, until nothing is pending."""

import random
from collections.abc import Callable

import pytest

from crash.scenes import Order, Place, Scene, Sender
from smtp_quick import QuickServer

KILLS = 200
SEED = 20260303
CREWS = [
    pytest.param(workers, delay, pipelining, id=f"{workers}-{'slow' if delay else 'fast'}-{name}")
    for workers in (1, 3)
    for delay in (0.0, 0.01)
    for pipelining, name in ((False, "alone"), (True, "groups"))
]

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.crash,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("crash"),
]
Prepare = Callable[[int], Place]


def _choose_moment(chance: random.Random) -> Order:
    """Choose mostly among the messages, sometimes before them: in recovery, in the release, at the start."""
    return Order(seconds=chance.uniform(0.0, 0.5), in_work=chance.random() < 0.8)


@pytest.mark.parametrize(("workers", "delay", "pipelining"), CREWS)
def test_kills_at_random_moments_send_nobody_two_and_lose_nobody(
    prepare: Prepare,
    senders: list[Sender],
    workers: int,
    delay: float,
    pipelining: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    chance = random.Random(f"{SEED}-{workers}-{delay}-{pipelining}")  # noqa: S311 - the same moments in every run
    crew = senders[:workers]
    kills = 0
    while kills < KILLS // len(CREWS):
        with QuickServer(delay, pipelining=pipelining) as server:
            scene = Scene(prepare(200 if delay else 600), server, connections=3)
            while scene.count_pending() and kills + scene.kills < KILLS // len(CREWS):
                scene.run(crew, [_choose_moment(chance) for _ in crew])
            scene.finish(crew)
            scene.judge()
            kills += scene.kills
