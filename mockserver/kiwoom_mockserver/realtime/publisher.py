"""From events to frames: who is told what, each row made once.

An order's own story comes first, in the order in which it happened; then the market's, one row for each pair of type
and item that somebody registered, as it stands after the command. So the trades of one command are one row of 0B, as
recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kiwoom_mockserver.broker.broker import Outgoing
from kiwoom_mockserver.broker.subscriber import Subscriber
from kiwoom_mockserver.broker.subscription_groups import ANY, Pair, pair
from kiwoom_mockserver.broker.subscriptions import Subscriptions
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.events import (
    Accepted,
    Cancelled,
    Cleared,
    Converted,
    DayEnded,
    Expired,
    Filled,
    HaltChanged,
    Interrupted,
    InterruptionEnded,
    Modified,
    PhaseOpened,
    Printed,
    Quoted,
    Rejected,
    Woken,
)
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Board, Fill, Order
from kiwoom_mockserver.exchange.session import Mode
from kiwoom_mockserver.realtime import account_events, condition_search, instrument
from kiwoom_mockserver.realtime.frames import frame, writer
from kiwoom_mockserver.realtime.types import values_of
from kiwoom_mockserver.views.market import collects
from kiwoom_mockserver.world.events import Literal, WorldEvent
from kiwoom_mockserver.world.world import World

Affected = tuple[str, tuple[str, ...]]
"""An item, and which of its types are told anew."""

TRADED = ("0B", "0C", "0D", "0F", "0G", "0m", "0u", "0w")
"""What a trade moves."""

QUOTED = ("0A", "0C", "0D", "0G")
"""What a change of the book moves."""

INDICES = {Market.KOSPI: ("001",), Market.KOSDAQ: ("101",)}
OF_INDEX = ("0J", "0U")
GOLD_ITEMS = ("MGD", "MGU")


def frames_for(world: World, subscriptions: Subscriptions, events: Sequence[WorldEvent]) -> list[Outgoing]:
    """The frames that a command's events cause, in order."""
    told: list[Outgoing] = []
    for event in events:
        story = _EVENT_FRAMES.get(type(event))
        if story is not None:
            told += story(world, subscriptions, event)
    moved = [one for event in events for one in _affected(world, event)]
    for wanted in {one: None for item, kinds in moved for one in subscriptions.matching(item, kinds)}:
        told += _market_frames(world, subscriptions, wanted)
    if subscriptions.searching:
        for code in dict.fromkeys(event.code for event in events if isinstance(event, Printed | Quoted)):
            told += [
                (text, [session])
                for session in subscriptions.searching
                for text in condition_search.moves(world, session, code)
            ]
    return told


# -- the market ---------------------------------------------------------------------------------------------------


def _market_frames(world: World, subscriptions: Subscriptions, wanted: Pair) -> list[Outgoing]:
    kind, item = wanted
    values = values_of(world, kind, item)
    return [] if values is None else _outgoing(subscriptions.audience(wanted), kind, item, values)


def _affected(world: World, event: WorldEvent) -> Iterable[Affected]:
    """What an event moves."""
    if isinstance(event, Printed):
        return _of_trade(world, event.code)
    if isinstance(event, Quoted):
        return [_of_book(world, event.code)]
    if isinstance(event, Accepted | Modified | Cancelled | Rejected | Filled | Expired | Converted | Woken):
        number = event.order if isinstance(event, Filled) else event.number
        order = world.ledger.accounts[event.account].orders.get(number)
        return () if order is None else [_of_book(world, order.code)]
    if isinstance(event, Interrupted | InterruptionEnded | HaltChanged):
        return [(event.code, ("0g",)), _of_book(world, event.code)]
    if isinstance(event, PhaseOpened | DayEnded):
        return [(ANY, ("0s",)), *(_of_book(world, code) for code in world.ledger.market_data)]
    if isinstance(event, Cleared):
        return [(event.code, ("0H",))]
    return ()


def _of_trade(world: World, code: str) -> list[Affected]:
    market_data = world.ledger.market_data[code]
    market = market_data.instrument.market
    if market is Market.INDEX:
        return [(code, OF_INDEX)]
    moved: list[Affected] = [(code, (*TRADED, "0E") if _is_after_hours(world, market_data) else TRADED)]
    moved += [(index, OF_INDEX) for index in INDICES.get(market, ())]
    if market is Market.GOLD:
        moved += [(item, ("0I",)) for item in GOLD_ITEMS]
    return moved


