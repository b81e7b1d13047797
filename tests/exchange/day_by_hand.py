"""Which orders each phase of the day takes, written by hand from the rules of the exchange."""

from __future__ import annotations

from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.orders import Board, OrderKind, TimeInForce
from kiwoom_mockserver.exchange.session import Phase

DAY_LONG, IOC, FOK = TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK
FORMS = {
    "0": (OrderKind.LIMIT, DAY_LONG), "3": (OrderKind.MARKET, DAY_LONG), "5": (OrderKind.CONDITIONAL, DAY_LONG),
    "6": (OrderKind.BEST, DAY_LONG), "7": (OrderKind.FIRST, DAY_LONG),
    "10": (OrderKind.LIMIT, IOC), "13": (OrderKind.MARKET, IOC), "16": (OrderKind.BEST, IOC),
    "20": (OrderKind.LIMIT, FOK), "23": (OrderKind.MARKET, FOK), "26": (OrderKind.BEST, FOK),
    "28": (OrderKind.STOP, DAY_LONG), "29": (OrderKind.MID, DAY_LONG), "30": (OrderKind.MID, IOC), "31": (OrderKind.MID, FOK),
    "61": (OrderKind.BEFORE_HOURS, DAY_LONG), "62": (OrderKind.SINGLE_PRICE, DAY_LONG), "81": (OrderKind.AFTER_HOURS, DAY_LONG),
}  # fmt: skip
"""The documented order kinds by their number."""

BY_HAND = """
phase                    0  3  5  6  7 10 13 16 20 23 26 28 29 30 31 61 62 81
holiday                  H  H  H  H  H  H  H  H  H  H  H  H  H  H  H  H  H  H
before-open              B  B  B  B  B  B  B  B  B  B  B  B  B  B  B  B  B  B
previous-close           r  r  r  -  -  -  -  -  -  -  -  -  -  -  -  o  -  -
opening-collecting       r  r  r  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
opening-auction          r  r  r  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
continuous               r  r  r  r  r  r  r  r  r  r  r  r  r  r  r  -  -  -
closing-auction          r  r  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
after-hours-collecting   -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  o
after-hours              -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  o
single-price             -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  o  -
after-market             o  -  -  o  o  o  -  o  o  -  o  -  -  -  -  -  -  -
after-close              A  A  A  A  A  A  A  A  A  A  A  A  A  A  A  A  A  A
"""
"""For a share. r: the regular board takes it, o: the off-hours board; else why it is refused."""

OUTCOMES: dict[str, Board | Reason] = {
    "r": Board.REGULAR,
    "o": Board.OFF_HOURS,
    "-": Reason.KIND_NOT_NOW,
    "H": Reason.HOLIDAY,
    "B": Reason.BEFORE_OPEN,
    "A": Reason.AFTER_CLOSE,
}


def read_table() -> dict[tuple[Phase, OrderKind, TimeInForce], Board | Reason]:
    head, *rows = BY_HAND.strip().splitlines()
    found: dict[tuple[Phase, OrderKind, TimeInForce], Board | Reason] = {}
    for row in rows:
        name, *cells = row.split()
        for number, cell in zip(head.split()[1:], cells, strict=True):
            found[Phase(name), *FORMS[number]] = OUTCOMES[cell]
    return found


TABLE = read_table()


def expected(phase: Phase, kind: OrderKind, time_in_force: TimeInForce) -> Board | Reason:
    """What the table says; a kind never heard of in a lifetime is refused like one that it is not the time for."""
    other = TABLE[phase, OrderKind.LIMIT, IOC]
    return TABLE.get((phase, kind, time_in_force), other if isinstance(other, Reason) else Reason.KIND_NOT_NOW)
