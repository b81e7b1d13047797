"""The page of faults: every example is set as it stands, and every switch has one."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kiwoom_mockserver.admin.faults import FaultAdmin, FaultMatch
from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_rules import Fault
from wire import Wire

pytestmark = pytest.mark.usefixtures("unsimulated")

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(faults\..*?)` \|", PAGE, re.MULTILINE)
ABOUT_ANY = {"add", "remove", "clear", "list"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_set(faults: FaultAdmin, example: str) -> None:
    number = eval(example, {"faults": faults})  # noqa: S307 - our own page
    assert list(faults.list()) == ([] if number is None else [number])


def test_every_switch_has_an_example() -> None:
    switches = {name for name in vars(FaultAdmin) if not name.startswith("_")}
    assert {example[len("faults.") : example.index("(")] for example in EXAMPLES} == switches - ABOUT_ANY
    assert all(f"`faults.{name}(" in PAGE for name in ABOUT_ANY - {"add"})


def test_every_word_is_told_of() -> None:
    table = PAGE[PAGE.index("| word |") : PAGE.index("Chance is seeded")]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(FaultMatch.__annotations__)


def test_the_fault_in_json_is_one_and_every_action_is_named(faults: FaultAdmin) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    assert faults.add(msgspec.json.decode(example, type=Fault)) == 1
    listed = re.findall(r"[a-z-]+", PAGE[PAGE.index("names the action:") :].partition(".\n")[0].partition(":")[2])
    every = [
        one
        for one in vars(fault_actions).values()
        if isinstance(one, type) and issubclass(one, fault_actions.FaultAction)
    ]
    assert listed == [one.__struct_config__.tag for one in every if one is not fault_actions.FaultAction]


def test_the_order_of_the_first_example_is_there(client: Wire) -> None:
    example, _ = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    sends = 'assert client.send("kt10000", ORDER).status_code == 504'
    names = {
        "client": client,
        "ORDER": {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "60000", "trde_tp": "0"},
    }
    body = example.replace("...", sends) + "    assert [entry.status for entry in lost] == [504]\n"
    exec(body + "test_the_order_is_not_sent_twice(kiwoom)\n", names | {"kiwoom": client.kiwoom})  # noqa: S102
    assert client.cancel("0000001")["return_code"] == 0


def test_the_stub_of_the_page_answers(client: Wire) -> None:
    _, example = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    read = 'assert client.call("ka10003", stk_cd="005930")["cntr_infr"][0]["cur_prc"] == "+70100"'
    body = example.replace("...", read) + "test_the_last_trades_are_read(client.kiwoom)\n"
    exec(body, {"client": client})  # noqa: S102 - our own page
    assert client.kiwoom.broker.state.stubs == {}
