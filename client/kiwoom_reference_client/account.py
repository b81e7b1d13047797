"""Inquiries about cash and holdings. Amounts are in won, prices in won per share, rates in percent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from kiwoom_reference_client import protocol
from kiwoom_reference_client.base import number_text, rows_of_pages
from kiwoom_reference_client.codes import Side
from kiwoom_reference_client.dual import DualMethods, ListMethod, Method
from kiwoom_reference_client.models import Code, Model, Price, wire_field
from kiwoom_reference_client.protocol import Flow


@dataclass(frozen=True, slots=True)
class Holding(Model):
    """A holding: the position in one instrument, or the part of it that was bought with one loan (kt00018)."""

    code: Code = wire_field("stk_cd")
    """Instrument code without the prefix letter of its class."""
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("rmnd_qty")
    """Shares held."""
    sellable: int = wire_field("trde_able_qty")
    """Shares that no open sell order has reserved."""
    average_price: int = wire_field("pur_pric")
    price: Price = wire_field("cur_prc")
    """Last price."""
    cost: int = wire_field("pur_amt")
    value: int = wire_field("evlt_amt")
    profit: int = wire_field("evltv_prft")
    """Unrealised profit in won if sold at the last price, after fees and tax."""
    profit_rate: Decimal = wire_field("prft_rt")
    """Unrealised profit in percent of the cost."""
    share: Decimal = wire_field("poss_rt")
    """Value in percent of all holdings."""
    credit_type: str = wire_field("crd_tp")
    """``00`` for a cash holding."""
    loan_day: date | None = wire_field("crd_loan_dt")
    """Day of the loan; None for a cash holding."""


@dataclass(frozen=True, slots=True)
class Holdings(Model):
    """All holdings of the account with their totals, in won (kt00018)."""

    cost: int = wire_field("tot_pur_amt")
    value: int = wire_field("tot_evlt_amt")
    profit: int = wire_field("tot_evlt_pl")
    profit_rate: Decimal = wire_field("tot_prft_rt")
    estimated_assets: int = wire_field("prsm_dpst_aset_amt")
    """Cash, and the value of all holdings if they were sold now, in won."""
    loans: int = wire_field("tot_loan_amt")
    credit_loans: int = wire_field("tot_crd_loan_amt")
    rows: tuple[Holding, ...] = wire_field("acnt_evlt_remn_indv_tot")


@dataclass(frozen=True, slots=True)
class Deposit(Model):
    """Cash of the account in won (kt00001)."""

    cash: int = wire_field("entr")
    """Settled cash today, in won."""
    cash_d1: int = wire_field("d1_entra")
    """Cash on the next business day, when yesterday's fills have settled, in won."""
    cash_d2: int = wire_field("d2_entra")
    """Cash in two business days, when today's fills have settled, in won."""
    withdrawable: int = wire_field("pymn_alow_amt")
    withdrawable_d1: int = wire_field("d1_pymn_alow_amt")
    withdrawable_d2: int = wire_field("d2_pymn_alow_amt")
    orderable: int = wire_field("ord_alow_amt")
    """Cash available to new buy orders, in won; may be negative."""
    reserved: int = wire_field("profa_ch")
    """Cash that open buy orders have reserved, in won."""
    loans: int = wire_field("loan_sum")


@dataclass(frozen=True, slots=True)
class Balance:
    """Cash (kt00001) and holdings (kt00018) of the account, from two requests one after the other."""

    cash: int
    """Settled cash today, in won."""
    cash_d1: int
    """Cash on the next business day, when yesterday's fills have settled, in won."""
    cash_d2: int
    """Cash in two business days, when today's fills have settled, in won."""
    orderable: int
    """Cash available to new buy orders, in won; may be negative."""
    holdings: tuple[Holding, ...]
    raw: dict[str, dict[str, Any]] = field(repr=False)
    """The raw answers by API id."""

    @classmethod
    def of(cls, deposit: Deposit, holdings: Holdings) -> Self:
        """Combine the two answers."""
        raw = {answer.record.api_id: answer.raw for answer in (deposit, holdings)}
        return cls(deposit.cash, deposit.cash_d1, deposit.cash_d2, deposit.orderable, holdings.rows, raw)


@dataclass(frozen=True, slots=True)
class ValuedHolding(Model):
    """A holding in one instrument with its value, one row for each loan (kt00004)."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("rmnd_qty")
    settled: int = wire_field("setl_remn")
    """Shares whose purchase has settled."""
    average_price: int = wire_field("avg_prc")
    price: Price = wire_field("cur_prc")
    cost: int = wire_field("pur_amt")
    value: int = wire_field("evlt_amt")
    profit: int = wire_field("pl_amt")
    profit_rate: Decimal = wire_field("pl_rt")
    loan_day: date | None = wire_field("loan_dt")


@dataclass(frozen=True, slots=True)
class AccountValue(Model):
    """The value of the account in won (kt00004)."""

    holder: str = wire_field("acnt_nm")
    branch: str = wire_field("brch_nm")
    cash: int = wire_field("entr")
    cash_d2: int = wire_field("d2_entra")
    value: int = wire_field("tot_est_amt")
    """Value of the holdings."""
    assets: int = wire_field("aset_evlt_amt")
    estimated_assets: int = wire_field("prsm_dpst_aset_amt")
    cost: int = wire_field("tot_pur_amt")
    profit_today: int = wire_field("tdy_lspft")
    profit_this_month: int = wire_field("lspft2")
    profit: int = wire_field("lspft")
    rows: tuple[ValuedHolding, ...] = wire_field("stk_acnt_evlt_prst")


@dataclass(frozen=True, slots=True)
class ExecutedHolding(Model):
    """A holding in one instrument after all fills, settled or not (kt00005)."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("cur_qty")
    settled: int = wire_field("setl_remn")
    average_price: int = wire_field("buy_uv")
    price: Price = wire_field("cur_prc")
    cost: int = wire_field("pur_amt")
    value: int = wire_field("evlt_amt")
    profit: int = wire_field("evltv_prft")
    profit_rate: Decimal = wire_field("pl_rt")
    credit_type: str = wire_field("crd_tp")
    """``00`` for a cash holding, ``03`` for a loan, ``99`` for the sum of the loans on an instrument."""
    loan_day: date | None = wire_field("loan_dt")
    expires: date | None = wire_field("expr_dt")
    """Day by which the loan must be repaid."""


