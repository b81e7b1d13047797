"""The matching engine: the order books of both boards, and every trade in them.

**Plan before execution.** An incoming order is first matched against the book in a preview that changes nothing and
yields exactly the trades that it would have (:meth:`MatchingEngine.plan`). One and the same plan then decides whether
the order can be paid for, whether a fill-or-kill order fills, where a volatility interruption stops it, and what is
executed. No check can disagree with the trade, and a refused order has changed nothing.

The order of the steps in :meth:`MatchingEngine.trade` is a rule of its own:

1. A match that would move the price too far interrupts trading *before* it happens. So the plan is cut there first.
2. A fill-or-kill order that the cut leaves short is not executed at all, and then does not interrupt trading either.
3. What is left of the plan is executed. Each fill is booked by itself: commission and tax are cut per fill.
4. Only then is the interruption declared: events tell the fills first, then why they ended.
5. IOC and FOK orders are cancelled for what is left; a day order is added to the book.
6. The reservation is recomputed last, from the final open quantity and limit.

**Market orders.** What the book could not fill of a market order rests at the last price it filled at, or at the last
price of the instrument where it filled nothing (assumed; KRX rests it one tick beyond the best price). In an auction a
market order queues before every price; what the auction leaves of it rests at the clearing price (assumed). A
market buy reserves the upper limit for its open quantity, whatever its board does.

**Depth** stands for the market outside this world. In a world that does not consume depth, trading with it moves
nothing: neither the depth, nor the last price, nor the volume, so any number of customers meet the same market. Orders
of this world that match each other always print, and so does an auction. A trade of the outside market is an order of
the outside: :mod:`.outside_trades` plans it, and its matches are taken and printed here like those of any other.

**Orders without a level.** Stops and mid orders react to the book rather than rest in it. Whoever changes a book calls
:meth:`MatchingEngine.run_stops_and_mids` when the change is complete, never in the middle of it.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book, Match
from kiwoom_mockserver.exchange.books import Books
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.events import (
    Cancelled,
    Event,
    Expired,
    Filled,
    Interrupted,
    Printed,
    StopTriggered,
)
from kiwoom_mockserver.exchange.instrument_classes import is_in_after_market, trades_in_rounds
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.interruption import Interruption
from kiwoom_mockserver.exchange.ledger import Ledger, OutsideFills
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import BreakerState, breaker_state
from kiwoom_mockserver.exchange.orders import PRICED, Board, Change, Fill, Order, OrderKind, Side, TimeInForce
from kiwoom_mockserver.exchange.reservations import Means, own_and_borrowed, worst_price
from kiwoom_mockserver.exchange.session import Mode, Phase, day_part, mode
from kiwoom_mockserver.exchange.volatility import Trigger, dynamic_trigger, static_trigger

EVENING = frozenset({Phase.SINGLE_PRICE, Phase.AFTER_MARKET})
"""Phases in which the market sees the book of the off-hours board."""


class InterruptedPlan(NamedTuple):
    """The match of a plan at which trading is interrupted."""

    match_index: int
    """Index in the plan; everything before it is still executed."""
    trigger: Trigger
    price: int


class MatchingEngine:
    """The order books of a ledger and every operation that fills, reduces or reprices an order in them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clear_books()

    def clear_books(self) -> None:
        """Drop all books; each is made anew from the ledger when it is next used."""
        self.books = Books(Board.REGULAR, self.ledger)
        self.off_books = Books(Board.OFF_HOURS, self.ledger)

    def book(self, order: Order) -> Book:
        """Return the book that an order belongs to."""
        return self.books_of(order.board)[order.code]

    def books_of(self, board: Board) -> Books:
        """Return all books of a board."""
        return self.books if board is Board.REGULAR else self.off_books

    def displayed_board(self) -> Board:
        """Return the board whose book quotes and realtime frames show now."""
        return Board.OFF_HOURS if self.ledger.phase in EVENING else Board.REGULAR

    def mode(self, board: Board, market_data: MarketData) -> Mode:
        """Return what a board does with the orders of an instrument now.

        A halt, also that of a circuit breaker, closes both boards; an auction of its own turns the regular board into
        one. Both override the phase of the day. A share that trades in rounds is in an auction where others trade. The
        after-market is closed to what it does not trade.
        """
        if self.is_stopped(market_data):
            return Mode.CLOSED
        if board is Board.OFF_HOURS:
            phase = self.ledger.phase_of(market_data.instrument.market)
            if phase is Phase.AFTER_MARKET and not is_in_after_market(market_data.instrument):
                return Mode.CLOSED
            return mode(phase, board)
        if self.has_own_auction(market_data):
            return Mode.AUCTION
        regular = mode(self.ledger.phase_of(market_data.instrument.market), board)
        return Mode.AUCTION if regular is Mode.TRADES and trades_in_rounds(market_data.instrument) else regular

    def is_stopped(self, market_data: MarketData) -> bool:
        """Return whether trading of an instrument is halted, by itself or by a circuit breaker."""
        return market_data.halted or self._breaker_state(market_data) in (BreakerState.HALT, BreakerState.CLOSED)

    def has_own_auction(self, market_data: MarketData) -> bool:
        """Return whether an instrument is in a call auction of its own: that of a VI, or after a circuit breaker."""
        return market_data.interrupted or self._breaker_state(market_data) is BreakerState.AUCTION

    def _breaker_state(self, market_data: MarketData) -> BreakerState | None:
        breakers = self.ledger.breakers
        return breaker_state(breakers, market_data.instrument) if breakers else None

    # -- planning -------------------------------------------------------------------------------------------------

    def plan(self, board: Board, book: Book, command: Place) -> tuple[int, list[Match]]:
        """Return the price in won at which a new order would rest, and the matches it would have before.

        In an auction and for a stop order there are no matches: both wait.
        """
        side, kind, quantity, price = command.side, command.kind, command.quantity, command.price
        market_data = book.market_data
        if self.mode(board, market_data) is Mode.AUCTION:
            if kind is OrderKind.MARKET:
                return book.beyond_limits(side), []
            return price if kind in PRICED else market_data.close or market_data.last, []
        if kind is OrderKind.MARKET:
            plan = book.preview(side, quantity, None)
            return plan[-1].price if plan else market_data.last, plan
        if kind is OrderKind.STOP:
            return price, []
        limit = self._effective_limit(book, side, kind, price)
        return limit, book.preview(side, quantity, limit) if limit else []

    def _effective_limit(self, book: Book, side: Side, kind: OrderKind, price: int) -> int:
        """Return the limit in won that an order kind stands for at receipt; 0 for a mid order while a side is empty."""
        market_data = book.market_data
        if kind is OrderKind.MID:
            return book.middle or 0
        if kind is OrderKind.BEFORE_HOURS:
            return market_data.instrument.base
        if kind is OrderKind.AFTER_HOURS:
            return market_data.close or market_data.last
        if kind is OrderKind.FIRST:
            return book.best(side) or market_data.last
        if kind is OrderKind.BEST:
            return self._best_limit(book, side)
        return price

    def _best_limit(self, book: Book, side: Side) -> int:
        """Return the limit of a best-price order (최유리): the best price of the other side.

        Where the other side is empty it is one tick better than its own side's best price, inside the daily limits;
        where both are empty it is the last price (assumed).
        """
        own_best, other_best = book.best(side), book.best(side.other)
        if other_best is not None:
            return other_best
        if own_best is None:
            return book.market_data.last
        market = book.market_data.instrument.market
        one_tick_better = (
            own_best + tick_size(market, own_best) if side is Side.BUY else own_best - tick_size(market, own_best - 1)
        )
        return one_tick_better if book.limits is None else min(max(one_tick_better, book.limits[0]), book.limits[1])

    def reservation(self, order: Order, quantity: int) -> Means:
        """Return what an order reserves: won with all fees for a buy or shares for a sell, and won to borrow."""
        if order.side is Side.SELL or not quantity:
            return Means(quantity, 0)
        book = self.book(order)
        fees = self.ledger.fees_of(book.market_data.instrument.market)
        return own_and_borrowed(fees, worst_price(book, order.kind, order.limit) * quantity, order.margin)

    def _reserve(self, account: Account, order: Order) -> None:
        own, borrowed = self.reservation(order, order.open)
        account.reserve(order, own)
        if order.margin < 100:
            account.borrow(order, borrowed)

    # -- trading --------------------------------------------------------------------------------------------------

    def trade(self, account: Account, order: Order, plan: list[Match], now: int, events: list[Event]) -> None:
        """Execute the plan of an order, then rest or cancel what is left, as its lifetime says.

        ``now`` is in microseconds since 1970; what happens is appended to ``events``. A held order has an empty plan
        and rests whatever its lifetime is.
        """
        book = self.book(order)
        interruption = self.first_interruption(order.board, book, plan)
        if order.time_in_force is TimeInForce.FOK and (
            interruption or sum(match.quantity for match in plan) < order.open
        ):
            # It fills nothing, so it moves no price either, and what would have interrupted trading never happens.
            plan, interruption = [], None
        if interruption is not None:
            plan = plan[: interruption.match_index]
        if plan:
            self._execute(account, order, plan, now, events)
        if interruption is not None:
            self.interrupt(book, interruption.trigger, interruption.price, now, events)
            if order.kind is OrderKind.MARKET:
                # It was planned to rest at its last match, which is at or beyond the price that interrupted trading.
                order.limit = interruption.price
        if order.open and order.time_in_force is not TimeInForce.DAY and not order.held:
            events.append(Cancelled(account.number, order.number, order.number, order.root, order.open))
            order.change(Change.CANCEL, order.open)
        if order.open:
            self._rest(book, order)
        if order.open or order.reserved:
            self._reserve(account, order)

    def _rest(self, book: Book, order: Order) -> None:
        """Add an order to the book; where outside trades fill at the back, depth at its price is ahead of it."""
        if self.ledger.fills is OutsideFills.BACK and order.kind is not OrderKind.MID:
            ahead = dict(book.quoted(order.side)).get(order.limit, 0)
            order.queue_position = book.market_data.taken(order.side).get(order.limit, 0) + ahead
        book.add(order)

    def _execute(self, account: Account, order: Order, plan: list[Match], now: int, events: list[Event]) -> None:
        book = self.book(order)
        consumes_depth = self.ledger.consumes_depth
        for match in plan:
            events += self._fill(account, book, order, match.price, match.quantity, now)
            self.take(order.board, book, order.side, match, now, events, prints=consumes_depth)

    def take(
        self, board: Board, book: Book, side: Side, match: Match, now: int, events: list[Event], *, prints: bool
    ) -> None:
        """Take what a match of an incoming order of a side takes from the book, and print the trade.

        A resting order is filled, and that always prints. A match with depth consumes it if the world consumes depth
        at all, and prints as ``prints`` says. Depth stays in whole lots, though an outside trade may have an odd one.
        """
        price, quantity, resting = match
        if resting is not None:
            self.fill_resting(book, resting, price, quantity, now, events)
        elif self.ledger.consumes_depth:
            book.consume_depth(side.other, price, quantity - quantity % book.market_data.instrument.lot)
        if prints or resting is not None:
            self.print_trade(board, book, price, quantity, side, events)

    def print_trade(
        self, board: Board, book: Book, price: int, quantity: int, aggressor: Side | None, events: list[Event]
    ) -> None:
        """Enter a trade of this world into the market data; an auction has no initiator.

        Open, high and low of the day are those of the regular board and the after-market.
        """
        market_data = book.market_data
        counts = board is Board.REGULAR or self._trades_after_market(market_data)
        (market_data.print if counts else market_data.print_off_hours)(price, quantity, aggressor)
        market_data.traded_in = day_part(self.ledger.phase, board)
        events.append(Printed(market_data.instrument.code, price, quantity))

    def _trades_after_market(self, market_data: MarketData) -> bool:
        return self.ledger.phase is Phase.AFTER_MARKET and is_in_after_market(market_data.instrument)

    def fill_resting(self, book: Book, order: Order, price: int, quantity: int, now: int, events: list[Event]) -> None:
        """Fill a quantity of an order that is in the book, at a price in won, and append its Filled events."""
        owner = self.ledger.accounts[order.account]
        events += self._fill(owner, book, order, price, quantity, now)
        book.reduce(order, quantity)
        self._reserve(owner, order)

    def _fill(self, account: Account, book: Book, order: Order, price: int, quantity: int, now: int) -> list[Filled]:
        """Fill an order: in one fill, or in one fill for each loan lot that a sale repays. Return their events."""
        events = []
        for loan_date, part in account.lots_of(order, quantity):
            fill = self._fill_lot(account, book, order, price, part, loan_date, now)
            if order.side is Side.SELL and (order.reserved or order.time_in_force is TimeInForce.DAY):
                # The event copies the holding, which must bind no more shares than the order still has to sell.
                account.reserve(order, order.open)
            events.append(_filled_event(account, fill))
        return events

    def _fill_lot(
        self, account: Account, book: Book, order: Order, price: int, quantity: int, loan_date: int, now: int
    ) -> Fill:
        ledger = self.ledger
        amount = price * quantity
        market = book.market_data.instrument.market
        fees = ledger.fees_of(market)
        commission = fees.commission_on(amount)
        tax = fees.tax_on(order.side, amount, market)
        loan, interest = self._loan_and_interest(account, order, amount, quantity, loan_date) if loan_date else (0, 0)
        order.change(Change.FILL, quantity)
        order.filled += quantity
        order.value += amount
        order.commission += commission
        order.tax += tax
        number = order.last_fill = ledger.next_fill
        ledger.next_fill = number + 1
        fill = Fill(
            number, order.number, order.code, price, quantity, order.open, commission, tax, now,
            loan_date, loan, interest,
        )  # fmt: skip
        account.record_fill(order.side, fill)
        return fill

    def _loan_and_interest(
        self, account: Account, order: Order, amount: int, quantity: int, loan_date: int
    ) -> tuple[int, int]:
        """Return the won that a buy borrows and 0, or the won that a sale repays and the interest due on them."""
        if order.side is Side.BUY:
            return amount - amount * order.margin // 100, 0
        loan = account.loans[order.code].lots[loan_date].repayment(quantity)
        return loan, self.ledger.credit.interest_on(loan, loan_date, self.ledger.day)

    def reduce(self, account: Account, order: Order, change: Change, quantity: int) -> None:
        """Reduce an order in the book by a quantity; the rest keeps its time priority."""
        book = self.book(order)
        order.change(change, quantity)
        book.reduce(order, quantity)
        self._reserve(account, order)

    def expire(self, order: Order, events: list[Event]) -> None:
        """Expire the open quantity of an order."""
        events.append(Expired(order.account, order.number, order.open))
        self.reduce(self.ledger.accounts[order.account], order, Change.EXPIRE, order.open)

    def reprice(self, book: Book, order: Order, limit: int) -> None:
        """Let an order in the book rest at another price in won from here on; it keeps its own time priority."""
        book.remove(order)
        order.limit = limit
        self._rest(book, order)
        self._reserve(self.ledger.accounts[order.account], order)

    def match_depth(self, book: Book, now: int, events: list[Event]) -> None:
        """Match newly quoted depth with the resting orders that it crosses, at the prices of the orders.

        Depth acts as the incoming side here: a quoted ask fills the buys at its price or above. A match without a
        resting order is depth against depth, which is the outside market's own affair and ends the row.
        """
        for side in (Side.SELL, Side.BUY):
            if not book.has_resting_orders(side.other):
                continue  # nearly every quote of a feed; a preview of each row costs a third of opening a world
            for price, size in list(book.quoted(side)):
                for match_price, quantity, resting in book.preview(side, size, price):
                    if resting is None:
                        break
                    self.fill_resting(book, resting, match_price, quantity, now, events)
                    if self.ledger.consumes_depth:
                        book.consume_depth(side, price, quantity)
                        self.print_trade(resting.board, book, match_price, quantity, side, events)

    # -- volatility interruption ----------------------------------------------------------------------------------

    def first_interruption(self, board: Board, book: Book, plan: list[Match]) -> InterruptedPlan | None:
        """Return the first match of a plan that would interrupt trading, or None."""
        if not plan or board is not Board.REGULAR:
            return None
        # Prices of a plan only go one way, so the matches between two harmless ends are harmless too. Most plans end
        # here (``make bench``: exchange_alone).
        first, last = plan[0].price, plan[-1].price
        if not self.trigger(book.market_data, first) and (first == last or not self.trigger(book.market_data, last)):
            return None
        for index, match in enumerate(plan):
            trigger = self.trigger(book.market_data, match.price)
            if trigger is not None:
                return InterruptedPlan(index, trigger, match.price)
        return None

    def trigger(self, market_data: MarketData, price: int) -> Trigger | None:
        """Return the trigger that the next trade would set off at ``price`` won in continuous trading, else None."""
        # Static first: a price that is too far from both references is reported with the static one.
        return static_trigger(market_data.instrument, market_data.vi_reference, price) or dynamic_trigger(
            market_data.instrument, market_data.last, price
        )

    def move_last(self, book: Book, price: int) -> None:
        """Set the last price in won without a trade; outside of trading hours this sets no open, high or low.

        The price may be too far from the one before. The outside market cannot be stopped: see
        :meth:`interrupt_after_external_move`.
        """
        market_data = book.market_data
        phase = self.ledger.phase_of(market_data.instrument.market)
        counts = mode(phase, Board.REGULAR) is not Mode.CLOSED or self._trades_after_market(market_data)
        (market_data.print if counts else market_data.print_off_hours)(price, 0)

    def interrupt_after_external_move(self, book: Book, previous_last: int, now: int, events: list[Event]) -> None:
        """Interrupt trading if the outside market moved the last price too far from ``previous_last`` (won)."""
        market_data = book.market_data
        if self.mode(Board.REGULAR, market_data) is not Mode.TRADES:
            return
        trigger = static_trigger(market_data.instrument, market_data.vi_reference, market_data.last) or dynamic_trigger(
            market_data.instrument, previous_last, market_data.last
        )
        if trigger is not None:
            self.interrupt(book, trigger, market_data.last, now, events)

    def interrupt(self, book: Book, trigger: Trigger, price: int, now: int, events: list[Event]) -> None:
        """Begin a volatility interruption; the world sets the timer of its end when it sees the event."""
        market_data = book.market_data
        instrument = market_data.instrument
        market_data.interruptions += 1
        interruption = Interruption(*trigger, price, instrument.base, now, market_data.interruptions)
        market_data.interruption = interruption
        events.append(Interrupted(instrument.code, interruption))

    # -- stops and mid orders -------------------------------------------------------------------------------------

    def run_stops_and_mids(self, book: Book, now: int, events: list[Event]) -> None:
        """Trigger the stops that were reached and match mid orders, one at a time, until nothing changes.

        Each trade may move the last price or the middle and so trigger the next order: the search starts again from
        the front after each one. It ends, as every turn triggers a stop, fills a mid order or interrupts trading. Stops
        come before mid orders.
        """
        if not (book.stops or book.mids[Side.BUY] or book.mids[Side.SELL]):
            return
        while self.mode(Board.REGULAR, book.market_data) is Mode.TRADES:
            order = self._triggered_stop(book) or self._matching_mid(book)
            if order is None:
                return
            book.remove(order)
            limit = book.middle
            if order.untriggered:
                order.untriggered = False
                limit = order.limit
                events.append(StopTriggered(order.account, order.number))
            plan = book.preview(order.side, order.open, limit)
            self.trade(self.ledger.accounts[order.account], order, plan, now, events)

    def _triggered_stop(self, book: Book) -> Order | None:
        """Return the oldest stop order whose stop the last price has reached."""
        last = book.market_data.last
        for order in book.stops.values():
            if last >= order.stop if order.side is Side.BUY else last <= order.stop:
                return order
        return None

    def _matching_mid(self, book: Book) -> Order | None:
        """Return the younger of two mid orders that match each other, or one that matches the other side of the book.

        The younger one is the incoming order of the pair: it initiates the trade.
        """
        middle = book.middle
        if middle is None:
            return None
        heads = [next(iter(book.mids[side].values()), None) for side in Side]
        if heads[0] is not None and heads[1] is not None:
            return max(heads[0], heads[1], key=lambda order: order.number)
        for order in heads:
            if order is not None and book.preview(order.side, order.open, middle):
                return order
        return None


def _filled_event(account: Account, fill: Fill) -> Filled:
    """Make the event of a fill, with a copy of the holding as it stands after it."""
    holding = account.holding(fill.code, fill.loan_date)
    if holding is None:
        raise LookupError(f"fill {fill.number} belongs to no holding")
    return Filled(
        account.number,
        fill.order,
        fill.number,
        fill.price,
        fill.quantity,
        fill.left,
        fill.commission,
        fill.tax,
        holding.copy(),
        fill.loan_date,
        account.loans[fill.code].copy() if fill.loan_date else None,
    )
