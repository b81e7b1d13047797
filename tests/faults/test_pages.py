"""What a client sees of faults of pages."""

from __future__ import annotations

from typing import Any

import pytest

from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.broker.profiles import changed
from wire import Wire

ROWS = ["0000003", "0000002", "0000001"]


@pytest.fixture(autouse=True)
def orders(client: Wire) -> None:
    """Three open orders, on pages of two."""
    client.kiwoom.broker.profile = changed(client.kiwoom.broker.profile, "page_size", 2)
    for _ in ROWS:
        client.buy(1, 60_000)


def page(client: Wire, key: str = "", cont_yn: str = "") -> tuple[list[str], str, str, str]:
    """The order numbers of a page, and its headers cont-yn, next-key and resp-cnt."""
    body = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
    headers = {"cont-yn": cont_yn or ("Y" if key else "N"), "next-key": key}
    answer = client.http.post(
        client.kiwoom.rest_url + "/api/dostk/acnt",
        json=body,
        headers={"api-id": "ka10075", "authorization": f"Bearer {client.token}", **headers},
    )
    content: dict[str, Any] = answer.json()
    assert content["return_code"] == 0, content
    told = answer.headers
    return [row["ord_no"] for row in content["oso"]], told["cont-yn"], told["next-key"], told["resp-cnt"]


def test_pages_without_an_end(client: Wire, faults: FaultAdmin) -> None:
    faults.endless_pages(api="ka10075", count=3)
    first = page(client)
    assert first[1:] == ("Y", "ka1007500000000000001-1", "2")
    second, third = page(client, first[2]), page(client, "ka1007500000000000002-1")
    assert second == (first[0], "Y", "ka1007500000000000002-1", "2")
    assert third == (first[0], "Y", "ka1007500000000000003-1", "2")
    after = page(client, third[2])
    assert (after[0], after[1]) == (first[0], "Y")
    assert page(client, after[2])[1:] == ("N", "", "1"), "the pages have an end once the fault has one"
    assert [entry.injected for entry in client.kiwoom.journal.find("ka10075", injected=True)] == [
        ("endless-pages",)
    ] * 3


def test_a_page_without_rows_has_a_key_to_the_first_page(client: Wire, faults: FaultAdmin) -> None:
    usual = page(client)
    faults.empty_page(api="ka10075", count=1)
    empty = page(client)
    assert empty == ([], "Y", "ka1007500000000000001-1", "0")
    assert page(client, empty[2]) == usual


def test_a_page_without_a_key(client: Wire, faults: FaultAdmin) -> None:
    rows, _, _, count = page(client)
    faults.page_without_key(api="ka10075", count=1)
    assert page(client) == (rows, "Y", "", count)
    assert page(client, cont_yn="Y")[0] == rows, "the first page again"


def test_an_error_has_no_pages_and_damage_comes_after(client: Wire, faults: FaultAdmin) -> None:
    faults.malformed(api="ka10075")
    faults.empty_page(api="ka10075")
    answer = client.send("ka10075", {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"})
    assert (answer.text[:9], answer.headers["cont-yn"], answer.headers["resp-cnt"]) == ('{"oso"=[]', "Y", "0")
    answer = client.send("ka10075", {})
    assert answer.headers["cont-yn"] == "N"
