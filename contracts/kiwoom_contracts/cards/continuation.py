"""Cards of lists that go over several pages, in a world whose pages are short."""

from __future__ import annotations

from typing import Any

import msgspec

from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.cards.answers import check_answer, check_error
from kiwoom_contracts.cards.desk import Desk, Reply
from kiwoom_contracts.cards.findings import demand
from kiwoom_contracts.cards.inquiries import INQUIRIES
from kiwoom_contracts.cards.model import Card, Setting, Step
from kiwoom_contracts.cards.target import Power
from kiwoom_contracts.model import Evidence
from kiwoom_contracts.staging import Sent

PAGED = ("ka10075", "ka10076", "kt00007", "kt00009")
SHORT_PAGES = Setting(
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


class Turning:
    """A play that turns pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def turn(self, api_id: str) -> None:
        inquiry = next(one for one in INQUIRIES if one.api_id == api_id)
        body = examples.request(api_id)
        first = reply = self._desk.ask(api_id, body)
        seen: list[dict[str, str]] = []
        keys: list[str] = []
        while self._look(reply, inquiry.lists, seen) and len(keys) < TURNS:
            demand(reply.next_key not in keys, f"{api_id}: next-key {reply.next_key} leads in a circle")
            keys.append(reply.next_key)
            reply = self._desk.ask(api_id, body, cont_yn="Y", next_key=reply.next_key)
        demand(len(seen) > 1, f"{api_id}: {len(seen)} rows on {len(keys) + 1} pages")
        rows = [tuple(row.values()) for row in seen]
        demand(len(set(rows)) == len(rows), f"{api_id}: a row stands on two pages")
        again = self._desk.ask(api_id, body)
        demand(again.raw == first.raw, f"{api_id}: without next-key the first page does not come again")

    def _look(self, reply: Reply, lists: str, seen: list[dict[str, str]]) -> bool:
        """Whether another page follows this one, which is as the catalogue says, and holds one row."""
        check_answer(reply)
        rows = reply.rows(lists)
        demand(len(rows) == 1, f"{reply.api_id}: a page holds {len(rows)} rows")
        demand(reply.headers["resp-cnt"] == "1", f"{reply.api_id}: resp-cnt is {reply.headers['resp-cnt']}")
        seen += rows
        return bool(reply.next_key)

    def turn_to_nowhere(self) -> None:
        headers = (
            ("api-id", "ka10075"),
            ("authorization", f"Bearer {self._desk.client.token().text}"),
            ("cont-yn", "Y"),
            ("next-key", "nowhere"),
        )
        body = msgspec.json.encode(examples.request("ka10075")).decode()
        check_error("1517", self._desk.send(Sent(catalogue.api("ka10075").path, headers, body, "127.0.0.1")))


def _card(number: int, api_id: str) -> Card[Turning]:
    return Card(
        number,
        f"{api_id} is told page by page: {catalogue.api(api_id).name}",
        Evidence("observed", "headers of production; the size of these pages and their keys are assumed"),
        Turning,
        (
            Step(
                "turn the pages",
                "cont-yn Y with a next-key until the last page, each row once, resp-cnt rows, the text of its page",
                lambda turning: turning.turn(api_id),
            ),
        ),
        Power.FAULTS,
        setting=SHORT_PAGES,
    )


CARDS: tuple[Card[Any], ...] = (
    *(_card(401 + place, api_id) for place, api_id in enumerate(PAGED)),
    Card(
        411,
        "A next-key that leads nowhere is refused",
        Evidence("assumed", "the nearest documented error"),
        Turning,
        (Step("turn", "1517", Turning.turn_to_nowhere),),
        Power.FAULTS,
    ),
)
"""Cards 401 and on."""
