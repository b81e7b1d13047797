"""From events to frames: who is told what, each row made once.

An order's own story comes first, in the order in which it happened; then the market's, one row for each pair of type
and item that somebody registered, as it stands after the command. So the trades of one command are one row of 0B, as
recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Tape
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
from kiwoom_mockserver.gateway.realtime.frames import frame, row, writer
from kiwoom_mockserver.gateway.realtime.hub import Hub
from kiwoom_mockserver.gateway.realtime.protocol import Session
from kiwoom_mockserver.gateway.realtime.registrations import ANY, Pair, pair
from kiwoom_mockserver.gateway.realtime.terms import book_of, collects
from kiwoom_mockserver.gateway.realtime.types import values_of
from kiwoom_mockserver.world.events import Literal, WorldEvent
from kiwoom_mockserver.world.world import World

Told = tuple[Session, str]

TRADED = ("0B", "0C", "0D", "0F", "0G", "0m", "0u", "0w")
"""What a trade moves."""

QUOTED = ("0A", "0C", "0D", "0G")
"""What a change of the book moves."""

INDICES = {Market.KOSPI: ("001",), Market.KOSDAQ: ("101",)}
GOLD_ITEMS = ("MGD", "MGU")


def tell(world: World, hub: Hub, events: Sequence[WorldEvent]) -> list[Told]:
    """The frames that a command's events cause, for whom, in order."""
    told = [one for event in events for tell_of in _STORIES for one in tell_of(world, hub, event)]
    touched = dict.fromkeys(one for event in events for one in _touched(world, event))
    for one in touched:
        told += _market(world, hub, one)
    for code in dict.fromkeys(event.code for event in events if isinstance(event, Printed | Quoted)):
        told += [(session, text) for session in hub.searching for text in search.moves(world, session, code)]
    return told


# -- the market ---------------------------------------------------------------------------------------------------


def _market(world: World, hub: Hub, pair: Pair) -> Iterator[Told]:
    kind, _ = pair
    for label in hub.labels(pair):
        values = values_of(world, kind, label)
        if values is not None:
            text = frame([row(kind, label, values)])
            for session in hub.audience((kind, label)):
                yield session, text


def _touched(world: World, event: WorldEvent) -> Iterable[Pair]:
    """The pairs of type and item that an event moves."""
    if isinstance(event, Printed):
        return _of_trade(world, event.code)
    if isinstance(event, Quoted):
        return _of_book(world, event.code)
    if isinstance(event, Accepted | Modified | Cancelled | Rejected | Filled | Expired | Converted | Woken):
        number = event.order if isinstance(event, Filled) else event.number
        order = world.ledger.accounts[event.account].orders.get(number)
        return () if order is None else _of_book(world, order.code)
    if isinstance(event, Interrupted | InterruptionEnded):
        return [("0g", event.code), *_of_book(world, event.code)]
    if isinstance(event, HaltChanged):
        return [("0g", event.code), *_of_book(world, event.code)]
    if isinstance(event, PhaseOpened | DayEnded):
        return [
            ("0s", ANY),
            *(one for code in world.ledger.tapes for one in _of_book(world, code)),
        ]
    if isinstance(event, Cleared):
        return [("0H", event.code)]
    return ()


def _of_trade(world: World, code: str) -> list[Pair]:
    tape = world.ledger.tapes[code]
    market = tape.instrument.market
    if market is Market.INDEX:
        return [("0J", code), ("0U", code)]
    pairs = [(kind, code) for kind in TRADED]
    if _is_after_hours(world, tape):
        pairs.append(("0E", code))
    pairs += [(kind, index) for index in INDICES.get(market, ()) for kind in ("0J", "0U")]
    if market is Market.GOLD:
        pairs += [("0I", item) for item in GOLD_ITEMS]
    return pairs


def _of_book(world: World, code: str) -> list[Pair]:
    pairs = [(kind, code) for kind in QUOTED]
    tape = book_of(world, code).tape
    if collects(world, tape):
        pairs.append(("0H", code))
    if _is_after_hours(world, tape):
        pairs.append(("0E", code))
    return pairs


def _is_after_hours(world: World, tape: Tape) -> bool:
    return world.exchange.floor.mode(Board.OFF_HOURS, tape) is not Mode.CLOSED


def _interruption(world: World, hub: Hub, event: WorldEvent) -> Iterator[Told]:
    """1h, for those who registered the instrument and for those who registered none."""
    if not isinstance(event, Interrupted | InterruptionEnded):
        return
    audience = dict.fromkeys([*hub.audience(("1h", event.code)), *hub.audience(("1h", ANY))])
    if audience:
        cause = event if isinstance(event, Interrupted) else None
        values = writer("1h").write(instrument.interruption(world, event.code, cause))
        yield from _to(list(audience), "1h", event.code, values)


def _literal(world: World, hub: Hub, event: WorldEvent) -> Iterator[Told]:
    """A frame that a script tells word for word."""
    if not isinstance(event, Literal):
        return
    audience = hub.audience(pair(event.type, event.item))
    if audience:
        text = frame([row(event.type, event.item, event.values, event.name)])
        for session in audience:
            yield session, text


# -- one's own orders ---------------------------------------------------------------------------------------------


def _own(world: World, hub: Hub, event: WorldEvent) -> Iterator[Told]:
    """00 for what happens to an order, 04 after each fill; for the sessions of its account alone."""
    if not isinstance(event, Accepted | Modified | Cancelled | Rejected | Filled):
        return
    account = world.ledger.accounts[event.account]
    listeners = [session for session in hub.audience(("00", ANY)) if event.account in session.accounts]
    holders = [session for session in hub.audience(("04", ANY)) if event.account in session.accounts]
    if isinstance(event, Filled):
        fill = account.fills[_place(account, event.number)]
        order = account.orders[event.order]
        yield from _to(listeners, "00", order.code, _execution(world, account, order, fill, "체결"))
        if holders:
            values = writer("04").write(
                own.balance(world, account.number, order.code, event.holding, order.side, event.loan_date)
            )
            yield from _to(holders, "04", order.code, values)
        return
    order = account.orders[event.number]
    if isinstance(event, Rejected):
        yield from _to(listeners, "00", order.code, _execution(world, account, order, None, "거부", event.cause))
        return
    for notice in _notices(event):
        yield from _to(listeners, "00", order.code, _execution(world, account, order, None, notice))


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


def _to(sessions: list[Session], kind: str, item: str, values: dict[str, str]) -> Iterator[Told]:
    if sessions:
        text = frame([row(kind, item, values)])
        for session in sessions:
            yield session, text


_STORIES = (_own, _interruption, _literal)
"""What is told of an event itself, before what it moved."""
