"""The firewall: whom it blocks, in which world, and that a blocked request reaches nothing."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, Profile, changed
from wire import Wire, Worlds

PAGE = "<html><head><title>Request Blocked</title></head><body><h1>Request Blocked</h1></body></html>"
URLLIB, AIOHTTP = "Python-urllib/3.11", "Python/3.11 aiohttp/3.9.1"
ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "269500", "trde_tp": "0"}


@pytest.fixture
def wire(worlds: Worlds) -> Wire:
    return worlds.open(WorldConfig(profile=changed(OPEN, "firewall", True), clock="manual"))


def post(wire: Wire, path: str, body: dict[str, Any], **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = wire.http.post(wire.kiwoom.rest_url + path, json=body, headers=named)
    return answer.status_code, answer.text


def keys(wire: Wire, **changes: str) -> dict[str, str]:
    kiwoom = wire.kiwoom
    return {"grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey} | changes


@pytest.mark.parametrize("agent", [URLLIB, AIOHTTP, "Python/3.12 aiohttp/3.12.0a1"])
def test_the_default_user_agents_are_blocked_and_reach_nothing(wire: Wire, agent: str) -> None:
    before = wire.kiwoom.broker.state_hash()
    answer = wire.send("kt10000", ORDER, user_agent=agent)
    assert (answer.status_code, answer.text) == (400, PAGE)
    assert answer.headers["content-type"] == "text/html;charset=UTF-8"
    assert post(wire, "/oauth2/token", keys(wire), user_agent=agent) == (400, PAGE)
    assert post(wire, "/oauth2/revoke", keys(wire, token=wire.token), user_agent=agent) == (400, PAGE)
    assert wire.kiwoom.broker.state_hash() == before
    assert [(entry.name, entry.status) for entry in wire.kiwoom.journal.find()][-3:] == [
        ("kt10000", 400), ("au10001", 400), ("au10002", 400),
    ]  # fmt: skip
    assert wire.send("kt10000", ORDER).json()["return_code"] == 0


@pytest.mark.parametrize(
    "agent",
    ["Mozilla/5.0", "python-requests/2.32", "python-httpx/0.28", "my-bot/1 Python-urllib/3.11", "aiohttp/3.9", ""],
)
def test_others_pass(wire: Wire, agent: str) -> None:
    assert wire.send("ka00001", {}, user_agent=agent).json()["return_code"] == 0


@pytest.mark.parametrize("profile", [OPEN, MOCKAPI])
def test_no_profile_of_the_mock_domain_has_it(worlds: Worlds, profile: Profile) -> None:
    wire = worlds.open(WorldConfig(profile=profile, clock="manual"))
    assert wire.send("ka00001", {}, user_agent=URLLIB).json()["return_code"] == 0


def test_it_stands_before_headers_token_faults_and_rate(wire: Wire) -> None:
    wire.kiwoom.faults.error("8103", "점검", count=1)
    token = f"Bearer {wire.token}"
    wire.kiwoom.customer.revoke_token()
    requests: tuple[dict[str, str], ...] = ({}, {"api_id": "zz99999"}, {"api_id": "ka10001"})
    for headers in requests:
        assert post(wire, "/api/dostk/acnt", {}, user_agent=URLLIB, authorization=token, **headers) == (400, PAGE)
    assert [fault.hits for fault in wire.kiwoom.faults.list().values()] == [0]


def test_a_secret_that_is_sent_as_an_api_id_is_masked(wire: Wire) -> None:
    headers = {"authorization": f"Bearer {wire.token}", "user_agent": URLLIB}
    names = {
        wire.kiwoom.secretkey: "***",
        wire.token: "***",
        f"x-{wire.token[5:45]}": "x-***",
        "no-such-api-id": "no-such-api-id",
    }
    for api_id, kept in names.items():
        assert post(wire, "/api/dostk/acnt", {}, api_id=api_id, **headers) == (400, PAGE)
        assert [*wire.kiwoom.journal][-1].name == kept
    told = "\n".join(wire.kiwoom.journal.export())
    assert wire.kiwoom.secretkey not in told
    assert wire.token[5:45] not in told


def test_a_request_that_names_no_world_gets_its_own_error(wire: Wire) -> None:
    for authorization, code in (("Bearer nonsense", "8005"), ("nonsense", "1514"), ("", "1512")):
        headers = {"api_id": "ka00001", "authorization": authorization}
        status, text = post(wire, "/api/dostk/acnt", {}, user_agent=URLLIB, **headers)
        assert (status, f"[{code}:" in text) == (200, True)
    for changes, code in (({"appkey": "nobody"}, "8001"), ({"appkey": ""}, "8020")):
        status, text = post(wire, "/oauth2/token", keys(wire, **changes), user_agent=URLLIB)
        assert (status, f"[{code}:" in text) == (200, True)


def test_worlds_of_one_server_have_their_own(wire: Wire, worlds: Worlds) -> None:
    other = worlds.open(WorldConfig(profile=OPEN, clock="manual", appkey="another-appkey-of-the-server"))
    assert other.send("ka00001", {}, user_agent=URLLIB).status_code == 200
    assert wire.send("ka00001", {}, user_agent=URLLIB).status_code == 400


def test_urllib_itself_meets_it(wire: Wire) -> None:
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.HTTPHandler())
    url = wire.kiwoom.rest_url + "/oauth2/token"
    with opener.open(url, json.dumps(keys(wire)).encode()) as answer:
        assert (answer.status, answer.read().decode()) == (400, PAGE)
