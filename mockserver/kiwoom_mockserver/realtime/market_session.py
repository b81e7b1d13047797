"""The market session: 0s.

===  =====================================  ================================================================
215  published                              214
===  =====================================  ================================================================
0    from twenty minutes before the open    time to the open
3    at the open                            0
2    from the begin of the closing auction  time to the close
4    at the close                           0
8    right after 4 (assumed)                0
a    when the after-hours session begins    0
b    when the after-hours session ends      0
c    when the single-price session begins   0
d    when the single-price session ends     0
9    when the last off-hours session ends   0
===  =====================================  ================================================================

0 and 2 are published once a minute, and every ten seconds in the last minute: so Kiwoom answered of the older interface
about the close; that the open is counted down alike is assumed. The hour of the timetable is what 214 counts to,
without the random delay that ends an auction. A session that was opened by hand may have no such hour to come, and
shows zero.

A phase that is opened out of turn publishes what ends and what begins. A board that stays closed publishes nothing:
without an off-hours board, as on the mock domain, 8 is the last of the day.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.events import PhaseOpened
from kiwoom_mockserver.exchange.orders import Board
from kiwoom_mockserver.exchange.session import Mode, Phase, mode
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import OPEN_COUNTDOWN, timetable
from kiwoom_mockserver.world.world import World

_BEGINS = {
    Phase.OPENING_COLLECTING: "0",
    Phase.OPENING_AUCTION: "0",
    Phase.CONTINUOUS: "3",
    Phase.CLOSING_AUCTION: "2",
    Phase.AFTER_HOURS: "a",
    Phase.SINGLE_PRICE: "c",
}
_ENDS = {Phase.AFTER_HOURS: "b", Phase.SINGLE_PRICE: "d"}
_OFF_HOURS = frozenset({Phase.AFTER_HOURS_COLLECTING, Phase.AFTER_HOURS, Phase.SINGLE_PRICE, Phase.AFTER_MARKET})
_COUNTED_DOWN = {Phase.OPENING_COLLECTING: "0", Phase.OPENING_AUCTION: "0", Phase.CLOSING_AUCTION: "2"}
_COUNTED_TO = {
    "0": frozenset({Phase.CONTINUOUS}),
    "2": frozenset({Phase.AFTER_HOURS_COLLECTING, Phase.AFTER_CLOSE}),
}
"""The phases whose beginning 214 counts down to, by the code in 215."""


def phase_change(world: World, event: PhaseOpened) -> list[Values]:
    """Return the values of each 0s that tells a change of the phase: first what ended, then what begins."""
    old, new = Phase(event.previous), Phase(event.phase)
    if old is new is Phase.SINGLE_PRICE:
        return []  # the next round of a session that goes on
    codes = []
    if mode(old, Board.REGULAR) is not Mode.CLOSED and mode(new, Board.REGULAR) is Mode.CLOSED:
        codes += ["4", "8"]
    if old is not new and old in _ENDS:
        codes.append(_ENDS[old])
    if old in _OFF_HOURS and new is Phase.AFTER_CLOSE:
        codes.append("9")
    begins = _BEGINS.get(new)
    if begins is not None and (begins != "0" or _time_left(world, "0") <= OPEN_COUNTDOWN):
        codes.append(begins)
    return [_values(world, code) for code in codes]


def countdown(world: World) -> list[Values]:
    """Return the values of the 0s that tells how much time is left; none in a phase that is not counted down."""
    code = _COUNTED_DOWN.get(world.ledger.phase)
    return [_values(world, code)] if code else []


def _values(world: World, code: str) -> Values:
    seconds = -(-_time_left(world, code) // kst.SECOND)  # rounded up: zero is shown only when the time is over
    left = f"{seconds // 3_600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"
    return {"215": code, "20": world.now, "214": left}


def _time_left(world: World, code: str) -> int:
    """Return the microseconds until the phase that a code counts down to; 0 without one."""
    phases = _COUNTED_TO.get(code, frozenset())
    today = kst.at(world.now).date()
    time_of_day = world.now - kst.midnight(today)
    slots = [slot for slot in timetable(world.state.calendar, today) if not slot.only_gold]
    return next((slot.begins - time_of_day for slot in slots if slot.phase in phases and slot.begins > time_of_day), 0)
