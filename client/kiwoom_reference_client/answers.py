"""What comes back: numbers as numbers, and the answer as it was sent beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Self

from kiwoom_reference_client.errors import UnreadableAnswer

KST = timezone(timedelta(hours=9), "KST")

_NUMBER = re.compile(r" *(?P<sign>[+-]*) *(?P<number>\d+(?:\.\d+)?) *", re.ASCII)


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of an answer, or of one row of it, read by the name they have on the wire."""

    api_id: str
    raw: dict[str, Any] = field(repr=False)
    """As sent: every value a string, apart from lists and the envelope."""

    def text(self, name: str) -> str:
        """A field as it was sent. Raises UnreadableAnswer if it is absent or no text."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            raise UnreadableAnswer("200", f"{name} is absent or no text", None, self.api_id)
        return value

    def decimal(self, name: str) -> Decimal:
        """A number with decimals: a rate in percent, a ratio. Blank is 0. Raises UnreadableAnswer."""
        text = self.text(name)
        if not text.strip():
            return Decimal()
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise UnreadableAnswer("200", f"{name} is no number", None, self.api_id)
        number = Decimal(match["number"])
        return -number if match["sign"].startswith("-") else number

    def whole(self, name: str) -> int:
        """A whole number: won, shares, a count; may be negative. Blank is 0. Raises UnreadableAnswer."""
        number = self.decimal(name)
        if number != int(number):
            raise UnreadableAnswer("200", f"{name} is no whole number", None, self.api_id)
        return int(number)

    def price(self, name: str) -> int:
        """A price in won. Its sign says where it stands against the previous close, and is left out."""
        return abs(self.whole(name))

    def rows(self, name: str) -> tuple[Record, ...]:
        """The rows of a list. Raises UnreadableAnswer if it is no list of objects."""
        rows = self.raw.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UnreadableAnswer("200", f"{name} is no list", None, self.api_id)
        return tuple(Record(self.api_id, row) for row in rows)


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """A successful answer."""

    next_key: str = ""
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token."""

    text: str = field(repr=False)
    expires: datetime
    """KST, on the client's own clock."""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Reads an answer of au10001. Raises UnreadableAnswer."""
        text = answer.text("expires_dt")
        try:
            expires = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=KST)
        except ValueError:
            raise UnreadableAnswer("200", "expires_dt is no YYYYMMDDHHMMSS", None, answer.api_id) from None
        return cls(answer.text("token"), expires)


@dataclass(frozen=True, slots=True)
class Placed:
    """A buy or sell order that was taken."""

    number: str
    """Order number, 7 digits."""
    venue: str
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Reads an answer of kt10000 or kt10001. Raises UnreadableAnswer."""
        return cls(_order_number(answer, "ord_no"), answer.text("dmst_stex_tp"), answer.raw)


@dataclass(frozen=True, slots=True)
class Modified:
    """An order that was modified; what was moved lives on under the new number."""

    number: str
    """The new order number, 7 digits."""
    root: str
    """Number of the first order of the chain, however often it was modified."""
    quantity: int
    """Shares moved to the new price."""
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Reads an answer of kt10002. Raises UnreadableAnswer."""
        return cls(
            _order_number(answer, "ord_no"),
            _order_number(answer, "base_orig_ord_no"),
            answer.whole("mdfy_qty"),
            answer.raw,
        )


@dataclass(frozen=True, slots=True)
class Cancelled:
    """An order that was cancelled, in whole or in part."""

    number: str
    """The cancellation's own number, 7 digits."""
    root: str
    """Number of the first order of the chain."""
    quantity: int
    """Shares cancelled."""
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Reads an answer of kt10003. Raises UnreadableAnswer."""
        return cls(
            _order_number(answer, "ord_no"),
            _order_number(answer, "base_orig_ord_no"),
            answer.whole("cncl_qty"),
            answer.raw,
        )


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of one instrument. Amounts are won."""

    code: str
    """Instrument code without the letter of its class."""
    name: str
    quantity: int
    """Shares held."""
    sellable: int
    """Shares that no open sell order has reserved."""
    average_price: int
    price: int
    """Last price."""
    cost: int
    value: int
    profit: int
    """Won or lost by selling now, fees and tax taken off."""
    profit_rate: Decimal
    """Percent of the cost."""
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, row: Record) -> Self:
        """Reads a row of kt00018. Raises UnreadableAnswer."""
        return cls(
            code=plain_code(row.text("stk_cd")),
            name=row.text("stk_nm"),
            quantity=row.whole("rmnd_qty"),
            sellable=row.whole("trde_able_qty"),
            average_price=row.whole("pur_pric"),
            price=row.price("cur_prc"),
            cost=row.whole("pur_amt"),
            value=row.whole("evlt_amt"),
            profit=row.whole("evltv_prft"),
            profit_rate=row.decimal("prft_rt"),
            raw=row.raw,
        )


@dataclass(frozen=True, slots=True)
class Balance:
    """Cash and holdings of the account. Amounts are won."""

    cash: int
    """Settled cash today."""
    cash_d1: int
    """Cash on the next business day, fills of before settled."""
    cash_d2: int
    """Cash in two business days, when all fills of today have settled."""
    orderable: int
    """What buy orders can still take; may be negative."""
    holdings: tuple[Holding, ...]
    raw: dict[str, Any] = field(repr=False)
    """The answers by API id: kt00001 one, kt00018 a list of its pages."""

    @classmethod
    def of(cls, cash: Answer, pages: Iterable[Answer]) -> Self:
        """Puts an answer of kt00001 and the pages of kt00018 together. Raises UnreadableAnswer."""
        pages = tuple(pages)
        return cls(
            cash=cash.whole("entr"),
            cash_d1=cash.whole("d1_entra"),
            cash_d2=cash.whole("d2_entra"),
            orderable=cash.whole("ord_alow_amt"),
            holdings=tuple(Holding.of(row) for page in pages for row in page.rows("acnt_evlt_remn_indv_tot")),
            raw={cash.api_id: cash.raw, "kt00018": [page.raw for page in pages]},
        )


def plain_code(code: str) -> str:
    """An instrument code without the letter of its class: ``005930`` of ``A005930``."""
    return code[1:] if len(code) == 7 and code[0] in "AJQ" else code


def _order_number(answer: Answer, name: str) -> str:
    number = answer.text(name)
    if not (number.isascii() and number.isdigit()):
        raise UnreadableAnswer("200", f"{name} is no order number", None, answer.api_id)
    return number
