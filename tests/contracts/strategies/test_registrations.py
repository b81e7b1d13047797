from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_contracts import catalogue
from kiwoom_contracts.export import asyncapi
from kiwoom_contracts.strategies import registrations
from kiwoom_mockserver.broker.profiles import RealtimeRules
from kiwoom_mockserver.realtime.protocol import RealtimeSession

PAYLOADS = {name: message["payload"] for name, message in asyncapi.document()["components"]["messages"].items()}
few = settings(max_examples=100, deadline=None, derandomize=True)


class NoMarket:
    """Lets everyone in, and pushes nothing."""

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules:
        return RealtimeRules()

    def now(self, session: RealtimeSession) -> int:
        return 0

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        pass

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        return []

    def record_received(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        pass

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        session.send(text)
        return True


def pairs(frame: dict[str, Any]) -> set[tuple[str, str]]:
    """Type and item; some types take no item."""
    rows = [(kind, item) for entry in frame["data"] for kind in entry["type"] for item in entry["item"]]
    return {(kind, "" if kind in ("00", "04", "0s") else item) for kind, item in rows}


@few
@given(flow=registrations())
def test_the_simulator_takes_every_frame_and_has_registered_what_a_naive_reader_would(
    flow: list[dict[str, Any]],
) -> None:
    answers: list[str] = []
    session = RealtimeSession(NoMarket(), answers.append, lambda code, reason: None)
    session.receive(json.dumps({"trnm": "LOGIN", "token": "t"}))
    groups: dict[str, set[tuple[str, str]]] = {}
    for frame in flow:
        session.receive(json.dumps(frame))
        assert json.loads(answers[-1]) == {"trnm": frame["trnm"], "return_code": 0, "return_msg": ""}
        group = groups.setdefault(frame["grp_no"], set())
        if frame.get("refresh") == "0":
            group.clear()
        if frame["trnm"] == "REG":
            group |= pairs(frame)
        else:
            group -= pairs(frame)
        assert set(session.subscription_groups) == set().union(*groups.values())


@few
@given(flow=registrations(["M04020000"], most=3))
def test_frames_are_as_asyncapi_tells(flow: list[dict[str, Any]]) -> None:
    assert 1 <= len(flow) <= 3
    for frame in flow:
        jsonschema_rs.validate(PAYLOADS[frame["trnm"]], frame)
        assert {item for entry in frame["data"] for item in entry["item"]} == {"M04020000"}


def test_all_types_come() -> None:
    seen: set[str] = set()

    @few
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        for frame in data.draw(registrations()):
            seen.update(kind for kind, _ in pairs(frame))

    draw()
    assert seen == set(catalogue.realtime())
