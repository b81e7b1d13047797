"""Random commands on the exchange and on its naive twin: both must tell the same story, to the won."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from exchange.naive_twin import NaiveTwin, TwinCustomer, TwinOrder, limits, other_side
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.auction import clearing
from kiwoom_mockserver.exchange.commands import (
    AdvanceCircuitBreaker,
    BeginSidecar,
    Cancel,
    CircuitBreaker,
    Command,
    Depth,
    EndDay,
    EndInterruption,
    EndRound,
    EndSidecar,
    Halt,
    Interrupts,
    Modify,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
)
from kiwoom_mockserver.exchange.events import Filled, Reason, Refused
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market, ShareType
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.ledger import Ledger, OutsideFills
from kiwoom_mockserver.exchange.market_stops import StopMarket
from kiwoom_mockserver.exchange.orders import Board, Order, OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.exchange.session import Mode
from kiwoom_mockserver.exchange.session import Phase as MarketPhase

CHEAP, DEAR, WARRANT, UNKNOWN = "111110", "222220", "57TEST", "999990"
SMALL, HOT, LEAVING, NEW, RARE = "333330", "444440", "555550", "666660", "777775"
WITH_OWN_RULES = (SMALL, HOT, LEAVING, NEW, RARE)
INSTRUMENTS = [
    Instrument(CHEAP, "on the border of two ticks", Market.KOSPI, 2_000, kospi_200=True),
    Instrument(DEAR, "on the border of two ticks", Market.KOSDAQ, 50_000),
    Instrument(WARRANT, "lots of ten", Market.ELW, 450),
    Instrument(SMALL, "on KONEX", Market.KONEX, 2_000),
    Instrument(HOT, "one price every half hour", Market.KOSDAQ, 2_000, designation=Designation.OVERHEATED),
    Instrument(LEAVING, "without limits", Market.KOSPI, 2_000, designation=Designation.LIQUIDATION),
    Instrument(NEW, "on its first day", Market.KOSPI, 2_000, designation=Designation.LISTING_DAY),
    Instrument(RARE, "preferred", Market.KOSPI, 2_000, 300_000, share_type=ShareType.PREFERRED),
]
LOTS = {CHEAP: 1, DEAR: 1, WARRANT: 10, UNKNOWN: 1, **dict.fromkeys(WITH_OWN_RULES, 1)}
GRID = {
    CHEAP: [1_997, 1_998, 1_999, 2_000, 2_005, 2_010],
    DEAR: [49_900, 49_950, 50_000, 50_100, 50_200],
    WARRANT: [440, 445, 450, 455, 460],
    **{code: [1_997, 1_998, 1_999, 2_000, 2_005, 2_010] for code in WITH_OWN_RULES},
}
WRONG = {CHEAP: [0, 2_001, 100, 2_700], DEAR: [50_050, 9_000, 90_000], WARRANT: [0, 452]} | {
    SMALL: [0, 2_001, 1_699, 2_305],
    HOT: [2_001, 2_605],
    LEAVING: [0, 2_001],
    NEW: [2_001, 1_199, 8_010],
    RARE: [2_001, 1_399],
}
"""Off the grid, or far outside of the limits."""
CUSTOMERS = {"A": 2_000_000, "B": 900_000, "C": 40_000}
SHARES = {CHEAP: (300, 579_000, 2_000), DEAR: (12, 612_000, 2_140), WARRANT: (60, 26_400, 90)} | dict.fromkeys(
    WITH_OWN_RULES, (25, 51_000, 170)
)
"""Quantity, cost and commission at the start."""

KINDS = st.sampled_from(
    [
        *[(kind, TimeInForce.DAY) for kind in (OrderKind.MARKET, OrderKind.BEST, OrderKind.FIRST)],
        *[
            (kind, TimeInForce.DAY)
            for kind in (
                OrderKind.MARKET,
                OrderKind.CONDITIONAL,
                OrderKind.STOP,
                OrderKind.STOP,
                OrderKind.MID,
                OrderKind.MID,
            )
        ],
        *[
            (kind, life)
            for kind in (OrderKind.LIMIT, OrderKind.MARKET, OrderKind.BEST)
            for life in (TimeInForce.IOC, TimeInForce.FOK)
        ],
        (OrderKind.MID, TimeInForce.IOC),
        (OrderKind.MID, TimeInForce.FOK),
        (OrderKind.BEFORE_HOURS, TimeInForce.DAY),
        (OrderKind.AFTER_HOURS, TimeInForce.DAY),
        (OrderKind.SINGLE_PRICE, TimeInForce.DAY),
    ]
)
CODES = st.sampled_from([CHEAP] * 8 + [DEAR] * 4 + [WARRANT] * 2 + [SMALL, HOT, HOT, LEAVING, NEW, RARE])
STOP_MARKETS = st.sampled_from(StopMarket)
ACCOUNTS = st.sampled_from([*CUSTOMERS])
SIDES = st.sampled_from(Side)
VENUES = st.sampled_from([Venue.KRX, Venue.KRX, Venue.KRX, Venue.NXT, Venue.SOR])
CHANGED_UNDER = st.sampled_from([None] * 6 + [*Venue])
"""The venue of a change; that of the order where it is None."""
SIZES = [1, 2, 3, 4, 5, 8, 13, 21, 30, 130, 400]


FAR = {CHEAP: [1_400, 1_945, 2_055, 2_600], DEAR: [40_000, 46_900, 53_100, 60_000], WARRANT: [5, 900]} | {
    SMALL: [1_700, 1_750, 2_200, 2_300],
    HOT: [1_400, 1_750, 2_200, 2_600],
    LEAVING: [7, 900, 3_100, 6_000],
    NEW: [1_200, 1_700, 4_000, 8_000],
    RARE: [1_400, 1_750, 2_200, 2_600],
}
"""On the grid and inside the limits of the first day; some far enough to interrupt trading."""

ROUND = [
    MarketPhase.BEFORE_OPEN,
    MarketPhase.PREVIOUS_CLOSE,
    MarketPhase.OPENING_COLLECTING,
    MarketPhase.OPENING_AUCTION,
    MarketPhase.CONTINUOUS,
    MarketPhase.CLOSING_AUCTION,
    MarketPhase.AFTER_HOURS_COLLECTING,
    MarketPhase.AFTER_HOURS,
    MarketPhase.SINGLE_PRICE,
    MarketPhase.SINGLE_PRICE,
    MarketPhase.AFTER_MARKET,
    MarketPhase.AFTER_CLOSE,
]
"""A day that has the evening of before and after the fourteenth of September."""

NOW = {
    MarketPhase.PREVIOUS_CLOSE: [OrderKind.BEFORE_HOURS] * 4
    + [OrderKind.MARKET, OrderKind.LIMIT, OrderKind.CONDITIONAL],
    MarketPhase.OPENING_COLLECTING: [OrderKind.LIMIT],
    MarketPhase.OPENING_AUCTION: [OrderKind.MARKET, OrderKind.LIMIT, OrderKind.CONDITIONAL],
    MarketPhase.CONTINUOUS: [
        OrderKind.MID,
        OrderKind.MID,
        OrderKind.STOP,
        OrderKind.CONDITIONAL,
        OrderKind.MARKET,
        OrderKind.LIMIT,
    ],
    MarketPhase.CLOSING_AUCTION: [OrderKind.MARKET, OrderKind.LIMIT],
    MarketPhase.AFTER_HOURS_COLLECTING: [OrderKind.AFTER_HOURS],
    MarketPhase.AFTER_HOURS: [OrderKind.AFTER_HOURS],
    MarketPhase.SINGLE_PRICE: [OrderKind.SINGLE_PRICE],
    MarketPhase.AFTER_MARKET: [OrderKind.LIMIT, OrderKind.LIMIT, OrderKind.BEST, OrderKind.FIRST],
}
"""Kinds that a phase takes."""


def prices(code: str) -> st.SearchStrategy[int]:
    return st.sampled_from(GRID[code] * 6 + FAR[code] * 2 + WRONG[code])


def quantities(code: str) -> st.SearchStrategy[int]:
    return st.sampled_from([size * LOTS[code] for size in SIZES] * 3 + [0, -1, 7])


@st.composite
def quotes(draw: st.DrawFn, code: str = "") -> Quote:
    """Depth, seldom crossed in itself, sometimes one-sided or empty."""
    code = code or draw(CODES)
    grid = GRID[code]
    middle = draw(st.integers(0, len(grid)))
    sizes = st.sampled_from([1, 3, 6, 15]).map(lambda size: size * LOTS[code])
    reach = draw(st.sampled_from([0] * 9 + [1, 2]))
    bids = [(price, draw(sizes)) for price in reversed(grid[: middle + reach]) if draw(st.booleans())]
    asks = [(price, draw(sizes)) for price in grid[middle:] if draw(st.booleans())]
    last = draw(st.sampled_from(grid * 3 + FAR[code][1:3]))
    return Quote(code, last, bids, asks)


def state_of(o: Order | TwinOrder) -> tuple[object, ...]:
    """What must be the same of an order and its twin."""
    asked = (o.number, o.account, o.code, o.side, o.kind, o.action, o.root, o.parent, o.board, o.time_in_force)
    return (*asked, o.quantity, o.open, o.state, o.stop, o.untriggered)


class Comparison(RuleBasedStateMachine):
    """The exchange and its twin side by side."""

    @initialize(
        consumes_depth=st.booleans(),
        opening=st.lists(quotes(), max_size=3),
        hour=st.sampled_from([4, *range(12)]),
        keeps_venues=st.booleans(),
        fills=st.sampled_from(OutsideFills),
    )
    def start(
        self,
        consumes_depth: bool,
        opening: list[Quote],
        hour: int = 4,
        keeps_venues: bool = True,
        fills: OutsideFills = OutsideFills.FRONT,
    ) -> None:
        rules = Ledger(20260101, consumes_depth=consumes_depth, changes_keep_venue=keeps_venues, fills=fills)
        self.exchange = Exchange(rules)
        for instrument in INSTRUMENTS:
            self.exchange.list_instrument(instrument)
        for number, cash in CUSTOMERS.items():
            holdings = {
                code: Holding(quantity, cost, commission, settled=quantity)
                for code, (quantity, cost, commission) in SHARES.items()
            }
            self.exchange.open_account(Account(number, "holder", cash, holdings=holdings))
        customers = {number: TwinCustomer(cash, SHARES) for number, cash in CUSTOMERS.items()}
        self.twin = NaiveTwin(INSTRUMENTS, customers, consumes_depth, keeps_venues, fills.value)
        self.now = 0
        self.hour = hour
        for quote in opening:
            self.both(quote)
        self.end_interruptions()
        self.both(OpenPhase(ROUND[hour]))

    def both(self, command: Command) -> None:
        """Apply a command to both: the same refusal, or the same fills."""
        self.now += 1
        before = msgspec.msgpack.encode(self.exchange.ledger)
        known = len(self.twin.fills)
        events = self.exchange.apply(command, self.now)
        reason = self.twin.apply(command)
        counts = reason in (Reason.NOT_ENOUGH_CASH, Reason.NOT_ENOUGH_SHARES)
        refused = [] if reason is None else [Refused(reason, self.twin.most if counts else 0)]
        assert [event for event in events if isinstance(event, Refused)] == refused
        if reason is not None:
            assert msgspec.msgpack.encode(self.exchange.ledger) == before
        told = [
            (e.account, e.order, e.price, e.quantity, e.left, e.commission, e.tax)
            for e in events
            if isinstance(e, Filled)
        ]
        expected = [
            (f.account, f.order, f.price, f.quantity, f.left, f.commission, f.tax) for f in self.twin.fills[known:]
        ]
        assert sorted(told) == sorted(expected)

    # -- what can happen --

    @rule(data=st.data(), account=ACCOUNTS, code=CODES, side=SIDES, venue=VENUES)
    def place(self, data: st.DataObject, account: str, code: str, side: Side, venue: Venue) -> None:
        price, quantity = data.draw(prices(code)), data.draw(quantities(code))
        self.both(Place(account, code, side, quantity, price, venue=venue))

    @rule(data=st.data(), account=ACCOUNTS, code=CODES, side=SIDES, how=KINDS)
    def place_of_any_kind(
        self, data: st.DataObject, account: str, code: str, side: Side, how: tuple[OrderKind, TimeInForce]
    ) -> None:
        self.place_one(data, account, code, side, *how)

    @rule(data=st.data(), account=ACCOUNTS, code=CODES, side=SIDES)
    def place_what_is_taken_now(self, data: st.DataObject, account: str, code: str, side: Side) -> None:
        kinds = NOW.get(self.twin.phase)
        if kinds is not None:
            self.place_one(data, account, code, side, data.draw(st.sampled_from(kinds)), TimeInForce.DAY)

    def place_one(
        self, data: st.DataObject, account: str, code: str, side: Side, kind: OrderKind, time_in_force: TimeInForce
    ) -> None:
        named = kind in (OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.STOP, OrderKind.SINGLE_PRICE)
        price = data.draw(prices(code)) if named else data.draw(st.sampled_from([0, 0, 1, 2_001]))
        # A warrant takes no stop orders; which fault it is told first does not matter here.
        stop = 0 if kind is not OrderKind.STOP else price if code == WARRANT else data.draw(prices(code))
        self.both(Place(account, code, side, data.draw(quantities(code)), price, kind, time_in_force, stop=stop))

    @rule(data=st.data(), many=st.sampled_from([1, 1, 1, 1, 1, 2]))
    def time_goes_on(self, data: st.DataObject, many: int) -> None:
        """The next phases of the day; now and then an interruption ends on the way."""
        for _ in range(many):
            if data.draw(st.booleans()):
                self.end_interruptions()
            self.hour = (self.hour + 1) % len(ROUND)
            if self.hour == 0:
                self.end_interruptions()
                self.both(EndDay(self.exchange.ledger.day + 1, expiry=data.draw(st.booleans())))
            self.both(OpenPhase(ROUND[self.hour]))

    def end_interruptions(self) -> None:
        for code, share in self.twin.shares.items():
            if share.interrupted:
                self.both(EndInterruption(code))

    def is_interrupted(self) -> bool:
        return any(share.interrupted for share in self.twin.shares.values())

    @precondition(is_interrupted)
    @rule()
    def interruption_is_over(self) -> None:
        self.end_interruptions()

    @rule(code=CODES, data=st.data(), side=SIDES)
    def trade_outside(self, code: str, data: st.DataObject, side: Side) -> None:
        price = data.draw(st.sampled_from(GRID[code] * 3 + FAR[code][1:3]))
        quote = data.draw(st.none() | quotes(code))
        depth = None if quote is None else Depth(quote.bids, quote.asks)
        interrupts = data.draw(st.sampled_from([Interrupts.BY_RULE] * 3 + list(Interrupts)))
        self.both(PrintTrade(code, price, data.draw(quantities(code)), side, depth, interrupts))

    def is_alive_now(self) -> bool:
        return any(self.twin.trades_now(order.code, order.board) for order in self.alive())

    @precondition(is_alive_now)
    @rule(data=st.data(), steps=st.sampled_from([-1, 0, 0, 0, 1]), side=SIDES)
    def trade_outside_where_somebody_waits(self, data: st.DataObject, steps: int, side: Side) -> None:
        """At the price of an order that is open, or one step of the grid beside it."""
        waiting = [order for order in self.alive() if self.twin.trades_now(order.code, order.board)]
        order = data.draw(st.sampled_from(waiting))
        ladder = sorted({*GRID[order.code], order.limit})
        place = min(max(ladder.index(order.limit) + steps, 0), len(ladder) - 1)
        quantity = data.draw(st.sampled_from([0, 1, 2, 5, 13, 30])) * LOTS[order.code]
        interrupts = data.draw(st.sampled_from(Interrupts))
        self.both(PrintTrade(order.code, ladder[place], quantity, side, None, interrupts))

    @rule(market=STOP_MARKETS, stage=st.sampled_from([1, 1, 1, 2, 2, 3, 4]), side=SIDES, data=st.data())
    def market_stops(self, market: StopMarket, stage: int, side: Side, data: st.DataObject) -> None:
        """A circuit breaker that begins or goes on, or a sidecar."""
        what = data.draw(st.sampled_from(["begin", "advance", "advance", "sidecar"]))
        if what == "begin":
            # Mostly the stage that may come next, so that a day gets to see more than the first one.
            due = self.twin.breakers.get(market.value, (0, ""))[0] + 1
            self.both(CircuitBreaker(market, data.draw(st.sampled_from([due, due, stage]))))
        elif what == "advance":
            due = self.twin.breakers.get(market.value, (0, ""))[0]
            self.both(AdvanceCircuitBreaker(market, data.draw(st.sampled_from([due, due, due, stage]))))
        else:
            self.both(BeginSidecar(market, side) if data.draw(st.booleans()) else EndSidecar(market))

    @rule()
    def half_an_hour_is_over(self) -> None:
        self.both(EndRound())

    def alive(self) -> list[TwinOrder]:
        return [order for order in self.twin.orders if order.open]

    def is_alive(self) -> bool:
        return self.alive() != []

    @precondition(is_alive)
    @rule(data=st.data(), modified=st.booleans(), venue=CHANGED_UNDER)
    def change(self, data: st.DataObject, modified: bool, venue: Venue | None) -> None:
        """Modify or cancel an order that is open."""
        order = data.draw(st.sampled_from(self.alive()))
        venue = venue or order.venue
        part = max(order.open // 2, 1)
        quantity = data.draw(st.sampled_from([0] * 4 + [part] * 4 + [order.open, order.open + 1, -1, 5]))
        if modified:
            price = data.draw(prices(order.code))
            stop = data.draw(st.sampled_from([0, 0, price])) if order.untriggered else 0
            self.both(Modify(order.account, order.code, order.number, quantity, price, venue, stop))
        else:
            self.both(Cancel(order.account, order.code, order.number, quantity, venue))

    @precondition(is_alive)
    @rule(data=st.data())
    def modify_to_trade(self, data: st.DataObject) -> None:
        """Move an order to where somebody waits, if somebody does."""
        order = data.draw(st.sampled_from(self.alive()))
        wanted = self.twin.best(order.code, other_side(order.side)) or data.draw(prices(order.code))
        self.both(Modify(order.account, order.code, order.number, 0, wanted, order.venue))

    @rule(quote=quotes())
    def quote(self, quote: Quote) -> None:
        self.both(quote)

    @rule(
        data=st.data(), what=st.sampled_from(["place", "modify", "cancel", "restore", "restore", "halt", "end of day"])
    )
    def seldom(self, data: st.DataObject, what: str) -> None:
        account = data.draw(ACCOUNTS)
        # An order that is over, perhaps, or somebody else's, or nobody's.
        code, number = (
            data.draw(st.sampled_from([*GRID, UNKNOWN])),
            data.draw(st.integers(1, len(self.twin.orders) + 1)),
        )
        match what:
            case "place":
                self.both(Place(account, UNKNOWN, Side.BUY, 1, 1_000))
            case "modify":
                self.both(Modify(account, code, number, data.draw(st.integers(-1, 1)), 2_010))
            case "cancel":
                self.both(Cancel(account, code, number, data.draw(st.integers(-1, 1))))
            case "restore":
                self.snapshot_and_restore()
            case "halt":
                halted = [one for one, share in self.twin.shares.items() if share.halted]
                self.both(Halt(halted[0], False) if halted else Halt(data.draw(CODES), True))
            case _:
                self.both(EndDay(self.exchange.ledger.day + 1, expiry=data.draw(st.booleans())))

    def snapshot_and_restore(self) -> None:
        """The ledger alone is enough to go on from; nothing is kept anywhere else."""
        snapshot = msgspec.msgpack.encode(self.exchange.ledger)
        self.exchange = Exchange(msgspec.msgpack.decode(snapshot, type=Ledger))
        assert msgspec.msgpack.encode(self.exchange.ledger) == snapshot

    # -- what must hold after each of it --

    @invariant()
    def both_agree(self) -> None:
        assert violations(self.exchange) == []
        self.same_orders()
        self.same_history()
        self.same_money()
        self.same_holdings()
        self.same_market()

    def same_orders(self) -> None:
        real = sorted(
            (order for account in self.exchange.ledger.accounts.values() for order in account.orders.values()),
            key=lambda order: order.number,
        )
        assert [state_of(order) for order in real] == [state_of(order) for order in self.twin.orders]
        for order, twin in zip(real, self.twin.orders, strict=True):
            if twin.at_any_price and twin.open:
                lower, upper = limits(self.twin.shares[order.code].instrument)
                assert order.limit > upper if order.side is Side.BUY else order.limit < lower
            elif twin.open:
                assert order.limit == twin.limit
                self.same_queue(order, twin)
            fills = [fill for fill in self.twin.fills if (fill.day, fill.order) == (self.twin.day, order.number)]
            assert order.filled == sum(fill.quantity for fill in fills)
            assert order.value == sum(fill.quantity * fill.price for fill in fills)
            assert (order.commission, order.tax) == (sum(f.commission for f in fills), sum(f.tax for f in fills))

    def same_queue(self, order: Order, twin: TwinOrder) -> None:
        """How much of the market outside is before them."""
        taken = self.exchange.ledger.market_data[order.code].taken(order.side).get(order.limit, 0)
        assert max(order.queue_position - taken, 0) == twin.ahead

    def same_history(self) -> None:
        for number, account in self.exchange.ledger.accounts.items():
            days = [sorted((o.number, o.state) for o in day.orders) for day in account.history.values()]
            mine = [[(o.number, o.state) for o in day if o.account == number] for day in self.twin.earlier]
            assert days == [day for day in mine if day]

    def same_money(self) -> None:
        for number, account in self.exchange.ledger.accounts.items():
            assert account.cash == self.twin.cash(number)
            assert account.orderable == self.twin.orderable(number)
            assert [(s.payable, s.receivable) for s in account.settlements] == self.twin.due(number)

    def same_holdings(self) -> None:
        for number, account in self.exchange.ledger.accounts.items():
            for code in SHARES:
                real, twin = account.holdings.get(code, Holding()), self.twin.position(number, code)
                assert account.sellable(code) == self.twin.sellable(number, code)
                assert (real.quantity, real.cost, real.commission) == (twin.quantity, twin.cost, twin.commission)
                assert real.settled == twin.settled
                assert (real.bought_today, real.sold_today) == (twin.bought_today, twin.sold_today)
                assert (real.bought_yesterday, real.sold_yesterday) == (twin.bought_yesterday, twin.sold_yesterday)
                assert real.realized_today == twin.realized_today
                assert (real.commission_today, real.tax_today) == (twin.commission_today, twin.tax_today)

    def same_market(self) -> None:
        assert self.exchange.ledger.phase is self.twin.phase
        breakers, sidecars = self.exchange.ledger.breakers, self.exchange.ledger.sidecars
        assert {market.value: (one.stage, one.state.value) for market, one in breakers.items()} == self.twin.breakers
        assert {market.value: one.is_on for market, one in sidecars.items()} == self.twin.sidecars
        for code, share in self.twin.shares.items():
            market_data = self.exchange.ledger.market_data[code]
            assert (market_data.last, market_data.instrument.base) == (share.last, share.instrument.base)
            assert (market_data.vi_reference, market_data.close) == (share.vi_reference, share.close)
            assert (market_data.interrupted, market_data.halted) == (share.interrupted, share.halted)
            assert market_data.interruptions == share.times_interrupted
            assert market_data.traded_in == share.part
            everything = share.prints + share.off_hours
            assert market_data.volume == sum(quantity for _, quantity in everything)
            assert market_data.value == sum(price * quantity for price, quantity in everything)
            printed = [price for price, _ in share.prints]
            extremes = (printed[0], max(printed), min(printed)) if printed else (0, 0, 0)
            assert (market_data.open, market_data.high, market_data.low) == extremes
            for board in Board:
                self.same_book(code, board)

    def same_book(self, code: str, board: Board) -> None:
        book = self.exchange.matching.books_of(board)[code]
        if self.exchange.matching.mode(board, book.market_data) is Mode.AUCTION:
            assert clearing(book) == self.twin.clearing(code, board), (book.market_data, book.limits)
            return
        orders = [order for side in Side for order in self.twin.resting(code, side, board)]
        if any(order.at_any_price for order in orders):
            return
        for side in Side:
            assert book.best(side) == self.twin.best(code, side, board)
            sizes: dict[int, int] = {}
            for row in self.twin.counterparts(code, side, board):
                sizes[row.price] = sizes.get(row.price, 0) + row.size
            assert book.levels(side) == sorted(sizes.items(), reverse=side is Side.BUY)


def hunt(examples: int, steps: int, *, derandomize: bool) -> None:
    run_state_machine_as_test(
        Comparison,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            deadline=None,
            report_multiple_bugs=False,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_exchange_agrees_with_its_naive_twin() -> None:
    hunt(examples=40, steps=50, derandomize=True)


@pytest.mark.soak
def test_exchange_agrees_with_its_naive_twin_for_long() -> None:
    hunt(examples=3_000, steps=120, derandomize=False)


def test_auctions_at_the_daily_limit_agree_with_the_twin() -> None:
    """Openings, some lengthened, and resumptions, in which nearly all orders are at the limits or at any price."""
    shared_by_size = 0
    for seed in range(120):
        rng = random.Random(seed)  # noqa: S311 - no secret
        machine = Comparison()
        machine.start(consumes_depth=bool(seed % 2), opening=[], hour=3)
        limit = rng.choice(limits(machine.twin.shares[CHEAP].instrument))
        strong = Side.BUY if limit > 2_000 else Side.SELL
        if rng.random() < 0.5:
            row = [(limit, rng.choice([3, 140, 500]))]
            machine.both(Quote(CHEAP, 2_000, row if strong is Side.BUY else [], row if strong is Side.SELL else []))
        for _ in range(rng.randint(4, 9)):
            account, size = rng.choice("AAB"), rng.choice([1, 7, 40, 101, 130, 171])
            kind = rng.choice([OrderKind.LIMIT, OrderKind.LIMIT, OrderKind.MARKET])
            side = strong if rng.random() < 0.7 else other_side(strong)
            machine.both(Place(account, CHEAP, side, size, limit if kind is OrderKind.LIMIT else 0, kind))
        halted = seed % 3 == 0
        if halted:
            machine.both(Halt(CHEAP, True))
        machine.both(OpenPhase(MarketPhase.CONTINUOUS))
        if halted:
            machine.both(Halt(CHEAP, False))
        machine.both_agree()
        machine.end_interruptions()
        machine.both_agree()
        shared_by_size += machine.twin.shares[CHEAP].last == limit and len(machine.twin.fills) > 2
    assert shared_by_size >= 30


def test_twin_can_tell_a_difference() -> None:
    """A comparison that always agrees would be worth nothing: one won that goes missing is seen."""
    machine = Comparison()
    machine.start(consumes_depth=False, opening=[])
    machine.both(Place("A", CHEAP, Side.BUY, 5, 2_000))
    machine.same_money()

    machine.exchange.ledger.accounts["A"].reserved += 1

    with pytest.raises(AssertionError):
        machine.same_money()


def test_twin_refuses_what_the_rules_refuse() -> None:
    machine = Comparison()
    machine.start(consumes_depth=False, opening=[])
    assert machine.twin.apply(Place("C", CHEAP, Side.BUY, 400, 2_000)) is Reason.NOT_ENOUGH_CASH
    assert machine.twin.apply(Place("C", CHEAP, Side.BUY, 1, 2_001)) is Reason.OFF_TICK
