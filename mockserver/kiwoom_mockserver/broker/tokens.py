"""Access tokens: who may speak for which account, and until when on the world's clock."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum

from msgspec import Struct

from kiwoom_mockserver.world.kst import SECOND


class TokenState(StrEnum):
    """A token lives until one of three things ends it; a dead one stays dead."""

    LIVING = "living"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class TokenChange(StrEnum):
    """What ends a token."""

    EXPIRE = "expire"
    REVOKE = "revoke"
    REPLACE = "replace"


TOKEN_LIFECYCLE: dict[tuple[TokenState, TokenChange], TokenState] = {
    (TokenState.LIVING, TokenChange.EXPIRE): TokenState.EXPIRED,
    (TokenState.LIVING, TokenChange.REVOKE): TokenState.REVOKED,
    (TokenState.LIVING, TokenChange.REPLACE): TokenState.REPLACED,
}


class Token(Struct):
    """One issued token."""

    text: str
    expires: int
    """On the world's clock."""
    state: TokenState = TokenState.LIVING
    address: str = ""
    """Of the client that it was issued to; blank if anybody may use it."""

    def end(self, change: TokenChange) -> None:
        self.state = TOKEN_LIFECYCLE[self.state, change]

    def is_living(self, now: int) -> bool:
        """Whether it is good at a moment; one that is past its time expires here."""
        if self.state is TokenState.LIVING and now >= self.expires:
            self.end(TokenChange.EXPIRE)
        return self.state is TokenState.LIVING


class AppKey(Struct):
    """An app key: it leads to one account of one world."""

    appkey: str
    secretkey: str
    account: str
    gold: str = ""
    """The customer's account for gold, if there is one."""
    kind: str = "mock"
    """One of :data:`~kiwoom_mockserver.broker.key_types.KINDS`."""
    terminals: tuple[str, ...] = ()
    """The addresses that may use it; blank for all."""
    token: Token | None = None
    issued: int = 0
    """Tokens issued so far."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """All accounts of its customer."""
        return (self.account, self.gold) if self.gold else (self.account,)

    def is_terminal(self, address: str) -> bool:
        """Whether a client may use it from there."""
        return not self.terminals or address in self.terminals

    def issue(self, now: int, life: int) -> Token:
        """A new token of some seconds of life, in place of the last one."""
        if self.token is not None and self.token.is_living(now):
            self.token.end(TokenChange.REPLACE)
        self.issued += 1
        self.token = Token(_text(self, self.issued), now + life * SECOND)
        return self.token


def _text(key: AppKey, count: int) -> str:
    """86 URL-safe characters, as recorded: from the secret and a counter, so that a replay issues the same."""
    digest = hmac.digest(key.secretkey.encode(), f"{key.appkey} {count}".encode(), hashlib.sha512)
    return urlsafe_b64encode(digest).decode().rstrip("=")
