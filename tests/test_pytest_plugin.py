"""The plugin in the hands of another project's tests."""

from __future__ import annotations

import json
import re
import textwrap

import httpx2
import pytest

from kiwoom_cards import CARDS as ALL_CARDS
from kiwoom_mockserver.world_options import OPTIONS
from serving import greeting, serving, stranger

pytest_plugins = ["pytester"]

HEAD = """
import pytest
from kiwoom_mockserver.admin.mock_world import MockWorld
"""


@pytest.fixture(autouse=True)
def transport(http: httpx2.Client) -> None:
    """A client opened before: pytester forgets the modules that a run imports, and httpx2 knows the errors of one transport."""


def run(pytester: pytest.Pytester, text: str, *args: str) -> pytest.RunResult:
    pytester.makepyfile(HEAD + textwrap.dedent(text))
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio", *args)


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


REFUSED = """
import httpx2
from kiwoom_contracts import catalogue

def send(kiwoom: MockWorld, api_id: str, **body: str) -> str:
    path = catalogue.api(api_id).path
    keys = {"grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey}
    token = httpx2.post(kiwoom.rest_url + "/oauth2/token", json=keys).json()["token"]
    headers = {"api-id": api_id, "authorization": "Bearer " + token}
    return httpx2.post(kiwoom.rest_url + path, json=body, headers=headers).text

ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "trde_tp": "0"}
"""


def test_the_report_of_a_failed_test_lists_what_was_refused(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        REFUSED
        + """
def test_refused(kiwoom: MockWorld) -> None:
    kiwoom.faults.status(503, api="kt00001")
    for price in ("269001", "269002"):
        send(kiwoom, "kt10000", **ORDER, ord_uv=price)
    send(kiwoom, "kt00001", qry_tp="2")
    send(kiwoom, "ka00001")
    assert send(kiwoom, "ka10001", stk_cd="999999") == ""

def test_many(kiwoom: MockWorld) -> None:
    for api_id in ("kt00018", "ka10001", "kt10000", "kt10001", "kt10002", "kt10003", "kt00018"):
        send(kiwoom, api_id)
    assert not kiwoom

def test_without(kiwoom: MockWorld) -> None:
    send(kiwoom, "ka00001")
    assert not kiwoom
""",
    )
    result.assert_outcomes(failed=3)
    lines = [line for line in result.stdout.str().splitlines() if line.startswith("refused: ")]
    assert lines[:2] == [
        "refused: kt10000 RC4003 (docs/errors.md#rc4003)",
        "refused: ka10001 1902 (docs/errors.md#1902)",
    ]
    assert lines[2:] == [
        f"refused: {api_id} 1511 (docs/errors.md#1511)"
        for api_id in ("kt10000", "kt10001", "kt10002", "kt10003", "kt00018")
    ]


WAITS = """
@pytest.mark.kiwoom(holdings={"005930": 10})
@pytest.mark.parametrize("한글", ["삼성/전자", "con"])
def test_waits(kiwoom: MockWorld, 한글: str) -> None:
    kiwoom.market.vi("005930")
    assert kiwoom.market.interrupted("005930") is None

def test_passes(kiwoom: MockWorld) -> None:
    kiwoom.market.vi("005930")
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")])
def test_a_failed_test_leaves_its_journal_and_its_report(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """In files of its own, whatever its name is; a test that passes leaves nothing."""
    result = run(pytester, WAITS, "--kiwoom-journal", "out/failed", *workers)
    result.assert_outcomes(failed=2, passed=1)
    files = sorted((pytester.path / "out" / "failed").iterdir())
    assert [file.suffix for file in files] == [".jsonl", ".txt"] * 2
    assert all(re.fullmatch(r"[\w-]+\.(jsonl|txt)", file.name) for file in files)
    assert len({file.name.casefold() for file in files}) == 4
    for journal, report in zip(files[::2], files[1::2], strict=True):
        assert journal.stem == report.stem
        (entry,) = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
        assert (entry["kind"], entry["name"], entry["answer"]["stk_cd"]) == ("event", "vi", "005930")
        lines = report.read_text(encoding="utf-8").splitlines()
        assert lines[1].startswith("005930: volatility interruption until 10:02:")
    result.stdout.fnmatch_lines(
        ["*- kiwoom -*", "seed 1, *", "005930: volatility interruption until *", "journal: *.jsonl"]
    )


SEVERAL = """
from collections.abc import Iterator
from kiwoom_mockserver import MockServer
from kiwoom_reference_client import Kiwoom

