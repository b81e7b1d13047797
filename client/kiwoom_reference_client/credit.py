"""Inquiries about credit: which instruments can be bought with a loan of the broker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiwoom_reference_client import protocol
from kiwoom_reference_client.base import rows_of_pages
from kiwoom_reference_client.dual import DualMethods, ListMethod, Method
from kiwoom_reference_client.models import Code, Model, Price, wire_field
from kiwoom_reference_client.protocol import Flow


class Grade(StrEnum):
    """The credit grade of an instrument (``crd_stk_grde_tp`` of kt20016); A is the best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Market(StrEnum):
    """A stock market (``mrkt_deal_tp`` of kt20016)."""

    KOSPI = "1"
    KOSDAQ = "0"


@dataclass(frozen=True, slots=True)
class Creditable(Model):
    """An instrument that can be bought on credit (kt20016)."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    margin: str = wire_field("crd_assr_rt")
    """The part that is paid in cash, such as ``45%``."""
    replacement_price: int = wire_field("repl_pric")
    """Collateral value in won per share."""
    previous_close: Price = wire_field("pred_close_pric")
    is_used_up: bool = wire_field("crd_limit_over_yn")
    """Whether the credit limit of the broker for the instrument is exhausted."""
    note: str = wire_field("crd_limit_over_txt")


@dataclass(frozen=True, slots=True)
class CreditNotice(Model):
    """Whether an instrument can be bought on credit, as a Korean text (kt20017)."""

    text: str = wire_field("crd_alow_yn")
    """A text such as ``< A군 신용융자 가능 >``."""


class Credit(DualMethods):
    """Inquiries about credit. The mock domain does not offer them."""

    @ListMethod
    def creditable(
        self, code: str = "", *, grade: Grade | None = None, market: Market | None = None
    ) -> protocol.ItemFlow[Creditable]:
        """Iterate over the instruments that can be bought on credit (kt20016).

        ``code``, ``grade`` and ``market`` restrict the list.
        """
        fields = {"crd_stk_grde_tp": grade or "%", "mrkt_deal_tp": market or "%", "stk_cd": code}
        yield from rows_of_pages(self._session, "kt20016", fields, "crd_loan_pos_stk", Creditable)

    @Method
    def credit_notice(self, code: str) -> Flow[CreditNotice]:
        """Return whether an instrument can be bought on credit (kt20017). Raises UnknownInstrument."""
        return CreditNotice.of((yield from self._session.call("kt20017", {"stk_cd": code})))
