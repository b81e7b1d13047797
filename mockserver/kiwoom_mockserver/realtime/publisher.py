"""The publisher: turns the events of a command or a timer into realtime frames, in the order in which they leave.

Frames about an account's own orders come first, in the order of the events that cause them. Market frames follow:
one for each registered pair of type and item that any of the events affects, with the values as they stand after the
command. So several trades of one command are one frame of 0B, as recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kiwoom_mockserver.broker.broker import Outgoing
from kiwoom_mockserver.broker.subscriber import Subscriber
from kiwoom_mockserver.broker.subscription_groups import ANY_ITEM, Pair, pair_of
from kiwoom_mockserver.broker.subscriptions import Subscriptions
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.events import (
    Accepted,
    Cancelled,
    CircuitBreakerChanged,
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
    SidecarChanged,
    StopTriggered,
)
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import StopMarket
from kiwoom_mockserver.exchange.orders import Board, Fill, Order
from kiwoom_mockserver.exchange.session import Mode
from kiwoom_mockserver.realtime import account_events, auction, condition_search, instrument, market_session
from kiwoom_mockserver.realtime.frames import frame, serializer
from kiwoom_mockserver.realtime.investor_flows import GOLD_ITEMS
from kiwoom_mockserver.realtime.types import TYPES, trade_values, values_of
from kiwoom_mockserver.views.market import publishes_expected_price
from kiwoom_mockserver.world.events import CountedDown, ScriptedFrame, WorldEvent
from kiwoom_mockserver.world.world import World

Affected = tuple[str, tuple[str, ...]]
"""The plain code of an item, and its types whose values an event changes."""

TRADE_TYPES = ("0B", "0C", "0D", "0F", "0G", "0m", "0u", "0w")
"""The types of an instrument that a trade changes."""

BOOK_TYPES = ("0A", "0C", "0D", "0G")
"""The types of an instrument that a change of its order book changes."""

INDICES = {Market.KOSPI: ("001",), Market.KOSDAQ: ("101",)}
"""The indices that follow the trades of a market."""

INDEX_TYPES = ("0J", "0U")


def frames_for(world: World, subscriptions: Subscriptions, events: Sequence[WorldEvent]) -> list[Outgoing]:
    """Return the frames that the events of one command or timer cause, in the order in which they leave."""
    outgoing: list[Outgoing] = []
    # Order frames first: a client that gets a trade of its own in 0B has got its 00 by then.
    for event in events:
        event_frames = _EVENT_FRAMES.get(type(event))
        if event_frames is not None:
            outgoing += event_frames(world, subscriptions, event)
    for event in events:
        if type(event) is Printed and event.market_data is not None:
            outgoing += _trade_frames(world, subscriptions, event.code, event.market_data)
    # A dict keeps the order of first mention and drops repeats, so each pair gets one frame per command.
    affected = [entry for event in events for entry in _affected(world, event)]
    for pair in {pair: None for item, types in affected for pair in subscriptions.matching(item, types)}:
        outgoing += _market_frames(world, subscriptions, pair)
    # A client that stops at the close has got the closing trade by then.
    for event in events:
        outgoing += _session_frames(world, subscriptions, event)
    # Searches come last, and only where somebody searches: each moved instrument is tested against its condition.
    if subscriptions.searching:
        for code in dict.fromkeys(event.code for event in events if isinstance(event, Printed | Quoted)):
            outgoing += [
                (text, [session])
                for session in subscriptions.searching
                for text in condition_search.change_frames(world, session, code)
            ]
    return outgoing


# -- the market ---------------------------------------------------------------------------------------------------


def _market_frames(world: World, subscriptions: Subscriptions, pair: Pair) -> list[Outgoing]:
    type_, item = pair
    values = values_of(world, type_, item)
    return [] if values is None else _outgoing(subscriptions.audience(pair), type_, item, values)


def _trade_frames(world: World, subscriptions: Subscriptions, code: str, market_data: MarketData) -> list[Outgoing]:
    """Return 0B of a trade whose command went on to trade at another price."""
    return [
        outgoing
        for pair in subscriptions.matching(code, ("0B",))
        for outgoing in _outgoing(subscriptions.audience(pair), *pair, trade_values(world, pair[1], market_data))
    ]


def _affected(world: World, event: WorldEvent) -> Iterable[Affected]:
    """Return the items whose values an event changes, each with the types that change."""
    if isinstance(event, Printed):
        return _affected_by_trade(world, event.code)
    if isinstance(event, Quoted):
        return [_affected_by_book(world, event.code)]
    if isinstance(event, Accepted | Modified | Cancelled | Rejected | Filled | Expired | Converted | StopTriggered):
        number = event.order if isinstance(event, Filled) else event.number
        order = world.ledger.accounts[event.account].orders.get(number)
        return () if order is None else [_affected_by_order(world, order)]
    if isinstance(event, Interrupted | InterruptionEnded | HaltChanged):
        return [(event.code, ("0g",)), _affected_by_book(world, event.code)]
    if isinstance(event, PhaseOpened) and event.only_gold:
        return [_affected_by_book(world, code) for code in _gold_codes(world)]
    if isinstance(event, CircuitBreakerChanged):
        return [_affected_by_book(world, code) for code in _listed_on(world, event.market)]
    if isinstance(event, SidecarChanged):
        return [(code, ("0w",)) for code in _listed_on(world, event.market)]
    if isinstance(event, PhaseOpened | DayEnded):
        return [_affected_by_book(world, code) for code in world.ledger.market_data]
    return ()


def _gold_codes(world: World) -> list[str]:
    return [code for code, one in world.ledger.market_data.items() if one.instrument.market is Market.GOLD]


def _listed_on(world: World, market: StopMarket) -> list[str]:
    """Return the codes of the instruments that a circuit breaker or a sidecar of a market concerns."""
    return [code for code, market_data in world.ledger.market_data.items() if market.lists(market_data.instrument)]


def _affected_by_trade(world: World, code: str) -> list[Affected]:
    market_data = world.ledger.market_data[code]
    market = market_data.instrument.market
    if market is Market.INDEX:
        return [(code, INDEX_TYPES)]
    types = (*TRADE_TYPES, "0E") if _is_after_hours(world, market_data) else TRADE_TYPES
    affected: list[Affected] = [(code, types)]
    affected += [(index, INDEX_TYPES) for index in INDICES.get(market, ())]
    if market is Market.GOLD:
        affected += [(item, ("0I",)) for item in GOLD_ITEMS]
    return affected


def _affected_by_book(world: World, code: str) -> Affected:
    market_data = world.ledger.market_data[code]
    types = (*BOOK_TYPES, "0H") if publishes_expected_price(world, market_data) else BOOK_TYPES
    return code, (*types, "0E") if _is_after_hours(world, market_data) else types


def _affected_by_order(world: World, order: Order) -> Affected:
    code, types = _affected_by_book(world, order.code)
    # The board of an order that expires has closed by now, which its totals tell too.
    is_told = order.board is Board.REGULAR or "0E" in types
    return code, types if is_told else (*types, "0E")


def _is_after_hours(world: World, market_data: MarketData) -> bool:
    return world.exchange.matching.mode(Board.OFF_HOURS, market_data) is not Mode.CLOSED


def _interruption_frames(
    world: World, subscriptions: Subscriptions, event: Interrupted | InterruptionEnded
) -> list[Outgoing]:
    """Return 1h for the sessions that registered the instrument, and for those that registered no item."""
    registered = [*subscriptions.audience(("1h", event.code)), *subscriptions.audience(("1h", ANY_ITEM))]
    audience = list(dict.fromkeys(registered))  # a session that registered both gets one frame
    if not audience:
        return []
    values = serializer("1h").write(instrument.interruption(world, event))
    return _outgoing(audience, "1h", event.code, values)


def _clearing_frames(world: World, subscriptions: Subscriptions, event: Cleared) -> list[Outgoing]:
    """Return 0H for an auction that has matched: from the event, as the book no longer knows what was expected."""
    pairs = subscriptions.matching(event.code, ("0H",)) if TYPES["0H"].exists(world, event.code) else ()
    values = serializer("0H").write(auction.cleared(world, event))
    return [outgoing for pair in pairs for outgoing in _outgoing(subscriptions.audience(pair), *pair, values)]


def _session_frames(world: World, subscriptions: Subscriptions, event: WorldEvent) -> list[Outgoing]:
    """Return 0s for a phase that begins or ends, and for the time that is left to the open or the close."""
    if isinstance(event, PhaseOpened) and not event.only_gold:
        notices = market_session.phase_change(world, event)
    else:
        notices = market_session.countdown(world) if isinstance(event, CountedDown) else []
    audience = subscriptions.audience(("0s", ANY_ITEM)) if notices else []
    return [
        outgoing
        for notice in notices
        for outgoing in _outgoing(audience, "0s", ANY_ITEM, serializer("0s").write(notice))
    ]


def _scripted_frames(world: World, subscriptions: Subscriptions, event: ScriptedFrame) -> list[Outgoing]:
    """Return the frame that a scenario gives word for word."""
    return _outgoing(
        subscriptions.audience(pair_of(event.type, event.item)), event.type, event.item, event.values, event.name
    )


# -- an account's own orders --------------------------------------------------------------------------------------


def _order_frames(
    world: World, subscriptions: Subscriptions, event: Accepted | Modified | Cancelled | Rejected | Filled
) -> list[Outgoing]:
    """Return 00 for what happens to an order, and 04 after each fill, for the sessions of its account alone."""
    account = world.ledger.accounts[event.account]
    audience = _account_audience(subscriptions, "00", event.account)
    if isinstance(event, Filled):
        return _fill_frames(world, subscriptions, account, event, audience)
    order = account.orders[event.number]
    if isinstance(event, Rejected):
        return _outgoing(
            audience, "00", order.code, _execution_values(world, account, order, None, "거부", event.cause)
        )
    rows = [_execution_values(world, account, order, None, notice) for notice in _notices(event)]
    return [outgoing for values in rows for outgoing in _outgoing(audience, "00", order.code, values)]


def _fill_frames(
    world: World, subscriptions: Subscriptions, account: Account, event: Filled, audience: list[Subscriber]
) -> list[Outgoing]:
    fill = account.fills[_fill_index(account, event.number)]
    order = account.orders[event.order]
    outgoing = _outgoing(audience, "00", order.code, _execution_values(world, account, order, fill, "체결"))
    holders = _account_audience(subscriptions, "04", event.account)
    if holders:
        # The holding comes from the event: later fills of the same command have changed the account's since.
        named = world, account.number, order.code
        balances = [account_events.balance(*named, event.holding, order.side, event.loan_date)]
        if event.loans is not None:
            balances.append(account_events.loans_balance(*named, event.loans, order.side))
        for balance in balances:
            outgoing += _outgoing(holders, "04", order.code, serializer("04").write(balance))
    return outgoing


def _account_audience(subscriptions: Subscriptions, type_: str, account: str) -> list[Subscriber]:
    return [session for session in subscriptions.audience((type_, ANY_ITEM)) if account in session.accounts]


def _notices(event: Accepted | Modified | Cancelled) -> tuple[account_events.Notice, ...]:
    """Return the notices (913) of an event, in their order.

    An order that cancels its own remainder (IOC, FOK) gets 확인 alone, since its 접수 has been sent (assumed).
    """
    if isinstance(event, Accepted):
        return ("접수",)
    if isinstance(event, Cancelled) and event.number == event.parent:
        return ("확인",)
    return ("접수", "확인")


def _execution_values(
    world: World, account: Account, order: Order, fill: Fill | None, notice: account_events.Notice, cause: str = ""
) -> dict[str, str]:
    return serializer("00").write(account_events.order_execution(world, account, order, fill, notice, cause))


def _fill_index(account: Account, number: int) -> int:
    """Return the index of a fill among today's. Searching from the end is short: the fill is one of the newest."""
    index = len(account.fills) - 1
    while account.fills[index].number != number:
        index -= 1
    return index


def _outgoing(
    sessions: Sequence[Subscriber], type_: str, item: str, values: dict[str, str], name: str | None = None
) -> list[Outgoing]:
    return [(frame(type_, item, values, name), sessions)] if sessions else []


_EVENT_FRAMES: dict[type[WorldEvent], Callable[[World, Subscriptions, Any], list[Outgoing]]] = {
    **dict.fromkeys((Accepted, Modified, Cancelled, Rejected, Filled), _order_frames),
    **dict.fromkeys((Interrupted, InterruptionEnded), _interruption_frames),
    Cleared: _clearing_frames,
    ScriptedFrame: _scripted_frames,
}
"""Makes the frames about an event itself, which leave before those of the values that it changes.

An order that expires with its session or day gets no frame of its own (assumed).
"""
