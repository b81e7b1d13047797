"""Pages, numbers and refusals; frames and moves are held in the tests of the WebSocket, and of the client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from broker.test_subscriptions import House
from kiwoom_mockserver.broker.left_searches import LeftSearches
from kiwoom_mockserver.realtime.condition_search import answer
from kiwoom_mockserver.world.world import World
from realtime.market import KOSDAQ, OTHER, SHARE, small_market, trade

ONCE = {"trnm": "CNSRREQ", "seq": "0", "search_type": "0", "stex_tp": "K"}
LIVE = ONCE | {"search_type": "1"}
CLEAR = {"trnm": "CNSRCLR", "seq": "0"}
FOUND_NOTHING = '{"trnm":"CNSRREQ","seq":"0","return_code":0,"data":[]}'
CLEARED = '{"return_code":0,"return_msg":"","trnm":"CNSRCLR","seq":"0"}'
REGISTERED = '{"trnm":"CNSRREQ","return_code":900003,"return_msg":"이미 등록된 조건검색 일련번호입니다.(seq=0)"}'


class Client:
    """A session of one app key in a market, and its next one."""

    def __init__(self, world: World) -> None:
        self.house, self._world = House(), world
        self.session, _, _ = self.house.session("key")

    @property
    def left_searches(self) -> LeftSearches:
        return self.house.brokers["here"].state.left_searches

    def ask(self, request: dict[str, Any]) -> list[str]:
        return answer(self._world, self.left_searches, self.session, request, 1)

    def connect_again(self, *, is_broken: bool) -> None:
        self.house.desk.mark_closed(self.session, is_broken=is_broken)
        self.session, _, _ = self.house.session("key")


def test_a_live_search_is_registered_once_until_it_is_cleared() -> None:
    client = Client(small_market())
    assert client.ask(LIVE) == [FOUND_NOTHING]
    assert client.ask(LIVE) == client.ask(LIVE | {"seq": "0  "}) == [REGISTERED]
    assert client.session.searches == {"0": {}}
    assert client.ask(LIVE | {"seq": "1"}) == [FOUND_NOTHING.replace('"0"', '"1"')]
    assert client.ask(CLEAR | {"seq": "0  "}) == [CLEARED]
    assert client.session.searches == {"1": {}}
    assert client.ask(LIVE) == [FOUND_NOTHING]


def test_a_single_search_does_not_meet_the_live_one() -> None:
    client = Client(small_market())
    client.ask(LIVE)
    page = '{"trnm":"CNSRREQ","seq":"0  ","cont_yn":"N","next_key":"","return_code":0,"data":[]}'
    for seq in ("0", "0  "):
        assert client.ask(ONCE | {"seq": seq}) == [page]


def test_a_live_search_outlives_a_connection_that_broke() -> None:
    client = Client(small_market())
    client.ask(LIVE)
    client.connect_again(is_broken=True)
    client.connect_again(is_broken=True)
    assert client.ask(LIVE) == [REGISTERED]
    other, _, _ = client.house.session("another key")
    assert answer(small_market(), client.left_searches, other, LIVE, 1) == [FOUND_NOTHING]
    assert client.ask(CLEAR) == [CLEARED]
    assert client.ask(LIVE) == [FOUND_NOTHING]
    assert client.left_searches == LeftSearches()


def test_a_live_search_ends_with_a_connection_that_was_closed() -> None:
    client = Client(small_market())
    client.ask(LIVE)
    client.connect_again(is_broken=False)
    assert client.ask(LIVE) == [FOUND_NOTHING]


@pytest.mark.parametrize(
    "said",
    [
        {"seq": None},
        {"seq": ""},
        {"seq": "3"},
        {"seq": ["0"]},
        {"search_type": None},
        {"search_type": "2"},
        {"search_type": ["1"]},
        {"stex_tp": None},
        {"stex_tp": ""},
        {"stex_tp": ["K"]},
    ],
)
def test_a_request_that_lacks_something_is_refused(said: dict[str, Any]) -> None:
    client = Client(small_market())
    refusal = '{"trnm":"CNSRREQ","return_code":100002,"return_msg":"필수 파라미터가 누락되어 있습니다"}'
    assert client.ask(LIVE | said) == [refusal]
    assert client.session.searches == {}


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
    house = House()
    session, _, _ = house.session("key")
    request = {"trnm": "CNSRREQ", "seq": "2", "search_type": "0", "stex_tp": "K"}
    told: list[Any] = []
    more, next_key = "N", ""
    while not told or next_key:
        (text,) = answer(world, LeftSearches(), session, request | {"cont_yn": more, "next_key": next_key}, size)
        frame = json.loads(text)
        more, next_key = frame["cont_yn"], frame["next_key"]
        told.append(([row["9001"][1:] for row in frame["data"]], more, next_key))
    assert told == pages


def test_without_cont_yn_a_next_key_is_not_looked_at() -> None:
    world = small_market()
    trade(world, 70_000, 1)
    request = {"trnm": "CNSRREQ", "seq": "2", "search_type": "0", "stex_tp": "K", "cont_yn": "N", "next_key": "999999"}
    (text,) = Client(world).ask(request)
    assert [row["9001"] for row in json.loads(text)["data"]] == [f"A{SHARE}"]
