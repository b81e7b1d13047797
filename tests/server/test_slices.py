"""Long work on the server's loop: it takes turns, belongs to its world and its caller, and leaves nobody waiting."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from conditions import eventually
from kiwoom_mockserver.admin import invariant_check
from kiwoom_mockserver.admin.clock_moves import ClockMoves
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import TEST_CONFIG
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker import journal
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import Steps, WorkEndedError, WorkTimeoutError
from kiwoom_mockserver.server import slices
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.slices import LoopExecutor
from wire import Wire

WALKING = WorldConfig(clock="manual", feed="walk")
YEAR = timedelta(days=366)


def endless(seen: list[str], name: str) -> Steps[None]:
    while True:
        seen.append(name)
        yield None


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def on_its_way(pool: ThreadPoolExecutor, world: MockWorld) -> Future[object]:
    """An advance by a year, which has begun."""
    began = world.clock.now
    way: Future[object] = pool.submit(world.clock.advance, YEAR)
    eventually(lambda: world.clock.now > began)
    assert not way.done()
    return way


def test_long_works_take_turns_slice_by_slice() -> None:
    seen: list[str] = []

    async def both() -> None:
        executor = LoopExecutor(asyncio.get_running_loop())
        executor.begin_slice = lambda: lambda: True  # type: ignore[method-assign]
        brokers = [create_broker(TEST_CONFIG, wall_clock()) for _ in "ab"]
        works = [
            asyncio.create_task(executor.work_async(broker, endless(seen, name)))
            for broker, name in zip(brokers, "ab", strict=True)
        ]
        while len(seen) < 10:
            seen.append("loop")  # everything else on the loop has its turn after each slice
            await asyncio.sleep(0)
        for work in works:
            work.cancel()
        await asyncio.wait(works)

    asyncio.run(both())
    slices_alone = [name for name in seen if name != "loop"]
    assert slices_alone == ["a", "b"] * (len(slices_alone) // 2) + ["a"] * (len(slices_alone) % 2)
    assert all({"loop"} & set(pair) for pair in pairwise(seen))


def test_reset_ends_an_advance_and_the_clock_is_exactly_the_start(server: MockServer, pool: ThreadPoolExecutor) -> None:
    world = server.create(WALKING)
    start, as_it_began = world.clock.now, world.state_hash()
    way = on_its_way(pool, world)
    world.reset()
    with pytest.raises(WorkEndedError, match=r"^ended before it was done: the world was set back$"):
        way.result(10)
    assert (world.clock.now, world.state_hash()) == (start, as_it_began)
    assert world.clock.advance(1) == start + timedelta(seconds=1)


def test_restore_ends_an_advance(server: MockServer, pool: ThreadPoolExecutor) -> None:
    world = server.create(WALKING)
    world.clock.advance(5)
    kept, then = world.snapshot(), world.clock.now
    way = on_its_way(pool, world)
    world.restore(kept)
    with pytest.raises(WorkEndedError, match="the world was set back"):
        way.result(10)
    assert world.clock.now == then


def test_closing_a_world_ends_its_advance(server: MockServer, pool: ThreadPoolExecutor) -> None:
    world = server.create(WALKING)
    way = on_its_way(pool, world)
    server.close(world)
    with pytest.raises(WorkEndedError, match="the world was closed"):
        way.result(10)


def test_an_advance_has_a_limit_of_real_time_and_the_clock_stays_where_it_is(server: MockServer) -> None:
    world = server.create(WALKING)
    began = world.clock.now
    with pytest.raises(
        TimeoutError, match=r"^not done within 0\.2 seconds of real time; the clock shows 20.*T.*\+09:00; see docs/"
    ):
        world.clock.advance(YEAR, timeout=0.2)
    assert began < world.clock.now < began + YEAR
    assert world.clock.advance(0) == world.clock.now


@pytest.mark.parametrize("timeout", [0, -1, "5"])
def test_a_limit_is_a_positive_number(server: MockServer, timeout: float) -> None:
    world = server.create()
    with pytest.raises(ValueError, match="timeout: expected seconds of real time, more than 0"):
        world.clock.advance(1, timeout=timeout)


def test_a_caller_who_hangs_up_ends_his_advance(server: MockServer, http: httpx2.Client) -> None:
    world = server.create(WALKING)
    began, address = world.clock.now, urlsplit(server.rest_url)
    body = b'{"seconds": 31622400, "timeout": 3600}'
    head = (
        f"POST /__control/worlds/{world.name}/clock/advance HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as caller:
        caller.sendall(head.encode() + body)
        eventually(lambda: world.clock.now > began)
    eventually(lambda: not world.broker._work)
    assert (
        http.post(f"{server.rest_url}/__control/worlds/{world.name}/reset").json()["clock"]["now"] == began.isoformat()
    )


def test_over_http_an_advance_that_is_ended_or_takes_too_long_is_409(
    server: MockServer, pool: ThreadPoolExecutor, http: httpx2.Client
) -> None:
    world = server.create(WALKING)
    url, began = f"{server.rest_url}/__control/worlds/{world.name}", world.clock.now
    way = pool.submit(http.post, f"{url}/clock/advance", json={"seconds": 31_622_400})
    eventually(lambda: world.clock.now > began)
    http.post(f"{url}/reset")
    answer = way.result(10)
    assert (answer.status_code, answer.json()["error"]) == (409, "ended before it was done: the world was set back")
    answer = http.post(f"{url}/clock/advance", json={"seconds": 31_622_400, "timeout": 0.2})
    text = (
        f"not done within 0.2 seconds of real time; what was done until then stays; the clock shows {world.clock.now}"
    )
    assert (answer.status_code, answer.json()["error"].startswith(text.replace(" ", "T", 0)[:80])) == (409, True)


def test_so_many_calls_wait_for_a_world_at_once_and_cost_no_thread(
    server: MockServer, pool: ThreadPoolExecutor, http: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MAX_WAITS", 1)
    world, other = server.create(), server.create()
    url = f"{server.rest_url}/__control/worlds/{world.name}"
    threads = threading.active_count()
    waiting = pool.submit(http.get, f"{url}/journal/wait-for", params={"name": "never", "within": 30})
    eventually(lambda: len(world.journal._listeners) == 1)
    assert threading.active_count() <= threads + 1  # that of the pool: the wait has none of its own
    answer = http.get(f"{url}/journal/wait-for", params={"name": "never", "within": 30})
    text = "1 calls wait for entries of this world; end some of them first"
    assert (answer.status_code, answer.json()["error"]) == (503, text)
    with pytest.raises(RuntimeError, match=text):
        world.journal.wait_for("never", within=30)
    for name in (world.name, other.name):  # whatever does not wait goes on
        assert http.get(f"{server.rest_url}/__control/worlds/{name}/invariants").json() == {"broken": []}
    http.post(f"{url}/reset")
    assert waiting.result(10).status_code == 409
    assert not world.journal._listeners


def test_a_wait_that_holds_up_the_loop_of_its_caller_says_what_to_await(server: MockServer) -> None:
    world = server.create()

    async def blocking() -> None:
        world.journal.wait_for("kt10000", within=0.01)

    with pytest.raises(AssertionError) as caught:
        asyncio.run(blocking())
    assert caught.value.__notes__ == [
        "The call held up the event loop in which it was made: await it from kiwoom.aio instead."
    ]
    with pytest.raises(AssertionError) as caught:
        world.journal.wait_for("kt10000", within=0.01)
    assert not hasattr(caught.value, "__notes__")


def test_a_wait_of_the_fixture_ends_with_a_reset(server: MockServer, pool: ThreadPoolExecutor) -> None:
    world = server.create()
    waits: list[Future[Any]] = [
        pool.submit(world.journal.wait_for, "kt10000", within=30),
        pool.submit(world.journal.verify, "kt10000", within=30),
    ]
    eventually(lambda: len(world.journal._listeners) == 2)
    world.reset()
    for waiting in waits:
        with pytest.raises(WorkEndedError, match="the world was set back"):
            waiting.result(10)


def test_a_world_pausing_while_its_invariants_are_checked_and_others_go_on(
    server: MockServer, pool: ThreadPoolExecutor, http: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that takes a slice for each step, and ends once everybody has tried to change the ledger."""
    checked, other = Wire(server.create(), http).login(), Wire(server.create(), http).login()
    go_on, going = threading.Event(), threading.Event()

    def slow_check(exchange: object) -> Iterator[None]:
        while not go_on.is_set():
            going.set()
            yield None

    monkeypatch.setattr(invariant_check, "check_in_steps", slow_check)
    check = pool.submit(checked.kiwoom.invariants)
    assert going.wait(10)
    world = checked.kiwoom
    control = f"{server.rest_url}/__control/worlds/{world.name}"
    changes: list[Future[Any]] = [
        pool.submit(checked.buy, 1, 200_000),
        pool.submit(world.clock.advance, 60),
        pool.submit(http.post, f"{control}/clock/advance", json={"seconds": 60}),
        pool.submit(world.customer.deposit, 5),
        pool.submit(http.post, f"{control}/customers/{world.account}/deposit", json={"amount": 5}),
    ]
    other.buy(1, 200_000)
    assert http.get(f"{server.rest_url}/__control/health").status_code == 200
    assert not any(change.done() for change in changes)
    assert world.broker.world.ledger.next_order == 1
    go_on.set()
    assert check.result(10) == []
    for change in changes:
        change.result(10)
    assert world.broker.world.ledger.next_order == 2


