"""The document's request examples of stock, credit and account APIs are accepted; those of gold have a page of their own.

Each finds the market and the orders that it needs: prices and order numbers are the printed ones. Answers have the keys of
their contract, in its order, which is that of the printed answers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from wire import Wire, Worlds

SHARE = "005930"
MARKET_ORDER = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": "1", "ord_uv": "", "trde_tp": "3", "cond_uv": ""}
MODIFY = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "mdfy_qty": "1", "mdfy_cond_uv": ""}
CANCEL = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "cncl_qty": "1"}
SELL_LOANS = {"ord_qty": "3", "ord_uv": "6450", "trde_tp": "0", "crd_deal_tp": "99", "crd_loan_dt": ""}

ORDERS: dict[str, tuple[int, dict[str, str], dict[str, str]]] = {
    # base of the share, request, and what the answer says beside the order number of its own
    "kt10000": (200_000, MARKET_ORDER, {"dmst_stex_tp": "KRX"}),
    "kt10001": (200_000, MARKET_ORDER, {"dmst_stex_tp": "KRX"}),
    "kt10002": (200_000, MODIFY | {"orig_ord_no": "0000139", "mdfy_uv": "199700"},
                {"base_orig_ord_no": "0000139", "mdfy_qty": "000000000001", "dmst_stex_tp": "KRX"}),
    "kt10003": (200_000, CANCEL | {"orig_ord_no": "0000140"},
                {"base_orig_ord_no": "0000139", "cncl_qty": "000000000001"}),
    "kt10006": (2_600, {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": "1", "ord_uv": "2580", "trde_tp": "0",
                        "cond_uv": ""}, {"dmst_stex_tp": "KRX"}),
    "kt10007": (6_400, {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "cond_uv": ""} | SELL_LOANS, {"dmst_stex_tp": "KRX"}),
    "kt10008": (2_600, MODIFY | {"orig_ord_no": "0000455", "mdfy_uv": "2590"},
                {"base_orig_ord_no": "0000454", "mdfy_qty": "000000000001", "dmst_stex_tp": "KRX"}),
    "kt10009": (6_400, CANCEL | {"orig_ord_no": "0001615"},
                {"base_orig_ord_no": "0001614", "cncl_qty": "000000000001"}),
}  # fmt: skip

INQUIRIES: dict[str, dict[str, str]] = {
    "kt00018": {"qry_tp": "1", "dmst_stex_tp": "KRX"},
    "kt20016": {"crd_stk_grde_tp": "A", "mrkt_deal_tp": "%", "stk_cd": "039490"},
    "kt20017": {"stk_cd": "039490"},
    "ka00001": {},
    "kt00001": {"qry_tp": "3"},
    "kt00004": {"qry_tp": "0", "dmst_stex_tp": "KRX"},
    "kt00005": {"dmst_stex_tp": "KRX"},
    "kt00007": {"ord_dt": "", "qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "stk_cd": SHARE, "fr_ord_no": "",
                "dmst_stex_tp": "%"},
    "kt00009": {"ord_dt": "", "stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0", "stk_cd": "",
                "fr_ord_no": "", "dmst_stex_tp": "KRX"},
    "kt00010": {"io_amt": "", "stk_cd": SHARE, "trde_tp": "2", "trde_qty": "", "uv": "267000", "exp_buy_unp": ""},
    "ka10075": {"all_stk_tp": "1", "trde_tp": "0", "stk_cd": SHARE, "stex_tp": "0"},
    "ka10076": {"stk_cd": SHARE, "qry_tp": "1", "sell_tp": "0", "ord_no": "", "stex_tp": "0"},
    "ka10085": {"stex_tp": "0"},
    "ka10001": {"stk_cd": SHARE},
    "ka10004": {"stk_cd": SHARE},
}  # fmt: skip


def opened(worlds: Worlds, base: int) -> Wire:
    spec = InstrumentSpec(SHARE, base=base, bids=((base - 500, 50),), asks=((base, 50),))
    instruments = Instruments(instruments=(spec,))
    return worlds.open(WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10), instruments=instruments))


def numbered(client: Wire, number: int) -> None:
    """Let the next order have that number."""
    client.kiwoom.broker.world.ledger.next_order = number


def prepare(client: Wire, api_id: str) -> None:
    """What the example modifies, cancels or sells."""
    if api_id == "kt10001":
        client.buy(1)
    elif api_id in ("kt10002", "kt10003"):
        numbered(client, 139)
        client.buy(2, 199_000)
        if api_id == "kt10003":
            client.modify("0000139", 0, 199_200)
    elif api_id == "kt10007":
        client.buy_on_credit(3)
    elif api_id == "kt10008":
        numbered(client, 454)
        client.buy_on_credit(2, 2_570)
        body = {"dmst_stex_tp": "KRX", "orig_ord_no": "0000454", "stk_cd": SHARE, "mdfy_qty": "0", "mdfy_uv": "2575"}
        assert client.call("kt10008", **body)["ord_no"] == "0000455"
    elif api_id == "kt10009":
        client.buy_on_credit(3)
        numbered(client, 1_614)
        client.sell_on_credit(3, 7_000)
        body = {"dmst_stex_tp": "KRX", "orig_ord_no": "0001614", "stk_cd": SHARE, "mdfy_qty": "0", "mdfy_uv": "6980"}
        assert client.call("kt10008", **body)["ord_no"] == "0001615"


@pytest.mark.parametrize("api_id", ORDERS)
def test_an_order(worlds: Worlds, api_id: str) -> None:
    base, body, said = ORDERS[api_id]
    client = opened(worlds, base)
    prepare(client, api_id)
    answer = client.call(api_id, **body)
    assert answer["return_code"] == 0, answer
    assert {name: answer[name] for name in said} == said
    assert list(answer) == keys(api_id)


@pytest.mark.parametrize("api_id", INQUIRIES)
def test_an_inquiry(worlds: Worlds, api_id: str) -> None:
    client = opened(worlds, 267_000)
    client.buy(1)
    client.buy(1, 250_000)
    answer = client.call(api_id, **INQUIRIES[api_id])
    assert answer["return_code"] == 0, answer
    assert list(answer) == keys(api_id)
    for field in catalogue.api(api_id).response:
        if field.fields and api_id != "kt00001":
            assert [list(row) for row in answer[field.name]] != []
            assert all(list(row) == [one.name for one in field.fields] for row in answer[field.name])


def keys(api_id: str) -> list[Any]:
    api = catalogue.api(api_id)
    return list(api.order) or [*(field.name for field in api.response), "return_code", "return_msg"]
