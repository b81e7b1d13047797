"""Trades of the outside market: each is an order of the outside, which meets the resting orders of this world first.

An outside trade at a price is a limit order at that price which never rests, and finds its other half, whatever it
needs of it, in the outside's depth at that same price. From there on nothing is special: better prices come first, and
each match is filled, taken from depth and printed at its own price and quantity. A sale of 12 at 269,000 that meets a
bid of 10 at 269,500 prints 10 at 269,500 and then 2 at 269,000. Each price is a trade of its own for 0B and for ticks
(assumed), while the trades of an order of this world are one.

**At the price itself** the setting decides (:class:`.OutsideFills`). At the *back*, an order has a queue position: the
depth that stood at its price when it came (assumed). Only outside trades at that price move it forward, and a modify
begins anew. A partial fill brings it to the front. The order and the book side count in the same way, by what has been
taken so far, so that a trade touches the orders that it fills and no others.

**The side** is the one that initiated the trade. A trade beyond a resting order can only have been initiated against
that order: somebody who sells below a bid meets the bid first, whatever the feed says about the side.

**A price that is set** is an outside trade without a quantity (0): as much of it comes as it takes to bring the last
price there. It fills whole every order that it goes through, under *front* those at the price too, and then one lot
prints at the price. So the last price is that price afterwards, whoever rested on the way. That lot is a trade of its
own, also where orders at the price were filled: 0B ends with it in any case.

**Depth after it.** A trade may bring the depth that the outside quotes afterwards. It fills no order: the trade has
filled what it could. It is there before stops and mid orders react.

**Interruptions.** A match with a resting order that would interrupt trading does not happen: the interruption begins
there, and the rest of the outside's order is void. A match of the outside with itself cannot be stopped: it prints, and
trading is interrupted after it. So does the last lot of a price that is set.

A trade that never interrupts leaves behind what an interruption would have left: its price is the next static
reference, as the price of the interruption's auction would be (assumed). So no later trade is interrupted for a move
that was already made, by one such trade or by many small ones.

Where orders do not match as they come, in an auction, a halt, at closing prices or after the close, an outside trade
prints at its price and fills nothing.
"""

from __future__ import annotations

from copy import copy
from itertools import groupby
from operator import attrgetter

from kiwoom_mockserver.exchange.book import Book, Match
from kiwoom_mockserver.exchange.commands import Interrupts, PrintTrade
from kiwoom_mockserver.exchange.events import Event, Printed, Quoted, Reason, Refused
from kiwoom_mockserver.exchange.ledger import OutsideFills
from kiwoom_mockserver.exchange.market_data import MarketData, are_well_formed
from kiwoom_mockserver.exchange.matching import InterruptedPlan, MatchingEngine
from kiwoom_mockserver.exchange.orders import Board, Side
from kiwoom_mockserver.exchange.session import Mode, Phase, mode


def trade(matching: MatchingEngine, command: PrintTrade, now: int) -> list[Event]:
    """Let an outside trade meet resting orders, and print what is left of it; then stops and mid orders react."""
    market_data = matching.ledger.market_data.get(command.code)
    if market_data is None:
        return [Refused(Reason.NO_SUCH_INSTRUMENT)]
    reason = _refusal(matching, market_data, command)
    if reason is not None:
        return [Refused(reason)]
    phase = matching.ledger.phase_of(market_data.instrument.market)
    # While closing-price orders trade before the open, so does the outside market (assumed).
    is_off_hours = mode(phase, Board.REGULAR) is Mode.CLOSED or phase is Phase.PREVIOUS_CLOSE
    board = Board.OFF_HOURS if is_off_hours else Board.REGULAR
    book = matching.books_of(board)[command.code]
    events: list[Event] = []
    if book.has_depth and matching.mode(board, market_data) is Mode.TRADES:
        _match(matching, board, book, command, now, events)
    else:
        quantity = command.quantity or market_data.instrument.lot
        matching.print_trade(board, book, command.price, quantity, command.aggressor, events)
    if command.interrupts is Interrupts.NEVER:
        market_data.vi_reference = command.price
    if command.depth is not None:
        market_data.bids, market_data.asks = list(command.depth.bids), list(command.depth.asks)
        events.append(Quoted(command.code))
    matching.run_stops_and_mids(matching.books[command.code], now, events)
    return events


