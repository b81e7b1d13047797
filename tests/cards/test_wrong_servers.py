"""A server that is wrong in one thing fails the cards that come across it, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cards.wrong import WRONG, Wrong
from kiwoom_contracts.cards import CARDS, AnyCard, Ground, Outcome, Target, check

BY_NUMBER = {card.number: card for card in CARDS}
SLOW = 662
"""Waits in vain for five seconds, whatever is wrong."""

MOST = 10
"""Relatives; all cards take a minute for ten servers, and are run with ``make soak``."""

SERVERS = pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.called)


@pytest.fixture
def impatient(ground: Ground) -> Ground:
    """Gives up early what never comes."""

    @contextmanager
    def places(card: AnyCard) -> Iterator[Target]:
        with ground(card) as target:
            yield replace(target, patience=2.0)

    return places


def relatives(wrong: Wrong) -> list[AnyCard]:
    """The card that is meant, and those by its side that play the same."""
    play = BY_NUMBER[wrong.card].play
    family = [card for card in CARDS if card.play is play and card.number != SLOW]
    return sorted(family, key=lambda card: abs(card.number - wrong.card))[:MOST]


def found(cards: list[AnyCard], ground: Ground, wrong: Wrong) -> set[int]:
    """The cards that fail; the one that is meant does so where it should."""
    results = [result for _, result in check(cards, ground)]
    (meant,) = (result for result in results if result.number == wrong.card)
    assert (meant.outcome, meant.step) == (Outcome.FAILED, wrong.step), meant
    assert wrong.why in meant.why
    return {result.number for result in results if result.outcome is not Outcome.PASSED}


@SERVERS
def test_the_right_cards_of_a_family_fail(impatient: Ground, monkeypatch: pytest.MonkeyPatch, wrong: Wrong) -> None:
    wrong.bend(monkeypatch)
    cards = relatives(wrong)
    assert found(cards, impatient, wrong) == wrong.fails & {card.number for card in cards}


@pytest.mark.soak
@SERVERS
def test_of_all_cards_no_others_fail(impatient: Ground, monkeypatch: pytest.MonkeyPatch, wrong: Wrong) -> None:
    wrong.bend(monkeypatch)
    assert found(list(CARDS), impatient, wrong) == wrong.fails
