"""What is kept while cards are run."""

from __future__ import annotations

from datetime import date

import msgspec

from cards.conftest import one_target
from kiwoom_cards import CARDS, AnyCard, Outcome, Target, check
from kiwoom_cards.recorder import SAMPLES, Recorder
from kiwoom_cards.recording import MOCK_DOMAIN, Recording
from kiwoom_contracts.recipe_runner import ReceivedResponse
from kiwoom_mockserver.admin.mock_world import MockWorld

TODAY = date(2026, 11, 28)


def cards(*ids: str) -> list[AnyCard]:
    return [card for card in CARDS if card.id in ids]


def heard(target: Target, *ids: str) -> Recording:
    recorder = Recorder()
    for _, result in check(cards(*ids), recorder.observing(one_target(target))):
        assert result.outcome is Outcome.PASSED, result
    return recorder.recording(TODAY, "a test")


def test_answers_to_cards_and_to_the_client_are_kept_without_the_customer(kiwoom: MockWorld, target: Target) -> None:
    recording = heard(target, "101", "201")

    assert (recording.taken, recording.of, recording.source) == (TODAY, "127.0.0.1", "a test")
    by_api = {answer.api_id: answer for answer in recording.answers}
    assert {"au10001", "ka00001", "kt10000", "kt10003", "ka10075", "kt00018"} <= by_api.keys()
    assert by_api["au10001"].request == {
        "grant_type": "client_credentials",
        "appkey": "secret-1",
        "secretkey": "secret-2",
    }
    assert by_api["ka00001"].body["acctNo"] == "0000000001"
    order = by_api["kt10000"].body
    assert list(order) == ["ord_no", "dmst_stex_tp", "return_code", "return_msg"]
    text = msgspec.json.encode(recording).decode()
    for secret in (kiwoom.appkey, kiwoom.secretkey, kiwoom.account):
        assert secret not in text
    assert by_api["au10001"].body["token"].startswith("secret-")


def test_frames_are_kept_row_by_row(target: Target) -> None:
    recorder = Recorder()
    rows = [{"values": {"20": "090000"}, "type": "0B", "name": "주식체결", "item": code} for code in ("1", "2")]
    recorder.frame({"data": [*rows, "no row"], "trnm": "REAL"})
    recorder.frame({"trnm": "REG", "return_code": 0, "return_msg": ""})

    frames = [kept.frame for kept in recorder.recording(TODAY, "").frames]

    assert frames == [
        *({"data": [row], "trnm": "REAL"} for row in rows),
        {"trnm": "REG", "return_code": 0, "return_msg": ""},
    ]


def test_of_a_kind_some_are_kept() -> None:
    recorder = Recorder()
    for _ in range(SAMPLES + 5):
        recorder.frame({"trnm": "PING"})
        recorder.answer("ka00001", "{}", ReceivedResponse(200, (), '{"acctNo":"","return_code":0,"return_msg":""}'))
    recorder.answer(
        "ka00001", "{}", ReceivedResponse(200, (("Cont-Yn", "Y"),), '{"return_code":3,"return_msg":"[8005:x]"}')
    )

    recording = recorder.recording(TODAY, "")

    assert len(recording.frames) == SAMPLES
    assert len(recording.answers) == SAMPLES + 1
    assert recording.answers[-1].has_more


def test_what_is_of_no_api_or_no_object_is_not_kept() -> None:
    recorder = Recorder()
    recorder.answer("usa10099", "{}", ReceivedResponse(200, (), '{"return_code":1,"return_msg":""}'))
    recorder.answer("ka00001", "no JSON", ReceivedResponse(502, (), "<html>Bad Gateway</html>"))
    recorder.answer("ka00001", "no JSON", ReceivedResponse(200, (), '{"return_code":0,"return_msg":""}'))

    (kept,) = recorder.recording(TODAY, "").answers

    assert (kept.request, kept.status) == ({}, 200)


def test_the_mock_domain_is_called_so() -> None:
    recorder = Recorder()
    real = Target.mockapi(environment={"KIWOOM_APPKEY": "a", "KIWOOM_SECRETKEY": "s"})
    with recorder.observing(one_target(real))(CARDS[0]) as target:
        assert target.observer is recorder

    assert recorder.recording(TODAY, "").of == MOCK_DOMAIN
