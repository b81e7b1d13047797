from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.broker.fault_actions import Error
from kiwoom_mockserver.broker.fault_filter import Filter
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.commands import error_guide
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_scenarios.loader import load_scenario

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def test_the_list_tells_of_every_code() -> None:
    entries = error_guide.listing().split("\n\n")
    assert [entry.split()[0] for entry in entries] == list(catalogue.errors())
    assert entries[list(catalogue.errors()).index("8104")] == (
        "8104   모의투자에서 지원하지 않는 API 입니다.\n"
        "       class 2, HTTP 200; observed: mock domain, 2026-09-09\n"
        "       occurs: `mockapi`\n"
        "       cause: The API does not exist on the mock domain.\n"
        "       what to do: Use another API. In tests, you can set the response of the API; see Stubs (docs/faults.md#stubs).\n"
        "       how to cause it: `kiwoom-mockserver serve --profile mockapi`, then `au10001`, `ka01690`."
    )


def test_a_code_is_shown_with_its_request_and_the_whole_answer() -> None:
    assert error_guide.example("8005") == (
        "8005   Token이 유효하지 않습니다\n"
        "       class 3, HTTP 200; observed: mock domain\n"
        "       occurs: all\n"
        "       cause: The token was never issued, or it has expired, was revoked or was replaced.\n"
        "       what to do: Request a new token once and repeat the request.\n"
        "       how to cause it: `kiwoom-mockserver serve`, then `ka00001` with the header `authorization: Bearer nonsense`.\n"
        "\n"
        "$ kiwoom-mockserver serve\n"
        "\n"
        "> POST /api/dostk/acnt\n"
        "> api-id: ka00001\n"
        "> authorization: Bearer nonsense\n"
        ">\n"
        "> {}\n"
        "< HTTP 200\n"
        "< content-type: application/json;charset=UTF-8\n"
        "< content-length: 102\n"
        "< api-id: ka00001\n"
        "< cont-yn: N\n"
        "< next-key:\n"
        "< resp-cnt: 0\n"
        "< access-control-allow-origin: *\n"
        "< access-control-expose-headers: api-id,cont-yn,next-key,resp-cnt,user-data\n"
        "< vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\n"
        "< user-data:\n"
        "<\n"
        '< {"return_msg":"인증에 실패했습니다[8005:Token이 유효하지 않습니다]","return_code":3}'
    )


def test_what_a_cause_needs_is_shown() -> None:
    shown = error_guide.example("8010")
    assert "\n(from 127.0.0.2)\n> POST /api/dostk/acnt\n" in shown
    shown = error_guide.example("1687")
    assert "\n# cause.yaml\nname: cause\ndescription: causes an error\nsettings: {page_size: 1}\n" in shown
    assert "\n$ kiwoom-mockserver serve --scenario cause.yaml\n" in shown
    assert shown.count("\n(10 times)\n> POST /api/dostk/acnt\n") == 1
    assert "\n$ kiwoom-mockserver serve --hours krx --start 2026-11-21T10:00\n" in error_guide.example("RC4010")


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("1512", "`kiwoom-mockserver serve`, then `ka00001` with the header `authorization:`."),
        ("1513", "`kiwoom-mockserver serve`, then `ka00001` with no header `authorization`."),
        ("1504", "`kiwoom-mockserver serve`, then `ka00001` with the path `/api/dostk/ordr`."),
        ("1700", "`kiwoom-mockserver serve --profile mockapi`, then `au10001`, 2 × `ka00001`."),
        ("8010", "`kiwoom-mockserver serve --profile mockapi`, then `au10001`, `ka00001` from 127.0.0.2."),
        ("8030", "`kiwoom-mockserver serve` with `keys: [{kind: production}]` in its scenario, then `au10001`."),
        (
            "8003",
            '`kiwoom.faults.error("8003", "조회 오류", api="ka00001")` in a test, or '
            '`refusals: [{code: "8003", covers: ka00001, values: ["조회 오류"]}]` in a scenario.',
        ),
    ],
)
def test_a_section_says_how_a_code_is_caused(code: str, how: str) -> None:
    section = error_guide.page().split(f"\n### {code}\n", 1)[1].split("\n### ", 1)[0]
    assert f"- **How to cause it here:** {how}" in section


def test_every_code_has_a_row_that_links_to_its_section() -> None:
    page = error_guide.page()
    rows = re.findall(r"^\| \[(\w+)]\(#(\w+)\) \| .* \| (?:200|429) \| .* \|$", page, re.MULTILINE)
    assert rows == [(code, code.lower()) for code in catalogue.errors()]
    assert re.findall(r"^### (.*)$", page, re.MULTILINE) == list(catalogue.errors())


def test_a_code_that_is_none() -> None:
    with pytest.raises(KeyError):
        error_guide.example("9999")


def test_the_page_of_the_docs_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == error_guide.page(), "run `make docs`"


def test_the_scenario_of_the_page_opens(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    path = tmp_path / "refusing.yaml"
    path.write_text(example, encoding="utf-8")
    broker = create_broker(WorldConfig(scenario=load_scenario(str(path)), accounts=2), 0)
    Gateway(lambda: 0).add(broker)
    assert [rule.fault for rule in FaultAdmin(broker).list().values()] == [
        Fault(Error("509193"), Filter(("kt10000",))),
        Fault(Error("8103", ("점검 중입니다",)), Filter(("/api/dostk/websocket",))),
    ]
    first, second = broker.state.keys.values()
    assert (first.kind, first.terminals, second.kind, second.terminals) == ("mock", ("127.0.0.1",), "corporate", ())
