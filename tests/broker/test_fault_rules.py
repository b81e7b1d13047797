"""What filters let faults strike, how often, with what chance, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.broker.fault_filter import FaultSubject
from kiwoom_mockserver.broker.fault_rules import FaultRules
from kiwoom_mockserver.world.kst import SECOND
from rest.stage import STAGE, neighbour
from wire import Wire, Worlds


def buy(client: Wire, price: int = 60_000) -> int:
    """The status of a buy that rests."""
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": str(price), "trde_tp": "0"}
    return client.send("kt10000", body).status_code


def cancel(client: Wire, number: str) -> int:
    body = {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": "005930", "cncl_qty": "0"}
    return client.send("kt10003", body).status_code


CALLS: dict[str, Callable[[Wire], int]] = {
    "buy": buy,
    "cancel 1": lambda client: cancel(client, "0000001"),
    "cancel 2": lambda client: cancel(client, "2"),
    "deposit": lambda client: client.send("kt00001", {"qry_tp": "2"}).status_code,
    "quote": lambda client: client.send("ka10001", {"stk_cd": "005930"}).status_code,
}


@pytest.mark.parametrize(
    ("on", "hits"),
    [
        ({}, {"buy", "cancel 1", "cancel 2", "deposit", "quote"}),
        ({"api": "kt10000"}, {"buy"}),
        ({"api": ("kt10000", "ka10001")}, {"buy", "quote"}),
        ({"api": "/api/dostk/ordr"}, {"buy", "cancel 1", "cancel 2"}),
        ({"order": "0000002"}, {"cancel 2"}),
        ({"order": "1"}, {"cancel 1"}),
        ({"fields": {"stk_cd": "005930"}}, {"buy", "cancel 1", "cancel 2", "quote"}),
        ({"fields": {"stk_cd": "005930", "ord_qty": "1"}}, {"buy"}),
        ({"api": "kt10000", "fields": {"stk_cd": "000660"}}, set()),
        ({"account": "8100000111"}, {"buy", "cancel 1", "cancel 2", "deposit", "quote"}),
    ],
)
def test_calls_by_what_they_are(client: Wire, faults: FaultAdmin, on: Any, hits: set[str]) -> None:
    for _ in range(2):
        buy(client)
    faults.status(503, **on)
    assert {name for name, call in CALLS.items() if call(client) == 503} == hits


def test_calls_by_whose_they_are(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    second = neighbour(first)
    faults = first.kiwoom.faults
    faults.status(503, session=second.customer.appkey, count=1)
    assert [buy(wire) for wire in (first, second, second)] == [200, 503, 200]
    faults.status(503, account="8100000213", count=1)
    assert [buy(wire) for wire in (first, second)] == [200, 503], "a customer's account for gold is his, too"


def test_frames_by_what_they_tell(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "00", "04") as listener:
        faults.drop(type="04")
        faults.drop(fields={"913": "체결", "9001": "005930"})
        client.buy(1, 60_000)
        client.buy(1, 60_000)
        faults.drop(order="2")
        client.modify("0000002", 0, 61_000)
        client.buy(1)
        client.buy(1, code="069500")
        told = [(row["type"], row["values"]["9203"], row["values"]["913"]) for row in listener.rows(5)]
    assert told == [
        ("00", "0000001", "접수"),
        ("00", "0000002", "접수"),
        ("00", "0000004", "접수"),
        ("00", "0000005", "접수"),
        ("00", "0000005", "체결"),
    ]


def test_frames_by_whose_they_are(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    second = neighbour(first)
    faults = first.kiwoom.faults
    with listening(first, "00") as mine, listening(second, "00") as theirs:
        faults.drop(type="00", account=second.customer.account, count=1)
        for wire in (first, second, second):
            wire.buy(1, 60_000)
        assert mine.rows(1)[0]["values"]["9203"] == "0000001"
        assert theirs.rows(1)[0]["values"]["9203"] == "0000003"


def test_frames_about_gold_are_those_of_its_account(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "00") as listener:
        faults.drop(account="8100000113")
        client.buy_gold(1, 190_000)
        client.buy(1, 60_000)
        assert listener.rows(1)[0]["values"]["9201"] == "8100000111"


def test_a_count_is_used_up_by_what_was_struck(client: Wire, faults: FaultAdmin) -> None:
    faults.status(503, api="kt00001", count=2)
    asked = [CALLS[name](client) for name in ("deposit", "quote", "deposit", "deposit")]
    assert asked == [503, 200, 503, 200]
    assert faults.list() == {}


def test_a_fault_lasts_on_the_world_s_clock(client: Wire, faults: FaultAdmin) -> None:
    broker = client.kiwoom.broker
    faults.status(503, lasts=2.5)
    assert buy(client) == 503
    broker.advance(broker.world.now + 2 * SECOND)
    assert (buy(client), list(faults.list())) == (503, [1])
    broker.advance(broker.world.now + SECOND // 2)
    assert (buy(client), faults.list()) == (200, {})


def test_chance_is_that_of_the_seed_and_of_each_rule(worlds: Worlds) -> None:
    def story(seed: int, chances: int) -> list[int]:
        client = worlds.open(msgspec.structs.replace(STAGE, seed=seed))
        for _ in range(chances):
            client.kiwoom.faults.status(503, probability=0.4)
        return [buy(client) for _ in range(30)]

    first = story(7, 1)
    assert first == story(7, 1)
    assert first != story(8, 1)
    assert 5 <= first.count(503) <= 20
    both = story(7, 2)
    assert all(two == 503 for one, two in zip(first, both, strict=True) if one == 503)
    assert both.count(503) > first.count(503)


def test_certain_and_hardly_possible(client: Wire, faults: FaultAdmin) -> None:
    faults.status(503, probability=1e-9)
    assert buy(client) == 200
    faults.status(503, probability=1.0)
    assert buy(client) == 503


def test_without_faults_nothing_is_looked_at() -> None:
    class Unread(FaultSubject):
        @property
        def fields(self) -> dict[str, Any]:
            raise AssertionError("nobody asked for it")

    assert FaultRules().match(object, Unread("kt10000", "/api/dostk/ordr", "key", (), b""), 0) == []


def test_what_is_no_object_has_no_fields() -> None:
    for text in (b"", b"[]", b"{oops", b'{"trnm":"REAL","data":[7]}'):
        assert FaultSubject("REAL", "", "key", (), text).fields.get("913") is None
