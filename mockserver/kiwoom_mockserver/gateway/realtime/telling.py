"""From events to frames: who is told what, each row made once.

An order's own story comes first, in the order in which it happened; then the market's, one row for each pair of type
and item that somebody registered, as it stands after the command. So the trades of one command are one row of 0B, as
recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import MarketData
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
from kiwoom_mockserver.exchange.orders import Board, Fill, Order
from kiwoom_mockserver.exchange.session import Mode
from kiwoom_mockserver.gateway.realtime import instrument, own, search
from kiwoom_mockserver.gateway.realtime.frames import frame, writer
from kiwoom_mockserver.gateway.realtime.hub import Hub
from kiwoom_mockserver.gateway.realtime.protocol import Session
from kiwoom_mockserver.gateway.realtime.registrations import ANY, Pair, pair
from kiwoom_mockserver.gateway.realtime.terms import collects
from kiwoom_mockserver.gateway.realtime.types import values_of
from kiwoom_mockserver.world.events import Literal, WorldEvent
from kiwoom_mockserver.world.world import World

Told = tuple[str, Sequence[Session]]
"""A frame, and who is told."""

Moved = tuple[str, tuple[str, ...]]
"""An item, and which of its types are told anew."""

TRADED = ("0B", "0C", "0D", "0F", "0G", "0m", "0u", "0w")
"""What a trade moves."""

QUOTED = ("0A", "0C", "0D", "0G")
"""What a change of the book moves."""

INDICES = {Market.KOSPI: ("001",), Market.KOSDAQ: ("101",)}
OF_INDEX = ("0J", "0U")
GOLD_ITEMS = ("MGD", "MGU")


def tell(world: World, hub: Hub, events: Sequence[WorldEvent]) -> list[Told]:
    """The frames that a command's events cause, in order."""
    told: list[Told] = []
    for event in events:
        story = _STORIES.get(type(event))
        if story is not None:
            told += story(world, hub, event)
    moved = [one for event in events for one in _moved(world, event)]
    for wanted in {one: None for item, kinds in moved for one in hub.wanted(item, kinds)}:
        told += _market(world, hub, wanted)
    if hub.searching:
        for code in dict.fromkeys(event.code for event in events if isinstance(event, Printed | Quoted)):
            told += [(text, [session]) for session in hub.searching for text in search.moves(world, session, code)]
    return told


# -- the market ---------------------------------------------------------------------------------------------------


def _market(world: World, hub: Hub, wanted: Pair) -> list[Told]:
    kind, item = wanted
    values = values_of(world, kind, item)
    return [] if values is None else _to(hub.audience(wanted), kind, item, values)


def _moved(world: World, event: WorldEvent) -> Iterable[Moved]:
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


def _of_trade(world: World, code: str) -> list[Moved]:
    market_data = world.ledger.market_data[code]
    market = market_data.instrument.market
    if market is Market.INDEX:
        return [(code, OF_INDEX)]
    moved: list[Moved] = [(code, (*TRADED, "0E") if _is_after_hours(world, market_data) else TRADED)]
    moved += [(index, OF_INDEX) for index in INDICES.get(market, ())]
    if market is Market.GOLD:
        moved += [(item, ("0I",)) for item in GOLD_ITEMS]
    return moved


def _of_book(world: World, code: str) -> Moved:
    market_data = world.ledger.market_data[code]
    kinds = (*QUOTED, "0H") if collects(world, market_data) else QUOTED
    return code, (*kinds, "0E") if _is_after_hours(world, market_data) else kinds


def _is_after_hours(world: World, market_data: MarketData) -> bool:
    return world.exchange.matching.mode(Board.OFF_HOURS, market_data) is not Mode.CLOSED


def _interruption(world: World, hub: Hub, event: Interrupted | InterruptionEnded) -> list[Told]:
    """1h, for those who registered the instrument and for those who registered none."""
    audience = list(dict.fromkeys([*hub.audience(("1h", event.code)), *hub.audience(("1h", ANY))]))
    if not audience:
        return []
    cause = event if isinstance(event, Interrupted) else None
    values = writer("1h").write(instrument.interruption(world, event.code, cause))
    return _to(audience, "1h", event.code, values)


def _literal(world: World, hub: Hub, event: Literal) -> list[Told]:
    """A frame that a script tells word for word."""
    return _to(hub.audience(pair(event.type, event.item)), event.type, event.item, event.values, event.name)


# -- one's own orders ---------------------------------------------------------------------------------------------


def _own(world: World, hub: Hub, event: Accepted | Modified | Cancelled | Rejected | Filled) -> list[Told]:
    """00 for what happens to an order, 04 after each fill; for the sessions of its account alone."""
    account = world.ledger.accounts[event.account]
    listeners = [session for session in hub.audience(("00", ANY)) if event.account in session.accounts]
    if isinstance(event, Filled):
        return _fill(world, hub, account, event, listeners)
    order = account.orders[event.number]
    if isinstance(event, Rejected):
        return _to(listeners, "00", order.code, _execution(world, account, order, None, "거부", event.cause))
    notices = [_execution(world, account, order, None, notice) for notice in _notices(event)]
    return [one for values in notices for one in _to(listeners, "00", order.code, values)]


def _fill(world: World, hub: Hub, account: Account, event: Filled, listeners: list[Session]) -> list[Told]:
    fill = account.fills[_place(account, event.number)]
    order = account.orders[event.order]
    told = _to(listeners, "00", order.code, _execution(world, account, order, fill, "체결"))
    holders = [session for session in hub.audience(("04", ANY)) if event.account in session.accounts]
    if holders:
        values = writer("04").write(
            own.balance(world, account.number, order.code, event.holding, order.side, event.loan_date)
        )
        told += _to(holders, "04", order.code, values)
    return told


def _notices(event: Accepted | Modified | Cancelled) -> tuple[own.Notice, ...]:
    """What is told of an order itself; a rest that IOC or FOK takes is confirmed at once (assumed)."""
    if isinstance(event, Accepted):
        return ("접수",)
    if isinstance(event, Cancelled) and event.number == event.parent:
        return ("확인",)
    return ("접수", "확인")


def _execution(
    world: World, account: Account, order: Order, fill: Fill | None, notice: own.Notice, cause: str = ""
) -> dict[str, str]:
    return writer("00").write(own.order_execution(world, account, order, fill, notice, cause))


def _place(account: Account, number: int) -> int:
    """Where a fill stands among today's: fills are numbered in time, and the newest are asked for."""
    place = len(account.fills) - 1
    while account.fills[place].number != number:
        place -= 1
    return place


def _to(
    sessions: Sequence[Session], kind: str, item: str, values: dict[str, str], name: str | None = None
) -> list[Told]:
    return [(frame(kind, item, values, name), sessions)] if sessions else []


_STORIES: dict[type[WorldEvent], Callable[[World, Hub, Any], list[Told]]] = {
    **dict.fromkeys((Accepted, Modified, Cancelled, Rejected, Filled), _own),
    **dict.fromkeys((Interrupted, InterruptionEnded), _interruption),
    Literal: _literal,
}
"""What is told of an event itself, before what it moved."""
