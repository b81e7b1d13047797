from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kiwoom_reference_client import KST, Answer, Token, UnreadableAnswer


def answer(**raw: str) -> Answer:
    return Answer("au10001", raw)


def test_a_token_ends_in_korean_time_and_keeps_its_text_to_itself() -> None:
    token = Token.of(answer(token="secret-text", expires_dt="20260814121649"))

    assert token.text == "secret-text"
    assert token.expires == datetime(2026, 8, 14, 12, 16, 49, tzinfo=KST)
    assert token.expires.utcoffset() == timedelta(hours=9)
    assert "secret" not in repr(token)


@pytest.mark.parametrize(("text", "why"), [("soon", "is not YYYYMMDDHHmmss"), ("", "is blank")])
def test_a_token_without_an_end_is_unreadable(text: str, why: str) -> None:
    with pytest.raises(UnreadableAnswer, match=f"expires_dt {why}"):
        Token.of(answer(token="t", expires_dt=text))
