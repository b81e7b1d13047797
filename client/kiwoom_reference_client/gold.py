"""Gold: orders, holdings, cash, history and prices. Quantities are grams, prices won a gram, amounts won."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from kiwoom_reference_client import protocol, values
from kiwoom_reference_client.base import day_text, rows_of_pages
from kiwoom_reference_client.codes import GoldKind, GoldProduct, OrderState, Show, Side, Venue
from kiwoom_reference_client.dual import DualMethods, ListMethod, Method
from kiwoom_reference_client.models import Code, Model, OrderNumber, Price, wire_field
from kiwoom_reference_client.orders import DayOrder, OrderSide
from kiwoom_reference_client.protocol import Flow
from kiwoom_reference_client.quotes import Direction
from kiwoom_reference_client.trading import Accepted, Cancelled, Modified, order


class GoldDeal(StrEnum):
    """What a line of the history is about (``tp`` of kt50032)."""

    ALL = "0"
    CASH_IN_AND_OUT = "1"
    DELIVERY = "2"
    TRADES = "3"
    BUYS = "4"
    SALES = "5"
    CASH_IN = "6"
    CASH_OUT = "7"


class TickScope(StrEnum):
    """How many ticks make one line (``tic_scope`` of ka50101)."""

    ONE = "1"
    THREE = "3"
    FIVE = "5"
    TEN = "10"
    THIRTY = "30"


@dataclass(frozen=True, slots=True)
class GoldHolding(Model):
    """What is held of one kind of gold."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("real_qty")
    settled: int = wire_field("qty")
    sellable: int = wire_field("able_qty")
    bought: int = wire_field("buy_qty")
    """Today."""
    sold: int = wire_field("sell_qty")
    """Today."""
    average_price: int = wire_field("avg_prc")
    break_even_price: Decimal = wire_field("pl_prch_prc")
    price: Price = wire_field("cur_prc")
    cost: int = wire_field("book_amt2")
    value: int = wire_field("est_amt")
    """If sold now, fee and its VAT taken off."""
    profit: int = wire_field("est_lspft")
    profit_rate: Decimal = wire_field("est_ratio")
    """Percent of the cost."""
    fee: int = wire_field("cmsn")
    vat: int = wire_field("vlad_tax")


@dataclass(frozen=True, slots=True)
class GoldBalance(Model):
    """Cash and gold of the account for gold."""

    cash: int = wire_field("tot_entr")
    estimated_cash: int = wire_field("net_entr")
    """When all fills have settled."""
    withdrawable: int = wire_field("paym_alowa")
    cost: int = wire_field("tot_book_amt2")
    value: int = wire_field("tot_est_amt")
    assets: int = wire_field("net_amt")
    estimated_assets: int = wire_field("tot_dep_amt")
    realized: int = wire_field("pl_amt")
    rows: tuple[GoldHolding, ...] = wire_field("gold_acnt_evlt_prst")


@dataclass(frozen=True, slots=True)
class GoldDeposit(Model):
    """Cash of the account for gold."""

    cash: int = wire_field("entra")
    estimated_cash: int = wire_field("prsm_entra")
    reserved: int = wire_field("profa_ch")
    orderable: int = wire_field("ord_alow_amt")
    withdrawable: int = wire_field("pymn_alow_amt")
    estimated_withdrawable: int = wire_field("prsm_pymn_alow_amt")
    to_pay: int = wire_field("buy_exct_amt")
    to_receive: int = wire_field("sell_exct_amt")


