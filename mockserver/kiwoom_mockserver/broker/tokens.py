"""App keys and their access tokens. Tokens expire on the world's clock."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum

from msgspec import Struct

from kiwoom_mockserver.world.kst import SECOND


class TokenState(StrEnum):
    """Whether a token is valid, or which event ended it. A token that has ended stays so."""

    LIVING = "living"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class TokenChange(StrEnum):
    """An event that ends a token."""

    EXPIRE = "expire"
    REVOKE = "revoke"
    REPLACE = "replace"


TOKEN_LIFECYCLE: dict[tuple[TokenState, TokenChange], TokenState] = {
    (TokenState.LIVING, TokenChange.EXPIRE): TokenState.EXPIRED,
    (TokenState.LIVING, TokenChange.REVOKE): TokenState.REVOKED,
    (TokenState.LIVING, TokenChange.REPLACE): TokenState.REPLACED,
}
"""Every transition that exists."""


class Token(Struct):
    """One access token that was issued to an app key."""

    text: str
    expires: int
    """When it expires, in microseconds of the world's clock."""
    state: TokenState = TokenState.LIVING
    address: str = ""
    """The address of the client that it was issued to; blank if it is valid from any address."""

    def end(self, change: TokenChange) -> None:
        """End the token. Raises KeyError if it has ended already."""
        self.state = TOKEN_LIFECYCLE[self.state, change]

    def is_living(self, now: int) -> bool:
        """Return whether it is valid at a time in microseconds; a token that is past its time expires by this call."""
        if self.state is TokenState.LIVING and now >= self.expires:
            self.end(TokenChange.EXPIRE)
        return self.state is TokenState.LIVING


class AppKey(Struct):
    """An app key with its secret, the accounts it gives access to, and its last token."""

    appkey: str
    secretkey: str
    account: str
    """The number of the customer's stock account."""
    gold: str = ""
    """The number of the customer's gold account; blank if there is none."""
    kind: str = "mock"
    """The kind of key, a name in :data:`~kiwoom_mockserver.broker.key_kinds.KEY_KINDS`."""
    terminals: tuple[str, ...] = ()
    """The client addresses that may use it; empty for every address."""
    token: Token | None = None
    issued: int = 0
    """How many tokens it has been issued."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """The numbers of all accounts of its customer."""
        return (self.account, self.gold) if self.gold else (self.account,)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """The secret key, and the last token if there is one."""
        secretkey = self.secretkey.encode()
        return (secretkey,) if self.token is None else (secretkey, self.token.text.encode())

    def is_terminal(self, address: str) -> bool:
        """Return whether a client at the address may use it."""
        return not self.terminals or address in self.terminals

    def issue(self, now: int, life: int) -> Token:
        """Issue a token that lives ``life`` seconds from ``now`` (microseconds), and replace the last one by it."""
        if self.token is not None and self.token.is_living(now):
            self.token.end(TokenChange.REPLACE)
        self.issued += 1
        self.token = Token(_token_text(self, self.issued), now + life * SECOND)
        return self.token


def _token_text(key: AppKey, count: int) -> str:
    """Return 86 URL-safe characters, as many as recorded tokens have.

    They are derived from the secret and the count of tokens, so that a replay issues the same tokens.
    """
    digest = hmac.digest(key.secretkey.encode(), f"{key.appkey} {count}".encode(), hashlib.sha512)
    return urlsafe_b64encode(digest).decode().rstrip("=")
