"""Plays a market script without a server, as fast as it goes, to somebody who listens to everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_mockserver.gateway.counter import Counter
from kiwoom_mockserver.gateway.realtime.protocol import Rules, Session, State
from kiwoom_mockserver.gateway.realtime.registrations import Limits, Wanted, pair
from kiwoom_mockserver.gateway.realtime.telling import GOLD_ITEMS
from kiwoom_mockserver.gateway.tokens import Key
from kiwoom_mockserver.world.events import Unexpected
from kiwoom_mockserver.world.kst import SECOND
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.timeline import WalkStep

REHEARSAL = datetime(2026, 11, 23, 10)  # noqa: DTZ001 - Korean time
"""When a rehearsal begins, so that every one of them is alike."""


def rehearse(counter: Counter, scenario: Scenario, loops: int, out: Callable[[str], None]) -> list[str]:
    """Play so many loops, hand out each frame, and tell what was not as the script expected."""
    for place, key in enumerate(counter.state.keys.values()):
        _listen(counter, key, out, everything=place == 0)
    end = counter.world.now + _length(scenario) * loops
    happened = chain.from_iterable(counter.go_on(end - 1))
    surprises = [event.text for event in happened if isinstance(event, Unexpected)]
    counter.advance(end)
    return surprises


def _length(scenario: Scenario) -> int:
    """Of one loop, or of a timeline that is played once and a second after it."""
    if scenario.loop is not None:
        return scenario.loop
    ends = [step.at + (step.action.lasts if isinstance(step.action, WalkStep) else 0) for step in scenario.timeline]
    return max(ends, default=0) + SECOND


class _Everyone:
    """A desk that lets everybody in and searches nothing."""

    def log_in(self, session: Session, token: str) -> Rules:
        return Rules()

    def now(self, session: Session) -> int:
        return 0

    def registered(self, session: Session) -> None:
        return None

    def note(self, session: Session, name: str, frame: str | bytes) -> None:
        return None

    def push(self, session: Session, name: str, text: str) -> bool:
        session.send(text)
        return True

    def search(self, session: Session, request: dict[str, Any]) -> list[str]:
        return []


def _listen(counter: Counter, key: Key, out: Callable[[str], None], *, everything: bool) -> None:
    session = Session(_Everyone(), out, lambda code, reason: None)
    session.state = State.LOGGED_IN
    items = ["", *counter.world.ledger.market_data, *GOLD_ITEMS]
    types = catalogue.realtime() if everything else ("00", "04")
    pairs = [pair(kind, item) for kind in types for item in items if kind != "1h" or item]
    session.registrations.add(Wanted("1", True, pairs), Limits())
    counter.hub.welcome(session, key.appkey, key.accounts)
