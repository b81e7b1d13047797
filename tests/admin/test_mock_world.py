from __future__ import annotations

import pytest

from kiwoom_scenarios.origin import ScenarioError
from wire import Wire

SHARE = "005930"


def test_a_script_begins_in_place_of_another(wire: Wire) -> None:
    kiwoom = wire.kiwoom
    kiwoom.play("limit-up")
    kiwoom.clock.advance(1)
    kiwoom.play("limit-down")
    kiwoom.clock.advance(3_600)
    market_data = kiwoom.broker.world.ledger.market_data[SHARE]
    assert (market_data.last, market_data.high) == (188_500, 269_500)


def test_a_script_for_other_prices_is_refused(client: Wire) -> None:
    with pytest.raises(ScenarioError, match=r"limit-up.yaml:23: .* beyond the daily limits 49,000 to 91,000"):
        client.kiwoom.play("limit-up")
