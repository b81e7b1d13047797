"""Tokens: au10001 issues one, au10002 revokes it. They have codes of their own for what is missing."""

from __future__ import annotations

from typing import Any

from kiwoom_contracts.checks import malformed
from kiwoom_mockserver.gateway.errors import ApiError
from kiwoom_mockserver.gateway.formats import Meanings
from kiwoom_mockserver.gateway.rest.reply import Call
from kiwoom_mockserver.gateway.tokens import TokenChange

Body = dict[str, Any]


def check_issue(body: Body) -> None:
    """Raises ApiError 8011, 8012 or 8020 for what a token request lacks."""
    if not _text(body, "grant_type"):
        raise ApiError("8011")
    if body["grant_type"] != "client_credentials":
        raise ApiError("8012")
    _check_keys(body)


def check_revoke(body: Body) -> None:
    """Raises ApiError 8020 or 8016 for what a revocation lacks."""
    _check_keys(body)
    if not _text(body, "token"):
        raise ApiError("8016")


def _check_keys(body: Body) -> None:
    if not _text(body, "appkey") or not _text(body, "secretkey"):
        raise ApiError("8020")


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiError.of(malformed(name, "문자열이 아닙니다"))
    return value


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
