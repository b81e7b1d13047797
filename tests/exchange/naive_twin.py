"""A second exchange, as plain as it can be made: lists, sorting, and every figure worked out anew from all fills.

It shares with the real one only the enumerations, the commands and the instruments. What it is asked most often it
works out most slowly; that is its worth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from exchange.day_by_hand import expected
from kiwoom_mockserver.exchange.commands import (
    AdvanceCircuitBreaker,
    BeginSidecar,
    Cancel,
    CircuitBreaker,
    Command,
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
from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market, ShareType
from kiwoom_mockserver.exchange.orders import Board, OrderAction, OrderKind, Side, State, TimeInForce, Venue
from kiwoom_mockserver.exchange.session import Phase

REGULAR_TRADES = [Phase.CONTINUOUS]
OPENS = [Phase.PREVIOUS_CLOSE, Phase.OPENING_COLLECTING, Phase.OPENING_AUCTION]
REGULAR_COLLECTS = [*OPENS, Phase.CLOSING_AUCTION]
OFF_HOURS_TRADES = [Phase.PREVIOUS_CLOSE, Phase.AFTER_HOURS, Phase.AFTER_MARKET]
OFF_HOURS_COLLECTS = [Phase.AFTER_HOURS_COLLECTING, Phase.SINGLE_PRICE]
CLOSE_IS_KNOWN = [Phase.AFTER_HOURS, Phase.SINGLE_PRICE, Phase.AFTER_MARKET]
NAMES_A_PRICE = [OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.STOP, OrderKind.SINGLE_PRICE]
HAS_NO_PRICE_TO_MODIFY = [OrderKind.MID, OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS]


BREAKERS = {
    "kospi": [Market.KOSPI, Market.ETF, Market.ETN, Market.ELW],
    "kosdaq": [Market.KOSDAQ],
}
NO_INTERRUPTIONS = [
    Designation.INVESTMENT_WARNING, Designation.OVERHEATED, Designation.LIQUIDATION, Designation.LISTING_DAY,
]  # fmt: skip


def in_rounds(instrument: Instrument) -> bool:
    """One price every half hour."""
    rare = instrument.share_type is ShareType.PREFERRED and instrument.listed in range(1, 500_000)
    return rare or instrument.designation in [Designation.OVERHEATED, Designation.LIQUIDATION]


def goes_on_in_the_evening(instrument: Instrument) -> bool:
    """No funds, no warrants, no KONEX, nobody who has one price every half hour, and nobody who leaves."""
    leaves = instrument.designation is Designation.LIQUIDATION
    return instrument.market in [Market.KOSPI, Market.KOSDAQ] and not in_rounds(instrument) and not leaves


def forbids(instrument: Instrument, kind: OrderKind, time_in_force: TimeInForce, phase: Phase) -> bool:
    """What ordinary shares take and this one does not."""
    konex, leaves = instrument.market is Market.KONEX, instrument.designation is Designation.LIQUIDATION
    if not konex and not in_rounds(instrument):
        return False
    allowed = [OrderKind.LIMIT, OrderKind.AFTER_HOURS]
    allowed += [] if leaves else [OrderKind.MARKET]
    allowed += [] if konex else [OrderKind.BEFORE_HOURS, OrderKind.SINGLE_PRICE]
    return kind not in allowed or time_in_force is not TimeInForce.DAY or phase is Phase.AFTER_MARKET


def has_limits(instrument: Instrument) -> bool:
    return instrument.market is not Market.ELW and instrument.designation is not Designation.LIQUIDATION


def other_side(side: Side) -> Side:
    return Side.BUY if side is Side.SELL else Side.SELL


def commission(amount: int) -> int:
    """0.35 %, cut to 10 won."""
    return floor(Fraction(amount) * 35 / 10_000 / 10) * 10


def tax(amount: int, market: Market) -> int:
    if market is Market.KOSPI:
        return floor(Fraction(amount) * 5 / 10_000) + floor(Fraction(amount) * 15 / 10_000)
    if market is Market.KOSDAQ:
        return floor(Fraction(amount) * 20 / 10_000)
    if market is Market.KONEX:
        return floor(Fraction(amount) / 1_000)
    return 0


def tick(market: Market, price: int) -> int:
    if market is Market.ELW:
        return 5
    if market in (Market.ETF, Market.ETN):
        return 5 if price >= 2_000 else 1
    steps = [(500_000, 1_000), (200_000, 500), (50_000, 100), (20_000, 50), (5_000, 10), (2_000, 5), (0, 1)]
    return next(size for start, size in steps if price >= start)


def on_grid(market: Market, price: int) -> bool:
    return price % tick(market, price) == 0


def limits(instrument: Instrument) -> tuple[int, int]:
    """Lower and upper daily limit, found by walking inwards, won by won, until a price is on the grid."""
    market, base = instrument.market, instrument.base
    if not has_limits(instrument):
        return 1, 10**9
    up = down = floor(Fraction(base) * 3 / 10 * max(1, abs(instrument.leverage)))
    if market is Market.KONEX:
        up = down = floor(Fraction(base) * 15 / 100)
    if instrument.designation is Designation.LISTING_DAY:
        up, down = 3 * base, floor(Fraction(base) * 4 / 10)
    up, down = up - up % tick(market, base), down - down % tick(market, base)
    upper = base + up
    while not on_grid(market, upper):
        upper -= 1
    lower = max(base - down, 1)
    while not on_grid(market, lower):
        lower += 1
    return lower, upper


def one_tick_away(market: Market, price: int, up: bool) -> int:
    """The next price on the grid."""
    price += 1 if up else -1
    while not on_grid(market, price):
        price += 1 if up else -1
    return price


@dataclass
class TwinFill:
    day: int
    account: str
    order: int
    code: str
    side: Side
    price: int
    quantity: int
    left: int
    commission: int
    tax: int


@dataclass
class TwinOrder:
    number: int
    account: str
    code: str
    side: Side
    kind: OrderKind
    action: OrderAction
    limit: int
    quantity: int
    open: int
    root: int
    parent: int
    state: State = State.OPEN
    board: Board = Board.REGULAR
    venue: Venue = Venue.KRX
    stop: int = 0
    untriggered: bool = False
    at_any_price: bool = False
    """A market order in an auction."""
    time_in_force: TimeInForce = TimeInForce.DAY
    ahead: int = 0
    """What of the market outside still stands before it at its price."""


@dataclass
class TwinShare:
    """One listed instrument and its market."""

    instrument: Instrument
    last: int
    bids: list[tuple[int, int]] = field(default_factory=list)
    asks: list[tuple[int, int]] = field(default_factory=list)
    prints: list[tuple[int, int]] = field(default_factory=list)
    off_hours: list[tuple[int, int]] = field(default_factory=list)
    """Trades of the off-hours board."""
    part: str = "regular"
    """The part of the day that the last trade belongs to."""
    vi_reference: int = 0
    close: int = 0
    interrupted: bool = False
    times_interrupted: int = 0
    """Today."""
    opening_put_off: bool = False
    halted: bool = False

    def interrupt(self) -> None:
        self.interrupted = True
        self.times_interrupted += 1

    def rows(self, side: Side) -> list[tuple[int, int]]:
        return self.bids if side is Side.BUY else self.asks


@dataclass
class TwinPosition:
    """A holding as of now."""

    quantity: int = 0
    cost: int = 0
    commission: int = 0
    settled: int = 0
    bought_today: int = 0
    sold_today: int = 0
    bought_yesterday: int = 0
    sold_yesterday: int = 0
    realized_today: int = 0
    commission_today: int = 0
    tax_today: int = 0


@dataclass
class TwinCustomer:
    cash: int
    shares: dict[str, tuple[int, int, int]]
    """Quantity, cost and commission at the start, by code."""


@dataclass
class Counterpart:
    """Somebody to trade with: an order, or a row of depth."""

    price: int
    size: int
    order: TwinOrder | None


class NaiveTwin:
    """The whole market in a few lists."""

    def __init__(
        self,
        instruments: list[Instrument],
        customers: dict[str, TwinCustomer],
        consumes_depth: bool,
        keeps_venues: bool = True,
        fills: str = "front",
    ) -> None:
        self.where_outside_trades_fill = fills
        self.shares = {i.code: TwinShare(i, i.base, vi_reference=i.base) for i in instruments}
        self.phase = Phase.CONTINUOUS
        self.derivatives_end_today = False
        self.customers = customers
        self.consumes_depth = consumes_depth
        self.keeps_venues = keeps_venues
        self.day = 0
        self.orders: list[TwinOrder] = []
        """Today's, of everybody, oldest first."""
        self.fills: list[TwinFill] = []
        """Of all days and everybody, oldest first."""
        self.earlier: list[list[TwinOrder]] = []
        self.breakers: dict[str, tuple[int, str]] = {}
        """Today's latest stage of each market, and what it is: halt, auction, over or closed."""
        self.sidecars: dict[str, bool] = {}
        """Today's, by market: whether it is on."""
        self.most = 0
        """How many could be bought or sold, when too many were asked for."""

    # -- money and shares, worked out anew from all fills --

    def _box(self, account: str, age: int, side: Side) -> int:
        """Won that change hands for the fills of so many days ago."""
        return sum(
            fill.price * fill.quantity + (fill.commission if side is Side.BUY else -fill.commission - fill.tax)
            for fill in self.fills
            if fill.account == account and fill.side is side and self.day - fill.day == age
        )

    def cash(self, account: str) -> int:
        nets = [
            self._box(account, age, Side.SELL) - self._box(account, age, Side.BUY) for age in range(2, self.day + 1)
        ]
        return self.customers[account].cash + sum(nets)

    def due(self, account: str) -> list[tuple[int, int]]:
        """What settles tomorrow and the day after: bought and sold."""
        return [(self._box(account, age, Side.BUY), self._box(account, age, Side.SELL)) for age in (1, 0)]

    def reserved(self, order: TwinOrder) -> int:
        if order.side is Side.SELL:
            return order.open
        dearest = self.dearest(order.code, order.kind, order.limit, order.at_any_price)
        return dearest * order.open + commission(dearest * order.open)

    def dearest(self, code: str, kind: OrderKind, limit: int, at_any_price: bool) -> int:
        """The most that a share of a waiting buy may come to cost."""
        if at_any_price or kind in (OrderKind.MARKET, OrderKind.MID, OrderKind.CONDITIONAL):
            return limits(self.shares[code].instrument)[1]
        return limit

    def can_buy(self, code: str, price: int, money: int) -> int:
        """How many shares the money is enough for, one lot after the other."""
        lot = 10 if self.shares[code].instrument.market is Market.ELW else 1
        quantity = 0
        while price * (quantity + lot) + commission(price * (quantity + lot)) <= money:
            quantity += lot
        return quantity

    def orderable(self, account: str) -> int:
        on_its_way = sum(sold - bought for bought, sold in self.due(account))
        held_back = sum(self.reserved(o) for o in self.orders if o.account == account and o.side is Side.BUY)
        return self.cash(account) + on_its_way - held_back

    def position(self, account: str, code: str) -> TwinPosition:
        quantity, cost, paid = self.customers[account].shares.get(code, (0, 0, 0))
        now = TwinPosition(quantity, cost, paid, settled=quantity)
        for fill in self.fills:
            if fill.account != account or fill.code != code:
                continue
            age = self.day - fill.day
            amount = fill.price * fill.quantity
            signed = fill.quantity
            if fill.side is Side.BUY:
                now.cost += amount
                now.commission += fill.commission
                now.bought_today += fill.quantity * (age == 0)
                now.bought_yesterday += fill.quantity * (age == 1)
            else:
                signed = -fill.quantity
                sold_cost = floor(Fraction(now.cost * fill.quantity, now.quantity))
                sold_commission = floor(Fraction(now.commission * fill.quantity, now.quantity))
                now.cost -= sold_cost
                now.commission -= sold_commission
                now.sold_today += fill.quantity * (age == 0)
                now.sold_yesterday += fill.quantity * (age == 1)
                profit = amount - fill.commission - fill.tax - sold_cost - sold_commission
                now.realized_today += profit * (age == 0)
            now.quantity += signed
            now.settled += signed * (age >= 2)
            now.commission_today += fill.commission * (age == 0)
            now.tax_today += fill.tax * (age == 0)
        return now

    def sellable(self, account: str, code: str) -> int:
        bound = sum(o.open for o in self.orders if (o.account, o.code, o.side) == (account, code, Side.SELL))
        return self.position(account, code).quantity - bound

    # -- the book --

    def trades_now(self, code: str, board: Board) -> bool:
        """Whether orders meet as they come."""
        share = self.shares[code]
        if self.stands(code):
            return False
        if board is Board.OFF_HOURS:
            stays = self.phase is Phase.AFTER_MARKET and not goes_on_in_the_evening(share.instrument)
            return self.phase in OFF_HOURS_TRADES and not stays
        return self.phase in REGULAR_TRADES and not self.alone(code) and not in_rounds(share.instrument)

    def collects_now(self, code: str, board: Board) -> bool:
        """Whether orders wait for one price."""
        share = self.shares[code]
        if self.stands(code):
            return False
        if board is Board.OFF_HOURS:
            return self.phase in OFF_HOURS_COLLECTS
        if self.phase in REGULAR_TRADES and in_rounds(share.instrument):
            return True
        return self.phase in REGULAR_COLLECTS or self.alone(code)

    def breaker(self, code: str) -> str:
        """How far the circuit breaker is that concerns an instrument."""
        market = self.shares[code].instrument.market
        found = [state for name, (_, state) in self.breakers.items() if market in BREAKERS[name]]
        return found[0] if found else "none"

    def stands(self, code: str) -> bool:
        """Whether nothing may trade, neither by day nor in the evening."""
        return self.shares[code].halted or self.breaker(code) in ("halt", "closed")

    def alone(self, code: str) -> bool:
        """Whether an instrument is in an auction that others may not be in."""
        return self.shares[code].interrupted or self.breaker(code) == "auction"

    def awake(self, code: str, side: Side, board: Board) -> list[TwinOrder]:
        return [
            o
            for o in self.orders
            if (o.code, o.side, o.board) == (code, side, board) and o.open > 0 and not o.untriggered
        ]

    def resting(self, code: str, side: Side, board: Board) -> list[TwinOrder]:
        """Open orders of a side that have a price, best price first, then the oldest."""
        found = [order for order in self.awake(code, side, board) if order.kind is not OrderKind.MID]
        return sorted(found, key=lambda o: (not o.at_any_price, -o.limit if side is Side.BUY else o.limit, o.number))

    def mids(self, code: str, side: Side, board: Board) -> list[TwinOrder]:
        """Those that stand in the middle, the oldest first."""
        return sorted(
            (order for order in self.awake(code, side, board) if order.kind is OrderKind.MID), key=lambda o: o.number
        )

    def depth(self, code: str, side: Side, board: Board) -> list[tuple[int, int]]:
        """What the feed quotes, where it is offered: by day on the regular board, in the evening after it."""
        if board is Board.OFF_HOURS and self.phase is not Phase.AFTER_MARKET:
            return []
        return self.shares[code].rows(side)

    def visible(self, code: str, side: Side, board: Board) -> list[tuple[int, int]]:
        """Depth that no resting order of the other side would have taken already."""
        against = self.resting(code, other_side(side), board)
        rows = self.depth(code, side, board)
        if side is Side.SELL:
            return [row for row in rows if all(not o.at_any_price and row[0] > o.limit for o in against)]
        return [row for row in rows if all(not o.at_any_price and row[0] < o.limit for o in against)]

    def counterparts(self, code: str, side: Side, board: Board) -> list[Counterpart]:
        """A side in the order in which it is traded with: price, then orders before depth, then the oldest."""
        orders = [Counterpart(order.limit, order.open, order) for order in self.resting(code, side, board)]
        depth = [Counterpart(price, size, None) for price, size in self.visible(code, side, board)]
        return sorted(orders + depth, key=lambda c: (-c.price if side is Side.BUY else c.price, c.order is None))

    def best(self, code: str, side: Side, board: Board = Board.REGULAR) -> int | None:
        prices = [counterpart.price for counterpart in self.counterparts(code, side, board)]
        return prices[0] if prices else None

    def middle(self, code: str, board: Board) -> int | None:
        bid, ask = self.best(code, Side.BUY, board), self.best(code, Side.SELL, board)
        return None if bid is None or ask is None else floor(Fraction(bid + ask, 2))

    # -- commands --

    def apply(self, command: Command) -> Reason | None:
        """Carry a command out, or say why not."""
        match command:
            case Place():
                return self._place(command)
            case Modify():
                return self._modify(command)
            case Cancel():
                return self._cancel(command)
            case Quote():
                return self._quote(command)
            case PrintTrade():
                return self._outside_trade(command)
            case OpenPhase():
                self._open_phase(command.phase)
            case EndInterruption():
                self._end_interruption(command.code)
            case Halt():
                self._halt(command)
            case EndDay():
                self._end_day()
                self.derivatives_end_today = command.expiry
            case _:
                return self._apply_to_market(command)
        return None

    def _apply_to_market(self, command: Command) -> Reason | None:
        match command:
            case EndRound():
                self._end_round()
            case CircuitBreaker():
                return self._break(command.market.value, command.stage)
            case AdvanceCircuitBreaker():
                self._go_on(command.market.value, command.stage)
            case BeginSidecar():
                return self._begin_sidecar(command.market.value)
            case EndSidecar():
                self._end_sidecar(command.market.value)
        return None

    def _bad_price(self, code: str, side: Side, kind: OrderKind, price: int, stop: int) -> Reason | None:
        """What is wrong with the price of a kind that names one, or with its stop."""
        share = self.shares[code]
        named = [price, stop] if kind is OrderKind.STOP else [price]
        if not all(on_grid(share.instrument.market, one) for one in named):
            return Reason.OFF_TICK
        lower, upper = limits(share.instrument)
        if kind is OrderKind.SINGLE_PRICE and has_limits(share.instrument):
            close = share.close or share.last
            lower, upper = (
                max(lower, close - floor(Fraction(close, 10))),
                min(upper, close + floor(Fraction(close, 10))),
            )
        if kind is OrderKind.CONDITIONAL and price == (upper if side is Side.BUY else lower):
            return Reason.OUTSIDE_LIMITS
        return None if all(lower <= one <= upper for one in named) else Reason.OUTSIDE_LIMITS

    def _board(self, code: str, kind: OrderKind, time_in_force: TimeInForce) -> Board | Reason:
        share = self.shares[code]
        if share.halted:
            return Reason.HALTED
        if self.stands(code):
            return Reason.CIRCUIT_BREAKER
        phases = [self.phase]
        if self.alone(code):
            phases = [Phase.OPENING_AUCTION] if self.phase is Phase.CONTINUOUS else [self.phase, Phase.CLOSING_AUCTION]
        found = [self._board_in(phase, share.instrument.market, kind, time_in_force) for phase in phases]
        taken = next((board for board in found if isinstance(board, Board)), found[-1])
        if isinstance(taken, Board) and forbids(share.instrument, kind, time_in_force, self.phase):
            return Reason.KIND_NOT_NOW
        return taken

    def _board_in(self, phase: Phase, market: Market, kind: OrderKind, time_in_force: TimeInForce) -> Board | Reason:
        board = expected(phase, kind, time_in_force)
        if isinstance(board, Reason):
            return board
        if market is Market.ELW and (kind is not OrderKind.LIMIT or board is Board.OFF_HOURS):
            return Reason.KIND_NOT_NOW
        if market in (Market.ETF, Market.ETN) and phase is Phase.AFTER_MARKET:
            return Reason.KIND_NOT_NOW
        return board

    def _place(self, command: Place) -> Reason | None:
        share = self.shares.get(command.code)
        if share is None:
            return Reason.NO_SUCH_INSTRUMENT
        code, side, kind = command.code, command.side, command.kind
        if command.quantity < 1 or (share.instrument.market is Market.ELW and command.quantity % 10):
            return Reason.BAD_QUANTITY
        if kind in (OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS) and command.price != 0:
            return Reason.PRICE_NOT_TAKEN
        if kind in NAMES_A_PRICE:
            bad = self._bad_price(code, side, kind, command.price, command.stop)
            if bad is not None:
                return bad
        board = self._board(code, kind, command.time_in_force)
        if isinstance(board, Reason):
            return board
        if side is Side.SELL and command.quantity > self.sellable(command.account, code):
            self.most = self.sellable(command.account, code)
            return Reason.NOT_ENOUGH_SHARES
        limit, at_any_price, trades = self._at_receipt(board, command)
        if side is Side.BUY:
            dearest = self.dearest(code, kind, limit, at_any_price)
            self.most = self.can_buy(code, dearest, self.orderable(command.account))
            if command.quantity > self.most:
                return Reason.NOT_ENOUGH_CASH
        number = len(self.orders) + 1
        order = TwinOrder(
            number, command.account, code, side, kind, OrderAction.NEW, limit, command.quantity, command.quantity,
            number, 0, board=board, venue=command.venue, stop=command.stop, untriggered=kind is OrderKind.STOP, at_any_price=at_any_price,
            time_in_force=command.time_in_force,
        )  # fmt: skip
        self.orders.append(order)
        self._trade(order, trades)
        self._settle(code)
        return None

    def _at_receipt(self, board: Board, command: Place) -> tuple[int, bool, list[tuple[int, int, TwinOrder | None]]]:
        """The limit of a new order, whether it takes any price in an auction, and what it trades at once."""
        code, side, kind = command.code, command.side, command.kind
        share = self.shares[code]
        if self.collects_now(code, board):
            if kind is OrderKind.MARKET:
                return 0, True, []
            return (command.price if kind in NAMES_A_PRICE else share.close or share.last), False, []
        if kind is OrderKind.STOP:
            return command.price, False, []
        limit = self._acceptable(board, command)
        if kind is OrderKind.MID and limit is None:
            return 0, False, []
        trades = self._trades(code, board, side, command.quantity, limit)
        if limit is None:
            limit = trades[-1][0] if trades else share.last
        return limit, False, trades

    def _acceptable(self, board: Board, command: Place) -> int | None:
        """The worst price at which an order trades; None if it takes any, or waits for a middle."""
        code, side, kind = command.code, command.side, command.kind
        share = self.shares[code]
        own, others = self.best(code, side, board), self.best(code, other_side(side), board)
        match kind:
            case OrderKind.MARKET:
                return None
            case OrderKind.MID:
                return self.middle(code, board)
            case OrderKind.BEFORE_HOURS:
                return share.instrument.base
            case OrderKind.AFTER_HOURS:
                return share.close or share.last
            case OrderKind.FIRST:
                return share.last if own is None else own
            case OrderKind.BEST if others is not None:
                return others
            case OrderKind.BEST if own is None:
                return share.last
            case OrderKind.BEST if own is not None:
                lower, upper = limits(share.instrument)
                return max(lower, min(upper, one_tick_away(share.instrument.market, own, side is Side.BUY)))
        return command.price

    def _trades(
        self, code: str, board: Board, side: Side, quantity: int, acceptable: int | None
    ) -> list[tuple[int, int, TwinOrder | None]]:
        """Price, quantity and partner of each trade that an order would make now."""
        trades: list[tuple[int, int, TwinOrder | None]] = []
        middle = self.middle(code, board)
        in_the_middle = [] if middle is None else self.mids(code, other_side(side), board)
        partners = [Counterpart(middle or 0, order.open, order) for order in in_the_middle]
        for partner in partners + self.counterparts(code, other_side(side), board):
            too_dear = acceptable is not None and side is Side.BUY and partner.price > acceptable
            too_cheap = acceptable is not None and side is Side.SELL and partner.price < acceptable
            taken = min(quantity, partner.size)
            if taken and not too_dear and not too_cheap:
                trades.append((partner.price, taken, partner.order))
                quantity -= taken
        return trades

    def _trade(self, order: TwinOrder, trades: list[tuple[int, int, TwinOrder | None]]) -> None:
        """Trade until a price is too far away, and let the lifetime decide about the rest."""
        share = self.shares[order.code]
        last, stopped = share.last, None
        for place, (price, _, _) in enumerate(trades):
            far = self._is_too_far(share, share.vi_reference, price, 10) or self._is_too_far(
                share, last, price, self._jump(share, closing=False)
            )
            if far and stopped is None and order.board is Board.REGULAR:
                stopped = place
        if order.time_in_force is TimeInForce.FOK:
            whole = sum(quantity for _, quantity, _ in trades) == order.open
            trades = trades if whole and stopped is None else []
            stopped = None
        for price, quantity, partner in trades[:stopped]:
            self._fill(order, price, quantity)
            if partner is not None:
                self._fill(partner, price, quantity)
                self._print(share, order.board, price, quantity)
            elif self.consumes_depth:
                self._use_up(share, other_side(order.side), price, quantity)
                self._print(share, order.board, price, quantity)
        if stopped is not None:
            share.interrupt()
            if order.kind is OrderKind.MARKET:
                order.limit = trades[stopped][0]
        if order.time_in_force is not TimeInForce.DAY and order.open:
            order.open, order.state = 0, State.CANCELLED
        self._queue_up(order)

    def _queue_up(self, order: TwinOrder) -> None:
        """Those of the market outside who are there already come first, where that is the rule."""
        if self.where_outside_trades_fill == "back" and order.kind is not OrderKind.MID:
            rows = self.depth(order.code, order.side, order.board)
            order.ahead = sum(size for price, size in rows if price == order.limit)

    def _is_too_far(self, share: TwinShare, reference: int, price: int, percent: int) -> bool:
        instrument = share.instrument
        calm = instrument.market in (Market.ELW, Market.KONEX) or instrument.designation in NO_INTERRUPTIONS
        if calm or in_rounds(instrument) or abs(price - reference) < Fraction(reference * percent, 100):
            return False
        return price >= 1_000 or abs(price - reference) > 3 * tick(instrument.market, reference)

    def _jump(self, share: TwinShare, *, closing: bool) -> int:
        """Percent from one trade to the next; no fund here follows an index of the exchange."""
        if share.instrument.kospi_200:
            return (1 if self.derivatives_end_today else 2) if closing else 3
        return 4 if closing else 6

    def _fill(self, order: TwinOrder, price: int, quantity: int) -> None:
        order.open -= quantity
        if order.open == 0:
            order.state = State.FILLED
        amount = price * quantity
        due = tax(amount, self.shares[order.code].instrument.market) if order.side is Side.SELL else 0
        left, paid = order.open, commission(amount)
        fill = TwinFill(self.day, order.account, order.number, order.code, order.side, price, quantity, left, paid, due)
        self.fills.append(fill)

    def _print(self, share: TwinShare, board: Board, price: int, quantity: int) -> None:
        share.last = price
        in_the_evening = self.phase is Phase.AFTER_MARKET and goes_on_in_the_evening(share.instrument)
        is_of_the_day = board is Board.REGULAR or in_the_evening
        (share.prints if is_of_the_day else share.off_hours).append((price, quantity))
        if quantity:
            is_regular = board is Board.REGULAR and self.phase is not Phase.AFTER_MARKET
            share.part = "regular" if is_regular else self._edge_of_day()

    def _edge_of_day(self) -> str:
        return "before-hours" if self.phase in (Phase.BEFORE_OPEN, Phase.PREVIOUS_CLOSE) else "after-hours"

    def _move(self, share: TwinShare, price: int, quantity: int) -> None:
        """The market outside moves: while nothing of the day trades that makes no open, high or low."""
        self._print(share, Board.OFF_HOURS if self._is_shut() else Board.REGULAR, price, quantity)

    def _is_shut(self) -> bool:
        """Whether the regular board is over, or has not begun."""
        return self.phase in (
            Phase.HOLIDAY,
            Phase.BEFORE_OPEN,
            Phase.AFTER_HOURS_COLLECTING,
            Phase.AFTER_HOURS,
            Phase.SINGLE_PRICE,
            Phase.AFTER_MARKET,
            Phase.AFTER_CLOSE,
        )

    def _use_up(self, share: TwinShare, side: Side, price: int, quantity: int) -> None:
        rows = [(at, size - quantity) if at == price else (at, size) for at, size in share.rows(side)]
        rows = [row for row in rows if row[1] > 0]
        if side is Side.BUY:
            share.bids = rows
        else:
            share.asks = rows

    def _original(self, command: Modify | Cancel) -> TwinOrder | Reason:
        if command.code not in self.shares:
            return Reason.NO_SUCH_INSTRUMENT
        mine = [
            o for o in self.orders if (o.number, o.account, o.code) == (command.number, command.account, command.code)
        ]
        if not mine:
            return Reason.NO_SUCH_ORDER
        if mine[0].action is OrderAction.CANCEL:
            return Reason.IS_CANCEL
        if self.is_foreign(mine[0].venue, command.venue):
            return Reason.OTHER_VENUE
        if mine[0].open == 0:
            return Reason.NOTHING_LEFT
        lot = 10 if self.shares[command.code].instrument.market is Market.ELW else 1
        if command.quantity < 0 or command.quantity % lot:
            return Reason.BAD_QUANTITY
        return Reason.NOTHING_LEFT if command.quantity > mine[0].open else mine[0]

    def is_foreign(self, own: Venue, named: Venue) -> bool:
        """SOR may never change what was sent to one market; the rest is forbidden where venues are kept."""
        if (own, named) in [(Venue.KRX, Venue.SOR), (Venue.NXT, Venue.SOR)]:
            return True
        return self.keeps_venues and own != named

    def _modify(self, command: Modify) -> Reason | None:
        original = self._original(command)
        if isinstance(original, Reason):
            return original
        code, side, board = command.code, original.side, original.board
        kind = (
            original.kind
            if original.untriggered or original.kind in (OrderKind.CONDITIONAL, OrderKind.SINGLE_PRICE)
            else OrderKind.LIMIT
        )
        stop = (command.stop or original.stop) if original.untriggered else 0
        bad = self._bad_price(code, side, kind, command.price, stop)
        if bad is not None:
            return bad
        if self.shares[code].halted:
            return Reason.HALTED
        if self.stands(code):
            return Reason.CIRCUIT_BREAKER
        if original.kind in HAS_NO_PRICE_TO_MODIFY:
            return Reason.KIND_NOT_NOW
        same_stop = not original.untriggered or stop == original.stop
        if command.price == original.limit and not original.at_any_price and same_stop:
            return Reason.SAME_PRICE
        quantity = command.quantity or original.open
        # The new order meets the book as it is while the old one still stands in it.
        trades: list[tuple[int, int, TwinOrder | None]] = []
        if not self.collects_now(code, board) and not original.untriggered:
            trades = self._trades(code, board, side, quantity, command.price)
        if side is Side.BUY:
            original.open -= quantity
            free = self.orderable(command.account)
            original.open += quantity
            self.most = self.can_buy(code, self.dearest(code, kind, command.price, False), free)
            if quantity > self.most:
                return Reason.NOT_ENOUGH_CASH
        self._take_off(original, quantity, State.REPLACED)
        order = TwinOrder(
            len(self.orders) + 1, command.account, code, side, kind, OrderAction.MODIFY, command.price, quantity, quantity,
            original.root, original.number, board=board, venue=command.venue, stop=stop, untriggered=kind is OrderKind.STOP,
        )  # fmt: skip
        self.orders.append(order)
        self._trade(order, trades)
        self._settle(code)
        return None

    def _cancel(self, command: Cancel) -> Reason | None:
        original = self._original(command)
        if isinstance(original, Reason):
            return original
        if self.breaker(command.code) == "closed":
            return Reason.CIRCUIT_BREAKER
        quantity = command.quantity or original.open
        self._take_off(original, quantity, State.CANCELLED)
        cancel = TwinOrder(
            len(self.orders) + 1, command.account, command.code, original.side, original.kind, OrderAction.CANCEL,
            0, quantity, 0, original.root, original.number, State.CONFIRMED, board=original.board,
        )  # fmt: skip
        self.orders.append(cancel)
        self._settle(command.code)
        return None

    def _take_off(self, order: TwinOrder, quantity: int, at_last: State) -> None:
        order.open -= quantity
        if order.open == 0:
            order.state = at_last

    # -- stops and mid orders --

    def _settle(self, code: str) -> None:
        """Wake what the last price reached and let mid orders meet, one after the other, until nothing moves."""
        while self.trades_now(code, Board.REGULAR):
            order = self._next_to_move(code)
            if order is None:
                return
            acceptable = order.limit if order.untriggered else self.middle(code, Board.REGULAR)
            trades = self._trades(code, Board.REGULAR, order.side, order.open, acceptable)
            order.untriggered = False
            self._trade(order, trades)

    def _next_to_move(self, code: str) -> TwinOrder | None:
        last = self.shares[code].last
        for order in self.orders:
            if order.code == code and order.untriggered and order.open:
                reached = last >= order.stop if order.side is Side.BUY else last <= order.stop
                if reached:
                    return order
        middle = self.middle(code, Board.REGULAR)
        if middle is None:
            return None
        buys, sells = (self.mids(code, side, Board.REGULAR) for side in (Side.BUY, Side.SELL))
        if buys and sells:
            return max(buys[0], sells[0], key=lambda order: order.number)
        for order in (buys + sells)[:1]:
            if self._trades(code, Board.REGULAR, order.side, order.open, middle):
                return order
        return None

    # -- the market around --

    def _quote(self, command: Quote) -> Reason | None:
        share = self.shares[command.code]
        crossed = command.bids and command.asks and command.bids[0][0] >= command.asks[0][0]
        if crossed and not self.collects_now(command.code, Board.REGULAR):
            return Reason.BAD_QUOTE
        share.bids, share.asks = list(command.bids), list(command.asks)
        before = share.last
        if command.last != before:
            self._move(share, command.last, 0)
            self._interrupt_if_far(command.code, before)
        for board in Board:
            if self.trades_now(command.code, board):
                self._offer_depth(command.code, board)
                self._settle(command.code)
        return None

    def _outside_trade(self, command: PrintTrade) -> Reason | None:
        """Somebody outside trades at a price with somebody outside, unless people of this world stand in between."""
        code, price = command.code, command.price
        bids, asks = command.depth or ([], [])
        crossed = bids and asks and bids[0][0] >= asks[0][0]
        if price <= 0 or command.quantity < 0 or (crossed and not self.collects_now(code, Board.REGULAR)):
            return Reason.BAD_QUOTE
        share = self.shares[code]
        is_far = self._would_interrupt(share, price)
        if command.interrupts is Interrupts.ALWAYS and not (is_far and self.trades_now(code, Board.REGULAR)):
            return Reason.NO_INTERRUPTION
        board = Board.OFF_HOURS if self._is_shut() or self.phase is Phase.PREVIOUS_CLOSE else Board.REGULAR
        if self.trades_now(code, board) and (board is Board.REGULAR or self.phase is Phase.AFTER_MARKET):
            against = other_side(command.aggressor)
            for side in Side:
                if any(self._must_fill(command, side, at) for at, _ in self._in_line(code, side, board)):
                    against = side
            deals = self._outside_deals(command, board, against)
            self._trade_outside(share, board, against, deals, command)
        else:
            self._print(share, board, price, command.quantity or self._lot(share))
        if command.interrupts is Interrupts.NEVER:
            share.vi_reference = price
        if command.depth is not None:
            share.bids, share.asks = list(command.depth.bids), list(command.depth.asks)
        self._settle(code)
        return None

    def _would_interrupt(self, share: TwinShare, price: int) -> bool:
        return self._is_too_far(share, share.vi_reference, price, 10) or self._is_too_far(
            share, share.last, price, self._jump(share, closing=False)
        )

    def _lot(self, share: TwinShare) -> int:
        return 10 if share.instrument.market is Market.ELW else 1

    def _must_fill(self, command: PrintTrade, side: Side, at: int) -> bool:
        """Whether a trade cannot happen without filling what waits at a price; a price that is set stops for nobody."""
        if not command.quantity and self.where_outside_trades_fill == "front" and at == command.price:
            return True
        return self._is_better(side, at, command.price)

    def _is_better(self, side: Side, one: int, other: int) -> bool:
        return one > other if side is Side.BUY else one < other

    def _in_line(self, code: str, side: Side, board: Board) -> list[tuple[int, TwinOrder]]:
        """Everybody of this world on a side, with the price at which they would trade, in their order."""
        middle = self.middle(code, board)
        mids = [] if middle is None else [(middle, order) for order in self.mids(code, side, board)]
        return mids + [(order.limit, order) for order in self.resting(code, side, board)]

    def _outside_deals(self, command: PrintTrade, board: Board, side: Side) -> list[tuple[int, int, TwinOrder | None]]:
        """Write down the whole line that the trade comes to, and let it take from its head."""
        price, lot = command.price, self._lot(self.shares[command.code])
        if not command.quantity:
            met = [(at, order) for at, order in self._in_line(command.code, side, board)]
            passed = [(at, order.open, order) for at, order in met if self._must_fill(command, side, at)]
            return [*passed, (price, lot, None)]
        line: list[tuple[int, int, TwinOrder | None]] = []
        strangers = 0
        for at, order in self._in_line(command.code, side, board):
            at_its_price = at == price and self.where_outside_trades_fill != "through"
            if at_its_price and order.ahead > strangers:
                line.append((price, order.ahead - strangers, None))
                strangers = order.ahead
            if at_its_price or self._is_better(side, at, price):
                line.append((at, order.open, order))
        line.append((price, command.quantity, None))
        deals: list[tuple[int, int, TwinOrder | None]] = []
        left = command.quantity
        for at, size, partner in line:
            whole = left - left % lot if partner is not None else left
            if partner is not None and whole == 0:
                break
            deals.append((at, min(size, whole), partner))
            left -= min(size, whole)
        if left:
            deals.append((price, left, None))
        return [deal for deal in deals if deal[1]]

    def _trade_outside(
        self,
        share: TwinShare,
        board: Board,
        side: Side,
        deals: list[tuple[int, int, TwinOrder | None]],
        command: PrintTrade,
    ) -> None:
        can_interrupt = board is Board.REGULAR and command.interrupts is not Interrupts.NEVER
        sets_price = not command.quantity
        is_far = [can_interrupt and self._would_interrupt(share, price) for price, _, _ in deals]
        strangers = 0
        for (price, quantity, partner), far in zip(deals, is_far, strict=True):
            if far and not share.interrupted:
                share.interrupt()
            if share.interrupted and partner is not None and sets_price:
                continue
            if partner is not None and not far:
                self._fill(partner, price, quantity)
                partner.ahead = 0
                self._print(share, board, price, quantity)
            elif partner is None:
                strangers += quantity
                if self.consumes_depth:
                    lot = self._lot(share)
                    self._use_up(share, side, price, quantity // lot * lot)
                self._print(share, board, price, quantity)
            if far:
                break
        for order in self.orders:
            if (order.code, order.side, order.limit) == (share.instrument.code, side, deals[-1][0]):
                order.ahead = max(order.ahead - strangers, 0)

    def _interrupt_if_far(self, code: str, before: int) -> None:
        share = self.shares[code]
        if self.trades_now(code, Board.REGULAR):
            far = self._is_too_far(share, share.vi_reference, share.last, 10) or self._is_too_far(
                share, before, share.last, self._jump(share, closing=False)
            )
            if far:
                share.interrupt()

    def _offer_depth(self, code: str, board: Board) -> None:
        """Each row of new depth fills the resting orders that would take it, at their own prices."""
        share = self.shares[code]
        for side in (Side.SELL, Side.BUY):
            for price, size in self.depth(code, side, board):
                for at, quantity, order in self._trades(code, board, side, size, price):
                    assert order is not None, "depth that is not crossed meets no depth"
                    self._fill(order, at, quantity)
                    if self.consumes_depth:
                        self._use_up(share, side, price, quantity)
                        self._print(share, board, at, quantity)

    # -- auctions --

    def clearing(self, code: str, board: Board) -> tuple[int, int] | None:
        """Try every price of the grid: the most is matched, then the nearest to the last price, then the higher.

        Orders without a price get one first, as the rules of the exchange say.
        """
        share = self.shares[code]
        instrument = share.instrument
        lower, upper = limits(instrument)
        priced = {
            side: [(o.limit, o.open) for o in self.resting(code, side, board) if not o.at_any_price]
            + self.depth(code, side, board)
            for side in Side
        }
        at_any = {side: sum(o.open for o in self.resting(code, side, board) if o.at_any_price) for side in Side}
        if not priced[Side.BUY] and not priced[Side.SELL]:
            return self._clearing_of_unpriced(share, at_any[Side.BUY], at_any[Side.SELL])
        bids, asks = ([price for price, _ in priced[side]] for side in (Side.BUY, Side.SELL))
        above = [one_tick_away(instrument.market, max(bids), up=True)] if bids else []
        below = [one_tick_away(instrument.market, min(asks), up=False)] if asks else []
        last = min(max(share.last, lower), upper)
        if at_any[Side.BUY]:
            priced[Side.BUY].append((min(max([*above, *asks, last]), upper), at_any[Side.BUY]))
        if at_any[Side.SELL]:
            priced[Side.SELL].append((max(min([*below, *bids, last]), lower), at_any[Side.SELL]))
        found: list[tuple[int, int, int]] = []
        prices = [price for side in Side for price, _ in priced[side]] + [share.last]
        for price in range(max(min(prices) - 10, lower), min(max(prices) + 200, upper) + 1):
            if not on_grid(instrument.market, price):
                continue
            wanted = sum(size for bid, size in priced[Side.BUY] if bid >= price)
            offered = sum(size for ask, size in priced[Side.SELL] if ask <= price)
            if wanted and offered:
                found.append((min(wanted, offered), -abs(price - share.last), price))
        return (max(found)[2], max(found)[0]) if found else None

    def _clearing_of_unpriced(self, share: TwinShare, bought: int, sold: int) -> tuple[int, int] | None:
        """The last price, a tick higher if more is bought than sold, lower if more is sold, inside the limits."""
        if not bought or not sold:
            return None
        market, (lower, upper) = share.instrument.market, limits(share.instrument)
        # Of two prices of the grid that are equally near, the higher.
        around = [
            price for price in range(share.last - 1_000, share.last + 1_001) if price > 0 and on_grid(market, price)
        ]
        price = min(around, key=lambda one: (abs(one - share.last), -one))
        if bought != sold:
            price = one_tick_away(market, price, up=bought > sold)
        return max(lower, min(upper, price)), min(bought, sold)

    def _clear(self, code: str, board: Board, ends: str = "") -> None:
        """Uncross a book: that of the "opening", the "closing", a "halt" or anything else."""
        share = self.shares[code]
        outcome = self.clearing(code, board)
        if outcome is not None:
            price, matched = outcome
            far = self._is_too_far(share, share.vi_reference, price, 10)
            jumps = self._is_too_far(share, share.last, price, self._jump(share, closing=True))
            if (ends == "opening" and far) or (ends == "closing" and (far or jumps)):
                share.interrupt()
                share.opening_put_off = ends == "opening"
                return
            bids, asks = self.depth(code, Side.BUY, board), self.depth(code, Side.SELL, board)
            use_up = self.consumes_depth or bool(bids and asks and bids[0][0] >= asks[0][0])
            by_size = ends in ("opening", "opening put off", "opened by hand", "halt")
            parts = [(side, self._shares_of(code, board, side, outcome, by_size)) for side in (Side.SELL, Side.BUY)]
            for side, taken in parts:
                for size, row, partner in taken:
                    if partner is not None:
                        self._fill(partner, price, size)
                    elif use_up:
                        self._use_up(share, side, row, size)
            self._print(share, board, price, matched)
        if board is Board.REGULAR:
            share.vi_reference = share.last
        for side in Side:
            for order in self.resting(code, side, board):
                if order.at_any_price:
                    order.at_any_price, order.limit = False, share.last
                    self._queue_up(order)

    def _shares_of(
        self, code: str, board: Board, side: Side, outcome: tuple[int, int], by_size: bool
    ) -> list[tuple[int, int, TwinOrder | None]]:
        """Size, price and order of each part: best price, orders before depth, the oldest first; none without size.

        Who takes any price stands at the limit of the day, among those who named it.
        """
        price, matched = outcome
        buys, limit = side is Side.BUY, limits(self.shares[code].instrument)[side is Side.BUY]
        waiting: list[tuple[tuple[int, bool, int], int, int, TwinOrder | None]] = []
        for order in self.resting(code, side, board):
            at = limit if order.at_any_price else order.limit
            waiting.append(((-at if buys else at, False, order.number), order.open, at, order))
        for row, size in self.depth(code, side, board):
            at = min(row, limit) if buys else max(row, limit)
            waiting.append(((-at if buys else at, True, -row if buys else row), size, row, None))
        queue = [(size, at, order) for _, size, at, order in sorted(waiting, key=lambda one: one[0])]
        if by_size and price == limit:
            return self._by_size([one for one in queue if (one[1] >= price if buys else one[1] <= price)], matched)
        parts = []
        for size, at, partner in queue:
            parts.append((min(size, matched), at, partner))
            matched -= parts[-1][0]
        return [part for part in parts if part[0]]

    def _by_size(
        self, queue: list[tuple[int, int, TwinOrder | None]], matched: int
    ) -> list[tuple[int, int, TwinOrder | None]]:
        """Hand out a hundred each, half of what each lacks (an odd share goes up), then all: the largest first."""
        queue = sorted(queue, key=lambda one: one[0], reverse=True)
        got = [0 for _ in queue]
        for turn in ("a hundred", "half", "all"):
            for place, (size, _, _) in enumerate(queue):
                lacks = size - got[place]
                fair = {"a hundred": 100, "half": floor(Fraction(lacks, 2) + Fraction(1, 2)), "all": lacks}[turn]
                part = min(fair, lacks, matched)
                got[place] += part
                matched -= part
        return [(part, at, order) for part, (_, at, order) in zip(got, queue, strict=True) if part]

    # -- the day --

    def _open_phase(self, new: Phase) -> None:
        old = self.phase
        self._turn_regular(old, new)
        if new in CLOSE_IS_KNOWN:
            self._waive_interruptions()
            for market, (stage, state) in list(self.breakers.items()):
                if state in ("halt", "auction"):
                    self._trade_again(market, stage, new)
        if old in OFF_HOURS_COLLECTS:
            for code in self.shares:
                if old is Phase.AFTER_HOURS_COLLECTING:
                    self._learn_the_close(code)
                if not self.stands(code):
                    self._clear(code, Board.OFF_HOURS)
        stays = new is old or (old, new) == (Phase.AFTER_HOURS_COLLECTING, Phase.AFTER_HOURS)
        if old in OFF_HOURS_TRADES + OFF_HOURS_COLLECTS and not stays:
            for order in self.orders:
                if order.board is Board.OFF_HOURS and order.open:
                    order.open, order.state = 0, State.EXPIRED
        self.phase = new
        for code in self.shares:
            self._settle(code)

    def _turn_regular(self, old: Phase, new: Phase) -> None:
        collected, collects = old in REGULAR_COLLECTS, new in REGULAR_COLLECTS
        traded, trades = old in REGULAR_TRADES, new in REGULAR_TRADES
        if (collected, traded) == (collects, trades):
            return
        for code in self.shares:
            if collected and not self.alone(code) and not self.stands(code):
                if old in OPENS:
                    self._clear(code, Board.REGULAR, "opening" if trades else "opened by hand")
                else:
                    self._clear(code, Board.REGULAR, "" if new in CLOSE_IS_KNOWN else "closing")
            if not collects and not trades and not self.alone(code):
                self._shut(code)
        if new is Phase.CLOSING_AUCTION:
            self._twenty_past_three()

    def _shut(self, code: str) -> None:
        """The day of an instrument is over: that is its close, and who still waits goes home."""
        if self.breaker(code) != "closed":
            self.shares[code].close = self.shares[code].last
        for order in self.orders:
            if order.code == code and order.board is Board.REGULAR and order.open:
                order.open, order.state = 0, State.EXPIRED

    def _twenty_past_three(self) -> None:
        for order in self.orders:
            if order.board is Board.REGULAR and order.open and order.kind is OrderKind.MID:
                order.open, order.state = 0, State.EXPIRED
            elif order.board is Board.REGULAR and order.open and order.kind is OrderKind.CONDITIONAL:
                order.at_any_price = True

    def _learn_the_close(self, code: str) -> None:
        close = self.shares[code].close or self.shares[code].last
        for side in (Side.BUY, Side.SELL):
            for order in self.resting(code, side, Board.OFF_HOURS):
                held_back = self.reserved(order) if side is Side.BUY else 0
                cost = close * order.open + commission(close * order.open)
                if side is Side.BUY and cost > self.orderable(order.account) + held_back:
                    order.open, order.state = 0, State.EXPIRED
                else:
                    order.limit = close
                    self._queue_up(order)

    def _end_interruption(self, code: str) -> None:
        share = self.shares[code]
        if not share.interrupted:
            return
        late, share.interrupted, share.opening_put_off = share.opening_put_off, False, False
        if self.phase not in REGULAR_COLLECTS and not share.halted:
            self._clear(code, Board.REGULAR, "opening put off" if late else "")
        if self.phase not in REGULAR_COLLECTS + REGULAR_TRADES:
            self._shut(code)
        self._settle(code)

    def _waive_interruptions(self) -> None:
        for code, share in self.shares.items():
            if share.interrupted:
                late, share.interrupted, share.opening_put_off = share.opening_put_off, False, False
                if not share.halted:
                    self._clear(code, Board.REGULAR, "opening put off" if late else "")
                self._shut(code)

    def _halt(self, command: Halt) -> None:
        share = self.shares[command.code]
        if share.halted == command.halted:
            return
        share.halted = command.halted
        for board in Board:
            if self.trades_now(command.code, board):
                self._clear(command.code, board, "halt")
                self._settle(command.code)

    # -- half hours, circuit breakers, sidecars --

    def _end_round(self) -> None:
        collecting = [code for code in self.shares if in_rounds(self.shares[code].instrument)]
        for code in collecting:
            if self.phase is Phase.CONTINUOUS and not self.alone(code) and not self.stands(code):
                self._clear(code, Board.REGULAR)

    def _concerned(self, market: str) -> list[str]:
        return [code for code, share in self.shares.items() if share.instrument.market in BREAKERS[market]]

    def _break(self, market: str, stage: int) -> Reason | None:
        before, state = self.breakers.get(market, (0, "none"))
        if state in ("halt", "auction"):
            return Reason.CIRCUIT_BREAKER
        if stage - before != 1 or stage > 3:
            return Reason.NOT_NEXT_STAGE
        if self.phase is not Phase.CONTINUOUS and not (stage == 3 and self.phase is Phase.CLOSING_AUCTION):
            return Reason.NOT_AT_THIS_TIME
        self.breakers[market] = (stage, "closed" if stage == 3 else "halt")
        self._end_sidecar(market)
        for code in self._concerned(market):
            self.shares[code].interrupted = False
            if stage == 3:
                self.shares[code].close = self.shares[code].last
        return None

    def _go_on(self, market: str, stage: int) -> None:
        state = self.breakers.get(market, (0, "none"))
        is_by_day = self.phase in REGULAR_COLLECTS + REGULAR_TRADES
        if state == (stage, "halt") and is_by_day:
            self.breakers[market] = (stage, "auction")
        elif state in [(stage, "auction"), (stage, "halt")]:
            self._trade_again(market, stage, self.phase)
            for code in self._concerned(market):
                self._settle(code)

    def _trade_again(self, market: str, stage: int, phase: Phase) -> None:
        self.breakers[market] = (stage, "over")
        for code in self._concerned(market):
            share = self.shares[code]
            if phase not in REGULAR_COLLECTS and not share.halted:
                self._clear(code, Board.REGULAR, "halt")
            share.opening_put_off = False
            if phase not in REGULAR_COLLECTS + REGULAR_TRADES:
                self._shut(code)

    def _begin_sidecar(self, market: str) -> Reason | None:
        if self.breakers.get(market, (0, "over"))[1] != "over":
            return Reason.CIRCUIT_BREAKER
        if market in self.sidecars:
            return Reason.SIDECAR_WAS_TODAY
        if self.phase is not Phase.CONTINUOUS:
            return Reason.NOT_AT_THIS_TIME
        self.sidecars[market] = True
        return None

    def _end_sidecar(self, market: str) -> None:
        if market in self.sidecars:
            self.sidecars[market] = False

    def _end_day(self) -> None:
        for order in self.orders:
            if order.open:
                order.open, order.state = 0, State.EXPIRED
        self.earlier.append(self.orders)
        self.orders = []
        self.day += 1
        self.breakers, self.sidecars = {}, {}
        for share in self.shares.values():
            old, base = share.instrument, share.close or share.last
            is_new = old.designation is Designation.LISTING_DAY
            share.instrument = Instrument(
                old.code, old.name, old.market, base, old.listed, old.face, old.leverage, old.kospi_200,
                share_type=old.share_type, designation=None if is_new else old.designation,
            )  # fmt: skip
            share.last = share.vi_reference = base
            share.close, share.interrupted, share.times_interrupted = 0, False, 0
            share.opening_put_off = False
            share.prints, share.off_hours = [], []
