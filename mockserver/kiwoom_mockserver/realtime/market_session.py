"""The market session: 0s.

========================  ===  ============================================================
phase                     215  214
========================  ===  ============================================================
before-open               0    time to the open (assumed: documented from 8:40 on)
previous-close            0    time to the open (assumed)
opening-collecting        0    time to the open
opening-auction           0    time to the open
continuous                3    0
closing-auction           2    time to the close
after-hours-collecting    4    0
after-hours               a    0
single-price              c    0
after-market              b    0 (assumed: the end of closing-price trading at 16:00)
after-close               9    0; 4 where no off-hours board opens, as on the mock domain
holiday                   9    0 (assumed)
========================  ===  ============================================================

The remaining time runs to the hour of the timetable, without the random delay that ends an auction. A session that was
opened by hand may have no such hour to come, and shows zero.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours, timetable
from kiwoom_mockserver.world.world import World

CODES: dict[Phase, str] = {
    Phase.HOLIDAY: "9",
    Phase.BEFORE_OPEN: "0",
    Phase.PREVIOUS_CLOSE: "0",
    Phase.OPENING_COLLECTING: "0",
    Phase.OPENING_AUCTION: "0",
    Phase.CONTINUOUS: "3",
    Phase.CLOSING_AUCTION: "2",
    Phase.AFTER_HOURS_COLLECTING: "4",
    Phase.AFTER_HOURS: "a",
    Phase.SINGLE_PRICE: "c",
    Phase.AFTER_MARKET: "b",
    Phase.AFTER_CLOSE: "9",
}
"""215 of each phase; under KRX hours without an off-hours board :func:`session_code` differs after the close."""

_COUNTED_TO = {
    "0": frozenset({Phase.CONTINUOUS}),
    "2": frozenset({Phase.AFTER_HOURS_COLLECTING, Phase.AFTER_CLOSE}),
}
"""The phases whose beginning 214 counts down to, by the code in 215."""


def market_hours(world: World) -> Values:
    """Return the values of 0s: the session code (215) and the time until the market opens or closes (214)."""
    code = session_code(world)
    return {"215": code, "20": world.now, "214": _remaining(world, code)}


def session_code(world: World) -> str:
    """Return the session code, 215, of the current phase."""
    phase, calendar = world.ledger.phase, world.state.calendar
    if phase is Phase.AFTER_CLOSE and calendar.hours is Hours.KRX and not calendar.off_hours:
        return "4"
    return CODES[phase]


def _remaining(world: World, code: str) -> str:
    """Return 214 as HHMMSS."""
    phases = _COUNTED_TO.get(code, frozenset())
    today = kst.at(world.now).date()
    time_of_day = world.now - kst.midnight(today)
    slots = [slot for slot in timetable(world.state.calendar, today) if not slot.only_gold]
    left = (slot.begins - time_of_day for slot in slots if slot.phase in phases and slot.begins > time_of_day)
    seconds = -(-next(left, 0) // kst.SECOND)  # rounded up: zero is shown only when the time is over
    return f"{seconds // 3_600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"
