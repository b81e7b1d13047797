"""Cards of lists that span several pages, in a world whose page size is one row."""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec

from kiwoom_cards.answers import check_answer, check_error
from kiwoom_cards.assertions import Unseen, require
from kiwoom_cards.context import CardContext, Reply
from kiwoom_cards.inquiries import ROWS
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.model import Evidence
from kiwoom_contracts.recipe_runner import SentRequest

PAGED = {"401": "ka10075", "402": "ka10076", "403": "kt00007", "404": "kt00009"}
"""The API whose list is read, by the number of the card."""
SHORT_PAGES = WorldSetup(
    """settings: {page_size: 1}
timeline:
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 1, price: touch}
  - at: 0s
    order: {accounts: all, side: buy, code: "000660", quantity: 1, price: touch}
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 1, price: 262000}
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 1, price: 261000}
"""
)
MANY_ORDERS = WorldSetup(
    "timeline:\n" + 35 * '  - {at: 0s, order: {accounts: all, side: buy, code: "005930", quantity: 1, price: 262000}}\n'
)
"""A world in which the account has more orders than stand on one page of kt00009."""

ROWS_OF_KT00009 = 30
"""Rows of one page of kt00009."""

MAX_PAGES = 200
"""Pages after which the keys of a list are taken to lead in a circle."""


class PagingRun:
    """A run that reads a list page by page."""

    def __init__(self, context: CardContext) -> None:
        self._context = context

    def read_pages(self, api_id: str) -> None:
        """Read all pages of a list, then the first one again."""
        body = examples.request(api_id)
        first = reply = self._context.call(api_id, body)
        all_rows: list[dict[str, str]] = []
        keys: list[str] = []
        while self._read_page(reply, all_rows) and len(keys) < MAX_PAGES:
            require(reply.next_key not in keys, f"{api_id}: next-key {reply.next_key} leads in a circle")
            keys.append(reply.next_key)
            reply = self._context.call(api_id, body, cont_yn="Y", next_key=reply.next_key)
        require(len(all_rows) > 1, f"{api_id}: {len(all_rows)} rows on {len(keys) + 1} pages")
        rows = [tuple(row.values()) for row in all_rows]
        require(len(set(rows)) == len(rows), f"{api_id}: a row stands on two pages")
        again = self._context.call(api_id, body)
        require(again.raw == first.raw, f"{api_id}: without next-key the first page does not come again")

    def _read_page(self, reply: Reply, all_rows: list[dict[str, str]]) -> bool:
        """Check a page of one row, add the row to all rows, and return whether another page follows."""
        check_answer(reply)
        rows = reply.rows(ROWS[reply.api_id])
        require(len(rows) == 1, f"{reply.api_id}: a page holds {len(rows)} rows")
        require(reply.headers["resp-cnt"] == "1", f"{reply.api_id}: resp-cnt is {reply.headers['resp-cnt']}")
        all_rows += rows
        return bool(reply.next_key)

    def read_executions(self) -> None:
        """Read all pages of kt00009. Raises Unseen if the account has no two orders."""
        replies = islice(self._context.pages("kt00009", examples.request("kt00009")), MAX_PAGES)
        pages = [_numbers(reply) for reply in replies]
        sizes = [len(numbers) for numbers in pages]
        are_full = all(size == ROWS_OF_KT00009 for size in sizes[:-1]) and sizes[-1] <= ROWS_OF_KT00009
        require(are_full, f"kt00009: the pages hold {sizes} rows")
        numbers = [number for page in pages for number in page]
        if len(numbers) < 2:
            raise Unseen("the account has no two orders of today")
        require(numbers == sorted(numbers, reverse=True), f"kt00009: the orders are {numbers}")

    def read_executions_from(self) -> None:
        """Read kt00009 from the number of the newest order but one."""
        newest = _numbers(self._context.call("kt00009", examples.request("kt00009")))[:2]
        body = examples.request("kt00009") | {"fr_ord_no": newest[-1]}
        numbers = _numbers(self._context.call("kt00009", body))
        require(numbers == newest, f"kt00009 from {newest[-1]}: {numbers}")

    def continue_with_unknown_key(self) -> None:
        """Request a page with a continuation key that was never issued."""
        headers = (
            ("api-id", "ka10075"),
            ("authorization", f"Bearer {self._context.client.token().text}"),
            ("cont-yn", "Y"),
            ("next-key", "nowhere"),
        )
        body = msgspec.json.encode(examples.request("ka10075")).decode()
        check_error("1517", self._context.send(SentRequest(catalogue.api("ka10075").path, headers, body, "127.0.0.1")))


def _numbers(reply: Reply) -> list[str]:
    """Check a page of kt00009, and return the numbers of its orders."""
    check_answer(reply)
    return [row["ord_no"] for row in reply.rows(ROWS["kt00009"])]


def _paging_card(number: str, api_id: str) -> Card[PagingRun]:
    return Card(
        number,
        f"{api_id} is paginated: {catalogue.api(api_id).name}",
        Evidence("observed", "headers of production; the page size and the keys are assumed"),
        PagingRun,
        (
            CardStep(
                "read all pages",
                "cont-yn Y with a next-key until the last page, each row once, its count in resp-cnt, the page's text",
                lambda card_run: card_run.read_pages(api_id),
            ),
        ),
        Capability.FAULTS,
        setup=SHORT_PAGES,
    )


CARDS: tuple[Card[Any], ...] = (
    *(_paging_card(number, api_id) for number, api_id in PAGED.items()),
    Card(
        "405",
        "kt00009 has thirty rows a page, the newest order first",
        Evidence("observed", "mock domain, reported by a user", "2026-09-04"),
        PagingRun,
        (
            CardStep("read all pages", "thirty rows on all but the last; numbers fall", PagingRun.read_executions),
            CardStep("read from a number", "fr_ord_no is the lowest number", PagingRun.read_executions_from),
        ),
        setup=MANY_ORDERS,
    ),
    Card(
        "411",
        "An unknown next-key is refused",
        Evidence("assumed", "the nearest documented error"),
        PagingRun,
        (CardStep("continue", "1517", PagingRun.continue_with_unknown_key),),
        Capability.FAULTS,
    ),
)
"""Cards 401 to 405, and 411."""
