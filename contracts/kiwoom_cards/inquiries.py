"""A card for each inquiry API of the catalogue, derived from its example request.

A new inquiry of the catalogue has a card without an entry here. The tables below hold what cannot be derived: which
list must have rows in the world that is set up for the card, and how much time must pass before the request.
"""

from __future__ import annotations

from datetime import datetime

from kiwoom_cards.answers import check_answer
from kiwoom_cards.assertions import Unseen, require
from kiwoom_cards.context import CardContext
from kiwoom_cards.model import START, Card, CardStep, WorldSetup
from kiwoom_cards.trading import SKIP_WHEN
from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.model import Evidence
from kiwoom_reference_client import KST
from kiwoom_reference_client.errors import ServiceFailed

TRADED = WorldSetup(
    """timeline:
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 2, price: touch}
  - at: 0s
    order: {accounts: all, side: sell, code: "005930", quantity: 1, price: touch}
  - at: 0s
    order: {accounts: all, side: buy, code: "005930", quantity: 1, price: 262000}
  - at: 0s
    order: {accounts: all, side: buy, code: M04020000, quantity: 2, price: touch}
  - at: 0s
    order: {accounts: all, side: sell, code: M04020000, quantity: 1, price: touch}
  - at: 0s
    order: {accounts: all, side: buy, code: M04020000, quantity: 1, price: 150000}
"""
)
"""A world in which a share and gold were bought and sold today, and one order of each is open."""

FIRST_ORDER = "0000001"
"""Number of the first order of that world, for the APIs that inquire about one order."""

ROWS = {
    "ka10075": "oso",
    "ka10076": "cntr",
    "ka10085": "acnt_prft_rt",
    "kt00004": "stk_acnt_evlt_prst",
    "kt00005": "stk_cntr_remn",
    "kt00007": "acnt_ord_cntr_prps_dtl",
    "kt00009": "acnt_ord_cntr_prst_array",
    "kt00018": "acnt_evlt_remn_indv_tot",
    "kt20016": "crd_loan_pos_stk",
    "kt50020": "gold_acnt_evlt_prst",
    "kt50030": "acnt_ord_cntr_prst",
    "kt50031": "acnt_ord_cntr_prps_dtl",
    "kt50032": "gold_trde_hist",
    "kt50075": "acnt_ord_oso_prst",
}
"""The list of the answer that must have rows in that world, by API id."""

SECONDS_BEFORE = {"kt50032": 2 * 86_400}
"""The seconds that pass before the request, by API id: a gold trade is in the history two days later."""

NOT_SIMULATED = "does not simulate"
"""Part of the text with which the simulator answers 1999 for an API that it does not simulate."""


class InquiryRun:
    """A run of one inquiry card."""

    def __init__(self, context: CardContext) -> None:
        self._context = context

    def inquire(self, api_id: str) -> None:
        """Send the example request of the API, and check the answer.

        Raises CriterionMissed unless the answer is as the catalogue says, and Unseen if the target does not simulate
        the API.
        """
        target = self._context.target
        if target.is_moved_by_hand and api_id in SECONDS_BEFORE:
            target.let_pass(SECONDS_BEFORE[api_id])
        today = START[:10].replace("-", "") if target.is_set_up else f"{datetime.now(KST):%Y%m%d}"
        request = examples.request(api_id, code=self._context.code, today=today, order=FIRST_ORDER)
        try:
            reply = self._context.call(api_id, request)
        except ServiceFailed as error:
            if NOT_SIMULATED in error.message:
                raise Unseen(f"the target does not simulate {api_id}") from None
            raise
        check_answer(reply)
        if api_id in ROWS and target.is_set_up:
            require(bool(reply.rows(ROWS[api_id])), f"{api_id}: {ROWS[api_id]} is empty")


def _inquiry_card(api_id: str) -> Card[InquiryRun]:
    api = catalogue.api(api_id)
    evidence = Evidence(api.evidence.level, api.evidence.where, api.evidence.date)
    not_offered = {api.mockapi.code: "the mock domain does not offer it"} if api.mockapi else {}
    criterion = "keys in order, formats, text and headers of the catalogue" + (
        f"; {ROWS[api_id]} has rows in a world that is set up" if api_id in ROWS else ""
    )
    return Card(
        api_id,
        f"{api_id} answers: {api.name}",
        evidence,
        InquiryRun,
        (CardStep("inquire", criterion, lambda card_run: card_run.inquire(api_id), may_skip=True),),
        skip_when=SKIP_WHEN | not_offered,
        setup=TRADED,
    )


CARDS = tuple(_inquiry_card(api_id) for api_id in catalogue.api_ids() if catalogue.api(api_id).is_inquiry)
"""One card for each inquiry API; its id is the API id."""