def _of_book(world: World, code: str) -> Affected:
    market_data = world.ledger.market_data[code]
    kinds = (*QUOTED, "0H") if collects(world, market_data) else QUOTED
    return code, (*kinds, "0E") if _is_after_hours(world, market_data) else kinds


def _is_after_hours(world: World, market_data: MarketData) -> bool:
    return world.exchange.matching.mode(Board.OFF_HOURS, market_data) is not Mode.CLOSED


def _interruption(world: World, subscriptions: Subscriptions, event: Interrupted | InterruptionEnded) -> list[Outgoing]:
    """1h, for those who registered the instrument and for those who registered none."""
    audience = list(dict.fromkeys([*subscriptions.audience(("1h", event.code)), *subscriptions.audience(("1h", ANY))]))
    if not audience:
        return []
    cause = event if isinstance(event, Interrupted) else None
    values = writer("1h").write(instrument.interruption(world, event.code, cause))
    return _outgoing(audience, "1h", event.code, values)


def _literal(world: World, subscriptions: Subscriptions, event: Literal) -> list[Outgoing]:
    """A frame that a script tells word for word."""
    return _outgoing(
        subscriptions.audience(pair(event.type, event.item)), event.type, event.item, event.values, event.name
    )


# -- one's own orders ---------------------------------------------------------------------------------------------


def _order_frames(
    world: World, subscriptions: Subscriptions, event: Accepted | Modified | Cancelled | Rejected | Filled
) -> list[Outgoing]:
    """00 for what happens to an order, 04 after each fill; for the sessions of its account alone."""
    account = world.ledger.accounts[event.account]
    listeners = [session for session in subscriptions.audience(("00", ANY)) if event.account in session.accounts]
    if isinstance(event, Filled):
        return _fill_frames(world, subscriptions, account, event, listeners)
    order = account.orders[event.number]
    if isinstance(event, Rejected):
        return _outgoing(listeners, "00", order.code, _execution(world, account, order, None, "거부", event.cause))
    notices = [_execution(world, account, order, None, notice) for notice in _notices(event)]
    return [one for values in notices for one in _outgoing(listeners, "00", order.code, values)]


def _fill_frames(
    world: World, subscriptions: Subscriptions, account: Account, event: Filled, listeners: list[Subscriber]
) -> list[Outgoing]:
    fill = account.fills[_place(account, event.number)]
    order = account.orders[event.order]
    told = _outgoing(listeners, "00", order.code, _execution(world, account, order, fill, "체결"))
    holders = [session for session in subscriptions.audience(("04", ANY)) if event.account in session.accounts]
    if holders:
        values = writer("04").write(
            account_events.balance(world, account.number, order.code, event.holding, order.side, event.loan_date)
        )
        told += _outgoing(holders, "04", order.code, values)
    return told


def _notices(event: Accepted | Modified | Cancelled) -> tuple[account_events.Notice, ...]:
    """What is told of an order itself; a rest that IOC or FOK takes is confirmed at once (assumed)."""
    if isinstance(event, Accepted):
        return ("접수",)
    if isinstance(event, Cancelled) and event.number == event.parent:
        return ("확인",)
    return ("접수", "확인")


def _execution(
    world: World, account: Account, order: Order, fill: Fill | None, notice: account_events.Notice, cause: str = ""
) -> dict[str, str]:
    return writer("00").write(account_events.order_execution(world, account, order, fill, notice, cause))


def _place(account: Account, number: int) -> int:
    """Where a fill stands among today's: fills are numbered in time, and the newest are asked for."""
    place = len(account.fills) - 1
    while account.fills[place].number != number:
        place -= 1
    return place


def _outgoing(
    sessions: Sequence[Subscriber], kind: str, item: str, values: dict[str, str], name: str | None = None
) -> list[Outgoing]:
    return [(frame(kind, item, values, name), sessions)] if sessions else []


_EVENT_FRAMES: dict[type[WorldEvent], Callable[[World, Subscriptions, Any], list[Outgoing]]] = {
    **dict.fromkeys((Accepted, Modified, Cancelled, Rejected, Filled), _order_frames),
    **dict.fromkeys((Interrupted, InterruptionEnded), _interruption),
    Literal: _literal,
}
"""What is told of an event itself, before what it moved."""
