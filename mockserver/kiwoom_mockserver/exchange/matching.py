"""The trading floor: books of both boards, and how orders meet on them.

An order first *walks* the book, which changes nothing and tells exactly what it would trade. The same plan then
answers whether it can be paid for, whether a fill-or-kill fills, where a volatility interruption stops it, and what
is executed. So no check can disagree with the trade.

A market order that is not filled when the book is empty rests at the last price it traded at, or at the last price of
the tape when it met nobody (assumed; KRX: one tick beyond the touch). It must be able to pay for exactly that. In an
auction it stands before every price, and holds back what it would cost at the upper limit; what an auction leaves of
it rests at the clearing price (assumed).

Depth is the market outside this world. With a still book, trading with it moves nothing: neither the depth, nor the
last price, nor the volume. Orders of this world that meet each other always print, and so does an auction.
"""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter

import msgspec

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.auction import clearing, shares
from kiwoom_mockserver.exchange.book import Book, Match
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.events import (
    Cancelled,
    Cleared,
    Event,
    Expired,
    Filled,
    Interrupted,
    Printed,
    Woken,
)
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import PRICED, Board, Change, Fill, Lifetime, Order, OrderKind, Side
from kiwoom_mockserver.exchange.session import Mode, Phase, mode
from kiwoom_mockserver.exchange.volatility import Trigger, dynamic_trigger, static_trigger

EVENING = frozenset({Phase.SINGLE_PRICE, Phase.AFTER_MARKET})
"""Phases in which the off-hours board has a book of its own."""


class Books(dict[str, Book]):
    """The books of a board. Each is made when it is first asked for, with all that rests in it; most never are."""

    def __init__(self, board: Board, ledger: Ledger) -> None:
        super().__init__()
        self._board = board
        self._ledger = ledger

    @cached_property
    def _resting(self) -> dict[str, list[Order]]:
        """The orders of books that are not made yet."""
        orders = (order for account in self._ledger.accounts.values() for order in account.orders.values())
        resting: dict[str, list[Order]] = {}
        for order in orders:
            if order.open and order.board is self._board:
                resting.setdefault(order.code, []).append(order)
        return resting

    def __missing__(self, code: str) -> Book:
        has_depth = self._board is Board.REGULAR or self._ledger.phase is Phase.AFTER_MARKET
        book = self[code] = Book(self._ledger.market_data[code], has_depth=has_depth)
        for order in sorted(self._resting.pop(code, ()), key=attrgetter("number")):
            book.add(order)
        return book

    def of(self, code: str) -> Book | None:
        """That of an instrument; None if it is not listed."""
        return self[code] if code in self._ledger.market_data else None

    def all(self) -> list[Book]:
        """One for each instrument."""
        return [self[code] for code in self._ledger.market_data]

    def used(self) -> list[Book]:
        """Those that were asked for, in the order of the tapes: a restored world goes through them as the first did."""
        return [self[code] for code in self._ledger.market_data if code in self or code in self._resting]


