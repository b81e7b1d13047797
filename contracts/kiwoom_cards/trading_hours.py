"""The hours in which the mock domain accepts orders: 09:00 to 15:20 KST on trading days."""

from __future__ import annotations

from datetime import datetime, time

import holidays

OPENS, CLOSES = time(9, 0), time(15, 20)
SATURDAY = 5


def why_closed(now: datetime) -> str:
    """Return why no order is accepted at a moment in Korean time, as a sentence; blank while the market is open."""
    today = now.date()
    if now.weekday() >= SATURDAY or today in holidays.financial_holidays("XKRX", years=today.year):
        return f"the market is closed on {today}"
    if not OPENS <= now.time() < CLOSES:
        return f"the market is open from {OPENS:%H:%M} to {CLOSES:%H:%M}; it is {now:%H:%M} in Korea"
    return ""
