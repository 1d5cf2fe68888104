"""Three workers on one PostgreSQL, a crowd, and one of them killed in the middle: everybody is accounted for."""

from collections.abc import Callable

import pytest

from crash.scenes import Order, Place, Scene, Sender
from smtp_quick import QuickServer

PEOPLE = 50_000
CONNECTIONS = 4

pytestmark = [
    pytest.mark.crash,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("crash"),
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
]


def test_fifty_thousand_people_are_accounted_for_when_one_of_three_workers_dies(
    prepare: Callable[[int], Place], senders: list[Sender]
) -> None:
    goes_on = Order(in_small_groups=False)
    with QuickServer(pipelining=True) as server:
        scene = Scene(prepare(PEOPLE), server, connections=CONNECTIONS)
        killed = scene.run(senders, [Order(seconds=4.0, in_work=True, in_small_groups=False), goes_on, goes_on])
        assert killed == 1
        while scene.count_pending():
            scene.run(senders[:1], [goes_on])
        uncertain = scene.judge()
    assert uncertain <= CONNECTIONS
    assert server.total >= PEOPLE - uncertain
