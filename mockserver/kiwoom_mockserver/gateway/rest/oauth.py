"""Tokens: au10001 issues one, au10002 revokes it."""

from __future__ import annotations

from kiwoom_mockserver.gateway.errors import ApiError
from kiwoom_mockserver.gateway.formats import Meanings
from kiwoom_mockserver.gateway.rest.reply import Call
from kiwoom_mockserver.gateway.tokens import TokenChange


def issue(call: Call, wall: int, address: str) -> Meanings:
    """The living token, or a new one, for the client at an address (that an old one moves there with it is assumed).

    ``expires_dt`` is true on the client's own clock, whatever the world's says.
    """
    counter, key = call.counter, call.key
    now = counter.world.now
    token = key.token
    if token is None or not token.is_living(now) or counter.profile.reissue == "replace":
        token = key.issue(now, counter.profile.token_life)
    token.address = address
    return {"expires_dt": wall + token.expires - now, "token_type": "Bearer", "token": token.text}


def revoke(call: Call) -> Meanings:
    """End the token. Raises ApiError 8015 if it is not this app key's living token."""
    token = call.key.token
    if token is None or token.text != call.body["token"] or not token.is_living(call.counter.world.now):
        raise ApiError("8015", "Token이 유효하지 않습니다")
    token.end(TokenChange.REVOKE)
    return {}
