"""Work beside the loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from kiwoom_mockserver.server.control_api.threads import in_thread


def test_the_loop_goes_on_meanwhile() -> None:
    async def both() -> tuple[str, str]:
        turn = threading.Event()

        def wait() -> str:
            assert turn.wait(10)
            return threading.current_thread().name

        waiting = asyncio.create_task(in_thread(wait))
        first = await in_thread(lambda: "first")
        turn.set()
        return first, await waiting

    assert asyncio.run(both()) == ("first", "control")


def test_an_error_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(in_thread(fail))


def test_nobody_has_to_wait_for_it() -> None:
    turn = threading.Event()
    ended = threading.Event()

    def wait() -> None:
        turn.wait(10)
        ended.set()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_thread(wait), 0.01)

    asyncio.run(give_up())
    turn.set()
    assert ended.wait(10)
