"""A server that is wrong in one thing fails the card that is about it."""

from __future__ import annotations

import pytest

from cards.wrong import WRONG, Wrong
from kiwoom_contracts.cards import CARDS, Ground, Outcome, check

BY_NUMBER = {card.number: card for card in CARDS}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.called)
def test_it_is_found(ground: Ground, monkeypatch: pytest.MonkeyPatch, wrong: Wrong) -> None:
    wrong.bend(monkeypatch)

    ((_, result),) = check([BY_NUMBER[wrong.card]], ground)

    assert (result.outcome, result.step) == (Outcome.FAILED, wrong.step), result
    assert wrong.why in result.why