def buy(world: MockWorld, quantity: int) -> None:
    with Kiwoom.mockserver(world.rest_url, world.appkey, world.secretkey) as client:
        client.buy("005930", quantity, price=260_000)

@pytest.fixture(scope="module")
def wide(kiwoom_server: MockServer) -> Iterator[MockWorld]:
    with kiwoom_server.world() as world:
        buy(world, 1)
        yield world

def test_passes(wide: MockWorld) -> None:
    pass

def test_alone(kiwoom_server: MockServer) -> None:
    with kiwoom_server.world() as world:
        buy(world, 2)
        raise RuntimeError

def test_two(kiwoom: MockWorld, kiwoom_server: MockServer) -> None:
    for _ in range(30):
        with kiwoom_server.world():
            pass
    with kiwoom_server.world() as world:
        buy(world, 3)
        buy(kiwoom.fork("twin/1"), 4)
        raise RuntimeError

def test_wide(wide: MockWorld) -> None:
    buy(wide, 5)
    raise RuntimeError

def test_of_nothing() -> None:
    raise RuntimeError
"""


def test_every_world_of_a_failed_test_is_told(pytester: pytest.Pytester) -> None:
    """What was bought in each shows that it is the right one. Of many closed worlds, the last are told."""
    result = run(pytester, SEVERAL, "--kiwoom-journal", "out")
    result.assert_outcomes(failed=4, passed=1)
    told: dict[str, dict[str, list[str]]] = {}
    for line in result.stdout.lines:
        if test := re.fullmatch(r"_+ (test_\w+) _+", line):
            sections = told.setdefault(test[1], {})
        elif heading := re.fullmatch(r"-+ (kiwoom.*?) -+", line):
            facts = sections.setdefault(heading[1], [])
        elif fact := re.search(r"kt10000 .*(ord_qty=\d)|(no traffic) since the test began", line):
            facts.append(fact[1] or fact[2])
    assert told["test_alone"] == {"kiwoom world w2 (closed)": ["ord_qty=2"], "kiwoom world w1": ["no traffic"]}
    assert told["test_wide"] == {"kiwoom world w1": ["ord_qty=1", "ord_qty=5"]}
    assert told["test_of_nothing"] == {}
    assert len(told["test_two"]) == 22
    assert {heading: facts for heading, facts in told["test_two"].items() if facts or heading == "kiwoom"} == {
        "kiwoom": [],
        "kiwoom world w34 (closed)": ["ord_qty=3"],
        "kiwoom world twin/1": ["ord_qty=4"],
        "kiwoom world w1": ["no traffic"],
    }
    folder = pytester.path / "out"
    orders = [re.findall(r'"ord_qty":"(\d)"', file.read_text(encoding="utf-8")) for file in folder.glob("*.jsonl")]
    assert sorted(bought for bought in orders if bought) == [["1", "5"], ["2"], ["3"], ["4"]]
    assert len([*folder.glob("*.txt")]) == len(orders) == 2 + 21


def test_what_goes_wrong_with_the_report_does_not_hide_the_error(pytester: pytest.Pytester) -> None:
    (pytester.path / "taken").write_text("a file", encoding="utf-8")
    result = run(
        pytester,
        """
        def test_it(kiwoom: MockWorld) -> None:
            kiwoom.broker.run_on_loop = None
            raise RuntimeError("the bot's own")
        """,
        "--kiwoom-journal",
        "taken",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E *RuntimeError: the bot's own", "the report of the world failed: *", "the journal was not*"]
    )


def test_a_scenario_that_is_none_is_explained(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.kiwoom(scenario="limit-op")
        def test_it(kiwoom: MockWorld) -> None:
            pass
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['E *limit-op*; did you mean "limit-up"?; see docs/scenarios.md#errors'])


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

        @pytest.mark.kiwoom(cahs=1)
        def test_typo(kiwoom: MockWorld) -> None:
            pass

        @pytest.mark.kiwoom(holdings={"5930": 1})
        def test_holding(kiwoom: MockWorld) -> None:
            pass

        class TestOverride:
            @pytest.fixture
            def kiwoom_options(self) -> dict[str, object]:
                return {"start": "09:30"}

            def test_fixture(self, kiwoom: MockWorld) -> None:
                pass
        """,
    )
    result.assert_outcomes(errors=5)
    for text in (
        'ValueError: @pytest.mark.kiwoom: profile: expected one of open, mockapi, production, got "real"; see docs/testing.md#the-world-of-a-test',
        'ValueError: @pytest.mark.kiwoom: unknown option "cahs"; did you mean "cash"?; see docs/testing.md#the-world-of-a-test',
        "ValueError: holdings: instrument 5930 is not listed; did you mean 005930 (삼성전자)?; see docs/testing.md#the-world-of-a-test",
        'ValueError: kiwoom_options: start: expected a Korean date and time such as 2026-11-23T09:30, got "09:30"; see docs/testing.md#the-world-of-a-test',
    ):
        result.stdout.fnmatch_lines([f"E *{text}"])
    result.stdout.fnmatch_lines(
        [
            "*Error: the marker kiwoom takes keyword arguments only, such as cash=0, not 'flash-crash'; see docs/testing.md#*"
        ]
    )


