"""What every client can do: hold a token, and call any API by its id."""

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

S = TypeVar("S", bound=Model)


class BaseMethods(dual.DualMethods):
    """The token, and every API of the catalogue."""

    @dual.Method
    def token(self) -> Flow[Token]:
        """The living token; a new one if there is none (au10001)."""
        return (yield from self._session.token())

    @dual.Method
    def revoke_token(self) -> Flow[None]:
        """End the token for everyone who uses it (au10002). The next call fetches a new one."""
        yield from self._session.revoke()

    @dual.Method
    def call(self, api_id: str, /, **fields: str) -> Flow[Answer]:
        """Any API of the catalogue with the fields of its request; one page of a list.

        Raises InputError before anything is sent if the fields break the contract, UnknownApi for an API that the
        catalogue does not know, ValueError for one that is asked over the WebSocket.
        """
        return (yield from self._session.call(api_id, fields))

    @dual.ListMethod
    def pages(self, api_id: str, /, **fields: str) -> protocol.ItemFlow[Answer]:
        """The pages of any API of the catalogue, one by one, to the last. Raises what :meth:`call` raises."""
        yield from self._session.pages(api_id, fields)


def rows_of_pages(
    session: RestSession, api_id: str, fields: Mapping[str, str], name: str, shape: type[S]
) -> protocol.ItemFlow[S]:
    """The rows of all pages of a list, one by one; none where the service answers that it found nothing."""
    pages = Pages(session, api_id, fields)
    while not pages.are_turned:
        try:
            page = yield from pages.turn()
        except NothingFound:
            return
        for row in page.rows(name):
            yield Item(shape.of(row))


def day_text(day: date | None) -> str:
    """A day of a request; blank for none."""
    return "" if day is None else f"{day:%Y%m%d}"


def number_text(value: int | None) -> str:
    """A number of a request; blank for none."""
    return "" if value is None else str(value)
