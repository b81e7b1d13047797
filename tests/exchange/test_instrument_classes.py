"""Shares with trading rules of their own: what they take, how far they may move, and when they trade."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BEN, BUY, SELL, Desk, filled
from kiwoom_mockserver.exchange.commands import EndDay, EndRound, Halt, OpenPhase, Place, PrintTrade, SetHolding
from kiwoom_mockserver.exchange.events import Cleared, Interrupted, Reason
from kiwoom_mockserver.exchange.fees import MOCK
from kiwoom_mockserver.exchange.instrument_classes import has_interruptions, takes, trades_in_rounds
from kiwoom_mockserver.exchange.instruments import (
    Designation,
    Grade,
    Instrument,
    Market,
    ShareType,
    price_limits,
    tick_size,
)
from kiwoom_mockserver.exchange.orders import Funding, OrderKind, State, TimeInForce
from kiwoom_mockserver.exchange.session import Phase

DAY, IOC, FOK = TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK


def share(market: Market = Market.KOSPI, base: int = 10_000, **rules: object) -> Instrument:
    return Instrument("990000", "share", market, base, **rules)  # type: ignore[arg-type]


KONEX = share(Market.KONEX)
PREFERRED = share(share_type=ShareType.PREFERRED, listed=500_000)
RARE = share(share_type=ShareType.PREFERRED, listed=499_999)
REIT = share(share_type=ShareType.REIT, listed=10)
ADMINISTRATIVE = share(designation=Designation.ADMINISTRATIVE)
WARNING = share(designation=Designation.INVESTMENT_WARNING)
OVERHEATED = share(designation=Designation.OVERHEATED)
LIQUIDATION = share(designation=Designation.LIQUIDATION)
NEW = share(designation=Designation.LISTING_DAY)
ALL = (KONEX, PREFERRED, RARE, REIT, ADMINISTRATIVE, WARNING, OVERHEATED, LIQUIDATION, NEW)


# -- the rules one by one --


@pytest.mark.parametrize(
    ("instrument", "limits"),
    [
        (KONEX, (8_500, 11_500)),
        (PREFERRED, (7_000, 13_000)),
        (RARE, (7_000, 13_000)),
        (REIT, (7_000, 13_000)),
        (ADMINISTRATIVE, (7_000, 13_000)),
        (WARNING, (7_000, 13_000)),
        (OVERHEATED, (7_000, 13_000)),
        (LIQUIDATION, None),
        (NEW, (6_000, 40_000)),
        # 15 % of 4,255 is 638, cut to 635: 4,890 and 3,620.
        (share(Market.KONEX, 4_255), (3_620, 4_890)),
        # 40 % of 18,430 is 7,372, cut to 7,370; four times 18,430 is 73,720, cut to the tick of 100.
        (share(base=18_430, designation=Designation.LISTING_DAY), (11_060, 73_700)),
    ],
)
def test_daily_limits(instrument: Instrument, limits: tuple[int, int] | None) -> None:
    assert price_limits(instrument) == limits


def test_konex_has_the_ticks_of_the_other_markets() -> None:
    for price in (1, 1_999, 2_000, 5_000, 20_000, 50_000, 200_000, 500_000):
        assert tick_size(Market.KONEX, price) == tick_size(Market.KOSPI, price)


def test_a_sale_on_konex_pays_a_tenth_of_a_percent() -> None:
    assert MOCK.tax_on(SELL, 85_999, Market.KONEX) == 85
    assert MOCK.tax_on(BUY, 85_999, Market.KONEX) == 0


def test_which_trade_in_rounds() -> None:
    assert [one for one in ALL if trades_in_rounds(one)] == [RARE, OVERHEATED, LIQUIDATION]
    assert not trades_in_rounds(share(share_type=ShareType.PREFERRED))


def test_which_have_interruptions() -> None:
    assert [one for one in ALL if has_interruptions(one)] == [PREFERRED, REIT, ADMINISTRATIVE]


REGULAR_KINDS = {
    "0": (OrderKind.LIMIT, DAY), "3": (OrderKind.MARKET, DAY), "5": (OrderKind.CONDITIONAL, DAY),
    "6": (OrderKind.BEST, DAY), "7": (OrderKind.FIRST, DAY), "10": (OrderKind.LIMIT, IOC), "13": (OrderKind.MARKET, IOC),
    "20": (OrderKind.LIMIT, FOK), "28": (OrderKind.STOP, DAY), "29": (OrderKind.MID, DAY),
}  # fmt: skip


@pytest.mark.parametrize(
    ("instrument", "kinds"),
    [
        (KONEX, {"0", "3"}),
        (RARE, {"0", "3"}),
        (OVERHEATED, {"0", "3"}),
        (LIQUIDATION, {"0"}),
        *[(one, set(REGULAR_KINDS)) for one in (PREFERRED, REIT, ADMINISTRATIVE, WARNING, NEW)],
    ],
)
def test_kinds_on_the_regular_board(instrument: Instrument, kinds: set[str]) -> None:
    taken = {number for number, form in REGULAR_KINDS.items() if takes(instrument, Phase.CONTINUOUS, *form)}
    assert taken == kinds


@pytest.mark.parametrize(
    ("instrument", "phases"),
    [
        (KONEX, [Phase.AFTER_HOURS]),
        (RARE, [Phase.PREVIOUS_CLOSE, Phase.AFTER_HOURS, Phase.SINGLE_PRICE]),
        (LIQUIDATION, [Phase.PREVIOUS_CLOSE, Phase.AFTER_HOURS, Phase.SINGLE_PRICE]),
        (WARNING, [Phase.PREVIOUS_CLOSE, Phase.AFTER_HOURS, Phase.SINGLE_PRICE, Phase.AFTER_MARKET]),
        (
            share(Market.KONEX, designation=Designation.LIQUIDATION),
            [Phase.AFTER_HOURS],
        ),
    ],
)
def test_sessions_off_hours(instrument: Instrument, phases: list[Phase]) -> None:
    kinds = {
        Phase.PREVIOUS_CLOSE: OrderKind.BEFORE_HOURS,
        Phase.AFTER_HOURS: OrderKind.AFTER_HOURS,
        Phase.SINGLE_PRICE: OrderKind.SINGLE_PRICE,
        Phase.AFTER_MARKET: OrderKind.LIMIT,
    }
    assert [phase for phase, kind in kinds.items() if takes(instrument, phase, kind, DAY)] == phases


# -- in the exchange --

HOT, LEAVING, FRESH, SMALL, WARNED = "990070", "990080", "990090", "990010", "990060"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    for instrument in (
        Instrument(HOT, "overheated", Market.KOSDAQ, 10_000, designation=Designation.OVERHEATED),
        Instrument(LEAVING, "liquidation", Market.KOSDAQ, 300, designation=Designation.LIQUIDATION),
        Instrument(FRESH, "new", Market.KOSDAQ, 10_000, designation=Designation.LISTING_DAY, grade=Grade.A),
        Instrument(SMALL, "konex", Market.KONEX, 10_000),
        Instrument(WARNED, "warning", Market.KOSPI, 10_000, designation=Designation.INVESTMENT_WARNING, grade=Grade.A),
    ):
        desk.exchange.list_instrument(instrument)
        desk.apply(SetHolding(BEN, instrument.code, 100))
    return desk


def test_a_round_clears_what_crossed_and_nothing_before(desk: Desk) -> None:
    buy = desk.place(BUY, 10, 10_100, code=HOT)
    sell = desk.place(SELL, 4, 9_900, account=BEN, code=HOT)
    assert (buy.filled, sell.filled) == (0, 0)
    cleared = [event for event in desk.apply(EndRound()) if isinstance(event, Cleared)]
    assert cleared == [Cleared(HOT, 10_000, 4)]
    assert (buy.open, sell.state) == (6, State.FILLED)
    # The rest collects for the next round.
    again = desk.place(SELL, 6, 10_100, account=BEN, code=HOT)
    assert again.filled == 0
    desk.apply(EndRound())
    assert (buy.state, again.state) == (State.FILLED, State.FILLED)


def test_a_round_does_nothing_to_others_or_at_other_times(desk: Desk) -> None:
    desk.apply(OpenPhase(Phase.OPENING_AUCTION))
    desk.place(BUY, 1, 10_000, code=HOT)
    desk.place(SELL, 1, 10_000, account=BEN, code=HOT)
    assert desk.apply(EndRound()) == []
    events = desk.apply(OpenPhase(Phase.CONTINUOUS))
    assert [event for event in events if isinstance(event, Cleared)] == [Cleared(HOT, 10_000, 1)]


def test_a_halted_share_has_no_round(desk: Desk) -> None:
    desk.place(BUY, 1, 10_000, code=HOT)
    desk.place(SELL, 1, 10_000, account=BEN, code=HOT)
    desk.apply(Halt(HOT, True))
    assert desk.apply(EndRound()) == []
    desk.apply(Halt(HOT, False))
    assert filled(desk.apply(EndRound())) != []


def test_the_last_round_is_the_closing_auction(desk: Desk) -> None:
    desk.place(BUY, 1, 10_000, code=HOT)
    sell = desk.place(SELL, 1, 10_000, account=BEN, code=HOT)
    desk.apply(OpenPhase(Phase.CLOSING_AUCTION))
    assert sell.filled == 0
    desk.apply(OpenPhase(Phase.AFTER_HOURS_COLLECTING))
    assert sell.state is State.FILLED


def test_without_limits_a_share_may_go_anywhere_on_its_grid(desk: Desk) -> None:
    buy = desk.place(BUY, 1, 3_000, code=LEAVING)
    desk.place(SELL, 1, 1, account=BEN, code=LEAVING)
    assert desk.refusal(Place(ANNA, LEAVING, BUY, 1, 3_001)) is Reason.OFF_TICK
    assert desk.refusal(Place(ANNA, LEAVING, BUY, 1, kind=OrderKind.MARKET)) is Reason.KIND_NOT_NOW
    desk.apply(EndRound())
    assert (buy.state, buy.value) == (State.FILLED, 300)


def test_nothing_interrupts_a_listing_day_and_the_next_day_is_an_ordinary_one(desk: Desk) -> None:
    events = desk.apply(PrintTrade(FRESH, 40_000, 1, BUY))
    assert not any(isinstance(event, Interrupted) for event in events)
    assert desk.refusal(Place(ANNA, FRESH, BUY, 1, 40_050)) is Reason.OUTSIDE_LIMITS
    desk.apply(EndDay(20261124))
    instrument = desk.exchange.ledger.market_data[FRESH].instrument
    assert (instrument.designation, instrument.base) == (None, 40_000)
    assert price_limits(instrument) == (28_000, 52_000)
    assert any(isinstance(event, Interrupted) for event in desk.apply(PrintTrade(FRESH, 44_000, 1, BUY)))


def test_other_designations_stay(desk: Desk) -> None:
    desk.apply(EndDay(20261124))
    assert desk.exchange.ledger.market_data[HOT].instrument.designation is Designation.OVERHEATED


def test_no_interruption_of_a_share_with_a_warning(desk: Desk) -> None:
    assert not any(isinstance(event, Interrupted) for event in desk.apply(PrintTrade(WARNED, 12_990, 1, BUY)))


@pytest.mark.parametrize("code", [FRESH, WARNED, HOT, SMALL])
def test_nothing_is_lent_on_them_whatever_their_grade(desk: Desk, code: str) -> None:
    assert desk.refusal(Place(ANNA, code, BUY, 1, 10_000, funding=Funding.LOAN)) is Reason.NO_CREDIT


def test_konex_takes_limit_and_market_orders_in_continuous_trading(desk: Desk) -> None:
    desk.place(SELL, 5, 10_000, account=BEN, code=SMALL)
    bought = desk.place(BUY, 5, kind=OrderKind.MARKET, code=SMALL)
    assert bought.state is State.FILLED
    for kind in (OrderKind.BEST, OrderKind.FIRST, OrderKind.MID):
        assert desk.refusal(Place(ANNA, SMALL, BUY, 1, kind=kind)) is Reason.KIND_NOT_NOW
    refusal = desk.refusal(Place(ANNA, SMALL, BUY, 1, 10_000, time_in_force=IOC))
    assert refusal is Reason.KIND_NOT_NOW
