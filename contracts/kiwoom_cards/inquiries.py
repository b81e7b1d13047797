"""A card for each inquiry of a stock account and of the market: keys in their order, formats, text, headers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from kiwoom_cards.answers import check_answer
from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext
from kiwoom_cards.model import START, Card, CardStep, WorldSetup
from kiwoom_cards.trading import SKIP_WHEN
from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.model import Evidence
from kiwoom_reference_client import KST

TRADED = WorldSetup(
    """timeline:
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 2, price: touch}
  - at: 0s
    order: {accounts: all, side: sell, code: "005930", quantity: 1, price: touch}
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 1, price: 262000}
"""
)
"""A day on which something was bought and sold, and something stands open."""


class Inquiry(NamedTuple):
    """An API whose example is asked, and what its answer lists."""

    api_id: str
    lists: str = ""
    """The list that is not empty in a world that is set up; blank for none."""
    setup: WorldSetup = TRADED
    after: int = 0
    """Seconds that pass before, where time passes when it is told to."""


INQUIRIES = (
    Inquiry("ka00001"),
    Inquiry("ka10001"),
    Inquiry("ka10004"),
    Inquiry("kt00001"),
    Inquiry("kt00004", "stk_acnt_evlt_prst"),
    Inquiry("kt00005", "stk_cntr_remn"),
    Inquiry("kt00007", "acnt_ord_cntr_prps_dtl"),
    Inquiry("kt00009", "acnt_ord_cntr_prst_array"),
    Inquiry("kt00010"),
    Inquiry("kt00018", "acnt_evlt_remn_indv_tot"),
    Inquiry("ka10075", "oso"),
    Inquiry("ka10076", "cntr"),
    Inquiry("ka10085", "acnt_prft_rt"),
    Inquiry("kt20016", "crd_loan_pos_stk"),
    Inquiry("kt20017"),
)


class InquiryRun:
    """A play of one request."""

    def __init__(self, context: CardContext) -> None:
        self._context = context

    def ask(self, inquiry: Inquiry) -> None:
        """Raises CriterionMissed unless the answer is what the catalogue says."""
        if inquiry.after and self._context.target.is_moved_by_hand:
            self._context.target.let_pass(inquiry.after)
        day = START[:10].replace("-", "") if self._context.target.is_set_up else f"{datetime.now(KST):%Y%m%d}"
        reply = self._context.ask(inquiry.api_id, examples.request(inquiry.api_id, code=self._context.code, today=day))
        check_answer(reply)
        if inquiry.lists and self._context.target.is_set_up:
            require(bool(reply.rows(inquiry.lists)), f"{inquiry.api_id}: {inquiry.lists} is empty")


def cards(inquiries: tuple[Inquiry, ...], first: int) -> tuple[Card[InquiryRun], ...]:
    """A card for each, numbered from the first on."""
    return tuple(_card(first + place, inquiry) for place, inquiry in enumerate(inquiries))


def _card(number: int, inquiry: Inquiry) -> Card[InquiryRun]:
    api = catalogue.api(inquiry.api_id)
    evidence = Evidence(api.evidence.level, api.evidence.where, api.evidence.date)
    refused = {api.mockapi.code: "the mock domain does not offer it"} if api.mockapi else {}
    criterion = "keys in order, formats, text and headers of the catalogue" + (
        f"; {inquiry.lists} has rows in a world that is set up" if inquiry.lists else ""
    )
    return Card(
        number,
        f"{api.id} answers: {api.name}",
        evidence,
        InquiryRun,
        (CardStep("ask", criterion, lambda asking: asking.ask(inquiry), may_skip=True),),
        skip_when=SKIP_WHEN | refused,
        setup=inquiry.setup,
    )


CARDS = cards(INQUIRIES, 301)
"""Cards 301 and on."""
