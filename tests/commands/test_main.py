"""The command line as another program meets it: a process, its output, its signals."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner
from websockets.sync.client import ClientConnection, connect

from conditions import eventually
from kiwoom_contracts import catalogue
from kiwoom_mockserver.commands import error_guide
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.control import Control, NotAllowedError
from serving import COMMAND, call, complaints, greeting, serving, token


def block(process: subprocess.Popen[str]) -> list[str]:
    """The lines up to a blank one."""
    assert process.stdout is not None
    lines = []
    while (line := process.stdout.readline()) != "\n":
        assert line, "the server has ended"
        lines.append(line)
    return lines


def rows(socket: ClientConnection, field: str, count: int) -> set[str]:
    """What stands in a field of realtime rows, once there are so many different ones."""
    seen: set[str] = set()
    until = time.monotonic() + 30
    while len(seen) < count:
        assert time.monotonic() < until, f"only {seen}"
        seen |= {row[field] for row in json.loads(socket.recv(timeout=10)).get("data", [])}
    return seen


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
        assert complaints(process.stderr.read()) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_stops_it_whatever_runs() -> None:
    with serving("--json", "--clock", "manual", "--scenario", "quiet") as process:
        said = greeting(process)
        world = said["rest"] + "/__control/worlds/default"
        began = httpx2.get(f"{world}/clock").json()["now"]
        with ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(httpx2.post, f"{world}/clock/advance", json={"seconds": 31_622_400}, timeout=30)]
            for name in ("a", "b"):
                query = {"name": name, "within": 60}
                calls.append(pool.submit(httpx2.get, f"{world}/journal/wait-for", params=query, timeout=30))
            eventually(lambda: httpx2.get(f"{world}/clock").json()["now"] > began)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) in (0, -signal.SIGTERM)
            for ended in calls:
                assert isinstance(ended.exception(10), httpx2.TransportError) or ended.result().status_code == 409
        assert process.stderr is not None
        assert complaints(process.stderr.read()) == ""


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
        lines = block(process)
        (curl,) = block(process)
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
        url = said["rest"]
        assert url.startswith("http://127.0.0.1:")
        assert len(said["control_token"]) > 30
        with Control(url) as control, pytest.raises(NotAllowedError):
            control.health()
        with Control(url, said["control_token"]) as control:
            other = control.create_world()
            assert other.info().rest_url == url
            assert other.secretkey.startswith(said["secretkey"])


def test_a_token_of_the_control_api_can_be_chosen() -> None:
    with serving("--scenario", "still", KIWOOM_MOCKSERVER_CONTROL_TOKEN="mine") as process:
        lines = block(process)
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
            path = "/__control/worlds/default/journal/wait-for?name=never&within=60"
            waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert httpx2.get(said["control"] + "/health").status_code == 200
            process.terminate()
            assert process.wait(timeout=10) in (0, -signal.SIGTERM)
        assert process.stderr is not None
        assert complaints(process.stderr.read()) == ""


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
        (["--scenario", "limit-op"], '; did you mean "limit-up"?; see docs/scenarios.md#errors\n'),
        (["--appkey", "alone"], "--appkey and --secretkey go together"),
        (["--profile", "real"], 'expected one of open, mockapi, production, got "real"'),
        (["--start", "09:30"], 'expected a Korean date and time such as 2026-11-23T09:30, got "09:30"'),
        (
            ["--cash", "-1"],
            "expected an integer from 0 to 999,999,999,999, got -1; see docs/testing.md#the-world-of-a-test\n",
        ),
        (["--seed", str(2**63)], "expected an integer from 0 to 9,223,372,036,854,775,807, got 9223372036854775808"),
        (["--holdings", "5930=1"], "Error: holdings: instrument 5930 is not listed; did you mean 005930 (삼성전자)?"),
        (["--control-token", ""], "--control-token is not empty; see docs/control.md#who-may-ask\n"),
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
        assert (result.exit_code, result.stdout, result.stderr) == (
            1,
            "",
            f"Error: {tmp_path / said}; see docs/scenarios.md#errors\n",
        )


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert done.stderr == (
        f"Error: cannot listen on 127.0.0.1, port {port}: {os.strerror(errno.EADDRINUSE)}; `--port 0` takes a free port; "
        "see docs/troubleshooting.md#the-port-is-taken\n"
    )


def test_errors_prints_every_code_and_shows_one() -> None:
    assert CliRunner().invoke(main, ["errors"]).output == error_guide.listing() + "\n"
    assert CliRunner().invoke(main, ["errors", "show", "8005"]).output == error_guide.example("8005") + "\n"
    assert CliRunner().invoke(main, ["errors", "page"]).output == error_guide.page()


def test_a_code_that_is_none_is_named() -> None:
    result = CliRunner().invoke(main, ["errors", "show", "4711"])
    assert (result.exit_code, result.output) == (
        1,
        "Error: there is no error 4711; `kiwoom-mockserver errors` prints them all; see docs/errors.md\n",
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("serv", "Error: No such command 'serv'*; see docs/tutorial.md#start-the-server\n"),
        ("serve --cahs 1", "Error: No such option*--cahs*; see docs/tutorial.md#start-the-server\n"),
        ("serve --port x", "Error: Invalid value for '--port'*; see docs/tutorial.md#start-the-server\n"),
        ("scenarios check", "Error: Missing argument 'FILE'; see docs/scenarios.md\n"),
        ("errors shw", "Error: No such command 'shw'*; see docs/errors.md\n"),
        ("control --cahs 1 health", "Error: No such option*--cahs*; see docs/control.md#from-the-shell\n"),
        ("control faults ad", "Error: No such command 'ad'*; see docs/control.md#from-the-shell\n"),
        ("control set-price 1 abc", "Error: Invalid value for 'PRICE': *; see docs/control.md#from-the-shell\n"),
        ("contracts export --format x", "Error: Invalid value for '--format': *; see docs/contracts.md\n"),
        ("contracts check", "Error: Missing option '--target'; see docs/contract-cards.md#run-them\n"),
        ("contracts scaffold zz", "Error: there is no API zz; *; see docs/architecture.md#how-to-add-an-api\n"),
    ],
)
def test_what_is_no_command_ends_with_a_page(words: str, text: str) -> None:
    result = CliRunner().invoke(main, words.split())
    assert result.exit_code == 2
    assert fnmatch(result.stderr.splitlines(keepends=True)[-1], text), result.stderr


def test_without_a_command_the_help_is_printed() -> None:
    for words in ([], ["control"], ["contracts"]):
        assert "see docs/" not in CliRunner().invoke(main, words).output


@pytest.mark.parametrize("words", ["serve", "control health", "contracts coverage", "scenarios list", "errors"])
def test_a_variable_that_nobody_reads_is_refused(words: str) -> None:
    for name, meant in (("CAHS", "CASH"), ("CONTROL_TOKN", "CONTROL_TOKEN"), ("WRLD", "WORLD")):
        result = CliRunner(env={f"KIWOOM_MOCKSERVER_{name}": "1"}).invoke(main, words.split())
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (
            2,
            f'Error: unknown environment variable KIWOOM_MOCKSERVER_{name}; did you mean "KIWOOM_MOCKSERVER_{meant}"?; '
            "see docs/testing.md#the-world-of-a-test",
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
            assert rows(socket, "item", 3) == codes


def test_a_scenario_plays_on_the_server() -> None:
    with serving("--json", "--scenario", "all-types", "--speed", "10") as process:
        said = greeting(process)
        with connect(said["websocket"]) as socket:
            socket.send(json.dumps({"trnm": "LOGIN", "token": token(said)}))
            items = ["", "005930", "069500", "57JBHH", "001", "MGD", "MGU"]
            data = [{"item": items, "type": list(catalogue.realtime())}]
            socket.send(json.dumps({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": data}))
            assert rows(socket, "type", 19) == set(catalogue.realtime())
