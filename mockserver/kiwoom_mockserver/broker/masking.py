"""Masks secret keys and tokens in what the journal keeps: by the name of their member, and by their value.

The value alone would miss the keys of other customers, and the name alone a token that was sent as another member. A
client may also write either with the escapes of JSON.
"""

from __future__ import annotations

import re
from itertools import takewhile

import orjson

Secrets = tuple[bytes, ...]
"""The secret key and the token of a customer, in UTF-8."""

REPEATED = 64
"""How many characters of a ``trnm`` answers and journal repeat: a token in its place is masked although it is cut."""

SHORTEST = 8
"""Shorter secrets are masked by their name alone: as a value they would hit parts of other words."""

RUN = 16
"""So many characters of a secret in a row are masked, too, where a client names a frame or an API by them."""

_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|/)")

_BY_NAME = re.compile(rb'("(?:secretkey|token)"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|-?[0-9][0-9.eE+-]*)', re.DOTALL)


def may_hold_secrets(text: bytes, secrets: Secrets) -> bool:
    """Return whether a text has to be masked at all; few have, and this takes a fraction of the time."""
    if b"\\" in text or b'"token"' in text or b'"secretkey"' in text:
        return True
    for secret in secrets:  # noqa: SIM110 - a generator would take three times as long
        if secret[:REPEATED] in text:
            return True
    return False


def masked(text: bytes, secrets: Secrets = ()) -> bytes:
    """Return a body or a frame with ``***`` in place of secret keys, tokens and these secrets."""
    if b"\\" in text:
        plain = _without_escapes(text)
        hidden = _masked(plain, secrets)
        return _masked(text, secrets) if hidden == plain else hidden
    return _masked(text, secrets)


def _masked(text: bytes, secrets: Secrets) -> bytes:
    return masked_values(_BY_NAME.sub(rb'\1"***"', text), secrets)


def masked_values(text: bytes, secrets: Secrets) -> bytes:
    """Return a text with ``***`` in place of these secrets, whole or as long as answers repeat them."""
    for secret in secrets:
        if secret[:REPEATED] in text and len(secret) >= SHORTEST:
            text = text.replace(secret, b"***").replace(secret[:REPEATED], b"***")
    return text


def masked_name(name: str, secrets: Secrets) -> str:
    """Return what a client made up as a ``trnm`` or an API id with ``***`` in place of secrets and of parts of them."""
    text = masked_values(name.encode(), secrets)
    for secret in secrets:
        for start in range(len(secret) - RUN + 1):
            while (begin := text.find(secret[start : start + RUN])) >= 0:
                pairs = zip(secret[start:], text[begin:], strict=False)
                length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
                text = text[:begin] + b"***" + text[begin + length :]
    return text.decode(errors="replace")


def without_parts(text: bytes, secrets: Secrets) -> bytes:
    """Return what was sent under a made-up name, or answered to it: all of it is masked if it holds a part of a secret.

    Answers repeat the beginning of a name, and so a part of a token in it.
    """
    windows = (secret[start : start + RUN] for secret in secrets for start in range(len(secret) - RUN + 1))
    return b"***" if any(window in text for window in windows) else text


def _without_escapes(text: bytes) -> bytes:
    """Return JSON with no more escapes than it needs; of what is no JSON, those for any character and for a slash."""
    try:
        return orjson.dumps(orjson.loads(text))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return _ESCAPE.sub(_unescaped, text)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return b"/" if escape[1] is None else chr(int(escape[1], 16)).encode(errors="replace")
