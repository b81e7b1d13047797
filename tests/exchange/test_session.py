"""The trading day: which orders each phase takes, and on which board."""

from __future__ import annotations

from itertools import product

import pytest

from exchange.day_by_hand import DAY_LONG, FORMS, TABLE, expected
from exchange.desk import ANNA, BEN, BUY, ELW, FUND, GOLD, GOLDEN, GOLDY, NOTE, SELL, SHARE, Desk
from kiwoom_mockserver.exchange.commands import Cancel, Modify, OpenPhase, Place
from kiwoom_mockserver.exchange.events import Expired, PhaseOpened, Reason
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Board, OrderKind, State, TimeInForce
from kiwoom_mockserver.exchange.session import DAY, Mode, Phase, admit, mode
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
    assert len(TABLE) == len(Phase) * len(FORMS) == 12 * 18
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
        (Phase.OPENING_COLLECTING, "auction", "closed"),
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


@pytest.mark.parametrize("phase", list(Phase))
def test_order_can_be_changed_until_its_board_closes(desk: Desk, phase: Phase) -> None:
    resting = desk.place(BUY, 10, 9_900)
    asleep = desk.place(BUY, 1, 10_500, OrderKind.STOP, stop=10_500)
    conditional = desk.place(BUY, 1, 9_000, OrderKind.CONDITIONAL)
    events = desk.open_phase(phase)

    if mode(phase, Board.REGULAR) is Mode.CLOSED:
        expired = [Expired(ANNA, one.number, one.quantity) for one in (resting, asleep, conditional)]
        assert events[:-1] == expired
        assert (desk.account().reserved, desk.account().orderable) == (0, 10_000_000)
        assert desk.refusal(Modify(ANNA, SHARE, resting.number, 4, 9_910)) is Reason.NOTHING_LEFT
        assert desk.refusal(Cancel(ANNA, SHARE, resting.number, 4)) is Reason.NOTHING_LEFT
    else:
        assert desk.modify(resting.number, 4, 9_910).open == 4
        for order in (resting, asleep, conditional):
            desk.cancel(order.number)
        assert desk.account().reserved == 39_640 + 130, "four at 9,910, and 138.74 of commission"


def test_shares_of_a_sale_are_free_again_when_the_regular_board_closes(desk: Desk) -> None:
    desk.place(SELL, 100, 10_500)
    assert desk.holding().sellable == 0

    desk.open_phase(Phase.AFTER_MARKET)

    assert desk.place(SELL, 100, 10_500).board is Board.OFF_HOURS


# -- gold, on a day on which it closes before the stocks --


def test_gold_may_close_before_the_stocks(desk: Desk) -> None:
    share, ounce = desk.place(BUY, 1, 9_900), desk.place(BUY, 1, 193_000, account=GOLDEN, code=GOLD)
    desk.place(BUY, 2, 193_500, account=GOLDY, code=GOLD)
    desk.apply(OpenPhase(Phase.CLOSING_AUCTION, only_gold=True))
    desk.give(GOLDEN, GOLD, 1)
    sale = desk.place(SELL, 1, 193_400, account=GOLDEN, code=GOLD)
    assert (sale.open, desk.place(SELL, 1, 9_900, account=BEN).open) == (1, 0), "gold collects, and the shares trade"

    events = desk.apply(OpenPhase(Phase.AFTER_CLOSE, only_gold=True))

    gold = desk.exchange.ledger.market_data[GOLD]
    assert (sale.state, gold.close) == (State.FILLED, 193_500)
    assert (ounce.state, share.state) == (State.EXPIRED, State.FILLED)
    assert events[-1] == PhaseOpened("after-close", "closing-auction", only_gold=True)
    assert desk.refusal(Place(GOLDEN, GOLD, BUY, 1, 193_500)) is Reason.AFTER_CLOSE
    assert desk.place(BUY, 1, 9_900).state is State.OPEN


def test_gold_that_has_closed_stays_closed_until_the_day_ends(desk: Desk) -> None:
    desk.apply(OpenPhase(Phase.AFTER_CLOSE, only_gold=True))
    for phase in (Phase.CLOSING_AUCTION, Phase.AFTER_HOURS, Phase.AFTER_MARKET):
        desk.open_phase(phase)
        assert desk.refusal(Place(GOLDEN, GOLD, BUY, 1, 193_500)) is Reason.AFTER_CLOSE
    assert desk.exchange.ledger.market_data[SHARE].close == 10_000

    desk.end_day()
    desk.open_phase(Phase.CONTINUOUS)

    assert desk.place(BUY, 1, 193_500, account=GOLDEN, code=GOLD).state is State.OPEN


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
