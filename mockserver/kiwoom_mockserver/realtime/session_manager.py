"""Where realtime sessions meet the worlds: LOGIN leads to a world as a token in a header does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.profiles import RealtimeRules
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.realtime import condition_search
from kiwoom_mockserver.realtime.protocol import RealtimeSession

Authorize = Callable[[str, str], tuple[Broker, AppKey]]
"""The world and the app key of a token that comes from an address; raises ApiError for one that is not good."""


class SessionManager:
    """The desk that every session talks to."""

    def __init__(self, authorize: Authorize) -> None:
        self._authorize = authorize
        self._brokers: dict[RealtimeSession, Broker] = {}

    def open(
        self, send: Callable[[str], None], close: Callable[[int, str], None], address: str = ""
    ) -> RealtimeSession:
        """A session for a new connection of a client at an address."""
        return RealtimeSession(self, send, close, address)

    def mark_closed(self, session: RealtimeSession) -> None:
        """The connection is gone."""
        session.mark_closed()
        broker = self._brokers.pop(session, None)
        if broker is not None:
            broker.subscriptions.remove(session)

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules:
        """See :class:`~kiwoom_mockserver.realtime.protocol.Desk`."""
        broker, key = self._authorize(token, session.address)
        older = self._brokers.get(session)
        if older is not None:
            older.subscriptions.remove(session)
        broker.subscriptions.add(session, key.appkey, key.accounts)
        self._brokers[session] = broker
        return broker.profile.realtime

    def now(self, session: RealtimeSession) -> int:
        """Microseconds of the clock of the session's world."""
        return self._brokers[session].world.now

    def clock_runs(self, session: RealtimeSession) -> bool:
        """Whether the clock of the session's world moves by itself."""
        broker = self._brokers.get(session)
        return broker is None or broker.clock is not None

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        """What the session listens to has changed."""
        self._brokers[session].subscriptions.refresh(session)

    def note(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        """Take down a frame from a client, once it is known whose it is."""
        broker = self._brokers.get(session)
        if broker is not None:
            data = frame.encode(errors="replace") if isinstance(frame, str) else frame
            broker.journal.add(broker.world.now, EntryKind.RECEIVED, name, session.accounts, data)

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        """Take down a frame for a client, once it is known whose it is, and send it; whether it leaves."""
        broker = self._brokers.get(session)
        if broker is not None:
            return broker.push(name, text, [session])
        session.send(text)
        return True

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        """The answers to a condition search."""
        broker = self._brokers[session]
        answers = condition_search.answer(broker.world, session, request, broker.profile.page_size)
        broker.subscriptions.refresh(session)
        return answers
