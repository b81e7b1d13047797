"""Cards of the access token: how it is given, what it is good for, and how it ends."""

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
DEAD = "8005"
MOCK_DOMAIN = Evidence("observed", "mock domain")
SLACK = timedelta(minutes=5)
"""By which two clocks may differ."""


class TokenRun:
    """A play with the last token."""

    token = ""

    def __init__(self, context: CardContext) -> None:
        self.context = context
        self._keys = {"appkey": context.appkey, "secretkey": context.secretkey}

    def take(self) -> Reply:
        reply = self.context.post("au10001", {"grant_type": "client_credentials", **self._keys})
        check_answer(reply)
        self.token = reply.raw["token"]
        require(bool(self.token), "the token is empty")
        kind = reply.raw["token_type"]
        require(kind == "Bearer", f"token_type is {kind}")
        return reply

    def take_and_look(self) -> None:
        now, expires = datetime.now(KST), Token.of(Answer("au10001", self.take().raw)).expires
        told = f"the token ends at {expires:%Y-%m-%d %H:%M:%S}; it is {now:%Y-%m-%d %H:%M:%S}"
        require(now < expires <= now + timedelta(days=1) + SLACK, told)

    def take_bare(self) -> None:
        """Without any header."""
        keys = "".join(f',"{name}":"{value}"' for name, value in self._keys.items())
        body = f'{{"grant_type":"client_credentials"{keys},"unknown":"field"}}'
        answer = self.context.send(SentRequest("/oauth2/token", (), body, HERE))
        require('"return_code":0' in answer.body.replace(" ", ""), f"HTTP {answer.status} {answer.body[:300]}")

    def use(self) -> None:
        check_answer(self._account(f"Bearer {self.token}"))

    def use_in_small_letters(self) -> None:
        check_answer(self._account(f"bearer {self.token}"))

    def _account(self, authorization: str) -> Reply:
        return self.context.post("ka00001", {}, authorization=authorization)

    def revoke(self) -> None:
        check_answer(self.context.post("au10002", {**self._keys, "token": self.token}))

    def find_dead(self) -> None:
        headers = ("api-id", "ka00001"), ("authorization", f"Bearer {self.token}")
        answer: ReceivedResponse = self.context.send(SentRequest("/api/dostk/acnt", headers, "{}", HERE))
        check_error(DEAD, answer)

    def live_a_day(self) -> None:
        self.context.target.let_pass(A_DAY - 1)
        self.use()

    def outlive(self) -> None:
        self.context.target.let_pass(1)
        self.find_dead()


TAKE = CardStep("take", "the keys of the answer as recorded, a token, Bearer", TokenRun.take)
USE = CardStep("use", "ka00001 answers", TokenRun.use)
FIND_DEAD = CardStep("find it dead", "ka00001 answers 8005, HTTP 200", TokenRun.find_dead)
REVOKE = CardStep("revoke", "the answer of au10002", TokenRun.revoke)

CARDS: tuple[Card[Any], ...] = (
    Card(
        "101",
        "au10001 gives a token that is good for a day at most",
        MOCK_DOMAIN,
        TokenRun,
        (CardStep("take", "expires_dt within a day of the client's own clock", TokenRun.take_and_look), USE),
    ),
    Card("102", "au10002 ends a token", MOCK_DOMAIN, TokenRun, (TAKE, USE, REVOKE, FIND_DEAD)),
    Card(
        "103",
        "Of two requests for a token, the last answer is good",
        Evidence("observed", "mock domain and production; whether the first stays good is told in two ways"),
        TokenRun,
        (TAKE, CardStep("take again", "a token", TokenRun.take), USE),
    ),
    Card(
        "104",
        "A token dies after a day",
        MOCK_DOMAIN,
        TokenRun,
        (
            TAKE,
            CardStep("live a day", "a second before its end it is good", TokenRun.live_a_day),
            CardStep("outlive it", "8005 from its end on", TokenRun.outlive),
        ),
        Capability.CLOCK,
    ),
    Card(
        "105",
        "A token is given without headers, and good under a prefix in small letters",
        Evidence("observed", "what clients of the real service send"),
        TokenRun,
        (
            CardStep("take without headers", "a token; an unknown field is ignored", TokenRun.take_bare),
            TAKE,
            CardStep("use", "ka00001 answers to bearer", TokenRun.use_in_small_letters),
        ),
    ),
    Card(
        "106",
        "A token that ended is replaced by a living one",
        MOCK_DOMAIN,
        TokenRun,
        (TAKE, REVOKE, CardStep("take again", "a token", TokenRun.take), USE),
    ),
)
"""Cards 101 to 106."""
