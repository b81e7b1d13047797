from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from websockets.sync.client import ClientConnection, connect

from kiwoom_contracts.export import asyncapi
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.commands.dry_run import DRY_RUN_START, dry_run
from kiwoom_scenarios.loader import load_scenario
from wire import Wire

DOCUMENT = asyncapi.document()
MESSAGES = DOCUMENT["components"]["messages"]


def judge(message: str) -> jsonschema_rs.Validator:
    """What judges the payload of a message."""
    whole = {"components": DOCUMENT["components"], "$ref": f"#/components/messages/{message}/payload"}
    return jsonschema_rs.Draft202012Validator(whole)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def found(reference: str) -> Any:
    part = DOCUMENT
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        assert found(reference)


def test_its_schemas_are_schemas_of_the_draft_that_asyncapi_knows() -> None:
    payloads = [message["payload"] for message in MESSAGES.values()]
    for schema in [*payloads, *DOCUMENT["components"]["schemas"].values()]:
        jsonschema_rs.meta.validate({"$schema": "http://json-schema.org/draft-07/schema#", **schema})


def test_what_a_client_sends_and_receives() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["channels"]["websocket"]["address"] == "/api/dostk/websocket"
    assert {name: operation["action"] for name, operation in DOCUMENT["operations"].items()} == {
        "login": "send", "register": "send", "remove": "send", "listConditions": "send", "search": "send",
        "searchOn": "send", "endSearch": "send", "ping": "receive", "push": "receive", "system": "receive",
    }  # fmt: skip
    (answer,) = DOCUMENT["operations"]["searchOn"]["reply"]["messages"]
    assert found(answer["$ref"]) == {"$ref": "#/components/messages/ka10173.answer"}


def test_every_type_has_a_row() -> None:
    rows = [reference["$ref"] for reference in MESSAGES["REAL"]["payload"]["properties"]["data"]["items"]["oneOf"]]
    assert len(rows) == 20
    balance = found("#/components/schemas/04.row")["properties"]
    assert (balance["type"], balance["name"]) == ({"const": "04"}, {"const": "현물잔고"})
    assert balance["values"]["properties"]["930"]["title"] == "보유수량"


def test_the_simulator_pushes_all_types_by_their_schemas() -> None:
    scenario = load_scenario("all-types")
    broker = create_broker(WorldConfig(scenario=scenario, clock="manual", start=DRY_RUN_START), 0)
    frames: list[str] = []
    assert dry_run(broker, scenario, 1, frames.append) == []
    judging = judge("REAL")
    seen = set()
    for frame in map(json.loads, frames):
        judging.validate(frame)
        seen |= {row["type"] for row in frame["data"]}
    assert len(seen) == 19


@pytest.fixture
def talk(wire: Wire) -> Iterator[ClientConnection]:
    with connect(wire.kiwoom.rest_url.replace("http", "ws") + "/api/dostk/websocket") as socket:
        socket.send(json.dumps({"trnm": "LOGIN", "token": wire.token}))
        assert judge("LOGIN.answer").is_valid(json.loads(socket.recv(timeout=10)))
        yield socket


@pytest.mark.parametrize(
    ("message", "request_", "is_done"),
    [
        ("LOGIN", {"trnm": "LOGIN", "token": ""}, False),
        ("REG", {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": ["005930"], "type": ["0B"]}]}, True),
        ("REG", {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": [""], "type": ["0b"]}]}, False),
        ("REMOVE", {"trnm": "REMOVE", "grp_no": "1", "data": [{"item": ["005930"], "type": ["0B"]}]}, True),
        ("REMOVE", {"trnm": "REMOVE", "data": [{"item": ["005930"], "type": ["0B"]}]}, False),
        ("ka10171", {"trnm": "CNSRLST"}, True),
        ("ka10172", {"trnm": "CNSRREQ", "seq": "0", "search_type": "0", "stex_tp": "K"}, True),
        ("ka10173", {"trnm": "CNSRREQ", "seq": "1", "search_type": "1", "stex_tp": "K"}, True),
        ("ka10173", {"trnm": "CNSRREQ", "search_type": "1", "stex_tp": "K"}, False),
        ("ka10174", {"trnm": "CNSRCLR", "seq": "1"}, True),
    ],
)
def test_a_frame_and_its_answer(
    talk: ClientConnection, message: str, request_: dict[str, Any], *, is_done: bool
) -> None:
    assert judge(f"{message}.request" if message.startswith("ka") else message).is_valid(request_) is is_done
    talk.send(json.dumps(request_))
    answer = json.loads(talk.recv(timeout=10))
    judge(f"{message}.answer").validate(answer)
    assert (answer["return_code"] == 0) is is_done


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        ("PING", {"trnm": "PING"}),
        ("SYSTEM", {"trnm": "SYSTEM", "code": "R10001", "message": "동일한 App key로 접속이 되었습니다."}),
        ("REAL", {"data": [{"values": {"27": "-20800", "28": "-20700"}, "type": "0C", "name": "주식우선호가", "item": "005930"}], "trnm": "REAL"}),
        ("REAL", {"data": [{"values": {"841": "4", "9001": "005930", "843": "I", "20": "152028", "907": "2"}, "type": "02", "name": "조건검색", "item": "005930"}], "trnm": "REAL"}),
    ],
)  # fmt: skip
def test_frames_of_the_service(message: str, frame: dict[str, Any]) -> None:
    assert judge(message).is_valid(frame)
    assert not judge(message).is_valid(frame | {"trnm": "LOGIN"})


def test_a_price_that_is_none_is_seen() -> None:
    row = {"values": {"27": "20.800"}, "type": "0C", "name": "주식우선호가", "item": "005930"}
    assert not judge("REAL").is_valid({"data": [row], "trnm": "REAL"})