def test_work_is_refused_in_the_thread_that_would_have_to_do_it(server: MockServer) -> None:
    world = server.create()
    with pytest.raises(RuntimeError, match="waits for the server's own thread"):
        world.broker.run_on_loop(lambda: world.clock.advance(1))


@pytest.mark.parametrize("ends", ["before", "meanwhile"])
@pytest.mark.parametrize("call", ["run", "work"])
def test_whoever_waits_for_a_loop_that_ends_is_told_so(call: str, ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "LIVENESS_INTERVAL", 0.01)
    broker = create_broker(TEST_CONFIG, wall_clock())
    loop = asyncio.new_event_loop()
    asked = threading.Event()
    schedule = loop.call_soon_threadsafe

    def call_soon_threadsafe(*words: object) -> object:
        handle = schedule(*words)  # type: ignore[arg-type]
        asked.set()
        return handle

    monkeypatch.setattr(loop, "call_soon_threadsafe", call_soon_threadsafe)
    executor = LoopExecutor(loop)
    calls: dict[str, Callable[[], object]] = {
        "run": lambda: executor.run(lambda: None),
        "work": lambda: executor.work(broker, endless([], "")),
    }
    if ends == "before":
        loop.close()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(calls[call])
        if ends == "meanwhile":
            assert asked.wait(10)
            loop.close()
        with pytest.raises(RuntimeError, match="the server has stopped"):
            waiting.result(10)


