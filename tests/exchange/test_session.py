"""The trading day: which orders each phase takes, and on which board."""

from __future__ import annotations

from itertools import product

import pytest

from exchange.day_by_hand import DAY_LONG, FORMS, TABLE, expected
from exchange.desk import ANNA, BUY, ELW, FUND, NOTE, SHARE, Desk
from kiwoom_mockserver.exchange.commands import Cancel, Modify, Place
from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Board, OrderKind, TimeInForce
from kiwoom_mockserver.exchange.session import DAY, Mode, Phase, admit, amend, mode
from misses import misses


def order(kind: OrderKind, time_in_force: TimeInForce, code: str = SHARE) -> Place:
    """One that has no other fault."""
    price = 10_000 if kind in (OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.STOP, OrderKind.SINGLE_PRICE) else 0
    if code == ELW and price:
        price = 450
    stop = price if kind is OrderKind.STOP else 0
    return Place(ANNA, code, BUY, 10, price, kind, time_in_force, stop=stop)


def test_outcome_of_every_kind_in_every_phase() -> None:
    def check(case: tuple[Phase, OrderKind, TimeInForce]) -> None:
        phase, kind, time_in_force = case
        outcome = expected(phase, kind, time_in_force)
        desk = Desk()
        desk.open_phase(phase)

        assert admit(phase, Market.KOSPI, kind, time_in_force) is outcome
        if isinstance(outcome, Reason):
            assert desk.refusal(order(kind, time_in_force)) is outcome
        else:
            accepted = desk.apply(order(kind, time_in_force))[0]
            assert desk.order(accepted.number).board is outcome  # type: ignore[union-attr]

    assert misses(product(DAY, OrderKind, TimeInForce), check) == {}


def test_table_by_hand_has_every_phase_and_every_documented_kind() -> None:
    assert len(TABLE) == len(Phase) * len(FORMS) == 11 * 18
    assert set(DAY) == set(Phase)


def test_warrants_take_limit_orders_on_the_regular_board_alone() -> None:
    def check(case: tuple[Phase, OrderKind]) -> None:
        phase, kind = case
        share = TABLE[phase, kind, DAY_LONG]
        desk = Desk()
        desk.open_phase(phase)

        if share is Board.REGULAR and kind is OrderKind.LIMIT:
            assert desk.apply(order(kind, DAY_LONG, ELW))
            assert desk.order(1).board is Board.REGULAR
        else:
            refused = share if isinstance(share, Reason) else Reason.KIND_NOT_NOW
            assert desk.refusal(order(kind, DAY_LONG, ELW)) is refused

    assert misses(product(Phase, OrderKind), check) == {}


@pytest.mark.parametrize("code", [FUND, NOTE])
def test_funds_and_notes_are_like_shares_but_for_the_after_market(code: str) -> None:
    def check(case: tuple[Phase, OrderKind, TimeInForce]) -> None:
        phase, kind, time_in_force = case
        share = TABLE[case]
        desk = Desk()
        desk.open_phase(phase)

        if phase is Phase.AFTER_MARKET:
            assert desk.refusal(order(kind, time_in_force, code)) is Reason.KIND_NOT_NOW
        elif isinstance(share, Reason):
            assert desk.refusal(order(kind, time_in_force, code)) is share
        else:
            desk.apply(order(kind, time_in_force, code))
            assert desk.order(1).board is share

    assert misses(TABLE, check) == {}


@pytest.mark.parametrize(
    ("phase", "regular", "off_hours"),
    [
        (Phase.HOLIDAY, "closed", "closed"),
        (Phase.BEFORE_OPEN, "closed", "closed"),
        (Phase.PREVIOUS_CLOSE, "auction", "trades"),
        (Phase.OPENING_AUCTION, "auction", "closed"),
        (Phase.CONTINUOUS, "trades", "closed"),
        (Phase.CLOSING_AUCTION, "auction", "closed"),
        (Phase.AFTER_HOURS_COLLECTING, "closed", "auction"),
        (Phase.AFTER_HOURS, "closed", "trades"),
        (Phase.SINGLE_PRICE, "closed", "auction"),
        (Phase.AFTER_MARKET, "closed", "trades"),
        (Phase.AFTER_CLOSE, "closed", "closed"),
    ],
)
def test_what_the_two_boards_do_in_a_phase(phase: Phase, regular: str, off_hours: str) -> None:
    assert (mode(phase, Board.REGULAR), mode(phase, Board.OFF_HOURS)) == (Mode(regular), Mode(off_hours))


CLOSED_REASONS = {
    Phase.HOLIDAY: Reason.HOLIDAY,
    Phase.BEFORE_OPEN: Reason.BEFORE_OPEN,
    Phase.AFTER_HOURS_COLLECTING: Reason.AFTER_CLOSE,
    Phase.AFTER_HOURS: Reason.AFTER_CLOSE,
    Phase.SINGLE_PRICE: Reason.AFTER_CLOSE,
    Phase.AFTER_MARKET: Reason.AFTER_CLOSE,
    Phase.AFTER_CLOSE: Reason.AFTER_CLOSE,
}
"""Phases in which the regular board is closed, and what they say to somebody who changes an order of it."""


@pytest.mark.parametrize("phase", list(Phase))
def test_order_is_changed_while_its_board_is_open(desk: Desk, phase: Phase) -> None:
    resting = desk.place(BUY, 10, 9_900)
    desk.open_phase(phase)

    if phase in CLOSED_REASONS:
        reason = CLOSED_REASONS[phase]
        assert amend(phase, Board.REGULAR) is reason
        assert desk.refusal(Modify(ANNA, SHARE, resting.number, 4, 9_910)) is reason
        assert desk.refusal(Cancel(ANNA, SHARE, resting.number, 4)) is reason
    else:
        assert desk.modify(resting.number, 4, 9_910).open == 4
        desk.cancel(resting.number)
        assert desk.account().reserved == 39_640 + 130, "four at 9,910, and 138.74 of commission"


@pytest.mark.parametrize(
    ("placed_in", "kind"),
    [
        (Phase.AFTER_HOURS_COLLECTING, OrderKind.AFTER_HOURS),
        (Phase.AFTER_HOURS, OrderKind.AFTER_HOURS),
        (Phase.SINGLE_PRICE, OrderKind.SINGLE_PRICE),
        (Phase.AFTER_MARKET, OrderKind.LIMIT),
        (Phase.PREVIOUS_CLOSE, OrderKind.BEFORE_HOURS),
    ],
)
def test_order_of_the_off_hours_board_is_cancelled_there(desk: Desk, placed_in: Phase, kind: OrderKind) -> None:
    desk.open_phase(placed_in)
    desk.apply(order(kind, DAY_LONG))

    desk.cancel(1, 4)

    assert desk.order(1).open == 6
