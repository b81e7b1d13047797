"""What stops trading is in the journal, whoever causes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_reference_client import Kiwoom, OrderKind

SHARE = "005930"


def facts(kiwoom: MockWorld) -> list[tuple[str, dict[str, Any]]]:
    return [(entry.name, entry.fields) for entry in kiwoom.journal.find(kind="event")]


def bought_into(kiwoom: MockWorld) -> None:
    """A customer's own order goes too far: the second offer lies more than 3 % above the last price."""
    kiwoom.market.set_order_book(SHARE, asks=[(269_500, 1), (290_000, 50)])
    with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
        client.buy(SHARE, 10, kind=OrderKind.MARKET)


def played(kiwoom: MockWorld) -> None:
    kiwoom.play("vi")
    kiwoom.clock.advance(6)


@pytest.mark.parametrize(
    ("cause", "trigger", "price"),
    [
        (lambda kiwoom: kiwoom.market.vi(SHARE), "static", "296000"),
        (lambda kiwoom: kiwoom.market.set_price(SHARE, 280_000, interrupt=True), "dynamic", "280000"),
        (lambda kiwoom: kiwoom.market.trade(SHARE, 280_000), "dynamic", "280000"),
        (bought_into, "dynamic", "290000"),
        (played, "static", "296000"),
    ],
)
def test_each_interruption_is_kept_with_its_begin_and_its_end(
    kiwoom: MockWorld, cause: Callable[[MockWorld], object], trigger: str, price: str
) -> None:
    cause(kiwoom)
    until = kiwoom.market.interrupted(SHARE)
    assert until is not None
    begin = {"stk_cd": SHARE, "state": "begin", "trigger": trigger, "reference": "269000", "price": price}
    assert facts(kiwoom) == [("vi", begin | {"until": until.isoformat()})]
    (entry,) = kiwoom.journal.verify("vi", count=1, stk_cd=SHARE, state="begin")
    assert (entry.kind, entry.accounts, entry.status, entry.code) == (EntryKind.EVENT, (), 0, "")
    kiwoom.clock.advance_to(until)
    ended = kiwoom.journal.wait_for("vi", within=0, state="end", stk_cd=SHARE)
    assert ended.fields == begin | {"state": "end"}
    assert datetime.fromisoformat(json.loads(ended.as_json())["at"]) == until


def test_halts_circuit_breakers_and_sidecars_are_kept(kiwoom: MockWorld) -> None:
    market = kiwoom.market
    market.halt("000660")
    market.halt("000660")
    market.resume("000660")
    market.sidecar("kosdaq", "sell")
    kiwoom.clock.advance(5 * 60)
    market.vi(SHARE)
    market.circuit_breaker("kospi", 1)
    kiwoom.clock.advance(31 * 60)
    assert [(name, {key: value for key, value in told.items() if key in KEYS}) for name, told in facts(kiwoom)] == [
        ("halt", {"stk_cd": "000660", "state": "begin"}),
        ("halt", {"stk_cd": "000660", "state": "end"}),
        ("sidecar", {"market": "kosdaq", "side": "sell", "state": "begin"}),
        ("sidecar", {"market": "kosdaq", "side": "sell", "state": "end"}),
        ("vi", {"stk_cd": SHARE, "state": "begin"}),
        ("circuit_breaker", {"market": "kospi", "stage": "1", "state": "halt"}),
        ("vi", {"stk_cd": SHARE, "state": "end"}),
        ("circuit_breaker", {"market": "kospi", "stage": "1", "state": "auction"}),
        ("circuit_breaker", {"market": "kospi", "stage": "1", "state": "over"}),
    ]


KEYS = {"stk_cd", "state", "market", "side", "stage"}


def test_the_same_commands_leave_the_same_entries(kiwoom: MockWorld) -> None:
    before = kiwoom.snapshot()
    played(kiwoom)
    first = list(kiwoom.journal.export())
    kiwoom.restore(before)
    played(kiwoom)
    assert list(kiwoom.journal.export()) == first != []


def test_what_changes_nothing_leaves_no_entry(kiwoom: MockWorld) -> None:
    kiwoom.market.set_price(SHARE, 300_000)
    kiwoom.market.resume(SHARE)
    with pytest.raises(ValueError, match="starts no volatility interruption"):
        kiwoom.market.vi(SHARE, 1)
    assert facts(kiwoom) == []
