"""Writes the reply of a handler as its API's contract says: formats, key order, text, one page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.continuation_key import CURSOR, ContinuationKey
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.profiles import PAGE_SIZE
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.broker.words import WORDS, Domain
from kiwoom_mockserver.rest.reply import Page, SideReply
from kiwoom_mockserver.views.serializer import RowSerializer, Values


class ResponseSerializer:
    """The compiled answer contract of one API, with the texts of one domain."""

    def __init__(self, api_id: str, domain: Domain) -> None:
        api = catalogue.api(api_id)
        words = WORDS[domain]
        success = words.successes.get(api_id, api.success)
        self._id = api_id
        self._head = RowSerializer(api.response)
        lists = [field for field in api.response if field.fields]
        self._list = lists[0].name if lists else ""
        self._rows = RowSerializer(lists[0].fields if lists else ())
        self._order = api.order
        self._keys = [field.name for field in api.response]
        self._success = success.message
        self._empty = success.empty or success.message
        self._more = success.more or success.message
        self._nothing_found = words.nothing_found.get(api_id)
        self._page_size = api.page_size or PAGE_SIZE
        self._next_key = api.next_key

    def write(
        self, reply: Values | Page | SideReply, request: Mapping[str, str], next_key: str, page_size: int
    ) -> Response:
        """The whole answer to a request body, with the page size of the API if ``page_size`` is 0.

        Raises ApiError 1517 for a continuation key that is not its own, and the error of a domain that answers an empty
        list with one.
        """
        if isinstance(reply, SideReply):
            text = self._success.format_map({**request, "side": reply.side})
            return Response(200, self._envelope(self._head.write(reply.values), text), self._id, rows=1)
        if not isinstance(reply, Page):
            body = self._head.write(reply)
            if self._list:
                body[self._list] = []
            return Response(200, self._envelope(body, self._success.format_map(request)), self._id, rows=1)
        key = ContinuationKey.of(self._next_key, {**request, "api": self._id})
        start = key.cursor(next_key) if next_key else ""
        rows, cursor = self._page(reply, start, page_size or self._page_size)
        if self._nothing_found is not None and not rows and not start:
            raise ApiError(self._nothing_found)
        following = key.at(cursor) if cursor else ""
        written = self._head.write(reply.head)
        body = {name: written.get(name, rows) for name in self._keys}
        text = self._more if following else self._success if rows else self._empty
        return Response(
            200,
            self._envelope(body, text),
            self._id,
            more=bool(following),
            next_key=following,
            rows=len(rows),
        )

    def _envelope(self, body: dict[str, Any], text: str) -> bytes:
        body["return_code"] = 0
        body["return_msg"] = text
        return orjson.dumps({name: body[name] for name in self._order} if self._order else body)

    def _page(self, listing: Page, start: str, page_size: int) -> tuple[list[dict[str, str]], str]:
        """The rows from a cursor on, and the cursor at which the next page begins; blank if there is none."""
        rows: list[dict[str, str]] = []
        for item in listing.items:
            cursor = listing.cursor(item)
            if start and (cursor > start if listing.descending else cursor < start):
                continue
            if len(rows) == page_size:
                if not CURSOR.fullmatch(cursor):
                    raise ValueError(f"{self._id}: no request can give the cursor {cursor!r} back: {CURSOR.pattern}")
                return rows, cursor
            rows.append(self._rows.write(listing.row(item)))
        return rows, ""


@cache
def response_serializer(api_id: str, domain: Domain) -> ResponseSerializer:
    """The response serializer of an API with the texts of a domain, compiled once."""
    return ResponseSerializer(api_id, domain)
