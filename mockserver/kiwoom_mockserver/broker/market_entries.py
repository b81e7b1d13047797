"""What happened in the market, as entries of the journal: interruptions, halts, circuit breakers and sidecars.

Whoever causes them, a test, a script, an order or the rules of the market: what stops orders from trading is in the
journal, so that a test can find out why nothing filled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kiwoom_mockserver.exchange.events import (
    CircuitBreakerChanged,
    HaltChanged,
    Interrupted,
    InterruptionEnded,
    SidecarChanged,
)
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.events import WorldEvent
from kiwoom_mockserver.world.world import World

EVENTS = ("vi", "halt", "circuit_breaker", "sidecar")
"""The names of the entries."""


class MarketEntry(NamedTuple):
    """The name of a journal entry, and its facts as text."""

    name: str
    facts: dict[str, str]


def market_entry(world: World, event: WorldEvent) -> MarketEntry | None:
    """Return the journal entry of an event that has just happened, or None for one that the journal does not keep."""
    entry_maker = _ENTRIES.get(type(event))
    return None if entry_maker is None else entry_maker(world, event)


def _interrupted(world: World, event: Interrupted) -> MarketEntry:
    until = kst.at(world.state.interruptions[event.code]).isoformat()
    return MarketEntry("vi", {"stk_cd": event.code, "state": "begin", **_interruption(event), "until": until})


def _interruption_ended(world: World, event: InterruptionEnded) -> MarketEntry:
    return MarketEntry("vi", {"stk_cd": event.code, "state": "end", **_interruption(event)})


def _interruption(event: Interrupted | InterruptionEnded) -> dict[str, str]:
    vi = event.interruption
    trigger = "static" if vi.is_static else "dynamic"
    return {"trigger": trigger, "reference": str(vi.reference), "price": str(vi.price)}


def _halt(world: World, event: HaltChanged) -> MarketEntry:
    return MarketEntry("halt", {"stk_cd": event.code, "state": "begin" if event.halted else "end"})


def _circuit_breaker(world: World, event: CircuitBreakerChanged) -> MarketEntry:
    facts = {"market": event.market.value, "stage": str(event.stage), "state": event.state.value}
    return MarketEntry("circuit_breaker", facts)


def _sidecar(world: World, event: SidecarChanged) -> MarketEntry:
    state = "begin" if event.is_on else "end"
    return MarketEntry("sidecar", {"market": event.market.value, "side": event.side.value, "state": state})


_ENTRIES: dict[type, Callable[[World, Any], MarketEntry]] = {
    Interrupted: _interrupted,
    InterruptionEnded: _interruption_ended,
    HaltChanged: _halt,
    CircuitBreakerChanged: _circuit_breaker,
    SidecarChanged: _sidecar,
}
