"""The session manager: connects realtime sessions to the brokers of their worlds.

LOGIN leads to a world by its token, as the ``authorization`` header of a REST request does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_actions import ABNORMAL_CLOSURE, Reset
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.profiles import PAGE_SIZE, RealtimeRules
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.realtime import condition_search
from kiwoom_mockserver.realtime.protocol import RealtimeSession


class Login(NamedTuple):
    """A LOGIN whose token is valid."""

    broker: Broker
    key: AppKey
    hits: Sequence[Hit] = ()
    """The faults that hit it."""
    is_lost: bool = False
    """Whether one of them loses it: it is not carried out, and not answered."""


Authorize = Callable[[str, str], Login]
"""Checks a token that comes from a client's address. Raises ApiError for an invalid token, or if a fault refuses it."""


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
        # A session that its world has removed before, as a restore does, leaves nothing behind in it.
        if broker is not None and broker.subscriptions.remove(session) and is_broken:
            broker.state.left_searches.add(session.appkey, session.searches)

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules | None:
        """Subscribe a session to the world of its token, and return the realtime rules of that world.

        Returns None if a fault loses the request. Raises ApiError for a token that is invalid or not good for realtime.
        In both cases the session stays where it was.
        """
        broker, key, hits, is_lost = self._authorize(token, session.address)
        if is_lost:
            if any(isinstance(hit.action, Reset) for hit in hits):
                session.abort(ABNORMAL_CLOSURE, "")
            return None
        session.login_hits = [*hits]
        previous = self._brokers.get(session)
        if previous is not None:
            previous.subscriptions.remove(session)
        rules = broker.profile.realtime
        broker.subscriptions.add(session, key.appkey, key.accounts, ends_older=rules.second_login == "kick")
        self._brokers[session] = broker
        return rules

    def now(self, session: RealtimeSession) -> int:
        """Return the clock of the session's world, in microseconds since 1970."""
        return self._brokers[session].world.now

    async def unpaused(self, session: RealtimeSession) -> None:
        """Return once the world of a session is not paused by long work."""
        broker = self._brokers.get(session)
        if broker is not None:
            await broker.executor.unpaused(broker)

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
            secrets = broker.secrets(session.appkey)
            broker.journal.add(broker.world.now, EntryKind.RECEIVED, name, session.accounts, data, secrets=secrets)

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
        frames = condition_search.answer(broker.world, broker.state.left_searches, session, request, page_size)
        broker.subscriptions.follow_changes(session)
        return frames
