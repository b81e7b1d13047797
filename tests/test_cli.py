"""The command line as another program meets it: a process, its output, its signals."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner, Result
from websockets.sync.client import connect

from kiwoom_contracts import catalogue
from kiwoom_contracts.cards import AnyCard, Outcome, Target
from kiwoom_contracts.cards import Result as CardResult
from kiwoom_contracts.export import FORMATS
from kiwoom_mockserver.cli import main
from kiwoom_mockserver.control import Control, ControlError, NotAllowedError
from kiwoom_mockserver.server import error_guide
from serving import COMMAND, greeting, serving


def token(said: dict[str, Any], account: int = 0) -> str:
    keys = said["accounts"][account]
    body = {"grant_type": "client_credentials", "appkey": keys["appkey"], "secretkey": keys["secretkey"]}
    return str(httpx2.post(said["rest"] + "/oauth2/token", json=body).json()["token"])


def call(said: dict[str, Any], api_id: str, body: dict[str, str], account: int = 0, living: str = "") -> Any:
    headers = {"api-id": api_id, "authorization": "Bearer " + (living or token(said, account))}
    return httpx2.post(said["rest"] + catalogue.api(api_id).path, json=body, headers=headers).json()


def test_json_is_one_line_with_all_that_a_client_needs() -> None:
    with serving("--json", "--accounts", "2", "--cash", "5000000", "--seed", "7") as process:
        said = greeting(process)
        assert list(said) == [
            "rest", "websocket", "appkey", "secretkey", "account", "accounts", "seed", "profile",
            "control", "control_token",
        ]  # fmt: skip
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", said["rest"])
        assert said["websocket"] == said["rest"].replace("http", "ws") + "/api/dostk/websocket"
        assert said["accounts"] == [
            {
                "appkey": "kiwoom-mockserver-appkey",
                "secretkey": "kiwoom-mockserver-secretkey",
                "account": "8100000111",
            },
            {
                "appkey": "kiwoom-mockserver-appkey-2",
                "secretkey": "kiwoom-mockserver-secretkey-2",
                "account": "8100000211",
            },
        ]
        assert (said["appkey"], said["account"]) == ("kiwoom-mockserver-appkey", "8100000111")
        assert (said["seed"], said["profile"]) == (7, "open")
        assert (said["control"], said["control_token"]) == (said["rest"] + "/__control", None)
        assert call(said, "ka00001", {}, account=1)["acctNo"] == "8100000211"
        assert call(said, "kt00001", {"qry_tp": "2"})["entr"] == "000000005000000"
        process.terminate()
        assert process.stdout is not None
        assert process.stdout.read() == ""


def test_accounts_of_one_world_meet_each_other() -> None:
    order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "trde_tp": "0"}
    with serving("--json", "--accounts", "2", "--scenario", "still") as process:
        said = greeting(process)
        call(said, "kt10000", order | {"ord_uv": "269500"})
        call(said, "kt10001", order | {"ord_uv": "269400"})
        call(said, "kt10001", order | {"ord_uv": "269500"})
        assert call(said, "kt10000", order | {"ord_uv": "269500"}, account=1)["return_code"] == 0
        (row,) = call(said, "kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"}, account=1)["acnt_evlt_remn_indv_tot"]
        assert row["rmnd_qty"] == "000000000000001"
        assert call(said, "kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"})["acnt_evlt_remn_indv_tot"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_with_connections_open(number: signal.Signals) -> None:
    with serving("--json") as process:
        said = greeting(process)
        port = int(said["rest"].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as idle, httpx2.Client() as client:
            client.post(said["rest"] + "/oauth2/token", json={})
            idle.sendall(b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            process.send_signal(number)
            assert process.wait(timeout=10) in (0, -number)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_environment_sets_every_option() -> None:
    variables = {
        "KIWOOM_MOCKSERVER_JSON": "1",
        "KIWOOM_MOCKSERVER_CASH": "1234",
        "KIWOOM_MOCKSERVER_APPKEY": "mine",
        "KIWOOM_MOCKSERVER_SECRETKEY": "too",
        "KIWOOM_MOCKSERVER_PROFILE": "mockapi",
        "KIWOOM_MOCKSERVER_CLOCK": "manual",
        "KIWOOM_MOCKSERVER_START": "2026-11-22T10:00",
    }
    with serving(**variables) as process:
        said = greeting(process)
        assert (said["appkey"], said["secretkey"], said["profile"]) == ("mine", "too", "mockapi")
        living = token(said)
        assert call(said, "kt00001", {"qry_tp": "2"}, living=living)["entr"] == "000000000001234"
        order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "269500", "trde_tp": "0"}
        answer = call(said, "kt10000", order, living=living)
        assert answer["return_msg"] == "[2000](RC4010:모의투자 영업일이 아닙니다.)"


def test_plain_serve_prints_a_curl_line_that_works_and_a_line_per_call() -> None:
    with serving() as process:
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "\n"))
        (curl,) = iter(process.stdout.readline, "\n")
        words = shlex.split(curl)
        assert words[0] == "curl"
        url, body = words[2], words[words.index("-d") + 1]
        answer = httpx2.post(url, content=body, headers={"content-type": "application/json"}).json()
        assert answer["return_code"] == 0
        line = process.stdout.readline()
        assert re.fullmatch(r"\d\d:\d\d:\d\d au10001  200      0  접근토큰 발급\n", line)
        assert any(line.startswith("REST") for line in lines)
        assert answer["token"] not in line


def test_a_console_that_nobody_reads_does_not_hold_up_the_server() -> None:
    with serving() as process, httpx2.Client() as client:
        assert process.stdout is not None
        rest = process.stdout.readline().split()[1]
        for _ in range(3_000):
            client.post(rest + "/oauth2/token", json={"grant_type": "nothing"})
        assert client.post(rest + "/oauth2/token", json={}).status_code == 200


def test_keys_are_random_off_the_loopback() -> None:
    with serving("--json", "--host", "0.0.0.0") as first, serving("--json", "--host", "0.0.0.0") as second:
        one, other = greeting(first), greeting(second)
        assert len(one["secretkey"]) > 30
        assert one["appkey"] != other["appkey"]


def test_the_control_api_steers_what_is_served() -> None:
    with serving("--json", "--scenario", "still") as process:
        said = greeting(process)
        with Control(said["rest"]) as control:
            world = control.world()
            assert (world.name, world.appkey, world.account) == ("default", said["appkey"], said["account"])
            world.market.set_price("005930", 270_000)
            assert call(said, "ka10001", {"stk_cd": "005930"})["cur_prc"] == "+270000"
            other = control.create_world()
            assert other.appkey == said["appkey"] + "-w1"


def test_off_the_loopback_the_control_api_wants_a_token() -> None:
    with serving("--json", "--host", "0.0.0.0") as process:
        said = greeting(process)
        url = said["rest"].replace("0.0.0.0", "127.0.0.1")
        assert len(said["control_token"]) > 30
        with Control(url) as control, pytest.raises(NotAllowedError):
            control.health()
        with Control(url, said["control_token"]) as control:
            other = control.create_world()
            assert other.info().rest_url == url
            assert other.secretkey.startswith(said["secretkey"])


def test_a_token_of_the_control_api_can_be_chosen() -> None:
    with serving("--scenario", "still", KIWOOM_MOCKSERVER_CONTROL_TOKEN="mine") as process:
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "\n"))
        assert "  token      mine\n" in lines
        (rest,) = [line.split()[1] for line in lines if line.startswith("REST")]
        with Control(rest, "mine") as control:
            assert control.health().worlds == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_call_that_waits_does_not_hold_up_the_end() -> None:
    with serving("--json") as process:
        said = greeting(process)
        port = int(said["rest"].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            path = "/__control/worlds/default/journal/wait?name=never&within=60"
            waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert httpx2.get(said["control"] + "/health").status_code == 200
            process.terminate()
            assert process.wait(timeout=10) in (0, -signal.SIGTERM)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_instruments_and_scenario_come_from_files(tmp_path: Path) -> None:
    instruments = tmp_path / "mine.yaml"
    instruments.write_text(
        "instruments:\n"
        "  - {code: '900900', name: 우리회사, market: kosdaq, base: 9980, listed: 1000000, face: 100}\n"
        "fictitious: 3\n",
        encoding="utf-8",
    )
    with serving("--json", "--instruments", str(instruments), "--scenario", "quiet") as process:
        said = greeting(process)
        mine = call(said, "ka10001", {"stk_cd": "900900"})
        assert (mine["stk_nm"], mine["upl_pric"], mine["lst_pric"]) == ("우리회사", "+12970", "-6990")
        assert call(said, "ka10001", {"stk_cd": "005930"})["cur_prc"] == "-257750"
        assert call(said, "ka10001", {"stk_cd": "900030"})["return_code"] == 0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--scenario", "nowhere.yaml"], "nowhere.yaml"),
        (["--appkey", "alone"], "--appkey and --secretkey go together"),
        (["--profile", "real"], "'real' is not one of"),
        (["--start", "yesterday"], "yesterday"),
        (["--cash", "-1"], "-1"),
        (["--control-token", ""], "--control-token is not empty"),
    ],
)
def test_options_that_make_no_sense_are_named(options: list[str], text: str) -> None:
    result = CliRunner().invoke(main, ["serve", *options])
    assert result.exit_code != 0
    assert text in result.output


@pytest.mark.parametrize(
    ("timeline", "said"),
    [
        ("[{at: 1s, halt: {}}]", 'mine.yaml:3: timeline[0].halt: missing field "code"'),
        ('[{at: 1s, halt: {code: "999999"}}]', "mine.yaml:3: timeline[0].halt: instrument 999999 is not listed"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_named_alike_whoever_finds_it(
    tmp_path: Path, timeline: str, said: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"name: mine\ndescription: d\ntimeline: {timeline}\n", encoding="utf-8")
    for command in (["scenarios", "check", str(file)], ["serve", "--scenario", str(file)]):
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Error: {tmp_path / said}\n")


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "address already in use" in done.stderr.lower()


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


def test_errors_prints_every_code_and_shows_one() -> None:
    assert CliRunner().invoke(main, ["errors"]).output == error_guide.listing() + "\n"
    assert CliRunner().invoke(main, ["errors", "show", "8005"]).output == error_guide.shown("8005") + "\n"
    assert CliRunner().invoke(main, ["errors", "page"]).output == error_guide.page()


def test_a_code_that_is_none_is_named() -> None:
    result = CliRunner().invoke(main, ["errors", "show", "4711"])
    assert (result.exit_code, result.output) == (
        1,
        "Error: there is no error 4711; `kiwoom-mockserver errors` prints them all\n",
    )


def test_the_websocket_can_have_a_port_of_its_own() -> None:
    with serving("--json", "--websocket-port", "0") as process:
        said = greeting(process)
        rest_port, own_port = (int(said[name].split(":")[2].split("/")[0]) for name in ("rest", "websocket"))
        assert rest_port != own_port
        for url in (said["websocket"], said["websocket"].replace(str(own_port), str(rest_port))):
            with connect(url) as socket:
                socket.send(json.dumps({"trnm": "LOGIN", "token": token(said)}))
                assert json.loads(socket.recv(timeout=10))["return_code"] == 0


def test_serve_makes_a_market_by_itself() -> None:
    with serving("--json", "--speed", "20") as process:
        said = greeting(process)
        with connect(said["websocket"]) as socket:
            socket.send(json.dumps({"trnm": "LOGIN", "token": token(said)}))
            codes = {"005930", "M04020000", "M04020100"}
            data = [{"item": sorted(codes), "type": ["0B"]}]
            socket.send(json.dumps({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": data}))
            seen: set[str] = set()
            while not codes <= seen:
                frame = json.loads(socket.recv(timeout=10))
                seen |= {row["item"] for row in frame.get("data", [])}


def test_a_scenario_plays_on_the_server() -> None:
    with serving("--json", "--scenario", "all-types", "--speed", "10") as process:
        said = greeting(process)
        with connect(said["websocket"]) as socket:
            socket.send(json.dumps({"trnm": "LOGIN", "token": token(said)}))
            items = ["", "005930", "069500", "57JBHH", "001", "MGD", "MGU"]
            data = [{"item": items, "type": list(catalogue.realtime())}]
            socket.send(json.dumps({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": data}))
            seen: set[str] = set()
            while len(seen) < 19:
                frame = json.loads(socket.recv(timeout=10))
                seen |= {row["type"] for row in frame.get("data", [])}


def check(*options: str) -> Result:
    return CliRunner().invoke(main, ["contracts", "check", *options])


def test_cards_are_run_told_and_written(tmp_path: Path) -> None:
    json_file, junit, html = (tmp_path / f"cards.{kind}" for kind in ("json", "xml", "html"))
    written = ["--json", str(json_file), "--junit", str(junit), "--html", str(html)]

    done = check("--target", "mock", "--card", "101", "--card", "205", *written)

    assert done.exit_code == 0
    assert done.output.splitlines()[::2] == [
        "1/2 101 passed  au10001 gives a token that is good for a day at most",
        "2/2 205 passed  What was modified is modified again, and every number of the chain leads to its root",
        "2 cards on mock: 2 passed, 0 failed, 0 skipped; 2 never run on the real domain",
    ]
    assert done.output.count("; never run on the real domain\n") == 2
    assert [card["result"] for card in json.loads(json_file.read_bytes())["cards"]] == ["passed", "passed"]
    assert junit.read_bytes().count(b'value="never run on the real domain"') == 2
    assert html.read_bytes().count(b"<td>never run on the real domain</td>") == 2


def test_each_card_is_told_before_the_next_one_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []

    def run_card(card: AnyCard, target: Target) -> CardResult:
        events.append(f"run {card.number}")
        return CardResult(card.number, Outcome.PASSED)

    monkeypatch.setattr("kiwoom_contracts.cards.running.run", run_card)
    monkeypatch.setattr("click.echo", lambda text: events.append(text[:8]))
    check("--target", "mock", "--card", "101", "--card", "102")
    assert events == ["run 101", "1/2 101 ", "run 102", "2/2 102 ", "2 cards "]


def test_a_card_that_fails_makes_the_command_fail() -> None:
    done = check("--target", "http://127.0.0.1:1", "--card", "101", "--card", "104")

    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith("1/2 101 failed ")
    assert lines[2].startswith("    take: ")
    assert lines[3].startswith("2/2 104 skipped ")
    assert lines[-1].startswith("2 cards on http://127.0.0.1:1: 0 passed, 1 failed, 1 skipped; ")


def told(done: Result) -> list[str]:
    """Number and outcome of each card."""
    return [" ".join(line.split()[1:3]) for line in done.output.splitlines() if re.match(r" *\d+/\d+ ", line)]


def test_a_server_of_ours_is_checked_with_all_powers_and_stays_as_it_was() -> None:
    cards = [word for number in ("204", "231", "522", "604", "702") for word in ("--card", number)]
    with serving("--json", "--clock", "manual") as process:
        url = greeting(process)["rest"]
        with Control(url) as control:
            before = control.world().state_hash()
            done = check("--target", url, *cards)
            assert told(done) == ["204 passed", "231 passed", "522 passed", "604 passed", "702 passed"]
            assert done.exit_code == 0
            assert [world.name for world in control.worlds()] == ["default"]
            assert control.world().state_hash() == before


def test_a_server_that_wants_a_control_token_is_checked_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIWOOM_MOCKSERVER_CONTROL_TOKEN", raising=False)
    with serving("--json", "--control-token", "mine") as process:
        options = "--target", greeting(process)["rest"], "--card", "104"
        assert "wants its token, as the server printed it; see --control-token" in check(*options).output
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
    assert (done.exit_code, done.output) == (1, "Error: mock is not to be steered any more: no more worlds\n")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--target", "https://api.kiwoom.com"], "api.kiwoom.com trades real money"),
        (["--target", "https://API.KIWOOM.COM.:443/"], "api.kiwoom.com trades real money"),
        (["--target", "https://mockapi.kiwoom.com@api.kiwoom.com"], "api.kiwoom.com trades real money"),
        (["--target", "api.kiwoom.com"], "names no host"),
        (["--target", "mockapi"], "set KIWOOM_APPKEY and KIWOOM_SECRETKEY"),
        (["--target", "https://mockapi.kiwoom.com"], "are kept by --target mockapi alone"),
        (["--target", "mock", "--card", "7"], "there is no card 7"),
        (["--target", "http://127.0.0.1:1", "--appkey", "alone"], "--appkey and --secretkey go together"),
    ],
)
def test_what_is_not_checked_is_named(monkeypatch: pytest.MonkeyPatch, options: list[str], text: str) -> None:
    monkeypatch.delenv("KIWOOM_APPKEY", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **settings: pytest.fail(f"asked for {args}"))
    done = check(*options)
    assert done.exit_code == 2
    assert text in done.output
