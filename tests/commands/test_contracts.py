"""The commands ``contracts``, as a user types them."""

from __future__ import annotations

import json
import re
import shlex
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from kiwoom_cards import AnyCard, Outcome, Target
from kiwoom_cards import Result as CardResult
from kiwoom_cards.recording import MOCK_DOMAIN, SHIPPED, RecordedFrame, Recording, load, save
from kiwoom_contracts.export import FORMATS
from kiwoom_mockserver import card_targets
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.control import Control, ControlError
from kiwoom_mockserver.world.kst import KST
from serving import greeting, serving, stranger


def test_export_prints_the_whole_catalogue() -> None:
    document = json.loads(CliRunner().invoke(main, ["contracts", "export"]).output)
    assert (len(document["apis"]), len(document["realtime"])) == (189, 19)
    (order,) = [api for api in document["apis"] if api["api_id"] == "kt10000"]
    assert order["path"] == "/api/dostk/ordr"
    assert order["request"][0] == {
        "name": "dmst_stex_tp",
        "depth": 0,
        "korean": "국내거래소구분",
        "type": "String",
        "required": True,
        "length": 3,
    }
    (holdings,) = [api for api in document["apis"] if api["api_id"] == "kt00018"]
    names = [(field["name"], field["depth"]) for field in holdings["response"]]
    assert names[8:10] == [("acnt_evlt_remn_indv_tot", 0), ("stk_cd", 1)]
    (wrong_token,) = [error for error in document["errors"] if error["code"] == "8005"]
    assert wrong_token == {"code": "8005", "message": "Token이 유효하지 않습니다", "return_code": 3, "http_status": 200}


@pytest.mark.parametrize("language", list(FORMATS))
def test_export_speaks_other_languages(language: str) -> None:
    result = CliRunner().invoke(main, ["contracts", "export", "--format", language])
    assert json.loads(result.output) == FORMATS[language]()


def test_coverage_tells_of_every_api() -> None:
    lines = CliRunner().invoke(main, ["contracts", "coverage"]).output.splitlines()
    assert len(lines) == 189
    (order,) = [line for line in lines if line.startswith("kt10000 ")]
    assert order.split()[1:4] == ["simulated", "observed:", "mock"]
    (refused,) = [line for line in lines if line.startswith("kt00017 ")]
    assert "refused: 1999 (mockapi: RC9000)" in refused
    (credit,) = [line for line in lines if line.startswith("kt10006 ")]
    assert "simulated (mockapi: RC9000)" in credit


def check(*options: str) -> Result:
    return CliRunner().invoke(main, ["contracts", "check", *options])


def test_cards_are_run_told_and_written(tmp_path: Path) -> None:
    json_file, junit, html = (tmp_path / f"cards.{kind}" for kind in ("json", "xml", "html"))
    written = ["--json", str(json_file), "--junit", str(junit), "--html", str(html)]

    done = check("--target", "mock", "--card", "101", "--card", "205", *written)

    assert done.exit_code == 0
    assert done.output.splitlines()[::2] == [
        "1/2 101 passed  au10001 issues a token that is valid for a day at most",
        "2/2 205 passed  A modified order is modified again, and every order of the chain names its root",
        "2 cards on mock: 2 passed, 0 failed, 0 skipped; 2 never run on the real domain",
    ]
    assert done.output.count("; never run on the real domain\n") == 2
    assert [card["result"] for card in json.loads(json_file.read_bytes())["cards"]] == ["passed", "passed"]
    assert junit.read_bytes().count(b'value="never run on the real domain"') == 2
    assert html.read_bytes().count(b"<td>never run on the real domain</td>") == 2


def test_each_card_is_told_before_the_next_one_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []

    def run_card(card: AnyCard, target: Target) -> CardResult:
        events.append(f"run {card.id}")
        return CardResult(card.id, Outcome.PASSED)

    monkeypatch.setattr("kiwoom_cards.runner.run", run_card)
    monkeypatch.setattr("click.echo", lambda text: events.append(text[:8]))
    check("--target", "mock", "--card", "101", "--card", "102")
    assert events == ["run 101", "1/2 101 ", "run 102", "2/2 102 ", "2 cards "]


def test_a_card_that_fails_makes_the_command_fail() -> None:
    with stranger() as url:
        done = check("--target", url, "--card", "101", "--card", "104")

    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith("1/2 101 failed ")
    assert lines[2].startswith("    issue: ")
    assert lines[3].startswith("2/2 104 skipped ")
    assert lines[-1].startswith(f"2 cards on {url}: 0 passed, 1 failed, 1 skipped; ")


DEAD = (
    "Error: no server listens at {url}: Connection refused; see docs/troubleshooting.md#the-server-cannot-be-reached\n"
)