@dataclass(frozen=True, slots=True)
class GoldOrder(Model):
    """A gold order of a day."""

    number: OrderNumber = wire_field("ord_no")
    parent: OrderNumber = wire_field("orig_ord_no")
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    side: OrderSide = wire_field("io_tp_nm")
    kind: str = wire_field("trde_tp")
    """By name: ``지정가``."""
    state: OrderState | str = wire_field("data_send_end_tp")
    change: str = wire_field("mdfy_cncl_tp")
    """``정정`` for a modification, ``취소`` for a cancellation."""
    quantity: int = wire_field("ord_qty")
    price: int = wire_field("ord_uv")
    filled: int = wire_field("cntr_qty")
    filled_price: int = wire_field("cntr_uv")
    open: int | None = wire_field("ord_remnq")
    """Grams that are left; the document's example of kt50030 leaves it blank."""
    venue: Venue | str = wire_field("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class GoldEntry(Model):
    """A line of the history."""

    day: date | None = wire_field("deal_dt")
    at: time | None = wire_field("proc_time")
    number: str = wire_field("deal_no")
    what: str = wire_field("rmrk_nm")
    """``금현물매수``, ``금현물매도``."""
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("deal_qty")
    price: Annotated[Decimal, values.level] = wire_field("uv_exrt")
    amount: int = wire_field("deal_amt")
    fee: int = wire_field("cmsn")
    vat: int = wire_field("gold_spot_vat")
    settled: int = wire_field("exct_amt")
    """Won paid or received, fee and tax counted."""
    cash: int = wire_field("entra_remn")
    """After it."""
    holding: int = wire_field("spot_remn")
    """Grams after it."""
    filled_on: date | None = wire_field("cntr_dt")


@dataclass(frozen=True, slots=True)
class GoldQuote(Model):
    """The price of gold today."""

    direction: Direction | str = wire_field("pred_pre_sig")
    change: int = wire_field("pred_pre")
    change_rate: Decimal = wire_field("flu_rt")
    volume: int = wire_field("trde_qty")
    open: Price = wire_field("open_pric")
    high: Price = wire_field("high_pric")
    low: Price = wire_field("low_pric")
    upper_limit: Price = wire_field("upl_pric")
    lower_limit: Price = wire_field("lst_pric")
    previous_close: Price = wire_field("pred_close_pric")


@dataclass(frozen=True, slots=True)
class GoldTick(Model):
    """A trade of gold, with the best prices at its time."""

    at: time | None = wire_field("tm")
    price: Price = wire_field("cntr_pric")
    direction: Direction | str = wire_field("pre_sig")
    change: int = wire_field("pred_pre")
    change_rate: Decimal = wire_field("flu_rt")
    quantity: int = wire_field("cntr_trde_qty")
    volume: int = wire_field("trde_qty")
    """Of the day so far."""
    ask: Price = wire_field("pri_sel_bid_unit")
    bid: Price = wire_field("pri_buy_bid_unit")


class GoldMarket(DualMethods):
    """Gold. The mock domain offers none of the orders, and of the inquiries only those of orders and prices."""

    @Method
    def buy_gold(
        self, product: GoldProduct, quantity: int, price: int, *, kind: GoldKind = GoldKind.LIMIT
    ) -> Flow[Accepted]:
        """Buy so many grams at a price (kt50000)."""
        fields = _new(product, quantity, price, kind)
        return (yield from order(self._session, "kt50000", fields, Accepted))

    @Method
    def sell_gold(
        self, product: GoldProduct, quantity: int, price: int, *, kind: GoldKind = GoldKind.LIMIT
    ) -> Flow[Accepted]:
        """Sell so many grams at a price (kt50001)."""
        fields = _new(product, quantity, price, kind)
        return (yield from order(self._session, "kt50001", fields, Accepted))

    @Method
    def modify_gold(self, number: str, product: GoldProduct, price: int, quantity: int = 0) -> Flow[Modified]:
        """Give so many open grams of an order another price (kt50002); 0 means all that are left."""
        fields = {"stk_cd": product, "orig_ord_no": number, "mdfy_qty": str(quantity), "mdfy_uv": str(price)}
        return (yield from order(self._session, "kt50002", fields, Modified))

    @Method
    def cancel_gold(self, number: str, product: GoldProduct, quantity: int = 0) -> Flow[Cancelled]:
        """Cancel so many open grams of an order (kt50003); 0 means all that are left."""
        fields = {"orig_ord_no": number, "stk_cd": product, "cncl_qty": str(quantity)}
        return (yield from order(self._session, "kt50003", fields, Cancelled))

    @Method
    def gold_balance(self) -> Flow[GoldBalance]:
        """Cash and gold, and what they are worth (kt50020); all pages."""
        return GoldBalance.of((yield from self._session.whole("kt50020", {})))

    @Method
    def gold_deposit(self) -> Flow[GoldDeposit]:
        """Cash, and what of it can be ordered with and drawn (kt50021)."""
        return GoldDeposit.of((yield from self._session.call("kt50021", {})))

    @ListMethod
    def gold_executions_of_day(
        self, day: date, *, product: GoldProduct | None = None, side: Side | None = None, newest_first: bool = False
    ) -> protocol.ItemFlow[GoldOrder]:
        """The orders of a day with what they agreed on (kt50030)."""
        fields = _of_day(day, product, newest_first) | {"slby_tp": side or "0"}
        yield from rows_of_pages(self._session, "kt50030", fields, "acnt_ord_cntr_prst", GoldOrder)

    @ListMethod
    def gold_orders_of_day(
        self,
        day: date | None = None,
        *,
        show: Show = Show.IN_ORDER,
        product: GoldProduct | None = None,
        side: Side | None = None,
    ) -> protocol.ItemFlow[DayOrder]:
        """The orders of a day in detail, of today if none is said (kt50031)."""
        fields = {
            "ord_dt": day_text(day),
            "qry_tp": show,
            "stk_bond_tp": "0",
            "sell_tp": side or "0",
            "stk_cd": product or "",
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        yield from rows_of_pages(self._session, "kt50031", fields, "acnt_ord_cntr_prps_dtl", DayOrder)

    @ListMethod
    def gold_history(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        deals: GoldDeal = GoldDeal.ALL,
        product: GoldProduct | None = None,
    ) -> protocol.ItemFlow[GoldEntry]:
        """What moved cash or gold between two days (kt50032)."""
        fields = {"strt_dt": day_text(first), "end_dt": day_text(last), "tp": deals, "stk_cd": product or ""}
        yield from rows_of_pages(self._session, "kt50032", fields, "gold_trde_hist", GoldEntry)

    @ListMethod
    def open_gold_orders(
        self, day: date, *, product: GoldProduct | None = None, side: Side | None = None, newest_first: bool = False
    ) -> protocol.ItemFlow[GoldOrder]:
        """What is left of the orders of a day (kt50075)."""
        fields = _of_day(day, product, newest_first) | {"sell_tp": side or "0"}
        yield from rows_of_pages(self._session, "kt50075", fields, "acnt_ord_oso_prst", GoldOrder)

    @Method
    def gold_quote(self, product: GoldProduct) -> Flow[GoldQuote]:
        """The price of gold today (ka50100)."""
        return GoldQuote.of((yield from self._session.call("ka50100", {"stk_cd": product})))

    @ListMethod
    def gold_ticks(self, product: GoldProduct, scope: TickScope = TickScope.ONE) -> protocol.ItemFlow[GoldTick]:
        """The trades of gold (ka50101), with the best prices at their time."""
        fields = {"stk_cd": product, "tic_scope": scope}
        yield from rows_of_pages(self._session, "ka50101", fields, "gold_bid", GoldTick)


def _new(product: GoldProduct, quantity: int, price: int, kind: GoldKind) -> Mapping[str, str]:
    return {"stk_cd": product, "ord_qty": str(quantity), "ord_uv": str(price), "trde_tp": kind}


def _of_day(day: date, product: GoldProduct | None, newest_first: bool) -> dict[str, str]:
    return {
        "ord_dt": day_text(day),
        "qry_tp": "2" if newest_first else "1",
        "mrkt_deal_tp": "5",
        "stk_bond_tp": "0",
        "stk_cd": product or "",
        "fr_ord_no": "",
        "dmst_stex_tp": "%",
    }