def _refusal(matching: MatchingEngine, market_data: MarketData, command: PrintTrade) -> Reason | None:
    if command.price <= 0 or command.quantity < 0:
        return Reason.BAD_QUOTE
    if command.depth is None and command.interrupts is not Interrupts.ALWAYS:
        return None  # the trades of most feeds; the mode takes a tenth of the time of a trade
    regular = matching.mode(Board.REGULAR, market_data)
    if command.depth is not None and not are_well_formed(*command.depth, may_cross=regular is Mode.AUCTION):
        return Reason.BAD_QUOTE
    if command.interrupts is Interrupts.ALWAYS and (
        regular is not Mode.TRADES or matching.trigger(market_data, command.price) is None
    ):
        return Reason.NO_INTERRUPTION
    return None


def _match(
    matching: MatchingEngine, board: Board, book: Book, command: PrintTrade, now: int, events: list[Event]
) -> None:
    fills = matching.ledger.fills
    lot = book.market_data.instrument.lot
    side, plan = command.aggressor, [Match(command.price, command.quantity or lot, None)]
    # Most trades of a feed find nobody, and a feed trades all the time.
    if book.has_resting_orders(Side.BUY) or book.has_resting_orders(Side.SELL):
        side = _initiator(book, command, fills)
        plan = _plan(book, side, command, fills)
    interruption = None
    if command.interrupts is not Interrupts.NEVER:
        interruption = matching.first_interruption(board, book, plan)
    if interruption is not None:
        plan = _plan_until(plan, interruption, sets_price=not command.quantity)
    trades = _trades(plan, sets_price=not command.quantity)
    for matches in trades:
        for match in matches:
            matching.take(board, book, side, match, now, events, prints=True)
            if match.resting is not None:
                match.resting.queue_position = 0
        if matches is not trades[-1]:
            book.merge_trade(sum(match.quantity for match in matches), now)
            events[-1] = Printed(command.code, match.price, match.quantity, copy(book.market_data))
    if fills is OutsideFills.BACK:
        taken = book.market_data.taken(side.other)
        outside = sum(match.quantity for match in plan if match.resting is None)
        taken[command.price] = taken.get(command.price, 0) + outside
    if interruption is not None:
        price = interruption.price if command.quantity else command.price
        matching.interrupt(book, interruption.trigger, price, now, events)


def _trades(plan: list[Match], *, sets_price: bool) -> list[list[Match]]:
    """Return the matches of each trade of a plan: one trade at each price, and the lot that sets a price by itself."""
    met, lot = (plan[:-1], [plan[-1:]]) if sets_price else (plan, [])
    return [*(list(matches) for _, matches in groupby(met, key=attrgetter("price"))), *lot]


def _plan_until(plan: list[Match], interruption: InterruptedPlan, *, sets_price: bool) -> list[Match]:
    """Return what happens of a plan that is interrupted: what comes before it, and what cannot be stopped."""
    interrupted = plan[interruption.match_index]
    before = plan[: interruption.match_index]
    if sets_price:
        return [*before, plan[-1]]
    return [*before, interrupted] if interrupted.resting is None else before


def _initiator(book: Book, command: PrintTrade, fills: OutsideFills) -> Side:
    """Return the side that initiated a trade: the one that meets the orders which it fills in any case, if any."""
    beyond = 0 if not command.quantity and fills is OutsideFills.FRONT else 1
    if next(book.orders(Side.BUY, command.price + beyond), None):
        return Side.SELL
    if next(book.orders(Side.SELL, command.price - beyond), None):
        return Side.BUY
    return command.aggressor


def _plan(book: Book, side: Side, command: PrintTrade, fills: OutsideFills) -> list[Match]:
    """Return the matches of an outside order of a side, at most its quantity at its price in won or better, in order.

    Orders are filled in whole lots.
    """
    price, lot = command.price, book.market_data.instrument.lot
    beyond = price + 1 if side is Side.SELL else price - 1
    if not command.quantity:
        met = book.orders(side.other, price if fills is OutsideFills.FRONT else beyond)
        return [*(Match(at, order.open, order) for at, order in met), Match(price, lot, None)]
    quantity = command.quantity
    taken = book.market_data.taken(side.other).get(price, 0)
    matches: list[Match] = []
    for at, order in book.orders(side.other, beyond if fills is OutsideFills.THROUGH else price):
        ahead = min(quantity, max(order.queue_position - taken, 0)) if at == price else 0
        if ahead:
            matches.append(Match(price, ahead, None))
            quantity -= ahead
            taken += ahead
        filled = min(quantity - quantity % lot, order.open)
        if not filled:
            break
        matches.append(Match(at, filled, order))
        quantity -= filled
    if quantity:
        matches.append(Match(price, quantity, None))
    return matches
