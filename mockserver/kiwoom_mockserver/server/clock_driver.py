"""Moves a clock by hand while clients listen: it stops at each PING until they have echoed it, within bounds."""

from __future__ import annotations

import asyncio
import contextlib

from kiwoom_mockserver.broker.broker import TIMERS_AT_ONCE, Broker
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber
from kiwoom_mockserver.server.websocket import PING_EVERY
from kiwoom_mockserver.world.kst import SECOND

ECHO_WITHIN = 1.0
"""Seconds of real time that an advance waits for echoes. Who lets them pass once is not waited for again in it."""


async def advance(broker: Broker, to: int) -> None:
    """Move the clock of a world; one that runs by itself stops at no PING, for those are on real time."""
    silent: dict[Subscriber, None] = {}
    while broker.clock is None and (due := min(map(_due, _listening(broker)), default=to + 1)) <= to:
        await _run_timers(broker, due)
        for session in _listening(broker):
            if _due(session) <= due:
                session.ping()
        silent |= await _silent([session for session in _listening(broker) if session not in silent])
    await _run_timers(broker, to)


async def _run_timers(broker: Broker, to: int) -> None:
    """Others have their turn on the way: other worlds, and whoever wants to end the server."""
    for fired, _ in enumerate(broker.run_timers(to), start=1):
        if fired % TIMERS_AT_ONCE == 0:
            await asyncio.sleep(0)


def _listening(broker: Broker) -> list[Subscriber]:
    return [session for session in broker.subscriptions.sessions if session.state is SessionState.LOGGED_IN]


def _due(session: Subscriber) -> int:
    return session.ping_sent_at + int(PING_EVERY * SECOND)


async def _silent(sessions: list[Subscriber]) -> dict[Subscriber, None]:
    """Wait for the echoes that sessions owe; those that owe them still."""
    echoed = asyncio.Event()
    for session in sessions:
        session.on_echo = echoed.set
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ECHO_WITHIN):
            while any(session.owes_echo for session in sessions):
                echoed.clear()
                await echoed.wait()
    return dict.fromkeys(session for session in sessions if session.owes_echo)
