"""Stubs, over HTTP."""

from __future__ import annotations

import httpx2
import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.control import BadRequestError, NotFoundError, RemoteWorld
from rest.stage import SHARE
from wire import Wire

pytestmark = pytest.mark.usefixtures("unsimulated")


def test_a_stub_answers_until_it_is_taken_away(client: Wire, world: RemoteWorld) -> None:
    world.stub("ka10003", {"cntr_infr": [{"tm": "100000", "cur_prc": "+70100"}]})
    assert world.stubs() == ["ka10003"]
    assert client.call("ka10003", stk_cd=SHARE)["cntr_infr"][0]["cur_prc"] == "+70100"
    assert [entry.name for entry in world.journal.find(stub=True)] == ["ka10003"]
    world.unstub("ka10003")
    assert world.stubs() == []
    assert client.call("ka10003", stk_cd=SHARE)["return_code"] != 0
    with pytest.raises(NotFoundError, match="there is no stub for ka10003"):
        world.unstub("ka10003")


def test_a_stub_that_breaks_its_contract_is_refused(world: RemoteWorld) -> None:
    with pytest.raises(BadRequestError, match="ka10003 does not answer so: there is no cntr"):
        world.stub("ka10003", {"cntr": []})
    with pytest.raises(BadRequestError, match="kt10000 is simulated"):
        world.stub("kt10000", {})
    with pytest.raises(BadRequestError, match="zz is no API"):
        world.stub("zz", {})
    assert world.stubs() == []


def test_an_answer_as_deep_as_none_is_refused(kiwoom: MockWorld, world: RemoteWorld, http: httpx2.Client) -> None:
    path = f"{kiwoom.rest_url}/__control/worlds/{kiwoom.name}/stubs/ka10003"
    body = b'{"cntr_infr":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = http.post(path, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "the body is nested too deeply", "page": "docs/faults.md#stubs"},
    )
    assert world.stubs() == []
