"""The journal of a world, over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiwoom_mockserver.control import AssertionFailedError, BadRequestError, RemoteWorld
from rest.stage import SHARE
from wire import Wire


def test_calls_are_found(client: Wire, world: RemoteWorld) -> None:
    client.buy(3)
    client.buy(1, 70_001)
    (good,) = world.journal.find("kt10000", code="0", stk_cd=SHARE)
    (kept,) = client.kiwoom.journal.find("kt10000", code="0")
    assert (good.number, good.kind, good.accounts, good.status) == (kept.number, "call", list(kept.accounts), 200)
    assert (good.request, good.answer) == (kept.fields, kept.reply)
    assert (good.injected, good.stub, good.at) == ([], False, client.kiwoom.clock.now)
    assert [entry.code for entry in world.journal.find("kt10000", after=good.number)] == ["RC4003"]
    assert [entry.name for entry in world.journal] == ["au10001", "kt10000", "kt10000"]
    assert world.journal.find(fields={"stk_cd": "000660"}) == []
    assert world.journal.find(stub=True, injected=True, status=200, kind="call", account="8100000111") == []
    assert world.journal.dropped == 0


def test_what_was_sent_is_proven(client: Wire, world: RemoteWorld) -> None:
    client.buy(3)
    assert [entry.name for entry in world.journal.verify("kt10000", count=1, stk_cd=SHARE)] == ["kt10000"]
    assert len(world.journal.verify()) == 2
    with pytest.raises(AssertionError, match="expected 0 of kt10000, found 1"):
        world.journal.verify("kt10000", count=0)
    with pytest.raises(BadRequestError, match=r"^within: nothing is waited for that must not come; "):
        world.journal.verify("kt10000", count=0, within=2)
    with pytest.raises(AssertionFailedError, match="differs in stk_cd: expected '000660', was '005930'"):
        world.journal.verify("kt10000", stk_cd="000660")


def test_what_will_be_sent_is_waited_for(client: Wire, world: RemoteWorld) -> None:
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(world.journal.wait_for, "kt10000", within=30, stk_cd=SHARE)
        client.buy(3)
        assert waiting.result().answer["ord_no"] == "0000001"
    with pytest.raises(AssertionFailedError, match=r"waited 0.01 s for kt10001"):
        world.journal.wait_for("kt10001", within=0.01)


def test_all_of_it_is_exported(client: Wire, world: RemoteWorld) -> None:
    client.buy(3)
    lines = list(world.journal.export())
    assert lines == list(client.kiwoom.journal.export())
    assert [json.loads(line)["name"] for line in lines] == ["au10001", "kt10000"]