TWO_TESTS = """
    from kiwoom_mockserver.admin.mock_world import MockWorld

    def test_with(kiwoom: MockWorld) -> None:
        raise NotImplementedError

    def test_without() -> None:
        pass
"""


@pytest.mark.parametrize(("wrong", "meant"), [("CAHS", "CASH"), ("CONTROL_TOKN", "CONTROL_TOKEN")])
def test_a_variable_that_nobody_reads_is_refused(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, wrong: str, meant: str
) -> None:
    pytester.makepyfile(TWO_TESTS)
    monkeypatch.setenv("KIWOOM_MOCKSERVER_CONTROL_TOKEN", "read by others")
    monkeypatch.setenv(f"KIWOOM_MOCKSERVER_{wrong}", "1")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    text = (
        f'unknown environment variable KIWOOM_MOCKSERVER_{wrong}; did you mean "KIWOOM_MOCKSERVER_{meant}"?; see docs/'
    )
    result.stdout.fnmatch_lines([f"E *{text}testing.md#the-world-of-a-test"])


@pytest.mark.parametrize("by_option", [True, False])
def test_an_ini_option_that_nobody_reads_is_refused(pytester: pytest.Pytester, by_option: bool) -> None:
    pytester.makepyfile(TWO_TESTS)
    pytester.makeconftest("def pytest_addoption(parser): parser.addini('kiwoom_of_mine', '')")
    pytester.makeini("[pytest]\nkiwoom_of_mine = 1\n" + "kiwoom_cahs = 1\n" * (not by_option))
    result = pytester.runpytest_inprocess("-W", "ignore", *(["-o", "kiwoom_cahs=1"] if by_option else []))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ['E *unknown ini option "kiwoom_cahs"; did you mean "kiwoom_cash"?; see docs/testing.md#the-world-of-a-test']
    )


def test_options_of_the_fixture_are_a_dict(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        TWO_TESTS
        + """
    import pytest

    @pytest.fixture
    def kiwoom_options() -> int:
        return 5
"""
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["E *kiwoom_options: expected a dict of options such as *, got 5; see docs/testing.md#*"]
    )


