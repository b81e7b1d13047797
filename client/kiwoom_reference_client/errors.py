"""What can go wrong, by the documented code that stands in brackets inside ``return_msg``.

``return_msg`` comes in two shapes: ``입력 값 오류입니다[1511:…]`` from the gateway and ``[2000](RC4025:…)`` from the
order system. A code leads to its class below; one without a class of its own is its family's, by ``return_code``.
"""

from __future__ import annotations

import re

from kiwoom_contracts import catalogue

_ORDER_SYSTEM = re.compile(r"\[\d+\]\((?P<code>[0-9A-Z]+):")
_GATEWAY = re.compile(r"\[(?P<code>[0-9A-Z]+):")
_LOGIN = re.compile(r"\[CODE=(?P<code>[0-9A-Z]+),")


class KiwoomError(Exception):
    """A request that was answered with an error; the ledger is as it was before, but for :class:`FateUnknown`."""

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


class NoAnswer(KiwoomError):
    """There was no answer. The cause is the error of the HTTP client. Nothing was changed by it."""


class FateUnknown(NoAnswer):
    """An order may have been taken, or not: it was sent, and no answer says which.

    The answer did not come or could not be read, or the service failed over it (1999). It is not sent again; look for
    it among the open orders and the fills.
    """


class UnreadableAnswer(KiwoomError):
    """The answer is not what the contract says: no JSON, no envelope, or a field that is absent or no number.

    ``code`` is the HTTP status.
    """


class InputError(KiwoomError):
    """Class 2: a field or a header is missing or malformed. Also raised before a bad request leaves."""


class MissingField(InputError):
    """A required field has no value."""


class MalformedField(InputError):
    """A field is not of its type, length or codes."""


class BadHeader(InputError):
    """A header is missing or malformed."""


class BadTokenRequest(InputError):
    """A token was asked for, or ended, without the right fields."""


class WrongDomain(InputError):
    """Keys or token of the real domain on the mock domain, or the other way round."""


class ApiNotOffered(InputError):
    """The API is not for this domain or this customer."""


class AuthError(KiwoomError):
    """Class 3: app key, secret key or token are not accepted."""


class WrongKeys(AuthError):
    """App key and secret key do not belong together."""


class TokenRefused(AuthError):
    """The token is not, or no longer, valid. The request was refused before anything was done."""


class TokenNotServed(AuthError):
    """The service could not make, find or end a token."""


class WrongTerminal(AuthError):
    """The token was made for another address, or the address is not registered."""


class RateLimited(KiwoomError):
    """Class 5: too many requests."""


class TooManyRequests(RateLimited):
    """More requests in a second than the API, its group or the app key may send (HTTP 429)."""


class RecursionRefused(RateLimited):
    """The same page was asked for over and over."""


class ServiceError(KiwoomError):
    """Classes 1 and 7: the request leads nowhere, the instrument is unknown, or the service has failed."""


class UnknownApi(ServiceError):
    """The API id is missing, unknown, or not one of its path."""


class UnknownInstrument(ServiceError):
    """There is no such instrument, or not on that market."""


class ServiceFailed(ServiceError):
    """Something unforeseen happened at the service."""


class OrderRejected(KiwoomError):
    """Class 20: the order system says no: money, holdings, price, hours, or a dead order number."""


class MarketClosed(OrderRejected):
    """No orders today, not yet, no longer, or not of this kind."""


class NotEnoughCash(OrderRejected):
    """The account cannot pay for it."""


class NotEnoughHoldings(OrderRejected):
    """More was to be sold than can be."""


class WrongPrice(OrderRejected):
    """Off the tick grid, beyond the daily limits, unchanged, or not wanted."""


class WrongQuantity(OrderRejected):
    """No quantity."""


class UnknownOrder(OrderRejected):
    """There is no order of that number."""


class NothingLeft(OrderRejected):
    """The order was filled, cancelled or replaced; nothing of it can be modified or cancelled."""


class WrongVenue(OrderRejected):
    """The exchange is none, or not that of the order."""


