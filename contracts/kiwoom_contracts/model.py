"""The shape of the catalogue: what one API, one field, one realtime type and one error look like.

The files under ``catalogue/`` decode into these classes and nothing else; an unknown key is an error.
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
    """Why we believe it. What was observed beats the document, the document beats a guess."""

    level: EvidenceLevel
    where: str
    """The mock domain, production, a page of the document, or the reason for the guess."""
    date: str | None = None
    """Day of the observation, ``YYYY-MM-DD``."""


class Field(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field of a request, an answer, or a row of a list."""

    name: str
    korean: str
    type: str
    """As printed: ``String`` or ``LIST``, with a few oddities. Scalars travel as JSON strings."""
    required: bool | None = None
    length: int | None = None
    """Maximum in characters; None where the document leaves it blank."""
    values: dict[str, str] = {}
    """Enumerated codes and their meaning; empty where the field is free."""
    format: str = ""
    """How a value is written; the language is in :mod:`kiwoom_contracts.formats`. Empty for a list with its fields.

    In a file it stands where it differs from what the family writes under that name (see :class:`Written`), or, in a
    request, where it is not plain text. What :func:`kiwoom_contracts.catalogue.api` returns always has it.
    """
    fields: tuple[Field, ...] = ()
    """The fields of one row, where ``type`` is a list."""
    evidence: Evidence | None = None
    """Why the format is believed to be so.

    In a file it stands where it differs from the evidence of the API. What :func:`kiwoom_contracts.catalogue.api`
    returns has it in every field of an answer.
    """


class Written(Struct, frozen=True, forbid_unknown_fields=True):
    """How the answers of a family of APIs write the fields of one name; a family is a folder of the catalogue."""

    format: str
    evidence: Evidence


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule between fields of a request: one is required where others have certain values."""

    field: str
    """The field that must not be blank."""
    required_when: dict[str, tuple[str, ...]]
    """Names of other fields and their values; the rule holds where each field has one of its values."""
    evidence: Evidence


class Success(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The texts of ``return_msg`` when nothing went wrong."""

    message: str
    """``{side}`` stands for 매수 or 매도."""
    evidence: Evidence
    empty: str | None = None
    """The text when the list came back empty, where that differs."""
    more: str | None = None
    """The text when another page follows, where that differs."""


class Refusal(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the real mock domain answers to an API that it does not offer."""

    code: str
    evidence: Evidence


class Api(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One API of the document; one file of the catalogue."""

    id: str
    name: str
    path: str
    menu: str
    evidence: Evidence
    success: Success
    request: tuple[Field, ...]
    example: dict[str, str]
    """One request body that keeps the contract; fields that may be blank and say nothing are left out.

    Words in capitals stand for values that only the caller knows: ``$CODE`` the listed stock that is asked about or
    traded, ``$TODAY`` the day in Korea (YYYYMMDD), ``$ORDER`` the number of an open order, ``$PRICE`` a price in won
    inside of the daily limits, ``$APPKEY`` and ``$SECRETKEY`` the keys of an account, ``$TOKEN`` a living access token.
    :func:`kiwoom_contracts.examples.request` fills them in.
    """
    response: tuple[Field, ...]
    conditions: tuple[Condition, ...] = ()
    """Rules between fields, in the order in which they are looked at; all of them after the fields by themselves."""
    page: int | None = None
    """Page of the printed document, where known."""
    order: tuple[str, ...] = ()
    """Top-level keys of the answer as recorded, where that differs from the table and the envelope after it."""
    page_size: int | None = None
    """Rows of one page, where they were observed."""
    next_key: str = "{api}{cursor}"
    """How a continuation key is written: ``{cursor}`` is what the first row of the next page is found by, ``{api}`` the
    API's id, and any other name in braces a required field of the request.

    Keys were recorded of ka10080, ka10081 and ka20005 alone; that of all others, the default, is assumed."""
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
    """As :attr:`Field.format`; in a file it is left out for text."""


class RealtimeType(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One realtime type. Types are case-sensitive: ``0g`` is not ``0G``."""

    type: str
    name: str
    """Name in the menu."""
    message_name: str
    """Name on the wire, which differs for 04, 0I and 0w."""
    menu: str
    item: str
    """What an item is: a stock code, an index code, or nothing."""
    evidence: Evidence
    fields: tuple[RealtimeField, ...]
    page: int | None = None
    recorded: tuple[str, ...] = ()
    """FIDs in the order of a recorded frame, where one was recorded."""


class Error(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One error code. ``{?}`` in the message stands for a value."""

    code: str
    message: str
    return_code: int
    """The class that the answer carries; the code itself stands inside ``return_msg``."""
    http_status: int
    evidence: Evidence
    recorded: str | None = None
    """The text as the mock domain sends it, where that differs from the document."""

    @property
    def text(self) -> str:
        """What is sent."""
        return self.recorded or self.message


class Errors(Struct, frozen=True, forbid_unknown_fields=True):
    """All error codes, and the generic sentence of each class that comes before the bracket."""

    classes: dict[str, str]
    errors: tuple[Error, ...]


class Headers(Struct, frozen=True, forbid_unknown_fields=True):
    """Header fields; the document prints the same tables for every API."""

    request: tuple[Field, ...] = field()
    response: tuple[Field, ...] = field()
