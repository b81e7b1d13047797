"""Condition search: against the recorded answers, against a connection of two queues, and against the simulator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import OPEN, changed
from kiwoom_mockserver.realtime.condition_search import CONDITIONS
from kiwoom_reference_client import AsyncKiwoom, Condition, ConditionEvent, Gap, InputError, Trade, UnreadableAnswer
from kiwoom_reference_client.conditions import LIST, Searches, clear, codes_in, conditions_in, live, matches_in, once
from kiwoom_reference_client.errors import RealtimeError
from kiwoom_reference_client.events import event
from kiwoom_reference_client.quotes import Direction
from reference_client.lines import Line, Service, run, with_client
from wire import Worlds

LISTED = {"trnm": "CNSRLST", "return_code": 0, "return_msg": "", "data": [["0", "조건1"], ["1", "조건2"]]}
ROW = {
    "9001": "A005930", "302": "삼성전자", "10": "000266000", "25": "5", "11": "-00003000", "12": "-00001115",
    "13": "000000030", "16": "000269500", "17": "000269500", "18": "000266000",
}  # fmt: skip
SAMSUNG, HYNIX = "005930", "000660"


def page(*codes: str, next_key: str = "", seq: str = "1") -> dict[str, Any]:
    head = {"trnm": "CNSRREQ", "seq": seq, "cont_yn": "Y" if next_key else "N", "next_key": next_key, "return_code": 0}
    return head | {"data": [ROW | {"9001": f"A{code}"} for code in codes]}


def begun(*codes: str, seq: str = "1") -> dict[str, Any]:
    return {"trnm": "CNSRREQ", "seq": seq, "return_code": 0, "data": [{"jmcode": f"A{code}"} for code in codes]}


def cleared(seq: str = "1") -> dict[str, Any]:
    return {"return_code": 0, "return_msg": "", "trnm": "CNSRCLR", "seq": seq}


def moved(code: str, way: str, seq: str = "1") -> dict[str, Any]:
    values = {"841": seq, "9001": code, "843": way, "20": "152028", "907": "2"}
    return {"data": [{"values": values, "type": "02", "name": "조건검색", "item": code}], "trnm": "REAL"}


def refusal(code: int = 100002) -> dict[str, Any]:
    return {"trnm": "CNSRREQ", "return_code": code, "return_msg": "필수 파라미터가 누락되어 있습니다"}


def test_frames_are_those_of_the_official_samples() -> None:
    assert once("1") == {
        "trnm": "CNSRREQ", "seq": "1", "search_type": "0", "stex_tp": "K", "cont_yn": "N", "next_key": "",
    }  # fmt: skip
    assert (once("1", "A1")["cont_yn"], once("1", "A1")["next_key"]) == ("Y", "A1")
    assert live("4") == {"trnm": "CNSRREQ", "seq": "4", "search_type": "1", "stex_tp": "K"}
    assert clear("4") == {"trnm": "CNSRCLR", "seq": "4"}


@pytest.mark.parametrize(("seq", "code"), [("", "1511"), ("1234", "1517")])
def test_a_seq_that_makes_no_sense_does_not_leave(seq: str, code: str) -> None:
    for frame in (once, live):
        with pytest.raises(InputError) as raised:
            frame(seq)
        assert raised.value.code == code
    with pytest.raises(InputError):
        clear("")


def test_a_match_is_read() -> None:
    (match,) = matches_in(page(SAMSUNG))
    assert (match.code, match.name, match.price, match.direction) == (SAMSUNG, "삼성전자", 266_000, Direction.DOWN)
    assert (match.change, match.change_rate, match.volume) == (-3_000, Decimal("-1.115"), 30)
    assert (match.open, match.high, match.low) == (269_500, 269_500, 266_000)
    assert match.raw == ROW


def test_conditions_and_codes_are_read() -> None:
    assert conditions_in(LISTED) == (Condition("0", "조건1"), Condition("1", "조건2"))
    assert codes_in(begun(SAMSUNG, HYNIX)) == (SAMSUNG, HYNIX)


@pytest.mark.parametrize(
    "answer", [{}, {"data": None}, {"data": 7}, {"data": [["0"]]}, {"data": ["012"]}, {"data": [7]}]
)
def test_answers_that_make_no_sense(answer: dict[str, Any]) -> None:
    for read in (conditions_in, codes_in, matches_in):
        with pytest.raises(UnreadableAnswer):
            read(answer)


def test_an_event_is_read() -> None:
    came = event(moved(SAMSUNG, "I")["data"][0])
    assert isinstance(came, ConditionEvent)
    assert (came.type, came.item, came.seq, came.code, came.is_in) == ("02", SAMSUNG, "1", SAMSUNG, True)
    assert str(came.at) == "15:20:28"
    with pytest.raises(UnreadableAnswer, match="843 is neither I nor D"):
        event(moved(SAMSUNG, "X")["data"][0])


def test_searches_learn_from_answers_and_events() -> None:
    searches = Searches()
    assert (bool(searches), list(searches.frames())) == (False, [])
    searches.on_answer(LIST, LISTED)
    searches.on_answer(once("1"), page(SAMSUNG))
    searches.on_answer(live("0"), refusal())
    assert (bool(searches), list(searches.frames())) == (False, [LIST])
    searches.on_answer(live("1"), begun(SAMSUNG))
    for code, way in ((HYNIX, "I"), (SAMSUNG, "D"), (SAMSUNG, "D"), (HYNIX, "I")):
        told = event(moved(code, way)["data"][0])
        assert isinstance(told, ConditionEvent)
        searches.on_event(told)
    assert searches.matching == {"1": (HYNIX,)}
    assert list(searches.frames()) == [LIST, live("1")]
    searches.on_answer(clear("1"), cleared())
    assert "1" not in searches


def test_the_conditions_are_listed_before_the_first_search() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [page(SAMSUNG)], [page()]]
        async with Service(line).stream() as stream:
            assert [match.code async for match in stream.search("1")] == [SAMSUNG]
            assert [match async for match in stream.search("1")] == []
        assert line.sent[1:] == [LIST, once("1"), once("1")]

    run(story())


def test_pages_are_turned_when_they_are_wanted() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [page(SAMSUNG, next_key="two")], [page(HYNIX)]]
        async with Service(line).stream() as stream:
            matches = stream.search("1")
            assert (await anext(matches)).code == SAMSUNG
            assert line.sent[-1] == once("1")
            assert [match.code async for match in matches] == [HYNIX]
        assert line.sent[-1] == once("1", "two")

    run(story())


def test_pages_that_go_round_in_a_circle_are_told() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [page(SAMSUNG, next_key="a")], [page(next_key="b")], [page(next_key="a")]]
        async with Service(line).stream() as stream:
            with pytest.raises(UnreadableAnswer, match="leads in a circle"):
                assert [match async for match in stream.search("1")]

    run(story())


def test_a_live_search_tells_what_comes_in_and_goes_out_until_it_is_ended() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [begun(SAMSUNG), moved(HYNIX, "I")], [cleared()]]
        async with Service(line).stream() as stream:
            assert await stream.search_live("1") == (SAMSUNG,)
            came = await anext(stream)
            assert isinstance(came, ConditionEvent)
            assert (came.code, came.is_in) == (HYNIX, True)
            await stream.end_search("1")
        assert line.sent[1:] == [LIST, live("1"), clear("1")]

    run(story())


def test_a_live_search_that_is_asked_for_again_is_ended_first() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [begun(SAMSUNG)], [cleared()], [begun(HYNIX)]]
        async with Service(line).stream() as stream:
            await stream.search_live("1")
            assert await stream.search_live("1") == (HYNIX,)
        assert line.sent[-2:] == [clear("1"), live("1")]

    run(story())


def test_a_live_search_that_is_registered_elsewhere_is_ended_first() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [refusal(900003)], [cleared()], [begun(HYNIX)]]
        async with Service(line).stream() as stream:
            assert await stream.search_live("1") == (HYNIX,)
        assert line.sent[1:] == [LIST, live("1"), clear("1"), live("1")]

    run(story())


def test_a_live_search_that_stays_registered_is_refused() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [refusal(900003)], [cleared()], [refusal(900003)]]
        async with Service(line).stream() as stream:
            with pytest.raises(RealtimeError) as raised:
                await stream.search_live("1")
        assert raised.value.code == "900003"

    run(story())


def test_a_live_search_that_the_lost_connection_has_left_is_ended_and_begun_again() -> None:
    async def story() -> None:
        first, second, third = Line(), Line(), Line()
        first.searches = [[LISTED], [begun(SAMSUNG)]]
        second.searches = [[LISTED], [refusal(900003)], [cleared()], [ConnectionResetError("gone")]]
        third.searches = [[LISTED], [begun(HYNIX)]]
        async with Service(first, second, third).stream() as stream:
            await stream.search_live("1")
            first.drop()
            gap = await anext(stream)
            assert isinstance(gap, Gap)
            assert gap.found == {"1": (HYNIX,)}
        assert second.sent[1:] == [LIST, live("1"), clear("1"), live("1")]

    run(story())


def test_a_seq_with_blanks_is_that_without() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [begun(SAMSUNG)], [cleared()], [begun(HYNIX)], [page(HYNIX, seq="1  ")]]
        async with Service(line).stream() as stream:
            await stream.search_live("1  ")
            assert await stream.search_live("1") == (HYNIX,)
            assert [match.code async for match in stream.search("1  ")] == [HYNIX]
        assert line.sent[2:] == [live("1"), clear("1"), live("1"), once("1")]

    run(story())


def test_an_answer_belongs_to_the_condition_that_it_names() -> None:
    """Its number may come with blanks at its end; what another one was answered is passed over."""

    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [begun(HYNIX, seq="2"), begun(SAMSUNG, seq="1  ")]]
        async with Service(line).stream() as stream:
            assert await stream.search_live("1") == (SAMSUNG,)

    run(story())


def test_what_is_refused_is_raised_and_not_searched_for_again() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        first.searches = [[LISTED], [refusal()], [refusal() | {"trnm": "CNSRCLR"}]]
        second.searches = [[LISTED]]
        async with Service(first, second).stream() as stream:
            with pytest.raises(RealtimeError) as raised:
                await stream.search_live("77")
            with pytest.raises(RealtimeError):
                await stream.end_search("77")
            first.drop()
            await stream.register([SAMSUNG], ["0A"])
        assert (raised.value.code, raised.value.api_id) == ("100002", "CNSRREQ")
        assert [frame["trnm"] for frame in second.sent] == ["LOGIN", "CNSRLST", "REG"]

    run(story())


def test_an_answer_that_makes_no_sense_is_raised_and_the_stream_goes_on() -> None:
    async def story() -> None:
        line = Line()
        line.searches = [[LISTED], [begun() | {"data": 7}], [begun(SAMSUNG)]]
        async with Service(line).stream() as stream:
            with pytest.raises(UnreadableAnswer):
                await stream.search_live("1")
            assert await stream.search_live("1") == (SAMSUNG,)

    run(story())


def test_after_a_drop_live_searches_are_begun_again_and_the_gap_tells_what_they_find() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        first.searches = [[LISTED], [begun(SAMSUNG)], [begun(seq="2")]]
        second.searches = [[LISTED], [begun(HYNIX)], [moved(SAMSUNG, "I"), begun(HYNIX, seq="2")]]
        async with Service(first, second).stream() as stream:
            await stream.search_live("1")
            await stream.search_live("2")
            first.drop()
            came, gap = await anext(stream), await anext(stream)
            assert isinstance(came, ConditionEvent)
            assert isinstance(gap, Gap)
            assert gap.found == {"1": (HYNIX, SAMSUNG), "2": (HYNIX,)}
        assert second.sent[1:] == [LIST, live("1"), live("2")]

    run(story())


def test_who_searches_while_the_connection_drops_finds_on_the_next() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        first.searches = [[LISTED], [ConnectionResetError("gone")]]
        second.searches = [[LISTED], [begun(SAMSUNG)]]
        async with Service(first, second).stream() as stream:
            assert await stream.search_live("1") == (SAMSUNG,)
        assert second.sent[1:] == [LIST, live("1")]

    run(story())


# -- against the simulator ------------------------------------------------------------------------------------------


def test_a_condition_is_searched_for_in_the_simulator(kiwoom: MockWorld) -> None:
    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            named = {condition.name: condition.seq for condition in await stream.conditions()}
            assert named == {name: seq for seq, (name, _) in CONDITIONS.items()}
            assert await stream.search_live(named["상승"]) == ()
            kiwoom.market.trade(SAMSUNG, 269_500)
            came = await anext(stream)
            assert isinstance(came, ConditionEvent)
            assert (came.code, came.is_in, came.seq) == (SAMSUNG, True, named["상승"])
            matches = [match async for match in stream.search(named["상승"])]
            assert [(match.code, match.price, match.change_rate) for match in matches] == [
                (SAMSUNG, 269_500, Decimal("0.186"))
            ]
            await stream.end_search(named["상승"])
            kiwoom.market.trade(SAMSUNG, 268_000)
            await stream.register([SAMSUNG], ["0B"])
            kiwoom.market.trade(SAMSUNG, 268_500)
            assert isinstance(await anext(stream), Trade)
            with pytest.raises(RealtimeError, match="누락"):
                await stream.search_live("77")

    with_client(kiwoom, story)


def test_pages_of_the_simulator_are_turned(worlds: Worlds) -> None:
    kiwoom = worlds.open(WorldConfig(profile=changed(OPEN, "page_size", 1), clock="manual")).kiwoom
    for code, price in ((SAMSUNG, 269_000), (HYNIX, 1_120_000)):
        kiwoom.market.trade(code, price)

    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            assert [match.code async for match in stream.search("2")] == [HYNIX, SAMSUNG]
        assert len(kiwoom.journal.find("CNSRREQ", kind="received")) == 2

    with_client(kiwoom, story)


@pytest.mark.parametrize("code", [1011, 1006])
def test_a_live_search_of_the_simulator_is_begun_again(kiwoom: MockWorld, code: int) -> None:
    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            assert await stream.search_live("0") == ()
            kiwoom.faults.close_now(code)
            kiwoom.market.trade(SAMSUNG, 269_500)
            gap = await anext(stream)
            assert isinstance(gap, Gap)
            assert gap.found == {"0": (SAMSUNG,)}
            kiwoom.market.trade(SAMSUNG, 268_500)
            went = await anext(stream)
            assert isinstance(went, ConditionEvent)
            assert not went.is_in

    with_client(kiwoom, story)
