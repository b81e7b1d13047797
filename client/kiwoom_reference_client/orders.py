"""Inquiries about orders and fills. Prices are in won per share, amounts in won, times in KST."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from kiwoom_reference_client import codes, protocol
from kiwoom_reference_client.base import day_text, rows_of_pages
from kiwoom_reference_client.codes import OrderKind, OrderState, Show, Side, Venue
from kiwoom_reference_client.dual import DualMethods, ListMethod, Method
from kiwoom_reference_client.models import Code, Model, OrderNumber, Price, wire_field
from kiwoom_reference_client.protocol import Flow

OrderSide = Annotated[Side | None, codes.side]
KindName = Annotated[OrderKind | str, codes.kind]


@dataclass(frozen=True, slots=True)
class OpenOrder(Model):
    """An open order of today (ka10075)."""

    number: OrderNumber = wire_field("ord_no")
    parent: OrderNumber = wire_field("orig_ord_no")
    """Number of the order that it modified; zeros if none."""
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    side: OrderSide = wire_field("io_tp_nm")
    kind: KindName = wire_field("trde_tp")
    state: OrderState | str = wire_field("ord_stt")
    quantity: int = wire_field("ord_qty")
    price: int = wire_field("ord_pric")
    """Order price in won; 0 for an order kind without a price."""
    open: int = wire_field("oso_qty")
    """Open shares."""
    filled: int = wire_field("cntr_qty")
    filled_amount: int = wire_field("cntr_tot_amt")
    at: time | None = wire_field("tm")
    last_price: Price = wire_field("cur_prc")
    stop_price: int = wire_field("stop_pric")
    fee: int = wire_field("tdy_trde_cmsn")
    tax: int = wire_field("tdy_trde_tax")
    venue: Venue | str = wire_field("stex_tp_txt")
    is_sor: bool = wire_field("sor_yn")


@dataclass(frozen=True, slots=True)
class Fill(Model):
    """A fill of today (ka10076)."""

    number: OrderNumber = wire_field("ord_no")
    """Number of the order."""
    parent: OrderNumber = wire_field("orig_ord_no")
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    side: OrderSide = wire_field("io_tp_nm")
    kind: KindName = wire_field("trde_tp")
    state: OrderState | str = wire_field("ord_stt")
    quantity: int = wire_field("cntr_qty")
    price: int = wire_field("cntr_pric")
    order_quantity: int = wire_field("ord_qty")
    order_price: int = wire_field("ord_pric")
    open: int = wire_field("oso_qty")
    """Open shares of the order."""
    ordered_at: time | None = wire_field("ord_tm")
    fee: int = wire_field("tdy_trde_cmsn")
    tax: int = wire_field("tdy_trde_tax")
    venue: Venue | str = wire_field("stex_tp_txt")
    is_sor: bool = wire_field("sor_yn")


@dataclass(frozen=True, slots=True)
class DayOrder(Model):
    """An order of a day, in whatever state (kt00007, kt50031)."""

    number: OrderNumber = wire_field("ord_no")
    parent: OrderNumber = wire_field("ori_ord")
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    side: OrderSide = wire_field("io_tp_nm")
    kind: KindName = wire_field("trde_tp")
    state: OrderState | str = wire_field("acpt_tp")
    change: str = wire_field("mdfy_cncl")
    """``정정`` for a modification, ``취소`` for a cancellation."""
    credit: str = wire_field("crd_tp")
    loan_day: date | None = wire_field("loan_dt")
    quantity: int = wire_field("ord_qty")
    price: int = wire_field("ord_uv")
    open: int = wire_field("ord_remnq")
    filled: int = wire_field("cntr_qty")
    filled_price: int = wire_field("cntr_uv")
    """Average price of its fills, in won."""
    stop_price: int = wire_field("cond_uv")
    at: time | None = wire_field("ord_tm")
    confirmed_at: time | None = wire_field("cnfm_tm")
    venue: Venue | str = wire_field("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class ExecutedOrder(Model):
    """An order of a day with its last fill (kt00009)."""

    number: OrderNumber = wire_field("ord_no")
    parent: OrderNumber = wire_field("orig_ord_no")
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    side: OrderSide = wire_field("io_tp_nm")
    kind: KindName = wire_field("trde_tp")
    state: OrderState | str = wire_field("acpt_tp")
    change: str = wire_field("mdfy_cncl_tp")
    credit: str = wire_field("crd_deal_tp")
    quantity: int = wire_field("ord_qty")
    price: int = wire_field("ord_uv")
    filled: int = wire_field("cntr_qty")
    filled_price: int = wire_field("cntr_uv")
    filled_at: time | None = wire_field("cntr_tm")
    stop_price: int = wire_field("cond_uv")
    venue: Venue | str = wire_field("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class Executions(Model):
    """The orders of a day with their fills, and the total amounts filled, in won (kt00009)."""

    sold: int = wire_field("sell_grntl_engg_amt")
    bought: int = wire_field("buy_engg_amt")
    agreed: int = wire_field("engg_amt")
    rows: tuple[ExecutedOrder, ...] = wire_field("acnt_ord_cntr_prst_array")


class Orders(DualMethods):
    """Inquiries about orders and fills. ``side`` and ``code`` restrict the result; by default all are listed."""

    @ListMethod
    def open_orders(self, code: str = "", *, side: Side | None = None) -> protocol.ItemFlow[OpenOrder]:
        """Iterate over today's open orders, newest first (ka10075)."""
        fields = {"all_stk_tp": "1" if code else "0", "trde_tp": side or "0", "stk_cd": code, "stex_tp": "0"}
        yield from rows_of_pages(self._session, "ka10075", fields, "oso", OpenOrder)

    @ListMethod
    def fills_of_today(self, code: str = "", *, side: Side | None = None, before: str = "") -> protocol.ItemFlow[Fill]:
        """Iterate over today's fills, newest first (ka10076).

        ``before`` is an order number. It restricts the list to the fills of earlier orders.
        """
        fields = {
            "stk_cd": code,
            "qry_tp": "1" if code else "0",
            "sell_tp": side or "0",
            "ord_no": before,
            "stex_tp": "0",
        }
        yield from rows_of_pages(self._session, "ka10076", fields, "cntr", Fill)

    @ListMethod
    def orders_of_day(
        self, day: date | None = None, *, show: Show = Show.IN_ORDER, code: str = "", side: Side | None = None
    ) -> protocol.ItemFlow[DayOrder]:
        """Iterate over the orders of a day, by default today (kt00007)."""
        fields = {
            "ord_dt": day_text(day),
            "qry_tp": show,
            "stk_bond_tp": "0",
            "sell_tp": side or "0",
            "stk_cd": code,
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        yield from rows_of_pages(self._session, "kt00007", fields, "acnt_ord_cntr_prps_dtl", DayOrder)

    @Method
    def executions_of_day(
        self, day: date | None = None, *, code: str = "", side: Side | None = None, filled_only: bool = False
    ) -> Flow[Executions]:
        """Return the orders of a day with their fills, from all pages (kt00009). The default is today."""
        fields = {
            "ord_dt": day_text(day),
            "stk_bond_tp": "0",
            "mrkt_tp": "0",
            "sell_tp": side or "0",
            "qry_tp": "1" if filled_only else "0",
            "stk_cd": code,
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        return Executions.of((yield from self._session.whole("kt00009", fields)))
