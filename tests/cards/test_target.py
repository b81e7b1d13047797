from __future__ import annotations

import socket
from datetime import datetime
from typing import NoReturn

import pytest

from kiwoom_cards import CARDS, Capability, Target, TargetRefused, run
from kiwoom_reference_client import KST

KEYS = {"KIWOOM_APPKEY": "the-appkey", "KIWOOM_SECRETKEY": "the-secretkey"}

PRODUCTION = [
    "https://api.kiwoom.com",
    "https://API.KIWOOM.COM/",
    "HTTPS://Api.Kiwoom.Com:8443/x",
    "https://api.kiwoom.com.:443",
    "https://api.kiwoom.com..",
    "http://api.kiwoom.com:80/api",
    "https://user:password@api.kiwoom.com",
    "https://mockapi.kiwoom.com@api.kiwoom.com",
    "https://mockapi.kiwoom.com:443@api.kiwoom.com:443",
    "https://mockapi.kiwoom.com\\@api.kiwoom.com",
    "https://api.kiwoom.com#@mockapi.kiwoom.com",
    "https://api.kiwoom.com?host=@mockapi.kiwoom.com",
    "https://api。kiwoom。com",
    "https://api．kiwoom．com",
    "https://api｡kiwoom｡com",
    "https://xn--api.kiwoom.com",
    "https://kiwoom.com",
    "https://openapi.kiwoom.com",
    "https://mockapi.kiwoom.com.api.kiwoom.com",
    "wss://api.kiwoom.com:10000",
    "//api.kiwoom.com",
]
NO_PLAIN_HOST = [
    "api.kiwoom.com",
    "",
    "http://",
    "https:api.kiwoom.com",
    " https://api.kiwoom.com",
    "https://ａpi.kiwoom.com",
    "https://ⓐⓟⓘ.kiwoom.com",
    "https://api.ki\u00adwoom.com",
    "https://api.kiwoom.com\t",
    "https://api.kiwoom.com\n",
    "https://api%2Ekiwoom%2Ecom",
    "https://api.kiwoom%2ecom",
    "https://api.kiwoom.com%00",
    "https://api.kiwoom.com%00.example.org",
]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **settings: object) -> NoReturn:
        raise AssertionError(f"somebody asked where {args} is")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.mark.parametrize("url", PRODUCTION)
def test_the_real_broker_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused, match="trades real money"):
        Target(url, "k", "s")


@pytest.mark.parametrize("url", NO_PLAIN_HOST)
def test_what_names_no_plain_host_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused, match=r"names no host|is not a URL|in an unusual way"):
        Target(url, "k", "s")


def test_other_schemes_are_refused() -> None:
    with pytest.raises(TargetRefused, match="neither http nor https"):
        Target("ftp://mockapi.kiwoom.com", "k", "s")


def test_it_is_refused_again_when_a_card_is_run() -> None:
    target = Target("https://mockapi.kiwoom.com", "k", "s")
    object.__setattr__(target, "url", "https://api.kiwoom.com")
    with pytest.raises(TargetRefused, match="trades real money"):
        run(CARDS[0], target)


@pytest.mark.parametrize(
    "url",
    ["https://mockapi.kiwoom.com", "http://127.0.0.1:8000", "http://[::1]:8000", "https://kiwoom.com.example.org"],
)
def test_other_hosts_are_fine(url: str) -> None:
    assert Target(url, "k", "s").url == url


@pytest.mark.parametrize(
    ("url", "is_loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://mockapi.kiwoom.com", False),
    ],
)
def test_loopback(url: str, is_loopback: bool) -> None:
    assert Target(url, "k", "s").is_loopback is is_loopback


def test_a_target_keeps_its_keys_to_itself() -> None:
    told = repr(Target("http://127.0.0.1", "the-appkey", "the-secretkey"))
    assert "the-" not in told


def test_the_mock_domain() -> None:
    evening = datetime(2026, 11, 23, 18, 0, tzinfo=KST)
    target = Target.mockapi(environment=KEYS, now=lambda: evening)
    assert (target.url, target.appkey, target.secretkey) == (
        "https://mockapi.kiwoom.com",
        "the-appkey",
        "the-secretkey",
    )
    assert target.websocket_url == "wss://mockapi.kiwoom.com:10000/api/dostk/websocket"
    assert target.capabilities == {Capability.NONE}
    assert target.rate_limit.per_second == 1
    assert (target.is_set_up, target.is_moved_by_hand, target.is_mock_domain) == (False, False, True)
    assert target.why_closed() == "the market is open from 09:00 to 15:20; it is 18:00 in Korea"


@pytest.mark.parametrize("environment", [{}, {"KIWOOM_APPKEY": "k"}, KEYS | {"KIWOOM_SECRETKEY": ""}])
def test_the_mock_domain_wants_keys(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="set KIWOOM_APPKEY and KIWOOM_SECRETKEY"):
        Target.mockapi(environment=environment)


def test_the_websocket_of_another_server_is_at_its_own_port() -> None:
    assert Target("http://127.0.0.1:8000", "k", "s").websocket_url == "ws://127.0.0.1:8000/api/dostk/websocket"
