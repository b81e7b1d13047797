"""The plugin in the hands of another project's tests."""

from __future__ import annotations

import textwrap

import pytest

from kiwoom_cards import CARDS as ALL_CARDS
from serving import greeting, serving

pytest_plugins = ["pytester"]

HEAD = """
import pytest
from kiwoom_mockserver.admin.mock_world import MockWorld
"""


def run(pytester: pytest.Pytester, text: str, *args: str) -> pytest.RunResult:
    pytester.makepyfile(HEAD + textwrap.dedent(text))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *args)


def test_a_marker_says_how_the_world_begins(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        @pytest.mark.kiwoom(cash=5_000_000, seed=7, hours="krx", profile="mockapi", start="2026-11-23T08:00", accounts=2,
                            holdings={"005930": 10, "000660": (5, 900_000)})
        def test_it(kiwoom: MockWorld) -> None:
            assert (kiwoom.customer.cash, kiwoom.seed, kiwoom.market.session) == (5_000_000, 7, "before-open")
            assert kiwoom.customer.holdings == {"000660": 5, "005930": 10}
            assert len(kiwoom.customers) == 2
            assert kiwoom.broker.profile.name == "mockapi"

        @pytest.mark.kiwoom(scenario="limit-up")
        def test_script(kiwoom: MockWorld) -> None:
            kiwoom.clock.advance(3_600)
            assert kiwoom.market.price("005930") > 269_000
        """,
        "--strict-markers",
    ).assert_outcomes(passed=2)


def test_marker_then_fixture_then_environment_then_ini(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\nkiwoom_cash = 1\nkiwoom_seed = 1\nkiwoom_accounts = 2\nkiwoom_clock = manual\n")
    monkeypatch.setenv("KIWOOM_MOCKSERVER_CASH", "2")
    monkeypatch.setenv("KIWOOM_MOCKSERVER_SEED", "2")
    run(
        pytester,
        """
        class TestOverride:
            @pytest.fixture
            def kiwoom_options(self) -> dict[str, object]:
                return {"cash": 3, "profile": "mockapi"}

            def test_fixture(self, kiwoom: MockWorld) -> None:
                assert (kiwoom.customer.cash, kiwoom.seed, len(kiwoom.customers)) == (3, 2, 2)

            @pytest.mark.kiwoom(cash=4)
            def test_marker(self, kiwoom: MockWorld) -> None:
                assert (kiwoom.customer.cash, kiwoom.broker.profile.name) == (4, "mockapi")

        @pytest.mark.kiwoom(cash=5, accounts=3)
        class TestMarked:
            @pytest.mark.kiwoom(cash=6)
            def test_markers(self, kiwoom: MockWorld) -> None:
                assert (kiwoom.customer.cash, kiwoom.seed, len(kiwoom.customers)) == (6, 2, 3)

        def test_environment(kiwoom: MockWorld) -> None:
            assert (kiwoom.customer.cash, kiwoom.seed, len(kiwoom.customers)) == (2, 2, 2)
        """,
    ).assert_outcomes(passed=4)


def test_a_world_is_not_kept_for_the_session(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        import gc
        import weakref

        GONE = []

        @pytest.mark.parametrize("turn", range(3))
        def test_it(kiwoom: MockWorld, turn: int) -> None:
            gc.collect()
            assert [world() for world in GONE] == [None] * turn
            GONE.append(weakref.ref(kiwoom))
        """,
    ).assert_outcomes(passed=3)


def test_the_seed_is_printed_when_a_test_fails(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.kiwoom(seed=42)
        def test_it(kiwoom: MockWorld) -> None:
            assert kiwoom.seed == 0
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*kiwoom*", "seed 42, *"])


def test_an_unknown_word_is_named(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.kiwoom(profile="real")
        def test_it(kiwoom: MockWorld) -> None:
            pass

        @pytest.mark.kiwoom("flash-crash")
        def test_nameless(kiwoom: MockWorld) -> None:
            pass
        """,
    )
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*ValueError: profile 'real' is none of open, mockapi*"])
    result.stdout.fnmatch_lines(["*ValueError: the marker kiwoom takes words such as cash=0 alone, not 'flash-crash'*"])


def test_who_does_not_use_it_pays_nothing_at_import(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it() -> None:
            assert [name for name in sys.modules if name.startswith(("kiwoom_", "starlette", "uvicorn"))] == [
                "kiwoom_mockserver", "kiwoom_mockserver.pytest_plugin",
            ]
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


CARDS = ("--pyargs", "kiwoom_cards.test_cards")


def test_contract_cards_run_as_tests(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-v", *CARDS, "-k", "card-101 or card-204")
    result.assert_outcomes(passed=2, deselected=len(ALL_CARDS) - 2)
    result.stdout.fnmatch_lines(["*::test_card[[]card-101[]] PASSED*"])


def test_cards_have_power_over_a_server_whose_token_is_in_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIWOOM_MOCKSERVER_CONTROL_TOKEN", "mine")
    with serving("--json") as process:
        options = ("--kiwoom-target", greeting(process)["rest"], "-k", "card-104")
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(passed=1, deselected=len(ALL_CARDS) - 1)


def test_cards_that_fail_and_are_skipped_say_why(pytester: pytest.Pytester) -> None:
    options = ("--kiwoom-target", "http://127.0.0.1:1", "-k", "card-101 or card-104", "-rs")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(failed=1, skipped=1, deselected=len(ALL_CARDS) - 2)
    result.stdout.fnmatch_lines(
        ["card 101, *: issue: * (never run on the real domain)", "*the target lacks the capability clock*"]
    )


def test_the_real_broker_is_no_target(pytester: pytest.Pytester) -> None:
    options = ("--kiwoom-target", "https://api.kiwoom.com", "-k", "card-101")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(errors=1, deselected=len(ALL_CARDS) - 1)
    result.stdout.fnmatch_lines(["*api.kiwoom.com trades real money*"])
