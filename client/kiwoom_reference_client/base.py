"""The methods that every client has: its access token, and calls to any API by its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from kiwoom_reference_client import dual, protocol
from kiwoom_reference_client.errors import NothingFound
from kiwoom_reference_client.models import Model
from kiwoom_reference_client.protocol import Flow, Item, Pages, RestSession
from kiwoom_reference_client.records import Answer
from kiwoom_reference_client.tokens import Token

M = TypeVar("M", bound=Model)


class BaseMethods(dual.DualMethods):
    """The access token, and calls to any REST API of the catalogue."""

    @dual.Method
    def token(self) -> Flow[Token]:
        """Return the valid access token, and request one first if there is none (au10001)."""
        return (yield from self._session.token())

    @dual.Method
    def revoke_token(self) -> Flow[None]:
        """Revoke the access token for every program that uses it (au10002). The next call requests a new token."""
        yield from self._session.revoke()

    @dual.Method
    def call(self, api_id: str, /, **fields: str) -> Flow[Answer]:
        """Call any API of the catalogue with the fields of its request, and return its answer. A list returns one page.

        Raises InputError before anything is sent if the fields break the contract, UnknownApi for an API that the
        catalogue does not know, and ValueError for an API that is requested over the WebSocket.
        """
        return (yield from self._session.call(api_id, fields))

    @dual.ListMethod
    def pages(self, api_id: str, /, **fields: str) -> protocol.ItemFlow[Answer]:
        """Iterate over all pages of any API of the catalogue. Raises what :meth:`call` raises."""
        yield from self._session.pages(api_id, fields)


def rows_of_pages(
    session: RestSession, api_id: str, fields: Mapping[str, str], name: str, model: type[M]
) -> protocol.ItemFlow[M]:
    """Flow of the rows of all pages of a list, as models; no rows if the service answers that it found nothing."""
    pages = Pages(session, api_id, fields)
    while not pages.is_done:
        try:
            page = yield from pages.next_page()
        except NothingFound:
            return
        for row in page.rows(name):
            yield Item(model.of(row))


def day_text(day: date | None) -> str:
    """Return a day as a request field, ``YYYYMMDD``; blank for None."""
    return "" if day is None else f"{day:%Y%m%d}"


def number_text(value: int | None) -> str:
    """Return a number as a request field; blank for None."""
    return "" if value is None else str(value)
