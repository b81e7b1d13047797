"""Pages; frames and moves are held in the tests of the WebSocket, and of the client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from broker.test_subscriptions import House
from kiwoom_mockserver.realtime.condition_search import answer
from realtime.market import KOSDAQ, OTHER, SHARE, small_market, trade


@pytest.mark.parametrize(
    ("size", "pages"),
    [
        (1, [([OTHER], "Y", SHARE), ([SHARE], "Y", KOSDAQ), ([KOSDAQ], "N", "")]),
        (2, [([OTHER, SHARE], "Y", KOSDAQ), ([KOSDAQ], "N", "")]),
        (3, [([OTHER, SHARE, KOSDAQ], "N", "")]),
    ],
)
def test_what_is_found_is_told_page_by_page(size: int, pages: list[Any]) -> None:
    world = small_market()
    for code in (KOSDAQ, SHARE, OTHER):
        trade(world, world.ledger.market_data[code].last, 1, code=code)
    session, _, _ = House().session("key")
    request = {"trnm": "CNSRREQ", "seq": "2", "search_type": "0", "stex_tp": "K"}
    told: list[Any] = []
    more, next_key = "N", ""
    while not told or next_key:
        (text,) = answer(world, session, request | {"cont_yn": more, "next_key": next_key}, size)
        frame = json.loads(text)
        more, next_key = frame["cont_yn"], frame["next_key"]
        told.append(([row["9001"][1:] for row in frame["data"]], more, next_key))
    assert told == pages


def test_without_cont_yn_a_next_key_is_not_looked_at() -> None:
    world = small_market()
    trade(world, 70_000, 1)
    session, _, _ = House().session("key")
    request = {"trnm": "CNSRREQ", "seq": "2", "search_type": "0", "cont_yn": "N", "next_key": "999999"}
    (text,) = answer(world, session, request, 1)
    assert [row["9001"] for row in json.loads(text)["data"]] == [f"A{SHARE}"]
