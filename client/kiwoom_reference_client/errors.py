"""The exceptions of the client, by the documented error code in brackets inside ``return_msg``.

``return_msg`` has two forms: ``입력 값 오류입니다[1511:…]`` from the gateway and ``[2000](RC4025:…)`` from the order
system. ``CODES`` maps codes to classes; a code without a class of its own raises the base class of its ``return_code``.
"""

from __future__ import annotations

import re

from kiwoom_contracts import catalogue

_ORDER_SYSTEM = re.compile(r"\[\d+\]\((?P<code>[0-9A-Z]+):")
_GATEWAY = re.compile(r"\[(?P<code>[0-9A-Z]+):")
_LOGIN = re.compile(r"\[CODE=(?P<code>[0-9A-Z]+),")


class KiwoomError(Exception):
    """A request failed. The account is unchanged, except perhaps for :class:`FateUnknown`."""

    def __init__(self, code: str, message: str, return_code: int | None, api_id: str) -> None:
        super().__init__(code, message, return_code, api_id)
        self.code = code
        """The documented error code, such as ``1511`` or ``RC4025``; empty if the message names none."""
        self.message = message
        """The message as the service sent it."""
        self.return_code = return_code
        """The class of the error code; None if the answer had no envelope."""
        self.api_id = api_id
        """The API that was requested, or the ``trnm`` of a WebSocket frame."""

    def __str__(self) -> str:
        return f"{self.api_id}: {self.message}"


class NoAnswer(KiwoomError):
    """There was no answer, and nothing was changed. ``__cause__`` is the error of the HTTP client."""


class FateUnknown(NoAnswer):
    """An order was sent, and it is unknown whether it was accepted.

    The answer did not come, could not be read, or reported a failure of the service (1999). The client does not send
    the order again; look for it in the open orders and the fills.
    """


class UnreadableAnswer(KiwoomError):
    """The answer breaks the contract: no JSON, no envelope, or a field that is absent or malformed.

    ``code`` is the HTTP status.
    """


class InputError(KiwoomError):
    """Class 2: a field or a header is missing or malformed. Also raised before such a request is sent."""


class MissingField(InputError):
    """A required field has no value."""


class MalformedField(InputError):
    """A field has the wrong type or length, or an undefined code."""


class BadHeader(InputError):
    """A header is missing or malformed."""


class BadTokenRequest(InputError):
    """A field of a request to issue or revoke a token is missing or wrong."""


class WrongDomain(InputError):
    """Keys or token of the production domain were used on the mock domain, or the other way round."""


class ApiNotOffered(InputError):
    """The API is not available on this domain, or to this customer."""


class AuthError(KiwoomError):
    """Class 3: app key, secret key or token are not accepted."""


class WrongKeys(AuthError):
    """App key and secret key do not belong together."""


class TokenRefused(AuthError):
    """The token is not valid, or no longer. The request was refused before it had any effect."""


class TokenNotServed(AuthError):
    """The service failed to issue, find or revoke a token."""


class WrongTerminal(AuthError):
    """The token was issued to another IP address, or the address is not registered."""


class RateLimited(KiwoomError):
    """Class 5: the client sent too many requests."""


class TooManyRequests(RateLimited):
    """The rate limit of the API, its group or the app key was exceeded (HTTP 429)."""


class RecursionRefused(RateLimited):
    """The same page was requested repeatedly."""


class ServiceError(KiwoomError):
    """Classes 1 and 7: an unknown API or instrument, or a failure of the service."""


class UnknownApi(ServiceError):
    """The API id is missing or unknown, or belongs to another path."""


class UnknownInstrument(ServiceError):
    """The instrument does not exist, or not on that market."""


class ServiceFailed(ServiceError):
    """The service failed unexpectedly."""


class OrderRejected(KiwoomError):
    """Class 20: the order system rejected the request, for its cash, holdings, price, hours or order number."""


class MarketClosed(OrderRejected):
    """No orders of this kind are accepted at this time."""


class NotEnoughCash(OrderRejected):
    """The order costs more than the orderable cash."""


class NotEnoughHoldings(OrderRejected):
    """The order sells more than the sellable quantity."""


class WrongPrice(OrderRejected):
    """The price is off the tick grid, beyond the daily limits, unchanged, or not allowed for the order kind."""


class WrongQuantity(OrderRejected):
    """The quantity is zero or missing."""


class UnknownOrder(OrderRejected):
    """No order has that number."""


class NothingLeft(OrderRejected):
    """The order has no open quantity to modify or cancel: it was filled, cancelled or replaced."""


class WrongKind(OrderRejected):
    """The kind of the order is unknown."""


class WrongVenue(OrderRejected):
    """The venue is unknown, or not that of the order."""


class NotTradable(OrderRejected):
    """The instrument cannot be traded now, or not by this account."""


class WrongAccount(OrderRejected):
    """The account is closed, or not for this product."""


class NotOffered(OrderRejected):
    """The mock domain does not offer this."""


class NothingFound(OrderRejected):
    """An inquiry found nothing, and reports that as an error."""


class RealtimeError(KiwoomError):
    """A WebSocket frame was refused. ``api_id`` is its ``trnm``, ``code`` the ``return_code`` of the answer."""


class LoggedInElsewhere(RealtimeError):
    """The app key has logged in on another connection, which closed this one (R10001)."""


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
    WrongPrice: ("RC4003", "RC4027", "RC4034", "571357", "571557"),
    WrongQuantity: ("RC4099", "308007"),
    UnknownOrder: ("RC4032", "RC4061"),
    NothingLeft: ("RC4033", "506550", "571435"),
    WrongKind: ("407022",),
    WrongVenue: ("571412", "501307"),
    NotTradable: ("RC4007", "571242", "509193", "509247"),
    WrongAccount: ("RC4091", "RC5006", "999999", "840038"),
    NotOffered: ("RC9000", "RC7006"),
    NothingFound: ("571578", "571758", "501724"),
}
"""The documented error codes of each exception class."""

_CLASSES = {code: kind for kind, codes in CODES.items() for code in codes}


def code_in(message: str) -> str:
    """Return the error code in the brackets of a ``return_msg``; empty if there is none."""
    match = _ORDER_SYSTEM.search(message) or _GATEWAY.search(message)
    return match["code"] if match else ""


def answered(return_code: int, message: str, api_id: str) -> KiwoomError:
    """Return the exception for the envelope of an error answer."""
    code = code_in(message)
    family = _FAMILIES.get(return_code, KiwoomError)
    kind = _CLASSES.get(code, family)
    return (kind if issubclass(kind, family) else family)(code, message, return_code, api_id)


def foreseen(code: str, values: tuple[str, ...], api_id: str) -> KiwoomError:
    """Return the exception for an error that the service would answer, to raise before a request is sent."""
    error = catalogue.errors()[code]
    text = error.recorded or error.message
    for value in values:
        text = text.replace("{?}", value, 1)
    sentence = catalogue.class_sentence(error.return_code)
    message = f"{sentence}[{code}:{text}]" if sentence else f"[2000]({code}:{text})"
    return answered(error.return_code, message, api_id)


def refused(trnm: str, return_code: int, message: str) -> KiwoomError:
    """Return the exception for an error answer over the WebSocket, by the code in its brackets if there is one."""
    match = _LOGIN.search(message)
    if match is None:
        return RealtimeError(str(return_code), message, return_code, trnm)
    return _CLASSES.get(match["code"], AuthError)(match["code"], message, return_code, trnm)
