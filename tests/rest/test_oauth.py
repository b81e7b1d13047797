"""au10001 and au10002 on the wire."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.profiles import OPEN
from rest.stage import STAGE, neighbour, wait
from wire import Wire, Worlds

DEAD = {"return_msg": "인증에 실패했습니다[8005:Token이 유효하지 않습니다]", "return_code": 3}
KST = timezone(timedelta(hours=9))
REPLACING = msgspec.structs.replace(STAGE, profile=msgspec.structs.replace(OPEN, reissue="replace"))


def ask(client: Wire) -> Any:
    return client.oauth("token", grant_type="client_credentials")


def works(client: Wire, token: str) -> bool:
    """Whether an inquiry with that token is answered; if not, the answer must be 8005."""
    client.token = token
    answer = client.call("ka00001")
    assert answer["return_code"] == 0 or answer == DEAD
    return bool(answer["return_code"] == 0)


def until(answer: Any) -> timedelta:
    """How long ``expires_dt`` lies ahead of the real clock."""
    expires = datetime.strptime(answer["expires_dt"], "%Y%m%d%H%M%S").replace(tzinfo=KST)
    return expires - datetime.now(UTC)


# -- au10001 -----------------------------------------------------------------------------------------------------------


def test_token_answer_has_the_recorded_keys_in_their_order(client: Wire) -> None:
    answer = ask(client)
    assert list(answer) == ["expires_dt", "return_msg", "token_type", "return_code", "token"]
    assert (answer["return_msg"], answer["token_type"], answer["return_code"]) == (
        "정상적으로 처리되었습니다",
        "Bearer",
        0,
    )
    assert re.fullmatch(r"[A-Za-z0-9_-]{86}", answer["token"])


@pytest.mark.parametrize("year", [2020, 2035])
def test_expiry_is_a_day_ahead_of_the_real_clock_whatever_the_world_says(worlds: Worlds, year: int) -> None:
    client = worlds.open(WorldConfig(clock="manual", start=datetime(year, 3, 2, 10, 0), profile=REPLACING.profile))
    assert timedelta(hours=23) < until(ask(client)) <= timedelta(hours=24)


def test_expiry_of_a_living_token_comes_nearer(client: Wire) -> None:
    wait(client, hours=20)
    assert timedelta(hours=3) < until(ask(client)) <= timedelta(hours=4)


@pytest.mark.parametrize("api_id", [None, "", "au10001", "ka10001", "token"])
def test_api_id_of_a_token_request_does_not_matter(client: Wire, api_id: str | None) -> None:
    url = f"{client.kiwoom.rest_url}/oauth2/token"
    keys = {"appkey": client.kiwoom.appkey, "secretkey": client.kiwoom.secretkey}
    headers = {} if api_id is None else {"api-id": api_id}
    answer = client.http.post(url, json=keys | {"grant_type": "client_credentials", "scope": "all"}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["return_code"] == 0
    assert answer.headers["api-id"] == "au10001"
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_scheme_is_taken_in_any_letter_case(client: Wire, scheme: str) -> None:
    answer = client.send("ka00001", {}, authorization=f"{scheme} {client.token}")
    assert answer.json()["return_code"] == 0


def test_second_request_returns_the_living_token(client: Wire) -> None:
    first = client.token
    wait(client, hours=23)
    assert ask(client)["token"] == first
    assert works(client, first)


def test_second_request_replaces_the_token_where_the_profile_says_so(worlds: Worlds) -> None:
    client = worlds.open(REPLACING)
    first = client.token
    second = ask(client)["token"]
    assert second != first
    assert not works(client, first)
    assert works(client, second)


def test_accounts_of_one_world_have_tokens_of_their_own(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(REPLACING, accounts=2))
    second = neighbour(first)
    assert first.token != second.token
    assert first.call("ka00001")["acctNo"] != second.call("ka00001")["acctNo"]


@pytest.mark.parametrize("world", [STAGE, REPLACING])
def test_token_dies_a_day_after_its_issue_on_the_worlds_clock(worlds: Worlds, world: WorldConfig) -> None:
    client = worlds.open(world)
    first = client.token
    wait(client, hours=24, microseconds=-1)
    assert works(client, first)
    wait(client, microseconds=1)
    assert not works(client, first)
    second = ask(client)["token"]
    assert second != first
    assert works(client, second)
    assert not works(client, first)


def test_asking_again_does_not_prolong_the_token(client: Wire) -> None:
    first = client.token
    wait(client, hours=23)
    ask(client)
    wait(client, hours=1)
    assert not works(client, first)


def test_life_of_a_token_is_a_setting(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(OPEN, token_life=60)
    client = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    wait(client, seconds=59)
    assert works(client, client.token)
    wait(client, seconds=1)
    assert not works(client, client.token)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "8011:Access Token을 발급하는데 실패했습니다. 입력값에 grant_type이 들어오지 않았습니다"),
        ({"grant_type": ""}, "8011:Access Token을 발급하는데 실패했습니다. 입력값에 grant_type이 들어오지 않았습니다"),
        ({"grant_type": "password"}, "8012:Access Token을 발급하는데 실패했습니다. grant_type의 값이 맞지 않습니다"),
        (
            {"grant_type": "client_credentials", "appkey": ""},
            "8020:입력파라미터로 appkey 또는 secretkey가 전달되지 않았습니다.",
        ),
        (
            {"grant_type": "client_credentials", "secretkey": ""},
            "8020:입력파라미터로 appkey 또는 secretkey가 전달되지 않았습니다.",
        ),
    ],
)
def test_token_request_that_lacks_something(client: Wire, body: dict[str, str], text: str) -> None:
    assert client.oauth("token", **body) == {"return_msg": f"입력 값 오류입니다[{text}]", "return_code": 2}


@pytest.mark.parametrize("wrong", [{"appkey": "nobody"}, {"secretkey": "nothing"}])
@pytest.mark.parametrize("what", ["token", "revoke"])
def test_wrong_keys_are_not_told_apart(client: Wire, what: str, wrong: dict[str, str]) -> None:
    body = {"grant_type": "client_credentials", "token": client.token} | wrong
    assert client.oauth(what, **body) == {
        "return_msg": "인증에 실패했습니다[8001:App Key와 Secret Key 검증에 실패했습니다]",
        "return_code": 3,
    }
    assert works(client, client.token)


# -- au10002 -----------------------------------------------------------------------------------------------------------


def test_revoked_token_is_dead_at_once(client: Wire) -> None:
    first = client.token
    body = {"appkey": client.kiwoom.appkey, "secretkey": client.kiwoom.secretkey, "token": first}
    answer = client.http.post(f"{client.kiwoom.rest_url}/oauth2/revoke", json=body)
    assert answer.status_code == 200
    assert answer.headers["api-id"] == "au10002"
    assert answer.text == '{"return_code":0,"return_msg":"정상적으로 처리되었습니다"}'
    assert not works(client, first)


def test_request_after_a_revocation_returns_a_new_token(client: Wire) -> None:
    first = client.token
    client.oauth("revoke", token=first)
    second = ask(client)
    assert second["token"] != first
    assert timedelta(hours=23) < until(second) <= timedelta(hours=24)
    assert works(client, second["token"])
    assert not works(client, first)


def test_revocation_without_a_token_is_8016(client: Wire) -> None:
    assert client.oauth("revoke") == {
        "return_msg": "입력 값 오류입니다"
        "[8016:Access Token을 폐기하는데 실패했습니다. 입력값에 Token이 들어오지 않았습니다]",
        "return_code": 2,
    }


@pytest.mark.parametrize("what", ["appkey", "secretkey"])
def test_revocation_without_keys_is_8020(client: Wire, what: str) -> None:
    answer = client.oauth("revoke", token=client.token, **{what: ""})
    assert answer["return_code"] == 2
    assert "[8020:" in answer["return_msg"]
    assert works(client, client.token)


def test_token_of_somebody_else_cannot_be_revoked(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    second = neighbour(first)
    answer = first.oauth("revoke", token=second.token)
    assert answer["return_code"] == 3
    assert "[8015:" in answer["return_msg"]
    assert works(second, second.token)
    assert works(first, first.token)


def test_revocation_ends_the_ledger_of_nobody(client: Wire) -> None:
    client.buy(1, 69_000)
    client.oauth("revoke", token=client.token)
    client.login()
    assert client.cancel("0000001")["cncl_qty"] == "000000000001"
