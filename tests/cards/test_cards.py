"""Every card on the simulator, over real sockets."""

from __future__ import annotations

import pytest

from kiwoom_contracts.cards import CARDS, AnyCard, Ground, Outcome, Result, check


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.number}")
def test_the_simulator_keeps_the_promise(ground: Ground, card: AnyCard) -> None:
    assert [result for _, result in check([card], ground)] == [Result(card.number, Outcome.PASSED)]
