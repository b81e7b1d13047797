"""Cards of lists that go over several pages, in a world whose pages are short."""

from __future__ import annotations

from typing import Any

import msgspec

from kiwoom_cards.answers import check_answer, check_error
from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext, Reply
from kiwoom_cards.inquiries import ROWS
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.model import Evidence
from kiwoom_contracts.recipe_runner import SentRequest

PAGED = {"401": "ka10075", "402": "ka10076", "403": "kt00007", "404": "kt00009"}
"""By the number of the card, the API whose list is read."""
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
TURNS = 200
"""Pages after which a list is taken to go round in a circle."""


class PagingRun:
    """A play that turns pages."""

    def __init__(self, context: CardContext) -> None:
        self._context = context

    def turn(self, api_id: str) -> None:
        body = examples.request(api_id)
        first = reply = self._context.ask(api_id, body)
        seen: list[dict[str, str]] = []
        keys: list[str] = []
        while self._look(reply, ROWS[api_id], seen) and len(keys) < TURNS:
            require(reply.next_key not in keys, f"{api_id}: next-key {reply.next_key} leads in a circle")
            keys.append(reply.next_key)
            reply = self._context.ask(api_id, body, cont_yn="Y", next_key=reply.next_key)
        require(len(seen) > 1, f"{api_id}: {len(seen)} rows on {len(keys) + 1} pages")
        rows = [tuple(row.values()) for row in seen]
        require(len(set(rows)) == len(rows), f"{api_id}: a row stands on two pages")
        again = self._context.ask(api_id, body)
        require(again.raw == first.raw, f"{api_id}: without next-key the first page does not come again")

    def _look(self, reply: Reply, lists: str, seen: list[dict[str, str]]) -> bool:
        """Whether another page follows this one, which is as the catalogue says, and holds one row."""
        check_answer(reply)
        rows = reply.rows(lists)
        require(len(rows) == 1, f"{reply.api_id}: a page holds {len(rows)} rows")
        require(reply.headers["resp-cnt"] == "1", f"{reply.api_id}: resp-cnt is {reply.headers['resp-cnt']}")
        seen += rows
        return bool(reply.next_key)

    def turn_to_nowhere(self) -> None:
        headers = (
            ("api-id", "ka10075"),
            ("authorization", f"Bearer {self._context.client.token().text}"),
            ("cont-yn", "Y"),
            ("next-key", "nowhere"),
        )
        body = msgspec.json.encode(examples.request("ka10075")).decode()
        check_error("1517", self._context.send(SentRequest(catalogue.api("ka10075").path, headers, body, "127.0.0.1")))


def _card(number: str, api_id: str) -> Card[PagingRun]:
    return Card(
        number,
        f"{api_id} is told page by page: {catalogue.api(api_id).name}",
        Evidence("observed", "headers of production; the size of these pages and their keys are assumed"),
        PagingRun,
        (
            CardStep(
                "turn the pages",
                "cont-yn Y with a next-key until the last page, each row once, resp-cnt rows, the text of its page",
                lambda turning: turning.turn(api_id),
            ),
        ),
        Capability.FAULTS,
        setup=SHORT_PAGES,
    )


CARDS: tuple[Card[Any], ...] = (
    *(_card(number, api_id) for number, api_id in PAGED.items()),
    Card(
        "411",
        "A next-key that leads nowhere is refused",
        Evidence("assumed", "the nearest documented error"),
        PagingRun,
        (CardStep("turn", "1517", PagingRun.turn_to_nowhere),),
        Capability.FAULTS,
    ),
)
"""Cards 401 to 404, and 411."""