@pytest.mark.parametrize("keys", [(), ("--appkey", "mine", "--secretkey", "too")])
def test_a_target_that_is_dead_is_told_once(keys: tuple[str, ...]) -> None:
    done = check("--target", "http://127.0.0.1:1", *keys)
    assert (done.exit_code, done.output) == (1, DEAD.format(url="http://127.0.0.1:1"))


def test_a_target_that_dies_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ExitStack()
    url = server.enter_context(stranger())

    def run_cards(cards: list[AnyCard], targets: object) -> Iterator[tuple[AnyCard, CardResult]]:
        yield cards[0], CardResult(cards[0].id, Outcome.PASSED)
        server.close()
        for card in cards[1:]:
            yield card, CardResult(card.id, Outcome.FAILED, "step", "no answer")

    monkeypatch.setattr(card_targets, "check", run_cards)
    done = check("--target", url, "--card", "101", "--card", "102", "--card", "103")
    assert (done.exit_code, told(done)) == (1, ["101 passed"])
    assert done.output.endswith(DEAD.format(url=url))


def told(done: Result) -> list[str]:
    """Number and outcome of each card."""
    return [" ".join(line.split()[1:3]) for line in done.output.splitlines() if re.match(r" *\d+/\d+ ", line)]


def test_a_server_of_ours_is_checked_with_all_powers_and_stays_as_it_was() -> None:
    cards = [word for number in ("204", "231", "8010", "0B", "702", "kt50032") for word in ("--card", number)]
    with serving("--json", "--clock", "manual") as process:
        url = greeting(process)["rest"]
        with Control(url) as control:
            before = control.world().state_hash()
            done = check("--target", url, *cards)
            assert told(done) == [
                "204 passed",
                "231 passed",
                "kt50032 passed",
                "8010 passed",
                "0B passed",
                "702 passed",
            ]
            assert done.exit_code == 0
            assert [world.name for world in control.worlds()] == ["default"]
            assert control.world().state_hash() == before


def test_a_server_that_needs_a_control_token_is_checked_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIWOOM_MOCKSERVER_CONTROL_TOKEN", raising=False)
    with serving("--json", "--control-token", "mine") as process:
        options = "--target", greeting(process)["rest"], "--card", "104"
        assert "needs its token, as the server printed it; give it with --control-token" in check(*options).output
        assert told(check(*options, "--control-token", "mine")) == ["104 passed"]
        monkeypatch.setenv("KIWOOM_MOCKSERVER_CONTROL_TOKEN", "mine")
        assert told(check(*options)) == ["104 passed"]


def test_an_account_of_ones_own_is_checked_without_powers() -> None:
    with serving("--json", "--appkey", "mine", "--secretkey", "too") as process:
        keys = "--appkey", "mine", "--secretkey", "too"
        done = check("--target", greeting(process)["rest"], *keys, "--card", "201", "--card", "231", "--card", "701")
    assert told(done) == ["201 passed", "231 skipped", "701 skipped"]
    assert done.exit_code == 0


def test_a_server_that_gives_no_more_worlds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(control: Control, **settings: Any) -> None:
        raise ControlError("no more worlds", 400)

    monkeypatch.setattr(Control, "create_world", refuse)
    done = check("--target", "mock", "--card", "101")
    assert (done.exit_code, done.output) == (
        1,
        "Error: the control API of mock failed: no more worlds; see docs/contract-cards.md#run-them\n",
    )


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--target", "https://api.kiwoom.com"], "api.kiwoom.com trades real money"),
        (["--target", "https://API.KIWOOM.COM.:443/"], "api.kiwoom.com trades real money"),
        (["--target", "https://mockapi.kiwoom.com@api.kiwoom.com"], "api.kiwoom.com trades real money"),
        (["--target", "api.kiwoom.com"], "names no host"),
        (["--target", "127.0.0.1:18210"], "'127.0.0.1:18210' names no host: write http:// or https:// in front of it"),
        (["--target", "mockapi"], "set KIWOOM_APPKEY and KIWOOM_SECRETKEY"),
        (["--target", "https://mockapi.kiwoom.com"], "use --target mockapi"),
        (["--target", "mock", "--card", "7"], "there is no card 7; see docs/contract-cards.md#run-them\n"),
        (["--target", "http://127.0.0.1:1", "--appkey", "alone"], "--appkey and --secretkey go together"),
    ],
)
def test_what_is_not_checked_is_named(monkeypatch: pytest.MonkeyPatch, options: list[str], text: str) -> None:
    monkeypatch.delenv("KIWOOM_APPKEY", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **settings: pytest.fail(f"asked for {args}"))
    done = check(*options)
    assert done.exit_code == 2
    assert text in done.output


