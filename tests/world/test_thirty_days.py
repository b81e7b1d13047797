"""Thirty days of KRX hours on a manual clock: the same seed tells the same story in every process."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from world import days_of_trading
from world.other_process import story_told_elsewhere


def told_twice(seed: int, days: int) -> list[str]:
    """What a process of its own prints, the same for two that hash strings differently."""
    first = story_told_elsewhere(days_of_trading.__file__, "1", str(seed), str(days))
    second = story_told_elsewhere(days_of_trading.__file__, "2", str(seed), str(days))
    assert first == second
    return first


def test_a_few_days_are_the_same_in_two_processes() -> None:
    end, fills, *_ = told_twice(seed=7, days=6)

    assert end == "2026-09-16"
    assert int(fills) > 1_000


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thirty_days_are_the_same_in_two_processes(seed: int) -> None:
    end, fills, *_ = told_twice(seed, days=30)

    assert end == "2026-10-10"
    assert int(fills) > 5_000


def test_days_hold_all_that_a_market_day_has() -> None:
    """The story is worth telling: every phase, every kind that trades, and interruptions."""
    world, teller = days_of_trading.open_world(7), days_of_trading.Teller(7)

    for _ in range(6):
        teller.tell_a_day(world)

    assert {*teller.phases} == set(Phase)
    assert {"Cleared", "Interrupted", "InterruptionEnded", "Converted", "StopTriggered", "Expired", "Filled"} <= {
        *teller.seen
    }
    assert {"limit", "market", "mid", "stop", "conditional", "after-hours", "before-hours", "single-price"} <= {
        order.kind.value
        for account in world.ledger.accounts.values()
        for day in account.history.values()
        for order in day.orders
        if order.filled
    }
    assert kst.at(world.now).date().isoformat() == "2026-09-16"


def test_another_seed_is_another_story() -> None:
    hashes = set()
    for seed in (1, 2):
        world = days_of_trading.open_world(seed)
        days_of_trading.Teller(seed).tell_a_day(world)
        hashes.add(world.state_hash())

    assert len(hashes) == 2


def test_world_restored_in_every_phase_of_a_day_tells_the_same_story() -> None:
    plain, restored = days_of_trading.open_world(5), days_of_trading.open_world(5)
    first, second = days_of_trading.Teller(5), days_of_trading.Teller(5)

    first.tell_a_day(plain)
    second.tell_a_day(restored, restore=True)

    assert first.told.hexdigest() == second.told.hexdigest()
    assert plain.state_hash() == restored.state_hash()
