"""What ``contracts scaffold`` prints is the beginning of an API."""

from __future__ import annotations

import ast

import pytest
from click.testing import CliRunner

from kiwoom_contracts import catalogue
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.commands.scaffold import module_of_handler, module_of_test, parts

pytestmark = pytest.mark.usefixtures("unsimulated")

PAGE = "docs/architecture.md#how-to-add-an-api"


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["contracts", "scaffold", *words])
    return done.exit_code, done.output


def test_handler_and_test_of_every_api_are_python_and_name_every_field() -> None:
    for api_id in catalogue.api_ids():
        api = catalogue.api(api_id)
        ast.parse(module_of_test(api))
        keys = [node.value for node in ast.walk(ast.parse(module_of_handler(api))) if isinstance(node, ast.Constant)]
        rows = next((field.fields for field in api.response if field.fields), ())
        names = [field.name for field in (*api.response, *rows) if not field.fields]
        assert [name for name in names if name not in keys] == [], api_id


def test_the_files_of_a_list() -> None:
    files = dict(parts(catalogue.api("ka10080")))
    assert list(files) == [
        "mockserver/kiwoom_mockserver/rest/charts.py",
        "tests/rest/test_charts.py",
        "contracts/kiwoom_contracts/catalogue/chart/ka10080.json: check these lines",
    ]
    first, second, third = files.values()
    assert '@answers("ka10080")\ndef ka10080(call: Call) -> Page:\n' in first
    assert '        "cur_prc": ...,  # 현재가(종가), ±n (observed)\n' in first
    assert 'client.call("ka10080", **examples.request("ka10080", code="005930", today="20261123"))' in second
    assert '"next_key": "A{stk_cd}{cursor}00010000"\n' in third


def test_it_is_printed() -> None:
    code, printed = run("ka10003")
    assert code == 0
    assert printed.startswith("# mockserver/kiwoom_mockserver/rest/quotes.py\n")


def test_what_is_simulated_or_unknown_is_said() -> None:
    assert run("ka10001")[1].endswith(f"Error: ka10001 is simulated: kiwoom_mockserver.rest.quotes; see {PAGE}\n")
    assert (
        f"Error: there is no API ka99999; `kiwoom-mockserver contracts coverage` lists them; see {PAGE}\n"
        in run("ka99999")[1]
    )


def test_an_api_that_no_handler_answers_is_said() -> None:
    for api_id in ("au10001", "ka10171"):
        code, printed = run(api_id)
        assert code == 2
        assert printed.endswith(
            f"Error: {api_id} has no handler of its own: it makes tokens, or goes over the WebSocket; see {PAGE}\n"
        )
