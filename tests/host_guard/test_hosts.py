"""Which hosts are those of the real broker, however they are spelled."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.host_guard.hosts import kiwoom_host


@pytest.mark.parametrize(
    ("spelling", "host"),
    [
        ("api.kiwoom.com", "api.kiwoom.com"),
        ("mockapi.kiwoom.com", "mockapi.kiwoom.com"),
        ("www.kiwoom.com", "www.kiwoom.com"),
        ("kiwoom.com", "kiwoom.com"),
        ("API.Kiwoom.COM", "api.kiwoom.com"),
        ("api.kiwoom.com.", "api.kiwoom.com"),
        (b"api.kiwoom.com", "api.kiwoom.com"),
        (bytearray(b"Api.kiwoom.com."), "api.kiwoom.com"),
        ("ａｐｉ.kiwoom.com", "api.kiwoom.com"),
        ("api。kiwoom。com", "api.kiwoom.com"),
    ],
)
def test_hosts_of_kiwoom(spelling: object, host: str) -> None:
    assert kiwoom_host(spelling) == host


@pytest.mark.parametrize(
    "host",
    [
        None, "", b"", "localhost", "127.0.0.1", "::1", "notkiwoom.com", "api.kiwoom.com.example.org", "kiwoom.co.kr", 443, b"\xff.com",
        "키움.kr", "." * 70 + "é",
    ],
)  # fmt: skip
def test_other_hosts(host: object) -> None:
    assert kiwoom_host(host) == ""
