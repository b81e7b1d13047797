"""Tokens: au10001 issues one, au10002 revokes it."""

from __future__ import annotations

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.tokens import TokenChange
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.views.serializer import Values


def issue(call: Call, wall: int, address: str) -> Values:
    """au10001: the valid token of the app key, or a new one; bound to the client's address where the profile says so.

    That a valid token moves to the address of the client that asks again is assumed.

    ``expires_dt`` is true on the client's own clock, whatever the world's says.
    """
    broker, key = call.broker, call.key
    now = broker.world.now
    token = key.token
    if token is None or not token.is_living(now) or broker.profile.reissue == "replace":
        token = key.issue(now, broker.profile.token_life)
    token.address = address if broker.profile.token_bound_to_address else ""
    return {"expires_dt": wall + token.expires - now, "token_type": "Bearer", "token": token.text}


def revoke(call: Call) -> Values:
    """au10002: revoke the token. Raises ApiError 8015 if it is not the valid token of this app key."""
    token = call.key.token
    if token is None or token.text != call.body["token"] or not token.is_living(call.now):
        raise ApiError("8015", "Token이 유효하지 않습니다")
    token.end(TokenChange.REVOKE)
    return {}
