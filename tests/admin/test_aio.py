"""What waits or moves the clock, awaited in the loop in which the bot runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from conditions import eventually
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.broker.executor import WorkEndedError
from kiwoom_mockserver.broker.journal import EntryKind, JournalError
from kiwoom_mockserver.broker.profiles import OPEN, changed
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_reference_client import AsyncKiwoom, OrderEvent
from rest.stage import SHARE, STAGE
from wire import Worlds

pytest_plugins = ["pytester"]

STRICT = changed(OPEN, "realtime.missed_pings", 5)
KRX = msgspec.structs.replace(STAGE, hours=Hours.KRX, start=datetime(2026, 11, 27, 10))


def client_of(kiwoom: MockWorld) -> AsyncKiwoom:
    return AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)


def test_a_bot_in_the_same_loop_goes_on_during_an_advance(worlds: Worlds) -> None:
    """Five minutes of thirty PINGs: a client that cannot echo them would be disconnected after five."""
    kiwoom = worlds.open(WorldConfig(profile=STRICT, clock="manual")).kiwoom

    async def test() -> list[Any]:
        async with client_of(kiwoom) as client, client.realtime() as stream:
            await stream.register([], ["00"])
            await kiwoom.aio.clock.advance(300)
            await client.buy(SHARE, 1, price=200_000)
            return [event async for event in _first(stream, OrderEvent)]

    (event,) = asyncio.run(test())
    assert event.code == SHARE
    pings = kiwoom.journal.find("PING", kind="pushed")
    assert len(pings) == len(kiwoom.journal.find("PING", kind="received")) == 30


async def _first(stream: Any, kind: type) -> Any:
    async for event in stream:
        if isinstance(event, kind):
            yield event
            return


MOVES: dict[str, tuple[Callable[[Any], Awaitable[object]], str]] = {
    "advance": (lambda clock: clock.advance(90), "2026-11-27T10:01:30"),
    "advance_to": (lambda clock: clock.advance_to("D+2 09:00"), "2026-12-01T09:00:00"),
    "next_session": (lambda clock: clock.next_session(), "2026-11-27T15:20:00"),
    "next_day": (lambda clock: clock.next_day(), "2026-11-30T00:00:00"),
    "business_days": (lambda clock: clock.business_days(1), "2026-11-30T10:00:00"),
    "run_until": (lambda clock: clock.run_until(lambda: False, within=5), "TimeoutError"),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("is_served", [True, False])
def test_each_move_ends_where_that_of_the_fixture_ends(worlds: Worlds, move: str, is_served: bool) -> None:
    def open_world() -> MockWorld:
        return worlds.open(KRX).kiwoom if is_served else WorldRegistry().create(KRX)

    awaited, blocking = open_world(), open_world()
    call, ends = MOVES[move]

    async def await_it() -> object:
        return await call(awaited.aio.clock)

    if ends == "TimeoutError":
        text = r"the condition does not hold at 2026-11-27T10:00:05\+09:00; see docs/"
        with pytest.raises(TimeoutError, match=text):
            asyncio.run(await_it())
        with pytest.raises(TimeoutError, match=text):
            call(blocking.clock)
        return
    assert asyncio.run(await_it()) == call(blocking.clock)
    assert awaited.clock.now.isoformat() == blocking.clock.now.isoformat() == f"{ends}+09:00"
    assert awaited.market.session == blocking.market.session


def test_a_condition_is_called_in_the_loop_of_the_test(worlds: Worlds) -> None:
    kiwoom, loops = worlds.open(STAGE).kiwoom, []

    async def run() -> datetime:
        def condition() -> bool:
            loops.append(asyncio.get_running_loop())
            return kiwoom.clock.now.day == 24

        moment = await kiwoom.aio.clock.run_until(condition, within=timedelta(days=2))
        assert set(loops) == {asyncio.get_running_loop()}
        return moment

    assert asyncio.run(run()).isoformat() == "2026-11-24T00:00:00+09:00"


def test_bad_moves_are_refused_with_the_page(worlds: Worlds) -> None:
    clock = worlds.open(STAGE).kiwoom.aio.clock
    with pytest.raises(
        ValueError, match=r"^a clock moves forward, not by -1; see docs/testing.md#the-parts-of-the-fixture$"
    ):
        asyncio.run(clock.advance(-1))
    with pytest.raises(ValueError, match="condition: expected a plain function without parameters, got"):
        asyncio.run(clock.run_until(True))  # type: ignore[arg-type]


def test_a_coroutine_is_no_condition(worlds: Worlds) -> None:
    kiwoom = worlds.open(STAGE).kiwoom

    async def condition() -> bool:
        return False

    text = r"condition: expected a plain function without parameters, got .*; see docs/testing.md#the-parts-of-the-fixture$"
    with pytest.raises(ValueError, match=text):
        asyncio.run(kiwoom.aio.clock.run_until(condition))
    with pytest.raises(ValueError, match=text):
        kiwoom.clock.run_until(condition)
    with pytest.raises(ValueError, match=text):
        kiwoom.clock.run_until(lambda: condition())


def test_without_a_server_the_loop_goes_on_while_the_journal_is_awaited() -> None:
    kiwoom = WorldRegistry().create(STAGE)

    async def run() -> str:
        waiting = asyncio.create_task(kiwoom.aio.journal.wait_for("kt10000", within=30))
        await asyncio.sleep(0)
        kiwoom.broker.journal.add(0, EntryKind.CALL, "kt10000", ())
        return (await waiting).name

    assert asyncio.run(run()) == "kt10000"


def test_it_is_for_loops_of_asyncio() -> None:
    moving = WorldRegistry().create(STAGE).aio.clock.advance(1)
    with pytest.raises(RuntimeError, match=r"^kiwoom\.aio is for coroutines of asyncio"):
        moving.send(None)


def test_an_error_of_the_condition_passes_unchanged(worlds: Worlds) -> None:
    def condition() -> bool:
        raise LookupError("mine")

    with pytest.raises(LookupError) as caught:
        asyncio.run(worlds.open(STAGE).kiwoom.aio.clock.run_until(condition))
    assert str(caught.value) == "mine"


def test_cancelling_an_advance_ends_it() -> None:
    with MockServer() as server:
        kiwoom = server.create(WorldConfig(clock="manual", feed="walk"))

        async def give_up() -> None:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await kiwoom.aio.clock.advance(timedelta(days=366))

        asyncio.run(give_up())
        stands = kiwoom.clock.now
        assert kiwoom.clock.advance(1) == stands + timedelta(seconds=1)


def test_a_reset_ends_what_is_awaited(worlds: Worlds) -> None:
    kiwoom = worlds.open(STAGE).kiwoom

    async def run() -> None:
        waiting = asyncio.create_task(kiwoom.aio.journal.wait_for("kt10000", within=30))
        await asyncio.to_thread(eventually, lambda: bool(kiwoom.broker._work))
        kiwoom.reset()
        with pytest.raises(WorkEndedError, match="the world was set back"):
            await waiting

    asyncio.run(run())


def test_the_journal_is_awaited_while_the_bot_orders(worlds: Worlds) -> None:
    kiwoom = worlds.open(STAGE).kiwoom

    async def run() -> tuple[list[str], str]:
        async with client_of(kiwoom) as client:
            waiting = asyncio.create_task(kiwoom.aio.journal.wait_for("kt10000", within=30, stk_cd=SHARE))
            proving = asyncio.create_task(kiwoom.aio.journal.verify("kt10000", count=2, within=30))
            await client.buy(SHARE, 1, price=60_000)
            await client.buy(SHARE, 2, price=60_000)
            first = await waiting
            return [entry.fields["ord_qty"] for entry in await proving], first.fields["ord_qty"]

    assert asyncio.run(run()) == (["1", "2"], "1")
    with pytest.raises(
        JournalError,
        match=r"^waited 0 s for kt10001; the nearest name is kt10000; what came: au10001 2, kt10000 2; see",
    ):
        asyncio.run(kiwoom.aio.journal.wait_for("kt10001", within=0))
    with pytest.raises(ValueError, match=r"^count: expected an integer of at least 0, got -1; see docs/"):
        asyncio.run(kiwoom.aio.journal.verify("kt10001", count=-1))


def test_a_server_that_stops_ends_what_is_awaited() -> None:
    async def run() -> None:
        with MockServer() as server:
            kiwoom = server.create(STAGE)
            waiting = asyncio.create_task(kiwoom.aio.journal.wait_for("never", within=30))
            await asyncio.to_thread(eventually, lambda: bool(kiwoom.broker._work))
        with pytest.raises(RuntimeError, match="the server has stopped"):
            await waiting

    asyncio.run(run())


PLUGINS = """
import asyncio
import pytest
from kiwoom_reference_client import AsyncKiwoom

{marks}


async def test_a_bot_in_the_loop(kiwoom):
    async with AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
        buying = asyncio.create_task(client.buy("005930", 1, price=260_000))
        entry = await kiwoom.aio.journal.wait_for("kt10000", within=30)
        order = await buying
        assert entry.reply["ord_no"] == order.number
        assert await kiwoom.aio.clock.business_days(2) > await kiwoom.aio.clock.advance(0) - __import__("datetime").timedelta(1)
"""

MARKS = {
    "asyncio": "pytestmark = pytest.mark.asyncio",
    "anyio": "pytestmark = pytest.mark.anyio\n\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'",
}


@pytest.mark.parametrize("plugin", MARKS)
def test_under_the_plugins_for_coroutines(plugin: str, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PLUGINS.format(marks=MARKS[plugin]))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q")
    result.assert_outcomes(passed=1)
    assert json.dumps(result.ret) == "0"
