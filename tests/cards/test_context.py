from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiwoom_cards import Capability, CriterionMissed, Target, Unseen
from kiwoom_cards.context import HERE, CardContext, read
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_reference_client import RateLimit
from kiwoom_reference_client.errors import UnknownInstrument

TOKEN = SentRequest("/oauth2/token", (), "{}", HERE)
ACCOUNT = SentRequest("/api/dostk/acnt", (("api-id", "ka00001"),), "{}", HERE)


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def context(target: Target, waited: list[float]) -> Iterator[CardContext]:
    """Of a target that takes a request a second, on a clock that stands."""
    with CardContext(replace(target, rate_limit=RateLimit(1, lambda: 0.0), let_pass=waited.append)) as context:
        yield context


def test_requests_of_one_api_wait_for_their_turn(context: CardContext, waited: list[float]) -> None:
    for sent in (TOKEN, ACCOUNT, TOKEN, ACCOUNT):
        context.send(sent)
    assert waited == pytest.approx([1.1, 1.1])


def test_the_client_waits_in_the_same_line(context: CardContext, waited: list[float]) -> None:
    context.post("au10001", {})
    context.client.token()
    assert waited == pytest.approx([1.1])


def test_connections_wait_for_their_turn(context: CardContext, waited: list[float]) -> None:
    for _ in range(2):
        context.socket()
    assert waited == pytest.approx([1.1])


def test_a_request_out_of_turn_makes_the_next_one_wait(context: CardContext, waited: list[float]) -> None:
    context.send_too_soon(ACCOUNT)
    context.send_too_soon(ACCOUNT)
    assert waited == []
    context.send(ACCOUNT)
    assert waited == pytest.approx([2.2])


def test_an_error_is_raised_as_what_it_stands_for(context: CardContext) -> None:
    assert context.call("ka10001", {"stk_cd": "005930"}).record.price("base_pric") == 269_000
    with pytest.raises(UnknownInstrument):
        context.call("ka10001", {"stk_cd": "118970"})
    assert "[1902:" in context.call_raw("ka10001", {"stk_cd": "118970"}).body


@pytest.mark.kiwoom(profile="mockapi")
def test_a_request_comes_from_the_address_that_it_says(context: CardContext) -> None:
    sent = SentRequest(
        "/api/dostk/acnt", (("authorization", f"Bearer {context.client.token().text}"),), "{}", "127.0.0.2"
    )
    assert "[8010:" in context.send(sent._replace(headers=(*sent.headers, ("api-id", "ka00001")))).body


def test_nobody_calls_another_machine_from_an_address_of_this_one() -> None:
    sent = SentRequest("/api/dostk/acnt", (), "{}", "127.0.0.2")
    with (
        CardContext(Target("http://192.0.2.7", "k", "s")) as context,
        pytest.raises(Unseen, match=r"from 127\.0\.0\.2"),
    ):
        context.send(sent)


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "{}", '{"return_code":"0","return_msg":""}', '{"return_code":true,"return_msg":""}']
)
def test_an_answer_without_an_envelope_is_named(body: str) -> None:
    with pytest.raises(CriterionMissed, match="ka00001: HTTP 502 without a number return_code and a string return_msg"):
        read("ka00001", ReceivedResponse(502, (), body))


def test_what_does_not_come_is_missed_where_it_could_be_made_to(kiwoom: MockWorld, target: Target) -> None:
    for capabilities, kind in ((frozenset({Capability.NONE}), Unseen), (frozenset(Capability), CriterionMissed)):
        with CardContext(
            replace(target, capabilities=capabilities, let_pass=kiwoom.clock.advance, patience=0.05)
        ) as context:
            socket = context.open_session()
            with pytest.raises(kind, match="no frame that was waited for"):
                context.receive(socket, 0.05, lambda frame: False)


def test_a_list_is_looked_at_again_for_as_long_as_it_may_take(target: Target, waited: list[float]) -> None:
    seen = iter([False, False, True])
    with CardContext(replace(target, listing_takes=2.0, let_pass=waited.append)) as context:
        assert context.eventually(lambda: next(seen))
        assert waited == [1.0, 1.0]
        assert not context.eventually(lambda: False)
        assert waited == [1.0] * 4