def test_a_server_that_stops_ends_all_work(pool: ThreadPoolExecutor) -> None:
    with MockServer() as server:
        way = on_its_way(pool, server.create(WALKING))
        waiting = pool.submit(_wait_long, server.create().broker)
    for work in (way, waiting):
        with pytest.raises(RuntimeError, match="the server has stopped"):
            work.result(10)


def _wait_long(broker: Broker) -> object:
    return broker.executor.work(broker, endless([], ""))


def test_an_exception_in_the_waiting_thread_ends_the_work(server: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    world = server.create(WALKING)

    def interrupted(*_: object) -> object:
        eventually(lambda: bool(world.broker._work))
        raise KeyboardInterrupt

    moves = ClockMoves(world.broker, wall_clock)
    monkeypatch.setattr(slices, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.broker.executor.work(world.broker, moves.carry_out(moves.advance(YEAR)))
    monkeypatch.undo()
    eventually(lambda: not world.broker._work)


def test_an_error_of_the_work_itself_is_raised_as_it_is(server: MockServer) -> None:
    def failing() -> Steps[None]:
        yield None
        raise TimeoutError("mine")

    broker = server.create().broker
    with pytest.raises(TimeoutError, match=r"^mine$") as caught:
        broker.executor.work(broker, failing(), 10)
    assert not isinstance(caught.value, WorkTimeoutError)
