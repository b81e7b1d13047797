"""Cards of the access token: how it is issued, how long it is valid, and how it is revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kiwoom_cards.answers import check_answer, check_error
from kiwoom_cards.assertions import require
from kiwoom_cards.context import HERE, CardContext, Reply
from kiwoom_cards.model import Card, CardStep
from kiwoom_cards.target import Capability
from kiwoom_contracts.model import Evidence
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest
from kiwoom_reference_client import KST, Answer, Token

A_DAY = 86_400
INVALID = "8005"
MOCK_DOMAIN = Evidence("observed", "mock domain")
SLACK = timedelta(minutes=5)
"""How far the clock of the target may be ahead of ours."""


class TokenRun:
    """A run with the token that was issued last."""

    token = ""

    def __init__(self, context: CardContext) -> None:
        self.context = context
        self._keys = {"appkey": context.appkey, "secretkey": context.secretkey}

    def issue(self) -> Reply:
        """Request a token."""
        reply = self.context.post("au10001", {"grant_type": "client_credentials", **self._keys})
        check_answer(reply)
        self.token = reply.raw["token"]
        require(bool(self.token), "the token is empty")
        kind = reply.raw["token_type"]
        require(kind == "Bearer", f"token_type is {kind}")
        return reply

    def issue_and_check_expiry(self) -> None:
        """Request a token, and compare its expiry with the clock of this machine."""
        now, expires = datetime.now(KST), Token.of(Answer("au10001", self.issue().raw)).expires
        otherwise = f"the token expires at {expires:%Y-%m-%d %H:%M:%S}; it is {now:%Y-%m-%d %H:%M:%S}"
        require(now < expires <= now + timedelta(days=1) + SLACK, otherwise)

    def issue_without_headers(self) -> None:
        """Request a token without any header, with an unknown field."""
        keys = "".join(f',"{name}":"{value}"' for name, value in self._keys.items())
        body = f'{{"grant_type":"client_credentials"{keys},"unknown":"field"}}'
        answer = self.context.send(SentRequest("/oauth2/token", (), body, HERE))
        require('"return_code":0' in answer.body.replace(" ", ""), f"HTTP {answer.status} {answer.body[:300]}")

    def use(self) -> None:
        """Call an API with the token."""
        check_answer(self._account(f"Bearer {self.token}"))

    def use_lower_case(self) -> None:
        """Call an API with the token under a lower-case prefix."""
        check_answer(self._account(f"bearer {self.token}"))

    def _account(self, authorization: str) -> Reply:
        return self.context.post("ka00001", {}, authorization=authorization)

    def revoke(self) -> None:
        """Revoke the token."""
        check_answer(self.context.post("au10002", {**self._keys, "token": self.token}))

    def use_invalid(self) -> None:
        """Call an API with the token after its end."""
        headers = ("api-id", "ka00001"), ("authorization", f"Bearer {self.token}")
        response: ReceivedResponse = self.context.send(SentRequest("/api/dostk/acnt", headers, "{}", HERE))
        check_error(INVALID, response)

    def use_before_expiry(self) -> None:
        """Call an API one second before the token expires."""
        self.context.target.let_pass(A_DAY - 1)
        self.use()

    def use_after_expiry(self) -> None:
        """Call an API when the token has expired."""
        self.context.target.let_pass(1)
        self.use_invalid()


ISSUE = CardStep("issue", "the keys of the answer as recorded, a token, Bearer", TokenRun.issue)
USE = CardStep("use", "ka00001 answers", TokenRun.use)
USE_INVALID = CardStep("use it again", "ka00001 answers 8005, HTTP 200", TokenRun.use_invalid)
REVOKE = CardStep("revoke", "the answer of au10002", TokenRun.revoke)

CARDS: tuple[Card[Any], ...] = (
    Card(
        "101",
        "au10001 issues a token that is valid for a day at most",
        MOCK_DOMAIN,
        TokenRun,
        (CardStep("issue", "expires_dt within a day of the client's own clock", TokenRun.issue_and_check_expiry), USE),
    ),
    Card("102", "au10002 revokes a token", MOCK_DOMAIN, TokenRun, (ISSUE, USE, REVOKE, USE_INVALID)),
    Card(
        "103",
        "After two token requests, the token of the last answer is valid",
        Evidence("observed", "mock domain and production; sources differ on whether the first stays valid"),
        TokenRun,
        (ISSUE, CardStep("issue again", "a token", TokenRun.issue), USE),
    ),
    Card(
        "104",
        "A token expires after a day",
        MOCK_DOMAIN,
        TokenRun,
        (
            ISSUE,
            CardStep("use before expiry", "valid one second before its end", TokenRun.use_before_expiry),
            CardStep("use after expiry", "8005 from its end on", TokenRun.use_after_expiry),
        ),
        Capability.CLOCK,
    ),
    Card(
        "105",
        "A token is issued without headers, and valid under a lower-case prefix",
        Evidence("observed", "what clients of the real service send"),
        TokenRun,
        (
            CardStep("issue without headers", "a token; an unknown field is ignored", TokenRun.issue_without_headers),
            ISSUE,
            CardStep("use", "ka00001 answers to bearer", TokenRun.use_lower_case),
        ),
    ),
    Card(
        "106",
        "A revoked token is replaced by a valid one",
        MOCK_DOMAIN,
        TokenRun,
        (ISSUE, REVOKE, CardStep("issue again", "a token", TokenRun.issue), USE),
    ),
)
"""Cards 101 to 106."""
