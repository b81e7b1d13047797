"""What can go wrong, by the documented code that stands in brackets inside ``return_msg``.

``return_msg`` comes in two shapes: ``입력 값 오류입니다[1511:…]`` from the gateway and ``[2000](RC4025:…)`` from the
order system.
"""

from __future__ import annotations

import re

from kiwoom_contracts import catalogue

TOKEN_REFUSED = "8005"  # noqa: S105 - an error code
"""The token is not, or no longer, valid. The request was refused before anything was done."""

_ORDER_SYSTEM = re.compile(r"\[\d+\]\((?P<code>[0-9A-Z]+):")
_GATEWAY = re.compile(r"\[(?P<code>[0-9A-Z]+):")


class KiwoomError(Exception):
    """A request that was answered with an error; the ledger is as it was before."""

    def __init__(self, code: str, message: str, return_code: int | None, api_id: str) -> None:
        super().__init__(code, message, return_code, api_id)
        self.code = code
        """The documented code, such as ``1511`` or ``RC4025``; empty where the text names none."""
        self.message = message
        """The text as the service sent it."""
        self.return_code = return_code
        """The class of the error; None where the answer had no envelope."""
        self.api_id = api_id

    def __str__(self) -> str:
        return f"{self.api_id}: {self.message}"


class InputError(KiwoomError):
    """Class 2: a field or a header is missing or malformed. Also raised before a bad request leaves."""


class AuthError(KiwoomError):
    """Class 3: app key, secret key or token are not accepted."""


class RateLimited(KiwoomError):  # noqa: N818 - what was answered, not what failed
    """Class 5: too many requests (HTTP 429)."""


class ServiceError(KiwoomError):
    """Classes 1 and 7: the request leads nowhere, the instrument is unknown, or the service has failed."""


class OrderRejected(KiwoomError):  # noqa: N818 - what was answered, not what failed
    """Class 20: the order system says no: money, holdings, price, hours, or a dead order number."""


class UnreadableAnswer(KiwoomError):  # noqa: N818 - what was answered, not what failed
    """The answer is not what the contract says: no JSON, no envelope, or a field that is absent or no number.

    ``code`` is the HTTP status. After an order its fate is unknown.
    """


_CLASSES: dict[int, type[KiwoomError]] = {
    1: ServiceError,
    2: InputError,
    3: AuthError,
    5: RateLimited,
    7: ServiceError,
    20: OrderRejected,
}


def code_in(message: str) -> str:
    """The code in the brackets of a ``return_msg``; empty if there is none."""
    match = _ORDER_SYSTEM.search(message) or _GATEWAY.search(message)
    return match["code"] if match else ""


def answered(return_code: int, message: str, api_id: str) -> KiwoomError:
    """The error that an answer with that envelope stands for."""
    return _CLASSES.get(return_code, KiwoomError)(code_in(message), message, return_code, api_id)


def foreseen(code: str, values: tuple[str, ...], api_id: str) -> KiwoomError:
    """The error that the service would answer, raised without asking it."""
    error = catalogue.errors()[code]
    text = error.recorded or error.message
    for value in values:
        text = text.replace("{?}", value, 1)
    return answered(error.return_code, f"{catalogue.class_sentence(error.return_code)}[{code}:{text}]", api_id)
