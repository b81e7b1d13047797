"""What a world was like when a test failed, as text for people: what stops orders, who listens, what was exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.journal_table import journal_table
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.text_table import aligned
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_rules import FaultRule
from kiwoom_mockserver.broker.subscriber import Subscriber
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import BreakerState, breaker_state
from kiwoom_mockserver.exchange.orders import Board, Order
from kiwoom_mockserver.exchange.session import Mode
from kiwoom_mockserver.help_pages import error_page
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.world import World

ROWS = 20
"""How many rows each list has at most."""
LIMITS = ("1700", "1701", "1702")
"""The error codes of too many requests."""
REFUSALS = 5
"""How many different refusals are listed."""


def failure_report(kiwoom: MockWorld) -> str:
    """The report of a world; of what there is nothing of, it says nothing."""
    return kiwoom.broker.run_on_loop(lambda: "\n".join(_lines(kiwoom)))


def _lines(kiwoom: MockWorld) -> Iterator[str]:
    broker = kiwoom.broker
    world = broker.world
    yield f"seed {kiwoom.seed}, {kst.at(world.now).isoformat()}, {kiwoom.rest_url}, session {world.ledger.phase}"
    orders = _open_orders(world)
    yield from _market_stops(world)
    yield from _stopped_instruments(world, orders)
    yield from _listed("open orders:", [_order_row(world, order) for order in orders])
    yield from _listed("realtime sessions:", [_session_row(session) for session in broker.subscriptions.sessions])
    yield from _listed("active faults:", [_fault_row(*one) for one in broker.state.faults.rules.items()])
    yield from _listed("functions of stubs raised:", [_error_row(error) for error in broker.stub_errors])
    yield from journal_table(broker.journal)
    yield from _refusals(broker)
    yield from _frozen_limit(broker)


def _listed(heading: str, rows: list[tuple[str, ...]]) -> Iterator[str]:
    """A heading and its rows; the last of them where there are many, and nothing where there is none."""
    if rows:
        left_out = len(rows) - ROWS
        yield heading + (f" the last {ROWS} of {len(rows)}" if left_out > 0 else "")
        yield from (f"  {line}" for line in aligned(rows[-ROWS:]))


# -- what stops orders -------------------------------------------------------------------------------------------------


def _market_stops(world: World) -> Iterator[str]:
    for market, breaker in world.ledger.breakers.items():
        yield f"{market}: circuit breaker stage {breaker.stage}, {breaker.state}"
    for market, sidecar in world.ledger.sidecars.items():
        if sidecar.is_on:
            yield f"{market}: sidecar {sidecar.side}"


def _stopped_instruments(world: World, orders: list[Order]) -> Iterator[str]:
    """Each instrument that has stopped by itself, and each other whose open orders cannot match as they come."""
    waiting: dict[str, list[Order]] = {}
    for order in orders:
        if not order.held:
            waiting.setdefault(order.code, []).append(order)
    own = [code for code, market_data in world.ledger.market_data.items() if _own_stop(world, market_data)]
    for code in dict.fromkeys([*own, *waiting]):
        market_data = world.ledger.market_data[code]
        stop = _own_stop(world, market_data) or _session_stop(world, market_data, waiting.get(code, ()))
        if stop:
            yield "; ".join([f"{code}: {stop}", *_who_waits(waiting.get(code, []))])


def _own_stop(world: World, market_data: MarketData) -> str:
    if market_data.halted:
        return "trading halted"
    until = world.interrupted_until(market_data.instrument.code)
    return "" if until is None else f"volatility interruption until {kst.at(until):%H:%M:%S}"


def _session_stop(world: World, market_data: MarketData, orders: Iterable[Order]) -> str:
    breaker = breaker_state(world.ledger.breakers, market_data.instrument)
    if breaker in (BreakerState.HALT, BreakerState.AUCTION):
        return f"circuit breaker, {breaker}"
    matching = world.exchange.matching
    modes = {matching.mode(order.board, market_data) for order in orders}
    return "" if Mode.TRADES in modes else f"{' and '.join(sorted(modes))} in session {world.ledger.phase}"


def _who_waits(orders: list[Order]) -> Iterator[str]:
    if orders:
        named = ", ".join(f"{order.number:07d} {order.side} {order.open}" for order in orders[:ROWS])
        verb = "1 order waits" if len(orders) == 1 else f"{len(orders)} orders wait"
        yield f"{verb}: {named}" + (", …" if len(orders) > ROWS else "")


# -- orders, sessions, faults ------------------------------------------------------------------------------------------


def _open_orders(world: World) -> list[Order]:
    accounts = world.ledger.accounts.values()
    return [order for account in accounts for order in account.orders.values() if order.open]


def _order_row(world: World, order: Order) -> tuple[str, ...]:
    price = f"at {order.price:,}" if order.price else ""
    left = f"{order.open:,} of {order.quantity:,} open"
    market_data = world.ledger.market_data[order.code]
    if order.held:
        note = "held by a fault"
    elif order.untriggered:
        note = f"waits for the last price {order.stop:,}"
    else:
        note = f"last price {market_data.last:,}"
    board = "off-hours" if order.board is Board.OFF_HOURS else ""
    return (f"{order.number:07d}", order.account, order.code, f"{order.side} {order.kind}", left, price, note, board)


def _session_row(session: Subscriber) -> tuple[str, ...]:
    items: dict[str, list[str]] = {}
    for type_, item in session.subscription_groups:
        items.setdefault(type_, []).append(item)
    registered = [" ".join([type_, *filter(None, codes[:ROWS])]) for type_, codes in sorted(items.items())]
    return (session.accounts[0] if session.accounts else "", "; ".join(registered) or "nothing registered")


def _fault_row(number: int, rule: FaultRule) -> tuple[str, ...]:
    facts = " ".join(f"{name}={value}" for name, value in _flat(msgspec.to_builtins(rule.fault)))
    return (str(number), f"{rule.hits} hits" if rule.hits != 1 else "1 hit", facts)


def _error_row(error: BaseException) -> tuple[str, ...]:
    """What a function of a stub raised, in one line, and of which stub it was, as a note says."""
    text = str(error).partition("\n")[0]
    return (f"{type(error).__name__}: {text}", "; ".join(getattr(error, "__notes__", ())))


def _flat(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The facts of a fault without its nesting, and without what is blank, zero or false."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        elif value:
            yield name, ",".join(map(str, value)) if isinstance(value, list | tuple) else value


def _frozen_limit(broker: Broker) -> Iterator[str]:
    """Why a limit of requests never opens again: it counts on the world's clock."""
    if broker.clock is None and any(entry.code in LIMITS for entry in broker.journal):
        yield f"the clock is frozen: the limit of the profile {broker.profile.name} opens again when it is advanced"


def _refusals(broker: Broker) -> list[str]:
    """The last refusals of a world's calls, each API id and error code once, with the page that explains the code."""
    refusals = [(entry.name, entry.code) for entry in broker.journal if entry.code in catalogue.errors()]
    last = list(dict.fromkeys(reversed(refusals)))[:REFUSALS]
    return [f"refused: {name} {code} ({error_page(code)})" for name, code in reversed(last)]