class MatchingEngine:
    """The books, and every trade in them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clear_books()

    def clear_books(self) -> None:
        """Empty books for all instruments."""
        self.books = Books(Board.REGULAR, self.ledger)
        self.off_books = Books(Board.OFF_HOURS, self.ledger)

    def book(self, order: Order) -> Book:
        """The book that an order belongs to."""
        return self.books_of(order.board)[order.code]

    def books_of(self, board: Board) -> Books:
        """All books of a board."""
        return self.books if board is Board.REGULAR else self.off_books

    def displayed_board(self) -> Board:
        """The board whose book the market looks at."""
        return Board.OFF_HOURS if self.ledger.phase in EVENING else Board.REGULAR

    def mode(self, board: Board, market_data: MarketData) -> Mode:
        """What the board does with an instrument's orders now."""
        if market_data.halted:
            return Mode.CLOSED
        if board is Board.REGULAR and market_data.interrupted:
            return Mode.AUCTION
        return mode(self.ledger.phase, board)

    # -- what an order would do -----------------------------------------------------------------------------------

    def plan(self, board: Board, book: Book, command: Place) -> tuple[int, list[Match]]:
        """The price at which a new order rests, and what it would trade before."""
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
        limit = self._limit(book, side, kind, price)
        return limit, book.preview(side, quantity, limit) if limit else []

    def _limit(self, book: Book, side: Side, kind: OrderKind, price: int) -> int:
        """The limit that a kind stands for at receipt; 0 for a mid while a side is empty."""
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
        """The other side's best price; without one own best and a tick beyond; with neither the last price."""
        own_best, other_best = book.best(side), book.best(side.other)
        if other_best is not None:
            return other_best
        if own_best is None:
            return book.market_data.last
        market = book.market_data.instrument.market
        beyond = (
            own_best + tick_size(market, own_best) if side is Side.BUY else own_best - tick_size(market, own_best - 1)
        )
        return beyond if book.limits is None else min(max(beyond, book.limits[0]), book.limits[1])

    def cost(
        self, book: Book, kind: OrderKind, quantity: int, limit: int, plan: list[Match], margin: int = 100
    ) -> tuple[int, int]:
        """What a buy takes at most, won of one's own and borrowed.

        That is its exact walk for a market order, else its worst price for all of it.
        """
        fees = self.ledger.fees_of(book.market_data.instrument.market)
        rest = worst_price(book, kind, limit)
        if kind is not OrderKind.MARKET:
            return own_and_borrowed(fees, rest * quantity, margin)
        own = lent = 0
        for price, taken, _ in plan:
            quantity -= taken
            paid, borrowed = own_and_borrowed(fees, price * taken, margin)
            own += paid
            lent += borrowed
        paid, borrowed = own_and_borrowed(fees, rest * quantity, margin)
        return own + paid, lent + borrowed

    def reservation(self, order: Order, quantity: int) -> tuple[int, int]:
        """What an open order of that quantity holds back: won with all fees for a buy, shares for a sell; and loans."""
        if order.side is Side.SELL or not quantity:
            return quantity, 0
        book = self.book(order)
        fees = self.ledger.fees_of(book.market_data.instrument.market)
        return own_and_borrowed(fees, worst_price(book, order.kind, order.limit) * quantity, order.margin)

    def _reserve(self, account: Account, order: Order) -> None:
        own, lent = self.reservation(order, order.open)
        account.reserve(order, own)
        if order.margin < 100:
            account.borrow(order, lent)

    # -- trading --------------------------------------------------------------------------------------------------

    def trade(self, account: Account, order: Order, plan: list[Match], now: int, events: list[Event]) -> None:
        """Execute the plan of a new order, then let its rest stay, or go, as its lifetime says.

        One that is held has no plan, and stays whatever its lifetime says.
        """
        book = self.book(order)
        stopped = self._interruption(book, order, plan)
        if order.lifetime is Lifetime.FOK and (stopped or sum(match.quantity for match in plan) < order.open):
            plan, stopped = [], None
        if stopped is not None:
            plan = plan[: stopped[0]]
        if plan:
            self._execute(account, order, plan, now, events)
        if stopped is not None:
            self._interrupt(book, stopped[1], stopped[2], events)
            if order.kind is OrderKind.MARKET:
                order.limit = stopped[2]
        if order.open and order.lifetime is not Lifetime.DAY and not order.held:
            events.append(Cancelled(account.number, order.number, order.number, order.root, order.open))
            order.change(Change.CANCEL, order.open)
        if order.open:
            book.add(order)
        if order.open or order.reserved:
            self._reserve(account, order)

    def _execute(self, account: Account, order: Order, plan: list[Match], now: int, events: list[Event]) -> None:
        book = self.book(order)
        used_up = self.ledger.depth_is_used_up
        for price, quantity, resting in plan:
            fills = self._fill(account, book, order, price, quantity, now)
            if order.side is Side.SELL and order.lifetime is Lifetime.DAY:
                account.reserve(order, order.open)  # the holding is told with what the rest binds
            events += [_filled_event(account, fill) for fill in fills]
            if resting is not None:
                self.fill_resting(book, resting, price, quantity, now, events)
            elif used_up:
                book.use_up(order.side.other, price, quantity)
            if resting is not None or used_up:
                self._print(order.board, book, price, quantity, order.side, events)

    def _print(
        self, board: Board, book: Book, price: int, quantity: int, initiator: Side | None, events: list[Event]
    ) -> None:
        market_data = book.market_data
        (market_data.print if board is Board.REGULAR else market_data.print_off_hours)(price, quantity, initiator)
        events.append(Printed(market_data.instrument.code, price, quantity))

    def fill_resting(self, book: Book, order: Order, price: int, quantity: int, now: int, events: list[Event]) -> None:
        """Fill an order that rests, or stands beside the ladder."""
        owner = self.ledger.accounts[order.account]
        fills = self._fill(owner, book, order, price, quantity, now)
        book.take(order, quantity)
        self._reserve(owner, order)
        events += [_filled_event(owner, fill) for fill in fills]

    def _fill(self, account: Account, book: Book, order: Order, price: int, quantity: int, now: int) -> list[Fill]:
        """Fill an order: once, or lot by lot where it sells several."""
        lots = account.lots_of(order, quantity)
        return [self._fill_lot(account, book, order, price, part, loan_date, now) for loan_date, part in lots]

    def _fill_lot(
        self, account: Account, book: Book, order: Order, price: int, quantity: int, loan_date: int, now: int
    ) -> Fill:
        ledger = self.ledger
        amount = price * quantity
        market = book.market_data.instrument.market
        fees = ledger.fees_of(market)
        commission = fees.commission_on(amount)
        tax = fees.tax_on(order.side, amount, market)
        loan, interest = self._loan(account, order, amount, quantity, loan_date) if loan_date else (0, 0)
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
        account.book(order.side, fill)
        return fill

    def _loan(self, account: Account, order: Order, amount: int, quantity: int, day: int) -> tuple[int, int]:
        """What a fill borrows, or repays with what interest, won."""
        if order.side is Side.BUY:
            return amount - amount * order.margin // 100, 0
        loan = account.loans[order.code].lots[day].repayment(quantity)
        return loan, self.ledger.credit.interest_on(loan, day, self.ledger.day)

    def reduce(self, account: Account, order: Order, change: Change, quantity: int) -> None:
        """Take a quantity off a resting order; the rest of it keeps its place."""
        book = self.book(order)
        order.change(change, quantity)
        book.take(order, quantity)
        self._reserve(account, order)

    def expire(self, order: Order, events: list[Event]) -> None:
        """What is left of an order goes."""
        events.append(Expired(order.account, order.number, order.open))
        self.reduce(self.ledger.accounts[order.account], order, Change.EXPIRE, order.open)

    def match_depth(self, book: Book, now: int, events: list[Event]) -> None:
        """New depth meets the resting orders that it crosses, at their prices."""
        for side in (Side.SELL, Side.BUY):
            for price, size in list(book.quoted(side)):
                for match_price, quantity, resting in book.preview(side, size, price):
                    if resting is None:
                        break
                    self.fill_resting(book, resting, match_price, quantity, now, events)
                    if self.ledger.depth_is_used_up:
                        book.use_up(side, price, quantity)
                        self._print(resting.board, book, match_price, quantity, side, events)

    # -- volatility interruption ----------------------------------------------------------------------------------

    def _interruption(self, book: Book, order: Order, plan: list[Match]) -> tuple[int, Trigger, int] | None:
        """The first match of a plan that would interrupt trading: its place, why, and its price."""
        if not plan or order.board is not Board.REGULAR:
            return None
        if not any(self._moves_too_far(book.market_data, match.price) for match in (plan[0], plan[-1])):
            return None
        for place, match in enumerate(plan):
            trigger = self._moves_too_far(book.market_data, match.price)
            if trigger is not None:
                return place, trigger, match.price
        return None

    def _moves_too_far(self, market_data: MarketData, price: int) -> Trigger | None:
        return static_trigger(market_data.instrument, market_data.vi_reference, price) or dynamic_trigger(
            market_data.instrument, market_data.last, price
        )

    def print_outside(self, book: Book, price: int, quantity: int, initiator: Side | None) -> None:
        """The market outside trades, or only names another price; after hours that makes no open, high or low."""
        closed = mode(self.ledger.phase, Board.REGULAR) is Mode.CLOSED
        (book.market_data.print_off_hours if closed else book.market_data.print)(price, quantity, initiator)

    def check_last(self, book: Book, before: int, events: list[Event]) -> None:
        """Interrupt trading if the feed moved the last price too far from where it was."""
        market_data = book.market_data
        if self.mode(Board.REGULAR, market_data) is not Mode.TRADES:
            return
        trigger = static_trigger(market_data.instrument, market_data.vi_reference, market_data.last) or dynamic_trigger(
            market_data.instrument, before, market_data.last
        )
        if trigger is not None:
            self._interrupt(book, trigger, market_data.last, events)

    def _interrupt(self, book: Book, trigger: Trigger, price: int, events: list[Event]) -> None:
        book.market_data.interrupted = True
        events.append(Interrupted(book.market_data.instrument.code, trigger.is_static, trigger.reference, price))

    # -- auctions -------------------------------------------------------------------------------------------------

    def clear(self, board: Board, book: Book, now: int, events: list[Event], *, may_interrupt: bool = False) -> None:
        """End a call auction: everyone who trades gets the one price."""
        outcome = clearing(book)
        market_data = book.market_data
        if outcome is not None:
            price, matched = outcome
            trigger = static_trigger(market_data.instrument, market_data.vi_reference, price) or dynamic_trigger(
                market_data.instrument, market_data.last, price, closing=True
            )
            if may_interrupt and trigger is not None:
                self._interrupt(book, trigger, price, events)
                return
            events.append(Cleared(market_data.instrument.code, price, matched))
            depth_goes = self.ledger.depth_is_used_up or book.is_crossed_by_quotes
            for side, given in [(side, shares(book, side, outcome)) for side in (Side.SELL, Side.BUY)]:
                for quantity, order, level in given:
                    if order is not None:
                        self.fill_resting(book, order, price, quantity, now, events)
                    elif depth_goes:
                        book.use_up(side, level, quantity)
            self._print(board, book, price, matched, None, events)
        if board is Board.REGULAR:
            market_data.vi_reference = market_data.last
        self._settle_market_orders(book)

    def price_at_close(self, book: Book, events: list[Event]) -> None:
        """Orders at the close get it now: it was not known when they came if the closing auction was interrupted.

        A buy that the account cannot pay for at that price goes (assumed).
        """
        close = book.market_data.close or book.market_data.last
        for side in Side:
            for order in [order for level in list(book.book_side(side).levels.values()) for order in level]:
                cost, _ = own_and_borrowed(
                    self.ledger.fees_of(book.market_data.instrument.market), close * order.open, order.margin
                )
                if side is Side.BUY and cost > self.ledger.accounts[order.account].orderable + order.reserved:
                    self.expire(order, events)
                else:
                    self._move(book, order, close)

    def _move(self, book: Book, order: Order, limit: int) -> None:
        """Let a resting order stand at another price from here on, with its own time."""
        book.remove(order)
        order.limit = limit
        book.add(order)
        self._reserve(self.ledger.accounts[order.account], order)

    def _settle_market_orders(self, book: Book) -> None:
        """What an auction left of market orders rests at the last price from here on."""
        if book.limits is None:
            return
        for side in Side:
            level = book.book_side(side).levels.get(book.beyond_limits(side))
            for order in list(level or ()):
                self._move(book, order, book.market_data.last)

    # -- orders that sleep ----------------------------------------------------------------------------------------

    def after_trade(self, book: Book, now: int, events: list[Event]) -> None:
        """Wake the stops that were reached, and let mid orders meet what they meet, until nothing moves."""
        if not (book.stops or book.mids[Side.BUY] or book.mids[Side.SELL]):
            return
        while self.mode(Board.REGULAR, book.market_data) is Mode.TRADES:
            order = self._reached(book) or self._meeting_mid(book)
            if order is None:
                return
            book.remove(order)
            limit = book.middle
            if order.asleep:
                order.asleep = False
                limit = order.limit
                events.append(Woken(order.account, order.number))
            plan = book.preview(order.side, order.open, limit)
            self.trade(self.ledger.accounts[order.account], order, plan, now, events)

    def _reached(self, book: Book) -> Order | None:
        last = book.market_data.last
        for order in book.stops.values():
            if last >= order.stop if order.side is Side.BUY else last <= order.stop:
                return order
        return None

    def _meeting_mid(self, book: Book) -> Order | None:
        """The younger of two mid orders that meet, or one that meets the other side's best price."""
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