def test_a_refusal_is_shown_at_the_call_with_its_page(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from kiwoom_mockserver.admin.mock_world import MockWorld

        def test_it(kiwoom: MockWorld) -> None:
            kiwoom.market.halt("999999")
        """
    )
    result = pytester.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        [
            ">*kiwoom.market.halt(?999999?)",
            "E *LookupError: instrument 999999 is not listed; see docs/testing.md#the-parts-of-the-fixture",
            "",
            "test_*.py:4: LookupError",
        ],
        consecutive=True,
    )


def test_help_and_markers_list_all_options(pytester: pytest.Pytester) -> None:
    told = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--help").stdout.str()
    for option in OPTIONS.values():
        assert re.search(rf"^  kiwoom_{option.name} \(string\):", told, re.MULTILINE)
    assert option.text in " ".join(told.split())
    told = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--markers").stdout.str()
    assert f"@pytest.mark.kiwoom({', '.join(OPTIONS)}): options of the test's world" in told


def test_every_option_can_stand_in_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nkiwoom_scenario = limit-up\nkiwoom_cash = 1\nkiwoom_accounts = 2\nkiwoom_seed = 3\n"
        "kiwoom_profile = mockapi\nkiwoom_clock = real\nkiwoom_hours = krx\nkiwoom_start = 2026-11-23T09:30\n"
        "kiwoom_speed = 2\nkiwoom_holdings = 005930=10,000660=5@900000\n"
    )
    run(
        pytester,
        """
        def test_it(kiwoom: MockWorld) -> None:
            assert (kiwoom.customer.cash, len(kiwoom.customers), kiwoom.seed) == (1, 2, 3)
            assert (kiwoom.broker.profile.name, kiwoom.market.session, kiwoom.clock.speed) == ("mockapi", "continuous", 2)
            assert kiwoom.customer.holdings == {"000660": 5, "005930": 10}
            assert kiwoom.broker.world.state.script
        """,
        "--strict-config",
    ).assert_outcomes(passed=1)


def test_an_option_of_the_ini_file_can_be_overridden(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        def test_it(kiwoom: MockWorld) -> None:
            assert kiwoom.customer.cash == 5
        """,
        "--strict-config",
        "-o",
        "kiwoom_cash=5",
    ).assert_outcomes(passed=1)


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
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-v", *CARDS, "-k", "card-101 or card-204")
    result.assert_outcomes(passed=2, deselected=len(ALL_CARDS) - 2)
    result.stdout.fnmatch_lines(["*::test_card[[]card-101[]] PASSED*"])


def test_cards_have_power_over_a_server_whose_token_is_in_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIWOOM_MOCKSERVER_CONTROL_TOKEN", "mine")
    with serving("--json") as process:
        options = ("--kiwoom-target", greeting(process)["rest"], "-k", "card-104")
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(passed=1, deselected=len(ALL_CARDS) - 1)


def test_cards_that_fail_and_are_skipped_say_why(pytester: pytest.Pytester) -> None:
    with stranger() as url:
        options = ("--kiwoom-target", url, "-k", "card-101 or card-104", "-rs")
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(failed=1, skipped=1, deselected=len(ALL_CARDS) - 2)
    result.stdout.fnmatch_lines(
        ["card 101, *: issue: * (never run on the real domain)", "*the target lacks the capability clock*"]
    )


def test_a_target_that_is_dead_is_named(pytester: pytest.Pytester) -> None:
    options = ("--kiwoom-target", "http://127.0.0.1:1", "-k", "card-101")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(errors=1, deselected=len(ALL_CARDS) - 1)
    result.stdout.fnmatch_lines(["*no server listens at http://127.0.0.1:1: *; see docs/troubleshooting.md#*"])


def test_the_real_broker_is_no_target(pytester: pytest.Pytester) -> None:
    options = ("--kiwoom-target", "https://api.kiwoom.com", "-k", "card-101")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *CARDS, *options)
    result.assert_outcomes(errors=1, deselected=len(ALL_CARDS) - 1)
    result.stdout.fnmatch_lines(["*api.kiwoom.com trades real money; see docs/contract-cards.md#run-them"])


def test_the_test_of_a_stub_that_raised_fails_though_its_bot_swallowed_the_error(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from kiwoom_mockserver import StubRequest
        from kiwoom_reference_client import Kiwoom, KiwoomError

        def test_swallowed(kiwoom: MockWorld) -> None:
            def answer(request: StubRequest) -> dict[str, str]:
                assert request.body["stk_cd"] == "000660"
                return {}

            kiwoom.stub("ka10002", answer)
            with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
                with pytest.raises(KiwoomError):
                    client.call("ka10002", stk_cd="005930")
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(['*assert *"stk_cd"*', "*raised by the stub of ka10002*"])
    result.stdout.fnmatch_lines(
        [
            "*- kiwoom -*",
            "functions of stubs raised:",
            "  AssertionError: * raised by the stub of ka10002, which answered *",
        ]
    )
