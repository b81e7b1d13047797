"""What a run of pytest makes of refused connections."""

from __future__ import annotations

import _socket
import os

import pytest

from host_guard.runs import NETWORK, PLUGINS, REMEDY, run, told

pytest_plugins = ["pytester"]


def test_a_swallowed_refusal_fails_its_test_and_no_other(bots: pytest.Pytester) -> None:
    before = _socket.getaddrinfo
    result = run(
        bots,
        """
        def test_before(kiwoom):
            reach("example.org")
            assert asked == ["example.org"]

        def test_it(kiwoom):
            reach()
            assert asked == ["example.org"]

        def test_after(kiwoom):
            socket.create_connection(("localhost", int(kiwoom.rest_url.rpartition(":")[2]))).close()
        """,
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ test_it _*",
            "refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)",
            REMEDY,
            "*- kiwoom -*",
            "seed 1, *",
        ],
        consecutive=True,
    )
    assert told(result) == [
        "FAILED test_bots.py::test_it - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)"
    ]
    assert _socket.getaddrinfo is before


def test_the_error_says_host_test_thread_and_remedy(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        def test_it(kiwoom):
            with pytest.raises(ConnectionRefusedError) as refused:
                socket.create_connection(("MockApi.kiwoom.com.", 10_000))
            assert refused.value.errno == 111 or refused.value.errno in (61, 10061)
            print(type(refused.value).__name__, refused.value, sep=": ")
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "KiwoomHostRefused: refused to connect to mockapi.kiwoom.com:10000, a host of the real broker"
            f" (test test_bots.py::test_it, thread MainThread): {REMEDY}"
        ]
    )


def test_a_test_that_fails_anyway_says_so_and_one_that_skips_or_is_expected_to_fail_fails(
    bots: pytest.Pytester,
) -> None:
    result = run(
        bots,
        """
        def test_assertion(kiwoom):
            reach()
            pytest.fail("as it was meant to")

        def test_fail(kiwoom):
            reach()
            pytest.fail("of its own", pytrace=False)

        def test_skip(kiwoom):
            reach()
            pytest.skip("no time")

        @pytest.mark.xfail(reason="not written yet")
        def test_xfail(kiwoom):
            reach()
            raise NotImplementedError

        @pytest.mark.xfail(reason="written by now")
        def test_xpass(kiwoom):
            reach()

        def test_skip_without(kiwoom):
            pytest.skip("no time")
        """,
    )
    result.assert_outcomes(failed=5, skipped=1)
    assert told(result) == [
        "FAILED test_bots.py::test_assertion - Failed: as it was meant to",
        "FAILED test_bots.py::test_fail - Failed: of its own",
        *(
            f"FAILED test_bots.py::{test} - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)"
            for test in ("test_skip", "test_xfail", "test_xpass")
        ),
    ]
    for test in ("assertion", "fail"):
        result.stdout.fnmatch_lines(
            [
                f"*_ test_{test} _*",
                "*- refused connections -*",
                "refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)",
                REMEDY,
            ]
        )


