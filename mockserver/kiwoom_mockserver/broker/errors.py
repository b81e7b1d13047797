"""Error answers: a code of the catalogue, with the values of its text, written into the body that a client gets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.validation import Violation
from kiwoom_mockserver.exchange.events import Reason

NO_TEXTS: Mapping[str, str] = MappingProxyType({})
"""The texts of a domain that speaks as the catalogue does."""

ORDER_SYSTEM = 20
"""The ``return_code`` of errors whose texts come from the order system, written as ``[2000](CODE:text)``."""

REASONS: dict[Reason, str] = {
    Reason.NO_SUCH_INSTRUMENT: "1902",
    Reason.NO_SUCH_ORDER: "RC4032",
    Reason.NOTHING_LEFT: "RC4033",
    Reason.BAD_QUANTITY: "RC4099",
    Reason.OFF_TICK: "RC4003",
    Reason.OUTSIDE_LIMITS: "RC4027",
    Reason.SAME_PRICE: "RC4034",
    Reason.HOLIDAY: "RC4010",
    Reason.BEFORE_OPEN: "RC4057",
    Reason.AFTER_CLOSE: "RC4058",
    Reason.KIND_NOT_NOW: "521790",
    Reason.HALTED: "RC4007",
    Reason.CIRCUIT_BREAKER: "509193",
    Reason.NOT_ENOUGH_CASH: "RC4025",
    Reason.NOT_ENOUGH_SHARES: "800033",
    Reason.NO_CREDIT: "RC4007",
    Reason.OVER_CREDIT_LIMIT: "RC4025",
    Reason.OTHER_FUNDING: "RC4061",
    Reason.IS_CANCEL: "RC4033",
    Reason.OTHER_VENUE: "571412",
    Reason.PRICE_NOT_TAKEN: "571357",
}
"""The error code that answers an order which the exchange rejects, by the reason of the rejection.

These are the words of the mock domain, and those of production where the mock domain was not recorded (assumed).
:mod:`kiwoom_mockserver.broker.words` has what production answers otherwise.
The others are missing: no request of a client can quote, fill an order by hand, or stop a market.
"""


class ApiError(Exception):
    """A request is answered with this error code of the catalogue; it has changed nothing in the ledger."""

    def __init__(self, code: str, *values: str) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values

    @classmethod
    def of(cls, violation: Violation) -> ApiError:
        """Return the error that answers a request which violates its contract."""
        return cls(violation.code, *violation.values)

    @property
    def text(self) -> str:
        """The text of the catalogue with the values filled in, as it stands after the code."""
        return _text(catalogue.errors()[self.code].text, self.values)


@cache
def http_status(code: str) -> int:
    """Return the HTTP status of an error code: 200 for most, 429 for a rate limit."""
    return catalogue.errors()[code].http_status


def envelope(code: str, values: tuple[str, ...], texts: Mapping[str, str] = NO_TEXTS) -> bytes:
    """Return the JSON body of an error answer: ``return_msg`` first, then ``return_code``.

    ``texts`` are texts by code that differ from the catalogue.
    """
    error = catalogue.errors()[code]
    text = _text(texts.get(code, error.text), values)
    if error.return_code == ORDER_SYSTEM:
        text = f"[2000]({code}:{text})"
    else:
        text = f"{catalogue.class_sentence(error.return_code)}[{code}:{text}]"
    return orjson.dumps({"return_msg": text, "return_code": error.return_code})


def _text(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        text = text.replace("{?}", value, 1)
    return text
