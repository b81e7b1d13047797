"""Every card of what is simulated, on the simulator in a process of its own, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwoom_cards import AnyCard, Outcome, Result, TargetFactory, check
from kiwoom_mockserver.card_targets import simulated_cards, target_factory
from serving import greeting, serving


@pytest.fixture(scope="module")
def served() -> Iterator[TargetFactory]:
    """What ``--target`` makes of the URL of a server."""
    with serving("--json") as process, target_factory(greeting(process)["rest"]) as places:
        yield places


@pytest.mark.parametrize("card", simulated_cards(), ids=lambda card: card.id)
def test_the_simulator_keeps_the_promise(served: TargetFactory, card: AnyCard) -> None:
    assert [result for _, result in check([card], served)] == [Result(card.id, Outcome.PASSED)]