class NotTradable(OrderRejected):
    """The instrument is not traded now, or not by this account."""


class WrongAccount(OrderRejected):
    """The account has ended, or is not for this product."""


class NotOffered(OrderRejected):
    """The mock domain does not do this."""


class NothingFound(OrderRejected):
    """An inquiry that found nothing, where it is answered as an error."""


class RealtimeError(KiwoomError):
    """A frame was refused over the WebSocket. ``api_id`` is its ``trnm``, ``code`` the answer's ``return_code``."""


class LoggedInElsewhere(RealtimeError):
    """R10001: the app key has logged in on another connection, and this one was ended for it."""


_FAMILIES: dict[int, type[KiwoomError]] = {
    1: ServiceError,
    2: InputError,
    3: AuthError,
    5: RateLimited,
    7: ServiceError,
    20: OrderRejected,
}

CODES: dict[type[KiwoomError], tuple[str, ...]] = {
    MissingField: ("1511",),
    MalformedField: ("1517",),
    BadHeader: ("1512", "1513", "1514", "1515", "1516"),
    BadTokenRequest: ("8011", "8012", "8016", "8020"),
    WrongDomain: ("8030", "8031"),
    ApiNotOffered: ("8104", "8200"),
    WrongKeys: ("8001", "8002"),
    TokenRefused: ("8005",),
    TokenNotServed: ("8003", "8006", "8009", "8015"),
    WrongTerminal: ("8010", "8040", "8050", "8103"),
    TooManyRequests: ("1700", "1701", "1702"),
    RecursionRefused: ("1687",),
    UnknownApi: ("1501", "1504", "1505"),
    UnknownInstrument: ("1901", "1902", "1903"),
    ServiceFailed: ("1999",),
    MarketClosed: ("RC4010", "RC4057", "RC4058", "521790", "571489", "505217"),
    NotEnoughCash: ("RC4025", "855056"),
    NotEnoughHoldings: ("800033",),
    WrongPrice: ("RC4003", "RC4027", "RC4034", "571357"),
    WrongQuantity: ("RC4099", "308007"),
    UnknownOrder: ("RC4032", "RC4061"),
    NothingLeft: ("RC4033", "506550", "571435"),
    WrongVenue: ("571412", "501307"),
    NotTradable: ("RC4007", "571242", "509193", "509247"),
    WrongAccount: ("RC4091", "RC5006", "999999", "840038"),
    NotOffered: ("RC9000", "RC7006"),
    NothingFound: ("571578", "571758", "501724"),
}
"""The documented codes of each class."""

_CLASSES = {code: kind for kind, codes in CODES.items() for code in codes}


def code_in(message: str) -> str:
    """The code in the brackets of a ``return_msg``; empty if there is none."""
    match = _ORDER_SYSTEM.search(message) or _GATEWAY.search(message)
    return match["code"] if match else ""


def answered(return_code: int, message: str, api_id: str) -> KiwoomError:
    """The error that an answer with that envelope stands for."""
    code = code_in(message)
    family = _FAMILIES.get(return_code, KiwoomError)
    kind = _CLASSES.get(code, family)
    return (kind if issubclass(kind, family) else family)(code, message, return_code, api_id)


def foreseen(code: str, values: tuple[str, ...], api_id: str) -> KiwoomError:
    """The error that the service would answer, raised without asking it."""
    error = catalogue.errors()[code]
    text = error.recorded or error.message
    for value in values:
        text = text.replace("{?}", value, 1)
    return answered(error.return_code, f"{catalogue.class_sentence(error.return_code)}[{code}:{text}]", api_id)


def refused(trnm: str, return_code: int, message: str) -> KiwoomError:
    """The error that an answer over the WebSocket stands for: that of the code in its brackets, if there is one."""
    match = _LOGIN.search(message)
    if match is None:
        return RealtimeError(str(return_code), message, return_code, trnm)
    return _CLASSES.get(match["code"], AuthError)(match["code"], message, return_code, trnm)
