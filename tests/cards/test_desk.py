from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiwoom_contracts.cards import CriterionMissed, Power, Target, Unseen
from kiwoom_contracts.cards.desk import HERE, Desk, read
from kiwoom_contracts.staging import Answered, Sent
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_reference_client import Pace
from kiwoom_reference_client.errors import UnknownInstrument

TOKEN = Sent("/oauth2/token", (), "{}", HERE)
ACCOUNT = Sent("/api/dostk/acnt", (("api-id", "ka00001"),), "{}", HERE)


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def desk(target: Target, waited: list[float]) -> Iterator[Desk]:
    """Of a target that takes a request a second, on a clock that stands."""
    with Desk(replace(target, pace=Pace(1, lambda: 0.0), let_pass=waited.append)) as desk:
        yield desk


def test_requests_of_one_api_wait_for_their_turn(desk: Desk, waited: list[float]) -> None:
    for sent in (TOKEN, ACCOUNT, TOKEN, ACCOUNT):
        desk.send(sent)
    assert waited == pytest.approx([1.1, 1.1])


def test_the_client_waits_in_the_same_line(desk: Desk, waited: list[float]) -> None:
    desk.post("au10001", {})
    desk.client.token()
    assert waited == pytest.approx([1.1])


def test_connections_wait_for_their_turn(desk: Desk, waited: list[float]) -> None:
    for _ in range(2):
        desk.socket()
    assert waited == pytest.approx([1.1])


def test_a_request_out_of_turn_makes_the_next_one_wait(desk: Desk, waited: list[float]) -> None:
    desk.send_too_soon(ACCOUNT)
    desk.send_too_soon(ACCOUNT)
    assert waited == []
    desk.send(ACCOUNT)
    assert waited == pytest.approx([2.2])


def test_an_error_is_raised_as_what_it_stands_for(desk: Desk) -> None:
    assert desk.ask("ka10001", {"stk_cd": "005930"}).record.price("base_pric") == 269_000
    with pytest.raises(UnknownInstrument):
        desk.ask("ka10001", {"stk_cd": "118970"})
    assert "[1902:" in desk.answer("ka10001", {"stk_cd": "118970"}).body


def test_a_request_comes_from_the_address_that_it_says(desk: Desk) -> None:
    sent = Sent("/api/dostk/acnt", (("authorization", f"Bearer {desk.client.token().text}"),), "{}", "127.0.0.2")
    assert "[8010:" in desk.send(sent._replace(headers=(*sent.headers, ("api-id", "ka00001")))).body


def test_nobody_calls_another_machine_from_an_address_of_this_one() -> None:
    sent = Sent("/api/dostk/acnt", (), "{}", "127.0.0.2")
    with Desk(Target("http://192.0.2.7", "k", "s")) as desk, pytest.raises(Unseen, match=r"from 127\.0\.0\.2"):
        desk.send(sent)


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "{}", '{"return_code":"0","return_msg":""}', '{"return_code":true,"return_msg":""}']
)
def test_an_answer_without_an_envelope_is_named(body: str) -> None:
    with pytest.raises(CriterionMissed, match="ka00001: HTTP 502 without a number return_code and a text return_msg"):
        read("ka00001", Answered(502, (), body))


def test_what_does_not_come_is_missed_where_it_could_be_made_to(kiwoom: MockWorld, target: Target) -> None:
    for powers, kind in ((frozenset({Power.NONE}), Unseen), (frozenset(Power), CriterionMissed)):
        with Desk(replace(target, powers=powers, let_pass=kiwoom.clock.advance, patience=0.05)) as desk:
            socket = desk.listen()
            with pytest.raises(kind, match="no frame that was waited for"):
                desk.hear(socket, 0.05, lambda frame: False)


def test_a_list_is_looked_at_again_for_as_long_as_it_may_take(target: Target, waited: list[float]) -> None:
    seen = iter([False, False, True])
    with Desk(replace(target, listing_takes=2.0, let_pass=waited.append)) as desk:
        assert desk.eventually(lambda: next(seen))
        assert waited == [1.0, 1.0]
        assert not desk.eventually(lambda: False)
        assert waited == [1.0] * 4
