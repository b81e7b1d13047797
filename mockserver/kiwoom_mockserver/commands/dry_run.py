"""Plays a market script without a server, as fast as it goes, to somebody who listens to everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.profiles import RealtimeRules
from kiwoom_mockserver.broker.subscriber import SessionState
from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits, RegistrationRequest, pair_of
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.realtime.investor_flows import GOLD_ITEMS
from kiwoom_mockserver.realtime.protocol import RealtimeSession
from kiwoom_mockserver.world.events import FailedExpectation
from kiwoom_mockserver.world.kst import SECOND
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.timeline import WalkStep

DRY_RUN_START = datetime(2026, 11, 23, 10)  # noqa: DTZ001 - Korean time
"""When a rehearsal begins, so that every one of them is alike."""


def dry_run(broker: Broker, scenario: Scenario, loops: int, out: Callable[[str], None]) -> list[str]:
    """Play so many loops, hand out each frame, and tell what was not as the script expected."""
    for place, key in enumerate(broker.state.keys.values()):
        _listen(broker, key, out, everything=place == 0)
    end = broker.world.now + _length(scenario) * loops
    happened = chain.from_iterable(broker.run_timers(end - 1))
    surprises = [event.text for event in happened if isinstance(event, FailedExpectation)]
    broker.advance(end)
    return surprises


def _length(scenario: Scenario) -> int:
    """Of one loop, or of a timeline that is played once and a second after it."""
    if scenario.loop is not None:
        return scenario.loop
    ends = [step.at + (step.action.lasts if isinstance(step.action, WalkStep) else 0) for step in scenario.timeline]
    return max(ends, default=0) + SECOND


class _Everyone:
    """A desk that lets everybody in and searches nothing."""

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules:
        return RealtimeRules()

    def now(self, session: RealtimeSession) -> int:
        return 0

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        return None

    def record_received(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        return None

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        session.send(text)
        return True

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        return []


def _listen(broker: Broker, key: AppKey, out: Callable[[str], None], *, everything: bool) -> None:
    session = RealtimeSession(_Everyone(), out, lambda code, reason: None)
    session.state = SessionState.LOGGED_IN
    items = ["", *broker.world.ledger.market_data, *GOLD_ITEMS]
    types = catalogue.realtime() if everything else ("00", "04")
    pairs = [pair_of(kind, item) for kind in types for item in items if kind != "1h" or item]
    session.subscription_groups.add(RegistrationRequest("1", True, pairs), RegistrationLimits())
    broker.subscriptions.add(session, key.appkey, key.accounts)
