from __future__ import annotations

from datetime import datetime

import pytest

from kiwoom_cards.trading_hours import why_closed


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2026-11-23T08:59:59", "the market is open from 09:00 to 15:20; it is 08:59 in Korea"),
        ("2026-11-23T09:00:00", ""),
        ("2026-11-23T15:19:59", ""),
        ("2026-11-23T15:20:00", "the market is open from 09:00 to 15:20; it is 15:20 in Korea"),
        ("2026-11-21T10:00:00", "the market is closed on 2026-11-21"),
        ("2026-11-22T10:00:00", "the market is closed on 2026-11-22"),
        ("2026-12-25T10:00:00", "the market is closed on 2026-12-25"),
        ("2026-12-31T10:00:00", "the market is closed on 2026-12-31"),
    ],
)
def test_hours(moment: str, why: str) -> None:
    assert why_closed(datetime.fromisoformat(moment)) == why
