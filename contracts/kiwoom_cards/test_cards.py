"""The contract cards as pytest tests: ``pytest --pyargs kiwoom_cards.test_cards --kiwoom-target mock``."""

from __future__ import annotations

import pytest

from kiwoom_cards import CARDS, AnyCard, Outcome, TargetFactory, run
from kiwoom_cards.reports import on_the_real_domain, reason


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"card-{card.id}")
def test_card(card: AnyCard, kiwoom_targets: TargetFactory) -> None:
    """Run one card on the target."""
    with kiwoom_targets(card) as target:
        result = run(card, target)
    if result.outcome is Outcome.SKIPPED:
        pytest.skip(reason(result))
    if result.outcome is Outcome.FAILED:
        pytest.fail(f"card {card.id}, {card.title}: {reason(result)} ({on_the_real_domain(card)})", pytrace=False)
