"""What is said to be simulated is what answers."""

from __future__ import annotations

import re

import pytest

from kiwoom_contracts import catalogue, examples
from kiwoom_mockserver.dispatch.coverage import coverage, simulated_table
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from wire import Wire


def test_what_is_not_simulated_answers_1999_and_nothing_else_does(client: Wire) -> None:
    said = {row.api_id: row.does.startswith("simulated") for row in coverage()}
    over_rest = [api_id for api_id in said if catalogue.api(api_id).path != WEBSOCKET_PATH and api_id[:2] != "au"]
    answers = {
        api_id: "[1999:" not in client.send(api_id, examples.request(api_id, **examples.SAMPLE)).text
        for api_id in over_rest
    }
    assert answers == {api_id: said[api_id] for api_id in over_rest}


def test_the_table_has_every_simulated_api_once() -> None:
    named = re.findall(r"`((?:ka|kt|au)\d{5})`", simulated_table())
    assert sorted(named) == [row.api_id for row in coverage() if row.does.startswith("simulated")]


@pytest.mark.usefixtures("unsimulated")
def test_a_world_tells_of_its_stubs(client: Wire) -> None:
    client.kiwoom.stub("ka10003", {})
    does = {row.api_id: row.does for row in client.kiwoom.coverage()}
    assert (does["ka10003"], does["ka10001"], does["ka10006"]) == ("stub", "simulated", "refused: 1999")