@dataclass(frozen=True, slots=True)
class ExecutedBalance(Model):
    """Cash and holdings after all fills, settled or not, in won (kt00005)."""

    cash: int = wire_field("entr")
    cash_d1: int = wire_field("entr_d1")
    cash_d2: int = wire_field("entr_d2")
    withdrawable: int = wire_field("pymn_alow_amt")
    orderable: int = wire_field("ord_alowa")
    cost: int = wire_field("stk_buy_tot_amt")
    value: int = wire_field("evlt_amt_tot")
    profit: int = wire_field("tot_pl_tot")
    profit_rate: Decimal = wire_field("tot_pl_rt")
    loans: int = wire_field("crd_loan_tot")
    rows: tuple[ExecutedHolding, ...] = wire_field("stk_cntr_remn")


@dataclass(frozen=True, slots=True)
class Return(Model):
    """The return of one instrument (ka10085)."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("rmnd_qty")
    settled: int = wire_field("setl_remn")
    average_price: int = wire_field("pur_pric")
    price: Price = wire_field("cur_prc")
    cost: int = wire_field("pur_amt")
    profit_of_sales: int = wire_field("tdy_sel_pl")
    """Realised profit of today's sales, in won."""
    fee: int = wire_field("tdy_trde_cmsn")
    tax: int = wire_field("tdy_trde_tax")
    credit_type: str = wire_field("crd_tp")
    """``00`` for a cash holding, ``03`` for a loan, ``99`` for the sum of the loans on an instrument."""
    loan_day: date | None = wire_field("loan_dt")
    loan: int = wire_field("crd_amt")
    interest: int = wire_field("crd_int")
    expires: date | None = wire_field("expr_dt")


@dataclass(frozen=True, slots=True)
class Orderable(Model):
    """What can be ordered of one instrument at a price, and withdrawn (kt00010)."""

    cash: int = wire_field("ord_alowa")
    """Orderable cash in won."""
    quantity: int = wire_field("profa_100ord_alowq")
    """Orderable shares at a margin of 100 %."""
    withdrawable: int = wire_field("wthd_alowa")
    withdrawable_d1: int = wire_field("nxdy_wthd_alowa")
    amount: int = wire_field("pur_amt")
    """Price times quantity of the order in the request, in won."""
    fee: int = wire_field("cmsn")
    total: int = wire_field("pur_exct_amt")
    """Amount and fee, in won."""
    cash_d2: int = wire_field("d2entra")


class Account(DualMethods):
    """Inquiries about cash and holdings."""

    @Method
    def account_number(self) -> Flow[str]:
        """Return the number of the account that the app key belongs to (ka00001). It has 10 digits."""
        answer = yield from self._session.call("ka00001", {})
        return answer.text("acctNo")

    @Method
    def deposit(self) -> Flow[Deposit]:
        """Return the settled, orderable and withdrawable cash in won (kt00001)."""
        return Deposit.of((yield from self._session.call("kt00001", {"qry_tp": "3"})))

    @Method
    def holdings(self, *, by_loan: bool = False) -> Flow[Holdings]:
        """Return all holdings with their value, from all pages (kt00018).

        There is one row for each instrument. With ``by_loan`` there is one row for each loan.
        """
        fields = {"qry_tp": "2" if by_loan else "1", "dmst_stex_tp": "KRX"}
        return Holdings.of((yield from self._session.whole("kt00018", fields)))

    @Method
    def balance(self) -> Flow[Balance]:
        """Return cash (kt00001) and holdings (kt00018).

        The client sends two requests. A fill between them is in the second answer only.
        """
        deposit = Deposit.of((yield from self._session.call("kt00001", {"qry_tp": "3"})))
        holdings = yield from self._session.whole("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"})
        return Balance.of(deposit, Holdings.of(holdings))

    @Method
    def account_value(self) -> Flow[AccountValue]:
        """Return the value and the profit of the account, from all pages (kt00004)."""
        fields = {"qry_tp": "0", "dmst_stex_tp": "KRX"}
        return AccountValue.of((yield from self._session.whole("kt00004", fields)))

    @Method
    def executed_balance(self) -> Flow[ExecutedBalance]:
        """Return cash and holdings after all fills, settled or not, from all pages (kt00005).

        The mock domain does not offer it.
        """
        return ExecutedBalance.of((yield from self._session.whole("kt00005", {"dmst_stex_tp": "KRX"})))

    @Method
    def orderable(self, code: str, side: Side, price: int, quantity: int | None = None) -> Flow[Orderable]:
        """Return how much can be ordered at a price in won, and how much cash can be withdrawn (kt00010).

        The mock domain does not offer it.
        """
        fields = {"stk_cd": code, "trde_tp": side, "uv": str(price), "trde_qty": number_text(quantity)}
        return Orderable.of((yield from self._session.call("kt00010", fields)))

    @ListMethod
    def returns(self) -> protocol.ItemFlow[Return]:
        """Iterate over the return of each instrument of the account (ka10085)."""
        yield from rows_of_pages(self._session, "ka10085", {"stex_tp": "0"}, "acnt_prft_rt", Return)
