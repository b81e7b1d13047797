"""The trading day as one table: what each phase does on each board, and which orders it takes.

There are two boards. The *regular* one opens and closes with a call auction (단일가) and trades continuously between.
The *off-hours* one overlaps it: shares change hands there at the previous close before the open, at the close after it,
and then at single prices (until 2026-09-11) or continuously in the after-market (from 2026-09-14). An order belongs to
the board that takes its kind, and never moves to the other.

========================  ==========  =========  ===================================================
phase                     regular     off-hours  orders taken
========================  ==========  =========  ===================================================
holiday                   closed      closed     none
before-open               closed      closed     none
previous-close            auction     trades     0 3 5, and 61
opening-collecting        auction     closed     0 3 5
opening-auction           auction     closed     0 3 5
continuous                trades      closed     0 3 5 6 7 10 13 16 20 23 26 28 29 30 31
closing-auction           auction     closed     0 3
after-hours-collecting    closed      auction    81
after-hours               closed      trades     81
single-price              closed      auction    62
after-market              closed      trades     0 6 7 10 16 20 26; no ETF, no ETN
after-close               closed      closed     none
========================  ==========  =========  ===================================================

The numbers are the order types (``trde_tp``) of the API. A phase that takes orders, but not of the requested type,
refuses with :attr:`Reason.KIND_NOT_NOW`; a phase that takes none refuses with the reason in :data:`CLOSED`. ELW and
gold take limit orders only and do not trade on the off-hours board (assumed). Gold opens and closes with the stocks,
but for the days on which it closes before them.

The opening auction collects orders from 08:30 on; its expected price is published in its last ten minutes alone, in
the phase opening-auction (:data:`UNPUBLISHED`).

Orders do not outlive their board: when a board closes, what is left of its orders expires (assumed).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import DayPart
from kiwoom_mockserver.exchange.orders import Board, OrderKind, TimeInForce


class Phase(StrEnum):
    """The phases of the trading day."""

    HOLIDAY = "holiday"
    BEFORE_OPEN = "before-open"
    PREVIOUS_CLOSE = "previous-close"
    OPENING_COLLECTING = "opening-collecting"
    OPENING_AUCTION = "opening-auction"
    CONTINUOUS = "continuous"
    CLOSING_AUCTION = "closing-auction"
    AFTER_HOURS_COLLECTING = "after-hours-collecting"
    AFTER_HOURS = "after-hours"
    SINGLE_PRICE = "single-price"
    AFTER_MARKET = "after-market"
    AFTER_CLOSE = "after-close"


class Mode(StrEnum):
    """What a board does with orders in a phase."""

    CLOSED = "closed"
    AUCTION = "auction"
    """Orders collect until one price clears them."""
    TRADES = "trades"
    """Orders match as they arrive."""


OrderForm = tuple[OrderKind, TimeInForce]
"""What the API calls an order type: a kind with a lifetime."""


class Row(NamedTuple):
    """The row of one phase: what both boards do, and which board takes each form of order."""

    regular: Mode
    off_hours: Mode
    takes: dict[OrderForm, Board]


def _day_orders(board: Board, *kinds: OrderKind) -> dict[OrderForm, Board]:
    return {(kind, TimeInForce.DAY): board for kind in kinds}


_AUCTION = _day_orders(Board.REGULAR, OrderKind.LIMIT, OrderKind.MARKET)
_OPENING = _AUCTION | _day_orders(Board.REGULAR, OrderKind.CONDITIONAL)
_CONTINUOUS = (
    _OPENING
    | _day_orders(Board.REGULAR, OrderKind.BEST, OrderKind.FIRST, OrderKind.STOP, OrderKind.MID)
    | {
        (kind, time_in_force): Board.REGULAR
        for kind in (OrderKind.LIMIT, OrderKind.MARKET, OrderKind.BEST, OrderKind.MID)
        for time_in_force in (TimeInForce.IOC, TimeInForce.FOK)
    }
)
_AFTER_MARKET = _day_orders(Board.OFF_HOURS, OrderKind.LIMIT, OrderKind.BEST, OrderKind.FIRST) | {
    (kind, time_in_force): Board.OFF_HOURS
    for kind in (OrderKind.LIMIT, OrderKind.BEST)
    for time_in_force in (TimeInForce.IOC, TimeInForce.FOK)
}
_PREVIOUS_CLOSE_PRICE = _day_orders(Board.OFF_HOURS, OrderKind.BEFORE_HOURS)
_CLOSE_PRICE = _day_orders(Board.OFF_HOURS, OrderKind.AFTER_HOURS)

DAY: dict[Phase, Row] = {
    Phase.HOLIDAY: Row(Mode.CLOSED, Mode.CLOSED, {}),
    Phase.BEFORE_OPEN: Row(Mode.CLOSED, Mode.CLOSED, {}),
    Phase.PREVIOUS_CLOSE: Row(Mode.AUCTION, Mode.TRADES, _OPENING | _PREVIOUS_CLOSE_PRICE),
    Phase.OPENING_COLLECTING: Row(Mode.AUCTION, Mode.CLOSED, _OPENING),
    Phase.OPENING_AUCTION: Row(Mode.AUCTION, Mode.CLOSED, _OPENING),
    Phase.CONTINUOUS: Row(Mode.TRADES, Mode.CLOSED, _CONTINUOUS),
    Phase.CLOSING_AUCTION: Row(Mode.AUCTION, Mode.CLOSED, _AUCTION),
    Phase.AFTER_HOURS_COLLECTING: Row(Mode.CLOSED, Mode.AUCTION, _CLOSE_PRICE),
    Phase.AFTER_HOURS: Row(Mode.CLOSED, Mode.TRADES, _CLOSE_PRICE),
    Phase.SINGLE_PRICE: Row(Mode.CLOSED, Mode.AUCTION, _day_orders(Board.OFF_HOURS, OrderKind.SINGLE_PRICE)),
    Phase.AFTER_MARKET: Row(Mode.CLOSED, Mode.TRADES, _AFTER_MARKET),
    Phase.AFTER_CLOSE: Row(Mode.CLOSED, Mode.CLOSED, {}),
}

CLOSED: dict[Phase, Reason] = {
    Phase.HOLIDAY: Reason.HOLIDAY,
    Phase.BEFORE_OPEN: Reason.BEFORE_OPEN,
    Phase.AFTER_CLOSE: Reason.AFTER_CLOSE,
}
"""Why the phases that take no order at all refuse one."""

LIMIT_ONLY = frozenset({Market.ELW, Market.GOLD})
"""Classes of instruments that take limit orders on the regular board only."""

UNPUBLISHED = frozenset({Phase.PREVIOUS_CLOSE, Phase.OPENING_COLLECTING})
"""Phases of the opening auction in which its expected price is not published yet."""

OPENING = UNPUBLISHED | {Phase.OPENING_AUCTION}
"""Phases of the opening auction."""

_BEFORE_HOURS = frozenset({Phase.BEFORE_OPEN, Phase.PREVIOUS_CLOSE})

AFTER_THE_CLOSE = frozenset({Phase.AFTER_HOURS, Phase.SINGLE_PRICE, Phase.AFTER_MARKET})
"""Phases that need the closing price; an interruption cannot delay the closing auction into them (assumed)."""


def mode(phase: Phase, board: Board) -> Mode:
    """Return what a board does in a phase."""
    row = DAY[phase]
    return row.regular if board is Board.REGULAR else row.off_hours


def day_part(phase: Phase, board: Board) -> DayPart:
    """Return the part of the day that a trade of a board belongs to.

    All trades of the regular board belong to the regular session, also those of an auction that ends it late.
    """
    if board is Board.REGULAR:
        return DayPart.REGULAR
    return DayPart.BEFORE_HOURS if phase in _BEFORE_HOURS else DayPart.AFTER_HOURS


def has_closed(phase: Phase) -> bool:
    """Return whether the regular board has traded and closed in a phase, so that there is a closing price."""
    return mode(phase, Board.REGULAR) is Mode.CLOSED and phase not in (Phase.HOLIDAY, Phase.BEFORE_OPEN)


def admit(phase: Phase, market: Market, kind: OrderKind, time_in_force: TimeInForce) -> Board | Reason:
    """Return the board that takes an order in a phase, or why none does."""
    closed = CLOSED.get(phase)
    if closed is not None:
        return closed
    board = DAY[phase].takes.get((kind, time_in_force))
    if board is None:
        return Reason.KIND_NOT_NOW
    if market in LIMIT_ONLY and (kind is not OrderKind.LIMIT or board is Board.OFF_HOURS):
        return Reason.KIND_NOT_NOW
    if phase is Phase.AFTER_MARKET and market in (Market.ETF, Market.ETN):
        return Reason.KIND_NOT_NOW
    return board
