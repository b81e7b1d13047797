"""A market for gold with prices that can be reckoned by hand.

=========  ========  ========  ============================  ==================
code       base      last      asks                          bids
=========  ========  ========  ============================  ==================
M04020000  193,500   193,500   193,510 x 3, 193,520 x 7      193,490 x 10
M04020100  193,700   193,700   193,730 x 5                   193,700 x 5
=========  ========  ========  ============================  ==================

Commission is 0.3 % of each fill, cut to 10 won, and VAT 10 % of it, on both sides. The customer has 100,000,000 won for
gold and as much for stocks. The world opens on Monday, 2026-11-23, at 10:00 and stands still.
"""

from __future__ import annotations

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.stage import STAGE
from wire import Wire

BAR, MINI = "M04020000", "M04020100"

ACCOUNT = "8100000113"

GOLD_STAGE = WorldConfig(
    clock="manual",
    start=STAGE.start,
    instruments=Instruments(
        instruments=(
            InstrumentSpec(BAR, base=193_500, asks=((193_510, 3), (193_520, 7)), bids=((193_490, 10),)),
            InstrumentSpec(MINI, base=193_700, asks=((193_730, 5),), bids=((193_700, 5),)),
        )
    ),
)


def quote(
    wire: Wire,
    last: int,
    asks: list[tuple[int, int]] | None = None,
    bids: list[tuple[int, int]] | None = None,
    code: str = BAR,
) -> None:
    """The market outside moves to another price."""
    wire.kiwoom.broker.apply(Quote(code, last, bids or [], asks or []))


def without_gold(wire: Wire) -> Wire:
    """The same client, whose customer never agreed to trade gold."""
    wire.kiwoom.broker.state.keys[wire.kiwoom.appkey].gold = ""
    return wire
