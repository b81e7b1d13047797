"""Advances a manual clock while clients are connected, pausing at every PING until they have echoed it.

The server sends a PING every ten seconds and closes a session that leaves several unanswered. An advance by an hour
takes much less real time than a client needs to answer: without the pauses every client would be disconnected.
"""

from __future__ import annotations

import asyncio
import contextlib

from kiwoom_mockserver.broker.broker import TIMERS_AT_ONCE, Broker
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber
from kiwoom_mockserver.server.websocket import PING_INTERVAL
from kiwoom_mockserver.world.kst import SECOND

ECHO_TIMEOUT = 1.0
"""Seconds of real time that one PING of an advance waits for its echoes."""


async def advance(broker: Broker, to: int) -> None:
    """Advance the clock of a world to a moment in microseconds; runs on the server's loop."""
    # A session that missed one echo is not waited for again in this advance: a client that cannot answer, such as one
    # that is blocked by the caller of the advance, costs one timeout and not one for every PING.
    silent: dict[Subscriber, None] = {}
    # A running clock sends its PINGs in real time (see Connection._ping), so there is nothing to pause for.
    while broker.clock is None and (due := min(map(_next_ping, _logged_in(broker)), default=to + 1)) <= to:
        await _run_timers(broker, due)
        for session in _logged_in(broker):
            if _next_ping(session) <= due:
                session.ping()
        silent |= await _await_echoes([session for session in _logged_in(broker) if session not in silent])
    await _run_timers(broker, to)


async def _run_timers(broker: Broker, to: int) -> None:
    for fired, _ in enumerate(broker.run_timers(to), start=1):
        # A long advance gives way to the requests of other worlds, and to a stop of the server.
        if fired % TIMERS_AT_ONCE == 0:
            await asyncio.sleep(0)


def _logged_in(broker: Broker) -> list[Subscriber]:
    return [session for session in broker.subscriptions.sessions if session.state is SessionState.LOGGED_IN]


def _next_ping(session: Subscriber) -> int:
    return session.ping_sent_at + int(PING_INTERVAL * SECOND)


async def _await_echoes(sessions: list[Subscriber]) -> dict[Subscriber, None]:
    """Wait until the sessions have echoed their PINGs, or for the timeout; the sessions that have not."""
    echoed = asyncio.Event()
    for session in sessions:
        session.on_echo = echoed.set
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ECHO_TIMEOUT):
            while any(session.owes_echo for session in sessions):
                echoed.clear()
                await echoed.wait()
    return dict.fromkeys(session for session in sessions if session.owes_echo)
