"""Requests that are refused at the door are in the journal of the world that they name."""

from __future__ import annotations

import pytest

from rest.stage import STAGE
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


def refused(client: Wire) -> list[tuple[str, str, int]]:
    return [(entry.name, entry.code, entry.status) for entry in client.kiwoom.journal if entry.code not in ("", "0")]


def test_a_wrong_path_and_an_unknown_api_are_recorded(client: Wire) -> None:
    headers = {"api-id": "kt10000", "authorization": f"Bearer {client.token}"}
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "trde_tp": "3"}
    client.http.post(client.kiwoom.rest_url + "/api/dostk/acnt", json=body, headers=headers)
    client.http.post(client.kiwoom.rest_url + "/api/dostk/ordr", json=body, headers=headers | {"api-id": "kt1"})
    assert refused(client) == [("kt10000", "1504", 200), ("kt1", "1505", 200)]
    (entry,) = client.kiwoom.journal.verify("kt10000", count=1, code="1504", stk_cd="005930")
    assert entry.accounts == ("8100000111", "8100000113")


def test_a_token_that_has_ended_is_recorded_and_a_made_up_one_belongs_to_no_world(client: Wire) -> None:
    before = client.kiwoom.state_hash()
    client.kiwoom.customer.revoke_token()
    assert client.call("kt00001", qry_tp="2")["return_code"] == 3
    client.token = "made-up"
    assert client.call("kt00001", qry_tp="2")["return_code"] == 3
    assert refused(client) == [("kt00001", "8005", 200)]
    assert client.kiwoom.state_hash() != before  # by the revocation alone: the refusals changed nothing
    kept = client.kiwoom.state_hash()
    client.call("kt00001", qry_tp="2")
    assert client.kiwoom.state_hash() == kept


def test_a_wrong_secret_is_recorded_without_it(client: Wire) -> None:
    keys = {"grant_type": "client_credentials", "appkey": client.kiwoom.appkey, "secretkey": "wrong"}
    client.http.post(client.kiwoom.rest_url + "/oauth2/token", json=keys)
    assert refused(client) == [("au10001", "8001", 200)]
    (entry,) = client.kiwoom.journal.find(code="8001")
    assert b"wrong" not in entry.request
