"""A market with prices that can be reckoned by hand, and short words for what the REST tests do in it.

=======  ======  ======  =======  ============================  ====================
code     class   base    last     asks                          bids
=======  ======  ======  =======  ============================  ====================
005930   KOSPI   70,000  70,000   70,100 x 3, 70,200 x 4,       69,900 x 20,
                                  70,300 x 10                   69,800 x 30
035900   KOSDAQ  20,000  20,000   20,000 x 50                   19,990 x 50
069500   ETF     10,000  10,000   10,005 x 100                  10,000 x 100
520078   ETN     4,215   4,215    4,220 x 100                   4,215 x 100
57JBHH   ELW     450     450      455 x 100                     450 x 100
=======  ======  ======  =======  ============================  ====================

Commission is 0.35 % of each fill, cut to 10 won. A sale on KOSPI pays 0.05 % and 0.15 %, each floored; on KOSDAQ
0.20 % in one piece; ETF, ETN and ELW pay no tax. The world opens on Monday, 2026-11-23, at 10:00 and stands still.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from wire import Wire

SHARE, KOSDAQ, ETF, ETN, ELW = "005930", "035900", "069500", "520078", "57JBHH"

ACCOUNT = "8100000111"

STAGE = WorldConfig(
    clock="manual",
    start=datetime(2026, 11, 23, 10, 0),
    instruments=Instruments(
        instruments=(
            InstrumentSpec(
                SHARE,
                base=70_000,
                asks=((70_100, 3), (70_200, 4), (70_300, 10)),
                bids=((69_900, 20), (69_800, 30)),
            ),
            InstrumentSpec(KOSDAQ, base=20_000, asks=((20_000, 50),), bids=((19_990, 50),)),
            InstrumentSpec(ETF, base=10_000, asks=((10_005, 100),), bids=((10_000, 100),)),
            InstrumentSpec(ETN, base=4_215, asks=((4_220, 100),), bids=((4_215, 100),)),
            InstrumentSpec(ELW, base=450, asks=((455, 100),), bids=((450, 100),)),
        )
    ),
)


def wait(wire: Wire, **duration: float) -> None:
    """Move the world's clock on."""
    world = wire.kiwoom.broker.world
    world.advance(world.now + timedelta(**duration) // timedelta(microseconds=1))


def next_day(wire: Wire) -> None:
    """Ten in the morning of the next day, with a token that is good for it."""
    wait(wire, days=1)
    wire.login()


def place(wire: Wire, side: str, quantity: int, price: int | str, venue: str, code: str = SHARE) -> Any:
    """An order under a label of its own; a limit order if there is a price, else at market."""
    return wire.call(
        {"buy": "kt10000", "sell": "kt10001"}[side],
        dmst_stex_tp=venue,
        stk_cd=code,
        ord_qty=str(quantity),
        ord_uv=str(price),
        trde_tp="0" if price else "3",
        cond_uv="",
    )


def neighbour(wire: Wire, turn: int = 2) -> Wire:
    """A client of another account in the same world."""
    return Wire(wire.kiwoom, wire.http, turn).login()


def unfilled(wire: Wire, **filters: str) -> Any:
    """The rows of ka10075."""
    return wire.call("ka10075", **{"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"} | filters)["oso"]


def filled(wire: Wire, **filters: str) -> Any:
    """The rows of ka10076."""
    asked = {"stk_cd": "", "qry_tp": "0", "sell_tp": "0", "ord_no": "", "stex_tp": "0"} | filters
    return wire.call("ka10076", **asked)["cntr"]


def details(wire: Wire, **filters: str) -> Any:
    """The rows of kt00007."""
    asked = {"ord_dt": "", "qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0"}
    asked |= {"stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%"} | filters
    return wire.call("kt00007", **asked)["acnt_ord_cntr_prps_dtl"]


def executions(wire: Wire, **filters: str) -> Any:
    """The whole answer of kt00009."""
    asked = {"ord_dt": "", "stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0"}
    asked |= {"stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%"} | filters
    return wire.call("kt00009", **asked)


def deposit(wire: Wire, qry_tp: str = "2") -> Any:
    """The answer of kt00001."""
    return wire.call("kt00001", qry_tp=qry_tp)


def holdings(wire: Wire, qry_tp: str = "1", venue: str = "KRX") -> Any:
    """The rows of kt00018, by code."""
    answer = wire.call("kt00018", qry_tp=qry_tp, dmst_stex_tp=venue)
    return {row["stk_cd"]: row for row in answer["acnt_evlt_remn_indv_tot"]}


def numbers(rows: Any) -> list[int]:
    """The order numbers of rows, in their order."""
    return [int(row["ord_no"]) for row in rows]


def refused(answer: Any) -> Any:
    """The text of a refusal by the order system; anything else gives itself away."""
    return (
        answer["return_msg"]
        if answer["return_code"] == 20 and list(answer) == ["return_msg", "return_code"]
        else answer
    )