def test_fixtures_are_guarded_whenever_they_run(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        @pytest.fixture
        def connects():
            reach()

        @pytest.fixture
        def leaves():
            yield
            reach("mockapi.kiwoom.com", 10_000)

        def test_before(connects, kiwoom):
            raise NotImplementedError

        def test_after(leaves, kiwoom):
            pass
        """,
    )
    result.assert_outcomes(passed=1, errors=2)
    assert told(result) == [
        "ERROR test_bots.py::test_before - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)",
        "ERROR test_bots.py::test_after - Failed: refused to connect to the real broker: mockapi.kiwoom.com:10000 (thread MainThread)",
    ]


def test_worlds_of_wider_scope_and_of_a_moment(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        @pytest.fixture(scope="module")
        def world(kiwoom_server):
            with kiwoom_server.world() as world:
                yield world

        class TestOfModule:
            def test_one(self, world):
                reach("one.kiwoom.com")

            def test_two(self, world):
                reach("two.kiwoom.com")

        def test_of_a_moment(request):
            reach()
            request.getfixturevalue("kiwoom")
            reach("three.kiwoom.com")
            assert asked == ["api.kiwoom.com"]

        def test_without():
            reach()
            assert asked == ["api.kiwoom.com"] * 2
        """,
    )
    result.assert_outcomes(passed=1, failed=3)
    assert told(result) == [
        "FAILED test_bots.py::TestOfModule::test_one - Failed: refused to connect to the real broker: one.kiwoom.com:443 (thread MainThread)",
        "FAILED test_bots.py::TestOfModule::test_two - Failed: refused to connect to the real broker: two.kiwoom.com:443 (thread MainThread)",
        "FAILED test_bots.py::test_of_a_moment - Failed: refused to connect to the real broker: three.kiwoom.com:443 (thread MainThread)",
    ]


def test_threads_and_repetitions(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        def test_it(kiwoom):
            for _ in range(3):
                in_a_thread("bot")
            in_a_thread("stream", "api.kiwoom.com", 10_000)

        def test_many(kiwoom):
            for number in range(7):
                in_a_thread(f"bot-{number}")
        """,
    )
    bots_named = ", ".join(f"api.kiwoom.com:443 (thread bot-{number})" for number in range(5))
    assert told(result) == [
        "FAILED test_bots.py::test_it - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread bot, 3 times),"
        " api.kiwoom.com:10000 (thread stream)",
        f"FAILED test_bots.py::test_many - Failed: refused to connect to the real broker: {bots_named}, 2 more",
    ]


def test_a_task_of_an_async_test(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        import asyncio

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        async def bot():
            with suppress(OSError):
                await asyncio.open_connection("api.kiwoom.com", 443)

        @pytest.mark.anyio
        async def test_it(kiwoom):
            await asyncio.create_task(bot())
        """,
        "-p",
        "anyio",
    )
    result.assert_outcomes(failed=1)
    assert told(result) == [
        "FAILED test_bots.py::test_it - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread asyncio_0)"
    ]


def test_other_tests_reach_the_network(bots: pytest.Pytester) -> None:
    result = run(
        bots,
        """
        def test_first():
            reach()
            assert asked == ["api.kiwoom.com"]

        def test_guarded(kiwoom):
            pass

        def test_last():
            reach("mockapi.kiwoom.com")
            assert asked == ["api.kiwoom.com", "mockapi.kiwoom.com"]

        @pytest.fixture
        def kiwoom_of_another_package():
            return "kiwoom"

        def test_other_fixture(kiwoom_of_another_package):
            reach()
            assert len(asked) == 3
        """,
    )
    result.assert_outcomes(passed=4)
    assert result.ret == pytest.ExitCode.OK


LATE = """
    def test_guarded(kiwoom):
        pass
"""
AFTER_TESTS = """

def pytest_runtest_logfinish(nodeid):
    if "guarded" in nodeid:
        in_a_thread("left over")

def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        reach("mockapi.kiwoom.com", 10_000)
"""
AFTER = [
    "*= kiwoom =*",
    "after test_bots.py::test_guarded: refused to connect to the real broker: api.kiwoom.com:443 (thread left over)*",
    REMEDY,
]


def test_what_is_refused_after_a_test_is_told_at_the_end(bots: pytest.Pytester) -> None:
    bots.makeconftest(NETWORK + AFTER_TESTS)
    result = run(bots, LATE)
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(AFTER, consecutive=True)
    result.stdout.fnmatch_lines(["after *(thread left over), mockapi.kiwoom.com:10000 (thread MainThread)"])


def test_workers_of_xdist_tell_it_too(bots: pytest.Pytester) -> None:
    bots.makeconftest(NETWORK + AFTER_TESTS)
    result = run(bots, LATE + "\n    def test_it(kiwoom):\n        reach()\n", "-p", "xdist", "-n", "2")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(AFTER, consecutive=True)
    assert told(result) == [
        "FAILED test_bots.py::test_it - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)"
    ]