def own_and_borrowed(fees: FeeSchedule, amount: int, margin: int) -> tuple[int, int]:
    """Who pays for a buy of that amount: won of one's own with all fees, and won borrowed.

    One's own part is cut to the won, so that the parts of a buy never need more of it than the whole.
    """
    borrowed = amount - amount * margin // 100
    return fees.cost_of(amount) - borrowed, borrowed


def worst_price(book: Book, kind: OrderKind, limit: int) -> int:
    """The highest price that a resting buy may come to pay: the upper limit if it has no price of its own."""
    if book.limits is None:
        return limit
    has_none = limit == book.beyond_limits(Side.BUY) or kind is OrderKind.CONDITIONAL or kind is OrderKind.MID
    return book.limits[1] if has_none else limit


def _filled_event(account: Account, fill: Fill) -> Filled:
    """The event of a fill, with what the account held after it."""
    held = account.held(fill.code, fill.loan_date)
    if held is None:
        raise LookupError(f"fill {fill.number} belongs to no holding")
    holding = msgspec.structs.replace(held, arriving=[*held.arriving])
    return Filled(
        account.number,
        fill.order,
        fill.number,
        fill.price,
        fill.quantity,
        fill.left,
        fill.commission,
        fill.tax,
        holding,
        fill.loan_date,
    )
