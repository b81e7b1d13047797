"""Cards of the access token: how it is given, what it is good for, and how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kiwoom_contracts.cards.answers import check_answer, check_error
from kiwoom_contracts.cards.desk import HERE, Desk, Reply
from kiwoom_contracts.cards.findings import demand
from kiwoom_contracts.cards.model import Card, Step
from kiwoom_contracts.cards.target import Power
from kiwoom_contracts.model import Evidence
from kiwoom_contracts.staging import Answered, Sent
from kiwoom_reference_client import KST, Answer, Token

A_DAY = 86_400
DEAD = "8005"
MOCK_DOMAIN = Evidence("observed", "mock domain")
SLACK = timedelta(minutes=5)
"""By which two clocks may differ."""


class Tokens:
    """A play with the last token."""

    token = ""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._keys = {"appkey": desk.appkey, "secretkey": desk.secretkey}

    def take(self) -> Reply:
        reply = self.desk.post("au10001", {"grant_type": "client_credentials", **self._keys})
        check_answer(reply)
        self.token = reply.raw["token"]
        demand(bool(self.token), "the token is empty")
        kind = reply.raw["token_type"]
        demand(kind == "Bearer", f"token_type is {kind}")
        return reply

    def take_and_look(self) -> None:
        now, expires = datetime.now(KST), Token.of(Answer("au10001", self.take().raw)).expires
        told = f"the token ends at {expires:%Y-%m-%d %H:%M:%S}; it is {now:%Y-%m-%d %H:%M:%S}"
        demand(now < expires <= now + timedelta(days=1) + SLACK, told)

    def take_bare(self) -> None:
        """Without any header."""
        keys = "".join(f',"{name}":"{value}"' for name, value in self._keys.items())
        body = f'{{"grant_type":"client_credentials"{keys},"unknown":"field"}}'
        answer = self.desk.send(Sent("/oauth2/token", (), body, HERE))
        demand('"return_code":0' in answer.body.replace(" ", ""), f"HTTP {answer.status} {answer.body[:300]}")

    def use(self) -> None:
        check_answer(self._account(f"Bearer {self.token}"))

    def use_in_small_letters(self) -> None:
        check_answer(self._account(f"bearer {self.token}"))

    def _account(self, authorization: str) -> Reply:
        return self.desk.post("ka00001", {}, authorization=authorization)

    def revoke(self) -> None:
        check_answer(self.desk.post("au10002", {**self._keys, "token": self.token}))

    def find_dead(self) -> None:
        headers = ("api-id", "ka00001"), ("authorization", f"Bearer {self.token}")
        answer: Answered = self.desk.send(Sent("/api/dostk/acnt", headers, "{}", HERE))
        check_error(DEAD, answer)

    def live_a_day(self) -> None:
        self.desk.target.let_pass(A_DAY - 1)
        self.use()

    def outlive(self) -> None:
        self.desk.target.let_pass(1)
        self.find_dead()


TAKE = Step("take", "the keys of the answer as recorded, a token, Bearer", Tokens.take)
USE = Step("use", "ka00001 answers", Tokens.use)
FIND_DEAD = Step("find it dead", "ka00001 answers 8005, HTTP 200", Tokens.find_dead)
REVOKE = Step("revoke", "the answer of au10002", Tokens.revoke)

CARDS: tuple[Card[Any], ...] = (
    Card(
        101,
        "au10001 gives a token that is good for a day at most",
        MOCK_DOMAIN,
        Tokens,
        (Step("take", "expires_dt within a day of the client's own clock", Tokens.take_and_look), USE),
    ),
    Card(102, "au10002 ends a token", MOCK_DOMAIN, Tokens, (TAKE, USE, REVOKE, FIND_DEAD)),
    Card(
        103,
        "Of two requests for a token, the last answer is good",
        Evidence("observed", "mock domain and production; whether the first stays good is told in two ways"),
        Tokens,
        (TAKE, Step("take again", "a token", Tokens.take), USE),
    ),
    Card(
        104,
        "A token dies after a day",
        MOCK_DOMAIN,
        Tokens,
        (
            TAKE,
            Step("live a day", "a second before its end it is good", Tokens.live_a_day),
            Step("outlive it", "8005 from its end on", Tokens.outlive),
        ),
        Power.CLOCK,
    ),
    Card(
        105,
        "A token is given without headers, and good under a prefix in small letters",
        Evidence("observed", "what clients of the real service send"),
        Tokens,
        (
            Step("take without headers", "a token; an unknown field is ignored", Tokens.take_bare),
            TAKE,
            Step("use", "ka00001 answers to bearer", Tokens.use_in_small_letters),
        ),
    ),
    Card(
        106,
        "A token that ended is replaced by a living one",
        MOCK_DOMAIN,
        Tokens,
        (TAKE, REVOKE, Step("take again", "a token", Tokens.take), USE),
    ),
)
"""Cards 101 to 106."""