def test_a_worker_of_xdist_fails_the_run(bots: pytest.Pytester) -> None:
    bots.makeconftest(NETWORK + AFTER_TESTS)
    result = run(bots, LATE, "-p", "xdist", "-n", "1")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


BY_NAME = """
    import os

    def test_by_name(request):
        request.getfixturevalue("kiwoom")
        assert os.environ["NO_PROXY"] == "kiwoom.com,.kiwoom.com"
        reach()

    def test_plain():
        assert "NO_PROXY" not in os.environ
        reach()
        assert asked == ["api.kiwoom.com"]
"""


def test_one_test_of_the_run_asks_for_the_fixture_by_its_name(
    bots: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    result = run(bots, BY_NAME)
    result.assert_outcomes(passed=1, failed=1)
    assert told(result) == [
        "FAILED test_bots.py::test_by_name - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)"
    ]
    result.stdout.no_fnmatch_line("after *")


def test_a_doctest(bots: pytest.Pytester) -> None:
    bots.makefile(".txt", test_page=">>> kiwoom = getfixture('kiwoom')\n>>> from conftest import reach\n>>> reach()\n")
    result = run(bots, "", "--doctest-glob=*.txt")
    assert told(result) == [
        "FAILED test_page.txt::test_page.txt - Failed: refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)"
    ]


CARDS = """
    def test_card(kiwoom_targets):
        reach("mockapi.kiwoom.com")
        assert asked == {passed}
        reach("api.kiwoom.com")
        assert asked == {passed}

    def test_bot(kiwoom):
        reach("mockapi.kiwoom.com")
        assert asked == {passed}
"""
OF_CARD = "FAILED test_bots.py::test_card - Failed: refused to connect to the real broker: "
OF_BOT = "FAILED test_bots.py::test_bot - Failed: refused to connect to the real broker: mockapi.kiwoom.com:443 (thread MainThread)"


def test_only_cards_reach_the_mock_domain_and_only_if_it_is_named(
    bots: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIWOOM_APPKEY", "k")
    monkeypatch.setenv("KIWOOM_SECRETKEY", "s")
    named = run(bots, CARDS.format(passed=["mockapi.kiwoom.com"]), "--kiwoom-target", "mockapi")
    assert told(named) == [OF_CARD + "api.kiwoom.com:443 (thread MainThread)", OF_BOT]


def test_without_naming_it_no_card_reaches_the_mock_domain(bots: pytest.Pytester) -> None:
    result = run(bots, CARDS.format(passed=[]))
    both = "mockapi.kiwoom.com:443 (thread MainThread), api.kiwoom.com:443 (thread MainThread)"
    assert told(result) == [OF_CARD + both, OF_BOT]


def test_the_environment_is_as_before_outside_of_guarded_tests(
    bots: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "localhost")
    monkeypatch.delenv("no_proxy", raising=False)
    run(
        bots,
        """
        import os

        def test_guarded(kiwoom):
            assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "localhost,kiwoom.com,.kiwoom.com"

        def test_other():
            assert os.environ["NO_PROXY"] == "localhost"
            assert "no_proxy" not in os.environ
        """,
    ).assert_outcomes(passed=2)
    assert (os.environ["NO_PROXY"], "no_proxy" in os.environ) == ("localhost", False)


def test_who_needs_no_guard_does_not_load_it(bots: pytest.Pytester) -> None:
    bots.makepyfile(
        test_bots="""
        import sys

        def test_it(pytestconfig):
            assert not [name for name in sys.modules if "host_guard" in name]
            assert pytestconfig.pluginmanager.get_plugin("kiwoom_host_guard") is None
        """
    )
    bots.runpytest_subprocess(*PLUGINS).assert_outcomes(passed=1)
