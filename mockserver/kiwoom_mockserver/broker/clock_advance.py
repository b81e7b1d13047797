"""Advances a manual clock while clients are connected, waiting at every PING until they have echoed it.

The server sends a PING every ten seconds and closes a session that leaves several unanswered. An advance by an hour
takes much less real time than a client needs to answer: without the waits every client would be disconnected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.broker.subscriber import PING_INTERVAL, SessionState, Subscriber
from kiwoom_mockserver.world.kst import SECOND

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker

ECHO_TIMEOUT = 1.0
"""Seconds of real time that one PING of an advance waits for its echoes."""


class Echoes:
    """The echoes of a PING that sessions still owe: a :class:`~kiwoom_mockserver.broker.executor.Wait`."""

    def __init__(self, sessions: Sequence[Subscriber]) -> None:
        self._sessions = sessions
        self.timeout = ECHO_TIMEOUT

    def is_over(self) -> bool:
        """Return whether no session owes an echo any more."""
        return not self.missing()

    def missing(self) -> list[Subscriber]:
        """Return the sessions that still owe one."""
        return [session for session in self._sessions if session.owes_echo]

    def subscribe(self, wake: Callable[[], object]) -> Callable[[], object]:
        """Call ``wake`` with each echo, and when a session is closed."""
        for session in self._sessions:
            session.on_echo = wake
        return lambda: None


def advance(broker: Broker, to: int) -> Steps[None]:
    """Advance the clock of a world to a moment in microseconds since 1970."""
    # A session that missed one echo is not waited for again in this advance: a client that cannot answer, such as one
    # that is blocked by the caller of the advance, costs one timeout and not one for every PING.
    silent: dict[Subscriber, None] = {}
    # A running clock sends its PINGs in real time, so there is nothing to wait for.
    while broker.clock is None and (due := min(map(_next_ping, _logged_in(broker)), default=to + 1)) <= to:
        yield from _run_timers(broker, due)
        for session in _logged_in(broker):
            if _next_ping(session) <= due:
                session.ping()
        echoes = Echoes([session for session in _logged_in(broker) if session not in silent])
        if not echoes.is_over():
            yield echoes
            silent |= dict.fromkeys(echoes.missing())
    yield from _run_timers(broker, to)


def _run_timers(broker: Broker, to: int) -> Steps[None]:
    for _ in broker.run_timers(to):
        yield None


def _logged_in(broker: Broker) -> list[Subscriber]:
    return [session for session in broker.subscriptions.sessions if session.state is SessionState.LOGGED_IN]


def _next_ping(session: Subscriber) -> int:
    return session.ping_sent_at + int(PING_INTERVAL * SECOND)
