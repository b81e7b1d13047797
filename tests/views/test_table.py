"""A table takes of a view what it names, as it writes it."""

from __future__ import annotations

from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.views.bar import bar_view
from kiwoom_mockserver.views.table import blank_row, pick

BAR = Bar(20261123, 269_000, 271_000, 268_000, 270_000, 1_200, 324_499_999, 268_500, (188_000, 349_000), 270_000)


def test_prices_keep_their_base_where_their_sign_tells_of_it() -> None:
    assert pick("ka10005", bar_view(BAR)) == {
        "date": 20261123,
        "open_pric": (269_000, 268_500),
        "high_pric": (271_000, 268_500),
        "low_pric": (268_000, 268_500),
        "close_pric": (270_000, 268_500),
        "pre": 1_500,
        "flu_rt": 56,
        "trde_qty": 1_200,
        "trde_prica": 324,
    }


def test_prices_stand_alone_where_they_are_written_without_a_sign() -> None:
    assert pick("ka10081", bar_view(BAR)) == {
        "dt": 20261123,
        "open_pric": 269_000,
        "high_pric": 271_000,
        "low_pric": 268_000,
        "cur_prc": 270_000,
        "pred_pre": 1_500,
        "pred_pre_sig": "2",
        "trde_qty": 1_200,
        "trde_prica": 324,
    }


def test_a_blank_row_has_every_field_of_the_list() -> None:
    assert blank_row("ka10003") == dict.fromkeys(
        (
            *("tm", "cur_prc", "pred_pre", "pre_rt", "pri_sel_bid_unit", "pri_buy_bid_unit", "cntr_trde_qty"),
            *("sign", "acc_trde_qty", "acc_trde_prica", "cntr_str", "stex_tp"),
        )
    )
