"""Which test a thread belongs to, and how long it is refused."""

from __future__ import annotations

import textwrap

import pytest

from host_guard.runs import PLUGINS, run, told

pytest_plugins = ["pytester"]


def test_a_thread_is_of_the_test_that_started_it(bots: pytest.Pytester) -> None:
    """As is a thread that it starts, whichever test runs by then, guarded or not."""
    result = run(
        bots,
        """
        import _thread

        go, done = threading.Event(), threading.Semaphore(0)

        def late(host):
            go.wait(60)
            reach(host)
            in_a_thread("grandchild", host)
            done.release()

        def test_guilty(kiwoom):
            threading.Timer(0, late, ["one.kiwoom.com"]).start()
            _thread.start_new_thread(late, ("two.kiwoom.com",))

        def test_innocent(kiwoom):
            go.set()
            for _ in range(2):
                assert done.acquire(timeout=60)

        def test_also_guilty(kiwoom):
            go.clear()
            threading.Thread(target=late, args=("three.kiwoom.com",), name="child").start()

        def test_plain():
            go.set()
            assert done.acquire(timeout=60)
            assert asked == []
            in_a_thread("own", "four.kiwoom.com")
            assert asked == ["four.kiwoom.com"]
        """,
    )
    result.assert_outcomes(passed=4)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    guilty, also_guilty = [line for line in result.outlines if line.startswith("after ")]
    assert guilty.startswith("after test_bots.py::test_guilty: refused to connect to the real broker: ")
    for host in ("one", "two"):
        assert guilty.count(f"{host}.kiwoom.com:443 (thread ") == 2
        assert f"{host}.kiwoom.com:443 (thread grandchild)" in guilty
    assert also_guilty == (
        "after test_bots.py::test_also_guilty: refused to connect to the real broker: three.kiwoom.com:443 (thread child),"
        " three.kiwoom.com:443 (thread grandchild)"
    )


def test_a_bot_of_a_module_is_refused_while_a_test_without_it_runs(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        go, done = threading.Event(), threading.Event()

        def late():
            go.wait(60)
            reach()
            done.set()

        @pytest.fixture(scope="module")
        def bot(kiwoom_server):
            thread = threading.Thread(target=late, name="bot")
            thread.start()
            yield
            thread.join()

        def test_first(bot):
            pass

        def test_plain():
            go.set()
            assert done.wait(60)
            assert asked == []

        def test_last(bot):
            pass
        """,
    )
    result.assert_outcomes(passed=3)
    assert [line for line in result.outlines if line.startswith("after ")] == [
        "after test_bots.py::test_first: refused to connect to the real broker: api.kiwoom.com:443 (thread bot)"
    ]


def test_work_for_a_thread_pool_is_of_the_test_that_gives_it(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        from concurrent.futures import ThreadPoolExecutor

        @pytest.fixture(scope="session")
        def pool():
            with ThreadPoolExecutor(1, "pool") as pool:
                yield pool

        def test_starts_the_thread(kiwoom, pool):
            pool.submit(reach, "localhost", 1).result(60)

        def test_plain(pool):
            pool.submit(reach).result(60)
            assert asked == ["api.kiwoom.com"]

        def test_guilty(kiwoom, pool):
            pool.submit(reach).result(60)
            assert asked == ["api.kiwoom.com"]
        """,
    )
    assert told(result) == [
        "FAILED test_bots.py::test_guilty - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread pool_0)"
    ]
    result.assert_outcomes(passed=2, failed=1)


def test_a_function_as_a_stub_is_of_its_test(bots: pytest.Pytester, unsimulated: None) -> None:
    """It runs in a thread of the server, which started in the test before."""
    result = run(
        bots,
        """
        from kiwoom_reference_client import Kiwoom

        def answer(request):
            reach()
            return {}

        def test_starts_the_server(kiwoom):
            pass

        def test_guilty(kiwoom):
            kiwoom.stub("ka10003", answer)
            with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
                client.call("ka10003", stk_cd="005930")
        """,
    )
    assert [line.partition(" (")[0] for line in told(result)] == [
        "FAILED test_bots.py::test_guilty - Failed: refused to connect to the real broker: api.kiwoom.com:443"
    ]


OVER = """
import threading

import pytest

run_is_over = threading.Event()

@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    run_is_over.set()
"""
OUTLIVES = """
    import _socket
    import socket
    import sys
    import threading
    from concurrent.futures import ThreadPoolExecutor
    from conftest import run_is_over

    def getaddrinfo(host, *settings):
        print("looked up:", host, file=sys.__stdout__)
        return real(host if host == "127.0.0.1" else "127.0.0.1", *settings)

    real, _socket.getaddrinfo = _socket.getaddrinfo, getaddrinfo

    def bot():
        run_is_over.wait(60)
        try:
            socket.create_connection(("api.kiwoom.com", 443))
        except OSError as error:
            print(type(error).__name__, file=sys.__stdout__)

    def test_it(kiwoom):
        {started}

    def test_plain():
        pass
"""


@pytest.mark.parametrize("started", ["threading.Thread(target=bot).start()", "ThreadPoolExecutor().submit(bot)"])
def test_a_thread_that_outlives_the_run_is_refused(bots: pytest.Pytester, started: str) -> None:
    bots.makeconftest(OVER)
    bots.makepyfile(test_bots=textwrap.dedent(OUTLIVES).format(started=started))
    result = bots.runpytest_subprocess(*PLUGINS)
    result.assert_outcomes(passed=2)
    assert result.outlines[-1] == "KiwoomHostRefused"
    result.stdout.no_fnmatch_line("looked up: api.kiwoom.com")
