"""Plays a scenario without a server, as fast as it goes, for sessions that subscribe to everything."""

from __future__ import annotations

from collections import deque
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
"""The time at which every dry run starts, in KST, so that the same scenario gives the same frames."""


def dry_run(broker: Broker, scenario: Scenario, loops: int, on_frame: Callable[[str], None]) -> list[str]:
    """Play a scenario so many times, pass every frame to a function, and return the failed expectations as text."""
    for number, key in enumerate(broker.state.keys.values()):
        _subscribe(broker, key, on_frame, to_market=number == 0)
    end = broker.world.now + _length(scenario) * loops
    # A loop ends where the next one begins, so the timers of that moment belong to the next one.
    events = chain.from_iterable(broker.run_timers(end - 1))
    failures = [event.text for event in events if isinstance(event, FailedExpectation)]
    deque(broker.run_timers(end), maxlen=0)
    return failures


def _length(scenario: Scenario) -> int:
    """The microseconds of one loop; of a scenario that is played once, those of its timeline and a second more."""
    if scenario.loop is not None:
        return scenario.loop
    ends = [step.at + (step.action.lasts if isinstance(step.action, WalkStep) else 0) for step in scenario.timeline]
    return max(ends, default=0) + SECOND


class _AnyLogin:
    """A backend of sessions that are logged in without a token, and whose frames are not kept in a journal."""

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


def _subscribe(broker: Broker, key: AppKey, on_frame: Callable[[str], None], *, to_market: bool) -> None:
    """Subscribe a customer to the frames of the accounts, and of the market too where one customer stands for all."""
    session = RealtimeSession(_AnyLogin(), on_frame, lambda code, reason: None)
    session.state = SessionState.LOGGED_IN
    items = ["", *broker.world.ledger.market_data, *GOLD_ITEMS]
    types = catalogue.realtime() if to_market else ("00", "04")
    pairs = [pair_of(kind, item) for kind in types for item in items if kind != "1h" or item]
    session.subscription_groups.add(RegistrationRequest("1", True, pairs), RegistrationLimits())
    broker.subscriptions.add(session, key.appkey, key.accounts)
