"""The session manager: connects realtime sessions to the brokers of their worlds.

LOGIN leads to a world by its token, as the ``authorization`` header of a REST request does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.profiles import PAGE_SIZE, RealtimeRules
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.realtime import condition_search
from kiwoom_mockserver.realtime.protocol import RealtimeSession

Authorize = Callable[[str, str], tuple[Broker, AppKey]]
"""Returns the broker and the app key of a token from a client's address. Raises ApiError for an invalid token."""


class SessionManager:
    """The backend of all realtime sessions (:class:`~kiwoom_mockserver.realtime.protocol.SessionBackend`)."""

    def __init__(self, authorize: Authorize) -> None:
        self._authorize = authorize
        self._brokers: dict[RealtimeSession, Broker] = {}
        """The broker of every session that has logged in."""

    def open(
        self, send: Callable[[str], None], close: Callable[[int, str], None], address: str = ""
    ) -> RealtimeSession:
        """Return a session for a new connection; the parameters are those of :class:`RealtimeSession`."""
        return RealtimeSession(self, send, close, address)

    def mark_closed(self, session: RealtimeSession, *, is_broken: bool = False) -> None:
        """Drop a session whose connection is gone, with its subscriptions. It may have been dropped before.

        ``is_broken`` says that the connection broke, without a close frame.
        """
        session.mark_closed()
        broker = self._brokers.pop(session, None)
        if broker is not None:
            broker.subscriptions.remove(session, is_broken=is_broken)

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules:
        """Subscribe a session to the world of its token, and return the realtime rules of that world.

        Raises ApiError for a token that is invalid or not good for realtime; the session then stays where it was.
        """
        broker, key = self._authorize(token, session.address)
        previous = self._brokers.get(session)
        if previous is not None:
            previous.subscriptions.remove(session)
        broker.subscriptions.add(session, key.appkey, key.accounts)
        self._brokers[session] = broker
        return broker.profile.realtime

    def now(self, session: RealtimeSession) -> int:
        """Return the clock of the session's world, in microseconds since 1970."""
        return self._brokers[session].world.now

    def clock_runs(self, session: RealtimeSession) -> bool:
        """Return whether the clock of the session's world follows the wall clock; True before LOGIN."""
        broker = self._brokers.get(session)
        return broker is None or broker.clock is not None

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        """Follow the registrations of a session after a REG or REMOVE."""
        self._brokers[session].subscriptions.follow_changes(session)

    def record_received(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        """Record a frame from a client in the journal of its world; before LOGIN there is none."""
        broker = self._brokers.get(session)
        if broker is not None:
            data = frame.encode(errors="replace") if isinstance(frame, str) else frame
            broker.journal.add(broker.world.now, EntryKind.RECEIVED, name, session.accounts, data)

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        """Send a frame to a client; return whether it leaves, which a fault may prevent.

        After LOGIN it is recorded in the journal of the session's world, and meets the faults of that world.
        """
        broker = self._brokers.get(session)
        if broker is not None:
            return broker.push(name, text, [session])
        session.send(text)
        return True

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        """Return the frames that answer a condition search request."""
        broker = self._brokers[session]
        page_size = broker.profile.page_size or PAGE_SIZE
        frames = condition_search.answer(broker.world, broker.subscriptions, session, request, page_size)
        broker.subscriptions.follow_changes(session)
        return frames