def record(*options: str) -> Result:
    return CliRunner().invoke(main, ["contracts", "record", *options])


def test_what_a_server_says_is_recorded_while_cards_run(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    with serving("--json") as process:
        said = greeting(process)
        done = record("--target", said["rest"], "--card", "101", "--card", "201", "--out", str(folder))

    assert done.exit_code == 0
    ((name, recording),) = load(folder)
    lines = done.output.splitlines()
    assert told(done) == ["101 passed", "201 passed"]
    assert lines[-1] == f"{len(recording.answers)} answers and 0 frames in {folder / name}"
    assert recording.taken == datetime.now(KST).date()
    assert {"au10001", "kt10000", "kt10003"} <= {answer.api_id for answer in recording.answers}
    written = (folder / name).read_text(encoding="utf-8")
    assert [one for one in (said["appkey"], said["secretkey"], said["account"]) if one in written] == []


def test_nothing_is_written_of_a_server_that_is_not_there(tmp_path: Path) -> None:
    done = record("--target", "http://127.0.0.1:1", "--card", "101", "--out", str(tmp_path / "none"))

    assert (done.exit_code, done.output.splitlines()[-1]) == (1, DEAD.format(url="http://127.0.0.1:1").strip())
    assert not (tmp_path / "none").exists()


def test_the_real_broker_is_not_recorded(tmp_path: Path) -> None:
    done = record("--target", "https://api.kiwoom.com", "--out", str(tmp_path))

    assert done.exit_code == 2
    assert "api.kiwoom.com trades real money" in done.output


PAGE = (Path(__file__).parents[2] / "docs" / "recordings.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ kiwoom-mockserver (contracts .*)$", PAGE, re.MULTILINE)
RECORD, DIFF = (shlex.split(command) for command in COMMANDS[:2])


def test_the_page_tells_how_to_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["mock" if word == "mockapi" else word for word in RECORD]

    done = CliRunner().invoke(main, [*command, "--card", "101", "--card", "0B"])

    assert done.exit_code == 0
    ((_, recording),) = load(Path(DIFF[-1]))
    assert ("0B",) in [frame.kind for frame in recording.frames]


@pytest.fixture(scope="module")
def ours() -> Recording:
    """What the simulator says to all cards, as the page's own example finds out; it finds no difference."""
    names: dict[str, Any] = {}
    exec(EXAMPLE, names)  # noqa: S102 - an example of our own docs
    assert isinstance(names["simulated"], Recording)
    return names["simulated"]


def test_recordings_are_held_against_the_simulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: Recording
) -> None:
    """The first recordings have not drifted; a new one that has is an error, and an old one a warning."""
    monkeypatch.setattr(card_targets, "record_mock", lambda day: ours)
    monkeypatch.chdir(tmp_path)
    folder = Path(DIFF[-1])
    folder.mkdir()
    for name, recording in load(SHIPPED):
        (folder / name).write_bytes(msgspec.json.encode(recording))
    today = datetime.now(KST)
    pong = (RecordedFrame({"trnm": "PONG"}),)
    save(Recording(date(2020, 1, 1), MOCK_DOMAIN, "a test", frames=pong), folder, datetime(2020, 1, 1))
    fresh = save(Recording(today.date(), MOCK_DOMAIN, "a test", frames=pong), folder, today)

    done = CliRunner().invoke(main, DIFF)

    assert done.exit_code == 1
    one = "mock domain, 0 answers, 1 frames: 1 difference"
    assert done.output.splitlines() == [
        f"2020-01-01T000000-mock-domain.json: {one}",
        "    old: PONG: the simulator never sent it",
        "2026-05-22-production.json: production, 6 answers, 0 frames: no differences",
        "2026-07-31-mock-domain.json: mock domain, 1 answers, 0 frames: no differences",
        "2026-08-13-mock-domain.json: mock domain, 1 answers, 0 frames: no differences",
        "2026-09-10-mock-domain.json: mock domain, 0 answers, 3 frames: no differences",
        "2026-09-11-mock-domain.json: mock domain, 1 answers, 8 frames: no differences",
        f"{fresh.name}: {one}",
        "    PONG: the simulator never sent it",
        "undated-mock-domain.json: mock domain, 32 answers, 0 frames: no differences",
    ]


@pytest.mark.parametrize(("text", "said"), [(None, "there are no recordings in"), ("{}", "mine.json: ")])
def test_a_folder_without_recordings_is_named(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "mine.json").write_text(text, encoding="utf-8")

    done = CliRunner().invoke(main, ["contracts", "diff", str(tmp_path)])

    assert done.exit_code == 1
    assert said in done.output
