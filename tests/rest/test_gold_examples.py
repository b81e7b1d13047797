"""The document's request examples of every API for gold are accepted, and answers have the keys of its answers.

The day and the prices are those of the examples; the market is the one that every world begins with.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from rest.stage import next_day
from wire import Wire, Worlds

BOOKED = (
    "stk_bond_tp ord_no stk_cd trde_tp io_tp_nm ord_qty ord_uv cnfm_qty data_send_end_tp mrkt_deal_tp rsrv_tp "
    "orig_ord_no stk_nm dcd_tp_nm crd_deal_tp cntr_qty cntr_uv ord_remnq comm_ord_tp mdfy_cncl_tp dmst_stex_tp cond_uv"
)

EXAMPLES: list[tuple[str, dict[str, str], str, str]] = [
    ("kt50000", {"stk_cd": "M04020000", "ord_qty": "1", "ord_uv": "160000", "trde_tp": "00"}, "ord_no", ""),
    ("kt50001", {"stk_cd": "M04020000", "ord_qty": "1", "ord_uv": "160000", "trde_tp": "00"}, "ord_no", ""),
    (
        "kt50002",
        {"stk_cd": "M04020000", "orig_ord_no": "0000012", "mdfy_qty": "1", "mdfy_uv": "150000"},
        "ord_no base_orig_ord_no mdfy_qty",
        "",
    ),
    (
        "kt50003",
        {"orig_ord_no": "0000014", "stk_cd": "M04020000", "cncl_qty": "1"},
        "ord_no base_orig_ord_no cncl_qty",
        "",
    ),
    (
        "kt50020",
        {},
        "tot_entr net_entr tot_est_amt net_amt tot_book_amt2 tot_dep_amt paym_alowa pl_amt gold_acnt_evlt_prst",
        "stk_cd stk_nm real_qty avg_prc cur_prc est_amt est_lspft est_ratio cmsn vlad_tax book_amt2 pl_prch_prc qty "
        "buy_qty sell_qty able_qty",
    ),
    (
        "kt50021",
        {},
        "entra profa_ch chck_ina_amt etc_loan etc_loan_dlfe etc_loan_tot prsm_entra buy_exct_amt sell_exct_amt "
        "sell_buy_exct_amt dly_amt prsm_pymn_alow_amt pymn_alow_amt ord_alow_amt",
        "",
    ),
    (
        "kt50030",
        {
            "ord_dt": "20250821",
            "qry_tp": "1",
            "mrkt_deal_tp": "1",
            "stk_bond_tp": "0",
            "slby_tp": "0",
            "stk_cd": "M04020000",
            "fr_ord_no": "",
            "dmst_stex_tp": "KRX",
        },
        "acnt_ord_cntr_prst",
        BOOKED,
    ),
    (
        "kt50031",
        {
            "ord_dt": "20250821",
            "qry_tp": "1",
            "stk_bond_tp": "0",
            "sell_tp": "0",
            "stk_cd": "M04020000",
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        },
        "acnt_ord_cntr_prps_dtl",
        "ord_no stk_cd trde_tp crd_tp ord_qty ord_uv cnfm_qty acpt_tp rsrv_tp ord_tm ori_ord stk_nm io_tp_nm loan_dt "
        "cntr_qty cntr_uv ord_remnq comm_ord_tp mdfy_cncl cnfm_tm dmst_stex_tp cond_uv",
    ),
    (
        "kt50032",
        {"strt_dt": "20250819", "end_dt": "20250820", "tp": "0", "stk_cd": ""},
        "acnt_print gold_trde_hist",
        "deal_dt deal_no rmrk_nm deal_qty gold_spot_vat exct_amt dly_sum entra_remn mdia_nm orig_deal_no stk_nm "
        "uv_exrt cmsn uncl_ocr rpym_sum spot_remn proc_time rcpy_no stk_cd deal_amt tax_tot_amt cntr_dt proc_brch_nm "
        "prcsr",
    ),
    (
        "kt50075",
        {
            "ord_dt": "20250821",
            "qry_tp": "1",
            "mrkt_deal_tp": "1",
            "stk_bond_tp": "0",
            "sell_tp": "0",
            "stk_cd": "M04020000",
            "fr_ord_no": "",
            "dmst_stex_tp": "KRX",
        },
        "acnt_ord_oso_prst",
        BOOKED,
    ),
    (
        "ka50100",
        {"stk_cd": "M04020000"},
        "pred_pre_sig pred_pre flu_rt trde_qty open_pric high_pric low_pric pred_rt upl_pric lst_pric pred_close_pric",
        "",
    ),
    (
        "ka50101",
        {"stk_cd": "M04020000", "tic_scope": "1"},
        "gold_bid",
        "cntr_pric pred_pre flu_rt trde_qty acc_trde_prica cntr_trde_qty tm pre_sig pri_sel_bid_unit pri_buy_bid_unit "
        "trde_pre trde_tern_rt cntr_str lpmmcm_nm_1 stex_tp",
    ),
]


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """Two days after a buy, with buys 12 and 14 open, and a trade that went over the tape."""
    client = worlds.open(WorldConfig(clock="manual", start=datetime(2025, 8, 19, 10)))
    client.buy_gold(3, 160_000)
    next_day(client)
    next_day(client)
    ledger = client.kiwoom.broker.world.ledger
    for ledger.next_order in (12, 14):
        client.buy_gold(1, 149_000)
    client.sell_gold(1, 158_910)
    client.buy_gold(1, 160_000)
    return client


@pytest.mark.parametrize(("api_id", "request_body", "keys", "row_keys"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_example(client: Wire, api_id: str, request_body: Any, keys: str, row_keys: str) -> None:
    answer = client.call(api_id, **request_body)

    assert answer["return_code"] == 0
    assert list(answer) == [*keys.split(), "return_code", "return_msg"]
    rows = [row for value in answer.values() if isinstance(value, list) for row in value]
    assert bool(rows) == bool(row_keys)
    for row in rows:
        assert list(row) == row_keys.split()
