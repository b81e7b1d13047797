"""Where realtime sessions meet the worlds: LOGIN leads to a world as a token in a header does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiwoom_mockserver.gateway.counter import Counter
from kiwoom_mockserver.gateway.journal import Kind
from kiwoom_mockserver.gateway.realtime import search
from kiwoom_mockserver.gateway.realtime.protocol import Rules, Session
from kiwoom_mockserver.gateway.tokens import Key

Authorize = Callable[[str, str], tuple[Counter, Key]]
"""The world and the app key of a token that comes from an address; raises ApiError for one that is not good."""


class RealtimeDesk:
    """The desk that every session talks to."""

    def __init__(self, authorize: Authorize) -> None:
        self._authorize = authorize
        self._counters: dict[Session, Counter] = {}

    def open(self, send: Callable[[str], None], close: Callable[[int, str], None], address: str = "") -> Session:
        """A session for a new connection of a client at an address."""
        return Session(self, send, close, address)

    def hang_up(self, session: Session) -> None:
        """The connection is gone."""
        session.hang_up()
        counter = self._counters.pop(session, None)
        if counter is not None:
            counter.hub.leave(session)

    def log_in(self, session: Session, token: str) -> Rules:
        """See :class:`~kiwoom_mockserver.gateway.realtime.protocol.Desk`."""
        counter, key = self._authorize(token, session.address)
        older = self._counters.get(session)
        if older is not None:
            older.hub.leave(session)
        counter.hub.welcome(session, key.appkey, key.accounts)
        self._counters[session] = counter
        return counter.profile.realtime

    def now(self, session: Session) -> int:
        """Microseconds of the clock of the session's world."""
        return self._counters[session].world.now

    def clock_runs(self, session: Session) -> bool:
        """Whether the clock of the session's world moves by itself."""
        counter = self._counters.get(session)
        return counter is None or counter.clock is not None

    def registered(self, session: Session) -> None:
        """What the session listens to has changed."""
        self._counters[session].hub.registered(session)

    def note(self, session: Session, name: str, frame: str | bytes) -> None:
        """Take down a frame from a client, once it is known whose it is."""
        counter = self._counters.get(session)
        if counter is not None:
            data = frame.encode(errors="replace") if isinstance(frame, str) else frame
            counter.journal.add(counter.world.now, Kind.RECEIVED, name, session.accounts, data)

    def push(self, session: Session, name: str, text: str) -> bool:
        """Take down a frame for a client, once it is known whose it is, and send it; whether it leaves."""
        counter = self._counters.get(session)
        if counter is not None:
            return counter.push(name, text, [session])
        session.send(text)
        return True

    def search(self, session: Session, request: dict[str, Any]) -> list[str]:
        """The answers to a condition search."""
        counter = self._counters[session]
        answers = search.answer(counter.world, session, request, counter.profile.page_size)
        counter.hub.registered(session)
        return answers
