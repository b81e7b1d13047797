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

**Interruptions.** A match with a resting order that would interrupt trading does not happen: the interruption begins
there, and the rest of the outside's order is void. A match of the outside with itself cannot be stopped: it prints, and
trading is interrupted after it.

Where orders do not match as they come, in an auction, a halt, at closing prices or after the close, an outside trade
prints at its price and fills nothing.
"""

from __future__ import annotations

from copy import copy
from itertools import groupby
from operator import attrgetter

from kiwoom_mockserver.exchange.book import Book, Match
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.events import Event, Printed, Reason, Refused
from kiwoom_mockserver.exchange.ledger import OutsideFills
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Board, Side
from kiwoom_mockserver.exchange.session import Mode, Phase, mode


def trade(matching: MatchingEngine, command: PrintTrade, now: int) -> list[Event]:
    """Let an outside trade meet resting orders, and print what is left of it; then stops and mid orders react."""
    market_data = matching.ledger.market_data.get(command.code)
    if market_data is None:
        return [Refused(Reason.NO_SUCH_INSTRUMENT)]
    if command.price <= 0 or command.quantity <= 0:
        return [Refused(Reason.BAD_QUOTE)]
    phase = matching.ledger.phase_of(market_data.instrument.market)
    # While closing-price orders trade before the open, so does the outside market (assumed).
    is_off_hours = mode(phase, Board.REGULAR) is Mode.CLOSED or phase is Phase.PREVIOUS_CLOSE
    board = Board.OFF_HOURS if is_off_hours else Board.REGULAR
    book = matching.books_of(board)[command.code]
    events: list[Event] = []
    if book.has_depth and matching.mode(board, market_data) is Mode.TRADES:
        _match(matching, board, book, command, now, events)
    else:
        matching.print_trade(board, book, command.price, command.quantity, command.aggressor, events)
    matching.run_stops_and_mids(matching.books[command.code], now, events)
    return events


def _match(
    matching: MatchingEngine, board: Board, book: Book, command: PrintTrade, now: int, events: list[Event]
) -> None:
    fills = matching.ledger.fills
    side, plan = command.aggressor, [Match(command.price, command.quantity, None)]
    # Most trades of a feed find nobody, and a feed trades all the time.
    if book.has_resting_orders(Side.BUY) or book.has_resting_orders(Side.SELL):
        side = _initiator(book, command)
        plan = _plan(book, side, command.price, command.quantity, fills)
    interruption = matching.first_interruption(board, book, plan)
    if interruption is not None:
        cannot_be_stopped = plan[interruption.match_index].resting is None
        plan = plan[: interruption.match_index + cannot_be_stopped]
    for price, matches in groupby(plan, key=attrgetter("price")):
        quantity = 0
        for match in matches:
            matching.take(board, book, side, match, now, events, prints=True)
            quantity += match.quantity
            if match.resting is not None:
                match.resting.queue_position = 0
        if price != plan[-1].price:
            book.merge_trade(quantity, now)
            events[-1] = Printed(command.code, price, match.quantity, copy(book.market_data))
    if fills is OutsideFills.BACK:
        taken = book.market_data.taken(side.other)
        outside = sum(match.quantity for match in plan if match.resting is None)
        taken[command.price] = taken.get(command.price, 0) + outside
    if interruption is not None:
        matching.interrupt(book, interruption.trigger, interruption.price, now, events)


def _initiator(book: Book, command: PrintTrade) -> Side:
    """Return the side that initiated a trade: the one that meets the orders which the trade goes beyond, if any."""
    if next(book.orders(Side.BUY, command.price + 1), None):
        return Side.SELL
    if next(book.orders(Side.SELL, command.price - 1), None):
        return Side.BUY
    return command.aggressor


def _plan(book: Book, side: Side, price: int, quantity: int, fills: OutsideFills) -> list[Match]:
    """Return the matches of an outside order of a side, at most ``quantity`` at ``price`` won or better, in order.

    Orders are filled in whole lots.
    """
    lot = book.market_data.instrument.lot
    taken = book.market_data.taken(side.other).get(price, 0)
    beyond = price + 1 if side is Side.SELL else price - 1
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
