"""Against the simulator, and the answers against the document's own examples."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side as TakingSide
from kiwoom_reference_client import GoldKind, GoldProduct, Kiwoom, OrderState, Show, Side, Venue
from kiwoom_reference_client.errors import NotEnoughHoldings, NothingLeft
from kiwoom_reference_client.gold import GoldDeal, TickScope
from kiwoom_reference_client.quotes import Direction
from reference_client.standin import StandIn

DAY = date(2025, 8, 21)
ORDER = {
    "stk_bond_tp": "1",
    "ord_no": "0000010",
    "stk_cd": "M04020000",
    "trde_tp": "지정가",
    "io_tp_nm": "매수",
    "ord_qty": "0000000001",
    "ord_uv": "0000140000",
    "cnfm_qty": "0000000000",
    "data_send_end_tp": "접수",
    "mrkt_deal_tp": "5",
    "rsrv_tp": "",
    "orig_ord_no": "0000000",
    "stk_nm": "금 99.99_1Kg",
    "dcd_tp_nm": "당일",
    "crd_deal_tp": "",
    "cntr_qty": "0000000000",
    "cntr_uv": "0000000000",
    "ord_remnq": "",
    "comm_ord_tp": "REST API",
    "mdfy_cncl_tp": "",
    "dmst_stex_tp": "KRX",
    "cond_uv": "0000000000",
}


def values(api_id: str, name: str) -> set[str]:
    return set(next(field.values for field in catalogue.api(api_id).request if field.name == name))


def test_the_filters_are_those_of_the_catalogue() -> None:
    assert set(GoldDeal) == values("kt50032", "tp")
    assert set(TickScope) == values("ka50101", "tic_scope")


def test_an_order_is_placed_modified_and_cancelled(client: Kiwoom) -> None:
    placed = client.buy_gold(GoldProduct.KILOGRAM, 3, 150_000)
    modified = client.modify_gold(placed.number, GoldProduct.KILOGRAM, 150_010, 2)
    cancelled = client.cancel_gold(modified.number, GoldProduct.KILOGRAM)

    assert placed.number == "0000001"
    assert (modified.number, modified.root, modified.quantity) == ("0000002", "0000001", 2)
    assert (cancelled.number, cancelled.root, cancelled.quantity) == ("0000003", "0000001", 2)
    with pytest.raises(NothingLeft):
        client.cancel_gold(modified.number, GoldProduct.KILOGRAM)


def test_gold_is_sold_once_it_is_held(client: Kiwoom) -> None:
    with pytest.raises(NotEnoughHoldings):
        client.sell_gold(GoldProduct.KILOGRAM, 1, 158_000)
    client.buy_gold(GoldProduct.KILOGRAM, 1, 160_000, kind=GoldKind.LIMIT_IOC)

    assert client.sell_gold(GoldProduct.KILOGRAM, 1, 158_000).number == "0000002"


def test_what_was_bought_is_in_the_balance_and_the_lists(kiwoom: MockWorld, client: Kiwoom) -> None:
    today = date.fromisoformat(str(kiwoom.broker.world.ledger.day))
    client.buy_gold(GoldProduct.KILOGRAM, 100, 159_000)
    client.buy_gold(GoldProduct.KILOGRAM, 1, 150_000)

    balance, deposit = client.gold_balance(), client.gold_deposit()
    (held,) = balance.rows
    assert (held.quantity, held.settled, held.bought, held.cost) == (100, 0, 100, balance.cost)
    assert deposit.to_pay == held.cost + 47_660 + 4_766
    assert (deposit.cash, deposit.estimated_cash) == (100_000_000, 100_000_000 - deposit.to_pay)
    filled, waiting = client.gold_executions_of_day(today)
    assert (filled.number, filled.filled, filled.state) == ("0000001", 100, OrderState.TAKEN)
    assert [order.number for order in client.gold_executions_of_day(today, newest_first=True)] == ["0000002", "0000001"]
    assert list(client.gold_executions_of_day(today, side=Side.SELL)) == []
    (left,) = client.open_gold_orders(today)
    assert (left.number, left.open, left.price) == (waiting.number, 1, 150_000)
    assert [order.number for order in client.gold_orders_of_day(show=Show.FILLED)] == ["0000001"]
    assert [order.open for order in client.gold_orders_of_day(today)] == [0, 1]


def test_the_price_of_gold_stands_still(client: Kiwoom) -> None:
    quote = client.gold_quote(GoldProduct.KILOGRAM)

    assert (quote.previous_close, quote.direction, quote.change) == (158_900, Direction.FLAT, 0)
    assert (quote.upper_limit, quote.lower_limit) == (174_790, 143_010)


def test_a_trade_of_others_is_a_tick(kiwoom: MockWorld, client: Kiwoom) -> None:
    kiwoom.broker.apply(PrintTrade("M04020000", 158_800, 2, TakingSide.SELL))

    (tick,) = client.gold_ticks(GoldProduct.KILOGRAM)
    assert (tick.at, tick.price, tick.quantity, tick.volume) == (time(10), 158_800, -2, 2)
    assert (tick.direction, tick.change) == (Direction.DOWN, -100)
    assert (client.gold_quote(GoldProduct.KILOGRAM).low, client.gold_quote(GoldProduct.KILOGRAM).volume) == (158_800, 2)


def test_a_balance() -> None:
    head = {
        "tot_entr": "000098740486",
        "net_entr": "000098740486",
        "tot_est_amt": "000001207273",
        "net_amt": "000099955866",
        "tot_book_amt2": "000001254780",
        "tot_dep_amt": "000099951884",
        "paym_alowa": "000098740486",
        "pl_amt": "000000000000",
    }
    row = {
        "stk_cd": "M04020000",
        "stk_nm": "금 99.99_1Kg",
        "real_qty": "000000000002",
        "avg_prc": "000000152385",
        "cur_prc": "000000151780",
        "est_amt": "000000301569",
        "est_lspft": "-00000003201",
        "est_ratio": "-1.0503",
        "cmsn": "000000001810",
        "vlad_tax": "000000000181",
        "book_amt2": "000000304770",
        "pl_prch_prc": "153380.50",
        "qty": "000000000002",
        "buy_qty": "000000000000",
        "sell_qty": "000000000000",
        "able_qty": "000000000002",
    }
    service = StandIn(kt50020=head | {"gold_acnt_evlt_prst": [row]})

    balance = service.client.gold_balance()

    assert service.sent == [("kt50020", {})]
    assert (balance.cash, balance.estimated_cash, balance.withdrawable) == (98_740_486,) * 3
    assert (balance.cost, balance.value, balance.realized) == (1_254_780, 1_207_273, 0)
    assert (balance.assets, balance.estimated_assets) == (99_955_866, 99_951_884)
    (held,) = balance.rows
    assert (held.code, held.name, held.quantity, held.settled, held.sellable) == ("M04020000", "금 99.99_1Kg", 2, 2, 2)
    assert (held.bought, held.sold, held.average_price, held.price) == (0, 0, 152_385, 151_780)
    assert held.break_even_price == Decimal("153380.50")
    assert (held.cost, held.value, held.profit, held.profit_rate) == (304_770, 301_569, -3_201, Decimal("-1.0503"))
    assert (held.fee, held.vat) == (1_810, 181)


def test_a_deposit() -> None:
    raw = {
        "entra": "000000098740486",
        "profa_ch": "000000000000000",
        "prsm_entra": "000000098740486",
        "buy_exct_amt": "000000000000000",
        "sell_exct_amt": "000000000000000",
        "prsm_pymn_alow_amt": "000000098740486",
        "pymn_alow_amt": "000000098740486",
        "ord_alow_amt": "000000098740486",
    }
    service = StandIn(kt50021=raw)

    deposit = service.client.gold_deposit()

    assert service.sent == [("kt50021", {})]
    assert (deposit.cash, deposit.estimated_cash, deposit.orderable) == (98_740_486,) * 3
    assert (deposit.withdrawable, deposit.estimated_withdrawable) == (98_740_486,) * 2
    assert (deposit.reserved, deposit.to_pay, deposit.to_receive) == (0, 0, 0)


def test_executions_of_a_day() -> None:
    service = StandIn(kt50030={"acnt_ord_cntr_prst": [ORDER]})

    (order,) = service.client.gold_executions_of_day(DAY, product=GoldProduct.KILOGRAM, side=Side.BUY)

    sent = {
        "ord_dt": "20250821",
        "qry_tp": "1",
        "mrkt_deal_tp": "5",
        "stk_bond_tp": "0",
        "stk_cd": "M04020000",
        "fr_ord_no": "",
        "dmst_stex_tp": "%",
        "slby_tp": "2",
    }
    assert service.sent == [("kt50030", sent)]
    assert (order.number, order.parent, order.code, order.name) == ("0000010", "0000000", "M04020000", "금 99.99_1Kg")
    assert (order.side, order.kind, order.state, order.change) == (Side.BUY, "지정가", OrderState.TAKEN, "")
    assert (order.quantity, order.price, order.filled, order.filled_price) == (1, 140_000, 0, 0)
    assert (order.open, order.venue) == (None, Venue.KRX)


def test_orders_of_a_day() -> None:
    row = {
        "ord_no": "0000011",
        "stk_cd": "M04020000",
        "trde_tp": "지정가",
        "crd_tp": "보통매매",
        "ord_qty": "0000000001",
        "ord_uv": "0000140000",
        "cnfm_qty": "0000000000",
        "acpt_tp": "접수",
        "rsrv_tp": "",
        "ord_tm": "13:20:39",
        "ori_ord": "0000000",
        "stk_nm": "금 99.99_1Kg",
        "io_tp_nm": "매수",
        "loan_dt": "",
        "cntr_qty": "0000000000",
        "cntr_uv": "0000000000",
        "ord_remnq": "0000000001",
        "comm_ord_tp": "REST API",
        "mdfy_cncl": "",
        "cnfm_tm": "",
        "dmst_stex_tp": "KRX",
        "cond_uv": "0000000000",
    }
    service = StandIn(kt50031={"acnt_ord_cntr_prps_dtl": [row]})

    (order,) = service.client.gold_orders_of_day(DAY, product=GoldProduct.KILOGRAM)

    sent = {
        "ord_dt": "20250821",
        "qry_tp": "1",
        "stk_bond_tp": "0",
        "sell_tp": "0",
        "stk_cd": "M04020000",
        "fr_ord_no": "",
        "dmst_stex_tp": "%",
    }
    assert service.sent == [("kt50031", sent)]
    assert (order.number, order.side, order.kind) == ("0000011", Side.BUY, "지정가")
    assert (order.open, order.at, order.confirmed_at) == (1, time(13, 20, 39), None)


def test_open_orders() -> None:
    service = StandIn(kt50075={"acnt_ord_oso_prst": [ORDER | {"ord_no": "0000016", "ord_remnq": "0000000001"}]})

    (order,) = service.client.open_gold_orders(DAY, newest_first=True)

    sent = {
        "ord_dt": "20250821",
        "qry_tp": "2",
        "mrkt_deal_tp": "5",
        "stk_bond_tp": "0",
        "stk_cd": "",
        "fr_ord_no": "",
        "dmst_stex_tp": "%",
        "sell_tp": "0",
    }
    assert service.sent == [("kt50075", sent)]
    assert (order.number, order.open) == ("0000016", 1)


def test_the_history() -> None:
    row = {
        "deal_dt": "20250905",
        "deal_no": "000000001",
        "rmrk_nm": "금현물매수",
        "deal_qty": "000000000000008",
        "gold_spot_vat": "000000000000382",
        "exct_amt": "000000001278522",
        "dly_sum": "000000000000000",
        "entra_remn": "000000097004944",
        "mdia_nm": "REST API",
        "orig_deal_no": "000000000",
        "stk_nm": "금99.99_1Kg",
        "uv_exrt": "159290.00",
        "cmsn": "000000000003820",
        "uncl_ocr": "000000000000000",
        "rpym_sum": "000000000000000",
        "spot_remn": "000000000000012",
        "proc_time": "17:40:04",
        "rcpy_no": "000000000",
        "stk_cd": "M04020000",
        "deal_amt": "000000001274320",
        "tax_tot_amt": "000000000000000",
        "cntr_dt": "20250905",
        "proc_brch_nm": "온라인지점13",
        "prcsr": "DAILY",
    }
    service = StandIn(kt50032={"acnt_print": "****-****-** [***]", "gold_trde_hist": [row]})

    (entry,) = service.client.gold_history(date(2025, 8, 19), date(2025, 8, 20), deals=GoldDeal.TRADES)

    assert service.sent == [("kt50032", {"strt_dt": "20250819", "end_dt": "20250820", "tp": "3", "stk_cd": ""})]
    assert (entry.day, entry.at, entry.number, entry.what) == (
        date(2025, 9, 5),
        time(17, 40, 4),
        "000000001",
        "금현물매수",
    )
    assert (entry.code, entry.name, entry.quantity, entry.price) == (
        "M04020000",
        "금99.99_1Kg",
        8,
        Decimal("159290.00"),
    )
    assert (entry.amount, entry.fee, entry.vat, entry.settled) == (1_274_320, 3_820, 382, 1_278_522)
    assert (entry.cash, entry.holding, entry.filled_on) == (97_004_944, 12, date(2025, 9, 5))


def test_a_quote() -> None:
    raw = {
        "pred_pre_sig": "5",
        "pred_pre": "-500",
        "flu_rt": "-0.26",
        "trde_qty": "12",
        "open_pric": "-193400",
        "high_pric": "+193600",
        "low_pric": "-193000",
        "pred_rt": "-90.10",
        "upl_pric": "+212850",
        "lst_pric": "-174150",
        "pred_close_pric": "193500",
    }
    service = StandIn(ka50100=raw)

    quote = service.client.gold_quote(GoldProduct.KILOGRAM)

    assert service.sent == [("ka50100", {"stk_cd": "M04020000"})]
    assert (quote.direction, quote.change, quote.change_rate) == (Direction.DOWN, -500, Decimal("-0.26"))
    assert (quote.open, quote.high, quote.low, quote.volume) == (193_400, 193_600, 193_000, 12)
    assert (quote.upper_limit, quote.lower_limit, quote.previous_close) == (212_850, 174_150, 193_500)


def test_ticks() -> None:
    row = {
        "cntr_pric": "-193000",
        "pred_pre": "-500",
        "flu_rt": "-0.26",
        "trde_qty": "12",
        "acc_trde_prica": "2316000",
        "cntr_trde_qty": "-2",
        "tm": "100001",
        "pre_sig": "5",
        "pri_sel_bid_unit": "-193100",
        "pri_buy_bid_unit": "-193000",
    }
    service = StandIn(ka50101={"gold_bid": [row]})

    (tick,) = service.client.gold_ticks(GoldProduct.MINI, TickScope.TEN)

    assert service.sent == [("ka50101", {"stk_cd": "M04020100", "tic_scope": "10"})]
    assert (tick.at, tick.price, tick.quantity, tick.volume) == (time(10, 0, 1), 193_000, -2, 12)
    assert (tick.direction, tick.change, tick.change_rate) == (Direction.DOWN, -500, Decimal("-0.26"))
    assert (tick.ask, tick.bid) == (193_100, 193_000)
