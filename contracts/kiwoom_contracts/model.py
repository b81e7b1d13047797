"""The data model of the catalogue: APIs, their fields, realtime types and error codes.

The files under ``catalogue/`` decode into these classes; an unknown key in a file is an error.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

OAUTH_PATHS = "/oauth2/"
"""Prefix of the paths of the APIs that issue and revoke access tokens."""
ORDER_PATHS = ("/api/dostk/ordr", "/api/dostk/crdordr")
"""Paths of the APIs that place, modify and cancel orders, for cash and on credit."""
WEBSOCKET_PATH = "/api/dostk/websocket"
"""Path of the WebSocket, and of the APIs that are requested over it."""

EvidenceLevel = Literal["observed", "documented", "assumed"]


class Evidence(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The evidence for a statement: an observation outranks the document, the document outranks an assumption."""

    level: EvidenceLevel
    where: str
    """The source: the mock domain, production, a page of the document, or the reason for an assumption."""
    date: str | None = None
    """Day of the observation, ``YYYY-MM-DD``; None if it is unknown."""


class Field(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field of a request, of an answer, or of a row of a list."""

    name: str
    korean: str
    type: str
    """The type as printed in the document, usually ``String`` or ``LIST``. Scalars are JSON strings on the wire."""
    required: bool | None = None
    length: int | None = None
    """Maximum length in characters; None if the document leaves it blank."""
    values: dict[str, str] = {}
    """Enumerated codes and their Korean meaning; empty for a field without enumerated codes."""
    format: str = ""
    """The format of a value, in the language of :mod:`kiwoom_contracts.formats`; empty for a list.

    A file names it only where it differs from the family (see :class:`FieldDefault`), or, in a request, from
    plain text. The fields that :func:`kiwoom_contracts.catalogue.api` returns always have it.
    """
    fields: tuple[Field, ...] = ()
    """The fields of one row, if the field is a list."""
    evidence: Evidence | None = None
    """The evidence for the format.

    A file names it only if it differs from the evidence of the API. The answer fields that
    :func:`kiwoom_contracts.catalogue.api` returns always have it.
    """


class FieldDefault(Struct, frozen=True, forbid_unknown_fields=True):
    """The default format of the answer fields of one name in a family of APIs: a folder of the catalogue."""

    format: str
    evidence: Evidence


class FieldCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule between fields of a request: a field is required if other fields have certain values."""

    field: str
    """Name of the field that is required."""
    required_when: dict[str, tuple[str, ...]]
    """Values by the names of other fields; the rule applies if each of these fields has one of its values."""
    evidence: Evidence


class ProductLimit(Struct, frozen=True, forbid_unknown_fields=True):
    """A bound on the product of two numbers of a request, beyond which the answer has no room for an amount."""

    fields: tuple[str, str]
    """Names of the two fields, such as a price and a quantity."""
    below: int
    """The product is smaller than this."""
    evidence: Evidence


class Success(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The texts of ``return_msg`` in a successful answer."""

    message: str
    """The usual text; ``{side}`` is replaced by 매수 or 매도."""
    evidence: Evidence
    empty: str | None = None
    """The text of an answer with an empty list, if it differs."""
    more: str | None = None
    """The text of a page with a following page, if it differs."""


class Refusal(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The error code with which the real mock domain refuses an API that it does not offer."""

    code: str
    evidence: Evidence


class Api(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One API of the document: one file of the catalogue."""

    id: str
    name: str
    path: str
    menu: str
    evidence: Evidence
    success: Success
    request: tuple[Field, ...]
    example: dict[str, str]
    """A valid request body, without optional fields that may be blank.

    Placeholders stand for values that only the caller knows: ``$CODE`` a listed stock, ``$TODAY`` the day in Korea
    (YYYYMMDD), ``$ORDER`` the number of an open order, ``$PRICE`` a price in won within the daily limits, ``$APPKEY``
    and ``$SECRETKEY`` the keys of an account, ``$TOKEN`` a valid access token.
    :func:`kiwoom_contracts.examples.request` replaces them.
    """
    response: tuple[Field, ...]
    conditions: tuple[FieldCondition, ...] = ()
    """Rules between fields, in the order in which they are checked, after all single fields."""
    products: tuple[ProductLimit, ...] = ()
    """Bounds on products of two fields; a request beyond them is refused as malformed."""
    page: int | None = None
    """Page of the printed document, if known."""
    order: tuple[str, ...] = ()
    """Recorded order of the top-level keys of the answer, if it differs from the fields and the envelope after them."""
    page_size: int | None = None
    """Rows of one page, if observed."""
    next_key: str = "{api}{cursor}"
    """Template of a continuation key: ``{cursor}`` identifies the first row of the next page, ``{api}`` is the API id,
    and any other name in braces is a required field of the request.

    Keys were recorded for ka10080, ka10081 and ka20005 only; the default for all others is assumed."""
    mockapi: Refusal | None = None

    @property
    def is_order(self) -> bool:
        """Whether the API places, modifies or cancels an order."""
        return self.path in ORDER_PATHS

    @property
    def is_inquiry(self) -> bool:
        """Whether the API is requested over REST and changes nothing: no order and no access token."""
        return not (self.is_order or self.path == WEBSOCKET_PATH or self.path.startswith(OAUTH_PATHS))


class RealtimeField(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One FID of a realtime type."""

    fid: str
    korean: str
    values: dict[str, str] = {}
    format: str = ""
    """The format, as in :class:`Field`; a file leaves it out for text."""


class RealtimeType(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One realtime type. Types are case-sensitive: ``0g`` differs from ``0G``."""

    type: str
    name: str
    """Name in the menu of the document."""
    message_name: str
    """Name on the wire; it differs from the menu for 04, 0I and 0w."""
    menu: str
    item: str
    """The kind of its items: stock codes, index codes, or none."""
    evidence: Evidence
    fields: tuple[RealtimeField, ...]
    page: int | None = None
    sent: tuple[str, ...] = ()
    """FIDs of a frame in their order: as it was recorded, else as the official example prints it. Empty if these are
    the fields."""


class Error(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One error code. ``{?}`` in the message is a placeholder for a value."""

    code: str
    message: str
    return_code: int
    """The class of the error in the answer; the code itself is inside ``return_msg``."""
    http_status: int
    evidence: Evidence
    recorded: str | None = None
    """The text as the mock domain sends it, if it differs from the document."""

    @property
    def text(self) -> str:
        """The text in an answer."""
        return self.recorded or self.message


class Errors(Struct, frozen=True, forbid_unknown_fields=True):
    """All error codes, and by class the generic sentence before the bracket."""

    classes: dict[str, str]
    errors: tuple[Error, ...]


class Headers(Struct, frozen=True, forbid_unknown_fields=True):
    """The header fields of requests and answers, which are the same for every API."""

    request: tuple[Field, ...] = field()
    response: tuple[Field, ...] = field()
